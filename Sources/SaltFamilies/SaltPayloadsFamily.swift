internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `salt/payloads`: what a payer puts into the payloads of its request.
func saltPayloadsFamily(_ context: GenerationContext) throws(GenerationError) -> GeneratedFamily {
    var family = try SaltPayloadsFamily(
        builder: FamilyBuilder(
            "salt/payloads",
            title: "The payloads of an invoice request with sealed reply path and salt",
            profile: context.draft,
            in: context,
            flags: [
                VectorFamily.Flag("decoys", "The path ends in hops that lead nowhere, which the payer cannot tell"),
                VectorFamily.Flag("size", "The offer's values do not fit the scheme"),
                VectorFamily.Flag("stock", "A node that goes by BOLT 4 alone"),
                VectorFamily.Flag(
                    "sample",
                    "Recorded payloads with one fault, on which the payer's checks themselves are tested"
                ),
            ]
        ),
        context.draft
    )
    try family.addRequests()
    try family.addRejectedRequests()
    try family.addStockNodes()
    try family.addSamples()
    return family.builder.build()
}

/// A request for `salt.build_payloads`, and the payloads that follow from it.
private struct SaltRequestBuilder {
    var sealing = "RA"
    var pre_hops = 0
    var path = Fixtures.path("offer of the salt", hops: 3)
    var salt = SaltFixture.salt
    var E = SaltFixture.E
    var reply = Fixtures.path("reply to the payer")
    var nonce: [UInt8]?
    let invoice_request: [UInt8]

    /// Record 4 of a hop of the payer's own.
    func ownData(_ index: Int) -> [UInt8] { SaltFixture.bytes("data of the payer's hop \(index)", 51) }

    var json: JSON {
        let hops = (0..<pre_hops).map { index in
            JSON.object([
                "node_id": .hex(Fixtures.point("hop \(index) of the payer")),
                "encrypted_recipient_data": .hex(ownData(index)),
            ])
        }
        var json: JSONObject = [
            "sealing": .string(sealing), "pre_hops": .array(hops), "path": path.parts.json,
            "unique_salt": .hex(salt), "encrypted_counterparty_secret": .hex(E),
            "reply_path": reply.parts.json, "invoice_request": .hex(invoice_request),
        ]
        json["nonce"] = nonce.map { .hex($0) }
        return .object(json)
    }

    /// The drawing of the text: A has record 4, B and C have 4, 4141 and 4343, D has 2, 4 and 64.
    func payloads() throws(GenerationError) -> SaltPayloadList {
        let reply = self.reply.bytes
        var list = SaltPayloadList(before: (0..<pre_hops).map { [4: ownData($0)] })
        let data = path.hops.map { Array($0.encrypted_recipient_data) }
        if data.count > 1 {
            let sealed = try SaltDerivation.seal(sealing, E: E, reply, nonce: nonce).bytes
            list.relays = data.dropLast().map { [4: $0, 4141: sealed, 4343: salt] }
        }
        list.last = [2: reply, 4: data[data.count - 1], 64: invoice_request]
        return list
    }
}

/// Payloads as records, which a case changes one at a time.
private struct SaltPayloadList {
    typealias Payload = [UInt64: [UInt8]]

    var before: [Payload] = []
    var relays: [Payload] = []
    var last: Payload = [:]

    var streams: [[UInt8]] {
        (before + relays + [last]).map { payload in
            payload.sorted { $0.key < $1.key }.flatMap { MessageParts.record($0.key, $0.value) }
        }
    }

    var json: JSON { .array(streams.map { .hex($0) }) }
}

private struct SaltPayloadsFamily {
    var builder: FamilyBuilder
    let plan: SaltRequestBuilder
    let longE: [UInt8]

    init(builder: FamilyBuilder, _ profile: Profile) throws(GenerationError) {
        self.builder = builder
        plan = SaltRequestBuilder(invoice_request: RequestFixture(InvoiceFixture(profile)).bytes)
        longE = try SaltDerivation.mask("SD-head", secret: SaltFixture.secret, salt: SaltFixture.salt).E
    }

    private func with(_ change: (inout SaltRequestBuilder) -> Void) -> SaltRequestBuilder {
        var copy = plan
        change(&copy)
        return copy
    }

