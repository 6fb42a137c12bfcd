internal import Catalogue
internal import StrictJSON

/// The handshake, in several forms; each in a process of its own.
extension Linter {
    /// The plainest form: `profiles` may be left out.
    func hello() async -> [Problem] {
        await port.write([helloLine(["protocols": [1]])])
        let reply = await port.reply(awaiting: 0, within: limits.hello)
        guard case .success(let answer) = reply.outcome else { return await unanswered(reply) }
        await port.close()
        guard case .accept(let out) = answer else { return [.of(answer, wanted: ["accept"], fix: Self.fix)] }
        if let identity = try? Hello.identity(out) { meet(identity) }
        return HelloInspection(out, profiles: Set(tables.keys), readings: readings).problems
    }

    func helloWithMore() async throws -> [Problem] {
        let input: JSON = ["protocols": [2, 1], "profiles": ["blip66-draft": [:]], "colour": "blue"]
        return try await greet(input, more: ["mood": "sunny"]).problems
    }

    /// The known tables, one under a name that no adapter has heard of, and one with a member that nobody knows.
    func helloWithTables() async throws -> [Problem] {
        var tables = JSONObject(tables.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        if var table = tables.members.first?.value.object {
            table["colour"] = "blue"
            table["name"] = .string(Self.newProfile)
            tables[Self.newProfile] = .object(table)
        }
        let (problems, profiles) = try await greet(["protocols": [1], "profiles": .object(tables)])
        guard problems.isEmpty, !profiles.isEmpty, !profiles.contains(Self.newProfile) else { return problems }
        return [
            .note(
                "the table of \"\(Self.newProfile)\" was sent, and hello does not list that profile",
                fix: "Nothing has to be done unless you want runs with a profile of your own (--profile FILE)."
            )
        ]
    }

    private static let newProfile = "profile-of-lint"

    private static let fix =
        "Answer {\"id\":0,\"outcome\":\"accept\",\"out\":{\"protocol\":1,…}}; members that the adapter does not know are no reason not to."

    private func helloLine(_ input: JSON, more: JSONObject = [:]) -> String {
        var request: JSONObject = ["id": 0, "op": "hello", "in": input]
        for member in more.members { request[member.key] = member.value }
        return JSON.object(request).line
    }

    /// Greets a new process, lets it end, and compares what it says of itself with what was said first.
    private func greet(
        _ input: JSON,
        more: JSONObject = [:]
    ) async throws -> (problems: [Problem], profiles: [String]) {
        try await port.open()
        await port.write([helloLine(input, more: more)])
        let reply = await port.reply(awaiting: 0, within: limits.hello)
        guard case .success(let answer) = reply.outcome else { return (await unanswered(reply), []) }
        await port.close()
        guard case .accept(let out) = answer else { return ([.of(answer, wanted: ["accept"], fix: Self.fix)], []) }
        guard let other = try? Hello.identity(out), let identity, identity.isTheSame(as: other) else {
            let detail = "the answer says something else of the implementation or its operations than before"
            return ([.fault(detail, fix: "Answer hello the same in every process.")], [])
        }
        return ([], other.profiles)
    }

    /// Looks whether the answer comes once the input is closed: that tells a buffer from a silence.
    private func unanswered(_ reply: Reply) async -> [Problem] {
        guard case .failure(let fault) = reply.outcome else { return [] }
        var problems = [Problem.of(fault)]
        if fault.kind == .timeout, !isOneShot {
            await port.closeInput()
            if case .success = await port.reply(awaiting: 0, within: limits.shutDown).outcome {
                problems = [
                    .fault(
                        "no answer to hello, until the input was closed",
                        fix: """
                            Flush standard output after every line, and read line by line, not to the end of the input. \
                            An adapter that is meant to answer one request a process is checked with --one-shot.
                            """
                    )
                ]
            }
        }
        await port.abandon()
        return problems
    }
}

extension AdapterIdentity {
    /// But for the profiles, which may follow what `hello` hands over.
    fileprivate func isTheSame(as other: AdapterIdentity) -> Bool {
        name == other.name && version == other.version && operations == other.operations && roles == other.roles
            && capabilities == other.capabilities
    }
}
