import Lightning
import Primitives
import Rules
import Testing
import Wire

/// BOLT 4, "Onion Decryption": a packet for each way to be rejected, and its neighbour that is not.
struct OnionDecryptionTests {
    private let key: SecretKey
    private let session_key: SecretKey

    init() throws {
        key = try SecretKey(number: 0x41)
        session_key = try SecretKey(number: 0x42)
    }

    /// A packet of `N` bytes of payloads that start with `start`, and the finding with which it is rejected.
    private func rejections(of start: [UInt8], _ N: Int = 100) throws -> RequirementID? {
        let payloads = start + [UInt8](repeating: 0, count: N - start.count)
        let packet = OnionPacket.sealing(payloads, for: key.publicKey, session_key: session_key)
        return finding { _ = try packet.peel(key) }?.requirement
    }

    private func packet(_ payload: [UInt8] = [4, 0]) throws -> [UInt8] {
        let hop = OnionHop(N: key.publicKey, payload: payload)
        return try OnionPacket.create([hop], session_key: session_key, payloadsSize: 100).packet.bytes
    }

    private func read(_ bytes: [UInt8]) -> Finding? {
        finding {
            var validation = Validation(.strict)
            _ = try OnionPacket.read(bytes[...], &validation).peel(key)
        }
    }

    @Test func aPacketOfAnotherVersionIsRejected() throws {
        var bytes = try packet()
        #expect(read(bytes) == nil)
        bytes[0] = 1
        #expect(read(bytes)?.requirement == "OD-1")
        #expect(read(bytes)?.reason == "onion.version")
    }

    @Test func aKeyThatIsNoPointIsRejected() throws {
        var bytes = try packet()
        bytes[1] = 4
        #expect(read(bytes)?.requirement == "OD-2")
        bytes.replaceSubrange(1..<34, with: [UInt8](repeating: 0, count: 33))
        #expect(read(bytes)?.reason == "onion.key")
    }

    @Test func anHMACOverOtherDataIsRejected() throws {
        var bytes = try packet()
        bytes[bytes.count - 1] ^= 1
        #expect(read(bytes)?.requirement == "OD-3")
        let hop = OnionHop(N: key.publicKey, payload: [4, 0])
        let withData = try OnionPacket.create(
            [hop],
            session_key: session_key,
            payloadsSize: 100,
            associated_data: [1]
        ).packet
        #expect(finding { _ = try withData.peel(key) }?.requirement == "OD-3")
        #expect(try withData.peel(key, associated_data: [1]).payload == [4, 0])
    }

    @Test func aLengthThatCannotBeReadIsRejected() throws {
        #expect(try rejections(of: [2, 4, 0]) == nil)
        #expect(try rejections(of: [0xfd, 0, 2, 4, 0]) == "OD-4")
        #expect(try rejections(of: []) == "OD-5", "a length of zero is short, not malformed")
        #expect(try rejections(of: [], 0) == "OD-4", "there is no room for a length")
        #expect(try rejections(of: [0xff], 1) == "OD-4", "the length reaches past twice the payloads")
    }

    @Test func payloadsOfOneByteAndNoneAreRejected() throws {
        #expect(try rejections(of: [0]) == "OD-5")
        #expect(try rejections(of: [1, 4]) == "OD-5")
    }

    /// With 100 bytes of payloads, 200 are unwrapped, one of which is the length.
    @Test func payloadsThatReachTooFarAreRejected() throws {
        #expect(try rejections(of: [67]) == nil)
        #expect(try rejections(of: [68]) == "OD-8")
        #expect(try rejections(of: [167]) == "OD-8")
        #expect(try rejections(of: [168]) == "OD-7")
        #expect(try rejections(of: [199]) == "OD-7")
        #expect(try rejections(of: [200]) == "OD-6")
    }

    @Test func hugeLengthsAreRejected() throws {
        #expect(try rejections(of: [0xff] + [UInt8](repeating: 0xff, count: 8)) == "OD-6")
        #expect(try rejections(of: [0xff, 0x7f] + [UInt8](repeating: 0xff, count: 7)) == "OD-6")
        #expect(try rejections(of: [0xfe, 0xff, 0xff, 0xff, 0xff]) == "OD-6")
    }

    @Test func aZeroHMACEndsTheOnionAndAnotherGoesOn() throws {
        var payloads = [2, 4, 0] + [UInt8](repeating: 0, count: 97)
        let end = OnionPacket.sealing(payloads, for: key.publicKey, session_key: session_key)
        #expect(try end.peel(key).next == nil)
        payloads[34] = 1
        let onward = OnionPacket.sealing(payloads, for: key.publicKey, session_key: session_key)
        let next = try #require(try onward.peel(key).next)
        #expect(next.version == 0)
        #expect(next.hop_payloads.count == 100)
        let ss = key.ecdh(session_key.publicKey)
        let b = try SecretKey(Hash.sha256(session_key.publicKey.bytes, ss.bytes))
        #expect(next.public_key == session_key.multiplied(by: b).publicKey)
        #expect(next.hmac.bytes.last == 1)
    }

    @Test func aPacketShorterThanItsFixedPartsIsRejected() throws {
        let bytes = try packet()
        for count in 0..<OnionPacket.overhead {
            #expect(read(Array(bytes.prefix(count)))?.requirement == "OD-4")
        }
        #expect(read(Array(bytes.prefix(OnionPacket.overhead)))?.requirement == "OD-3")
    }

    @Test func aCompleteExaminationGoesOnPastTheVersion() throws {
        var bytes = try packet()
        bytes[0] = 7
        var validation = Validation(.collecting)
        let packet = try OnionPacket.read(bytes[...], &validation)
        #expect(validation.findings.map(\.requirement) == ["OD-1"])
        #expect(try packet.peel(key).payload == [4, 0])
    }

    @Test func morePayloadThanRoomIsNotBuilt() throws {
        let hop = OnionHop(N: key.publicKey, payload: [UInt8](repeating: 0, count: 67))
        #expect(try OnionPacket.create([hop], session_key: session_key, payloadsSize: 100).packet.peel(key).next == nil)
        let tooLong = OnionHop(N: key.publicKey, payload: [UInt8](repeating: 0, count: 68))
        let rejected = finding { _ = try OnionPacket.create([tooLong], session_key: session_key, payloadsSize: 100) }
        #expect(rejected?.requirement == "OM-W8")
        #expect(finding { _ = try OnionPacket.create([], session_key: session_key, payloadsSize: 100) } != nil)
    }
}
