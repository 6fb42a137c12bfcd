import ArgumentParser
internal import Catalogue

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#else
    @preconcurrency import Darwin
#endif

/// The program. Exit status: 0 all is well, 1 something failed, 2 the run could not be made or trusted.
@main
struct Blip66: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blip66",
        abstract: "Conformance suite for Lightning's static invoices (bLIP-66, BOLT 12, BOLT 4).",
        discussion: """
              blip66 check -- path/to/your/adapter            check your implementation
              blip66 check                                    check the reference
              blip66 show bolt01/bigsize/three-bytes-for-one  look at a vector

            Exit status: 0 success; 1 something failed; 2 the run was not possible or cannot be trusted.
            """,
        version: versionText,
        subcommands: [
            Check.self, ReportCommand.self, Lint.self, Inspect.self, Show.self, Spec.self, Validate.self, Generate.self,
            Diff.self, Official.self, Serve.self, Prove.self, BenchCommand.self,
        ]
    )

    static func main() async {
        // A reader that goes away must not kill the program: writes report it instead.
        signal(SIGPIPE, SIG_IGN)
        setvbuf(stdout, nil, _IOLBF, 0)
        do {
            let command = try parsedCommand()
            do {
                try await runCommand(command)
                Output.finish()
            } catch {
                leave(with: error, saying: type(of: command).fullMessage(for: error))
            }
        } catch {
            leave(with: error, saying: fullMessage(for: error))
        }
    }
}

/// A scenario starts its party anew, some thirty thousand times in a proof, and the tree of all commands takes a sixth of such a
/// start: so `serve` is parsed by itself. What is wrong with it is told by the tree.
private func parsedCommand() throws -> any ParsableCommand {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "serve", let serve = try? Serve.parse(Array(arguments.dropFirst())) { return serve }
    return try Blip66.parseAsRoot()
}

private func runCommand(_ command: any ParsableCommand) async throws {
    if var command = command as? any AsyncParsableCommand {
        try await command.run()
    } else {
        var command = command
        try command.run()
    }
}

/// Prints what there is to say and exits. ArgumentParser's own status for wrong usage becomes 2, and so does every error
/// that is not an exit status of a command.
private func leave(with error: any Error, saying message: String) -> Never {
    let code = Blip66.exitCode(for: error)
    if code == .success {
        if !message.isEmpty { print(message) }
        Output.finish()
        exit(0)
    }
    if !message.isEmpty { Output.complain(message) }
    exit(error is ExitCode ? code.rawValue : 2)
}
