package import StrictJSON

/// Two inputs whose outcome is beyond doubt, to be sent before an operation is graded: an adapter that accepts or rejects
/// everything is found out here, and cannot pass half of the vectors.
package enum CanaryPair: Hashable, Sendable {
    /// The first must be accepted, the second rejected.
    case acceptAndReject(JSON, JSON)
    /// For an operation that cannot reject: both must be accepted, with different outputs.
    case twoAccepts(JSON, JSON)
}

/// The canaries of each operation.
///
/// The inputs are as plain as can be, so that they fail with an implementation that does not do the operation at all
/// and not with one that has a fault in it: what is to be rejected is cut short throughout. Keys, signatures
/// and encodings were derived from BIP 340, BOLT 4 and BOLT 12 apart from this project's code.
package enum Canaries {
    /// - `messagePathsType`: the record of `static_invoice_message_paths` in the profile.
    /// - Returns: `nil` for an operation, or a number, that the table does not have.
    package static func pair(_ operation: String, messagePathsType: String?) -> CanaryPair? {
        if let pair = table[operation] ?? OnionCanaries.table[operation] ?? SaltCanaries.table[operation] {
            return pair
        }
        guard let type = messagePathsType, let invoice = StaticInvoiceCanary.signed[type] else { return nil }
        switch operation {
        case "static_invoice.decode", "static_invoice.verify":
            return .acceptAndReject(["bytes": .string(invoice.bytes)], ["bytes": .string(invoice.truncated)])
        case "static_invoice.sign":
            return .acceptAndReject(
                ["bytes": .string(invoice.unsigned), "secret_key": .string(Key.secret)],
                ["bytes": .string(invoice.truncated), "secret_key": .string(Key.secret)]
            )
        default:
            return nil
        }
    }

    private static let table: [String: CanaryPair] = [
        "bigsize.decode": .acceptAndReject(["bytes": "00"], ["bytes": "fd"]),
        "bigsize.encode": .twoAccepts(["value": "0"], ["value": "1"]),
        "field.decode": .acceptAndReject(["kind": "u16", "bytes": "0001"], ["kind": "u16", "bytes": "00"]),
        "tlv.decode": .acceptAndReject(["bytes": "0100"], ["bytes": "01"]),
        "tlv.encode": .twoAccepts(
            ["records": [["type": "1", "value": ""]]],
            ["records": [["type": "1", "value": "00"]]]
        ),
        "path.decode": .acceptAndReject(["bytes": .string(path("00"))], ["bytes": .string(Key.generator)]),
        "path.encode": .twoAccepts(["path": pathJSON("00")], ["path": pathJSON("01")]),
        "offer.decode": .acceptAndReject(["offer": .string(minimalOffer)], ["offer": "lno1b"]),
        "offer.validate": .acceptAndReject(
            ["offer": .string(minimalOffer), "now": "1700000000"],
            ["offer": "lno1b", "now": "1700000000"]
        ),
        "invreq.decode": .acceptAndReject(["bytes": .string(invoiceRequest)], ["bytes": "00"]),
        "bolt12.merkle": .acceptAndReject(["bytes": "010203e8"], ["bytes": "010203"]),
        "bolt12.sign": .acceptAndReject(
            ["bytes": "010203e8", "messagename": "invoice_request", "secret_key": .string(Key.secret)],
            ["bytes": "010203", "messagename": "invoice_request", "secret_key": .string(Key.secret)]
        ),
        "bolt12.verify": .acceptAndReject(
            ["bytes": .string(signedStream), "messagename": "invoice_request", "key": .string(Key.public)],
            ["bytes": "010203", "messagename": "invoice_request", "key": .string(Key.public)]
        ),
        "msg.encode": .twoAccepts(
            ["message": "offer_paths_request", "fields": ["invoice_slot": 1]],
            ["message": "offer_paths_request", "fields": ["invoice_slot": 2]]
        ),
        "payload.build": .twoAccepts(
            ["fields": ["encrypted_recipient_data": "00"]],
            ["fields": ["encrypted_recipient_data": "01"]]
        ),
    ]

    /// BOLT 12's smallest valid offer: `offer_issuer_id` alone.
    private static let minimalOffer = "lno1zcss9mk8y3wkklfvevcrszlmu23kfrxh49px20665dqwmn4p72pksese"

    /// The stream `010203e8` signed as an `invoice_request` by `Key.secret`.
    private static let signedStream =
        "010203e8f040d74ea74a14dc0e2767671f1bfb4206880c55562e2e4463b48703eb747ca6cc3b"
        + "15558fd305bf19a999d7a2848a32b303ad78774c36b07d985f15f3cf6f6a92a7"

    /// invreq_metadata, offer_issuer_id, invreq_amount (1000 msat), invreq_payer_id, and the signature of `Key.secret`.
    private static let invoiceRequest =
        "00080001020304050607" + "1621\(Key.generator)" + "520203e8" + "5821\(Key.public)"
        + "f040249a0eada548db13fae29867e62efc6393224ffde64283f621f1bc06c65364f8"
        + "3b4d3b1f24cfcdbf66e4fbad4108e462f2f4fb9c1bd445cfae3ea54381c69d2d"

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

/// A static invoice of `Key.secret`: one offer path, one payment path, two message paths, created at 1700000000.
private struct StaticInvoiceCanary {
    let unsigned: String
    let bytes: String

    /// By the type of `static_invoice_message_paths`.
    static let signed: [String: StaticInvoiceCanary] = [
        "178": StaticInvoiceCanary(
            messagePaths: "b2ce",
            signature: "35f68e59cdf158e3e3eb09a7300f7b9b7069cfbb66226d4affefb32c7f54f7e4"
                + "d850e74ea1546283b6329aed0dd025eeca8dc6d7f13a544c95bcbf130358cccb"
        ),
        "236": StaticInvoiceCanary(
            messagePaths: "ecce",
            signature: "126525148727948432736be5be62985310579b0ca90c4aea915cd63005316cbf"
                + "7f948e4480b6cb9211a4276de5d9be4c3c363c41fb036bbfe83d5a909cecfa9e"
        ),
    ]

    /// The stream without the end of its last record's value.
    var truncated: String { String(unsigned.dropLast(2)) }

    private init(messagePaths: String, signature: String) {
        unsigned =
            "1067\(Canaries.path("00"))" + "1621\(Canaries.Key.public)" + "a067\(Canaries.path("01"))"
            + "a21c\(Self.payinfo)" + "a4046553f100" + "b021\(Canaries.Key.public)"
            + "\(messagePaths)\(Canaries.path("02"))\(Canaries.path("03"))"
        bytes = "\(unsigned)f040\(signature)"
    }

    /// No fees, a delta of 144 blocks, from 1 to 1,000,000,000 msat, no features.
    private static let payinfo = "00000000" + "00000000" + "0090" + "0000000000000001" + "000000003b9aca00" + "0000"
}
