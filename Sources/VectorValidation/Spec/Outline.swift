package import Catalogue
package import StrictJSON

extension SpecDocument {
    /// The lines of a text for which the document answers, each with the start of its digest. A text that is a proposal has
    /// only those that the text which it changes has not, and what is known to be its own.
    package func lines(of text: String, for source: SpecSource) -> [(digest: String, line: SourceLine)] {
        let own = Self.digests(source)
        let inherited = source.basedOn.flatMap { self[source: $0] }.map(Self.digests) ?? []
        return LineExtraction.lines(of: text, in: source.scope)
            .map { (String($0.digest.prefix(SpecSource.outlineDigits)), $0) }
            .filter { own.contains($0.digest) || !inherited.contains($0.digest) }
    }

    /// A source's `outline` for a text, as `Spec/README.md` has it: section by section, digests with numbers of lines. A line
    /// that the text has twice stands in it once, where it comes first.
    package func outline(of text: String, for source: SpecSource) -> JSON {
        var outline = JSONObject([])
        var seen: Set<String> = []
        for (digest, line) in lines(of: text, for: source) where seen.insert(digest).inserted {
            let before = outline[line.section]?.array ?? []
            outline[line.section] = .array(before + [.string("\(digest) \(line.span)")])
        }
        return .object(outline)
    }

    private static func digests(_ source: SpecSource) -> Set<String> {
        Set(source.outline.flatMap(\.lines).map(\.digest))
    }
}
