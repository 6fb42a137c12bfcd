internal import Catalogue
package import Rules
package import StrictJSON

/// Two inputs whose outcome is beyond doubt, to be sent before anything is graded: an adapter that accepts or rejects
/// everything is found out here, and cannot pass half of the vectors.
package enum CanaryPair: Hashable, Sendable {
    /// The first must be accepted, the second rejected.
    case acceptAndReject(JSON, JSON)
    /// For an operation that cannot reject: both must be accepted, with different outputs.
    case twoAccepts(JSON, JSON)
}

/// A pair, and what is broken when the answer to its first or its second input is wrong.
package struct Canary: Hashable, Sendable {
    package let pair: CanaryPair
    package let first: RequirementID
    package let second: RequirementID

    package init(_ pair: CanaryPair, _ first: RequirementID, _ second: RequirementID? = nil) {
        self.pair = pair
        self.first = first
        self.second = second ?? first
    }

    static func acceptAndReject(_ valid: JSON, _ invalid: JSON, _ first: RequirementID, _ second: RequirementID)
        -> Canary
    {
        Canary(.acceptAndReject(valid, invalid), first, second)
    }

    static func twoAccepts(_ one: JSON, _ other: JSON, _ requirement: RequirementID) -> Canary {
        Canary(.twoAccepts(one, other), requirement)
    }
}

/// What a profile says that a canary depends on.
package struct CanaryProfile: Hashable, Sendable {
    /// The record of `static_invoice_message_paths`.
    package let messagePathsType: String?
    /// Whether a length stands before the stream of a message.
    package let isLengthPrefixed: Bool

    package init(messagePathsType: String?, isLengthPrefixed: Bool) {
        self.messagePathsType = messagePathsType
        self.isLengthPrefixed = isLengthPrefixed
    }

    package init(_ table: JSON?) {
        messagePathsType = table?["static_invoice"]?["message_paths_type"]?.string
        isLengthPrefixed = table?["onion_message_types"]?["framing"]?.string == "length_prefixed"
    }
}

