internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Written mutants of the messages of bLIP-66 and of held payments.
enum MessageMutants {
    static let all: [OperationMutant] = numbers + framing + contents + payloads

    private static let byMessage: [(message: String, requirement: String)] = [
        ("offer_paths_request", "B66-D1"), ("offer_paths", "B66-D3"), ("serve_static_invoice", "B66-D4"),
        ("static_invoice_persisted", "B66-D5"), ("held_htlc_available", "ASY-D1"), ("release_held_htlc", "ASY-D2"),
    ]

    /// The numbers of LDK where the profile has the draft's, and the other way round.
    private static let numbers = byMessage.map { message, requirement in
        written("\(requirement)/another-number", "sends \(message) under another number", message) { out, _ in
            let type = out["type"]?.string.flatMap(UInt64.init) ?? 0
            out["type"] = .decimal(type >= 75_000 ? type - 10_000 : type + 10_000)
        }
    }

    private static let framing: [OperationMutant] =
        byMessage.map { message, requirement in
            // BOLT 1 says it of all, and of the messages of bLIP-66 it is B66-D6.
            let framed = requirement.hasPrefix("B66") ? "B66-D6" : requirement
            return written("\(framed)/the-other-framing-of-\(message)", "frames \(message) as others do", message) {
                out,
                profile in
                let bytes = try out.bytes("bytes")
                out["bytes"] = .hex(
                    profile.onion_message_types.framing == .raw
                        ? BigSize.encode(UInt64(bytes.count)) + bytes : Array(bytes.dropFirst())
                )
            }
        } + [
            OperationMutant("B66-D6/either-framing", "reads a message in either framing", in: ["msg.decode"]) {
                $0.readingEitherFraming
            }
        ]

