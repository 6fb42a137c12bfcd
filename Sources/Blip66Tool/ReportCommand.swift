import ArgumentParser
internal import Catalogue
internal import Driver
internal import Report
internal import StrictJSON
internal import VectorFormat

/// `blip66 report`: other forms of a run that was stored as JSON.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make other reports of a run that check --report json=FILE stored, or one of its shards.",
        discussion: """
              blip66 report text run.json                 what check printed
              blip66 report junit run.json -o run.xml     a test case each
              blip66 report tap run.json -o run.tap       prove --exec cat run.tap
              blip66 report github run.json               annotations for GitHub
              blip66 report markdown run.json             the summary of a job
              blip66 report known run.json -o known.json  for check --expect
              blip66 report html a.json b.json -o a.html  runs side by side
              blip66 report merge 1.json 2.json -o run.json

            The last makes one run of its shards, graded anew. Machines that share the work leave a report each, and \
            what follows is the same as after one run:

              blip66 check --shard 1/2 --report json=1.json -- ./my-adapter || true
              blip66 check --shard 2/2 --report json=2.json -- ./my-adapter || true
              blip66 report merge 1.json 2.json -o run.json
              blip66 report junit run.json -o run.xml
              blip66 report text run.json

            Exit status: that of the run for text; 0 for the others, whatever the run was; 2 for a file that cannot be \
            read or written, and for shards that do not fit together.
            """,
        subcommands: [
            TextReport.self, JUnit.self, TAP.self, GitHub.self, Markdown.self, Known.self, HTMLCommand.self, Merge.self,
        ]
    )

    struct TextReport: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "text", abstract: "What check printed.")

        @OptionGroup var style: StyleOptions
        @OptionGroup var report: StoredRun

        func run() throws {
            let result = try report.read()
            let style = style.style(isFile: report.output != nil)
            try report.write("\(RunWriter.text(result, style, request: try requests()))\n")
            if result.exitStatus != 0 { throw ExitCode(result.exitStatus) }
        }

        /// Of the project's vectors: a report has none of what passed.
        private func requests() throws -> (@Sendable (String) -> String?)? {
            guard style.verbose else { return nil }
            let families = try VectorStore.load(folder: ProjectFiles.locate().vectors)
            let lines = families.flatMap { family in
                family.cases.map { ($0.id, $0.request(id: 1, profile: family.profile).line) }
            }
            let requests = Dictionary(lines) { first, _ in first }
            return { requests[$0] }
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

    struct Known: FormCommand {
        static let configuration = CommandConfiguration(
            abstract: "What failed or was skipped, as a list for check --expect.",
            discussion: "What check --write-expect writes, of a run that was put together from shards, too."
        )
        @OptionGroup var report: StoredRun
        func text(_ result: RunResult) -> String { Baseline(of: result).json.pretty }
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
        }
    }
}

/// The file of a run, and where its other form goes.
struct StoredRun: ParsableArguments {
    @Option(name: .shortAndLong, help: "Write it to this file. Default: standard output.")
    var output: String?

    @Argument(help: "A file of check --report json=FILE.") var file: String

    func read() throws -> RunResult { try RunResult.read(file) }

    func write(_ text: String) throws {
        if let output { try OutputFile(output).write(text) } else { Output.write(text) }
    }
}

/// A form of report that is a text made of one run.
protocol FormCommand: ParsableCommand {
    var report: StoredRun { get }
    func text(_ result: RunResult) -> String
}

extension FormCommand {
    func run() throws { try report.write(text(try report.read())) }
}
