package import Primitives
package import Rules
internal import Wire

/// An offer and what its reader knows beside it.
package struct OfferReaderInput: Sendable {
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
    package static let all: [Check<OfferReaderInput>] = [
        recordsInRange, noUnknownEvenFeature, bitcoinImplied, chainSupported, chainListNotEmpty, amountDescribed,
        amountAboveZero, amountWithinCap, currencyWithAmount, canBeReached, pathsHaveHops, notExpired,
    ]

    /// Those that judge the content alone, without features, time and chain.
    package static let ofContent = [
        amountDescribed, amountAboveZero, amountWithinCap, currencyWithAmount, canBeReached, pathsHaveHops,
    ]

    /// For which chains: an invoice for none or for several is rejected by its readers.
    package static let ofChains = [chainListNotEmpty, atMostOneChain]

    /// What an offer must keep to beside that when another node answers it (PR 1149).
    package static let ofAsyncOffer: [Check<OfferReaderInput>] = [atMostOneChain, hasPaths, issuerNamed]

    /// Feature bits of offers that are known: none is defined.
    static let knownFeatures: Set<Int> = []

    static let recordsInRange = Check<OfferReaderInput>("B12-OFF-R1", .range) { input in
        let outside = input.offer.decoded.stream.records.first { !Bolt12Range.isOffer($0.type) }
        guard let outside else { return .meets }
        return .fails("record \(outside.type) is outside 1 to 79 and 1000000000 to 1999999999")
    }

    static let noUnknownEvenFeature = Check<OfferReaderInput>("B12-OFF-R2", .features) { input in
        guard let features = input.offer.offer_features else { return .notApplicable("there are no offer_features") }
        guard let bit = FeatureBits(features).unknownEven(known: knownFeatures) else { return .meets }
        return .fails("offer_features has the unknown even bit \(bit)")
    }

    static let bitcoinImplied = Check<OfferReaderInput>("B12-OFF-R4", .semantic("offer_chains")) { input in
        guard !input.offer.decoded.contains(2) else { return .notApplicable("offer_chains is set") }
        return .require(input.chain == Chain.bitcoin, "no offer_chains means bitcoin, which this reader does not use")
    }

    static let chainSupported = Check<OfferReaderInput>("B12-OFF-R5", .semantic("offer_chains")) { input in
        guard let chains = input.offer.offer_chains, !chains.isEmpty else {
            return .notApplicable("offer_chains is not set, or lists nothing")
        }
        return .require(chains.contains(input.chain), "none of the \(chains.count) offer_chains is the reader's")
    }

    static let chainListNotEmpty = Check<OfferReaderInput>("B12-OFF-R13", .semantic("offer_chains")) { input in
        guard let chains = input.offer.offer_chains else { return .notApplicable("offer_chains is not set") }
        return .require(!chains.isEmpty, "offer_chains is set and lists no chain")
    }

    static let amountDescribed = Check<OfferReaderInput>("B12-OFF-R6", .semantic("offer_description")) { input in
        guard input.offer.decoded.contains(8) else { return .notApplicable("there is no offer_amount") }
        return .require(input.offer.decoded.contains(10), "offer_amount is set without offer_description")
    }

    static let amountAboveZero = Check<OfferReaderInput>("B12-OFF-R12", .semantic("offer_amount")) { input in
        guard let amount = input.offer.offer_amount else { return .notApplicable("there is no offer_amount") }
        return .require(amount > 0, "offer_amount is zero")
    }

    static let amountWithinCap = Check<OfferReaderInput>("B1-T-5", .range) { input in
        guard let amount = input.offer.offer_amount, !input.offer.decoded.contains(6) else {
            return .notApplicable("there is no offer_amount in millisatoshi")
        }
        return .require(isWithinCap(amount), "offer_amount \(amount) is more than 21 million BTC")
    }

    static func isWithinCap(_ amount: UInt64) -> Bool { amount <= Amount.maxMillisatoshi }

    static let currencyWithAmount = Check<OfferReaderInput>("B12-OFF-R7", .semantic("offer_amount")) { input in
        guard input.offer.decoded.contains(6) else { return .notApplicable("there is no offer_currency") }
        return .require(input.offer.decoded.contains(8), "offer_currency is set without offer_amount")
    }

    static let canBeReached = Check<OfferReaderInput>("B12-OFF-R8", .missing) { input in
        if input.offer.decoded.contains(22) { return .meets }
        guard let paths = input.offer.offer_paths else {
            return .fails("neither offer_issuer_id nor offer_paths is set")
        }
        return .require(!paths.isEmpty, "offer_paths lists no path, and there is no offer_issuer_id")
    }

    static let pathsHaveHops = Check<OfferReaderInput>("B12-OFF-R9", .zeroHops) { input in
        guard let paths = input.offer.offer_paths else { return .notApplicable("there are no offer_paths") }
        guard let index = paths.firstIndex(where: \.hops.isEmpty) else { return .meets }
        return .fails("path \(index) of offer_paths has no hops")
    }

    static let notExpired = Check<OfferReaderInput>("B12-OFF-R10", .expired) { input in
        guard let expiry = input.offer.offer_absolute_expiry else {
            return .notApplicable("there is no offer_absolute_expiry")
        }
        return .require(
            !input.offer.hasEnded(at: input.now),
            "it is \(input.now), the offer expired after \(expiry)"
        )
    }

    static let atMostOneChain = Check<OfferReaderInput>("B12-OFF-W1", .semantic("offer_chains")) { input in
        guard let chains = input.offer.offer_chains else { return .notApplicable("offer_chains is not set") }
        return .require(chains.count <= 1, "offer_chains lists \(chains.count) chains, and another node answers")
    }

    static let hasPaths = Check<OfferReaderInput>("B12-OFF-W2", .missing) { input in
        guard input.offer.decoded.contains(16) else {
            return .fails("there are no offer_paths to the node that answers")
        }
        return .require(input.offer.offer_paths?.isEmpty != true, "offer_paths is empty")
    }

    static let issuerNamed = Check<OfferReaderInput>("B12-OFF-W6", .missing, reading: "C-31") { input in
        .require(input.offer.decoded.contains(22), "without offer_issuer_id nobody can sign a static invoice")
    }
}
