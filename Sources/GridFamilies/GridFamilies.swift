internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorFormat
package import VectorKit
internal import Wire

/// The families that are made from the tables of the grid: for each rule and each place where it applies the smallest object that
/// breaks it there.
package let gridFamilies: [FamilyDefinition] = [
    once("bolt12/offer-encoding", "Offers: every rule of encoding in every field"),
    once("bolt12/invreq-encoding", "Invoice requests: every rule of encoding in every field"),
    once("bolt04/layer-encoding", "The layer of an onion message's last hop: every rule of encoding in every field"),
    once("bolt04/encrypted-data-encoding", "The data of a relay: every rule of encoding in every field"),
    once("bolt04/final-payload-encoding", "The last payload of a payment: every rule of encoding in every field"),
    once("salt/sealed-path-encoding", "The sealed reply path: every rule of encoding in every field"),
    once("bolt12/offer-comparisons", "What a reader of offers compares, on both sides"),
    once("bolt12/signature-comparisons", "What a reader of signatures compares, byte by byte"),
    once("bolt04/tag-comparisons", "HMACs and tags of onions and sealed data, wrong in one place"),
    once("salt/tag-comparisons", "Tags of sealed reply paths, wrong in one place"),
    each("bolt04/path-id-comparisons", "The path_id that a path's maker expects, wrong in one place"),
    each("bolt12/mirror-comparisons", "Offers, and what mirrors them, that differ in one record"),
    each("bolt12/invreq-ranges", "The ranges of records in invoice requests, and their ends"),
    each("bolt12/static-invoice-encoding", "Static invoices: every rule of encoding in every field"),
    each("bolt12/invoice-comparisons", "What readers of static invoices and of requests compare, add and multiply"),
    each(
        "blip66/message-encoding",
        "The messages of bLIP-66 and of held payments: every rule of encoding in every field"
    ),
    each("async/bolt2-encoding", "The records behind BOLT 2's messages: every rule of encoding in every field"),
    each("async/payload-encoding", "The records of an asynchronous payment in its last payload"),
    each("async/payment-comparisons", "What the recipient of a payment compares, on both sides"),
]

private func once(_ name: String, _ title: String) -> FamilyDefinition {
    .once(name) { context throws(GenerationError) in
        var family = GridFamily(name, title, nil, context)
        for object in GridObjects.once(context.draft) where object.family == name { try family.add(object) }
        for comparison in Comparisons.once(context.draft) where comparison.family == name { family.add(comparison) }
        return family.build()
    }
}

private func each(_ name: String, _ title: String) -> FamilyDefinition {
    .perProfile(name) { context, profile throws(GenerationError) in
        var family = GridFamily(name, title, profile, context)
        for object in GridObjects.each(profile) where object.family == name { try family.add(object) }
        for comparison in Comparisons.each(profile) where comparison.family == name { family.add(comparison) }
        return family.build()
    }
}

/// A family of such cases.
private struct GridFamily {
    private let name: String
    private let title: String
    private let profile: Profile?
    private let context: GenerationContext
    private var planned: [(inout FamilyBuilder) -> Void] = []
    private var flags: [String: String] = [:]

    init(_ name: String, _ title: String, _ profile: Profile?, _ context: GenerationContext) {
        self.name = name
        self.title = title
        self.profile = profile
        self.context = context
    }

    /// The family with the flags that its cases have.
    func build() -> GeneratedFamily {
        let notes = flags.sorted { $0.key < $1.key }.map { VectorFamily.Flag($0.key, $0.value) }
        var builder = FamilyBuilder(name, title: title, profile: profile, in: context, flags: notes)
        for add in planned { add(&builder) }
        return builder.build()
    }

    // MARK: Objects

    mutating func add(_ object: GridObject) throws(GenerationError) {
        let plain = try object.bytes(object.carrier)
        accept(GridName.plain(object), object, object.carrier, "nothing but what it needs", bytes: plain)
        try addStreamRules(object)
        try addUnknownRecords(object)
        for record in object.shown { try add(record, object) }
    }

