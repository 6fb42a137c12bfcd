internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// A message of a party on its way to another one.
struct SentMessage: Sendable {
    /// The members of `net.send` or `om.send`.
    let event: JSONObject
    /// What is in it; `nil` where the runner cannot open it, or the party only passes it on.
    let observed: ObservedMessage?
}

/// One implementation among others: each has an executor of its own, to which the others are the actors.
extension ScenarioExecutor {
    init(
        _ role: String,
        of course: InteropCourse,
        depth: Depth,
        profile: Profile,
        declared: DeclaredCapabilities,
        spec: ScenarioSpec,
        port: any PartyPort
    ) {
        let roles = course.roles(at: depth)
        let names = roles.map(Self.actorName)
        let place = roles.firstIndex(of: role) ?? 0
        let peers = names.indices.filter { abs($0 - place) == 1 }.map { names[$0] }
        let far = names.indices.filter { abs($0 - place) > 1 }.map { names[$0] }
        let scenario = Scenario(
            // With the name in it: no two parties draw the same keys.
            interop: "interop/\(course.name)/\(role)",
            course.requirements,
            "",
            far: far,
            bystanders: peers
        )
        self.init(
            scenario,
            role: role,
            depth: depth,
            profile: profile,
            declared: declared,
            spec: spec,
            port: port
        )
        let me = ScenarioActor(names[place])
        let graph = ScenarioGraph(nodes: names.map { ScenarioActor($0) })
        network = ScenarioNetwork(
            depth: depth,
            profile: profile,
            underTest: me,
            actors: Dictionary(uniqueKeysWithValues: (peers + far).map { ($0, ScenarioActor($0)) }),
            far: Set(far),
            graph: graph
        )
        network.haveReceiveKeys = true
        let hasChannels = ["payer", "forwarder", "recipient", "salt-payer", "salt-receiver"].contains(role)
        openChannels =
            !hasChannels
            ? []
            : peers.map { name in
                let peer = ScenarioActor(name)
                return PartyChannel(peer: peer, scid: [me, peer].scid)
            }
        outbox = []
    }

    /// What the others call who has a role.
    static func actorName(_ role: String) -> String { role.hasPrefix("salt-") ? String(role.dropFirst(5)) : role }

    // MARK: What others sent

    /// Whether the party was handed this message to pass it on. Then it is the work of others.
    mutating func isPassedOn(_ event: JSONReader) throws(JSONShapeError) -> Bool {
        guard outbox != nil, network.depth == .packet else { return false }
        let message = OnionMessage(
            path_key: try event.member("path_key").hex()[...],
            onion_message_packet: try event.member("packet").hex()[...]
        )
        guard salt.forwarding.contains(message) else { return false }
        outbox?.append(SentMessage(event: try event.object(), observed: nil))
        let to = try event.member("to").hex()
        let next = network.actors.values.first { $0.node_id.bytes == to }?.name
        record(from: ScenarioActor.underTest, to: next, "a message that is passed on", [:])
        return true
    }

    /// A message that a party is to pass on.
    struct Relayed: Sendable {
        let message: OnionMessage
        /// Who is to get it, where that is a peer.
        let peer: String?
    }

    /// What the party is to pass on of a message; `nil` where it is for itself, or cannot be opened.
    mutating func noteRelayed(_ message: OnionMessage) -> Relayed? {
        guard let path_key = try? PublicKey(message.path_key) else { return nil }
        var validation = Validation(.strict)
        let node = network.messageNode(network.underTest)
        let peeled = try? node.peel(message.onion_message_packet, path_key: path_key, profile, &validation)
        guard let onward = peeled?.onward else { return nil }
        let next = OnionMessage(
            path_key: onward.next_path_key.bytes[...],
            onion_message_packet: onward.next_packet.bytes[...]
        )
        salt.forwarding.insert(next)
        return Relayed(message: next, peer: onward.nextHop.flatMap(peer))
    }

    private func peer(_ hop: NextHop) -> String? {
        let node_id: [UInt8]?
        switch hop {
        case .node(let id): node_id = Array(id)
        case .channel(let scid):
            node_id = network.graph.otherEnd(of: scid, from: network.underTest.node_id)?.bytes
        }
        return peerNames.first { network.actors[$0]?.node_id.bytes == node_id }
    }

