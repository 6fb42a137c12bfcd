internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON

/// What the party has to do.
extension ScenarioPlay {
    mutating func expect(_ action: Action) async throws(Halt) {
        switch action {
        case .expect(let expectation):
            try expect(expectation)
        case .expect_event(let wanted, let members):
            try expectEvent(wanted, members)
        case .expect_write:
            if !puts.isEmpty { return }
            try fail("no durable write was asked for")
        case .expect_any(let rows):
            try expectAny(rows)
        case .silence(let silence):
            _ = try await ask("barrier", [:])
            try keep(silence)
        case .get_offer(let expectation):
            try await getOffer(expectation)
        case .list_offers(let ready, let pending):
            try await listOffers(ready, pending)
        case .stats(let name, let bound):
            try await stats(name, bound)
        default:
            throw .misconceived("a step of no known kind")
        }
    }

    mutating func fail(_ detail: String) throws(Halt) {
        breach(detail)
        throw .broken
    }

    // MARK: Messages

    private mutating func expect(_ wanted: Expectation) throws(Halt) {
        let paths = try names.paths(wanted.over)
        let candidates = arrivals.indices.filter { index in
            let arrival = arrivals[index]
            return arrival.name(profile) == wanted.message
                && (arrival.over.map { paths.contains($0.path) } ?? false) && (isRightSlot(arrival, wanted) ?? true)
        }
        var exact: Int?
        for index in candidates where exact == nil { if try isExact(arrivals[index], wanted) { exact = index } }
        guard let index = exact ?? candidates.first else {
            if let otherwise = wanted.otherwise { return try goOn(otherwise, wanted) }
            try fail("\(wanted.message) did not come over \(wanted.over); \(whatCame)")
            return
        }
        let arrival = arrivals.remove(at: index)
        let copies = arrivals.filter { $0.isCopy(of: arrival) }
        arrivals.removeAll { $0.isCopy(of: arrival) }
        let message = try judge(arrival)
        for copy in copies { _ = try judge(copy) }
        names.set(wanted.name, .message(message))
        try compare(arrival, message, wanted)
        checkOnlyAnswer(wanted, paths)
    }

    /// One request has one invoice for an answer (B66-OP-S2): others over the same path are as wrong as another alone.
    private mutating func checkOnlyAnswer(_ wanted: Expectation, _ paths: [BlindedPath]) {
        guard wanted.message == "static_invoice", wanted.equals != nil else { return }
        let others = arrivals.filter { arrival in
            arrival.name(profile) == wanted.message && (arrival.over.map { paths.contains($0.path) } ?? false)
        }
        if !others.isEmpty { breach("\(others.count) other invoices came over \(wanted.over), too") }
    }

    /// What came and no step took keeps the rules for its kind all the same.
    mutating func judgeLeftovers() {
        for arrival in arrivals { _ = try? judge(arrival) }
    }

    /// Of several messages over the same path, the one that is meant.
    private func isExact(_ arrival: Arrival, _ wanted: Expectation) throws(Halt) -> Bool {
        guard let content = arrival.payload.content else { return false }
        if let equals = wanted.equals { return try names.bytes(equals) == Array(content.value) }
        guard let reference = wanted.invoice_for else { return false }
        return try offer(handedOverIn: content)?.decoded.stream == names.invoice(reference).offer.decoded.stream
    }

    private mutating func goOn(_ otherwise: Expectation.Otherwise, _ wanted: Expectation) throws(Halt) {
        switch otherwise {
        case .goOn: if let name = wanted.name { absent.insert(name) }
        case .notExercised: throw .notExercised("\(wanted.message) did not come over \(wanted.over), and need not")
        }
    }

    /// Whether a request is for the slot that is meant; `nil` where the slot does not matter.
    private func isRightSlot(_ arrival: Arrival, _ wanted: Expectation) -> Bool? {
        guard wanted.different_slot_from != nil || wanted.slot != nil else { return nil }
        guard let content = arrival.payload.content, let slot = slot(in: content) else { return false }
        if let other = wanted.different_slot_from.flatMap({ try? names.message($0).slot }), slot == other {
            return false
        }
        return wanted.slot.map { $0 == Int(slot) } ?? true
    }

