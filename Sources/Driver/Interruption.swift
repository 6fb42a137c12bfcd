internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Ends the adapters when the program is interrupted: they have process groups of their own, which a terminal's
/// interrupt does not reach.
package enum Interruption {
    /// What the first signal does once the adapters are dead.
    package enum Manner: Sendable {
        /// The program ends.
        case exits
        /// The run stops, and has some seconds to say what it knows; a second signal ends the program.
        case stopsRun
    }

    private struct State {
        var groups: Set<ProcessGroup> = []
        var received: Int32?
    }

    private static let state = Mutex(State())
    private static let names = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP", SIGQUIT: "SIGQUIT"]

    static func watch(_ group: ProcessGroup) {
        let isLate = state.withLock { state in
            state.groups.insert(group)
            return state.received != nil
        }
        if isLate { group.kill() }
    }

    static func forget(_ group: ProcessGroup) { state.withLock { _ = $0.groups.remove(group) } }

    /// The signal that came, if one did.
    package static var received: Int32? { state.withLock { $0.received } }

    /// Such as `interrupted by SIGINT`.
    static var detail: String? { received.map { "interrupted by \(names[$0] ?? "signal \($0)")" } }

    /// From now on, an interrupt, a hang-up, or a request to quit or terminate kills all adapters first. The program's exit
    /// status is then 128 and the signal's number.
    package static func killAdapters(_ manner: Manner = .exits) {
        for number in names.keys {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // The handler holds its source, which has to live as long as the program.
            source.setEventHandler {
                withExtendedLifetime(source) {}
                handle(number, manner)
            }
            source.resume()
        }
    }

    private static func handle(_ number: Int32, _ manner: Manner) {
        let (groups, isFirst) = state.withLock { state in
            let isFirst = state.received == nil
            state.received = state.received ?? number
            return (state.groups, isFirst)
        }
        for group in groups { group.kill() }
        guard manner == .stopsRun, isFirst else { return leave(number) }
        // Whoever reads the report may have stopped reading.
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(10)) { leave(number) }
    }

    private static func leave(_ number: Int32) {
        _ = Descendants.killAll()
        _exit(128 + number)
    }

    /// Ends every adapter, and everything that adapters left behind, for a program that is about to leave or runs no other.
    ///
    /// - Returns: a note if something was left that hid from the runner, such as a process that threw its environment away.
    @discardableResult
    package static func endAdapters() -> String? {
        for group in state.withLock({ $0.groups }) { group.kill() }
        return Descendants.killAll() > 0 ? Misbehaviour.leavesProcessElsewhere.note : nil
    }
}
