package import Lightning
package import Rules
package import Wire

/// A message of the protocol, read by the table of its form.
package struct Message: Sendable {
    package let form: MessageForm
    package let decoded: DecodedStream

    /// The paths in a record; `nil` when it is absent or malformed.
    func paths(_ type: UInt64) -> [BlindedPath]? {
        switch decoded[type] {
        case .list(let values)?:
            return values.compactMap { Self.path($0) }
        case let value?:
            return Self.path(value).map { [$0] }
        case nil:
            return nil
        }
    }

    /// A path as it stands, or behind the id of its HTLC.
    private static func path(_ value: FieldValue) -> BlindedPath? {
        if let path = BlindedPath(value) { return path }
        guard case .structure(let members) = value, members.count == 2 else { return nil }
        return BlindedPath(members[1])
    }
}

extension Message {
    /// Reads the body of a message: an onion message record's value, or the records at the end of a BOLT 2 message.
    /// - Throws: a finding under the framing's requirement for a body in another framing, with the class that its bytes
    ///   earn; under the form's own definition for a record of wrong size and for an invoice that cannot be read; under
    ///   B1-* for other faults of encoding; and what the form's reader checks find.
    package static func read(
        _ body: ArraySlice<UInt8>,
        _ form: MessageForm,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> Message {
        if let framedBy = form.framedBy, form.framing.isOther(body, form.isStream) {
            return try validation.attribute(to: framedBy) { inner throws(Finding) in
                try readAsFramed(body, form, profile, &inner)
            }
        }
        return try readAsFramed(body, form, profile, &validation)
    }

    private static func readAsFramed(
        _ body: ArraySlice<UInt8>,
        _ form: MessageForm,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> Message {
        let stream = try validation.decodeWhole(as: form.framingFinding) { onFault throws(WireError) in
            try form.framing.stream(in: body, onFault: onFault)
        }
        let decoded = try form.schema.read(stream, &validation) { _, fault in form.recordFinding(fault) }
        let message = Message(form: form, decoded: decoded)
        try validation.apply(form.readerChecks, to: message)
        try message.validateInvoice(profile, &validation)
        return message
    }

    /// B66-D4: the record holds a static invoice of the profile, signature included. Whether the signature is right is looked
    /// at here only where the profile says so (C-73).
    private func validateInvoice(_ profile: Profile, _ validation: inout Validation) throws(Finding) {
        guard let type = form.staticInvoiceType, let bytes = decoded.stream[type] else { return }
        let before = validation.findings.count
        var signed: TLVStream?
        try validation.attribute(to: form.definedBy) { inner throws(Finding) in
            let invoice = try StaticInvoice.read(bytes, profile, &inner)
            if !invoice.decoded.contains(Bolt12Signature.type) {
                try inner.report(Finding("B12-SI-W8", .missing, "the invoice has no signature"))
            } else if profile.static_invoice.signature_verified_in_message {
                signed = invoice.decoded.stream
            }
        }
        if let signed, validation.findings.count == before {
            try validation.apply(StaticInvoiceSignatureChecks.all, to: signed)
        }
    }
}

extension MessageForm {
    func isStream(_ bytes: ArraySlice<UInt8>) -> Bool { (try? schema.decode(bytes)) != nil }

    /// A length before the stream that reaches past the end is a fault of framing.
    func framingFinding(_ fault: WireError) -> Finding {
        let finding = Finding(fault)
        guard fault.fault == .lengthPastEnd, let framedBy else { return finding }
        return finding.attributed(to: framedBy)
    }

    /// The size of a record is part of the form's definition.
    func recordFinding(_ fault: WireError) -> Finding {
        fault.fault == .valueLength ? Finding(fault).attributed(to: definedBy) : Finding(fault)
    }
}

extension MessageForm {
    /// The message with these records, as it is put into the onion message or behind the BOLT 2 message.
    /// - Throws: what a reader would find, and what the form's writer checks find.
    package func body(
        _ stream: TLVStream,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> [UInt8] {
        let body = framing.body(stream.bytes)
        let message = try Message.read(body[...], self, profile, &validation)
        try validation.apply(writerChecks, to: message)
        return body
    }
}
