/// A payment or an HTLC is stored as if it were in another state: the next start forgets how far it was.
func storing<Stored, State: Equatable & Sendable>(
    _ state: any WritableKeyPath<Stored, State> & Sendable,
    _ actual: State,
    as other: State
) -> @Sendable (Stored) -> Stored {
    { stored in
        var stored = stored
        if stored[keyPath: state] == actual { stored[keyPath: state] = other }
        return stored
    }
}
