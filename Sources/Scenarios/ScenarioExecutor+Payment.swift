internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// The steps around a payment.
extension ScenarioExecutor {
    mutating func perform(_ action: PaymentAction) async throws(ScenarioHalt) {
        switch action {
        case .pay_offer(let step): try await payOffer(step)
        case .make_ordinary_invoice(let step):
            names.set(step.name, .ordinaryInvoice(try makeOrdinaryInvoice(step)))
        case .abandon(let reference):
            let payment = try names.wantedPayment(reference)
            payer.wanted[payment]?.isAbandoned = true
            try await tell("payer.abandon", ["payment": .string(payment)])
        case .give_release_paths(let payment, let holder, let count, let name):
            try await giveReleasePaths(payment, holder, count, name)
        case .add_htlc(let step): try await addHTLC(step)
        case .commit_htlc(let reference):
            let htlc_id = try names.htlc(reference)
            holder.committed.insert(htlc_id)
            try await tell("holder.htlc_committed", ["htlc_id": .decimal(htlc_id)])
        case .remove_htlc(let reference):
            let htlc_id = try names.htlc(reference)
            holder.removed.insert(htlc_id)
            try await tell("holder.htlc_removed", ["htlc_id": .decimal(htlc_id)])
        case .blocks(let count):
            height += count
            try await tell("clock.set", ["now": .decimal(now), "height": .integer(Int64(height))])
        case .expect_payment, .expect_release_paths, .expect_forward, .expect_held:
            try await waitForTick { executor throws(ScenarioHalt) in try executor.isMissing(action) }
            try expect(action)
        }
    }

    private func isMissing(_ action: PaymentAction) throws(ScenarioHalt) -> Bool {
        switch action {
        case .expect_payment(let wanted): events.count { $0.name == "pay.htlc" } < wanted.parts ?? 1
        case .expect_release_paths: !events.contains { $0.name == "holder.revoke_and_ack" }
        case .expect_forward(let reference): try eventIndex("holder.forward", names.htlc(reference)) == nil
        case .expect_held(let invoice, _, _):
            try names.paths("\(invoice).message_paths").allSatisfy { path in
                !observedMessages.contains { $0.over?.path == path }
            }
        default: false
        }
    }

    private mutating func expect(_ action: PaymentAction) throws(ScenarioHalt) {
        switch action {
        case .expect_payment(let wanted): try expectPayment(wanted)
        case .expect_release_paths(let reference, let name): try expectReleasePaths(reference, name)
        case .expect_forward(let reference):
            guard let index = try eventIndex("holder.forward", names.htlc(reference)) else {
                return try fail("\(reference) was not passed on")
            }
            events.remove(at: index)
        case .expect_held(let invoice, let reply_paths, let name): try expectHeld(invoice, reply_paths, name)
        default: break
        }
    }

    private func eventIndex(_ name: String, _ htlc_id: UInt64) -> Int? {
        events.firstIndex { $0.name == name && $0.members["htlc_id"] == .decimal(htlc_id) }
    }

    // MARK: The payer

    private mutating func payOffer(_ step: PayOfferStep) async throws(ScenarioHalt) {
        let paid = try names.offer(step.offer)
        for path in paid.offer_paths ?? [] { payer.offers[path.encoding] = paid }
        var input: JSONObject = ["offer": .string(paid.text)]
        if let amount_msat = step.amount_msat { input["amount_msat"] = .decimal(amount_msat) }
        if let quantity = step.quantity { input["quantity"] = .decimal(quantity) }
        if let max_fee_msat = step.max_fee_msat { input["max_fee_msat"] = .decimal(max_fee_msat) }
        if step.hold { input["hold"] = true }
        let writesBefore = writes
        let out = try await ask("payer.pay_offer", .object(input))
        if let payment = out["payment"]?.string {
            payer.wanted[payment] = PayerScenarioState.Wanted(
                hold: step.hold,
                max_fee_msat: step.max_fee_msat,
                offer: paid.decoded.bytes,
                writesBefore: writesBefore
            )
            noteWritten()
            names.set(step.name, .wantedPayment(payment))
        }
        _ = try await ask("barrier", [:])
    }

    private mutating func giveReleasePaths(
        _ reference: String,
        _ holder: String,
        _ count: Int,
        _ name: String
    ) async throws(ScenarioHalt) {
        let owner = try actor(holder)
        var paths: [BlindedPath] = []
        for _ in 0..<count { paths.append(try makePath(name, owner)) }
        names.set(name, .paths(paths))
        let json = paths.map { BlindedPath.format.json($0.value) }
        let payment = try names.wantedPayment(reference)
        try await tell("payer.revoke_and_ack", ["payment": .string(payment), "paths": .array(json)])
    }

