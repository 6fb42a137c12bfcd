internal import Foundation
internal import Synchronization

/// A line on a terminal that says how far something is; nothing in a pipe. It goes to standard error.
final class ProgressLine: Sendable {
    private let isTerminal = Terminal.isOne(STDERR_FILENO)
    private let width = Terminal.width ?? 80
    /// When it was shown last.
    private let shown = Mutex<ContinuousClock.Instant?>(nil)

    var isShown: Bool { isTerminal }

    /// Not oftener than ten times a second.
    func show(_ text: @autoclosure () -> String) {
        guard isTerminal, isDue else { return }
        write("\r\(text().prefix(width - 1))\u{1B}[K")
    }

    /// Before something else is printed.
    func clear() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    private var isDue: Bool {
        let now = ContinuousClock().now
        return shown.withLock { last in
            if let last, now - last <= .milliseconds(100) { return false }
            last = now
            return true
        }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
