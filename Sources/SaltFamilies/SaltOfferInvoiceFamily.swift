internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `salt/offer-invoice`: the offer with salt and masked secret, and the invoice without payment hash for it.
func saltOfferInvoiceFamily(_ context: GenerationContext) throws(GenerationError) -> GeneratedFamily {
    var family = try SaltOfferInvoiceFamily(
        builder: FamilyBuilder(
            "salt/offer-invoice",
            title: "Offers with salt and masked secret, and the invoices that the counterparty sends for them",
            profile: context.draft,
            in: context,
            flags: [
                VectorFamily.Flag("unaware", "A payer without the scheme must still be able to pay"),
                VectorFamily.Flag(
                    "form",
                    "The invoice is one of BOLT 12, or a static invoice; their signatures differ"
                ),
                VectorFamily.Flag(
                    "sample",
                    "A recorded offer, with its invoice or without, on which the receiver's checks themselves are tested"
                ),
            ]
        ),
        context.draft
    )
    family.addOffers()
    family.addInvoices()
    try family.addReceivers()
    try family.addOfferSamples()
    family.addInvoiceSamples()
    return family.builder.build()
}

private let saltType: UInt64 = 1_000_004_343
private let maskedType: UInt64 = 1_000_004_141

/// The receiver's invoice in the form of BOLT 12, as records that a case changes one at a time and signs again.
private struct KeysendFixture: SignedRecordFixture {
    static let messagename = "invoice"

    var records: [UInt64: [UInt8]]
    var signer = "recipient"

    init(_ offer: OfferFixture) {
        let own: [TLVRecord] = [
            .paths(160, InvoiceFixture.paymentPaths),
            .payinfos(162, [Fixtures.payinfo, Fixtures.payinfo]),
            .tu64(164, Fixtures.createdAt),
            TLVRecord(type: 176, value: Fixtures.point("recipient")),
        ]
        records = offer.records.merging(own.map { ($0.type, Array($0.value)) }) { $1 }
    }
}

private struct SaltOfferInvoiceFamily {
    var builder: FamilyBuilder
    let route: RouteFixture
    /// Entrance, counterparty, receiver.
    let offer: OfferFixture
    /// The path in it.
    private let path: PathParts

    init(builder: FamilyBuilder, _ profile: Profile) throws(GenerationError) {
        self.builder = builder
        route = RouteFixture(profile: profile)
        var offer = OfferFixture().with(maskedType, SaltFixture.E).with(saltType, SaltFixture.salt)
        path = try Self.path(
            [
                route.relay("entrance", to: "counterparty"), route.relay("counterparty", to: "recipient"),
                route.last("recipient"),
            ],
            route
        )
        offer.records[16] = path.bytes
        self.offer = offer
    }

    /// `offer_paths` with one path.
    private static func path(
        _ hops: [BlindingDerivation.Hop],
        _ route: RouteFixture
    ) throws(GenerationError) -> PathParts { try route.path(hops).parts }

    private var invoice: KeysendFixture { KeysendFixture(offer) }

    // MARK: Offers at a payer without the scheme

    mutating func addOffers() {
        func judged(_ offer: OfferFixture) -> JSON {
            ["bytes": .hex(offer.bytes), "now": .decimal(Fixtures.createdAt)]
        }
        builder.accept(
            "offer-unaware",
            "offer.validate",
            ["B1-TLV-7", "SALT-5", "B12-OFF-R1"],
            "unknown odd records of the range for experiments",
            flags: ["unaware"],
            in: judged(offer)
        )
        builder.accept(
            "offer-decoded",
            "offer.decode",
            ["SALT-5"],
            "both values come out as they were granted",
            flags: ["unaware"],
            in: ["offer": .string(offer.text)],
            out: [
                "records": .array(offer.stream.records.map(\.json)),
                "fields": [
                    "offer_description": "coffee", "offer_paths": [path.json],
                    "offer_issuer_id": .hex(Fixtures.point("recipient")),
                    "unknown": .array(offer.stream.records.filter { $0.type >= 1_000_000_000 }.map(\.json)),
                ],
            ]
        )
        let faults: [(name: String, id: RequirementID, reason: ReasonClass, comment: String, offer: OfferFixture)] = [
            (
                "even-salt-record", "B1-TLV-6", "tlv.unknown_even", "an even number keeps everybody else from paying",
                offer.without(saltType).with(1_000_004_344, SaltFixture.salt)
            ),
            (
                "even-masked-secret-record", "B1-TLV-6", "tlv.unknown_even",
                "an even number keeps everybody else from paying",
                offer.without(maskedType).with(1_000_004_142, SaltFixture.E)
            ),
            (
                "records-out-of-range", "B12-OFF-R1", .range, "the numbers of the onion messages' records, in an offer",
                offer.without(saltType, maskedType).with(4141, SaltFixture.E).with(4343, SaltFixture.salt)
            ),
        ]
        for (name, id, reason, comment, offer) in faults {
            builder.reject(
                "offer-\(name)",
                "offer.validate",
                [id],
                [reason],
                comment,
                alsoExercises: ["SALT-5"],
                neighbour: "offer-unaware",
                flags: ["unaware"],
                in: judged(offer)
            )
        }
    }