    private mutating func addStreamRules(_ object: GridObject) throws(GenerationError) {
        guard !object.streamRules.isEmpty else { return }
        var more = object.carrier
        if let unknown = object.passedOver {
            more[unknown.type] = .hex([0xb1, 0xb2])
            accept(
                GridName.withUnknown(object),
                object,
                more,
                "an unknown odd record is passed over",
                bytes: try object.bytes(more)
            )
        }
        for (rule, position) in object.streamRules {
            let records = position == .unknown ? more : object.carrier
            let neighbour = position == .unknown ? GridName.withUnknown(object) : GridName.plain(object)
            let raw = records.sorted { $0.key < $1.key }.map { RawRecord($0.key, $0.value.bytes) }
            let whole = try object.sealed(raw)
            let index = Self.index(of: position, whole, object)
            let isSignature = object.signed != nil && whole[index].type == 240
            let faulty: [RawRecord]
            switch rule {
            // Behind a stream that ends, or in a form that hides what follows, there is no place for a signature.
            case .cut, .cutBehindType, .overlong, .longerBy32Bits: faulty = rule.fault(in: whole, at: index)
            default:
                faulty =
                    isSignature ? rule.fault(in: whole, at: index) : try object.sealed(rule.fault(in: raw, at: index))
            }
            let isSkipped = object.schema[whole[index].type] == nil
            reject(
                GridName.stream(object, rule, position),
                object,
                records,
                "at the \(position.rawValue) record",
                flag: (rule.rawValue, rule.note),
                violates: object.attributed(rule.violates(isSkipped: isSkipped), nil),
                rule.reasons,
                neighbour: neighbour,
                bytes: faulty.bytes,
                fault: Self.fault(object, nil, rule.rawValue, whole.bytes, faulty.bytes, inSignature: isSignature)
            )
        }
    }

    private static func index(of position: StreamRule.Position, _ records: [RawRecord], _ object: GridObject) -> Int {
        switch position {
        case .first: 0
        case .last: records.count - 1
        case .unknown: records.firstIndex { $0.type == object.passedOver?.type } ?? 0
        }
    }

    private mutating func addUnknownRecords(_ object: GridObject) throws(GenerationError) {
        for unknown in object.unknown {
            var records = object.carrier
            records[unknown.type] = .hex([0xb1])
            let bytes = try object.bytes(records)
            let comment = "record \(unknown.type) is unknown"
            guard let violates = unknown.violates else {
                accept(
                    GridName.unknown(object, unknown),
                    object,
                    records,
                    comment,
                    bytes: bytes,
                    requirement: unknown.keeps,
                    judged: object.judged
                )
                continue
            }
            let isEven = unknown.type.isMultiple(of: 2)
            let judged = isEven ? nil : object.judged
            if judged != nil { acceptJudged(object, try object.bytes(object.carrier)) }
            reject(
                GridName.unknown(object, unknown),
                object,
                records,
                comment,
                flag: isEven
                    ? ("unknown-even", "An even record that the reader does not know: a reader that passes over it")
                    : ("range", "A record outside the ranges of the object: a reader that does not look at types"),
                violates: object.attributed(violates, nil),
                unknown.reasons,
                neighbour: judged == nil ? GridName.plain(object) : object.prefix + "plain-judged",
                bytes: bytes,
                fault: Self.fault(
                    object,
                    nil,
                    isEven ? "unknown-even" : "range",
                    try object.bytes(object.carrier),
                    bytes
                ),
                judged: judged
            )
        }
    }

    private var judgedPlain: Set<String> = []

    /// The plain carrier, put to the operation that judges it: the neighbour of what is put to it.
    private mutating func acceptJudged(_ object: GridObject, _ bytes: [UInt8]) {
        let name = object.prefix + "plain-judged"
        guard judgedPlain.insert(name).inserted else { return }
        accept(
            name,
            object,
            object.carrier,
            "nothing but what it needs",
            bytes: bytes,
            requirement: object.unknown.first { $0.violates == nil }?.keeps,
            judged: object.judged
        )
    }

    // MARK: Fields

    private mutating func add(_ record: TLVSchema.Record, _ object: GridObject) throws(GenerationError) {
        let isSignature = object.signed != nil && record.type == 240
        let plain = try object.bytes(object.carrier)
        let value = isSignature ? Self.signature(in: plain).map { Sample.hex($0) } : object.sample(record)
        guard let value, let records = object.records(with: record, value) else { return }
        let isPlain = isSignature || object.carrier[record.type] != nil
        let whole = try object.bytes(records)
        let neighbour = isPlain ? GridName.plain(object) : GridName.with(object, record)
        if !isPlain { accept(neighbour, object, records, "\(record.name) beside what it needs", bytes: whole) }
        let one = Right(name: neighbour, value: value, records: records, bytes: whole)
        var two: [[String]: Right] = [:]
        for rule in FieldRuleAt.all(of: record.format) {
            guard let list = rule.list else {
                try add(rule, record, one, object)
                continue
            }
            let right: Right
            if let known = two[list] {
                right = known
            } else {
                right = try acceptTwo(list, record, value, records, object)
                two[list] = right
            }
            try add(rule, record, right, object)
        }
        guard object.showsNumbers else { return }
        for number in NumberAt.all(of: record.format) {
            try add(number, record, value, object)
        }
        for form in object.forms(of: record) { try add(form, record, value, object) }
    }

