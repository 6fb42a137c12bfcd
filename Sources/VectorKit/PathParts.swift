package import StrictJSON
package import Wire

/// A blinded path as plain parts, which a case can change one at a time (BOLT 4, "Route Blinding": `blinded_path`).
package struct PathParts {
    package typealias Hop = (blinded_node_id: [UInt8], encrypted_recipient_data: [UInt8])

    package var introduction: SciddirOrPubkey
    package var path_key: [UInt8]
    package var hops: [Hop]

    package init(introduction: SciddirOrPubkey, path_key: [UInt8], hops: [Hop]) {
        self.introduction = introduction
        self.path_key = path_key
        self.hops = hops
    }

    package var bytes: [UInt8] { introductionBytes + path_key + [UInt8(hops.count)] + hops.flatMap(Self.bytes) }

    package var introductionBytes: [UInt8] {
        switch introduction {
        case .pubkey(let node_id): Array(node_id)
        case .sciddir(let direction, let channel): [direction] + MessageParts.bigEndian(channel, 8)
        }
    }

    package static func bytes(_ hop: Hop) -> [UInt8] {
        let enclen = MessageParts.bigEndian(UInt64(hop.encrypted_recipient_data.count), 2)
        return hop.blinded_node_id + enclen + hop.encrypted_recipient_data
    }

    /// The path object of the adapter protocol.
    package var json: JSON {
        [
            "introduction": introductionJSON,
            "path_key": .hex(path_key),
            "hops": .array(
                hops.map {
                    [
                        "blinded_node_id": .hex($0.blinded_node_id),
                        "encrypted_recipient_data": .hex($0.encrypted_recipient_data),
                    ]
                }
            ),
        ]
    }

    private var introductionJSON: JSON {
        switch introduction {
        case .pubkey(let node_id):
            ["node_id": .hex(node_id)]
        case .sciddir(let direction, let channel):
            ["scid": .hex(MessageParts.bigEndian(channel, 8)), "direction": .integer(Int64(direction))]
        }
    }
}
