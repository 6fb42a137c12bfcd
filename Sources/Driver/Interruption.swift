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
    private static let groups = Mutex<Set<ProcessGroup>>([])

    static func watch(_ group: ProcessGroup) { groups.withLock { _ = $0.insert(group) } }
    static func forget(_ group: ProcessGroup) { groups.withLock { _ = $0.remove(group) } }

    /// From now on, an interrupt or a request to terminate kills all adapters first.
    package static func killAdapters() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // The handler holds its source, which has to live as long as the program.
            source.setEventHandler {
                withExtendedLifetime(source) {}
                groups.withLock { for group in $0 { group.kill() } }
                signal(number, SIG_DFL)
                _ = kill(getpid(), number)
            }
            source.resume()
        }
    }
}
