internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import StrictJSON
internal import Wire

/// The JSON of the stateful operations (`Spec/stateful-operations.md`).
extension Channel {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        guard case .integer(let scid) = try FieldFormat.shortChannelID.value(reader.member("scid")) else {
            throw reader.fail("a short channel id is needed")
        }
        self.init(
            peer: try reader.member("peer").publicKey(),
            scid: scid,
            fee_base_msat: UInt32(try reader.member("fee_base_msat").number(atMost: UInt64(UInt32.max))),
            fee_proportional_millionths: UInt32(
                try reader.member("fee_proportional_millionths").number(atMost: UInt64(UInt32.max))
            ),
            cltv_expiry_delta: UInt16(try reader.member("cltv_expiry_delta").number(atMost: UInt64(UInt16.max))),
            htlc_minimum_msat: try reader.member("htlc_minimum_msat").decimal(),
            htlc_maximum_msat: try reader.member("htlc_maximum_msat").decimal()
        )
    }
}

extension NetworkGraph {
    /// Which nodes there are follows from the channels.
    init(_ reader: JSONReader?) throws(JSONShapeError) {
        var channels: [UInt64: [PublicKey]] = [:]
        for channel in try reader?.member("channels").elements() ?? [] {
            guard case .integer(let scid) = try FieldFormat.shortChannelID.value(channel.member("scid")) else {
                throw channel.fail("a short channel id is needed")
            }
            var nodes: [PublicKey] = []
            for node in try channel.member("nodes").elements() { nodes.append(try node.publicKey()) }
            guard nodes.count == 2 else { throw channel.fail("a channel has two nodes") }
            channels[scid] = nodes
        }
        self.init(channels: channels)
    }
}

extension PartyLimits {
    /// Wishes that are not known here are passed over.
    init(_ reader: JSONReader?) throws(JSONShapeError) {
        self.init()
        guard let reader else { return }
        max_slots = try reader.optional("max_slots")?.number(atMost: .max) ?? max_slots
        max_invoice_bytes = try reader.optional("max_invoice_bytes")?.decimal() ?? max_invoice_bytes
        max_requests_per_minute =
            try reader.optional("max_requests_per_minute")?.decimal() ?? max_requests_per_minute
        paths_lifetime = try reader.optional("paths_lifetime")?.decimal() ?? paths_lifetime
        // Each is a request in the answer to `init`, and a runner takes a bounded number of those.
        offers = try reader.optional("offers")?.number(atMost: 1000) ?? offers
        min_paths_lifetime = try reader.optional("min_paths_lifetime")?.decimal() ?? min_paths_lifetime
        refresh_s = try reader.optional("refresh_s")?.decimal() ?? refresh_s
        salt = try SaltConfiguration(reader)
    }
}

extension StorePut.Record {
    var json: JSON {
        var json: JSONObject = ["key": .string(key)]
        json["value"] = value.map { .hex($0) }
        return .object(json)
    }
}

extension PartyAnswer {
    var json: JSONObject {
        switch self {
        case .paths(let paths):
            return ["paths": .array(paths.map { BlindedPath.format.json($0.value) })]
        case .offer(let offer):
            var json = JSONObject()
            json["offer"] = offer.map { .string($0) }
            return json
        case .offers(let offers):
            return ["offers": .array(offers.map(\.json))]
        case .payment(let payment):
            return ["payment": .string(payment)]
        case .salt(let answer):
            return answer.json
        }
    }
}

extension ListedOffer {
    var json: JSON {
        ["offer": .string(offer), "slot": .integer(Int64(slot)), "status": .string(status.rawValue)]
    }
}
