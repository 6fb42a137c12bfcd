internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
package import StrictJSON

/// What the adapter has declared, as far as scenarios depend on it.
package struct DeclaredCapabilities: Sendable {
    let capabilities: JSONObject

    package init(capabilities: JSONObject) { self.capabilities = capabilities }

    /// Whether it is true, or a number.
    package func has(_ capability: String) -> Bool {
        capabilities[capability] == .bool(true) || number(capability) != nil
    }

    /// A capability that is a number, as JSON number or decimal string.
    func number(_ capability: String) -> UInt64? {
        guard let value = capabilities[capability] else { return nil }
        return value.integer.flatMap { UInt64(exactly: $0) } ?? value.string.flatMap { UInt64($0) }
    }
}

/// A write that the party has asked for.
struct PendingPut: Sendable {
    let put: JSON
    /// Key, and value unless the key is to be deleted.
    let records: [(key: String, value: JSON?)]
}

/// A thing that the party reported and that is no message.
struct ReportedEvent: Sendable {
    let name: String
    let members: JSONObject
}

/// Why a scenario goes no further.
enum ScenarioHalt: Error {
    case notExercised(String)
    /// The party's adapter answered `skip`.
    case skipped(String)
    case adapterError(String)
    case port(PortFailure)
    /// An expectation is not met; it has been noted.
    case broken
    /// A row of `expect_any` said so: what comes later does not hold for what the party did.
    case ended
    /// It is time to kill the party.
    case interrupted
    case scenarioError(String)
}

extension ScenarioExecutor {
    // MARK: Requests

    /// Puts a request, takes in its events, and has the party drain what it has begun.
    mutating func tell(_ operation: String, _ input: JSON = [:]) async throws(ScenarioHalt) {
        _ = try await ask(operation, input)
        _ = try await ask("barrier", [:])
    }

    /// For a party that does at its next tick what others do at once. One that has no timers is not asked.
    mutating func tickOnce() async throws(ScenarioHalt) {
        let answer: Answer
        do {
            answer = try await port.ask("tick", [:])
        } catch {
            throw .port(error)
        }
        guard case .accept(let out) = answer else { return }
        scanForLeaks(out)
        try takeUntilInterruption(out, "tick")
        try await confirmWrites()
        _ = try await ask("barrier", [:])
    }

    /// Puts a request and takes in its events.
    @discardableResult
    mutating func ask(_ operation: String, _ input: JSON) async throws(ScenarioHalt) -> JSONObject {
        let out = try await put(operation, input)
        try takeUntilInterruption(out, operation)
        try await confirmWrites()
        return out
    }

    private mutating func put(_ operation: String, _ input: JSON) async throws(ScenarioHalt) -> JSONObject {
        let answer: Answer
        do {
            answer = try await port.ask(operation, input)
        } catch {
            throw .port(error)
        }
        switch answer {
        case .accept(let out):
            scanForLeaks(out)
            return out
        case .skip(let detail): throw .skipped("\(operation) was skipped: \(detail)")
        case .error(let detail): throw .adapterError("\(operation): the adapter failed: \(detail)")
        case .reject(let reason, let detail):
            throw .adapterError("\(operation) was rejected (\(reason)) \(detail); stateful operations must be accepted")
        }
    }

    // MARK: Events

    private mutating func takeUntilInterruption(_ out: JSONObject, _ operation: String) throws(ScenarioHalt) {
        let events = out["events"]?.array ?? []
        guard let count = eventsBeforeInterruption(of: events, operation) else { return try take(out, operation) }
        var cut = out
        cut["events"] = .array(Array(events.prefix(count)))
        try take(cut, operation)
        throw .interrupted
    }

    private mutating func take(_ out: JSONObject, _ operation: String) throws(ScenarioHalt) {
        do {
            let given = try JSONReader(.object(out), path: "out").optional("events")?.elements() ?? []
            if given.count > Self.mostEvents {
                throw JSONShapeError(path: "out.events", "\(given.count) events, more than \(Self.mostEvents)")
            }
            for event in given { try take(event) }
        } catch {
            let fault = Fault(.protocolError, "the answer to \(operation): \(error)")
            throw .port(.fault(fault))
        }
    }

    private mutating func take(_ event: JSONReader) throws(JSONShapeError) {
        let name = try event.member("ev").string()
        switch name {
        case "net.send", "om.send":
            if try isPassedOn(event) { return }
            switch try network.receive(event, pathRegistry, linksDown: linksDown) {
            case .observed(var observed):
                observed.at = now
                observed.channels = openChannels
                seenKinds.insert(observed.name(profile))
                record(observed)
                scanForLeaks(observed)
                judgeOccasion(observed)
                outbox?.append(SentMessage(event: try event.object(), observed: observed))
                noteSlots(observed)
                notePayersMessage(observed)
                observedMessages.append(observed)
            case .dropped(let name):
                record(from: ScenarioActor.underTest, to: nil, "a message that \(name) drops", [:])
                salt.dropped.append(name)
            case .lost(let reason):
                record(from: ScenarioActor.underTest, to: nil, "an undeliverable message", ["why": .string(reason)])
                lost.append(reason)
                outbox?.append(SentMessage(event: try event.object(), observed: nil))
            }
        case "store.put":
            pendingPuts.append(try Self.put(event))
            record(from: ScenarioActor.underTest, to: "storage", name, [:])
        default:
            let members = JSONObject(try event.object().members.filter { $0.key != "ev" }.map { ($0.key, $0.value) })
            let reported = ReportedEvent(name: name, members: members)
            seenKinds.insert(name)
            judgeOccasion(reported)
            try judgePayment(reported)
            judgeHolder(reported)
            events.append(reported)
            record(from: ScenarioActor.underTest, to: nil, name, members)
        }
    }

