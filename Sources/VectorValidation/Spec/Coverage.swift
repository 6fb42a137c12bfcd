package import Catalogue
package import GridFamilies
package import Rules
package import VectorFormat

/// Which cases exercise which requirement, and which requirement nothing exercises.
///
/// An accepted case is positive for every requirement that it names, a rejected one negative. A requirement is covered when it
/// has one of each; one about behaviour when it has them among scenarios.
package struct Coverage: Sendable {
    /// Ids of cases.
    package struct Exercise: Hashable, Sendable {
        package var positive: [String] = []
        package var negative: [String] = []

        package init() {}

        package var isComplete: Bool { !positive.isEmpty && !negative.isEmpty }

        package mutating func add(_ id: String, isNegative: Bool) {
            if isNegative { negative.append(id) } else { positive.append(id) }
        }
    }

    /// A scenario, as far as coverage is concerned.
    package struct ScenarioCase: Hashable, Sendable {
        package let family: String
        package let id: String
        package let requirements: [RequirementID]
        /// It shows something to an implementation that it must reject or leave unanswered.
        package let isNegative: Bool

        package init(family: String, id: String, requirements: [RequirementID], isNegative: Bool) {
            self.family = family
            self.id = id
            self.requirements = requirements
            self.isNegative = isNegative
        }
    }

    package enum Status: Hashable, Sendable {
        case covered
        case waived(Requirement.Waiver)
        /// What is awaited.
        case pending(String)
        /// What is missing.
        case missing(String)

        package var name: String {
            switch self {
            case .covered: "covered"
            case .waived: "waived"
            case .pending: "pending"
            case .missing: "missing"
            }
        }

        package var detail: String? {
            switch self {
            case .covered: nil
            case .waived(let waiver): waiver.reason
            case .pending(let detail), .missing(let detail): detail
            }
        }
    }

    package struct Entry: Hashable, Sendable {
        package let requirement: Requirement
        package let vectors: Exercise
        package let scenarios: Exercise
        package let status: Status
    }

    /// One for each requirement, in the order of their ids.
    package let entries: [Entry]
    /// What is wrong apart from gaps: names of requirements that are not in the catalogue, requirements without a check.
    package let problems: [String]
    /// Cases of requirements enforced as `fail` that another alternative of a reading answers otherwise.
    package let excused: [ExcusedCase]
    /// Cells of the grid that no case shows: a rule in a place where it applies.
    package let holes: [GridCell]
    /// What fails under `--strict` only: lists and waivers that nothing needs any more.
    package let notes: [String]

    /// - `checks`: where requirements are judged; without it, it is not asked whether each that needs a check has one.
    /// - `grid`: where each rule of encoding applies; without it, holes are not looked for.
    package init(
        _ catalogue: RequirementCatalogue,
        _ families: [VectorFamily],
        scenarios: [ScenarioCase] = [],
        planned: PlannedFamilies,
        checks: CheckIndex? = nil,
        grid: GridTable? = nil
    ) {
        let vectorExercises = Self.exercises(
            families.flatMap(\.cases).map { ($0.id, $0.requirements, $0.isNegative) }
        )
        let scenarioExercises = Self.exercises(scenarios.map { ($0.id, $0.requirements, $0.isNegative) })
        let present = Set(families.map { String($0.name.prefix { $0 != "@" }) } + scenarios.map(\.family))
        entries = catalogue.ids.compactMap { catalogue[$0] }.map { requirement in
            let vectors = vectorExercises[requirement.id] ?? Exercise()
            let scenarios = scenarioExercises[requirement.id] ?? Exercise()
            let awaited = planned.families(for: requirement.id, notIn: present)
            let status = Self.status(requirement, vectors, scenarios, awaited)
            return Entry(requirement: requirement, vectors: vectors, scenarios: scenarios, status: status)
        }
        let named = [vectorExercises, scenarioExercises].flatMap { $0 }
        problems =
            Self.unknown(named.map { ($0.key, ($0.value.positive + $0.value.negative).first ?? "") }, catalogue)
            + Self.unknown(
                planned.entries.flatMap { entry in entry.requirements.map { ($0, entry.family) } },
                catalogue
            )
            + (checks?.unchecked(catalogue) ?? []).map {
                "\($0) has no check: no code judges it by name, no step of a scenario does, and it has no waiver"
            }
        holes = grid?.holes(among: Set(families.flatMap(\.cases).map(\.id))) ?? []
        excused = Self.excusedCases(catalogue, families, scenarios)
        notes = Self.notes(entries, planned, present)
    }

    package subscript(id: RequirementID) -> Entry? { entries.first { $0.requirement.id == id } }

    package func entries(status name: String) -> [Entry] { entries.filter { $0.status.name == name } }

    /// A requirement whose every case is excused by some alternative fails, as one without cases does.
    /// - Parameter strict: what is pending fails too, and so do notes.
    package func fails(strict: Bool) -> Bool {
        if !holes.isEmpty || !problems.isEmpty || !entries(status: "missing").isEmpty
            || excused.contains(where: \.isOnlyCase)
        {
            return true
        }
        return strict && (!notes.isEmpty || !entries(status: "pending").isEmpty)
    }

    private static func exercises(
        _ cases: [(id: String, requirements: [RequirementID], isNegative: Bool)]
    ) -> [RequirementID: Exercise] {
        var exercises: [RequirementID: Exercise] = [:]
        for (id, requirements, isNegative) in cases {
            for requirement in requirements {
                exercises[requirement, default: Exercise()].add(id, isNegative: isNegative)
            }
        }
        return exercises
    }

    private static func status(
        _ requirement: Requirement,
        _ vectors: Exercise,
        _ scenarios: Exercise,
        _ awaited: [String]
    ) -> Status {
        let isBehaviour = requirement.observed == .behaviour
        var counted = scenarios
        if !isBehaviour {
            counted.positive += vectors.positive
            counted.negative += vectors.negative
        }
        if counted.isComplete { return .covered }
        if let waiver = requirement.waiver { return .waived(waiver) }
        if !awaited.isEmpty { return .pending("\(awaited.joined(separator: ", ")) not there yet") }
        if isBehaviour { return .pending("its scenarios are not there yet") }
        let gaps = [
            counted.positive.isEmpty ? "no accepted case" : nil, counted.negative.isEmpty ? "no rejected case" : nil,
        ]
        return .missing("\(gaps.compactMap { $0 }.joined(separator: ", ")), and no waiver")
    }

    private static func unknown(
        _ named: [(RequirementID, String)],
        _ catalogue: RequirementCatalogue
    ) -> [String] {
        named.filter { catalogue[$0.0] == nil }.sorted { $0 < $1 }
            .map { "\($0.0) is named by \($0.1) and is not in the catalogue" }
    }

    private static func notes(_ entries: [Entry], _ planned: PlannedFamilies, _ present: Set<String>) -> [String] {
        let needless = entries.filter { $0.requirement.waiver != nil && $0.status == .covered }
        let arrived = planned.entries.map(\.family).filter(present.contains)
        return needless.map { "\($0.requirement.id) has a waiver and does not need it" }
            + arrived.map { "\($0) is there: take it out of Spec/\(PlannedFamilies.file)" }
    }
}
