/// `sciddir_or_pubkey` (BOLT 1, "Fundamental Types"): a node, by its id or as one end of a channel.
package enum SciddirOrPubkey: Hashable, Sendable {
    /// A 33-byte compressed point. Whether it is on the curve is for the caller to check.
    case pubkey(ArraySlice<UInt8>)
    /// The node at one end of a channel: direction 0 is `node_id_1`, 1 is `node_id_2` of its announcement.
    case sciddir(direction: UInt8, shortChannelID: UInt64)

    /// Reads 9 or 33 bytes, as the first byte tells.
    /// - Throws: `.shortChannelIDDirection` (B1-T-3) for a first byte above 3, `.valueLength` at the input's end.
    package static func read(_ reader: inout ByteReader) throws(WireError) -> SciddirOrPubkey {
        let offset = reader.offset
        switch reader.next {
        case 2, 3:
            return .pubkey(try reader.read(33, "node id"))
        case 0, 1:
            let direction = try reader.readByte("direction")
            return .sciddir(direction: direction, shortChannelID: try reader.readU64("short channel id"))
        case let byte?:
            throw WireError(
                .shortChannelIDDirection,
                at: offset,
                "a node starts with 00 or 01 (short channel id) or 02 or 03 (point), not \(hexByte(byte))"
            )
        case nil:
            throw WireError(.valueLength, at: offset, "a node id or short channel id is missing")
        }
    }

    package var bytes: [UInt8] {
        switch self {
        case .pubkey(let point):
            return Array(point)
        case .sciddir(let direction, let shortChannelID):
            var writer = ByteWriter()
            writer.write(direction)
            writer.write(shortChannelID)
            return writer.bytes
        }
    }
}
