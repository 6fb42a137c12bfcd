import Catalogue
import InvoiceServer
import Lightning
import Primitives
import Rules
import TestSupport
import Testing
import Wire

import SaltSecret

/// Payer, counterparty and receiver in a row, each a machine with a node around it. Onions go from one to the next until nobody
/// has anything to say.
struct SaltHarness {
    enum Name: String, CaseIterable {
        case payer, counterparty, receiver

        var key: SecretKey {
            var randomness = SeededRandomness(seed: "salt street: \(rawValue)")
            return randomness.secretKey()
        }

        var peers: [Name] {
            switch self {
            case .payer, .receiver: [.counterparty]
            case .counterparty: [.payer, .receiver]
            }
        }
    }

    private let profile: Profile
    private let readings: SaltReadings
    private let secret: [UInt8]?
    private let now: UInt64 = 1_700_000_000
    private var parties: [Name: any Party] = [:]
    private var transports: [Name: MessageTransport] = [:]
    private var stores: [Name: [String: [UInt8]]] = [:]

    var isReceiverThere = true
    var isPayerUnaware = false
    /// Each onion for the payer comes twice.
    var repeatsMessages = false
    var storeResult = StoreResult.ok
    private(set) var paid: [SentHTLC] = []
    private(set) var requestsReceived: [[UInt8]] = []

    init(_ readings: SaltReadings = SaltReadings()) throws {
        try self.init(readings, secret: [UInt8](1...32).prefix(readings.masking.secretSize).map { $0 })
    }

    init(_ readings: SaltReadings = SaltReadings(), secret: [UInt8]?) throws {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        profile = try store.profile("blip66-draft")
        self.readings = readings
        self.secret = secret
        for name in Name.allCases { try start(name, life: 0) }
    }

    /// Starts a party with what it has stored, and with other entropy than before.
    mutating func start(_ name: Name, life: Int) throws {
        var configuration = PartyConfiguration(
            profile: profile,
            node_key: name.key,
            peers: name.peers.map(\.key.publicKey),
            channels: name == .receiver ? [Self.channel] : [],
            pathsStartAtPeer: true,
            randomness: SeededRandomness(seed: "salt street \(name) \(life)"),
            store: stores[name] ?? [:]
        )
        configuration.limits.salt.masking = readings.masking.rawValue
        configuration.limits.salt.sealing = readings.sealing.rawValue
        configuration.limits.salt.counterparty_secret = secret
        configuration.limits.salt.unaware = isPayerUnaware
        switch name {
        case .payer: parties[name] = Payer(configuration)
        case .counterparty: parties[name] = Counterparty(configuration)
        case .receiver: parties[name] = Receiver(configuration)
        }
        transports[name] = MessageTransport(
            OwnPaths(node_key: name.key, profile),
            randomness: SeededRandomness(seed: "salt street onions \(name) \(life)")
        )
    }

    private static let channel = Channel(
        peer: Name.counterparty.key.publicKey,
        scid: 7,
        fee_base_msat: 1,
        fee_proportional_millionths: 1,
        cltv_expiry_delta: 40,
        htlc_minimum_msat: 1,
        htlc_maximum_msat: 1_000_000
    )

    // MARK: What is done

    mutating func effects(_ name: Name, _ event: PartyEvent) -> [PartyEffect] {
        parties[name]?.handle(event, at: now) ?? []
    }

    @discardableResult
    mutating func tell(_ name: Name, _ event: PartyEvent) throws -> [PartyEffect] {
        let effects = effects(name, event)
        for effect in effects { try follow(effect, of: name) }
        return effects
    }

    mutating func grant() throws -> SaltGrant {
        let effects = try tell(.counterparty, .command(.salt(.grant(receiver: "receiver"))))
        guard case .answer(.salt(.grant(let unique_salt, let masked)))? = effects.first else {
            throw Finding("SALT-1", .missing, "there is no grant")
        }
        return try SaltGrant(unique_salt: unique_salt, encrypted_counterparty_secret: masked)
    }

    /// A grant, an offer made of it, and an invoice that the counterparty keeps.
    mutating func introduce() throws -> String {
        let grant = try grant()
        let command = SaltCommand.useGrant(
            counterparty: Name.counterparty.key.publicKey,
            unique_salt: grant.unique_salt,
            encrypted_counterparty_secret: grant.encrypted_counterparty_secret
        )
        guard case .answer(.salt(.offer(let offer, let invoice)))? = try tell(.receiver, .command(.salt(command))).first
        else { throw Finding("SALT-5", .missing, "there is no offer") }
        try tell(.counterparty, .command(.salt(.putInvoice(unique_salt: grant.unique_salt, invoice: invoice))))
        return offer
    }

    mutating func pay(_ offer: String, msat: UInt64) throws {
        try tell(.payer, .command(.payOffer(OfferPayment(offer: offer, amount_msat: msat))))
    }

    // MARK: What follows

    private mutating func follow(_ effect: PartyEffect, of name: Name) throws {
        switch effect {
        case .send(let message):
            let peerTable = peerTable(name)
            if let (to, onion) = try transports[name]?.packet(message, peerTable) { try carry(onion, to: to) }
        case .forward(let forwarding):
            if let to = peerTable(name).node(forwarding.next) { try carry(forwarding.message, to: to) }
        case .put(let put):
            if storeResult == .ok {
                for record in put.records { stores[name, default: [:]][record.key] = record.value }
            }
            try tell(name, .stored(put: put.put, storeResult))
        case .payHTLC(let htlc): paid.append(htlc)
        case .invreqReceived(let request): requestsReceived.append(request)
        default: break
        }
    }

    private func peerTable(_ name: Name) -> PeerTable {
        PeerTable(node_id: name.key.publicKey, peers: name.peers.map(\.key.publicKey), channels: [])
    }

    private mutating func carry(_ onion: OnionMessage, to node_id: PublicKey) throws {
        guard let name = Name.allCases.first(where: { $0.key.publicKey == node_id }),
            name != .receiver || isReceiverThere, let relayRecords = parties[name]?.relayRecords
        else { return }
        for _ in 0..<(name == .payer && repeatsMessages ? 2 : 1) {
            let delivery = try transports[name]?.open(
                path_key: Array(onion.path_key),
                packet: Array(onion.onion_message_packet),
                relayRecords: relayRecords
            )
            switch delivery {
            case .message(let message): try tell(name, .message(message))
            case .forwarding(let forwarding): try tell(name, .forwarding(forwarding))
            case nil: break
            }
        }
    }
}

/// Random decisions, the same in every run.
struct Dice {
    private var randomness: SeededRandomness

    init(_ seed: String) { randomness = SeededRandomness(seed: seed) }

    mutating func flag() -> Bool { randomness.integer(below: 2) == 1 }

    mutating func bytes(upTo count: Int) -> [UInt8] { randomness.bytes(randomness.integer(below: count + 1)) }
}
