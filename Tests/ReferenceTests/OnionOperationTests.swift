import Catalogue
import Reference
import Rules
import StrictJSON
import TestSupport
import Testing

/// `path.*` and `om.*` as a request and its answer.
struct OnionOperationTests {
    private let profiles: [String: Profile]

    init() throws { profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles }

    private func perform(_ name: String, _ input: JSON, profile: String = "blip66-draft") throws -> Outcome {
        OperationTable.reference.perform(name, try #require(profiles[profile]), input)
    }

    private func out(_ name: String, _ input: JSON, profile: String = "blip66-draft") throws -> JSONObject {
        let outcome = try perform(name, input, profile: profile)
        guard case .accept(let out) = outcome else {
            Issue.record("\(name): \(outcome)")
            return [:]
        }
        return out
    }

    private func reason(_ name: String, _ input: JSON, profile: String = "blip66-draft") throws -> String? {
        guard case .reject(let finding) = try perform(name, input, profile: profile) else { return nil }
        return "\(finding.requirement) \(finding.reason)"
    }

    private static func repeated(_ byte: String, _ count: Int = 32) -> String { String(repeating: byte, count: count) }

    private let alice: JSON = .string(repeated("41"))
    private let bob: JSON = .string(repeated("42"))
    private let aliceID: JSON = "02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619"
    private let bobID: JSON = "0324653eac434488002cc06bbfb7f10fe18991e35f9fe4302dbea6d2353dc0ab1c"
    private let session: JSON = .string(repeated("01"))
    private let receiveKey: JSON = .string(repeated("55"))

    private func toBob(_ more: String = "") throws -> JSON { .string("0421\(try #require(bobID.string))\(more)") }

    private func pathRequest(_ first: JSON, last: JSON = "0602abcd", purpose: JSON = "message") -> JSON {
        [
            "session_key": session, "purpose": purpose,
            "hops": [
                ["node_id": aliceID, "encrypted_data_tlv": first],
                ["node_id": bobID, "encrypted_data_tlv": last, "receive_auth_key": receiveKey],
            ],
        ]
    }

    @Test func aPathIsCreatedWalkedAndUnblinded() throws {
        let created = try out("path.create", pathRequest(toBob()))
        let path = try #require(created["path"])
        #expect(try out("path.encode", ["path": path])["bytes"] == created["bytes"])
        let walked = try out("path.walk", ["path": path, "node_keys": [bob, alice]])
        #expect(walked["ends_at"] == bobID)
        #expect(walked["hops"] == [["node_id": aliceID, "encrypted_data_tlv": try toBob()], ["node_id": bobID]])
        let first = try #require(path["hops"]?.array?.first?["encrypted_recipient_data"])
        var unblind: JSONObject = ["node_key": alice, "encrypted_recipient_data": first]
        unblind["path_key"] = path["path_key"]
        let unblinded = try out("path.unblind", .object(unblind))
        #expect(unblinded["encrypted_data_tlv"] == (try toBob()))
        #expect(unblinded["tag"] == "standard")
        let steps = try #require(created["steps"]?["hops"]?.array)
        #expect(unblinded["next_path_key"] == steps[1]["E"])
        #expect(unblinded["steps"]?["ss"] == steps[0]["ss"])
    }

    @Test func aPathIsPaddedAsAsked() throws {
        var request = try #require(pathRequest(toBob()).object)
        request["pad_to"] = 50
        let created = try out("path.create", .object(request))
        let counts = created["path"]?["hops"]?.array?.compactMap { $0["encrypted_recipient_data"]?.string?.utf8.count }
        #expect(counts == [132, 132])
        request["pad_to"] = 36
        #expect(try reason("path.create", .object(request)) == "RB-W8 tlv.length")
    }

    @Test func pathsThatBreakAWritersRuleAreNotMade() throws {
        #expect(try reason("path.create", pathRequest("")) == "RB-W11 semantic.next_node_id")
        let relay = try toBob("0a06000100000000")
        #expect(try reason("path.create", pathRequest(relay)) == "RB-W12 semantic.payment_relay")
        #expect(
            try reason("path.create", pathRequest(relay, purpose: "payment")) == "RB-P2 semantic.payment_constraints"
        )
        let limited = try toBob("0a060001000000000c04000c3500")
        #expect(try reason("path.create", pathRequest(limited, purpose: "payment")) == nil)
        #expect(try reason("path.create", pathRequest(toBob("1000"))) == "RB-E2 tlv.unknown_even")
        var request = try #require(pathRequest(toBob()).object)
        request["introduction"] = ["node_id": bobID]
        #expect(try reason("path.create", .object(request)) == "RB-W2 semantic.introduction")
        request["introduction"] = ["scid": "0000010000020003", "direction": 1]
        #expect(try out("path.create", .object(request))["path"]?["introduction"]?["direction"] == 1)
        request["hops"] = []
        #expect(try reason("path.create", .object(request)) == "RB-W1 path.zero_hops")
    }

