import Catalogue
import Foundation
import Reference
import Rules
import StrictJSON
import TestSupport
import Testing
import Validation
import VectorFormat
import VectorGeneration
import VectorKit

/// The project's own data, loaded for the tests.
enum Data66 {
    static func profiles() throws -> ProfileStore { try ProfileStore(folder: "\(Project.root)/Spec/profiles") }
    static func requirements() throws -> RequirementCatalogue {
        try RequirementCatalogue(specFolder: "\(Project.root)/Spec")
    }
    static func validator() throws -> Validator {
        try Validator(
            profiles: profiles(),
            requirements: requirements(),
            schemaFile: "\(Project.root)/Vectors/schema/family.schema.json"
        )
    }
    static func families() throws -> [VectorFamily] { try VectorStore.load(folder: "\(Project.root)/Vectors") }
    static func generate() throws -> [VectorFamily] {
        try AllFamilies.generate(GenerationContext(store: profiles()))
    }
}

@Suite struct GenerationTests {
    @Test func generatingTwiceGivesTheSameBytes() throws {
        let sources = try Data66.requirements().sources.values.sorted { $0.key < $1.key }
        let one = try Generation(Data66.generate(), lock: IDLock(), sources: sources)
        let other = try Generation(Data66.generate(), lock: IDLock(), sources: sources)
        #expect(one.files == other.files)
    }

    @Test func whatIsWrittenIsReadBackTheSame() throws {
        for family in try Data66.generate() {
            #expect(try VectorFamily(JSONReader(try JSON.parse(family.json.pretty), path: "family")) == family)
        }
    }

    @Test(arguments: [
        ("bolt01/bigsize", 16, 10), ("bolt01/tlv-stream", 24, 41), ("bolt01/ints-points", 16, 18),
        ("bolt04/blinded-path-codec", 9, 14), ("bolt04/route-blinding", 10, 12),
        ("bolt04/route-blinding@ldk-0.2", 10, 12), ("bolt04/onion-message", 8, 18),
        ("bolt04/onion-message@ldk-0.2", 8, 18), ("bolt04/final-payload-rules", 12, 22),
        ("bolt04/final-payload-rules@ldk-0.2", 12, 22),
        ("bolt12/merkle", 16, 6),
        ("bolt12/static-invoice-sign", 6, 14), ("bolt12/static-invoice-read", 14, 46),
        ("bolt12/static-invoice-write", 8, 15),
        ("bolt12/offer-async", 10, 16), ("bolt12/invreq-behalf", 8, 20), ("bolt12/static-invoice-read@ldk-0.2", 14, 46),
        ("bolt12/static-invoice-write@ldk-0.2", 8, 15), ("bolt12/invreq-behalf@ldk-0.2", 8, 20),
        ("blip66/offer-paths-request", 5, 13), ("blip66/offer-paths", 8, 20),
        ("blip66/serve-static-invoice", 6, 22), ("blip66/static-invoice-persisted", 2, 6),
        ("async/held-release", 4, 10), ("async/payment-payload", 6, 16),
        ("async/bolt2-tlvs", 4, 10), ("profiles/cross", 0, 18),
        ("salt/mask", 36, 8), ("salt/reply-path", 8, 14), ("salt/payloads", 9, 12), ("salt/offer-invoice", 5, 10),
        ("blip66/offer-paths-request@ldk-0.2", 5, 13), ("blip66/offer-paths@ldk-0.2", 8, 20),
        ("blip66/serve-static-invoice@ldk-0.2", 6, 22), ("blip66/static-invoice-persisted@ldk-0.2", 2, 6),
        ("async/held-release@ldk-0.2", 4, 10), ("async/payment-payload@ldk-0.2", 6, 16),
        ("async/bolt2-tlvs@ldk-0.2", 4, 10), ("profiles/cross@ldk-0.2", 0, 18),
    ])
    func aFamilyHasAtLeastTheCasesThatItShould(_ name: String, _ accepted: Int, _ refused: Int) throws {
        let family = try #require(try Data66.families().first { $0.name == name })
        #expect(family.cases.filter { !$0.isNegative }.count >= accepted)
        #expect(family.cases.filter(\.isNegative).count >= refused)
    }

