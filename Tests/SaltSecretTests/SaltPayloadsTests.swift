import Lightning
import Primitives
import Rules
import TestSupport
import Testing
import Wire

import SaltSecret

@Suite struct SaltPayloadsTests {
    private let both: [UInt64] = [4, 4141, 4343]

    private func path(_ name: String, hops: Int) -> BlindedPath {
        var randomness = SeededRandomness(seed: name)
        return BlindedPath(
            introduction: .pubkey(randomness.secretKey().publicKey.bytes[...]),
            path_key: randomness.secretKey().publicKey.bytes[...],
            hops: (0..<hops).map { _ in
                BlindedPath.Hop(
                    blinded_node_id: randomness.secretKey().publicKey.bytes[...],
                    encrypted_recipient_data: randomness.bytes(40)[...]
                )
            }
        )
    }

    private func request(hops: Int, before: Int = 0, reply: Int = 2) throws -> SaltRequest {
        SaltRequest(
            pre_hops: (0..<before).map { [UInt8($0), 1, 2] },
            path: path("offer", hops: hops),
            grant: try SaltGrant(
                unique_salt: MaskingTests.salt,
                encrypted_counterparty_secret: MaskingTests.shortSecret
            ),
            sealing: .recommended,
            nonce: nil,
            reply_path: path("reply", hops: reply),
            invoice_request: [0, 1, 42]
        )
    }

    private func types(_ request: SaltRequest) throws -> [[UInt64]] {
        try request.payloads().map { $0.records.map(\.type) }
    }

    private func broken(_ payloads: [TLVStream], _ request: SaltRequest) -> [RequirementID] {
        var validation = Validation(.collecting)
        try? validation.apply(SaltPayloadChecks.all, to: SaltRequestWriterOutput(payloads: payloads, request: request))
        return validation.findings.map(\.requirement)
    }

    @Test func theDrawingOfTheTextComesOut() throws {
        #expect(try types(request(hops: 3, before: 1)) == [[4], both, both, [2, 4, 64]])
    }

    @Test(arguments: [2, 3, 5], [0, 1, 2])
    func everyHopOfThePathButTheLastGetsBothRecords(hops: Int, before: Int) throws {
        let request = try request(hops: hops, before: before)
        let relays = Array(repeating: both, count: hops - 1)
        #expect(try types(request) == Array(repeating: [4], count: before) + relays + [[2, 4, 64]])
        #expect(broken(try request.payloads(), request).isEmpty)
    }

    @Test(arguments: [0, 1])
    func aPathOfOneHopGetsAPlainRequest(before: Int) throws {
        let request = try request(hops: 1, before: before)
        #expect(try types(request) == Array(repeating: [4], count: before) + [[2, 4, 64]])
        #expect(broken(try request.payloads(), request).isEmpty)
    }

    @Test func theSealedPathIsTheSameEverywhereAndOpens() throws {
        let request = try request(hops: 4)
        let sealed = try request.payloads().compactMap { $0[4141] }
        #expect(Set(sealed).count == 1)
        let plaintext = try Sealing.RA.open(try #require(sealed.first), under: MaskingTests.shortSecret)
        var validation = Validation(.strict)
        #expect(try ReplyPath.decode(plaintext, &validation) == request.reply_path)
        #expect(try request.payloads().compactMap { $0[4343] }.allSatisfy { $0 == MaskingTests.salt[...] })
    }

    @Test func pathsWithoutHopsAreFindings() throws {
        #expect(finding { _ = try request(hops: 0).payloads() }?.requirement == "RB-W1")
        #expect(finding { _ = try request(hops: 2, reply: 0).payloads() }?.requirement == "RB-W1")
    }

    @Test func aGrantOfAnotherSizeIsAFinding() {
        for count in 0...60 {
            let bytes = [UInt8](repeating: 0, count: count)
            let salt = finding {
                _ = try SaltGrant(unique_salt: bytes, encrypted_counterparty_secret: MaskingTests.salt)
            }
            #expect((salt == nil) == (count == 16))
            let masked = finding {
                _ = try SaltGrant(unique_salt: MaskingTests.salt, encrypted_counterparty_secret: bytes)
            }
            #expect((masked == nil) == (count == 16 || count == 48))
        }
    }

    @Test func theChecksBearAnyNumberOfAnyPayloads() throws {
        let request = try request(hops: 3, before: 1)
        var randomness = SeededRandomness(seed: "payloads")
        for count in 0..<200 {
            let payloads = (0..<count % 8).map { _ in
                TLVStream(
                    sorting: [2, 4, 64, 4141, 4343].filter { _ in randomness.integer(below: 2) == 0 }.map {
                        TLVRecord(type: $0, value: randomness.bytes(randomness.integer(below: 60)))
                    }
                )
            }
            #expect(!broken(payloads, request).isEmpty)
        }
    }
}

@Suite struct SaltOfferRecordsTests {
    private func grant() throws -> SaltGrant {
        try SaltGrant(unique_salt: MaskingTests.salt, encrypted_counterparty_secret: MaskingTests.shortSecret)
    }

    @Test func aGrantComesBackOutOfItsOffer() throws {
        let records = SaltOfferRecords.records(try grant())
        #expect(try SaltOfferRecords.grant(in: TLVStream(sorting: records)) == (try grant()))
        #expect(records.allSatisfy { !$0.type.isMultiple(of: 2) && Bolt12Range.isOffer($0.type) })
    }

    @Test func anOfferWithOneOfTheTwoIsAnOrdinaryOne() throws {
        for record in SaltOfferRecords.records(try grant()) {
            #expect(try SaltOfferRecords.grant(in: TLVStream(sorting: [record])) == nil)
        }
        #expect(try SaltOfferRecords.grant(in: TLVStream(sorting: [])) == nil)
    }

    @Test func valuesOfOtherSizesAreFindings() throws {
        let records = SaltOfferRecords.records(try grant())
        let salt = TLVRecord(type: SaltOfferRecords.unique_salt, value: [1, 2, 3])
        let found = finding { _ = try SaltOfferRecords.grant(in: TLVStream(sorting: records + [salt])) }
        #expect(found?.requirement == "SALT-1")
    }
}
