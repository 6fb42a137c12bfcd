import ArgumentParser
internal import Catalogue
internal import Scenarios
internal import VectorValidation
internal import VectorFormat

/// `blip66 validate`: checks files of vectors.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check files of vectors and scenarios: schema, digests, ids, and every case against the reference.",
        discussion: """
            Without a path, the project's Vectors folder is validated. A folder is checked as a whole, with its \
            manifest and its lock of ids; a file is checked by itself. A vector is valid if the reference \
            implementation accepts it with the listed output, or rejects it for exactly the listed rules. A scenario \
            is valid if the reference passes it, at both depths and under all its profiles. That it finds out the mutants \
            that it lists is for blip66 prove.

            With --filter, only the files of matching families are checked, and not the folder as a whole.

            Exit status: 0 everything is valid, 1 something is not, 2 a path cannot be read.
            """
    )

    @Argument(help: "Files or folders of vectors.")
    var paths: [String] = []

    @Option(help: "A further profile: a file with its table.")
    var profile: String?

    @Option(help: "Only the families whose name matches; * stands for any characters. Repeatable.")
    var filter: [String] = []

    func run() async throws {
        let project = try ProjectFiles.locate()
        var store = try ProfileStore(folder: project.profiles)
        if let profile { _ = try store.profile(profile) }
        let requirements = try RequirementCatalogue(specFolder: project.spec)
        let cases = try Validator(
            profiles: store,
            requirements: requirements,
            schemaFile: "\(project.vectors)/schema/family.schema.json"
        )
        let scenarios = try ScenarioValidator(
            profiles: store,
            requirements: requirements,
            readings: Readings(specFolder: project.spec),
            schemaFile: "\(project.vectors)/schema/scenario.schema.json"
        )
        var count = Count()
        for path in try files(in: paths.isEmpty ? [project.vectors] : paths) {
            if Files.isFolder(path) {
                show(cases.validateFolder(path), &count)
            } else if ScenarioValidator.isScenarios(path) {
                show(await scenarios.validate(path), &count)
            } else {
                show(cases.validate(path), &count)
            }
        }
        print("\(count.files) files, \(count.cases) cases, \(count.scenarios) scenarios, \(count.problems) problems")
        if count.problems > 0 { throw ExitCode(1) }
        if count.cases + count.scenarios == 0 {
            print("nothing was validated")
            throw ExitCode(2)
        }
    }

    /// For a folder the files in it, then the folder itself; with a filter the matching files alone.
    private func files(in paths: [String]) throws -> [String] {
        let filter = FamilyFilter(filter)
        var all: [String] = []
        for path in paths {
            if Files.isFolder(path) {
                let files = try VectorStore.familyFiles(in: path) + ScenarioStore.files(in: path)
                let names = try filter.select(from: files.map { String($0.dropLast(".json".count)) })
                all += names.sorted().map { "\(path)/\($0).json" }
                if !filter.isEmpty { continue }
            } else if !Files.exists(path) {
                throw FileError(path: path, "there is no such file or folder")
            }
            all.append(path)
        }
        return all
    }

    private struct Count {
        var files = 0
        var cases = 0
        var scenarios = 0
        var problems = 0
    }

    private func show(_ report: Validator.Report, _ count: inout Count) {
        count.cases += report.cases
        show(report.file, report.cases > 0 ? ", \(report.cases) cases" : "", report.problems, &count)
    }

    private func show(_ report: ScenarioValidator.Report, _ count: inout Count) {
        count.scenarios += report.scenarios
        let numbers = ", \(report.scenarios) scenarios, \(report.kills) kills listed"
        show(report.file, numbers, report.problems, &count)
    }

    private func show(_ file: String, _ numbers: String, _ problems: [String], _ count: inout Count) {
        count.files += 1
        count.problems += problems.count
        print("\(problems.isEmpty ? "ok  " : "FAIL") \(file)\(numbers)")
        for problem in problems { print("     \(problem)") }
    }
}
