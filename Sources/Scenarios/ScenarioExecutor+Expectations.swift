internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// What the party has to do.
extension ScenarioExecutor {
    mutating func expect(_ action: Action) async throws(ScenarioHalt) {
        switch action {
        case .expect(let expectation):
            try await waitForTick { executor throws(ScenarioHalt) in try executor.candidates(expectation).isEmpty }
            try expect(expectation)
        case .expect_event(let wanted, let members):
            try await waitForTick { executor in !executor.hasCome(wanted, members) }
            try expectEvent(wanted, members)
        case .expect_write(let puts):
            try expectWrite(puts)
        case .expect_any(let rows):
            // Where silence is no row, what has not come is only late.
            if answersAtTicks {
                try await tickOnce()
            } else if !rows.contains(where: \.allowsSilence) {
                try await waitForTick { executor throws(ScenarioHalt) in try executor.areLate(rows) }
            }
            try await expectAny(rows)
        case .silence(let silence):
            _ = try await ask("barrier", [:])
            if answersAtTicks { try await tickOnce() }
            try keep(silence)
        case .get_offer(let expectation):
            try check(try await ask("recipient.get_offer", [:]), expectation)
        case .list_offers(let ready, let pending):
            try await listOffers(ready, pending)
        case .stats(let name, let bound):
            try await stats(name, bound)
        default:
            throw .scenarioError("a step of no known kind")
        }
    }

    mutating func fail(_ detail: String) throws(ScenarioHalt) {
        addViolation(detail)
        throw .broken
    }

    private mutating func expectWrite(_ puts: Action.Puts?) throws(ScenarioHalt) {
        switch (puts, pendingPuts.count) {
        case (nil, 1...), (.one?, 1), (.several?, 2...): return
        case (_, 0): try fail("no store.put was emitted, expected a durable write")
        default: try fail("\(pendingPuts.count) store.put are open, expected \(puts?.rawValue ?? "one")")
        }
    }

    private func areLate(_ rows: [ScenarioRow]) throws(ScenarioHalt) -> Bool {
        for row in rows where try !isLate(row) { return false }
        return true
    }

    /// Something that the row asks for has not come.
    private func isLate(_ row: ScenarioRow) throws(ScenarioHalt) -> Bool {
        guard row.isOpen({ !absent.contains($0) && names[$0] != nil }) else { return true }
        for step in row.steps {
            switch step.action {
            case .expect(let wanted): if try candidates(wanted).isEmpty { return true }
            case .expect_event(let wanted, let members): if !hasCome(wanted, members) { return true }
            case .salt(.expect_keysend): if !isKeysendThere { return true }
            default: break
            }
        }
        return false
    }

    /// A party may do at its next tick what it has to do. Whoever was once seen to wait is given the tick from then on.
    mutating func waitForTick(
        _ isMissing: (inout ScenarioExecutor) throws(ScenarioHalt) -> Bool
    ) async throws(ScenarioHalt) {
        guard try isMissing(&self) else { return }
        try await tickOnce()
        if try !isMissing(&self) { answersAtTicks = true }
    }

    // MARK: Messages

    /// What has come of that kind over these paths.
    private func candidates(_ wanted: MessageExpectation) throws(ScenarioHalt) -> [Int] {
        let paths = try names.paths(wanted.over)
        return observedMessages.indices.filter { index in
            let observed = observedMessages[index]
            return observed.name(profile) == wanted.message
                && (observed.over.map { paths.contains($0.path) } ?? false) && (isRightSlot(observed, wanted) ?? true)
        }
    }

    mutating func expect(_ wanted: MessageExpectation) throws(ScenarioHalt) {
        let paths = try names.paths(wanted.over)
        let candidates = try candidates(wanted)
        var exact: Int?
        for index in candidates where exact == nil { if try isExact(observedMessages[index], wanted) { exact = index } }
        guard let index = exact ?? candidates.first else {
            if let otherwise = wanted.otherwise { return try goOn(otherwise, wanted) }
            let detail = "expected \(wanted.message) on \(wanted.over); \(whatCame)"
            try failMissing([wanted.message], detail)
            return
        }
        let observed = observedMessages.remove(at: index)
        let copies = observedMessages.filter { $0.isCopy(of: observed) }
        observedMessages.removeAll { $0.isCopy(of: observed) }
        let message = try check(observed)
        for copy in copies { _ = try check(copy) }
        names.set(wanted.name, .message(message))
        try compare(observed, message, wanted)
        checkOnlyAnswer(wanted, paths)
    }

