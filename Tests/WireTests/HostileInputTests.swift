import Primitives
import Testing
import TestSupport
import Wire

/// No input may trap or hang: readers give a value or an error.
@Suite struct HostileInputTests {
    @Test func noiseIsReadOrRefusedByEveryReader() {
        for bytes in RandomInputs.noise("wire", count: 20_000) {
            let slice = bytes[...]
            let outcomes = [
                isReadOrRefused { _ = try BigSize.decode(slice) },
                isReadOrRefused { _ = try TruncatedInteger.decode(slice, width: 8) },
                isReadOrRefused { _ = try TLVStream.read(slice, known: .unspecified) },
                isReadOrRefused { _ = try TLVStream.read(slice, known: .these { $0 < 100 }) { _ in } },
                isReadOrRefused { _ = try Text.decode(slice) },
                isReadOrRefused { _ = try OfferText.decode(prefix: "lno", String(decoding: slice, as: UTF8.self)) },
                isReadOrRefused {
                    var reader = ByteReader(slice)
                    _ = try SciddirOrPubkey.read(&reader)
                },
            ]
            #expect(outcomes.allSatisfy { $0 })
        }
    }

    @Test func whatIsReadIsWrittenByteForByte() throws {
        for bytes in RandomInputs.noise("identity", count: 20_000, upTo: 12) {
            guard let stream = try? TLVStream.read(bytes[...], known: .unspecified) else { continue }
            #expect(stream.bytes == bytes)
        }
    }

    @Test func damageToAValidStreamIsReadOrRefused() {
        let valid = TLVStream(
            sorting: (0..<20).map { TLVRecord(type: $0 * $0 * 100, value: [UInt8](repeating: 1, count: 60)) }
        )
        for bytes in RandomInputs.damaged(valid.bytes, seed: "stream") {
            #expect(isReadOrRefused { _ = try TLVStream.read(bytes[...], known: .unspecified) })
        }
    }

    /// Runs a reader. What it throws must be an error of encoding with an offset inside the input.
    private func isReadOrRefused(_ read: () throws -> Void) -> Bool {
        do {
            try read()
            return true
        } catch let error as WireError {
            return error.offset >= 0 && !error.detail.isEmpty
        } catch {
            return false
        }
    }
}
