internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// For which chain an offer, a request and an invoice are: wherever it stands in a list, and with all of its bytes.
enum ChainComparisons {
    static let once: [Comparison] = [offer]

    static func each(_ profile: Profile) -> [Comparison] { [invoice(profile), request(profile)] }

    /// The hashes of no chain, at least of none that is known here.
    private static let others = (1...3).map { Array(Hash.sha256(Array("chain \($0)".utf8)).bytes) }
    private static let own = Chain.bitcoin.bytes

    /// Hashes that look like a chain's.
    private static func alike(_ chain: [UInt8]) -> [(name: String, chain: [UInt8], compares: String)] {
        func flipped(_ index: Int) -> [UInt8] {
            var flipped = chain
            flipped[index] ^= 1
            return flipped
        }
        return [
            ("first-byte-differs", flipped(0), "but-head"), ("last-byte-differs", flipped(31), "but-tail"),
            ("middle-differs", flipped(17), "ends"),
            // As explorers of blocks print it, and as the hash of the block is written down.
            ("reversed", chain.reversed(), "reversed"),
        ]
    }

    private static let offer: Comparison = {
        let operation = "offer.validate"
        func input(_ chains: [[UInt8]]) -> JSON {
            [
                "bytes": .hex(OfferFixture().without(16).with(2, chains.flatMap { $0 }).bytes),
                "now": .decimal(Fixtures.createdAt), "chain": .hex(own),
            ]
        }
        return Comparison(
            name: "offer-chain",
            row: "the payer's chain is one of offer_chains",
            family: "bolt12/offer-comparisons",
            operation: operation,
            requirement: "B12-OFF-R5",
            reasons: [.semantic("offer_chains")],
            sides: [
                Comparison.right("first-of-three", input([own, others[0], others[1]]), "lazy-chain-last@\(operation)"),
                Comparison.right(
                    "middle-of-three",
                    input([others[0], own, others[1]]),
                    "lazy-chain-first@\(operation)"
                ),
                Comparison.right(
                    "last-of-three",
                    input([others[0], others[1], own]),
                    "lazy-chain-first-two@\(operation)"
                ),
                Comparison.wrong("none-of-three", input(others), "lazy-no-B12-OFF-R5"),
            ]
                + alike(own).map { other in
                    Comparison.wrong(
                        other.name,
                        input([others[0], other.chain]),
                        "lazy-\(other.compares)@\(operation).chain"
                    )
                }
        )
    }()

    private static func invoice(_ profile: Profile) -> Comparison {
        let operation = "static_invoice.validate"
        func input(_ chain: [UInt8]) -> JSON {
            InvoiceFixture(profile).with(2, chain).input(("chain", .hex(own)))
        }
        return Comparison(
            name: "invoice-chain",
            row: "the payer's chain is that of the invoice",
            family: "bolt12/invoice-comparisons",
            operation: operation,
            requirement: "B12-SI-R3",
            reasons: [.semantic("offer_chains")],
            sides: [Comparison.right("same", input(own), "lazy-nothing-matches@\(operation)")]
                + alike(own).map { other in
                    Comparison.wrong(
                        other.name,
                        input(other.chain),
                        "lazy-\(other.compares)@\(operation).chain",
                        under: [.accept("C-33 b")]
                    )
                }
        )
    }

    private static func request(_ profile: Profile) -> Comparison {
        let operation = "invreq.validate_for"
        func input(_ chain: [UInt8]) -> JSON {
            let invoice = InvoiceFixture(profile).with(2, chain)
            return [
                "bytes": .hex(RequestFixture(invoice).with(80, chain).bytes), "invoice": .hex(invoice.bytes),
                "now": .decimal(Fixtures.createdAt), "arrived_over": 0, "chain": .hex(own),
            ]
        }
        return Comparison(
            name: "request-chain",
            row: "the node's chain is that of the request",
            family: "bolt12/invoice-comparisons",
            operation: operation,
            requirement: "B12-IRQ-13",
            reasons: [.semantic("invreq_chain")],
            sides: [Comparison.right("same", input(own), "lazy-nothing-matches@\(operation)")]
                + alike(own).map { other in
                    Comparison.wrong(other.name, input(other.chain), "lazy-\(other.compares)@\(operation).chain")
                }
        )
    }
}