    // MARK: Invoices

    private func verification(_ bytes: [UInt8], _ messagename: String = "invoice", key: String = "recipient") -> JSON {
        ["bytes": .hex(bytes), "messagename": .string(messagename), "key": .hex(Fixtures.point(key))]
    }

    /// The payer knows one key that may have signed, that of the offer.
    mutating func addInvoices() {
        let (bytes, unsigned) = (invoice.bytes, invoice.unsigned)
        let root = MerkleDerivation(unsigned.records).root
        builder.accept(
            "invoice-signed",
            "bolt12.sign",
            ["SALT-7", "SALT-20"],
            "an invoice without payment hash, signed as an invoice by the offer's key",
            flags: ["form"],
            in: [
                "bytes": .hex(unsigned.bytes), "messagename": "invoice",
                "secret_key": .hex(Fixtures.key("recipient").bytes),
            ],
            out: [
                "bytes": .hex(bytes), "root": .hex(root),
                "digest": .hex(MerkleDerivation.taggedHash("lightninginvoicesignature", root.bytes)),
                "signature": .hex(invoice.signature()),
            ]
        )
        let asStatic = invoice.bytes(signature: invoice.signature(messagename: "static_invoice"))
        for (name, bytes, messagename) in [("invoice", bytes, "invoice"), ("static-form", asStatic, "static_invoice")] {
            builder.accept(
                "\(name)-of-the-offers-key",
                "bolt12.verify",
                ["SALT-20"],
                "the payer looks for the offer's own key, under the name \(messagename)",
                flags: ["form"],
                in: verification(bytes, messagename)
            )
        }
        builder.accept(
            "static-form-verified",
            "static_invoice.verify",
            ["SALT-20", "B12-SI-R13"],
            "the other form, signed as a static invoice",
            flags: ["form"],
            in: ["bytes": .hex(asStatic)]
        )
        builder.reject(
            "invoice-taken-for-the-static-form",
            "static_invoice.verify",
            ["B12-SI-R13"],
            ["signature"],
            "a signature under one name is none under the other",
            alsoExercises: ["SALT-20"],
            neighbour: "static-form-verified",
            flags: ["form"],
            in: ["bytes": .hex(bytes)]
        )
        addRejectedInvoices(asStatic)
    }

    private mutating func addRejectedInvoices(_ asStatic: [UInt8]) {
        let signature = invoice.signature()
        let byCounterparty = invoice.with(176, Array(Fixtures.point("counterparty"))).signed(by: "counterparty")
        let otherSalt = invoice.with(saltType, SaltFixture.salt.changing(0))
        let faults: [(name: String, comment: String, input: JSON)] = [
            (
                "signed-by-the-counterparty",
                "the counterparty made an invoice of its own, which pays the counterparty",
                verification(byCounterparty.bytes)
            ),
            (
                "signed-by-the-counterparty-for-the-receiver", "the counterparty signed under the receiver's name",
                verification(invoice.signed(by: "counterparty").bytes)
            ),
            ("signed-as-static-invoice", "signed under the other form's name", verification(asStatic)),
            (
                "signed-as-invoice-request", "signed as if it were a request",
                verification(invoice.bytes(signature: invoice.signature(messagename: "invoice_request")))
            ),
            (
                "amount-added", "an amount was added after it was signed",
                verification(invoice.with(.tu64(170, 1_000_000)).bytes(signature: signature))
            ),
            (
                "paths-changed", "the payment goes elsewhere",
                verification(
                    invoice.with(.paths(160, [Fixtures.path("elsewhere"), Fixtures.path("nowhere")])).bytes(
                        signature: signature
                    )
                )
            ),
            (
                "salt-changed", "the salt is signed with all the rest",
                verification(otherSalt.bytes(signature: signature))
            ),
            (
                "salt-removed", "the salt is signed with all the rest",
                verification(invoice.without(saltType).bytes(signature: signature))
            ),
            ("not-signed", "no signature", verification(invoice.unsigned.bytes)),
        ]
        for (name, comment, input) in faults {
            builder.reject(
                "invoice-\(name)",
                "bolt12.verify",
                ["B12-SIG-7"],
                ["signature"],
                comment,
                alsoExercises: ["SALT-20"],
                neighbour: "invoice-of-the-offers-key",
                in: input
            )
        }
    }

