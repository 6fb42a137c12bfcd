internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// What the actors do, and what the runner does to the party.
extension ScenarioExecutor {
    mutating func perform(_ action: Action) async throws(ScenarioHalt) {
        switch action {
        case .issue_paths(let client, let name):
            try await issuePaths(client, name)
        case .make_paths(let step):
            names.set(step.name, .paths(try makePaths(step)))
        case .forge_path(_, let name, let context, let original, let changes):
            names.set(name, .paths([try forgePath(context, original, changes)]))
        case .make_offer(let step):
            names.set(step.name, .offer(try makeOffer(step)))
        case .make_invoice(let step):
            names.set(step.name, .invoice(try makeInvoice(step)))
        case .make_request(let step):
            names.set(step.name, .request(try makeRequest(step)))
        case .send(let step):
            try await send(step)
        case .hostile(let step):
            try await sendHostile(step)
        case .pay(let step):
            occasions.notePayment()
            try await tell("htlc.deliver", try htlc(step))
        case .set_server_paths(let reference):
            let paths = try names.paths(reference)
            occasions.noteServerPaths(paths)
            let json = paths.map { BlindedPath.format.json($0.value) }
            try await tell("recipient.set_server_paths", ["paths": .array(json)])
        default:
            try await control(action)
        }
    }

    private mutating func control(_ action: Action) async throws(ScenarioHalt) {
        switch action {
        case .tick:
            try await tell("tick")
        case .advance(let moment, let thenTick):
            now = try time(moment)
            try await tell("clock.set", ["now": .decimal(now)])
            if thenTick { try await tell("tick") }
        case .restart(.clean):
            occasions.excuseHandOvers()
            noteStart()
            try await tell("restart", ["how": "clean"])
        case .restart(.kill):
            try await kill()
        case .store(let isHeld):
            self.isHeld = isHeld
            try await confirmWrites()
        case .store_result(let result):
            try await settleAll(result)
        case .link(let peer, let up):
            if up { linksDown.remove(peer) } else { linksDown.insert(peer) }
            try await tellLink(peer, up: up)
        case .set_limit(let client, let slots, let bytes):
            var input: JSONObject = ["client": .string(client)]
            if let slots { input["slots"] = .integer(Int64(slots)) }
            if let bytes { input["bytes"] = .decimal(bytes) }
            try await tell("server.set_limit", .object(input))
        case .channel(let change, let peer):
            try await channel(change, peer ?? Self.channelPeer)
        case .set_aside:
            checkUnexpectedMessages()
            observedMessages = []
            events = []
            lost = []
        case .payment(let action):
            try await perform(action)
        case .salt(let action):
            try await perform(action)
        case .repeat(let count, let steps):
            try await execute(steps, rounds: try rounds(count))
        default:
            try await expect(action)
        }
    }

    /// What is open now; what the party asks for in answer stays open. A write is torn when it is the last.
    private mutating func settleAll(_ result: Action.StoreResult) async throws(ScenarioHalt) {
        let open = pendingPuts
        pendingPuts = []
        for (index, put) in open.enumerated() {
            let isLast = index == open.count - 1
            try await settle(put, result == .torn && !isLast ? .ok : result)
        }
        if result == .torn { try await kill() } else { _ = try await ask("barrier", [:]) }
    }

    func actor(_ name: String) throws(ScenarioHalt) -> ScenarioActor {
        guard let actor = network.actors[name] else { throw .scenarioError("there is no actor \(name)") }
        return actor
    }

    private func time(_ moment: Action.PointInTime) throws(ScenarioHalt) -> UInt64 {
        switch moment {
        case .after(let span):
            return now.advanced(by: seconds(span))
        case .end(let name, let plus):
            return try end(of: name).advanced(by: plus)
        }
    }

