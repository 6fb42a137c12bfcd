import Testing
import Wire

@Suite struct TruncatedIntegerTests {
    @Test(arguments: [0, 1, 255, 256, 65_536, 1 << 56, UInt64.max])
    func aValueIsReadAsItWasWritten(_ value: UInt64) throws {
        #expect(try TruncatedInteger.decode(TruncatedInteger.encode(value)[...], width: 8) == value)
    }

    @Test func zeroIsNoBytes() {
        #expect(TruncatedInteger.encode(0).isEmpty)
    }

    @Test func aLeadingZeroIsRejected() {
        let error = #expect(throws: WireError.self) { try TruncatedInteger.decode([0, 1], width: 8) }
        #expect(error?.fault == .integerNotMinimal)
    }

    @Test(arguments: [2, 4, 8])
    func moreBytesThanTheWidthAreRejected(_ width: Int) {
        let bytes = [UInt8](repeating: 1, count: width + 1)
        let error = #expect(throws: WireError.self) { try TruncatedInteger.decode(bytes[...], width: width) }
        #expect(error?.fault == .valueLength)
    }
}
