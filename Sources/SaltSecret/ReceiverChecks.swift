package import InvoiceServer
package import Lightning
package import Primitives
package import Rules
package import Wire

/// The rules of the receiver, as values.
package struct ReceiverChecks: Sendable {
    package var requestPath = PathContextChecks.all("B12-IRQ-8", .saltOffer)
    package var request: [Check<InvoiceRequestReaderInput>] = InvoiceRequestReaderChecks.ofRequestAlone
    package var requestForOffer: [Check<ReceivedSaltInvoiceRequest>] = [ReceivedSaltInvoiceRequest.mirrorsSalt]

    package init() {}
}

/// A request and the salt in the path that it came over.
package struct ReceivedSaltInvoiceRequest: Sendable {
    package let request: InvoiceRequest
    package let unique_salt: [UInt8]

    static let mirrorsSalt = Check<ReceivedSaltInvoiceRequest>("B12-IRQ-7", .context) { subject in
        let salt = subject.request.decoded.stream[SaltOfferRecords.unique_salt] ?? []
        return .require(salt.elementsEqual(subject.unique_salt), "the request is for a different offer than the path")
    }
}

/// What a receiver decides that is no check.
package struct ReceiverPolicy: Sendable {
    /// The records of the scheme in an offer (SALT-5).
    package var offerRecords: @Sendable (SaltGrant) -> [TLVRecord] = { SaltOfferRecords.records($0) }

    /// The hops of an offer's path before the receiver (SALT-6).
    package var hopsBefore: @Sendable (_ counterparty: PublicKey) -> [PublicKey] = { [$0] }

    /// The name in the signature's tag (C-61).
    package var messagename = KeysendInvoice.Form.recommended.messagename

    /// Which key signs the invoice (SALT-7).
    package var signer: @Sendable (_ offer: SecretKey, _ node: SecretKey) -> SecretKey = { offer, _ in offer }

    /// The invoice's records before they are signed (SALT-7).
    package var invoiceRecords: @Sendable ([TLVRecord]) -> [TLVRecord] = { $0 }

    package init() {}
}
