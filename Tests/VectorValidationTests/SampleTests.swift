import Catalogue
import Foundation
import Reference
import Rules
import StrictJSON
import TestSupport
import Testing

/// Inputs of others with the answer that they expect: `BLIP66_SAMPLES` names a file of
/// `{"cases":[{"id","operation","profile","in","expected"}]}`. An `expected` that is neither accept nor reject is open.
@Suite struct SampleTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["BLIP66_SAMPLES"] != nil))
    func everySampleIsAnsweredAsItSays() throws {
        let path = try #require(ProcessInfo.processInfo.environment["BLIP66_SAMPLES"])
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        var count = 0
        for sample in try #require(try Files.readJSON(path)["cases"]?.array) {
            guard let input = sample["in"], input.object != nil, let operation = sample["operation"]?.string,
                let expected = sample["expected"]?.string, ["accept", "reject"].contains(expected)
            else { continue }
            let profile = try store.profile(sample["profile"]?.string ?? ProfileStore.defaultName)
            let outcome = OperationTable.reference.perform(operation, profile, input)
            #expect(outcome.name == expected, "\(sample["id"]?.string ?? "?"): \(outcome)")
            count += 1
        }
        #expect(count > 0)
    }
}
