internal import InvoiceServer
internal import Lightning
internal import Rules
internal import Wire

/// A node that passes messages on: what it drops, to whom it sends, with which key.
extension MutantRegistry {
    static let forwarder: [Mutant] = [
        Mutant("OM-R13/passes-nothing-on", .forwarder) { event, party in
            if case .packet = event { return [] }
            return party.take(event)
        },
        Mutant(
            "OM-R5/knows-no-channels",
            .forwarder {
                $0.policy.nextHop = { peeled in
                    if case .node? = peeled.onward?.nextHop { return peeled.onward?.nextHop }
                    return nil
                }
            }
        ),
        Mutant(
            "OM-R6/same-path-key",
            .forwarder { $0.policy.nextPathKey = { peeled, _ in peeled.unblinding.secret.E } }
        ),
        Mutant(
            "RB-E3/override-passed-over",
            .forwarder {
                $0.policy.nextPathKey = { peeled, _ throws(Finding) in try peeled.unblinding.secret.nextE() }
            }
        ),
        Mutant("OM-R3/records-beside-the-data", .forwarder { $0.checks = $0.checks.without("OM-R3") }),
        Mutant("OM-R4/path-id-of-a-relay", .forwarder { $0.checks = $0.checks.without("OM-R4") }),
        passingOn("OD-1/passes-on-what-it-cannot-read"),
        passingOn("OD-2/passes-on-what-it-cannot-read"),
        passingOn("OD-3/passes-on-what-it-cannot-read"),
        passingOn("OD-5/passes-on-what-it-cannot-read"),
        passingOn("OM-R1/passes-on-what-it-cannot-read"),
        passingOn("OM-R2/passes-on-what-it-cannot-read"),
        passingOn("RB-E2/passes-on-what-it-cannot-read"),
        passingOnWithoutNext,
    ]

    /// What must be dropped for the mutant's requirement goes on as it came, to the first peer.
    private static func passingOn(_ name: String) -> Mutant {
        let requirement = RequirementID(String(name.prefix { $0 != "/" }))
        return Mutant(name, .forwarder) { event, party in
            passingOn(event, &party) { $0.requirement == requirement }
        }
    }

    private static let passingOnWithoutNext = Mutant("OM-R5/passes-on-to-anybody", .forwarder) { event, party in
        passingOn(event, &party) { $0.requirement == "OM-R5" }
    }

    @Sendable
    private static func passingOn(
        _ event: PartyEvent,
        _ party: inout OriginalParty,
        _ isPassedOver: (Finding) -> Bool
    ) -> [PartyEffect] {
        let effects = party.take(event)
        guard case .packet(let incoming) = event, case .ignored(let finding)? = effects.first, isPassedOver(finding),
            let peer = party.configuration.peers.first
        else { return effects }
        let message = OnionMessage(path_key: incoming.path_key[...], onion_message_packet: incoming.packet[...])
        let forwarded = ForwardedOnionMessage(
            onionmsg_tlv: TLVStream(sorting: []),
            next: .node(peer.bytes[...]),
            message: message
        )
        return [.forward(forwarded)]
    }
}

extension MutantBase {
    static let forwarder = forwarder { _ in }

    static func forwarder(_ change: @escaping @Sendable (inout Forwarder) -> Void) -> MutantBase {
        MutantBase("forwarder", Forwarder.init, change)
    }
}