    /// The first row that holds is taken, with what it takes; the others might not have been there.
    private mutating func expectAny(_ rows: [[Step]]) throws(Halt) {
        var breaches: [String] = []
        for row in rows {
            var trial = self
            do throws(Halt) {
                for step in row { try trial.expect(step) }
                guard trial.outcome.breaches.count == outcome.breaches.count else { throw .broken }
                self = trial
                return
            } catch {
                breaches.append(trial.outcome.breaches.last?.detail ?? "\(error)")
            }
        }
        try fail("none of \(rows.count) ways was taken: \(breaches.joined(separator: "; "))")
    }

    private mutating func expect(_ step: Step) throws(Halt) {
        if !step.requirements.isEmpty { atStake = step.requirements }
        switch step.action {
        case .expect(let expectation): try expect(expectation)
        case .expect_event(let wanted, let members): try expectEvent(wanted, members)
        default: throw .misconceived("expect_any holds steps that expect messages and events")
        }
    }

    private var whatCame: String {
        let came = arrivals.map { "\($0.name(profile)) over \($0.over?.name ?? "no path of ours")" }
        let all = came + lost.map { "a message that reached nobody (\($0))" }
        return all.isEmpty ? "nothing came" : "what came: \(all.joined(separator: ", "))"
    }

    private mutating func compare(_ arrival: Arrival, _ message: NamedMessage, _ wanted: Expectation) throws(Halt) {
        if let equals = wanted.equals {
            let (sent, got) = (try names.bytes(equals), Array(arrival.payload.content?.value ?? []))
            if sent != got {
                breach("\(wanted.message) is not \(equals), byte for byte: \(firstDifference(sent, got))")
            }
        }
        if let answering = wanted.answering {
            let given = try names.message(answering).paths ?? []
            if let detail = fault(ofOffer: message.invoice?.offer, madeFrom: given) { breach(["B66-SSI-S1"], detail) }
            // There is no way to whoever answers for such an offer, and no more to be seen.
            if message.invoice?.offer.offer_paths?.isEmpty ?? true { throw .broken }
        }
        if let reference = wanted.invoice_for {
            let before = try names.invoice(reference).offer
            let same = message.invoice.map { $0.offer.decoded.stream == before.decoded.stream } ?? false
            if !same { breach("the invoice is for another offer than \(reference)") }
        }
    }

    private func firstDifference(_ one: [UInt8], _ other: [UInt8]) -> String {
        let index = zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        guard let index else { return "\(other.count) bytes came, \(one.count) were stored" }
        return "they differ from byte \(index) on"
    }

    /// B66-SSI-S1.
    private func fault(ofOffer offer: Offer?, madeFrom given: [BlindedPath]) -> String? {
        guard let paths = offer?.offer_paths, !paths.isEmpty else { return "the offer behind the invoice has no paths" }
        let foreign = paths.firstIndex { !given.contains($0) }
        return foreign.map { "path \($0) of the offer is none of those in offer_paths" }
    }

    private mutating func keep(_ silence: Silence) throws(Halt) {
        let paths = try silence.over.map { name throws(Halt) in try names.paths(name) }
        let bytes = try silence.equals.map { name throws(Halt) in try names.bytes(name) }
        let unwanted = arrivals.first { arrival in
            (silence.of?.contains(arrival.name(profile)) ?? true)
                && (paths.map { paths in arrival.over.map { paths.contains($0.path) } ?? false } ?? true)
                && (bytes.map { $0 == Array(arrival.payload.content?.value ?? []) } ?? true)
        }
        if let unwanted {
            let over = unwanted.over?.name ?? "no path of the runner's"
            try fail("\(unwanted.name(profile)) came over \(over), where silence is due")
        }
        let isLostCounted = silence.of == nil || role == "salt-counterparty"
        if isLostCounted, paths == nil, let reason = lost.first {
            try fail("a message was sent, where silence is due (\(reason))")
        }
        if let event = events.first(where: { silence.events.contains($0.name) }) {
            try fail("the event \(event.name) came, which must not be")
        }
    }

