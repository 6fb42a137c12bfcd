import ArgumentParser
internal import Catalogue
internal import GridFamilies
internal import StrictJSON

/// `blip66 spec grid`: every rule in every place.
struct SpecGrid: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grid",
        abstract:
            "Show every rule of encoding and every comparison in every place where it applies, with the case for each.",
        discussion: """
            There are three tables: object × stream rule, field × rule of its type, and numbers, by their ends and in what the \
            texts compare, add and multiply. What applies follows from the tables of records and the types in them. Each \
            cell names its case, and the lazy reader that the case finds out: the reference with one thing not looked at \
            (blip66 serve --mutant NAME).

            Exit status: 0 there is a case for every cell, 1 there are holes, 2 the vectors or profiles cannot be read.
            """
    )

    @Flag(help: "Print every cell, not only the sums.")
    var cells = false

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    func run() throws {
        let data = try SpecData(vectors: vectors, withChecks: false)
        let holes = data.coverage.holes
        switch format {
        case .text: print(text(data.grid, holes))
        case .json: print(json(data.grid).pretty, terminator: "")
        }
        if !holes.isEmpty { throw ExitCode(1) }
    }

    private func text(_ grid: GridTable, _ holes: [GridCell]) -> String {
        var lines: [String] = []
        for table in GridCell.Table.allCases {
            let cells = grid.cells(of: table)
            let empty = holes.filter { $0.table == table }
            lines.append(
                "\(table.rawValue): \(cells.count) cells, \(Set(cells.map(\.row)).count) rows, \(Set(cells.map(\.rule)).count) columns, \(empty.count) holes"
            )
            if self.cells { lines += cells.map { "  \($0.row)  \($0.rule)  \($0.testCase)  \($0.lazyReader)" } }
        }
        let readers = Set(grid.cells.map(\.lazyReader))
        lines.append("\(grid.cells.count) cells, \(readers.count) lazy readers, \(holes.count) holes")
        lines += holes.map { "hole: \($0.row), \($0.rule): there is no case \($0.testCase)" }
        return lines.joined(separator: "\n")
    }

    private func json(_ grid: GridTable) -> JSON {
        .array(
            grid.cells.map { cell in
                [
                    "table": .string(cell.table.rawValue), "row": .string(cell.row), "rule": .string(cell.rule),
                    "case": .string(cell.testCase), "lazy_reader": .string(cell.lazyReader),
                ]
            }
        )
    }
}
