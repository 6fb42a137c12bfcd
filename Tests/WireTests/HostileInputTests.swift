import Primitives
import Testing
import TestSupport
import Wire

/// No input may trap or hang: readers give a value or an error.
@Suite struct HostileInputTests {
    @Test func noiseIsReadOrRejectedByEveryReader() {
        for bytes in RandomInputs.noise("wire", count: 20_000) {
            let slice = bytes[...]
            let outcomes = [
                isReadOrRejected { _ = try BigSize.decode(slice) },
                isReadOrRejected { _ = try TruncatedInteger.decode(slice, width: 8) },
                isReadOrRejected { _ = try TLVStream.read(slice, known: .unspecified) },
                isReadOrRejected { _ = try TLVStream.read(slice, known: .these { $0 < 100 }) { _ in } },
                isReadOrRejected { _ = try UTF8Text.decode(slice) },
                isReadOrRejected { _ = try OfferText.decode(prefix: "lno", String(decoding: slice, as: UTF8.self)) },
                isReadOrRejected {
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

    @Test func damageToAValidStreamIsReadOrRejected() {
        let valid = TLVStream(
            sorting: (0..<20).map { TLVRecord(type: $0 * $0 * 100, value: [UInt8](repeating: 1, count: 60)) }
        )
        for bytes in RandomInputs.damaged(valid.bytes, seed: "stream") {
            #expect(isReadOrRejected { _ = try TLVStream.read(bytes[...], known: .unspecified) })
        }
    }

    /// Runs a reader. What it throws must be an error of encoding with an offset inside the input.
    private func isReadOrRejected(_ read: () throws -> Void) -> Bool {
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
