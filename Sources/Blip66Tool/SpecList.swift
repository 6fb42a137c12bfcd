import ArgumentParser
internal import Catalogue

/// `blip66 spec list`: the requirements, one a line.
struct SpecList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the requirements: id, level, role and statement."
    )

    @Option(help: "Only those of this document: \(RequirementCatalogue.documents.joined(separator: ", ")).")
    var document: String?

    @Option(help: "Only those for this role, such as server or payer.")
    var role: String?

    @Flag(help: "Only those that are enforced less than their level calls for.")
    var weaker = false

    @Flag(help: "With --weaker: print the page Spec/\(RequirementCatalogue.weakerPageFile).")
    var markdown = false

    func validate() throws {
        guard !markdown || (weaker && document == nil && role == nil) else {
            throw ValidationError("--markdown goes with --weaker alone")
        }
    }

    func run() throws {
        let catalogue = try RequirementCatalogue(specFolder: ProjectFiles.locate().spec)
        if markdown { return print(catalogue.weakerPage, terminator: "") }
        try checkNames(catalogue)
        let weak = Set(catalogue.weaklyEnforced.map(\.id))
        let chosen = catalogue.documents.filter { document == nil || $0.name == document }
            .map {
                ($0, $0.requirements.filter { (role == nil || $0.role == role) && (!weaker || weak.contains($0.id)) })
            }
        for (document, requirements) in chosen where !requirements.isEmpty {
            print("\(document.name): \(document.title)")
            for requirement in requirements {
                print(
                    "  \(requirement.id)  \(requirement.level.rawValue)  \(requirement.role)  \(requirement.statement)"
                )
            }
        }
        print("\(chosen.reduce(0) { $0 + $1.1.count }) requirements")
    }

    private func checkNames(_ catalogue: RequirementCatalogue) throws {
        if let document, catalogue[document: document] == nil {
            let names = catalogue.documents.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no document \"\(document)\"; documents are \(names)")
        }
        if let role, Requirement.Role(rawValue: role) == nil {
            let names = Requirement.Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no role \"\(role)\"; roles are \(names)")
        }
    }
}
