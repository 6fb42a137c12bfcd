package import Catalogue
internal import Primitives

extension SourceLine {
    /// SHA-256 of the normalised line, in hexadecimal: what requirements name their lines by.
    package var digest: String { Hash.sha256(Array(normalised.utf8)).hex }
}
