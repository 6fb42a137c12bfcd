internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// The checks that every message of the party gets, whatever the step was about.
extension ScenarioExecutor {
    /// Judges a message, notes what it breaks, and gives what later steps refer to.
    mutating func check(_ observed: ObservedMessage) throws(ScenarioHalt) -> NamedMessage {
        checkOnion(observed)
        var message = NamedMessage(name: observed.name(profile))
        message.reply_path = observed.reply_path
        guard let content = observed.payload.content else { return message }
        let sent: Message
        do {
            var validation = Validation(.collecting)
            guard let form = MessageForm.named(message.name, profile) else {
                return ofBolt12(message, content, observed)
            }
            sent = try Message.read(content.value, form, profile, &validation)
            try validation.apply(form.writerChecks, to: sent)
            for finding in validation.findings { addViolation([Self.rule(finding, sent)], finding.detail) }
            if !validation.findings.isEmpty { throw ScenarioHalt.broken }
        } catch let finding as Finding {
            addViolation([finding.requirement], finding.detail)
            throw .broken
        } catch let halt as ScenarioHalt {
            throw halt
        } catch {
            throw .scenarioError("\(error)")
        }
        message.slot = message.name == "offer_paths_request" ? sent.invoice_slot : nil
        message.paths = message.name == "offer_paths" ? sent.offer_paths : nil
        message.paths_absolute_expiry = message.name == "offer_paths" ? sent.paths_absolute_expiry : nil
        if message.name == "serve_static_invoice" { try take(sent, into: &message, observed) }
        try checkPaths(message, sent, at: observed.at)
        if message.name == "held_htlc_available" { checkHeld(observed) }
        return message
    }

    /// What a reader calls a malformed message is, where the forward path is left out, a rule for the sender (B66-SSI-S2).
    private static func rule(_ finding: Finding, _ sent: Message) -> RequirementID {
        let isLeftOut = finding.requirement == "B66-D4" && finding.reason == .missing && !sent.decoded.contains(2)
        return isLeftOut ? "B66-SSI-S2" : finding.requirement
    }

    /// An invoice that is served, which `equals` judges; other messages of BOLT 12 have nothing that steps refer to.
    private mutating func ofBolt12(_ message: NamedMessage, _ content: TLVRecord, _ observed: ObservedMessage)
        -> NamedMessage
    {
        var message = message
        if message.name == "static_invoice" { message.invoice = try? read(Array(content.value)) }
        if message.name == "invoice_request" {
            message.sealed_path = checkRequest(observed)
            message.request = Array(content.value)
            checkPayersRequest(content, observed)
            checkReplyPath(ofForwarded: observed)
        }
        return message
    }

    private mutating func take(
        _ sent: Message,
        into message: inout NamedMessage,
        _ observed: ObservedMessage
    ) throws(ScenarioHalt) {
        let moment = observed.at
        message.forward_path = sent.forward_invoice_request_path
        let invoice = try read(Array(sent.static_invoice ?? []))
        message.invoice = invoice
        check(invoice, madeAt: creation(of: invoice, handedOverAt: moment))
        checkChannels(of: invoice, observed.channels)
        checkMessagePaths(of: invoice)
        checkLife(of: invoice, at: moment)
        checkChain(of: invoice.offer)
        let created_at = invoice.invoice.invoice_created_at ?? moment
        let life = invoice.invoice.invoice_relative_expiry ?? profile.static_invoice.default_relative_expiry
        handedOver.append(
            HandedOverInvoice(
                bytes: invoice.bytes,
                offer: invoice.offer.decoded.bytes,
                created_at: created_at,
                ends: created_at &+ life
            )
        )
    }

    private func read(_ bytes: [UInt8]) throws(ScenarioHalt) -> NamedInvoice {
        var validation = Validation(.collecting)
        do {
            let invoice = try StaticInvoice.read(bytes[...], profile, &validation)
            let records = invoice.decoded.stream.records.filter { Bolt12Range.isOffer($0.type) }
            let offer = try Offer.read(TLVStream(sorting: records).bytes[...], &validation)
            return NamedInvoice(bytes: bytes, invoice: invoice, offer: offer)
        } catch {
            throw .scenarioError("the invoice cannot be read: \(error.detail)")
        }
    }