    // MARK: What a receiver makes of a grant

    /// A question to a receiver. `node_keys` lets the judge follow the offer's paths.
    private func question(form: String? = nil) -> JSON {
        let keys = ["entrance", "counterparty", "recipient", "stranger"].map { JSON.hex(Fixtures.key($0).bytes) }
        var json: JSONObject = [
            "grant": [
                "unique_salt": .hex(SaltFixture.salt), "encrypted_counterparty_secret": .hex(SaltFixture.E),
            ],
            "counterparty": .hex(Fixtures.point("counterparty")), "receiver": .hex(Fixtures.point("recipient")),
            "node_keys": .array(keys),
        ]
        json["invoice_form"] = form.map { .string($0) }
        return .object(json)
    }

    private func answer(_ offer: OfferFixture, _ invoice: [UInt8]? = nil) -> JSONObject {
        var json: JSONObject = ["offer": .string(offer.text)]
        json["invoice"] = invoice.map { .hex($0) }
        return json
    }

    private func offer(over hops: [BlindingDerivation.Hop]) throws(GenerationError) -> OfferFixture {
        var copy = offer
        copy.records[16] = try Self.path(hops, route).bytes
        return copy
    }

    mutating func addReceivers() throws(GenerationError) {
        let toReceiver = route.relay("counterparty", to: "recipient")
        let entered = try offer(over: [toReceiver, route.last("recipient")])
        let decoy = route.relay("recipient", to: "recipient")
        let decoys = try offer(over: [toReceiver, decoy, route.last("recipient")])
        var second = offer
        second.records[16] =
            Array(TLVRecord.paths(16, [Fixtures.path("without the counterparty")]).value) + (offer.records[16] ?? [])
        let asStatic = invoice.bytes(signature: invoice.signature(messagename: "static_invoice"))
        let good: [(name: String, comment: String, form: String?, answer: JSONObject)] = [
            ("offer", "an offer alone", nil, answer(offer)),
            ("offer-entered-at-the-counterparty", "the counterparty is the introduction node", nil, answer(entered)),
            ("offer-with-decoys", "behind the counterparty the receiver has two hops", nil, answer(decoys)),
            ("offer-with-another-path", "one of two paths is enough", nil, answer(second)),
            ("offer-and-invoice", "an offer, and its invoice", nil, answer(offer, invoice.bytes)),
            ("offer-and-static-form", "the other form of invoice", "static_invoice", answer(offer, asStatic)),
        ]
        for (name, comment, form, answer) in good {
            builder.accept(
                "sample-\(name)",
                "recipient.get_offer",
                answer["invoice"] == nil ? ["SALT-5", "SALT-6"] : ["SALT-5", "SALT-6", "SALT-7"],
                comment,
                flags: ["sample"],
                in: question(form: form),
                sample: answer
            )
        }
    }

