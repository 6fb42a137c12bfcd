internal import Catalogue
internal import Lightning
internal import SaltSecret
internal import Wire

/// The two forms in which a payer of the scheme may be handed its invoice (C-61): as an `invoice`, or as a `static_invoice`. A payer
/// looks for one of them. What is sent as an `invoice` reaches one that has shown that it takes the other in that form.
extension ScenarioExecutor {
    /// Among the kinds that a party has shown, over scenarios.
    private static let takesStaticInvoices = "C-61 b"

    private var form: KeysendInvoice.Form { seenKinds.contains(Self.takesStaticInvoices) ? .static_invoice : .invoice }

    var isKeysendThere: Bool { events.contains { $0.name == "pay.htlc" } }

    /// The record of an `invoice` message.
    mutating func keysendRecord(_ invoice: [UInt8], _ step: SendStep) -> TLVRecord {
        guard role == "salt-payer" else { return TLVRecord(type: KeysendInvoice.invoiceType, value: invoice) }
        salt.lastInvoice = step
        let bytes = form == .invoice ? invoice : salt.staticForms[invoice] ?? invoice
        return TLVRecord(type: form.messageType(profile), value: bytes)
    }

    /// The payer has taken no notice of an invoice: the same again, in the other form.
    mutating func offerOtherForm() async throws(ScenarioHalt) {
        guard role == "salt-payer", form == .invoice, let step = salt.lastInvoice, isStaticInvoiceKnown else { return }
        seenKinds.insert(Self.takesStaticInvoices)
        try await send(step)
        try await waitForTick { executor in !executor.isKeysendThere }
        if isKeysendThere {
            show(ReadingAlternative(reading: "C-61", id: "b"), ["SALT-20"])
        } else {
            seenKinds.remove(Self.takesStaticInvoices)
        }
    }

    private var isStaticInvoiceKnown: Bool { profile.onion_message_types.known.contains(.staticInvoice) }
}
