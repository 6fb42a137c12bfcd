internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
package import Rules
internal import StrictJSON
internal import Wire

/// One run of a scenario: the runner's side of it.
package struct ScenarioExecutor: Sendable {
    let scenario: Scenario
    let role: String
    let profile: Profile
    let declared: DeclaredCapabilities
    let spec: ScenarioSpec
    /// What the scenario and its steps name.
    private let named: Set<RequirementID>
    let port: any PartyPort
    var network: ScenarioNetwork
    /// Actors who are no peers of the party.
    let strangers: Set<String>
    /// As `init` names it.
    let chain: Bytes32
    var now = Self.beginning
    var entropy: SeededRandomness
    var pathRegistry = PathRegistry()
    var names = NamedValues()
    /// What came and was not taken by a step yet.
    var observedMessages: [ObservedMessage] = []
    var events: [ReportedEvent] = []
    /// Kinds of messages and events that have come, taken or not, in this scenario or in one before it.
    package var seenKinds: Set<String> = []
    /// Why messages reached nobody.
    var lost: [String] = []
    var linksDown: Set<String> = []
    var isHeld = false
    var pendingPuts: [PendingPut] = []
    var stored = JSONObject()
    /// Writes that the party was told to be done.
    var writes = 0
    /// A write of the party was refused.
    var hasRefusedWrite = false
    var boots = 0
    /// The number of the step, from 1.
    var step = 0
    /// The step's own requirements, or the scenario's.
    var stepRequirements: [RequirementID] = []
    /// The party's paths by their first path keys.
    var pathKeys: [[UInt8]: BlindedPath] = [:]
    /// Names of messages that did not come and need not: steps that refer to them are left out.
    var absent: Set<String> = []
    /// Bytes that the party stored at the last `stats` step with a name.
    var storedBytes: UInt64?
    var outcome = ScenarioOutcome()
    /// What gave occasion for the party's messages, and what is unasked among them.
    var occasions = Occasions()
    var unasked: [Violation] = []
    /// Offer paths that were sent to the party, and invoices that it handed over.
    var sentOfferPaths: [SentOfferPaths] = []
    var handedOver: [HandedOverInvoice] = []
    /// The recipient's slots and offers, by the reply paths of what it asked for and handed over.
    var slotOfReply: [[UInt8]: UInt16] = [:]
    var offerOfReply: [[UInt8]: Offer] = [:]
    /// The paths of the offer whose invoice was acknowledged last, for each slot.
    var servedOffers: [UInt16: [BlindedPath]] = [:]
    /// The reply paths of requests that were sent, by their bytes.
    var replyPaths: [[UInt8]: [BlindedPath]] = [:]
    /// The channels of the party as they are.
    var openChannels: [PartyChannel] = []
    /// Answers of the party so far, each with the names of its events.
    var answers: [[String]] = []
    var interruption: Interruption?
    /// After a kill: what came before it is looked at.
    var isLookingBack = false
    /// The party has answered no sooner than at a tick.
    var answersAtTicks = false
    /// For a payer of static invoices.
    var payer = PayerScenarioState()
    /// For the node that holds a payer's HTLC.
    var holder = HolderScenarioState()
    /// Of the chain.
    var height = Self.height
    /// For the scheme of salt and secret.
    var salt: SaltScenarioState
    /// What was sent and not carried yet, where the other parties are implementations too; `nil` where the runner plays them.
    var outbox: [SentMessage]?

    /// 2026-01-01.
    static let beginning: UInt64 = 1_767_225_600

    package init(
        _ scenario: Scenario,
        role: String,
        depth: Depth,
        profile: Profile,
        declared: DeclaredCapabilities,
        spec: ScenarioSpec,
        port: any PartyPort
    ) {
        self.scenario = scenario
        self.role = role
        // What a forwarder passes on is for others, who know what it may not.
        var profile = profile
        if role == "forwarder" { profile.onion_message_types.known = Set(Profile.Message.allCases) }
        self.profile = profile
        self.declared = declared
        self.spec = spec
        named = Set(scenario.requirements + scenario.allSteps.flatMap(\.allRequirements))
        self.port = port
        let actorNames = scenario.actors(role: role)
        let actors = Dictionary(uniqueKeysWithValues: actorNames.map { ($0, ScenarioActor($0)) })
        let channel = actors[Self.channelPeer(role)].map { PartyChannel(peer: $0) }
        salt = SaltScenarioState(scenario, role: role)
        chain = scenario.chain.hash
        let crowd = Set(scenario.crowd)
        let strangers = crowd.union(scenario.far)
        self.strangers = strangers
        network = ScenarioNetwork(
            depth: depth,
            profile: profile,
            underTest: ScenarioActor(ScenarioActor.underTest),
            actors: actors,
            far: strangers,
            graph: ScenarioGraph(
                underTest: ScenarioActor(ScenarioActor.underTest),
                peers: actors.values.filter { !strangers.contains($0.name) },
                strangers: actors.values.filter { strangers.contains($0.name) && !crowd.contains($0.name) },
                crowd: actors.values.filter { crowd.contains($0.name) }
            )
        )
        openChannels = role == "server" ? [] : [channel].compactMap(\.self)
        if role == "forwarder" {
            openChannels = actorNames.sorted().compactMap { actors[$0].map { PartyChannel(peer: $0) } }
        }
        entropy = SeededRandomness(seed: "\(scenario.id) \(profile.name)")
    }

    /// With whom a recipient under test has a channel.
    static let channelPeer = "server"

    /// With whom a receiver of the scheme of salt and secret has one.
    static func channelPeer(_ role: String) -> String { role == "salt-receiver" ? "counterparty" : channelPeer }

    func end(_ halt: ScenarioHalt) -> ScenarioOutcome.End {
        switch halt {
        case .broken: .broken
        case .ended, .interrupted: .finished
        case .notExercised(let reason): .notExercised(reason)
        case .skipped(let reason): .skipped(reason)
        case .adapterError(let detail): .adapterError(step: step, detail)
        case .port(.fault(let fault)): .fault(step: step, fault)
        case .port(.stop(let detail)): .stopped(detail)
        // After a violation a step may find nothing under a name, and that is the party's doing.
        case .scenarioError(let detail): outcome.violations.isEmpty ? .scenarioError(step: step, detail) : .broken
        }
    }

    mutating func take(_ step: Step) async throws(ScenarioHalt) {
        self.step += 1
        stepRequirements = step.requirements.isEmpty ? scenario.requirements : step.requirements
        guard !step.source.names(absent) else {
            absent.formUnion(step.newNames.filter { names[$0] == nil })
            record(from: nil, to: nil, "left out: \(step.source["do"]?.string ?? "")", [:])
            return
        }
        record(step)
        try await perform(step.action)
    }

    mutating func execute(_ steps: [Step], rounds: Int) async throws(ScenarioHalt) {
        for round in 0..<max(0, rounds) {
            for step in steps {
                try await take(try step.inRound(round))
            }
        }
    }

    // MARK: Violations

    /// Notes that the step's requirements are broken.
    mutating func addViolation(_ detail: String) { addViolation(stepRequirements, detail) }

    mutating func addViolation(_ requirements: [RequirementID], _ detail: String) {
        let isGeneral = requirements.allSatisfy { spec.isAdvice($0) && !named.contains($0) }
        let violation = Violation(requirements, step: step, detail, isGeneral: isGeneral)
        if !outcome.violations.contains(violation) { outcome.violations.append(violation) }
    }

    // MARK: Readings

    /// Notes which alternative of a reading the party has taken.
    mutating func show(_ alternative: ReadingAlternative, _ requirements: [RequirementID]) {
        guard !outcome.readings.contains(where: { $0.alternative == alternative }) else { return }
        let isTaken = spec.taken(alternative.reading) == alternative
        outcome.readings.append(
            ShownReading(alternative: alternative, isTaken: isTaken, requirements: requirements, step: step)
        )
    }

    // MARK: Transcript

    mutating func record(from: String?, to: String?, _ what: String, _ fields: JSONObject) {
        outcome.transcript.add(Transcript.Entry(step: step, from: from, to: to, what: what, fields: fields))
    }

    private mutating func record(_ step: Step) {
        let members = step.source.members.filter { !["do", "why", "requirement", "steps"].contains($0.key) }
        let fields = JSONObject(members.map { ($0.key, $0.value) })
        record(from: nil, to: nil, step.source["do"]?.string ?? "", fields)
    }
}