    private func hops(_ count: Int) -> BlindedPath { Fixtures.path("offer of the salt", hops: count) }

    // MARK: Accepted

    mutating func addRequests() throws(GenerationError) {
        let all: [RequirementID] = ["SALT-11", "SALT-10", "SALT-12", "SALT-13", "SALT-14"]
        let nonce = SaltFixture.bytes("nonce of the payer", 12)
        let plans: [(name: String, comment: String, plan: SaltRequestBuilder)] = [
            ("three-hops", "the payer is a peer of the introduction node", plan),
            ("drawing", "A before B, C and D, as in the text's drawing", with { $0.pre_hops = 1 }),
            ("two-hops", "the counterparty is the introduction node", with { $0.path = hops(2) }),
            ("two-hops-behind-two", "two hops before the path", with { ($0.path, $0.pre_hops) = (hops(2), 2) }),
            ("five-hops", "the payer cannot tell which is the counterparty", with { $0.path = hops(5) }),
            ("five-hops-behind-two", "seven payloads", with { ($0.path, $0.pre_hops) = (hops(5), 2) }),
            ("sealed-rb", "another sealing, the same payloads otherwise", with { $0.sealing = "RB" }),
            ("sealed-rc", "another sealing, the same payloads otherwise", with { $0.sealing = "RC" }),
            ("sealed-rd", "all hops get the same nonce", with { ($0.sealing, $0.nonce) = ("RD", nonce) }),
            ("masked-secret-of-48", "the masked secret of SD", with { $0.E = longE }),
            (
                "long-reply-path", "a reply path of five hops is in every payload",
                with { $0.reply = Fixtures.path("long reply", hops: 5) }
            ),
        ]
        for (name, comment, plan) in plans {
            // The sealing and what is sealed are a matter of their own, and so are hops before the path.
            let isSealing = name.hasPrefix("sealed") || plan.E != SaltFixture.E || name == "long-reply-path"
            let subject: RequirementID = isSealing ? "SALT-13" : name.contains("-behind-") ? "SALT-12" : "SALT-11"
            try addRequest(name, [subject] + all.filter { $0 != subject }, comment, plan)
        }
        try addRequest(
            "decoys-behind-the-receiver",
            ["SALT-15"] + all,
            "counterparty, receiver, and two decoys of the receiver's: the first three payloads are filled",
            flags: ["decoys"],
            with { $0.path = Fixtures.path("offer with decoys", hops: 4) }
        )
        for (name, pre_hops) in [("one-hop", 0), ("one-hop-behind-one", 1)] {
            try addRequest(
                name,
                ["SALT-10", "SALT-11", "SALT-12"],
                "no payload is before the last one of the path: a plain request",
                with { ($0.path, $0.pre_hops) = (hops(1), pre_hops) }
            )
        }
    }

    private mutating func addRequest(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        _ plan: SaltRequestBuilder,
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        builder.accept(
            name,
            "salt.build_payloads",
            requirements,
            comment,
            flags: flags,
            in: plan.json,
            out: ["payloads": try plan.payloads().json],
            file: file,
            line: line
        )
    }

    // MARK: Rejected

