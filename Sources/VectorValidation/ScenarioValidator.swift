package import Catalogue
internal import Mutants
internal import Reference
internal import Rules
package import Scenarios
internal import StrictJSON

/// Checks files of scenarios: their form, what they refer to, and that the reference passes them. That each of their `kills` does not
/// is for `blip66 prove`.
package struct ScenarioValidator: Sendable {
    /// The result for one file.
    package struct Report: Hashable, Sendable {
        package let file: String
        package let scenarios: Int
        package let kills: Int
        /// Sentences, each with the scenario's id or the JSON path. Empty when the file is right.
        package let problems: [String]
    }

    private let profiles: [String: Profile]
    private let requirements: RequirementCatalogue
    private let readings: Readings
    private let schema: JSONSchema

    package init(
        profiles: ProfileStore,
        requirements: RequirementCatalogue,
        readings: Readings,
        schemaFile: String
    ) throws(FileError) {
        self.profiles = profiles.profiles
        self.requirements = requirements
        self.readings = readings
        let json = try Files.readJSON(schemaFile)
        do {
            schema = try JSONSchema(json)
        } catch {
            throw FileError(path: schemaFile, "\(error)")
        }
    }

    /// Whether this is a file of scenarios: it says for which role they are.
    package static func isScenarios(_ path: String) -> Bool { (try? Files.readJSON(path))?["role"] != nil }

    package func validate(_ path: String) async -> Report {
        do {
            let json = try Files.readJSON(path)
            let formal = schema.problems(of: json, path: "family")
            guard formal.isEmpty else { return Report(file: path, scenarios: 0, kills: 0, problems: formal) }
            let family = try ScenarioFamily(JSONReader(json, path: "family"))
            return Report(
                file: path,
                scenarios: family.scenarios.count,
                kills: family.scenarios.reduce(0) { $0 + $1.kills.count },
                problems: await problems(of: family)
            )
        } catch {
            return Report(file: path, scenarios: 0, kills: 0, problems: ["\(error)"])
        }
    }

    /// What a family says against the catalogue, and what the scenario runs show. Nothing is run while something is amiss.
    package func problems(of family: ScenarioFamily) async -> [String] {
        let structural = structuralProblems(of: family)
        return structural.isEmpty ? await ScenarioProof(family, profiles, spec).problems() : structural
    }

    private var spec: ScenarioSpec {
        ScenarioSpec(requirements: requirements.requirements, readings: readings)
    }

    // MARK: Structure

    private func structuralProblems(of family: ScenarioFamily) -> [String] {
        var problems: [String] = []
        if PartyRegistry.reference[family.role] == nil { problems.append("there is no role \(family.role)") }
        for profile in family.profiles where profiles[profile] == nil {
            problems.append("the profile \(profile) is not known")
        }
        var seen: Set<String> = []
        for scenario in family.scenarios {
            let faults = self.problems(of: scenario, in: family)
            problems += faults.map { "\(scenario.id): \($0)" }
            if !seen.insert(scenario.id).inserted { problems.append("\(scenario.id): the id is there twice") }
        }
        return problems
    }

    private func problems(of scenario: Scenario, in family: ScenarioFamily) -> [String] {
        var problems: [String] = []
        if !scenario.id.hasPrefix("\(family.name)/") { problems.append("the id does not begin with \(family.name)/") }
        if let twin = scenario.twin {
            let positive = family.scenarios.first { $0.id == twin }
            if positive == nil { problems.append("the twin \(twin) is not in the file") }
            if positive?.isNegative == true { problems.append("the twin \(twin) is negative itself") }
        }
        for id in Set(scenario.requirements + scenario.allSteps.flatMap(\.allRequirements)).sorted()
        where requirements[id] == nil {
            problems.append("the requirement \(id) is not in the catalogue")
        }
        problems += scenario.allSteps.flatMap(\.rows).flatMap { self.problems(of: $0, in: scenario) }
        for profile in scenario.profiles ?? [] where !family.profiles.contains(profile) {
            problems.append("the profile \(profile) is not one of the family")
        }
        return problems + scenario.kills.compactMap { problem(of: $0, family) }
    }

    /// The readings of rows exist, and what they allow excuses nobody who does nothing at all.
    private func problems(of rows: [ScenarioRow], in scenario: Scenario) -> [String] {
        var problems: [String] = []
        let named = rows.compactMap(\.reading)
        for alternative in named where readings[alternative] == nil {
            problems.append("there is no alternative \(alternative) in \(Readings.file)")
        }
        for alternative in named where readings[alternative.reading]?.kind == .parameter {
            problems.append("\(alternative.reading) is a parameter; it excuses no conduct")
        }
        if Set(named.map(\.reading)).count > 1 {
            problems.append("the rows of one step name more than one reading: \(Set(named.map(\.reading)).sorted())")
        }
        if scenario.twin == nil, rows.contains(where: \.allowsSilence) {
            problems.append("a row allows silence, and there is no twin that shows that the party speaks")
        }
        return problems
    }

    private func problem(of kill: String, _ family: ScenarioFamily) -> String? {
        guard let mutant = MutantRegistry.mutant(kill) else { return "there is no mutant \(kill)" }
        return mutant.role == family.role ? nil : "\(kill) is a mutant of the role \(mutant.role)"
    }
}
