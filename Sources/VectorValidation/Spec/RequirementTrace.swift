package import Catalogue
internal import Mutants
package import Rules
package import Scenarios
package import VectorFormat

/// What leads from a requirement to its sentence, to the code that judges it, and to what exercises it.
package struct RequirementTrace {
    /// A line that the requirement rests on.
    package struct Line {
        package let source: SpecSource
        package let section: String
        package let digest: String
        package let span: LineSpan
        /// `nil` without texts, and where no copy has the line any more.
        package let sentence: SpecTexts.Sentence?

        /// What `blip66 spec where` takes for it.
        package var address: String { "\(source.key):\(span.first)" }
        package var link: String? { source.link(to: span) }
    }

    package struct Case: Hashable, Sendable {
        package let id: String
        package let isNegative: Bool
        /// What it shows.
        package let comment: String
        /// For a scenario, which is written by hand: where. A vector comes from a generator: `blip66 show ID --source`.
        package let place: CheckIndex.Place?
    }

    package struct MutantEntry: Hashable, Sendable {
        package let name: String
        /// Whether somebody wrote it or an operator made it.
        package let kind: String
        package let place: CheckIndex.Place?
        /// The scenarios that claim to find it out.
        package let scenarios: [String]
        /// What found it out in the last proof that was kept.
        package let cases: [String]
    }

    package let requirement: Requirement
    package let status: Coverage.Status
    package let lines: [Line]
    /// Places without a line: sections, and sources that are no texts.
    package let withoutLines: [Requirement.Basis]
    package let checks: [CheckIndex.Place]
    package let steps: [CheckIndex.StepPlace]
    package let remarks: [CheckIndex.Place]
    package let vectors: [Case]
    package let scenarios: [Case]
    package let mutants: [MutantEntry]
    /// What the last proof that was kept says.
    package let proof: ProofPage.Row?

    /// A requirement that no code names and no step looks for is judged by what its vectors record.
    package var isCompared: Bool { checks.isEmpty && steps.isEmpty && !vectors.isEmpty }

    /// A rejected vector that breaks the rule: what an implementation without the rule accepts.
    package var rejections: Case? { vectors.first(where: \.isNegative) }
}

