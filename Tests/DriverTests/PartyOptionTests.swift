internal import Foundation
internal import TestSupport
internal import Testing

/// `check --party`, as who types it sees it: wrong usage is exit status 2 with a sentence, and the roles of all courses can be given.
@Suite(.enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"))
struct PartyOptionTests {
    @Test(
        arguments: [
            (["--party", "server"], "ROLE=COMMAND is needed"),
            (["--party", "=./mine"], "ROLE=COMMAND is needed"),
            (["--party", "clown=./mine"], "the roles are server, "),
            (["--party", "payer=./one", "--party", "payer=./other"], "the role payer is given twice"),
            (["--party", "payer=./one", "--", "./adapter"], "it goes with no adapter after --"),
            (["--party", "payer=./one", "--one-shot"], "it goes with no adapter after --"),
            (["--party", "payer=/nonexistent/adapter"], "payer: "),
        ] as [([String], String)]
    )
    func wrongUsageIsToldInASentence(arguments: [String], sentence: String) throws {
        let run = try Self.check(arguments)
        #expect(run.status == 2)
        #expect(run.output.contains(sentence), "\(run.output)")
    }

    @Test(arguments: ["salt-payer", "salt-counterparty", "salt-receiver", "holder"])
    func aRoleIsPlayedByItsCommand(role: String) throws {
        let program = try #require(BuiltProgram.path)
        let course = role == "holder" ? "interop/held-payment/happy:payload" : "interop/salt-payment/happy:packet"
        let run = try Self.check(["--party", "\(role)='\(program)' serve", "--filter", course])
        #expect(run.status == 0)
        #expect(run.output.contains("passed (exit status 0)"), "\(run.output)")
    }

    private static func check(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(BuiltProgram.path))
        process.arguments = ["check"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: Project.root)
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
