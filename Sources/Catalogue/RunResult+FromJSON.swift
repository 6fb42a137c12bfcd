internal import Rules
package import StrictJSON

/// Reads the JSON form of a run back. Members that follow from others are drawn anew.
extension RunResult {
    package static func read(_ path: String) throws(FileError) -> RunResult {
        let json = try Files.readJSON(path)
        do {
            return try RunResult(JSONReader(json, path: "run"))
        } catch {
            throw FileError(path: path, PrintableText.line("\(error)", limit: 500))
        }
    }

    package init(_ reader: JSONReader) throws(JSONShapeError) {
        let format = try reader.member("format")
        guard try format.string() == Self.format else {
            throw format.fail("\"\(Self.format)\" is needed: a file of check --report json=FILE")
        }
        let version = try reader.member("version")
        guard version.value == .integer(Self.version) else {
            throw version.fail("\(Self.version) is needed; this program knows no other version of the format")
        }
        let rerun = try reader.member("rerun")
        self.init(
            command: try reader.member("command").strings(),
            rerun: Rerun(
                program: try rerun.member("program").strings(),
                adapter: try rerun.member("adapter").strings()
            ),
            profile: try reader.member("profile").word()
        )
        suite = try reader.member("suite").word()
        shard = try reader.optional("shard")?.word()
        adapter = try reader.optional("adapter").map(AdapterIdentity.init)
        required = try reader.member("required").strings()
        declaredReadings = try reader.member("declared_readings").alternatives()
        stop = try reader.optional("stop")?.word()
        notes = try reader.member("notes").strings()
        requiredButNotExercised = try reader.member("required_but_not_exercised").strings()
        baseline = try reader.optional("baseline").map(BaselineResult.init)
        families = try reader.member("families").list(FamilyResult.init)
        canaries = try reader.member("canaries").list(CanaryResult.init)
        incidents = try reader.member("incidents").list(Incident.init)
        readings = try reader.member("readings").list(ReadingResult.init)
        for requirement in try reader.member("requirements").list(Requirement.init(report:)) {
            requirements[requirement.id] = requirement
        }
        try readTimes(try reader.member("times"))
    }

    private mutating func readTimes(_ reader: JSONReader) throws(JSONShapeError) {
        elapsed = .microseconds(Int64(try reader.member("elapsed_us").number(atMost: 1 << 60)))
        var classes: [(index: Int, count: Int)] = []
        for element in try reader.member("classes").elements() {
            let pair = try element.elements()
            guard pair.count == 2 else { throw element.fail("a class and a count are needed") }
            classes.append((Int(try pair[0].number(atMost: 1000)), Int(try pair[1].number(atMost: 1 << 40))))
        }
        guard let times = AnswerTimes(classes: classes) else {
            throw reader.fail("classes names a class that there is not")
        }
        self.times = times
    }
}

extension JSONReader {
    fileprivate func list<Element>(
        _ read: (JSONReader) throws(JSONShapeError) -> Element
    ) throws(JSONShapeError) -> [Element] {
        var list: [Element] = []
        for element in try elements() { list.append(try read(element)) }
        return list
    }

    /// A text of one line. The file may be a stranger's: an id, a name or a statement with a line end would forge lines of whatever
    /// is made of the report.
    fileprivate func word() throws(JSONShapeError) -> String { PrintableText.line(try string()) }

    fileprivate func strings() throws(JSONShapeError) -> [String] {
        try list { element throws(JSONShapeError) in try element.word() }
    }

    fileprivate func ids() throws(JSONShapeError) -> [RequirementID] { try strings().map { RequirementID($0) } }

    fileprivate func optionalStrings(_ key: String) throws(JSONShapeError) -> [String] {
        try optional(key)?.strings() ?? []
    }

    fileprivate func optionalIDs(_ key: String) throws(JSONShapeError) -> [RequirementID] {
        try optionalStrings(key).map { RequirementID($0) }
    }

    fileprivate func alternative() throws(JSONShapeError) -> ReadingAlternative {
        guard let alternative = ReadingAlternative(try string()) else {
            throw fail("a reading as \"C-30 b\" is needed")
        }
        return alternative
    }

    fileprivate func alternatives() throws(JSONShapeError) -> [ReadingAlternative] {
        try list { element throws(JSONShapeError) in try element.alternative() }
    }

    /// One of the values of an enumeration, by its word.
    fileprivate func one<Value>(
        of values: [Value],
        _ word: (Value) -> String
    ) throws(JSONShapeError) -> Value {
        let text = try string()
        guard let value = values.first(where: { word($0) == text }) else {
            throw fail("one of \(values.map(word).joined(separator: ", ")) is needed")
        }
        return value
    }

    fileprivate func count(_ key: String) throws(JSONShapeError) -> Int {
        Int(try member(key).number(atMost: 1 << 40))
    }

    fileprivate func severity() throws(JSONShapeError) -> CaseVerdict.Severity {
        try one(of: [.info, .warning, .failure]) { $0.word }
    }

