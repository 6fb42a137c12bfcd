internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON

/// The course, phase by phase.
extension InteropRun {
    private var isHeld: Bool { scenario.course == .held_payment }

    mutating func play() async throws(Halt) {
        for role in roles { try await with(role) { try await $0.initialise() } }
        for phase in scenario.course.phases {
            beginPhase()
            try await perform(phase)
            if case .kill(let role, phase) = scenario.fault { try await kill(role) }
        }
        try await end()
    }

    private mutating func perform(_ phase: InteropCourse.Phase) async throws(Halt) {
        switch (scenario.course, phase) {
        case (.salt_payment, .publish): try await publishBySalt()
        case (.salt_payment, _): try await payBySalt()
        case (_, .publish): try await publish()
        case (_, .request): try await requestInvoice()
        case (_, .hold): try await hold()
        case (_, .release): try await release()
        case (_, .claim): try await claim()
        }
    }

    /// Kills a party that is at rest. Whoever has paths of another's from beside the messages is given them again.
    private mutating func kill(_ role: String) async throws(Halt) {
        guard roles.contains(role) else { return }
        guard party(role)?.declared.has("ext_store") ?? false else {
            throw Halt(role: role, halt: .notExercised("capability not declared: ext_store"))
        }
        try await with(role) { try await $0.kill() }
        if role == "payer", !releasePaths.isEmpty, !offline.contains("payer") { try await giveReleasePaths() }
    }

    /// Whatever timers do after it, nothing is paid again.
    private mutating func end() async throws(Halt) {
        beginPhase()
        for role in roles where offline.contains(ScenarioExecutor.actorName(role)) { try await link(role, up: true) }
        for _ in 0..<2 {
            try await tick(roles)
            try await carry()
        }
    }

    // MARK: publish

    private mutating func publish() async throws(Halt) {
        let paths = try await with("server") { server in
            try await server.perform(.issue_paths(client: "recipient", as: "paths"))
            return try server.names.paths("paths")
        }
        give(paths, "the server's paths", of: "server")
        try await with("recipient") { recipient in
            recipient.names.set("paths", .paths(paths))
            try await recipient.perform(.set_server_paths("paths"))
        }
        try await expect([
            Due("recipient", "offer_paths_request", "B66-OPR-S1"),
            Due("server", "offer_paths", "B66-OPR-R2"),
            Due("recipient", "serve_static_invoice", "B66-OP-R3"),
            Due("server", "static_invoice_persisted", "B66-SSI-R4"),
        ])
        offer = try await with("recipient") { recipient in
            let out = try await recipient.ask("recipient.get_offer", [:])
            guard let text = out["offer"] else {
                recipient.addViolation(["B66-SIP-R2"], "there is no offer, and its invoice was acknowledged")
                throw ScenarioHalt.broken
            }
            return try recipient.checkOffer(text.string)
        }
        try await link("recipient", up: false)
    }

    // MARK: request

    private mutating func requestInvoice() async throws(Halt) {
        guard let offer else { return }
        try await pay(offer, "payer", hold: isHeld)
        var due = [
            Due("payer", "invoice_request", "B12-OFF-R11"), Due("server", "static_invoice", "B66-SRV-1"),
        ]
        if party("server")?.declared.has("wake") ?? false { due.append(Due("server", "wake", "B66-SRV-2b")) }
        due.append(
            isHeld ? Due("payer", "pay.htlc", "ASY-H1") : Due("payer", "held_htlc_available", "B12-SI-R18")
        )
        try await expect(due)
    }

    private mutating func pay(_ offer: Offer, _ role: String, hold: Bool) async throws(Halt) {
        try await with(role) { payer in
            payer.names.set("offer", .offer(offer))
            for path in offer.offer_paths ?? [] { payer.salt.offers[path.encoding] = offer }
            let step = PayOfferStep(
                offer: "offer",
                name: "payment",
                amount_msat: offer.offer_amount == nil ? Self.amount_msat : nil,
                hold: hold
            )
            try await payer.perform(.payment(.pay_offer(step)))
            if payer.names["payment"] == nil {
                payer.addViolation(["B12-OFF-R11"], "the offer is not paid, and nothing is wrong with it")
            }
        }
    }

    private static let amount_msat: UInt64 = 1_000_000

    // MARK: hold