/// The canaries: for each operation, and for each message, schema or kind of it.
///
/// The inputs are the plainest that there are, and sit on nothing that implementations of the field are known to be particular
/// about: an offer has a description, nothing has expired, an onion has room to spare. So they fail with an
/// implementation that does not do the operation at all and not with one that has a fault in it. What is to be rejected is cut
/// short throughout. Keys, signatures and encodings were derived apart from this project's Swift code: from BIP 340, BOLT 4 and
/// BOLT 12, and with the adapter in Python.
package enum Canaries {
    /// What the canaries of a request stand for, such as `msg.decode offer_paths`: the operation, and the member of the request
    /// that makes it another thing altogether.
    package static func name(_ operation: String, _ input: JSON) -> String {
        switch operation {
        case "msg.decode", "msg.encode": "\(operation) \(input["message"]?.string ?? "?")"
        case "field.decode": "\(operation) \(input["kind"]?.string ?? "?")"
        case "tlv.decode": "\(operation) \(input["schema"]?.string ?? "without schema")"
        default: operation
        }
    }

    /// The name of an operation's plainest canaries.
    static func plainestName(_ operation: String) -> String {
        switch operation {
        case "msg.encode": "\(operation) offer_paths_request"
        case "field.decode": "\(operation) u16"
        default: name(operation, [:])
        }
    }

    /// Forms of which one that is answered rightly will do; empty where the table has none.
    package static func forms(_ name: String, _ profile: CanaryProfile) -> [Canary] {
        if let forms = OnionCanaries.table[name] ?? SaltCanaries.table[name] { return forms }
        if let canary = table[name] { return [canary] }
        return profile.messagePathsType.flatMap { StaticInvoiceCanary.signed[$0] }?.forms(name, profile) ?? []
    }

    private static let table: [String: Canary] = [
        "bigsize.decode": .acceptAndReject(["bytes": "00"], ["bytes": "fd"], "B1-BS-1", "B1-BS-2"),
        "bigsize.encode": .twoAccepts(["value": "0"], ["value": "1"], "B1-BS-1"),
        "field.decode u16": field("u16", "0001", "00", "B1-T-1"),
        "field.decode u32": field("u32", "00000001", "000001", "B1-T-1"),
        "field.decode u64": field("u64", "0000000000000001", "00000000000001", "B1-T-1"),
        "field.decode tu16": field("tu16", "01", "010203", "B1-T-1"),
        "field.decode tu32": field("tu32", "01", "0102030405", "B1-T-1"),
        "field.decode tu64": field("tu64", "01", "010203040506070809", "B1-T-1"),
        "field.decode msat": field("msat", "01", "010203040506070809", "B1-T-1"),
        "field.decode sat": field("sat", "01", "010203040506070809", "B1-T-1"),
        "field.decode point": field("point", Key.generator, "0279be66", "B1-T-2"),
        "field.decode sciddir_or_pubkey": field("sciddir_or_pubkey", Key.generator, "0279be66", "B1-T-3"),
        // A reader is free to take what is no UTF-8 (C-66).
        "field.decode utf8": .twoAccepts(
            ["kind": "utf8", "bytes": "61"],
            ["kind": "utf8", "bytes": "62"],
            "B1-T-4"
        ),
        "field.decode bip340sig": field("bip340sig", zeros(64), zeros(63), "B1-T-6"),
        "field.decode chain_hash": field("chain_hash", zeros(32), zeros(31), "B1-T-6"),
        "tlv.decode without schema": .acceptAndReject(["bytes": "0100"], ["bytes": "01"], "B1-TLV-1", "B1-TLV-3"),
        "tlv.decode n1": .acceptAndReject(
            ["schema": "n1", "bytes": "010101"],
            ["schema": "n1", "bytes": "0101"],
            "B1-TLV-1",
            "B1-TLV-3"
        ),
        "tlv.decode n2": .acceptAndReject(
            ["schema": "n2", "bytes": "000101"],
            ["schema": "n2", "bytes": "0001"],
            "B1-TLV-1",
            "B1-TLV-3"
        ),
        "tlv.encode": .twoAccepts(
            ["records": [["type": "1", "value": ""]]],
            ["records": [["type": "1", "value": "00"]]],
            "B1-TLV-12"
        ),
        "path.decode": .acceptAndReject(
            ["bytes": .string(path("00"))],
            ["bytes": .string(Key.generator)],
            "B66-D10",
            "B1-TLV-4"
        ),
        "path.encode": .twoAccepts(["path": pathJSON("00")], ["path": pathJSON("01")], "B66-D10"),
        "offer.decode": .acceptAndReject(
            ["offer": .string(plainOffer)],
            ["offer": "lno1b"],
            "B12-ENC-1",
            "B12-ENC-1"
        ),
        "offer.validate": .acceptAndReject(
            ["offer": .string(plainOffer), "now": "1700000000"],
            ["offer": "lno1b", "now": "1700000000"],
            "B12-OFF-R1",
            "B12-ENC-1"
        ),
        "invreq.decode": .acceptAndReject(
            ["bytes": .string(invoiceRequest)],
            ["bytes": "00"],
            "B1-TLV-1",
            "B1-TLV-3"
        ),
        "bolt12.merkle": .acceptAndReject(["bytes": "010203e8"], ["bytes": "010203"], "B12-SIG-1", "B1-TLV-3"),
        "bolt12.sign": .acceptAndReject(
            signing(unsignedInvoiceRequest),
            signing(String(unsignedInvoiceRequest.dropLast(2))),
            "B12-SIG-6",
            "B1-TLV-3"
        ),
        "bolt12.verify": .acceptAndReject(
            verifying(invoiceRequest),
            verifying(String(invoiceRequest.dropLast(2))),
            "B12-SIG-6",
            "B1-TLV-3"
        ),
        "msg.encode offer_paths_request": .twoAccepts(
            ["message": "offer_paths_request", "fields": ["invoice_slot": 1]],
            ["message": "offer_paths_request", "fields": ["invoice_slot": 2]],
            "B66-D2"
        ),
        "payload.build": .twoAccepts(
            ["fields": ["encrypted_recipient_data": "00"]],
            ["fields": ["encrypted_recipient_data": "01"]],
            "ASY-D3"
        ),
    ]

    private static func field(
        _ kind: String,
        _ valid: String,
        _ invalid: String,
        _ requirement: RequirementID
    ) -> Canary {
        .acceptAndReject(
            ["kind": .string(kind), "bytes": .string(valid)],
            ["kind": .string(kind), "bytes": .string(invalid)],
            requirement,
            requirement
        )
    }

    private static func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

    /// "coffee", and the base point as the issuer's key.
    private static let plainOffer = "lno1pgrxxmmxvejk293pqfumuen7l8wthtz45p3ftn58pvrs9xlumvkuu2xet8egzkcklqtes"

    /// invreq_metadata, offer_description, offer_issuer_id, invreq_amount (1000 msat), invreq_payer_id.
    private static let unsignedInvoiceRequest =
        "00080001020304050607" + "0a06636f66666565" + "1621\(Key.generator)" + "520203e8" + "5821\(Key.public)"

    /// With the signature of `Key.secret`, the payer.
    private static let invoiceRequest =
        unsignedInvoiceRequest
        + "f04050e7a4d099364d18b135e12d4456c274ef622902df3cc9cf6fa1fd213ea70180"
        + "4209ed0c26af781751ab3125620f81ecb73c43e0051e5dfb9718f62582077791"

    private static func signing(_ bytes: String) -> JSON {
        ["bytes": .string(bytes), "messagename": "invoice_request", "secret_key": .string(Key.secret)]
    }

    private static func verifying(_ bytes: String) -> JSON {
        ["bytes": .string(bytes), "messagename": "invoice_request", "key": .string(Key.public)]
    }

    /// A blinded path of one hop in which every point is the generator.
    static func path(_ encryptedData: String) -> String {
        "\(Key.generator)\(Key.generator)01\(Key.generator)0001\(encryptedData)"
    }

    /// A path object with a hop for each of these.
    static func pathJSON(_ encryptedData: String...) -> JSON {
        let hops = encryptedData.map { data in
            ["blinded_node_id": .string(Key.generator), "encrypted_recipient_data": .string(data)] as JSON
        }
        return [
            "introduction": ["node_id": .string(Key.generator)],
            "path_key": .string(Key.generator),
            "hops": .array(hops),
        ]
    }

    enum Key {
        /// The base point of secp256k1.
        static let generator = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        static let secret = String(repeating: "42", count: 32)
        static let `public` = "0324653eac434488002cc06bbfb7f10fe18991e35f9fe4302dbea6d2353dc0ab1c"
    }
}

