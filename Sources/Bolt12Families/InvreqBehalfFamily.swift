internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt12/invreq-behalf`: invoice requests at a node that answers in the payee's place, and as payers write them.
func invreqBehalfFamily(_ context: GenerationContext, _ profile: Profile) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt12/invreq-behalf",
        title: "Invoice requests for a static invoice that a server holds, and the rules for the payers who write them",
        profile: profile,
        in: context,
        flags: [
            VectorFamily.Flag("context", "A right request at the wrong place"),
            VectorFamily.Flag("signer", "Not the payer's signature: anybody could ask in the payer's name"),
            VectorFamily.Flag(
                "sample",
                "A recorded request with one fault, on which the payer's checks themselves are tested"
            ),
        ]
    )
    addServedRequests(&family, InvoiceFixture(profile))
    addWrittenRequests(&family, InvoiceFixture(profile))
    return family.build()
}

private let now = Fixtures.createdAt

private func addServedRequests(_ family: inout FamilyBuilder, _ invoice: InvoiceFixture) {
    let quantity = invoice.with(.tu64(20, 5))
    let unlimited = invoice.with(20, [])
    let priced = invoice.with(.tu64(8, 300_000))
    let dollars = priced.with(.text(6, "USD"))
    let ending = invoice.with(.tu64(14, now + 10))
    let testnet = invoice.with(2, Chain.testnet.bytes)
    let testnetChain: (String, JSON) = ("chain", .hex(Chain.testnet))
    func ask(
        _ invoice: InvoiceFixture,
        over path: JSON = 0,
        now: UInt64 = now,
        _ more: [(String, JSON)] = [],
        _ change: (RequestFixture) -> RequestFixture = { $0 }
    ) -> JSON {
        askRaw(invoice, change(RequestFixture(invoice)).bytes, over: path, now: now, more)
    }
    func askRaw(
        _ invoice: InvoiceFixture,
        _ bytes: [UInt8],
        over path: JSON = 0,
        now: UInt64 = now,
        _ more: [(String, JSON)] = []
    ) -> JSON {
        let members: [(String, JSON)] = [
            ("bytes", .hex(bytes)), ("invoice", .hex(invoice.bytes)), ("now", .decimal(now)), ("arrived_over", path),
        ]
        return .object(JSONObject(members + more))
    }
    let anonymous = invoice.without(22)
    let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_."
    func bip353(_ name: String, _ domain: String) -> [UInt8] {
        [UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(domain.utf8.count)] + Array(domain.utf8)
    }
    let name353: [UInt8] = [5] + Array("alice".utf8) + [11] + Array("example.org".utf8)
    let accepted: [(name: String, ids: [RequirementID], comment: String, input: JSON)] = [
        (
            "plain",
            ["B12-IRQ-7", "B12-IRQ-2", "B12-IRQ-3", "B12-IRQ-4", "B12-IRQ-5", "B12-IRQ-8", "B12-IRQ-12", "B12-IRQ-13"],
            "for the offer behind the invoice, over its first path", ask(invoice)
        ),
        ("over-the-second-path", ["B12-IRQ-8"], "any path of the offer will do", ask(invoice, over: 1)),
        (
            "odd-feature", ["B12-IRQ-6"], "an unknown odd bit changes nothing",
            ask(invoice) { $0.with(84, bitmap([101])) }
        ),
        ("quantity-one", ["B12-IRQ-9", "B12-IRQ-10"], "at least one", ask(quantity) { $0.with(.tu64(86, 1)) }),
        ("quantity-highest", ["B12-IRQ-10"], "as many as the offer allows", ask(quantity) { $0.with(.tu64(86, 5)) }),
        (
            "quantity-without-bound", ["B12-IRQ-9"], "the offer sets no bound",
            ask(unlimited) { $0.with(.tu64(86, 1_000_000)) }
        ),
        ("exact-price", ["B12-IRQ-11"], "what the offer asks for", ask(priced) { $0.with(.tu64(82, 300_000)) }),
        ("tip", ["B12-IRQ-11"], "more than the offer asks for", ask(priced)),
        ("price-left-to-the-offer", ["B12-IRQ-12"], "the offer has the amount", ask(priced) { $0.without(82) }),
        (
            "price-at-the-cap", ["B1-T-5", "B12-IRQ-12"], "the offer asks for 21 million bitcoin",
            ask(invoice.with(.tu64(8, Amount.maxMillisatoshi))) { $0.without(82) }
        ),
        (
            "price-in-currency", ["B12-IRQ-12"], "the offer has the amount, in dollars: a static invoice states none",
            ask(dollars) { $0.without(82) }
        ),
        (
            "last-second-of-the-offer", ["B12-IRQ-7"], "offer_absolute_expiry is the last second",
            ask(ending, now: now + 10)
        ),
        (
            "testnet-for-testnet", ["B12-IRQ-13"], "both are on testnet",
            ask(testnet, [testnetChain]) { $0.with(80, Chain.testnet.bytes) }
        ),
        ("bip-353-name", ["B12-IRQ-14"], "alice@example.org", ask(invoice) { $0.with(91, name353) }),
        (
            "bip-353-name-every-character", ["B12-IRQ-14"], "every byte that a name may have, in both parts",
            ask(invoice) { $0.with(91, bip353(alphabet, alphabet)) }
        ),
        (
            "metadata-empty", ["B12-IRQ-3"], "invreq_metadata is there, and holds nothing",
            ask(invoice) { $0.with(0, []) }
        ),
        (
            "for-an-offer-without-issuer", ["B12-IRQ-5", "B12-IRQ-8"], "the payer signs, whoever issued the offer",
            ask(anonymous)
        ),
        (
            "bip-353-name-without-user", ["B12-IRQ-14"], "no byte is outside the alphabet, since there is none",
            ask(invoice) { $0.with(91, [0] + name353.dropFirst(6)) }
        ),
        (
            "bip-353-name-without-domain", ["B12-IRQ-14"], "a user and no domain",
            ask(invoice) { $0.with(91, name353.prefix(6) + [0]) }
        ),
        (
            "quantity-zero-without-bound", ["B12-IRQ-10"],
            "the rule against zero stands under a bound, and there is none",
            ask(unlimited) { $0.with(86, []) }
        ),
        (
            "bitcoin-written-out", ["B12-IRQ-13"], "invreq_chain names what its absence means",
            ask(invoice) { $0.with(80, Chain.bitcoin.bytes) }
        ),
        (
            "features-longer-than-needed", ["B12-IRQ-6"], "zeros in front of the bits mean nothing, and are signed",
            ask(invoice) { $0.with(84, [0, 0, 2]) }
        ),
        (
            "payers-paths", ["B12-IRQ-15"], "the payer's own paths",
            ask(invoice) { $0.with(.paths(90, [Fixtures.path("payer")])) }
        ),
        ("unknown-odd-record", ["B12-IRQ-4"], "record 159 is in range", ask(invoice) { $0.with(159, [1]) }),
        (
            "asked-twice", ["B12-IRQ-16"], "the same metadata as before: a static invoice may be given again",
            ask(invoice, [("previous_metadata", .hex(Array("metadata of the payer".utf8)))])
        ),
    ]
    let doubtful: [String: [Under]] = [
        "price-in-currency": [.reject("C-107 b", ["semantic.offer_currency", "policy"])],
        "bip-353-name-without-user": [.reject("C-104 b", ["semantic.invreq_bip_353_name"])],
        "bip-353-name-without-domain": [.reject("C-104 b", ["semantic.invreq_bip_353_name"])],
        "quantity-zero-without-bound": [.reject("C-98 b", ["semantic.invreq_quantity"])],
    ]
    for (name, ids, comment, input) in accepted {
        family.accept(
            name,
            "invreq.validate_for",
            ids,
            comment,
            in: input,
            under: doubtful[name] ?? []
        )
    }

    let other = InvoiceFixture(invoice.profile).with(.text(10, "tea"))
    let forged = RequestFixture(invoice).signed(by: "server").signature()
    let tagged = RequestFixture(invoice).signature(messagename: "invoice")
    let unmirrored = invoice.with(1_000_000_001, [1])
    let life = invoice.profile.static_invoice.default_relative_expiry
    var badName = name353
    badName[1] = UInt8(ascii: "@")
    let missing: [ReasonClass] = ["tlv.missing"]
    let mismatch: [ReasonClass] = ["context", "semantic.offer", "semantic.offer_description"]
    let rejected:
        [(
            name: String, id: RequirementID, reasons: [ReasonClass], comment: String, neighbour: String,
            flags: [String], input: JSON
        )] = [
            (
                "without-payer-id", "B12-IRQ-3", missing + ["semantic.invreq_payer_id"], "nobody asks", "plain", [],
                ask(invoice) { $0.without(88) }
            ),
            (
                "without-metadata", "B12-IRQ-3", missing + ["semantic.invreq_metadata"], "invreq_metadata is missing",
                "plain", [], ask(invoice) { $0.without(0) }
            ),
            (
                "record-161", "B12-IRQ-4", ["tlv.range"], "a record of invoices", "unknown-odd-record", [],
                ask(invoice) { $0.with(161, [1]) }
            ),
            (
                "experimental-record-of-invoices", "B12-IRQ-4", ["tlv.range"], "3000000001 is above the ranges",
                "unknown-odd-record", [], ask(invoice) { $0.with(3_000_000_001, [1]) }
            ),
            (
                "unknown-even-record", "B1-TLV-6", ["tlv.unknown_even"], "record 92 must be understood",
                "unknown-odd-record", [], ask(invoice) { $0.with(92, [1]) }
            ),
            (
                "signed-by-somebody-else", "B12-IRQ-5", ["signature"], "the server's signature in the payer's name",
                "plain", ["signer"], askRaw(invoice, RequestFixture(invoice).bytes(signature: forged))
            ),
            (
                "tag-of-invoice", "B12-IRQ-5", ["signature"], "signed as an invoice", "plain", ["signer"],
                askRaw(invoice, RequestFixture(invoice).bytes(signature: tagged))
            ),
            (
                "unsigned", "B12-IRQ-5", ["signature", "tlv.missing"], "there is no signature", "plain", ["signer"],
                askRaw(invoice, RequestFixture(invoice).unsigned.bytes)
            ),
            (
                "amount-altered", "B12-IRQ-5", ["signature"], "somebody changed the amount", "plain", ["signer"],
                askRaw(
                    invoice,
                    RequestFixture(invoice).with(.tu64(82, 2_000_000)).bytes(
                        signature: RequestFixture(invoice).signature()
                    )
                )
            ),
            (
                "even-feature", "B12-IRQ-6", ["features"], "an unknown even bit", "odd-feature", [],
                ask(invoice) { $0.with(84, bitmap([100])) }
            ),
            (
                "even-feature-16", "B12-IRQ-6", ["features"], "bit 16 is known in invoices, not in requests",
                "odd-feature",
                [], ask(invoice) { $0.with(84, bitmap([16])) }
            ),
            (
                "even-feature-beyond-128", "B12-IRQ-6", ["features"], "an unknown even bit in the 26th byte",
                "odd-feature", [], ask(invoice) { $0.with(84, bitmap([200])) }
            ),
            (
                "for-another-offer", "B12-IRQ-7", mismatch, "the same recipient's other offer", "plain", ["context"],
                askRaw(invoice, RequestFixture(other).bytes)
            ),
            (
                "without-the-offers-unknown-record", "B12-IRQ-7", ["context", "semantic.offer"],
                "an offer record is not mirrored", "plain", ["context"],
                askRaw(unmirrored, RequestFixture(invoice).bytes)
            ),
            (
                "second-after-the-offer", "B12-IRQ-7", ["expired"], "the offer is over", "last-second-of-the-offer", [],
                ask(ending, now: now + 11)
            ),
            (
                "not-over-a-path", "B12-IRQ-8", ["context"], "sent to the node itself", "plain", ["context"],
                ask(invoice, over: .null)
            ),
            (
                "over-a-path-of-another-offer", "B12-IRQ-8", ["context"], "the offer has no third path",
                "over-the-second-path", ["context"], ask(invoice, over: 2)
            ),
            (
                "quantity-not-offered", "B12-IRQ-9", ["semantic.invreq_quantity"], "the offer is for one",
                "quantity-one", [], ask(invoice) { $0.with(.tu64(86, 1)) }
            ),
            (
                "quantity-missing", "B12-IRQ-9", missing + ["semantic.invreq_quantity"], "the offer asks how many",
                "quantity-one", [], ask(quantity)
            ),
            (
                "quantity-zero", "B12-IRQ-10", ["semantic.invreq_quantity"], "none", "quantity-one", [],
                ask(quantity) { $0.with(86, []) }
            ),
            (
                "quantity-above-bound", "B12-IRQ-10", ["semantic.invreq_quantity"], "one too many", "quantity-highest",
                [], ask(quantity) { $0.with(.tu64(86, 6)) }
            ),
            (
                "below-price", "B12-IRQ-11", ["semantic.invreq_amount"], "a millisatoshi too little", "exact-price", [],
                ask(priced) { $0.with(.tu64(82, 299_999)) }
            ),
            (
                "below-price-times-quantity", "B12-IRQ-11", ["semantic.invreq_amount"], "the price of three for four",
                "exact-price", [], ask(priced.with(.tu64(20, 5))) { $0.with(.tu64(86, 4)).with(.tu64(82, 900_000)) }
            ),
            (
                "price-beyond-64-bits", "B12-IRQ-11", ["semantic.invreq_amount", "tlv.range"],
                "price times quantity overflows: no amount reaches it", "exact-price", [],
                ask(priced.with(20, [])) { $0.with(.tu64(86, .max)) }
            ),
            (
                "no-amount-anywhere", "B12-IRQ-12", missing + ["semantic.invreq_amount"],
                "neither offer nor request has an amount", "plain", [], ask(invoice) { $0.without(82) }
            ),
            (
                "bitcoin-for-testnet", "B12-IRQ-13", ["semantic.invreq_chain", "semantic.offer_chains"],
                "no invreq_chain means bitcoin", "testnet-for-testnet", [], ask(testnet, [testnetChain])
            ),
            (
                "name-with-at-sign", "B12-IRQ-14", ["semantic.invreq_bip_353_name"],
                "@ separates name and domain, and is in neither", "bip-353-name", [],
                ask(invoice) { $0.with(91, badName) }
            ),
            (
                "domain-with-space", "B12-IRQ-14", ["semantic.invreq_bip_353_name"], "a blank in the domain",
                "bip-353-name", [], ask(invoice) { $0.with(91, name353.dropLast() + [0x20]) }
            ),
            (
                "for-another-chain", "B12-IRQ-13", ["semantic.invreq_chain"],
                "testnet is asked for, the node is on bitcoin",
                "bitcoin-written-out", [], ask(invoice) { $0.with(80, Chain.testnet.bytes) }
            ),
            (
                "payers-path-without-hops", "B12-IRQ-15", ["path.zero_hops"], "num_hops is 0", "payers-paths", [],
                ask(invoice) { $0.with(.paths(90, [Fixtures.pathWithoutHops])) }
            ),
            (
                "amount-above-the-cap", "B1-T-5", ["tlv.range", "semantic.invreq_amount"],
                "more than 21 million bitcoin", "plain", [],
                ask(invoice) { $0.with(.tu64(82, Amount.maxMillisatoshi + 1)) }
            ),
            (
                "price-above-the-cap", "B1-T-5", ["tlv.range", "semantic.offer_amount"],
                "the offer asks for more than 21 million bitcoin", "price-at-the-cap", [],
                ask(invoice.with(.tu64(8, Amount.maxMillisatoshi + 1))) { $0.without(82) }
            ),
            (
                "invoice-expired", "B12-IRQ-2", ["expired"], "the invoice at hand is over: it is not handed out",
                "plain", [], ask(invoice, now: now + life + 1)
            ),
        ]
    let under: [String: [Under]] = [
        "amount-above-the-cap": [.accept("C-97 b")], "price-above-the-cap": [.accept("C-97 b")],
        "invoice-expired": [.accept("C-83 c")],
    ]
    for (name, id, reasons, comment, neighbour, flags, input) in rejected {
        family.reject(
            name,
            "invreq.validate_for",
            [id],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            in: input,
            under: under[name] ?? []
        )
    }
    // The neighbours of the alphabet's ranges, and bytes that only a careless test lets through.
    let strange: [(name: String, byte: UInt8)] = [
        ("slash", 0x2f), ("colon", 0x3a), ("at-sign", 0x40), ("bracket", 0x5b), ("backslash", 0x5c), ("caret", 0x5e),
        ("grave", 0x60), ("brace", 0x7b), ("comma", 0x2c), ("new-line", 0x0a), ("zero", 0), ("latin-1-letter", 0xe9),
    ]
    for (name, byte) in strange {
        for part in ["name", "domain"] where (name, part) != ("at-sign", "name") {
            let text = Array("alice".utf8) + [byte]
            let other = Array("example.org".utf8)
            let (user, domain) = part == "name" ? (text, other) : (other, text)
            family.reject(
                "\(part)-ending-in-\(name)",
                "invreq.validate_for",
                ["B12-IRQ-14"],
                ["semantic.invreq_bip_353_name"],
                "the last byte of the \(part) is \(byte), which no name has",
                neighbour: "bip-353-name",
                in: ask(invoice) { $0.with(91, [UInt8(user.count)] + user + [UInt8(domain.count)] + domain) }
            )
        }
    }
    family.reject(
        "for-an-offer-without-issuer-signed-by-somebody-else",
        "invreq.validate_for",
        ["B12-IRQ-5"],
        ["signature"],
        "not the payer's signature, whoever issued the offer",
        neighbour: "for-an-offer-without-issuer",
        flags: ["signer"],
        in: ask(anonymous) { $0.signed(by: "somebody") }
    )
}

/// Recorded requests of a payer, on which the payer's checks are tested.
private func addWrittenRequests(_ family: inout FamilyBuilder, _ invoice: InvoiceFixture) {
    let plain = RequestFixture(invoice)
    let priced = invoice.with(.tu64(8, 300_000))
    let counted = invoice.with(.tu64(20, 5))
    let testnet = invoice.with(2, Chain.testnet.bytes)
    let extended = invoice.with(33, [1])
    func sample(_ bytes: [UInt8]) -> JSONObject { ["invoice_request": .hex(bytes)] }
    func offer(_ invoice: InvoiceFixture, _ more: (String, JSON)...) -> JSON {
        .object(JSONObject([("offer", .string(invoice.offerText))] + more))
    }
    let before: (String, JSON) = ("earlier", [.hex(plain.bytes)])
    let fresh = plain.with(0, Array("other metadata".utf8)).with(
        TLVRecord(type: 88, value: Fixtures.point("payer again"))
    ).signed(by: "payer again")
    let good: [(name: String, comment: String, input: JSON, bytes: [UInt8])] = [
        ("plain", "an amount for an offer without one", offer(invoice), plain.bytes),
        ("second-request", "another key and other metadata", offer(invoice, before), fresh.bytes),
        ("priced", "the offer has the amount", offer(priced), RequestFixture(priced).without(82).bytes),
        ("counted", "three of at most five", offer(counted), RequestFixture(counted).with(.tu64(86, 3)).bytes),
        (
            "testnet", "the offer's chain is named", offer(testnet),
            RequestFixture(testnet).with(80, Chain.testnet.bytes).bytes
        ),
        (
            "unknown-offer-record", "what the payer does not know is copied", offer(extended),
            RequestFixture(extended).bytes
        ),
    ]
    let all: [RequirementID] = (1...9).map { RequirementID("B12-IRQW-\($0)") }
    for (name, comment, input, bytes) in good {
        family.accept(
            "sample-\(name)",
            "payer.pay_offer",
            all,
            comment,
            flags: ["sample"],
            in: input,
            sample: sample(bytes)
        )
    }
    let bad: [(name: String, id: RequirementID, reason: ReasonClass, comment: String, input: JSON, bytes: [UInt8])] = [
        (
            "unknown-offer-record-dropped", "B12-IRQW-1", "context", "a record that the payer does not know is gone",
            offer(extended), plain.bytes
        ),
        (
            "chain-left-out", "B12-IRQW-2", "semantic.invreq_chain", "the offer is for testnet alone", offer(testnet),
            RequestFixture(testnet).bytes
        ),
        (
            "no-amount", "B12-IRQW-3", "tlv.missing", "no amount for an offer without one", offer(invoice),
            plain.without(82).bytes
        ),
        (
            "below-price", "B12-IRQW-4", "semantic.invreq_amount", "less than the offer asks for", offer(priced),
            RequestFixture(priced).with(.tu64(82, 1)).bytes
        ),
        (
            "quantity-left-out", "B12-IRQW-5", "semantic.invreq_quantity", "the offer asks how many", offer(counted),
            RequestFixture(counted).bytes
        ),
        (
            "quantity-made-up", "B12-IRQW-5", "semantic.invreq_quantity", "the offer is for one", offer(invoice),
            plain.with(.tu64(86, 2)).bytes
        ),
        (
            "same-key-again", "B12-IRQW-6", "semantic.invreq_payer_id", "the key of an earlier request",
            offer(invoice, before), plain.with(0, Array("other metadata".utf8)).bytes
        ),
        (
            "same-metadata-again", "B12-IRQW-7", "semantic.invreq_metadata", "the metadata of an earlier request",
            offer(invoice, before), fresh.with(0, Array("metadata of the payer".utf8)).bytes
        ),
        (
            "short-metadata", "B12-IRQW-7", "semantic.invreq_metadata", "four bytes can be guessed", offer(invoice),
            plain.with(0, [1, 2, 3, 4]).bytes
        ),
        (
            "signed-with-another-key", "B12-IRQW-8", "signature", "the signature is not the payer id's", offer(invoice),
            plain.signed(by: "server").bytes
        ),
        ("record-of-invoices", "B12-IRQW-9", "tlv.range", "record 161", offer(invoice), plain.with(161, [1]).bytes),
    ]
    for (name, id, reason, comment, input, bytes) in bad {
        family.reject(
            "sample-\(name)",
            "payer.pay_offer",
            [id],
            [reason],
            comment,
            neighbour: "sample-plain",
            flags: ["sample"],
            in: input,
            under: name == "short-metadata" ? [.accept("C-99 b")] : [],
            sample: sample(bytes)
        )
    }
}
