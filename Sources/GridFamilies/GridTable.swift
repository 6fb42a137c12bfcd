internal import Lightning
internal import Rules
package import VectorKit

/// The grid of vectors: every rule in every place where it applies. What applies follows from the tables of records and the
/// types in them, not from the cases: a record that is added to a table leaves holes until there are cases for it.
package struct GridTable: Sendable {
    package let cells: [GridCell]

    /// The cells of these profiles.
    package init(_ context: GenerationContext) {
        cells =
            GridObjects.once(context.draft).flatMap { Self.cells($0, family: $0.family) }
            + Comparisons.once(context.draft).flatMap { Self.cells($0, family: $0.family) }
            + Self.elsewhere
            + context.profiles.filter { !$0.onion_message_types.known.isEmpty }.flatMap { profile in
                GridObjects.each(profile).flatMap { Self.cells($0, family: context.familyName($0.family, profile)) }
                    + Comparisons.each(profile).flatMap {
                        Self.cells($0, family: context.familyName($0.family, profile))
                    }
            }
    }

    /// Comparisons whose cases stand in a family that is written by hand.
    private static let elsewhere: [GridCell] = [
        ("ordered", "wide-types", "32-bits"), ("same-low-bits", "wide-type-of-the-same-low-bits", "32-bits"),
        ("highest", "widest-type", "63-bits"), ("as-double", "widest-type", "double"),
        ("unordered", "wide-types-unordered", "32-bits"),
    ].map { side, testCase, habit in
        GridCell(
            .comparisons,
            "types of records are compared with all of their bits",
            side,
            "bolt01/tlv-stream/\(testCase)",
            "lazy-\(habit)@tlv.decode.type"
        )
    }

    package func cells(of table: GridCell.Table) -> [GridCell] { cells.filter { $0.table == table } }

    /// The cells for which there is no case among these.
    package func holes(among ids: Set<String>) -> [GridCell] { cells.filter { !ids.contains($0.testCase) } }

    private static func cells(_ object: GridObject, family: String) -> [GridCell] {
        streamCells(object, family) + fieldCells(object, family) + numberCells(object, family)
            + formCells(object, family)
    }

    private static func streamCells(_ object: GridObject, _ family: String) -> [GridCell] {
        var cells: [GridCell] = []
        for (rule, position) in object.streamRules {
            let name = GridName.stream(object, rule, position)
            let reader = "lazy-\(rule.habit)@\(object.name)"
            cells.append(
                GridCell(.streams, object.name, "\(rule.rawValue) \(position.rawValue)", "\(family)/\(name)", reader)
            )
        }
        for record in object.unknown {
            let name = GridName.unknown(object, record)
            cells.append(
                GridCell(
                    .streams,
                    object.name,
                    "unknown \(record.type)",
                    "\(family)/\(name)",
                    object.lazyReader(of: record)
                )
            )
        }
        return cells
    }

    private static func fieldCells(_ object: GridObject, _ family: String) -> [GridCell] {
        object.shown.flatMap { record in
            FieldRuleAt.all(of: record.format).map { rule in
                let row = ([object.name] + (object.isBare ? [] : [record.name]) + rule.path).joined(separator: ".")
                let habit = rule.isNode && rule.rule == .wrongPrefix ? "node" : rule.rule.habit
                return GridCell(
                    .fields,
                    row,
                    rule.rule.rawValue,
                    "\(family)/\(GridName.field(object, record, rule))",
                    "lazy-\(habit)@\(row)"
                )
            }
        }
    }

    private static func numberCells(_ object: GridObject, _ family: String) -> [GridCell] {
        guard object.showsNumbers else { return [] }
        return object.shown.flatMap { record in
            NumberAt.all(of: record.format).flatMap { number in
                let row = ([object.name, record.name] + number.path).joined(separator: ".")
                return number.ends.map { end in
                    if let (testCase, reader) = object.elsewhere(record, end.value) {
                        return GridCell(.numbers, row, end.name, testCase, reader)
                    }
                    return GridCell(
                        .numbers,
                        row,
                        end.name,
                        "\(family)/\(GridName.number(object, record, number, end.name))",
                        "lazy-\(end.habit)@\(row)"
                    )
                }
            }
        }
    }

    private static func formCells(_ object: GridObject, _ family: String) -> [GridCell] {
        object.shown.flatMap { record in
            object.forms(of: record).flatMap { form in
                let row = ([object.name, record.name] + form.path).joined(separator: ".")
                return form.forms.map {
                    GridCell(
                        .forms,
                        row,
                        $0.name,
                        "\(family)/\(GridName.form(object, record, form, $0.name))",
                        "lazy-\($0.habit)@\(row)"
                    )
                }
            }
        }
    }

    private static func cells(_ comparison: Comparison, family: String) -> [GridCell] {
        comparison.sides.map { side in
            GridCell(
                .comparisons,
                comparison.row,
                side.name,
                "\(family)/\(side.testCase(of: comparison))",
                side.lazyReader
            )
        }
    }
}

