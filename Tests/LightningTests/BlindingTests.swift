import Lightning
import Primitives
import Rules
import Testing
import Wire

/// Blinded paths: making, opening and judging them.
struct BlindingTests {
    private let keys: [SecretKey]
    private let session_key: SecretKey

    init() throws {
        keys = try (1...4).map { try SecretKey(number: $0) }
        session_key = try SecretKey(number: 9)
    }

    private func node(_ index: Int) -> PublicKey { keys[index].publicKey }

    private func toward(_ index: Int) -> TLVRecord { TLVRecord(type: 4, value: node(index).bytes) }

    private func hop(_ index: Int, _ records: TLVRecord...) -> PlannedHop {
        PlannedHop(node_id: node(index), records: records)
    }

    private func path(_ hops: [PlannedHop], introduction: SciddirOrPubkey? = nil) throws -> BlindedPath {
        try BlindedPath.create(hops, session_key: session_key, introduction: introduction).path
    }

    /// The rules that a path breaks, as the owner of all keys sees it.
    private func broken(_ path: BlindedPath, _ purpose: PathPurpose = .message) throws -> [RequirementID] {
        var validation = Validation(.collecting)
        let open = try path.walk(keys, purpose: purpose, TestProfile.draft)
        try validation.apply(BlindedPathChecks.all + BlindedPathChecks.should + BlindedPathChecks.payment, to: open)
        return validation.findings.map(\.requirement)
    }

    private var good: [PlannedHop] {
        let length = TLVRecord(type: 6, value: [UInt8](repeating: 7, count: 33))
        return [hop(0, toward(1)), hop(1, toward(2)), hop(2, length)]
    }

    @Test func aPathThatKeepsAllRulesBreaksNone() throws {
        let path = try path(good)
        #expect(try broken(path) == [])
        let open = try path.walk(keys, TestProfile.draft)
        #expect(open.endsAt == node(2))
        #expect(open.hops.map { $0.plaintext != nil } == [true, true, false], "the last hop stays closed")
    }

    @Test func theOrderOfKeysDoesNotMatterToAWalk() throws {
        #expect(try path(good).walk(keys.reversed(), TestProfile.draft).endsAt == node(2))
    }

    @Test func aHopOfSomebodyElseIsFoundOut() throws {
        let open = try path(good).walk(keys.filter { $0 != keys[2] }, TestProfile.draft)
        #expect(open.endsAt == nil)
        var validation = Validation(.collecting)
        try validation.apply(BlindedPathChecks.all, to: open)
        #expect(validation.findings.map(\.requirement) == ["RB-W5"])
    }

    @Test func eachRuleOfTheWriterIsBrokenAlone() throws {
        #expect(try broken(path([hop(0, toward(2)), good[1], good[2]])) == ["RB-W1"])
        #expect(try broken(path(good, introduction: .pubkey(node(3).bytes[...]))) == ["RB-W2"])
        #expect(try broken(path([good[0], hop(1, toward(2)), hop(2)])) == ["RB-W8"])
        let unnamed = TLVRecord(type: 1, value: [UInt8](repeating: 0, count: 33))
        #expect(try broken(path([hop(0, unnamed), good[1], good[2]])) == ["RB-W11"])
        let payment = TLVRecord(type: 10, value: [0, 1, 0, 0, 0, 0])
        let padded = TLVRecord(type: 6, value: [UInt8](repeating: 7, count: 41))
        let long = TLVRecord(type: 1, value: [UInt8](repeating: 0, count: 6))
        let hops = [hop(0, toward(1), payment), hop(1, toward(2), long), hop(2, padded)]
        #expect(try broken(path(hops)) == ["RB-W12"])
    }

    @Test func wrongBlindedIDsAndSealsAreFoundOut() throws {
        let right = try path(good)
        var hops = right.hops
        hops[2] = BlindedPath.Hop(
            blinded_node_id: node(2).bytes[...],
            encrypted_recipient_data: hops[2].encrypted_recipient_data
        )
        #expect(try broken(right.with(hops)) == ["RB-W5"])
        hops = right.hops
        var sealed = Array(hops[1].encrypted_recipient_data)
        sealed[0] ^= 1
        hops[1] = BlindedPath.Hop(blinded_node_id: hops[1].blinded_node_id, encrypted_recipient_data: sealed[...])
        #expect(try broken(right.with(hops)) == ["RB-W9"])
    }

