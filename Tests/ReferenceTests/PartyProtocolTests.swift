import Catalogue
import InvoiceServer
import Lightning
import Primitives
import Reference
import Rules
import StrictJSON
import TestSupport
import Testing
import Wire

/// The lines of the stateful operations: their shape, and what is rejected.
struct PartyProtocolTests {
    private let profile: Profile
    private let file: JSON

    init() throws {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        profile = try store.profile("blip66-draft")
        file = try Files.readJSON("\(Project.root)/Spec/adapter-protocol.schema.json")
    }

    private func problems(_ stage: PartyHarness) throws -> [String] {
        let request = try JSONSchema(file)
        var problems: [String] = []
        for (index, line) in stage.lines.enumerated() {
            let object: JSON = ["id": .integer(Int64(index)), "op": .string(line.operation), "in": line.input]
            problems += request.problems(of: object, path: "\(index) \(line.operation)")
            let definition: JSON = .string("#/$defs/\(line.operation).out")
            let out = try JSONSchema(["$ref": definition, "$defs": file["$defs"] ?? [:]])
            problems += out.problems(of: .object(line.out), path: "\(index) \(line.operation).out")
        }
        return problems
    }

    @Test(arguments: PartyHarness.combinations)
    func everyLineOfASessionFollowsTheSchema(profile: String, depth: String) throws {
        var stage = try PartyHarness(profile, depth)
        try stage.startBoth()
        try stage.introduce()
        let offer = try #require(try stage.offer())
        _ = try stage.requestInvoice(offer)
        try stage.ask(.server, "net.link", ["peer": .hex(PartyHarness.Name.recipient.node_id.bytes), "up": false])
        _ = try stage.requestInvoice(offer)
        try stage.ask(.recipient, "recipient.list_offers")
        try stage.ask(.recipient, "barrier")
        try stage.ask(.server, "store.stats")
        try stage.ask(.server, "restart", ["how": "clean"])
        try stage.ask(.server, "server.set_limit", ["client": "rita", "slots": 1, "bytes": "1"])
        try stage.setClock(stage.now + 1)
        for change in ["open", "fee_change", "close"] {
            try stage.ask(.recipient, "channel.\(change)", ["channel": PartyHarness.channel])
        }
        #expect(try problems(stage) == [])
        #expect(stage.lines.count > 20)
    }

