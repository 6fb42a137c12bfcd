import StrictJSON
import Testing
import TestSupport

@Suite struct JSONTests {
    @Test func aValueIsReadAsItWasWritten() throws {
        let value: JSON = [
            "text": "a\"\\\n\u{0}\u{1F355}\u{7f}", "number": -7, "real": .real(1.5), "flag": true, "nothing": .null,
            "list": [1, ["deep": []], "x"], "empty": [:],
        ]
        #expect(try JSON.parse(value.line) == value)
        #expect(try JSON.parse(value.pretty) == value)
        #expect(!value.line.contains("\n"))
    }

    @Test func objectsKeepTheOrderOfTheirMembers() throws {
        let value = try JSON.parse(#"{"z":1,"a":2,"m":{"q":1,"b":2}}"#)
        #expect(value.line == #"{"z":1,"a":2,"m":{"q":1,"b":2}}"#)
    }

    @Test(arguments: [
        "", " ", "{", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "{} x", "01", "NaN", "1e400", "[1,]", "'a'",
        "\"\\ud800\"",
        "\u{feff}{}", "9223372036854775808", "tru",
    ])
    func whatIsNotStrictJSONIsRejected(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON.parse(text) }
    }

    @Test func anIntegerBeyond64BitsIsCalledSo() throws {
        for (text, isNumber) in [
            ("9223372036854775808", true), ("[-9223372036854775809]", true), ("1e400", true), ("01", false),
            ("[", false),
        ] {
            let error = #expect(throws: JSONSyntaxError.self) { try JSON.parse(text) }
            #expect(error?.isNumberOutOfRange == isNumber, "\(text)")
        }
        #expect(
            try JSON.parse(Array("[9223372036854775808,7]".utf8), roundsIntegers: true) == [.real(0x1p63), .real(7)]
        )
    }

    /// Reports, listings and requests may be looked at anywhere.
    @Test func nothingThatDrivesATerminalIsWritten() throws {
        let marks =
            [0x61c, 0x200b, 0x2028, 0x2029, 0x2060, 0xfeff, 0xe0001] + Array(0x200e...0x200f) + Array(0x202a...0x202e)
        for value in Array(0...0x1f) + Array(0x7f...0x9f) + marks + Array(0x2066...0x2069) {
            let scalar = try #require(Unicode.Scalar(UInt32(value)))
            // NUL stands in no key that jansson reads.
            let key = value == 0 ? "a" : "a\(Character(scalar))b"
            let json: JSON = .object(JSONObject([(key, .string("c\(Character(scalar))d"))]))
            for text in [json.line, json.pretty] {
                #expect(
                    !text.unicodeScalars.dropLast().contains { $0 == scalar && $0 != "\n" || $0.value > 0x7e },
                    "\(value)"
                )
                #expect(try JSON.parse(text) == json)
            }
        }
        let words: JSON = "Grüße, 你好, שלום, “quoted” … \u{1F355}"
        #expect(words.line.contains("Grüße, 你好, שלום, “quoted” … \u{1F355}"))
    }

    @Test func invalidUTF8IsRejected() {
        #expect(throws: JSONSyntaxError.self) { try JSON.parse([0x22, 0xff, 0x22] as [UInt8]) }
    }

    @Test func deepNestingIsRejectedWithoutATrap() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONSyntaxError.self) { try JSON.parse(text) }
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON.parse(nested(2_048)) }
        #expect(throws: JSONSyntaxError.self) { try JSON.parse(nested(2_049)) }
    }

    @Test func anErrorSaysWhereItIs() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON.parse("{\n  \"a\": x\n}") }
        #expect(error?.line == 2)
    }

    @Test func noiseIsReadOrRejected() {
        for bytes in RandomInputs.noise("json", count: 5_000, upTo: 40)
            + RandomInputs.damaged(
                Array(#"{"id":7,"op":"tlv.decode","in":{"bytes":"0100","list":[1,2,{"a":null}]}}"#.utf8),
                seed: "json"
            )
        {
            do {
                let value = try JSON.parse(bytes)
                #expect((try? JSON.parse(value.line)) == value)
            } catch {
                #expect(!error.detail.isEmpty)
            }
        }
    }

    @Test func filesKeepShortListsOnOneLine() {
        let value: JSON = ["short": [1, 2], "long": [["a": 1]]]
        #expect(value.pretty == "{\n  \"short\": [1, 2],\n  \"long\": [\n    {\"a\": 1}\n  ]\n}\n")
    }

    /// Small objects are looked along, large ones have a table: both find, replace and remove the same way.
    @Test(arguments: [1, 16, 17, 18, 200])
    func anObjectOfAnySizeFindsItsMembers(count: Int) {
        var object = JSONObject((0..<count).map { ("k\($0)", .integer(Int64($0))) })
        #expect((0..<count).allSatisfy { object["k\($0)"] == .integer(Int64($0)) })
        object["k0"] = "new"
        #expect(object.members.count == count)
        #expect(object.members.first?.value == "new")
        object["more"] = "last"
        object["k0"] = nil
        #expect(object["k0"] == nil)
        #expect(object.keys == (1..<count).map { "k\($0)" } + ["more"])
        #expect(object.keys.enumerated().allSatisfy { object[$0.element] == object.members[$0.offset].value })
        #expect(object == JSONObject(object.members.reversed().map { ($0.key, $0.value) }))
    }

    @Test func textIsEscapedWhereItMustBe() {
        #expect(JSON.string("plain é").line == "\"plain é\"")
        #expect(JSON.string("\"\\\n\r\t\u{1}\u{7f}\u{2028}\u{2029}€").line == #""\"\\\n\r\t\u0001\u007f\u2028\u2029€""#)
    }

    @Test func membersAreSetReplacedAndRemoved() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        #expect(object.keys == ["a", "c"])
        #expect(object["c"] == 4)
        #expect(object == JSONObject([("c", 4), ("a", 3)]))
    }
}

