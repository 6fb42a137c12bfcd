internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import StrictJSON

/// A stateful operation on a party that runs (`Spec/stateful-operations.md`).
struct PartyOperation: Sendable {
    typealias Body = @Sendable (inout RunningParty, JSONReader) throws -> JSONObject

    let name: String
    /// The roles that have the operation; `nil` for all of them.
    let roles: Set<String>?
    /// The depth at which it is asked for; `nil` for both.
    let depth: PartyDepth?
    let body: Body

    init(_ name: String, roles: Set<String>? = nil, depth: PartyDepth? = nil, _ body: @escaping Body) {
        self.name = name
        self.roles = roles
        self.depth = depth
        self.body = body
    }

    static let all = ofEveryRole + ofServer + ofRecipient + ofSalt + ofPayments

    private static let ofEveryRole = [
        PartyOperation("clock.set") { party, input in
            party.setClock(try input.member("now").decimal())
            guard let height = try input.optional("height") else { return [:] }
            return party.setHeight(try height.number(atMost: UInt64(UInt32.max)))
        },
        PartyOperation("tick") { party, _ in party.tell(.tick) },
        // All is done by the time that an answer goes out.
        PartyOperation("barrier") { _, _ in [:] },
        PartyOperation("restart") { party, input in
            let how = try input.member("how")
            guard try how.string() == "clean" else {
                throw how.fail("\"clean\" is needed; a kill is done by the runner")
            }
            party.restart()
            return [:]
        },
        PartyOperation("net.link") { party, input in
            let peer = try input.member("peer").publicKey()
            return party.link(peer, isUp: try input.member("up").bool())
        },
        PartyOperation("net.deliver", depth: .packet) { party, input in
            _ = try input.member("from").hex()
            let path_key = try input.member("path_key").hex()
            return party.deliver(path_key: path_key, packet: try input.member("packet").hex())
        },
        PartyOperation("om.deliver", depth: .payload) { party, input in
            let over = try input.member("over")
            let encoding = over.value == .null ? nil : try over.hex()
            let onionmsg_tlv = try input.member("onionmsg_tlv").hex()
            return party.deliver(over: encoding.flatMap { BlindedPath(encoding: $0[...]) }, onionmsg_tlv: onionmsg_tlv)
        },
        PartyOperation("store.ack") { party, input in
            let put = try input.member("put")
            let number = try put.number(atMost: UInt64(Int64.max))
            let name = try input.member("result")
            let result = StoreResult(rawValue: try name.string())
            guard try result != nil || name.string() == "torn" else { throw name.fail("ok, error or torn is needed") }
            guard let out = party.acknowledge(number, result) else { throw put.fail("no put \(number) is open") }
            return out
        },
        PartyOperation("store.stats") { party, _ in
            let (entries, bytes) = party.stats
            return ["entries": .decimal(UInt64(entries)), "bytes": .decimal(UInt64(bytes))]
        },
    ]

    private static let ofServer = [
        PartyOperation("server.issue_client_paths", roles: ["server"]) { party, input in
            party.tell(.command(.issueClientPaths(client: try client(input))))
        },
        PartyOperation("server.set_limit", roles: ["server"]) { party, input in
            let client = try client(input)
            let slots = try input.optional("slots")?.number(atMost: .max)
            let bytes = try input.optional("bytes")?.decimal()
            return party.tell(.command(.setLimit(client: client, slots: slots, bytes: bytes)))
        },
    ]

    private static let ofRecipient = [
        PartyOperation("recipient.set_server_paths", roles: ["recipient"]) { party, input in
            let paths = try input.member("paths").elements().map { try blindedPath($0) }
            return party.tell(.command(.setServerPaths(paths)))
        },
        PartyOperation("recipient.get_offer", roles: ["recipient"]) { party, _ in party.tell(.command(.getOffer)) },
        PartyOperation("recipient.list_offers", roles: ["recipient"]) { party, _ in party.tell(.command(.listOffers)) },
        PartyOperation("channel.open", roles: ["recipient"]) { party, input in
            party.open(try Channel(input.member("channel")))
        },
        PartyOperation("channel.close", roles: ["recipient"]) { party, input in
            party.close(try Channel(input.member("channel")))
        },
        PartyOperation("channel.fee_change", roles: ["recipient"]) { party, input in
            party.changeFees(try Channel(input.member("channel")))
        },
        PartyOperation("htlc.deliver", roles: ["recipient"]) { party, input in
            let htlc = ReceivedHTLC(
                payload: try input.member("payload").hex(),
                payment_hash: try input.member("payment_hash").bytes32(),
                amount_msat: try input.member("amount_msat").decimal(),
                cltv_expiry: try input.member("cltv_expiry").number(atMost: UInt64(UInt32.max)),
                height: try input.member("height").number(atMost: UInt64(UInt32.max))
            )
            return party.tell(.htlc(htlc))
        },
    ]

    private static func client(_ input: JSONReader) throws(JSONShapeError) -> String {
        let reader = try input.member("client")
        let client = try reader.string()
        guard client.utf8.count <= PathContext.longestClient else {
            throw reader.fail("the name of a client takes at most \(PathContext.longestClient) bytes")
        }
        return client
    }
}
