internal import Catalogue

/// A scenario under one profile and at one depth.
package struct ScenarioRun: Hashable, Sendable {
    package let scenario: Scenario
    package let family: ScenarioFamily
    /// A profile's name.
    package let profile: String
    package let depth: Depth

    package init(_ scenario: Scenario, _ family: ScenarioFamily, profile: String, depth: Depth) {
        self.scenario = scenario
        self.family = family
        self.profile = profile
        self.depth = depth
    }

    /// Of the names alone: a table of runs would otherwise go through every step of the family at each look.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(scenario.id)
        hasher.combine(profile)
        hasher.combine(depth)
    }

    /// The family's name; with the profile, unless that is the draft's.
    package var familyName: String {
        profile == ProfileStore.defaultName ? family.name : "\(family.name)@\(profile)"
    }

    /// The scenario's address under the profile.
    package var address: String { "\(familyName)/\(scenario.id.split(separator: "/").last ?? "")" }

    /// The address with the depth: `scenario/server/happy:packet`.
    package var id: String { "\(address):\(depth.rawValue)" }

    /// The same profile and depth for another scenario of the family.
    package func of(_ id: String) -> ScenarioRun? {
        let other = family.scenarios.first { $0.id == id }
        return other.map { ScenarioRun($0, family, profile: profile, depth: depth) }
    }

    /// All that there are of a family, grouped by profile and depth.
    ///
    /// - `profile`: under this one alone, if the family is for it; `nil` for all of the family.
    package static func all(_ family: ScenarioFamily, profile: String? = nil) -> [[ScenarioRun]] {
        let profiles = profile.map { family.isSelected(under: $0) ? [$0] : [] } ?? family.profiles
        return profiles.flatMap { profile in
            Depth.allCases.map { depth in
                family.scenarios.filter { $0.isSelected(under: profile, at: depth) }
                    .map { ScenarioRun($0, family, profile: profile, depth: depth) }
            }
        }
    }
}

extension ScenarioFamily {
    /// Under the profiles that it names; where it names several, it is about conduct that no number decides, and a user's own
    /// will do as well.
    fileprivate func isSelected(under profile: String) -> Bool { profiles.contains(profile) || profiles.count > 1 }
}

extension Scenario {
    func isSelected(under profile: String, at depth: Depth) -> Bool {
        (profiles?.contains(profile) ?? true) && (needs.depth.map { $0 == depth } ?? true)
    }

    /// The operations that an adapter must have for it.
    package func operations(at depth: Depth) -> Set<String> {
        var operations: Set<String> = ["init", "barrier"]
        for step in allSteps { step.action.addOperations(to: &operations, depth) }
        return operations
    }
}

extension Action {
    fileprivate func addOperations(to operations: inout Set<String>, _ depth: Depth) {
        switch self {
        case .issue_paths: operations.insert("server.issue_client_paths")
        case .send, .hostile: operations.insert(depth == .packet ? "net.deliver" : "om.deliver")
        case .pay: operations.insert("htlc.deliver")
        case .set_server_paths: operations.insert("recipient.set_server_paths")
        case .tick: operations.insert("tick")
        case .advance(_, let thenTick): operations.formUnion(thenTick ? ["clock.set", "tick"] : ["clock.set"])
        case .restart(.clean): operations.insert("restart")
        case .store, .store_result: operations.insert("store.ack")
        case .link: operations.insert("net.link")
        case .set_limit: operations.insert("server.set_limit")
        case .channel(let change, _): operations.insert("channel.\(change.rawValue)")
        case .get_offer: operations.insert("recipient.get_offer")
        case .list_offers: operations.insert("recipient.list_offers")
        case .stats: operations.insert("store.stats")
        case .salt(let action): operations.formUnion(action.operations)
        case .expect_any(let rows):
            for step in rows.flatMap(\.steps) { step.action.addOperations(to: &operations, depth) }
        case .repeat(_, let steps): for step in steps { step.action.addOperations(to: &operations, depth) }
        default: break
        }
    }
}
