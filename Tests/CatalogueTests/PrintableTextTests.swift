internal import Catalogue
internal import Testing

@Suite struct PrintableTextTests {
    @Test func everyControlCharacterAndMarkOfDirectionIsSpelledOut() {
        let controls = (0...0x9f).filter { $0 < 0x20 || $0 > 0x7e }
        let marks = [0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x2060, 0xfeff, 0xe0001] + Array(0x202a...0x202e)
        for value in controls + marks + Array(0x2066...0x2069) {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let line = PrintableText.line("a\(Character(scalar))b")
            #expect(line == "a\\u{\(String(value, radix: 16, uppercase: true))}b")
        }
    }

    @Test func wordsOfAnyLanguageStay() {
        let text = "Grüße, 你好, שלום, “quoted” …"
        #expect(PrintableText.line(text) == text)
    }

    @Test func aBlockKeepsItsLinesAndNoOtherLineEnd() {
        #expect(PrintableText.block("a\nb\r\nc\rd") == "a\nb\nc\\u{D}d")
        #expect(PrintableText.line("a\nb") == "a\\u{A}b")
    }

    @Test func whatIsCutSaysSo() {
        #expect(PrintableText.line("abcdef", limit: 4) == "abcd… (2 more characters cut)")
        #expect(PrintableText.line("abcd", limit: 4) == "abcd")
        #expect(PrintableText.cut("äöü", 3) == "äöü")
    }

    @Test func theMedianIsThatOfTheTimes() throws {
        var times = AnswerTimes()
        #expect(times.medianNanoseconds == nil)
        for _ in 0..<5 { times.add(.microseconds(100)) }
        for _ in 0..<4 { times.add(.seconds(2)) }
        let median = try #require(times.medianNanoseconds)
        #expect((90_000...110_000).contains(median))
        #expect(AnswerTimes(classes: times.classes) == times)
    }
}
