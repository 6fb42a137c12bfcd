package import Primitives
package import Rules
package import Wire

/// What a path is made for: the rules for its hops differ.
package enum PathPurpose: String, Hashable, Sendable {
    case message, payment
}

/// A hop of a blinded path that is to be made.
package struct PlannedHop: Hashable, Sendable {
    package let node_id: PublicKey
    /// The stream `encrypted_data_tlv`.
    package let encrypted_data_tlv: [UInt8]
    /// The key of LDK's tag, where the hop is to carry it.
    package let receive_auth_key: Bytes32?
    /// The ephemeral key with which a new chain starts at this hop (RB-W6). The hop before it must hold its public key
    /// in record 8.
    package let session_key: SecretKey?

    package init(
        node_id: PublicKey,
        encrypted_data_tlv: [UInt8],
        receive_auth_key: Bytes32? = nil,
        session_key: SecretKey? = nil
    ) {
        self.node_id = node_id
        self.encrypted_data_tlv = encrypted_data_tlv
        self.receive_auth_key = receive_auth_key
        self.session_key = session_key
    }
}

/// A path with what was computed on the way to it.
package struct CreatedPath: Sendable {
    /// One hop: its part of the key chain and its ephemeral private key.
    package struct Step: Sendable {
        package let e: SecretKey
        package let secret: HopSecret
        package let blindedNodeIDFactor: SecretKey
        package let b: SecretKey
    }

    package let path: BlindedPath
    package let steps: [Step]
}

/// BOLT 4, "Route Blinding", requirements for the writer of a `blinded_path`.
extension BlindedPath {
    /// Makes a path: RB-W2 to RB-W6 and RB-W9. It seals what it is given; `BlindedPathChecks` judge that beforehand.
    /// - `session_key`: `e_0`.
    /// - `introduction`: how the first hop is named; by its node id where nothing is said.
    /// - Throws: RB-W1 for no hop and more than 255, RB-W9 for more data than a hop can carry.
    package static func create(
        _ hops: [PlannedHop],
        session_key: SecretKey,
        introduction: SciddirOrPubkey? = nil
    ) throws(Finding) -> CreatedPath {
        guard let first = hops.first else { throw Finding("RB-W1", .zeroHops, "the path has no hops") }
        guard hops.count <= 255 else {
            throw Finding("RB-W1", "tlv.length", "\(hops.count) hops do not fit in a path, whose count is one byte")
        }
        var e = session_key
        var blinded: [Hop] = []
        var steps: [CreatedPath.Step] = []
        for hop in hops {
            let step = try CreatedPath.Step(e: hop.session_key ?? e, N: hop.node_id)
            blinded.append(try seal(hop, step))
            steps.append(step)
            e = step.e.multiplied(by: step.b)
        }
        let path = BlindedPath(
            introduction: introduction ?? .pubkey(first.node_id.bytes[...]),
            path_key: steps[0].secret.E.bytes[...],
            hops: blinded
        )
        return CreatedPath(path: path, steps: steps)
    }

    /// `B` (RB-W5) and `encrypted_recipient_data` (RB-W9) of a hop.
    private static func seal(_ hop: PlannedHop, _ step: CreatedPath.Step) throws(Finding) -> Hop {
        let sealed = SealedData.seal(
            hop.encrypted_data_tlv,
            rho: step.secret.rho,
            receive_auth_key: hop.receive_auth_key
        )
        guard sealed.count <= 65_535 else {
            throw Finding("RB-W9", "tlv.length", "\(sealed.count) bytes of encrypted data do not fit in 65535")
        }
        let B = hop.node_id.multiplied(by: step.blindedNodeIDFactor)
        return Hop(blinded_node_id: B.bytes[...], encrypted_recipient_data: sealed[...])
    }
}

extension CreatedPath.Step {
    init(e: SecretKey, N: PublicKey) throws(Finding) {
        self.e = e
        secret = HopSecret(e: e, N: N)
        blindedNodeIDFactor = try secret.blindedNodeIDFactor()
        b = try secret.b()
    }
}

extension PlannedHop {
    /// A short way to write the stream of a hop's data.
    package init(node_id: PublicKey, records: [TLVRecord], receive_auth_key: Bytes32? = nil) {
        self.init(
            node_id: node_id,
            encrypted_data_tlv: TLVStream(sorting: records).bytes,
            receive_auth_key: receive_auth_key
        )
    }
}
