internal import Driver
internal import InvoiceServer
internal import Lightning
internal import Primitives
package import Rules
internal import SaltSecret
internal import StrictJSON
internal import VectorKit
internal import Wire

/// The operations that are timed, on inputs of the size that they have in practice: the fixtures of the vectors.
package struct Benchmarks {
    let profile: Profile
    let invoice: InvoiceFixture
    let request: RequestFixture

    package init(_ profile: Profile) {
        self.profile = profile
        invoice = InvoiceFixture(profile)
        request = RequestFixture(invoice)
    }

    package func all() throws -> [Benchmark] {
        try encodings + bolt12() + paths() + onions() + messages() + salt() + [serverRound()]
    }

    // MARK: BOLT 1

    private var encodings: [Benchmark] {
        let bigSize: [UInt8] = [0xff, 0, 0, 0, 1, 0, 0, 0, 0]
        let bigSizeFloor = EncodingFloor(bigSize)
        let stream = TLVStream(
            sorting: (0..<20).map { TLVRecord(type: UInt64(1 + 37 * $0), value: sample(2 * $0 + 20)) }
        )
        let bytes = stream.bytes
        let streamFloor = EncodingFloor(bytes)
        return [
            Benchmark(
                "BigSize",
                request("bigsize.decode", ["bytes": .hex(bigSize)], profile: nil),
                operation: Work({ try BigSize.decode(bigSize[...]) }, as: Self.bytes),
                floor: Work({ bigSizeFloor.bigSize() }, as: Self.bytes)
            ),
            Benchmark(
                "TLV stream of 20 records",
                target: 1.5,
                request("tlv.decode", ["bytes": .hex(bytes)], profile: nil),
                operation: Work({ try TLVStream.read(bytes[...], known: .unspecified).records.count }, as: Self.bytes),
                floor: Work({ streamFloor.stream() }, as: Self.bytes)
            ),
        ]
    }

    // MARK: BOLT 12

    private func bolt12() throws -> [Benchmark] {
        try [offerDecode(), invoiceDecode(), invoiceValidate(), invoiceSign(), requestValidate()]
    }

    private func offerDecode() throws -> Benchmark {
        let text = invoice.offerText
        let floor = EncodingFloor(Array(text.utf8), points: try points(invoice.offer.bytes, .offer))
        return Benchmark(
            "offer decode",
            request("offer.decode", ["offer": .string(text)]),
            operation: Work(
                {
                    var validation = Validation(.strict)
                    return try Offer.read(text: text, &validation).decoded.stream.records.count
                },
                as: Self.bytes
            ),
            floor: Work({ floor.offer() }, as: Self.bytes)
        )
    }

    func floor(_ bytes: [UInt8], _ schema: TLVSchema, _ messagename: String, signer: UInt64) throws
        -> Bolt12Floor
    {
        let stream = try schema.decode(bytes).stream
        let key = stream[signer].map { Array($0) }
        let points = try points(bytes, schema)
        let signerAt = points.first { Array(bytes[$0..<$0 + 33]) == key }
        return Bolt12Floor(bytes, messagename: messagename, points: points, signer: signerAt ?? 0)
    }

    private func invoiceDecode() throws -> Benchmark {
        let (bytes, profile) = (invoice.bytes, profile)
        let floor = EncodingFloor(bytes, points: try points(bytes, .static_invoice(profile)))
        return Benchmark(
            "static invoice decode",
            request("static_invoice.decode", ["bytes": .hex(bytes)]),
            operation: Work(
                {
                    var validation = Validation(.strict)
                    return try StaticInvoice.read(bytes[...], profile, &validation).decoded.stream.records.count
                },
                as: Self.bytes
            ),
            floor: Work({ floor.stream() }, as: Self.bytes)
        )
    }

    private func invoiceValidate() throws -> Benchmark {
        try invoiceValidate("static invoice validate", invoice.bytes)
    }

    package func invoiceValidate(_ name: String, _ bytes: [UInt8]) throws -> Benchmark {
        let profile = profile
        let floor = try floor(bytes, .static_invoice(profile), StaticInvoice.messagename, signer: 176)
        return Benchmark(
            name,
            target: 1.25,
            request("static_invoice.validate", ["bytes": .hex(bytes), "now": .decimal(Fixtures.createdAt)]),
            operation: Work {
                var validation = Validation(.strict)
                let subject = StaticInvoiceReaderInput(
                    invoice: try StaticInvoice.read(bytes[...], profile, &validation),
                    profile: profile,
                    now: Fixtures.createdAt,
                    chain: Chain.bitcoin
                )
                try validation.apply(StaticInvoiceReaderChecks.all, to: subject)
                return Self.done
            },
            floor: Work { floor.verify() ? Self.done : [] }
        )
    }

    private func invoiceSign() throws -> Benchmark {
        let unsigned = invoice.unsigned.bytes
        let key = Fixtures.key("recipient")
        let floor = SigningFloor(
            unsigned,
            messagename: StaticInvoice.messagename,
            key: key.bytes.bytes,
            signer: Array(Fixtures.point("recipient"))
        )
        return Benchmark(
            "static invoice sign",
            target: 1.25,
            request("static_invoice.sign", ["bytes": .hex(unsigned), "secret_key": .hex(key.bytes)]),
            operation: Work {
                let stream = try TLVStream.read(unsigned[...], known: .unspecified)
                let signer = SigningKey(key)
                guard let named = stream[176], named.elementsEqual(signer.publicKey.bytes),
                    let signature = Bolt12Signature(stream, messagename: StaticInvoice.messagename, key: signer)
                else { return [] }
                return signature.added(to: stream).bytes
            },
            floor: Work({ floor.sign() }, as: { $0 ? floor.bytes : [] })
        )
    }

    private func requestValidate() throws -> Benchmark {
        let (bytes, profile) = (request.bytes, profile)
        let held = StaticInvoice(try TLVSchema.static_invoice(profile).decode(invoice.bytes), profile)
        let floor = try floor(bytes, .invoice_request, InvoiceRequest.messagename, signer: 88)
        return Benchmark(
            "invoice request validate",
            target: 1.25,
            request(
                "invreq.validate_for",
                [
                    "bytes": .hex(bytes), "invoice": .hex(invoice.bytes), "now": .decimal(Fixtures.createdAt),
                    "arrived_over": 0,
                ]
            ),
            operation: Work {
                var validation = Validation(.strict)
                let subject = InvoiceRequestReaderInput(
                    request: try InvoiceRequest.read(bytes[...], &validation),
                    invoice: held,
                    profile: profile,
                    now: Fixtures.createdAt,
                    chain: Chain.bitcoin,
                    arrivedOver: 0
                )
                try validation.apply(InvoiceRequestReaderChecks.all, to: subject)
                return Self.done
            },
            floor: Work { floor.verify() ? Self.done : [] }
        )
    }

    // MARK: BOLT 4

    private func paths() throws -> [Benchmark] {
        let route = RouteFixture(profile: profile)
        let made = try route.path(route.threeHops)
        let node_key = route.threeHops[0].key.bytes.bytes
        let (path_key, sealed) = (made.derived[0].E.bytes, made.parts.hops[0].encrypted_recipient_data)
        return [
            try pathCreate("path of 3 hops", route.threeHops),
            try unblind(node_key, path_key, sealed),
        ]
    }

    func pathCreate(_ name: String, _ hops: [BlindingDerivation.Hop]) throws -> Benchmark {
        let profile = profile
        let parts = hops.map { (node_id: $0.key.publicKey.bytes, data: $0.data) }
        let told = hops.flatMap { hop in
            (try? points(hop.data, .encrypted_data(profile)).map { Array(hop.data[$0..<$0 + 33]) }) ?? []
        }
        let floor = PathFloor(session_key: RouteFixture.session_key.bytes.bytes, hops: parts, told: told)
        return Benchmark(
            name,
            target: 1.1,
            request("path.create", RouteFixture(profile: profile).request(hops)),
            operation: Work {
                var validation = Validation(.strict)
                var planned: [PlannedHop] = []
                var data: [EncryptedData] = []
                for part in parts {
                    data.append(try EncryptedData.read(part.data[...], profile, &validation))
                    planned.append(PlannedHop(node_id: try PublicKey(part.node_id), encrypted_data_tlv: part.data))
                }
                let created = try BlindedPath.create(planned, session_key: RouteFixture.session_key)
                let open = DecryptedPath.made(created, of: planned, data: data, dummies: [], purpose: .message)
                try validation.apply(BlindedPathChecks.all + BlindedPathChecks.payment, to: open)
                return BlindedPath.format.encode(created.path.value) ?? []
            },
            floor: Work({ floor.create() }, as: { $0 ? floor.bytes : [] })
        )
    }

    private func unblind(_ node_key: [UInt8], _ path_key: [UInt8], _ sealed: [UInt8]) throws -> Benchmark {
        let profile = profile
        let key = try SecretKey(node_key)
        let floor = UnblindingFloor(node_key: node_key, path_key: path_key, encrypted_recipient_data: sealed)
        return Benchmark(
            "path unblind",
            target: 1.1,
            request(
                "path.unblind",
                [
                    "node_key": .hex(node_key), "path_key": .hex(path_key), "encrypted_recipient_data": .hex(sealed),
                ]
            ),
            operation: Work(
                {
                    var validation = Validation(.strict)
                    let unblinding = try Unblinding(node_key: key, path_key: PublicKey(path_key))
                    let opened = try unblinding.open(sealed[...], profile, &validation)
                    let next = try unblinding.nextPathKey(opened.encrypted_data).bytes
                    return (opened.plaintext, next, unblinding.blinded_node_key)
                },
                as: { $0.0 + $0.1 + $0.2.bytes.bytes }
            ),
            floor: Work({ floor.open() }, as: { $0 ? floor.bytes : [] })
        )
    }

    private func onions() throws -> [Benchmark] {
        let route = RouteFixture(profile: profile)
        let path = try route.path(route.threeHops)
        let message = TLVRecord(type: 64, value: sample(200))
        let hops = path.parts.hops.enumerated().map { index, hop in
            let data = TLVRecord(type: 4, value: hop.encrypted_recipient_data)
            let records = index == path.parts.hops.count - 1 ? [data, message] : [data]
            return (N: hop.blinded_node_id, payload: TLVStream(sorting: records).bytes)
        }
        let keys = route.threeHops.map { $0.key.bytes.bytes }
        var benchmarks: [Benchmark] = []
        for size in OnionMessage.usualPacketSizes {
            let create = try packet("packet over 3 hops, \(size) bytes", hops, size: size)
            let first = try create.operation.outcome()
            let forward = peel("peel, to be forwarded, \(size) bytes", keys[0], path.derived[0].E.bytes, first)
            var packet = try OnionPacket.decode(first)
            for derived in path.derived.dropLast() {
                guard let next = try packet.peel(derived.blinded_node_key).next else { break }
                packet = next
            }
            let last = peel("peel, the last hop, \(size) bytes", keys[2], path.derived[2].E.bytes, packet.bytes)
            benchmarks += [create, forward, last]
        }
        return benchmarks
    }

    func packet(_ name: String, _ hops: [(N: [UInt8], payload: [UInt8])], size: Int) throws -> Benchmark {
        let session_key = Fixtures.key("session key of the onion")
        let payloadsSize = size - OnionPacket.overhead
        let floor = OnionFloor(
            session_key: session_key.bytes.bytes,
            hops: hops.map { ($0.N, BigSize.encode(UInt64($0.payload.count)) + $0.payload) },
            payloadsSize: payloadsSize
        )
        let input: JSON = [
            "hops": .array(hops.map { ["node_id": .hex($0.N), "payload": .hex($0.payload)] }),
            "session_key": .hex(session_key.bytes), "size": .integer(Int64(size)),
        ]
        return Benchmark(
            name,
            target: 1.15,
            request("om.build", input),
            operation: Work {
                let hops = try hops.map { OnionHop(N: try PublicKey($0.N), payload: $0.payload) }
                return try OnionPacket.create(hops, session_key: session_key, payloadsSize: payloadsSize).packet.bytes
            },
            floor: Work({ floor.create() }, as: { $0 ? floor.bytes : [] })
        )
    }

    func peel(_ name: String, _ node_key: [UInt8], _ path_key: [UInt8], _ packet: [UInt8]) -> Benchmark {
        let profile = profile
        let floor = PeelFloor(node_key: node_key, path_key: path_key, packet: packet)
        return Benchmark(
            name,
            target: 1.1,
            request(
                "om.peel",
                ["node_key": .hex(node_key), "path_key": .hex(path_key), "packet": .hex(packet)]
            ),
            operation: Work(
                {
                    var validation = Validation(.strict)
                    let node = MessageNode(node_key: try SecretKey(node_key))
                    let peeled = try node.peel(packet[...], path_key: PublicKey(path_key), profile, &validation)
                    let onward = peeled.onward.map { $0.next_path_key.bytes + $0.next_packet.bytes } ?? []
                    return (peeled.opened.plaintext, onward)
                },
                as: { $0.0 + $0.1 }
            ),
            floor: Work({ floor.peel() }, as: { $0 ? floor.bytes : [] })
        )
    }

    // MARK: bLIP-66 and held payments

    private func messages() throws -> [Benchmark] {
        let path = Fixtures.path("message", hops: 1)
        let builder = MessageBuilder(profile)
        return try [
            ("offer_paths_request", builder.offer_paths_request(invoice_slot: 3)),
            ("offer_paths", builder.offer_paths([path], paths_absolute_expiry: Fixtures.createdAt)),
            (
                "serve_static_invoice",
                builder.serve_static_invoice(invoice.bytes, forward_invoice_request_path: path)
            ),
            ("static_invoice_persisted", builder.static_invoice_persisted()),
            ("held_htlc_available", builder.held_htlc_available()),
            ("release_held_htlc", builder.release_held_htlc()),
        ].map { name, record in try message(name, Array(record.value)) }
    }

    private func message(_ name: String, _ bytes: [UInt8]) throws -> Benchmark {
        let profile = profile
        guard let form = MessageForm.named(name, profile) else { throw BenchError("there is no message \(name)") }
        var points = try points(bytes, form.schema)
        let hasInvoice = form.staticInvoiceType != nil
        if hasInvoice {
            // The invoice's points lie in the message, behind the header of its record.
            let front = try form.schema.decode(bytes).stream[0].map { $0.startIndex } ?? 0
            points += try self.points(invoice.bytes, .static_invoice(profile)).map { $0 + front }
        }
        let floor = EncodingFloor(bytes, points: points)
        return Benchmark(
            "message \(name)",
            request("msg.decode", ["message": .string(name), "bytes": .hex(bytes)]),
            operation: Work(
                {
                    var validation = Validation(.strict)
                    return try Message.read(bytes[...], form, profile, &validation).decoded.stream.records.count
                },
                as: Self.bytes
            ),
            floor: Work({ hasInvoice ? floor.streamWithStream() : floor.stream() }, as: Self.bytes)
        )
    }

    // MARK: The older scheme

    private func salt() throws -> [Benchmark] {
        let (secret, salt, masked) = (sample(32), sample(16), sample(16))
        let path = Fixtures.path("reply")
        let encoding = try ReplyPath.encode(path)
        let maskFloor = SaltFloor(Array(secret.prefix(16)), key: secret, nonce: salt)
        let sealFloor = SaltFloor(encoding, key: masked)
        return [
            Benchmark(
                "salt mask",
                request(
                    "salt.mask",
                    ["reading": "SB16", "counterparty_secret": .hex(secret), "unique_salt": .hex(salt)],
                    profile: nil
                ),
                operation: Work { try Masking.SB16.mask(secret, with: salt).encrypted_counterparty_secret },
                floor: Work({ maskFloor.mask() }, as: { maskFloor.bytes(16) })
            ),
            Benchmark(
                "salt seal",
                request(
                    "salt.seal",
                    [
                        "sealing": "RA", "reply_path": path.parts.json,
                        "encrypted_counterparty_secret": .hex(masked),
                    ],
                    profile: nil
                ),
                operation: Work { try Sealing.RA.seal(encoding, under: masked).sealed },
                floor: Work({ sealFloor.seal() }, as: { sealFloor.bytes(encoding.count + 16) })
            ),
        ]
    }

    // MARK: Parts

    static let done: [UInt8] = [1]
    static func bytes(_ count: Int) -> [UInt8] { count < 0 ? [] : count.bigEndianBytes }
    static func bytes(_ value: UInt64) -> [UInt8] { value.bigEndianBytes }

    /// Bytes that say nothing.
    private func sample(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + 1) } }

    func request(_ operation: String, _ input: JSON, profile: String?) -> Request {
        Request(id: 1, operation: operation, profile: profile, input: input)
    }

    func request(_ operation: String, _ input: JSON) -> Request { request(operation, input, profile: profile.name) }

    /// Where the different points of a stream stand, by its table.
    func points(_ bytes: [UInt8], _ schema: TLVSchema) throws -> [Int] {
        let decoded = try schema.decode(bytes)
        var offsets: [ArraySlice<UInt8>: Int] = [:]
        for record in decoded.stream.records {
            guard let format = schema[record.type]?.format, let value = decoded[record.type] else { continue }
            for point in format.points(value) where offsets[point] == nil { offsets[point] = point.startIndex }
        }
        return offsets.values.sorted()
    }
}

extension FieldFormat {
    /// The points in a value of this format, as slices of what was read.
    fileprivate func points(_ value: FieldValue) -> [ArraySlice<UInt8>] {
        switch (self, value) {
        case (.point, .bytes(let bytes)): [bytes]
        case (.node, .node(.pubkey(let bytes))): [bytes]
        case (.structure(let members), .structure(let values)):
            zip(members, values).flatMap { $0.format.points($1) }
        case (.list(let element), .list(let values)), (.counted(let element), .list(let values)):
            values.flatMap { element.points($0) }
        default: []
        }
    }
}

extension OnionPacket {
    fileprivate static func decode(_ bytes: [UInt8]) throws -> OnionPacket {
        var validation = Validation(.strict)
        return try read(bytes[...], &validation)
    }
}

/// The measurement cannot be made.
package struct BenchError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
