internal import Rules
internal import Lightning
internal import Primitives
internal import Wire

/// A static invoice server (bLIP-66): it keeps invoices for clients who are often offline, and answers payers in their place.
///
/// Everything that tells clients and slots apart is in the paths that it makes; stored are the invoices alone.
package struct Server: NodeParty {
    package var node: PartyNode
    package var checks = ServerChecks()
    package var policy = ServerPolicy()

    private var ownLimits: [String: (slots: UInt64?, bytes: UInt64?)] = [:]
    private var requestTimes: [String: [UInt64]] = [:]
    private var stored: [ClientSlot: StoredInvoice] = [:]
    /// Invoices that are being written or wait for it, in the order of their arrival. The first of each slot is in the store's
    /// hands, so that the newest arrival is the last that is written.
    private var writes: [Write] = []
    private var lastPut: UInt64 = 0

    /// An invoice on its way into the store.
    private struct Write {
        let slot: ClientSlot
        let stored: StoredInvoice
        /// Where the acknowledgement goes.
        let reply_path: BlindedPath
        /// `nil` while an earlier one for the slot is being written.
        var put: UInt64?
    }

    package init(_ configuration: PartyConfiguration) {
        node = PartyNode(configuration)
        for (key, value) in configuration.store {
            guard let slot = ClientSlot(storeKey: key) else { continue }
            stored[slot] = StoredInvoice(record: value, profile)
        }
    }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .message(let message):
                return try receive(message, now)
            case .stored(let put, let result):
                return finish(put, result)
            case .link(let peer, let isUp):
                peerTable.link(peer, isUp: isUp)
                return []
            case .command(.issueClientPaths(let client)):
                return [.answer(.paths([try path(PathContext(.clientRequest, client: client))]))]
            case .command(.setLimit(let client, let slots, let bytes)):
                let old = ownLimits[client]
                ownLimits[client] = (slots ?? old?.slots, bytes ?? old?.bytes)
                return []
            default:
                return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    private mutating func receive(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        if message.content.type == MessageBuilder.invoice_request_type {
            return try serve(message, now)
        }
        if let request = try Message.read(.offerPathsRequest, message.content, profile, &validation) {
            return try answer(request, message, now)
        }
        if let serveStaticInvoice = try Message.read(.serveStaticInvoice, message.content, profile, &validation) {
            return try take(serveStaticInvoice, message, now)
        }
        throw Finding("B66-D9", "onion.payload", "record \(message.content.type) is not a message for a server")
    }

    // MARK: offer_paths_request

    /// "SHOULD respond with an `offer_paths` message if authentication succeeds" (B66-OPR-R2).
    private mutating func answer(
        _ request: Message,
        _ message: ReceivedMessage,
        _ now: UInt64
    ) throws(Finding) -> [PartyEffect] {
        let context = try paths.authenticate(message, checks.requestPath, at: now)
        let place = ClientSlot(client: context.client, slot: request.invoice_slot ?? 0)
        requestTimes[place.client] = requestTimes[place.client]?.filter { now.distance(since: $0) < 60 }
        let requested = ReceivedOfferPathsRequest(
            slot: place.slot,
            reply_path: message.reply_path,
            client: state(of: place.client)
        )
        var validation = Validation(.strict)
        try validation.apply(checks.request, to: requested)
        guard let reply_path = message.reply_path else { return [] }

        let (end, overflow) = now.addingReportingOverflow(limits.paths_lifetime)
        let expiry = limits.paths_lifetime == 0 || overflow ? nil : end
        let offerPath = try path(.offer, place, expiry)  // B66-OP-S1, S2
        let updatePath = try path(.invoiceUpdate, place, expiry)  // B66-OP-S3, S4
        requestTimes[place.client, default: []].append(now)
        let content = MessageBuilder(profile).offer_paths([offerPath], paths_absolute_expiry: expiry)  // B66-OP-S5
        return [.send(SentMessage(content, over: reply_path, reply_path: updatePath))]
    }

    private mutating func path(
        _ purpose: PathContext.Purpose,
        _ place: ClientSlot,
        _ expiry: UInt64?
    ) throws(Finding) -> BlindedPath {
        try path(
            PathContext(
                purpose,
                client: place.client,
                slot: place.slot,
                expiry: expiry,
                discriminator: randomness.bytes(8)
            )
        )
    }

    /// A path of one hop: the server is its introduction node and its end.
    private mutating func path(_ context: PathContext) throws(Finding) -> BlindedPath {
        try paths.messagePath(policy.seals(context), session_key: randomness.secretKey())
    }

    // MARK: serve_static_invoice

    /// "SHOULD persist the `static_invoice` and `forward_invoice_request_path` and then respond" (B66-SSI-R4).
    private mutating func take(
        _ serveStaticInvoice: Message,
        _ message: ReceivedMessage,
        _ now: UInt64
    ) throws(Finding) -> [PartyEffect] {
        let context = try paths.authenticate(message, checks.serveStaticInvoicePath, at: now)
        let place = policy.slot(context)
        guard let new = try StoredInvoice(stream: serveStaticInvoice.decoded, profile) else { return [] }
        let handedOver = ReceivedServeStaticInvoice(
            slot: place.slot,
            invoice: new.invoice,
            reply_path: message.reply_path,
            client: state(of: place.client),
            now: now,
            chain: chain,
            profile: profile
        )
        var validation = Validation(.strict)
        try validation.apply(checks.serveStaticInvoice, to: handedOver)
        guard let reply_path = message.reply_path else { return [] }
        let written = policy.replaces(stored[place], new)
        writes.append(Write(slot: place, stored: written, reply_path: reply_path))
        return write(place)
    }

    /// Starts the next write for a slot, unless one is on its way.
    private mutating func write(_ slot: ClientSlot) -> [PartyEffect] {
        guard let index = writes.firstIndex(where: { $0.slot == slot }), writes[index].put == nil else { return [] }
        lastPut += 1
        writes[index].put = lastPut
        let record = StorePut.Record(key: slot.storeKey, value: writes[index].stored.record)
        let put = PartyEffect.put(StorePut(put: lastPut, records: [record]))
        return [put] + acknowledge(writes[index], nil)
    }

    /// The store has spoken. On an error the old invoice is served on, and nothing is said.
    private mutating func finish(_ put: UInt64, _ result: StoreResult) -> [PartyEffect] {
        guard let index = writes.firstIndex(where: { $0.put == put }) else { return [] }
        let write = writes.remove(at: index)
        if result == .ok { stored[write.slot] = write.stored }
        return acknowledge(write, result) + self.write(write.slot)
    }

    /// `static_invoice_persisted`, to which no answer is expected and which has no reply path (C-11).
    private func acknowledge(_ write: Write, _ result: StoreResult?) -> [PartyEffect] {
        guard policy.acknowledges(result) else { return [] }
        return [.send(SentMessage(MessageBuilder(profile).static_invoice_persisted(), over: write.reply_path))]
    }

    // MARK: invoice_request

    private func serve(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        let context = try paths.authenticate(message, checks.offerPath, at: now)
        guard let stored = stored[policy.slot(context)] else {
            throw Finding("B66-SRV-1", .context, "no invoice is stored for slot \(context.slot) of \(context.client)")
        }
        var validation = Validation(.strict)
        let reading = InvoiceRequestReaderInput(
            request: try InvoiceRequest.read(message.content.value, &validation),
            invoice: stored.invoice,
            profile: profile,
            now: now,
            chain: chain,
            arrivedOver: index(of: message.context, in: stored.invoice.offer_paths ?? [])
        )
        try validation.apply(checks.invoiceRequest, to: reading)
        let served = ServedInvoiceRequest(
            client: context.client,
            content: message.content,
            reply_path: message.reply_path,
            stored: stored,
            isRecipientConnected: isNear(stored.forward_invoice_request_path),
            builder: MessageBuilder(profile)
        )
        return policy.onInvoiceRequest.compactMap { $0(served) }
    }

    /// Which of an offer's paths has this context in it. The server's own open with the node key.
    private func index(of context: ArraySlice<UInt8>?, in offer_paths: [BlindedPath]) -> Int? {
        context.flatMap { context in offer_paths.firstIndex { paths.context(of: $0) == context } }
    }

    /// A message over this path has a connected peer to go to first.
    private func isNear(_ path: BlindedPath) -> Bool {
        let message = MessageOverPath(path: path, payload: TLVStream(sorting: []), node_key: paths.node_key)
        guard let first = try? message.firstHop(profile), let peer = peerTable.node(first) else { return false }
        return peerTable.isConnected(peer)
    }

    // MARK: Clients

    private func state(of client: String) -> ClientState {
        let places = Array(stored.keys) + writes.map(\.slot)
        return ClientState(
            slots: Set(places.filter { $0.client == client }.map(\.slot)),
            max_slots: ownLimits[client]?.slots ?? limits.max_slots,
            max_invoice_bytes: ownLimits[client]?.bytes ?? limits.max_invoice_bytes,
            recentRequests: requestTimes[client]?.count ?? 0,
            max_requests_per_minute: limits.max_requests_per_minute,
            openWrites: writes.count { $0.slot.client == client }
        )
    }
}

extension UInt64 {
    /// Seconds from an earlier time to this; 0 when it is not earlier.
    fileprivate func distance(since earlier: UInt64) -> UInt64 { self > earlier ? self - earlier : 0 }
}
