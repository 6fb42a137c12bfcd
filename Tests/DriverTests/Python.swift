internal import Foundation

/// The interpreter that runs the adapters of `Tests/Adapters`.
enum Python {
    /// The program itself, where `python3` is a script that looks for it: such a script costs more at each start than an
    /// adapter's whole run.
    static let path: String = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import sys; print(sys.executable)"]
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil else { return "python3" }
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let path = said.trimmingCharacters(in: .whitespacesAndNewlines)
        return path.isEmpty ? "python3" : path
    }()

    /// Arguments before the script: no packages of the machine are looked for, since the adapters need none.
    static let options = ["-S"]
}