    private static func put(_ event: JSONReader) throws(JSONShapeError) -> PendingPut {
        var records: [(key: String, value: JSON?)] = []
        for record in try event.member("records").elements() {
            records.append((try record.member("key").string(), try record.optional("value")?.value))
        }
        let put = try event.member("put")
        guard put.value.string != nil || put.value.integer != nil else {
            throw put.fail("a number or string is needed")
        }
        return PendingPut(put: put.value, records: records)
    }

    // MARK: Storage

    /// Acknowledges what is open, unless writes are held.
    mutating func confirmWrites() async throws(ScenarioHalt) {
        var confirmed = 0
        while !isHeld, !pendingPuts.isEmpty {
            try await settle(pendingPuts.removeFirst(), .ok)
            confirmed += 1
            if confirmed > Self.mostWrites {
                let detail = "each of \(confirmed) acknowledged writes was followed by another one"
                throw .port(.fault(Fault(.protocolError, detail)))
            }
        }
        noteWritten()
    }

    /// More than any party needs after one request.
    private static var mostWrites: Int { 1000 }
    private static var mostEvents: Int { 10_000 }

    /// Tells the party what became of a write.
    mutating func settle(_ open: PendingPut, _ result: Action.StoreResult) async throws(ScenarioHalt) {
        switch result {
        case .ok:
            write(open.records)
            writes += 1
        case .error: hasRefusedWrite = true
        case .torn: write(open.records.dropLast())
        }
        record(from: "storage", to: ScenarioActor.underTest, "store.ack", ["result": .string(result.rawValue)])
        let out = try await put("store.ack", ["put": open.put, "result": .string(result.rawValue)])
        try takeUntilInterruption(out, "store.ack")
    }

    private mutating func write(_ records: some Sequence<(key: String, value: JSON?)>) {
        for record in records { stored[record.key] = record.value }
    }

    // MARK: Beginnings

    /// Makes the party, with what is stored.
    mutating func initialise() async throws(ScenarioHalt) {
        boots += 1
        noteStart()
        let store = stored.members.map { ["key": .string($0.key), "value": $0.value] as JSON }
        var input: JSONObject = [
            "role": .string(role), "depth": .string(network.depth.rawValue),
            "node_key": .hex(network.underTest.node_key.bytes),
            "peers": .array(peers.map { .hex($0.node_id.bytes) }),
            "channels": .array(openChannels.map(\.json)),
            "graph": network.graph.json(without: network.underTest.node_id),
            "chain": .hex(chain), "now": .decimal(now), "height": .integer(Int64(height)),
            "seed": .hex(Hash.sha256(Array("\(scenario.id) \(boots)".utf8))),
        ]
        var limits = scenario.limits
        for member in salt.limits(role: role).members { limits[member.key] = member.value }
        if !limits.isEmpty { input["limits"] = .object(limits) }
        if [profile.blinded_path.final_hop_tag, profile.blinded_path.payment_final_hop_tag].contains(.receiveAuthKey) {
            input["receive_auth_key"] = .hex(network.underTest.receive_auth_key)
        }
        if boots > 1 { input["store"] = .array(store) }
        try await tell("init", .object(input))
    }

    private var peers: [ScenarioActor] {
        network.actors.values.filter { !strangers.contains($0.name) }.sorted { $0.name < $1.name }
    }

    /// Kills the party and makes it anew from what was acknowledged.
    mutating func kill(_ openWrites: Interruption.OpenWrites = .lost) async throws(ScenarioHalt) {
        for (index, open) in pendingPuts.enumerated() where openWrites != .lost {
            let isTorn = openWrites == .torn && index == pendingPuts.count - 1
            write(isTorn ? open.records.dropLast() : open.records[...])
        }
        pendingPuts = []
        occasions.excuseHandOvers()
        do {
            try await port.kill()
        } catch {
            throw .port(error)
        }
        try await initialise()
        for peer in linksDown.sorted() { try await tellLink(peer, up: false) }
    }

    mutating func tellLink(_ peer: String, up: Bool) async throws(ScenarioHalt) {
        guard let actor = network.actors[peer] else { throw .scenarioError("there is no actor \(peer)") }
        occasions.excuseHandOvers()
        let before = observedMessages.count + lost.count
        try await tell("net.link", ["peer": .hex(actor.node_id.bytes), "up": .bool(up)])
        judgeBurst(observedMessages.count + lost.count - before)
    }
}
