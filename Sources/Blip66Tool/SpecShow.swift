import ArgumentParser
internal import Catalogue
internal import Rules
internal import VectorValidation

/// `blip66 spec show`: all that is known of a requirement.
struct SpecShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a requirement: what it says, where it comes from, how it is seen, and what exercises it."
    )

    @Argument(help: "The id, such as B66-OPR-S1.")
    var id: String

    func run() throws {
        let data = try SpecData()
        guard let entry = data.coverage[RequirementID(id)] else {
            throw ValidationError("there is no requirement \"\(id)\"; `blip66 spec list` lists them")
        }
        show(entry.requirement, data.catalogue)
        show(data.ambiguities.entries(bearingOn: entry.requirement))
        show("vectors", entry.vectors)
        show("scenarios", entry.scenarios)
        print("\n\(entry.status.name)\(entry.status.detail.map { ": \($0)" } ?? "")")
        if let proxy = entry.requirement.waiver?.proxy { print("instead: \(proxy)") }
    }

    private func show(_ requirement: Requirement, _ catalogue: RequirementCatalogue) {
        print("\(requirement.id): \(requirement.statement)\n")
        print("level        \(requirement.level.rawValue)")
        let reason = requirement.enforcementReason.map { ": \($0)" } ?? ""
        print("enforcement  \(requirement.enforcement.rawValue)\(reason)")
        print("binds        \(requirement.role)")
        print("observed     \(requirement.observed.rawValue)")
        for basis in requirement.bases {
            let source = catalogue.sources[basis.source]
            print("source       \(source?.title ?? basis.source), at \(source?.revision ?? "?"): \(basis.section)")
            for line in basis.lines { print("             line \(line)") }
        }
        if let reason = requirement.withoutLine { print("             no line: \(reason)") }
    }

    private func show(_ ambiguities: [Ambiguities.Entry]) {
        guard !ambiguities.isEmpty else { return }
        print("\nreadings (Spec/\(Ambiguities.file))")
        for entry in ambiguities { print("  \(entry.name)  \(entry.title)") }
    }

    private func show(_ title: String, _ exercise: Coverage.Exercise) {
        print("\n\(title): \(exercise.positive.count) positive, \(exercise.negative.count) negative")
        for id in exercise.positive { print("  +  \(id)") }
        for id in exercise.negative { print("  -  \(id)") }
    }
}
