import ArgumentParser
internal import Catalogue

/// `blip66 spec`: the catalogue of requirements.
struct Spec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the requirements, what exercises them, and whether their source texts have changed.",
        discussion: """
            Spec/README.md explains the catalogue, Spec/ambiguities.md the places where the texts can be read in several ways.
            """,
        subcommands: [SpecList.self, SpecShow.self, SpecWhere.self, SpecCoverage.self, SpecDrift.self, SpecLines.self]
    )
}
