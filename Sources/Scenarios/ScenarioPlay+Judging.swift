internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// The checks that every message of the party gets, whatever the step was about.
extension ScenarioPlay {
    /// Judges a message, notes what it breaks, and gives what later steps refer to.
    mutating func judge(_ arrival: Arrival) throws(Halt) -> NamedMessage {
        judgeOnion(arrival)
        var message = NamedMessage(name: arrival.name(profile))
        message.reply_path = arrival.reply_path
        guard let content = arrival.payload.content else { return message }
        let sent: Message
        do {
            var examination = Examination(.complete)
            guard let form = MessageForm.named(message.name, profile) else {
                return ofBolt12(message, content, arrival)
            }
            sent = try Message.read(content.value, form, profile, &examination)
            try examination.apply(form.writerChecks, to: sent)
            for finding in examination.findings { breach([Self.rule(finding, sent)], finding.detail) }
            if !examination.findings.isEmpty { throw Halt.broken }
        } catch let finding as Finding {
            breach([finding.requirement], finding.detail)
            throw .broken
        } catch let halt as Halt {
            throw halt
        } catch {
            throw .misconceived("\(error)")
        }
        message.slot = message.name == "offer_paths_request" ? sent.invoice_slot : nil
        message.paths = message.name == "offer_paths" ? sent.offer_paths : nil
        if message.name == "serve_static_invoice" { try take(sent, into: &message, at: arrival.at) }
        try judgePaths(message, sent, at: arrival.at)
        return message
    }

    /// What a reader calls a malformed message is, where the forward path is left out, a rule for the sender (B66-SSI-S2).
    private static func rule(_ finding: Finding, _ sent: Message) -> RequirementID {
        let isLeftOut = finding.requirement == "B66-D4" && finding.reason == .missing && !sent.decoded.contains(2)
        return isLeftOut ? "B66-SSI-S2" : finding.requirement
    }

    /// An invoice that is served, which `equals` judges; other messages of BOLT 12 have nothing that steps refer to.
    private mutating func ofBolt12(_ message: NamedMessage, _ content: TLVRecord, _ arrival: Arrival) -> NamedMessage {
        var message = message
        if message.name == "static_invoice" { message.invoice = try? read(Array(content.value)) }
        if message.name == "invoice_request" { message.sealed_path = judgeRequest(arrival) }
        return message
    }

    private mutating func take(
        _ sent: Message,
        into message: inout NamedMessage,
        at moment: UInt64
    ) throws(Halt) {
        message.forward_path = sent.forward_invoice_request_path
        let invoice = try read(Array(sent.static_invoice ?? []))
        message.invoice = invoice
        judge(invoice, madeAt: moment)
    }

    private func read(_ bytes: [UInt8]) throws(Halt) -> NamedInvoice {
        var examination = Examination(.complete)
        do {
            let invoice = try StaticInvoice.read(bytes[...], profile, &examination)
            let records = invoice.decoded.stream.records.filter { Bolt12Range.isOffer($0.type) }
            let offer = try Offer.read(TLVStream(sorting: records).bytes[...], &examination)
            return NamedInvoice(bytes: bytes, invoice: invoice, offer: offer)
        } catch {
            throw .misconceived("the invoice cannot be read: \(error.detail)")
        }
    }

    func slot(in content: TLVRecord) -> UInt16? {
        var examination = Examination(.complete)
        return (try? Message.read(.offerPathsRequest, content, profile, &examination))??.invoice_slot
    }

    /// The offer of the invoice in a serve_static_invoice.
    func offer(handedOverIn content: TLVRecord) -> Offer? {
        var examination = Examination(.complete)
        let message = (try? Message.read(.serveStaticInvoice, content, profile, &examination)) ?? nil
        return message?.static_invoice.flatMap { try? read(Array($0)).offer }
    }

    // MARK: Onions

