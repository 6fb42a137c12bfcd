package import Primitives
package import Rules
package import Wire

/// What a static invoice is to be made of: the recipient's side of the matter (BOLT 12 "Invoices" with PR 1149).
package struct StaticInvoiceBuilder: Sendable {
    package struct PaymentPath: Hashable, Sendable {
        package let path: BlindedPath
        package let payinfo: BlindedPayinfo

        package init(path: BlindedPath, payinfo: BlindedPayinfo) {
            self.path = path
            self.payinfo = payinfo
        }
    }

    package let offer: Offer
    package let message_paths: [BlindedPath]
    /// The preferred ones first.
    package let payment_paths: [PaymentPath]
    /// Seconds since the epoch.
    package let created_at: UInt64
    /// Seconds; `nil` for the profile's default.
    package let relative_expiry: UInt32?
    /// `invoice_features`, without leading zero bytes; `nil` for none.
    package let features: [UInt8]?
    package let profile: Profile

    package init(
        offer: Offer,
        message_paths: [BlindedPath],
        payment_paths: [PaymentPath],
        created_at: UInt64,
        relative_expiry: UInt32? = nil,
        features: [UInt8]? = nil,
        profile: Profile
    ) {
        self.offer = offer
        self.message_paths = message_paths
        self.payment_paths = payment_paths
        self.created_at = created_at
        self.relative_expiry = relative_expiry
        self.features = features
        self.profile = profile
    }

    /// The offer with what its own rules need; those of time and chain are not the writer's concern.
    package var offerReaderInput: OfferReaderInput {
        OfferReaderInput(offer: offer, now: 0, chain: offer.offer_chains?.first ?? Chain.bitcoin)
    }

    /// The life that is to be stated: none where it is the default (B12-SI-W6).
    var statedExpiry: UInt64? {
        relative_expiry.map(UInt64.init).flatMap { $0 == profile.static_invoice.default_relative_expiry ? nil : $0 }
    }

    /// The records to be signed: the offer's, unchanged (B12-SI-W15), and the invoice's own.
    package var records: [TLVRecord] {
        let invoice_paths = FieldValue.list(payment_paths.map(\.path.value))
        let invoice_blindedpay = FieldValue.list(payment_paths.map(\.payinfo.value))
        let static_invoice_message_paths = FieldValue.list(message_paths.map(\.value))
        var values: [(String, FieldValue)] = [
            ("invoice_paths", invoice_paths),
            ("invoice_blindedpay", invoice_blindedpay),
            ("invoice_created_at", .integer(created_at)),
            ("static_invoice_message_paths", static_invoice_message_paths),
        ]
        if let statedExpiry { values.append(("invoice_relative_expiry", .integer(statedExpiry))) }
        if let features { values.append(("invoice_features", .bytes(features[...]))) }
        if let issuer = offer.decoded.stream[22] { values.append(("invoice_node_id", .bytes(issuer))) }
        let table = TLVSchema.static_invoice(profile)
        return offer.decoded.stream.records.filter { Bolt12Range.isOffer($0.type) }
            + values.compactMap { table.encode($0.0, $0.1) }
    }

    /// The signed invoice.
    /// - Throws: the first rule that the plan leaves no way to follow, or that `key` breaks.
    package func build(
        key: SecretKey,
        checks: [Check<StaticInvoiceBuilder>] = Self.checks,
        _ validation: inout Validation
    ) throws(Finding) -> TLVStream {
        try validation.apply(checks, to: self)
        let key = SigningKey(key)
        if let issuer = offer.decoded.stream[22], !issuer.elementsEqual(key.publicKey.bytes) {
            try validation.report(
                Finding("B12-SI-W9", .signature, "the secret key is not that of offer_issuer_id, who must sign")
            )
        }
        let unsigned = TLVStream(sorting: records)
        let signature = Bolt12Signature(unsigned, messagename: StaticInvoice.messagename, key: key)
        return signature?.added(to: unsigned) ?? unsigned
    }

    /// What must hold of a plan before an invoice can be made of it.
    package static let checks: [Check<StaticInvoiceBuilder>] = [
        Check("B12-SI-W4", .semantic("static_invoice_message_paths")) { builder in
            .require(
                builder.message_paths.count >= builder.profile.static_invoice.min_message_paths,
                "\(builder.message_paths.count) message paths, \(builder.profile.static_invoice.min_message_paths) are needed"
            )
        },
        Check("B12-SI-W10", .missing) { builder in .require(!builder.payment_paths.isEmpty, "there is no payment path")
        },
        Check("RB-W1", .zeroHops, reading: "C-6") { builder in
            let paths = builder.message_paths + builder.payment_paths.map(\.path)
            return .require(paths.allSatisfy { !$0.hops.isEmpty }, "a path has no hops")
        },
        Check("B12-SI-W7", .missing, reading: "C-31") { builder in
            .require(
                builder.offer.decoded.contains(22) || !builder.profile.static_invoice.issuer_id_required,
                "the offer has no offer_issuer_id, whose key must sign"
            )
        },
    ]
}

extension TLVSchema {
    /// The record of this name with this value; `nil` when the name or the value's shape is another.
    package func encode(_ name: String, _ value: FieldValue) -> TLVRecord? {
        guard let record = record(named: name), let bytes = record.format.encode(value) else { return nil }
        return TLVRecord(type: record.type, value: bytes)
    }
}
