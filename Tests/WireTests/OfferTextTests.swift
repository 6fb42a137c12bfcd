import Testing
import Wire

@Suite struct OfferTextTests {
    @Test(arguments: 0..<40)
    func bytesAreReadAsTheyWereWritten(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
        #expect(try OfferText.decode(prefix: "lno", OfferText.encode(prefix: "lno", bytes)) == bytes)
    }

    @Test func upperCaseIsReadToo() throws {
        let text = OfferText.encode(prefix: "lno", [1, 2, 3])
        #expect(try OfferText.decode(prefix: "lno", text.uppercased()) == [1, 2, 3])
    }

    @Test(arguments: [
        ("lno1qqQ", WireError.Fault.letterCase),
        ("+lno1qq", .continuation),
        ("lno1qq+", .continuation),
        ("lno1q++q", .continuation),
        ("lno1q+ ", .continuation),
        ("lno1qb", .character),
        ("lno1qé", .character),
        ("lno1q q", .character),
        ("lnr1qq", .prefix),
        ("lnoqq", .prefix),
        ("", .prefix),
        ("lno1q", .padding),
        ("lno1qp", .padding),
    ])
    func malformedTextIsRejectedForItsFault(_ text: String, _ fault: WireError.Fault) {
        let error = #expect(throws: WireError.self) { try OfferText.decode(prefix: "lno", text) }
        #expect(error?.fault == fault)
    }

    @Test func aFaultGivesItsPlaceInTheTextAsItWasTyped() {
        let error = #expect(throws: WireError.self) { try OfferText.decode(prefix: "lno", "lno1q+\n\tqb") }
        #expect(error?.offset == 9)
    }
}
