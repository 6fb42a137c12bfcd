import Catalogue
import InvoiceServer
import Lightning
import Primitives
import Reference
import Rules
import StrictJSON
import TestSupport
import Testing
import Wire

/// A server and a recipient under test, each behind its own session, with a payer whom the test plays. Messages go from one
/// to the other until nobody has anything to say.
struct PartyHarness {
    enum Name: String, CaseIterable {
        case server, recipient, payer

        var key: SecretKey {
            var randomness = SeededRandomness(seed: "party stage: \(rawValue)")
            return randomness.secretKey()
        }

        var node_id: PublicKey { key.publicKey }
    }

    /// What the payer got.
    struct Received {
        let content: TLVRecord
        let context: PathContext?
    }

    let profile: Profile
    let depth: String
    var now: UInt64 = 1_700_000_000
    var limits: JSON = [:]
    /// What becomes of writes; `nil` leaves them open.
    var storeResult: String? = "ok"
    var sessions: [Name: PartySession] = [:]
    /// What each has written, as the runner keeps it.
    var stores: [Name: [String: JSON]] = [:]
    /// All events, in order.
    var events: [(Name, JSON)] = []
    var inbox: [Received] = []
    /// All requests with their answers, in order.
    var lines: [(operation: String, input: JSON, out: JSONObject)] = []
    /// Messages that are kept from their receivers, to be looked at.
    var isCut = false
    private var randomness = SeededRandomness(seed: "party stage")
    private var queue: [(Name, JSON)] = []

    init(_ profile: String, _ depth: String) throws {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        self.profile = try store.profile(profile)
        self.depth = depth
    }

    static let combinations: [(String, String)] = ["blip66-draft", "ldk-0.2", "ldk-0.3"].flatMap { profile in
        ["packet", "payload"].map { (profile, $0) }
    }

    var builder: MessageBuilder { MessageBuilder(profile) }
    var payer: OwnPaths { OwnPaths(node_key: Name.payer.key, profile) }

    mutating func secretKey() -> SecretKey { randomness.secretKey() }

    // MARK: Starting

    static let channel: JSON = [
        "peer": .hex(Name.server.node_id.bytes), "scid": "0000010000020003", "fee_base_msat": 1000,
        "fee_proportional_millionths": 100, "cltv_expiry_delta": 144, "htlc_minimum_msat": "1",
        "htlc_maximum_msat": "100000000",
    ]

    func initialisation(_ name: Name, seed: String) -> JSON {
        let others = Name.allCases.filter { $0 != name && (name == .server || $0 == .server) }
        var input: JSONObject = [
            "role": .string(name.rawValue), "depth": .string(depth), "node_key": .hex(name.key.bytes),
            "peers": .array(others.map { .hex($0.node_id.bytes) }),
            "channels": name == .recipient ? [Self.channel] : [], "chain": .hex(Chain.bitcoin), "now": .decimal(now),
            "seed": .hex(Hash.sha256(Array(seed.utf8))), "limits": limits,
        ]
        input["store"] = .array((stores[name] ?? [:]).map { ["key": .string($0.key), "value": $0.value] })
        return .object(input)
    }

    /// Starts a party, for the first time or after a kill.
    mutating func start(_ name: Name, _ registry: PartyRegistry = .reference, seed: String = "first") throws {
        var session = PartySession(registry)
        let input = initialisation(name, seed: "\(seed) \(name)")
        let outcome = session.perform("init", profile, input)
        guard case .accept(let out) = outcome else { throw StageError("init: \(outcome)") }
        lines.append(("init", input, out))
        sessions[name] = session
    }

    mutating func startBoth() throws {
        try start(.server)
        try start(.recipient)
    }

    struct StageError: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    // MARK: Asking

    /// Performs an operation, answers its writes and delivers what it sends.
    @discardableResult
    mutating func ask(_ name: Name, _ operation: String, _ input: JSON = [:]) throws -> JSONObject {
        let out = try perform(name, operation, input)
        try run()
        return out
    }

    /// Performs an operation and leaves its events undelivered.
    mutating func perform(_ name: Name, _ operation: String, _ input: JSON = [:]) throws -> JSONObject {
        let outcome = sessions[name]?.perform(operation, profile, input)
        guard case .accept(let out) = outcome else { throw StageError("\(operation): \(String(describing: outcome))") }
        lines.append((operation, input, out))
        for event in out["events"]?.array ?? [] {
            events.append((name, event))
            queue.append((name, event))
        }
        return out
    }

    mutating func setClock(_ now: UInt64) throws {
        self.now = now
        for name in sessions.keys { try ask(name, "clock.set", ["now": .decimal(now)]) }
    }

    mutating func run() throws {
        while !queue.isEmpty {
            let (name, event) = queue.removeFirst()
            switch event["ev"]?.string {
            case "store.put": try store(name, event)
            case "net.send" where !isCut: try passPacket(name, event)
            case "om.send" where !isCut: try passPayload(event)
            default: break
            }
        }
    }

    private mutating func store(_ name: Name, _ event: JSON) throws {
        guard let storeResult, let put = event["put"] else { return }
        if storeResult == "ok" {
            for record in event["records"]?.array ?? [] {
                stores[name, default: [:]][record["key"]?.string ?? ""] = record["value"]
            }
        }
        _ = try perform(name, "store.ack", ["put": put, "result": .string(storeResult)])
    }

