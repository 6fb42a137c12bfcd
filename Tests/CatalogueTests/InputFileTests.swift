internal import Catalogue
internal import Foundation
internal import TestSupport
internal import Testing

/// A file that somebody names may be anything: reading it gives bytes or an error that says what is wrong.
@Suite struct InputFileTests {
    private func problem(_ path: String, limit: Int = 100) -> String {
        do {
            return "read \(try Files.read(path, limit: limit).count) bytes"
        } catch {
            return error.detail
        }
    }

    @Test func aFileIsReadWhole() throws {
        let folder = try TemporaryFolder()
        #expect(try Files.read(try folder.write("abc", to: "a")) == Array("abc".utf8))
        #expect(try Files.read(try folder.write("", to: "empty")) == [])
    }

    @Test func whatIsNoFileIsAnErrorThatSaysSo() throws {
        let folder = try TemporaryFolder()
        #expect(problem(folder.path) == "is a folder")
        #expect(problem(folder.file("missing")) == "there is no such file")
        #expect(problem("") == "there is no such file")
        #expect(problem(try folder.write("", to: "a") + "/b").hasPrefix("cannot be read: "))
    }

    @Test func aNamedPipeIsReadAsAFileIs() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        // Each end waits for the other.
        Thread.detachNewThread {
            let writer = open(pipe, O_WRONLY)
            _ = write(writer, "abc", 3)
            close(writer)
        }
        #expect(problem(pipe) == "read 3 bytes")
    }

    @Test func whatNeverEndsIsReadToTheLimit() throws {
        #expect(problem("/dev/zero", limit: 1_000_000) == "has more than 1000000 bytes, the most that is read")
        let folder = try TemporaryFolder()
        #expect(problem(try folder.write("abcd", to: "a"), limit: 4) == "read 4 bytes")
        #expect(problem(try folder.write("abcde", to: "a"), limit: 4).hasPrefix("has more than 4 bytes"))
    }

    @Test func aByteOrderMarkIsCalledByItsName() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("\u{FEFF}{}", to: "a.json")
        let error = #expect(throws: FileError.self) { try Files.readJSON(file) }
        #expect(error?.detail.contains("byte order mark") == true)
    }
}
