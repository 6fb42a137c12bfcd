package import Primitives
package import Rules

/// An onion message with its layers opened, by someone who has the keys of all hops: what is needed to judge its writer.
package struct DecryptedOnionMessage: Sendable {
    package struct Layer: Sendable {
        package let node_id: PublicKey
        package let path_key: PublicKey
        package let peeled: PeeledMessage
    }

    package let message: OnionMessage
    package let layers: [Layer]
    /// Why the next layer did not open; `nil` when the last one is the end of the onion.
    package let fault: Finding?
    /// The layer that did not open is made for a node's own key, not for its blinded one.
    package let isEncryptedToRealID: Bool
    /// Whether the one who gets the message is meant to answer; `nil` where that is not known.
    package let replyPermitted: Bool?
}

extension OnionMessage {
    /// Opens layer after layer with the keys of those who may be on the way, in any order.
    package func open(
        _ nodes: [MessageNode],
        replyPermitted: Bool? = nil,
        _ profile: Profile
    ) -> DecryptedOnionMessage {
        open(KnownNodes(nodes), replyPermitted: replyPermitted, profile)
    }

    /// - Parameters:
    ///   - nodes: those who may be on the way.
    ///   - first: who was handed the message, where that is known.
    package func open(
        _ nodes: KnownNodes,
        first: PublicKey? = nil,
        replyPermitted: Bool? = nil,
        _ profile: Profile
    ) -> DecryptedOnionMessage {
        var layers: [DecryptedOnionMessage.Layer] = []
        var fault: Finding?
        var isEncryptedToRealID = false
        do throws(Finding) {
            var validation = Validation(.strict)
            var path_key = try firstPathKey()
            var packet: OnionPacket? = try OnionPacket.read(onion_message_packet, &validation)
            var likely = first?.bytes
            while let current = packet {
                guard let layer = try Self.open(current, path_key, nodes, likely, profile) else {
                    isEncryptedToRealID = nodes.contains { (try? current.peel($0.node_key)) != nil }
                    throw Finding(
                        "OD-3",
                        "onion.hmac",
                        "the layer's HMAC fits none of the known nodes under its path key"
                    )
                }
                layers.append(layer)
                packet = layer.peeled.onward?.next_packet
                path_key = layer.peeled.onward?.next_path_key ?? path_key
                likely = nodes.next(after: layer.node_id, layer.peeled.opened.encrypted_data)
            }
        } catch {
            fault = error
        }
        return DecryptedOnionMessage(
            message: self,
            layers: layers,
            fault: fault,
            isEncryptedToRealID: isEncryptedToRealID,
            replyPermitted: replyPermitted
        )
    }

    private func firstPathKey() throws(Finding) -> PublicKey {
        do {
            return try PublicKey(path_key)
        } catch {
            throw Finding("B1-T-2", "point", "path_key: \(error.detail)")
        }
    }

    /// The layer as the node sees it whose key fits its HMAC; `nil` if there is none.
    private static func open(
        _ packet: OnionPacket,
        _ path_key: PublicKey,
        _ nodes: KnownNodes,
        _ likely: [UInt8]?,
        _ profile: Profile
    ) throws(Finding) -> DecryptedOnionMessage.Layer? {
        try nodes.first(likely: likely) { known throws(Finding) in
            do throws(Finding) {
                var validation = Validation(.strict)
                let peeled = try known.node.peel(packet, path_key: path_key, profile, &validation)
                return DecryptedOnionMessage.Layer(node_id: known.node_id, path_key: path_key, peeled: peeled)
            } catch  where error.requirement == "OD-3" {
                return nil
            }
        }
    }
}

