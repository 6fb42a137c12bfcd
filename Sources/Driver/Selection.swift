package import Catalogue
package import Rules
package import Scenarios
package import VectorFormat

/// Which cases and scenarios a run is about. Of one option any value will do, and all options must fit.
package struct Selection: Sendable {
    /// Patterns over case ids and family names; all cases when there are none. The id of a case selects that case alone; any
    /// other pattern without `@profile` selects under every profile.
    package var filters: [String] = []
    /// The same; what matches is left out.
    package var excludes: [String] = []
    /// Patterns over names of families.
    package var families: [String] = []
    /// Cases that name one of these, as what they exercise or as what they violate.
    package var requirements: [RequirementID] = []
    /// Roles of scenarios.
    package var roles: [String] = []
    /// Cases of which a requirement has one of these levels.
    package var levels: [Requirement.Level] = []
    /// Names of flags.
    package var flags: [String] = []
    /// Documents of the catalogue.
    package var documents: [String] = []
    /// Scenarios at this depth only.
    package var depth: Depth?
    /// These ids alone, such as those that failed before.
    package var ids: Set<String>?

    package init() {}

}

/// A selection at work: it remembers which values fitted anything.
struct SelectionMatcher {
    private let selection: Selection
    private let catalogue: [RequirementID: Requirement]
    private let filters: [SelectionPattern]
    private let excludes: [SelectionPattern]
    private let families: [IDPattern]
    private(set) var matched: Set<SelectionPattern> = []
    private(set) var matchedFamilies: Set<IDPattern> = []
    private var seen = Seen()

    private struct Seen {
        var requirements: Set<RequirementID> = []
        var roles: Set<String> = []
        var flags: Set<String> = []
    }

    init(_ selection: Selection, _ catalogue: [RequirementID: Requirement], exact: Set<String>) {
        self.selection = selection
        self.catalogue = catalogue
        filters = selection.filters.map { SelectionPattern($0, isExact: exact.contains($0)) }
        excludes = selection.excludes.map { SelectionPattern($0, isExact: exact.contains($0)) }
        families = selection.families.map { IDPattern($0) }
    }

    /// The first filter, if any, that fitted nothing.
    var idleFilter: SelectionPattern? { filters.first { !matched.contains($0) } }

    /// A sentence on the first other value that fitted nothing.
    var idleValue: String? {
        func sentence(_ option: String, _ value: String?, _ hint: String) -> String? {
            value.map { "nothing matches --\(option) '\($0)'; \(hint)" }
        }
        let families = "blip66 show lists all families; those of interop/ are run with --party alone"
        let requirement = selection.requirements.first { !seen.requirements.contains($0) }?.rawValue
        return sentence("exclude", excludes.first { !matched.contains($0) }?.text, families)
            ?? sentence(
                "family",
                self.families.first { !matchedFamilies.contains($0) }?.text,
                families
            )
            ?? sentence("requirement", requirement, "blip66 spec list lists all ids")
            ?? sentence("role", selection.roles.first { !seen.roles.contains($0) }, "no scenario is for it")
            ?? sentence(
                "flag",
                selection.flags.first { !seen.flags.contains($0) },
                "check --list shows the flags of cases"
            )
    }

    mutating func selects(_ vector: VectorCase, _ family: VectorFamily) -> Bool {
        let names = vector.requirements + vector.violates
        seen.requirements.formUnion(names)
        seen.flags.formUnion(vector.flags)
        let fits = fits(names, flags: vector.flags, role: nil, id: vector.id)
        let isInFamily = fitsFamily([family.name, String(family.name.prefix { $0 != "@" })])
        return fitsPatterns { $0.matches(vector, family) } && fits && isInFamily
    }

    mutating func selects(_ scenarioRun: ScenarioRun) -> Bool {
        let names = scenarioRun.scenario.requirements + scenarioRun.scenario.steps.flatMap(\.allRequirements)
        seen.requirements.formUnion(names)
        seen.roles.insert(scenarioRun.family.role)
        let fits = fits(names, flags: [], role: scenarioRun.family.role, id: scenarioRun.id)
        let isInFamily = fitsFamily([scenarioRun.familyName, scenarioRun.family.name])
        return fitsPatterns { $0.matches(scenarioRun) } && fits && isInFamily
            && (selection.depth ?? scenarioRun.depth) == scenarioRun.depth
    }

    private mutating func fitsPatterns(_ matches: (SelectionPattern) -> Bool) -> Bool {
        let chosen = filters.filter(matches)
        let left = excludes.filter(matches)
        matched.formUnion(chosen + left)
        return (filters.isEmpty || !chosen.isEmpty) && left.isEmpty
    }

    private mutating func fitsFamily(_ names: [String]) -> Bool {
        let fitting = families.filter { pattern in names.contains { pattern.matches($0) } }
        matchedFamilies.formUnion(fitting)
        return families.isEmpty || !fitting.isEmpty
    }

    private func fits(_ names: [RequirementID], flags: [String], role: String?, id: String) -> Bool {
        if let ids = selection.ids, !ids.contains(id) { return false }
        if !selection.requirements.isEmpty, !names.contains(where: selection.requirements.contains) { return false }
        if !selection.roles.isEmpty, !selection.roles.contains(where: { $0 == role }) { return false }
        if !selection.flags.isEmpty, !flags.contains(where: selection.flags.contains) { return false }
        let known = names.compactMap { catalogue[$0] }
        if !selection.levels.isEmpty, !known.contains(where: { selection.levels.contains($0.level) }) { return false }
        return selection.documents.isEmpty || known.contains { selection.documents.contains($0.document) }
    }
}

extension VectorCase {
    /// The requirements that an invalid input breaks.
    package var violates: [RequirementID] {
        if case .reject(_, let violates, _) = expectation { return violates }
        return []
    }
}
