internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

extension LawfulVariantRegistry {
    /// How the messages of bLIP-66 are read.
    static let messageVariants = [
        LawfulVariant("C-3", "b", "refuses every byte in static_invoice_persisted").rejecting(in: "msg.decode") {
            answer in
            guard answer.isMessage("static_invoice_persisted"), answer.out["fields"]?.object?.isEmpty == false else {
                return nil
            }
            return Finding("B66-D5", .range, "the message is empty, and this one has records")
        },
        LawfulVariant("C-1", "b", "reads the end of paths in record 3").changing(["msg.decode"]) { operation in
            Operation(operation.name) { profile, input, validation in
                var out = try operation.body(profile, input, &validation)
                guard var fields = out["fields"]?.object, fields["paths_absolute_expiry"] == nil,
                    let unknown = fields["unknown"]?.array, unknown.count == 1,
                    unknown[0]["type"] == "3", let end = unknown[0]["value"]?.string, end.count == 16,
                    input.value["message"] == "offer_paths", let seconds = UInt64(end, radix: 16)
                else { return out }
                fields["unknown"] = nil
                fields["paths_absolute_expiry"] = .string(String(seconds))
                out["fields"] = .object(fields)
                return out
            }
        },
        LawfulVariant("C-4", "b", "reads messages that lack a record")
            .replacing(messageDecode { profile in MessageForm.all(profile).map(\.withoutNeededRecords) }),
        LawfulVariant("C-73", "b", "verifies the invoice of serve_static_invoice while it decodes the message")
            .rejecting(in: "msg.decode") { answer in
                guard answer.isMessage("serve_static_invoice"),
                    let invoice = answer.field("static_invoice")?.string
                else { return nil }
                return firstFinding(
                    StaticInvoiceSignatureChecks.all,
                    try TLVSchema.static_invoice(answer.profile).decode(try Hex.decode(invoice)).stream
                )
            },
        LawfulVariant("C-73", "c", "decodes serve_static_invoice with an invoice that has no signature")
            .tolerating(in: "msg.decode") { finding, answer in
                // Without the message's own records it is another question (C-4).
                let isWhole = ["static_invoice", "forward_invoice_request_path"].allSatisfy { answer.field($0) != nil }
                let isOpen = !answer.profile.static_invoice.signature_verified_in_message
                return isOpen && isWhole && answer.isMessage("serve_static_invoice") && finding.reason == .missing
            },
        LawfulVariant("C-74", "b", "refuses offer_paths without a path").rejecting(in: "msg.decode") { answer in
            guard answer.isMessage("offer_paths"), answer.field("offer_paths") == [] else { return nil }
            return Finding("B66-D3", .missing, "offer_paths lists no path")
        },
    ]

    /// How paths, texts and amounts are coded.
    static let encodingVariants = [
        LawfulVariant("C-6", "b", "reads paths without hops")
            .tolerating(in: "path.decode", "msg.decode", "om.classify", "om.peel", "salt.open", for: .zeroHops)
            // That a payment path has hops is a rule of BOLT 12 (B12-SI-R8).
            .tolerating(in: "static_invoice.validate") { finding, _ in
                finding.requirement == "B12-SI-R17" && finding.reason == .zeroHops
            }
            .playing(
                .asyncPayer { payer in
                    payer.checks.invoice.removeAll { $0.id == "B12-SI-R17" && $0.reason == .zeroHops }
                }
            ),
        LawfulVariant("C-48", "b", "ignores the spare bits in the last character of an offer")
            .tolerating(in: "offer.decode", "offer.validate") { finding, answer in
                finding.requirement == "B12-ENC-5" && answer.input.value["offer"]?.string.map(hasOnlySpareBits) == true
            },
        LawfulVariant("C-66", "b", "takes texts that are not UTF-8")
            .tolerating(
                in: "field.decode",
                "static_invoice.validate",
                "static_invoice.decode",
                "invreq.decode",
                for: "utf8"
            ),
        LawfulVariant("C-70", "b", "writes what it is asked for, if that has an encoding")
            .replacing(pathCreate([]))
            .tolerating(in: "path.encode") { finding, _ in [.zeroHops, "point"].contains(finding.reason) }
            .tolerating(in: "salt.seal", "salt.build_payloads", for: .zeroHops),
        LawfulVariant("C-97", "b", "reads amounts above 21 million bitcoin").tolerating(
            in: "field.decode",
            "offer.validate",
            "invreq.validate_for",
            "invreq.decode",
            "payload.validate"
        ) { finding, _ in finding.requirement == "B1-T-5" }
        .playing(.server { $0.checks.invoiceRequest = $0.checks.invoiceRequest.without("B1-T-5") }),
    ]
}

extension MessageForm {
    /// The form whose records may all be missing.
    fileprivate var withoutNeededRecords: MessageForm {
        var form = self
        form.readerChecks.removeAll { $0.id == definedBy && $0.reason == .missing }
        return form
    }
}

/// The last character has bits to spare, and no character is one too many: at most four bits are padding.
private func hasOnlySpareBits(_ text: String) -> Bool {
    let joined = text.filter { $0 != "+" && !$0.isWhitespace }
    guard let separator = joined.lastIndex(of: "1") else { return false }
    return joined[separator...].dropFirst().count * 5 % 8 <= 4
}

/// What the first check says that fails.
func firstFinding<Subject>(_ checks: [Check<Subject>], _ subject: Subject) -> Finding? {
    var validation = Validation(.collecting)
    try? validation.apply(checks, to: subject)
    return validation.findings.first
}
