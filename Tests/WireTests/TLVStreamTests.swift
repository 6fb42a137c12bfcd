import Testing
import Wire

@Suite struct TLVStreamTests {
    private let known = KnownTypes.these { [1, 2].contains($0) }

    @Test func aRecordKeepsItsExactEncoding() throws {
        let bytes: [UInt8] = [1, 1, 0x2a, 0x21, 0, 0xfd, 0x01, 0x01, 2, 7, 8]
        let stream = try TLVStream.read(bytes[...], known: known)
        #expect(stream.records.map(\.type) == [1, 33, 257])
        #expect(stream.records.map { Array($0.encoding) } == [[1, 1, 0x2a], [0x21, 0], [0xfd, 1, 1, 2, 7, 8]])
        #expect(stream.bytes == bytes)
    }

    @Test func anOffsetCountsFromTheStartOfTheOutermostInput() {
        let outer: [UInt8] = [9, 9, 9, 1, 1, 0x2a, 1, 0]
        let error = #expect(throws: WireError.self) { try TLVStream.read(outer[3...], known: known) }
        #expect(error?.fault == .typeRepeated)
        #expect(error?.offset == 6)
    }

    /// More records than room is made for at first, whose lengths grow or shrink from then on.
    @Test(arguments: [23, 24, 25, 1000], [0, 1, -1])
    func aLongStreamIsReadWhole(count: Int, growth: Int) throws {
        let lengths = (0..<count).map { growth == 0 ? 1 : growth > 0 ? $0 / 10 : (count - $0) / 10 }
        let written = lengths.enumerated().map { TLVRecord(type: UInt64($0), value: [UInt8](repeating: 7, count: $1)) }
        let bytes = [9, 9] + written.flatMap(\.encoding)
        let stream = try TLVStream.read(bytes[2...], known: .unspecified)
        #expect(stream.records.map(\.value.count) == lengths)
        #expect(stream.records.map { Array($0.encoding) } == written.map { Array($0.encoding) })
        #expect(stream.types.elementsEqual((0..<count).map { UInt64($0) }))
    }

    @Test func aDiagnosingReaderNotesEveryFaultAndReadsOn() throws {
        var faults: [WireError.Fault] = []
        let bytes: [UInt8] = [2, 0, 1, 0, 1, 0, 4, 0, 0xfd, 0, 5, 0]
        let stream = try TLVStream.read(bytes[...], known: known) { error in faults.append(error.fault) }
        #expect(faults == [.typeNotIncreasing, .typeRepeated, .unknownEvenType, .bigSizeNotMinimal])
        #expect(stream.records.count == 5)
    }

    @Test func aLengthThatNoAddressSpaceHoldsIsRejected() {
        let bytes: [UInt8] = [0x21] + [UInt8](repeating: 0xff, count: 9)
        let error = #expect(throws: WireError.self) { try TLVStream.read(bytes[...], known: known) }
        #expect(error?.fault == .skippedLengthPastEnd)
    }

    @Test func recordsAreSortedWhenTheyAreWritten() {
        let stream = TLVStream(sorting: [TLVRecord(type: 300, value: [1]), TLVRecord(type: 2, value: [])])
        #expect(stream.bytes == [2, 0, 0xfd, 0x01, 0x2c, 1, 1])
    }

    @Test func everyFaultNamesARequirementAndAReason() {
        for fault in WireError.Fault.allCases {
            #expect(fault.requirement.hasPrefix("B1"))
            #expect(!fault.reason.isEmpty)
        }
    }
}
