package import Catalogue
package import Driver
package import StrictJSON

/// Times an adapter by the protocol's `repeat`: the adapter says itself how long it took, so the pipe has no part in it.
package actor PipeTimer {
    package nonisolated let command: AdapterCommand
    private let connection: AdapterConnection
    private let sampling: Sampling

    /// Why an operation of an adapter is not timed.
    package struct Untimed: Error, Hashable, Sendable {
        package let reason: String
    }

    package init(_ command: AdapterCommand, profiles: [String: JSON], _ sampling: Sampling) {
        self.command = command
        self.sampling = sampling
        var limits = Limits()
        limits.answer = .seconds(60)
        connection = AdapterConnection(
            command,
            hello: Hello(profiles: JSONObject(profiles.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
            limits: limits,
            isOneShot: false
        )
    }

    package func identity() async throws -> AdapterIdentity { try await connection.connect() }

    package func close() async { _ = await connection.close() }

    /// How often a request is repeated in a batch, and what it is answered with.
    func prepare(_ request: Request) async throws -> (count: Int, out: JSON) {
        let identity = try await identity()
        guard identity.operations.contains(request.operation) else {
            throw Untimed(reason: "\(request.operation) is not declared")
        }
        if let profile = request.profile, !identity.profiles.contains(profile) {
            throw Untimed(reason: "the profile \(profile) is not declared")
        }
        var count = 1
        while true {
            let (time, out) = try await ask(request, count)
            if time * Double(count) >= sampling.batch || count >= 1 << 20 { return (count, out) }
            count *= time > 0 ? max(2, min(64, Int(sampling.batch / (time * Double(count))) + 1)) : 64
        }
    }

    /// Nanoseconds for one repetition.
    func time(_ request: Request, _ count: Int) async throws -> Double { try await ask(request, count).time }

    private func ask(_ request: Request, _ count: Int) async throws -> (time: Double, out: JSON) {
        let attempt = try await connection.ask(
            request.operation,
            profile: request.profile,
            request.input,
            repeats: min(count, 10_000_000)
        )
        switch attempt.outcome {
        case .success(.accept(let out)):
            let line = attempt.answerLine.flatMap { try? JSON.parse($0) }
            guard let text = line?["elapsed_ns"]?.string, let elapsed = UInt64(text) else {
                throw Untimed(reason: "it answers without elapsed_ns")
            }
            return (Double(elapsed) / Double(count), .object(out))
        case .success(.reject(let reason, _)): throw Untimed(reason: "it rejects what is valid (\(reason))")
        case .success(.skip(let detail)): throw Untimed(reason: "it skips this: \(detail)")
        case .success(.error(let detail)): throw Untimed(reason: "it answers with an error: \(detail)")
        case .failure(let fault): throw Untimed(reason: "\(fault.kind.rawValue): \(fault.detail)")
        }
    }
}