/// Makes traces, and finds the way back from a line, a phrase or a case.
package struct RequirementTracer {
    package let catalogue: RequirementCatalogue
    package let coverage: Coverage
    package let checks: CheckIndex
    package let texts: SpecTexts?
    private let proof: ProofPage?
    private let vectors: [RequirementID: [RequirementTrace.Case]]
    private let scenarios: [RequirementID: [RequirementTrace.Case]]
    private let mutants: [RequirementID: [RequirementTrace.MutantEntry]]
    private let requirementsOfCases: [String: [RequirementID]]
    private let commentsOfCases: [String: String]
    private let sources: [String: SpecSource]

    package init(
        _ catalogue: RequirementCatalogue,
        _ coverage: Coverage,
        _ checks: CheckIndex,
        families: [VectorFamily],
        scenarios: [ScenarioFamily],
        texts: SpecTexts? = nil,
        proof: ProofPage? = nil
    ) {
        self.catalogue = catalogue
        self.coverage = coverage
        self.checks = checks
        self.texts = texts
        self.proof = proof
        sources = Dictionary(catalogue.documents.flatMap(\.sources).map { ($0.key, $0) }) { first, _ in first }
        var cases: [RequirementID: [RequirementTrace.Case]] = [:]
        var ids: [String: [RequirementID]] = [:]
        var comments: [String: String] = [:]
        for vector in families.flatMap(\.cases) {
            let entry = RequirementTrace.Case(
                id: vector.id,
                isNegative: vector.isNegative,
                comment: vector.comment,
                place: nil
            )
            ids[vector.id] = vector.requirements
            comments[vector.id] = vector.comment
            for id in vector.requirements { cases[id, default: []].append(entry) }
        }
        vectors = cases
        cases = [:]
        var killers: [String: [String]] = [:]
        for scenario in scenarios.flatMap(\.scenarios) {
            let entry = RequirementTrace.Case(
                id: scenario.id,
                isNegative: scenario.isNegative,
                comment: scenario.comment,
                place: checks.scenarios[scenario.id]
            )
            ids[scenario.id] = scenario.requirements
            comments[scenario.id] = scenario.comment
            for id in scenario.requirements { cases[id, default: []].append(entry) }
            for kill in scenario.kills { killers[kill, default: []].append(scenario.id) }
        }
        self.scenarios = cases
        requirementsOfCases = ids
        commentsOfCases = comments
        let breaking = ServedVariant.all.filter { $0.kind == .written || $0.kind == .made }
        mutants = Dictionary(grouping: breaking) { $0.requirements[0] }.mapValues { mutants in
            mutants.map { mutant in
                // The same fault in several operations is written once.
                let place = checks.mutants[mutant.name] ?? checks.mutants[String(mutant.name.prefix { $0 != "@" })]
                return .init(
                    name: mutant.name,
                    kind: mutant.kind.rawValue,
                    place: place,
                    scenarios: killers[mutant.name] ?? [],
                    cases: proof?.casesOfMutant[mutant.name] ?? []
                )
            }
        }
    }

    package func trace(_ id: RequirementID) -> RequirementTrace? {
        guard let row = coverage[id] else { return nil }
        let requirement = row.requirement
        return RequirementTrace(
            requirement: requirement,
            status: row.status,
            lines: requirement.bases.flatMap { basis in basis.lines.compactMap { line($0, of: basis.source) } },
            withoutLines: requirement.bases.filter(\.lines.isEmpty),
            checks: checks.places[id] ?? [],
            steps: checks.steps[id] ?? [],
            remarks: checks.remarks[id] ?? [],
            vectors: vectors[id] ?? [],
            scenarios: scenarios[id] ?? [],
            mutants: mutants[id] ?? [],
            proof: proof?[id]
        )
    }

    private func line(_ digest: String, of key: String) -> RequirementTrace.Line? {
        guard let source = sources[key], let section = source.section(of: digest), let span = source.span(of: digest)
        else { return nil }
        return RequirementTrace.Line(
            source: source,
            section: section,
            digest: digest,
            span: span,
            sentence: texts?.sentence(digest, of: source)
        )
    }

    // MARK: Back

    /// A line of a text, or a case, or a statement: what was found, and the requirements that it leads to.
    package struct Found {
        package enum Thing {
            case line(SpecSource, section: String, SpecSource.OutlineLine, SpecTexts.Sentence?)
            /// A line that the text has and the outline has not: it is of another revision.
            case unknownLine(SpecSource, SourceLine)
            case testCase(String)
            /// Which cases have the words, as a sentence.
            case cases(String)
            case statement(RequirementID)
        }

        package let thing: Thing
        package let requirements: [RequirementID]
        /// Why none rests on the line.
        package let unclaimed: String?
    }

    /// What a line's address, the id of a case, or a phrase leads to.
    package func find(_ words: String) throws(NotFound) -> [Found] {
        if let ids = requirementsOfCases[words] ?? requirementsOfCases[words.replacing(/@[^\/:]+|:[a-z]+$/, with: "")] {
            return [Found(thing: .testCase(words), requirements: ids, unclaimed: nil)]
        }
        // An id leads to its own lines, as a case's id does.
        if let id = catalogue.ids.first(where: { $0.rawValue.lowercased() == words.trimmed.lowercased() }) {
            return [Found(thing: .statement(id), requirements: [id], unclaimed: nil)]
        }
        if let address = words.wholeMatch(of: /\s*(.+?)\s*:\s*([0-9]+)\s*/), let number = Int(address.output.2) {
            return try lines(at: number, in: String(address.output.1))
        }
        return try lines(with: words)
    }

    package struct NotFound: Error, CustomStringConvertible {
        package let description: String
    }

    private func lines(at number: Int, in name: String) throws(NotFound) -> [Found] {
        let meant = catalogue.documents.flatMap { document in
            document.sources.filter { $0.file != nil && $0.isMeant(by: name) }.map { (document, $0) }
        }
        guard !meant.isEmpty else {
            let names = catalogue.documents.flatMap(\.sources).filter { $0.file != nil }.map(\.key)
            throw NotFound(description: "there is no text \"\(name)\"; texts are \(names.joined(separator: ", "))")
        }
        let found = meant.flatMap { document, source in
            source.outline.flatMap { section in
                section.lines.filter { $0.span.contains(number) }
                    .map { self.found($0, section.name, source, document) }
            }
        }
        if !found.isEmpty { return found }
        let neighbours = meant.flatMap { _, source in
            let spans = source.outline.flatMap(\.lines).map(\.span).sorted { $0.first < $1.first }
            let around = [spans.last { $0.last < number }, spans.first { $0.first > number }]
            return around.compactMap { $0.map { "\(source.key):\($0)" } }
        }
        throw NotFound(
            description: "line \(number) of \(name) is not in the catalogue; the nearest lines that are: "
                + neighbours.joined(separator: " and ")
        )
    }

    private func found(
        _ line: SpecSource.OutlineLine,
        _ section: String,
        _ source: SpecSource,
        _ document: SpecDocument
    ) -> Found {
        let entry = document.unclaimed.first { entry in
            entry.source == source.key && entry.lines.contains { $0.hasPrefix(line.digest) }
        }
        let whole = document.accountedLines(of: source.key).first { $0.hasPrefix(line.digest) }
        return Found(
            thing: .line(source, section: section, line, whole.flatMap { texts?.sentence($0, of: source) }),
            requirements: document.requirements(restingOn: line.digest, of: source.key),
            unclaimed: entry?.reason
        )
    }

    /// In the texts, where they are at hand; in our statements otherwise.
    private func lines(with phrase: String) throws(NotFound) -> [Found] {
        var found = texts.map { lines(with: phrase, in: $0) } ?? statements(with: phrase)
        if found.isEmpty { found = cases(with: phrase) }
        guard found.isEmpty else { return found }
        let place = texts == nil ? "statement" : "line of the texts"
        let more = texts == nil ? "; with --texts DIR the texts themselves are searched" : ""
        throw NotFound(
            description: "no \(place) has \"\(phrase)\"\(more). What is looked up: a line (BOLT4:1697), words of "
                + "a sentence, the name of a record or message, the id of a requirement, a case, a scenario or a family"
        )
    }

    private func lines(with phrase: String, in texts: SpecTexts) -> [Found] {
        catalogue.documents.flatMap { document in
            document.sources.flatMap { source in
                texts.lines(with: phrase, in: source).compactMap { digest, line in
                    guard let span = source.span(of: digest) else {
                        // A proposal has the lines of the text that it changes, too.
                        guard source.basedOn == nil else { return nil }
                        return Found(thing: .unknownLine(source, line), requirements: [], unclaimed: nil)
                    }
                    let digest = String(digest.prefix(SpecSource.outlineDigits))
                    return self.found(.init(digest: digest, span: span), line.section, source, document)
                }
            }
        }
    }

    private func statements(with phrase: String) -> [Found] {
        let wanted = PlainText.of(phrase).lowercased()
        return catalogue.ids.filter { catalogue[$0]?.statement.lowercased().contains(wanted) == true }
            .map { Found(thing: .statement($0), requirements: [$0], unclaimed: nil) }
    }

    /// A family by its name, or what cases have in their id or comment, such as the name of a record. First come the requirements of
    /// which the largest share of cases has it.
    private func cases(with phrase: String) -> [Found] {
        let kebab = phrase.replacing("_", with: "-")
        let cases = requirementsOfCases.keys.filter { id in
            id.hasPrefix("\(phrase)/") || id.contains(kebab) || commentsOfCases[id]?.contains(phrase) == true
        }
        guard let first = cases.min() else { return [] }
        var shares: [RequirementID: Double] = [:]
        for id in cases.flatMap({ requirementsOfCases[$0] ?? [] }) {
            shares[id, default: 0] += 1 / Double((vectors[id]?.count ?? 0) + (scenarios[id]?.count ?? 0))
        }
        let ids = shares.keys.sorted { (-(shares[$0] ?? 0), $0) < (-(shares[$1] ?? 0), $1) }
        let what = cases.count == 1 ? "1 case has" : "\(cases.count) cases have"
        return [Found(thing: .cases("\(what) \"\(phrase)\", such as \(first)"), requirements: ids, unclaimed: nil)]
    }
}
