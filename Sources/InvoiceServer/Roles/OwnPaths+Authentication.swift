internal import Rules

extension OwnPaths {
    /// The context of a message, if the checks authenticate it.
    /// - Throws: what the first rule that does not says.
    func authenticate(
        _ message: ReceivedMessage,
        _ checks: [Check<SealedContext>],
        at now: UInt64
    ) throws(Finding) -> PathContext {
        try authenticate(SealedContext(message.context, key: contextKey, now: now), checks)
    }

    func authenticate(_ sealed: SealedContext, _ checks: [Check<SealedContext>]) throws(Finding) -> PathContext {
        var validation = Validation(.strict)
        try validation.apply(checks, to: sealed)
        guard let context = sealed.context else {
            throw Finding("RB-E5", .context, "the message did not arrive over a path of this node")
        }
        return context
    }
}
