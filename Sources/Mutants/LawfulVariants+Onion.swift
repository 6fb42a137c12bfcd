internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

extension LawfulVariantRegistry {
    /// How onion messages are made and read.
    static let onionVariants = [
        LawfulVariant("C-26", "b", "counts known payloads alone at the end of an onion").reading { layer, profile in
            let types = layer.payload.contents.map(\.type)
            let hasKnown = types.contains { TLVSchema.onionmsg(profile)[$0] != nil }
            return layer.final && hasKnown ? try layer.withoutUnknownOddMessages(profile) : layer
        },
        LawfulVariant("C-72", "b", "sends nothing over a path that names its introduction node by a channel")
            .rejecting(in: "om.send_over") { answer in
                guard answer.input.value["path"]?["introduction"]?["scid"] != nil else { return nil }
                return Finding("RB-U1", .context, "the channel does not tell which node the path begins at")
            },
        LawfulVariant("C-95", "b", "passes messages on that have an odd record from 64 up beside the sealed data")
            .reading { layer, profile in layer.final ? layer : try layer.withoutUnknownOddMessages(profile) },
        LawfulVariant("C-96", "b", "takes a message at its end without encrypted_recipient_data")
            .changing(["om.peel"]) { $0.takingMessagesWithoutData },
        LawfulVariant("C-100", "b", "builds packets of the usual sizes alone").rejecting(in: "om.build") { answer in
            let size = Int(try answer.input.member("size").number(atMost: .max))
            if OnionMessage.usualPacketSizes.contains(size) { return nil }
            return Finding("OM-W3", "onion.length", "\(size) bytes are not one of the two usual sizes")
        },
    ]
}

extension LawfulVariant {
    /// Judges layers of onion messages as if they were others.
    fileprivate func reading(_ reading: @escaping LayerReading) -> LawfulVariant {
        replacing(
            messagePeel(OnionMessageReaderChecks.all, reading: reading),
            messageClassify(OnionMessageReaderChecks.all, reading: reading)
        )
    }
}

extension MessageLayer {
    /// The layer without unknown odd records from 64 up.
    fileprivate func withoutUnknownOddMessages(_ profile: Profile) throws(Finding) -> MessageLayer {
        let known = TLVSchema.onionmsg(profile)
        let records = payload.decoded.stream.records.filter { record in
            record.type < 64 || record.type.isMultiple(of: 2) || known[record.type] != nil
        }
        var validation = Validation(.strict)
        return MessageLayer(
            payload: try OnionMessagePayload.read(TLVStream(sorting: records).bytes[...], profile, &validation),
            encrypted_data: encrypted_data,
            final: final,
            known_features: known_features
        )
    }
}

extension Operation {
    /// `om.peel`, which takes the last layer even if it has no sealed data: then it came without a path of one's own.
    fileprivate var takingMessagesWithoutData: Operation {
        Operation(name) { profile, input, validation in
            do {
                return try body(profile, input, &validation)
            } catch let finding as Finding where finding.requirement == "RB-E2" && finding.reason == .missing {
                let unblinding = try Unblinding(
                    node_key: try input.member("node_key").secretKey(),
                    path_key: try input.member("path_key").publicKey()
                )
                let packet = try OnionPacket.read(try input.member("packet").hex()[...], &validation)
                let onion = try packet.peel(unblinding.blinded_node_key)
                guard onion.next == nil else { throw finding }
                // Nothing was sealed, so that anybody can have sent it.
                return [
                    "kind": "receive", "onionmsg_tlv": .hex(onion.payload), "encrypted_data_tlv": "", "tag": "standard",
                ]
            }
        }
    }
}
