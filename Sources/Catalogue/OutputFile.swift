#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file that a run writes at its end.
///
/// It is tried when the run begins, so that nobody learns after an hour that there is nowhere to write to. Only a new file, or
/// one that is a regular file already, is written: a link, a pipe or a device stays what it is. The file is whole or as it was.
package struct OutputFile: Hashable, Sendable {
    package let path: String

    /// - Throws: where the file could not be written.
    package init(_ path: String) throws(FileError) {
        self.path = path
        guard !path.isEmpty else { throw FileError(path: "\"\"", "is no name of a file") }
        try checkTarget()
        let trial = temporaryName
        let file = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure("its folder cannot be written to") }
        close(file)
        unlink(trial)
    }

    package func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        try checkTarget()
        let name = temporaryName
        let file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure("cannot be written") }
        let isWritten = Self.write(bytes, to: file) && fsync(file) == 0
        let error = errno
        let isClosed = close(file) == 0
        guard isWritten, isClosed, rename(name, path) == 0 else {
            if isWritten == false { errno = error }
            let failed = failure("cannot be written")
            unlink(name)
            throw failed
        }
    }

    /// Adds to a file that others may add to as well, such as the summary of a job.
    package func append(_ text: String) throws(FileError) {
        try checkTarget()
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure("cannot be written") }
        let isWritten = Self.write(Array(text.utf8), to: file)
        guard close(file) == 0, isWritten else { throw failure("cannot be written") }
    }

    private func checkTarget() throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("cannot be looked at") }
            var folder = stat()
            guard stat(self.folder, &folder) == 0, folder.st_mode & S_IFMT == S_IFDIR else {
                throw FileError(path: path, "there is no folder \(self.folder)")
            }
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(
                path: path,
                "is there and is no regular file (a link, a pipe, a device or a folder); name another"
            )
        }
    }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private var temporaryName: String { "\(folder)/.blip66-\(getpid())-\(UInt32.random(in: 0...UInt32.max))" }

    private func failure(_ what: String) -> FileError {
        FileError(path: path, "\(what): \(String(cString: strerror(errno)))")
    }

    /// All of the bytes to an open file.
    /// - Returns: whether they were written; if not, `errno` says why, 0 where the file takes nothing.
    package static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(file, buffer.baseAddress, buffer.count)
                #elseif canImport(Musl)
                    Musl.write(file, buffer.baseAddress, buffer.count)
                #else
                    Darwin.write(file, buffer.baseAddress, buffer.count)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            if count == 0 { errno = 0 }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
