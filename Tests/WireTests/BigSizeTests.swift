import Testing
import Wire

@Suite struct BigSizeTests {
    @Test(arguments: [0, 252, 253, 65_535, 65_536, 4_294_967_295, 4_294_967_296, UInt64.max])
    func aValueIsReadAsItWasWritten(_ value: UInt64) throws {
        #expect(try BigSize.decode(BigSize.encode(value)[...]) == value)
    }

    @Test(
        arguments: [(252, 1), (253, 3), (65_535, 3), (65_536, 5), (0xffff_ffff, 5), (0x1_0000_0000, 9)]
            as [(UInt64, Int)]
    )
    func eachWidthIsUsedFromItsLowestValue(_ value: UInt64, _ width: Int) {
        #expect(BigSize.encode(value).count == width)
    }

    @Test func aLongerFormIsRejectedWithItsOffset() {
        #expect(throws: WireError(.bigSizeNotMinimal, at: 0, "BigSize 252 has a shorter form than 3 bytes")) {
            try BigSize.decode([0xfd, 0x00, 0xfc])
        }
    }

    @Test func aDiagnosingReaderGoesOnBehindALongerForm() throws {
        var faults: [WireError.Fault] = []
        let value = try BigSize.decode([0xfd, 0x00, 0xfc]) { error in faults.append(error.fault) }
        #expect(value == 252)
        #expect(faults == [.bigSizeNotMinimal])
    }

    @Test(arguments: [[], [0xfd], [0xfd, 1], [0xfe, 1, 1, 1], [0xff, 1, 1, 1, 1, 1, 1, 1]] as [[UInt8]])
    func inputThatEndsInsideIsRejected(_ bytes: [UInt8]) {
        let error = #expect(throws: WireError.self) { try BigSize.decode(bytes[...]) }
        #expect(error?.fault == .bigSizeTruncated)
    }
}
