/// One `tlv_record` (BOLT 1, "Type-Length-Value Format") with its exact encoding, so that hashing and writing it again
/// give the bytes that were read.
package struct TLVRecord: Hashable, Sendable {
    package let type: UInt64
    /// The value alone, a part of `encoding`.
    package let value: ArraySlice<UInt8>
    /// Type, length and value as they stood in the stream.
    package let encoding: ArraySlice<UInt8>

    init(type: UInt64, value: ArraySlice<UInt8>, encoding: ArraySlice<UInt8>) {
        self.type = type
        self.value = value
        self.encoding = encoding
    }

    /// A record to be written, in the shortest form (B1-TLV-12).
    package init(type: UInt64, value: some Collection<UInt8>) {
        var writer = ByteWriter()
        writer.writeBigSize(type)
        writer.writeBigSize(UInt64(value.count))
        writer.write(value)
        self.init(type: type, value: writer.bytes.suffix(value.count), encoding: writer.bytes[...])
    }
}