    /// One request has one invoice for an answer (B66-OP-S2): others over the same path are as wrong as another alone.
    private mutating func checkOnlyAnswer(_ wanted: MessageExpectation, _ paths: [BlindedPath]) {
        guard wanted.message == "static_invoice", wanted.equals != nil else { return }
        let others = observedMessages.filter { observed in
            observed.name(profile) == wanted.message && (observed.over.map { paths.contains($0.path) } ?? false)
        }
        if !others.isEmpty { addViolation("\(others.count) more invoices on \(wanted.over), expected one") }
    }

    /// What came and no step took keeps the rules for its kind all the same.
    mutating func checkUnexpectedMessages() {
        var seen: Set<TLVRecord?> = []
        for observed in observedMessages where seen.insert(observed.payload.content).inserted {
            _ = try? check(observed)
        }
    }

    /// Of several messages over the same path, the one that is meant.
    private func isExact(_ observed: ObservedMessage, _ wanted: MessageExpectation) throws(ScenarioHalt) -> Bool {
        guard let content = observed.payload.content else { return false }
        if let equals = wanted.equals { return try names.bytes(equals) == Array(content.value) }
        guard let reference = wanted.invoice_for else { return false }
        return try offer(handedOverIn: content)?.decoded.stream == names.invoice(reference).offer.decoded.stream
    }

    private mutating func goOn(_ otherwise: MessageExpectation.Otherwise, _ wanted: MessageExpectation)
        throws(ScenarioHalt)
    {
        switch otherwise {
        case .goOn: if let name = wanted.name { absent.insert(name) }
        case .notExercised: throw .notExercised("no \(wanted.message) on \(wanted.over); it is optional here")
        }
    }

    /// Whether a request is for the slot that is meant; `nil` where the slot does not matter.
    private func isRightSlot(_ observed: ObservedMessage, _ wanted: MessageExpectation) -> Bool? {
        guard wanted.different_slot_from != nil || wanted.slot != nil else { return nil }
        guard let content = observed.payload.content, let slot = slot(in: content) else { return false }
        if let other = wanted.different_slot_from.flatMap({ try? names.message($0).slot }), slot == other {
            return false
        }
        return wanted.slot.map { $0 == Int(slot) } ?? true
    }

    /// The first row that holds is taken, with what it takes; the others might not have been there.
    ///
    /// Whatever the rows ask for is asked for once, before the first is tried: what a row finds must not depend on those before.
    private mutating func expectAny(_ rows: [ScenarioRow]) async throws(ScenarioHalt) {
        let steps = rows.flatMap(\.steps)
        if rows.contains(where: \.asksForSilence) { _ = try await ask("barrier", [:]) }
        let asksForOffer = steps.contains { if case .get_offer = $0.action { true } else { false } }
        let offer = asksForOffer ? try await ask("recipient.get_offer", [:]) : nil
        var violations: [String] = []
        var accused: Set<[RequirementID]> = []
        for row in rows where row.isOpen({ !absent.contains($0) && names[$0] != nil }) {
            var trial = self
            do throws(ScenarioHalt) {
                for step in row.steps { try trial.expect(step, offer) }
            } catch {
                violations.append(trial.outcome.violations.last?.detail ?? "\(error)")
                let isNew = trial.outcome.violations.count > outcome.violations.count
                accused.insert(isNew ? trial.outcome.violations.last?.requirements ?? [] : stepRequirements)
                continue
            }
            // Advice that holds for everything the party sends is no part of what the rows tell apart.
            if let violation = trial.outcome.violations.dropFirst(outcome.violations.count).first(where: {
                !$0.isGeneral
            }) {
                violations.append(violation.detail)
                accused.insert(violation.requirements)
                continue
            }
            trial.stepRequirements = stepRequirements
            self = trial
            showReading(of: row, among: rows)
            if row.endsScenario { throw .ended }
            return
        }
        // Where every row misses the same thing, that is what is wrong.
        if accused.count == 1, let same = accused.first, !same.isEmpty { stepRequirements = same }
        try fail("none of the \(rows.count) alternatives is met: \(violations.joined(separator: "; "))")
    }

    /// A row without a reading is that of the alternative that the suite takes, where the other rows name another.
    private mutating func showReading(of row: ScenarioRow, among rows: [ScenarioRow]) {
        let others = rows.compactMap(\.reading).first.flatMap { spec.taken($0.reading) }
        if let alternative = row.reading ?? others { show(alternative, stepRequirements) }
    }

