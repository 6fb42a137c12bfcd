internal import Primitives
package import Rules

/// An offer that a recipient made, for which another node will answer.
package struct OfferWriterOutput: Sendable {
    package let offer: Offer
    /// The offer as it was handed out.
    package let text: String
    /// Seconds since the epoch from which it is not to be paid, if there is such a time.
    package let ends: UInt64?

    package init(offer: Offer, text: String, ends: UInt64?) {
        self.offer = offer
        self.text = text
        self.ends = ends
    }
}

/// The rules for a writer of an offer (BOLT 12, "Requirements For Offers", with PR 1149) whose invoices another node hands out.
package enum OfferWriterChecks {
    package typealias Output = OfferWriterOutput

    package static let all: [Check<Output>] =
        [
            sameVerdict("B12-OFF-W3", OfferReaderChecks.recordsInRange),
            sameVerdict("B12-OFF-W4", OfferReaderChecks.amountDescribed),
            sameVerdict("B12-OFF-W5", OfferReaderChecks.amountAboveZero),
            endStated, oneCase,
        ] + OfferReaderChecks.ofAsyncOffer.map { sameVerdict($0.id, $0) }

    /// What a reader rejects a writer must not write.
    private static func sameVerdict(_ id: RequirementID, _ check: Check<OfferReaderInput>) -> Check<Output> {
        Check(id, check.reason, reading: check.reading) { output in
            check.evaluate(OfferReaderInput(offer: output.offer, now: 0, chain: Chain.bitcoin))
        }
    }

    static let endStated = Check<Output>("B12-OFF-W7", .semantic("offer_absolute_expiry")) { output in
        guard let ends = output.ends else { return .notApplicable("the offer does not end") }
        guard let stated = output.offer.offer_absolute_expiry else {
            return .fails("the offer ends at \(ends) and has no offer_absolute_expiry")
        }
        return .require(stated <= ends, "the offer ends at \(ends), offer_absolute_expiry says \(stated)")
    }

    static let oneCase = Check<Output>("B12-ENC-6", .bech32) { output in
        .require(
            output.text == output.text.lowercased() || output.text == output.text.uppercased(),
            "the text is written in both cases"
        )
    }
}
