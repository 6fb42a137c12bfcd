internal import StrictJSON

/// The JSON form of the steps around a payment.
extension PaymentAction {
    static let members: [String: Set<String>] = [
        "pay_offer": ["offer", "as", "amount_msat", "quantity", "max_fee_msat", "hold"],
        "make_ordinary_invoice": ["by", "as", "offer", "request"],
        "abandon": ["payment"],
        "give_release_paths": ["payment", "by", "count", "as"],
        "expect_payment": ["invoice", "request", "amount_msat", "path", "parts", "hold"],
        "add_htlc": ["as", "htlc_id", "hold", "lasts", "committed", "same_hash_as"],
        "commit_htlc": ["htlc"],
        "remove_htlc": ["htlc"],
        "expect_release_paths": ["htlc", "as"],
        "expect_forward": ["htlc"],
        "expect_held": ["invoice", "reply_paths", "as"],
        "blocks": ["count"],
    ]

    init(_ kind: String, _ reader: JSONReader) throws(JSONShapeError) {
        switch kind {
        case "pay_offer": self = .pay_offer(try PayOfferStep(reader))
        case "make_ordinary_invoice":
            self = .make_ordinary_invoice(
                MakeOrdinaryInvoiceStep(
                    by: try reader.member("by").string(),
                    name: try reader.member("as").string(),
                    offer: try reader.member("offer").string(),
                    request: try reader.member("request").string()
                )
            )
        case "abandon": self = .abandon(try reader.member("payment").string())
        case "give_release_paths":
            self = .give_release_paths(
                payment: try reader.member("payment").string(),
                by: try reader.member("by").string(),
                count: Int(try reader.optional("count")?.number(atMost: 10) ?? 2),
                as: try reader.member("as").string()
            )
        case "expect_payment": self = .expect_payment(try PaymentExpectation(reader))
        case "add_htlc": self = .add_htlc(try AddHTLCStep(reader))
        case "commit_htlc": self = .commit_htlc(try reader.member("htlc").string())
        case "remove_htlc": self = .remove_htlc(try reader.member("htlc").string())
        case "expect_release_paths":
            self = .expect_release_paths(
                htlc: try reader.member("htlc").string(),
                as: try reader.member("as").string()
            )
        case "expect_forward": self = .expect_forward(try reader.member("htlc").string())
        case "expect_held":
            self = .expect_held(
                invoice: try reader.member("invoice").string(),
                reply_paths: try reader.member("reply_paths").string(),
                as: try reader.optional("as")?.string()
            )
        default: self = .blocks(count: try reader.member("count").number(atMost: 1_000_000))
        }
    }
}

extension PayOfferStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        offer = try reader.member("offer").string()
        name = try reader.optional("as")?.string()
        amount_msat = try reader.optional("amount_msat")?.decimal()
        quantity = try reader.optional("quantity")?.decimal()
        max_fee_msat = try reader.optional("max_fee_msat")?.decimal()
        hold = try reader.optional("hold")?.bool() ?? false
    }
}

extension PaymentExpectation {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        invoice = try reader.member("invoice").string()
        request = try reader.member("request").string()
        amount_msat = try reader.optional("amount_msat")?.decimal()
        path = try reader.optional("path").map { r throws(JSONShapeError) in Int(try r.number(atMost: 10)) }
        parts = try reader.optional("parts").map { r throws(JSONShapeError) in Int(try r.number(atMost: 10)) }
        hold = try reader.optional("hold")?.bool() ?? false
    }
}

extension AddHTLCStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        name = try reader.member("as").string()
        htlc_id = try reader.optional("htlc_id")?.number(atMost: 1 << 62)
        hold = try reader.optional("hold")?.bool() ?? true
        lasts = try reader.optional("lasts")?.number(atMost: 1_000_000) ?? 288
        isCommitted = try reader.optional("committed")?.bool() ?? true
        same_hash_as = try reader.optional("same_hash_as")?.string()
    }
}