    private mutating func hold() async throws(Halt) {
        for (index, payment) in payments.enumerated() {
            let step = AddHTLCStep(name: "htlc-\(index)", hold: true, lasts: 288, isCommitted: true)
            try await with("holder") { holder in
                try await holder.addHTLC(step, payment.payment_hash.bytes, amount_msat: payment.amount_msat)
            }
        }
        try await expect([Due("holder", "holder.revoke_and_ack", "ASY-H4")])
        releasePaths = try await with("holder") { holder in
            try await holder.perform(.payment(.expect_release_paths(htlc: "htlc-0", as: "paths")))
            return try holder.names.paths("paths")
        }
        give(releasePaths, "the holder's paths", of: "holder")
        try await giveReleasePaths()
        try await carry()
    }

    private mutating func giveReleasePaths() async throws(Halt) {
        let paths = releasePaths
        try await with("payer") { payer in
            payer.names.set("release", .paths(paths))
            let json = paths.map { BlindedPath.format.json($0.value) }
            let payment = try payer.names.wantedPayment("payment")
            try await payer.tell("payer.revoke_and_ack", ["payment": .string(payment), "paths": .array(json)])
            payer.stepRequirements = ["ASY-H5"]
            try await payer.perform(.payment(.expect_held(invoice: "invoice", reply_paths: "release", as: nil)))
        }
    }

    // MARK: release

    /// The recipient hears of the payment when the payer tells it again. Who has a holder goes before the answer.
    private mutating func release() async throws(Halt) {
        try await link("recipient", up: true)
        try await tick(["payer"])
        try await expect([Due("payer", "held_htlc_available", "ASY-M2")], carrying: !isHeld)
        if isHeld { try await link("payer", up: false) }
        try await expect([
            Due("recipient", "release_held_htlc", "ASY-S1"),
            isHeld ? Due("holder", "holder.forward", "ASY-H3") : Due("payer", "pay.htlc", "ASY-S2"),
        ])
    }

    // MARK: claim

    private mutating func claim() async throws(Halt) {
        guard let invoice else { return }
        try await checkPayment()
        for payment in payments { try await with("recipient") { try await $0.deliver(payment, of: invoice) } }
        let hashes = payments.map(\.payment_hash)
        try await with("recipient") { recipient in
            let claims = recipient.events.filter { $0.name == "htlc.claim" }
            if claims.isEmpty {
                let reason = recipient.events.first { $0.name == "htlc.fail" }?.members["reason"]?.string
                let why = reason.map { ": \($0)" } ?? ""
                recipient.addViolation(["ASY-R1"], "the payment is not claimed, and nothing is wrong with it\(why)")
            }
            for claim in claims {
                let preimage = claim.members["preimage"]?.string.flatMap { try? Hex.decode($0) } ?? []
                if !hashes.contains(Hash.sha256(preimage)) {
                    recipient.addViolation(["ASY-R1"], "the preimage of the claim is not that of the payment")
                }
            }
            recipient.events = []
        }
    }

    /// ASY-P1 to P6, and the amount.
    private mutating func checkPayment() async throws(Halt) {
        let hold = isHeld
        try await with("payer") { payer in
            payer.stepRequirements = ["ASY-S2"]
            try payer.expectPayment(
                PaymentExpectation(invoice: "invoice", request: "request", amount_msat: Self.amount_msat, hold: hold)
            )
        }
    }

    // MARK: Salt and secret

    private mutating func publishBySalt() async throws(Halt) {
        let grant = try await with("salt-counterparty") { counterparty in
            try await counterparty.perform(.salt(.grant(receiver: "receiver", as: "grant")))
            return NamedGrant(by: "counterparty", grant: try counterparty.names.grant("grant").grant)
        }
        let invoice = try await with("salt-receiver") { receiver in
            receiver.names.set("grant", .grant(grant))
            try await receiver.perform(.salt(.use_grant("grant", as: "invoice")))
            return try receiver.names.invoice("invoice")
        }
        self.invoice = invoice
        offer = invoice.offer
        give(invoice.offer.offer_paths ?? [], "the offer's paths", of: "salt-receiver")
        try await with("salt-counterparty") { counterparty in
            counterparty.names.set("invoice", .invoice(invoice))
            try await counterparty.perform(.salt(.put_invoice(grant: "grant", invoice: "invoice")))
        }
        try await link("salt-receiver", up: false)
    }

    private mutating func payBySalt() async throws(Halt) {
        guard let offer, let invoice else { return }
        try await with("salt-counterparty") { try await $0.perform(.salt(.set_online(false))) }
        try await pay(offer, "salt-payer", hold: false)
        try await expect([
            Due("salt-payer", "invoice_request", "SALT-10"), Due("salt-counterparty", "invoice", "SALT-18"),
            Due("salt-payer", "pay.htlc", "SALT-20"),
        ])
        try await with("salt-payer") { payer in
            payer.stepRequirements = ["SALT-21"]
            try payer.expectKeysend(invoice, nil, "the invoice")
        }
    }
}