/// The names of the cases, each by one formula.
enum GridName {
    static func plain(_ object: GridObject) -> String { object.prefix + "plain" }
    static func withUnknown(_ object: GridObject) -> String { object.prefix + "with-unknown-record" }

    static func with(_ object: GridObject, _ record: TLVSchema.Record) -> String {
        object.prefix + "with-" + kebab(record.name)
    }

    static func stream(_ object: GridObject, _ rule: StreamRule, _ position: StreamRule.Position) -> String {
        "\(object.prefix)\(rule.rawValue)-\(position.rawValue)"
    }

    static func unknown(_ object: GridObject, _ record: UnknownRecord) -> String {
        "\(object.prefix)unknown-\(record.type)"
    }

    static func field(_ object: GridObject, _ record: TLVSchema.Record, _ rule: FieldRuleAt) -> String {
        object.prefix + ([record.name] + rule.path).map(kebab).joined(separator: "-") + "-" + rule.rule.rawValue
    }

    static func two(_ object: GridObject, _ record: TLVSchema.Record, _ list: [String]) -> String {
        object.prefix + ([record.name] + list).map(kebab).joined(separator: "-") + "-two"
    }

    static func number(_ object: GridObject, _ record: TLVSchema.Record, _ number: NumberAt, _ end: String) -> String {
        object.prefix + ([record.name] + number.path).map(kebab).joined(separator: "-") + "-at-" + end
    }

    static func form(_ object: GridObject, _ record: TLVSchema.Record, _ form: FormAt, _ name: String) -> String {
        object.prefix + ([record.name] + form.path).map(kebab).joined(separator: "-") + "-" + name
    }

    private static func kebab(_ name: String) -> String { String(name.map { $0 == "_" ? "-" : $0 }) }
}

extension GridObject {
    /// The rules of streams that apply, and where.
    var streamRules: [(StreamRule, StreamRule.Position)] {
        guard showsStream else { return [] }
        let count = carrier.count + (signed == nil ? 0 : 1)
        return StreamRule.allCases.flatMap { rule in
            StreamRule.Position.allCases.filter { position in
                rule.applies(at: position, of: count) && (position != .unknown || passedOver != nil)
                    && streamOutOfPlace["\(rule.rawValue) \(position.rawValue)"] == nil
            }
            .map { (rule, $0) }
        }
    }

    /// The first unknown record that a reader passes over, behind the first of the carrier's where there is one.
    var passedOver: UnknownRecord? {
        unknown.first { $0.violates == nil }
    }

    /// A number that the object may not hold, by another rule than that of its type: the case stands in another family.
    func elsewhere(_ record: TLVSchema.Record, _ value: UInt64) -> (testCase: String, lazyReader: String)? {
        switch (record.name, value) {
        case ("offer_amount", 0): ("bolt12/offer-read/price-of-zero", "lazy-no-B12-OFF-R12")
        case ("invreq_quantity", 0): ("bolt12/invreq-behalf/quantity-zero", "lazy-no-B12-IRQ-10")
        default: nil
        }
    }

    func lazyReader(of record: UnknownRecord) -> String {
        guard let violates = record.violates else { return "lazy-refuses-odd@\(name)" }
        return record.type.isMultiple(of: 2) ? "lazy-unknown-even@\(name)" : "lazy-no-\(violates)"
    }
}
