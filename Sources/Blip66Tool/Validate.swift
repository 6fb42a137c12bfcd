import ArgumentParser
internal import Catalogue
internal import Vectors

/// `blip66 validate`: checks files of vectors.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check vector files: schema, digests, ids, and every case by recomputation.",
        discussion: """
            Without a path, the project's Vectors. A folder is checked as a whole, with its manifest and its lock of ids; a
            file by itself. A case holds when the reference implementation accepts it and gives what it lists, or refuses
            it for exactly the rules that it lists.

            Exit status: 0 all is right, 1 something is not, 2 a path cannot be read.
            """
    )

    @Argument(help: "Files or folders of vectors.")
    var paths: [String] = []

    @Option(help: "A further profile: a file with its table.")
    var profile: String?

    func run() throws {
        let project = try ProjectFiles.locate()
        var store = try ProfileStore(folder: project.profiles)
        if let profile { _ = try store.profile(profile) }
        let validator = try Validator(
            profiles: store,
            requirements: RequirementCatalogue(specFolder: project.spec),
            schemaFile: "\(project.vectors)/schema/family.schema.json"
        )
        var reports: [Validator.Report] = []
        for path in paths.isEmpty ? [project.vectors] : paths {
            if Files.isFolder(path) {
                for file in try VectorStore.familyFiles(in: path) {
                    reports.append(validator.validate("\(path)/\(file)"))
                }
                reports.append(validator.validateFolder(path))
            } else {
                guard Files.exists(path) else { throw FileError(path: path, "there is no such file or folder") }
                reports.append(validator.validate(path))
            }
        }
        for report in reports { show(report) }
        let problems = reports.reduce(0) { $0 + $1.problems.count }
        let cases = reports.reduce(0) { $0 + $1.cases }
        print("\(reports.count) files, \(cases) cases, \(problems) problems")
        if problems > 0 { throw ExitCode(1) }
        if cases == 0 {
            print("nothing was validated")
            throw ExitCode(2)
        }
    }

    private func show(_ report: Validator.Report) {
        let cases = report.cases > 0 ? ", \(report.cases) cases" : ""
        print("\(report.problems.isEmpty ? "ok  " : "FAIL") \(report.file)\(cases)")
        for problem in report.problems { print("     \(problem)") }
    }
}
