internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// The last payload of an asynchronous payment, as records that a case changes one at a time, and the HTLC that it came in.
struct PayloadFixture: RecordFixture {
    var records: [UInt64: [UInt8]]
    let profile: Profile
    var payment_hash = Hash.sha256(Self.preimage)
    var amount_msat: UInt64 = Self.amount
    var cltv_expiry: UInt64 = Self.height + 144
    var height = Self.height
    /// Further members of the request.
    var more: [(String, JSON)] = []

    static let preimage = Hash.sha256(Array("blip66 vectors: preimage".utf8)).bytes
    /// What `RequestFixture` asks for, in millisatoshi.
    static let amount: UInt64 = 1_000_000
    static let height: UInt64 = 800_000
    static let blob = [UInt8](repeating: 0xb1, count: 51)

    /// A payload that breaks no rule under the profile.
    init(_ profile: Profile, _ request: RequestFixture) {
        self.profile = profile
        records = [
            2: MessageParts.truncated(Self.amount),
            4: MessageParts.truncated(Self.height + 100),
            10: Self.blob,
            18: MessageParts.truncated(Self.amount),
            profile.async_payment.payload_invoice_request_type: request.bytes,
            profile.async_payment.payload_preimage_type: Self.preimage,
        ]
    }

    var requestType: UInt64 { profile.async_payment.payload_invoice_request_type }
    var preimageType: UInt64 { profile.async_payment.payload_preimage_type }

    /// The same payload in another HTLC, or with something else known.
    func changed(_ change: (inout PayloadFixture) -> Void) -> PayloadFixture {
        var copy = self
        change(&copy)
        return copy
    }

    /// The stream, its records in order.
    var bytes: [UInt8] {
        records.sorted { $0.key < $1.key }.flatMap { MessageParts.record($0.key, $0.value) }
    }

    /// The `in` of `payload.validate`.
    var input: JSON { input(bytes) }

    func input(_ payload: [UInt8]) -> JSON {
        .object(
            JSONObject(
                [
                    ("payload", .hex(payload)), ("payment_hash", .hex(payment_hash)),
                    ("amount_msat", .decimal(amount_msat)), ("cltv_expiry", .integer(Int64(cltv_expiry))),
                    ("height", .integer(Int64(height))),
                ] + more
            )
        )
    }

    /// The `fields` of the records that occur here.
    var fields: JSON {
        func integer(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        var fields: [(String, JSON)] = []
        for (type, value) in records.sorted(by: { $0.key < $1.key }) {
            switch type {
            case requestType: fields.append(("invoice_request", .hex(value)))
            case preimageType: fields.append(("sender_provided_payment_preimage", .hex(value)))
            case 2: fields.append(("amt_to_forward", .decimal(integer(value))))
            case 4: fields.append(("outgoing_cltv_value", .integer(Int64(integer(value)))))
            case 6: fields.append(("short_channel_id", .hex(value)))
            case 8:
                let secret = value.prefix(32)
                let total = integer(Array(value.dropFirst(32)))
                fields.append(("payment_data", ["payment_secret": .hex(secret), "total_msat": .decimal(total)]))
            case 10: fields.append(("encrypted_recipient_data", .hex(value)))
            case 12: fields.append(("current_path_key", .hex(value)))
            case 16: fields.append(("payment_metadata", .hex(value)))
            case 18: fields.append(("total_amount_msat", .decimal(integer(value))))
            default: fields.append(("unknown", [["type": .decimal(type), "value": .hex(value)]]))
            }
        }
        return .object(JSONObject(fields))
    }
}
