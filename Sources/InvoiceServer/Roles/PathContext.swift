package import Primitives
package import Rules
internal import Wire

/// What a party seals into the last hop of a path to itself, to know a message that comes over it: what the path was made
/// for, for whom, for which invoice, and until when.
///
/// All that the party will need is inside, so a path works after a restart though nothing was written for it. A MAC over
/// all of it, with a key that only this node has, tells the party's own contexts from those of others: anybody can
/// encrypt a hop to a node's public key.
package struct PathContext: Hashable, Sendable {
    /// What a path is made for. A path for one purpose is no good for another.
    package enum Purpose: UInt8, Hashable, Sendable, CaseIterable {
        /// Server: a client sends its offer_paths_request over it (B66-OOB-1).
        case clientRequest = 1
        /// Server: payers send their invoice_request over it (B66-OP-S1, B66-OP-S2).
        case offer = 2
        /// Server: reply path of offer_paths, for the invoice and its updates (B66-OP-S3, B66-OP-S4).
        case invoiceUpdate = 3
        /// Recipient: reply path of offer_paths_request (B66-OPR-S1).
        case offerPathsReply = 4
        /// Recipient: reply path of serve_static_invoice (B66-SSI-S3).
        case persistedReply = 5
        /// Recipient: forward_invoice_request_path (B66-SSI-S2).
        case forward = 6
        /// Recipient: a path of static_invoice_message_paths (B12-SI-W4).
        case heldMessage = 7
        /// Recipient: a path of invoice_paths (B12-SI-W10).
        case payment = 8
        /// Payer: reply path of invoice_request.
        case invoiceReply = 9
        /// Payer, or the node that holds its HTLC: reply path of held_htlc_available.
        case releaseReply = 10
        /// Receiver of the scheme of salt and secret: a path of its offer (SALT-6).
        case saltOffer = 11
        /// The node that holds an HTLC: a path for its release (ASY-H4, ASY-H7).
        case heldHTLC = 12
    }

    package var purpose: Purpose
    /// The server's client; empty where the purpose has none.
    package var client: String
    /// `invoice_slot`; 0 where the purpose has none.
    package var slot: UInt16
    /// The last second, since 1970, at which the path may be used; `nil` for no end.
    package var expiry: UInt64?
    /// Tells apart what client and slot do not: an offer, a payment, one path among several. At most 255 bytes.
    package var discriminator: [UInt8]

    package init(
        _ purpose: Purpose,
        client: String = "",
        slot: UInt16 = 0,
        expiry: UInt64? = nil,
        discriminator: [UInt8] = []
    ) {
        self.purpose = purpose
        self.client = client
        self.slot = slot
        self.expiry = expiry
        self.discriminator = discriminator
    }

    /// The longest name of a client, in bytes of UTF-8: offers, and so requests and payments, hold it (C-47).
    package static let longestClient = 64

    /// How an end that never comes is written.
    private static let noEnd = UInt64.max

    /// All fields, in the order of their declaration; what varies in length stands behind a byte with its length.
    var fields: [UInt8] {
        var writer = ByteWriter()
        writer.write(purpose.rawValue)
        Self.write(Array(client.utf8), to: &writer)
        writer.write(slot)
        writer.write(expiry ?? Self.noEnd)
        Self.write(discriminator, to: &writer)
        return writer.bytes
    }

    private static func write(_ bytes: [UInt8], to writer: inout ByteWriter) {
        let bytes = bytes.prefix(255)
        writer.write(UInt8(truncatingIfNeeded: bytes.count))
        writer.write(bytes)
    }

    /// Reads the fields. Whether they are the party's own is for the MAC to tell.
    /// - Returns: `nil` for bytes that are no fields.
    init?(fields: ArraySlice<UInt8>) {
        var reader = ByteReader(fields)
        guard let context = try? Self.read(&reader), reader.isAtEnd else { return nil }
        self = context
    }

    private static func read(_ reader: inout ByteReader) throws(WireError) -> PathContext? {
        guard let purpose = Purpose(rawValue: try reader.readByte("purpose")) else { return nil }
        let client = try reader.read(Int(try reader.readByte("length of client")), "client")
        let slot = try reader.readU16("slot")
        let expiry = try reader.readU64("expiry")
        let discriminator = try reader.read(Int(try reader.readByte("length of discriminator")), "discriminator")
        guard let client = String(validating: client, as: UTF8.self) else { return nil }
        return PathContext(
            purpose,
            client: client,
            slot: slot,
            expiry: expiry == noEnd ? nil : expiry,
            discriminator: Array(discriminator)
        )
    }

    /// The bytes for the context record of the path's last hop: the fields, then the MAC over them.
    package func sealed(with key: PathContextKey) -> [UInt8] { fields + key.mac(fields).bytes }
}

