import ArgumentParser
internal import Catalogue
internal import Rules
internal import Scenarios
internal import VectorFormat
internal import VectorGeneration
internal import VectorKit
internal import VectorValidation

/// Where cases and scenarios are made.
struct CaseSources {
    /// A vector or a scenario, and `FILE:LINE` relative to the project: of the call in the generator, or of the scenario's
    /// member `id`.
    struct Place {
        let id: String
        let source: String
    }

    private let context: GenerationContext
    private let scenarios: [Place]

    init(_ project: ProjectFiles) throws {
        context = try GenerationContext(store: ProfileStore(folder: project.profiles))
        scenarios = try Self.scenarios(project)
    }

    /// The places of these cases, or of all cases of these families. Only their families are generated.
    func places(of addresses: [String]) throws -> [Place] {
        let entries = AllFamilies.entries(context).filter { entry in
            addresses.contains { $0 == entry.name || $0.hasPrefix("\(entry.name)/") }
        }
        let known = try vectors(entries) + scenarios
        return try addresses.flatMap { address in
            let found = known.filter { $0.id == address || Self.family(of: $0.id) == address }
            guard !found.isEmpty else {
                throw ValidationError("there is no case and no family \"\(address)\"; `blip66 show` lists the families")
            }
            return found
        }
    }

    /// The places of all vectors and scenarios.
    func all() throws -> [Place] { try vectors(AllFamilies.entries(context)) + scenarios }

    /// Every vector of these families, in the order of their files.
    /// - Throws: for a family that ends before its cases are made, and for a case whose line the generator does not know.
    private func vectors(_ entries: [AllFamilies.Entry]) throws -> [Place] {
        let made = AllFamilies.generate(entries, context)
        let lost = Set(entries.map(\.name)).subtracting(made.families.map(\.name))
        guard lost.isEmpty else {
            let reasons = made.mistakes.map(\.description).joined(separator: "\n  ")
            throw ValidationError("the generator cannot make \(lost.sorted().joined(separator: ", "))\n  \(reasons)")
        }
        return try made.families.flatMap(\.cases).map { testCase in
            guard let source = made.sources[testCase.id] else {
                throw ValidationError("the generator does not say where it makes \(testCase.id)")
            }
            return Place(id: testCase.id, source: source.description)
        }
    }

    private static func scenarios(_ project: ProjectFiles) throws -> [Place] {
        let entries = try ScenarioStore.entries(folder: project.vectors)
        let index = CheckIndex(
            [],
            entries.map { ("Vectors/\($0.file)", String(decoding: $0.bytes, as: UTF8.self), $0.family) }
        )
        return try entries.flatMap(\.family.scenarios).map { scenario in
            guard let place = index.scenarios[scenario.id] else {
                throw ValidationError("no line of Vectors/scenario has the id \(scenario.id)")
            }
            return Place(id: scenario.id, source: "\(place.file):\(place.line)")
        }
    }

    private static func family(of id: String) -> String { id.split(separator: "/").dropLast().joined(separator: "/") }
}
