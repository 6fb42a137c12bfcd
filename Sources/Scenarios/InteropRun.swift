internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
package import Rules
internal import StrictJSON
internal import Wire

/// An implementation that plays a role among others.
package struct InteropParty: Sendable {
    package let port: any PartyPort
    package let declared: DeclaredCapabilities

    package init(_ port: any PartyPort, _ declared: DeclaredCapabilities) {
        self.port = port
        self.declared = declared
    }
}

/// One course with several implementations. The runner carries their messages, and judges each of them as in its own scenarios.
///
/// What happens in which order stands in `InteropRun+Phases.swift`.
package struct InteropRun: Sendable {
    let scenario: InteropScenario
    let depth: Depth
    let roles: [String]
    private var parties: [String: ScenarioExecutor] = [:]
    /// Paths that were given to others, with who is at the end of each.
    private var paths = PathRegistry()
    private var underway: [Underway] = []
    /// Who was handed a message to pass on, and has not done so.
    private var kept: [OnionMessage: String] = [:]
    /// What has come of each party in this phase: messages by their names, and events.
    private var shown: [String: Set<String>] = [:]
    /// Kinds of messages that were sent twice already.
    private var doubled: Set<String> = []
    var offline: Set<String> = []
    var now = ScenarioExecutor.beginning
    var step = 0
    private(set) var outcome = ScenarioOutcome()
    /// Invoices that the recipient has handed over.
    private var handedOver: Set<[UInt8]> = []
    /// What the payer has sent.
    var payments: [PaidHTLC] = []
    var offer: Offer?
    /// What the payer was given for its request; with salt and secret, what the receiver made.
    var invoice: NamedInvoice?
    /// The holder's paths for the release.
    var releasePaths: [BlindedPath] = []

    /// A message between two parties.
    private struct Underway {
        let from: String
        let to: String
        let event: JSONObject
        /// Whose message it is, and what is in it, where the runner can open it.
        let content: (origin: String, observed: ObservedMessage)?
        let isCopy: Bool
    }

    /// A party that goes no further, and why.
    struct Halt: Error {
        let role: String
        let halt: ScenarioHalt
    }

    package init(
        _ scenario: InteropScenario,
        depth: Depth,
        profile: Profile,
        spec: ScenarioSpec,
        parties: [String: InteropParty]
    ) {
        self.scenario = scenario
        self.depth = depth
        roles = scenario.course.roles(at: depth)
        for role in roles {
            guard let party = parties[role] else { continue }
            self.parties[role] = ScenarioExecutor(
                role,
                of: scenario.course,
                depth: depth,
                profile: profile,
                declared: party.declared,
                spec: spec,
                port: party.port
            )
        }
    }

    package mutating func run() async -> ScenarioOutcome {
        do throws(Halt) {
            try await play()
        } catch {
            if let party = parties[error.role] { outcome.end = party.end(error.halt).naming(error.role) }
        }
        for role in roles { finish(role) }
        return outcome
    }

    private mutating func finish(_ role: String) {
        guard var party = parties[role] else { return }
        party.finishInterop()
        outcome.readings += party.outcome.readings.filter { shown in
            !outcome.readings.contains { $0.alternative == shown.alternative }
        }
        for violation in party.outcome.violations { outcome.add(violation, of: role) }
        if outcome.end == .finished, outcome.violations.contains(where: { !$0.isGeneral }) { outcome.end = .broken }
    }

    // MARK: Parties

    /// Has one of them do something, or does something to it; and takes in what it sends.
    @discardableResult
    mutating func with<Result: Sendable>(
        _ role: String,
        _ act: (inout ScenarioExecutor) async throws -> Result
    ) async throws(Halt) -> Result {
        guard var party = parties.removeValue(forKey: role) else {
            throw Halt(role: role, halt: .scenarioError("nobody plays the \(role)"))
        }
        party.step = step
        party.now = now
        party.pathRegistry = paths
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await act(&party)) } catch { result = .failure(error) }
        let halt = take(&party, role)
        parties[role] = party
        switch result {
        case .success(let value):
            if let halt { throw Halt(role: role, halt: halt) }
            return value
        case .failure(let error as ScenarioHalt): throw Halt(role: role, halt: error)
        case .failure(let error): throw Halt(role: role, halt: .scenarioError("\(error)"))
        }
    }

    func party(_ role: String) -> ScenarioExecutor? { parties[role] }

    /// Takes over what a party has sent and reported, and judges its messages.
    private mutating func take(_ party: inout ScenarioExecutor, _ role: String) -> ScenarioHalt? {
        let name = ScenarioExecutor.actorName(role)
        for sent in party.outbox ?? [] { take(sent, of: party, name) }
        party.outbox = []
        var halt: ScenarioHalt?
        for observed in party.observedMessages {
            do throws(ScenarioHalt) {
                _ = try party.check(observed)
            } catch {
                halt = halt ?? error
            }
        }
        party.observedMessages = []
        for event in party.events {
            shown[role, default: []].insert(event.name)
            if event.name == "pay.htlc", let payment = try? PaidHTLC(event, party.profile) { payments.append(payment) }
        }
        party.events.removeAll { $0.name != "pay.htlc" && !$0.name.hasPrefix("htlc.") && !$0.name.hasPrefix("holder.") }
        for entry in party.outcome.transcript.entries { outcome.transcript.add(entry.naming(name)) }
        party.outcome.transcript = Transcript()
        if halt == nil, party.outcome.violations.contains(where: { !$0.isGeneral }) { halt = .broken }
        return halt
    }

    private mutating func take(_ sent: SentMessage, of party: ScenarioExecutor, _ name: String) {
        if let observed = sent.observed {
            shown[party.role, default: []].insert(observed.name(party.profile))
            for path in party.paths(in: observed) { give(path, "a path of the \(name)", party) }
            noteInvoice(observed, party)
        }
        let message = OnionMessage(sent.event)
        if let message { kept[message] = nil }
        guard let to = addressee(of: sent.event, party) else { return }
        if offline.contains(name) || offline.contains(to) { return }
        let content = sent.observed.map { (origin: name, observed: $0) } ?? message.flatMap { relayed[$0] }
        underway.append(Underway(from: name, to: to, event: sent.event, content: content, isCopy: false))
    }

    /// What is in messages that are passed on.
    private var relayed: [OnionMessage: (origin: String, observed: ObservedMessage)] = [:]

    private func addressee(of event: JSONObject, _ party: ScenarioExecutor) -> String? {
        if let to = event["to"]?.string {
            return party.network.actors.values.first { $0.node_id.hex == to }?.name
        }
        let over = event["over"]?.string.flatMap { try? Hex.decode($0) }
        return over.flatMap { paths.entry(encoding: $0)?.owner }
    }

    /// Makes a path known to all.
    mutating func give(_ path: BlindedPath, _ name: String, _ party: ScenarioExecutor) {
        guard paths.entry(encoding: path.encoding) == nil, let owner = party.owner(of: path) else { return }
        paths.add(path, name, owner: owner)
    }

    mutating func give(_ given: [BlindedPath], _ name: String, of role: String) {
        guard let party = parties[role] else { return }
        for path in given { give(path, name, party) }
    }

    /// The server serves what the recipient has handed over, unchanged (B66-SRV-1).
    private mutating func noteInvoice(_ observed: ObservedMessage, _ party: ScenarioExecutor) {
        guard let content = observed.payload.content else { return }
        switch (party.role, observed.name(party.profile)) {
        case ("recipient", "serve_static_invoice"):
            if let bytes = party.invoiceBytes(in: content) { handedOver.insert(bytes) }
        case ("server", "static_invoice") where !handedOver.contains(Array(content.value)):
            outcome.add(
                Violation(
                    ["B66-SRV-1"],
                    step: step,
                    "the invoice for the payer is none that the recipient handed over"
                ),
                of: "server"
            )
        default: break
        }
    }

    // MARK: The network

    /// Carries what is underway, and what comes of it, until everybody is at rest.
    mutating func carry() async throws(Halt) {
        var count = 0
        while !underway.isEmpty {
            count += 1
            guard count <= Self.mostMessages else {
                let role = role(of: underway[0].from)
                let detail = "the parties send each other messages without an end; the last is of the \(role)"
                try await with(role) { $0.addViolation(["B66-NU-1"], detail) }
                return
            }
            try await carry(underway.removeFirst())
        }
    }

    private static let mostMessages = 300

    private mutating func carry(_ message: Underway) async throws(Halt) {
        guard !offline.contains(message.to) else { return }
        let role = role(of: message.to)
        let sender = ScenarioActor(message.from)
        let packet = OnionMessage(message.event)
        let relay = try await with(role) { party in
            let relay = packet.flatMap { party.noteRelayed($0) }
            if let content = message.content, content.observed.to == party.network.underTest.name {
                party.noteArrival(content.observed, from: ScenarioActor(content.origin))
            }
            return relay
        }
        if let relay {
            relayed[relay.message] = message.content
            if let next = relay.peer, !offline.contains(next) { kept[relay.message] = role }
        }
        if let content = message.content, role == "payer", relay == nil {
            try await noteInvoiceOfPayer(content.observed)
        }
        let request = request(message, packet, from: sender)
        try await with(role) { party in try await party.tell(request.operation, request.input) }
        guard scenario.fault == .twice, !message.isCopy, relay == nil, let content = message.content,
            doubled.insert("\(content.origin) \(content.observed.payload.content?.type ?? 0)").inserted
        else { return }
        underway.append(
            Underway(from: message.from, to: message.to, event: message.event, content: content, isCopy: true)
        )
    }

    private func request(_ message: Underway, _ packet: OnionMessage?, from sender: ScenarioActor) -> (
        operation: String, input: JSON
    ) {
        guard let packet else {
            return (
                "om.deliver",
                ["over": message.event["over"] ?? .null, "onionmsg_tlv": message.event["onionmsg_tlv"] ?? .null]
            )
        }
        return (
            "net.deliver",
            [
                "from": .hex(sender.node_id.bytes), "path_key": .hex(packet.path_key),
                "packet": .hex(packet.onion_message_packet),
            ]
        )
    }

    /// The payer's steps speak of the invoice that it was given, and of the request that this answers.
    private mutating func noteInvoiceOfPayer(_ observed: ObservedMessage) async throws(Halt) {
        guard let content = observed.payload.content, observed.over != nil else { return }
        invoice = try await with("payer") { party in
            guard observed.name(party.profile) == "static_invoice" else { return party.names["invoice"]?.invoice }
            return party.noteStaticInvoice(Array(content.value), over: observed.over?.path)
        }
    }

    func role(of name: String) -> String { roles.first { ScenarioExecutor.actorName($0) == name } ?? name }

    /// One goes, or comes back.
    mutating func link(_ role: String, up: Bool) async throws(Halt) {
        let name = ScenarioExecutor.actorName(role)
        if up { offline.remove(name) } else { offline.insert(name) }
        for peer in party(role)?.peerNames ?? [] {
            for (one, other) in [(role, peer), (self.role(of: peer), name)] {
                try await with(one) { party in
                    if up { party.linksDown.remove(other) } else { party.linksDown.insert(other) }
                    try await party.tellLink(other, up: up)
                }
            }
        }
    }

    // MARK: What is due

    /// Something that a party has to send or to report.
    struct Due {
        let role: String
        /// A message's name, or an event's.
        let kind: String
        let requirement: RequirementID

        init(_ role: String, _ kind: String, _ requirement: RequirementID) {
            self.role = role
            self.kind = kind
            self.requirement = requirement
        }
    }

    mutating func beginPhase() {
        step += 1
        shown = [:]
    }

    /// All of it comes, at the latest when time goes on. The first that is missing is what is wrong: the rest follows from it.
    mutating func expect(_ due: [Due], carrying: Bool = true) async throws(Halt) {
        if carrying { try await carry() }
        for _ in 0..<Self.mostRounds where missing(due) != nil {
            let waiting = carrying ? roles : roles.filter { role in due.contains { $0.role == role } }
            try await tick(waiting)
            if carrying { try await carry() }
        }
        guard let missing = missing(due) else { return }
        if let (_, keeper) = kept.first {
            try await blame(keeper, "OM-R13", "a message for somebody else was not passed on")
        }
        try await blame(missing.role, missing.requirement, "expected \(missing.kind) of the \(missing.role)")
    }

    mutating func blame(_ role: String, _ requirement: RequirementID, _ detail: String) async throws(Halt) {
        try await with(role) { $0.addViolation([requirement], detail) }
    }

    private static let mostRounds = 3

    private func missing(_ due: [Due]) -> Due? { due.first { !(shown[$0.role]?.contains($0.kind) ?? false) } }

    /// A minute passes for all, and these have their timers run.
    mutating func tick(_ ticking: [String]) async throws(Halt) {
        now += 60
        let moment = now
        for role in roles { try await with(role) { try await $0.tell("clock.set", ["now": .decimal(moment)]) } }
        for role in ticking where !offline.contains(ScenarioExecutor.actorName(role)) {
            try await with(role) { try await $0.tickOnce() }
        }
    }
}

