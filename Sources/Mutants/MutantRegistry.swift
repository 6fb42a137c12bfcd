/// The mutants of roles that somebody wrote, and by name also those that an operator makes and those that are wrong throughout.
package enum MutantRegistry {
    package static let all: [Mutant] =
        serverAuthentication + serverOffering + serverStorage + serverServing + serverRequests + serverShortcuts
        + recipientAuthentication + recipientOffers + recipientReadiness + recipientPayments + recipientShortcuts
        + serverOversights + recipientOversights + serverStrangers + recipientStrangers
        + pathKeys + saltCounterparty + saltReceiver + saltPayer + asyncPayer + asyncPayerInvoices + asyncPayerBounds
        + asyncPayerWithHolder + holder + forwarder + recipientAnswers + writtenBlind + ordinaryInvoices
        + requestWriters + offerWriters

    private static let byName = Dictionary(
        (all + LeftOutChecks.ofRoles + HigherOrderMutants.all).map { ($0.name, $0) },
        uniquingKeysWith: { one, _ in one }
    )

    package static func mutant(_ name: String) -> Mutant? { byName[name] }
}
