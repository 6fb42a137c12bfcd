internal import Primitives
package import Rules
package import Wire

/// The signature of a static invoice alone, over a stream of which nothing else is asked.
package enum StaticInvoiceSignatureChecks {
    package static let all: [Check<TLVStream>] = [signerPresent, signatureValid]

    static let signerPresent = Check<TLVStream>("B12-SI-R2", .missing) { stream in
        .require(stream.contains(176), "there is no invoice_node_id (176)")
    }

    static let signatureValid = Check<TLVStream>("B12-SI-R13", .signature) { stream in
        guard let invoice_node_id = stream[176] else { return .notApplicable("nobody is named as signer") }
        guard let key = try? PublicKey(invoice_node_id) else { return .fails("invoice_node_id is not a point") }
        return signatureIsValid(stream, by: key)
    }

    /// - `key`: `invoice_node_id`.
    static func signatureIsValid(_ stream: TLVStream, by key: PublicKey) -> Verdict {
        guard let signature = stream[Bolt12Signature.type] else { return .fails("there is no signature (240)") }
        return .require(
            Bolt12Signature.verify(signature, stream, messagename: StaticInvoice.messagename, by: key),
            "the signature is not that of invoice_node_id over this stream"
        )
    }
}