    @Test func theLastHopOfAnLDKPathIsVerifiedWithTheReceiversKeyAlone() throws {
        let created = try out("path.create", pathRequest(toBob(), last: "fe0001000101aa"), profile: "ldk-0.2")
        let path = try #require(created["path"])
        let last = try #require(path["hops"]?.array?.last?["encrypted_recipient_data"])
        let key = try #require(created["steps"]?["hops"]?.array?.last?["E"])
        var request: JSONObject = ["node_key": bob, "path_key": key, "encrypted_recipient_data": last]
        #expect(try out("path.unblind", .object(request), profile: "ldk-0.2")["tag"] == "unverified")
        #expect(try reason("path.unblind", .object(request)) == "RB-E2 aead")
        request["receive_auth_key"] = receiveKey
        #expect(try out("path.unblind", .object(request), profile: "ldk-0.2")["tag"] == "ldk")
        request["expected_path_id"] = "aa"
        #expect(try reason("path.unblind", .object(request), profile: "ldk-0.2") == nil)
        request["expected_path_id"] = "ab"
        #expect(try reason("path.unblind", .object(request), profile: "ldk-0.2") == "RB-E5 context")
        let walk: JSON = ["path": path, "node_keys": [alice, bob]]
        #expect(try out("path.walk", walk, profile: "ldk-0.2")["ends_at"] == bobID)
    }

    @Test func aMessageIsSentPeeledAndClassified() throws {
        let path = try #require(try out("path.create", pathRequest(toBob()))["path"])
        let sent = try out(
            "om.send_over",
            ["path": path, "prepend": [], "payload": "400101", "session_key": bob, "path_session_key": alice]
        )
        #expect(sent["first_hop"] == ["node_id": aliceID])
        var peel: JSONObject = ["node_key": alice]
        (peel["path_key"], peel["packet"]) = (sent["path_key"], sent["packet"])
        let first = try out("om.peel", .object(peel))
        #expect(first["kind"] == "forward")
        #expect(first["next"] == ["node_id": bobID])
        let relay = try out("om.classify", classify(first, final: false))
        #expect(relay == ["next": ["node_id": bobID]])
        peel = ["node_key": bob]
        (peel["path_key"], peel["packet"]) = (first["next_path_key"], first["next_packet"])
        let second = try out("om.peel", .object(peel))
        #expect(second["kind"] == "receive")
        #expect(second["next_packet"] == nil)
        #expect(try out("om.classify", classify(second, final: true)) == ["content": ["type": "64", "value": "01"]])
        #expect(try reason("om.classify", classify(second, final: false)) == "OM-R3 onion.payload")
        peel["path_key"] = .string("02\(Self.repeated("00"))")
        #expect(try reason("om.peel", .object(peel)) == "B1-T-2 point")
    }

    /// `om.peel` with `classify`: what it tells at a relay and at an end, and what it alone rejects.
    @Test func aLayerIsPeeledAndClassifiedAtOnce() throws {
        let path = try #require(try out("path.create", pathRequest(toBob()))["path"])
        var send: JSONObject = [
            "path": path, "prepend": [], "payload": "400101", "session_key": bob, "path_session_key": alice,
        ]
        let sent = try out("om.send_over", .object(send))
        let (relay, end) = try layers(sent)
        #expect(try out("om.peel", relay.classifying)["next"] == ["node_id": bobID])
        #expect(try out("om.peel", relay.classifying)["content"] == nil)
        let received = try out("om.peel", end.classifying)
        #expect(received["kind"] == "receive")
        #expect(received["content"] == ["type": "64", "value": "01"])
        #expect(received["reply_path"] == nil)
        #expect(try out("om.peel", end.input)["content"] == nil)

        // Two payloads, which only the second look rejects (OM-R9); and a reply path.
        send["payload"] = "400101420101"
        let two = try layers(out("om.send_over", .object(send))).end
        #expect(try reason("om.peel", two.input) == nil)
        #expect(try reason("om.peel", two.classifying) == "OM-R9 onion.payload")
        let reply = try #require(try out("path.encode", ["path": path])["bytes"])
        let records: JSON = [["type": "2", "value": reply], ["type": "64", "value": "01"]]
        send["payload"] = try out("tlv.encode", ["records": records])["bytes"]
        let answerable = try layers(out("om.send_over", .object(send))).end
        #expect(try out("om.peel", answerable.classifying)["reply_path"] == path)
    }

