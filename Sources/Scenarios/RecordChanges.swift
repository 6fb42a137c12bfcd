internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// What is changed about a stream's records before it is signed, or sent: one rule after another can be broken with it.
///
/// In a step: `{ "162": null, "84": "1000", "160": "+00" }`. A record that is `null` is left out, one with hex has that value, and hex
/// behind a `+` comes after the value that there is.
package struct RecordChanges: Hashable, Sendable {
    enum Change: Hashable, Sendable {
        case leaveOut
        case set([UInt8])
        case append([UInt8])
    }

    /// Which record: by its number, or by a name where the number is the profile's.
    enum Place: Hashable, Sendable {
        case numbered(UInt64)
        case message_paths, invoice_request, preimage

        func type(_ profile: Profile) -> UInt64 {
            switch self {
            case .numbered(let type): type
            case .message_paths: profile.static_invoice.message_paths_type
            case .invoice_request: profile.async_payment.payload_invoice_request_type
            case .preimage: profile.async_payment.payload_preimage_type
            }
        }
    }

    private let changes: [Place: Change]

    init(_ changes: [Place: Change] = [:]) { self.changes = changes }

    var isEmpty: Bool { changes.isEmpty }

    /// The records with all changes, in no order.
    func applied(to records: some Sequence<TLVRecord>, _ profile: Profile) -> [TLVRecord] {
        var values: [UInt64: [UInt8]] = [:]
        for record in records { values[record.type] = Array(record.value) }
        for (place, change) in changes {
            let type = place.type(profile)
            switch change {
            case .leaveOut: values[type] = nil
            case .set(let value): values[type] = value
            case .append(let value): values[type, default: []] += value
            }
        }
        return values.map { TLVRecord(type: $0.key, value: $0.value) }
    }
}

extension RecordChanges {
    init(_ reader: JSONReader?) throws(JSONShapeError) {
        var changes: [Place: Change] = [:]
        for (key, value) in try reader?.members() ?? [] {
            guard let place = Place(key) else {
                throw value.fail("the number of a record is needed, or message_paths, invoice_request or preimage")
            }
            changes[place] = try Change(value)
        }
        self.init(changes)
    }
}

extension RecordChanges.Place {
    fileprivate init?(_ key: String) {
        switch key {
        case "message_paths": self = .message_paths
        case "invoice_request": self = .invoice_request
        case "preimage": self = .preimage
        default:
            guard let type = UInt64(key) else { return nil }
            self = .numbered(type)
        }
    }
}

extension RecordChanges.Change {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        guard reader.value != .null else {
            self = .leaveOut
            return
        }
        let text = try reader.string()
        let isMore = text.hasPrefix("+")
        guard let bytes = try? Hex.decode(isMore ? String(text.dropFirst()) : text) else {
            throw reader.fail("null, hex or + with hex is needed")
        }
        self = isMore ? .append(bytes) : .set(bytes)
    }
}
