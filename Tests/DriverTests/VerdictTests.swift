internal import Catalogue
internal import Driver
internal import Report
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

/// Implementations with a bug that somebody has met: each fails a default run, and for the requirement that it breaks.
@Suite(.enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"))
struct VerdictTests {
    // MARK: What is there and must not be

    @Test(
        arguments: [
            (
                "om.classify", #""final":true"#.json, ["reply_path": ["hops": []]],
                "bolt04/final-payload-rules/end-invoice-request"
            ),
            (
                "om.classify", #""final":false"#.json, ["content": ["type": "64", "value": ""]],
                "bolt04/encrypted-data-encoding/plain"
            ),
            ("om.classify", #""final":true"#.json, ["next": .null], "bolt04/final-payload-rules/end-invoice-request"),
            ("bigsize.decode", "", ["remainder": .null], "bolt01/bigsize/*"),
        ] as [(String, JSON, JSON, String)]
    )
    func aMemberThatTellsOfWhatIsNotThereIsWrong(operation: String, request: JSON, extra: JSON, filter: String)
        async throws
    {
        let rule: JSON = ["op": .string(operation), "request": request, "outcome": "accept", "set": extra]
        let result = try await WrongImplementation.run([rule], filters: [filter])
        #expect(result.cases.contains { $0.fails })
        #expect(result.exitStatus == 1)
    }

    @Test func dummyHopsMayBeLeftOutAndMustNotBeNonsense() async throws {
        let rule: JSON = ["op": "path.create", "request": #""dummy":true"#.json, "set": ["path": ["hops": []]]]
        let result = try await WrongImplementation.run([rule], filters: ["bolt04/route-blinding/create-with-dummy-hop"])
        #expect(result.failedRequirements.contains("RB-W10"))
        #expect(result.exitStatus == 1)
    }

    // MARK: What is skipped

    /// Valid inputs are answered, and what must be refused is skipped: that shows nothing of the rules.
    @Test func whoSkipsWhatMustBeRefusedDoesNotConform() async throws {
        let rule: JSON = [
            "op": "bolt12.verify", "outcome": "reject", "answer": ["outcome": "skip", "detail": "not now"],
        ]
        let result = try await WrongImplementation.run([rule], filters: ["salt/offer-invoice"])
        #expect(result.cases.contains { $0.fails } == false)
        #expect(result.conclusions.allSatisfy { !$0.conforms })
        #expect(result.exitStatus == 2)
    }

    // MARK: What no reading excuses

    @Test func anySignatureWillDo() async throws {
        let rule: JSON = [
            "op": "bolt12.verify", "detail": "over this stream", "answer": ["outcome": "accept", "out": [:]],
        ]
        let result = try await WrongImplementation.run([rule], filters: ["salt/offer-invoice"])
        #expect(result.failedRequirements == ["B12-SIG-7"])
        #expect(result.exitStatus == 1)
    }

    /// Its canary finds it out, so no case is graded; the requirement fails all the same.
    @Test func oneMessageOfEightIsRefused() async throws {
        let rule: JSON = [
            "op": "msg.decode", "request": "static_invoice_persisted",
            "answer": ["outcome": "reject", "reason": "policy", "detail": "never"],
        ]
        let result = try await WrongImplementation.run([rule], filters: ["blip66/*"])
        #expect(result.failedRequirements == ["B66-D5"])
        #expect(result.canaries.filter { $0.failure != nil }.map(\.name) == ["msg.decode static_invoice_persisted"])
        #expect(result.conclusions.allSatisfy { !$0.conforms })
        #expect(result.exitStatus == 2)
    }

    @Test func anInvoiceNeverExpires() async throws {
        let rule: JSON = ["op": "static_invoice.validate", "detail": "B12-SI-R6", "answer": accepted]
        let id = "bolt12/static-invoice-read/default-life-over"
        let result = try await WrongImplementation.run(
            [rule],
            filters: ["bolt12/static-invoice-read"],
            families: WrongImplementation.depending(id, on: refusal("C-30 b"))
        )
        #expect(result.result("default-life-over")?.verdict.fails == true)
        #expect(result.failedRequirements == ["B12-SI-R6"])
        #expect(result.exitStatus == 1)
    }

    @Test func anInvoiceForAnotherOfferIsPaid() async throws {
        let rule: JSON = ["op": "static_invoice.validate", "detail": "B12-SI-R20", "answer": accepted]
        let id = "bolt12/static-invoice-read/for-another-offer"
        let result = try await WrongImplementation.run(
            [rule],
            filters: [id],
            families: WrongImplementation.depending(id, on: refusal("C-32 b"))
        )
        #expect(result.failedRequirements == ["B12-SI-R20"])
        #expect(result.exitStatus == 1)
    }

    @Test func anIntegerMayStartWithZero() async throws {
        let rule: JSON = ["detail": "B1-TLV-5", "answer": accepted]
        let result = try await WrongImplementation.run([rule], filters: ["bolt12/static-invoice-read", "async/*"])
        #expect(result.failedRequirements == ["B1-TLV-5"])
        #expect(result.exitStatus == 1)
    }

    @Test func anUnknownOddRecordIsTakenInTheLastPayload() async throws {
        let rule: JSON = ["op": "payload.validate", "detail": "has no place in the last payload", "answer": accepted]
        let result = try await WrongImplementation.run([rule], filters: ["async/payment-payload"])
        #expect(result.failedRequirements == ["ASY-P6"])
        #expect(result.exitStatus == 1)
    }

    // MARK: Who is accused

    @Test func aRelayThatCannotForwardByChannelBreaksThatAlone() async throws {
        let rule: JSON = [
            "op": "om.peel", "outcome": "accept", "request": try request("bolt04/onion-message/peel-next-by-channel"),
            "answer": ["outcome": "reject", "reason": "policy", "detail": "no such peer"],
        ]
        let result = try await WrongImplementation.run([rule], filters: ["bolt04/onion-message"])
        #expect(result.failedRequirements == ["OM-R5"])
        #expect(result.exitStatus == 1)
    }

    @Test func aWrongRootAccusesTheSubjectAlone() async throws {
        let rule: JSON = [
            "op": "bolt12.merkle", "request": "000002010104020202", "set": ["root": "00"], "drop": ["leaves"],
        ]
        let result = try await WrongImplementation.run([rule], filters: ["bolt12/merkle"])
        let failed = result.cases.filter { $0.verdict.fails }
        #expect(!failed.isEmpty)
        #expect(failed.allSatisfy { $0.accused.count == 1 })
        #expect(Set(result.failedRequirements) == Set(failed.flatMap(\.accused)))
    }

    @Test func aWrongLeafAccusesWhatALeafShows() async throws {
        let rule: JSON = ["op": "bolt12.merkle", "set": ["leaves": []]]
        let result = try await WrongImplementation.run([rule], filters: ["bolt12/merkle"])
        #expect(result.failedRequirements == ["B12-SIG-1", "B12-SIG-2"])
    }

    // MARK: What libraries do not expose

    @Test(
        arguments: [
            ("bolt12.merkle", ["leaves", "branches"], "bolt12/merkle"),
            ("path.unblind", ["blinded_node_key"], "bolt04/route-blinding"),
            ("path.create", ["bytes"], "bolt04/route-blinding"),
        ]
    )
    func anOptionalMemberMayBeLeftOut(operation: String, members: [String], family: String) async throws {
        let rule: JSON = ["op": .string(operation), "drop": .array(members.map { .string($0) })]
        let result = try await WrongImplementation.run([rule], filters: [family])
        #expect(result.notPassed.isEmpty)
        #expect(result.exitStatus == 0)
    }

    @Test func unknownRecordsMayBePassedOver() async throws {
        let rule: JSON = ["op": "tlv.decode", "request": #""schema":"n1","bytes":"2100""#, "set": ["records": []]]
        let result = try await WrongImplementation.run([rule], filters: ["bolt01/tlv-stream"])
        #expect(result.notPassed.isEmpty)
    }

    // MARK: Thin adapters

    @Test(
        arguments: [
            (
                "om.peel",
                [
                    "onionmsg_tlv", "encrypted_data_tlv", "content", "reply_path", "next", "next_path_key",
                    "next_packet",
                ],
                "bolt04/onion-message"
            ),
            ("msg.decode", ["fields"], "blip66/offer-paths"),
            ("offer.decode", ["records", "fields"], "bolt12/offer-text"),
        ]
    )
    func anAnswerThatHoldsNothingDoesNotPass(operation: String, members: [String], family: String) async throws {
        let rule: JSON = ["op": .string(operation), "drop": .array(members.map { .string($0) })]
        let result = try await WrongImplementation.run([rule], filters: [family])
        let accepted = result.cases.filter { $0.operation == operation && $0.expectsOutput }
        #expect(!accepted.isEmpty)
        #expect(accepted.allSatisfy { $0.verdict.fails })
        #expect(result.exitStatus == 1)
    }

    @Test func emptyRecordsAndFieldsDoNotPass() async throws {
        let rules: JSON = [
            ["op": "tlv.decode", "outcome": "accept", "set": ["records": []]],
            ["op": "msg.decode", "outcome": "accept", "set": ["fields": [:]]],
        ]
        let result = try await WrongImplementation.run(
            rules,
            filters: ["bolt01/tlv-stream", "blip66/offer-paths-request"]
        )
        #expect(result.exitStatus == 1)
        #expect(result.result("slot-highest")?.verdict.fails == true)
    }

    // MARK: Wrong accepts

    @Test func aWrongAcceptCountsThoughTheNeighbourWasRefused() async throws {
        let rules: JSON = [
            [
                "op": "bigsize.decode", "request": #""bytes":"fc""#,
                "answer": ["outcome": "reject", "reason": "policy", "detail": ""],
            ],
            [
                "op": "bigsize.decode", "request": #""fd00fc""#,
                "answer": ["outcome": "accept", "out": ["value": "252"]],
            ],
        ]
        let result = try await WrongImplementation.run(rules, filters: ["bolt01/bigsize"])
        #expect(result.result("three-bytes-for-one")?.verdict.fails == true)
    }

    // MARK: Canaries

    @Test func aSkippedCanaryIsNoReasonForDistrust() async throws {
        let rule: JSON = ["op": "tlv.decode", "request": "\"n2\"", "answer": ["outcome": "skip", "detail": "n2"]]
        let result = try await WrongImplementation.run([rule], filters: ["bolt01/*"])
        #expect(result.exitStatus == 0)
        #expect(result.canaries.contains { $0.name == "tlv.decode n2" && $0.verdict == .skipped })
    }

    @Test(arguments: ["om.peel", "path.unblind"])
    func oneSoundFormOfAnOnionWillDo(operation: String) async throws {
        let refusal: JSON = ["outcome": "reject", "reason": "aead", "detail": "another tag"]
        let rule: JSON = [
            "op": .string(operation), "request": String(repeating: "43", count: 32).json, "answer": refusal,
        ]
        let result = try await WrongImplementation.run([rule], filters: ["bolt04/*"])
        #expect(result.canaries.allSatisfy { $0.failure == nil })
        #expect(result.exitStatus == 0)
    }

    // MARK: Silence

    @Test func anAdapterThatAnswersNothingIsATimeout() async throws {
        let result = try await WrongImplementation.run(
            [["silent": true]],
            filters: ["bolt01/bigsize"],
            limits: TestRun.impatient
        )
        #expect(result.exitStatus == 2)
        #expect(RunText.summary(result).contains("timeout"))
        #expect(!RunText.summary(result).contains("crash"))
        #expect(result.canaries.first?.failure?.contains("timeout") == true)
    }

    // MARK: Dialect

    @Test func theDialectIsPrinted() async throws {
        let id = "bolt12/static-invoice-read/default-life-over"
        let result = try await WrongImplementation.run(
            [],
            filters: [id],
            families: WrongImplementation.depending(id, on: acceptance("C-30 b"))
        )
        #expect(result.readings.map { $0.seen.map(\.alternative.description) } == [["C-30 a"]])
        #expect(RunText.summary(result).contains("  C-30 a  default life of a static invoice: 1209600 seconds"))
    }

    @Test func anAnswerByAnotherReadingIsAVerdictOfItsOwn() async throws {
        let result = try await anotherReading { _ in }
        #expect(result.verdict("default-life-over") == .anotherReading(ReadingAlternative(reading: "C-30", id: "b")))
        #expect(result.grade != .failed)
        #expect(RunText.summary(result).contains("  C-30 b  default life"))
    }

    @Test func underStrictReadingsItFails() async throws {
        let result = try await anotherReading { $0.strictness.readings = true }
        #expect(result.exitStatus == 1)
    }

    /// The reference by C-30 b, declared as what it is, and as what it is not.
    @Test(arguments: [("a", 1), ("b", 0)])
    func whatIsDeclaredIsGradedStrictly(letter: String, status: Int32) async throws {
        let declared = ReadingAlternative(reading: "C-30", id: letter)
        let result = try await WrongImplementation.run(
            [],
            filters: ["bolt12/static-invoice-read"],
            serve: ["--variant", "C-30-b"]
        ) { $0.declaredReadings = [declared] }
        #expect(result.exitStatus == status)
        #expect(result.result("last-second-of-default-life")?.verdict.fails == (status == 1))
    }

    /// What is shown as expected is the answer by the declared alternative: it is never the one that came.
    @Test func aBlockExpectsWhatWasDeclared() async throws {
        let declared = ReadingAlternative(reading: "C-33", id: "b")
        let name = "bolt12/static-invoice-read/testnet-for-bitcoin"
        let result = try await WrongImplementation.run(
            [],
            filters: ["bolt12/static-invoice-read"],
            options: { $0.declaredReadings = [declared] }
        )
        let wrong = try #require(result.cases.first { $0.id == name })
        let block = CaseText.block(wrong, requirements: result.requirements, rerun: result.rerun)
        #expect(wrong.verdict.fails)
        #expect(block.contains("expected  accept"))
        #expect(block.contains("got       reject"))
        #expect(block.contains("reading   this is the answer by C-33 a"))
        #expect(!block.contains("this is not it"))
    }

    @Test func helloDeclaresReadings() async throws {
        let result = try await anotherReading(hello: ["C-30": "a"]) { _ in }
        #expect(result.exitStatus == 1)
    }

    @Test(arguments: ["C-9999", "C-2"])
    func aReadingThatCannotBeDeclaredEndsTheRun(reading: String) async throws {
        let result = try await anotherReading(hello: JSON.object(JSONObject([(reading, "b")]))) { _ in }
        #expect(result.stop?.contains("hello.readings \(reading)=b") == true)
        #expect(result.exitStatus == 2)
        await #expect(throws: PlanError.self) {
            try await anotherReading { $0.declaredReadings = [ReadingAlternative(reading: reading, id: "b")] }
        }
    }

    /// One answer by each of two alternatives of a dialect: nobody who talks to it can know what to expect.
    @Test(arguments: [(nil, 0), ("a", 1), ("b", 1)] as [(String?, Int32)])
    func twoAlternativesOfADialectAreAWarningAndFailWhatIsDeclared(declared: String?, status: Int32) async throws {
        var rules: [JSON] = [
            [
                "op": "static_invoice.validate",
                "request": try request("bolt12/static-invoice-read/testnet-for-bitcoin"), "answer": accepted,
            ]
        ]
        if let declared { rules.append(["hello": ["readings": ["C-33": .string(declared)]]]) }
        let result = try await WrongImplementation.run(.array(rules), filters: ["bolt12/static-invoice-read"])
        #expect(result.exitStatus == status)
        guard declared == nil else { return }
        #expect(result.grade == .passedWithWarnings)
        let mixed = try #require(result.readings.first { $0.seen.count == 2 })
        #expect(mixed.seen.map(\.alternative.description) == ["C-33 a", "C-33 b"])
    }

    // MARK: What is looked at everywhere

    /// A SHOULD that every path shows is told once, and leaves the verdicts on all else as they are.
    @Test func aConstantFirstPathKeyIsOneWarning() async throws {
        let result = try await WrongImplementation.run(
            mutant: "RB-W13/constant-e0",
            filters: ["scenario/server/happy", "scenario/server/two-*"]
        )
        #expect(result.generalViolations.map(\.requirements) == [["RB-W13"]])
        #expect((result.generalViolations.first?.count ?? 0) > 1)
        #expect(result.cases.allSatisfy { $0.verdict.isPassed || !$0.verdict.isGraded })
        #expect(result.status("RB-W13") == .withWarnings)
        #expect(result.grade == .passedWithWarnings)
        #expect(result.exitStatus == 0)
        #expect(RunText.summary(result).matches(of: /warning: RB-W13/).count == 1)
    }

    // MARK: Grades

    /// Who skips the plain form of an operation shows little of it.
    @Test func aFamilyThatIsMostlyUngradedIsInconclusive() async throws {
        let rule: JSON = [
            "op": "static_invoice.verify", "answer": ["outcome": "skip", "detail": "done while decoding"],
        ]
        let result = try await WrongImplementation.run([rule], filters: ["bolt12/static-invoice-sign"])
        #expect(result.conclusions.allSatisfy { !$0.conforms })
        guard case .inconclusive = result.grade else {
            Issue.record("the run is \(result.grade)")
            return
        }
        #expect(result.exitStatus == 2)
    }

    // MARK: --require

    @Test(arguments: ["server", "B12-SI-R13", "bolt12", "salt-payer"])
    func whatIsRequiredAndLeftOutByTheFilterIsNotMet(name: String) async throws {
        let result = try await WrongImplementation.run([], filters: ["bolt01/*"], options: { $0.required = [name] })
        #expect(result.requiredButNotExercised.count == 1)
        #expect(RunText.summary(result).contains("--require \(name): not exercised"))
        #expect(result.exitStatus == 2)
    }

    @Test(arguments: ["bolt99", "reader", "any", "B12-SI-R999"])
    func whatMeansNothingIsWrongUsage(name: String) async throws {
        await #expect(throws: PlanError.self) {
            try await WrongImplementation.run([], filters: ["bolt01/*"], options: { $0.required = [name] })
        }
    }

    // MARK: Helpers

    private let accepted: JSON = ["outcome": "accept", "out": [:]]

    private func refusal(_ when: String) throws -> VectorCase.Alternative {
        .init(when: try #require(ReadingAlternative(when)), answer: .reject(reasons: ["expired", "context"]))
    }

    private func acceptance(_ when: String) throws -> VectorCase.Alternative {
        .init(when: try #require(ReadingAlternative(when)), answer: .accept(out: [:]))
    }

    /// One that accepts `default-life-over`, which is right under C-30 b of this test's own.
    private func anotherReading(
        hello: JSON? = nil,
        filters: [String] = ["bolt12/static-invoice-read/default-life-over"],
        options: (inout RunOptions) -> Void
    ) async throws -> RunResult {
        let id = "bolt12/static-invoice-read/default-life-over"
        var rules: [JSON] = [["op": "static_invoice.validate", "request": try request(id), "answer": accepted]]
        if let hello { rules.append(["hello": ["readings": hello]]) }
        return try await WrongImplementation.run(
            .array(rules),
            filters: filters,
            families: WrongImplementation.depending(id, on: acceptance("C-30 b")),
            options: options
        )
    }

    /// A part of the request line that no other case has.
    private func request(_ id: String) throws -> JSON {
        let families = try ProjectData.families()
        let vector = try #require(families.flatMap(\.cases).first { $0.id == id })
        let input = vector.input.line
        return .string(String(input.dropFirst().dropLast()))
    }
}

extension String {
    fileprivate var json: JSON { .string(self) }
}

extension CaseResult {
    /// Whether a right answer holds something.
    fileprivate var expectsOutput: Bool {
        if case .accept(let out) = expected {
            return out["fields"]?.object?.members.isEmpty != true && !out.members.isEmpty
        }
        return false
    }
}
