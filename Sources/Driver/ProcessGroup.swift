internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The process group of an adapter: the adapter and whatever it started.
struct ProcessGroup: Hashable, Sendable {
    /// The id of the adapter's process, which leads the group.
    let id: Int32

    func terminate() { _ = sendSignal(-id, SIGTERM) }
    func kill() { _ = sendSignal(-id, SIGKILL) }

    /// Lets a write to a process that reads no more fail, rather than kill this program.
    static let ignoreBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// Whether a process of the group is left.
    var isAlive: Bool { sendSignal(-id, 0) == 0 || errno == EPERM }
}

/// The system's `kill`.
func sendSignal(_ target: Int32, _ number: Int32) -> Int32 {
    #if canImport(Glibc)
        Glibc.kill(target, number)
    #elseif canImport(Musl)
        Musl.kill(target, number)
    #else
        Darwin.kill(target, number)
    #endif
}
