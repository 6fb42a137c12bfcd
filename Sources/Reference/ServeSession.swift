package import Rules
package import StrictJSON

/// The reference implementation as an adapter: one answer line for each request line (`Spec/adapter-protocol.md`).
package struct ServeSession: Sendable {
    /// Reads a profile's table; handed in, so that this module does not depend on the files of `Spec/`.
    package typealias ProfileDecoder = @Sendable (JSON, String) throws(JSONShapeError) -> Profile

    /// The longest line that is read, in bytes.
    package static let lineLimit = 16 * 1024 * 1024
    package static let protocolVersion: UInt64 = 1
    /// How long `repeat` may take.
    package static let repeatLimit: Duration = .seconds(60)

    private let table: OperationTable
    private var parties: PartySession
    private let version: String
    private let defaultProfile: String
    private let decodeProfile: ProfileDecoder
    private var profiles: [String: Profile]

    /// - `parties`: the roles that it can take.
    /// - `defaultProfile`: used for a request that names none; one of `profiles`.
    package init(
        table: OperationTable,
        parties: PartyRegistry = .reference,
        version: String,
        profiles: [String: Profile],
        defaultProfile: String,
        decodeProfile: @escaping ProfileDecoder
    ) {
        self.table = table
        self.parties = PartySession(parties)
        self.version = version
        self.profiles = profiles
        self.defaultProfile = defaultProfile
        self.decodeProfile = decodeProfile
    }

    /// Answers one line, without its newline. Never fails: what cannot be understood is answered with an error.
    package mutating func answer(_ line: some Collection<UInt8>) -> String {
        let request: JSON
        do {
            request = try JSON.parse(line)
        } catch  where error.isNumberOutOfRange {
            return Self.reply(Self.id(ofRounded: line), .error("the line has a number beyond 64 bits: \(error)")).line
        } catch {
            return Self.reply(.null, .error("the line is not JSON: \(error)")).line
        }
        let reply = self.answer(JSONReader(request, path: "request"))
        let text = reply.line
        return text.utf8.count <= Self.lineLimit ? text : Self.answer(inPlaceOfLong: reply)
    }

    /// Nobody need read a longer line than this reads itself.
    private static func answer(inPlaceOfLong long: JSON) -> String {
        reply(long["id"] ?? .null, .error("the answer would be longer than \(lineLimit) bytes")).line
    }

    /// The id of a request whose numbers cannot all be read, if it is an integer that a real number holds as it is.
    private static func id(ofRounded line: some Collection<UInt8>) -> JSON {
        guard case .real(let id)? = (try? JSON.parse(line, roundsIntegers: true))?["id"] else { return .null }
        guard abs(id) <= 0x1p53, let whole = Int64(exactly: id) else { return .null }
        return .integer(whole)
    }

    /// Why the implementation under test passed messages over since this was last asked: for the log.
    package mutating func takeNotes() -> [Finding] { parties.takeNotes() }

    /// The answer to a line that is longer than the limit.
    package static var answerToLongLine: String {
        reply(.null, .error("the line is longer than \(lineLimit) bytes and was skipped")).line
    }

    private mutating func answer(_ request: JSONReader) -> JSON {
        let id = Self.id(request.value)
        do {
            guard id != .null else { throw request.fail("the member \"id\" is missing or not a number") }
            let name = try request.member("op").string()
            let input = try request.member("in")
            _ = try input.object()
            if name == "hello" { return Self.reply(id, .accept(try hello(input))) }
            return try perform(id, name, input.value, request)
        } catch let error as JSONShapeError {
            return Self.reply(id, .error("\(error)"))
        } catch {
            return Self.reply(id, .error("\(error)"))
        }
    }

    private mutating func perform(_ id: JSON, _ name: String, _ input: JSON, _ request: JSONReader) throws -> JSON {
        let profileName = try request.optional("profile")?.string() ?? defaultProfile
        let count = try request.optional("repeat").map { repeats throws(JSONShapeError) in
            try repeats.number(atMost: 10_000_000)
        }
        guard let profile = profiles[profileName] else {
            return Self.reply(id, .skip("the profile \"\(profileName)\" is not known"))
        }
        if parties.has(name) {
            guard count == nil else { throw request.fail("repeat is for operations that remember nothing") }
            return Self.reply(id, parties.perform(name, profile, input))
        }
        guard let count else { return Self.reply(id, table.perform(name, profile, input)) }
        guard count > 0 else { throw request.fail("repeat is at least 1") }
        var outcome = Outcome.skip("")
        let clock = ContinuousClock()
        let start = clock.now
        for number in 1...count {
            outcome = table.perform(name, profile, input)
            // To look at the clock costs as much as the shortest operations, so not every time.
            if number.isMultiple(of: 64), clock.now - start > Self.repeatLimit {
                throw request.fail("\(number) repetitions took \(Self.repeatLimit) already; ask for fewer")
            }
        }
        return Self.reply(id, outcome, elapsed: clock.now - start)
    }

    private mutating func hello(_ input: JSONReader) throws -> JSONObject {
        let offered = try input.member("protocols").elements().map { try $0.number(atMost: .max) }
        guard offered.contains(Self.protocolVersion) else {
            throw input.fail("this adapter speaks protocol \(Self.protocolVersion), which is not among protocols")
        }
        for (name, table) in try input.optional("profiles")?.members() ?? [] {
            profiles[name] = try decodeProfile(table.value, table.path)
        }
        return [
            "protocol": .integer(Int64(Self.protocolVersion)),
            "implementation": [
                "name": "blip66 reference", "version": .string(version), "language": "Swift", "url": "",
            ],
            "operations": .array((table.names + parties.operations).map { .string($0) }),
            "roles": .array(parties.roles.map { .string($0) }),
            "profiles": .array(profiles.keys.sorted().map { .string($0) }),
            "capabilities": .object(capabilities),
        ]
    }

    private var capabilities: JSONObject {
        var capabilities = parties.capabilities
        capabilities["pipelining"] = 32
        return capabilities
    }

    /// The request's id, to be repeated in the answer; `null` when it has none of the right type.
    private static func id(_ request: JSON) -> JSON {
        request["id"]?.integer.map { .integer($0) } ?? .null
    }

    private static func reply(_ id: JSON, _ outcome: Outcome, elapsed: Duration? = nil) -> JSON {
        var reply: JSONObject = ["id": id, "outcome": .string(outcome.name)]
        switch outcome {
        case .accept(let out):
            reply["out"] = .object(out)
        case .reject(let finding):
            reply["reason"] = .string(finding.reason.rawValue)
            reply["detail"] = .string("\(finding.detail) (\(finding.requirement))")
        case .skip(let detail), .error(let detail):
            reply["detail"] = .string(detail)
        }
        if let elapsed {
            let (seconds, attoseconds) = elapsed.components
            reply["elapsed_ns"] = .string(String(seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
        }
        return .object(reply)
    }
}
