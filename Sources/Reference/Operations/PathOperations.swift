package import Lightning
internal import Primitives
package import Rules
internal import StrictJSON
internal import Wire

/// `path.*`: BOLT 4, "Route Blinding".
let pathOperations = [
    Operation("path.decode") { _, input, validation in
        let value = try decodedPath(try input.member("bytes").hex(), &validation)
        return ["path": BlindedPath.format.json(value)]
    },
    Operation("path.encode") { _, input, validation in
        let path = try input.member("path")
        guard let bytes = BlindedPath.format.encode(try BlindedPath.format.value(path)) else {
            throw path.fail("the path does not fit its encoding")
        }
        // What no reader could take is not written either.
        _ = try decodedPath(bytes, &validation)
        return ["bytes": .hex(bytes)]
    },
    pathCreate(BlindedPathChecks.all + BlindedPathChecks.payment),
    Operation("path.unblind") { profile, input, validation in
        let unblinding = try Unblinding(
            node_key: try input.member("node_key").secretKey(),
            path_key: try checkedPoint(input.member("path_key"))
        )
        let opened = try unblinding.open(
            try input.member("encrypted_recipient_data").hex()[...],
            profile,
            receive_auth_key: try input.optional("receive_auth_key")?.bytes32(),
            &validation
        )
        if let expected = try input.optional("expected_path_id") {
            try opened.check(expected_path_id: try expected.hex(), &validation)
        }
        return [
            "encrypted_data_tlv": .hex(opened.plaintext),
            "next_path_key": .hex(try unblinding.nextPathKey(opened.encrypted_data).bytes),
            "blinded_node_key": .hex(unblinding.blinded_node_key.bytes),
            "tag": .string(opened.tag.rawValue),
            "steps": try unblinding.steps(),
        ]
    },
    pathWalk(BlindedPathChecks.all),
]

/// A path that takes the whole of `bytes`, and has hops (RB-W1).
private func decodedPath(_ bytes: [UInt8], _ validation: inout Validation) throws(Finding) -> FieldValue {
    let value = try validation.decodeWhole { onFault throws(WireError) in
        try BlindedPath.format.decode(bytes[...], onFault: onFault)
    }
    if let path = BlindedPath(value), path.hops.isEmpty {
        try validation.report(Finding("RB-W1", .zeroHops, "the path has no hops"))
    }
    return value
}

/// `path.create` with the writer's rules that it applies.
package func pathCreate(_ checks: [Check<DecryptedPath>]) -> Operation {
    Operation("path.create") { profile, input, validation in
        let request = try PathRequest(input, profile, &validation)
        let created = try BlindedPath.create(
            request.planned,
            session_key: try input.member("session_key").secretKey(),
            introduction: try input.optional("introduction").map(FieldFormat.node)
        )
        let open = DecryptedPath.made(
            created,
            of: request.planned,
            data: request.data,
            dummies: request.dummies,
            purpose: try purpose(input.member("purpose"))
        )
        try validation.apply(checks, to: open)
        let value = created.path.value
        guard let bytes = BlindedPath.format.encode(value) else {
            throw input.fail("the path does not fit its encoding")
        }
        let steps = try zip(request.planned, created.steps).map { try $1.json($0) }
        return ["path": BlindedPath.format.json(value), "bytes": .hex(bytes), "steps": ["hops": .array(steps)]]
    }
}

/// `path.walk` with the rules that it applies.
package func pathWalk(_ checks: [Check<DecryptedPath>]) -> Operation {
    Operation("path.walk") { profile, input, validation in
        let path = try blindedPath(input.member("path"))
        let keys = try input.member("node_keys").elements().map { try $0.secretKey() }
        let open = try path.walk(keys, profile)
        try validation.apply(checks, to: open)
        let hops = open.hops.map { hop in
            var json: JSONObject = ["node_id": .hex(hop.node_id?.bytes ?? [])]
            json["encrypted_data_tlv"] = hop.plaintext.map { .hex($0) }
            return JSON.object(json)
        }
        return ["ends_at": .hex(open.endsAt?.bytes ?? []), "hops": .array(hops)]
    }
}

/// The hops that `path.create` is asked for, with their padding and marks.
private struct PathRequest {
    var planned: [PlannedHop] = []
    var data: [EncryptedData] = []
    var dummies: Set<Int> = []

    init(_ input: JSONReader, _ profile: Profile, _ validation: inout Validation) throws {
        let pad_to = try input.optional("pad_to")?.number(atMost: 65_535)
        for (index, hop) in try input.member("hops").elements().enumerated() {
            let isDummy = try hop.optional("dummy")?.bool() ?? false
            if isDummy { dummies.insert(index) }
            let bytes = try hop.member("encrypted_data_tlv").hex()
            let read = try EncryptedData.read(bytes[...], profile, &validation)
            var stream = read.decoded.stream
            if isDummy, let type = profile.blinded_path.dummy_hop_type {
                stream = TLVStream(sorting: stream.records + [TLVRecord(type: type, value: [UInt8]())])
            }
            if let pad_to { stream = try PathPadding.pad(stream, to: Int(pad_to)) }
            data.append(read)
            planned.append(
                PlannedHop(
                    node_id: try hop.member("node_id").publicKey(),
                    encrypted_data_tlv: stream.bytes,
                    receive_auth_key: try Self.receiveAuthKey(hop, profile),
                    session_key: try hop.optional("session_key")?.secretKey()
                )
            )
        }
    }

    /// The key of LDK's tag, under a profile that has one.
    private static func receiveAuthKey(_ hop: JSONReader, _ profile: Profile) throws(JSONShapeError) -> Bytes32? {
        let key = try hop.optional("receive_auth_key")?.bytes32()
        return profile.blinded_path.final_hop_tag == .receiveAuthKey ? key : nil
    }
}

private func purpose(_ reader: JSONReader) throws(JSONShapeError) -> PathPurpose {
    guard let purpose = PathPurpose(rawValue: try reader.string()) else {
        throw reader.fail("the purpose is \"message\" or \"payment\"")
    }
    return purpose
}

/// A path object as a path.
func blindedPath(_ reader: JSONReader) throws(JSONShapeError) -> BlindedPath {
    guard let path = BlindedPath(try BlindedPath.format.value(reader)) else {
        throw reader.fail("this is not a blinded path")
    }
    return path
}

/// A key that came over the wire: 33 bytes, whose being a point is part of the verdict.
func checkedPoint(_ reader: JSONReader) throws -> PublicKey {
    let bytes = try reader.hex()
    guard bytes.count == 33 else { throw reader.fail("33 bytes are needed, these are \(bytes.count)") }
    do {
        return try PublicKey(bytes)
    } catch {
        throw Finding("B1-T-2", "point", error.detail)
    }
}

extension Unblinding {
    func steps() throws(Finding) -> JSON {
        [
            "ss": .hex(secret.ss),
            "rho": .hex(secret.rho),
            "blinded_node_id_factor": .hex(blindedNodeIDFactor.bytes),
            "b": .hex(try secret.b().bytes),
        ]
    }
}

extension CreatedPath.Step {
    fileprivate func json(_ hop: PlannedHop) throws(Finding) -> JSON {
        [
            "e": .hex(e.bytes),
            "E": .hex(secret.E.bytes),
            "ss": .hex(secret.ss),
            "rho": .hex(secret.rho),
            "blinded_node_id_factor": .hex(blindedNodeIDFactor.bytes),
            "b": .hex(b.bytes),
            "encrypted_data_tlv": .hex(hop.encrypted_data_tlv),
        ]
    }
}
