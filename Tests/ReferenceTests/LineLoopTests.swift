import Foundation
import Reference
import Testing

@Suite struct LineLoopTests {
    /// Runs the loop over pipes with an answer that gives the size of each line.
    private func run(_ input: String, limit: Int) throws -> [String] {
        let (toLoop, fromLoop) = (Pipe(), Pipe())
        toLoop.fileHandleForWriting.write(Data(input.utf8))
        try toLoop.fileHandleForWriting.close()
        LineLoop.run(
            input: toLoop.fileHandleForReading.fileDescriptor,
            output: fromLoop.fileHandleForWriting.fileDescriptor,
            limit: limit,
            answerToLongLine: "long"
        ) { "\($0.count)" }
        try fromLoop.fileHandleForWriting.close()
        let output = fromLoop.fileHandleForReading.readDataToEndOfFile()
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func everyLineIsAnsweredInOrder() throws {
        #expect(try run("a\nbb\n\nccc\n", limit: 10) == ["1", "2", "0", "3"])
    }

    @Test func aLastLineWithoutNewlineIsAnsweredToo() throws {
        #expect(try run("a\nbb", limit: 10) == ["1", "2"])
    }

    @Test func aLineAboveTheLimitIsSkippedAndTheNextOneRead() throws {
        let long = String(repeating: "x", count: 11)
        #expect(try run("a\n\(long)\nbb\n", limit: 10) == ["1", "long", "2"])
        #expect(try run("\(long.dropLast())\n", limit: 10) == ["10"])
        #expect(try run(long, limit: 10) == ["long"])
    }

    @Test func nothingIsAnsweredToNothing() throws {
        #expect(try run("", limit: 10).isEmpty)
    }
}