    mutating func addRejectedRequests() throws(GenerationError) {
        let salt: [ReasonClass] = ["semantic.unique_salt", "tlv.length"]
        let masked: [ReasonClass] = ["semantic.encrypted_counterparty_secret", "tlv.length"]
        let nonce: [ReasonClass] = ["semantic.nonce", "tlv.length"]
        let hops: [ReasonClass] = ["path.zero_hops"]
        let faults:
            [(
                name: String, id: RequirementID, reasons: [ReasonClass], comment: String, neighbour: String,
                plan: SaltRequestBuilder
            )] = [
                (
                    "salt-of-15", "SALT-1", salt, "the offer's salt has lost a byte", "three-hops",
                    with { $0.salt.removeLast() }
                ),
                (
                    "salt-of-17", "SALT-1", salt, "the offer's salt has gained a byte", "three-hops",
                    with { $0.salt.append(0) }
                ),
                (
                    "masked-secret-of-15", "SALT-2", masked, "the masked secret has lost a byte", "three-hops",
                    with { $0.E.removeLast() }
                ),
                (
                    "masked-secret-of-32", "SALT-2", masked, "a size that no reading has", "three-hops",
                    with { $0.E += $0.E }
                ),
                (
                    "sealed-rc-masked-secret-of-48", "SALT-13", masked, "RC needs a key of 16 bytes", "sealed-rc",
                    with { ($0.sealing, $0.E) = ("RC", longE) }
                ),
                (
                    "sealed-rd-nonce-of-8", "SALT-13", nonce, "RFC 8439's nonces have 12 bytes", "sealed-rd",
                    with { ($0.sealing, $0.nonce) = ("RD", SaltFixture.bytes("nonce of the payer", 8)) }
                ),
                (
                    "path-without-hops", "RB-W1", hops, "there is nobody to ask", "one-hop",
                    with { $0.path = Fixtures.pathWithoutHops }
                ),
                (
                    "reply-path-without-hops", "RB-W1", hops, "there is nobody to answer", "three-hops",
                    with { $0.reply = Fixtures.pathWithoutHops }
                ),
            ]
        for (name, id, reasons, comment, neighbour, plan) in faults {
            builder.reject(
                name,
                "salt.build_payloads",
                [id],
                reasons,
                comment,
                alsoExercises: id == "RB-W1" ? ["SALT-10"] : [],
                neighbour: neighbour,
                flags: id == "RB-W1" ? [] : ["size"],
                in: plan.json,
                under: name == "reply-path-without-hops"
                    ? [.accept("C-70 b", ["payloads": try plan.payloads().json])] : []
            )
        }
    }

    /// BOLT 4 forbids what the scheme asks for: nodes without it drop such a message (C-55).
    mutating func addStockNodes() throws(GenerationError) {
        let list = try plan.payloads()
        let (data, sealed) = (list.relays[0][4] ?? [], list.relays[0][4141] ?? [])
        func layer(_ records: [UInt64: [UInt8]], final: Bool) -> JSON {
            let onward = MessageParts.record(4, Array(Fixtures.point("bob")))
            let own = MessageParts.record(6, Array("context of the path".utf8))
            return [
                "onionmsg_tlv": .hex(SaltPayloadList(last: records).streams[0]),
                "encrypted_data_tlv": .hex(final ? own : onward), "final": .bool(final),
            ]
        }
        let onward: JSONObject = ["next": ["node_id": .hex(Fixtures.point("bob"))]]
        let asked: JSONObject = [
            "content": ["type": "64", "value": .hex(plan.invoice_request)], "reply_path": plan.reply.parts.json,
        ]
        builder.accept(
            "stock-relay-without-the-records",
            "om.classify",
            ["OM-R5", "OM-R3", "SALT-12"],
            "sealed data alone is passed on",
            flags: ["stock"],
            in: layer([4: data], final: false),
            out: onward
        )
        builder.accept(
            "stock-end-without-the-records",
            "om.classify",
            ["OM-R9", "SALT-10"],
            "one payload",
            flags: ["stock"],
            in: layer(list.last, final: true),
            out: asked
        )
        let relays: [(name: String, comment: String, records: [UInt64: [UInt8]])] = [
            ("both-records", "a hop that does not know the scheme drops what it asks for", list.relays[0]),
            ("sealed-reply-path", "record 4141 alone", [4: data, 4141: sealed]),
            ("salt", "record 4343 alone", [4: data, 4343: plan.salt]),
        ]
        for (name, comment, records) in relays {
            builder.reject(
                "stock-relay-with-\(name)",
                "om.classify",
                ["OM-R3"],
                ["onion.payload"],
                comment,
                alsoExercises: ["OM-W4"],
                neighbour: "stock-relay-without-the-records",
                flags: ["stock"],
                in: layer(records, final: false),
                under: [.accept("C-95 b", onward)]
            )
        }
        builder.reject(
            "stock-end-with-both-records",
            "om.classify",
            ["OM-R9"],
            ["onion.payload"],
            "the receiver finds three payloads: why the last hop must not get them",
            alsoExercises: ["SALT-11"],
            neighbour: "stock-end-without-the-records",
            flags: ["stock"],
            in: layer(list.last.merging([4141: sealed, 4343: plan.salt]) { $1 }, final: true),
            under: [.accept("C-26 b", asked)]
        )
    }

