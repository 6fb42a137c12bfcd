internal import Catalogue
internal import StrictJSON
internal import Testing

internal import Driver

@Suite struct AnswerLineTests {
    @Test func theFourShapesAreRead() throws {
        #expect(try read(#"{"id":7,"outcome":"accept","out":{"value":"1"}}"#) == .accept(["value": "1"]))
        let rejections = Answer.reject(reason: "point", detail: "x")
        #expect(try read(#"{"id":7,"outcome":"reject","reason":"point","detail":"x"}"#) == rejections)
        #expect(try read(#"{"id":7,"outcome":"skip","detail":"x"}"#) == .skip("x"))
        #expect(try read(#"{"id":7,"outcome":"error","detail":"x"}"#) == .error("x"))
    }

    @Test func membersThatTheProtocolDoesNotKnowAreAllowed() throws {
        #expect(try read(#"{"colour":"blue","id":7,"outcome":"skip","detail":"","elapsed_ns":"5"}"#) == .skip(""))
    }

    /// Commas and brackets in a text are no values.
    @Test func aLineOfMillionsOfValuesIsNotRead() throws {
        func line(_ count: Int) -> String {
            let values = String(repeating: "{},", count: count) + "{}"
            return #"{"id":7,"outcome":"accept","out":{"text":"\"[,{\\","list":[\#(values)]}}"#
        }
        guard case .accept = try read(line(AnswerLine.mostValues / 2 - 10)) else {
            Issue.record("what has fewer values is read")
            return
        }
        let fault = #expect(throws: Fault.self) { try read(line(AnswerLine.mostValues)) }
        #expect(fault?.detail.hasPrefix("the line has more than 250000 values: ") == true)
        let words = String(repeating: ",[{", count: AnswerLine.mostValues)
        #expect(try read(#"{"id":7,"outcome":"error","detail":"\#(words)"}"#) != .error(""))
    }

    @Test func whiteSpaceAroundTheObjectIsAllowed() throws {
        #expect(try read(" {\"id\":7,\"outcome\":\"skip\"}\r") == .skip(""))
    }

    @Test(arguments: [
        "", "null", "[]", "7", "hello", "{", #"{"id":7}"#, #"{"outcome":"skip"}"#, #"{"id":"7","outcome":"skip"}"#,
        #"{"id":7.0,"outcome":"skip"}"#, #"{"id":null,"outcome":"skip"}"#, #"{"id":7,"outcome":"pass","out":{}}"#,
        #"{"id":7,"outcome":"accept"}"#, #"{"id":7,"outcome":"accept","out":[]}"#, #"{"id":7,"outcome":"reject"}"#,
        #"{"id":7,"outcome":"reject","reason":3}"#, #"{"id":7,"outcome":"accept","out":{},"reason":"point"}"#,
        #"{"id":7,"outcome":"reject","reason":"point","out":{}}"#, #"{"id":7,"outcome":"skip","out":{}}"#,
        #"{"id":7,"outcome":"skip","detail":1}"#, #"{"id":7,"id":7,"outcome":"skip"}"#,
        #"{"id":7,"outcome":"skip"} {}"#,
    ])
    func everythingElseIsAProtocolError(line: String) {
        #expect(fault(line) == .protocolError)
    }

    @Test func anotherIDIsADesync() {
        #expect(fault(#"{"id":8,"outcome":"skip"}"#) == .desync)
        #expect(fault(#"{"id":-7,"outcome":"accept","out":{}}"#) == .desync)
    }

    @Test func anErrorWithoutAnIDIsTheAnswerOfAnAdapterThatCouldNotReadTheRequest() throws {
        #expect(try read(#"{"id":null,"outcome":"error","detail":"x"}"#) == .error("x"))
    }

    @Test func anExcerptOfAnyBytesIsOneVisibleLine() {
        let bytes = (0...255).map { UInt8($0) }
        let excerpt = AnswerLine.excerpt(bytes, limit: 256)
        #expect(!excerpt.unicodeScalars.contains { $0.value < 32 })
        #expect(AnswerLine.excerpt([UInt8](repeating: 65, count: 1000)).count < 300)
    }

    private func read(_ line: String) throws(Fault) -> Answer { try AnswerLine.read(Array(line.utf8), awaiting: 7) }

    private func fault(_ line: String) -> Fault.Kind? {
        do {
            _ = try read(line)
            return nil
        } catch {
            return error.kind
        }
    }
}
