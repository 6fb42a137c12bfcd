internal import InvoiceServer
internal import Lightning
internal import Rules
internal import StrictJSON

/// No payment is lost by a kill (ASY-M2), and no HTLC that is held (ASY-H3): what a party was in the middle of, it goes on with.
///
/// The runner looks at the end of each scenario in which the party was killed or restarted, whatever the steps were about, and only
/// if nothing else was broken. It looks at what outlives a process for certain: what had been seen when no write was open.
extension ScenarioExecutor {
    /// Called when the storage has nothing to do: what the party has shown so far is written.
    mutating func noteWritten() {
        guard pendingPuts.isEmpty else { return }
        payer.noteWritten(writes)
        holder.noteWritten()
    }

    /// What has to be there after a start.
    mutating func noteStart() {
        payer.survivors = payer.written
        holder.survivors = holder.written
    }

    mutating func lookForLosses() async throws(ScenarioHalt) {
        // Who was refused a write may have given up; where several implementations play, they are the others.
        guard outbox == nil, linksDown.isEmpty, !hasRefusedWrite, unasked.isEmpty,
            outcome.violations.allSatisfy(\.isGeneral)
        else { return }
        isHeld = false
        try await confirmWrites()
        switch role {
        case "payer": try await lookForPayments()
        case "holder": try await lookForHTLCs()
        default: break
        }
    }

    // MARK: The payer

    private mutating func lookForPayments() async throws(ScenarioHalt) {
        guard !payer.survivors.wanted.isEmpty || !payer.survivors.requests.isEmpty else { return }
        stepRequirements = ["ASY-M2"]
        record(from: nil, to: nil, "what was underway at the last start", [:])
        try await tell("tick")
        try await waitForTick { executor in executor.isAnyUnasked }
        if isAnyUnasked { try fail("a payment that was written before the last start was never asked for") }
        for request in payer.survivors.requests where isUnderway(request) { try await goOn(with: request) }
    }

    /// There are fewer requests for an offer than payments that the party has taken on.
    private var isAnyUnasked: Bool {
        payer.survivors.wanted.contains { name in
            guard let wanted = payer.wanted[name], !isGivenUp(wanted.offer), isAlive(wanted.offer) else { return false }
            let payments = payer.wanted.values.count { $0.offer == wanted.offer }
            return payer.offerOfRequest.values.count { $0.decoded.bytes == wanted.offer } < payments
        }
    }

    private func isGivenUp(_ offer: [UInt8]) -> Bool {
        payer.wanted.values.contains { $0.offer == offer && $0.isAbandoned }
    }

    private func isAlive(_ offer: [UInt8]) -> Bool {
        let read = payer.offers.values.first { $0.decoded.bytes == offer }
        return read?.hasEnded(at: now) != true
    }

    private func isUnderway(_ request: [UInt8]) -> Bool {
        guard payer.paid[request] == nil, let offer = payer.offerOfRequest[request]?.decoded.bytes else { return false }
        return !isGivenUp(offer) && isAlive(offer)
    }

    /// Where an invoice has come, the recipient is told again, and the payment goes out upon its release; else the invoice comes now.
    private mutating func goOn(with request: [UInt8]) async throws(ScenarioHalt) {
        let delivered = payer.invoices[request] ?? []
        // Whether one that was released or held has gone out, nobody can tell where the kill came at that moment.
        guard let hold = hold(of: request) else { return }
        if delivered.isEmpty {
            guard let invoice = invoice(for: request), let path = payer.replyPath(of: request) else { return }
            names.set(Self.invoiceName, .invoice(invoice))
            try await sendLast("static_invoice", over: path, invoice: Self.invoiceName)
            if hold { return try await expectPaid(request, "its invoice came") }
            return try await release(request, over: invoice.invoice)
        }
        let invoices = delivered.compactMap { payable($0.bytes, request) }
        guard !hold, invoices.count == delivered.count, let invoice = invoices.first,
            payer.isTold(of: invoice), !payer.isReleased(invoice)
        else { return }
        try await release(request, over: invoice)
    }

    private func hold(of request: [UInt8]) -> Bool? {
        let offer = payer.offerOfRequest[request]?.decoded.bytes
        let all = Set(payer.wanted.values.filter { $0.offer == offer }.map(\.hold))
        return all.count == 1 ? all.first : nil
    }

    /// The recipient answers what it was told since the last start.
    private mutating func release(_ request: [UInt8], over invoice: StaticInvoice) async throws(ScenarioHalt) {
        let boot = boots
        try await waitForTick { executor in executor.payer.repliesTold(of: invoice, since: boot).isEmpty }
        let replies = payer.repliesTold(of: invoice, since: boot)
        guard !replies.isEmpty else {
            return try fail("the recipient is not told again of a payment that waits for it")
        }
        // Two payments of one offer cannot be told apart by what the recipient hears: it releases them all.
        for path in replies { try await sendLast("release_held_htlc", over: path) }
        try await expectPaid(request, "its recipient released it")
    }