extension Step {
    /// The step of a round: `#` in its words is the round's number.
    func inRound(_ round: Int) throws(ScenarioHalt) -> Step {
        do {
            return try Step(JSONReader(JSON.object(source).replacingHash(round), path: "step"))
        } catch {
            throw .scenarioError("\(error)")
        }
    }
}

extension JSON {
    fileprivate func replacingHash(_ round: Int) -> JSON {
        switch self {
        case .string(let text):
            .string(text.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\(round)"))
        case .array(let elements): .array(elements.map { $0.replacingHash(round) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, $0.value.replacingHash(round)) }))
        default: self
        }
    }
}

extension Scenario {
    /// Everybody whom the runner plays.
    func actors(role: String) -> [String] {
        var names = Set<String>()
        if role == "recipient" || role == "salt-receiver" { names.insert(ScenarioExecutor.channelPeer(role)) }
        names.formUnion(far)
        names.formUnion(crowd)
        for step in allSteps { step.source.addActors(to: &names) }
        names.formUnion(bystanders)
        names.remove(ScenarioActor.underTest)
        return names.sorted()
    }
}

extension Scenario {
    /// Nodes that have the number of a round in their names: there are many of them, so that they have channels with the party's peers
    /// alone.
    var crowd: [String] { allSteps.flatMap(\.source.crowd) }
}

extension JSONObject {
    /// Members of steps that name actors.
    private static let actorMembers = ["client", "by", "from", "peer", "receiver", "signer", "node"]

    /// Of a step that repeats others so many times.
    fileprivate var crowd: [String] {
        guard let times = self["times"]?.integer else { return [] }
        let rounds = times + (self["plus"]?.integer ?? 0)
        let steps = self["steps"]?.array ?? []
        let named = Set(steps.flatMap { step in Self.actorMembers.compactMap { step[$0]?.string } })
        return named.filter { $0.contains("#") }.sorted()
            .flatMap { name in (0..<max(0, rounds)).map { name.replacing("#", with: "\($0)") } }
    }

    /// Whether a step refers to one of these, or to a part of it.
    func names(_ absent: Set<String>) -> Bool {
        members.contains { member in
            guard member.key != "as", let text = member.value.string else { return false }
            return absent.contains(ValueReference(text).name)
        }
    }

    /// The members of steps that name actors.
    fileprivate func addActors(to names: inout Set<String>) {
        for member in Self.actorMembers {
            if let name = self[member]?.string, !name.contains("#") { names.insert(name) }
        }
        for name in (self["through"]?.array ?? []) + (self["pre_hops"]?.array ?? []) {
            if let name = name.string { names.insert(name) }
        }
        for step in (self["steps"]?.array ?? []) + (self["of"]?.array ?? []) { step.object?.addActors(to: &names) }
    }
}