    @Test func pathsForPaymentsHaveRulesOfTheirOwn() throws {
        let relay = TLVRecord(type: 10, value: [0, 1, 0, 0, 0, 0])
        let constraints = TLVRecord(type: 12, value: [0, 0, 0, 1])
        let last = TLVRecord(type: 6, value: [UInt8](repeating: 7, count: 47))
        #expect(try broken(path([hop(0, toward(1), relay, constraints), hop(1, last)]), .payment) == [])
        let other = TLVRecord(type: 6, value: [UInt8](repeating: 7, count: 41))
        #expect(try broken(path([hop(0, toward(1), relay), hop(1, other)]), .payment) == ["RB-P2"])
        let bare = TLVRecord(type: 6, value: [UInt8](repeating: 7, count: 39))
        #expect(try broken(path([hop(0, toward(1), constraints), hop(1, bare)]), .payment) == ["RB-P1"])
    }

    @Test func aJoinNeedsItsKeyInTheHopBefore() throws {
        let joinKey = try SecretKey(number: 7)
        let override = TLVRecord(type: 8, value: joinKey.publicKey.bytes)
        let joined = PlannedHop(node_id: node(2), encrypted_data_tlv: [], session_key: joinKey)
        let right = [hop(0, toward(1)), hop(1, toward(2), override), joined]
        #expect(try path(right).walk(keys, TestProfile.draft).endsAt == node(2))
        #expect(try madeWith(right) == [])
        #expect(try madeWith([hop(0, toward(1)), hop(1, toward(2)), joined]) == ["RB-W6"])
        let stray = TLVRecord(type: 8, value: node(3).bytes)
        #expect(try madeWith([hop(0, toward(1)), hop(1, toward(2), stray), joined]) == ["RB-W6"])
        #expect(try madeWith([hop(0, toward(1)), hop(1, toward(2), override), hop(2)]) == ["RB-W6"])
    }

    /// The rules that a path breaks, as its maker sees it.
    private func madeWith(_ planned: [PlannedHop]) throws -> [RequirementID] {
        var validation = Validation(.collecting)
        let profile = TestProfile.draft
        let data = try planned.map { try EncryptedData.read($0.encrypted_data_tlv[...], profile, &validation) }
        let created = try BlindedPath.create(planned, session_key: session_key)
        let made = DecryptedPath.made(created, of: planned, data: data, dummies: [], purpose: .message)
        try validation.apply(BlindedPathChecks.all, to: made)
        return validation.findings.map(\.requirement)
    }

    @Test func twoPathsWithOneFirstKeyAreFoundOut() throws {
        let path = try path(good)
        let other = try BlindedPath.create(good, session_key: SecretKey(number: 8)).path
        #expect(BlindedPathChecks.freshKeys.evaluate([path, other]) == .meets)
        #expect(BlindedPathChecks.freshKeys.evaluate([path, path]) == .fails("two paths have the same first key"))
    }

    @Test func paddingMakesEveryLengthButThree() throws {
        let stream = TLVStream(sorting: [TLVRecord(type: 6, value: [1, 2])])
        let mostThatCanBeSealed = 65_519
        let impossible = (0...mostThatCanBeSealed).filter { count in
            (try? PathPadding.pad(stream, to: count))?.bytes.count != count
        }
        #expect(impossible == [0, 1, 2, 3, 5, 4 + 255, 4 + 256], "a stream of 4 bytes is not shortened")
        let again = try PathPadding.pad(PathPadding.pad(stream, to: 50), to: 40)
        #expect(again.bytes.count == 40)
        #expect(again.records.map(\.type) == [1, 6])
    }

    @Test func zeroHopsAndTooManyAreNotMade() throws {
        #expect(finding { _ = try path([]) }?.reason == .zeroHops)
        #expect(finding { _ = try path([PlannedHop](repeating: hop(0), count: 256)) }?.requirement == "RB-W1")
        #expect(try path([PlannedHop](repeating: hop(0), count: 255)).hops.count == 255)
    }

