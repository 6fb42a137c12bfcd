internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt12/static-invoice-write`: what a writer of static invoices makes of its plan. Answers are judged by the writer's rules, not
/// compared byte for byte; recorded bad answers (samples) prove that each rule's check can reject.
func staticInvoiceWriteFamily(
    _ context: GenerationContext,
    _ profile: Profile
) throws(GenerationError) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt12/static-invoice-write",
        title: "Static invoices as they are written: judged rule by rule, whatever freedom the writer takes",
        profile: profile,
        in: context,
        flags: [
            VectorFamily.Flag(
                "impossible",
                "No invoice that follows the rules can be made of this: the writer must refuse"
            ),
            VectorFamily.Flag("sample", "A recorded answer with one fault, on which the checks themselves are tested"),
        ]
    )
    let plan = InvoiceBuilderFixture(profile)
    addWritten(&family, plan)
    addImpossible(&family, plan)
    addSamples(&family, plan, InvoiceFixture(profile))
    return family.build()
}

/// The request of `static_invoice.build` for the invoice of `InvoiceFixture`.
private struct InvoiceBuilderFixture {
    let profile: Profile
    var offer: JSON
    var messagePaths = InvoiceFixture.messagePaths
    var paymentPaths = zip(InvoiceFixture.paymentPaths, [Fixtures.payinfo, Fixtures.payinfo]).map { ($0, $1) }
    var key = Fixtures.key("recipient")
    var created = Fixtures.createdAt
    var more: [(String, JSON)] = []

    init(_ profile: Profile) {
        self.profile = profile
        offer = .string(InvoiceFixture(profile).offerText)
    }

    func with(_ change: (inout InvoiceBuilderFixture) -> Void) -> InvoiceBuilderFixture {
        var copy = self
        change(&copy)
        return copy
    }

    var input: JSON {
        let payment = paymentPaths.map { path, payinfo -> JSON in
            [
                "path": FieldFormat.blinded_path.json(path.value),
                "payinfo": FieldFormat.blinded_payinfo.json(payinfo.value),
            ]
        }
        return .object(
            JSONObject(
                [
                    ("offer", offer),
                    ("message_paths", .array(messagePaths.map { FieldFormat.blinded_path.json($0.value) })),
                    ("payment_paths", .array(payment)),
                    ("created_at", .decimal(created)),
                    ("secret_key", .hex(key.bytes)),
                ] + more
            )
        )
    }
}

private let written: [RequirementID] = [
    "B12-SI-W1", "B12-SI-W2", "B12-SI-W3", "B12-SI-W4", "B12-SI-W5", "B12-SI-W6", "B12-SI-W7", "B12-SI-W8", "B12-SI-W9",
    "B12-SI-W10", "B12-SI-W11", "B12-SI-W12", "B12-SI-W13", "B12-SI-W15",
]

private func addWritten(_ family: inout FamilyBuilder, _ plan: InvoiceBuilderFixture) {
    let profile = plan.profile
    let life = Int64(profile.static_invoice.default_relative_expiry)
    let extended = InvoiceFixture(profile).with(33, [1]).with(1_000_000_001, [2])
    let testnet = InvoiceFixture(profile).with(2, Chain.testnet.bytes)
    let atTheCap = InvoiceFixture(profile).with(.tu64(8, Amount.maxMillisatoshi))
    var other = Fixtures.payinfo
    other.fee_base_msat = 7
    let third = (Fixtures.path("payment three", hops: 1), other)
    let plans: [(name: String, comment: String, plan: InvoiceBuilderFixture)] = [
        ("plain", "two paths of each kind", plan),
        ("stated-life", "an hour of life", plan.with { $0.more = [("relative_expiry", 3600)] }),
        // What a reader assumes who knows ordinary invoices alone, and what one assumes who knows this kind (C-30).
        ("two-hours-of-life", "two hours are stated", plan.with { $0.more = [("relative_expiry", 7200)] }),
        (
            "default-life-given", "the default life may be stated or left out",
            plan.with { $0.more = [("relative_expiry", .integer(life))] }
        ),
        (
            "mpp-optional", "payment in several parts is allowed",
            plan.with { $0.more = [("features", .hex(bitmap([17])))] }
        ),
        ("three-payment-paths", "each path with its own costs, in order", plan.with { $0.paymentPaths.append(third) }),
        ("one-payment-path", "one is enough", plan.with { $0.paymentPaths.removeLast() }),
        ("three-message-paths", "more than two", plan.with { $0.messagePaths.append(Fixtures.path("held three")) }),
        (
            "offer-with-unknown-records", "what the writer does not know is mirrored too",
            plan.with { $0.offer = .string(extended.offerText) }
        ),
        ("offer-in-hex", "the offer as a stream", plan.with { $0.offer = .hex(InvoiceFixture(profile).offer.bytes) }),
        (
            "payinfos-with-features", "the features of each path, which its maker chose, zeros in front of them too",
            plan.with {
                $0.paymentPaths[0].1.features = [0, 2]
                $0.paymentPaths[1].1.features = bitmap([101])[...]
            }
        ),
        (
            "payinfos-at-their-ends", "every number as high as it goes, and every number zero",
            plan.with {
                $0.paymentPaths[0].1 = BlindedPayinfo(
                    fee_base_msat: .max,
                    fee_proportional_millionths: .max,
                    cltv_expiry_delta: .max,
                    htlc_minimum_msat: .max,
                    htlc_maximum_msat: .max,
                    features: []
                )
                $0.paymentPaths[1].1 = BlindedPayinfo(
                    fee_base_msat: 0,
                    fee_proportional_millionths: 0,
                    cltv_expiry_delta: 0,
                    htlc_minimum_msat: 0,
                    htlc_maximum_msat: 0,
                    features: []
                )
            }
        ),
        (
            "no-life", "a life of zero seconds is stated, and not left out",
            plan.with { $0.more = [("relative_expiry", 0)] }
        ),
        (
            "longest-life", "as many seconds as 32 bits hold",
            plan.with { $0.more = [("relative_expiry", 4_294_967_295)] }
        ),
        ("made-at-zero", "created_at is zero", plan.with { $0.created = 0 }),
        ("made-at-the-end-of-time", "created_at has all its bits", plan.with { $0.created = .max }),
        (
            "paths-of-many", "more paths than a reader may use",
            plan.with { plan in
                plan.paymentPaths = (0..<17).map { (Fixtures.path("payment \($0)", hops: 1), Fixtures.payinfo) }
                plan.messagePaths = (0..<17).map { Fixtures.path("held \($0)", hops: 1) }
            }
        ),
        ("testnet-offer", "the chain is the offer's", plan.with { $0.offer = .string(testnet.offerText) }),
        (
            "price-at-the-cap", "the offer asks for 21 million bitcoin",
            plan.with { $0.offer = .string(atTheCap.offerText) }
        ),
    ]
    let subjects: [String: RequirementID] = [
        "plain": "B12-SI-W9", "stated-life": "B12-SI-W6", "default-life-given": "B12-SI-W6",
        "mpp-optional": "B12-SI-W13", "three-payment-paths": "B12-SI-W10", "one-payment-path": "B12-SI-W10",
        "three-message-paths": "B12-SI-W4", "offer-with-unknown-records": "B12-SI-W15", "offer-in-hex": "B12-SI-W9",
        "testnet-offer": "B12-SI-W15", "payinfos-with-features": "B12-SI-W12", "payinfos-at-their-ends": "B12-SI-W12",
        "no-life": "B12-SI-W6", "longest-life": "B12-SI-W6", "made-at-zero": "B12-SI-W9",
        "made-at-the-end-of-time": "B12-SI-W9", "paths-of-many": "B12-SI-W10", "price-at-the-cap": "B12-SI-W15",
    ]
    for (name, comment, plan) in plans {
        let subject = subjects[name]
        family.accept(name, "static_invoice.build", written, comment, subject: subject, in: plan.input)
    }
    let single = plan.with { $0.messagePaths.removeLast() }
    if profile.static_invoice.min_message_paths <= 1 {
        family.accept(
            "one-message-path",
            "static_invoice.build",
            ["B12-SI-W4"],
            "this profile's writer gives what it has",
            in: single.input
        )
    } else {
        reject(
            &family,
            "one-message-path",
            "B12-SI-W4",
            ["semantic.static_invoice_message_paths", "tlv.missing", "policy"],
            "two are needed",
            single
        )
    }
}

private func reject(
    _ family: inout FamilyBuilder,
    _ name: String,
    _ violates: RequirementID,
    _ reasons: [ReasonClass],
    _ comment: String,
    _ plan: InvoiceBuilderFixture,
    neighbour: String = "plain",
    under: [Under] = [],
    file: StaticString = #fileID,
    line: UInt = #line
) {
    family.reject(
        name,
        "static_invoice.build",
        [violates],
        reasons,
        comment,
        neighbour: neighbour,
        flags: ["impossible"],
        in: plan.input,
        under: under,
        file: file,
        line: line
    )
}

private func addImpossible(_ family: inout FamilyBuilder, _ plan: InvoiceBuilderFixture) {
    let base = InvoiceFixture(plan.profile)
    reject(
        &family,
        "key-of-the-other-sign",
        "B12-SI-W9",
        ["signature", "semantic.invoice_node_id"],
        "the key's point has the x of offer_issuer_id and the other y",
        plan.with { $0.key = $0.key.negated }
    )
    for (name, index) in [("first", 0), ("second", 1)] {
        reject(
            &family,
            "\(name)-payment-path-without-hops",
            "RB-W1",
            ["path.zero_hops"],
            "no reader takes an invoice with such a path",
            plan.with { $0.paymentPaths[index].0 = Fixtures.pathWithoutHops }
        )
        reject(
            &family,
            "\(name)-message-path-without-hops",
            "RB-W1",
            ["path.zero_hops"],
            "no reader takes an invoice with such a path",
            plan.with { $0.messagePaths[index] = Fixtures.pathWithoutHops }
        )
    }
    let chains: [(name: String, id: RequirementID, comment: String, chains: [UInt8])] = [
        (
            "offer-for-two-chains", "B12-OFF-W1", "an invoice is for one chain",
            Chain.bitcoin.bytes + Chain.testnet.bytes
        ),
        ("offer-for-no-chain", "B12-OFF-R13", "offer_chains lists none", []),
    ]
    for (name, id, comment, chains) in chains {
        let offer = base.with(2, chains).offerText
        reject(&family, name, id, ["semantic.offer_chains"], comment, plan.with { $0.offer = .string(offer) })
    }
    let offers: [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, offer: InvoiceFixture)] = [
        (
            "offer-with-price-without-description", "B12-OFF-R6", ["semantic.offer_description", "tlv.missing"],
            "an amount for nothing", base.without(10).with(.tu64(8, 5))
        ),
        (
            "offer-with-price-of-zero", "B12-OFF-R12", ["semantic.offer_amount"], "offer_amount is zero",
            base.with(8, [])
        ),
        (
            "offer-with-currency-without-price", "B12-OFF-R7",
            ["semantic.offer_amount", "semantic.offer_currency", "tlv.missing"],
            "a currency of nothing", base.with(6, Array("USD".utf8))
        ),
        (
            "offer-with-unknown-even-record", "B1-TLV-6", ["tlv.unknown_even"], "record 24 must be understood",
            base.with(24, [])
        ),
        (
            "offer-with-path-without-hops", "B12-OFF-R9", ["path.zero_hops"], "the second path leads nowhere",
            base.with(.paths(16, [InvoiceFixture.offerPaths[0], Fixtures.pathWithoutHops]))
        ),
    ]
    for (name, id, reasons, comment, offer) in offers {
        reject(&family, name, id, reasons, comment, plan.with { $0.offer = .string(offer.offerText) })
    }
    let dear = base.with(.tu64(8, Amount.maxMillisatoshi + 1))
    reject(
        &family,
        "offer-with-price-above-the-cap",
        "B1-T-5",
        ["tlv.range", "semantic.offer_amount"],
        "more than 21 million bitcoin",
        plan.with { $0.offer = .string(dear.offerText) },
        neighbour: "price-at-the-cap",
        under: [.accept("C-97 b")]
    )
    reject(
        &family,
        "no-message-path",
        "B12-SI-W4",
        ["semantic.static_invoice_message_paths", "tlv.missing", "policy"],
        "nobody could be told of the held payment",
        plan.with { $0.messagePaths = [] }
    )
    reject(
        &family,
        "no-payment-path",
        "B12-SI-W10",
        ["tlv.missing", "semantic.invoice_paths", "policy"],
        "nothing could be paid",
        plan.with { $0.paymentPaths = [] }
    )
    reject(
        &family,
        "another-key",
        "B12-SI-W9",
        ["signature", "semantic.invoice_node_id", "policy"],
        "the key is not that of offer_issuer_id",
        plan.with { $0.key = Fixtures.key("server") }
    )
    reject(
        &family,
        "offer-without-issuer",
        "B12-SI-W7",
        ["tlv.missing", "semantic.offer_issuer_id", "policy"],
        "the last blinded id is the server's: the recipient has no key to sign with",
        plan.with { $0.offer = .string(base.without(22).offerText) }
    )
}

/// Recorded answers, each with one fault, signed again unless the fault is the signature.
private func addSamples(
    _ family: inout FamilyBuilder,
    _ plan: InvoiceBuilderFixture,
    _ base: InvoiceFixture
) {
    let type = base.messagePathsType
    var dear = Fixtures.payinfo
    dear.fee_base_msat += 1
    var demanding = Fixtures.payinfo
    demanding.features = [2]
    let stranger = base.with(TLVRecord(type: 176, value: Fixtures.point("server"))).signed(by: "server")
    let samples: [(name: String, id: RequirementID, reason: ReasonClass, comment: String, bytes: [UInt8])] = [
        (
            "made-in-milliseconds", "B12-SI-W1", "semantic.invoice_created_at", "the clock is read in milliseconds",
            base.with(.tu64(164, Fixtures.createdAt * 1000)).bytes
        ),
        (
            "with-payment-hash", "B12-SI-W2", "semantic.invoice_payment_hash", "a payment hash",
            base.with(168, [UInt8](repeating: 7, count: 32)).bytes
        ),
        ("with-amount", "B12-SI-W3", "semantic.invoice_amount", "an amount", base.with(.tu64(170, 1)).bytes),
        (
            "without-message-paths", "B12-SI-W4", "semantic.static_invoice_message_paths", "no message paths",
            base.without(type).bytes
        ),
        (
            "message-path-to-the-server", "B12-SI-W4", "semantic.static_invoice_message_paths",
            "a message path that is not the recipient's",
            base.with(.paths(type, [InvoiceFixture.messagePaths[0], Fixtures.path("server")])).bytes
        ),
        ("with-request-record", "B12-SI-W5", "tlv.range", "the payer's note", base.with(.text(89, "thanks")).bytes),
        ("with-metadata", "B12-SI-W5", "tlv.range", "invreq_metadata", base.with(0, [1]).bytes),
        (
            "old-default-stated", "B12-SI-W6", "semantic.invoice_relative_expiry",
            "two hours where two weeks were meant", base.with(.tu64(166, 7200)).bytes
        ),
        (
            "signed-in-the-servers-name", "B12-SI-W7", "semantic.invoice_node_id", "the node itself is named as signer",
            stranger.bytes
        ),
        (
            "two-signatures", "B12-SI-W8", "signature", "a second signature record",
            base.with(241, [UInt8](repeating: 1, count: 64)).bytes
        ),
        (
            "tag-of-invoice", "B12-SI-W9", "signature", "signed as an invoice",
            base.bytes(signature: base.signature(messagename: "invoice"))
        ),
        (
            "payment-paths-reversed", "B12-SI-W10", "semantic.invoice_paths", "the preferred path stands last",
            base.with(.paths(160, InvoiceFixture.paymentPaths.reversed())).bytes
        ),
        (
            "payment-path-of-somebody-else", "B12-SI-W10", "semantic.invoice_paths",
            "a path that is not the recipient's",
            base.with(.paths(160, [InvoiceFixture.paymentPaths[0], Fixtures.path("server")])).bytes
        ),
        (
            "payinfo-missing", "B12-SI-W11", "semantic.invoice_blindedpay", "one payinfo for two paths",
            base.with(.payinfos(162, [Fixtures.payinfo])).bytes
        ),
        (
            "payinfo-of-other-costs", "B12-SI-W11", "semantic.invoice_blindedpay", "a fee that is not the path's",
            base.with(.payinfos(162, [Fixtures.payinfo, dear])).bytes
        ),
        (
            "payinfo-of-other-features", "B12-SI-W12", "features", "a feature that the path does not allow",
            base.with(.payinfos(162, [Fixtures.payinfo, demanding])).bytes
        ),
        (
            "mpp-made-up", "B12-SI-W13", "features", "several parts are allowed that the recipient did not allow",
            base.with(174, bitmap([17])).bytes
        ),
        ("unknown-record-dropped", "B12-SI-W15", "context", "the description is gone", base.without(10).bytes),
        (
            "record-added-to-the-offer", "B12-SI-W15", "context", "an offer record that the offer has not",
            base.with(33, [1]).bytes
        ),
    ]
    for (name, id, reason, comment, bytes) in samples {
        family.reject(
            "sample-\(name)",
            "static_invoice.build",
            [id],
            [reason],
            comment,
            neighbour: "plain",
            flags: ["sample"],
            in: plan.input,
            under: name == "unknown-record-dropped" ? [.accept("C-32 b")] : [],
            sample: ["bytes": .hex(bytes)]
        )
    }
}