    func slot(in content: TLVRecord) -> UInt16? {
        var validation = Validation(.collecting)
        return (try? Message.read(.offerPathsRequest, content, profile, &validation))??.invoice_slot
    }

    /// The offer of the invoice in a serve_static_invoice.
    func offer(handedOverIn content: TLVRecord) -> Offer? {
        var validation = Validation(.collecting)
        let message = (try? Message.read(.serveStaticInvoice, content, profile, &validation)) ?? nil
        return message?.static_invoice.flatMap { try? read(Array($0)).offer }
    }

    // MARK: Onions

    private mutating func checkOnion(_ observed: ObservedMessage) {
        guard let open = observed.open, !isForwarded(open) else { return }
        var validation = Validation(.collecting)
        try? validation.apply(OnionMessageWriterChecks.all + OnionMessageWriterChecks.should, to: open)
        if let path = observed.over?.path {
            let sent = SentOverPath(open: open, path: path, ownHops: ownHops(path))
            try? validation.apply(PathUserChecks.all, to: sent)
        }
        for finding in validation.findings where !isOfScheme(finding, open) {
            addViolation([finding.requirement], finding.detail)
        }
    }

    /// Hops at the beginning of a path that are the party's own, which it opens before it sends (RB-U5).
    private func ownHops(_ path: BlindedPath) -> Int {
        walk(path)?.hops.firstIndex { $0.node_id != network.underTest.node_id } ?? 0
    }

    // MARK: Paths

    /// A path that leads elsewhere, or is missing, breaks the rule for it. Later steps would go over it, and be broken by that alone.
    private mutating func checkPaths(_ message: NamedMessage, _ sent: Message, at moment: UInt64) throws(ScenarioHalt) {
        var leadHere = true
        switch message.name {
        case "offer_paths_request":
            leadHere = check(message.reply_path, endsAtParty: "B66-OPR-S1", "the reply path of offer_paths_request")
        case "offer_paths":
            let replies = check(message.reply_path, endsAtParty: "B66-OP-S3", "the reply path of offer_paths")
            leadHere = checkOfferPaths(message.paths ?? []) && replies
            checkExpiry(sent.paths_absolute_expiry, at: moment)
        case "serve_static_invoice":
            let replies = check(message.reply_path, endsAtParty: "B66-SSI-S3", "the reply path of serve_static_invoice")
            leadHere = check(message.forward_path, endsAtParty: "B66-SSI-S2", "forward_invoice_request_path") && replies
        case "static_invoice_persisted":
            // BOLT 4 has no reply path where no answer is meant; whether one is meant here is not said.
            show(ReadingAlternative(reading: "C-11", id: message.reply_path == nil ? "a" : "b"), ["OM-W6"])
        default:
            break
        }
        if !leadHere { throw .broken }
    }

    /// Notes it when the path is missing or does not end at the party.
    private mutating func check(_ path: BlindedPath?, endsAtParty rule: RequirementID, _ what: String) -> Bool {
        guard let path else {
            addViolation([rule], "\(what) is missing")
            return false
        }
        return check(path, endsAtParty: rule, what)
    }

    mutating func check(_ path: BlindedPath, endsAtParty rule: RequirementID, _ what: String) -> Bool {
        guard let open = walk(path) else {
            addViolation([rule], "\(what) cannot be unblinded")
            return false
        }
        checkPathCreation(open, what)
        checkFreshness(path, what)
        let endsAtParty = open.endsAt == network.underTest.node_id
        if !endsAtParty { addViolation([rule], "\(what) does not end at the implementation under test") }
        return endsAtParty
    }

    /// RB-W13: no two paths of the party come from the same `e_0`.
    private mutating func checkFreshness(_ path: BlindedPath, _ what: String) {
        let path_key = Array(path.path_key)
        if let other = pathKeys[path_key], other != path {
            addViolation(["RB-W13"], "\(what) reuses the first path key of another path")
        }
        pathKeys[path_key] = path
    }

    /// The rules for whoever makes a path.
    mutating func checkPathCreation(_ open: DecryptedPath, _ what: String) {
        var validation = Validation(.collecting)
        let ofPayment = open.purpose == .payment ? BlindedPathChecks.payment : []
        try? validation.apply(BlindedPathChecks.all + ofPayment + BlindedPathChecks.should, to: open)
        for finding in validation.findings { addViolation([finding.requirement], "\(what): \(finding.detail)") }
    }

