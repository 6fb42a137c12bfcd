import InvoiceServer
import Lightning
import Primitives
import Reference
import Rules
import StrictJSON
import Testing
import Wire

/// A server and a recipient who talk to each other, at both depths and under each profile.
struct PartyTests {
    private func stage(_ profile: String, _ depth: String) throws -> PartyHarness {
        var stage = try PartyHarness(profile, depth)
        try stage.startBoth()
        return stage
    }

    @Test(arguments: PartyHarness.combinations)
    func anOfferBecomesReadyAndIsPaid(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        #expect(stage.notes(of: .recipient) == [])
        #expect(stage.notes(of: .server) == [])
        let offer = try #require(try stage.offer())
        var validation = Validation(.collecting)
        let ends = offer.offer_absolute_expiry
        try validation.apply(OfferWriterChecks.all, to: OfferWriterOutput(offer: offer, text: offer.text, ends: ends))
        #expect(validation.findings.isEmpty)
        let invoice = try #require(try stage.requestInvoice(offer))
        #expect(stage.events("invreq_received", of: .recipient).count == 1, "the request was passed on")
        #expect(stage.events("wake", of: .server).isEmpty)
        try pay(invoice, offer, &stage)
    }

    /// The HTLC is released and claimed.
    private func pay(_ invoice: StaticInvoice, _ offer: Offer, _ stage: inout PartyHarness) throws {
        stage.inbox = []
        let held = try #require(invoice.static_invoice_message_paths?.last)
        let reply_path = try stage.payerPath(.releaseReply, discriminator: [7])
        try stage.send(stage.builder.held_htlc_available(), over: held, to: .recipient, reply_path: reply_path)
        #expect(stage.inbox.map(\.content) == [stage.builder.release_held_htlc()])
        #expect(stage.inbox.first?.context?.discriminator == [7])

        let path = try #require(invoice.invoice_paths?.first)
        let payment = PaymentBuilder(
            preimage: [UInt8](repeating: 3, count: 32),
            invoice_request: stage.request(offer),
            amount_msat: 5000,
            outgoing_cltv_value: 800_100,
            stage.profile
        )
        let path_key = path.lastPathKey([PartyHarness.Name.server.key, PartyHarness.Name.recipient.key], stage.profile)
        let payload = payment.payload(over: path, path_key: path_key)
        var htlc: JSONObject = [
            "payload": .hex(payload), "payment_hash": .hex(payment.payment_hash), "amount_msat": "5000",
            "cltv_expiry": 800_100, "height": 800_000,
        ]
        try stage.ask(.recipient, "htlc.deliver", .object(htlc))
        #expect(
            stage.events("htlc.claim", of: .recipient) == [["ev": "htlc.claim", "preimage": .hex(payment.preimage)]]
        )
        htlc["payment_hash"] = .hex(Bytes32(repeating: 9))
        try stage.ask(.recipient, "htlc.deliver", .object(htlc))
        #expect(stage.events("htlc.fail", of: .recipient).count == 1)
    }

    /// What the parties make keeps the rules for its writers, as the owner of all keys sees it.
    @Test(arguments: PartyHarness.combinations)
    func pathsAndInvoicesKeepTheRulesForTheirWriters(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let invoice = try #require(try stage.requestInvoice(offer))
        let forward = try #require(stage.stores[.server]?.values.first?.string)
        let stored = try TLVSchema.serve_static_invoice.decode(Hex.decode(forward))
        let forwardPath = try #require(BlindedPath(stored[2]))
        let update = try #require(stage.stores[.recipient]?["offer/0"])
        #expect(update.string?.isEmpty == false)

        let held = try #require(invoice.static_invoice_message_paths)
        let paid = try #require(invoice.invoice_paths)
        var validation = Validation(.collecting)
        for path in held + [forwardPath] {
            let open = try path.walk(PartyHarness.Name.allCases.map(\.key), stage.profile)
            #expect(open.endsAt == PartyHarness.Name.recipient.node_id)
            try validation.apply(BlindedPathChecks.all + BlindedPathChecks.should, to: open)
        }
        for path in paid {
            let open = try path.walk(PartyHarness.Name.allCases.map(\.key), purpose: .payment, stage.profile)
            #expect(open.endsAt == PartyHarness.Name.recipient.node_id)
            try validation.apply(
                BlindedPathChecks.all + BlindedPathChecks.should + BlindedPathChecks.payment,
                to: open
            )
        }
        let offered = try #require(offer.offer_paths?.first).walk([PartyHarness.Name.server.key], stage.profile)
        #expect(offered.endsAt == PartyHarness.Name.server.node_id)
        #expect(BlindedPathChecks.freshKeys.evaluate(held + paid + [forwardPath]) == .meets)
        let builder = StaticInvoiceBuilder(
            offer: offer,
            message_paths: held,
            payment_paths: zip(paid, invoice.invoice_blindedpay ?? []).map { .init(path: $0, payinfo: $1) },
            created_at: stage.now,
            relative_expiry: 365 * 24 * 3600,
            profile: stage.profile
        )
        let writing = StaticInvoiceWriterOutput(invoice: invoice, builder: builder)
        try validation.apply(StaticInvoiceWriterChecks.all, to: writing)
        #expect(validation.findings.isEmpty)
    }

    @Test(arguments: PartyHarness.combinations)
    func everythingGoesOnAfterAKillAtEachStep(profile: String, depth: String) throws {
        var stage = try PartyHarness(profile, depth)
        try stage.start(.server)
        let paths = try stage.ask(.server, "server.issue_client_paths", ["client": "rita"])["paths"]
        // After each message both parties are killed; nothing is left but what was written.
        var lives = 0
        func reborn(_ stage: inout PartyHarness) throws {
            lives += 1
            try stage.start(.server, seed: "life \(lives)")
            try stage.start(.recipient, seed: "life \(lives)")
        }
        try stage.start(.recipient)
        stage.isCut = true
        try stage.ask(.recipient, "recipient.set_server_paths", ["paths": try #require(paths)])
        var message = try #require(stage.lastSend(of: .recipient))
        for (from, to) in [(PartyHarness.Name.recipient, PartyHarness.Name.server), (.server, .recipient)] {
            try reborn(&stage)
            try stage.deliver(message, from: from, to: to)
            message = try #require(stage.lastSend(of: to))
        }
        for (from, to) in [(PartyHarness.Name.recipient, PartyHarness.Name.server)] {
            try reborn(&stage)
            try stage.deliver(message, from: from, to: to)
            message = try #require(stage.lastSend(of: to))
        }
        #expect(try stage.offer() == nil, "the offer is not out before the acknowledgement")
        try reborn(&stage)
        try stage.deliver(message, from: .server, to: .recipient)
        try reborn(&stage)
        stage.isCut = false
        let offer = try #require(try stage.offer())
        #expect(try stage.requestInvoice(offer) != nil)
    }

    @Test(arguments: PartyHarness.combinations)
    func aRecipientKilledWhilePendingHandsItsInvoiceOverAgain(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.ask(.server, "net.link", ["peer": .hex(PartyHarness.Name.recipient.node_id.bytes), "up": true])
        let paths = try stage.ask(.server, "server.issue_client_paths", ["client": "rita"])["paths"]
        try stage.ask(.recipient, "recipient.set_server_paths", ["paths": try #require(paths)])
        let ready = try #require(try stage.offer())
        // As if the acknowledgement had never come: the record is put back to what it was when the offer was made.
        let first = try #require(stage.events("store.put", of: .recipient).dropFirst().first?["records"]?.array?.first)
        stage.stores[.recipient]?[first["key"]?.string ?? ""] = first["value"]
        try stage.start(.recipient, seed: "second")
        #expect(try stage.offer() == nil)
        let before = stage.sends(of: .recipient)
        try stage.ask(.recipient, "tick")
        #expect(stage.sends(of: .recipient) > before)
        #expect(try stage.offer() == ready)
    }

    @Test(arguments: PartyHarness.combinations)
    func theInvoiceIsRenewedOverTheSamePathForTheSameOffer(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let first = try #require(try stage.requestInvoice(offer))
        try stage.setClock(stage.now + 7200)
        let quiet = stage.sends(of: .recipient)
        try stage.ask(.recipient, "tick")
        #expect(stage.sends(of: .recipient) == quiet, "not after exactly so many seconds")
        try stage.setClock(stage.now + 1)
        try stage.ask(.recipient, "tick")
        let second = try #require(try stage.requestInvoice(offer))
        #expect(second.invoice_created_at == first.invoice_created_at.map { $0 + 7201 })
        #expect(try stage.offer() == offer)

        for operation in ["channel.fee_change", "channel.open", "channel.close"] {
            var channel = PartyHarness.channel.object ?? [:]
            channel["scid"] = operation == "channel.fee_change" ? "0000010000020003" : "0000010000020004"
            try stage.setClock(stage.now + 1)
            try stage.ask(.recipient, operation, ["channel": .object(channel)])
            #expect(try stage.requestInvoice(offer)?.invoice_created_at == stage.now, "\(operation)")
        }
    }

    @Test(arguments: PartyHarness.combinations)
    func anErrorOfTheStoreLeavesTheOldInvoiceAndIsNotAcknowledged(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let first = try #require(try stage.requestInvoice(offer))
        let acknowledged = stage.sends(of: .server)
        stage.storeResult = "error"
        try stage.setClock(stage.now + 7201)
        try stage.ask(.recipient, "tick")
        #expect(stage.events("store.put", of: .server).count == 2)
        #expect(stage.sends(of: .server) == acknowledged)
        #expect(try stage.requestInvoice(offer) == first)
    }

    @Test(arguments: PartyHarness.combinations)
    func nothingIsAcknowledgedWhileAWriteIsOpen(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        let offer = try #require(try stage.offer())
        stage.storeResult = nil
        let sent = stage.sends(of: .server)
        try stage.setClock(stage.now + 7201)
        try stage.ask(.recipient, "tick")
        try stage.setClock(stage.now + 7201)
        try stage.ask(.recipient, "tick")
        try stage.ask(.server, "barrier")
        #expect(stage.sends(of: .server) == sent)
        #expect(stage.events("store.put", of: .server).count == 2, "the second waits for the first")
        stage.storeResult = "ok"
        try stage.ask(.server, "store.ack", ["put": 2, "result": "ok"])
        #expect(stage.events("store.put", of: .server).count == 3)
        #expect(stage.sends(of: .server) == sent + 2, "each is acknowledged")
        #expect(try stage.requestInvoice(offer)?.invoice_created_at == stage.now)
    }

    @Test(arguments: PartyHarness.combinations)
    func slotsAndClientsAreKeptApart(profile: String, depth: String) throws {
        var stage = try PartyHarness(profile, depth)
        stage.limits = ["offers": 3]
        try stage.startBoth()
        try stage.introduce()
        let listed = try stage.ask(.recipient, "recipient.list_offers")["offers"]?.array ?? []
        #expect(listed.map { $0["slot"] } == [0, 1, 2])
        #expect(listed.allSatisfy { $0["status"] == "ready" })
        let given = try (0..<3).map { _ in try #require(try stage.offer()) }
        #expect(Set(given.map(\.text)).count == 3, "they take turns")
        for offer in given { #expect(try stage.requestInvoice(offer) != nil) }
        #expect(stage.stores[.server]?.count == 3)
        stage.stores[.recipient] = [:]
        try stage.start(.recipient, seed: "another client")
        try stage.introduce(client: "robert")
        #expect(stage.stores[.server]?.count == 6)
        for offer in given { #expect(try stage.requestInvoice(offer) != nil, "the first client's are still there") }
    }

    @Test(arguments: PartyHarness.combinations)
    func anAbsentRecipientIsWokenAndThePayerIsAnsweredAllTheSame(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce(client: "rita of the hills")
        let offer = try #require(try stage.offer())
        try stage.ask(.server, "net.link", ["peer": .hex(PartyHarness.Name.recipient.node_id.bytes), "up": false])
        #expect(try stage.requestInvoice(offer) != nil)
        #expect(stage.events("wake", of: .server) == [["ev": "wake", "client": "rita of the hills"]])
        if depth == "packet" { #expect(stage.events("invreq_received", of: .recipient).isEmpty) }
    }

    @Test(arguments: PartyHarness.combinations)
    func aRequestWithoutReplyPathIsPassedOnAndNotAnswered(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let path = try #require(offer.offer_paths?.first)
        try stage.send(stage.builder.invoice_request(stage.request(offer)), over: path, to: .server)
        #expect(stage.events("invreq_received", of: .recipient).count == 1)
        #expect(stage.inbox.isEmpty)
    }

    @Test(arguments: PartyHarness.combinations)
    func anExpiredInvoiceAndAnExpiredPathAreNotServed(profile: String, depth: String) throws {
        var stage = try PartyHarness(profile, depth)
        stage.limits = ["paths_lifetime": "1000"]
        try stage.startBoth()
        try stage.introduce()
        let offer = try #require(try stage.offer())
        try stage.setClock(stage.now + 1000)
        #expect(try stage.requestInvoice(offer) != nil, "the last second counts")
        try stage.setClock(stage.now + 1)
        #expect(try stage.requestInvoice(offer) == nil)
        #expect(try stage.offer() == nil)
        try stage.ask(.recipient, "tick")
        #expect(try stage.offer() != nil, "new paths were asked for")
    }

    @Test(arguments: PartyHarness.combinations)
    func limitsOfTheServerAreKept(profile: String, depth: String) throws {
        var stage = try PartyHarness(profile, depth)
        stage.limits = ["offers": 5, "max_slots": 2]
        try stage.startBoth()
        try stage.introduce()
        #expect(stage.stores[.server]?.count == 2)
        #expect(stage.notes(of: .server).allSatisfy { $0 == "B66-SSI-R3" })
        try stage.ask(.server, "server.set_limit", ["client": "rita", "slots": 3, "bytes": "10"])
        try stage.ask(.recipient, "tick")
        #expect(stage.stores[.server]?.count == 2, "the invoices are too long now")
        try stage.ask(.server, "server.set_limit", ["client": "rita", "bytes": "5000"])
        try stage.setClock(stage.now + 7201)
        try stage.ask(.recipient, "tick")
        #expect(stage.stores[.server]?.count == 3)
    }

    @Test func requestsWithinAMinuteAreCounted() throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        stage.limits = ["max_requests_per_minute": "2", "offers": 4]
        try stage.startBoth()
        try stage.introduce()
        #expect(stage.stores[.server]?.count == 2)
        #expect(stage.notes(of: .server).contains("OM-R12"))
        try stage.setClock(stage.now + 60)
        try stage.ask(.recipient, "tick")
        #expect(stage.stores[.server]?.count == 4)
    }

    @Test(arguments: PartyHarness.combinations)
    func aPathForAnotherPurposeOpensNoDoor(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let invoice = try #require(try stage.requestInvoice(offer))
        let offerPath = try #require(offer.offer_paths?.first)
        let reply_path = try stage.payerPath()
        let before = stage.sends(of: .server) + stage.sends(of: .recipient)
        _ = stage.notes(of: .server) + stage.notes(of: .recipient)
        let request = stage.builder.offer_paths_request(invoice_slot: 0)
        try stage.send(request, over: offerPath, to: .server, reply_path: reply_path)
        let serveStaticInvoice = stage.builder.serve_static_invoice(
            invoice.decoded.bytes,
            forward_invoice_request_path: reply_path
        )
        try stage.send(serveStaticInvoice, over: offerPath, to: .server, reply_path: reply_path)
        #expect(stage.notes(of: .server) == ["B66-OPR-R1", "B66-SSI-R1"])

        let held = try #require(invoice.static_invoice_message_paths?.first)
        let offerPaths = stage.builder.offer_paths([reply_path])
        try stage.send(offerPaths, over: held, to: .recipient, reply_path: reply_path)
        try stage.send(stage.builder.static_invoice_persisted(), over: held, to: .recipient)
        try stage.send(stage.builder.invoice_request(stage.request(offer)), over: held, to: .recipient)
        try stage.send(stage.builder.held_htlc_available(), over: held, to: .recipient)
        #expect(stage.notes(of: .recipient) == ["B66-OP-R1", "B66-SIP-R1", "RB-E5", "ASY-S1"])

        let forged = try stage.forgedPath(to: .recipient)
        try stage.send(stage.builder.held_htlc_available(), over: forged, to: .recipient, reply_path: reply_path)
        #expect(stage.notes(of: .recipient) == ["ASY-S1"])
        // At packet depth the server relays the messages to the recipient, and nothing else.
        let relayed = depth == "packet" ? 5 : 0
        #expect(stage.sends(of: .server) + stage.sends(of: .recipient) == before + relayed)
    }

    @Test(arguments: PartyHarness.combinations)
    func aHeldPaymentIsReleasedUpToTheInvoicesLastSecond(profile: String, depth: String) throws {
        var stage = try PartyHarness(profile, depth)
        stage.limits = ["paths_lifetime": "0"]
        try stage.startBoth()
        try stage.introduce()
        let offer = try #require(try stage.offer())
        #expect(offer.offer_absolute_expiry == nil)
        let invoice = try #require(try stage.requestInvoice(offer))
        let held = try #require(invoice.static_invoice_message_paths?.first)
        for (later, answers) in [(1_209_600, 1), (1, 0)] as [(UInt64, Int)] {
            stage.inbox = []
            try stage.setClock(stage.now + later)
            let reply_path = try stage.payerPath(.releaseReply)
            try stage.send(stage.builder.held_htlc_available(), over: held, to: .recipient, reply_path: reply_path)
            #expect(stage.inbox.count == answers)
        }
    }

    @Test(arguments: PartyHarness.combinations)
    func offerPathsWithTooLittleLifeAreRejected(profile: String, depth: String) throws {
        for (lifetime, offers) in [(99, 0), (100, 1), (0, 1)] {
            var stage = try PartyHarness(profile, depth)
            stage.limits = ["paths_lifetime": .string("\(lifetime)"), "min_paths_lifetime": "100"]
            try stage.startBoth()
            try stage.introduce()
            let listed = try stage.ask(.recipient, "recipient.list_offers")["offers"]?.array ?? []
            #expect(listed.count == offers, "\(lifetime) s")
        }
    }

    @Test(arguments: PartyHarness.combinations)
    func aCleanRestartChangesNothing(profile: String, depth: String) throws {
        var stage = try stage(profile, depth)
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let stats = try stage.ask(.server, "store.stats")
        try stage.ask(.server, "restart", ["how": "clean"])
        try stage.ask(.recipient, "restart", ["how": "clean"])
        #expect(try stage.offer() == offer)
        #expect(try stage.requestInvoice(offer) != nil)
        #expect(try stage.ask(.server, "store.stats") == stats)
        #expect(stats["entries"] == "1")
    }
}

extension PartyHarness {
    func lastSend(of name: Name) -> JSON? {
        events.last { $0.0 == name && ["net.send", "om.send"].contains($0.1["ev"]?.string) }?.1
    }

    /// Brings a message that was held back to its receiver. At packet depth the recipient's paths lead through the server, who
    /// opens its own hop when it sends and is sent to directly.
    mutating func deliver(_ message: JSON, from: Name, to: Name) throws {
        if depth == "payload" {
            let input: JSON = [
                "over": message["over"] ?? .null, "onionmsg_tlv": message["onionmsg_tlv"] ?? "",
            ]
            try ask(to, "om.deliver", input)
        } else {
            let input: JSON = [
                "from": .hex(from.node_id.bytes), "path_key": message["path_key"] ?? "",
                "packet": message["packet"] ?? "",
            ]
            try ask(to, "net.deliver", input)
        }
    }

    /// A path to a party that somebody else made: the context looks right, and the MAC is not the party's.
    mutating func forgedPath(to name: Name) throws -> BlindedPath {
        let forger = PathContextKey(node_key: secretKey())
        let context = PathContext(.heldMessage).sealed(with: forger)
        let record = TLVRecord(type: profile.blinded_path.context_type, value: context)
        let hop = PlannedHop(node_id: name.node_id, records: [record])
        guard depth == "packet" else { return try BlindedPath.create([hop], session_key: secretKey()).path }
        let relay = PlannedHop(node_id: Name.server.node_id, records: [TLVRecord(type: 4, value: name.node_id.bytes)])
        return try BlindedPath.create([relay, hop], session_key: secretKey()).path
    }
}