    private mutating func passPacket(_ from: Name, _ event: JSON) throws {
        let input: JSON = [
            "from": .hex(from.node_id.bytes), "path_key": event["path_key"] ?? "", "packet": event["packet"] ?? "",
        ]
        guard let to = Name.allCases.first(where: { event["to"] == .hex($0.node_id.bytes) }) else { return }
        if to != .payer {
            _ = try perform(to, "net.deliver", input)
            return
        }
        var validation = Validation(.strict)
        let path_key = try PublicKey(Hex.decode(event["path_key"]?.string ?? ""))
        let packet = try Hex.decode(event["packet"]?.string ?? "")
        let peeled = try payer.messageNode.peel(packet[...], path_key: path_key, profile, &validation)
        let content = try #require(peeled.payload.content)
        note(content, peeled.opened.encrypted_data.context)
    }

    private mutating func passPayload(_ event: JSON) throws {
        let over = try #require(BlindedPath(encoding: Hex.decode(event["over"]?.string ?? "")[...]))
        guard case .pubkey(let introduction) = over.introduction,
            let to = Name.allCases.first(where: { $0.node_id.bytes[...] == introduction })
        else { return }
        if to != .payer {
            _ = try perform(
                to,
                "om.deliver",
                ["over": event["over"] ?? .null, "onionmsg_tlv": event["onionmsg_tlv"] ?? ""]
            )
            return
        }
        var validation = Validation(.strict)
        let stream = try Hex.decode(event["onionmsg_tlv"]?.string ?? "")
        let payload = try OnionMessagePayload.read(stream[...], profile, &validation)
        note(try #require(payload.content), payer.context(of: over))
    }

    private mutating func note(_ content: TLVRecord, _ context: ArraySlice<UInt8>?) {
        let sealed = SealedContext(context, key: payer.contextKey, now: now)
        inbox.append(Received(content: content, context: sealed.isAuthentic ? sealed.context : nil))
    }

    // MARK: Sending

    /// Sends a message over a path of one of the parties, as somebody outside would.
    mutating func send(
        _ content: TLVRecord,
        over path: BlindedPath,
        to name: Name,
        reply_path: BlindedPath? = nil
    ) throws {
        let message = SentMessage(content, over: path, reply_path: reply_path)
        guard depth == "packet" else {
            let input: JSON = ["over": .hex(path.encoding), "onionmsg_tlv": .hex(message.onionmsg_tlv.bytes)]
            return _ = try ask(name, "om.deliver", input)
        }
        let outgoing = try MessageOverPath(path: path, payload: message.onionmsg_tlv)
            .send(session_key: secretKey(), path_session_key: secretKey(), profile)
        guard case .introduction(.pubkey(let node_id)) = outgoing.first_hop,
            let first = Name.allCases.first(where: { $0.node_id.bytes[...] == node_id })
        else { throw StageError("the path begins nowhere") }
        let input: JSON = [
            "from": .hex(Name.payer.node_id.bytes), "path_key": .hex(outgoing.path_key),
            "packet": .hex(outgoing.onion.packet.bytes),
        ]
        try ask(first, "net.deliver", input)
    }

    /// A path to the payer: through the server where there are packets.
    mutating func payerPath(_ purpose: PathContext.Purpose = .invoiceReply, discriminator: [UInt8] = []) throws
        -> BlindedPath
    {
        try payer.messagePath(
            PathContext(purpose, discriminator: discriminator),
            through: depth == "packet" ? [Name.server.node_id] : [],
            session_key: secretKey()
        )
    }

    // MARK: The protocol

    /// The recipient gets paths from the server, and all that follows.
    mutating func introduce(client: String = "rita") throws {
        let paths = try ask(.server, "server.issue_client_paths", ["client": .string(client)])["paths"]
        try ask(.recipient, "recipient.set_server_paths", ["paths": try #require(paths)])
        try ask(.recipient, "tick")
    }

    mutating func offer() throws -> Offer? {
        guard let text = try ask(.recipient, "recipient.get_offer")["offer"]?.string else { return nil }
        var validation = Validation(.strict)
        return try Offer.read(text: text, &validation)
    }

    mutating func request(_ offer: Offer, msat: UInt64 = 5000) -> [UInt8] {
        InvoiceRequestBuilder(offer, invreq_metadata: randomness.bytes(16), invreq_amount: msat)
            .build(payer_key: randomness.secretKey())
    }

    /// The payer asks for an invoice over an offer's path, and gets what comes back.
    mutating func requestInvoice(_ offer: Offer) throws -> StaticInvoice? {
        inbox = []
        let request = request(offer)
        let path = try #require(offer.offer_paths?.first)
        try send(
            builder.invoice_request(request),
            over: path,
            to: .server,
            reply_path: try payerPath(discriminator: [1, 2])
        )
        guard let received = inbox.first else { return nil }
        #expect(received.context?.discriminator == [1, 2])
        #expect(received.content.type == profile.onion_message_types.static_invoice)
        var validation = Validation(.strict)
        let invoice = try StaticInvoice.read(received.content.value, profile, &validation)
        let reading = StaticInvoiceReaderInput(
            invoice: invoice,
            profile: profile,
            now: now,
            chain: Chain.bitcoin,
            offer: offer.decoded.stream,
            arrival: .replyPath
        )
        try validation.apply(StaticInvoiceReaderChecks.all, to: reading)
        return invoice
    }

    // MARK: What happened

    func events(_ kind: String, of name: Name) -> [JSON] {
        events.filter { $0.0 == name && $0.1["ev"]?.string == kind }.map(\.1)
    }

    func sends(of name: Name) -> Int { events("net.send", of: name).count + events("om.send", of: name).count }

    /// Why the party passed messages over.
    mutating func notes(of name: Name) -> [RequirementID] { sessions[name]?.takeNotes().map(\.requirement) ?? [] }
}