    /// A right object, which the faulty ones differ from in one record.
    private struct Right {
        let name: String
        let value: Sample
        let records: GridObject.Records
        let bytes: [UInt8]
    }

    /// The object with two elements in a list of the record.
    private mutating func acceptTwo(
        _ list: [String],
        _ record: TLVSchema.Record,
        _ value: Sample,
        _ records: GridObject.Records,
        _ object: GridObject
    ) throws(GenerationError) -> Right {
        var records = records
        let value = value.doubled(list)
        records[record.type] = value
        if list.isEmpty, let other = Self.sameCount[record.type] { records[other] = records[other]?.doubled([]) }
        let bytes = try object.bytes(records)
        let name = GridName.two(object, record, list)
        accept(name, object, records, "\(([record.name] + list).joined(separator: ", ")): two", bytes: bytes)
        return Right(name: name, value: value, records: records, bytes: bytes)
    }

    /// As many payinfos as paths.
    private static let sameCount: [UInt64: UInt64] = [160: 162, 162: 160]

    private mutating func add(
        _ rule: FieldRuleAt,
        _ record: TLVSchema.Record,
        _ right: Right,
        _ object: GridObject
    ) throws(GenerationError) {
        guard let part = rule.fault(in: right.value) else { return }
        var faulty = right.records
        faulty[record.type] = .hex(part)
        let bytes = try object.bytes(faulty)
        // An HTLC that carries what is stated differs with it.
        let stated = rule.rule == .aboveTheCap ? faulty : right.records
        let isNode = rule.isNode && rule.rule == .wrongPrefix
        reject(
            GridName.field(object, record, rule),
            object,
            stated,
            "\(([record.name] + rule.path).joined(separator: ", "))",
            flag: (rule.rule.rawValue, rule.rule.note),
            violates: object.attributed(isNode ? "B1-T-3" : rule.rule.violates, record.name),
            rule.rule.reasons,
            neighbour: right.name,
            bytes: bytes,
            fault: Self.fault(
                object,
                [record.name] + rule.path,
                rule.rule.rawValue,
                right.bytes,
                bytes,
                inSignature: object.signed != nil && record.type == 240
            ),
            under: under(rule.rule, object)
        )
    }

    private mutating func add(
        _ form: FormAt,
        _ record: TLVSchema.Record,
        _ value: Sample,
        _ object: GridObject
    ) throws(GenerationError) {
        for (name, changed, _) in form.forms {
            let changed = form.applied(changed, to: value)
            guard var records = object.records(with: record, changed) else { continue }
            if name == "seventeen", form.path.isEmpty, let other = Self.sameCount[record.type], let list = records[other] {
                records[other] = form.applied(form.forms[0].value, to: list)
            }
            accept(
                GridName.form(object, record, form, name),
                object,
                records,
                "\(([record.name] + form.path).joined(separator: ", ")): \(name.replacing("-", with: " "))",
                bytes: try object.bytes(records),
                requirement: "B1-T-1",
                // Other codes than three capital letters.
                under: record.name == "offer_currency"
                    ? [.reject("C-103 b", ["semantic.offer_currency", "policy"])] : []
            )
        }
    }

    /// What the texts leave open: text outside offers (C-66), amounts above what there is (C-97).
    private func under(_ rule: FieldRule, _ object: GridObject) -> [Under] {
        switch rule {
        case .notUTF8 where object.name != "offer": [.accept("C-66 b")]
        case .aboveTheCap: [.accept("C-97 b")]
        default: []
        }
    }

    private mutating func add(
        _ number: NumberAt,
        _ record: TLVSchema.Record,
        _ value: Sample,
        _ object: GridObject
    ) throws(GenerationError) {
        for end in number.ends where object.elsewhere(record, end.value) == nil {
            guard let leaf = Sample.number(end.value, number.format) else { continue }
            let changed = number.path.isEmpty ? leaf : value.replacing(number.path, by: leaf)
            guard var records = object.records(with: record, changed) else { continue }
            // Bitcoin has a bound, other currencies have none.
            if record.name == "offer_amount", end.value > Amount.maxMillisatoshi { records[6] = .text("USD") }
            if record.name == "amt_to_forward" { records[18] = leaf }
            if record.name == "total_amount_msat" { records[2] = leaf }
            accept(
                GridName.number(object, record, number, end.name),
                object,
                records,
                "\(([record.name] + number.path).joined(separator: ", ")) is \(end.value)",
                bytes: try object.bytes(records),
                requirement: "B1-T-1"
            )
        }
    }

