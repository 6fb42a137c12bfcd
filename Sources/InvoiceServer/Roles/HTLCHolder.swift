internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// A payer's peer that keeps an HTLC back until the recipient is there (PR 1149 on BOLT 2, `hold_htlc`).
///
/// Each step is written before it shows. What a write changes is seen by what was written before it, so that a write that failed and
/// another that did not together do the right thing once.
package struct HTLCHolder: NodeParty {
    package var node: PartyNode
    package var checks = HTLCHolderChecks()
    package var policy = HTLCHolderPolicy()

    /// What is written.
    private var htlcs: [UInt64: HeldHTLC] = [:]
    /// What is being written, in order.
    private var writes = OpenWrites<HeldHTLC>()

    package init(_ configuration: PartyConfiguration) {
        node = PartyNode(configuration)
        for value in configuration.store.values {
            if let htlc = HeldHTLC(record: value) { htlcs[htlc.htlc_id] = htlc }
        }
    }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .htlcAdded(let htlc): return try add(htlc)
            case .htlcCommitted(let htlc_id): return change(htlc_id) { $0.isCommitted = true }
            case .htlcRemoved(let htlc_id): return change(htlc_id) { $0.state = .removed }
            case .height(let height):
                node.height = height
                return failWhatEnds()
            case .message(let message): return try release(message, now)
            case .stored(let put, let result): return try finish(put, result)
            case .link(let peer, let isUp):
                peerTable.link(peer, isUp: isUp)
                return []
            default: return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    // MARK: HTLCs

    /// One that is known is sent again after a reconnection (BOLT 2: its id is ignored then); so are its paths.
    private mutating func add(_ htlc: AddedHTLC) throws(Finding) -> [PartyEffect] {
        if let known = htlcs[htlc.htlc_id] { return try releasePaths(known) }
        guard latest(htlc.htlc_id) == nil else { return [] }
        return [put(HeldHTLC(htlc))]
    }

    /// What is over stays as it is. One that may go on now does, unless it ends too soon.
    private mutating func change(_ htlc_id: UInt64, _ change: (inout HeldHTLC) -> Void) -> [PartyEffect] {
        guard var htlc = latest(htlc_id), policy.isOpen(htlc) else { return [] }
        change(&htlc)
        if policy.isOpen(htlc), policy.mayForward(htlc) {
            htlc.state = policy.endsTooSoon(htlc, node.height) ? .failed : .forwarded
        }
        return [put(htlc)]
    }

    private mutating func failWhatEnds() -> [PartyEffect] {
        let ending = htlcs.keys.sorted().compactMap(latest).filter { [policy, node] htlc in
            htlc.state == .waiting && policy.endsTooSoon(htlc, node.height)
        }
        return ending.flatMap { change($0.htlc_id) { $0.state = .failed } }
    }

    /// As it is written, or will be.
    private func latest(_ htlc_id: UInt64) -> HeldHTLC? {
        writes.values.last { $0.htlc_id == htlc_id } ?? htlcs[htlc_id]
    }

    // MARK: The release

    /// It lets go the HTLC that its path was made for, and no other (ASY-H2). One that comes before both sides have committed to the
    /// HTLC is remembered (ASY-H3).
    private mutating func release(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        guard try Message.read(.releaseHeldHTLC, message.content, profile, &validation) != nil else {
            throw Finding("OM-R8", "onion.payload", "record \(message.content.type) is not a message for a holder")
        }
        let sealed = SealedContext(message.context, key: paths.contextKey, now: now)
        try validation.apply(checks.releasePath, to: sealed)
        guard let htlc_id = policy.htlcOfRelease(sealed.context?.discriminator ?? [], htlcs),
            let htlc = latest(htlc_id), policy.isOpen(htlc), policy.takesRelease(htlc)
        else {
            throw Finding("ASY-H2", .context, "no HTLC waits for this release")
        }
        return change(htlc_id) { $0.isReleased = true }
    }

    /// One or more paths to this node, each with the HTLC sealed in it (ASY-H4, ASY-H7).
    private mutating func releasePaths(_ htlc: HeldHTLC) throws(Finding) -> [PartyEffect] {
        guard htlc.hold, htlc.state == .waiting else { return [] }
        let context = PathContext(.heldHTLC, discriminator: htlc.htlc_id.bigEndianBytes)
        var made: [BlindedPath] = []
        for _ in 0..<policy.paths {
            // They begin here: a peer may be the payer, who goes.
            made.append(try paths.messagePath(context, session_key: randomness.secretKey()))
        }
        return [.releasePaths(htlc_id: htlc.htlc_id, made)]
    }

    // MARK: Writes

    private mutating func put(_ htlc: HeldHTLC) -> PartyEffect {
        let record = StorePut.Record(key: "htlc/\(htlc.htlc_id)", value: policy.stored(htlc).record)
        return .put(StorePut(put: writes.begin(htlc), records: [record]))
    }

    /// What was not written has not happened.
    private mutating func finish(_ put: UInt64, _ result: StoreResult) throws(Finding) -> [PartyEffect] {
        guard let htlc = writes.end(put), result == .ok else { return [] }
        let before = htlcs.updateValue(htlc, forKey: htlc.htlc_id)
        guard before?.state != htlc.state else { return [] }
        switch htlc.state {
        case .waiting: return try releasePaths(htlc)
        case .forwarded: return [.forwardHTLC(htlc_id: htlc.htlc_id)]
        case .failed: return [.failHTLC(htlc_id: htlc.htlc_id)]
        case .removed: return []
        }
    }
}
