package import Catalogue
package import Rules
package import StrictJSON
internal import VectorFormat

extension RunPlan {
    /// Canaries that stand for some cases, of which one is taken for the operation and the profile.
    package struct PlannedCanary: Sendable {
        /// What the canaries stand for.
        package let name: String
        /// One case for each profile, the first in the order of the families.
        let cases: [PlannedCase]

        package var id: CanaryID { CanaryID(name) }
        var operation: String { cases.first?.vector.operation ?? "" }
    }

    /// All that there are for these families.
    static func canaries(_ families: [VectorFamily]) -> [PlannedCanary] {
        var order: [String] = []
        var cases: [String: [PlannedCase]] = [:]
        for family in families {
            for vector in family.cases where vector.sample == nil {
                let name = Canaries.name(vector.operation, vector.input)
                if cases[name] == nil { order.append(name) }
                if cases[name]?.contains(where: { $0.family.profile == family.profile }) == true { continue }
                cases[name, default: []].append(PlannedCase(vector, family))
            }
        }
        return order.map { PlannedCanary(name: $0, cases: cases[$0] ?? []) }
    }

    /// Those that a pattern of `--filter` means. Canaries are sent by themselves, or not asked for.
    static func canaries(_ patterns: [String], _ families: [VectorFamily]) throws(PlanError) -> [PlannedCanary] {
        let chosen = patterns.filter { $0.hasPrefix(CanaryID.prefix) }
        guard !chosen.isEmpty else { return [] }
        guard chosen.count == patterns.count else {
            throw PlanError("--filter \(chosen[0]): canaries are sent by themselves; leave the other filters out")
        }
        let all = canaries(families)
        var selected: [PlannedCanary] = []
        for pattern in chosen {
            let found = all.compactMap { $0.restricted(to: pattern) }
            guard !found.isEmpty else {
                let ids = all.map(\.id.description).joined(separator: "\n  ")
                throw PlanError("no canary matches --filter '\(pattern)'; the canaries are:\n  \(ids)")
            }
            selected += found.filter { new in !selected.contains { $0.name == new.name } }
        }
        return selected
    }

    /// The forms of the canaries for a case; of them one that is answered rightly will do. Empty for what is graded without.
    ///
    /// - Parameter table: that of the case's profile.
    func canaryForms(_ plannedCase: PlannedCase, _ table: JSON?) -> [Canary] {
        let name = Canaries.name(plannedCase.vector.operation, plannedCase.vector.input)
        let forms = Canaries.forms(name, CanaryProfile(table))
        return forms.isEmpty ? [canaryOfCases(name, plannedCase)].compactMap { $0 } : forms
    }

    /// For what has no canaries of its own: the plainest valid case under the profile, and the same with its bytes cut short. Where
    /// there are no bytes to cut, two valid cases with different outputs: a writer that writes what it should not is graded, and
    /// fails. Without outputs, the first invalid case.
    private func canaryOfCases(_ name: String, _ plannedCase: PlannedCase) -> Canary? {
        let vectors = plannedCases(plannedCase.vector.operation, profile: plannedCase.family.profile)
            .map(\.vector).filter { Canaries.name($0.operation, $0.input) == name && $0.under.isEmpty }
        let accepted = vectors.filter { !$0.isNegative }
        // The shortest has the fewest ways to be right after all once it is cut.
        let shortest = accepted.min { ($0.input.line.utf8.count, $0.id) < ($1.input.line.utf8.count, $1.id) }
        guard let valid = accepted.first(where: { $0.id.hasSuffix("/plain") }) ?? shortest else { return nil }
        if let cut = Self.cut(valid.input) {
            return .acceptAndReject(valid.input, cut, valid.subject, "B1-TLV-3")
        }
        if case .accept(let out) = valid.expectation, !out.isEmpty {
            let other = accepted.first { $0.expectation != valid.expectation }
            return other.map { .twoAccepts(valid.input, $0.input, valid.subject) }
        }
        return vectors.first(where: \.isNegative)
            .map { .acceptAndReject(valid.input, $0.input, valid.subject, $0.subject) }
    }

    /// A stream that lacks its last byte ends inside a record, and one that is empty gets a type without a length: nobody can
    /// take either.
    private static func cut(_ input: JSON) -> JSON? {
        for member in ["bytes", "payload"] {
            guard var object = input.object, let bytes = object[member]?.string else { continue }
            let cut =
                switch bytes {
                case "": "01"
                case "00": "0101"
                default: String(bytes.dropLast(2))
                }
            object[member] = .string(cut)
            return .object(object)
        }
        return nil
    }
}

extension RunPlan.PlannedCanary {
    /// With the profiles that a pattern leaves; `nil` where it leaves none. The name of a request in a report, which has more parts,
    /// leads to its canary too.
    fileprivate func restricted(to pattern: String) -> RunPlan.PlannedCanary? {
        let wanted = IDPattern(pattern)
        let plain = id.description
        let isMeant = wanted.matches(plain) || pattern.hasPrefix("\(plain)/")
        let cases = cases.filter { plannedCase in
            let profile = plannedCase.family.profile
            if isMeant { return true }
            guard profile == VectorFamily.anyProfile else { return wanted.matches("\(plain)@\(profile)") }
            return wanted.matches(plain) || pattern.hasPrefix("\(plain)@")
        }
        return cases.isEmpty ? nil : RunPlan.PlannedCanary(name: name, cases: cases)
    }
}

/// Canaries for people: what is sent, and what has to come back.
package struct CanaryDescription: Sendable {
    package struct Form: Sendable {
        /// `accept` or `reject`, the request line, and what a wrong answer breaks.
        package let requests: [(outcome: String, line: String, requirement: RequirementID)]
        /// Both must be accepted, with different outputs.
        package let mustDiffer: Bool
    }

    package let id: CanaryID
    package let operation: String
    package let forms: [Form]

    /// Of the canaries that a plan has, under the first profile of each.
    package static func all(_ plan: RunPlan, tables: [String: JSON]) -> [CanaryDescription] {
        plan.canaries.compactMap { canary in
            guard let plannedCase = canary.cases.first else { return nil }
            let profile = plannedCase.family.profile == VectorFamily.anyProfile ? nil : plannedCase.family.profile
            let forms = plan.canaryForms(plannedCase, tables[profile ?? ProfileStore.defaultName])
            guard !forms.isEmpty else { return nil }
            return CanaryDescription(
                id: CanaryID(canary.name, profile: profile),
                operation: canary.operation,
                forms: forms.map { Form($0, canary.operation, profile) }
            )
        }
    }
}

extension CanaryDescription.Form {
    fileprivate init(_ canary: Canary, _ operation: String, _ profile: String?) {
        func line(_ input: JSON) -> String { Request(id: 1, operation: operation, profile: profile, input: input).line }
        switch canary.pair {
        case .acceptAndReject(let valid, let invalid):
            mustDiffer = false
            requests = [("accept", line(valid), canary.first), ("reject", line(invalid), canary.second)]
        case .twoAccepts(let one, let other):
            mustDiffer = true
            requests = [("accept", line(one), canary.first), ("accept", line(other), canary.second)]
        }
    }
}
