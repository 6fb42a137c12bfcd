internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// Written mutants of the computations of salt and secret.
enum SaltMutants {
    static let all: [OperationMutant] = masked + sealed + payloads

    private static let masked: [OperationMutant] = [
        .answering("SALT-3/the-secret-itself", "gives the secret away", in: mask) { out, input, _ in
            out[masked_secret] = .hex(try input.member("counterparty_secret").hex().prefix(16))
        },
        .answering("SALT-3/secret-xor-salt", "adds salt and secret bit by bit", in: mask) { out, input, _ in
            let (secret, salt) = (try input.member("counterparty_secret").hex(), try input.member("unique_salt").hex())
            out[masked_secret] = .hex(zip(secret, salt).map { $0 ^ $1 })
        },
        .asked("SALT-3/salt-passed-over", "masks without the salt", in: mask) { input, _ in
            input["unique_salt"] = .hex([UInt8](repeating: 0, count: 16))
        },
        .asked("SALT-3/salt-reversed", "turns the salt round", in: mask) { input, _ in
            input["unique_salt"] = .hex(try input.bytes("unique_salt").reversed())
        },
        .asked("SALT-3/counter-of-zero", "takes no counter out of the salt", in: mask) { input, _ in
            let salt = try input.bytes("unique_salt")
            if salt.count == 16 { input["unique_salt"] = .hex([0, 0, 0, 0] + salt.dropFirst(4)) }
        },
        .asked("SALT-3/counter-at-the-end", "takes the counter out of the end of the salt", in: mask) { input, _ in
            let salt = try input.bytes("unique_salt")
            if salt.count == 16 { input["unique_salt"] = .hex(salt.dropFirst(12) + salt.prefix(12)) }
        },
        .asked("SALT-3/counter-big-endian", "reads the counter with the highest byte first", in: mask) { input, _ in
            let salt = try input.bytes("unique_salt")
            if salt.count == 16 { input["unique_salt"] = .hex(salt.prefix(4).reversed() + salt.dropFirst(4)) }
        },
        .asked("SALT-3/half-of-the-secret", "uses the first half of the secret", in: mask) { input, _ in
            let secret = try input.bytes("counterparty_secret")
            if secret.count == 32 { input["counterparty_secret"] = .hex(secret.prefix(16) + secret.prefix(16)) }
        },
        .answering("SALT-2/eight-bytes", "keeps eight bytes", in: mask) { out, _, _ in
            out[masked_secret] = .hex(try out.bytes(masked_secret).prefix(8))
        }
        .alsoBreaking("SALT-3"),
    ]

    private static let mask = "salt.mask"
    private static let masked_secret = "encrypted_counterparty_secret"

    private static let sealed: [OperationMutant] = [
        .answering("SALT-13/not-sealed", "sends the reply path in clear", in: "salt.seal") { out, input, _ in
            let path = BlindedPath(try BlindedPath.format.value(input.member("reply_path")))
            out["sealed"] = path.flatMap { BlindedPath.format.encode($0.value) }.map { .hex($0) }
        },
        .answering("SALT-13/without-tag", "cuts the tag off", in: "salt.seal") { out, _, _ in
            out["sealed"] = .hex(try out.bytes("sealed").dropLast(16))
        },
        .answering("SALT-13/tag-in-front", "puts the tag in front", in: "salt.seal") { out, _, _ in
            let sealed = try out.bytes("sealed")
            out["sealed"] = .hex(sealed.suffix(16) + sealed.dropLast(16))
        },
        .asked("SALT-13/sealed-with-another-hash", "takes RA for RB", in: "salt.seal", "salt.build_payloads") {
            input,
            _ in
            if input["sealing"]?.string == "RA" { input["sealing"] = "RB" }
        },
        .asked("SALT-18/opened-with-another-hash", "takes RB for RA", in: "salt.open") { input, _ in
            if input["sealing"]?.string == "RB" { input["sealing"] = "RA" }
        },
        .answering("SALT-18/last-hop-lost", "loses the last hop of what it opens", in: "salt.open") { out, _, _ in
            out = out.changing("hops") { .array(Array(($0.array ?? []).dropLast())) }
        },
    ]

    // MARK: Payloads

