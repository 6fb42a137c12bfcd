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
              blip66 report merge 1.json 2.json         one run of the shards of it, graded anew, as JSON

            Exit status: that of the run, for text and merge; 0 for the others; 2 for a file that cannot be read.
            """,
        subcommands: [
            TextReport.self, JUnit.self, TAP.self, GitHub.self, Markdown.self, Merge.self,
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

    struct JUnit: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "JUnit's XML (Spec/junit.xsd).")
        @Argument(help: "A file of check --report json=FILE.") var file: String
        func run() throws { Output.write(JUnitReport.text(try RunResult.read(file))) }
    }

    struct TAP: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The Test Anything Protocol.")
        @Argument(help: "A file of check --report json=FILE.") var file: String
        func run() throws { Output.write(TAPReport.text(try RunResult.read(file))) }
    }

    struct GitHub: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "github",
            abstract: "Annotations of a GitHub workflow."
        )
        @Argument(help: "A file of check --report json=FILE.") var file: String
        func run() throws { Output.write(GitHubReport.annotations(try RunResult.read(file))) }
    }

    struct Markdown: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The summary of a job, in Markdown.")
        @Argument(help: "A file of check --report json=FILE.") var file: String
        func run() throws { Output.write(GitHubReport.summary(try RunResult.read(file))) }
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
