import Catalogue
import Reference
import StrictJSON
import TestSupport
import Testing
import VectorFormat

/// The intermediate values in the vectors, which nobody grades.
@Suite struct StepsTests {
    private static let operations: Set<String> = ["path.create", "path.unblind", "om.build", "om.peel"]

    @Test func theDerivedStepsOfOnionsAreThoseOfTheReference() throws {
        let store = try ProjectData.profiles()
        var compared = 0
        for family in try ProjectData.families() where family.layer == "bolt04" {
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
        let store = try ProjectData.profiles()
        let profile = try #require(store.profiles[ProfileStore.defaultName])
        var compared = 0
        for testCase in try ProjectData.families().filter({ $0.layer == "salt" }).flatMap(\.cases) {
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
