package import Lightning
internal import Primitives
package import Rules
package import Wire

/// Messages put together byte by byte along the texts, apart from the code that reads and writes them.
package enum MessageParts {
    /// BOLT 1, Appendix A, for the sizes that occur here.
    package static func bigSize(_ value: UInt64) -> [UInt8] {
        switch value {
        case 0..<0xfd: [UInt8(value)]
        case 0xfd..<0x1_0000: [0xfd] + bigEndian(value, 2)
        case 0x1_0000..<0x1_0000_0000: [0xfe] + bigEndian(value, 4)
        default: [0xff] + bigEndian(value, 8)
        }
    }

    package static func bigEndian(_ value: UInt64, _ width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// A tu64: without leading zero bytes.
    package static func truncated(_ value: UInt64) -> [UInt8] { Array(bigEndian(value, 8).drop { $0 == 0 }) }

    package static func record(_ type: UInt64, _ value: [UInt8]) -> [UInt8] {
        bigSize(type) + bigSize(UInt64(value.count)) + value
    }

    /// The stream in the profile's framing (C-2).
    package static func body(_ stream: [UInt8], _ profile: Profile) -> [UInt8] {
        switch profile.onion_message_types.framing {
        case .raw: stream
        case .lengthPrefixed: bigSize(UInt64(stream.count)) + stream
        }
    }

    /// The stream in the framing that is not the profile's.
    package static func bodyOtherwise(_ stream: [UInt8], _ profile: Profile) -> [UInt8] {
        switch profile.onion_message_types.framing {
        case .raw: bigSize(UInt64(stream.count)) + stream
        case .lengthPrefixed: stream
        }
    }
}

/// Where vectors need a point that a path has in its place.
extension BlindedPath {
    package func with(
        introduction: SciddirOrPubkey? = nil,
        path_key: [UInt8]? = nil,
        firstHop: [UInt8]? = nil
    ) -> BlindedPath {
        var hops = hops
        if let firstHop, let first = hops.first {
            let data = first.encrypted_recipient_data
            hops[0] = Hop(blinded_node_id: firstHop[...], encrypted_recipient_data: data)
        }
        return BlindedPath(
            introduction: introduction ?? self.introduction,
            path_key: path_key?[...] ?? self.path_key,
            hops: hops
        )
    }

    /// The path with the blob of its first hop replaced.
    package func with(firstBlob: [UInt8]) -> BlindedPath {
        var hops = hops
        if let first = hops.first {
            hops[0] = Hop(blinded_node_id: first.blinded_node_id, encrypted_recipient_data: firstBlob[...])
        }
        return BlindedPath(introduction: introduction, path_key: path_key, hops: hops)
    }
}
