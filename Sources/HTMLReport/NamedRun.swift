package import Catalogue

/// A run, and what the page calls it.
package struct NamedRun: Sendable {
    package let result: RunResult
    package let name: String

    /// Runs with names that tell them apart: adapter and version, and where two have the same, the file too.
    ///
    /// - Parameter files: the runs, each with the file that holds it.
    package static func named(_ files: [(file: String, result: RunResult)]) -> [NamedRun] {
        let names = files.map { identity($0.result) }
        return zip(files, names).enumerated().map { index, entry in
            let (run, name) = entry
            guard names.count(where: { $0 == name }) > 1 else { return NamedRun(result: run.result, name: name) }
            let isSameFile = files.count { stem($0.file) == stem(run.file) } > 1
            return NamedRun(result: run.result, name: "\(name) (\(isSameFile ? "\(index + 1)" : stem(run.file)))")
        }
    }

    /// `b` of `a/b.json`.
    private static func stem(_ file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return PrintableText.line(name.hasSuffix(".json") ? String(name.dropLast(5)) : name, limit: 40)
    }

    private static func identity(_ result: RunResult) -> String {
        guard let adapter = result.adapter else { return "no handshake" }
        return PrintableText.line([adapter.name, adapter.version].compactMap { $0 }.joined(separator: " "), limit: 60)
    }
}
