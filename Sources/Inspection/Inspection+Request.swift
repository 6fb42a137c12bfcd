package import Catalogue
internal import Lightning
internal import Primitives
package import Rules
package import StrictJSON
internal import Wire

extension Inspection {
    /// The object that a request of the adapter protocol is about, judged by the request's own operation.
    ///
    /// - Returns: `nil` where the operation is about no object that can be inspected, and for a request out of shape.
    package init?(
        operation: String,
        input: JSON,
        _ profile: Profile,
        _ catalogue: RequirementCatalogue
    ) {
        guard let (kind, member) = Self.objects[operation] else { return nil }
        let typed = kind == .offer ? input["offer"]?.string : nil
        guard let bytes = typed.map(Self.offerBytes) ?? input[member]?.string.flatMap({ try? Hex.decode($0) }) else {
            return nil
        }
        let context = Context(
            profile: profile,
            now: input["now"]?.string.flatMap { UInt64($0) } ?? 0,
            chain: input["chain"]?.string,
            more: input["message"].map { [("message", $0)] } ?? [],
            keys: Self.keys(in: input)
        )
        let page = InspectionReport(
            kind: kind,
            bytes: bytes,
            typed: typed,
            context: context,
            catalogue: catalogue,
            request: InspectionRequest(operation: operation, input: input)
        )
        if page.misunderstanding != nil { return nil }
        self.init(page)
    }

    /// By operation: the kind of the object, and the member that holds it.
    private static let objects: [String: (kind: Kind, member: String)] = [
        "tlv.decode": (.tlv, "bytes"),
        "bolt12.merkle": (.tlv, "bytes"),
        "bolt12.verify": (.tlv, "bytes"),
        "offer.decode": (.offer, "bytes"),
        "offer.validate": (.offer, "bytes"),
        "invreq.decode": (.invoiceRequest, "bytes"),
        "invreq.validate_for": (.invoiceRequest, "bytes"),
        "static_invoice.decode": (.staticInvoice, "bytes"),
        "static_invoice.validate": (.staticInvoice, "bytes"),
        "static_invoice.verify": (.staticInvoice, "bytes"),
        "static_invoice.sign": (.staticInvoice, "bytes"),
        "path.decode": (.path, "bytes"),
        "om.peel": (.onion, "packet"),
        "msg.decode": (.message, "bytes"),
        "payload.validate": (.payload, "payload"),
    ]

    /// What can be read of an offer's text, however malformed.
    private static func offerBytes(_ text: String) -> [UInt8] {
        (try? OfferText.decode(prefix: Offer.prefix, text) { _ in }) ?? []
    }

    private static func keys(in input: JSON) -> Keys {
        func bytes(_ name: String) -> [UInt8]? { input[name]?.string.flatMap { try? Hex.decode($0) } }
        guard let node_key = bytes("node_key").flatMap({ try? SecretKey($0) }),
            let path_key = bytes("path_key").flatMap({ try? PublicKey($0) })
        else { return Keys() }
        let receive_auth_key = bytes("receive_auth_key").flatMap { try? Bytes32($0) }
        return Keys(nodes: [MessageNode(node_key: node_key, receive_auth_key: receive_auth_key)], path_key: path_key)
    }
}