/// The key of a node's MACs. It is derived from the node key, so that it is there again after every start.
package struct PathContextKey: Sendable {
    private let key: Bytes32

    package init(node_key: SecretKey) {
        key = Hash.hmac(key: node_key.bytes.bytes, Array("blip66 path context".utf8))
    }

    func mac(_ fields: some Collection<UInt8>) -> Bytes32 { Hash.hmac(key: key.bytes, fields) }
}

/// What was found in the last hop of the path that a message came over, before anything of it is believed.
package struct SealedContext: Sendable {
    /// `nil` when the message came over no path, or over one without a context.
    package let bytes: ArraySlice<UInt8>?
    package let key: PathContextKey
    /// Seconds since 1970.
    package let now: UInt64

    package init(_ bytes: ArraySlice<UInt8>?, key: PathContextKey, now: UInt64) {
        self.bytes = bytes
        self.key = key
        self.now = now
    }

    static let macSize = 32

    /// What the bytes say, authentic or not.
    package var context: PathContext? {
        guard let bytes, bytes.count > Self.macSize else { return nil }
        return PathContext(fields: bytes.dropLast(Self.macSize))
    }

    /// The MAC is that of this node over these fields.
    package var isAuthentic: Bool {
        guard let bytes, bytes.count > Self.macSize else { return false }
        let mac = key.mac(bytes.dropLast(Self.macSize)).bytes
        return ConstantTime.equal(mac, bytes.suffix(Self.macSize))
    }
}

/// The rules by which a party authenticates a context. They are the same for every message; which requirement they serve, and for
/// which purpose a path must have been made, depends on the message.
package enum PathContextChecks {
    /// - Parameter ended: what a message over a path that has ended breaks, where that is another requirement.
    package static func all(
        _ id: RequirementID,
        _ purpose: PathContext.Purpose,
        ended: RequirementID? = nil
    ) -> [Check<SealedContext>] {
        [present(id), authentic(id), madeFor(purpose, id), alive(ended ?? id)]
    }

    package static func present(_ id: RequirementID) -> Check<SealedContext> {
        Check(id, .context) { sealed in
            .require(sealed.context != nil, "the message did not arrive over a path with a context of this node's form")
        }
    }

    package static func authentic(_ id: RequirementID) -> Check<SealedContext> {
        Check(id, .context) { sealed in
            .require(sealed.isAuthentic, "the context in the path is not this node's own")
        }
    }

    package static func madeFor(_ purpose: PathContext.Purpose, _ id: RequirementID) -> Check<SealedContext> {
        Check(id, .context) { sealed in
            guard let found = sealed.context?.purpose else { return .notApplicable("there is no context") }
            return .require(found == purpose, "the path was made for \(found), the message needs one for \(purpose)")
        }
    }

    /// A path may be used in the second of its expiry too (C-9).
    package static func alive(_ id: RequirementID) -> Check<SealedContext> {
        Check(id, .expired) { sealed in
            guard let expiry = sealed.context?.expiry else { return .notApplicable("the path does not end") }
            return .require(sealed.now <= expiry, "it is \(sealed.now), the path ended after \(expiry)")
        }
    }
}