    /// The last second of an invoice's life, or of the paths in an offer_paths.
    private func end(of name: String) throws(ScenarioHalt) -> UInt64 {
        if case .message(let message) = try names.resolve(name), message.name == "offer_paths" {
            guard let end = message.paths_absolute_expiry else { throw .notExercised("\(name) states no end") }
            return end
        }
        let invoice = try names.invoice(name).invoice
        let life = invoice.invoice_relative_expiry ?? profile.static_invoice.default_relative_expiry
        let end = (invoice.invoice_created_at ?? now) &+ life
        guard end <= UInt64(UInt32.max) else {
            throw .notExercised("\(name) ends at \(end), after the latest time that a block can have")
        }
        return end
    }

    // MARK: Numbers that the party declares

    func seconds(_ span: Action.TimeSpan) -> Int64 {
        switch span.declared {
        case nil: span.seconds
        // LDK renews what is older than this, not what is as old.
        case .refresh where declared.number("refresh_s") == nil: untilLastInvoiceEnds + span.seconds
        case .refresh: time(declared: "refresh_s", otherwise: 0) + 1 + span.seconds
        case .min_paths_lifetime: time(declared: "min_paths_lifetime", otherwise: 0) + span.seconds
        }
    }

    /// Who renews by the clock, and does not say how often, does it before the invoice ends that it handed over last.
    private var untilLastInvoiceEnds: Int64 {
        let life = Int64(clamping: profile.static_invoice.default_relative_expiry)
        guard let end = handedOver.last?.ends else { return life }
        // An invoice that lives for ever is renewed when it likes.
        return end < now ? 1 : Int64(clamping: min(end - now, UInt64(life)))
    }

    /// Seconds, at most some thirty thousand years.
    private func time(declared capability: String, otherwise: UInt64) -> Int64 {
        Int64(min(declared.number(capability) ?? otherwise, 1 << 40))
    }

    private func rounds(_ count: Action.RepeatCount) throws(ScenarioHalt) -> Int {
        switch count.of {
        case .once:
            return count.number
        case .each(let paths):
            return try names.paths(paths).count + count.number
        case .maxSlots:
            let slots = declared.number("max_slots") ?? Self.slotsOfTheUndeclared
            guard (1...Self.mostRounds).contains(slots) else {
                throw .notExercised("max_slots is not from 1 to \(Self.mostRounds)")
            }
            return Int(slots) + count.number
        }
    }

    /// For a server that declares no `max_slots`: slots that it may fill before its bound has to show (B66-SSI-R3).
    private static let slotsOfTheUndeclared: UInt64 = 300

    private static let mostRounds: UInt64 = 1000

    // MARK: Paths

    private mutating func issuePaths(_ client: String, _ name: String) async throws(ScenarioHalt) {
        let out = try await ask("server.issue_client_paths", ["client": .string(client)])
        var paths: [BlindedPath] = []
        do {
            for element in try JSONReader(.object(out), path: "out").member("paths").elements() {
                if let path = BlindedPath(try BlindedPath.format.value(element)) { paths.append(path) }
            }
        } catch {
            throw .adapterError("server.issue_client_paths: \(error)")
        }
        if paths.isEmpty {
            addViolation(["B66-OOB-1"], "the server issued no path to \(client), expected at least one")
        }
        var leadHere = !paths.isEmpty
        for path in paths { leadHere = check(path, endsAtParty: "B66-OOB-1", "a path issued to \(client)") && leadHere }
        if !leadHere { throw .broken }
        names.set(name, .paths(paths))
    }

    private mutating func makePaths(_ step: MakePathsStep) throws(ScenarioHalt) -> [BlindedPath] {
        let owner = try node(step.by)
        var hops: [ScenarioActor] = []
        for name in step.through { hops.append(try node(name)) }
        var paths: [BlindedPath] = []
        for _ in 0..<step.count {
            let shape = PathRegistry.Shape(
                graph: step.isByChannel ? network.graph : nil,
                dummies: step.dummies,
                isCutShort: step.isCutShort,
                beginsAtUnknownChannel: step.beginsAtUnknownChannel,
                relay: step.relay
            )
            paths.append(try makePath(step.name, owner, through: hops, shape))
        }
        return paths
    }

