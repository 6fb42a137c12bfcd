internal import Catalogue
internal import StrictJSON

/// Requests of every shape: what has to be answered, and with which outcome.
extension Linter {
    func plainRequest() async throws -> [Problem] {
        let (sample, id) = try next()
        try await ensureProcess()
        await port.write([JSON.object(request(sample, id: id)).line])
        let reply = await port.reply(awaiting: id)
        if !isOneShot, await port.endedWell() {
            await port.abandon()
            skipRemainingSteps("the adapter ends after its first answer")
            return [
                .fault(
                    "the adapter answered hello and ended",
                    fix:
                        "Read the next line after each answer, until the input ends; or check the adapter with --one-shot."
                )
            ]
        }
        await settle(reply)
        return evaluate(
            reply,
            wanted: ["accept"],
            fix: "Every \(sample.operation) accepts this; Spec/adapter-protocol.md says what `in` and `out` hold."
        )
    }

    func unknownOperation() async throws -> [Problem] {
        let (id, line) = probe()
        return evaluate(
            try await ask(line, awaiting: id),
            wanted: ["skip"],
            fix:
                "Answer \"outcome\":\"skip\" to an operation that the adapter does not know: later versions will add some."
        )
    }

    func unknownMembers() async throws -> [Problem] {
        let (sample, id) = try next()
        var outside = request(sample, id: id)
        outside["colour"] = "blue"
        let problems = try await ask(outside, id: id, wanted: ["accept"], fix: Self.ignoreFix)
        if !problems.isEmpty { return problems }
        let secondID = nextID()
        var input = sample.input
        input["colour"] = ["blue": [1, .null]]
        let inside = request(sample, id: secondID, input: .object(input))
        return try await ask(inside, id: secondID, wanted: ["accept"], fix: Self.ignoreFix)
    }

    private static let ignoreFix = "Ignore members that the adapter does not know: later versions will add some."

    func missingMember() async throws -> [Problem] {
        let (sample, id) = try next()
        let lacking = request(sample, id: id, input: .object(sample.lackingAMember))
        var problems = try await ask(lacking, id: id, wanted: ["error"], fix: Self.errorFix)
        let secondID = nextID()
        var without = request(sample, id: secondID)
        without["in"] = nil
        problems += try await ask(without, id: secondID, wanted: ["error"], fix: Self.errorFix)
        return try await isOneShot ? problems : problems + emptyInputs()
    }

    /// Every declared operation with nothing to work on; only those that go wrong are shown.
    private func emptyInputs() async throws -> [Problem] {
        let operations = (identity?.operations ?? []).filter(ProtocolNames.statelessOperations.contains)
        var problems: [Problem] = []
        var right = 0
        for operation in operations {
            let mark = await port.mark
            let id = nextID()
            let request = Request(id: id, operation: operation, profile: nil, input: [:])
            let wrong = evaluate(try await ask(request.line, awaiting: id), wanted: ["error"], fix: Self.errorFix)
            problems += wrong
            if wrong.isEmpty {
                right += 1
                await port.forget(from: mark)
            }
        }
        await port.remark("each of \(right) operations answers error to \"in\":{}")
        return problems
    }

    private static let errorFix = """
        Look at all of `in` before the operation starts, and answer "outcome":"error" when a member is missing or of a \
        wrong type: a rejection caused by a malformed request would count as a verdict.
        """

    func wrongType() async throws -> [Problem] {
        let (sample, id) = try next()
        let wrong = request(sample, id: id, input: .object(sample.withWrongType))
        let problems = try await ask(wrong, id: id, wanted: ["error"], fix: Self.errorFix)
        let secondID = nextID()
        let array = request(sample, id: secondID, input: [])
        return try await problems + ask(array, id: secondID, wanted: ["error"], fix: Self.errorFix)
    }

    func upperCaseHex() async throws -> [Problem] {
        let samples = identity.map { LintSample.all($0, tables) } ?? []
        guard let sample = samples.first(where: { $0.inUpperCase != nil }), let upper = sample.inUpperCase else {
            throw StepNotExercised(reason: "no plain request of hello's operations holds a hex letter")
        }
        let id = nextID()
        return try await ask(
            request(sample, id: id, input: .object(upper)),
            id: id,
            wanted: ["error"],
            fix:
                "Accept only 0-9 and a-f as hex. Libraries accept A-F too, so check the text before it is decoded."
        )
    }

    func largeID() async throws -> [Problem] {
        let sample = try next().sample
        let id: Int64 = 9_007_199_254_740_991
        return try await ask(
            request(sample, id: id),
            id: id,
            wanted: ["accept"],
            fix: "Keep the id as an integer of 64 bits and send it back as it came."
        )
    }

    func longLine() async throws -> [Problem] {
        let (sample, id) = try next()
        var long = request(sample, id: id)
        long["padding"] = .string(String(repeating: "0", count: 1_000_000))
        return try await ask(
            long,
            id: id,
            wanted: ["accept"],
            fix: "Read to the newline, however far it is: a line may hold 16 MiB."
        )
    }

    func repeated() async throws -> [Problem] {
        let (sample, id) = try next()
        var request = request(sample, id: id)
        request["repeat"] = 3
        let reply = try await ask(JSON.object(request).line, awaiting: id)
        guard case .success(let answer) = reply.outcome else { return evaluate(reply, wanted: [], fix: "") }
        switch answer {
        case .reject: return [.of(answer, wanted: ["accept"], fix: Self.repeatFix)]
        case .skip, .error: return [.note("it does not repeat, so it cannot be timed", fix: Self.repeatFix)]
        case .accept: return elapsed(reply)
        }
    }

    private func elapsed(_ reply: Reply) -> [Problem] {
        let line = reply.line.flatMap { try? JSON.parse($0) }
        guard let elapsed = line?["elapsed_ns"] else {
            return [.note("elapsed_ns is missing, so it cannot be timed", fix: Self.repeatFix)]
        }
        if let text = elapsed.string, let number = UInt64(text), String(number) == text { return [] }
        return [.fault("elapsed_ns is \(elapsed.line); a decimal string is needed", fix: Self.repeatFix)]
    }

    private static let repeatFix = """
        Run the operation as often as "repeat" says, and answer with the last result and "elapsed_ns":"…", beside outcome.
        """

    func duplicateKeys() async throws -> [Problem] {
        let (sample, id) = try next()
        let line = JSON.object(request(sample, id: id)).line
        let reply = try await ask("\(line.dropLast()),\"op\":\"\(sample.operation)\"}", awaiting: id)
        guard case .success(let answer) = reply.outcome else { return evaluate(reply, wanted: [], fix: "") }
        if case .error = answer { return [] }
        return [
            .note(
                "an object with a duplicate key was accepted",
                fix: "Nothing has to be done; reject such a line if the JSON library can."
            )
        ]
    }

    /// The next request.
    func next() throws -> (sample: LintSample, id: Int64) {
        guard let sample else { throw StepNotExercised(reason: "no plain request is known") }
        return (sample, nextID())
    }
}
