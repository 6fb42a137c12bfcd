#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file that somebody names: it may be anything, or nothing.
///
/// A pipe is read as a file is, so that a shell's `<(…)` and a named pipe will do; a folder, a closed descriptor and what never
/// ends are errors that say so.
package enum InputFile {
    /// The most bytes that are read. The longest report of a run that this program writes has a tenth of it.
    package static let limit = 256 * 1024 * 1024

    /// U+FEFF, which some editors put before a text.
    package static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw FileError(path: path, errno == ENOENT ? "there is no such file" : "cannot be read: \(reason)")
        }
        defer { close(file) }
        return try read(file, path, limit: limit)
    }

    static func readStandardInput(limit: Int) throws(FileError) -> [UInt8] {
        try read(STDIN_FILENO, "standard input", limit: limit)
    }

    private static func read(_ file: Int32, _ path: String, limit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = readSome(file, &buffer)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw FileError(path: path, errno == EISDIR ? "is a folder" : "cannot be read: \(reason)")
            }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw FileError(path: path, "has more than \(limit) bytes, the most that is read")
            }
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }

    private static func readSome(_ file: Int32, _ buffer: inout [UInt8]) -> Int {
        buffer.withUnsafeMutableBytes { bytes in
            #if canImport(Glibc)
                Glibc.read(file, bytes.baseAddress, bytes.count)
            #elseif canImport(Musl)
                Musl.read(file, bytes.baseAddress, bytes.count)
            #else
                Darwin.read(file, bytes.baseAddress, bytes.count)
            #endif
        }
    }
}
