import Primitives
import Rules
import TestSupport
import Testing

import SaltSecret

@Suite struct MaskingTests {
    static let salt = Array(UInt8(0)...15)
    static let shortSecret = [UInt8](repeating: 0x11, count: 16)
    static let secret = shortSecret + [UInt8](repeating: 0x22, count: 16)

    /// Worked out with other programs (C-50).
    @Test(arguments: [
        (Masking.SA, "1b76ad9c6a9a55b9ce6e914f139fdddc"), (.SA2, "963e2aa284499e587cc10e93c7e8164e"),
        (.SB16, "ed39e2bf683b63c0b3b830561478bc88"), (.SC_ct16_head, "d253b91fb31e687df60b29cec4c1f1fe"),
        (.SC_tag16_head, "e72d18f67224e6f1dbdb2d142a3521f6"), (.SC_ct16_tail, "07c90cacb5d7f45030b1feebe0ed2569"),
        (.SC_tag16_tail, "5aa5a522d2458f96f9897121d77f73fe"),
    ])
    func aReadingGivesItsAnchor(_ reading: Masking, _ anchor: String) throws {
        let secret = Array(Self.secret.prefix(reading.secretSize))
        #expect(Hex.encode(try reading.mask(secret, with: Self.salt).encrypted_counterparty_secret) == anchor)
    }

    @Test(arguments: [
        (Masking.SD_head, Masking.SC_ct16_head, Masking.SC_tag16_head), (.SD_tail, .SC_ct16_tail, .SC_tag16_tail),
    ])
    func theFullSealingHasThePartsThatTheOthersKeep(_ full: Masking, _ ct: Masking, _ tag: Masking) throws {
        let masked = try full.mask(Self.secret, with: Self.salt).encrypted_counterparty_secret
        #expect(Array(masked.prefix(16)) == (try ct.mask(Self.secret, with: Self.salt).encrypted_counterparty_secret))
        #expect(Array(masked.suffix(16)) == (try tag.mask(Self.secret, with: Self.salt).encrypted_counterparty_secret))
    }

    @Test(arguments: Masking.allCases)
    func theResultHasTheReadingsSizeAndDependsOnBoth(_ reading: Masking) throws {
        let secret = Array(Self.secret.prefix(reading.secretSize))
        let masked = try reading.mask(secret, with: Self.salt).encrypted_counterparty_secret
        #expect(masked.count == reading.maskedSize)
        #expect(masked == (try reading.mask(secret, with: Self.salt).encrypted_counterparty_secret))
        #expect(masked != (try reading.mask(secret, with: Self.salt.reversed()).encrypted_counterparty_secret))
        #expect(masked != (try reading.mask(secret.map { $0 ^ 1 }, with: Self.salt).encrypted_counterparty_secret))
        #expect(masked != secret)
    }

    @Test(arguments: Masking.allCases)
    func aSaltOfOnesNamesTheLastBlock(_ reading: Masking) throws {
        let secret = Array(Self.secret.prefix(reading.secretSize))
        let masked = try reading.mask(secret, with: [UInt8](repeating: 0xff, count: 16))
        #expect(masked.encrypted_counterparty_secret.count == reading.maskedSize)
    }

    @Test(arguments: Masking.allCases)
    func everyOtherSizeIsAFinding(_ reading: Masking) {
        let secret = Array(Self.secret.prefix(reading.secretSize))
        for count in 0...100 where count != 16 {
            let salt = [UInt8](repeating: 7, count: count)
            #expect(finding { _ = try reading.mask(secret, with: salt) }?.requirement == "SALT-1")
        }
        for count in 0...100 where count != reading.secretSize {
            let secret = [UInt8](repeating: 7, count: count)
            #expect(finding { _ = try reading.mask(secret, with: Self.salt) }?.requirement == "SALT-3")
        }
    }

    @Test func theCheckOfAMaskedSecretTellsSizeFromContent() throws {
        let expected = try Masking.SB16.mask(Self.secret, with: Self.salt)
        func broken(_ masked: [UInt8]) -> [RequirementID] {
            var validation = Validation(.collecting)
            let writing = MaskingWriterOutput(
                reading: .SB16,
                encrypted_counterparty_secret: masked,
                expected: expected
            )
            try? validation.apply(MaskingChecks.all, to: writing)
            return validation.findings.map(\.requirement)
        }
        #expect(broken(expected.encrypted_counterparty_secret).isEmpty)
        #expect(broken(expected.encrypted_counterparty_secret + [0]) == ["SALT-2"])
        #expect(broken(Self.shortSecret) == ["SALT-3"])
    }
}

/// The finding with which `body` ends; `nil` when it ends well.
func finding(_ body: () throws -> Void) -> Finding? {
    do {
        try body()
        return nil
    } catch {
        return error as? Finding
    }
}