    @Test func dataUpToTheEncodingsLimitIsSealed() throws {
        let most = PlannedHop(node_id: node(0), encrypted_data_tlv: [UInt8](repeating: 0, count: 65_519))
        #expect(try path([most]).hops[0].encrypted_recipient_data.count == 65_535)
        let more = PlannedHop(node_id: node(0), encrypted_data_tlv: [UInt8](repeating: 0, count: 65_520))
        #expect(finding { _ = try path([more]) }?.requirement == "RB-W9")
    }

    // MARK: The reader of a hop's data

    private func open(
        _ records: [TLVRecord],
        _ profile: Profile,
        receive_auth_key: Bytes32? = nil
    ) throws -> OpenedData {
        let hop = PlannedHop(node_id: node(0), records: records, receive_auth_key: receive_auth_key)
        let path = try path([hop])
        var validation = Validation(.strict)
        let unblinding = try Unblinding(node_key: keys[0], path_key: path.firstPathKey())
        return try unblinding.open(
            path.hops[0].encrypted_recipient_data,
            profile,
            receive_auth_key: receive_auth_key,
            &validation
        )
    }

    @Test func dataWithUnknownEvenRecordsIsRejectedAndOddOnesAreNot() throws {
        let profile = TestProfile.draft
        #expect(try open([TLVRecord(type: 561, value: [1])], profile).tag == .standard)
        let rejected = finding { _ = try open([TLVRecord(type: 560, value: [1])], profile) }
        #expect(rejected?.requirement == "RB-E2")
        #expect(rejected?.reason == "tlv.unknown_even")
    }

    @Test func bothNextHopsAreTakenOrRejectedAsTheProfileSays() throws {
        let both = [toward(1), TLVRecord(type: 2, value: [UInt8](repeating: 0, count: 8))]
        #expect(try open(both, TestProfile.draft).encrypted_data.nextHop == .node(node(1).bytes[...]))
        #expect(finding { _ = try open(both, TestProfile.ldk) }?.requirement == "OM-R5")
    }

    @Test func thePathIDMustBeTheExpectedOne() throws {
        let opened = try open([TLVRecord(type: 6, value: [1, 2, 3])], TestProfile.draft)
        var validation = Validation(.collecting)
        try opened.check(expected_path_id: [1, 2, 3], &validation)
        #expect(validation.findings.isEmpty)
        try opened.check(expected_path_id: [1, 2, 4], &validation)
        try opened.check(expected_path_id: [1, 2], &validation)
        #expect(validation.findings.map(\.requirement) == ["RB-E5", "RB-E5"])
        var strict = Validation(.strict)
        let without = try open([], TestProfile.draft)
        #expect(finding { try without.check(expected_path_id: [], &strict) }?.requirement == "RB-E5")
    }

    @Test func ldksTagIsForTheReceiversOwnHopsOnly() throws {
        let key = Bytes32(repeating: 5)
        let profile = TestProfile.ldk
        let context = TLVRecord(type: 65_537, value: [1])
        #expect(try open([context], profile, receive_auth_key: key).tag == .ldk)
        #expect(finding { _ = try open([toward(1)], profile, receive_auth_key: key) }?.requirement == "RB-E2")
        #expect(finding { _ = try open([context], TestProfile.draft, receive_auth_key: key) }?.reason == "aead")
    }

    @Test func feesOfAPathRoundUpAndDoNotOverflow() throws {
        let relay = PaymentRelay(cltv_expiry_delta: 10, fee_proportional_millionths: 1, fee_base_msat: 1)
        let total = PaymentRelay.total(of: [relay, relay], min_final_cltv_expiry_delta: 3)
        #expect(total == PaymentRelay(cltv_expiry_delta: 23, fee_proportional_millionths: 3, fee_base_msat: 3))
        let most = UInt64(UInt32.max)
        let greedy = PaymentRelay(cltv_expiry_delta: 1, fee_proportional_millionths: most, fee_base_msat: most)
        #expect(PaymentRelay.total(of: [PaymentRelay](repeating: greedy, count: 255)) == nil)
        #expect(PaymentRelay.total(of: [])?.fee_base_msat == 0)
    }
}

extension BlindedPath {
    fileprivate func with(_ hops: [Hop]) -> BlindedPath {
        BlindedPath(introduction: introduction, path_key: path_key, hops: hops)
    }
}
