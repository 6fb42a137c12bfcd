internal import Catalogue
internal import Scenarios
internal import VectorFormat

/// A pattern of `--filter`. It means the same for vectors and for scenarios.
///
/// Names of the draft's families have no `@profile`, and may be written with it. A pattern that names a profile selects under it;
/// one that names none selects under every profile, unless it is the id of a case, which selects that case alone.
struct SelectionPattern: Hashable, Sendable {
    let text: String
    private let pattern: IDPattern
    private let isExact: Bool

    init(_ text: String, isExact: Bool) {
        self.text = text
        pattern = IDPattern(text)
        self.isExact = isExact
    }

    func matches(_ vector: VectorCase, _ family: VectorFamily) -> Bool {
        if isExact { return vector.id == text }
        if pattern.matches(vector.id) { return true }
        let name = "/\(vector.id.split(separator: "/").last ?? "")"
        return names(family.name, family.profile).contains { pattern.matches($0) || pattern.matches($0 + name) }
    }

    /// With or without the depth.
    func matches(_ scenarioRun: ScenarioRun) -> Bool {
        if isExact { return scenarioRun.id == text }
        let name = "/\(scenarioRun.scenario.id.split(separator: "/").last ?? "")"
        return names(scenarioRun.familyName, scenarioRun.profile).contains { family in
            [family, family + name, "\(family)\(name):\(scenarioRun.depth.rawValue)"].contains(where: pattern.matches)
        }
    }

    /// The names of a family under which a pattern may look for it.
    private func names(_ name: String, _ profile: String) -> [String] {
        let plain = String(name.prefix { $0 != "@" })
        return profile == VectorFamily.anyProfile ? [plain] : [plain, "\(plain)@\(profile)"]
    }
}