    /// An actor, or the implementation under test.
    private func node(_ name: String) throws(ScenarioHalt) -> ScenarioActor {
        name == ScenarioActor.underTest ? network.underTest : try actor(name)
    }

    mutating func makePath(
        _ name: String,
        _ owner: ScenarioActor,
        through: [ScenarioActor] = [],
        _ shape: PathRegistry.Shape = PathRegistry.Shape(),
        records: [TLVRecord] = []
    ) throws(ScenarioHalt) -> BlindedPath {
        do {
            return try pathRegistry.make(
                name,
                owner: owner,
                through: through,
                shape,
                profile,
                &entropy,
                records: records
            )
        } catch {
            throw .scenarioError("the path \(name): \(error.detail)")
        }
    }

    /// The path of that name, or a new one of the sender's.
    private mutating func ownPath(_ name: String?, of sender: ScenarioActor) throws(ScenarioHalt) -> BlindedPath? {
        guard let name else { return nil }
        if names[name] != nil || name.contains(".") { return try names.path(name) }
        let path = try makePath(name, sender)
        names.set(name, .paths([path]))
        return path
    }

    /// A path to the party that it did not make (B66-OPR-R1 and its like). Whoever has its node id can make one.
    private mutating func forgePath(
        _ context: Action.ForgedContext,
        _ original: Action.Reference?,
        _ changes: RecordChanges
    ) throws(ScenarioHalt) -> BlindedPath {
        let type = profile.blinded_path.context_type
        let last: [TLVRecord]
        switch context {
        case .none:
            last = []
        case .random:
            last = [TLVRecord(type: type, value: entropy.next32().bytes)]
        case .flipped, .kept:
            guard let original else { throw .scenarioError("forge_path \(context.rawValue) needs \"of\"") }
            last = try lastRecords(of: try names.path(original), isFlipped: context == .flipped)
        }
        do {
            let records = changes.applied(to: last, profile)
            return try PathRegistry.path(to: network.underTest, through: [], last: records, &entropy)
        } catch {
            throw .scenarioError("the forged path: \(error.detail)")
        }
    }

    /// The records of a genuine last hop, with the lowest bit of the last byte of its context changed or not.
    private func lastRecords(of path: BlindedPath, isFlipped: Bool) throws(ScenarioHalt) -> [TLVRecord] {
        guard let data = lastHop(of: path)?.encrypted_data, let context = data.context else {
            throw .notExercised("the last hop of the party's path cannot be opened and made again by others")
        }
        let type = profile.blinded_path.context_type
        var changed = Array(context)
        guard let last = changed.popLast() else { throw .notExercised("the context of the party's path is empty") }
        changed.append(isFlipped ? last ^ 1 : last)
        return data.decoded.stream.records.filter { $0.type != type } + [TLVRecord(type: type, value: changed)]
    }

    /// What the party sealed for itself, where its node key alone opens it and the tag is one that anybody can make.
    func lastHop(of path: BlindedPath) -> OpenedData? {
        guard let way = reach(path), way.hop == path.hops.count - 1 else { return nil }
        var validation = Validation(.collecting)
        let unblinding = try? Unblinding(node_key: network.underTest.node_key, path_key: way.path_key)
        let data = path.hops[way.hop].encrypted_recipient_data
        guard let opened = try? unblinding?.open(data, profile, &validation), opened.tag == .standard else {
            return nil
        }
        return opened
    }

    /// The first hop of the path that is the party's, and the path key that it gets there: the actors before it pass it on.
    func reach(_ path: BlindedPath) -> (hop: Int, path_key: PublicKey)? {
        guard let hops = walk(path)?.hops,
            let hop = hops.firstIndex(where: { $0.node_id == network.underTest.node_id }),
            let path_key = hops[hop].path_key
        else { return nil }
        return (hop, path_key)
    }

    // MARK: Messages