    // MARK: Samples

    mutating func addSamples() throws(GenerationError) {
        let plan = with { $0.pre_hops = 1 }
        let good = try plan.payloads()
        let decoys = with { $0.path = Fixtures.path("offer with decoys", hops: 4) }
        let alone = with { $0.path = hops(1) }
        let nonced = with { $0.sealing = "RD" }
        let twoNonces = try ["first nonce", "second nonce"].map { name throws(GenerationError) in
            try with { ($0.sealing, $0.nonce) = ("RD", SaltFixture.bytes(name, 12)) }.payloads()
        }
        for (name, plan, list) in [
            ("drawing", plan, good), ("decoys", decoys, try decoys.payloads()),
            ("one-hop", alone, try alone.payloads()),
            ("nonce", nonced, twoNonces[0]),
        ] {
            builder.accept(
                "sample-\(name)",
                "salt.build_payloads",
                ["SALT-10", "SALT-11", "SALT-12", "SALT-13", "SALT-14", "SALT-15"],
                "nothing to complain of",
                flags: ["sample"],
                in: plan.json,
                sample: ["payloads": list.json]
            )
        }
        addSamplesOfRelays(plan, good)
        try addSamplesOfRecords(plan, good)
        addSamplesOfEnds(plan, good)
        var skipped = try decoys.payloads()
        skipped.relays[2] = [4: skipped.relays[2][4] ?? []]
        refuse(
            "skips-decoys",
            "SALT-11",
            "onion.payload",
            "the payer thinks that it can tell decoys",
            decoys,
            skipped
        )
        var filled = try alone.payloads()
        filled.last.merge([4141: good.relays[0][4141] ?? [], 4343: plan.salt]) { $1 }
        refuse("fills-the-only-hop", "SALT-11", "onion.payload", "the only hop is the last one", alone, filled)
        var different = twoNonces[0]
        different.relays[1] = twoNonces[1].relays[1]
        refuse(
            "sealed-anew-for-each-hop",
            "SALT-13",
            "semantic.payer_encrypted_reply_path",
            "every hop gets the reply path under a nonce of its own",
            nonced,
            different
        )
    }

    private typealias Change = (inout SaltPayloadList) -> Void

    /// Which hops get the records.
    private mutating func addSamplesOfRelays(
        _ plan: SaltRequestBuilder,
        _ good: SaltPayloadList
    ) {
        let (sealed, salt) = (good.relays[0][4141] ?? [], plan.salt)
        let both = [4141: sealed, 4343: salt] as SaltPayloadList.Payload
        let changes: [(name: String, id: RequirementID, comment: String, change: Change)] = [
            (
                "introduction-node-alone", "SALT-11", "the second hop gets nothing",
                { $0.relays[1] = [4: $0.relays[1][4] ?? []] }
            ),
            (
                "hop-before-the-last-alone", "SALT-11", "the first hop gets nothing",
                { $0.relays[0] = [4: $0.relays[0][4] ?? []] }
            ),
            ("last-hop-too", "SALT-11", "the receiver gets what is the counterparty's", { $0.last.merge(both) { $1 } }),
            (
                "without-salts", "SALT-11", "nobody knows the salt",
                { list in list.relays.indices.forEach { list.relays[$0][4343] = nil } }
            ),
            (
                "without-sealed-paths", "SALT-11", "nobody can answer",
                { list in list.relays.indices.forEach { list.relays[$0][4141] = nil } }
            ),
            (
                "hop-before-the-path-too", "SALT-12", "the payer's own hop gets them as well",
                { $0.before[0].merge(both) { $1 } }
            ),
            (
                "request-before-the-path", "SALT-12", "the payer's own hop sees the request",
                { $0.before[0][64] = plan.invoice_request }
            ),
        ]
        for (name, id, comment, change) in changes {
            refuse(name, id, "onion.payload", comment, plan, good.changed(change))
        }
    }

