import ArgumentParser
internal import Catalogue

/// `blip66 spec`: the catalogue of requirements.
struct Spec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the requirements, what exercises them, and whether their source texts have changed.",
        discussion: """
            Spec/README.md explains the catalogue. Spec/ambiguities.md lists the readings: the points that the texts \
            leave open.
            """,
        subcommands: [
            SpecList.self, SpecShow.self, SpecWhere.self, SpecReadings.self, SpecCoverage.self, SpecGrid.self,
            SpecDrift.self,
            SpecLines.self, SpecAnnotate.self,
        ]
    )
}
