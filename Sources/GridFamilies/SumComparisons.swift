internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// Sums and products that are made in more than one place: by the node that holds an invoice, and by the recipient of a payment.
extension Comparisons {
    /// The same sum at the node that holds the invoice: what is over is not handed out.
    private static func stored(
        _ name: String,
        _ row: String,
        _ profile: Profile,
        _ sides: (_ input: (UInt64, UInt64?, UInt64) -> JSON) -> [Comparison.Side]
    ) -> Comparison {
        Comparison(
            name: name,
            row: row,
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-2",
            reasons: ["expired"],
            sides: sides { created, life, now in
                let made = InvoiceFixture(profile).with(.tu64(164, created))
                let invoice = life.map { made.with(.tu64(166, $0)) } ?? made
                return [
                    "bytes": .hex(RequestFixture(invoice).bytes), "invoice": .hex(invoice.bytes), "now": .decimal(now),
                    "arrived_over": 0,
                ]
            }
        )
    }

    static func storedLife(_ profile: Profile) -> Comparison {
        let operation = "invreq.validate_for.now"
        let over: [Under] = [.accept("C-83 c")]
        let highest = UInt64(UInt32.max)
        let row = "now ≤ invoice_created_at + invoice_relative_expiry of the invoice at hand"
        return stored("stored-life", row, profile) { input in
            [
                Comparison.right(
                    "last-second",
                    input(1_700_000_000, 3600, 1_700_003_600),
                    "lazy-plus-one@\(operation)"
                ),
                Comparison.wrong(
                    "second-after",
                    input(1_700_000_000, 3600, 1_700_003_601),
                    "lazy-minus-one@\(operation)",
                    under: over
                ),
                Comparison.right("no-life", input(1_700_000_000, 0, 1_700_000_000), "lazy-plus-one@\(operation)"),
                Comparison.right(
                    "sum-above-32-bits",
                    input(1_700_000_000, highest, 1_700_000_000 + highest),
                    "lazy-plus-one@\(operation)"
                ),
                Comparison.wrong(
                    "sum-above-32-bits-late",
                    input(1_700_000_000, highest, 1_700_000_001 + highest),
                    "lazy-32-bits@\(operation)",
                    under: over
                ),
                Comparison.right("sum-above-63-bits", input(highBit - 1, 5, highBit + 4), "lazy-plus-one@\(operation)"),
                Comparison.wrong(
                    "sum-above-63-bits-late",
                    input(highBit - 1, 5, highBit + 5),
                    "lazy-63-bits@\(operation)",
                    under: over
                ),
                Comparison.right("sum-overflows", input(.max - 5, 6, .max), "lazy-stored-sum-wraps"),
                Comparison.wrong("highest-time-late", input(.max - 6, 5, .max), "lazy-no-B12-IRQ-2", under: over),
            ]
        }
    }

    static func storedDefaultLife(_ profile: Profile) -> Comparison {
        let operation = "invreq.validate_for.now"
        let row = "now ≤ invoice_created_at of the invoice at hand + the default life"
        return stored("stored-default-life", row, profile) { input in
            let life = profile.static_invoice.default_relative_expiry
            return [
                Comparison.right("sum-overflows", input(.max - 100, nil, .max), "lazy-stored-sum-wraps"),
                Comparison.wrong(
                    "highest-time-late",
                    input(.max - life - 1, nil, .max),
                    "lazy-minus-one@\(operation)",
                    under: [.accept("C-83 c")]
                ),
            ]
        }
    }

    /// What the recipient of a payment multiplies, where the request leaves the amount to the offer.
    static func paymentPrice(_ profile: Profile) -> Comparison {
        func pay(
            _ price: UInt64,
            _ quantity: UInt64?,
            _ paid: UInt64,
            asked: UInt64? = nil,
            in currency: String? = nil
        ) -> JSON {
            payment(profile) {
                ($0.stated, $0.carried, $0.total) = (paid, paid, paid)
                $0.offered = (price, quantity, currency)
                $0.asked = asked
            }
        }
        let double: UInt64 = (1 << 53) + 1
        return Comparison(
            name: "price",
            row: "total_amount_msat ≥ offer_amount × invreq_quantity",
            family: "async/payment-comparisons",
            operation: "payload.validate",
            requirement: "ASY-R2",
            reasons: [.semantic("total_amount_msat"), "policy"],
            sides: [
                Comparison.right("exact", pay(1000, 3, 3000), "lazy-paid-more-than-the-price"),
                Comparison.wrong("one-less", pay(1000, 3, 2999), "lazy-paid-one-less"),
                Comparison.wrong("for-one", pay(1000, 3, 1000), "lazy-paid-for-one"),
                Comparison.right("without-quantity", pay(1000, nil, 1000), "lazy-paid-more-than-the-price"),
                Comparison.wrong("without-quantity-less", pay(1000, nil, 999), "lazy-paid-one-less"),
                Comparison.right(
                    "product-above-32-bits",
                    pay(1 << 16, 1 << 16, 1 << 32),
                    "lazy-paid-more-than-the-price"
                ),
                Comparison.wrong(
                    "product-above-32-bits-less",
                    pay(1 << 16, 1 << 16, (1 << 32) - 1),
                    "lazy-paid-in-32-bits"
                ),
                Comparison.right("product-above-53-bits", pay(double, 1, double), "lazy-paid-more-than-the-price"),
                Comparison.wrong("product-above-53-bits-less", pay(double, 1, double - 1), "lazy-paid-as-double"),
                Comparison.wrong(
                    "product-overflows-to-zero",
                    pay(1 << 60, 16, Amount.maxMillisatoshi),
                    "lazy-paid-product-wraps"
                ),
                Comparison.wrong(
                    "product-overflows-to-little",
                    pay((1 << 60) + 1, 16, Amount.maxMillisatoshi),
                    "lazy-paid-product-wraps"
                ),
                // More than the price was promised: that much is to be paid.
                Comparison.wrong("below-the-tip", pay(1000, 3, 3000, asked: 3001), "lazy-paid-the-price-alone"),
                Comparison.right("currency", pay(500, nil, 499, in: "USD"), "lazy-paid-without-currency"),
            ]
        )
    }
}