    private mutating func refuse(
        _ name: String,
        _ id: RequirementID,
        _ reason: ReasonClass,
        _ comment: String,
        neighbour: String,
        form: String? = nil,
        _ answer: JSONObject,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            "sample-\(name)",
            "recipient.get_offer",
            [id],
            [reason],
            comment,
            neighbour: "sample-\(neighbour)",
            flags: ["sample"],
            in: question(form: form),
            sample: answer,
            file: file,
            line: line
        )
    }

    mutating func addOfferSamples() throws(GenerationError) {
        let (salt, masked): (ReasonClass, ReasonClass) = (
            .semantic("unique_salt"), .semantic("encrypted_counterparty_secret")
        )
        let values: [(name: String, reason: ReasonClass, comment: String, offer: OfferFixture)] = [
            ("salt-alone", masked, "payers cannot seal anything", offer.without(maskedType)),
            (
                "masked-secret-alone", salt, "the counterparty cannot work the masked secret out",
                offer.without(saltType)
            ),
            ("neither", salt, "an ordinary offer", offer.without(saltType, maskedType)),
            (
                "values-exchanged", salt, "each stands in the other's record",
                offer.with(saltType, SaltFixture.E).with(maskedType, SaltFixture.salt)
            ),
            ("other-salt", salt, "a bit of the salt is another", offer.with(saltType, SaltFixture.salt.changing(0))),
            ("other-masked-secret", masked, "a bit is another", offer.with(maskedType, SaltFixture.E.changing(-1))),
            ("salt-cut", salt, "15 bytes of the salt", offer.with(saltType, SaltFixture.salt.dropLast())),
        ]
        for (name, reason, comment, offer) in values {
            refuse(name, "SALT-5", reason, comment, neighbour: "offer", answer(offer))
        }
        let toCounterparty = route.relay("entrance", to: "counterparty")
        let paths: [(name: String, comment: String, hops: [BlindingDerivation.Hop])] = [
            (
                "path-past-the-counterparty", "the counterparty never sees the request",
                [route.relay("entrance", to: "recipient"), route.last("recipient")]
            ),
            ("path-to-the-counterparty", "the path ends too early", [toCounterparty, route.last("counterparty")]),
            (
                "path-to-a-stranger", "the path ends at somebody else",
                [toCounterparty, route.relay("counterparty", to: "stranger"), route.last("stranger")]
            ),
        ]
        for (name, comment, hops) in paths {
            let offer = try offer(over: hops)
            refuse(name, "SALT-6", .semantic("offer_paths"), comment, neighbour: "offer", answer(offer))
        }
        let reason = ReasonClass.semantic("offer_paths")
        let without = offer.without(16)
        refuse("no-paths", "SALT-6", reason, "there is no path at all", neighbour: "offer", answer(without))
    }

    mutating func addInvoiceSamples() {
        let mirrored = ReasonClass.semantic("offer")
        let invoice = invoice
        let withoutKey = offer.without(22)
        let asStatic = invoice.bytes(signature: invoice.signature(messagename: "static_invoice"))
        let faults: [(name: String, reason: ReasonClass, comment: String, form: String?, answer: JSONObject)] = [
            (
                "invoice-with-payment-hash", .semantic("invoice_payment_hash"),
                "only the receiver could know its preimage",
                nil, answer(offer, invoice.with(168, SaltFixture.bytes("payment hash", 32)).bytes)
            ),
            (
                "invoice-without-salt", mirrored, "a record of the offer is left out", nil,
                answer(offer, invoice.without(saltType).bytes)
            ),
            (
                "invoice-of-another-salt", mirrored, "the invoice is for another grant", nil,
                answer(offer, invoice.with(saltType, SaltFixture.bytes("salt", 16)).bytes)
            ),
            (
                "invoice-of-another-offer", mirrored, "the description is another", nil,
                answer(offer, invoice.with(.text(10, "tea")).bytes)
            ),
            (
                "invoice-signed-by-another", .signature, "signed with a key that is not the offer's", nil,
                answer(offer, invoice.signed(by: "stranger").bytes)
            ),
            ("invoice-not-signed", .signature, "no signature", nil, answer(offer, invoice.unsigned.bytes)),
            (
                "invoice-signed-as-static-invoice", .signature, "signed under the other form's name", nil,
                answer(offer, asStatic)
            ),
            (
                "offer-without-key", .signature, "the offer names no key that could sign", nil,
                answer(withoutKey, KeysendFixture(withoutKey).bytes)
            ),
            (
                "static-form-signed-as-invoice", .signature, "signed under the other form's name", "static_invoice",
                answer(offer, invoice.bytes)
            ),
        ]
        for (name, reason, comment, form, answer) in faults {
            let neighbour = form == nil ? "offer-and-invoice" : "offer-and-static-form"
            refuse(name, "SALT-7", reason, comment, neighbour: neighbour, form: form, answer)
        }
    }
}
