internal import Catalogue
internal import Foundation
internal import TestSupport
internal import Testing

@Suite struct OutputFileTests {
    @Test func aNewFileIsWrittenWhole() throws {
        let folder = try TemporaryFolder()
        let file = try OutputFile(folder.file("a"))
        #expect(try names(folder).isEmpty, "the trial leaves nothing behind")
        try file.write("text\n")
        #expect(try text(folder, "a") == "text\n")
        #expect(try names(folder) == ["a"])
    }

    @Test func aRegularFileIsReplaced() throws {
        let folder = try TemporaryFolder()
        try folder.write("a longer text that was there", to: "a")
        try OutputFile(folder.file("a")).write("new")
        #expect(try text(folder, "a") == "new")
    }

    @Test func whatIsAddedComesBehindWhatIsThere() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\n", to: "a")
        try OutputFile(folder.file("a")).append("two\n")
        #expect(try text(folder, "a") == "one\ntwo\n")
    }

    @Test func aLinkAPipeAndAFolderStayWhatTheyAre() throws {
        let folder = try TemporaryFolder()
        try folder.write("kept", to: "target")
        #expect(symlink(folder.file("target"), folder.file("link")) == 0)
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        for name in ["link", "pipe"] {
            #expect(throws: FileError.self) { try OutputFile(folder.file(name)) }
        }
        #expect(throws: FileError.self) { try OutputFile(folder.path) }
        #expect(throws: FileError.self) { try OutputFile("/dev/null") }
        #expect(try text(folder, "target") == "kept")
        #expect(try names(folder) == ["link", "pipe", "target"])
    }

    @Test func aLinkThatCameMeanwhileIsNotFollowed() throws {
        let folder = try TemporaryFolder()
        try folder.write("kept", to: "target")
        let file = try OutputFile(folder.file("a"))
        #expect(symlink(folder.file("target"), folder.file("a")) == 0)
        #expect(throws: FileError.self) { try file.write("new") }
        #expect(throws: FileError.self) { try file.append("new") }
        #expect(try text(folder, "target") == "kept")
    }

    @Test(arguments: ["", "missing/a"])
    func aFileThatHasNoPlaceIsRefusedAtTheStart(name: String) throws {
        let folder = try TemporaryFolder()
        #expect(throws: FileError.self) { try OutputFile(name.isEmpty ? "" : folder.file(name)) }
        #expect(try names(folder).isEmpty)
    }

    @Test func aBareNameOfOneCharacterIsAName() throws {
        // The trial file is in the current folder, and gone again.
        let name = "z"
        guard !Files.exists(name) else { return }
        #expect(try OutputFile(name).path == name)
        #expect(!Files.exists(name))
    }

    private func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
        String(decoding: try Files.read(folder.file(name)), as: UTF8.self)
    }
}