extension ScenarioOutcome {
    fileprivate mutating func add(_ violation: Violation, of role: String) {
        let named = Violation(
            violation.requirements,
            step: violation.step,
            "\(role): \(violation.detail)",
            isGeneral: violation.isGeneral
        )
        if !violations.contains(named) { violations.append(named) }
    }
}

extension ScenarioOutcome.End {
    /// With the party's role in the sentence.
    fileprivate func naming(_ role: String) -> ScenarioOutcome.End {
        switch self {
        case .finished, .broken: self
        case .notExercised(let reason): .notExercised("\(role): \(reason)")
        case .skipped(let reason): .skipped("\(role): \(reason)")
        case .adapterError(let step, let detail): .adapterError(step: step, "\(role): \(detail)")
        case .fault(let step, let fault): .fault(step: step, Fault(fault.kind, "\(role): \(fault.detail)"))
        case .stopped(let detail): .stopped("\(role): \(detail)")
        case .scenarioError(let step, let detail): .scenarioError(step: step, "\(role): \(detail)")
        }
    }
}

extension Transcript.Entry {
    /// With the party's name where an executor says who is under test.
    fileprivate func naming(_ name: String) -> Transcript.Entry {
        let named = { (actor: String?) in actor == ScenarioActor.underTest ? name : actor }
        return Transcript.Entry(step: step, from: named(from), to: named(to), what: what, fields: fields)
    }
}

extension OnionMessage {
    /// From a `net.send`.
    fileprivate init?(_ event: JSONObject) {
        guard let path_key = event["path_key"]?.string, let packet = event["packet"]?.string,
            let key = try? Hex.decode(path_key), let bytes = try? Hex.decode(packet)
        else { return nil }
        self.init(path_key: key[...], onion_message_packet: bytes[...])
    }
}

extension PublicKey {
    fileprivate var hex: String { Hex.encode(bytes) }
}

extension NamedValue {
    fileprivate var invoice: NamedInvoice? { if case .invoice(let invoice) = self { invoice } else { nil } }
}
