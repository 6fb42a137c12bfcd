/// The variants that are wrong in one thing, and by name also those that are wrong throughout.
package enum MutantRegistry {
    package static let all: [Mutant] =
        serverAuthentication + serverOffering + serverStorage + serverServing + serverRequests + serverShortcuts
        + recipientAuthentication + recipientOffers + recipientReadiness + recipientPayments + recipientShortcuts
        + serverOversights + recipientOversights + serverStrangers + recipientStrangers
        + pathKeys + saltCounterparty + saltReceiver + saltPayer + asyncPayer + asyncPayerInvoices + asyncPayerBounds
        + asyncPayerWithHolder + holder + forwarder + recipientAnswers

    private static let byName = Dictionary(
        (all + HigherOrderMutants.all).map { ($0.name, $0) },
        uniquingKeysWith: { one, _ in one }
    )

    package static func mutant(_ name: String) -> Mutant? { byName[name] }
}
