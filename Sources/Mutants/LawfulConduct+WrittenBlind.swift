internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// What an engineer may do who has read the texts and `Spec/stateful-operations.md` alone, written without a look at the scenarios.
extension LawfulConduct {
    static let writtenBlind: [LawfulConduct] = [
        // BOLT 4 lets a node limit what it answers (OM-R12).
        LawfulConduct("same-request-once-a-minute", "answers the very same request once a minute", .server) {
            event,
            party in
            guard let message = party.message(.invoice_request, in: event) else { return party.take(event) }
            let isRecent = party.received.dropLast().contains { earlier in
                earlier.kind == .invoice_request && earlier.message.content == message.content
                    && party.now < earlier.at + 60
            }
            return isRecent ? [] : party.take(event)
        },
        LawfulConduct(
            "paths-through-a-peer",
            "lets its paths begin at a peer, where there are onions",
            // Its paths do not open with the node's key, so the check that compares contexts stands here.
            .server { $0.checks.invoiceRequest = $0.checks.invoiceRequest.without("B12-IRQ-8") },
            // The context that each handed out path leads to.
            [BlindedPath: ArraySlice<UInt8>]()
        ) { event, party, contexts in
            if let request = party.message(.invoice_request, in: event),
                !party.cameOverItsOffer(request, contexts.change { $0 })
            {
                return []
            }
            return party.take(event).map { effect in
                if case .answer(.paths(let paths)) = effect {
                    return .answer(.paths(paths.map { party.throughPeer($0) }))
                }
                guard let message = party.message(.offer_paths, in: effect) else { return effect }
                let paths = party.offer_paths(in: message.content).map { path in
                    let longer = party.throughPeer(path)
                    let context = party.paths.context(of: path)
                    contexts.change { $0[longer] = context }
                    return longer
                }
                let content = party.replacing(message.content, offer_paths: paths)
                return .send(
                    message.with(content: content).with(reply_path: message.reply_path.map { party.throughPeer($0) })
                )
            }
        },
        LawfulConduct("one-record", "keeps everything in one record, which it writes whole each time", inOneRecord),
        LawfulConduct("wants-18-blocks", "fails an HTLC that ends within 18 blocks", .recipient) { event, party in
            guard case .htlc(let htlc) = event, htlc.cltv_expiry < htlc.height + 18 else { return party.take(event) }
            return [.htlcFail(Finding("ASY-R2", .semantic("outgoing_cltv_value"), "that is too soon"))]
        },
        LawfulConduct(
            "writes-a-claim-first",
            "writes each claim down before it claims",
            .recipient,
            [UInt64: PartyEffect]()
        ) { event, party, waiting in
            if case .stored(let put, let result) = event, let claim = waiting.change({ $0.removeValue(forKey: put) }) {
                return result == .ok
                    ? [claim] : [.htlcFail(Finding("ASY-R1", "policy", "what is claimed cannot be written"))]
            }
            return party.take(event).map { effect in
                guard case .htlcClaim(let preimage) = effect else { return effect }
                let put = 4_000_000 + UInt64(party.htlcs)
                waiting.change { $0[put] = effect }
                let key = "claim/" + Hex.encode(Hash.sha256(preimage).bytes)
                return .put(StorePut(put: put, records: [StorePut.Record(key: key, value: preimage)]))
            }
        },
        LawfulConduct(
            "asks-again",
            "asks again with each tick until an answer comes, over the next path of the offer",
            .asyncPayer { _ in },
            [[UInt8]: AsyncPayment]()
        ) { event, party, payments in
            var effects = party.take(event)
            for case .put(let put) in effects {
                guard let payment = put.records.first?.value.flatMap({ AsyncPayment(record: $0) }) else { continue }
                payments.change { $0[payment.id] = payment }
            }
            guard case .tick = event else { return effects }
            for payment in payments.change({ $0 }).values where payment.state == .requested {
                let asked = party.sent(.invoice_request).filter {
                    $0.message.content.value.elementsEqual(payment.request)
                }
                guard let last = asked.last, last.at < party.now,
                    let paths = party.offer(in: payment.request)?.offer_paths, !paths.isEmpty
                else { continue }
                effects.append(.send(last.message.with(over: paths[asked.count % paths.count])))
            }
            return effects
        },
        LawfulConduct(
            "odd-names",
            "names its payments with blanks, quotes and letters beyond ASCII",
            .asyncPayer { _ in }
        ) {
            event,
            party in
            let told: PartyEvent =
                switch event {
                case .command(.abandon(let payment)): .command(.abandon(payment: OddName.plain(payment)))
                case .releasePaths(let payment, let paths): .releasePaths(payment: OddName.plain(payment), paths)
                default: event
                }
            return party.take(told).map { effect in
                switch effect {
                case .answer(.payment(let name)): .answer(.payment(OddName.odd(name)))
                case .payHTLC(let htlc): .payHTLC(OddName.odd(htlc))
                default: effect
                }
            }
        },
        LawfulConduct("a-key-for-each-version", "writes each version of an HTLC under a key of its own", byVersions),
        // BOLT 4 lets a node limit what it passes on (OM-R12).
        LawfulConduct(
            "no-packet-twice",
            "passes a packet on once",
            .forwarder { _ in },
            Set<IncomingPacket>()
        ) { event, party, seen in
            guard case .packet(let packet) = event else { return party.take(event) }
            return seen.change { $0.insert(packet).inserted } ? party.take(event) : []
        },
        atTheNextTick(.counterparty),
    ]

