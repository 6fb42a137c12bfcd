import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import Wire

import SaltSecret

/// The three machines talking to each other, each behind a node of its own.
struct SaltRolesTests {
    @Test(arguments: SaltReadings.all)
    func aPayerIsServedWhileTheReceiverIsAway(_ readings: SaltReadings) throws {
        var stage = try SaltHarness(readings)
        let offer = try stage.introduce()
        stage.isReceiverThere = false
        try stage.pay(offer, msat: 5000)
        #expect(stage.paid.map(\.amount_msat) == [5000])
        #expect(stage.requestsReceived == [])
    }

    @Test func aReceiverWhoIsThereGetsTheRequestAndNobodyIsServed() throws {
        var stage = try SaltHarness()
        let offer = try stage.introduce()
        try stage.tell(.counterparty, .command(.salt(.setOnline(true))))
        try stage.pay(offer, msat: 5000)
        #expect(stage.requestsReceived.count == 1)
        #expect(stage.paid == [])
    }

    @Test func everythingGoesOnAfterAKillOfEachParty() throws {
        var stage = try SaltHarness()
        let offer = try stage.introduce()
        stage.isReceiverThere = false
        for round in 1...3 {
            try stage.start(.counterparty, life: round)
            try stage.start(.payer, life: round)
            try stage.pay(offer, msat: 5000)
            #expect(stage.paid.count == round)
        }
    }

    @Test func anInvoiceThatIsNotStoredIsNotServed() throws {
        var stage = try SaltHarness()
        stage.storeResult = .error
        let offer = try stage.introduce()
        try stage.pay(offer, msat: 5000)
        #expect(stage.paid == [])
        stage.storeResult = .ok
        let second = try stage.introduce()
        try stage.pay(second, msat: 6000)
        #expect(stage.paid.map(\.amount_msat) == [6000])
    }

    @Test func aPayerWithoutTheSchemeSendsAPlainRequestThatReachesTheReceiver() throws {
        var stage = try SaltHarness()
        stage.isPayerUnaware = true
        try stage.start(.payer, life: 1)
        let offer = try stage.introduce()
        try stage.pay(offer, msat: 5000)
        #expect(stage.requestsReceived.count == 1)
        #expect(stage.paid == [])
    }

    /// SALT-20: the payer has one request open, and pays for it once.
    @Test func aSecondCopyOfTheInvoiceIsNotPaid() throws {
        var stage = try SaltHarness()
        let offer = try stage.introduce()
        stage.repeatsMessages = true
        try stage.pay(offer, msat: 5000)
        #expect(stage.paid.count == 1)
    }

    /// SALT-1: 1000 grants, half of them after a restart.
    @Test func aThousandGrantsHaveAThousandSalts() throws {
        var stage = try SaltHarness()
        var salts: Set<[UInt8]> = []
        for life in 0..<2 {
            if life > 0 { try stage.start(.counterparty, life: life) }
            for _ in 0..<500 { salts.insert(try stage.grant().unique_salt) }
        }
        #expect(salts.count == 1000)
        #expect(salts.allSatisfy { $0.count == 16 })
    }

    /// SALT-4: without one from outside, the secret comes from the node key, and is the same after every start.
    @Test func theSecretIsTheSameInEveryLife() throws {
        var stage = try SaltHarness(secret: nil)
        let offer = try stage.introduce()
        stage.isReceiverThere = false
        try stage.start(.counterparty, life: 7)
        try stage.pay(offer, msat: 5000)
        #expect(stage.paid.count == 1)
    }

    @Test func strangeRecordsInAMessageOnItsWayNeverTrapAndNeverBringTheInvoice() throws {
        var stage = try SaltHarness()
        let salt = try stage.grant().unique_salt
        try stage.tell(.counterparty, .command(.salt(.putInvoice(unique_salt: salt, invoice: [1, 2, 3]))))
        var random = Dice("4343")
        for _ in 0..<2000 {
            var records: [TLVRecord] = [TLVRecord(type: 4, value: random.bytes(upTo: 40))]
            if random.flag() { records.append(TLVRecord(type: 4141, value: random.bytes(upTo: 300))) }
            let isKnown = random.flag()
            if random.flag() { records.append(TLVRecord(type: 4343, value: isKnown ? salt : random.bytes(upTo: 20))) }
            let forwarding = ForwardedOnionMessage(
                onionmsg_tlv: TLVStream(sorting: records),
                next: .channel(1),
                message: OnionMessage(path_key: [], onion_message_packet: [])
            )
            let effects = stage.effects(.counterparty, .forwarding(forwarding))
            #expect(!effects.contains { if case .send = $0 { true } else { false } })
        }
    }

    @Test func strangeCommandsNeverTrapAndNeverSendAnything() throws {
        var stage = try SaltHarness()
        var random = Dice("4141")
        for _ in 0..<500 {
            let bytes = random.bytes(upTo: 60)
            for command: PartyCommand in [
                .salt(.putInvoice(unique_salt: bytes, invoice: random.bytes(upTo: 10))),
                .salt(.grant(receiver: "x")),
                .salt(
                    .useGrant(
                        counterparty: SaltHarness.Name.counterparty.key.publicKey,
                        unique_salt: bytes,
                        encrypted_counterparty_secret: random.bytes(upTo: 60)
                    )
                ),
                .payOffer(OfferPayment(offer: "lno1\(Hex.encode(bytes))", amount_msat: 1)),
            ] {
                for name in SaltHarness.Name.allCases {
                    let effects = stage.effects(name, .command(command))
                    #expect(!effects.contains { if case .send = $0 { true } else { false } })
                }
            }
        }
    }

    @Test func strangeMessagesToReceiverAndPayerNeverTrap() throws {
        var stage = try SaltHarness()
        _ = try stage.introduce()
        var random = Dice("66")
        for type: UInt64 in [64, 66, 68, 70] {
            for _ in 0..<300 {
                let message = ReceivedMessage(
                    context: random.flag() ? random.bytes(upTo: 80)[...] : nil,
                    content: TLVRecord(type: type, value: random.bytes(upTo: 200)),
                    reply_path: nil
                )
                for name in SaltHarness.Name.allCases {
                    let effects = stage.effects(name, .message(message))
                    #expect(effects.allSatisfy { if case .ignored = $0 { true } else { false } })
                }
            }
        }
    }
}
