import Catalogue
import Reference
import Rules
import StrictJSON
import TestSupport
import Testing
import VectorFormat
import VectorValidation

@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "official vectors skipped: \(Upstream.howToGet)")))
struct OfficialSuiteTests {
    @Test func everyOfficialCaseIsRunAndHolds() throws {
        let profile = try #require(try ProjectData.profiles().profiles[ProfileStore.defaultName])
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

    /// What `check --official` puts to an adapter, put to the reference here.
    @Test func everyOfficialCaseIsARequestToo() throws {
        let profile = try #require(try ProjectData.profiles().profiles[ProfileStore.defaultName])
        let families = try OfficialFamilies.read(folder: try Upstream.path("bolts"), profile: profile)
        #expect(families.map(\.cases.count) == [12, 73, 5, 4, 4])
        for testCase in families.flatMap(\.cases) {
            let outcome = OperationTable.reference.perform(testCase.operation, profile, testCase.input)
            switch (testCase.expectation, outcome) {
            case (.accept(let out), .accept(let got)):
                for member in out.members { #expect(got[member.key] == member.value, "\(testCase.id)") }
            case (.reject, .reject): break
            default: Issue.record("\(testCase.id): \(outcome)")
            }
        }
    }

    /// Lists that must be as long as others are cut, emptied and lengthened, one at a time.
    @Test(arguments: [
        "onion-test", "route-blinding-test", "blinded-onion-message-onion-test", "blinded-payment-onion-test",
    ])
    func listsOfUnequalLengthAreProblems(name: String) throws {
        let profile = try #require(try ProjectData.profiles().profiles[ProfileStore.defaultName])
        let file = "bolt04/\(name).json"
        let whole = try Upstream.json("bolts/\(file)").value
        #expect(OfficialSuite.problems(in: whole, as: file, profile) == [])
        var tries = 0
        for change in ListChange.allCases {
            for changed in whole.changed(change) {
                tries += 1
                #expect(OfficialSuite.problems(in: changed, as: file, profile) != [], "\(name), \(change)")
            }
        }
        #expect(tries >= 6)
    }

    @Test func aFolderThatIsNoCheckoutIsAnError() throws {
        let profile = try #require(try ProjectData.profiles().profiles[ProfileStore.defaultName])
        #expect(throws: FileError.self) {
            try OfficialFamilies.read(folder: try TemporaryFolder().path, profile: profile)
        }
    }
}

private enum ListChange: CaseIterable {
    case cut, emptied, lengthened

    func apply(_ list: [JSON]) -> [JSON] {
        switch self {
        case .cut: list.dropLast()
        case .emptied: []
        case .lengthened: list + list.prefix(1)
        }
    }
}

extension JSON {
    /// Copies in each of which one list of objects, or of keys, is changed.
    fileprivate func changed(_ change: ListChange) -> [JSON] {
        switch self {
        case .array(let list):
            return [.array(change.apply(list))]
        case .object(let object):
            return object.members.flatMap { member in
                member.value.changed(change).map { value in
                    var copy = object
                    copy[member.key] = value
                    return JSON.object(copy)
                }
            }
        default: return []
        }
    }
}