    // MARK: Storage

    private static let inOneRecord = MutantBase(role: "recipient") { given in
        let stored = AllRecords(given.store[AllRecords.key] ?? []).records
        var configuration = given
        configuration.store = stored
        let kept = MutantMemory(stored)
        return MutantParty(Recipient(configuration), configuration) { event, party in
            party.take(event).map { effect in
                guard case .put(var put) = effect else { return effect }
                let all = kept.change { all in
                    for record in put.records { all[record.key] = record.value }
                    return all
                }
                put.records = [StorePut.Record(key: AllRecords.key, value: AllRecords(all).bytes)]
                return .put(put)
            }
        }
    }

    /// The version before is deleted in the same write. Of a torn one both may be there, and the newer counts.
    private static let byVersions = MutantBase(role: "holder") { given in
        var newest: [String: Int] = [:]
        for key in given.store.keys {
            let version = VersionedKey(key)
            newest[version.plain] = max(newest[version.plain] ?? 0, version.number)
        }
        var configuration = given
        configuration.store = given.store.filter { newest[VersionedKey($0.key).plain] == VersionedKey($0.key).number }
        let last = MutantMemory(newest)
        return MutantParty(HTLCHolder(configuration), configuration) { event, party in
            party.take(event).map { effect in
                guard case .put(var put) = effect, let record = put.records.first else { return effect }
                let before = last.change { versions in
                    defer { versions[record.key, default: 0] += 1 }
                    return versions[record.key]
                }
                put.records = [StorePut.Record(key: "\(record.key)/\((before ?? 0) + 1)", value: record.value)]
                if let before { put.records.append(StorePut.Record(key: "\(record.key)/\(before)", value: nil)) }
                return .put(put)
            }
        }
    }
}

/// `htlc/7/3`: the third version of `htlc/7`.
private struct VersionedKey {
    let plain: String
    let number: Int

    init(_ key: String) {
        plain = key.split(separator: "/").dropLast().joined(separator: "/")
        number = key.split(separator: "/").last.flatMap { Int($0) } ?? 0
    }
}

/// Keys and values as one value.
private struct AllRecords {
    static let key = "everything"
    let records: [String: [UInt8]]

    init(_ records: [String: [UInt8]]) { self.records = records }

    init(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes[...])
        var records: [String: [UInt8]] = [:]
        while !reader.isAtEnd, let key = Self.part(&reader), let value = Self.part(&reader) {
            records[String(decoding: key, as: UTF8.self)] = value
        }
        self.records = records
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        for (key, value) in records.sorted(by: { $0.key < $1.key }) {
            for part in [Array(key.utf8), value] {
                writer.write(UInt32(clamping: part.count))
                writer.write(part)
            }
        }
        return writer.bytes
    }

    private static func part(_ reader: inout ByteReader) -> [UInt8]? {
        guard let count = try? reader.readU32("length") else { return nil }
        return (try? reader.read(Int(count), "part")).map { Array($0) }
    }
}

/// A payment's name as people write.
private enum OddName {
    private static let prefix = "päyment \"№ 1\" \\ "

    static func odd(_ name: String) -> String { prefix + name }
    static func plain(_ name: String) -> String { String(name.dropFirst(prefix.count)) }

    static func odd(_ htlc: SentHTLC) -> SentHTLC {
        SentHTLC(
            payment: odd(htlc.payment),
            payload: htlc.payload,
            payment_hash: htlc.payment_hash,
            amount_msat: htlc.amount_msat,
            hold: htlc.hold
        )
    }
}

extension OriginalParty {
    /// Whether a request came over a path of the offer that it is for (B12-IRQ-8), as far as it is known where those lead.
    fileprivate func cameOverItsOffer(
        _ request: ReceivedMessage,
        _ contexts: [BlindedPath: ArraySlice<UInt8>]
    ) -> Bool {
        let own = (offer(in: request.content.value)?.offer_paths ?? []).compactMap { contexts[$0] }
        return own.isEmpty || request.context.map(own.contains) == true
    }

    /// The same with a peer before it; as it is where messages have no onions.
    fileprivate mutating func throughPeer(_ path: BlindedPath) -> BlindedPath {
        let peer = configuration.peers.first { !linksDown.contains($0) }
        let sealed = SealedContext(paths.context(of: path), key: paths.contextKey, now: now)
        guard configuration.pathsStartAtPeer, let peer, let context = sealed.context,
            let longer = try? paths.messagePath(context, through: [peer], session_key: randomness.secretKey())
        else { return path }
        return longer
    }
}
