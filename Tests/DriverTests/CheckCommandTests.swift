internal import Catalogue
internal import Foundation
internal import TestSupport
internal import Testing

/// `blip66 check` as a CI job sees it: the exit status of the process, and the last lines that it prints.
@Suite(.enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"))
struct CheckCommandTests {
    private static let anyRoot = #"{"op":"bolt12.merkle","drop":["leaves"],"set":{"root":"00"}}"#
    private static let longForm =
        #"{"op":"bigsize.decode","request":"fd00fc","answer":{"outcome":"accept","out":{"value":"252"}}}"#
    private static let noBuilder = #"{"op":"om.build","answer":{"outcome":"skip","detail":"no builder"}}"#

    @Test(
        arguments: [
            ("", ["--filter", "bolt01/*"], 0, "passed (exit status 0)"),
            (longForm, ["--filter", "bolt01/bigsize"], 1, "failed (exit status 1)"),
            (anyRoot, ["--filter", "bolt12/merkle"], 1, "failed (exit status 1)"),
            (noBuilder, ["--filter", "bolt01/*", "--require", "server"], 2, "--require server: not exercised"),
        ] as [(String, [String], Int32, String)]
    )
    func theStatusIsWhatTheLastLineSays(rule: String, options: [String], status: Int32, line: String) throws {
        let adapter = ["--", Python.path, Self.rewriter, "[\(rule)]", try #require(BuiltProgram.path), "serve"]
        let run = try Self.check(options + adapter)
        #expect(run.status == status)
        #expect(run.output.contains(line), "\(run.output)")
    }

    /// What a mutant breaks is a warning where the text says SHOULD, and a failure where it says MUST.
    @Test(
        arguments: [
            ("B66-OPR-R1/any-context", [], 1),
            ("RB-W13/constant-e0", [], 0),
            ("RB-W13/constant-e0", ["--strict-should"], 1),
        ] as [(String, [String], Int32)]
    )
    func aMutantEndsByTheLevelOfWhatItBreaks(mutant: String, options: [String], status: Int32) throws {
        let adapter = ["--", try #require(BuiltProgram.path), "serve", "--mutant", mutant]
        let run = try Self.check(
            ["--filter", "scenario/server/happy:payload", "--filter", "scenario/server/request-*:payload"] + options
                + adapter
        )
        #expect(run.status == status)
        #expect(run.output.contains(String(mutant.prefix { $0 != "/" })))
    }

    @Test func aFilterThatMatchesNothingIsWrongUsage() throws {
        #expect(try Self.check(["--filter", "no/such/case"]).status == 2)
    }

    @Test func anAdapterThatIsNotThereIsTold() throws {
        let run = try Self.check(["--filter", "bolt01/bigsize", "--", "/nonexistent/adapter"])
        #expect(run.status == 2)
        #expect(run.output.contains("cannot be started"))
    }

    /// Reasons that somebody wrote are not lost to a second run.
    @Test func aListOfKnownFailuresIsNotReplacedUnseen() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("reasons", to: "known.json")
        let adapter = ["--", try #require(BuiltProgram.path), "serve"]
        let run = try Self.check(["--filter", "bolt01/bigsize", "--write-expect", file] + adapter)
        #expect(run.status == 2)
        #expect(String(decoding: try Files.read(file), as: UTF8.self) == "reasons")
    }

    /// What a command line or a file holds is quoted in an error, and must not drive the terminal.
    @Test(arguments: [
        ["report", "text"], ["check", "--expect"], ["show"], ["spec", "where"], ["check", "--filter"],
    ])
    func anErrorQuotesNothingThatDrivesATerminal(command: [String]) throws {
        let run = try Self.blip66(command + ["a\u{1B}[2J\u{202E}.json"])
        #expect(run.status != 0)
        #expect(run.errors.contains(#"a\u{1B}[2J\u{202E}.json"#), "\(run.errors)")
        #expect(!run.errors.contains("\u{1B}") && !run.errors.contains("\u{202E}"))
    }

    /// JUnit's file is made after the shards are merged, under a shell that ends at the first command that fails.
    @Test func otherFormsAreMadeOfARunThatFailed() throws {
        let folder = try TemporaryFolder()
        let shards = (1...2).map { folder.file("\($0).json") }
        let adapter = [
            "--", Python.path, Self.rewriter, "[\(Self.longForm)]", try #require(BuiltProgram.path), "serve",
        ]
        for (number, file) in shards.enumerated() {
            let options = ["--filter", "bolt01/bigsize", "--shard", "\(number + 1)/2", "--report", "json=\(file)"]
            _ = try Self.check(options + adapter)
        }
        let run = folder.file("run.json")
        #expect(try Self.blip66(["report", "merge"] + shards + ["-o", run]).status == 0)
        for form in ["junit", "tap", "github", "markdown", "known"] {
            let file = folder.file(form)
            #expect(try Self.blip66(["report", form, run, "-o", file]).status == 0)
            #expect(try !Files.read(file).isEmpty)
        }
        #expect(try Self.blip66(["report", "text", run]).status == 1)
        #expect(try Baseline.read(folder.file("known")).entries.map(\.isExplained).contains(false))
    }

    // MARK: Helpers

    private static let rewriter = "\(Project.root)/Tests/Adapters/rewriter.py"

    private static func check(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let run = try blip66(["check"] + arguments)
        return (run.status, run.output)
    }

    private static func blip66(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(BuiltProgram.path))
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: Project.root)
        let output = Pipe()
        // A file, which takes any amount.
        let errors = FileHandle(forWritingAtPath: try folder.write("", to: "errors"))
        process.standardError = errors
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let told = String(decoding: try Files.read(folder.file("errors")), as: UTF8.self)
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self), told)
    }
}