    private static let payloads: [OperationMutant] = [
        relays("SALT-11/first-hop-of-the-path-alone", "gives the records to the first hop alone") { index, _ in
            index == 0
        },
        relays("SALT-11/last-but-one-alone", "gives the records to the last hop but one alone") { index, count in
            index == count - 2
        },
        relays("SALT-11/never", "gives the records to nobody") { _, _ in false },
        relays("SALT-15/not-to-the-last-relay", "takes the last relays for decoys") { index, count in
            index < max(1, count - 2)
        },
        changed("SALT-11/to-the-receiver-too", "gives the records to the last hop too") { payloads, _, preHops in
            guard let relay = payloads.dropFirst(preHops).first(where: { $0.isForCounterparty }), payloads.count > 1
            else { return payloads }
            let records = relay.filter { $0.type == 4141 || $0.type == 4343 }
            return payloads.dropLast() + [(payloads.last ?? []) + records]
        },
        changed("SALT-12/to-its-own-hops-too", "gives the records to the hops before the path too") {
            payloads,
            _,
            preHops in
            guard let relay = payloads.dropFirst(preHops).first(where: { $0.isForCounterparty }) else {
                return payloads
            }
            let records = relay.filter { $0.type == 4141 || $0.type == 4343 }
            return payloads.prefix(preHops).map { $0 + records } + payloads.dropFirst(preHops)
        },
        changed("SALT-13/another-seal-for-each-hop", "changes the sealed path from hop to hop") { payloads, _, _ in
            payloads.enumerated().map { index, records in
                records.changing(4141) { Array($0.dropLast()) + [($0.last ?? 0) ^ UInt8(truncatingIfNeeded: index)] }
            }
        },
        changed("SALT-14/salt-hashed@salt.build_payloads", "sends a hash of the salt") { payloads, _, _ in
            payloads.map { $0.changing(4343) { Array(Hash.sha256($0).bytes.prefix(16)) } }
        },
        changed("SALT-14/masked-secret-for-salt", "sends the masked secret as the salt") { payloads, input, _ in
            let masked = (try? input.member("encrypted_counterparty_secret").hex()) ?? []
            return payloads.map { $0.changing(4343) { _ in masked } }
        },
        changed("SALT-10/request-to-a-relay-too", "shows the request to the hop before the last") { payloads, _, _ in
            guard payloads.count > 1, let request = payloads.last?.filter({ $0.type == 64 }) else { return payloads }
            return payloads.dropLast(2) + [payloads[payloads.count - 2] + request] + payloads.suffix(1)
        },
        changed("SALT-10/without-reply-path", "leaves the plain reply path out") { payloads, _, _ in
            payloads.map { $0.without(2) }
        },
        changed("SALT-11/records-swapped", "swaps the two records") { payloads, _, _ in
            payloads.map { records in
                records.map { record in
                    switch record.type {
                    case 4141: TLVRecord(type: 4343, value: record.value)
                    case 4343: TLVRecord(type: 4141, value: record.value)
                    default: record
                    }
                }
            }
        },
    ]

    /// - isTold: of a hop of the path and the number of its hops.
    private static func relays(
        _ name: String,
        _ does: String,
        _ isTold: @escaping @Sendable (Int, Int) -> Bool
    ) -> OperationMutant {
        changed(name, does) { payloads, _, preHops in
            payloads.enumerated().map { index, records in
                isTold(index - preHops, payloads.count - preHops) ? records : records.without(4141).without(4343)
            }
        }
    }

    /// - change: of the records of each hop, the request, and the number of hops before the path.
    private static func changed(
        _ name: String,
        _ does: String,
        _ change: @escaping @Sendable ([[TLVRecord]], JSONReader, Int) -> [[TLVRecord]]
    ) -> OperationMutant {
        .answering(name, does, in: "salt.build_payloads") { out, input, _ in
            let streams = try (out["payloads"]?.array ?? []).map { json in
                Array(
                    try TLVStream.read(Hex.decode(json.string ?? "")[...], known: .unspecified, onFault: { _ in })
                        .records
                )
            }
            let preHops = try input.member("pre_hops").elements().count
            out["payloads"] = .array(change(streams, input, preHops).map { .hex(TLVStream(sorting: $0).bytes) })
        }
        // Each case shows all of them, and accuses its subject.
        .alsoBreaking("SALT-11", "SALT-12", "SALT-13")
    }
}

extension [TLVRecord] {
    fileprivate var isForCounterparty: Bool { contains { $0.type == 4343 } }
}
