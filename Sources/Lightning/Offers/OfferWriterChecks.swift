internal import Primitives
package import Rules

/// An offer that a recipient made, for which another node will answer.
package struct OfferWriting: Sendable {
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
    package typealias Writing = OfferWriting

    package static let all: [Check<Writing>] =
        [
            sameJudgement("B12-OFF-W3", OfferReaderChecks.recordsInRange),
            sameJudgement("B12-OFF-W4", OfferReaderChecks.amountDescribed),
            sameJudgement("B12-OFF-W5", OfferReaderChecks.amountAboveZero),
            endStated, oneCase,
        ] + OfferReaderChecks.ofAsyncOffer.map { sameJudgement($0.id, $0) }

    /// What a reader refuses a writer must not write.
    private static func sameJudgement(_ id: RequirementID, _ check: Check<OfferReading>) -> Check<Writing> {
        Check(id, check.reason, reading: check.reading) { writing in
            check.judge(OfferReading(offer: writing.offer, now: 0, chain: Chain.bitcoin))
        }
    }

    static let endStated = Check<Writing>("B12-OFF-W7", .semantic("offer_absolute_expiry")) { writing in
        guard let ends = writing.ends else { return .notApplicable("the offer does not end") }
        guard let stated = writing.offer.offer_absolute_expiry else {
            return .fails("the offer ends at \(ends) and has no offer_absolute_expiry")
        }
        return .require(stated <= ends, "the offer ends at \(ends), offer_absolute_expiry says \(stated)")
    }

    static let oneCase = Check<Writing>("B12-ENC-6", .bech32) { writing in
        .require(
            writing.text == writing.text.lowercased() || writing.text == writing.text.uppercased(),
            "the text is written in both cases"
        )
    }
}