    private mutating func expectPaid(_ request: [UInt8], _ moment: String) async throws(ScenarioHalt) {
        try await waitForTick { executor in executor.payer.paid[request] == nil }
        guard payer.paid[request] == nil else { return }
        try fail("a payment that was underway at the last start is not sent when \(moment)")
    }

    /// One that an actor has made for the offer, and that can be paid now.
    private func invoice(for request: [UInt8]) -> NamedInvoice? {
        let offer = payer.offerOfRequest[request]?.decoded.stream
        return names.invoices.first { $0.offer.decoded.stream == offer && payable($0.bytes, request) != nil }
    }

    /// No rule speaks against the invoice now, and its first path carries the amount, for little, in one.
    private func payable(_ bytes: [UInt8], _ request: [UInt8]) -> StaticInvoice? {
        guard let invoice = readInvoice(bytes), fault(of: invoice, request, now) == nil,
            !FeatureBits(invoice.invoice_features).contains(16), let payinfo = invoice.invoice_blindedpay?.first
        else { return nil }
        var validation = Validation(.collecting)
        let amount = (try? InvoiceRequest.read(request[...], &validation))?.expected_msat ?? 0
        let isCarried = (payinfo.htlc_minimum_msat...payinfo.htlc_maximum_msat).contains(amount)
        return isCarried && payinfo.fee(of: amount) == 0 && payinfo.features.isEmpty ? invoice : nil
    }

    // MARK: The holder

    private mutating func lookForHTLCs() async throws(ScenarioHalt) {
        stepRequirements = ["ASY-H3"]
        for htlc_id in holder.survivors.sorted() where isHeldStill(htlc_id) {
            guard let path = holder.pathOf[htlc_id] else { continue }
            record(from: nil, to: nil, "what was held at the last start", ["htlc_id": .decimal(htlc_id)])
            try await sendLast("release_held_htlc", over: path)
            try await waitForTick { executor in !executor.holder.forwarded.contains(htlc_id) }
            if !holder.forwarded.contains(htlc_id) {
                try fail("HTLC \(htlc_id) was held at the last start, and its release does not let it go")
            }
        }
    }

    /// Nothing has become of it, and it is not about to end.
    private func isHeldStill(_ htlc_id: UInt64) -> Bool {
        let isOver = [holder.forwarded, holder.removed, holder.failed, holder.released].contains {
            $0.contains(htlc_id)
        }
        return !isOver && height + Self.mostBlocksBefore < holder.ends[htlc_id] ?? 0
    }

    /// A holder fails an HTLC back at most so many blocks before its end.
    private static var mostBlocksBefore: UInt64 { 144 }

    // MARK: Messages

    private static var invoiceName: String { "invoice-at-the-end" }

    private mutating func sendLast(
        _ message: String,
        over path: BlindedPath,
        invoice: String? = nil
    ) async throws(ScenarioHalt) {
        let sender = network.actors.keys.sorted().first { !strangers.contains($0) }
        guard let sender else { throw .scenarioError("there is no peer") }
        names.set("path-at-the-end", .paths([path]))
        var step = SendStep(from: sender, message: message, over: "path-at-the-end")
        step.invoice = invoice
        try await send(step)
    }
}

extension PayerScenarioState {
    /// Payments by the party's names, and requests by their bytes.
    struct Underway: Sendable {
        var wanted: Set<String> = []
        var requests: [[UInt8]] = []
    }

    /// A message that told the recipient of a payment.
    struct Told: Sendable {
        /// Over the recipient's path.
        let over: [UInt8]
        let reply_path: BlindedPath
        let boot: Int
    }

    /// - Parameter writes: how many the party was told to be done.
    mutating func noteWritten(_ writes: Int) {
        written.wanted = Set(wanted.filter { $0.value.writesBefore < writes }.keys)
        written.requests = requestsSent.map(\.request).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func replyPath(of request: [UInt8]) -> BlindedPath? { requestsSent.last { $0.request == request }?.reply_path }

    private func messagePaths(_ invoice: StaticInvoice) -> [[UInt8]] {
        (invoice.static_invoice_message_paths ?? []).map(\.encoding)
    }

    func isTold(of invoice: StaticInvoice) -> Bool {
        let paths = messagePaths(invoice)
        return told.contains { paths.contains($0.over) }
    }

    func isReleased(_ invoice: StaticInvoice) -> Bool { messagePaths(invoice).contains(where: releasedOver.contains) }

    func repliesTold(of invoice: StaticInvoice, since boot: Int) -> [BlindedPath] {
        let paths = messagePaths(invoice)
        return told.filter { $0.boot >= boot && paths.contains($0.over) }.map(\.reply_path)
    }
}

extension HolderScenarioState {
    /// HTLCs that are held, for which paths were given, and both sides have committed to.
    mutating func noteWritten() { written = held.intersection(committed).intersection(Set(pathOf.keys)) }
}