    /// - Parameter offer: the answer of `recipient.get_offer`, for a step that wants it.
    private mutating func expect(_ step: Step, _ offer: JSONObject?) throws(ScenarioHalt) {
        if !step.requirements.isEmpty { stepRequirements = step.requirements }
        switch step.action {
        case .expect(let expectation): try expect(expectation)
        case .expect_event(let wanted, let members): try expectEvent(wanted, members)
        case .silence(let silence): try keep(silence)
        case .expect_write(let puts): try expectWrite(puts)
        case .get_offer(let expectation): try check(offer ?? [:], expectation)
        case .salt(.expect_keysend(let invoice, let amount_msat)):
            try expectKeysend(try names.invoice(invoice), amount_msat, invoice)
        default:
            throw .scenarioError(
                "expect_any holds expect, expect_event, expect_write, silence, get_offer and expect_keysend"
            )
        }
    }

    private var whatCame: String {
        let came = observedMessages.map { "\($0.name(profile)) over \($0.over?.name ?? "no path of ours")" }
        let all = came + lost.map { "an undeliverable message (\($0))" }
        return all.isEmpty ? "nothing was sent" : "sent: \(all.joined(separator: ", "))"
    }

    private mutating func compare(_ observed: ObservedMessage, _ message: NamedMessage, _ wanted: MessageExpectation)
        throws(ScenarioHalt)
    {
        if let equals = wanted.equals {
            let (sent, got) = (try names.bytes(equals), Array(observed.payload.content?.value ?? []))
            if sent != got {
                addViolation("\(wanted.message) differs from \(equals): \(firstDifference(sent, got))")
            }
        }
        if let answering = wanted.answering {
            let given = try names.message(answering).paths ?? []
            if let detail = fault(ofOffer: message.invoice?.offer, madeFrom: given) {
                addViolation(["B66-SSI-S1"], detail)
            }
            // There is no way to whoever answers for such an offer, and no more to be seen.
            if message.invoice?.offer.offer_paths?.isEmpty ?? true { throw .broken }
        }
        if let lasts = wanted.lasts, let end = message.paths_absolute_expiry, end < observed.at &+ lasts {
            guard outcome.violations.isEmpty else { throw .broken }
            throw .notExercised("the paths end at \(end), sooner than \(lasts) seconds after \(observed.at)")
        }
        if let reference = wanted.invoice_for {
            let before = try names.invoice(reference).offer
            let same = message.invoice.map { $0.offer.decoded.stream == before.decoded.stream } ?? false
            if !same { addViolation("the invoice is for another offer than \(reference)") }
        }
    }

    private func firstDifference(_ one: [UInt8], _ other: [UInt8]) -> String {
        let index = zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        guard let index else { return "got \(other.count) bytes, expected \(one.count)" }
        return "first difference at byte \(index)"
    }

    /// B66-SSI-S1.
    private func fault(ofOffer offer: Offer?, madeFrom given: [BlindedPath]) -> String? {
        guard let paths = offer?.offer_paths, !paths.isEmpty else {
            return "the offer in the invoice has no offer_paths"
        }
        let foreign = paths.firstIndex { !given.contains($0) }
        return foreign.map { "path \($0) of the offer is not one of those in the offer_paths message" }
    }

    private mutating func keep(_ silence: SilenceExpectation) throws(ScenarioHalt) {
        let paths = try silence.over.map { name throws(ScenarioHalt) in try names.paths(name) }
        let bytes = try silence.equals.map { name throws(ScenarioHalt) in try names.bytes(name) }
        let replies = try silence.reply_path.map { name throws(ScenarioHalt) in try names.paths(name) }
        let unwanted = observedMessages.first { observed in
            (silence.of?.contains(observed.name(profile)) ?? !isAskedAgain(observed))
                && (paths.map { paths in observed.over.map { paths.contains($0.path) } ?? false } ?? true)
                && (bytes.map { $0 == Array(observed.payload.content?.value ?? []) } ?? true)
                && (replies.map { replies in observed.reply_path.map(replies.contains) ?? false } ?? true)
        }
        if let unwanted {
            let over = unwanted.over?.name ?? "not a path of the runner"
            try fail("unexpected \(unwanted.name(profile)) on \(over); no message was allowed here")
        }
        let isLostCounted = silence.of == nil || role == "salt-counterparty"
        if isLostCounted, paths == nil, let reason = lost.first {
            try fail("unexpected message (\(reason)); no message was allowed here")
        }
        if let event = events.first(where: { silence.events.contains($0.name) }) {
            try fail("unexpected event \(event.name)")
        }
    }

    /// A payer asks again while no answer comes (OM-W7): the same request is no news.
    private func isAskedAgain(_ observed: ObservedMessage) -> Bool {
        guard role == "payer", observed.name(profile) == "invoice_request" else { return false }
        let request = Array(observed.payload.content?.value ?? [])
        return payer.requestsSent.count { $0.request == request } > 1
    }

    // MARK: Events

    private func hasCome(_ wanted: [String], _ members: JSONObject) -> Bool {
        observedMessages.contains { wanted.contains($0.name(profile)) }
            || events.contains { event in
                wanted.contains(event.name) && members.members.allSatisfy { isMet($0.key, $0.value, event) }
            }
    }

