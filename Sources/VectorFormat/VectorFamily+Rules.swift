extension VectorFamily {
    /// What is wrong with a family apart from its cases' own truth.
    package struct StructuralProblem: Hashable, Sendable, CustomStringConvertible {
        /// The case's id, or the family's name.
        package let id: String
        package let detail: String

        package var description: String { "\(id): \(detail)" }
    }

    /// What a family must keep apart from its cases' own truth: ids that are addresses, flags that are explained,
    /// neighbours that are there. Empty when all holds.
    package var structuralProblems: [StructuralProblem] {
        var problems: [StructuralProblem] = []
        var seen: Set<String> = []
        let accepted = Set(cases.filter { !$0.isNegative }.map(\.id))
        let declared = Set(flags.map(\.name))
        for testCase in cases {
            func complain(_ text: String) {
                problems.append(StructuralProblem(id: testCase.id, detail: text))
            }
            if !seen.insert(testCase.id).inserted { complain("the id stands twice") }
            if !isAddress(testCase.id) { complain("an id is the family's name, / and a name in kebab-case") }
            if testCase.requirements.isEmpty { complain("it exercises no requirement") }
            if !testCase.requirements.contains(testCase.subject) {
                complain("its subject \(testCase.subject) is not among its requirements")
            }
            if Set(testCase.under.map(\.when.reading)).count > 1 { complain("it depends on more than one reading") }
            if Set(testCase.under.map(\.when)).count < testCase.under.count {
                complain("an alternative stands twice in its \"under\"")
            }
            for flag in testCase.flags where !declared.contains(flag) { complain("the flag \(flag) is not explained") }
            if let neighbour = testCase.neighbour {
                guard accepted.contains(neighbour), let other = cases.first(where: { $0.id == neighbour }) else {
                    complain("its neighbour \(neighbour) is no accepted case of the family")
                    continue
                }
                // What another profile's peer sends differs in more than one thing.
                if !name.hasPrefix("profiles/cross"), let problem = Neighbourhood.problem(testCase, other) {
                    complain(problem)
                }
            }
        }
        for flag in flags where !cases.contains(where: { $0.flags.contains(flag.name) }) {
            problems.append(StructuralProblem(id: name, detail: "no case has the flag \(flag.name)"))
        }
        return problems
    }

    private func isAddress(_ id: String) -> Bool {
        guard id.hasPrefix("\(name)/") else { return false }
        let words = id.dropFirst(name.count + 1).split(separator: "-", omittingEmptySubsequences: false)
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789")
        return words.allSatisfy { !$0.isEmpty && $0.allSatisfy(allowed.contains) }
    }
}
