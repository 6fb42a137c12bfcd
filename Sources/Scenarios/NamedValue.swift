internal import Lightning

/// What a name in a scenario stands for.
enum NamedValue: Sendable {
    case paths([BlindedPath])
    case message(NamedMessage)
    case invoice(NamedInvoice)
    case offer(Offer)
    /// An invoice request's stream.
    case request([UInt8])
    /// A payment's preimage.
    case payment([UInt8])
    case preimage([UInt8])
    case grant(NamedGrant)
    /// A payment that the party was told to make, as it named it.
    case wantedPayment(String)
    /// An HTLC that a holder was given, by its id.
    case htlc(UInt64)
    /// One with a payment hash.
    case ordinaryInvoice(OrdinaryInvoice)

    /// For messages.
    var kind: String {
        switch self {
        case .paths: "paths"
        case .message(let message): "a message (\(message.name))"
        case .invoice: "an invoice"
        case .offer: "an offer"
        case .request: "an invoice request"
        case .payment: "a payment"
        case .preimage: "a preimage"
        case .grant: "a grant"
        case .wantedPayment: "a payment to make"
        case .htlc: "an HTLC"
        case .ordinaryInvoice: "an ordinary invoice"
        }
    }
}

/// A message that was sent or received, as far as later steps refer to it.
struct NamedMessage: Sendable {
    /// As the format spells it, such as `offer_paths`.
    let name: String
    var slot: UInt16?
    var reply_path: BlindedPath?
    /// offer_paths.
    var paths: [BlindedPath]?
    /// When they end, as far as it is said.
    var paths_absolute_expiry: UInt64?
    /// serve_static_invoice.
    var forward_path: BlindedPath?
    var invoice: NamedInvoice?
    /// A payer's request under the scheme of salt and secret: what record 4141 holds.
    var sealed_path: BlindedPath?
    /// A payer's request, as it was sent; of an invoice_error, what it holds.
    var request: [UInt8]?
}

/// A static invoice's stream, perhaps a faulty one, and the offer in it.
struct NamedInvoice: Sendable {
    let bytes: [UInt8]
    let invoice: StaticInvoice
    let offer: Offer
}

/// A part of what a name stands for: `name.part[index]`.
struct ValueReference: Sendable {
    let name: String
    let parts: [String]
    let index: Int?

    init(_ text: String) {
        var text = text[...]
        var index: Int?
        if text.hasSuffix("]"), let open = text.lastIndex(of: "[") {
            index = Int(text[text.index(after: open)...].dropLast())
            text = text[..<open]
        }
        let words = text.split(separator: ".").map(String.init)
        name = words.first ?? ""
        parts = Array(words.dropFirst())
        self.index = index
    }
}

/// The names of a scenario, as steps give them. A step that names what is not there is a mistake in the scenario, or a
/// consequence of what the implementation under test sent.
struct NamedValues: Sendable {
    private var named: [String: NamedValue] = [:]

    subscript(name: String) -> NamedValue? { named[name] }

    var count: Int { named.count }

    /// The ordinary invoice of these bytes.
    func ordinaryInvoice(_ bytes: ArraySlice<UInt8>) -> OrdinaryInvoice? {
        for case .ordinaryInvoice(let invoice) in named.values where invoice.bytes.elementsEqual(bytes) {
            return invoice
        }
        return nil
    }

    /// By their names.
    var invoices: [NamedInvoice] {
        named.sorted { $0.key < $1.key }.compactMap {
            if case .invoice(let invoice) = $0.value { invoice } else { nil }
        }
    }

    mutating func set(_ name: String?, _ value: NamedValue) {
        if let name { named[name] = value }
    }

    /// What a reference stands for.
    func resolve(_ text: String) throws(ScenarioHalt) -> NamedValue {
        let reference = ValueReference(text)
        guard var value = named[reference.name] else {
            throw ScenarioHalt.scenarioError("nothing is called \(reference.name)")
        }
        for part in reference.parts { value = try Self.part(part, of: value, text) }
        guard let index = reference.index else { return value }
        guard case .paths(let paths) = value, paths.indices.contains(index) else {
            throw ScenarioHalt.scenarioError("\(text): there is no number \(index)")
        }
        return .paths([paths[index]])
    }

