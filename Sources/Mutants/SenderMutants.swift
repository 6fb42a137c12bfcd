internal import Lightning
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Written mutants of a sender over a blinded path, which do what nobody sees who has not the keys of the hops.
enum SenderMutants {
    static let all: [OperationMutant] = [
        .answering("OM-W4/record-beside-the-data", "puts a record beside the data of a relay", in: "om.send_over") {
            out,
            input,
            _ in
            guard try input.member("prepend").elements().isEmpty, try input.optional("node_key") == nil else { return }
            let path = try blindedPath(input)
            let content = try TLVStream.read(try input.member("payload").hex()[...], known: .unspecified)
            let hops = path.hops.enumerated().map { index, hop -> JSON in
                let isLast = index == path.hops.count - 1
                let beside = isLast ? Array(content.records) : [TLVRecord(type: 1, value: [0])]
                let data = TLVRecord(type: 4, value: hop.encrypted_recipient_data)
                return [
                    "node_id": .hex(hop.blinded_node_id),
                    "payload": .hex(TLVStream(sorting: [data] + beside).bytes),
                ]
            }
            let request: JSON = [
                "session_key": try input.member("session_key").value, "hops": .array(hops),
                "size": .integer(Int64(try out.bytes("packet").count)),
            ]
            out["packet"] = .hex(try MutantOnion().packet(JSONReader(request, path: "in")))
        },
        .asked("OM-W5/reply-path-without-hops", "leaves the hops of a reply path out", in: "om.send_over") { input, _ in
            try input.changePayload { records in
                try records.map { record in
                    guard record.type == 2, let path = BlindedPath(try BlindedPath.format.decode(record.value)) else {
                        return record
                    }
                    return TLVRecord(type: 2, value: encoded(path, []))
                }
            }
        },
        .asked("OM-W6/reply-path-for-nothing", "adds a reply path where there is none", in: "om.send_over") {
            input,
            _ in
            let path = try blindedPath(JSONReader(.object(input), path: "in"))
            try input.changePayload { records in
                records.contains { $0.type == 2 }
                    ? records : records + [TLVRecord(type: 2, value: encoded(path, path.hops))]
            }
        },
        .asked(
            "RB-U3/made-for-the-real-id",
            "makes the first layer for a real node id",
            in: "om.send_over"
        ) { input, _ in
            let path = try blindedPath(JSONReader(.object(input), path: "in"))
            guard case .pubkey(let node_id) = path.introduction, let first = path.hops.first else { return }
            let real = BlindedPath.Hop(
                blinded_node_id: node_id,
                encrypted_recipient_data: first.encrypted_recipient_data
            )
            let changed = BlindedPath(
                introduction: path.introduction,
                path_key: path.path_key,
                hops: [real] + path.hops.dropFirst()
            )
            input["path"] = BlindedPath.format.json(changed.value)
        },
        .answering("RB-E4/no-path-key", "passes a packet on without a path key", in: "om.peel") { out, _, _ in
            out["next_path_key"] = nil
        },
    ]

    private static func encoded(_ path: BlindedPath, _ hops: [BlindedPath.Hop]) -> [UInt8] {
        let changed = BlindedPath(introduction: path.introduction, path_key: path.path_key, hops: hops)
        return BlindedPath.format.encode(changed.value) ?? []
    }

    private static func blindedPath(_ input: JSONReader) throws -> BlindedPath {
        let reader = try input.member("path")
        guard let path = BlindedPath(try BlindedPath.format.value(reader)) else { throw reader.fail("no path") }
        return path
    }
}

extension JSONObject {
    fileprivate mutating func changePayload(_ change: ([TLVRecord]) throws -> [TLVRecord]) throws {
        let changed = try change(Array(try stream("payload").records))
        self["payload"] = .hex(TLVStream(sorting: changed).bytes)
    }
}
