internal import Rules

extension OwnPaths {
    /// The context of a message, if the rules believe it.
    /// - Throws: what the first rule that does not says.
    func believe(
        _ message: ArrivedMessage,
        _ checks: [Check<SealedContext>],
        at now: UInt64
    ) throws(Finding) -> PathContext {
        try believe(SealedContext(message.context, key: contextKey, now: now), checks)
    }

    func believe(_ sealed: SealedContext, _ checks: [Check<SealedContext>]) throws(Finding) -> PathContext {
        var examination = Examination(.strict)
        try examination.apply(checks, to: sealed)
        guard let context = sealed.context else {
            throw Finding("RB-E5", .context, "the message came over no path of this node")
        }
        return context
    }
}
