import ArgumentParser
internal import Catalogue
internal import Rules
internal import Scenarios
internal import VectorFormat
internal import VectorGeneration
internal import VectorKit

/// Where cases and scenarios are made.
struct CaseSources {
    private let project: ProjectFiles
    private let context: GenerationContext

    init(_ project: ProjectFiles) throws {
        self.project = project
        context = try GenerationContext(store: ProfileStore(folder: project.profiles))
    }

    /// `FILE:LINE`, relative to the project: of the call in the generator, or of the scenario's member `id`.
    func source(of id: String) throws -> String {
        if id.hasPrefix("scenario/") { return try sourceOfScenario(id) }
        let family = id.split(separator: "/").dropLast().joined(separator: "/")
        let entries = AllFamilies.entries(context).filter { $0.name == family }
        guard let source = AllFamilies.generate(entries, context).sources[id] else { throw unknown(id) }
        return source.description
    }

    private func sourceOfScenario(_ id: String) throws -> String {
        let wanted = "\"id\": \"\(id)\""
        for file in try ScenarioStore.files(in: project.vectors) {
            let text = String(decoding: try Files.read("\(project.vectors)/\(file)"), as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if let index = lines.firstIndex(where: { $0.contains(wanted) }) { return "Vectors/\(file):\(index + 1)" }
        }
        throw unknown(id)
    }

    private func unknown(_ id: String) -> ValidationError {
        ValidationError("there is no case \"\(id)\"; `blip66 show` lists the families")
    }
}
