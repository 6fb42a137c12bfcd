import Primitives
import Testing
import TestSupport

/// The table of BIP-340. BOLT 12 signs 32-byte digests, so the cases with messages of other sizes are not for this project.
@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "19 BIP-340 cases skipped: \(Upstream.howToGet)")))
struct BIP340Tests {
    private struct Row {
        let index: String
        let secretKey: [UInt8]
        let publicKey: [UInt8]
        let aux: [UInt8]
        let message: [UInt8]
        let signature: [UInt8]
        let isValid: Bool
    }

    private func rows() throws -> [Row] {
        let text = String(decoding: try Upstream.bytes("bip-0340/test-vectors.csv"), as: UTF8.self)
        return try text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let columns = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            func hex(_ index: Int) throws -> [UInt8] { try Hex.decode(columns[index].lowercased()) }
            return Row(
                index: columns[0],
                secretKey: try hex(1),
                publicKey: try hex(2),
                aux: try hex(3),
                message: try hex(4),
                signature: try hex(5),
                isValid: columns[6] == "TRUE"
            )
        }
    }

    @Test func everyRowWithADigestSignsAndVerifiesAsTheTableSays() throws {
        let rows = try rows()
        let digests = rows.filter { $0.message.count == 32 }
        #expect(rows.count == 19)
        #expect(digests.count == 15)
        for row in digests {
            let message = try Bytes32(row.message)
            let isValid =
                (try? PublicKey([2] + row.publicKey)).map { Schnorr.verify(row.signature, message, by: $0) } ?? false
            #expect(isValid == row.isValid, "row \(row.index)")
            guard !row.secretKey.isEmpty else { continue }
            let key = try SecretKey(row.secretKey)
            #expect(Array(key.publicKey.xOnly) == row.publicKey, "row \(row.index)")
            #expect(Schnorr.sign(message, with: key, aux: try Bytes32(row.aux)) == row.signature, "row \(row.index)")
        }
    }
}
