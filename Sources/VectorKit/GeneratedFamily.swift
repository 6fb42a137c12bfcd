package import VectorFormat

/// The place in the sources where a case is made. It never stands in a vector file.
package struct CaseSource: Hashable, Sendable, CustomStringConvertible {
    /// Relative to the folder of the package.
    package let file: String
    package let line: UInt

    /// - `fileID`: `#fileID`: the module and the file's name. Modules of families have no folders below them.
    package init(_ fileID: StaticString, _ line: UInt) {
        file = "Sources/\(fileID)"
        self.line = line
    }

    package var description: String { "\(file):\(line)" }
}

/// A case, or a derivation that a family builds on, that does not hold.
package struct GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The case's id, or the name of what was derived.
    package let id: String
    package let problems: [String]
    /// Where the case is made, if that is known.
    package let source: CaseSource?

    package init(id: String, problems: [String], source: CaseSource? = nil) {
        self.id = id
        self.problems = problems
        self.source = source
    }

    package var description: String {
        (source.map { "\($0): " } ?? "") + "\(id): \(problems.joined(separator: "; "))"
    }
}

/// What a family's function made.
package struct GeneratedFamily: Sendable {
    package let family: VectorFamily
    /// Where each case is made, by its id.
    package let sources: [String: CaseSource]
    /// Empty when every case holds.
    package let mistakes: [GenerationError]
}
