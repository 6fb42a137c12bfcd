import ArgumentParser
internal import Catalogue
internal import VectorValidation

/// `blip66 official`: the BOLTs' own vectors.
struct Official: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the BOLTs' own test vectors on the reference implementation.",
        discussion: """
            DIR is a checkout of https://github.com/lightning/bolts. For each file, the output says how many cases \
            it holds, how many were run, and how many values were compared. Nothing is skipped silently: a file that \
            is neither covered nor known to be out of scope is a failure, and so is an unknown member.
            """
    )

    @Argument(help: "A checkout of lightning/bolts.")
    var dir: String

    func run() throws {
        var store = try ProfileStore(folder: ProjectFiles.locate().profiles)
        let reports = try OfficialSuite.run(folder: dir, profile: store.profile(ProfileStore.defaultName))
        for report in reports { show(report) }
        let run = reports.reduce(0) { $0 + $1.run }
        let compared = reports.reduce(0) { $0 + $1.compared }
        let failed = reports.filter { !$0.problems.isEmpty || $0.found != $0.run }.count
        print("\(run) cases, \(compared) values compared, \(failed) files failed")
        if failed > 0 { throw ExitCode(1) }
        if run == 0 { throw ExitCode(2) }
    }

    private func show(_ report: OfficialSuite.Report) {
        if let reason = report.leftOut { return print("--   \(report.file): left out, \(reason)") }
        let isRight = report.problems.isEmpty && report.found == report.run
        print(
            "\(isRight ? "ok  " : "FAIL") \(report.file): \(report.found) found, \(report.run) run, \(report.compared) values"
        )
        for problem in report.problems { print("     \(problem)") }
    }
}