    fileprivate func faultKind() throws(JSONShapeError) -> Fault.Kind {
        try one(of: Fault.Kind.allCases) { $0.rawValue }
    }
}

extension Subject {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        if let layer = try reader.optional("layer") {
            self = .layer(try layer.word())
        } else {
            self = .role(try reader.member("role").word())
        }
    }
}

extension AdapterIdentity {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            name: try reader.member("name").word(),
            version: try reader.optional("version")?.word(),
            language: try reader.optional("language")?.word(),
            url: try reader.optional("url")?.word(),
            operations: try reader.member("operations").strings(),
            roles: try reader.member("roles").strings(),
            profiles: try reader.member("profiles").strings(),
            capabilities: try reader.member("capabilities").object(),
            readings: try reader.member("readings").alternatives()
        )
    }
}

extension BaselineResult {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            file: try reader.member("file").word(),
            entries: try reader.count("entries"),
            problems: try reader.member("problems").list { problem throws(JSONShapeError) in
                Problem(entry: try problem.count("entry"), detail: try problem.member("detail").string())
            },
            ended: try reader.member("ended").strings(),
            unexplained: try reader.optionalStrings("unexplained")
        )
    }
}

extension FamilyResult {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            name: try reader.member("name").word(),
            title: try reader.member("title").word(),
            subject: try Subject(try reader.member("subject")),
            profile: try reader.member("profile").word(),
            cases: try reader.member("cases").list(CaseResult.init)
        )
    }
}

extension CaseResult {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            id: try reader.member("id").word(),
            operation: try reader.member("op").word(),
            requirements: try reader.member("requirements").ids(),
            violates: try reader.optionalIDs("violates"),
            neighbour: try reader.optional("neighbour")?.word(),
            comment: try reader.member("comment").word(),
            flags: try reader.optional("flags")?.list(Flag.init) ?? [],
            readings: try reader.optionalStrings("readings"),
            expected: try reader.optional("expected").map(Expected.init) ?? .accept([:]),
            verdict: try CaseVerdict(reader),
            evidence: try reader.optional("evidence").map(CaseEvidence.init) ?? CaseEvidence(),
            notes: try reader.optionalStrings("notes"),
            attempts: try reader.optional("attempts")?.list(Attempt.init) ?? [],
            stepsDivergence: try reader.optional("steps").map(Difference.init),
            scenario: try reader.optional("scenario").map(ScenarioResult.init)
        )
        number = try reader.count("number")
        elapsed = .microseconds(Int64(try reader.member("elapsed_us").number(atMost: 1 << 60)))
        known = try reader.optional("known")?.word()
    }
}

extension CaseResult.Flag {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(name: try reader.member("name").word(), note: try reader.member("note").word())
    }
}

extension CaseResult.Expected {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        switch try reader.member("outcome").one(of: ["accept", "reject"], { $0 }) {
        case "accept": self = .accept(try reader.member("out").object())
        default: self = .reject(reasons: try reader.member("reasons").strings())
        }
    }
}

extension CaseVerdict {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        let word = try reader.member("verdict")
        switch try word.word() {
        case "passed": self = .passed
        case "another reading": self = .anotherReading(try reader.member("reading").alternative())
        case "failed": self = .failed(try Failure(try reader.member("failure")))
        case "not counted": self = .notCounted(try reader.member("why").word())
        case "not exercised":
            let reason = try reader.member("reason")
            let kind = try reason.member("kind")
            guard let why = NotExercised(kind: try kind.word(), what: try reason.member("what").word()) else {
                throw kind.fail("this is no reason that is known")
            }
            self = .notExercised(why)
        default: throw word.fail("passed, another reading, failed, not exercised or not counted is needed")
        }
    }
}

extension CaseVerdict.Failure {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        let kinds: [CaseVerdict.FailureKind] = [.wrongAnswer, .adapterError] + Fault.Kind.allCases.map { .fault($0) }
        self.init(
            kind: try reader.member("kind").one(of: kinds) { $0.name },
            severity: try reader.member("severity").severity(),
            detail: try reader.member("detail").string(),
            differences: try reader.optional("differences")?.list(Difference.init) ?? []
        )
    }
}

extension Difference {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            path: try reader.member("path").word(),
            expected: try reader.optional("expected")?.value,
            got: try reader.optional("got")?.value
        )
    }
}

extension CaseEvidence {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init()
        accused = try reader.optionalIDs("accused")
        shown = try reader.optionalIDs("shown")
        shownInPart = try reader.optionalIDs("in_part")
        whyInPart = try reader.optional("why_in_part")?.word()
        alternative = try reader.optional("alternative")?.alternative()
    }
}