    /// What hello says of the roles.
    @Test func helloNamesRolesOperationsAndCapabilities() throws {
        let session = PartySession()
        #expect(
            session.roles == [
                "forwarder", "holder", "payer", "recipient", "salt-counterparty", "salt-payer", "salt-receiver",
                "server",
            ]
        )
        let operations: Set = [
            "init", "om.deliver", "net.deliver", "store.ack", "server.issue_client_paths", "htlc.deliver",
        ]
        #expect(operations.isSubset(of: Set(session.operations)))
        #expect(session.capabilities["depths"] == ["packet", "payload"])
        #expect(PartySession(.none).operations.isEmpty)
    }

    @Test func nothingGoesBeforeInit() {
        for name in PartySession().operations where name != "init" {
            var session = PartySession()
            guard case .error(let detail) = session.perform(name, profile, [:]) else {
                Issue.record("\(name) was answered")
                continue
            }
            #expect(detail.contains("init"))
        }
    }

    @Test(
        arguments: [
            ("init", #"{"role":"magician"}"#, "in.role"),
            ("init", #"{"role":"server","depth":"deep"}"#, "in.depth"),
            ("init", #"{"role":"server","depth":"packet","now":5}"#, "in.now"),
            ("init", #"{"role":"salt-payer","depth":"payload"}"#, "in.depth"),
            ("clock.set", #"{"now":1}"#, "in.now"), ("clock.set", "{}", "\"now\" is missing"),
            ("restart", #"{"how":"kill"}"#, "in.how"), ("net.link", #"{"peer":"02","up":true}"#, "in.peer"),
            ("om.deliver", #"{"onionmsg_tlv":""}"#, "\"over\" is missing"),
            ("om.deliver", #"{"over":7,"onionmsg_tlv":""}"#, "in.over"),
            ("om.deliver", #"{"over":null,"onionmsg_tlv":"zz"}"#, "in.onionmsg_tlv"),
            ("net.deliver", #"{"from":"","path_key":"","packet":""}"#, "packet depth"),
            ("store.ack", #"{"put":1,"result":"ok"}"#, "in.put"),
            ("store.ack", #"{"put":1,"result":"maybe"}"#, "in.result"),
            ("recipient.get_offer", "{}", "not for the role server"),
            ("channel.close", #"{"channel":{}}"#, "not for the role server"),
            ("server.issue_client_paths", #"{"client":1}"#, "in.client"),
            ("server.set_limit", #"{"client":"x","slots":"3"}"#, "in.slots"),
            ("salt.grant", #"{"receiver":"x"}"#, "not for the role server"),
            ("payer.pay_offer", #"{"offer":"x"}"#, "not for the role server"),
        ] as [(String, String, String)]
    )
    func aWrongRequestIsAnErrorThatSaysWhatIsWrong(_ name: String, _ input: String, _ part: String) throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        try stage.start(.server)
        let outcome = stage.sessions[.server]?.perform(name, profile, try JSON.parse(Array(input.utf8)))
        guard case .error(let detail)? = outcome else {
            Issue.record("\(name) \(input): \(String(describing: outcome))")
            return
        }
        #expect(detail.contains(part), "\(detail)")
    }

    @Test func anOperationThatIsNotThereIsSkipped() {
        var session = PartySession()
        guard case .skip = session.perform("holder.nothing", profile, [:]) else {
            Issue.record("an unknown operation was answered")
            return
        }
    }

    @Test func aFailedRequestLeavesThePartyAsItWas() throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        try stage.startBoth()
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let wrong: JSON = ["role": "recipient", "depth": "payload"]
        guard case .error? = stage.sessions[.server]?.perform("init", profile, wrong) else {
            Issue.record("half an init was accepted")
            return
        }
        #expect(try stage.requestInvoice(offer) != nil)
    }

    @Test func aRestartTakesAnotherSequenceOfKeys() throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        try stage.start(.server)
        let first = try stage.ask(.server, "server.issue_client_paths", ["client": "rita"])
        try stage.ask(.server, "restart", ["how": "clean"])
        #expect(try stage.ask(.server, "server.issue_client_paths", ["client": "rita"]) != first)
        try stage.start(.server)
        #expect(try stage.ask(.server, "server.issue_client_paths", ["client": "rita"]) == first, "the same seed")
    }

    @Test func aPutOfAnEarlierLifeIsNotOpen() throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        stage.storeResult = nil
        try stage.startBoth()
        try stage.introduce()
        let put = try #require(stage.events("store.put", of: .recipient).last?["put"])
        try stage.ask(.recipient, "restart", ["how": "clean"])
        let acknowledgement: JSON = ["put": put, "result": "ok"]
        guard case .error? = stage.sessions[.recipient]?.perform("store.ack", profile, acknowledgement) else {
            Issue.record("an old put was acknowledged")
            return
        }
    }

    @Test func aTornWriteIsForgotten() throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        try stage.startBoth()
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let first = try #require(try stage.requestInvoice(offer))
        stage.storeResult = "torn"
        try stage.setClock(stage.now + 7201)
        try stage.ask(.recipient, "tick")
        try stage.start(.server, seed: "after the tear")
        #expect(try stage.requestInvoice(offer) == first)
    }

    // MARK: Hostile input

    @Test(arguments: PartyHarness.combinations)
    func noNoiseMakesAPartyTrapOrSpeak(profile: String, depth: String) throws {
        var stage = try PartyHarness(profile, depth)
        try stage.startBoth()
        try stage.introduce()
        let offer = try #require(try stage.offer())
        let invoice = try #require(try stage.requestInvoice(offer))
        let held = try #require(invoice.static_invoice_message_paths?.first)
        let offerPath = try #require(offer.offer_paths?.first)
        let before = stage.sends(of: .server) + stage.sends(of: .recipient)
        let types = stage.profile.onion_message_types
        let contents = [64, types.offer_paths_request, types.serve_static_invoice, types.offer_paths]
        for (index, noise) in RandomInputs.noise("party \(profile) \(depth)", count: 150, upTo: 200).enumerated() {
            let content = TLVRecord(type: contents[index % contents.count], value: noise)
            try stage.send(content, over: index.isMultiple(of: 2) ? held : offerPath, to: .server)
            for name in [PartyHarness.Name.server, .recipient] { try stage.deliverNoise(noise, index, to: name) }
        }
        let relayed = depth == "packet" ? 75 : 0
        let after = stage.sends(of: .server) + stage.sends(of: .recipient)
        #expect(after == before + relayed, "the server passes on what is for the recipient")
        #expect(try stage.requestInvoice(offer) != nil)
    }

    @Test(arguments: ["server", "recipient"])
    func everyOperationAnswersNoise(role: String) throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        let name = try #require(PartyHarness.Name(rawValue: role))
        try stage.start(name)
        for operation in PartySession().operations where operation != "init" {
            for bytes in RandomInputs.noise(operation, count: 40, upTo: 120) {
                let hex = JSON.hex(bytes)
                let input: JSON = [
                    "now": .decimal(UInt64(bytes.count) << 56), "how": hex, "peer": hex, "up": true, "from": hex,
                    "path_key": hex, "packet": hex, "over": hex, "onionmsg_tlv": hex, "put": 1, "result": "ok",
                    "client": hex, "slots": 1, "bytes": "9", "paths": [hex], "channel": hex, "payload": hex,
                    "payment_hash": .hex(Hash.sha256(bytes)), "amount_msat": "18446744073709551615",
                    "cltv_expiry": 4_294_967_295, "height": 0,
                ]
                switch stage.sessions[name]?.perform(operation, profile, input) {
                case .accept, .error: break
                case let other: Issue.record("\(operation): \(String(describing: other))")
                }
            }
        }
    }

    /// The clock at its end, and limits beyond reason.
    @Test func theEndOfTimeIsNoTrap() throws {
        var stage = try PartyHarness("blip66-draft", "packet")
        stage.now = .max - 1
        stage.limits = [
            "max_slots": 9_223_372_036_854_775_807, "paths_lifetime": "18446744073709551615",
            "min_paths_lifetime": "18446744073709551615", "refresh_s": "18446744073709551615",
            "max_requests_per_minute": "18446744073709551615", "max_invoice_bytes": "18446744073709551615",
        ]
        try stage.startBoth()
        try stage.introduce()
        let offer = try #require(try stage.offer())
        #expect(try stage.requestInvoice(offer) != nil)
        try stage.setClock(.max)
        try stage.ask(.recipient, "tick")
        #expect(try stage.requestInvoice(offer) != nil)
    }

    /// Each offer that a recipient keeps is made anew at every start.
    @Test(arguments: [(1000, true), (1001, false), (2_147_483_648, false)])
    func aRecipientKeepsAThousandOffersAtMost(offers: Int64, isAccepted: Bool) throws {
        var stage = try PartyHarness("blip66-draft", "payload")
        stage.limits = ["offers": .integer(offers)]
        guard isAccepted else {
            let error = #expect(throws: PartyHarness.StageError.self) { try stage.start(.recipient) }
            #expect(error?.description.contains("offers") == true)
            return
        }
        try stage.start(.recipient)
        #expect(try stage.ask(.recipient, "barrier") == [:])
    }
}

extension PartyHarness {
    fileprivate mutating func deliverNoise(_ noise: [UInt8], _ index: Int, to name: Name) throws {
        if depth == "payload" {
            let over: JSON = index.isMultiple(of: 3) ? .null : .hex(noise)
            try ask(name, "om.deliver", ["over": over, "onionmsg_tlv": .hex(noise)])
        } else {
            let path_key: JSON = index.isMultiple(of: 3) ? .hex(noise) : .hex(name.node_id.bytes)
            let packet = index.isMultiple(of: 2) ? [0] + name.node_id.bytes + noise : noise
            try ask(name, "net.deliver", ["from": "", "path_key": path_key, "packet": .hex(packet)])
        }
        guard name == .recipient else { return }
        let htlc: JSON = [
            "payload": .hex(noise), "payment_hash": .hex(Hash.sha256(noise)), "amount_msat": "1", "cltv_expiry": 1,
            "height": 1,
        ]
        try ask(name, "htlc.deliver", htlc)
    }
}
