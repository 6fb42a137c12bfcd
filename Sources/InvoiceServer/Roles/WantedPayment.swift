package import Lightning
package import Rules

/// What the owner wants to be paid, beside the offer. The payer asks nobody for what it may not pay.
package struct WantedPayment: Sendable {
    package let wanted: OfferPayment
    package let offer: Offer

    package static let checks: [Check<WantedPayment>] = [quantityAsOffered, priceFits, amountGiven, amountReached]

    /// There is a quantity exactly where the offer asks for one, from 1 to its bound (B12-IRQW-5).
    static let quantityAsOffered = Check<WantedPayment>("B12-IRQW-5", .semantic("invreq_quantity")) { input in
        switch (input.offer.offer_quantity_max, input.wanted.quantity) {
        case (nil, nil): return .meets
        case (nil, _?): return .fails("the offer allows no quantity")
        case (_?, nil): return .fails("the offer asks for a quantity")
        case (let most?, let quantity?):
            return .require(
                quantity > 0 && (most == 0 || quantity <= most),
                "the quantity \(quantity) is not from 1 to the offer's bound \(most)"
            )
        }
    }

    /// Price times quantity is an amount that there can be.
    static let priceFits = Check<WantedPayment>("B12-IRQW-4", .range) { input in
        .require(!input.wanted.isTooMuch(for: input.offer), "price times quantity is more than there are millisatoshi")
    }

    static let amountGiven = Check<WantedPayment>("B12-IRQW-3", .semantic("invreq_amount")) { input in
        let amount = input.wanted.amount_msat ?? input.wanted.price(of: input.offer) ?? 0
        return .require(amount > 0, "there is no amount to pay")
    }

    static let amountReached = Check<WantedPayment>("B12-IRQW-4", .semantic("invreq_amount")) { input in
        guard let amount = input.wanted.amount_msat, let price = input.wanted.price(of: input.offer) else {
            return .notApplicable("the offer has no price, or what it asks for is paid")
        }
        return .require(amount >= price, "\(amount) msat are less than the price of \(price)")
    }
}

extension OfferPayment {
    /// Of all that is bought, in millisatoshi; `nil` where the offer has none, has one in another currency (whose rate is the owner's to
    /// know), or it is too much.
    package func price(of offer: Offer) -> UInt64? {
        guard let price = offer.offer_amount, !offer.isInAnotherCurrency else { return nil }
        let (amount, overflow) = price.multipliedReportingOverflow(by: quantity ?? 1)
        return overflow || amount > Self.allMillisatoshi ? nil : amount
    }

    fileprivate func isTooMuch(for offer: Offer) -> Bool {
        offer.offer_amount != nil && !offer.isInAnotherCurrency && price(of: offer) == nil
    }

    /// 21 million bitcoin (B1-T-5).
    private static let allMillisatoshi: UInt64 = 2_100_000_000_000_000_000
}

extension Offer {
    fileprivate var isInAnotherCurrency: Bool { decoded.contains(6) }
}
