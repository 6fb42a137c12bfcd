internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

extension LawfulVariantRegistry {
    /// How offers and requests for them are read.
    static let offerVariants = [
        LawfulVariant("C-31", "b", "takes offers for a server's invoices without offer_issuer_id")
            .tolerating(in: "offer.validate") { finding, _ in finding.requirement == "B12-OFF-W6" },
        LawfulVariant("C-122", "b", "counts a chain that is listed twice as one")
            .tolerating(in: "offer.validate") { finding, answer in
                finding.requirement == "B12-OFF-W1" && Set((try? offer(answer).offer_chains) ?? []).count == 1
            },
        LawfulVariant("C-101", "b", "refuses offers whose offer_paths is empty").rejecting(in: "offer.validate") {
            answer in
            guard try offer(answer).offer_paths?.isEmpty == true else { return nil }
            return Finding("B12-OFF-R8", .missing, "offer_paths is there and lists no path")
        },
        LawfulVariant("C-102", "b", "refuses a price with an empty description").rejecting(in: "offer.validate") {
            answer in
            let offer = try offer(answer)
            guard offer.offer_amount != nil, offer.offer_description == "" else { return nil }
            return Finding("B12-OFF-R6", .semantic("offer_description"), "the description is empty")
        },
        LawfulVariant("C-103", "b", "refuses currency codes that are not three capital letters")
            .rejecting(in: "offer.validate") { answer in
                guard let currency = try offer(answer).offer_currency else { return nil }
                let isCode = currency.utf8.count == 3 && currency.utf8.allSatisfy { (0x41...0x5a).contains($0) }
                return isCode ? nil : Finding("B12-OFF-R7", .semantic("offer_currency"), "\"\(currency)\" is no code")
            },
        LawfulVariant("C-98", "b", "refuses a quantity of zero without a bound too")
            .rejecting(in: "invreq.validate_for") { answer in
                guard try request(answer).invreq_quantity == 0 else { return nil }
                return Finding("B12-IRQ-10", .semantic("invreq_quantity"), "nothing is asked for")
            },
        LawfulVariant("C-104", "b", "refuses BIP 353 names with an empty part")
            .rejecting(in: "invreq.validate_for") { answer in
                guard let (name, domain) = try request(answer).invreq_bip_353_name else { return nil }
                guard name.isEmpty || domain.isEmpty else { return nil }
                return Finding("B12-IRQ-14", .semantic("invreq_bip_353_name"), "a part of the name is empty")
            },
        LawfulVariant("C-107", "b", "refuses requests for a price whose rate it would have to know")
            .rejecting(in: "invreq.validate_for") { answer in
                let request = try request(answer)
                guard request.offer_currency != nil, request.invreq_amount == nil else { return nil }
                return Finding("B12-IRQ-11", .semantic("offer_currency"), "the price in that currency is not known")
            },
    ]

