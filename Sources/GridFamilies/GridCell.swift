/// One cell of the grid of vectors: an object or a field, a rule that applies to it, the case that shows it, and the lazy
/// reader (`LazyReader`) that the case finds out.
package struct GridCell: Hashable, Sendable {
    /// The tables. Numbers have two: by themselves, and what the texts compare, add and multiply.
    package enum Table: String, Hashable, Sendable, CaseIterable {
        case streams = "object × stream rule"
        case fields = "field × rule of its type"
        case numbers = "number × ends"
        case forms = "text, bytes and lists × forms"
        case comparisons = "comparison × sides"
    }

    package let table: Table
    /// The row: an object, a field with its object in front, or a comparison.
    package let row: String
    /// The column.
    package let rule: String
    /// The id of the case.
    package let testCase: String
    /// The name of a reader that takes this case wrongly. `nil` where the case stands for a cell of another profile alone.
    package let lazyReader: String

    init(_ table: Table, _ row: String, _ rule: String, _ testCase: String, _ lazyReader: String) {
        self.table = table
        self.row = row
        self.rule = rule
        self.testCase = testCase
        self.lazyReader = lazyReader
    }
}