    mutating func send(_ step: SendStep) async throws(ScenarioHalt) {
        let sender = try actor(step.from)
        var message = NamedMessage(name: step.message)
        let content = try content(step, sender, &message)
        message.reply_path = try ownPath(step.reply_path, of: sender)
        names.set(step.name, .message(message))
        var records = [content]
        if let path = message.reply_path { records.append(TLVRecord(type: 2, value: path.encoding)) }
        if let type = step.unknown_record { records.append(TLVRecord(type: type, value: [])) }
        let over = try step.over.map { name throws(ScenarioHalt) in try names.path(name) }
        record(from: sender.name, to: ScenarioActor.underTest, step.message, fields(of: step))
        if step.message == "invoice_error", let over, let observed = carriedToActor(content, over) {
            observedMessages.append(observed)
            return
        }
        let delivery: ScenarioNetwork.Delivery
        do {
            delivery = try network.deliver(TLVStream(sorting: records), over: over, from: sender, step.packet, &entropy)
        } catch {
            let rule = error.finding.map { [$0.requirement] } ?? stepRequirements
            addViolation(rule, "the party's path \(step.over ?? "") leads nowhere: \(error.detail)")
            throw .broken
        }
        if linksDown.contains(sender.name) {
            throw .scenarioError("\(sender.name) sends a message and is not connected")
        }
        noteForwarding(delivery)
        noteDelivery(step.message, from: sender, over: over, content, message)
        noteDeliveryToPayer(step.message, over: over, content)
        if step.message == "release_held_htlc" { noteRelease(over: over) }
        if step.message == "static_invoice_persisted" { noteAcknowledgement(over: over) }
        if step.message == "invoice_request", let path = message.reply_path {
            replyPaths[Array(content.value), default: []].append(path)
        }
        try await tell(delivery.operation, delivery.input)
    }

    /// An answer of a recipient over the reply path of a request, where that leads to the payer and is none of the party's
    /// business (C-16 a): the payer has it. `nil` where it leads to the party, which has to pass the answer on.
    private func carriedToActor(_ content: TLVRecord, _ over: BlindedPath) -> ObservedMessage? {
        guard let entry = pathRegistry.entry(encoding: over.encoding) else { return nil }
        var validation = Validation(.collecting)
        let stream = TLVStream(sorting: [content])
        guard let payload = try? OnionMessagePayload.read(stream.bytes[...], profile, &validation) else { return nil }
        return ObservedMessage(to: entry.owner, over: entry, payload: payload, open: nil, at: now)
    }

    private func fields(of step: SendStep) -> JSONObject {
        var fields: JSONObject = ["over": .string(step.over ?? "none")]
        if let slot = step.slot { fields["invoice_slot"] = .integer(Int64(slot)) }
        if let paths = step.paths { fields["offer_paths"] = .string(paths) }
        if let invoice = step.invoice { fields["static_invoice"] = .string(invoice) }
        if let path = step.forward_path { fields["forward_invoice_request_path"] = .string(path) }
        if let request = step.request { fields["invoice_request"] = .string(request) }
        if let path = step.reply_path { fields["reply_path"] = .string(path) }
        return fields
    }

