internal import Lightning
internal import Rules
internal import StrictJSON
internal import Wire

/// Nothing unasked (B66-NU-1): every message and event of a server or recipient is held against what gave occasion for it.
extension ScenarioExecutor {
    /// Roles whose every message has one occasion. What the roles of the older scheme send is judged by its own checks.
    private var isJudged: Bool { ["server", "recipient"].contains(role) }

    mutating func noteDelivery(
        _ kind: String,
        from sender: ScenarioActor,
        over: BlindedPath?,
        _ content: TLVRecord,
        _ message: NamedMessage
    ) {
        occasions.note(
            Occasions.Delivered(
                kind: kind,
                from: sender.name,
                over: over?.encoding,
                reply_path: message.reply_path?.encoding,
                forward_path: message.forward_path?.encoding,
                content: Array(content.value)
            )
        )
    }

    mutating func judgeOccasion(_ observed: ObservedMessage) {
        guard isJudged, observed.over != nil || !pathRegistry.hasCutShort else { return }
        let declared = declared.number("refresh_s") ?? Occasions.leastInterval
        let wished = scenario.limits["refresh_s"]?.string.flatMap { UInt64($0) } ?? declared
        let interval = min(Occasions.leastInterval, declared, wished)
        note(occasions.objection(to: observed, profile, interval: interval))
    }

    mutating func judgeOccasion(_ event: ReportedEvent) {
        guard isJudged else { return }
        note(occasions.objection(to: event))
    }

    /// A peer who comes back is not met with all that he has missed.
    mutating func judgeBurst(_ messages: Int) {
        guard isJudged, messages > Occasions.mostAtLinkUp else { return }
        let detail = "\(messages) messages at once when a link came up, \(Occasions.mostAtLinkUp) are allowed"
        note(Occasions.Objection(requirement: "B66-NU-1", detail: detail))
    }

    private mutating func note(_ objection: Occasions.Objection?) {
        guard let objection else { return }
        unasked.append(Violation([objection.requirement], step: step, objection.detail))
    }

    /// At the scenario's end: a message that breaks a requirement of its own, or that a step did not allow, is not blamed twice.
    mutating func reportUnasked() {
        guard outcome.violations.allSatisfy(\.isGeneral) else { return }
        for violation in unasked where !outcome.violations.contains(violation) {
            outcome.violations.append(violation)
        }
    }
}
