import Foundation
import TestSupport

/// A file of the project as text.
struct Page {
    /// From the project's folder.
    let path: String
    let text: String

    init(_ path: String) throws {
        self.path = path
        text = try String(contentsOfFile: "\(Project.root)/\(path)", encoding: .utf8)
    }

    /// The text from a heading of the second level to the next.
    func section(_ title: String) -> String? {
        text.components(separatedBy: "\n## ").first { $0.hasPrefix("\(title)\n") }
    }

    /// Paths of the project that the page names: code in backticks that begins with a folder of the project, and the targets of
    /// links. A path may hold `*` for any characters of a name.
    var paths: [String] {
        let inCode = text.prose.matches(of: /`((?:Sources|Spec|Tests|Vectors|tools)\/[^` :]+)/).map { String($0.1) }
        let links = text.prose.matches(of: /\]\(([^)#:]+)[^):]*\)/).map { resolve(String($0.1)) }
        return inCode + links
    }

    /// Swift files that the page names without their folder.
    var swiftFiles: [String] { text.prose.matches(of: /`([A-Za-z0-9+]+\.swift)`/).map { String($0.1) } }

    /// A link, from the project's folder.
    private func resolve(_ link: String) -> String {
        URL(fileURLWithPath: "/\(path)").deletingLastPathComponent().appendingPathComponent(link).standardized.path
            .split(separator: "/").joined(separator: "/")
    }
}

extension String {
    /// Without what stands in fences, where names are examples.
    fileprivate var prose: String {
        components(separatedBy: "\n```").enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            .joined(separator: "\n")
    }
}

/// All files and folders of the checkout that are the project's own.
struct Checkout {
    let paths: Set<String>

    init() throws {
        var paths: Set<String> = []
        for folder in ["Sources", "Spec", "Tests", "Vectors", "tools"] {
            paths.insert(folder)
            let below = FileManager.default.enumerator(atPath: "\(Project.root)/\(folder)")
            for case let path as String in below ?? .init() { paths.insert("\(folder)/\(path)") }
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: Project.root) { paths.insert(name) }
        self.paths = paths
    }

    /// Whether a path that a page names is there; with `*`, whether something matches.
    func has(_ path: String) -> Bool {
        let path = path.hasSuffix("/") ? String(path.dropLast()) : path
        guard path.contains("*") else { return paths.contains(path) }
        let pattern = NSRegularExpression.escapedPattern(for: path).replacingOccurrences(of: "\\*", with: "[^/]*")
        return paths.contains { $0.range(of: "^\(pattern)$", options: .regularExpression) != nil }
    }

    /// Whether a file of this name is in some folder.
    func hasFile(_ name: String) -> Bool { paths.contains { $0 == name || $0.hasSuffix("/\(name)") } }

    /// Swift files, by the folder below `folder` that they are in.
    func swiftFiles(in folder: String) -> [String: [String]] {
        let files = paths.filter { $0.hasPrefix("\(folder)/") && $0.hasSuffix(".swift") }
        return Dictionary(grouping: files) { String($0.split(separator: "/")[1]) }
    }
}
