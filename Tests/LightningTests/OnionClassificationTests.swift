import Lightning
import Primitives
import Rules
import Testing
import Wire

/// Layers in clear: what a relay and a last hop make of the records.
struct OnionClassificationTests {
    private let node = SeededRandomness.key("next")

    private func toward(_ type: UInt64 = 4) -> TLVRecord {
        TLVRecord(type: type, value: type == 4 ? node.publicKey.bytes : [0, 0, 0, 0, 0, 0, 0, 1])
    }

    /// The rules that a layer breaks, all of them.
    private func broken(
        _ payload: [TLVRecord],
        _ data: [TLVRecord],
        final: Bool,
        _ profile: Profile = TestProfile.draft
    ) -> [RequirementID] {
        var validation = Validation(.collecting)
        do {
            let layer = try layer(payload, data, final: final, profile, &validation)
            try validation.apply(OnionMessageReaderChecks.all, to: layer)
        } catch let finding as Finding {
            validation.note(finding)
        } catch {
            Issue.record(error)
        }
        return validation.findings.map(\.requirement)
    }

    private func layer(
        _ payload: [TLVRecord],
        _ data: [TLVRecord],
        final: Bool,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws -> MessageLayer {
        let onionmsg_tlv = TLVStream(sorting: payload + [TLVRecord(type: 4, value: [0])]).bytes
        return MessageLayer(
            payload: try OnionMessagePayload.read(onionmsg_tlv[...], profile, &validation),
            encrypted_data: try EncryptedData.read(TLVStream(sorting: data).bytes[...], profile, &validation),
            final: final
        )
    }

    private let content = TLVRecord(type: 64, value: [1])

    @Test func aRelayTakesRecord4Alone() {
        #expect(broken([], [toward()], final: false) == [])
        #expect(broken([], [toward(2)], final: false) == [])
        #expect(broken([TLVRecord(type: 65, value: [])], [toward()], final: false) == ["OM-R3"])
        #expect(broken([content], [toward()], final: false) == ["OM-R3"])
        #expect(broken([TLVRecord(type: 1, value: [])], [toward()], final: false) == ["OM-R3"])
    }

    @Test func aRelayTakesNoPathIDAndNeedsANextPeer() {
        #expect(broken([], [toward(), TLVRecord(type: 6, value: [])], final: false) == ["OM-R4"])
        #expect(broken([], [], final: false) == ["OM-R5"])
        #expect(broken([], [toward(), toward(2)], final: false) == [])
        #expect(broken([], [toward(), toward(2)], final: false, TestProfile.ldk) == ["OM-R5"])
    }

    @Test func aLastHopTakesOnePayload() {
        #expect(broken([content], [], final: true) == [])
        #expect(broken([content], [TLVRecord(type: 6, value: [1])], final: true) == [])
        #expect(broken([content, TLVRecord(type: 66, value: [])], [], final: true) == ["OM-R9"])
        #expect(broken([content, TLVRecord(type: 65, value: [])], [], final: true) == ["OM-R9"])
        #expect(broken([content, TLVRecord(type: 63, value: [])], [], final: true) == [])
        #expect(broken([], [], final: true) == ["OM-R9"])
        #expect(broken([TLVRecord(type: 65, value: [])], [], final: true) == ["OM-R9"])
    }

    @Test func numbersOfMessagesAreThoseOfTheProfile() {
        let draft = TLVRecord(type: 65_540, value: [])
        let ldk = TLVRecord(type: 75_540, value: [])
        #expect(broken([draft], [], final: true) == [])
        #expect(broken([ldk], [], final: true, TestProfile.ldk) == [])
        #expect(broken([ldk], [], final: true) == ["OM-R1"], "even and unknown")
        #expect(broken([draft], [], final: true, TestProfile.ldk) == ["OM-R1"])
    }

    @Test func anyAllowedFeatureIsUnknown() {
        #expect(broken([content], [TLVRecord(type: 14, value: [])], final: true) == [])
        #expect(broken([content], [TLVRecord(type: 14, value: [2])], final: true) == ["OM-R2"])
        #expect(broken([], [toward(), TLVRecord(type: 14, value: [1])], final: false) == ["OM-R2"])
    }

    @Test func aKnownFeatureIsTaken() throws {
        var validation = Validation(.strict)
        let record = TLVRecord(type: 14, value: [2])
        let unaware = try layer([content], [record], final: true, TestProfile.draft, &validation)
        let aware = MessageLayer(
            payload: unaware.payload,
            encrypted_data: unaware.encrypted_data,
            final: true,
            known_features: FeatureBits([2])
        )
        #expect(finding { try validation.apply(OnionMessageReaderChecks.all, to: aware) } == nil)
        #expect(finding { try validation.apply(OnionMessageReaderChecks.all, to: unaware) }?.reason == .features)
    }

    @Test func malformedStreamsAreRejectedUnderTheRuleOfTheirPlace() {
        #expect(broken([content], [TLVRecord(type: 4, value: [1])], final: true) == ["RB-E2"])
        #expect(broken([TLVRecord(type: 2, value: [1]), content], [], final: true) == ["OM-R1"])
        #expect(broken([], [TLVRecord(type: 4, value: [UInt8](repeating: 2, count: 32))], final: false) == ["RB-E2"])
    }

    @Test func aReplyPathIsHandedOnAndNeedsHops() throws {
        let hop = PlannedHop(node_id: node.publicKey, records: [])
        let path = try BlindedPath.create([hop], session_key: node).path
        let bytes = try #require(BlindedPath.format.encode(path.value))
        let record = TLVRecord(type: 2, value: bytes)
        #expect(broken([record, content], [], final: true) == [])
        var validation = Validation(.strict)
        let layer = try layer([record, content], [], final: true, TestProfile.draft, &validation)
        #expect(layer.meaning == .content(content, reply_path: path))
        let empty = TLVRecord(type: 2, value: bytes.prefix(66) + [0])
        #expect(broken([empty, content], [], final: true) == ["RB-W1"])
    }

    @Test func aDummyHopGoesOnAndIsNeverTheEnd() {
        let dummy = TLVRecord(type: 65_539, value: [])
        #expect(broken([], [dummy], final: false, TestProfile.ldk) == [])
        #expect(broken([content], [dummy], final: true, TestProfile.ldk) == ["RB-W10"])
    }

    @Test func leavingACheckOutLetsItsFaultPass() throws {
        var validation = Validation(.strict)
        let layer = try layer([content], [toward()], final: false, TestProfile.draft, &validation)
        #expect(finding { try validation.apply(OnionMessageReaderChecks.all, to: layer) }?.requirement == "OM-R3")
        let lax = OnionMessageReaderChecks.all.without("OM-R3")
        #expect(finding { try validation.apply(lax, to: layer) } == nil)
    }
}

extension SeededRandomness {
    static func key(_ seed: String) -> SecretKey {
        var randomness = SeededRandomness(seed: seed)
        return randomness.secretKey()
    }
}