    // MARK: Comparisons

    mutating func add(_ comparison: Comparison) {
        // The nearest right side in front; what is wrong differs from it by the step over the edge.
        var nearest = comparison.neighbour ?? comparison.sides.first(where: \.isRight)?.testCase(of: comparison) ?? ""
        for side in comparison.sides {
            let name = side.testCase(of: comparison)
            if side.isRight { nearest = name }
            let neighbour = nearest
            planned.append { builder in
                if side.isRight {
                    builder.accept(
                        name,
                        comparison.operation,
                        [comparison.requirement],
                        comparison.row,
                        in: side.input,
                        out: side.out,
                        under: side.under
                    )
                } else {
                    builder.reject(
                        name,
                        comparison.operation,
                        [comparison.requirement],
                        comparison.reasons,
                        comparison.row,
                        neighbour: neighbour,
                        in: side.input,
                        under: side.under
                    )
                }
            }
        }
    }

    // MARK: Cases

    private mutating func accept(
        _ name: String,
        _ object: GridObject,
        _ records: GridObject.Records,
        _ comment: String,
        bytes: [UInt8],
        requirement: RequirementID? = nil,
        judged: GridObject.Judged? = nil,
        under more: [Under] = []
    ) {
        var shown = records
        if object.signed != nil, let signature = Self.signature(in: bytes) { shown[240] = .hex(signature) }
        let under = records.keys.contains { object.schema[$0] == nil } ? object.underUnknown : more
        let requirement = object.attributed(requirement ?? object.subject, nil)
        planned.append { builder in
            builder.accept(
                name,
                judged?.operation ?? object.operation,
                [requirement],
                comment,
                in: (judged?.input ?? object.input)(bytes, records),
                out: judged == nil ? object.out(shown) : [:],
                under: under
            )
        }
    }

    private mutating func reject(
        _ name: String,
        _ object: GridObject,
        _ records: GridObject.Records,
        _ comment: String,
        flag: (name: String, note: String),
        violates: RequirementID,
        _ reasons: [ReasonClass],
        neighbour: String,
        bytes: [UInt8],
        fault: VectorCase.Fault,
        under: [Under] = [],
        judged: GridObject.Judged? = nil
    ) {
        flags[flag.name] = flag.note
        planned.append { builder in
            builder.reject(
                name,
                judged?.operation ?? object.operation,
                [violates],
                reasons,
                comment,
                neighbour: neighbour,
                flags: [flag.name],
                fault: fault,
                in: (judged?.input ?? object.input)(bytes, records),
                under: under
            )
        }
    }

    /// Where the faulty stream differs from the right one. A signature over the faulty bytes differs too, and does not count.
    private static func fault(
        _ object: GridObject,
        _ field: [String]?,
        _ rule: String,
        _ right: [UInt8],
        _ faulty: [UInt8],
        inSignature: Bool = false
    ) -> VectorCase.Fault {
        let (one, other) = inSignature ? (right, faulty) : (unsigned(right, object), unsigned(faulty, object))
        let start = zip(one, other).prefix { $0 == $1 }.count
        let rest = zip(one.dropFirst(start).reversed(), other.dropFirst(start).reversed())
        let end = other.count - rest.prefix { $0 == $1 }.count
        return VectorCase.Fault(
            object: object.name,
            field: field?.joined(separator: "."),
            rule: rule,
            from: start,
            to: end
        )
    }

    private static func unsigned(_ bytes: [UInt8], _ object: GridObject) -> [UInt8] {
        guard object.signed != nil, let signature = signature(in: bytes) else { return bytes }
        return Array(bytes[..<(signature.startIndex - signatureHead.count)] + bytes[signature.endIndex...])
    }

    private static let signatureHead: [UInt8] = [0xf0, 0x40]

    private static func signature(in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        guard let start = bytes.lastRange(of: signatureHead), bytes.count >= start.upperBound + 64 else { return nil }
        return bytes[start.upperBound..<(start.upperBound + 64)]
    }
}
