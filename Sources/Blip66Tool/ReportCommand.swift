import ArgumentParser
internal import Catalogue
internal import Driver
internal import Report
internal import StrictJSON

/// `blip66 report`: other forms of a run that was stored as JSON.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make other reports of a run that check --report json=FILE stored, or one of its shards.",
        discussion: """
              blip66 report text run.json               what check printed
              blip66 report junit run.json > run.xml    a test case for each vector and scenario
              blip66 report tap run.json | prove -      (prove --exec cat run.tap)
              blip66 report github run.json             annotations for a workflow of GitHub's
              blip66 report markdown run.json           the summary of a job
              blip66 report html a.json b.json -o a.html   runs side by side, as a page for a browser
              blip66 report merge 1.json 2.json         one run of the shards of it, graded anew, as JSON

            Exit status: that of the run, for text and merge; 0 for the others; 2 for a file that cannot be read.
            """,
        subcommands: [
            TextReport.self, JUnit.self, TAP.self, GitHub.self, Markdown.self, HTMLCommand.self, Merge.self,
        ]
    )

    struct TextReport: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "text", abstract: "What check printed.")

        @OptionGroup var style: StyleOptions
        @Argument(help: "A file of check --report json=FILE.") var file: String

        func run() throws {
            let result = try RunResult.read(file)
            Output.line(RunWriter.text(result, style.style))
            if result.exitStatus != 0 { throw ExitCode(result.exitStatus) }
        }
    }

    struct JUnit: FormCommand {
        static let configuration = CommandConfiguration(
            commandName: "junit",
            abstract: "JUnit's XML (Spec/junit.xsd)."
        )
        @OptionGroup var report: StoredRun
        func text(_ result: RunResult) -> String { JUnitReport.text(result) }
    }

    struct TAP: FormCommand {
        static let configuration = CommandConfiguration(abstract: "The Test Anything Protocol.")
        @OptionGroup var report: StoredRun
        func text(_ result: RunResult) -> String { TAPReport.text(result) }
    }

    struct GitHub: FormCommand {
        static let configuration = CommandConfiguration(
            commandName: "github",
            abstract: "Annotations of a GitHub workflow."
        )
        @OptionGroup var report: StoredRun
        func text(_ result: RunResult) -> String { GitHubReport.annotations(result) }
    }

    struct Markdown: FormCommand {
        static let configuration = CommandConfiguration(abstract: "The summary of a job, in Markdown.")
        @OptionGroup var report: StoredRun
        func text(_ result: RunResult) -> String { GitHubReport.summary(result) }
    }

    struct Merge: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One run of the shards of it, as JSON.")

        @Option(name: .shortAndLong, help: "Write it to this file. Default: standard output.")
        var output: String?

        @Argument(help: "Files of check --shard I/N --report json=FILE, all N of them.")
        var files: [String]

        func run() throws {
            let file = try output.map { try OutputFile($0) }
            let spec = try ProjectFiles.locate().spec
            let merged = try RunResult.merged(
                try files.map { try RunResult.read($0) },
                try RequirementCatalogue(specFolder: spec).requirements,
                try Readings(specFolder: spec)
            )
            if let file { try file.write(merged.json.pretty) } else { Output.write(merged.json.pretty) }
            if merged.exitStatus != 0 { throw ExitCode(merged.exitStatus) }
        }
    }
}

/// The file of a run.
struct StoredRun: ParsableArguments {
    @Argument(help: "A file of check --report json=FILE.") var file: String
}

/// A form of report that is a text made of one run.
protocol FormCommand: ParsableCommand {
    var report: StoredRun { get }
    func text(_ result: RunResult) -> String
}

extension FormCommand {
    func run() throws { Output.write(text(try RunResult.read(report.file))) }
}
