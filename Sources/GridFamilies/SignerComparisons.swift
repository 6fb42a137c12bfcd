internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// Who signs, for which chain, over which path, and numbers that are compared only where both are there.
enum SignerComparisons {
    static func each(_ profile: Profile) -> [Comparison] {
        [issuer(profile), pathEnd(profile), arrival(profile), chain(profile), stated(profile), currency(profile)]
    }

    /// The paths of the offer, the first with another last hop.
    private static func paths(endingAt node: [UInt8]) -> [BlindedPath] {
        let first = InvoiceFixture.offerPaths[0]
        let end = BlindedPath.Hop(
            blinded_node_id: node[...],
            encrypted_recipient_data: first.hops.last?.encrypted_recipient_data ?? []
        )
        return [
            BlindedPath(introduction: first.introduction, path_key: first.path_key, hops: first.hops.dropLast() + [end])
        ] + InvoiceFixture.offerPaths.dropFirst()
    }

    private static func issuer(_ profile: Profile) -> Comparison {
        let end = Array(Fixtures.point("end of the path"))
        let invoice = InvoiceFixture(profile).with(.paths(16, paths(endingAt: end)))
        let operation = "static_invoice.validate"
        return Comparison(
            name: "signer-issuer",
            row: "invoice_node_id = offer_issuer_id, whatever the paths",
            family: "bolt12/invoice-comparisons",
            operation: operation,
            requirement: "B12-SI-R11",
            reasons: [.semantic("invoice_node_id")],
            sides: [
                Comparison.right("issuer", invoice.input(("path_used", 0)), "lazy-signer-at-the-end"),
                Comparison.wrong(
                    "end-of-the-path",
                    invoice.with(176, end).signed(by: "end of the path").input(("path_used", 0)),
                    "lazy-signer-anyone-named"
                ),
            ]
        )
    }

    private static func pathEnd(_ profile: Profile) -> Comparison {
        let key = Fixtures.key("end of the path")
        let end = key.publicKey.bytes
        let other = key.negated.publicKey.bytes
        let invoice = InvoiceFixture(profile).with(.paths(16, paths(endingAt: end))).without(22)
        let missing: [ReasonClass] = ["tlv.missing", "semantic.offer_issuer_id", "policy"]
        return Comparison(
            name: "signer-end",
            row: "invoice_node_id = the last id of the path used, its first byte included",
            family: "bolt12/invoice-comparisons",
            operation: "static_invoice.validate",
            requirement: "B12-SI-R12",
            reasons: [.semantic("invoice_node_id")] + missing,
            sides: [
                Comparison.right(
                    "same",
                    invoice.with(176, end).signed(by: "end of the path").input(("path_used", 0)),
                    "lazy-signer-issuer-alone",
                    under: [.reject("C-86 b", missing)]
                ),
                // The signature is right for both: BIP-340 does not see the first byte.
                Comparison.wrong(
                    "other-sign",
                    invoice.with(176, other).signed(by: "end of the path").input(("path_used", 0)),
                    "lazy-signer-by-x"
                ),
            ]
        )
    }

    private static func arrival(_ profile: Profile) -> Comparison {
        let invoice = InvoiceFixture(profile).without(16)
        func ask(over path: JSON) -> JSON {
            [
                "bytes": .hex(RequestFixture(invoice).bytes), "invoice": .hex(invoice.bytes),
                "now": .decimal(Fixtures.createdAt), "arrived_over": path,
            ]
        }
        return Comparison(
            name: "arrival",
            row: "a request for an offer without paths came over none",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-8",
            reasons: ["context"],
            sides: [
                Comparison.right("over-none", ask(over: .null), "lazy-path-needed"),
                Comparison.wrong("over-one", ask(over: 0), "lazy-no-B12-IRQ-8"),
            ]
        )
    }

    private static func chain(_ profile: Profile) -> Comparison {
        let testnet = Chain.testnet
        let invoice = InvoiceFixture(profile).with(2, testnet.bytes)
        func ask(on chain: Bytes32) -> JSON {
            [
                "bytes": .hex(RequestFixture(invoice).with(80, testnet.bytes).bytes), "invoice": .hex(invoice.bytes),
                "now": .decimal(Fixtures.createdAt), "arrived_over": 0, "chain": .hex(chain),
            ]
        }
        return Comparison(
            name: "chain",
            row: "invreq_chain = the node's chain, not only one of the offer's",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-13",
            reasons: [.semantic("invreq_chain")],
            sides: [
                Comparison.right("the-nodes", ask(on: testnet), "lazy-bitcoin-alone"),
                Comparison.wrong("the-offers", ask(on: Chain.bitcoin), "lazy-no-B12-IRQ-13"),
            ]
        )
    }

    private static func stated(_ profile: Profile) -> Comparison {
        func ask(_ most: UInt64, _ quantity: UInt64?) -> JSON {
            Comparisons.request(profile, [.tu64(20, most)], quantity.map { [.tu64(86, $0)] } ?? [])
        }
        return Comparison(
            name: "quantity-stated",
            row: "invreq_quantity is there where offer_quantity_max is, whatever it is",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-9",
            reasons: [.semantic("invreq_quantity"), .missing],
            sides: [
                Comparison.right("one-of-one", ask(1, 1), "lazy-quantity-of-one-refused"),
                Comparison.wrong("none-of-one", ask(1, nil), "lazy-quantity-one-is-absent"),
                Comparison.right("one-of-any", ask(0, 1), "lazy-quantity-of-one-refused"),
                Comparison.wrong("none-of-any", ask(0, nil), "lazy-quantity-bound-zero-is-absent"),
            ]
        )
    }

    private static func currency(_ profile: Profile) -> Comparison {
        func ask(_ amount: UInt64) -> JSON {
            Comparisons.request(profile, [.tu64(8, 500), .text(6, "USD")], [.tu64(82, amount)])
        }
        return Comparison(
            name: "price-in-currency",
            row: "offer_amount in another currency is no number of millisatoshi",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-11",
            reasons: [.semantic("invreq_amount")],
            sides: [Comparison.right("fewer-msat-than-cents", ask(499), "lazy-price-without-currency")]
        )
    }
}
