internal import InvoiceServer
internal import Lightning
package import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// A lazy reader: the reference, not looking at one thing in what it reads.
///
/// Its name says what it neglects, and where: `lazy-repeated` takes every record that stands twice, `lazy-repeated@offer`
/// those in offers alone, `lazy-point@offer.offer_issuer_id` one key that is none. So each cell of the grid of vectors has a
/// reader that its case must find out, and so has each check: `lazy-no-B12-OFF-R10` is the reference without it.
package struct LazyReader: Sendable {
    package let name: String
    /// A sentence without its subject.
    package let does: String
    private let changed: @Sendable (Operation) -> Operation

    private init(_ name: String, _ does: String, _ changed: @escaping @Sendable (Operation) -> Operation) {
        self.name = name
        self.does = does
        self.changed = changed
    }

    /// The operations of the reference, read lazily. What is stateful has other mutants.
    package var table: OperationTable {
        OperationTable.reference.names.reduce(.reference) { table, name in
            table[name].map { table.replacing(changed($0)) } ?? table
        }
    }

    /// The lazy reader of this name.
    /// - Returns: `nil` for a name of none.
    package static func named(_ name: String) -> LazyReader? {
        guard name.hasPrefix("lazy-") else { return nil }
        if let reader = LazyComparison.reader(name) { return reader }
        let parts = name.dropFirst(5).split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let habit = parts.first.map(String.init) else { return nil }
        if habit.hasPrefix("no-"), parts.count == 1 { return without(RequirementID(String(habit.dropFirst(3)))) }
        guard let place = LazyPlace(parts.count == 2 ? String(parts[1]) : "") else { return nil }
        if let rule = LazyHabit.neglected[habit] {
            return LazyReader(name, "does not see \(rule.what)\(place.text)") { operation in
                operation.overlooking { finding in
                    guard let found = finding.place else { return false }
                    // A value that stands alone is called by the operations on it: `salt` of `salt.open`.
                    let object = found.object.isEmpty ? String(operation.name.prefix { $0 != "." }) : found.object
                    return rule.rules.contains(found.rule) && place.holds(object, found.field)
                }
            }
        }
        return LazyHabit.number(habit, place).map { LazyReader(name, $0.does, $0.changed) }
            ?? LazyHabit.form(habit, place).map { LazyReader(name, $0.does, $0.changed) }
            ?? LazyHabit.unknown(habit, place).map { LazyReader(name, $0.does, $0.changed) }
    }

    /// The reference without the checks of a requirement.
    private static func without(_ requirement: RequirementID) -> LazyReader {
        LazyReader("lazy-no-\(requirement)", "does not check \(requirement)") { operation in
            operation.overlooking { $0.requirement == requirement }
        }
    }

    /// A reader that gets one comparison or sum wrong.
    static func comparing(
        _ name: String,
        _ does: String,
        _ changed: @escaping @Sendable (Operation) -> Operation
    ) -> LazyReader {
        LazyReader(name, does, changed)
    }
}

/// Where a reader is lazy: everywhere, in one object, or in one field of it and what is inside.
struct LazyPlace: Sendable {
    private let object: String?
    private let field: [String]

    /// - text: empty, `offer`, or `offer.offer_paths.path_key`.
    init?(_ text: String) {
        if text.isEmpty {
            (object, field) = (nil, [])
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, !parts.contains("") else { return nil }
        (object, field) = (first, Array(parts.dropFirst()))
    }

    func holds(_ object: String, _ field: [String]) -> Bool {
        (self.object.map { $0 == object } ?? true) && field.starts(with: self.field)
    }

    /// The record, and the members of a structure in it.
    var path: [String]? { field.isEmpty ? nil : field }

    func isObject(_ name: String) -> Bool { object == nil || object == name }

    var text: String { object.map { " in \(([$0] + field).joined(separator: "."))" } ?? "" }
}

extension Operation {
    /// The operation run to its end, without the findings that are overlooked. What ended it early leaves an empty answer.
    func overlooking(_ isOverlooked: @escaping @Sendable (Finding) -> Bool) -> Operation {
        Operation(name) { profile, input, validation in
            var (out, collected, end) = try performed(profile, input)
            if let end { collected.note(end) }
            for finding in collected.findings where !isOverlooked(finding) { try validation.report(finding) }
            return out
        }
    }

    /// Goes on past every finding that does not end it.
    /// - Returns: what there is to answer with, all that was found, and what ended it early: then the answer is empty.
    func performed(
        _ profile: Profile,
        _ input: JSONReader
    ) throws -> (out: JSONObject, collected: Validation, end: Finding?) {
        var collected = Validation(.collecting)
        do {
            return (try body(profile, input, &collected), collected, nil)
        } catch let end as Finding {
            return ([:], collected, end)
        }
    }
}
