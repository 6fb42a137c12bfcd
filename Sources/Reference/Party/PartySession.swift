internal import InvoiceServer
internal import Lightning
internal import Primitives
package import Rules
package import StrictJSON

/// One party a process, driven by the stateful operations (`Spec/stateful-operations.md`).
package struct PartySession: Sendable {
    private let registry: PartyRegistry
    private let operationOfName: [String: PartyOperation]
    /// `nil` before `init`.
    private var party: RunningParty?

    private static let initialise = "init"

    package init(_ registry: PartyRegistry = .reference) {
        self.registry = registry
        let operations = PartyOperation.all.filter { operation in
            operation.roles.map { !$0.isDisjoint(with: registry.roles) } ?? !registry.roles.isEmpty
        }
        operationOfName = Dictionary(operations.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    package var roles: [String] { registry.roles }

    package var operations: [String] {
        registry.roles.isEmpty ? [] : ([Self.initialise] + operationOfName.keys).sorted()
    }

    /// What `hello` says of the roles.
    package var capabilities: JSONObject {
        guard !registry.roles.isEmpty else { return [:] }
        let limits = PartyLimits()
        let all: JSONObject = [
            "depths": .array(PartyDepth.allCases.map { .string($0.rawValue) }),
            "ext_store": true,
            "rng": true,
            "wake": true,
            "min_paths_lifetime": .integer(Int64(clamping: limits.min_paths_lifetime)),
            "refresh_s": .integer(Int64(clamping: limits.refresh_s)),
            "max_slots": .integer(Int64(clamping: limits.max_slots)),
            "max_invoice_bytes": .integer(Int64(clamping: limits.max_invoice_bytes)),
        ]
        return JSONObject(all.members.filter { !registry.undeclared.contains($0.key) }.map { ($0.key, $0.value) })
    }

    package func has(_ operation: String) -> Bool {
        operationOfName[operation] != nil || operation == Self.initialise && !registry.roles.isEmpty
    }

    /// Why messages were passed over since this was last asked: for people, and for tests.
    package mutating func takeNotes() -> [Finding] { party?.takeNotes() ?? [] }

    package mutating func perform(_ name: String, _ profile: Profile, _ input: JSON) -> Outcome {
        do {
            let reader = JSONReader(input, path: "in")
            if name == Self.initialise {
                party = try start(reader, profile)
                return .accept([:])
            }
            guard let operation = operationOfName[name] else { return .skip("there is no operation \"\(name)\"") }
            guard var running = party else { return .error("\(name) was called before init") }
            if let fault = Self.misplaced(operation, running) { return .error(fault) }
            let out = try operation.body(&running, reader)
            party = running
            return .accept(out)
        } catch {
            return .error("\(error)")
        }
    }

    private static func misplaced(_ operation: PartyOperation, _ party: RunningParty) -> String? {
        if let roles = operation.roles, !roles.contains(party.role) {
            return "\(operation.name) is not for the role \(party.role)"
        }
        if let depth = operation.depth, depth != party.depth {
            return
                "\(operation.name) is for \(depth.rawValue) depth, and the party was started at \(party.depth.rawValue)"
        }
        return nil
    }

    private func start(_ input: JSONReader, _ profile: Profile) throws(JSONShapeError) -> RunningParty {
        let role = try input.member("role")
        let name = try role.string()
        guard let factory = registry[name] else { throw role.fail("there is no role \"\(name)\" here") }
        let depth = try Self.depth(input.member("depth"), name)
        let now = try input.member("now").decimal()
        let seed = try input.member("seed").bytes32()
        var configuration = PartyConfiguration(
            profile: profile,
            node_key: try input.member("node_key").secretKey(),
            peers: try Self.list(input.member("peers")) { reader throws(JSONShapeError) in try reader.publicKey() },
            channels: try Self.list(input.member("channels")) { reader throws(JSONShapeError) in try Channel(reader) },
            graph: try NetworkGraph(try input.optional("graph")),
            chain: try input.member("chain").bytes32(),
            height: try input.optional("height")?.number(atMost: UInt64(UInt32.max)) ?? 0,
            pathsStartAtPeer: depth == .packet,
            limits: try PartyLimits(try input.optional("limits")),
            randomness: SeededRandomness(seed: []),
            store: try Self.store(input)
        )
        configuration.receive_auth_key = try input.optional("receive_auth_key")?.bytes32()
        return RunningParty(role: name, depth: depth, now: now, seed: seed, configuration, factory)
    }

    private static func depth(_ reader: JSONReader, _ role: String) throws(JSONShapeError) -> PartyDepth {
        guard let depth = PartyDepth(rawValue: try reader.string()) else {
            throw reader.fail("the depth is \"packet\" or \"payload\"")
        }
        // What the scheme of salt and secret puts beside a relay's record 4 is in onions alone.
        // What a forwarder does, it does to onions.
        guard depth == .packet || !role.hasPrefix("salt-") && role != "forwarder" else {
            throw reader.fail("the role \(role) is for packet depth")
        }
        return depth
    }

    private static func store(_ input: JSONReader) throws(JSONShapeError) -> [String: [UInt8]] {
        var store: [String: [UInt8]] = [:]
        for record in try input.optional("store")?.elements() ?? [] {
            store[try record.member("key").string()] = try record.member("value").hex()
        }
        return store
    }

    private static func list<Element>(
        _ reader: JSONReader,
        _ read: (JSONReader) throws(JSONShapeError) -> Element
    ) throws(JSONShapeError) -> [Element] {
        var list: [Element] = []
        for element in try reader.elements() { list.append(try read(element)) }
        return list
    }
}
