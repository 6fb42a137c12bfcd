package import Rules
internal import Primitives
internal import Wire

/// The rules for the writer of a blinded path (BOLT 4, "Route Blinding" and, for its hops' data, "Onion Messages" and
/// "`payload` format").
package enum BlindedPathChecks {
    /// What a path must be, whatever the way it was made.
    package static let all: [Check<DecryptedPath>] = [
        hasHops, introductionIsFirstHop, hopsAreKnown, hopsLeadOn, overrideAtJoin, dataOpens, nextHopNamed,
        noPaymentRecords,
    ]

    /// What it should be.
    package static let should: [Check<DecryptedPath>] = [equalLengths]

    /// What the hops of a path for payments must hold.
    package static let payment: [Check<DecryptedPath>] = [
        paymentRelay, paymentConstraints, heightsGrow, emptyFeatures,
    ]

    static let hasHops = Check<DecryptedPath>("RB-W1", .zeroHops) { path in
        .require(!path.hops.isEmpty, "the path has no hops")
    }

    static let introductionIsFirstHop = Check<DecryptedPath>("RB-W2", .semantic("introduction")) { path in
        guard case .pubkey(let introduction) = path.introduction else {
            return .notApplicable("the introduction node is named by a channel")
        }
        guard let first = path.hops.first?.node_id else { return .notApplicable("the first hop is not known") }
        return .require(
            introduction.elementsEqual(first.bytes),
            "the introduction node is \(Hex.encode(introduction)), the first hop is \(first.hex)"
        )
    }

    /// Together with the chain of keys: RB-W3 and RB-W4 have no other trace in a path.
    static let hopsAreKnown = Check<DecryptedPath>("RB-W5", .semantic("blinded_node_id")) { path in
        guard let index = path.hops.firstIndex(where: { $0.node_id == nil }) else { return .meets }
        return .fails("the blinded id of hop \(index) is none of the known nodes' under its path key")
    }

    static let hopsLeadOn = Check<DecryptedPath>("RB-W1", .semantic("next_node_id")) { path in
        for (index, (hop, next)) in zip(path.hops, path.hops.dropFirst()).enumerated() {
            guard let named = hop.data?.next_node_id, let node_id = next.node_id else { continue }
            if !named.elementsEqual(node_id.bytes) {
                return .fails("hop \(index) names \(Hex.encode(named)) as next, which is \(node_id.hex)")
            }
        }
        return .meets
    }

    static let overrideAtJoin = Check<DecryptedPath>("RB-W6", .semantic("next_path_key_override")) { path in
        for (index, (hop, next)) in zip(path.hops, path.hops.dropFirst()).enumerated() {
            guard let data = hop.data else { continue }
            let override = data.next_path_key_override
            guard override != nil || next.startsChain else { continue }
            guard let override, let path_key = next.path_key else {
                return .fails("hop \(index + 1) starts a chain of keys, and hop \(index) does not hold its first")
            }
            if !override.elementsEqual(path_key.bytes) {
                return .fails("hop \(index) holds another key in record 8 than hop \(index + 1) is made for")
            }
        }
        return .meets
    }

    static let equalLengths = Check<DecryptedPath>("RB-W8", .semantic("padding")) { path in
        let counts = Set(path.hops.map(\.count))
        return .require(counts.count <= 1, "the hops' data have different lengths: \(counts.sorted())")
    }

    static let dataOpens = Check<DecryptedPath>("RB-W9", "aead") { path in
        guard let index = path.hops.dropLast().firstIndex(where: { $0.data == nil && $0.node_id != nil }) else {
            return .meets
        }
        let isReceivers = path.hops[index].node_id == path.endsAt
        if path.mayHideFinalHops, isReceivers {
            return .notApplicable("from hop \(index) on, only the receiver can tell")
        }
        return .fails("the data of hop \(index) does not open with its rho, a zero nonce and no associated data")
    }

    static let nextHopNamed = Check<DecryptedPath>("RB-W11", .semantic("next_node_id")) { path in
        for (index, hop) in path.hops.dropLast().enumerated() where !hop.isDummy {
            guard let data = hop.data else { continue }
            if !data.hasNextHop { return .fails("hop \(index) is not the last and names no next hop") }
            let namesTwo = data.next_node_id != nil && data.short_channel_id != nil
            if path.purpose == .payment, namesTwo {
                return .fails("hop \(index) of a payment path names the next hop twice")
            }
        }
        return .meets
    }

    static let noPaymentRecords = Check<DecryptedPath>("RB-W12", .semantic("payment_relay")) { path in
        guard path.purpose == .message else { return .notApplicable("the path is made for payments") }
        for (index, hop) in path.hops.enumerated() {
            let found = [10, 12].first { hop.data?.decoded.contains($0) ?? false }
            if let found { return .fails("hop \(index) of a message path holds record \(found)") }
        }
        return .meets
    }

    static let paymentRelay = onEveryRelay("RB-P1", 10, "payment_relay")
    static let paymentConstraints = onEveryRelay("RB-P2", 12, "payment_constraints")

    /// A hop's height is that of the next one and what the hop itself may add.
    static let heightsGrow = Check<DecryptedPath>("RB-P2", .semantic("payment_constraints")) { path in
        guard path.purpose == .payment else { return .notApplicable("the path is made for messages") }
        for (index, (hop, next)) in zip(path.hops, path.hops.dropFirst()).enumerated() {
            guard let height = hop.data?.max_cltv_expiry, let nextHeight = next.data?.max_cltv_expiry else { continue }
            if height < nextHeight {
                return .fails("hop \(index) may be used up to \(height), the next up to \(nextHeight)")
            }
        }
        return .meets
    }

    private static func onEveryRelay(_ id: RequirementID, _ type: UInt64, _ name: String) -> Check<DecryptedPath> {
        Check<DecryptedPath>(id, .semantic(name)) { path in
            guard path.purpose == .payment else { return .notApplicable("the path is made for messages") }
            let index = path.hops.dropLast().firstIndex { !($0.data?.decoded.contains(type) ?? true) }
            guard let index else { return .meets }
            return .fails("hop \(index) of a payment path has no \(name)")
        }
    }

    static let emptyFeatures = Check<DecryptedPath>("RB-P3", .semantic("allowed_features")) { path in
        guard path.purpose == .payment else { return .notApplicable("the path is made for messages") }
        let index = path.hops.firstIndex { !($0.data?.decoded.stream[14] ?? []).isEmpty }
        guard let index else { return .meets }
        return .fails("hop \(index) of a payment path allows features")
    }

    /// Over paths that one node made: their first keys differ (RB-W13).
    package static let freshKeys = Check<[BlindedPath]>("RB-W13", .semantic("first_path_key")) { paths in
        .require(Set(paths.map(\.path_key)).count == paths.count, "two paths have the same first key")
    }
}

/// A path for payments with what its maker says it costs as a whole.
package struct PricedPath: Sendable {
    package let path: DecryptedPath
    package let total: PaymentRelay
    package let min_final_cltv_expiry_delta: UInt64

    package init(path: DecryptedPath, total: PaymentRelay, min_final_cltv_expiry_delta: UInt64) {
        self.path = path
        self.total = total
        self.min_final_cltv_expiry_delta = min_final_cltv_expiry_delta
    }

    package static let check = Check<PricedPath>("RB-P4", .semantic("blinded_payinfo")) { priced in
        let relays = priced.path.hops.dropLast().map { PaymentRelay($0.data?.decoded[10]) }
        let known = relays.compactMap(\.self)
        guard known.count == relays.count else { return .notApplicable("the hops' own fees are not known") }
        let total = PaymentRelay.total(
            of: known,
            min_final_cltv_expiry_delta: priced.min_final_cltv_expiry_delta
        )
        return .require(total == priced.total, "the totals are not those of the hops")
    }
}
