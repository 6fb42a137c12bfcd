internal import Rules

/// What each role is there for. Who does not do it at all is blamed for that, whatever rule the step is about: a server that
/// never answers has not mixed up its slots.
package enum OrdinaryRequirement {
    /// - `kind`: of a message, the name of an event, or `offer`, what a recipient gives out.
    static func of(_ kind: String, _ role: String) -> RequirementID? { table[role]?[kind] }

    /// All kinds that a role is there for.
    package static func kinds(_ role: String) -> Set<String> { Set(table[role, default: [:]].keys) }

    private static let table: [String: [String: RequirementID]] = [
        "server": [
            "offer_paths": "B66-OPR-R2", "static_invoice_persisted": "B66-SSI-R4", "static_invoice": "B66-SRV-1",
            "invoice_request": "B66-SRV-2a", "wake": "B66-SRV-2b",
        ],
        "recipient": [
            "serve_static_invoice": "B66-OP-R3", "offer": "B66-SIP-R2", "invreq_received": "B66-SSI-S2",
            "release_held_htlc": "ASY-S1", "htlc.claim": "ASY-R1",
        ],
    ]
}

extension ScenarioExecutor {
    /// Nothing of these kinds came where something was due. Who sent something to nowhere was not silent, and has broken what the
    /// step is about.
    mutating func failMissing(_ kinds: [String], _ detail: String) throws(ScenarioHalt) {
        let ordinary = kinds.compactMap { OrdinaryRequirement.of($0, role) }.first
        if let ordinary, seenKinds.isDisjoint(with: kinds), lost.isEmpty {
            addViolation([ordinary], detail)
            throw .broken
        }
        try fail(detail)
    }
}