    private mutating func expectEvent(_ wanted: [String], _ members: JSONObject) throws(ScenarioHalt) {
        let index = events.firstIndex { event in
            wanted.contains(event.name) && members.members.allSatisfy { isMet($0.key, $0.value, event) }
        }
        if let index {
            let event = events.remove(at: index)
            checkNotBoth(event.name)
            return
        }
        // Some of what a scenario accepts in place of an event is a message.
        if let index = observedMessages.firstIndex(where: { wanted.contains($0.name(profile)) }) {
            _ = try check(observedMessages.remove(at: index))
            return
        }
        let came = events.map(\.name).joined(separator: ", ")
        try failMissing(
            wanted,
            "\(wanted.joined(separator: " or ")) did not come; \(came.isEmpty ? "no event came" : "sent: \(came)")"
        )
    }

    /// A payment is claimed or failed.
    private mutating func checkNotBoth(_ name: String) {
        let opposite = ["htlc.fail": "htlc.claim", "htlc.claim": "htlc.fail"][name]
        if let opposite, events.contains(where: { $0.name == opposite }) {
            addViolation("\(opposite) was emitted too; only one of them is allowed")
        }
    }

    /// A member that names something made before stands for its bytes.
    private func isMet(_ key: String, _ value: JSON, _ event: ReportedEvent) -> Bool {
        guard let text = value.string, let bytes = try? names.bytes(text) else { return event.members[key] == value }
        return event.members[key] == .hex(bytes)
    }

    // MARK: Questions

    private mutating func check(_ out: JSONObject, _ wanted: OfferExpectation) throws(ScenarioHalt) {
        guard let text = out["offer"] else {
            if !wanted.isNone { try failMissing(["offer"], "the recipient returns no offer, expected one") }
            return
        }
        seenKinds.insert("offer")
        record(from: ScenarioActor.underTest, to: nil, "offer", ["offer": text])
        if wanted.isNone { try fail("the recipient returns an offer before one may be published") }
        guard let offer = try checkOffer(text.string) else { return }
        if let other = wanted.same_as, try names.offer(other).decoded.stream != offer.decoded.stream {
            addViolation("the returned offer is not that of \(other)")
        }
        if let other = wanted.different_from, try names.offer(other).decoded.stream == offer.decoded.stream {
            addViolation("the same offer is returned again, expected another")
        }
        names.set(wanted.name, .offer(offer))
    }

    mutating func checkOffer(_ text: String?) throws(ScenarioHalt) -> Offer? {
        var validation = Validation(.collecting)
        do throws(Finding) {
            guard let text else { throw Finding("B12-ENC-1", .bech32, "the offer is not a string") }
            let offer = try Offer.read(text: text, &validation)
            try validation.apply(
                OfferWriterChecks.all,
                to: OfferWriterOutput(offer: offer, text: text, ends: end(of: offer))
            )
            checkChain(of: offer)
            checkStatedEnd(of: offer, at: now)
            checkIsServed(offer)
            for finding in validation.findings { addViolation([finding.requirement], "the offer: \(finding.detail)") }
            return offer
        } catch {
            addViolation([error.requirement], "the offer cannot be read: \(error.detail)")
            throw .broken
        }
    }

    private mutating func listOffers(_ ready: Int?, _ pending: Int?) async throws(ScenarioHalt) {
        let out = try await ask("recipient.list_offers", [:])
        let offers = out["offers"]?.array ?? []
        let statuses = offers.compactMap { $0["status"]?.string }
        let slots = offers.filter { $0["status"] == "ready" }.compactMap { $0["slot"]?.integer }
        // The server keeps one invoice a slot, so that of the former offer is gone.
        if Set(slots).count < slots.count {
            addViolation(
                ["B66-SIP-R2"],
                "two offers that are ready have the same slot (\(slots)), where one replaces the other"
            )
        }
        for (status, wanted) in [("ready", ready), ("pending", pending)] {
            let count = statuses.count { $0 == status }
            if let wanted, wanted != count { try fail("\(count) offers are \(status), expected \(wanted)") }
        }
    }

    private mutating func stats(_ name: String?, _ bound: UInt64?) async throws(ScenarioHalt) {
        let out = try await ask("store.stats", [:])
        guard let bytes = out["bytes"]?.string.flatMap({ UInt64($0) }) else {
            throw .adapterError("store.stats: bytes, a decimal string, is missing")
        }
        if let bound, let before = storedBytes, bytes > before, bytes - before > bound {
            addViolation("the store grew by \(bytes - before) bytes, allowed are \(bound)")
        }
        if name != nil { storedBytes = bytes }
    }
}
