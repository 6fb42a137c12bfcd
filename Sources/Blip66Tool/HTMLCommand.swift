import ArgumentParser
internal import Catalogue
internal import HTMLReport
internal import Scenarios
internal import VectorFormat
internal import VectorValidation

/// `blip66 report html`: runs side by side, as one page.
struct HTMLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "html",
        abstract: "Runs side by side, as one file for a browser.",
        discussion: """
            The page needs no network. It shows each requirement with the link to its sentence, how every run does by it, the \
            dialects of the runs beside each other, and for each case what was sent, expected and answered. Its filters stand \
            in its address, so a view can be passed on.

              blip66 check --report json=ours.json -- ./adapter
              blip66 check --report json=reference.json
              blip66 report html reference.json ours.json -o runs.html

            Inputs come from the folder of vectors: use the one that the runs were made with.
            """
    )

    @Option(name: .shortAndLong, help: "Write it to this file. Default: standard output.")
    var output: String?

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    @Argument(help: "Files of check --report json=FILE, in the order of the columns.")
    var files: [String]

    func run() throws {
        let file = try output.map { try OutputFile($0) }
        let project = try ProjectFiles.locate()
        let folder = vectors ?? project.vectors
        let runs = NamedRun.named(try files.map { ($0, try RunResult.read($0)) })
        let page = try RunPage.html(
            runs,
            PageMaterial(
                try RequirementCatalogue(specFolder: project.spec),
                try ProfileStore(folder: project.profiles),
                try VectorStore.load(folder: folder),
                try ScenarioStore.load(folder: folder),
                kills: ProofPage(specFolder: project.spec)?.mutantsOfCase ?? [:]
            )
        )
        if let file { try file.write(page) } else { Output.write(page) }
    }
}