extension Attempt {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        var request: JSONObject = ["id": 1]
        for (key, value) in try reader.optional("request")?.members() ?? [] { request[key] = value.value }
        let answer = try reader.member("answer")
        let outcome: Result<Answer, Fault>
        if let fault = try answer.optional("fault") {
            outcome = .failure(Fault(try fault.faultKind(), try answer.member("detail").string()))
        } else {
            outcome = .success(try Answer(answer))
        }
        self.init(
            ticket: 0,
            request: JSON.object(request).line,
            answerLine: try reader.optional("line")?.string(),
            outcome: outcome,
            isAlone: try reader.optional("alone")?.bool() ?? false,
            elapsed: .microseconds(Int64(try reader.member("elapsed_us").number(atMost: 1 << 60))),
            standardError: try reader.optional("stderr")?.string() ?? "",
            standardErrorCount: Int(try reader.optional("stderr_bytes")?.number(atMost: 1 << 60) ?? 0)
        )
    }
}

extension Answer {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        func detail() throws(JSONShapeError) -> String { try reader.member("detail").string() }
        switch try reader.member("outcome").one(of: ["accept", "reject", "skip", "error"], { $0 }) {
        case "accept": self = .accept(try reader.member("out").object())
        case "reject": self = .reject(reason: try reader.member("reason").string(), detail: try detail())
        case "skip": self = .skip(try detail())
        default: self = .error(try detail())
        }
    }
}

extension ScenarioResult {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        var transcript = Transcript()
        for entry in try reader.optional("transcript")?.list(Transcript.Entry.init) ?? [] { transcript.add(entry) }
        self.init(
            depth: try reader.member("depth").word(),
            violations: try reader.optional("violations")?.list(Violation.init) ?? [],
            isFinished: try reader.member("finished").bool(),
            readings: try reader.optional("readings")?.alternatives() ?? [],
            transcript: transcript
        )
    }
}

extension ScenarioResult.Violation {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            requirements: try reader.member("requirements").ids(),
            step: try reader.count("step"),
            detail: try reader.member("detail").string(),
            severity: try reader.member("severity").severity(),
            isGeneral: try reader.optional("general")?.bool() ?? false
        )
    }
}

extension Transcript.Entry {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            step: try reader.count("step"),
            from: try reader.optional("from")?.word(),
            to: try reader.optional("to")?.word(),
            what: try reader.member("what").string(),
            fields: try reader.optional("fields")?.object() ?? [:]
        )
    }
}

extension CanaryResult {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        let verdict: Verdict
        switch try reader.member("verdict").one(of: ["passed", "skipped", "failed"], { $0 }) {
        case "passed": verdict = .passed
        case "skipped": verdict = .skipped
        default:
            let requirement = try reader.optional("requirement").map { json throws(JSONShapeError) in
                RequirementID(try json.word())
            }
            verdict = .failed(try reader.member("detail").string(), requirement)
        }
        self.init(
            name: try reader.member("name").word(),
            verdict: verdict,
            attempts: try reader.optional("attempts")?.list(Attempt.init) ?? []
        )
    }
}

extension Incident {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        let conclusion: Conclusion
        if let cases = try reader.optional("reproduced_by") {
            conclusion = .reproduced(try cases.strings())
        } else {
            let word = try reader.member("conclusion").one(of: ["flaky", "not reproduced"], { $0 })
            conclusion = word == "flaky" ? .flaky : .notReproduced
        }
        self.init(
            fault: Fault(try reader.member("fault").faultKind(), try reader.member("detail").string()),
            caseID: try reader.member("case").word(),
            previousCaseID: try reader.optional("previous_case")?.word(),
            conclusion: conclusion
        )
    }
}

extension ReadingResult {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(
            id: try reader.member("id").word(),
            title: try reader.member("title").word(),
            kind: try reader.optional("kind").map { kind throws(JSONShapeError) in
                try kind.one(of: Reading.Kind.allCases) { $0.rawValue }
            },
            declared: try reader.optional("declared")?.alternative(),
            seen: try reader.member("seen").list { seen throws(JSONShapeError) in
                Seen(
                    alternative: try seen.member("alternative").alternative(),
                    says: try seen.optional("says")?.word(),
                    cases: try seen.member("cases").strings()
                )
            }
        )
    }
}

extension Requirement {
    fileprivate init(report reader: JSONReader) throws(JSONShapeError) {
        self.init(
            id: RequirementID(try reader.member("id").word()),
            level: try reader.member("level").one(of: Level.allCases) { $0.rawValue },
            enforcement: try reader.member("enforcement").one(of: Enforcement.allCases) { $0.rawValue },
            role: try reader.member("role").word(),
            statement: try reader.member("statement").word(),
            bases: try reader.member("bases").list { basis throws(JSONShapeError) in
                Basis(
                    source: try basis.member("source").word(),
                    section: try basis.member("section").word(),
                    lines: [],
                    file: try basis.optional("file")?.word(),
                    spans: try basis.member("lines").strings().compactMap { LineSpan($0[...]) }
                )
            },
            document: try reader.member("document").word()
        )
    }
}
