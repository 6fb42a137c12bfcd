package import Primitives
package import Rules
internal import Wire

/// An offer and what its reader knows beside it.
package struct OfferReading: Sendable {
    package let offer: Offer
    /// Seconds since the epoch.
    package let now: UInt64
    /// The chain on which the reader pays.
    package let chain: Bytes32

    package init(offer: Offer, now: UInt64, chain: Bytes32) {
        self.offer = offer
        self.now = now
        self.chain = chain
    }
}

/// The rules for a reader of an offer (BOLT 12, "Requirements For Offers"), in the order of the text.
package enum OfferReaderChecks {
    package static let all: [Check<OfferReading>] = [
        recordsInRange, noUnknownEvenFeature, bitcoinImplied, chainSupported, chainListNotEmpty, amountDescribed,
        amountAboveZero, amountWithinCap, currencyWithAmount, canBeReached, pathsHaveHops, notExpired,
    ]

    /// Those that judge the content alone, without features, time and chain.
    package static let ofContent = [
        amountDescribed, amountAboveZero, amountWithinCap, currencyWithAmount, canBeReached, pathsHaveHops,
    ]

    /// What an offer must keep to beside that when another node answers it (PR 1149).
    package static let ofAsyncOffer: [Check<OfferReading>] = [atMostOneChain, hasPaths, issuerNamed]

    /// Feature bits of offers that are known: none is defined.
    static let knownFeatures: Set<Int> = []

    static let recordsInRange = Check<OfferReading>("B12-OFF-R1", .range) { reading in
        let outside = reading.offer.decoded.stream.records.first { !Bolt12Range.isOffer($0.type) }
        guard let outside else { return .meets }
        return .fails("record \(outside.type) is outside 1 to 79 and 1000000000 to 1999999999")
    }

    static let noUnknownEvenFeature = Check<OfferReading>("B12-OFF-R2", .features) { reading in
        guard let features = reading.offer.offer_features else { return .notApplicable("there are no offer_features") }
        guard let bit = FeatureBits(features).unknownEven(known: knownFeatures) else { return .meets }
        return .fails("offer_features has the unknown even bit \(bit)")
    }

    static let bitcoinImplied = Check<OfferReading>("B12-OFF-R4", .semantic("offer_chains")) { reading in
        guard !reading.offer.decoded.contains(2) else { return .notApplicable("offer_chains is set") }
        return .require(reading.chain == Chain.bitcoin, "no offer_chains means bitcoin, which this reader does not use")
    }

    static let chainSupported = Check<OfferReading>("B12-OFF-R5", .semantic("offer_chains")) { reading in
        guard let chains = reading.offer.offer_chains, !chains.isEmpty else {
            return .notApplicable("offer_chains is not set, or lists nothing")
        }
        return .require(chains.contains(reading.chain), "none of the \(chains.count) offer_chains is the reader's")
    }

    static let chainListNotEmpty = Check<OfferReading>("B12-OFF-R13", .semantic("offer_chains")) { reading in
        guard let chains = reading.offer.offer_chains else { return .notApplicable("offer_chains is not set") }
        return .require(!chains.isEmpty, "offer_chains is set and lists no chain")
    }

    static let amountDescribed = Check<OfferReading>("B12-OFF-R6", .semantic("offer_description")) { reading in
        guard reading.offer.decoded.contains(8) else { return .notApplicable("there is no offer_amount") }
        return .require(reading.offer.decoded.contains(10), "offer_amount is set without offer_description")
    }

    static let amountAboveZero = Check<OfferReading>("B12-OFF-R12", .semantic("offer_amount")) { reading in
        guard let amount = reading.offer.offer_amount else { return .notApplicable("there is no offer_amount") }
        return .require(amount > 0, "offer_amount is zero")
    }

    static let amountWithinCap = Check<OfferReading>("B1-T-5", .range) { reading in
        guard let amount = reading.offer.offer_amount, !reading.offer.decoded.contains(6) else {
            return .notApplicable("there is no offer_amount in millisatoshi")
        }
        return .require(isWithinCap(amount), "offer_amount \(amount) is more than 21 million BTC")
    }

    static func isWithinCap(_ amount: UInt64) -> Bool { amount <= Amount.maxMillisatoshi }

    static let currencyWithAmount = Check<OfferReading>("B12-OFF-R7", .semantic("offer_amount")) { reading in
        guard reading.offer.decoded.contains(6) else { return .notApplicable("there is no offer_currency") }
        return .require(reading.offer.decoded.contains(8), "offer_currency is set without offer_amount")
    }

    static let canBeReached = Check<OfferReading>("B12-OFF-R8", .missing) { reading in
        .require(
            reading.offer.decoded.contains(22) || reading.offer.decoded.contains(16),
            "neither offer_issuer_id nor offer_paths is set"
        )
    }

    static let pathsHaveHops = Check<OfferReading>("B12-OFF-R9", .zeroHops) { reading in
        guard let paths = reading.offer.offer_paths else { return .notApplicable("there are no offer_paths") }
        guard let index = paths.firstIndex(where: \.hops.isEmpty) else { return .meets }
        return .fails("path \(index) of offer_paths has no hops")
    }

    static let notExpired = Check<OfferReading>("B12-OFF-R10", .expired) { reading in
        guard let expiry = reading.offer.offer_absolute_expiry else {
            return .notApplicable("there is no offer_absolute_expiry")
        }
        return .require(reading.now <= expiry, "it is \(reading.now), the offer expired after \(expiry)")
    }

    static let atMostOneChain = Check<OfferReading>("B12-OFF-W1", .semantic("offer_chains")) { reading in
        guard let chains = reading.offer.offer_chains else { return .notApplicable("offer_chains is not set") }
        return .require(chains.count <= 1, "offer_chains lists \(chains.count) chains, and another node answers")
    }

    static let hasPaths = Check<OfferReading>("B12-OFF-W2", .missing) { reading in
        guard reading.offer.decoded.contains(16) else {
            return .fails("there are no offer_paths to the node that answers")
        }
        return .require(reading.offer.offer_paths?.isEmpty != true, "offer_paths is empty")
    }

    static let issuerNamed = Check<OfferReading>("B12-OFF-W6", .missing, reading: "C-31") { reading in
        .require(reading.offer.decoded.contains(22), "without offer_issuer_id nobody can sign a static invoice")
    }
}