/// The rules for the writer of an onion message (BOLT 4, "The `onion_message` Message").
package enum OnionMessageWriterChecks {
    package static let all: [Check<DecryptedOnionMessage>] = [
        versionZero, noAssociatedData, layersOpen, onlyEncryptedData, replyPathUsable, replyPathWanted,
    ]

    /// What it should do.
    package static let should: [Check<DecryptedOnionMessage>] = [usualSize]

    static let versionZero = Check<DecryptedOnionMessage>("OM-W1", "onion.version") { open in
        let version = open.message.onion_message_packet.first
        return .require(version == 0, "the packet has version \(version.map { "\($0)" } ?? "none"), not 0")
    }

    /// With all keys at hand, an outer HMAC that fits nobody covers something beside the payloads.
    static let noAssociatedData = Check<DecryptedOnionMessage>("OM-W2", "onion.hmac") { open in
        guard open.layers.isEmpty, open.fault?.requirement == "OD-3" else { return .meets }
        if open.isEncryptedToRealID { return .notApplicable("the outer layer is not made for a blinded id") }
        return .fails("no hop finds the outer HMAC right over the payloads alone")
    }

    static let usualSize = Check<DecryptedOnionMessage>("OM-W3", .semantic("onion_message_packet")) { open in
        let size = open.message.onion_message_packet.count
        return .require(
            OnionMessage.usualPacketSizes.contains(size),
            "the packet has \(size) bytes, not 1366 or 32834"
        )
    }

    static let onlyEncryptedData = Check<DecryptedOnionMessage>("OM-W4", "onion.payload") { open in
        for (index, layer) in open.layers.enumerated() where layer.peeled.kind != .receive {
            let other = layer.peeled.payload.decoded.stream.records.first { $0.type != 4 }
            if let other { return .fails("layer \(index) is not the last and holds record \(other.type)") }
        }
        return .meets
    }

    /// What can be seen without the keys of the reply path's hops; with them, use `BlindedPathChecks`.
    static let replyPathUsable = Check<DecryptedOnionMessage>("OM-W5", .semantic("reply_path")) { open in
        guard let last = open.layers.last?.peeled, last.payload.decoded.contains(2) else {
            return .notApplicable("there is no reply path")
        }
        guard let reply_path = last.payload.reply_path else { return .fails("the reply path cannot be read") }
        if reply_path.hops.isEmpty { return .fails("the reply path has no hops") }
        let tagSize = ChaCha20Poly1305.tagSize
        let empty = reply_path.hops.firstIndex { $0.encrypted_recipient_data.count < tagSize }
        guard let empty else { return .meets }
        return .fails("hop \(empty) of the reply path has less data than a tag takes")
    }

    static let replyPathWanted = Check<DecryptedOnionMessage>("OM-W6", .semantic("reply_path")) { open in
        guard open.replyPermitted == false else { return .notApplicable("an answer is permitted") }
        let last = open.layers.last?.peeled
        let isSet = last?.payload.decoded.contains(2) ?? false
        return .require(!isSet, "no answer is permitted, and a reply path is set")
    }

    static let layersOpen = Check<DecryptedOnionMessage>("OM-W8", "onion.length") { open in
        guard let fault = open.fault, !open.layers.isEmpty || fault.requirement != "OD-3" else { return .meets }
        if fault.requirement == "OD-1" { return .notApplicable("the version is not 0") }
        if open.isEncryptedToRealID { return .notApplicable("a layer is not made for a blinded id") }
        return .fails("layer \(open.layers.count) does not open: \(fault.detail) (\(fault.requirement))")
    }
}

/// A message and the path that its writer was given.
package struct SentOverPath: Sendable {
    package let open: DecryptedOnionMessage
    package let path: BlindedPath
    /// Hops at the start of the path that are the sender's own (RB-U5).
    package let ownHops: Int

    package init(open: DecryptedOnionMessage, path: BlindedPath, ownHops: Int = 0) {
        self.open = open
        self.path = path
        self.ownHops = ownHops
    }

    var hops: ArraySlice<BlindedPath.Hop> { path.hops.dropFirst(ownHops) }

    /// The layer in which the path begins: as many from the end as the path has hops.
    var start: Int? {
        let start = open.layers.count - hops.count
        return open.fault == nil && start >= 0 && !hops.isEmpty ? start : nil
    }
}

/// The rules for the user of a blinded path that carries a message (BOLT 4, "Route Blinding"). For an answer they are
/// what OM-R10 asks for.
package enum PathUserChecks {
    package static let all: [Check<SentOverPath>] = [
        blindedIDs, reachesPath, dataUnchanged, firstKeyHandedOver, ownHopsOpened,
    ]

    static let reachesPath = Check<SentOverPath>("RB-U1", .semantic("onion_message_packet")) { sent in
        guard sent.open.fault == nil else { return .notApplicable("a layer does not open") }
        return .require(
            sent.start != nil,
            "\(sent.open.layers.count) layers open, the path has \(sent.hops.count) hops to go through"
        )
    }

    static let dataUnchanged = Check<SentOverPath>("RB-U2", .semantic("encrypted_recipient_data")) { sent in
        guard let start = sent.start else { return .notApplicable("the message does not go through the path") }
        for (index, (layer, hop)) in zip(sent.open.layers.dropFirst(start), sent.hops).enumerated()
        where layer.peeled.payload.encrypted_recipient_data != hop.encrypted_recipient_data {
            return .fails("layer \(start + index) does not carry the data of the path's hop \(sent.ownHops + index)")
        }
        return .meets
    }

    static let blindedIDs = Check<SentOverPath>("RB-U3", "onion.hmac") { sent in
        .require(!sent.open.isEncryptedToRealID, "layer \(sent.open.layers.count) is made for a real node id")
    }

    static let firstKeyHandedOver = Check<SentOverPath>("RB-U4", .semantic("path_key")) { sent in
        guard let start = sent.start else { return .notApplicable("the message does not go through the path") }
        guard sent.ownHops == 0 else { return .notApplicable("the sender opened the path's first hop itself") }
        return .require(
            sent.open.layers[start].path_key.bytes.elementsEqual(sent.path.path_key),
            "the introduction node gets another path key than the path's first"
        )
    }

    static let ownHopsOpened = Check<SentOverPath>("RB-U5", .semantic("onion_message_packet")) { sent in
        guard sent.ownHops > 0 else { return .notApplicable("the path does not start at the sender") }
        guard let start = sent.start else { return .notApplicable("the message does not go through the path") }
        return .require(start == 0, "the message starts with a hop of the sender's own")
    }
}
