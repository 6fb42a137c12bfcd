import ArgumentParser
internal import Catalogue
internal import Foundation
internal import Report
internal import StrictJSON

/// `--report FORM=FILE`: a file that a run, or what was stored of it, is written to.
struct ReportTarget: ExpressibleByArgument, Sendable {
    enum Form: String, CaseIterable, Sendable {
        case json, junit, tap, github
    }

    let form: Form
    /// Only `github` can do without.
    let file: String?

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let form = Form(rawValue: String(parts[0])) else { return nil }
        guard parts.count == 2 || form == .github else { return nil }
        self.form = form
        file = parts.count == 2 ? String(parts[1]) : nil
    }

    static let help = ArgumentHelp(
        "Write the run to a file: json=FILE, junit=FILE, tap=FILE, or github for annotations and a job summary. Repeatable.",
        discussion: "github=FILE puts the summary into a file of that name, not where GitHub's workflow wants it.",
        valueName: "form=file"
    )
}

/// The reports of a run, whose files are tried before it begins.
struct ReportFiles {
    private let targets: [(form: ReportTarget.Form, file: OutputFile?)]

    init(_ targets: [ReportTarget]) throws {
        self.targets = try targets.map { target in
            let file = target.file ?? (target.form == .github ? ReportFiles.gitHubSummary : nil)
            return (target.form, try file.map { try OutputFile($0) })
        }
    }

    private static var gitHubSummary: String? {
        ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    func write(_ result: RunResult) throws {
        for (form, file) in targets {
            switch form {
            case .json: try file?.write(result.json.pretty)
            case .junit: try file?.write(JUnitReport.text(result))
            case .tap: try file?.write(TAPReport.text(result))
            case .github:
                Output.write(GitHubReport.annotations(result))
                try file?.append(GitHubReport.summary(result))
            }
        }
    }
}

/// How much is told, and how.
struct StyleOptions: ParsableArguments {
    enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never
    }

    @Flag(name: .long, help: "Report every case, including those that passed, with its request, and every requirement.")
    var verbose = false

    @Flag(name: .long, help: "Report what failed, and the last lines.")
    var quiet = false

    @Option(help: "Colour: auto (on a terminal, unless NO_COLOR is set), always or never.")
    var color = ColourChoice.auto

    func validate() throws {
        guard !(verbose && quiet) else { throw ValidationError("--verbose and --quiet exclude each other.") }
    }

    var style: ReportStyle { style(isFile: false) }

    /// - Parameter isFile: the text goes to a file, which is no terminal.
    func style(isFile: Bool) -> ReportStyle {
        var style = ReportStyle()
        style.amount = verbose ? .verbose : quiet ? .quiet : .normal
        style.width = isFile ? nil : Terminal.width
        switch color {
        case .always: style.isColoured = true
        case .never: style.isColoured = false
        case .auto:
            let environment = ProcessInfo.processInfo.environment
            let isRefused = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
            style.isColoured = Terminal.isOne(STDOUT_FILENO) && !isFile && !isRefused
        }
        return style
    }
}
