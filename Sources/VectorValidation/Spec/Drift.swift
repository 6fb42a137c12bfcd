package import Catalogue
package import Rules

/// How a text differs from what the catalogue knows of it.
package struct Drift: Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Its digest is another; it stands where a known line stood.
        case changed
        /// Nothing in the catalogue knows it.
        case new
        /// The catalogue knows it and the text has it no more.
        case vanished
        /// Text and catalogue have it, but no requirement rests on it and it is not listed as unclaimed.
        case unaccounted
    }

    package struct Finding: Hashable, Sendable {
        package let kind: Kind
        package let section: String
        /// The digest that the catalogue knows, whole where something rests on it.
        package let knownDigest: String?
        /// The line as the text has it now.
        package let line: SourceLine?
        /// The requirements that rest on the known line.
        package let requirements: [RequirementID]
    }

    package let source: SpecSource
    package let findings: [Finding]
    /// How many lines of the text count.
    package let lineCount: Int

    package init(_ text: String, against source: SpecSource, in document: SpecDocument) {
        self.source = source
        let comparison = Comparison(text, source, document)
        lineCount = comparison.found.count
        findings = comparison.findings()
    }
}

/// The lines that a text has, against those that it should have.
private struct Comparison {
    let document: SpecDocument
    let source: SpecSource
    let found: [(digest: String, line: SourceLine)]
    let known: [(digest: String, section: String)]

    init(_ text: String, _ source: SpecSource, _ document: SpecDocument) {
        self.document = document
        self.source = source
        found = document.lines(of: text, for: source)
        known = source.outline.flatMap { section in section.lines.map { ($0.digest, section.name) } }
    }

    func findings() -> [Drift.Finding] {
        let gaps = gaps()
        return gaps.flatMap(findings) + unaccounted()
    }

    /// A place between two lines that both sides have: what stands there in the one and in the other.
    private struct Gap {
        var vanished: [Int] = []
        var new: [Int] = []
    }

    /// What is in the one and not in the other, place by place. A line that only moved is in neither list.
    private func gaps() -> [Gap] {
        let difference = found.map(\.digest).difference(from: known.map(\.digest)).inferringMoves()
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        var movedFrom: Set<Int> = []
        var movedTo: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, nil): removed.insert(offset)
            case .insert(let offset, _, nil): inserted.insert(offset)
            case .remove(let offset, _, _): movedFrom.insert(offset)
            case .insert(let offset, _, _): movedTo.insert(offset)
            }
        }
        var gaps: [Gap] = [Gap()]
        var (old, new) = (0, 0)
        while old < known.count || new < found.count {
            if movedFrom.contains(old) {
                old += 1
            } else if movedTo.contains(new) {
                new += 1
            } else if old < known.count, removed.contains(old) {
                gaps[gaps.count - 1].vanished.append(old)
                old += 1
            } else if new < found.count, inserted.contains(new) {
                gaps[gaps.count - 1].new.append(new)
                new += 1
            } else {
                gaps.append(Gap())
                old += 1
                new += 1
            }
        }
        return gaps
    }

    /// Within a gap the first vanished line is taken for the former state of the first new one, and so on.
    private func findings(_ gap: Gap) -> [Drift.Finding] {
        let changed = zip(gap.vanished, gap.new).map { finding(.changed, known[$0], found[$1].line) }
        let vanished = gap.vanished.dropFirst(gap.new.count).map { finding(.vanished, known[$0], nil) }
        let new = gap.new.dropFirst(gap.vanished.count).map { index in
            let (digest, line) = found[index]
            return Drift.Finding(
                kind: .new,
                section: line.section,
                knownDigest: nil,
                line: line,
                requirements: document.requirements(restingOn: digest, of: source.key)
            )
        }
        return changed + vanished + new
    }

    private func finding(
        _ kind: Drift.Kind,
        _ known: (digest: String, section: String),
        _ line: SourceLine?
    ) -> Drift.Finding {
        Drift.Finding(
            kind: kind,
            section: known.section,
            knownDigest: known.digest,
            line: line,
            requirements: document.requirements(restingOn: known.digest, of: source.key)
        )
    }

    /// Lines that are where they should be, and that the catalogue has lost its hold of.
    private func unaccounted() -> [Drift.Finding] {
        let accounted = Set(document.accountedLines(of: source.key).map { $0.prefix(SpecSource.outlineDigits) })
        let expected = Set(known.map(\.digest))
        return found.filter { expected.contains($0.digest) && !accounted.contains(Substring($0.digest)) }.map {
            Drift.Finding(
                kind: .unaccounted,
                section: $0.line.section,
                knownDigest: $0.digest,
                line: $0.line,
                requirements: []
            )
        }
    }
}