    private mutating func judgeOnion(_ arrival: Arrival) {
        guard let open = arrival.open, !isPassedOn(open) else { return }
        var examination = Examination(.complete)
        try? examination.apply(OnionMessageWriterChecks.all + OnionMessageWriterChecks.should, to: open)
        if let path = arrival.over?.path {
            try? examination.apply(PathUserChecks.all, to: SentOverPath(open: open, path: path))
        }
        for finding in examination.findings where !isOfScheme(finding, open) {
            breach([finding.requirement], finding.detail)
        }
    }

    // MARK: Paths

    /// A path that leads elsewhere, or is missing, breaks the rule for it. Later steps would go over it, and be broken by that alone.
    private mutating func judgePaths(_ message: NamedMessage, _ sent: Message, at moment: UInt64) throws(Halt) {
        var leadHere = true
        switch message.name {
        case "offer_paths_request":
            leadHere = judge(message.reply_path, endsAtParty: "B66-OPR-S1", "the reply path of offer_paths_request")
        case "offer_paths":
            let replies = judge(message.reply_path, endsAtParty: "B66-OP-S3", "the reply path of offer_paths")
            leadHere = judgeOfferPaths(message.paths ?? []) && replies
            judgeExpiry(sent.paths_absolute_expiry, at: moment)
        case "serve_static_invoice":
            let replies = judge(message.reply_path, endsAtParty: "B66-SSI-S3", "the reply path of serve_static_invoice")
            leadHere = judge(message.forward_path, endsAtParty: "B66-SSI-S2", "forward_invoice_request_path") && replies
        case "static_invoice_persisted" where message.reply_path != nil:
            // BOLT 4 has no reply path where no answer is meant (C-11).
            breach(["OM-W6"], "static_invoice_persisted has a reply path, and nothing answers it", reading: "C-11")
        default:
            break
        }
        if !leadHere { throw .broken }
    }

    /// Notes it when the path is missing or does not end at the party.
    private mutating func judge(_ path: BlindedPath?, endsAtParty rule: RequirementID, _ what: String) -> Bool {
        guard let path else {
            breach([rule], "\(what) is missing")
            return false
        }
        return judge(path, endsAtParty: rule, what)
    }

    mutating func judge(_ path: BlindedPath, endsAtParty rule: RequirementID, _ what: String) -> Bool {
        guard let open = walk(path) else {
            breach([rule], "\(what) cannot be followed")
            return false
        }
        judgeMaking(open, what)
        judgeFreshness(path, what)
        let endsAtParty = open.endsAt == post.underTest.node_id
        if !endsAtParty { breach([rule], "\(what) does not end at the party under test") }
        return endsAtParty
    }

    /// RB-W13: no two paths of the party come from the same `e_0`.
    private mutating func judgeFreshness(_ path: BlindedPath, _ what: String) {
        let path_key = Array(path.path_key)
        if let other = pathKeys[path_key], other != path {
            breach(["RB-W13"], "\(what) has the first path key of another path of the party")
        }
        pathKeys[path_key] = path
    }

    /// The rules for whoever makes a path.
    mutating func judgeMaking(_ open: OpenPath, _ what: String) {
        var examination = Examination(.complete)
        let ofPayment = open.purpose == .payment ? BlindedPathChecks.payment : []
        try? examination.apply(BlindedPathChecks.all + ofPayment + BlindedPathChecks.should, to: open)
        for finding in examination.findings { breach([finding.requirement], "\(what): \(finding.detail)") }
    }

    /// B66-OP-S1 asks for one that ends at the server; others may be there.
    private mutating func judgeOfferPaths(_ paths: [BlindedPath]) -> Bool {
        let own = paths.filter { endsAtParty($0) }
        if own.isEmpty { breach(["B66-OP-S1"], "no path in offer_paths ends at the server") }
        for path in own { _ = judge(path, endsAtParty: "B66-OP-S1", "a path in offer_paths") }
        return !own.isEmpty
    }

    private mutating func judgeExpiry(_ expiry: UInt64?, at moment: UInt64) {
        guard let expiry else { return }
        if expiry <= moment { breach(["B66-OP-S5"], "paths_absolute_expiry is \(expiry), and it is \(moment)") }
    }

