internal import Lightning
internal import Primitives
internal import Reference
internal import StrictJSON

/// The operation that judges an object, and the request's `in`.
struct InspectionRequest {
    let kind: Inspection.Kind
    let bytes: [UInt8]
    let typed: String?
    let context: Inspection.Context
    let decoded: DecodedStream?

    var operation: String {
        switch kind {
        case .tlv: "tlv.decode"
        case .offer: "offer.validate"
        case .invoiceRequest:
            context.more.contains { $0.0 == "invoice" } ? "invreq.validate_for" : "invreq.decode"
        case .staticInvoice: "static_invoice.validate"
        case .path: "path.decode"
        case .onion: "om.peel"
        }
    }

    var input: JSON {
        var input: JSONObject = [:]
        if kind == .offer, let typed { input["offer"] = .string(typed) } else { input["bytes"] = .hex(bytes) }
        input["now"] = .decimal(context.now)
        input["chain"] = .string(context.chain ?? Self.ownChain(decoded))
        for (key, value) in context.more { input[key] = value }
        return .object(input)
    }

    /// The chain that the object itself names: nobody who inspects one wants to be told that it is not bitcoin's.
    static func ownChain(_ decoded: DecodedStream?) -> String {
        let chains = decoded.flatMap { BareObject(decoded: $0).offer_chains } ?? []
        return (chains.first ?? Chain.bitcoin).hex
    }

    private struct BareObject: Bolt12Object { let decoded: DecodedStream }
}
