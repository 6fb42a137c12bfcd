internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// `bolt12/static-invoice-read`: what a reader of static invoices takes and refuses.
func staticInvoiceReadFamily(
    _ context: GenerationContext,
    _ profile: Profile
) throws(GenerationError) -> VectorFamily {
    var family = StaticInvoiceReadBuilder(context, profile)
    try family.addLife()
    try family.addFeatures()
    try family.addPaths()
    try family.addMessagePaths()
    try family.addSigner()
    try family.addSignatures()
    try family.addChains()
    try family.addStaticForm()
    try family.addContext()
    try family.addEncodings()
    try family.addUnknownRecords()
    try family.addOfferInside()
    return try family.builder.build()
}

/// The parts of the family. A name stands once; what a profile switches decides on which side a case falls.
private struct StaticInvoiceReadBuilder {
    let profile: Profile
    let base: InvoiceFixture
    var builder: FamilyBuilder

    private static let op = "static_invoice.validate"
    private static let created = Fixtures.createdAt

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        base = InvoiceFixture(profile)
        builder = FamilyBuilder(
            "bolt12/static-invoice-read",
            title: "Static invoices at their reader: life, features, paths, signer, chain, context, encodings",
            profile: profile,
            in: context,
            flags: [
                VectorFamily.Flag("boundary", "One step before or behind a limit: off by one, or the wrong comparison"),
                VectorFamily.Flag("missing", "A record that must be there is not"),
                VectorFamily.Flag(
                    "signer",
                    "Somebody else signs, or something else is signed: the payment goes to a thief"
                ),
                VectorFamily.Flag("context", "A right invoice at the wrong place: answers are mixed up or made up"),
                VectorFamily.Flag("encoding", "The stream itself is malformed"),
                VectorFamily.Flag("unknown", "Records and bits that the reader does not know"),
            ]
        )
    }

    mutating func accept(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        _ flags: [String] = [],
        readings: [String] = [],
        in input: JSON
    ) throws(GenerationError) {
        try builder.accept(name, Self.op, requirements, comment, flags: flags, readings: readings, in: input)
    }

    mutating func reject(
        _ name: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        _ flags: [String] = [],
        readings: [String] = [],
        neighbour: String = "plain",
        in input: JSON
    ) throws(GenerationError) {
        try builder.reject(
            name,
            Self.op,
            [violates],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            readings: readings,
            in: input
        )
    }

    // MARK: Life

    mutating func addLife() throws(GenerationError) {
        let created = Self.created
        let life = profile.static_invoice.default_relative_expiry
        let stated = base.with(.tu64(166, 3600))
        let zero = base.with(166, [])
        try accept(
            "plain",
            [
                "B12-SI-R1", "B12-SI-R2", "B12-SI-R3", "B12-SI-R7", "B12-SI-R8", "B12-SI-R9", "B12-SI-R11",
                "B12-SI-R13",
                "B12-SI-R17", "B12-SI-R19", "B12-SI-R21", "B12-SI-R23",
            ],
            "as fresh as can be",
            in: base.input()
        )
        try accept(
            "second-before-it-was-made",
            ["B12-SI-R5"],
            "no rule forbids a clock that lags",
            ["boundary"],
            in: base.input(now: created - 1)
        )
        try accept(
            "last-second-of-default-life",
            ["B12-SI-R6"],
            "made \(life) seconds ago, no life stated",
            ["boundary"],
            readings: ["C-30"],
            in: base.input(now: created + life)
        )
        try accept(
            "last-second-of-the-old-default",
            ["B12-SI-R6"],
            "7200 seconds are the default of invoices with a hash",
            ["boundary"],
            readings: ["C-30"],
            in: base.input(now: created + 7201)
        )
        try reject(
            "default-life-over",
            "B12-SI-R6",
            ["expired"],
            "one second more",
            ["boundary"],
            readings: ["C-30"],
            neighbour: "last-second-of-default-life",
            in: base.input(now: created + life + 1)
        )
        try accept(
            "last-second-of-stated-life",
            ["B12-SI-R5"],
            "made 3600 seconds ago, 3600 stated",
            ["boundary"],
            in: stated.input(now: created + 3600)
        )
        try reject(
            "stated-life-over",
            "B12-SI-R5",
            ["expired"],
            "one second more",
            ["boundary"],
            neighbour: "last-second-of-stated-life",
            in: stated.input(now: created + 3601)
        )
        try accept(
            "stated-life-of-zero",
            ["B12-SI-R5"],
            "good for the second of its making alone",
            ["boundary"],
            in: zero.input()
        )
        try reject(
            "stated-life-of-zero-over",
            "B12-SI-R5",
            ["expired"],
            "the second after",
            ["boundary"],
            neighbour: "stated-life-of-zero",
            in: zero.input(now: created + 1)
        )
        let long = base.with(.tu64(166, UInt64(UInt32.max)))
        try accept(
            "longest-stated-life",
            ["B12-SI-R5"],
            "all 32 bits",
            ["boundary"],
            in: long.input(now: created + UInt64(UInt32.max))
        )
        try reject(
            "longest-stated-life-over",
            "B12-SI-R5",
            ["expired"],
            "one second more",
            ["boundary"],
            neighbour: "longest-stated-life",
            in: long.input(now: created + UInt64(UInt32.max) + 1)
        )
        try accept(
            "made-at-the-end-of-time",
            ["B12-SI-R5"],
            "created and life add up to more than 64 bits: it never ends",
            ["boundary"],
            in: stated.with(.tu64(164, .max)).input(now: .max)
        )
        try reject(
            "without-created-at",
            "B12-SI-R1",
            ["tlv.missing", "semantic.invoice_created_at"],
            "invoice_created_at is missing",
            ["missing"],
            in: base.without(164).input()
        )
    }

    // MARK: Features

    mutating func addFeatures() throws(GenerationError) {
        func features(_ bits: Int...) -> InvoiceFixture { base.with(174, bitmap(bits)) }
        try accept("mpp-optional", ["B12-SI-R4"], "bit 17: several parts are allowed", in: features(17).input())
        try accept("mpp-compulsory", ["B12-SI-R4"], "bit 16: several parts are needed", in: features(16).input())
        try accept(
            "unknown-odd-feature",
            ["B12-SI-R4"],
            "bit 101 may be ignored",
            ["unknown"],
            in: features(101).input()
        )
        for (bit, neighbour) in [(100, "unknown-odd-feature"), (18, "mpp-optional"), (0, "plain")] {
            try reject(
                "unknown-even-feature-\(bit)",
                "B12-SI-R4",
                ["features"],
                "bit \(bit) must be understood",
                ["unknown"],
                neighbour: neighbour,
                in: features(bit).input()
            )
        }
        try reject(
            "unknown-even-beside-known-feature",
            "B12-SI-R4",
            ["features"],
            "bits 17 and 30",
            ["unknown"],
            neighbour: "mpp-optional",
            in: features(17, 30).input()
        )
    }

    // MARK: Payment paths

    mutating func addPaths() throws(GenerationError) {
        let missing: [ReasonClass] = ["tlv.missing", "semantic.invoice_paths"]
        let payinfo: [ReasonClass] = ["tlv.missing", "semantic.invoice_blindedpay"]
        let one = Fixtures.payinfo
        try reject(
            "without-payment-paths",
            "B12-SI-R7",
            missing,
            "invoice_paths is missing",
            ["missing"],
            in: base.without(160).input()
        )
        try reject(
            "payment-paths-empty",
            "B12-SI-R7",
            missing,
            "invoice_paths lists nothing",
            ["missing"],
            in: base.with(160, []).input()
        )
        let paths = InvoiceFixture.paymentPaths
        try reject(
            "first-payment-path-without-hops",
            "B12-SI-R8",
            ["path.zero_hops"],
            "num_hops is 0",
            in: base.with(.paths(160, [Fixtures.pathWithoutHops, paths[1]])).input()
        )
        try reject(
            "second-payment-path-without-hops",
            "B12-SI-R8",
            ["path.zero_hops"],
            "one good path does not help",
            in: base.with(.paths(160, [paths[0], Fixtures.pathWithoutHops])).input()
        )
        try reject(
            "without-payinfo",
            "B12-SI-R9",
            payinfo,
            "invoice_blindedpay is missing",
            ["missing"],
            in: base.without(162).input()
        )
        try reject("payinfo-empty", "B12-SI-R9", payinfo, "two paths, no payinfo", in: base.with(162, []).input())
        try reject(
            "payinfo-too-few",
            "B12-SI-R9",
            payinfo,
            "two paths, one payinfo",
            in: base.with(.payinfos(162, [one])).input()
        )
        try reject(
            "payinfo-too-many",
            "B12-SI-R9",
            payinfo,
            "two paths, three payinfos",
            in: base.with(.payinfos(162, [one, one, one])).input()
        )
        var odd = one
        odd.features = [0x02]
        try accept(
            "payinfo-with-odd-feature",
            ["B12-SI-R10"],
            "an unknown odd bit",
            ["unknown"],
            in: base.with(.payinfos(162, [odd, odd])).input()
        )
        var even = one
        even.features = [0x01]
        try accept(
            "one-usable-path",
            ["B12-SI-R10"],
            "the first path asks for an unknown feature, the second does not",
            ["unknown"],
            in: base.with(.payinfos(162, [even, one])).input()
        )
        let unusable = base.with(.payinfos(162, [even, even])).input()
        if profile.static_invoice.payinfo_features_checked {
            try reject(
                "no-usable-path",
                "B12-SI-R10",
                ["features"],
                "both paths ask for an unknown feature",
                ["unknown"],
                neighbour: "one-usable-path",
                in: unusable
            )
        } else {
            try accept(
                "no-usable-path",
                ["B12-SI-R10"],
                "under this profile nobody looks at these bits",
                ["unknown"],
                in: unusable
            )
        }
        try accept(
            "unusable-fallbacks",
            ["B12-SI-R22"],
            "a fallback of version 17 and one of 1 byte are ignored",
            ["unknown"],
            in: base.with(172, [17, 0, 2, 0xaa, 0xaa, 0, 0, 1, 0xbb]).input()
        )
        try accept(
            "introduction-by-short-channel-id",
            ["B12-SI-R7"],
            "a path that starts at a channel's end",
            in: base.with(
                .paths(
                    160,
                    [
                        Fixtures.path(
                            "by channel",
                            introduction: .sciddir(direction: 1, shortChannelID: 0x1_0000_0200_03)
                        ), paths[1],
                    ]
                )
            ).input()
        )
    }

    // MARK: Message paths

    mutating func addMessagePaths() throws(GenerationError) {
        let type = base.messagePathsType
        let missing: [ReasonClass] = ["tlv.missing", "semantic.static_invoice_message_paths"]
        try accept(
            "one-message-path",
            ["B12-SI-R17"],
            "a writer gives two, a reader is content with one",
            in: base.with(.paths(type, [InvoiceFixture.messagePaths[0]])).input()
        )
        try reject(
            "without-message-paths",
            "B12-SI-R17",
            missing,
            "nobody can be told of the held payment",
            ["missing"],
            in: base.without(type).input()
        )
        let empty = base.with(type, []).input()
        if profile.static_invoice.empty_message_paths_accepted {
            try accept("message-paths-empty", ["B12-SI-R17"], "this profile's reader takes an empty list", in: empty)
        } else {
            try reject(
                "message-paths-empty",
                "B12-SI-R17",
                missing,
                "the list is there and empty",
                ["missing"],
                neighbour: "one-message-path",
                in: empty
            )
        }
        try reject(
            "message-path-without-hops",
            "B12-SI-R17",
            ["path.zero_hops"],
            "num_hops is 0 in a message path",
            readings: ["C-6"],
            in: base.with(.paths(type, [InvoiceFixture.messagePaths[0], Fixtures.pathWithoutHops])).input()
        )
        let other: UInt64 = type == 178 ? 236 : 178
        try reject(
            "message-paths-under-\(other)",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "\(other) is the number of another profile",
            ["unknown"],
            in: base.with(.paths(other, InvoiceFixture.messagePaths)).input()
        )
    }

    // MARK: Signer

    mutating func addSigner() throws(GenerationError) {
        let node: [ReasonClass] = ["semantic.invoice_node_id"]
        try reject(
            "without-node-id",
            "B12-SI-R2",
            ["tlv.missing", "semantic.invoice_node_id"],
            "invoice_node_id is missing",
            ["missing", "signer"],
            in: base.without(176).input()
        )
        let byServer = base.with(TLVRecord(type: 176, value: Fixtures.point("server"))).signed(by: "server")
        try reject(
            "node-id-is-the-servers",
            "B12-SI-R11",
            node,
            "the server names itself, and signs",
            ["signer"],
            in: byServer.input()
        )
        var negated = Array(Fixtures.point("recipient"))
        negated[0] ^= 1
        try reject(
            "node-id-with-the-other-sign",
            "B12-SI-R11",
            node,
            "the same x with the other y: the signature verifies, the key is another",
            ["signer"],
            in: base.with(176, negated).input()
        )
        try addSignerAtPathsEnd()
    }

    /// Without offer_issuer_id, the last blinded id of the path that the request took signs (C-31).
    private mutating func addSignerAtPathsEnd() throws(GenerationError) {
        let node: [ReasonClass] = ["semantic.invoice_node_id"]
        func path(_ index: Int) -> BlindedPath {
            let path = InvoiceFixture.offerPaths[index]
            let last = BlindedPath.Hop(
                blinded_node_id: Fixtures.point("end of offer path \(index)"),
                encrypted_recipient_data: path.hops[1].encrypted_recipient_data
            )
            return BlindedPath(introduction: path.introduction, path_key: path.path_key, hops: [path.hops[0], last])
        }
        let anonymous = base.without(22).with(.paths(16, [path(0), path(1)]))
        func signed(atEndOf index: Int) -> InvoiceFixture {
            let name = "end of offer path \(index)"
            return anonymous.with(TLVRecord(type: 176, value: Fixtures.point(name))).signed(by: name)
        }
        try accept(
            "no-issuer-signed-at-path-used",
            ["B12-SI-R12"],
            "the end of path 1 signs, and the request took path 1",
            ["signer"],
            in: signed(atEndOf: 1).input(now: Self.created, ("path_used", 1))
        )
        let otherPath = signed(atEndOf: 0).input(now: Self.created, ("path_used", 1))
        if profile.static_invoice.any_path_may_sign {
            try accept(
                "no-issuer-signed-at-other-path",
                ["B12-SI-R12"],
                "this profile takes the end of any path",
                ["signer"],
                in: otherPath
            )
        } else {
            try reject(
                "no-issuer-signed-at-other-path",
                "B12-SI-R12",
                node,
                "the end of path 0 signs, and the request took path 1",
                ["signer"],
                neighbour: "no-issuer-signed-at-path-used",
                in: otherPath
            )
        }
        let stranger = anonymous.with(TLVRecord(type: 176, value: Fixtures.point("server"))).signed(by: "server")
        try reject(
            "no-issuer-signed-by-a-stranger",
            "B12-SI-R12",
            node,
            "the signer is at the end of no path",
            ["signer"],
            neighbour: "no-issuer-signed-at-path-used",
            in: stranger.input(now: Self.created, ("path_used", 1))
        )
        try reject(
            "no-issuer-signed-before-the-end",
            "B12-SI-R12",
            node,
            "the signer is a hop of the path and not its last",
            ["signer"],
            neighbour: "no-issuer-signed-at-path-used",
            in: firstHopSigned(anonymous).input(now: Self.created, ("path_used", 1))
        )
    }

    /// A path whose first blinded id is a key that can sign.
    private func firstHopSigned(_ fixture: InvoiceFixture) -> InvoiceFixture {
        let path = InvoiceFixture.offerPaths[1]
        let hops = [
            BlindedPath.Hop(blinded_node_id: Fixtures.point("first hop"), encrypted_recipient_data: [1, 2, 3]),
            path.hops[1],
        ]
        let signing = BlindedPath(introduction: path.introduction, path_key: path.path_key, hops: hops)
        return fixture.with(.paths(16, [InvoiceFixture.offerPaths[0], signing]))
            .with(TLVRecord(type: 176, value: Fixtures.point("first hop"))).signed(by: "first hop")
    }

    // MARK: Signature

    mutating func addSignatures() throws(GenerationError) {
        let signature = base.signature()
        func flipped(_ index: Int) -> [UInt8] {
            var flipped = signature
            flipped[index] ^= 0x80
            return flipped
        }
        let withOdd = base.with(33, [1])
        let cases: [(name: String, comment: String, bytes: [UInt8])] = [
            (
                "tag-of-invoice", "signed as an invoice with a payment hash",
                base.bytes(signature: base.signature(messagename: "invoice"))
            ),
            (
                "tag-of-invoice-request", "signed as an invoice request",
                base.bytes(signature: base.signature(messagename: "invoice_request"))
            ),
            (
                "signed-by-the-server", "the server's signature under the recipient's name",
                base.bytes(signature: base.signed(by: "server").signature())
            ),
            (
                "signature-of-another-invoice", "the signature belongs to an invoice of one second later",
                base.bytes(signature: base.with(.tu64(164, Self.created + 1)).signature())
            ),
            ("flipped-bit-of-r", "a bit of the signature's first half", base.bytes(signature: flipped(0))),
            ("flipped-bit-of-s", "a bit of the signature's second half", base.bytes(signature: flipped(32))),
            ("zero-signature", "64 zero bytes", base.bytes(signature: [UInt8](repeating: 0, count: 64))),
            ("unsigned", "there is no signature record", base.unsigned.bytes),
            (
                "description-altered", "somebody wrote another description",
                base.with(.text(10, "coffin")).bytes(signature: signature)
            ),
            (
                "payment-path-swapped", "somebody changed the order of paths",
                base.with(.paths(160, InvoiceFixture.paymentPaths.reversed())).bytes(signature: signature)
            ),
            (
                "unknown-odd-record-stripped", "an unknown record that was signed is gone",
                base.bytes(signature: withOdd.signature())
            ),
            ("unknown-odd-record-added", "an unknown record was not signed", withOdd.bytes(signature: signature)),
            (
                "experimental-record-added", "records behind the signature are signed too",
                base.with(1_000_000_001, [1]).bytes(signature: signature)
            ),
        ]
        for (name, comment, bytes) in cases {
            try reject(
                name,
                "B12-SI-R13",
                name == "unsigned" ? ["signature", "tlv.missing"] : ["signature"],
                comment,
                ["signer"],
                in: InvoiceFixture.input(bytes)
            )
        }
    }

    // MARK: Chain

    mutating func addChains() throws(GenerationError) {
        let chains: [ReasonClass] = ["semantic.offer_chains"]
        let testnet = base.with(2, Chain.testnet.bytes)
        try accept(
            "bitcoin-by-name",
            ["B12-SI-R3"],
            "offer_chains lists bitcoin",
            in: base.with(2, Chain.bitcoin.bytes).input()
        )
        try accept(
            "testnet-for-testnet",
            ["B12-SI-R3"],
            "both are on testnet",
            readings: ["C-33"],
            in: testnet.input(now: Self.created, ("chain", .hex(Chain.testnet)))
        )
        try reject(
            "testnet-for-bitcoin",
            "B12-SI-R3",
            chains,
            "the payer is on bitcoin",
            ["context"],
            readings: ["C-33"],
            neighbour: "testnet-for-testnet",
            in: testnet.input()
        )
        try reject(
            "bitcoin-for-testnet",
            "B12-SI-R3",
            chains,
            "no chain is listed, which means bitcoin",
            ["context"],
            in: base.input(now: Self.created, ("chain", .hex(Chain.testnet)))
        )
        try reject(
            "chains-empty",
            "B12-SI-R3",
            chains,
            "offer_chains lists nothing",
            readings: ["C-33"],
            neighbour: "bitcoin-by-name",
            in: base.with(2, []).input()
        )
        try reject(
            "two-chains",
            "B12-SI-R21",
            chains,
            "one invoice cannot be for two chains",
            neighbour: "bitcoin-by-name",
            in: base.with(2, Chain.bitcoin.bytes + Chain.testnet.bytes).input()
        )
    }

    // MARK: Static form

    mutating func addStaticForm() throws(GenerationError) {
        let hash = base.with(168, Hash.sha256(Array("preimage".utf8)).bytes)
        try reject(
            "with-payment-hash",
            "B12-SI-R19",
            ["semantic.invoice_payment_hash"],
            "then it is no static invoice",
            in: hash.input()
        )
        try reject(
            "with-amount",
            "B12-SI-R19",
            ["semantic.invoice_amount"],
            "an amount is for one payment",
            in: base.with(.tu64(170, 1000)).input()
        )
    }

    // MARK: Context

    mutating func addContext() throws(GenerationError) {
        let offer = JSON.hex(base.offer.bytes)
        let request = JSON.hex(RequestFixture(base).bytes)
        let mismatch: [ReasonClass] = ["context", "semantic.offer", "semantic.offer_description"]
        let now = Self.created
        try accept(
            "for-the-offer",
            ["B12-SI-R20"],
            "its offer records are the payer's offer",
            ["context"],
            readings: ["C-32"],
            in: base.input(now: now, ("offer", offer))
        )
        try accept(
            "for-the-offer-as-text",
            ["B12-SI-R20"],
            "the offer as it was scanned",
            ["context"],
            readings: ["C-32"],
            in: base.input(now: now, ("offer", .string(base.offerText)))
        )
        try accept(
            "for-the-request",
            ["B12-SI-R20"],
            "its offer records are those of the payer's request",
            ["context"],
            readings: ["C-32"],
            in: base.input(now: now, ("invoice_request", request))
        )
        let tea = base.with(.text(10, "tea"))
        try reject(
            "for-another-offer",
            "B12-SI-R20",
            mismatch,
            "the same recipient's invoice for another offer",
            ["context"],
            readings: ["C-32"],
            neighbour: "for-the-offer",
            in: tea.input(now: now, ("offer", offer))
        )
        try reject(
            "for-another-request",
            "B12-SI-R20",
            mismatch,
            "the same recipient's invoice for another request",
            ["context"],
            readings: ["C-32"],
            neighbour: "for-the-request",
            in: tea.input(now: now, ("invoice_request", request))
        )
        let extended = base.with(1_000_000_001, [7])
        try reject(
            "without-the-offers-unknown-record",
            "B12-SI-R20",
            ["context", "semantic.offer"],
            "the offer has a record that the invoice lacks",
            ["context", "unknown"],
            readings: ["C-32"],
            neighbour: "for-the-offer",
            in: base.input(now: now, ("offer", .hex(extended.offer.bytes)))
        )
        try reject(
            "with-a-record-that-the-offer-lacks",
            "B12-SI-R20",
            ["context", "semantic.offer"],
            "the invoice has a record that the offer lacks",
            ["context", "unknown"],
            readings: ["C-32"],
            neighbour: "for-the-offer",
            in: extended.input(now: now, ("offer", offer))
        )
        try accept(
            "over-the-reply-path",
            ["B12-SI-R16"],
            "it came the way that the request named",
            ["context"],
            in: base.input(now: now, ("arrived_over", "reply_path"))
        )
        try reject(
            "over-another-reply-path",
            "B12-SI-R16",
            ["context"],
            "it came over the reply path of another request",
            ["context"],
            neighbour: "over-the-reply-path",
            in: base.input(now: now, ("arrived_over", "other_reply_path"))
        )
        try reject(
            "out-of-nowhere",
            "B12-SI-R16",
            ["context"],
            "it came over no reply path at all",
            ["context"],
            neighbour: "over-the-reply-path",
            in: base.input(now: now, ("arrived_over", "none"))
        )
    }

    // MARK: Encodings

    mutating func addEncodings() throws(GenerationError) {
        let bytes = base.bytes
        let records = base.unsigned.records
        let first = Array(records[0].encoding)
        let unsigned = base.unsigned.bytes
        let longer = [unsigned[0], 0xfd, 0] + unsigned[1...]
        try reject(
            "cut-by-a-byte",
            "B1-TLV-3",
            ["tlv.truncated", "tlv.length"],
            "the last byte is missing",
            ["encoding"],
            in: InvoiceFixture.input(bytes.dropLast())
        )
        try reject(
            "surplus-byte",
            "B1-BS-2",
            ["tlv.truncated", "tlv.length"],
            "a type without a length follows",
            ["encoding"],
            in: InvoiceFixture.input(bytes + [0xff])
        )
        try reject(
            "record-twice",
            "B1-TLV-2",
            ["tlv.order"],
            "the first record stands twice",
            ["encoding"],
            in: InvoiceFixture.input(base.signedAsItStands(first + unsigned))
        )
        try reject(
            "length-in-three-bytes",
            "B1-BS-1",
            ["tlv.noncanonical"],
            "the first length is longer than needed; the values are the same",
            ["encoding"],
            in: InvoiceFixture.input(base.signedAsItStands(longer))
        )
        try reject(
            "records-out-of-order",
            "B1-TLV-1",
            ["tlv.order"],
            "the first record stands behind all others",
            ["encoding"],
            in: InvoiceFixture.input(base.signedAsItStands(unsigned.dropFirst(first.count) + first))
        )
        try reject(
            "unknown-even-record",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "record 180 must be understood",
            ["unknown"],
            neighbour: "unknown-odd-invoice-record",
            in: base.with(180, [1]).input()
        )
        try reject(
            "unknown-even-offer-record",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "record 24 must be understood",
            ["unknown"],
            neighbour: "unknown-odd-offer-record",
            in: base.with(24, [1]).input()
        )
        try reject(
            "unknown-even-experimental-record",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "record 1000000002 must be understood",
            ["unknown"],
            neighbour: "experimental-offer-record",
            in: base.with(1_000_000_002, [1]).input()
        )
        try reject(
            "created-at-with-leading-zero",
            "B1-TLV-5",
            ["tlv.minimal"],
            "five bytes for four",
            ["encoding"],
            in: base.with(164, [0, 0x65, 0x53, 0xf1, 0]).input()
        )
        try reject(
            "relative-expiry-of-five-bytes",
            "B1-TLV-4",
            ["tlv.length"],
            "a tu32 has at most four",
            ["encoding"],
            neighbour: "longest-stated-life",
            in: base.with(166, [1, 0, 0, 0, 0]).input()
        )
        try reject(
            "chain-of-31-bytes",
            "B1-TLV-4",
            ["tlv.length", "tlv.truncated"],
            "a byte of the chain hash is missing",
            ["encoding"],
            neighbour: "bitcoin-by-name",
            in: base.with(2, Chain.bitcoin.bytes.dropLast()).input()
        )
        try reject(
            "description-not-utf8",
            "B1-T-4",
            ["utf8"],
            "c3 28 is no character",
            ["encoding"],
            in: base.with(10, [0xc3, 0x28]).input()
        )
        try reject(
            "payinfo-cut",
            "B1-TLV-4",
            ["tlv.length", "tlv.truncated"],
            "the last payinfo is a byte short",
            ["encoding"],
            in: base.with(162, Array(base.records[162]?.dropLast() ?? [])).input()
        )
        try reject(
            "payment-path-cut",
            "B1-TLV-4",
            ["tlv.length", "tlv.truncated"],
            "the last payment path is a byte short",
            ["encoding"],
            in: base.with(160, Array(base.records[160]?.dropLast() ?? [])).input()
        )
        var offCurve = base.records[16] ?? []
        offCurve.replaceSubrange(33..<66, with: [2] + [UInt8](repeating: 0, count: 31) + [5])
        try reject(
            "path-key-not-on-curve",
            "B1-T-2",
            ["point"],
            "the path key of an offer path is no point",
            ["encoding"],
            in: base.with(16, offCurve).input()
        )
    }

    // MARK: Unknown records

    mutating func addUnknownRecords() throws(GenerationError) {
        try accept(
            "unknown-odd-offer-record",
            ["B1-TLV-7", "B12-SI-R23"],
            "record 33",
            ["unknown"],
            in: base.with(33, [1]).input()
        )
        try accept(
            "unknown-odd-invoice-record",
            ["B1-TLV-7"],
            "record 181",
            ["unknown"],
            in: base.with(181, [1]).input()
        )
        try accept(
            "experimental-offer-record",
            ["B1-TLV-7"],
            "record 1000000001",
            ["unknown"],
            in: base.with(1_000_000_001, [1]).input()
        )
        try accept(
            "experimental-invoice-record",
            ["B1-TLV-7"],
            "record 3000000001",
            ["unknown"],
            in: base.with(3_000_000_001, [1]).input()
        )
        let ranges: [(name: String, type: UInt64)] = [
            ("odd-request-record", 81), ("odd-record-behind-signatures", 1001),
            ("experimental-request-record", 2_000_000_001),
        ]
        for (name, type) in ranges {
            let input = base.with(type, [1]).input()
            if profile.static_invoice.refused_ranges.contains(where: { $0.contains(type) }) {
                try reject(
                    name,
                    "B12-SI-R23",
                    ["tlv.range"],
                    "this profile bars record \(type)",
                    ["unknown"],
                    neighbour: "unknown-odd-offer-record",
                    in: input
                )
            } else {
                try accept(name, ["B1-TLV-7"], "no rule for readers bars record \(type)", ["unknown"], in: input)
            }
        }
    }

    // MARK: The offer inside

    /// Only where the profile judges it: elsewhere no rule says what a reader of invoices does with a bad offer inside.
    mutating func addOfferInside() throws(GenerationError) {
        guard profile.static_invoice.offer_checked else { return }
        let usd = base.with(.tu64(8, 500)).with(.text(6, "USD"))
        try accept("offer-with-currency", ["B12-SI-R24"], "500 cents", in: usd.input())
        let reasons: [ReasonClass] = [
            "semantic.offer", "tlv.missing", "path.zero_hops", "semantic.offer_amount", "semantic.offer_description",
            "semantic.offer_currency", "semantic.offer_paths",
        ]
        let cases: [(name: String, comment: String, fixture: InvoiceFixture)] = [
            ("without-paths", "the offer has no path to the node that answers", base.without(16)),
            ("with-undescribed-amount", "offer_amount without offer_description", base.without(10).with(.tu64(8, 500))),
            ("with-zero-amount", "offer_amount is zero", base.with(8, [])),
            ("with-currency-alone", "offer_currency without offer_amount", base.with(.text(6, "USD"))),
            ("with-lower-case-currency", "usd is no currency code", base.with(.tu64(8, 500)).with(.text(6, "usd"))),
            (
                "with-path-without-hops", "an offer path of no hops",
                base.with(.paths(16, [InvoiceFixture.offerPaths[0], Fixtures.pathWithoutHops]))
            ),
        ]
        for (name, comment, fixture) in cases {
            try reject(
                "offer-inside-\(name)",
                "B12-SI-R24",
                reasons,
                comment,
                neighbour: "offer-with-currency",
                in: fixture.input()
            )
        }
    }
}

/// A feature bitmap with these bits.
func bitmap(_ bits: [Int]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (bits.max() ?? -8) / 8 + 1)
    for bit in bits { bytes[bytes.count - 1 - bit / 8] |= 1 << (bit % 8) }
    return bytes
}
