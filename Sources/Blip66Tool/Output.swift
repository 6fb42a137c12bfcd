internal import Catalogue
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

    /// Past the buffers of the C library, which forget why a write failed.
    static func write(_ text: String) {
        if fflush(stdout) != 0 { leave(errno) }
        if !OutputFile.write(Array(text.utf8), to: STDOUT_FILENO) { leave(errno) }
    }

    /// What is wrong, to standard error. What the user or a file wrote may be quoted in it.
    static func complain(_ text: String) { fputs("\(harmless(text))\n", stderr) }

    /// Files of vectors, profiles and reports may be anyone's, and so may a command line be: nothing of them drives a terminal.
    static func harmless(_ text: String) -> String { PrintableText.block(text) }

    /// At the end of a command that printed by other ways: whether all of it arrived.
    static func finish() {
        let isFlushed = fflush(stdout) == 0
        let error = errno
        if !isFlushed || ferror(stdout) != 0 { leave(error) }
    }

    /// `| head` has seen enough: the run ends without a word, as a program that a broken pipe killed. Anything else is told.
    static func leave(_ error: Int32) {
        Interruption.endAdapters()
        if error == EPIPE { _exit(128 + SIGPIPE) }
        let reason = error == 0 ? "a write failed" : String(cString: strerror(error))
        complain("blip66: standard output cannot be written: \(reason)")
        _exit(2)
    }
}

/// What commands print, in the place of the standard library's function, which forgets why a write failed.
///
/// What has colours, or is of a form of its own, goes through `Output` as it is.
///
/// The parameters are those of the standard library's, or the compiler would take that one.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
    let text = items.map { "\($0)" }.joined(separator: separator)
    Output.write(Output.harmless(text + terminator))
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
