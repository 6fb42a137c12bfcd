internal import Testing

internal import Driver

@Suite struct LineSplitterTests {
    @Test func linesAreTheSameHoweverTheyArriveInPieces() {
        let bytes = Array("one\n\ntwo and more\nthe rest".utf8)
        for size in 1...bytes.count {
            var splitter = LineSplitter(limit: 100)
            var parts: [OutputPart] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                parts += splitter.append(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(parts == [line("one"), line(""), line("two and more")])
            #expect(splitter.unfinished == Array("the rest".utf8))
        }
    }

    @Test func aLineOfTheLimitPassesAndALongerOneIsReportedOnceAndSkipped() {
        for size in 1...12 {
            var splitter = LineSplitter(limit: 4)
            let bytes = Array("1234\n12345678\nab\n".utf8)
            var parts: [OutputPart] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                parts += splitter.append(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(parts == [line("1234"), .tooLong, line("ab")])
        }
    }

    @Test func nothingIsUnfinishedAfterANewline() {
        var splitter = LineSplitter(limit: 10)
        #expect(splitter.append(Array("a\n".utf8)) == [line("a")])
        #expect(splitter.unfinished == nil)
    }

    private func line(_ text: String) -> OutputPart { .line(Array(text.utf8)) }
}

/// What is held while nobody reads.
@Suite struct LineChannelTests {
    @Test func linesBeyondWhatIsHeldAreDroppedWithAWord() async {
        let channel = LineChannel(limit: 100, held: 20)
        await channel.append(Array("0123456789\n0123456789\nx\ny\n".utf8))
        let ten = OutputPart.line(Array("0123456789".utf8))
        #expect(await channel.nextAll(within: .zero).elements == [ten, ten, .dropped])
        await channel.append(Array("z\n".utf8))
        guard case .timeout = await channel.poll() else {
            Issue.record("what came after the gap is held")
            return
        }
    }

    @Test func whatWasReadMakesRoom() async {
        let channel = LineChannel(limit: 100, held: 4)
        for text in ["123456", "1234", "12", "123456"] {
            await channel.append(Array("\(text)\n".utf8))
            #expect(await channel.nextAll(within: .zero).elements == [.line(Array(text.utf8))])
        }
    }
}
