internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// `bolt04/route-blinding-test.json`: a path joined from two.
func runRouteBlinding(_ file: JSONReader, _ profile: Profile, _ tally: inout OfficialSuite.Tally) throws {
    try file.onlyMembers(["comment", "generate", "route", "unblind"])
    let hops = try file.member("generate").member("hops").elements()
    let unblindings = try file.member("unblind").member("hops").elements()
    guard hops.count == unblindings.count else {
        throw file.fail(
            "generate.hops and unblind.hops must name the same hops"
        )
    }
    let planned = try hops.map { hop in
        PlannedHop(
            node_id: try hop.member("node_id").publicKey(),
            encrypted_data_tlv: try OfficialStreams.encryptedData(hop.member("tlvs"), profile).bytes,
            session_key: try hop.optional("session_key").map { try $0.secretKey() }
        )
    }
    let created = try BlindedPath.create(planned, session_key: try present(planned.first?.session_key))
    tally.announce(cases: hops.count + unblindings.count)
    for (index, hop) in hops.enumerated() {
        try hop.onlyMembers([
            "comment", "session_key", "alias", "node_id", "tlvs", "encoded_tlvs", "path_privkey", "path_key",
            "shared_secret", "rho", "encrypted_data", "blinded_node_id",
        ])
        tally.start("generate.hops[\(index)]")
        let (step, sealed) = (created.steps[index], created.path.hops[index])
        try tally.compare(hop, "encoded_tlvs", Hex.encode(planned[index].encrypted_data_tlv))
        try tally.compare(hop, "path_privkey", step.e.bytes.hex)
        try tally.compare(hop, "path_key", step.secret.E.hex)
        try tally.compare(hop, "shared_secret", step.secret.ss.hex)
        try tally.compare(hop, "rho", step.secret.rho.hex)
        try tally.compare(hop, "encrypted_data", Hex.encode(sealed.encrypted_recipient_data))
        try tally.compare(hop, "blinded_node_id", Hex.encode(sealed.blinded_node_id))
    }
    try compareRoute(created.path, file.member("route"), dataKey: "encrypted_data", &tally)
    try compareUnblinding(created.path, file.member("unblind"), hops, profile, &tally)
}

/// A path as the files of BOLT 4 write it.
func compareRoute(
    _ path: BlindedPath,
    _ route: JSONReader,
    dataKey: String,
    _ tally: inout OfficialSuite.Tally
) throws {
    try route.onlyMembers(["comment", "first_node_id", "first_path_key", "hops"])
    let hops = try route.member("hops").elements()
    tally.announce(cases: 1 + hops.count)
    tally.start("route")
    try tally.compare(route, "first_node_id", Hex.encode(path.introduction.bytes))
    try tally.compare(route, "first_path_key", Hex.encode(path.path_key))
    tally.compare("the number of hops", path.hops.count, hops.count)
    for (index, (hop, wanted)) in zip(path.hops, hops).enumerated() {
        tally.start("route.hops[\(index)]")
        try tally.compare(wanted, "blinded_node_id", Hex.encode(hop.blinded_node_id))
        try tally.compare(wanted, dataKey, Hex.encode(hop.encrypted_recipient_data))
    }
}

private func compareUnblinding(
    _ path: BlindedPath,
    _ unblind: JSONReader,
    _ generated: [JSONReader],
    _ profile: Profile,
    _ tally: inout OfficialSuite.Tally
) throws {
    for (index, hop) in try unblind.member("hops").elements().enumerated() {
        try hop.onlyMembers([
            "alias", "node_privkey", "path_key", "blinded_privkey", "decrypted_data", "next_path_key",
            "next_path_key_override",
        ])
        tally.start("unblind.hops[\(index)]")
        let node_key = try hop.member("node_privkey").secretKey()
        let path_key = try hop.member("path_key").publicKey()
        try tally.compare(generated[index], "node_id", node_key.publicKey.hex)
        try tally.compare(generated[index], "path_key", path_key.hex)
        let unblinding = try Unblinding(node_key: node_key, path_key: path_key)
        var validation = Validation(.strict)
        let opened = try unblinding.open(path.hops[index].encrypted_recipient_data, profile, &validation)
        try tally.compare(hop, "blinded_privkey", unblinding.blinded_node_key.bytes.hex)
        try tally.compare(hop, "decrypted_data", Hex.encode(opened.plaintext))
        try tally.compare(hop, "next_path_key", try unblinding.secret.nextE().hex)
        if let override = try hop.optional("next_path_key_override") {
            tally.compare("override", try unblinding.nextPathKey(opened.encrypted_data).hex, try override.string())
        }
    }
}
