internal import InvoiceServer
internal import Lightning

/// A node that holds HTLCs: what it lets go, when, and how often.
extension MutantRegistry {
    static let holder: [Mutant] = [
        Mutant("ASY-H2/passes-on-at-once", .holder { $0.policy.mayForward = { $0.isCommitted } }),
        Mutant(
            "ASY-H2/release-over-any-path",
            .holder {
                $0.checks.releasePath = []
                $0.policy.htlcOfRelease = { id, htlcs in UInt64(bigEndian: id) ?? firstWaiting(htlcs) }
            }
        ),
        Mutant(
            "ASY-H2/context-without-mac",
            .holder {
                $0.checks.releasePath = MutatedContextChecks.withoutMAC("ASY-H2", .heldHTLC)
            }
        ),
        Mutant("ASY-H2/any-message-is-a-release", .holder) { event, party in
            guard case .message(let message) = event else { return party.take(event) }
            return party.take(.message(message.with(content: party.builder.release_held_htlc())))
        },
        Mutant("ASY-H2/lets-the-first-one-go", .holder { $0.policy.htlcOfRelease = { firstWaiting($1) } }),
        Mutant("ASY-H3/never-lets-go", .holder { $0.policy.mayForward = { $0.isCommitted && !$0.hold } }),
        Mutant(
            "ASY-H3/forgets-a-release-that-is-early",
            .holder { $0.policy.takesRelease = { $0.hold && $0.isCommitted } }
        ),
        Mutant("ASY-H3/forgets-all-at-a-kill", .holder.configured { $0.store = [:] }),
        Mutant("ASY-H4/no-paths", .holder { $0.policy.paths = 0 }),
        Mutant("ASY-H4/paths-to-a-peer", .holder) { effect, party in
            guard case .releasePaths(let htlc_id, _) = effect, let path = party.pathToPeer() else { return effect }
            return .releasePaths(htlc_id: htlc_id, [path])
        },
        Mutant("ASY-M4/passes-on-what-is-gone", .holder { $0.policy.isOpen = { $0.state != .forwarded } }),
        Mutant("ASY-M4/passes-on-what-has-ended", .holder { $0.policy.endsTooSoon = { _, _ in false } }),
        Mutant("ASY-M4/does-not-wait-for-both-sides", .holder { $0.policy.mayForward = { !$0.hold || $0.isReleased } }),
        Mutant("ASY-M4/passes-on-at-each-release", .holder) { event, party in
            let effects = party.take(event)
            guard party.message(.release_held_htlc, in: event) != nil, effects.containsNoPut,
                party.received(.release_held_htlc, over: .heldHTLC).count > 1
            else { return effects }
            return effects + [.forwardHTLC(htlc_id: 0)]
        },
        Mutant("ASY-M4/forgets-what-is-gone", .holder { $0.policy.stored = storing(\.state, .removed, as: .waiting) }),
        Mutant(
            "ASY-M4/forgets-what-was-passed-on",
            .holder { $0.policy.stored = storing(\.state, .forwarded, as: .waiting) }
        ),
    ]

    @Sendable
    private static func firstWaiting(_ htlcs: [UInt64: HeldHTLC]) -> UInt64? {
        htlcs.values.filter { $0.state == .waiting }.map(\.htlc_id).min()
    }
}

extension [PartyEffect] {
    fileprivate var containsNoPut: Bool { !contains { if case .put = $0 { true } else { false } } }
}

extension MutantBase {
    static let holder = holder { _ in }

    static func holder(_ change: @escaping @Sendable (inout HTLCHolder) -> Void) -> MutantBase {
        MutantBase("holder", HTLCHolder.init, change)
    }
}
