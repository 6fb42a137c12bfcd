internal import Foundation

/// The program that is running.
enum ThisProgram {
    /// Its file, also when it was found through `PATH`.
    static var path: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }
}