    @Test func everyFamilyHasItsPage() throws {
        for family in try Data66.families() {
            let page = family.name.split(separator: "@")[0]
            #expect(Files.exists("\(Project.root)/Vectors/\(page).md"), "\(page).md is missing")
        }
    }
}

/// The intermediate values in the vectors, which nobody grades.
@Suite struct StepsTests {
    private static let operations: Set<String> = ["path.create", "path.unblind", "om.build", "om.peel"]

    @Test func theDerivedStepsOfOnionsAreThoseOfTheReference() throws {
        let store = try Data66.profiles()
        var compared = 0
        for family in try Data66.families() where family.layer == "bolt04" {
            for testCase in family.cases where Self.operations.contains(testCase.operation) {
                guard let steps = testCase.steps, let profile = store.profiles[family.profile] else { continue }
                let outcome = OperationTable.reference.perform(testCase.operation, profile, testCase.input)
                guard case .accept(let out) = outcome else {
                    Issue.record("\(testCase.id) is not accepted")
                    continue
                }
                #expect(differences(steps, out["steps"] ?? .null).isEmpty, "\(testCase.id)")
                compared += 1
            }
        }
        #expect(compared > 40)
    }

    @Test func theDerivedStepsOfSaltAndSecretAreThoseOfTheReference() throws {
        let store = try Data66.profiles()
        let profile = try #require(store.profiles[ProfileStore.defaultName])
        var compared = 0
        for testCase in try Data66.families().filter({ $0.layer == "salt" }).flatMap(\.cases) {
            guard let steps = testCase.steps else { continue }
            guard case .accept(let out) = OperationTable.reference.perform(testCase.operation, profile, testCase.input)
            else {
                Issue.record("\(testCase.id) is not accepted")
                continue
            }
            #expect(differences(steps, out["steps"] ?? .null).isEmpty, "\(testCase.id)")
            compared += 1
        }
        #expect(compared > 40)
    }

    /// Members of `derived` that are not in `computed`, or are others there.
    private func differences(_ derived: JSON, _ computed: JSON) -> [String] {
        switch derived {
        case .object(let object):
            object.members.flatMap { differences($0.value, computed[$0.key] ?? .null) }
        case .array(let elements):
            elements.count == computed.array?.count
                ? zip(elements, computed.array ?? []).flatMap(differences) : ["other counts"]
        default:
            derived == computed ? [] : ["\(derived.line) is \(computed.line)"]
        }
    }
}

@Suite struct ValidatorTests {
    private func family() throws -> VectorFamily {
        try #require(try Data66.families().first { $0.name == "bolt01/bigsize" })
    }

    private func altered(_ alter: (inout JSONObject) -> Void) throws -> VectorFamily {
        let family = try family()
        var json = try #require(family.json.object)
        var cases = try #require(json["cases"]?.array)
        let index = try #require(family.cases.firstIndex { $0.id == "bolt01/bigsize/three-bytes-for-one" })
        var testCase = try #require(cases[index].object)
        alter(&testCase)
        cases[index] = .object(testCase)
        json["cases"] = .array(cases)
        return try VectorFamily(JSONReader(.object(json), path: "family"))
    }

