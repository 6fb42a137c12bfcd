internal import InvoiceServer

/// How a recipient answers.
extension MutantRegistry {
    static let recipientAnswers: [Mutant] = [
        Mutant("OM-R10/answers-to-whoever-brought-it", .recipient, onSend: .release_held_htlc) { message, party in
            party.pathToPeer().map { message.with(over: $0) }
        }
    ]
}
