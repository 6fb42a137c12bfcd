import Lightning
import Primitives
import Rules
import Testing
import TestSupport
import Wire

@Suite struct FieldFormatTests {
    static let tables: [TLVSchema] = [
        .n1, .n2, .offer, .invoice_request, .static_invoice(TestProfile.draft), .static_invoice(TestProfile.ldk),
    ]

    /// Every format that a table uses, by name.
    static let formats: [(String, FieldFormat)] = tables.flatMap { table in
        table.records.map { ("\(table.name).\($0.name)", $0.format) }
    }

    @Test(arguments: formats.indices)
    func noiseIsReadOrRejectedAndWhatIsReadIsWrittenByteForByte(_ index: Int) {
        let (name, format) = Self.formats[index]
        for bytes in RandomInputs.noise(name, count: 1_500, upTo: 80) {
            do {
                let value = try format.decode(bytes[...])
                if case .flag = format { continue }
                #expect(format.encode(value) == bytes, "\(name)")
            } catch {
                #expect(error.offset >= 0 && error.offset <= bytes.count, "\(name)")
            }
        }
    }

    @Test func damageToAPathIsReadOrRejected() throws {
        var randomness = SeededRandomness(seed: "path")
        let path = BlindedPath(
            introduction: .pubkey(randomness.secretKey().publicKey.bytes[...]),
            path_key: randomness.secretKey().publicKey.bytes[...],
            hops: (0..<3).map { _ in
                BlindedPath.Hop(
                    blinded_node_id: randomness.secretKey().publicKey.bytes[...],
                    encrypted_recipient_data: randomness.bytes(50)[...]
                )
            }
        )
        let bytes = try #require(BlindedPath.format.encode(path.value))
        #expect(BlindedPath(try BlindedPath.format.decode(bytes[...])) == path)
        for damaged in RandomInputs.damaged(bytes, seed: "path") where damaged != bytes {
            let value = try? BlindedPath.format.decode(damaged[...])
            #expect(value.map { BlindedPath($0) != path } ?? true)
        }
    }

    @Test func wrongShapesAreNotWritten() {
        #expect(FieldFormat.u16.encode(.integer(65_536)) == nil)
        #expect(FieldFormat.tu32.encode(.integer(1 << 32)) == nil)
        #expect(FieldFormat.chain_hash.encode(.bytes([1, 2])) == nil)
        #expect(FieldFormat.point.encode(.text("x")) == nil)
        #expect(FieldFormat.prefixed(width: 1).encode(.bytes([UInt8](repeating: 0, count: 256)[...])) == nil)
        #expect(FieldFormat.counted(.u16).encode(.list([FieldValue](repeating: .integer(0), count: 256))) == nil)
    }

    @Test func aCompleteExaminationFindsEveryFaultOfAStream() throws {
        var validation = Validation(.collecting)
        // offer_chains with 3 bytes, an unknown even record 78, an offer_amount with a leading zero out of order.
        let bytes: [UInt8] = [2, 3, 1, 2, 3, 78, 0, 8, 2, 0, 1]
        _ = try TLVSchema.offer.read(bytes[...], &validation)
        #expect(Set(validation.findings.map(\.requirement)) == ["B1-TLV-4", "B1-TLV-6", "B1-TLV-1", "B1-TLV-5"])
    }

    @Test func typesNamesAndFormatsOfATableAreEachUsedOnce() {
        for table in Self.tables {
            #expect(Set(table.records.map(\.type)).count == table.records.count, "\(table.name)")
            #expect(Set(table.records.map(\.name)).count == table.records.count, "\(table.name)")
        }
    }
}

@Suite struct FeatureBitsTests {
    @Test func bitZeroIsTheLowestOfTheLastByte() {
        #expect(FeatureBits([0x01, 0x00, 0x82]).bits == [1, 7, 16])
        #expect(FeatureBits(nil).bits.isEmpty)
    }

    @Test func onlyUnknownEvenBitsCount() {
        #expect(FeatureBits([0x01, 0x00, 0x82]).unknownEven(known: []) == 16)
        #expect(FeatureBits([0x01, 0x00, 0x82]).unknownEven(known: [16]) == nil)
        #expect(FeatureBits([0x02]).unknownEven(known: []) == nil)
    }
}
