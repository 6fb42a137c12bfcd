import Catalogue
import Foundation
import Rules
import StrictJSON
import TestSupport
import Testing
import VectorValidation
import VectorFormat

extension ProjectData {
    static func validator() throws -> Validator {
        try Validator(
            profiles: profiles(),
            requirements: requirements(),
            schemaFile: "\(Project.root)/Vectors/schema/family.schema.json"
        )
    }
}

@Suite struct ValidatorTests {
    private func family() throws -> VectorFamily {
        try #require(try ProjectData.families().first { $0.name == "bolt01/bigsize" })
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
        let validator = try ProjectData.validator()
        for family in try ProjectData.families() { #expect(validator.problems(of: family).isEmpty) }
        #expect(validator.validateFolder("\(Project.root)/Vectors").problems.isEmpty)
    }

    @Test(
        arguments: [
            ("violates", ["B1-BS-2"], "it also violates B1-BS-1"),
            ("violates", ["B1-BS-1", "B1-BS-2"], "it does not violate B1-BS-2"),
            ("reasons", ["point"], "not among its reasons"),
            ("in", ["bytes": "fc"], "does not reject it"),
            ("in", ["bytes": 5], "calls the request malformed"),
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
        let problems = try ProjectData.validator().problems(of: try altered { $0[member] = value })
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
        let problems = try ProjectData.validator().problems(of: VectorFamily(JSONReader(.object(json), path: "family")))
        #expect(problems.contains { $0.contains("out.value") })
    }

    @Test func aFolderWithAChangedFileIsNoticed() throws {
        let folder = try copyOfVectors()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/bolt01/bigsize.json"
        try Files.write(try Files.read(file) + Array("\n".utf8), to: file)
        try Files.write(try Files.read("\(folder)/bolt12/merkle.json"), to: "\(folder)/bolt12/extra.json")
        let problems = try ProjectData.validator().validateFolder(folder).problems
        #expect(problems.contains { $0.contains("bolt01/bigsize.json does not have the digest") })
        #expect(problems.contains { $0.contains("bolt12/extra.json is not in the manifest") })
    }

    @Test func aFolderWithAMissingFileIsNoticed() throws {
        let folder = try copyOfVectors()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Files.remove("\(folder)/bolt12/merkle.json")
        let problems = try ProjectData.validator().validateFolder(folder).problems
        #expect(problems.contains { $0.contains("bolt12/merkle.json is in the manifest and not in the folder") })
        #expect(problems.contains { $0.contains("is in the lock of ids and in no family") })
    }

    private func copyOfVectors() throws -> String {
        let folder = "\(NSTemporaryDirectory())blip66-vectors-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: "\(Project.root)/Vectors", toPath: folder)
        return folder
    }
}