    @Test func theProjectsVectorsAreRight() throws {
        let validator = try Data66.validator()
        for family in try Data66.families() { #expect(validator.problems(of: family).isEmpty) }
        #expect(validator.validateFolder("\(Project.root)/Vectors").problems.isEmpty)
    }

    @Test(
        arguments: [
            ("violates", ["B1-BS-2"], "it breaks B1-BS-1 too"),
            ("violates", ["B1-BS-1", "B1-BS-2"], "it does not break B1-BS-2"),
            ("reasons", ["point"], "not among its reasons"),
            ("in", ["bytes": "fc"], "does not refuse it"),
            ("in", ["bytes": 5], "takes the request itself for wrong"),
            ("neighbour", "bolt01/bigsize/no-such", "no accepted case"),
            ("neighbour", "bolt01/bigsize/nothing", "no accepted case"),
            ("requirements", ["B1-XX-1"], "not in the catalogue"),
            ("flags", ["unheard-of"], "is not explained"),
            ("id", "bolt01/bigsize/Upper", "kebab-case"),
            ("id", "bolt01/bigsize/nothing", "stands twice"),
            ("id", "bolt12/merkle/x", "kebab-case"),
            ("op", "no.such", "it skips"),
        ] as [(String, JSON, String)]
    )
    func anAlteredCaseIsNoticed(_ member: String, _ value: JSON, _ complaint: String) throws {
        let problems = try Data66.validator().problems(of: try altered { $0[member] = value })
        #expect(problems.contains { $0.contains(complaint) }, "\(problems)")
    }

    @Test func aWrongExpectedValueIsNoticed() throws {
        let family = try family()
        var json = try #require(family.json.object)
        var cases = try #require(json["cases"]?.array)
        var first = try #require(cases[0].object)
        first["out"] = ["value": "1"]
        cases[0] = .object(first)
        json["cases"] = .array(cases)
        let problems = try Data66.validator().problems(of: VectorFamily(JSONReader(.object(json), path: "family")))
        #expect(problems.contains { $0.contains("out.value") })
    }

    @Test func aFolderWithAChangedFileIsNoticed() throws {
        let folder = try copyOfVectors()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/bolt01/bigsize.json"
        try Files.write(try Files.read(file) + Array("\n".utf8), to: file)
        try Files.write(try Files.read("\(folder)/bolt12/merkle.json"), to: "\(folder)/bolt12/extra.json")
        let problems = try Data66.validator().validateFolder(folder).problems
        #expect(problems.contains { $0.contains("bolt01/bigsize.json does not have the digest") })
        #expect(problems.contains { $0.contains("bolt12/extra.json is not in the manifest") })
    }

    @Test func aFolderWithAMissingFileIsNoticed() throws {
        let folder = try copyOfVectors()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Files.remove("\(folder)/bolt12/merkle.json")
        let problems = try Data66.validator().validateFolder(folder).problems
        #expect(problems.contains { $0.contains("bolt12/merkle.json is in the manifest and not in the folder") })
        #expect(problems.contains { $0.contains("is in the lock of ids and in no family") })
    }

    private func copyOfVectors() throws -> String {
        let folder = "\(NSTemporaryDirectory())blip66-vectors-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: "\(Project.root)/Vectors", toPath: folder)
        return folder
    }
}

@Suite struct IDLockTests {
    private func family(_ names: [String]) -> VectorFamily {
        VectorFamily(
            name: "a/b",
            title: "t",
            profile: "any",
            flags: [],
            cases: names.map {
                VectorCase(
                    id: "a/b/\($0)",
                    operation: "bigsize.decode",
                    requirements: ["B1-BS-1"],
                    comment: "c",
                    input: [:],
                    expectation: .accept(out: [:])
                )
            }
        )
    }

    @Test func draftsFollowWhatIsGenerated() throws {
        let lock = try IDLock(["a/b/old": .draft]).updated(with: ["a/b/new"])
        #expect(lock.states == ["a/b/new": .draft])
    }

    @Test func aPermanentIdMustStay() throws {
        let lock = IDLock(["a/b/old": .permanent])
        #expect(throws: GenerationError.self) { try lock.updated(with: ["a/b/new"]) }
        #expect(try lock.updated(with: ["a/b/old", "a/b/new"]).states["a/b/old"] == .permanent)
    }

    @Test func aWithdrawnIdIsNeverUsedAgain() throws {
        let lock = IDLock(["a/b/old": .withdrawn(reason: "wrong")])
        #expect(throws: GenerationError.self) { try lock.updated(with: ["a/b/old"]) }
        #expect(try lock.updated(with: ["a/b/new"]).states["a/b/old"] == .withdrawn(reason: "wrong"))
    }
}

@Suite struct JSONSchemaTests {
    private func schema() throws -> JSONSchema {
        try JSONSchema(try Files.readJSON("\(Project.root)/Vectors/schema/family.schema.json"))
    }