    private static let contents: [OperationMutant] = [
        written("B66-D2/slot-little-endian", "writes a slot with the lowest byte first", "offer_paths_request") {
            out,
            _ in
            try out.changeRecord(0) { $0.reversed() }
        },
        written("B66-D2/slot-without-leading-zeros", "writes a slot as a tu16", "offer_paths_request") { out, _ in
            try out.changeRecord(0) { Array($0.drop { $0 == 0 }) }
        },
        written("B66-D2/slot-of-four-bytes", "writes a slot as a u32", "offer_paths_request") { out, _ in
            try out.changeRecord(0) { [0, 0] + $0 }
        },
        read("B66-D2/slot-read-little-endian", "reads a slot with the lowest byte first", "offer_paths_request") {
            out in
            out = out.changing("invoice_slot") { json in
                json.integer.map { .integer(Int64(UInt16(truncatingIfNeeded: $0).byteSwapped)) } ?? json
            }
        },
        written("B66-D3/expiry-without-leading-zeros", "writes the paths' end as a tu64", "offer_paths") { out, _ in
            try out.changeRecord(2) { Array($0.drop { $0 == 0 }) }
        },
        written("B66-D3/number-of-paths-in-front", "writes the number of paths in front of them", "offer_paths") {
            out,
            _ in
            try out.changeRecord(0) { [1] + $0 }
        },
        written("B66-D3/expiry-in-milliseconds", "writes the paths' end in milliseconds", "offer_paths") { out, _ in
            try out.changeRecord(2) { bytes in
                (bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } &* 1000).bigEndianBytes
            }
        },
        read("B66-D3/first-path-alone", "reads the first path alone", "offer_paths") { out in
            out = out.changing("offer_paths") { .array(Array($0.array?.prefix(1) ?? [])) }
        },
        read("B66-D3/last-path-first", "reads paths in the opposite order", "offer_paths") { out in
            out = out.changing("offer_paths") { .array(($0.array ?? []).reversed()) }
        },
        read("B66-D4/signature-cut-off", "cuts the signature off an invoice", "serve_static_invoice") { out in
            out = out.changing("static_invoice") { json in
                json.string.map { .string(String($0.dropLast(132))) } ?? json
            }
        },
        written("B66-D4/forward-path-twice", "writes the forward path twice", "serve_static_invoice") { out, _ in
            try out.changeRecord(2) { $0 + $0 }
        },
        written("B66-D4/invoice-behind-its-length", "writes an invoice behind its length", "serve_static_invoice") {
            out,
            _ in
            try out.changeRecord(0) { BigSize.encode(UInt64($0.count)) + $0 }
        },
        written("B66-D5/a-record-in-it", "writes a record into static_invoice_persisted", "static_invoice_persisted") {
            out,
            _ in
            try out.addRecord(TLVRecord(type: 1, value: [0]))
        },
        written("ASY-D1/a-record-in-it", "writes a record into held_htlc_available", "held_htlc_available") { out, _ in
            try out.addRecord(TLVRecord(type: 1, value: [0]))
        },
        written("ASY-D2/a-record-in-it", "writes a record into release_held_htlc", "release_held_htlc") { out, _ in
            try out.addRecord(TLVRecord(type: 1, value: [0]))
        },
        .answering(
            "B66-D10/introduction-by-key-alone",
            "rejects paths that begin at a channel",
            in: "msg.decode"
        ) { out, _, _ in
            if out.holds("scid") { throw Finding("B66-D10", "point", "the path begins at a channel") }
        },
        .answering(
            "ASY-D4/flag-with-a-value",
            "writes a byte into the flag for holding",
            in: "msg.encode"
        ) { out, input, _ in
            guard try input.member("message").string() == "update_add_htlc_tlvs" else { return }
            try out.changeStream("bytes") { $0.map { TLVRecord(type: $0.type, value: [1]) } }
        },
        .answering(
            "ASY-D4/first-release-path-alone",
            "reads the first release path alone",
            in: "msg.decode"
        ) { out, _, _ in
            out = out.changing("release_held_htlc_message_paths") { .array(Array($0.array?.prefix(1) ?? [])) }
        },
    ]

    private static let payloads: [OperationMutant] = [
        .answering("ASY-D3/preimage-reversed", "writes the preimage back to front", in: "payload.build") { out, _, _ in
            try out.changeStream("payload") { records in
                records.map { $0.type == 5_482_373_484 ? TLVRecord(type: $0.type, value: $0.value.reversed()) : $0 }
            }
        },
        .asked("ASY-R2/claims-any-hash", "does not compare the preimage with the payment hash", in: "payload.validate")
        {
            input,
            profile in
            guard let payload = try? input.stream("payload"),
                let preimage = payload[profile.async_payment.payload_preimage_type]
            else { return }
            input["payment_hash"] = .hex(Hash.sha256(preimage))
        },
        .asked(
            "ASY-R2/any-offer",
            "does not look for which offer a payment is",
            in: "payload.validate"
        ) { input, _ in input["offer"] = nil },
        .asked(
            "ASY-R2/part-is-enough",
            "takes whatever an HTLC carries",
            in: "payload.validate"
        ) { input, _ in input["amount_msat"] = .decimal(.max) },
    ]

    private static func written(
        _ name: String,
        _ does: String,
        _ message: String,
        _ change: @escaping @Sendable (inout JSONObject, Profile) throws -> Void
    ) -> OperationMutant {
        .answering(name, does, in: "msg.encode") { out, input, profile in
            guard try input.member("message").string() == message else { return }
            // What is changed is the stream, whatever stands in front of it.
            let isPrefixed = profile.onion_message_types.framing == .lengthPrefixed
            let isStream = !name.contains("framing") && !name.contains("number") && isPrefixed
            if isStream { out["bytes"] = .hex(try out.bytes("bytes").dropFirst()) }
            try change(&out, profile)
            if isStream {
                let bytes = try out.bytes("bytes")
                out["bytes"] = .hex(BigSize.encode(UInt64(bytes.count)) + bytes)
            }
        }
        // The message as a whole is not what its line says.
        .alsoBreaking(byMessage.filter { $0.message == message }.map { RequirementID($0.requirement) })
    }

    private static func read(
        _ name: String,
        _ does: String,
        _ message: String,
        _ change: @escaping @Sendable (inout JSONObject) throws -> Void
    ) -> OperationMutant {
        .answering(name, does, in: "msg.decode") { out, input, _ in
            if try input.member("message").string() == message { try change(&out) }
        }
    }
}

extension JSONObject {
    fileprivate mutating func changeRecord(_ type: UInt64, _ change: (ArraySlice<UInt8>) -> some Collection<UInt8>)
        throws
    {
        try changeStream("bytes") { records in
            records.map { $0.type == type ? TLVRecord(type: type, value: change($0.value)) : $0 }
        }
    }

    fileprivate mutating func addRecord(_ record: TLVRecord) throws { try changeStream("bytes") { $0 + [record] } }

    /// Whether a member of this name stands anywhere.
    fileprivate func holds(_ name: String) -> Bool {
        members.contains { $0.key == name || $0.value.holds(name) }
    }
}

extension JSON {
    fileprivate func holds(_ name: String) -> Bool {
        switch self {
        case .object(let object): object.members.contains { $0.key == name || $0.value.holds(name) }
        case .array(let elements): elements.contains { $0.holds(name) }
        default: false
        }
    }
}

extension Operation {
    /// What cannot be read is read in the other framing.
    fileprivate var readingEitherFraming: Operation {
        Operation(name) { profile, input, validation in
            var strict = Validation(.strict)
            if let out = try? body(profile, input, &strict) { return out }
            let bytes = try input.member("bytes").hex()
            var object = try input.object()
            object["bytes"] = .hex(
                profile.onion_message_types.framing == .raw
                    ? Array(bytes.dropFirst()) : BigSize.encode(UInt64(bytes.count)) + bytes
            )
            strict = Validation(.strict)
            if let out = try? body(profile, JSONReader(.object(object), path: "in"), &strict) { return out }
            return try body(profile, input, &validation)
        }
    }
}