    func paths(_ text: String) throws(ScenarioHalt) -> [BlindedPath] {
        switch try resolve(text) {
        case .paths(let paths): return paths
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), paths are needed")
        }
    }

    func path(_ text: String) throws(ScenarioHalt) -> BlindedPath {
        guard let first = try paths(text).first else { throw ScenarioHalt.scenarioError("\(text) has no path") }
        return first
    }

    func invoice(_ text: String) throws(ScenarioHalt) -> NamedInvoice {
        switch try resolve(text) {
        case .invoice(let invoice): return invoice
        case .message(let message):
            if let invoice = message.invoice { return invoice }
            throw ScenarioHalt.scenarioError("\(text) has no invoice")
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), an invoice is needed")
        }
    }

    func offer(_ text: String) throws(ScenarioHalt) -> Offer {
        switch try resolve(text) {
        case .offer(let offer): return offer
        case .invoice(let invoice): return invoice.offer
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), an offer is needed")
        }
    }

    func request(_ text: String) throws(ScenarioHalt) -> [UInt8] {
        switch try resolve(text) {
        case .request(let bytes): return bytes
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), an invoice request is needed")
        }
    }

    func message(_ text: String) throws(ScenarioHalt) -> NamedMessage {
        switch try resolve(text) {
        case .message(let message): return message
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), a message is needed")
        }
    }

    func grant(_ text: String) throws(ScenarioHalt) -> NamedGrant {
        switch try resolve(text) {
        case .grant(let grant): return grant
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), a grant is needed")
        }
    }

    func wantedPayment(_ text: String) throws(ScenarioHalt) -> String {
        switch try resolve(text) {
        case .wantedPayment(let name): return name
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), a payment to make is needed")
        }
    }

    func htlc(_ text: String) throws(ScenarioHalt) -> UInt64 {
        switch try resolve(text) {
        case .htlc(let htlc_id): return htlc_id
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), an HTLC is needed")
        }
    }

    /// Bytes that a message must carry unchanged.
    func bytes(_ text: String) throws(ScenarioHalt) -> [UInt8] {
        switch try resolve(text) {
        case .invoice(let invoice): return invoice.bytes
        case .ordinaryInvoice(let invoice): return invoice.bytes
        case .request(let bytes), .preimage(let bytes): return bytes
        case let other: throw ScenarioHalt.scenarioError("\(text) is \(other.kind), an invoice or a request is needed")
        }
    }

    private static func part(_ part: String, of value: NamedValue, _ text: String) throws(ScenarioHalt) -> NamedValue {
        switch (value, part) {
        case (.message(let message), "reply_path"): try list(message.reply_path.map { [$0] }, text)
        case (.message(let message), "sealed_path"): try list(message.sealed_path.map { [$0] }, text)
        case (.message(let message), "request"): try present(message.request.map(NamedValue.request), text)
        case (.message(let message), "paths"): try list(message.paths, text)
        case (.message(let message), "forward_path"): try list(message.forward_path.map { [$0] }, text)
        case (.message(let message), "invoice"): try present(message.invoice.map(NamedValue.invoice), text)
        case (.invoice(let invoice), "offer"): .offer(invoice.offer)
        case (.invoice(let invoice), "offer_paths"): try list(invoice.offer.offer_paths, text)
        case (.invoice(let invoice), "message_paths"): try list(invoice.invoice.static_invoice_message_paths, text)
        case (.invoice(let invoice), "payment_paths"): try list(invoice.invoice.invoice_paths, text)
        case (.payment(let preimage), "preimage"): .preimage(preimage)
        case (.offer(let offer), "paths"): try list(offer.offer_paths, text)
        default: throw ScenarioHalt.scenarioError("\(text): \(value.kind) has no part \(part)")
        }
    }

    private static func list(_ paths: [BlindedPath]?, _ text: String) throws(ScenarioHalt) -> NamedValue {
        try present(paths.map(NamedValue.paths), text)
    }

    private static func present(_ value: NamedValue?, _ text: String) throws(ScenarioHalt) -> NamedValue {
        guard let value else {
            throw ScenarioHalt.scenarioError("\(text) is not there: the message or invoice has none")
        }
        return value
    }
}
