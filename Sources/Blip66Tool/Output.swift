internal import Driver

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#else
    @preconcurrency import Darwin
#endif

/// Standard output, with an eye on what becomes of it: a reader may go away, and a device may be full.
enum Output {
    static func line(_ text: String) { write("\(text)\n") }

    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stdout) }
            if count == 0 { return leave() }
            rest = rest.dropFirst(count)
        }
        if fflush(stdout) != 0 { leave() }
    }

    /// At the end of a command: whether all that was printed arrived.
    static func finish() {
        if fflush(stdout) != 0 || ferror(stdout) != 0 { leave() }
    }

    /// `| head` has seen enough: the run ends without a word, as a program that a broken pipe killed. Anything else is told.
    private static func leave() {
        let error = errno
        Interruption.endAdapters()
        if error == EPIPE { _exit(128 + SIGPIPE) }
        let reason = String(cString: strerror(error))
        fputs("blip66: standard output cannot be written: \(reason)\n", stderr)
        _exit(2)
    }
}

/// A terminal, if a file descriptor is one.
enum Terminal {
    static func isOne(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of standard output; `nil` where it is no terminal.
    static var width: Int? {
        guard isOne(STDOUT_FILENO) else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
