internal import Catalogue
package import GridFamilies
package import Mutants
internal import Rules
package import VectorFormat

/// All that is to be proved: every mutant, every lazy reader of the grid, every lawful variant, in the order of their names.
package enum ProofSubjects {
    /// - Parameters:
    ///   - grid: names the lazy readers; what one breaks is what its cells' cases are about.
    ///   - families: where those cases stand.
    package static func all(_ grid: GridTable, _ families: [VectorFamily]) -> [ServedVariant] {
        (ServedVariant.all + lazyReaders(grid, families)).sorted { $0.name < $1.name }
    }

    private static func lazyReaders(_ grid: GridTable, _ families: [VectorFamily]) -> [ServedVariant] {
        let cases = Dictionary(families.flatMap(\.cases).map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        let cells = Dictionary(grouping: grid.cells, by: \.lazyReader)
        return cells.compactMap { name, cells in
            let found = cells.compactMap { cases[$0.testCase] }
            return .lazyReader(
                name,
                breaking: Set(found.flatMap(\.accusable)).sorted(),
                in: Set(found.map(\.operation))
            )
        }
    }

    /// Some of them, always the same for a seed.
    package static func sample(_ subjects: [ServedVariant], count: Int, seed: UInt64) -> [ServedVariant] {
        let drawn = subjects.map { (key: draw($0.name, seed), subject: $0) }.sorted { $0.key < $1.key }
        return drawn.prefix(count).map(\.subject).sorted { $0.name < $1.name }
    }

    /// FNV-1a over the seed and the name, stirred once more: its high bits alone differ little between like names.
    private static func draw(_ name: String, _ seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (seed &* 0x9e37_79b9_7f4a_7c15)
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 31)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 29)
    }
}

extension VectorCase {
    /// Whom a wrong answer accuses: what the input violates, or the case's subject.
    var accusable: [RequirementID] { violates.isEmpty ? [subject] : violates }
}
