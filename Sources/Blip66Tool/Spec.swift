import ArgumentParser
internal import Catalogue

/// `blip66 spec`: the catalogue of requirements.
struct Spec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The requirements: what there is, what exercises them, and whether their texts have moved.",
        discussion: """
            Spec/README.md explains the catalogue, Spec/ambiguities.md the places where the texts can be read in several ways.
            """,
        subcommands: [SpecList.self, SpecShow.self, SpecCoverage.self, SpecDrift.self, SpecLines.self]
    )
}
