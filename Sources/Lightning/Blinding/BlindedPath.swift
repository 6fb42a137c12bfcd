package import Wire

/// A `blinded_path` (BOLT 4, "Route Blinding"): where to enter, the first path key, and the hops.
package struct BlindedPath: Hashable, Sendable {
    /// One `blinded_path_hop`.
    package struct Hop: Hashable, Sendable {
        /// 33 bytes, a point.
        package let blinded_node_id: ArraySlice<UInt8>
        /// At most 65,535 bytes.
        package let encrypted_recipient_data: ArraySlice<UInt8>

        package init(blinded_node_id: ArraySlice<UInt8>, encrypted_recipient_data: ArraySlice<UInt8>) {
            self.blinded_node_id = blinded_node_id
            self.encrypted_recipient_data = encrypted_recipient_data
        }
    }

    /// The introduction node: `first_node_id`.
    package let introduction: SciddirOrPubkey
    /// `first_path_key`, 33 bytes, a point.
    package let path_key: ArraySlice<UInt8>
    /// At most 255.
    package let hops: [Hop]

    package init(introduction: SciddirOrPubkey, path_key: ArraySlice<UInt8>, hops: [Hop]) {
        self.introduction = introduction
        self.path_key = path_key
        self.hops = hops
    }

    package static let format = FieldFormat.blinded_path

    /// - Returns: `nil` when the value is not of this format.
    package init?(_ value: FieldValue?) {
        guard case .structure(let members) = value, members.count == 3,
            case .node(let introduction) = members[0],
            case .bytes(let path_key) = members[1],
            case .list(let hops) = members[2]
        else { return nil }
        self.init(introduction: introduction, path_key: path_key, hops: hops.compactMap(Hop.init))
    }

    package var value: FieldValue {
        .structure([.node(introduction), .bytes(path_key), .list(hops.map(\.value))])
    }
}

extension BlindedPath.Hop {
    init?(_ value: FieldValue) {
        guard case .structure(let members) = value, members.count == 2,
            case .bytes(let blinded_node_id) = members[0],
            case .bytes(let encrypted_recipient_data) = members[1]
        else { return nil }
        self.init(blinded_node_id: blinded_node_id, encrypted_recipient_data: encrypted_recipient_data)
    }

    var value: FieldValue { .structure([.bytes(blinded_node_id), .bytes(encrypted_recipient_data)]) }
}