    private struct Layer {
        let input: JSON
        let classifying: JSON

        init(_ input: JSONObject) {
            self.input = .object(input)
            var input = input
            input["classify"] = true
            classifying = .object(input)
        }
    }

    /// Alice's layer and Bob's.
    private func layers(_ sent: JSONObject) throws -> (relay: Layer, end: Layer) {
        var relay: JSONObject = ["node_key": alice]
        (relay["path_key"], relay["packet"]) = (sent["path_key"], sent["packet"])
        let peeled = try out("om.peel", .object(relay))
        var end: JSONObject = ["node_key": bob]
        (end["path_key"], end["packet"]) = (peeled["next_path_key"], peeled["next_packet"])
        return (Layer(relay), Layer(end))
    }

    private func classify(_ peeled: JSONObject, final: Bool) -> JSON {
        var input: JSONObject = ["final": .bool(final)]
        input["onionmsg_tlv"] = peeled["onionmsg_tlv"]
        input["encrypted_data_tlv"] = peeled["encrypted_data_tlv"]
        return .object(input)
    }

    @Test func aDummyHopIsTheReceiversOwn() throws {
        let request: JSON = [
            "session_key": session, "purpose": "message",
            "hops": [
                ["node_id": bobID, "encrypted_data_tlv": "", "dummy": true, "receive_auth_key": receiveKey],
                ["node_id": bobID, "encrypted_data_tlv": "fe0001000101aa", "receive_auth_key": receiveKey],
            ],
        ]
        let path = try #require(try out("path.create", request, profile: "ldk-0.2")["path"])
        let sent = try out(
            "om.send_over",
            ["path": path, "prepend": [], "payload": "400101", "session_key": alice, "path_session_key": alice],
            profile: "ldk-0.2"
        )
        var peel: JSONObject = ["node_key": bob, "receive_auth_key": receiveKey]
        (peel["path_key"], peel["packet"]) = (sent["path_key"], sent["packet"])
        let dummy = try out("om.peel", .object(peel), profile: "ldk-0.2")
        #expect(dummy["kind"] == "dummy")
        #expect(dummy["tag"] == "ldk")
        (peel["path_key"], peel["packet"]) = (dummy["next_path_key"], dummy["next_packet"])
        #expect(try out("om.peel", .object(peel), profile: "ldk-0.2")["kind"] == "receive")
    }

    @Test func aPacketIsBuiltInAnySizeThatHoldsIt() throws {
        let hops: JSON = [["node_id": aliceID, "payload": "0400"], ["node_id": bobID, "payload": "0400"]]
        let built = try out("om.build", ["session_key": session, "size": 200, "hops": hops])
        #expect(built["packet"]?.string?.utf8.count == 400)
        // One hop before the last: a length of one byte, a payload of two, an HMAC.
        let fillerDigits = 2 * (1 + 2 + 32)
        #expect(built["steps"]?["filler"]?.string?.utf8.count == fillerDigits)
        #expect(built["steps"]?["hops"]?.array?.count == 2)
        let small: JSON = ["session_key": session, "size": 100, "hops": hops]
        #expect(try reason("om.build", small) == "OM-W8 onion.length")
        let tooSmall = try perform("om.build", ["session_key": session, "size": 66, "hops": hops])
        #expect(tooSmall == .error("in.size: a packet has more than 66 bytes"))
        let other = try out("om.build", ["session_key": session, "size": 200, "hops": hops, "pad_key": receiveKey])
        #expect(other["packet"] != built["packet"])
    }

    @Test func membersThatAreMissingOrOfAWrongTypeAreErrors() throws {
        for name in ["path.create", "path.unblind", "path.walk", "om.build", "om.send_over", "om.peel", "om.classify"] {
            for input in [[:], ["hops": 1], ["path": "00", "node_key": 1, "session_key": ""]] as [JSON] {
                let outcome = try perform(name, input)
                #expect(outcome.name == "error", "\(name)")
            }
        }
    }
}