    /// What the records hold.
    private mutating func addSamplesOfRecords(
        _ plan: SaltRequestBuilder,
        _ good: SaltPayloadList
    ) throws(GenerationError) {
        let reply = plan.reply.bytes
        let underSalt = try SaltDerivation.seal("RA", E: plan.salt, reply).bytes
        let other = try SaltDerivation.seal("RA", E: plan.E, Fixtures.path("somebody else").bytes).bytes
        let sealed: [(name: String, comment: String, value: [UInt8])] = [
            ("plain-reply-path", "the reply path is there for all to read", reply),
            ("tag-missing", "encrypted, and not authenticated", Array((good.relays[0][4141] ?? []).dropLast(16))),
            ("sealed-under-the-salt", "the salt is the key, and everybody has it", underSalt),
            ("another-reply-path", "the sealed path does not lead to the payer", other),
        ]
        for (name, comment, value) in sealed {
            let changed = good.changed { list in list.relays.indices.forEach { list.relays[$0][4141] = value } }
            refuse(name, "SALT-13", "aead", comment, plan, changed)
        }
        let salts: [(name: String, comment: String, value: [UInt8])] = [
            ("salt-hashed", "the counterparty cannot undo it", Array(Hash.sha256(plan.salt).bytes.prefix(16))),
            ("salt-cut", "the last byte is missing", Array(plan.salt.dropLast())),
            ("masked-secret-as-salt", "the offer's two values have changed places", plan.E),
        ]
        for (name, comment, value) in salts {
            let changed = good.changed { list in list.relays.indices.forEach { list.relays[$0][4343] = value } }
            refuse(name, "SALT-14", "semantic.unique_salt", comment, plan, changed)
        }
    }

    /// What the receiver gets, and what is left alone.
    private mutating func addSamplesOfEnds(
        _ plan: SaltRequestBuilder,
        _ good: SaltPayloadList
    ) {
        let request: ReasonClass = "semantic.invoice_request"
        let changes: [(name: String, id: RequirementID, reason: ReasonClass, comment: String, change: Change)] = [
            (
                "request-to-the-counterparty", "SALT-10", request, "a relay sees what is the receiver's",
                { $0.relays[1][64] = plan.invoice_request }
            ),
            (
                "reply-path-to-the-counterparty", "SALT-10", request, "a relay sees where the answer goes",
                { $0.relays[1][2] = plan.reply.bytes }
            ),
            ("without-request", "SALT-10", request, "the receiver is not asked for anything", { $0.last[64] = nil }),
            ("another-request", "SALT-10", request, "the receiver gets another request", { $0.last[64] = [0, 0] }),
            ("without-reply-path", "SALT-10", request, "the receiver, if online, cannot answer", { $0.last[2] = nil }),
            ("payload-missing", "SALT-10", "onion.payload", "the payer's own hop is left out", { $0.before = [] }),
            (
                "other-data", "RB-U2", "semantic.encrypted_recipient_data", "a hop gets data that is not its own",
                { $0.relays[1][4] = $0.relays[0][4] }
            ),
        ]
        for (name, id, reason, comment, change) in changes {
            refuse(name, id, reason, comment, plan, good.changed(change))
        }
    }

    private mutating func refuse(
        _ name: String,
        _ id: RequirementID,
        _ reason: ReasonClass,
        _ comment: String,
        _ plan: SaltRequestBuilder,
        _ list: SaltPayloadList,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        let neighbour =
            switch name {
            case "skips-decoys": "sample-decoys"
            case "fills-the-only-hop": "sample-one-hop"
            case "sealed-anew-for-each-hop": "sample-nonce"
            default: "sample-drawing"
            }
        builder.reject(
            "sample-\(name)",
            "salt.build_payloads",
            [id],
            [reason],
            comment,
            alsoExercises: id == "SALT-11" ? ["SALT-15"] : [],
            neighbour: neighbour,
            flags: ["sample"],
            in: plan.json,
            sample: ["payloads": list.json],
            file: file,
            line: line
        )
    }
}

extension SaltPayloadList {
    fileprivate func changed(_ change: (inout SaltPayloadList) -> Void) -> SaltPayloadList {
        var copy = self
        change(&copy)
        return copy
    }
}
