import ArgumentParser
internal import Catalogue
internal import Driver
internal import Report
internal import Scenarios
internal import StrictJSON
internal import VectorFormat

/// `blip66 show`: a case, ready to be read.
struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Show a vector or a scenario: the request or steps, what is expected, and the requirements that it tests.",
        discussion: """
            ID is an address, family/case. With the name of a family, its cases are listed; without ID, all families.

              blip66 show
              blip66 show bolt01/bigsize
              blip66 show bolt01/bigsize/three-bytes-for-one
              blip66 show scenario/server/happy
              blip66 show canary
              blip66 show canary/om.peel

            Canaries are the plainest inputs that there are, which an operation gets before it is graded. You can pipe \
            the request line of a vector into an adapter as it is.

            With --source, the output is one line for each case, "ID FILE:LINE": the line of Sources that makes a vector, \
            or the line of Vectors/scenario that holds a scenario. The generator tells it, so composed names are found \
            too. It takes several cases and families, or none for all of them.

              blip66 show --source bolt01/bigsize/three-bytes-for-one
              blip66 show --source bolt12/merkle scenario/server
            """
    )

    @Argument(help: "The id of a case, or the name of a family. Several only with --source.")
    var id: [String] = []

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    @Flag(help: "Print where each case is made, and nothing else.")
    var source = false

    func validate() throws {
        guard source || id.count < 2 else { throw ValidationError("Several ids are taken only with --source.") }
        guard !source || vectors == nil else {
            throw ValidationError("--source asks the generator; leave --vectors out.")
        }
    }

    func run() throws {
        let project = try ProjectFiles.locate()
        if source { return try showSources(project) }
        let families = try VectorStore.load(folder: vectors ?? project.vectors)
        let scenarios = try ScenarioStore.load(folder: vectors ?? project.vectors)
        guard let id = id.first else {
            families.forEach(list)
            scenarios.forEach(list)
            let count = try canaries("*", families, project).count
            return print("canary  \(count) canaries  The plainest inputs there are, sent before an operation is graded")
        }
        if id == "canary" { return listCanaries(try canaries("*", families, project)) }
        if id.hasPrefix(CanaryID.prefix) {
            let catalogue = try RequirementCatalogue(specFolder: project.spec)
            let name = String(id.dropFirst(CanaryID.prefix.count))
            return try canaries(name, families, project).forEach { print(CanaryDescriptionText.text($0, catalogue)) }
        }
        if let family = families.first(where: { $0.name == id }) { return listCases(family) }
        if let family = scenarios.first(where: { $0.name == id }) { return listScenarios(family) }
        if let (scenario, family) = scenarios.scenario(id) {
            return print(ScenarioText.text(scenario, family, try RequirementCatalogue(specFolder: project.spec)))
        }
        guard let family = families.first(where: { id.hasPrefix("\($0.name)/") }),
            let testCase = family.cases.first(where: { $0.id == id })
        else {
            throw ValidationError("there is no case and no family \"\(id)\"; `blip66 show` lists the families")
        }
        show(testCase, family, try RequirementCatalogue(specFolder: project.spec))
    }

    private func canaries(
        _ name: String,
        _ families: [VectorFamily],
        _ project: ProjectFiles
    ) throws -> [CanaryDescription] {
        let plan = try RunPlan(families: families, filters: ["\(CanaryID.prefix)\(name)"])
        return CanaryDescription.all(plan, tables: try ProfileStore(folder: project.profiles).tables)
    }

    private func listCanaries(_ canaries: [CanaryDescription]) {
        for canary in canaries { print("\(canary.id)") }
    }

    private func showSources(_ project: ProjectFiles) throws {
        let sources = try CaseSources(project)
        for place in id.isEmpty ? try sources.all() : try sources.places(of: id) {
            print("\(place.id) \(place.source)")
        }
    }

    private func list(_ family: VectorFamily) {
        print("\(family.name)  \(family.cases.count) cases  \(family.title)")
    }

    private func list(_ family: ScenarioFamily) {
        print("\(family.name)  \(family.scenarios.count) scenarios  \(family.title)")
    }

    private func listScenarios(_ family: ScenarioFamily) {
        print("\(family.name): \(family.title)")
        for scenario in family.scenarios {
            print("  \(scenario.isNegative ? "negative" : "positive")  \(scenario.id)  \(scenario.comment)")
        }
    }

    private func listCases(_ family: VectorFamily) {
        print("\(family.name): \(family.title)")
        for testCase in family.cases {
            print("  \(testCase.isNegative ? "reject" : "accept")  \(testCase.id)  \(testCase.comment)")
        }
    }

    private func show(_ testCase: VectorCase, _ family: VectorFamily, _ catalogue: RequirementCatalogue) {
        print("\(testCase.id): \(testCase.comment)")
        print("\nrequirements")
        for requirement in testCase.requirements {
            let known = catalogue[requirement]
            print("  \(requirement)  \(known?.level.rawValue ?? "?")  \(known?.statement ?? "not in the catalogue")")
        }
        for flag in family.flags where testCase.flags.contains(flag.name) { print("\n\(flag.name): \(flag.note)") }
        print("\nrequest\n\(testCase.request(id: 1, profile: family.profile).line)")
        if let sample = testCase.sample { print("\nrecorded answer\n\(JSON.object(sample).line)") }
        showExpectation(testCase, family)
        showAlternatives(testCase)
        if let steps = testCase.steps { print("\nsteps (never graded)\n\(steps.pretty)", terminator: "") }
        print("\nrun only this: blip66 check --filter '\(testCase.id)' -- ADAPTER")
    }

    private func showAlternatives(_ testCase: VectorCase) {
        for alternative in testCase.under {
            print("\nunder \(alternative.when) (blip66 spec readings \(alternative.when.reading))")
            switch alternative.answer {
            case .accept(let out): print("accept, with\n\(JSON.object(out).line)")
            case .reject(let reasons): print("reject, with \(reasons.map(\.rawValue).joined(separator: " or "))")
            }
        }
    }

    private func showExpectation(_ testCase: VectorCase, _ family: VectorFamily) {
        switch testCase.expectation {
        case .accept(let out):
            print("\nexpected: accept, with\n\(JSON.object(out).line)")
        case .reject(let reasons, let violates, let neighbour):
            print("\nexpected: reject, with \(reasons.map(\.rawValue).joined(separator: " or "))")
            print("it violates \(violates.map(\.rawValue).joined(separator: ", ")) and no other rule")
            guard let other = family.cases.first(where: { $0.id == neighbour }) else { return }
            print("\nneighbour \(neighbour), accepted: \(other.comment)")
            for difference in JSONDifference.between(other.input, testCase.input, path: "in") {
                print("  \(difference)")
            }
        }
    }
}

extension [ScenarioFamily] {
    /// A scenario by its address, with or without a profile and a depth.
    fileprivate func scenario(_ address: String) -> (Scenario, ScenarioFamily)? {
        for family in self {
            let scenarioRuns = ScenarioRun.all(family).joined()
            let found = scenarioRuns.first { [$0.scenario.id, $0.address, $0.id].contains(address) }
            if let found { return (found.scenario, family) }
        }
        return nil
    }
}
