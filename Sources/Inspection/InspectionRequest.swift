internal import Lightning
internal import Primitives
internal import Reference
internal import StrictJSON

/// The operation that judges an object, and the request's `in`.
struct InspectionRequest {
    let operation: String
    let input: JSON

    init(operation: String, input: JSON) {
        self.operation = operation
        self.input = input
    }

    /// - Returns: `nil` where no operation judges what is known of the object.
    init?(
        kind: Inspection.Kind,
        bytes: [UInt8],
        typed: String?,
        context: Inspection.Context,
        decoded: DecodedStream?
    ) {
        guard let operation = Self.operation(kind, context) else { return nil }
        var input: JSONObject = [:]
        switch kind {
        case .offer where typed != nil: input["offer"] = .string(typed ?? "")
        case .payload: input["payload"] = .hex(bytes)
        default: input["bytes"] = .hex(bytes)
        }
        input["now"] = .decimal(context.now)
        input["chain"] = .string(context.chain ?? Self.ownChain(decoded))
        for (key, value) in context.more { input[key] = value }
        self.init(operation: operation, input: .object(input))
    }

    private static func operation(_ kind: Inspection.Kind, _ context: Inspection.Context) -> String? {
        switch kind {
        case .tlv: "tlv.decode"
        case .offer: "offer.validate"
        case .invoiceRequest: context.has("invoice") ? "invreq.validate_for" : "invreq.decode"
        case .staticInvoice: "static_invoice.validate"
        case .path: "path.decode"
        case .message: "msg.decode"
        case .payload: context.has("payment_hash") ? "payload.validate" : nil
        case .onion, .salt: nil
        }
    }

    /// The chain that the object itself names: nobody who inspects one wants to be told that it is not bitcoin's.
    static func ownChain(_ decoded: DecodedStream?) -> String {
        let chains = decoded.flatMap { BareObject(decoded: $0).offer_chains } ?? []
        return (chains.first ?? Chain.bitcoin).hex
    }

    private struct BareObject: Bolt12Object { let decoded: DecodedStream }
}

extension Inspection.Context {
    func has(_ member: String) -> Bool { more.contains { $0.0 == member } }

    /// The form of the message that is inspected.
    var message: String? { more.first { $0.0 == "message" }?.1.string }
}