    /// What the party has been given occasion for by a message of another one.
    mutating func noteArrival(_ observed: ObservedMessage, from sender: ScenarioActor) {
        guard let content = observed.payload.content else { return }
        let kind = observed.name(profile)
        let over = observed.over?.path
        var message = NamedMessage(name: kind)
        message.reply_path = observed.reply_path
        if let sent = read(content, kind) {
            message.forward_path = kind == "serve_static_invoice" ? sent.forward_invoice_request_path : nil
            if kind == "offer_paths" {
                sentOfferPaths.append(
                    SentOfferPaths(
                        slot: over.flatMap { slotOfReply[$0.encoding] },
                        paths: sent.offer_paths ?? [],
                        ends: sent.paths_absolute_expiry,
                        at: now
                    )
                )
            }
        }
        noteDelivery(kind, from: sender, over: over, content, message)
        noteDeliveryToPayer(kind, over: over, content)
        switch kind {
        case "release_held_htlc": noteRelease(over: over)
        case "static_invoice_persisted": noteAcknowledgement(over: over)
        case "invoice_request":
            if let path = message.reply_path { replyPaths[Array(content.value), default: []].append(path) }
        default: break
        }
    }

    private func read(_ content: TLVRecord, _ kind: String) -> Message? {
        guard let form = MessageForm.named(kind, profile) else { return nil }
        var validation = Validation(.collecting)
        return try? Message.read(content.value, form, profile, &validation)
    }

    // MARK: Paths

    /// All paths in a message that others may use.
    func paths(in observed: ObservedMessage) -> [BlindedPath] {
        var paths = [observed.reply_path].compactMap(\.self)
        guard let content = observed.payload.content else { return paths }
        let sent = read(content, observed.name(profile))
        switch observed.name(profile) {
        case "offer_paths": paths += sent?.offer_paths ?? []
        case "serve_static_invoice":
            paths += [sent?.forward_invoice_request_path].compactMap(\.self)
            if let bytes = sent?.static_invoice { paths += messagePaths(Array(bytes)) }
        default: break
        }
        return paths
    }

    private func messagePaths(_ invoice: [UInt8]) -> [BlindedPath] {
        var validation = Validation(.collecting)
        let invoice = try? StaticInvoice.read(invoice[...], profile, &validation)
        return invoice?.static_invoice_message_paths ?? []
    }

    /// Who is at the end of a path.
    func owner(of path: BlindedPath) -> String? {
        guard let end = walk(path)?.endsAt else { return nil }
        return ([network.underTest] + network.actors.values).first { $0.node_id == end }?.name
    }

    // MARK: The end

    /// What no step has found.
    mutating func finishInterop() { reportUnasked() }

    // MARK: The HTLC

    /// Hands the party an HTLC of the payer's, over the hops before it.
    mutating func deliver(_ payment: PaidHTLC, of invoice: NamedInvoice) async throws(ScenarioHalt) {
        let paths = invoice.invoice.invoice_paths ?? []
        guard let payload = payment.payload?.decoded.stream,
            let path = paths.first(where: { $0.hops.last?.encrypted_recipient_data == payload[10] }),
            let way = reach(path)
        else {
            addViolation(["B12-SI-W10"], "the payment path that the payer took does not lead to the recipient")
            throw .broken
        }
        var records = payload.records.filter { $0.type != 12 }
        records.append(TLVRecord(type: 12, value: way.path_key.bytes))
        let end = payment.payload?.outgoing_cltv_value ?? height
        occasions.notePayment()
        record(from: "payer", to: ScenarioActor.underTest, "htlc", ["amount_msat": .decimal(payment.amount_msat)])
        let input: JSON = [
            "payload": .hex(TLVStream(sorting: records).bytes), "payment_hash": .hex(payment.payment_hash.bytes),
            "amount_msat": .decimal(payment.amount_msat), "cltv_expiry": .integer(Int64(clamping: end)),
            "height": .integer(Int64(height)),
        ]
        try await tell("htlc.deliver", input)
    }
}

extension [ScenarioActor] {
    /// Of the channel between two nodes.
    fileprivate var scid: UInt64 {
        let sorted = sorted { $0.name < $1.name }
        return sorted.count == 2 ? ScenarioGraph.scid(sorted[0], sorted[1]) : 0
    }
}

extension ScenarioExecutor {
    var peerNames: [String] { network.actors.keys.filter { !network.far.contains($0) }.sorted() }

    /// The invoice in a serve_static_invoice.
    func invoiceBytes(in content: TLVRecord) -> [UInt8]? {
        read(content, "serve_static_invoice")?.static_invoice.map(Array.init)
    }

    /// Names the invoice that the payer got, and the request that it answers.
    mutating func noteStaticInvoice(_ bytes: [UInt8], over path: BlindedPath?) -> NamedInvoice? {
        var validation = Validation(.collecting)
        guard let invoice = try? StaticInvoice.read(bytes[...], profile, &validation),
            let request = path.flatMap({ payer.requestOfReply[$0.encoding] }),
            let offer = payer.offerOfRequest[request]
        else { return nil }
        let named = NamedInvoice(bytes: bytes, invoice: invoice, offer: offer)
        names.set("invoice", .invoice(named))
        names.set("request", .request(request))
        return named
    }
}
