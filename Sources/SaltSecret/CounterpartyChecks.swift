internal import InvoiceServer
package import Rules

/// A message that the counterparty is to pass on, with what it has for its salt.
package struct ForwardedSaltRequest: Sendable {
    /// Record 4141; empty where it is missing.
    package let sealed_reply_path: [UInt8]
    /// Record 4343; empty where it is missing.
    package let unique_salt: [UInt8]
    /// Which of the two records there are.
    package let types: Set<UInt64>
    /// What is stored for the salt.
    package let invoice: [UInt8]?

    init(_ message: ForwardedOnionMessage, invoices: [[UInt8]: [UInt8]], _ place: ([UInt8]) -> [UInt8]) {
        let stream = message.onionmsg_tlv
        sealed_reply_path = Array(stream[SaltRequest.sealedReplyPathType] ?? [])
        unique_salt = Array(stream[SaltRequest.saltType] ?? [])
        types = SaltRequest.relayRecordTypes.filter(stream.contains)
        invoice = invoices[place(unique_salt)]
    }

    /// Other messages are none of the scheme's business.
    var isOfScheme: Bool { !types.isEmpty }
}

/// The rules of the counterparty, as values. A mutant lacks one, or has another in its place.
///
/// That the reply path opens (SALT-18) is no check here: what does not open gives nothing to go on with.
package struct CounterpartyChecks: Sendable {
    /// Without these the message is dropped, as a stock node drops it.
    package var form: [Check<ForwardedSaltRequest>] = [
        ForwardedSaltRequest.bothRecords, ForwardedSaltRequest.saltOfSize,
    ]
    /// Without these there is no answer.
    package var invoice: [Check<ForwardedSaltRequest>] = [ForwardedSaltRequest.invoiceStored]

    package init() {}
}

extension ForwardedSaltRequest {
    static let bothRecords = Check<ForwardedSaltRequest>("SALT-16", "onion.payload") { request in
        .require(
            request.types == SaltRequest.relayRecordTypes,
            "record \(request.types.min() ?? 0) is there without the other one"
        )
    }

    static let saltOfSize = Check<ForwardedSaltRequest>("SALT-16", .semantic("unique_salt")) { request in
        .require(
            request.unique_salt.count == Masking.saltSize,
            "the salt has \(request.unique_salt.count) bytes, not \(Masking.saltSize)"
        )
    }

    static let invoiceStored = Check<ForwardedSaltRequest>("SALT-19", .context, reading: "C-58") { request in
        .require(request.invoice != nil, "there is no invoice for the salt")
    }
}

extension [Check<ForwardedSaltRequest>] {
    func firstFinding(_ request: ForwardedSaltRequest) -> Finding? {
        var validation = Validation(.strict)
        do throws(Finding) {
            try validation.apply(self, to: request)
            return nil
        } catch {
            return error
        }
    }
}
