package import Lightning
package import Primitives
internal import Wire

/// A payment whose preimage the payer chooses and sends along (SALT-21).
package struct KeysendPayment: Hashable, Sendable {
    /// `keysend_preimage`, of the payload's range for experiments, as Lightning nodes have long had it.
    package static let preimageType: UInt64 = 5_482_373_484

    /// 32 bytes.
    package let preimage: [UInt8]
    package let amount_msat: UInt64

    package init(preimage: [UInt8], amount_msat: UInt64) {
        self.preimage = preimage
        self.amount_msat = amount_msat
    }

    package var payment_hash: Bytes32 { Hash.sha256(preimage) }

    /// The height of the chain is not handed in; this one is as good as any for who looks at the form.
    private static let outgoing_cltv_value: UInt64 = 800_100

    /// The last hop's payload for one of `invoice_paths`, without a length before it.
    package func payload(over path: BlindedPath) -> [UInt8] {
        var records = [
            TLVRecord(type: 2, value: TruncatedInteger.encode(amount_msat)),
            TLVRecord(type: 4, value: TruncatedInteger.encode(Self.outgoing_cltv_value)),
            TLVRecord(type: 10, value: path.hops.last?.encrypted_recipient_data ?? []),
            TLVRecord(type: 18, value: TruncatedInteger.encode(amount_msat)),
            TLVRecord(type: Self.preimageType, value: preimage),
        ]
        // Where the introduction node is the last one, it finds the path key here; others get it from the node before them.
        if path.hops.count == 1 { records.append(TLVRecord(type: 12, value: path.path_key)) }
        return TLVStream(sorting: records).bytes
    }
}
