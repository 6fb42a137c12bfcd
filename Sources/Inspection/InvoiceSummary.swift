internal import Lightning
internal import Wire

/// What people want to know of an object first, in a line or two.
struct InvoiceSummary {
    let lines: [String]

    init(_ decoded: DecodedStream?, _ kind: Inspection.Kind, _ context: Inspection.Context) {
        guard let decoded, kind == .staticInvoice, !decoded.stream.records.isEmpty else {
            lines = []
            return
        }
        let invoice = StaticInvoice(decoded, context.profile)
        lines = [Self.signer(invoice), Self.life(invoice, context), Self.paths(invoice)].compactMap { $0 }
    }

    private static func signer(_ invoice: StaticInvoice) -> String? {
        guard let signer = invoice.invoice_node_id else { return nil }
        let isIssuer =
            invoice.offer_issuer_id.map { $0 == signer ? ", the offer's issuer" : ", not the offer's issuer" } ?? ""
        return "signer   \(signer.hex)\(isIssuer)\(invoice.signature == nil ? "; there is no signature" : "")"
    }

    private static func life(_ invoice: StaticInvoice, _ context: Inspection.Context) -> String? {
        guard let created = invoice.invoice_created_at else { return nil }
        let stated = invoice.invoice_relative_expiry
        let life = stated ?? context.profile.static_invoice.default_relative_expiry
        let (last, overflow) = created.addingReportingOverflow(life)
        let end = overflow ? "for ever" : "until \(last) (\(ValueText.time(last)))"
        return
            "valid    \(end): \(stated == nil ? "no life is stated, the default is" : "it states") \(ValueText.duration(life))"
    }

    private static func paths(_ invoice: StaticInvoice) -> String {
        func count(_ paths: [BlindedPath]?, _ what: String) -> String {
            let hops = (paths ?? []).map { String($0.hops.count) }.joined(separator: ", ")
            return "\(paths?.count ?? 0) \(what)\(hops.isEmpty ? "" : " (hops: \(hops))")"
        }
        let parts = [
            count(invoice.offer_paths, "offer"), count(invoice.invoice_paths, "payment"),
            count(invoice.static_invoice_message_paths, "message"),
        ]
        return "paths    \(parts.joined(separator: "; "))"
    }
}
