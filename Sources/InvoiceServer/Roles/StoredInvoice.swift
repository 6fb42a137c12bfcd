package import Lightning
internal import Rules
internal import Primitives
internal import Wire

/// What a server keeps for a slot: the invoice with the path to its recipient.
///
/// Both stand in one record, so that a write which ends half-way cannot put the one beside an older other (B66-SSI-R4). The
/// record is the stream of the serve_static_invoice that brought them.
package struct StoredInvoice: Sendable {
    /// The signed stream, byte for byte as it came (B66-OV-2, C-5).
    package let static_invoice: [UInt8]
    package let forward_invoice_request_path: BlindedPath
    /// The stream, read.
    package let invoice: StaticInvoice
    let record: [UInt8]

    /// - Returns: `nil` for a stream without one of the two.
    init?(stream: DecodedStream, _ profile: Profile) throws(Finding) {
        guard let bytes = stream.stream[0], let path = BlindedPath(stream[2]) else { return nil }
        var validation = Validation(.strict)
        static_invoice = Array(bytes)
        forward_invoice_request_path = path
        invoice = try StaticInvoice.read(bytes, profile, &validation)
        record = stream.bytes
    }

    /// Reads what was stored; `nil` for anything else.
    init?(record: [UInt8], _ profile: Profile) {
        guard let stream = try? TLVSchema.serve_static_invoice.decode(record),
            let stored = try? StoredInvoice(stream: stream, profile)
        else { return nil }
        self = stored
    }
}

extension ClientSlot {
    /// The key under which the slot is stored.
    package var storeKey: String { "invoice/\(Hex.encode(client.utf8))/\(slot)" }

    init?(storeKey: String) {
        let parts = storeKey.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "invoice", let client = try? Hex.decode(String(parts[1])),
            let name = String(validating: client, as: UTF8.self), let slot = UInt16(parts[2])
        else { return nil }
        self.init(client: name, slot: slot)
    }
}