@Suite struct JSONReaderTests {
    private let reader = JSONReader(
        ["text": "x", "number": 300, "decimal": "18446744073709551615", "list": [1, "2"], "negative": -1],
        path: "in"
    )

    @Test func anErrorGivesThePath() throws {
        let error = #expect(throws: JSONShapeError.self) { try reader.member("list").elements()[1].number(atMost: 9) }
        #expect(error?.path == "in.list[1]")
        let missing = #expect(throws: JSONShapeError.self) { try reader.member("nothing") }
        #expect(missing?.description == "in: the member \"nothing\" is missing")
    }

    @Test func numbersKeepToTheirBounds() throws {
        #expect(try reader.member("number").number(atMost: 300) == 300)
        #expect(throws: JSONShapeError.self) { try reader.member("number").number(atMost: 299) }
        #expect(throws: JSONShapeError.self) { try reader.member("negative").number(atMost: 299) }
        #expect(try reader.member("decimal").decimal() == .max)
    }

    @Test(arguments: ["01", "+1", "-1", "1.0", "", " 1", "18446744073709551616", "1e3", "１"])
    func decimalStringsHaveOneForm(_ text: String) {
        #expect(throws: JSONShapeError.self) { try JSONReader(.string(text), path: "in").decimal() }
    }

    @Test func strayMembersAreRejected() {
        let error = #expect(throws: JSONShapeError.self) {
            try reader.onlyMembers(["text", "number", "decimal", "list"])
        }
        #expect(error?.path == "in.negative")
    }

    /// One character and two that look the same are other bytes, and so another text.
    @Test func textIsComparedByItsBytes() {
        #expect(JSON.string("\u{E9}") != JSON.string("e\u{301}"))
        #expect(JSON.string("\u{E9}") == JSON.string("\u{E9}"))
    }

    @Test func differencesNameTheirPlaces() {
        let left: JSON = ["a": [1, 2], "b": "x"]
        let right: JSON = ["a": [1, 3, 4], "b": "x"]
        let paths = JSONDifference.between(left, right, path: "out").map(\.path)
        #expect(paths == ["out.a[1]", "out.a[2]"])
    }
}
