internal import StrictJSON

/// The JSON form of the steps of the scheme of salt and secret.
extension SaltAction {
    static let members: [String: Set<String>] = [
        "grant": ["receiver", "as"],
        "make_grant": ["by", "as"],
        "make_salt_offer": ["by", "as", "grant", "through", "dummies", "amount_msat", "without"],
        "make_keysend_invoice": ["by", "as", "offer", "signer", "fault"],
        "put_invoice": ["grant", "invoice"],
        "set_online": ["online"],
        "salt_request": ["from", "offer", "reply_path", "as", "pre_hops", "sealed_with", "salt_of", "fault"],
        "use_grant": ["grant", "as"],
        "expect_keysend": ["invoice", "amount_msat"],
        "stock": ["node"],
        "expect_dropped": ["by"],
    ]

    init(_ kind: String, _ reader: JSONReader) throws(JSONShapeError) {
        switch kind {
        case "grant":
            self = .grant(receiver: try reader.member("receiver").string(), as: try reader.member("as").string())
        case "make_grant":
            self = .make_grant(by: try reader.member("by").string(), as: try reader.member("as").string())
        case "make_salt_offer": self = .make_salt_offer(try MakeSaltOfferStep(reader))
        case "make_keysend_invoice": self = .make_keysend_invoice(try MakeKeysendInvoiceStep(reader))
        case "put_invoice":
            self = .put_invoice(
                grant: try reader.member("grant").string(),
                invoice: try reader.member("invoice").string()
            )
        case "set_online": self = .set_online(try reader.member("online").bool())
        case "salt_request": self = .salt_request(try SaltRequestStep(reader))
        case "use_grant": self = .use_grant(try reader.member("grant").string(), as: try reader.member("as").string())
        case "expect_keysend":
            self = .expect_keysend(
                invoice: try reader.member("invoice").string(),
                amount_msat: try reader.optional("amount_msat")?.decimal()
            )
        case "stock": self = .stock(node: try reader.member("node").string())
        default: self = .expect_dropped(by: try reader.member("by").string())
        }
    }
}

extension MakeSaltOfferStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        by = try reader.member("by").string()
        name = try reader.member("as").string()
        grant = try reader.member("grant").string()
        through = try reader.member("through").strings()
        dummies = Int(try reader.optional("dummies")?.number(atMost: 10) ?? 0)
        amount_msat = try reader.optional("amount_msat")?.decimal()
        without = try reader.optional("without")?.choice()
    }
}

extension MakeKeysendInvoiceStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        by = try reader.member("by").string()
        name = try reader.member("as").string()
        offer = try reader.member("offer").string()
        signer = try reader.optional("signer")?.string()
        fault = try reader.optional("fault")?.choice()
    }
}

extension SaltRequestStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        from = try reader.member("from").string()
        offer = try reader.member("offer").string()
        reply_path = try reader.member("reply_path").string()
        name = try reader.optional("as")?.string()
        pre_hops = try reader.optional("pre_hops")?.strings() ?? []
        sealed_with = try reader.optional("sealed_with")?.string()
        salt_of = try reader.optional("salt_of")?.string()
        fault = try reader.optional("fault")?.choice()
    }
}