    func walk(_ path: BlindedPath, purpose: PathPurpose = .message) -> OpenPath? {
        let keys = [post.underTest.node_key] + post.actors.values.map(\.node_key)
        return try? path.walk(keys, purpose: purpose, profile)
    }

    // MARK: Invoices

    /// The rules for the writer of a static invoice, as far as bytes and paths show whether they were kept.
    private mutating func judge(_ named: NamedInvoice, madeAt moment: UInt64) {
        let invoice = named.invoice
        let message_paths = (invoice.static_invoice_message_paths ?? []).filter { endsAtParty($0) }
        let plan = StaticInvoicePlan(
            offer: named.offer,
            message_paths: message_paths,
            payment_paths: paymentPaths(of: invoice),
            created_at: moment,
            relative_expiry: invoice.invoice_relative_expiry.map { UInt32(clamping: $0) },
            features: invoice.invoice_features.map(Array.init),
            profile: profile
        )
        var examination = Examination(.complete)
        let writing = StaticInvoiceWriting(invoice: invoice, plan: plan)
        try? examination.apply(StaticInvoiceWriterChecks.all, to: writing)
        for finding in examination.findings { breach([finding.requirement], "the invoice: \(finding.detail)") }
        for path in message_paths { judgeMaking(of: path, .message, "a message path of the invoice") }
        for path in plan.payment_paths.map(\.path) { judgeMaking(of: path, .payment, "a payment path of the invoice") }
    }

    private mutating func judgeMaking(of path: BlindedPath, _ purpose: PathPurpose, _ what: String) {
        guard let open = walk(path, purpose: purpose) else { return }
        judgeMaking(open, what)
        judgeFreshness(path, what)
    }

    private func endsAtParty(_ path: BlindedPath, purpose: PathPurpose = .message) -> Bool {
        walk(path, purpose: purpose)?.endsAt == post.underTest.node_id
    }

    /// The payment paths that end at the party, each with its payinfo as it stands: that of a path that ends elsewhere is left
    /// out, and so found (B12-SI-W10).
    private func paymentPaths(of invoice: StaticInvoice) -> [StaticInvoicePlan.PaymentPath] {
        zip(invoice.invoice_paths ?? [], invoice.invoice_blindedpay ?? []).filter {
            endsAtParty($0.0, purpose: .payment)
        }
        .map { StaticInvoicePlan.PaymentPath(path: $0, payinfo: expected($1, of: $0)) }
    }

    /// The costs that follow from what the relays of the path are told (RB-P4); the recipient's own delta is its choice.
    private func expected(_ payinfo: BlindedPayinfo, of path: BlindedPath) -> BlindedPayinfo {
        guard let hops = walk(path, purpose: .payment)?.hops.dropLast() else { return payinfo }
        let relays = hops.compactMap { PaymentRelay($0.data?.decoded[10]) }
        guard relays.count == hops.count, let total = PaymentRelay.total(of: relays),
            let base = UInt32(exactly: total.fee_base_msat),
            let proportional = UInt32(exactly: total.fee_proportional_millionths)
        else { return payinfo }
        var expected = payinfo
        expected.fee_base_msat = base
        expected.fee_proportional_millionths = proportional
        return expected
    }

    // MARK: Transcript

    mutating func record(_ arrival: Arrival) {
        var fields: JSONObject = ["over": arrival.over.map { .string($0.name) } ?? "no path of the runner's"]
        if let content = arrival.payload.content {
            let name = arrival.name(profile)
            var examination = Examination(.complete)
            if let form = MessageForm.named(name, profile),
                let message = try? Message.read(content.value, form, profile, &examination)
            {
                fields["fields"] = form.schema.fields(message.decoded)
            } else {
                fields["bytes"] = .hex(content.value)
            }
        }
        if let path = arrival.reply_path { fields["reply_path"] = BlindedPath.format.json(path.value) }
        record(from: Actor.underTest, to: arrival.to, arrival.name(profile), fields)
    }
}
