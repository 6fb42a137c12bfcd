internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt12/offer-read`: offers at their reader, whoever answers.
func offerReadFamily(_ context: GenerationContext) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt12/offer-read",
        title: "Offers at their reader: records, features, chains, prices, whom to ask, and their end",
        profile: nil,
        in: context
    )
    addReadOffers(&family)
    return family.build()
}

/// `bolt12/offer-async`: offers that another node will answer.
func offerAsyncFamily(_ context: GenerationContext, _ profile: Profile) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt12/offer-async",
        title: "What an offer must be when another node answers for it",
        profile: profile,
        in: context,
        flags: [
            VectorFamily.Flag("async", "The rule holds only where another node answers"),
            VectorFamily.Flag(
                "sample",
                "A recorded offer with one fault, on which the writer's checks themselves are tested"
            ),
        ]
    )
    addAsyncOffers(&family)
    addWrittenOffers(&family)
    return family.build()
}

private let expiry: UInt64 = 1_800_000_000

private func offerInput(_ offer: OfferFixture, now: UInt64 = Fixtures.createdAt, _ more: (String, JSON)...) -> JSON {
    .object(JSONObject([("bytes", .hex(offer.bytes)), ("now", .decimal(now))] + more))
}

private func addReadOffers(_ family: inout FamilyBuilder) {
    let base = OfferFixture()
    let priced = base.with(.tu64(8, 500))
    let testnet: (String, JSON) = ("chain", .hex(Chain.testnet))
    let accepted: [(name: String, ids: [RequirementID], comment: String, input: JSON)] = [
        (
            "plain", ["B12-OFF-R1", "B12-OFF-R4", "B12-OFF-R8", "B12-OFF-R9", "B12-OFF-R14"],
            "paths, issuer and description",
            offerInput(base)
        ),
        (
            "paths-empty-beside-issuer", ["B12-OFF-R8"], "offer_paths lists nothing: the request goes to the issuer",
            offerInput(base.with(16, []))
        ),
        (
            "priced-with-empty-description", ["B12-OFF-R6"], "the description is set, and says nothing",
            offerInput(priced.with(10, []))
        ),
        ("issuer-alone", ["B12-OFF-R8"], "no paths: the request goes to the issuer", offerInput(base.without(16))),
        ("paths-alone", ["B12-OFF-R8"], "no issuer: the request goes over a path", offerInput(base.without(22))),
        (
            "odd-feature", ["B12-OFF-R2", "B12-OFF-R3"], "an unknown odd bit changes nothing",
            offerInput(base.with(12, bitmap([123])))
        ),
        ("priced", ["B12-OFF-R6", "B12-OFF-R12"], "an amount with a description", offerInput(priced)),
        ("highest-price", ["B1-T-5"], "21 million bitcoin", offerInput(base.with(.tu64(8, Amount.maxMillisatoshi)))),
        ("priced-in-currency", ["B12-OFF-R7"], "500 cents", offerInput(priced.with(.text(6, "USD")))),
        (
            "currency-of-two-letters", ["B12-OFF-R7"], "no code of ISO 4217 has two letters: a payer that knows it not",
            offerInput(priced.with(.text(6, "US")))
        ),
        (
            "currency-of-four-letters", ["B12-OFF-R7"], "no code of ISO 4217 has four letters",
            offerInput(priced.with(.text(6, "USDT")))
        ),
        (
            "currency-in-small-letters", ["B12-OFF-R7"], "ISO 4217 writes capital letters",
            offerInput(priced.with(.text(6, "usd")))
        ),
        (
            "currency-empty", ["B12-OFF-R7"], "offer_currency is there and holds nothing",
            offerInput(priced.with(6, []))
        ),
        (
            "features-longer-than-needed", ["B12-OFF-R2"], "zeros in front of the bits mean nothing",
            offerInput(base.with(12, [0, 0, 2]))
        ),
        (
            "without-description", ["B12-OFF-R6"], "without an amount there need be none",
            offerInput(base.without(10, 16))
        ),
        (
            "currency-above-the-cap", ["B1-T-5"], "the bound is on bitcoin alone",
            offerInput(base.with(.tu64(8, .max)).with(.text(6, "ZWL")))
        ),
        (
            "bitcoin-by-name", ["B12-OFF-R5", "B12-OFF-R13"], "offer_chains lists bitcoin",
            offerInput(base.with(2, Chain.bitcoin.bytes))
        ),
        (
            "two-chains-one-supported", ["B12-OFF-R5"], "one of two is enough",
            offerInput(base.with(2, Chain.testnet.bytes + Chain.bitcoin.bytes))
        ),
        (
            "testnet-for-testnet", ["B12-OFF-R5"], "both are on testnet",
            offerInput(base.with(2, Chain.testnet.bytes), testnet)
        ),
        (
            "last-second", ["B12-OFF-R10"], "offer_absolute_expiry is the last second",
            offerInput(base.with(.tu64(14, expiry)), now: expiry)
        ),
        (
            "unknown-odd-records", ["B12-OFF-R1"], "79 and 1999999999 are the ends of the ranges",
            offerInput(base.with(79, [1]).with(1_999_999_999, []))
        ),
    ]
    let otherCode: [Under] = [.reject("C-103 b", ["semantic.offer_currency", "policy"])]
    let under: [String: [Under]] = [
        "paths-empty-beside-issuer": [.reject("C-101 b", ["semantic.offer_paths", "tlv.missing"])],
        "priced-with-empty-description": [.reject("C-102 b", ["semantic.offer_description"])],
        "price-above-the-cap": [.accept("C-97 b")],
        "currency-of-two-letters": otherCode, "currency-of-four-letters": otherCode,
        "currency-in-small-letters": otherCode, "currency-empty": otherCode,
    ]
    for (name, ids, comment, input) in accepted {
        family.accept(name, "offer.validate", ids, comment, in: input, under: under[name] ?? [])
    }

    let range: [ReasonClass] = ["tlv.range"]
    let chains: [ReasonClass] = ["semantic.offer_chains"]
    let rejected:
        [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, neighbour: String, input: JSON)] = [
            (
                "record-81", "B12-OFF-R1", range, "an odd record of invoice requests", "unknown-odd-records",
                offerInput(base.with(81, [1]))
            ),
            (
                "record-999999999", "B12-OFF-R1", range, "one below the experimental range", "unknown-odd-records",
                offerInput(base.with(999_999_999, []))
            ),
            (
                "record-2000000001", "B12-OFF-R1", range, "one odd record above the experimental range",
                "unknown-odd-records", offerInput(base.with(2_000_000_001, []))
            ),
            (
                "even-feature", "B12-OFF-R2", ["features"], "an unknown even bit", "odd-feature",
                offerInput(base.with(12, bitmap([122])))
            ),
            (
                "even-feature-16", "B12-OFF-R2", ["features"], "bit 16 is known in invoices, not in offers",
                "odd-feature",
                offerInput(base.with(12, bitmap([16])))
            ),
            (
                "even-feature-14", "B12-OFF-R2", ["features"], "bit 14 is known in invoices of BOLT 11", "odd-feature",
                offerInput(base.with(12, bitmap([14])))
            ),
            (
                "even-feature-beyond-128", "B12-OFF-R2", ["features"], "an unknown even bit in the 26th byte",
                "odd-feature", offerInput(base.with(12, bitmap([200])))
            ),
            (
                "bitcoin-for-testnet", "B12-OFF-R4", chains, "no chain is listed, which means bitcoin",
                "testnet-for-testnet", offerInput(base, testnet)
            ),
            (
                "testnet-for-bitcoin", "B12-OFF-R5", chains, "the payer is on bitcoin", "testnet-for-testnet",
                offerInput(base.with(2, Chain.testnet.bytes))
            ),
            (
                "price-without-description", "B12-OFF-R6", ["semantic.offer_description", "tlv.missing"],
                "an amount for nothing", "priced", offerInput(priced.without(10))
            ),
            (
                "currency-without-price", "B12-OFF-R7",
                ["semantic.offer_amount", "semantic.offer_currency", "tlv.missing"],
                "a currency without an amount", "priced-in-currency", offerInput(base.with(.text(6, "USD")))
            ),
            (
                "nobody-to-ask", "B12-OFF-R8", ["tlv.missing", "semantic.offer_issuer_id", "semantic.offer_paths"],
                "neither issuer nor paths", "issuer-alone", offerInput(base.without(16, 22))
            ),
            (
                "nobody-to-ask-and-paths-empty", "B12-OFF-R8",
                ["tlv.missing", "semantic.offer_issuer_id", "semantic.offer_paths"],
                "offer_paths lists no path, and there is no issuer either", "paths-alone",
                offerInput(base.without(22).with(16, []))
            ),
            (
                "path-without-hops", "B12-OFF-R9", ["path.zero_hops"], "the second path has no hops", "plain",
                offerInput(base.with(.paths(16, [InvoiceFixture.offerPaths[0], Fixtures.pathWithoutHops])))
            ),
            (
                "second-after-the-last", "B12-OFF-R10", ["expired"], "a second too late", "last-second",
                offerInput(base.with(.tu64(14, expiry)), now: expiry + 1)
            ),
            (
                "price-of-zero", "B12-OFF-R12", ["semantic.offer_amount"], "offer_amount is zero", "priced",
                offerInput(base.with(8, []))
            ),
            (
                "chains-empty", "B12-OFF-R13", chains, "offer_chains lists nothing", "bitcoin-by-name",
                offerInput(base.with(2, []))
            ),
            (
                "price-above-the-cap", "B1-T-5", ["tlv.range", "semantic.offer_amount"],
                "one millisatoshi more than there is", "highest-price",
                offerInput(base.with(.tu64(8, Amount.maxMillisatoshi + 1)))
            ),
            (
                "unknown-even-record", "B1-TLV-6", ["tlv.unknown_even"], "record 24 must be understood",
                "unknown-odd-records", offerInput(base.with(24, []))
            ),
        ]
    for (name, id, reasons, comment, neighbour, input) in rejected {
        let under = under[name] ?? []
        family.reject(name, "offer.validate", [id], reasons, comment, neighbour: neighbour, in: input, under: under)
    }
}

private func addAsyncOffers(_ family: inout FamilyBuilder) {
    let base = OfferFixture()
    let isAsync: (String, JSON) = ("async", true)
    let two = base.with(2, Chain.bitcoin.bytes + Chain.testnet.bytes)
    family.accept(
        "async-plain",
        "offer.validate",
        ["B12-OFF-W2", "B12-OFF-W1", "B12-OFF-W6"],
        "paths, issuer, no chain listed",
        flags: ["async"],
        in: offerInput(base, isAsync)
    )
    family.accept(
        "async-one-chain",
        "offer.validate",
        ["B12-OFF-W1"],
        "one chain listed",
        flags: ["async"],
        in: offerInput(base.with(2, Chain.bitcoin.bytes), isAsync)
    )
    family.reject(
        "async-two-chains",
        "offer.validate",
        ["B12-OFF-W1"],
        ["semantic.offer_chains"],
        "a static invoice is for one chain",
        neighbour: "async-one-chain",
        flags: ["async"],
        in: offerInput(two, isAsync)
    )
    family.reject(
        "async-one-chain-twice",
        "offer.validate",
        ["B12-OFF-W1"],
        ["semantic.offer_chains"],
        "two entries, though both are bitcoin's",
        neighbour: "async-one-chain",
        flags: ["async"],
        in: offerInput(base.with(2, Chain.bitcoin.bytes + Chain.bitcoin.bytes), isAsync),
        under: [.accept("C-122 b")]
    )
    family.reject(
        "async-without-paths",
        "offer.validate",
        ["B12-OFF-W2"],
        ["tlv.missing", "semantic.offer_paths"],
        "requests would go to a recipient who is offline",
        neighbour: "async-plain",
        flags: ["async"],
        in: offerInput(base.without(16), isAsync)
    )
    // An offer without paths needs the key whatever the reading of C-31.
    family.reject(
        "async-without-paths-and-issuer",
        "offer.validate",
        ["B12-OFF-W6", "B12-OFF-W2", "B12-OFF-R8"],
        ["tlv.missing", "semantic.offer_issuer_id", "semantic.offer_paths"],
        "nobody to ask, and nobody who could sign",
        neighbour: "async-plain",
        flags: ["async"],
        in: offerInput(base.without(16, 22), isAsync)
    )
    family.reject(
        "async-paths-empty",
        "offer.validate",
        ["B12-OFF-W2"],
        ["tlv.missing", "semantic.offer_paths"],
        "offer_paths lists nothing",
        neighbour: "async-plain",
        flags: ["async"],
        in: offerInput(base.with(16, []), isAsync)
    )
    family.reject(
        "async-without-issuer",
        "offer.validate",
        ["B12-OFF-W6"],
        ["tlv.missing", "semantic.offer_issuer_id"],
        "nobody could sign the invoice",
        neighbour: "async-plain",
        flags: ["async"],
        in: offerInput(base.without(22), isAsync),
        under: [.accept("C-31 b")]
    )
}

/// Recorded offers of a recipient, on which the writer's checks are tested.
private func addWrittenOffers(_ family: inout FamilyBuilder) {
    let base = OfferFixture()
    let ending: JSON = ["ends": .decimal(expiry)]
    let mixed = "LNO" + base.text.dropFirst(3)
    func sample(_ text: String) -> JSONObject { ["offer": .string(text)] }
    let good: [(name: String, comment: String, input: JSON, text: String)] = [
        ("plain", "nothing to complain of", [:], base.with(.tu64(8, 5)).text),
        ("ending", "the end is stated", ending, base.with(.tu64(14, expiry)).text),
        ("upper-case", "for a QR code", [:], base.text.uppercased()),
    ]
    for (name, comment, input, text) in good {
        family.accept(
            "sample-\(name)",
            "recipient.get_offer",
            [
                "B12-OFF-W1", "B12-OFF-W2", "B12-OFF-W3", "B12-OFF-W4", "B12-OFF-W5", "B12-OFF-W6", "B12-OFF-W7",
                "B12-ENC-6",
            ],
            comment,
            flags: ["sample"],
            in: input,
            sample: sample(text)
        )
    }
    let bad: [(name: String, ids: [RequirementID], reason: ReasonClass, comment: String, input: JSON, text: String)] = [
        (
            "two-chains", ["B12-OFF-W1"], "semantic.offer_chains", "two chains", [:],
            base.with(2, Chain.bitcoin.bytes + Chain.testnet.bytes).text
        ),
        (
            "without-paths", ["B12-OFF-W2"], "tlv.missing", "no path to the node that answers", [:],
            base.without(16).text
        ),
        ("record-81", ["B12-OFF-W3"], "tlv.range", "a record of invoice requests", [:], base.with(81, [1]).text),
        (
            "price-without-description", ["B12-OFF-W4"], "semantic.offer_description",
            "an amount without a description", [:], base.without(10).with(.tu64(8, 5)).text
        ),
        ("price-of-zero", ["B12-OFF-W5"], "semantic.offer_amount", "an amount of zero", [:], base.with(8, []).text),
        ("without-issuer", ["B12-OFF-W6"], "tlv.missing", "no issuer", [:], base.without(22).text),
        (
            "end-not-stated", ["B12-OFF-W7"], "semantic.offer_absolute_expiry",
            "the paths end, and the offer does not say so", ending, base.text
        ),
        (
            "end-stated-too-late", ["B12-OFF-W7"], "semantic.offer_absolute_expiry", "the offer outlives its paths",
            ending, base.with(.tu64(14, expiry + 1)).text
        ),
        ("mixed-case", ["B12-ENC-1", "B12-ENC-6"], "bech32", "both cases in one text", [:], mixed),
    ]
    for (name, ids, reason, comment, input, text) in bad {
        family.reject(
            "sample-\(name)",
            "recipient.get_offer",
            ids,
            [reason],
            comment,
            neighbour: "sample-plain",
            flags: ["sample"],
            in: input,
            under: ids == ["B12-OFF-W7"] ? [.accept("C-78 b")] : [],
            sample: sample(text)
        )
    }
}

/// `bolt12/offer-text`: the text form of offers.
func offerTextFamily(_ context: GenerationContext) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt12/offer-text",
        title: "The text form of offers: case, continuation, alphabet, prefix, padding",
        profile: nil,
        in: context,
        flags: [
            VectorFamily.Flag("typing", "What happens to text on its way through people's hands"),
            VectorFamily.Flag(
                "alphabet",
                "Characters outside ASCII: a reader that folds them, or reads beside its table"
            ),
            VectorFamily.Flag(
                "malleable",
                "Another text for the same offer: a reader that takes it has two names for one thing"
            ),
        ]
    )
    let offer = OfferFixture().without(16)
    let text = offer.text
    let middle = text.index(text.startIndex, offsetBy: 20)
    func joined(_ by: String) -> String { text[..<middle] + by + text[middle...] }
    let out: JSONObject = [
        "records": .array(offer.stream.records.map(\.json)),
        "fields": [
            "offer_description": "coffee", "offer_issuer_id": .hex(Fixtures.point("recipient")),
        ],
    ]
    let good: [(name: String, ids: [RequirementID], comment: String, text: String)] = [
        ("lower-case", ["B12-ENC-4", "B12-ENC-1", "B12-ENC-3", "B12-ENC-5"], "as it is written", text),
        ("upper-case", ["B12-ENC-1"], "as in a QR code", text.uppercased()),
        ("joined", ["B12-ENC-2"], "a + in the middle", joined("+")),
        ("joined-over-spaces", ["B12-ENC-2"], "a + and spaces", joined("+   ")),
        ("joined-over-lines", ["B12-ENC-2"], "a + and a new line", joined("+\r\n\t ")),
        ("joined-in-the-prefix", ["B12-ENC-2"], "a + behind the first letter", "l+" + text.dropFirst()),
        ("joined-over-a-blank", ["B12-ENC-2"], "a + and one blank", joined("+ ")),
        ("joined-over-a-tab", ["B12-ENC-2"], "a + and a tab", joined("+\t")),
        ("joined-over-a-line-feed", ["B12-ENC-2"], "a + and a line feed alone", joined("+\n")),
        ("joined-over-a-carriage-return", ["B12-ENC-2"], "a + and a carriage return alone", joined("+\r")),
        ("joined-over-empty-lines", ["B12-ENC-2"], "a + and three new lines", joined("+\n\r\n\n")),
        ("joined-and-indented", ["B12-ENC-2"], "blanks, a line, blanks", joined("+  \n    ")),
        (
            "joined-over-several-lines", ["B12-ENC-2"], "three + signs, each with another white space",
            split(text, by: ["+\n", "+", "+ \t"])
        ),
        (
            "joined-in-upper-case", ["B12-ENC-2", "B12-ENC-1"], "as in a QR code, on two lines",
            joined("+\n").uppercased()
        ),
        (
            "joined-before-the-last", ["B12-ENC-2"], "a + in front of the last character",
            text.dropLast() + "+" + text.suffix(1)
        ),
        (
            "joined-behind-the-separator", ["B12-ENC-2"], "a + behind the first character of the data",
            text.prefix(5) + "+\n" + text.dropFirst(5)
        ),
        (
            "joined-everywhere", ["B12-ENC-2"], "several + signs",
            text.dropFirst(4).reduce(into: "lno1") { $0 += "\($0.count.isMultiple(of: 3) ? "+" : "")\($1)" }
        ),
    ]
    for (name, ids, comment, text) in good {
        family.accept(name, "offer.decode", ids, comment, flags: ["typing"], in: ["offer": .string(text)], out: out)
    }
    addShortOffers(&family)
    let bad: [(name: String, id: RequirementID, comment: String, neighbour: String, flags: [String], text: String)] = [
        ("mixed-case", "B12-ENC-1", "one letter in upper case", "upper-case", ["malleable"], "L" + text.dropFirst()),
        (
            "upper-case-prefix", "B12-ENC-1", "LNO in front of lower case", "upper-case", ["malleable"],
            "LNO1" + text.dropFirst(4)
        ),
        (
            "upper-case-data", "B12-ENC-1", "lno in front of upper case", "upper-case", ["malleable"],
            "lno1" + text.dropFirst(4).uppercased()
        ),
        (
            "last-letter-in-upper-case", "B12-ENC-1", "all but one letter in lower case", "lower-case", ["malleable"],
            otherCase(text, last: true)
        ),
        (
            "first-letter-of-data-in-lower-case", "B12-ENC-1", "all but one letter in upper case", "upper-case",
            ["malleable"], otherCase(text.uppercased(), last: false)
        ),
        (
            "joined-halves-of-each-case", "B12-ENC-1", "each part in one case, the whole in two",
            "joined-in-upper-case", ["malleable"], text[..<middle] + "+" + text[middle...].uppercased()
        ),
        (
            "separator-in-the-data", "B12-ENC-4", "the last 1 ends the prefix: lno1q is none", "lower-case", ["typing"],
            "lno1q1" + text.dropFirst(4)
        ),
        (
            "separator-twice", "B12-ENC-4", "11 ends another prefix", "lower-case", ["typing"],
            "lno1" + text.dropFirst(3)
        ),
        (
            "separator-at-the-end", "B12-ENC-4", "no data behind the last 1", "lower-case", ["typing"], text + "1"
        ),
        (
            "prefix-twice", "B12-ENC-4", "lno1lno is no prefix", "lower-case", ["typing"], "lno1" + text
        ),
        (
            "plus-and-blank-twice", "B12-ENC-2", "nothing but a blank between two + signs", "joined-over-a-blank",
            ["typing"], joined("+ + ")
        ),
        (
            "starts-with-plus-and-line", "B12-ENC-2", "nothing to join on the left", "joined-over-a-line-feed",
            ["typing"], "+\n" + text
        ),
        (
            "line-without-plus", "B12-ENC-3", "a new line belongs behind a +", "joined-over-a-line-feed", ["typing"],
            joined("\n")
        ),
        (
            "ending-in-zero", "B12-ENC-3", "U+0000 is not in the alphabet, and ends no text", "lower-case",
            ["alphabet"],
            text + "\0"
        ),
        (
            "zero-and-more", "B12-ENC-3", "what stands behind U+0000 is text, too", "lower-case", ["alphabet"],
            text + "\0q"
        ),
        (
            "hyphen", "B12-ENC-3", "a hyphen joins nothing", "joined", ["typing"], joined("-")
        ),
        ("starts-with-plus", "B12-ENC-2", "nothing to join on the left", "joined", ["typing"], "+" + text),
        ("ends-with-plus", "B12-ENC-2", "nothing to join on the right", "joined", ["typing"], text + "+"),
        ("ends-with-plus-and-space", "B12-ENC-2", "white space is nothing to join", "joined", ["typing"], text + "+ "),
        ("two-plus-signs", "B12-ENC-2", "nothing between two + signs", "joined", ["typing"], joined("++")),
        (
            "space-without-plus", "B12-ENC-3", "white space belongs behind a +", "joined-over-spaces", ["typing"],
            joined(" ")
        ),
        (
            "space-before-plus", "B12-ENC-3", "white space follows a + and does not stand before it",
            "joined-over-spaces", ["typing"], joined(" +")
        ),
        (
            "trailing-space", "B12-ENC-3", "a blank behind the last character", "lower-case", ["typing"], text + " "
        ),
        (
            "trailing-newline", "B12-ENC-3", "a line end behind the last character", "lower-case", ["typing"],
            text + "\n"
        ),
        (
            "leading-space", "B12-ENC-4", "a blank in front of the prefix", "lower-case", ["typing"], " " + text
        ),
        (
            "leading-vertical-tab-and-joined", "B12-ENC-4", "white space in front, beside a + that is in its place",
            "joined", ["typing"], "\u{b}" + joined("+")
        ),
        (
            "character-128", "B12-ENC-3", "U+0080 is behind the end of a table of 128 characters", "lower-case",
            ["alphabet"], joined("\u{80}")
        ),
        (
            "kelvin-sign", "B12-ENC-3", "U+212A is a k to who lowers it by the rules of Unicode", "upper-case",
            ["alphabet"], String(text.uppercased()).replacing("K", with: "\u{212a}", maxReplacements: 1)
        ),
        (
            "full-width-letter", "B12-ENC-3", "U+FF51 is a q to who folds widths", "lower-case", ["alphabet"],
            text.replacing("q", with: "\u{ff51}", maxReplacements: 1)
        ),
        (
            "letter-b", "B12-ENC-3", "b is not in the alphabet", "lower-case", ["typing"],
            text.replacing("1", with: "1b", maxReplacements: 1)
        ),
        (
            "letter-i", "B12-ENC-3", "i is not in the alphabet", "lower-case", ["typing"], joined("i")
        ),
        (
            "letter-o", "B12-ENC-3", "o is not in the alphabet", "lower-case", ["typing"], joined("o")
        ),
        (
            "letter-o-for-zero", "B12-ENC-3", "o in place of a 0, as hands write it", "lower-case", ["alphabet"],
            "lno1" + text.dropFirst(4).replacing("0", with: "o", maxReplacements: 1)
        ),
        (
            "letter-b-for-q", "B12-ENC-3", "b in place of a q, whose value is zero", "lower-case", ["alphabet"],
            "lno1" + text.dropFirst(4).replacing("q", with: "b", maxReplacements: 1)
        ),
        (
            "letter-i-for-q", "B12-ENC-3", "i in place of a q, whose value is zero", "lower-case", ["alphabet"],
            "lno1" + text.dropFirst(4).replacing("q", with: "i", maxReplacements: 1)
        ),
        (
            "letter-o-for-q", "B12-ENC-3", "o in place of a q, whose value is zero", "lower-case", ["alphabet"],
            "lno1" + text.dropFirst(4).replacing("q", with: "o", maxReplacements: 1)
        ),
        (
            "prefix-of-request", "B12-ENC-4", "lnr is for invoice requests", "lower-case", ["typing"],
            "lnr" + text.dropFirst(3)
        ),
        (
            "prefix-of-invoice", "B12-ENC-4", "lni is for invoices", "lower-case", ["typing"],
            "lni" + text.dropFirst(3)
        ),
        (
            "scheme-in-front", "B12-ENC-4", "lightning: belongs to links, not to the offer", "lower-case", ["typing"],
            "lightning:" + text
        ),
        (
            "prefix-longer", "B12-ENC-4", "lnoo begins as an offer does", "lower-case", ["typing"],
            "lnoo" + text.dropFirst(3)
        ),
        ("prefix-shorter", "B12-ENC-4", "ln is not all of it", "lower-case", ["typing"], "ln" + text.dropFirst(3)),
        (
            "prefix-missing", "B12-ENC-4", "nothing is in front of the 1", "lower-case", ["typing"],
            text.dropFirst(3) + ""
        ),
        (
            "no-separator", "B12-ENC-4", "there is no 1", "lower-case", ["typing"],
            text.replacing("1", with: "", maxReplacements: 1)
        ),
        (
            "five-bits-of-padding", "B12-ENC-5", "a character more than needed", "lower-case", ["malleable"],
            paddedText(offer, extra: true)
        ),
    ]
    for (name, id, comment, neighbour, flags, text) in bad {
        family.reject(
            name,
            "offer.decode",
            [id],
            ["bech32"],
            comment,
            neighbour: neighbour,
            flags: flags,
            in: ["offer": .string(text)]
        )
    }
    family.reject(
        "padding-not-zero",
        "offer.decode",
        ["B12-ENC-5"],
        ["bech32"],
        "a bit of the padding is set",
        neighbour: "lower-case",
        flags: ["malleable"],
        in: ["offer": .string(paddedText(offer, extra: false))],
        under: [.accept("C-48 b", out)]
    )
    return family.build()
}

/// Offers that leave out what they may: the description where there is no price, and the issuer where there are paths.
private func addShortOffers(_ family: inout FamilyBuilder) {
    let issuer = OfferFixture().without(10).without(16)
    family.accept(
        "without-description",
        "offer.decode",
        ["B12-OFF-R6"],
        "an offer without a price needs no description",
        in: ["offer": .string(issuer.text)],
        out: [
            "records": .array(issuer.stream.records.map(\.json)),
            "fields": ["offer_issuer_id": .hex(Fixtures.point("recipient"))],
        ]
    )
    let paths = OfferFixture().without(10).without(22)
    family.accept(
        "without-issuer",
        "offer.decode",
        ["B12-OFF-R8"],
        "an offer with paths needs no issuer",
        in: ["offer": .string(paths.text)],
        out: [
            "records": .array(paths.stream.records.map(\.json)),
            "fields": ["offer_paths": .array(InvoiceFixture.offerPaths.map(\.parts.json))],
        ]
    )
}

/// The offer's text with a surplus character, or with its lowest padding bit set.
private func paddedText(_ offer: OfferFixture, extra: Bool) -> String {
    let text = offer.text
    if extra { return text + "q" }
    let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
    guard let last = text.last, let value = alphabet.firstIndex(of: last) else { return text }
    return text.dropLast() + String(alphabet[value ^ 1])
}

/// The text cut into parts of equal length, joined again.
private func split(_ text: String, by joints: [String]) -> String {
    let length = text.count / (joints.count + 1)
    var rest = text[...]
    return joints.map { joint in
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length) + joint
    }.joined() + rest
}

/// The text with the first or the last letter of its data in the other case.
private func otherCase(_ text: String, last: Bool) -> String {
    var characters = Array(text)
    let letters = characters.indices.dropFirst(4).filter { characters[$0].isLetter }
    guard let index = last ? letters.last : letters.first else { return text }
    let letter = characters[index]
    characters[index] = Character(letter.isUppercase ? letter.lowercased() : letter.uppercased())
    return String(characters)
}