    // MARK: Events

    private mutating func expectEvent(_ wanted: [String], _ members: JSONObject) throws(Halt) {
        let index = events.firstIndex { event in
            wanted.contains(event.name) && members.members.allSatisfy { isMet($0.key, $0.value, event) }
        }
        if let index {
            let event = events.remove(at: index)
            checkNotBoth(event.name)
            return
        }
        // Some of what a scenario accepts in place of an event is a message.
        if let index = arrivals.firstIndex(where: { wanted.contains($0.name(profile)) }) {
            _ = try judge(arrivals.remove(at: index))
            return
        }
        let came = events.map(\.name).joined(separator: ", ")
        try fail(
            "\(wanted.joined(separator: " or ")) did not come; \(came.isEmpty ? "no event came" : "what came: \(came)")"
        )
    }

    /// A payment is claimed or failed.
    private mutating func checkNotBoth(_ name: String) {
        let opposite = ["htlc.fail": "htlc.claim", "htlc.claim": "htlc.fail"][name]
        if let opposite, events.contains(where: { $0.name == opposite }) { breach("\(opposite) came as well") }
    }

    /// A member that names something made before stands for its bytes.
    private func isMet(_ key: String, _ value: JSON, _ event: PartyEvent) -> Bool {
        guard let text = value.string, let bytes = try? names.bytes(text) else { return event.members[key] == value }
        return event.members[key] == .hex(bytes)
    }

    // MARK: Questions

    private mutating func getOffer(_ wanted: OfferExpectation) async throws(Halt) {
        let out = try await ask("recipient.get_offer", [:])
        guard let text = out["offer"] else {
            if !wanted.isNone { try fail("the recipient gives out no offer") }
            return
        }
        record(from: Actor.underTest, to: nil, "offer", ["offer": text])
        if wanted.isNone { try fail("the recipient gives out an offer, which is too early") }
        guard let offer = try judgeOffer(text.string) else { return }
        if let other = wanted.same_as, try names.offer(other).decoded.stream != offer.decoded.stream {
            breach("the offer that is given out is not that of \(other)")
        }
        if let other = wanted.different_from, try names.offer(other).decoded.stream == offer.decoded.stream {
            breach("the same offer is given out again")
        }
        names.set(wanted.name, .offer(offer))
    }

    mutating func judgeOffer(_ text: String?) throws(Halt) -> Offer? {
        var examination = Examination(.complete)
        do throws(Finding) {
            guard let text else { throw Finding("B12-ENC-1", .bech32, "the offer is no text") }
            let offer = try Offer.read(text: text, &examination)
            try examination.apply(OfferWriterChecks.all, to: OfferWriting(offer: offer, text: text, ends: nil))
            for finding in examination.findings { breach([finding.requirement], "the offer: \(finding.detail)") }
            return offer
        } catch {
            breach([error.requirement], "the offer cannot be read: \(error.detail)")
            throw .broken
        }
    }

    private mutating func listOffers(_ ready: Int?, _ pending: Int?) async throws(Halt) {
        let out = try await ask("recipient.list_offers", [:])
        let statuses = (out["offers"]?.array ?? []).compactMap { $0["status"]?.string }
        for (status, wanted) in [("ready", ready), ("pending", pending)] {
            let count = statuses.count { $0 == status }
            if let wanted, wanted != count { try fail("\(count) offers are \(status), \(wanted) should be") }
        }
    }

    private mutating func stats(_ name: String?, _ bound: UInt64?) async throws(Halt) {
        let out = try await ask("store.stats", [:])
        guard let bytes = out["bytes"]?.string.flatMap({ UInt64($0) }) else {
            throw .adapterError("store.stats: bytes, a decimal string, is missing")
        }
        if let bound, let before = storedBytes, bytes > before, bytes - before > bound {
            breach("what is stored grew by \(bytes - before) bytes, more than \(bound)")
        }
        if name != nil { storedBytes = bytes }
    }
}
