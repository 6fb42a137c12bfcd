internal import Rules
internal import StrictJSON

/// A point at which the party is killed: after so many answers, with so many of the events in the last of them having happened.
/// Or one at which it lives, and its writes fail.
struct Interruption: Hashable, Sendable {
    /// What becomes of the writes that are open.
    enum OpenWrites: String, Hashable, Sendable, CaseIterable {
        case lost, torn
        /// They are written, and the party has not heard of it.
        case written
        /// The storage refuses them, and the party lives on.
        case failed
    }

    let answer: Int
    let events: Int
    let openWrites: OpenWrites
}

/// Kill after each answer. A scenario with `after_a_kill` is gone through once, and then once for every point at which the party
/// could be killed: after each of its answers, with every prefix of the answer's events taken as having happened.
extension ScenarioExecutor {
    package mutating func run() async -> ScenarioOutcome {
        let pristine = self
        let whole = await runOnce()
        guard !scenario.after_a_kill.isEmpty, whole.end == .finished, whole.violations.allSatisfy(\.isGeneral) else {
            return whole
        }
        let positions = positions
        for position in positions {
            var again = pristine
            again.interruption = position
            // What the party does in the ordinary course it has shown.
            again.seenKinds = seenKinds
            var outcome = await again.runOnce()
            guard outcome.end == .finished, outcome.violations.allSatisfy(\.isGeneral) else {
                let what = "\(position.events) of its events, open writes \(position.openWrites.rawValue)"
                let how = position.openWrites == .failed ? "not killed" : "killed"
                outcome.notes.append("\(how) after answer \(position.answer) and \(what)")
                return outcome
            }
        }
        var outcome = whole
        let failed = positions.count { $0.openWrites == .failed }
        outcome.notes.append(
            "killed at \(positions.count - failed) positions, after each answer with each prefix of its events; "
                + "\(failed) more at which its writes failed"
        )
        return outcome
    }

    private var positions: [Interruption] {
        var positions: [Interruption] = []
        for (answer, events) in answers.enumerated() {
            for count in 0...events.count {
                let isWriting = events.prefix(count).contains("store.put")
                var fates: [Interruption.OpenWrites] = isWriting ? [.lost, .torn, .written] : [.lost]
                // Who lives on has done all that it answered with.
                if isWriting, count == events.count { fates.append(.failed) }
                positions += fates.map { Interruption(answer: answer + 1, events: count, openWrites: $0) }
            }
        }
        return positions
    }

    private mutating func runOnce() async -> ScenarioOutcome {
        do {
            do throws(ScenarioHalt) {
                try await initialise()
                for step in scenario.steps { try await take(step) }
            } catch .interrupted {
                try await recover()
            }
            try await lookForLosses()
            finish()
        } catch .ended {
            finish()
        } catch {
            outcome.end = end(error)
            if outcome.end == .broken { outcome.end(atStep: step) }
        }
        return outcome
    }

    private mutating func finish() {
        checkUnexpectedMessages()
        reportUnasked()
    }

    /// The steps of `after_a_kill`. Of the steps that were not come to, those that only look at what has come already are taken
    /// before: what happened before the kill has been seen.
    private mutating func recover() async throws(ScenarioHalt) {
        let openWrites = interruption?.openWrites ?? .lost
        interruption = nil
        if openWrites == .failed { try await failWrites() } else { try await kill(openWrites) }
        isLookingBack = true
        let isAtStep = step > 0
        for (index, rest) in scenario.steps.dropFirst(max(0, step - 1)).enumerated() {
            let isInterrupted = index == 0 && isAtStep
            if case .expect(var expectation) = rest.action, isLookingBack, !rest.source.names(absent) {
                expectation.otherwise = .goOn
                try expect(expectation)
            } else {
                absent.formUnion(rest.newNames.filter { names[$0] == nil })
                isLookingBack = isLookingBack && isInterrupted
            }
        }
        isLookingBack = false
        observedMessages = []
        events = []
        lost = []
        for step in scenario.after_a_kill { try await take(step) }
    }

    private mutating func failWrites() async throws(ScenarioHalt) {
        let open = pendingPuts
        pendingPuts = []
        for put in open { try await settle(put, .error) }
        _ = try await ask("barrier", [:])
    }

    /// Counts an answer, and says how many of its events are to be taken in; `nil` for all. A barrier after which nothing came adds
    /// no point to the one before it.
    mutating func eventsBeforeInterruption(of events: [JSON], _ operation: String) -> Int? {
        guard operation != "barrier" || !events.isEmpty else { return nil }
        answers.append(events.map { $0["ev"]?.string ?? "" })
        guard let interruption, interruption.answer == answers.count else { return nil }
        return min(interruption.events, events.count)
    }
}

extension Step {
    /// The names that the step gives, and those of the steps in it.
    var newNames: [String] {
        let inner: [Step] =
            switch action {
            case .repeat(_, let steps): steps
            case .expect_any(let rows): rows.flatMap(\.steps)
            default: []
            }
        let own = ["as", "reply_path", "forward_path"].compactMap { source[$0]?.string }.filter { !$0.contains(".") }
        return own + inner.flatMap(\.newNames)
    }
}
