package import Rules
internal import Wire

/// A static invoice and the plan that it was made from.
package struct StaticInvoiceWriterOutput: Sendable {
    package let invoice: StaticInvoice
    package let builder: StaticInvoiceBuilder

    package init(invoice: StaticInvoice, builder: StaticInvoiceBuilder) {
        self.invoice = invoice
        self.builder = builder
    }
}

/// The rules for a writer of a static invoice (BOLT 12 "Invoices" with PR 1149), in the order of the text. They judge bytes that
/// somebody else wrote.
package enum StaticInvoiceWriterChecks {
    package typealias Output = StaticInvoiceWriterOutput

    package static let all: [Check<Output>] = [
        createdAtNow, noPaymentHash, noAmount, messagePaths, noRequestRecords, lifeStated, signedByIssuer, oneSignature,
        signatureValid, paymentPaths, payinfoForEachPath, payinfoFeatures, featuresStated, offerUnchanged,
    ]

    static let createdAtNow = Check<Output>("B12-SI-W1", .semantic("invoice_created_at")) { output in
        guard let created = output.invoice.invoice_created_at else { return .fails("there is no invoice_created_at") }
        return .require(
            created == output.builder.created_at,
            "invoice_created_at is \(created), the invoice was made at \(output.builder.created_at)"
        )
    }

    static let noPaymentHash = Check<Output>("B12-SI-W2", .semantic("invoice_payment_hash")) { output in
        .require(!output.invoice.decoded.contains(168), "a static invoice has no invoice_payment_hash")
    }

    static let noAmount = Check<Output>("B12-SI-W3", .semantic("invoice_amount")) { output in
        .require(!output.invoice.decoded.contains(170), "a static invoice has no invoice_amount")
    }

    static let messagePaths = Check<Output>("B12-SI-W4", .semantic("static_invoice_message_paths")) { output in
        guard let paths = output.invoice.static_invoice_message_paths else {
            return .fails("there are no static_invoice_message_paths (\(output.invoice.message_paths_type))")
        }
        let least = output.builder.profile.static_invoice.min_message_paths
        guard paths.count >= least else { return .fails("\(paths.count) message paths, \(least) are needed") }
        return .require(
            paths.allSatisfy(output.builder.message_paths.contains),
            "a message path is not one of the recipient's"
        )
    }

    /// Taken as the records that are the request's own; those that it mirrors from the offer are the offer's (C-65).
    static let noRequestRecords = Check<Output>("B12-SI-W5", .range, reading: "C-65") { output in
        let record = output.invoice.decoded.stream.records.first {
            $0.type == 0 || (80...159).contains($0.type) || (2_000_000_000...2_999_999_999).contains($0.type)
        }
        guard let record else { return .meets }
        return .fails("record \(record.type) belongs to invoice requests")
    }

    static let lifeStated = Check<Output>("B12-SI-W6", .semantic("invoice_relative_expiry")) { output in
        let byDefault = output.builder.profile.static_invoice.default_relative_expiry
        let wanted = output.builder.relative_expiry.map(UInt64.init) ?? byDefault
        let effective = output.invoice.invoice_relative_expiry ?? byDefault
        return .require(effective == wanted, "the invoice lives \(effective) seconds, it was to live \(wanted)")
    }

    static let signedByIssuer = Check<Output>("B12-SI-W7", .semantic("invoice_node_id")) { output in
        guard let signer = output.invoice.decoded.stream[176] else { return .fails("there is no invoice_node_id") }
        guard let issuer = output.builder.offer.decoded.stream[22] else {
            return .notApplicable("the offer has no offer_issuer_id")
        }
        return .require(signer == issuer, "invoice_node_id is not offer_issuer_id")
    }

    static let oneSignature = Check<Output>("B12-SI-W8", .signature) { output in
        let signatures = output.invoice.decoded.stream.records.map(\.type).filter(Bolt12Range.isSignature)
        return .require(
            signatures == [Bolt12Signature.type],
            "the signature records are \(signatures), 240 alone is needed"
        )
    }

    static let signatureValid = Check<Output>("B12-SI-W9", .signature) { output in
        StaticInvoiceSignatureChecks.signatureValid.evaluate(output.invoice.decoded.stream)
    }

    static let paymentPaths = Check<Output>("B12-SI-W10", .semantic("invoice_paths")) { output in
        guard let paths = output.invoice.invoice_paths, !paths.isEmpty else {
            return .fails("there are no invoice_paths")
        }
        let given = output.builder.payment_paths.map(\.path)
        return .require(
            isSubsequence(paths, of: given),
            "invoice_paths are not the recipient's payment paths in their order of preference"
        )
    }

    static let payinfoForEachPath = Check<Output>("B12-SI-W11", .semantic("invoice_blindedpay")) { output in
        guard let paths = output.invoice.invoice_paths, let payinfos = output.invoice.invoice_blindedpay else {
            return .fails("invoice_paths or invoice_blindedpay is missing")
        }
        guard paths.count == payinfos.count else {
            return .fails("invoice_blindedpay has \(payinfos.count) entries for \(paths.count) paths")
        }
        for (index, (path, payinfo)) in zip(paths, payinfos).enumerated() {
            guard let planned = output.builder.payment_paths.first(where: { $0.path == path })?.payinfo else {
                continue
            }
            if !haveSameCosts(planned, payinfo) {
                return .fails("entry \(index) of invoice_blindedpay is not its path's")
            }
        }
        return .meets
    }

    private static func haveSameCosts(_ one: BlindedPayinfo, _ other: BlindedPayinfo) -> Bool {
        var other = other
        other.features = one.features
        return one == other
    }

    static let payinfoFeatures = Check<Output>("B12-SI-W12", .features) { output in
        guard let paths = output.invoice.invoice_paths, let payinfos = output.invoice.invoice_blindedpay else {
            return .notApplicable("there are no paths with payinfos")
        }
        for (index, (path, payinfo)) in zip(paths, payinfos).enumerated() {
            guard let planned = output.builder.payment_paths.first(where: { $0.path == path })?.payinfo else {
                continue
            }
            if FeatureBits(planned.features) != FeatureBits(payinfo.features) {
                return .fails("the features of entry \(index) are not those that its path allows")
            }
        }
        return .meets
    }

    static let featuresStated = Check<Output>("B12-SI-W13", .features) { output in
        let (wanted, got) = (FeatureBits(output.builder.features?[...]), FeatureBits(output.invoice.invoice_features))
        return .require(
            wanted.contains(16) == got.contains(16) && wanted.contains(17) == got.contains(17),
            "the bits for payment in several parts (16, 17) are not as planned"
        )
    }

    static let offerUnchanged = Check<Output>("B12-SI-W15", .context, reading: "C-32") { output in
        haveSameOffer(output.builder.offer.decoded.stream, output.invoice.decoded.stream, "the offer")
    }

    private static func isSubsequence<Element: Equatable>(_ part: [Element], of whole: [Element]) -> Bool {
        var rest = whole[...]
        for element in part {
            guard let index = rest.firstIndex(of: element) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }
}