    /// B66-OP-S1 asks for one that ends at the server; others may be there.
    private mutating func checkOfferPaths(_ paths: [BlindedPath]) -> Bool {
        let own = paths.filter { endsAtParty($0) }
        if own.isEmpty { addViolation(["B66-OP-S1"], "no path in offer_paths ends at the server") }
        for path in own { _ = check(path, endsAtParty: "B66-OP-S1", "a path in offer_paths") }
        return !own.isEmpty
    }

    private mutating func checkExpiry(_ expiry: UInt64?, at moment: UInt64) {
        guard let expiry else { return }
        if expiry <= moment { addViolation(["B66-OP-S5"], "paths_absolute_expiry is \(expiry), and it is \(moment)") }
    }

    func walk(_ path: BlindedPath, purpose: PathPurpose = .message) -> DecryptedPath? {
        network.walk(path, purpose: purpose)
    }

    // MARK: Invoices

    /// The rules for the writer of a static invoice, as far as bytes and paths show whether they were kept.
    private mutating func check(_ named: NamedInvoice, madeAt moment: UInt64) {
        let invoice = named.invoice
        let message_paths = (invoice.static_invoice_message_paths ?? []).filter { endsAtParty($0) }
        let builder = StaticInvoiceBuilder(
            offer: named.offer,
            message_paths: message_paths,
            payment_paths: paymentPaths(of: invoice),
            created_at: moment,
            relative_expiry: invoice.invoice_relative_expiry.map { UInt32(clamping: $0) },
            features: invoice.invoice_features.map(Array.init),
            profile: profile
        )
        var validation = Validation(.collecting)
        let writing = StaticInvoiceWriterOutput(invoice: invoice, builder: builder)
        try? validation.apply(StaticInvoiceWriterChecks.all, to: writing)
        let offer = OfferWriterOutput(offer: named.offer, text: named.offer.text, ends: end(of: named.offer))
        try? validation.apply(OfferWriterChecks.all.filter { $0.id == "B12-OFF-W7" }, to: offer)
        for finding in validation.findings { addViolation([finding.requirement], "the invoice: \(finding.detail)") }
        for path in message_paths { checkPathCreation(of: path, .message, "a message path of the invoice") }
        for path in builder.payment_paths.map(\.path) {
            checkPathCreation(of: path, .payment, "a payment path of the invoice")
        }
    }

    private mutating func checkPathCreation(of path: BlindedPath, _ purpose: PathPurpose, _ what: String) {
        guard let open = walk(path, purpose: purpose) else { return }
        checkPathCreation(open, what)
        checkFreshness(path, what)
    }

    private func endsAtParty(_ path: BlindedPath, purpose: PathPurpose = .message) -> Bool {
        walk(path, purpose: purpose)?.endsAt == network.underTest.node_id
    }

    /// The payment paths that end at the party, each with its payinfo as it stands: that of a path that ends elsewhere is left
    /// out, and so found (B12-SI-W10).
    private func paymentPaths(of invoice: StaticInvoice) -> [StaticInvoiceBuilder.PaymentPath] {
        zip(invoice.invoice_paths ?? [], invoice.invoice_blindedpay ?? []).filter {
            endsAtParty($0.0, purpose: .payment)
        }
        .map { StaticInvoiceBuilder.PaymentPath(path: $0, payinfo: expected($1, of: $0)) }
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

    mutating func record(_ observed: ObservedMessage) {
        var fields: JSONObject = ["over": observed.over.map { .string($0.name) } ?? "not a path of the runner"]
        if let content = observed.payload.content {
            let name = observed.name(profile)
            var validation = Validation(.collecting)
            if let form = MessageForm.named(name, profile),
                let message = try? Message.read(content.value, form, profile, &validation)
            {
                fields["fields"] = form.schema.fields(message.decoded)
            } else {
                fields["bytes"] = .hex(content.value)
            }
        }
        if let path = observed.reply_path { fields["reply_path"] = BlindedPath.format.json(path.value) }
        record(from: ScenarioActor.underTest, to: observed.to, observed.name(profile), fields)
    }
}
