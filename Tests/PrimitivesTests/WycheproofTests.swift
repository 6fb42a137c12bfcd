import Primitives
import StrictJSON
import Testing
import TestSupport

/// Every case of the Wycheproof files, with the file's own count. What is not run is counted and named.
@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "1251 Wycheproof cases skipped: \(Upstream.howToGet)")))
struct WycheproofTests {
    private struct Case {
        let group: JSONReader
        let test: JSONReader

        var isValid: Bool { get throws { try test.member("result").string() == "valid" } }
        var name: String { "tcId \(test.value["tcId"]?.line ?? "?")" }
        func hex(_ key: String) throws -> [UInt8] { try Hex.decode(test.member(key).string()) }
    }

    private func cases(_ file: String) throws -> [Case] {
        let root = try Upstream.json("wycheproof/\(file)")
        let cases = try root.member("testGroups").elements().flatMap { group in
            try group.member("tests").elements().map { Case(group: group, test: $0) }
        }
        #expect(UInt64(cases.count) == (try root.member("numberOfTests").number(atMost: 1 << 20)))
        return cases
    }

    @Test func chaCha20Poly1305SealsAndOpensAsTheFileSays() throws {
        var otherNonceSizes = 0
        let all = try cases("chacha20_poly1305_test.json")
        for testCase in all {
            let nonce = try testCase.hex("iv")
            let key = try Bytes32(testCase.hex("key"))
            let associatedData = try testCase.hex("aad")
            let message = try testCase.hex("msg")
            let sealed = try testCase.hex("ct") + testCase.hex("tag")
            if nonce.count != 12 {
                otherNonceSizes += 1
                #expect(throws: PrimitiveError.self) { try ChaCha20Poly1305.open(sealed, key: key, nonce: nonce) }
                continue
            }
            let opened = try? ChaCha20Poly1305.open(sealed, key: key, nonce: nonce, associatedData: associatedData)
            let isValid = try testCase.isValid
            #expect((opened == message) == isValid, "\(testCase.name)")
            if isValid {
                let made = try ChaCha20Poly1305.seal(message, key: key, nonce: nonce, associatedData: associatedData)
                #expect(made == sealed, "\(testCase.name)")
            }
        }
        #expect(all.count == 325)
        #expect(otherNonceSizes == 9)
    }

    @Test func hmacSHA256IsAsTheFileSays() throws {
        let all = try cases("hmac_sha256_test.json")
        for testCase in all {
            let size = Int(try testCase.group.member("tagSize").number(atMost: 256)) / 8
            let tag = Hash.hmac(key: try testCase.hex("key"), try testCase.hex("msg")).bytes.prefix(size)
            #expect(ConstantTime.equal(tag, try testCase.hex("tag")) == (try testCase.isValid), "\(testCase.name)")
        }
        #expect(all.count == 174)
    }

    /// BOLT 4's ECDH hashes the compressed product, so it is compared with both points that have the file's x coordinate,
    /// and the product's own x with the file's.
    @Test func ecdhGivesTheFilesXCoordinate() throws {
        let all = try cases("ecdh_secp256k1_test.json")
        var notCompressible = 0
        var compared = 0
        for testCase in all {
            guard let point = try compressedPoint(testCase), let key = try secretKey(testCase) else {
                notCompressible += 1
                continue
            }
            compared += 1
            guard let point = try? PublicKey(point) else {
                #expect(try testCase.test.member("result").string() != "valid", "\(testCase.name)")
                continue
            }
            let x = try testCase.hex("shared")
            #expect(Array(point.multiplied(by: key).xOnly) == x, "\(testCase.name)")
            let candidates = [Hash.sha256([2] + x), Hash.sha256([3] + x)]
            #expect(candidates.contains(key.ecdh(point)), "\(testCase.name)")
        }
        #expect(all.count == 752)
        #expect(compared + notCompressible == 752)
        #expect(compared >= 470, "only \(compared) of the keys were in a form that is read here")
    }

    /// The file's keys are DER. Taken are the two plain forms: compressed, and uncompressed where the point is right (its y
    /// gives the prefix). Uncompressed points off the curve, other parameters and broken DER are for readers of those forms,
    /// which this project has none of.
    private func compressedPoint(_ testCase: Case) throws -> [UInt8]? {
        let der = try testCase.hex("public")
        let uncompressed = try Hex.decode("3056301006072a8648ce3d020106052b8104000a034200")
        let compressed = try Hex.decode("3036301006072a8648ce3d020106052b8104000a032200")
        if der.starts(with: uncompressed), der.count == uncompressed.count + 65, try testCase.isValid {
            return [2 + ((der.last ?? 0) & 1)] + der.dropFirst(uncompressed.count + 1).prefix(32)
        }
        if der.starts(with: compressed), der.count == compressed.count + 33 { return Array(der.suffix(33)) }
        return nil
    }

    private func secretKey(_ testCase: Case) throws -> SecretKey? {
        let bytes = try testCase.hex("private").drop { $0 == 0 }
        guard bytes.count <= 32 else { return nil }
        return try? SecretKey([UInt8](repeating: 0, count: 32 - bytes.count) + bytes)
    }
}
