package import Catalogue
package import Rules
internal import StrictJSON

/// Variants of which the project knows that the suite does not judge them as it should: work to do, listed where everyone sees it
/// (`Spec/open-mutants.json`). One that is judged rightly after all, or in another way than it says, is a problem.
package struct OpenMutants: Sendable {
    /// The word of the verdict, by the variant's name.
    private let verdicts: [String: String]

    /// Requirements that no mutant breaks.
    package let withoutMutant: Set<RequirementID>

    package init(_ verdicts: [String: String] = [:], withoutMutant: Set<RequirementID> = []) {
        self.verdicts = verdicts
        self.withoutMutant = withoutMutant
    }

    package init(file: String) throws(FileError) {
        let json = try Files.readJSON(file)
        do {
            var verdicts: [String: String] = [:]
            let reader = JSONReader(json, path: "open-mutants")
            for entry in try reader.member("open").elements() {
                verdicts[try entry.member("variant").string()] = try entry.member("verdict").string()
            }
            var withoutMutant: Set<RequirementID> = []
            for id in try reader.member("without_mutant").elements() {
                withoutMutant.insert(RequirementID(try id.string()))
            }
            self.init(verdicts, withoutMutant: withoutMutant)
        } catch {
            throw FileError(path: file, "\(error)")
        }
    }

    /// Their names.
    package var variants: [String] { verdicts.keys.sorted() }

    /// Whether the variant stands here with what became of it.
    func lists(_ result: ProofResult) -> Bool { verdicts[result.subject.name] == result.verdict.word }

    /// Whether the variant stands here, and is judged rightly.
    func isStale(_ result: ProofResult) -> Bool { verdicts[result.subject.name] != nil && result.isRight }
}
