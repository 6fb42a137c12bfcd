import Catalogue
import Reference
import Rules
import StrictJSON
import Testing
import TestSupport

@Suite struct ServeSessionTests {
    private func session() throws -> ServeSession {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        return ServeSession(
            table: .reference,
            version: "test",
            profiles: store.profiles,
            defaultProfile: ProfileStore.defaultName,
            decodeProfile: ProfileFile.decode
        )
    }

    private func answer(_ line: String) throws -> JSON {
        var session = try session()
        return try JSON.parse(session.answer(Array(line.utf8)))
    }

    @Test func helloNamesProtocolOperationsAndProfiles() throws {
        let answer = try answer(#"{"id":0,"op":"hello","in":{"protocols":[1]}}"#)
        #expect(answer["outcome"] == "accept")
        #expect(answer["out"]?["protocol"] == 1)
        #expect(answer["out"]?["operations"]?.array?.contains("tlv.decode") == true)
        #expect(answer["out"]?["profiles"]?.array?.contains("blip66-draft") == true)
        #expect(answer["out"]?["implementation"]?["name"]?.string?.isEmpty == false)
    }

    @Test func helloWithoutACommonProtocolIsAnError() throws {
        let answer = try answer(#"{"id":0,"op":"hello","in":{"protocols":[2,3]}}"#)
        #expect(answer["outcome"] == "error")
    }

    @Test func aProfileHandedOverInHelloIsUsed() throws {
        var session = try session()
        var profile = try Files.readJSON("\(Project.root)/Spec/profiles/blip66-draft.json").object ?? [:]
        profile["name"] = "mine"
        let hello: JSON = ["id": 0, "op": "hello", "in": ["protocols": [1], "profiles": ["mine": .object(profile)]]]
        #expect(
            try JSON.parse(session.answer(Array(hello.line.utf8)))["out"]?["profiles"]?.array?.contains("mine") == true
        )
        let request = #"{"id":1,"op":"tlv.decode","profile":"mine","in":{"schema":"static_invoice","bytes":""}}"#
        #expect(try JSON.parse(session.answer(Array(request.utf8)))["outcome"] == "accept")
        profile["framing"] = "twice"
        let broken: JSON = ["id": 0, "op": "hello", "in": ["protocols": [1], "profiles": ["mine": .object(profile)]]]
        let answer = try JSON.parse(session.answer(Array(broken.line.utf8)))
        #expect(answer["outcome"] == "error")
        #expect(answer["detail"]?.string?.contains("in.profiles.mine.framing") == true)
    }

    @Test func eachOutcomeHasItsShape() throws {
        let accept = try answer(#"{"id":1,"op":"bigsize.decode","in":{"bytes":"fd00fd"}}"#)
        #expect(accept == ["id": 1, "outcome": "accept", "out": ["value": "253"]])
        let reject = try answer(#"{"id":2,"op":"bigsize.decode","in":{"bytes":"fd00fc"}}"#)
        #expect(reject["id"] == 2)
        #expect(reject["outcome"] == "reject")
        #expect(reject["reason"] == "tlv.noncanonical")
        #expect(reject["detail"]?.string?.isEmpty == false)
        let skip = try answer(#"{"id":3,"op":"no.such","in":{}}"#)
        #expect(skip["outcome"] == "skip")
        let profile = try answer(#"{"id":4,"op":"bigsize.decode","profile":"unheard-of","in":{"bytes":""}}"#)
        #expect(profile["outcome"] == "skip")
        let schema = try answer(#"{"id":5,"op":"tlv.decode","in":{"bytes":"","schema":"unheard-of"}}"#)
        #expect(schema["outcome"] == "skip")
    }

    @Test(
        arguments: [
            (#"{"id":1,"op":"bigsize.decode","in":{"bytes":7}}"#, JSON.integer(1), "in.bytes"),
            (#"{"id":1,"op":"bigsize.decode","in":{}}"#, 1, "\"bytes\" is missing"),
            (#"{"id":1,"op":"bigsize.decode","in":{"bytes":"FF"}}"#, 1, "lower-case"),
            (#"{"id":1,"op":"bigsize.decode","in":[]}"#, 1, "request.in"),
            (#"{"id":1,"op":"bigsize.decode"}"#, 1, "\"in\" is missing"),
            (#"{"id":1,"op":7,"in":{}}"#, 1, "request.op"),
            (#"{"id":1,"in":{}}"#, 1, "\"op\" is missing"),
            (#"{"id":1,"op":"bigsize.decode","profile":3,"in":{"bytes":""}}"#, 1, "request.profile"),
            (#"{"id":1,"op":"bigsize.decode","repeat":0,"in":{"bytes":"00"}}"#, 1, "repeat"),
            (#"{"id":1,"op":"bigsize.decode","repeat":-5,"in":{"bytes":"00"}}"#, 1, "repeat"),
            (#"{"id":1,"op":"bigsize.decode","repeat":10000001,"in":{"bytes":"00"}}"#, 1, "repeat"),
            (#"{"id":1,"op":"bigsize.encode","in":{"value":"18446744073709551616"}}"#, 1, "in.value"),
            (#"{"id":1,"op":"bigsize.encode","in":{"value":5}}"#, 1, "in.value"),
            (#"{"op":"bigsize.decode","in":{"bytes":"00"}}"#, .null, "id"),
            (#"{"id":"x","op":"bigsize.decode","in":{"bytes":"00"}}"#, .null, "id"),
            (#"{"id":1,"op":"bigsize.decode","repeat":10000001,"in":{"bytes":"00"}}"#, 1, "0 to 10000000"),
            ("[]", .null, "request"),
            ("", .null, "not JSON"),
            (#"{"id":1,"id":1}"#, .null, "not JSON"),
            ("nonsense", .null, "not JSON"),
        ] as [(String, JSON, String)]
    )
    func aWrongRequestIsAnErrorThatSaysWhatIsWrong(_ line: String, _ id: JSON, _ part: String) throws {
        let answer = try answer(line)
        #expect(answer["outcome"] == "error")
        #expect(answer["id"] == id)
        #expect(answer["detail"]?.string?.contains(part) == true, "\(answer.line)")
    }

    @Test func repeatGivesTheLastResultAndTheTime() throws {
        let answer = try answer(#"{"id":9,"op":"bigsize.decode","repeat":100,"in":{"bytes":"05"}}"#)
        #expect(answer["out"] == ["value": "5"])
        #expect(UInt64(answer["elapsed_ns"]?.string ?? "") != nil)
        let rejected = try self.answer(#"{"id":9,"op":"bigsize.decode","repeat":3,"in":{"bytes":""}}"#)
        #expect(rejected["outcome"] == "reject")
        #expect(rejected["elapsed_ns"] != nil)
    }

    @Test func unknownMembersOfARequestAreIgnored() throws {
        let answer = try answer(#"{"id":1,"op":"bigsize.decode","in":{"bytes":"00","more":1},"new":{}}"#)
        #expect(answer["outcome"] == "accept")
    }

    @Test func deepNestingAndLongLinesAreAnswered() throws {
        let deep = #"{"id":1,"op":"x","in":"# + String(repeating: "[", count: 50_000)
        #expect(try answer(deep)["outcome"] == "error")
        let long =
            #"{"id":1,"op":"bigsize.decode","in":{"bytes":""# + String(repeating: "00", count: 5_000_000) + #""}}"#
        #expect(try answer(long)["reason"] == "tlv.length")
        #expect(try JSON.parse(ServeSession.answerToLongLine)["id"] == .null)
    }

    @Test(arguments: [
        (#"{"id":7,"op":"bigsize.encode","in":{"value":99999999999999999999}}"#, JSON.integer(7)),
        (#"{"in":{"value":[-99999999999999999999]},"op":"bigsize.encode","id":9007199254740992}"#, .integer(1 << 53)),
        (#"{"id":99999999999999999999,"op":"bigsize.encode","in":{}}"#, .null),
        (#"{"id":7,"op":"bigsize.encode","in":{"value":1e999}}"#, .null),
    ])
    func aNumberBeyond64BitsIsAnErrorOfItsRequest(_ line: String, _ id: JSON) throws {
        let answer = try answer(line)
        #expect(answer["id"] == id)
        #expect(answer["outcome"] == "error")
        #expect(answer["detail"]?.string?.contains("beyond 64 bits") == true)
    }

    /// A stream of 600,000 empty records takes 4 MB; its answer would take 20.
    @Test func anAnswerLongerThanALineMayBeIsAnError() throws {
        let records = (0..<600_000).map { "fe" + String(0x1_0000 + 2 * $0 + 1, radix: 16).leftPadded(to: 8) + "00" }
        let answer = try answer(#"{"id":7,"op":"tlv.decode","in":{"bytes":""# + records.joined() + #""}}"#)
        #expect(answer["id"] == 7)
        #expect(answer["detail"]?.string?.contains("would be longer than") == true)
    }

    @Test func everyOperationAnswersNoiseWithoutATrap() throws {
        var session = try session()
        var randomness = 0
        for name in OperationTable.reference.names {
            for bytes in RandomInputs.noise(name, count: 60, upTo: 120) {
                let hex = JSON.hex(bytes)
                let input: JSON = [
                    "bytes": hex, "offer": hex, "kind": "point", "value": "1",
                    "records": [["type": "1", "value": hex]],
                    "messagename": "x", "now": "0", "secret_key": hex, "key": hex, "schema": "offer",
                ]
                randomness += 1
                let request: JSON = ["id": .integer(Int64(randomness)), "op": .string(name), "in": input]
                let answer = try JSON.parse(session.answer(Array(request.line.utf8)))
                #expect(answer["id"] == .integer(Int64(randomness)))
                #expect(["accept", "reject", "error", "skip"].contains(answer["outcome"]?.string))
            }
        }
    }
}

@Suite struct OperationTests {
    private func profile() throws -> Profile {
        try #require(try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles["blip66-draft"])
    }

    @Test func aReplacedOperationAnswersInItsPlace() throws {
        let table = OperationTable.reference.replacing(Operation("bigsize.decode") { _, _, _ in ["value": "7"] })
        let profile = try profile()
        #expect(table.perform("bigsize.decode", profile, ["bytes": "00"]) == .accept(["value": "7"]))
        #expect(OperationTable.reference.perform("bigsize.decode", profile, ["bytes": "00"]) == .accept(["value": "0"]))
    }

    @Test func aCompleteExaminationOfARejectionHasItsFinding() throws {
        let (outcome, validation) = OperationTable.reference.validate("bolt12.merkle", try profile(), ["bytes": ""])
        guard case .reject(let finding) = outcome else {
            Issue.record("an empty stream was accepted")
            return
        }
        #expect(validation.findings == [finding])
    }

    @Test func fieldsOfAnOfferRoundTripThroughJSON() throws {
        let text = "lno1pgx9getnwss8vetrw3hhyuckyypwa3eyt44h6txtxquqh7lz5djge4afgfjn7k4rgrkuag0jsd5xvxg"
        guard
            case .accept(let out) = OperationTable.reference.perform(
                "offer.decode",
                try profile(),
                ["offer": .string(text)]
            )
        else {
            Issue.record("a valid offer was refused")
            return
        }
        #expect(out["fields"]?["offer_description"] == "Test vectors")
        #expect(out["records"]?.array?.count == 2)
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String { String(repeating: "0", count: count - self.count) + self }
}