    @Test func everyFamilyFollowsTheSchema() throws {
        let schema = try schema()
        for family in try Data66.families() { #expect(schema.problems(of: family.json, path: "family").isEmpty) }
    }

    @Test func aKeywordThatIsNotUnderstoodIsRefused() {
        #expect(throws: JSONShapeError.self) { try JSONSchema(["type": "object", "contains": [:]]) }
    }

    @Test func formalFaultsAreNamedWithTheirPaths() throws {
        let family = try #require(try Data66.families().first)
        var json = try #require(family.json.object)
        json["format"] = 2
        json["colour"] = "red"
        json["cases"] = [["id": "x", "op": "bigsize.decode", "requirements": [], "in": [:], "outcome": "perhaps"]]
        let problems = try schema().problems(of: .object(json), path: "family")
        for part in [
            "family.format: must be 1", "family.colour: must not be there",
            "family.cases[0]: the member \"comment\" is missing",
            "family.cases[0].id: does not match", "family.cases[0].requirements: has too few",
            "family.cases[0].outcome: must be one of",
        ] { #expect(problems.contains { $0.hasPrefix(part) }, "\(part) in \(problems)") }
    }

    @Test func anAcceptedCaseHasNoReasonsAndARefusedOneNoOut() throws {
        let base: JSONObject = [
            "id": "a/b/c", "op": "x.y", "requirements": ["B1-BS-1"], "comment": "c", "flags": [], "in": [:],
        ]
        func problems(_ members: [(String, JSON)]) throws -> [String] {
            var testCase = base
            for (key, value) in members { testCase[key] = value }
            let family: JSON = [
                "format": 1, "family": "a/b", "title": "t", "profile": "any", "flags": [:],
                "cases": [.object(testCase)],
            ]
            return try schema().problems(of: family, path: "family")
        }
        let rejection: [(String, JSON)] = [
            ("outcome", "reject"), ("reasons", ["point"]), ("violates", ["B1-BS-1"]), ("neighbour", "a/b/d"),
        ]
        #expect(try problems([("outcome", "accept"), ("out", [:])]).isEmpty)
        #expect(try problems(rejection).isEmpty)
        #expect(try !problems([("outcome", "accept"), ("out", [:]), ("reasons", ["point"])]).isEmpty)
        #expect(try !problems([("outcome", "accept")]).isEmpty)
        #expect(try !problems(rejection + [("out", [:])]).isEmpty)
        #expect(try !problems([("outcome", "reject")]).isEmpty)
    }
}

@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "official vectors skipped: \(Upstream.howToGet)")))
struct OfficialSuiteTests {
    @Test func everyOfficialCaseIsRunAndHolds() throws {
        let profile = try #require(try Data66.profiles().profiles[ProfileStore.defaultName])
        let reports = try OfficialSuite.run(folder: try Upstream.path("bolts"), profile: profile)
        for report in reports {
            #expect(report.problems.isEmpty, "\(report.file)")
            #expect(report.found == report.run)
        }
        let found = Dictionary(uniqueKeysWithValues: reports.map { ($0.file, $0.found) })
        #expect(found["bolt12/offers-test.json"] == 53)
        #expect(found["bolt12/format-string-test.json"] == 12)
        #expect(found["bolt12/signature-test.json"] == 4)
        let compared = Dictionary(uniqueKeysWithValues: reports.map { ($0.file, $0.compared) })
        #expect(compared["bolt04/onion-test.json"] == 12)
        #expect(compared["bolt04/route-blinding-test.json"] == 60)
        #expect(compared["bolt04/blinded-onion-message-onion-test.json"] == 69)
        #expect(compared["bolt04/blinded-payment-onion-test.json"] == 36)
    }
}