    /// How static invoices are read.
    static let invoiceVariants = [
        LawfulVariant("C-30", "b", "lets an invoice live 7200 seconds that states no life").profile { profile in
            // The other profiles' numbers are those of software as it is.
            if profile.name == "blip66-draft" { profile.static_invoice.default_relative_expiry = 7200 }
        }
        // The writer's text is not in doubt: another life than two weeks is stated (B12-SI-W6).
        .changing(["static_invoice.build"]) { operation in
            Operation(operation.name) { profile, input, validation in
                var profile = profile
                if profile.name == "blip66-draft" { profile.static_invoice.default_relative_expiry = 1_209_600 }
                return try operation.body(profile, input, &validation)
            }
        },
        LawfulVariant("C-32", "b", "takes invoices that lack records of their offer").judgingInvoices(
            without: "B12-SI-R20",
            by: Check("B12-SI-R20", .context) { input in
                let known = [input.offer, input.invoiceRequest].compactMap { $0 }
                let added = known.first { !hasNothingBut($0, input.invoice.decoded.stream) }
                return .require(
                    added == nil,
                    "the invoice has an offer record that the offer has not, or has otherwise"
                )
            }
        ),
        LawfulVariant("C-33", "b", "takes every static invoice for one on bitcoin").judgingInvoices(
            without: "B12-SI-R3",
            by: Check("B12-SI-R3", .semantic("offer_chains")) { input in
                .require(input.chain == Chain.bitcoin, "a static invoice is for bitcoin, the reader is not on it")
            }
        ),
        LawfulVariant("C-83", "c", "gives invoices out that have ended")
            .tolerating(in: "invreq.validate_for") { finding, _ in
                finding.requirement == "B12-IRQ-2" && finding.reason == .expired
            }
            .playing(.server { $0.checks.invoiceRequest = $0.checks.invoiceRequest.without("B12-IRQ-2") }),
        LawfulVariant("C-86", "b", "refuses static invoices for offers without offer_issuer_id")
            .rejecting(in: "static_invoice.validate") { answer in
                let bytes = try answer.input.member("bytes").hex()
                let stream = try TLVSchema.static_invoice(answer.profile).decode(bytes).stream
                // Of an offer that has no paths either another reading speaks (C-114).
                if stream.contains(22) || !stream.contains(16) { return nil }
                return Finding("B12-SI-R12", .missing, "the offer has no offer_issuer_id, so the server could sign")
            },
        LawfulVariant("C-114", "b", "refuses static invoices for offers that name nobody")
            .rejecting(in: "static_invoice.validate") { answer in
                let bytes = try answer.input.member("bytes").hex()
                let stream = try TLVSchema.static_invoice(answer.profile).decode(bytes).stream
                if stream.contains(22) || stream.contains(16) { return nil }
                return Finding("B12-SI-R11", .missing, "the offer has neither offer_issuer_id nor offer_paths")
            },
        LawfulVariant("C-49", "b", "takes a signature that comes first into the nonces")
            .changing(["bolt12.merkle"]) { operation in
                Operation(operation.name) { profile, input, validation in
                    var out = try operation.body(profile, input, &validation)
                    let stream = try readStream(input, &validation)
                    let tree = MerkleTree(stream, nonceRecord: stream.records.first)
                    out["root"] = tree.map { .string(Hex.encode($0.root.bytes)) }
                    return out
                }
            },
        LawfulVariant("C-93", "b", "does not look at invoice_amount")
            .tolerating(in: "static_invoice.validate", for: .semantic("invoice_amount")),
        LawfulVariant("C-94", "b", "takes invoices for several chains, if its own is one of them").judgingInvoices(
            without: "B12-SI-R3",
            "B12-SI-R21",
            by: Check("B12-SI-R3", .semantic("offer_chains")) { input in
                let chains = input.invoice.offer_chains ?? [Chain.bitcoin]
                return .require(chains.contains(input.chain), "the invoice is for other chains than the reader's")
            }
        ),
        LawfulVariant("C-108", "b", "refuses invoices of the future").rejecting(in: "static_invoice.validate") {
            answer in
            let bytes = try answer.input.member("bytes").hex()
            var validation = Validation(.strict)
            let invoice = try StaticInvoice.read(bytes[...], answer.profile, &validation)
            let now = try answer.input.member("now").decimal()
            guard let created = invoice.invoice_created_at, created > now else { return nil }
            return Finding("B12-SI-R1", "policy", "it is \(now), the invoice was made at \(created)")
        },
    ]

    /// How payments for static invoices are taken.
    static let paymentVariants = [
        LawfulVariant("C-105", "b", "takes a payment with a preimage and without an invoice request")
            .tolerating(in: "payload.validate") { finding, answer in
                let isAsked = answer.field("invoice_request") != nil
                let isPaid = answer.field("sender_provided_payment_preimage") != nil
                let isAboutTheRequest = ["ASY-P3", "ASY-R2"].contains(finding.requirement)
                return isPaid && !isAsked && isAboutTheRequest && finding.reason == .missing
            },
        LawfulVariant("C-106", "b", "takes no payments in parts").rejecting(in: "payload.validate") { answer in
            guard answer.field("invoice_request") != nil,
                let total = answer.field("total_amount_msat")?.string.flatMap(UInt64.init)
            else { return nil }
            let amount = try answer.input.member("amount_msat").decimal()
            return amount >= total ? nil : Finding("ASY-R2", "policy", "\(amount) msat are a part of \(total)")
        },
    ]

    private static func offer(_ answer: ReferenceAnswer) throws -> Offer {
        var validation = Validation(.strict)
        return try readOffer(answer.input, &validation)
    }

    private static func request(_ answer: ReferenceAnswer) throws -> InvoiceRequest {
        var validation = Validation(.strict)
        return try InvoiceRequest.read(try answer.input.member("bytes").hex()[...], &validation)
    }
}

extension LawfulVariant {
    /// Has another rule for readers of static invoices in place of some of theirs.
    fileprivate func judgingInvoices(
        without requirements: RequirementID...,
        by check: Check<StaticInvoiceReaderInput>
    ) -> LawfulVariant {
        let others = StaticInvoiceReaderChecks.all.filter { !requirements.contains($0.id) }
        return replacing(staticInvoiceValidate(others + [check]))
    }
}

/// All records of the offer in `got` are as in `wanted`.
private func hasNothingBut(_ wanted: TLVStream, _ got: TLVStream) -> Bool {
    got.records.allSatisfy { !Bolt12Range.isOffer($0.type) || wanted[$0.type] == $0.value }
}
