internal import Catalogue
internal import Driver
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

/// `Spec/adapter-protocol.schema.json`, held against lines that are really spoken.
@Suite struct ProtocolSchemaTests {
    private let file: JSON

    init() throws { file = try Files.readJSON("\(Project.root)/Spec/adapter-protocol.schema.json") }

    @Test func everyOperationHasItsInAndItsOut() throws {
        let definitions = try #require(file["$defs"]?.object)
        for name in specified {
            #expect(definitions["\(name).in"] != nil, "\(name).in")
            #expect(definitions["\(name).out"] != nil, "\(name).out")
        }
        let named = definitions.keys.filter { $0.hasSuffix(".in") }.map { String($0.dropLast(3)) }
        #expect(Set(named) == Set(specified))
    }

    private var specified: [String] {
        ProtocolNames.statelessOperations + ProtocolNames.statefulOperations + ["hello"]
    }

    @Test func everyVectorsRequestFollowsTheSchema() throws {
        let schema = try JSONSchema(file)
        let families = try ProjectData.families()
        var problems: [String] = []
        var count = 0
        for family in families {
            for vector in family.cases where vector.sample == nil {
                count += 1
                problems += schema.problems(of: vector.request(id: 1, profile: family.profile), path: vector.id)
            }
        }
        #expect(problems.isEmpty)
        #expect(count > 500)
    }

    @Test func theGreetingOfARunFollowsTheSchema() throws {
        let tables = try ProfileStore(folder: "\(Project.root)/Spec/profiles").tables
        let hello = Hello(profiles: JSONObject(tables.map { ($0.key, $0.value) }))
        let line = try JSON.parse(hello.request.line)
        #expect(try JSONSchema(file).problems(of: line, path: "hello").isEmpty)
    }

    @Test(
        .enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"),
        arguments: ["blip66-draft", "ldk-0.2"]
    )
    func everyAnswerOfTheReferenceFollowsTheSchema(profile: String) async throws {
        let answers = try await answers(profile)
        let answerSchema = try JSONSchema(file)
        var problems: [String] = []
        for (operation, id, line) in answers {
            let answer = try JSON.parse(line)
            problems += answerSchema.problems(of: answer, path: id)
            guard let out = answer["out"] else { continue }
            problems += try schema("\(operation).out").problems(of: out, path: "\(id).out")
        }
        #expect(problems.isEmpty)
        #expect(answers.count > 100)
    }

    @Test(arguments: [
        #"{"id":1,"outcome":"accept","out":{}}"#, #"{"id":1,"outcome":"reject","reason":"point"}"#,
        #"{"id":1,"outcome":"reject","reason":"point","detail":"not on the curve"}"#, #"{"id":1,"outcome":"skip"}"#,
        #"{"id":1,"outcome":"error","detail":"no"}"#, #"{"id":null,"outcome":"error","detail":"no"}"#,
        #"{"id":1,"outcome":"accept","out":{"value":"1"},"elapsed_ns":"12","colour":"blue"}"#,
        #"{"id":1,"op":"bigsize.decode","in":{"bytes":"00"}}"#, #"{"id":1,"op":"later.operation","in":{}}"#,
        #"{"id":1,"op":"bigsize.decode","profile":"ldk-0.2","repeat":3,"in":{"bytes":"","colour":1},"colour":2}"#,
    ])
    func aLineByTheLetterFollowsTheSchema(line: String) throws {
        #expect(try JSONSchema(file).problems(of: try JSON.parse(line), path: "line").isEmpty)
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"{"id":1,"outcome":"accept"}"#, #"{"id":1,"outcome":"accept","out":{},"reason":"point"}"#,
        #"{"id":1,"outcome":"reject"}"#, #"{"id":1,"outcome":"reject","reason":"point","out":{}}"#,
        #"{"id":"1","outcome":"skip"}"#, #"{"id":null,"outcome":"skip"}"#, #"{"id":1,"outcome":"maybe"}"#,
        #"{"id":1,"outcome":"accept","out":{},"elapsed_ns":12}"#, #"{"id":1,"op":"bigsize.decode"}"#,
        #"{"id":1,"op":"bigsize.decode","in":{}}"#, #"{"id":1,"op":"bigsize.decode","in":{"bytes":"FD"}}"#,
        #"{"id":1,"op":"bigsize.encode","in":{"value":1}}"#, #"{"id":1,"op":"bigsize.encode","in":{"value":"01"}}"#,
        #"{"id":1,"op":"hello","in":{"protocols":[]}}"#,
        #"{"id":1,"op":"bigsize.decode","repeat":0,"in":{"bytes":""}}"#,
    ])
    func aLineThatIsNotDoesNot(line: String) throws {
        #expect(try !JSONSchema(file).problems(of: try JSON.parse(line), path: "line").isEmpty)
    }

    @Test(arguments: [
        #"{"protocol":1,"implementation":{"name":"a"},"operations":[],"capabilities":{"pipelining":"1"}}"#,
        #"{"protocol":1,"implementation":{"name":""},"operations":[]}"#,
        #"{"protocol":1,"implementation":{"name":"a"},"operations":[],"roles":["magician"]}"#,
        #"{"protocol":2,"implementation":{"name":"a"},"operations":[]}"#,
    ])
    func anAnswerToHelloThatIsWrongDoesNotFollow(out: String) throws {
        #expect(try !schema("hello.out").problems(of: try JSON.parse(out), path: "out").isEmpty)
    }

    // MARK: Helpers

    private func schema(_ definition: String) throws -> JSONSchema {
        try JSONSchema(["$ref": .string("#/$defs/\(definition)"), "$defs": file["$defs"] ?? [:]])
    }

    /// Every answer of `blip66 serve` to the vectors of a profile, the greeting's first.
    private func answers(_ profile: String) async throws -> [(operation: String, id: String, line: String)] {
        let command = AdapterCommand(program: try #require(BuiltProgram.path), arguments: ["serve"])
        let connection = AdapterConnection(
            command,
            hello: Hello(profiles: [:]),
            limits: TestRun.limits,
            isOneShot: false
        )
        _ = try await connection.connect()
        var answers: [(String, String, String)] = []
        let families = try ProjectData.families()
        for family in families where family.profile == profile || family.profile == VectorFamily.anyProfile {
            for vector in family.cases where vector.sample == nil {
                let attempt = try await connection.ask(vector.operation, profile: profile, vector.input)
                answers.append((vector.operation, vector.id, try #require(attempt.answerLine)))
            }
        }
        let hello = try await connection.askAlone(Hello.operation, profile: nil, Hello(profiles: [:]).request.input)
        _ = await connection.close()
        return answers + [("hello", "hello", try #require(hello.answerLine))]
    }
}
