import ArgumentParser
internal import Foundation

/// `--workers`, of commands that drive several processes side by side.
struct WorkersOption: ParsableArguments {
    @Option(help: "Adapter processes that run side by side. Default: one for each core.")
    var workers: Int?

    var count: Int { workers ?? ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        guard workers.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("--workers takes a number from 1 to 256.")
        }
    }
}

/// This program itself, as a command starts it to play the reference.
enum ThisProgram {
    /// Its file, also when it was found through `PATH`.
    static var path: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }
}
