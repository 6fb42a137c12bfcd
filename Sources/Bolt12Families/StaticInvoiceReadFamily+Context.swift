internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Chain, form, the offer inside, and where an invoice came from.
extension StaticInvoiceReadBuilder {
    // MARK: Chain

    mutating func addChains() {
        let chains: [ReasonClass] = ["semantic.offer_chains"]
        let testnet = base.with(2, Chain.testnet.bytes)
        accept(
            "bitcoin-by-name",
            ["B12-SI-R3"],
            "offer_chains lists bitcoin",
            in: base.with(2, Chain.bitcoin.bytes).input()
        )
        accept(
            "testnet-for-testnet",
            ["B12-SI-R3"],
            "both are on testnet",
            in: testnet.input(now: Self.created, ("chain", .hex(Chain.testnet))),
            under: [.reject("C-33 b", ["semantic.offer_chains", "semantic.invreq_chain"])]
        )
        reject(
            "testnet-for-bitcoin",
            "B12-SI-R3",
            chains,
            "the payer is on bitcoin",
            ["context"],
            neighbour: "testnet-for-testnet",
            in: testnet.input(),
            under: [.accept("C-33 b")]
        )
        reject(
            "bitcoin-for-testnet",
            "B12-SI-R3",
            chains,
            "no chain is listed, which means bitcoin",
            ["context"],
            in: base.input(now: Self.created, ("chain", .hex(Chain.testnet)))
        )
        reject(
            "chains-empty",
            "B12-SI-R3",
            chains,
            "offer_chains lists nothing",
            neighbour: "bitcoin-by-name",
            in: base.with(2, []).input(),
            under: [.accept("C-33 b")]
        )
        reject(
            "two-chains",
            "B12-SI-R21",
            chains,
            "one invoice cannot be for two chains",
            neighbour: "bitcoin-by-name",
            in: base.with(2, Chain.bitcoin.bytes + Chain.testnet.bytes).input(),
            under: [.accept("C-94 b")]
        )
        // No alternative takes this one: none of its chains is the reader's.
        builder.reject(
            "two-chains-of-others",
            Self.op,
            ["B12-SI-R21", "B12-SI-R3"],
            chains,
            "two chains, and the payer is on neither",
            neighbour: "bitcoin-by-name",
            in: base.with(2, Chain.testnet.bytes + Hash.sha256(Array("another chain".utf8)).bytes).input()
        )
    }

    // MARK: Static form

    mutating func addStaticForm() {
        let hash = base.with(168, Hash.sha256(Array("preimage".utf8)).bytes)
        reject(
            "with-payment-hash",
            "B12-SI-R19",
            ["semantic.invoice_payment_hash"],
            "then it is no static invoice",
            in: hash.input()
        )
        reject(
            "with-amount",
            "B12-SI-R19",
            ["semantic.invoice_amount"],
            "an amount is for one payment",
            in: base.with(.tu64(170, 1000)).input(),
            under: [.accept("C-93 b")]
        )
    }

    // MARK: Context

    mutating func addContext() {
        let offer = JSON.hex(base.offer.bytes)
        let request = JSON.hex(RequestFixture(base).bytes)
        let mismatch: [ReasonClass] = ["context", "semantic.offer", "semantic.offer_description"]
        let now = Self.created
        accept(
            "for-the-offer",
            ["B12-SI-R20"],
            "its offer records are the payer's offer",
            ["context"],
            in: base.input(now: now, ("offer", offer))
        )
        accept(
            "for-the-offer-as-text",
            ["B12-SI-R20"],
            "the offer as it was scanned",
            ["context"],
            in: base.input(now: now, ("offer", .string(base.offerText)))
        )
        accept(
            "for-the-request",
            ["B12-SI-R20"],
            "its offer records are those of the payer's request",
            ["context"],
            in: base.input(now: now, ("invoice_request", request))
        )
        let tea = base.with(.text(10, "tea"))
        reject(
            "for-another-offer",
            "B12-SI-R20",
            mismatch,
            "the same recipient's invoice for another offer",
            ["context"],
            neighbour: "for-the-offer",
            in: tea.input(now: now, ("offer", offer))
        )
        reject(
            "for-another-request",
            "B12-SI-R20",
            mismatch,
            "the same recipient's invoice for another request",
            ["context"],
            neighbour: "for-the-request",
            in: tea.input(now: now, ("invoice_request", request))
        )
        accept(
            "for-the-offer-and-the-request",
            ["B12-SI-R20"],
            "its offer records are those of both",
            ["context"],
            in: base.input(now: now, ("offer", offer), ("invoice_request", request))
        )
        reject(
            "for-the-offer-and-another-request",
            "B12-SI-R20",
            mismatch,
            "it mirrors the offer, and not what was asked for",
            ["context"],
            neighbour: "for-the-offer-and-the-request",
            in: base.input(now: now, ("offer", offer), ("invoice_request", .hex(RequestFixture(tea).bytes)))
        )
        let extended = base.with(1_000_000_001, [7])
        reject(
            "without-the-offers-unknown-record",
            "B12-SI-R20",
            ["context", "semantic.offer"],
            "the offer has a record that the invoice lacks",
            ["context", "unknown"],
            neighbour: "for-the-offer",
            in: base.input(now: now, ("offer", .hex(extended.offer.bytes))),
            under: [.accept("C-32 b")]
        )
        reject(
            "with-a-record-that-the-offer-lacks",
            "B12-SI-R20",
            ["context", "semantic.offer"],
            "the invoice has a record that the offer lacks",
            ["context", "unknown"],
            neighbour: "for-the-offer",
            in: extended.input(now: now, ("offer", offer))
        )
        accept(
            "over-the-reply-path",
            ["B12-SI-R16"],
            "it came the way that the request named",
            ["context"],
            in: base.input(now: now, ("arrived_over", "reply_path"))
        )
        reject(
            "over-another-reply-path",
            "B12-SI-R16",
            ["context"],
            "it came over the reply path of another request",
            ["context"],
            neighbour: "over-the-reply-path",
            in: base.input(now: now, ("arrived_over", "other_reply_path"))
        )
        reject(
            "out-of-nowhere",
            "B12-SI-R16",
            ["context"],
            "it came over no reply path at all",
            ["context"],
            neighbour: "over-the-reply-path",
            in: base.input(now: now, ("arrived_over", "none"))
        )
    }

    // MARK: The offer inside

    /// Only where the profile judges it: elsewhere no rule says what a reader of invoices does with a bad offer inside.
    mutating func addOfferInside() {
        guard profile.static_invoice.offer_checked else { return }
        let usd = base.with(.tu64(8, 500)).with(.text(6, "USD"))
        accept("offer-with-currency", ["B12-SI-R24"], "500 cents", in: usd.input())
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
            reject(
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
