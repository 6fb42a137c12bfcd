import ArgumentParser
internal import Catalogue
internal import StrictJSON
internal import VectorValidation

/// `blip66 spec coverage`: what exercises each requirement.
struct SpecCoverage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "Show which vectors and scenarios exercise each requirement, and fail when nothing does.",
        discussion: """
            A requirement is covered if at least one case shows what is right and one shows what is wrong; for a \
            requirement on behaviour both must be scenarios. A requirement that is not covered needs a written \
            waiver. It is pending while it waits for scenarios, or for a family in Spec/planned-families.json.

            A case that another alternative of a reading answers otherwise cannot convict an implementation that takes \
            that alternative. Such cases of requirements that fail are listed with the alternatives, and none may be its \
            requirement's only case.

            The last lines count what the texts leave open: alternatives of readings that a lawful variant takes, and \
            kinds of lawful conduct, all of which have to pass.

            Every MUST and SHOULD of bLIP-66, and every step of the scheme of salt and secret, also needs a check: a \
            place in the code, or a step of a scenario, that judges it. `blip66 spec show` names it.

            Exit status: 0 nothing is missing, 1 something is missing (with --strict, also if something is pending), \
            2 the catalogue, the vectors or the sources cannot be read.
            """
    )

    @Flag(help: "Fail for pending requirements too.")
    var strict = false

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    func run() throws {
        let data = try SpecData(vectors: vectors)
        let coverage = data.coverage
        let freedoms = FreedomCoverage(data.readings)
        switch format {
        case .text: print("\(coverage.text(strict: strict))\n\(freedoms.text)")
        case .json:
            var json = coverage.json.object ?? [:]
            json["freedoms"] = freedoms.json
            print(JSON.object(json).pretty, terminator: "")
        }
        if coverage.fails(strict: strict) { throw ExitCode(1) }
    }
}