    /// ASY-H5, ASY-H6, ASY-H8: two messages or more, over as many paths of the recipient, each with another of the holder's paths
    /// for the answer as far as there are.
    private mutating func expectHeld(_ invoice: String, _ reply_paths: String, _ name: String?) throws(ScenarioHalt) {
        let message_paths = try names.paths("\(invoice).message_paths")
        let given = try names.paths(reply_paths)
        let isForRecipient: (ObservedMessage) -> Bool = { observed in
            observed.over.map { message_paths.contains($0.path) } ?? false
        }
        let sent = observedMessages.filter(isForRecipient)
        observedMessages.removeAll(where: isForRecipient)
        for observed in sent { _ = try check(observed) }
        let needed = min(2, message_paths.count)
        let ways = Set(sent.compactMap { $0.over?.path.encoding })
        if ways.count < needed {
            addViolation(["ASY-H5"], "the recipient is told over \(ways.count) paths of \(invoice), expected \(needed)")
        }
        if let other = sent.first(where: { $0.name(profile) != "held_htlc_available" }) {
            addViolation(["ASY-H8"], "\(other.name(profile)) is sent to the recipient, expected held_htlc_available")
        }
        let replies = sent.map { $0.reply_path }
        if let foreign = replies.first(where: { $0.map { !given.contains($0) } ?? true }) {
            let what = foreign == nil ? "no reply path" : "a reply path that is not one of the holder's"
            addViolation(["ASY-H6"], "a message to the recipient has \(what)")
        } else if Set(replies.compactMap { $0?.encoding }).count < min(ways.count, given.count) {
            addViolation(["ASY-H6"], "messages over different paths have the same reply path")
        }
        if let first = sent.first {
            var message = NamedMessage(name: first.name(profile))
            message.reply_path = first.reply_path
            names.set(name, .message(message))
        }
    }

    // MARK: The holder

    private mutating func addHTLC(_ step: AddHTLCStep) async throws(ScenarioHalt) {
        // One that is sent again is the same in all.
        var known: [UInt8]?
        for name in [step.same_hash_as, step.name].compactMap(\.self) {
            if known == nil, case .htlc(let htlc_id)? = names[name] { known = holder.hashes[htlc_id] }
        }
        let payment_hash = known ?? Hash.sha256(entropy.next32().bytes).bytes
        try await addHTLC(step, payment_hash, amount_msat: 5000)
    }

    mutating func addHTLC(
        _ step: AddHTLCStep,
        _ payment_hash: [UInt8],
        amount_msat: UInt64
    ) async throws(ScenarioHalt) {
        var htlc_id = step.htlc_id ?? UInt64(holder.ends.count)
        if case .htlc(let known)? = names[step.name] { htlc_id = known }
        names.set(step.name, .htlc(htlc_id))
        holder.ends[htlc_id] = holder.ends[htlc_id] ?? height + step.lasts
        holder.hashes[htlc_id] = payment_hash
        if step.hold { holder.held.insert(htlc_id) }
        let input: JSON = [
            "htlc_id": .decimal(htlc_id), "hold": .bool(step.hold),
            "payment_hash": .hex(payment_hash), "amount_msat": .decimal(amount_msat),
            "cltv_expiry": .integer(Int64(holder.ends[htlc_id] ?? height)),
        ]
        record(from: "payer", to: ScenarioActor.underTest, "update_add_htlc", ["htlc": .string(step.name)])
        try await tell("holder.htlc_add", input)
        guard step.isCommitted else { return }
        holder.committed.insert(htlc_id)
        try await tell("holder.htlc_committed", ["htlc_id": .decimal(htlc_id)])
    }

    /// ASY-H4: one path at least, and each ends at the holder.
    private mutating func expectReleasePaths(_ reference: String, _ name: String) throws(ScenarioHalt) {
        guard let index = try eventIndex("holder.revoke_and_ack", names.htlc(reference)) else {
            return try fail("no paths for the release of \(reference) were given")
        }
        let members = events.remove(at: index).members
        var paths: [BlindedPath] = []
        do {
            for element in try JSONReader(.object(members), path: "holder.revoke_and_ack").member("paths").elements() {
                if let path = BlindedPath(try BlindedPath.format.value(element)) { paths.append(path) }
            }
        } catch {
            throw .adapterError("holder.revoke_and_ack: \(error)")
        }
        guard !paths.isEmpty else { return try fail("there is no path for the release of \(reference)") }
        var leadHere = true
        for path in paths { leadHere = check(path, endsAtParty: "ASY-H4", "a path for the release") && leadHere }
        if !leadHere { throw .broken }
        names.set(name, .paths(paths))
    }
}