    /// The message's own record.
    private mutating func content(
        _ step: SendStep,
        _ sender: ScenarioActor,
        _ message: inout NamedMessage
    ) throws(ScenarioHalt) -> TLVRecord {
        let make = MessageBuilder(profile)
        switch step.message {
        case "offer_paths_request":
            let slot = UInt16(clamping: try needed(step.slot, "slot"))
            message.slot = slot
            return make.offer_paths_request(invoice_slot: slot)
        case "offer_paths":
            let paths = try names.paths(try needed(step.paths, "paths"))
            message.paths = paths
            let ends = step.expires_in.map { now.advanced(by: seconds($0)) }
            message.paths_absolute_expiry = ends
            let slot = try step.over.flatMap { name throws(ScenarioHalt) in try slotOfReply[names.path(name).encoding] }
            sentOfferPaths.append(SentOfferPaths(slot: slot, paths: paths, ends: ends, at: now))
            return make.offer_paths(paths, paths_absolute_expiry: ends)
        case "serve_static_invoice":
            let invoice = try names.invoice(try needed(step.invoice, "invoice"))
            let forward_path = try ownPath(try needed(step.forward_path, "forward_path"), of: sender)
            message.invoice = invoice
            message.forward_path = forward_path
            guard let forward_path else { throw .scenarioError("there is no forward path") }
            return make.serve_static_invoice(invoice.bytes, forward_invoice_request_path: forward_path)
        case "static_invoice_persisted":
            return make.static_invoice_persisted()
        case "held_htlc_available":
            return make.held_htlc_available()
        case "release_held_htlc":
            return make.release_held_htlc()
        case "invoice_request":
            return make.invoice_request(try names.request(try needed(step.request, "request")))
        case "invoice":
            return keysendRecord(try names.bytes(try needed(step.invoice, "invoice")), step)
        case "invoice_error":
            // BOLT 12, `invoice_error`: record 5 is the text. Each is another, so that it can be known again.
            let text = TLVRecord(type: 5, value: Array("no. \(names.count)".utf8))
            message.request = TLVStream(sorting: [text]).bytes
            return TLVRecord(type: 68, value: message.request ?? [])
        case "static_invoice":
            return make.static_invoice(try names.invoice(try needed(step.invoice, "invoice")).bytes)
        default:
            throw .scenarioError("there is no message \(step.message)")
        }
    }

    private func needed<Value>(_ value: Value?, _ member: String) throws(ScenarioHalt) -> Value {
        guard let value else { throw .scenarioError("the member \"\(member)\" is needed for this message") }
        return value
    }

    // MARK: Channels

    private mutating func channel(_ change: Action.ChannelChange, _ name: String) async throws(ScenarioHalt) {
        var channel = PartyChannel(peer: try actor(name))
        if change == .fee_change {
            let former = openChannels.first { $0.scid == channel.scid }
            channel.fee_base_msat = (former ?? channel).fee_base_msat + 1000
        }
        openChannels.removeAll { $0.scid == channel.scid }
        if change != .close { openChannels.append(channel) }
        occasions.excuseHandOvers()
        try await tell("channel.\(change.rawValue)", ["channel": channel.json])
    }
}

/// A channel of a recipient under test.
struct PartyChannel: Sendable {
    let peer: ScenarioActor
    /// Each peer has one.
    let scid: UInt64
    var fee_base_msat: UInt64 = 1000

    static let fee_proportional_millionths: UInt64 = 100
    static let cltv_expiry_delta: UInt64 = 40
    static let htlc_minimum_msat: UInt64 = 1000
    static let htlc_maximum_msat: UInt64 = 1_000_000_000

    var json: JSON {
        [
            "peer": .hex(peer.node_id.bytes), "scid": .hex(scid.bigEndianBytes),
            "fee_base_msat": .integer(Int64(fee_base_msat)),
            "fee_proportional_millionths": .integer(Int64(Self.fee_proportional_millionths)),
            "cltv_expiry_delta": .integer(Int64(Self.cltv_expiry_delta)),
            "htlc_minimum_msat": .decimal(Self.htlc_minimum_msat),
            "htlc_maximum_msat": .decimal(Self.htlc_maximum_msat),
        ]
    }

    init(peer: ScenarioActor, scid: UInt64) {
        self.peer = peer
        self.scid = scid
    }

    init(peer: ScenarioActor) {
        self.peer = peer
        // A block of 600000 or later, and the first output of a transaction there, as the peer's name would have it.
        let block = 600_000 + UInt64(peer.node_id.bytes.suffix(2).reduce(0) { $0 << 8 | Int($1) })
        scid = block << 40 | 1 << 16
    }
}

extension UInt64 {
    /// Never below 0.
    func advanced(by seconds: Int64) -> UInt64 {
        seconds < 0 ? self - Swift.min(self, seconds.magnitude) : self &+ UInt64(seconds)
    }
}