/// A static invoice of `Key.secret`: "coffee", one offer path, one payment path, two message paths, created at 1700000000, for
/// two weeks, which no width and no sum is too small for; the reader's clock stands at its making.
private struct StaticInvoiceCanary {
    let unsigned: String
    let bytes: String

    /// By the type of `static_invoice_message_paths`.
    static let signed: [String: StaticInvoiceCanary] = [
        "178": StaticInvoiceCanary(
            messagePaths: "b2ce",
            signature: "f1b3f4d952c39534ea0e96b135b605d14f5dd4513e91caf5f4d67e1344ccc5b7"
                + "a5b988f32fe02bb712a1a26f582540f450b70acdcf1473844349a097b13009d6"
        ),
        "236": StaticInvoiceCanary(
            messagePaths: "ecce",
            signature: "1aae73ba865d64a298dec113239a672a694136d1fd95fc7fb96afb12254c37d5"
                + "7025bc3b8dbb0501a987b486ef747f8e241df11bec1420a60a40a72415e4578f"
        ),
    ]

    func forms(_ name: String, _ profile: CanaryProfile) -> [Canary] {
        switch name {
        case "static_invoice.decode":
            [.acceptAndReject(object(bytes), object(truncated), "B1-TLV-1", "B1-TLV-3")]
        case "static_invoice.verify":
            [.acceptAndReject(object(bytes), object(truncated), "B12-SIG-6", "B1-TLV-3")]
        case "static_invoice.sign":
            [.acceptAndReject(signing(unsigned), signing(truncated), "B12-SIG-6", "B1-TLV-3")]
        case "static_invoice.validate":
            [.acceptAndReject(validating(bytes), validating(truncated), "B12-SI-R5", "B1-TLV-3")]
        case "msg.decode serve_static_invoice":
            [.acceptAndReject(serving(profile, cutBy: 0), serving(profile, cutBy: 1), "B66-D4", "B1-TLV-3")]
        default: []
        }
    }

    /// The stream without the end of its last record's value.
    private var truncated: String { String(unsigned.dropLast(2)) }

    private init(messagePaths: String, signature: String) {
        unsigned =
            "0a06636f66666565" + "1067\(Canaries.path("00"))" + "1621\(Canaries.Key.public)"
            + "a067\(Canaries.path("01"))" + "a21c\(Self.payinfo)" + "a4046553f100" + "a603127500"
            + "b021\(Canaries.Key.public)" + "\(messagePaths)\(Canaries.path("02"))\(Canaries.path("03"))"
        bytes = "\(unsigned)f040\(signature)"
    }

    /// No fees, a delta of 144 blocks, from 1 to 1,000,000,000 msat, no features.
    private static let payinfo = "00000000" + "00000000" + "0090" + "0000000000000001" + "000000003b9aca00" + "0000"

    private func object(_ bytes: String) -> JSON { ["bytes": .string(bytes)] }

    private func signing(_ bytes: String) -> JSON {
        ["bytes": .string(bytes), "secret_key": .string(Canaries.Key.secret)]
    }

    private func validating(_ bytes: String) -> JSON { ["bytes": .string(bytes), "now": "1700000000"] }

    /// `serve_static_invoice`: the invoice (0) and the path to the recipient (2).
    private func serving(_ profile: CanaryProfile, cutBy count: Int) -> JSON {
        let stream = "00\(Self.size(bytes))\(bytes)" + "0267\(Canaries.path("04"))"
        let cut = String(stream.dropLast(count * 2))
        let framed = profile.isLengthPrefixed ? Self.size(cut) + cut : cut
        return ["message": "serve_static_invoice", "bytes": .string(framed)]
    }

    /// The count of bytes as a BigSize of three: it is more than 252 and less than 65536.
    private static func size(_ hex: String) -> String {
        let digits = String(hex.utf8.count / 2, radix: 16)
        return "fd" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
