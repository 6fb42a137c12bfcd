internal import Catalogue
internal import Rules

/// `--require`: a requirement, a layer of vectors, or a role, that has to be exercised under every profile that the run
/// and the adapter have.
struct RequireOption: Sendable {
    private let layers: Set<String>
    private let catalogue: [RequirementID: Requirement]

    private enum Meaning {
        case requirement(RequirementID)
        case subject(Subject)
    }

    /// - Parameter layers: of all families that were loaded, selected or not.
    init(_ layers: Set<String>, _ catalogue: [RequirementID: Requirement]) {
        self.layers = layers
        self.catalogue = catalogue
    }

    /// - Throws: for a name that means nothing, whatever was selected.
    func check(_ names: [String]) throws(PlanError) {
        for name in names where meaning(name) == nil {
            throw PlanError(
                """
                --require \(name): not a requirement's id, not a layer of the vectors \
                (\(layers.sorted().joined(separator: ", "))), not a role \
                (\(ProtocolNames.roles.joined(separator: ", ")))
                """
            )
        }
    }

    /// A sentence for each name that was not exercised.
    func notExercised(_ names: [String], _ result: RunResult) -> [String] {
        guard let adapter = result.adapter else { return [] }
        return names.flatMap { name in
            meaning(name).map { complaints($0, result, adapter).map { "--require \(name): \($0)" } } ?? []
        }
    }

    private func meaning(_ name: String) -> Meaning? {
        if catalogue[RequirementID(name)] != nil { return .requirement(RequirementID(name)) }
        if ProtocolNames.roles.contains(name) { return .subject(.role(name)) }
        return layers.contains(name) ? .subject(.layer(name)) : nil
    }

    private func complaints(_ meaning: Meaning, _ result: RunResult, _ adapter: AdapterIdentity) -> [String] {
        let families = result.families.filter { isAbout(meaning, $0) }
        if families.isEmpty { return ["not exercised: nothing that was selected for this run is about it"] }
        let profiles = families.reduce(into: [String]()) { if !$0.contains($1.profile) { $0.append($1.profile) } }
        // What the adapter does not follow is not asked of it; the run's own profile stands for families of no profile.
        let declared = profiles.filter { adapter.profiles.contains($0) || $0 == result.profile }
        if declared.isEmpty {
            return ["not exercised: hello declares none of the profiles \(profiles.joined(separator: ", "))"]
        }
        return declared.compactMap { profile in
            let status = RequirementStatus.of(families.filter { $0.profile == profile }.flatMap(\.cases))
            return complaint(meaning, status).map { "\($0.what) under \(profile): \($0.ids)" }
        }
    }

    private func isAbout(_ meaning: Meaning, _ family: FamilyResult) -> Bool {
        switch meaning {
        case .subject(let subject): family.subject == subject
        case .requirement(let id): family.cases.contains { ($0.requirements + $0.violates).contains(id) }
        }
    }

    /// A requirement that is asked for by its id has to be shown whole; of a layer or role nothing may be left out.
    private func complaint(
        _ meaning: Meaning,
        _ status: [RequirementID: RequirementStatus]
    ) -> (what: String, ids: String)? {
        switch meaning {
        case .requirement(let id):
            switch status[id] ?? .notExercised {
            case .notExercised: return ("not exercised", id.rawValue)
            case .inPart: return ("exercised only in part", id.rawValue)
            case .met, .withInfos, .withWarnings, .failed: return nil
            }
        case .subject:
            let missing = status.filter { $0.value == .notExercised }.keys.sorted()
            return missing.isEmpty ? nil : ("not exercised", missing.map(\.rawValue).joined(separator: ", "))
        }
    }
}
