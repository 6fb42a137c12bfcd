import ArgumentParser
internal import Catalogue
internal import Driver
internal import Rules
internal import Scenarios

/// Which cases and scenarios a run is about.
struct SelectionOptions: ParsableArguments {
    @Option(help: "Run only the cases whose id or family name matches; * stands for any characters. Repeatable.")
    var filter: [String] = []

    @Option(help: "Leave out the cases whose id or family name matches. Repeatable.")
    var exclude: [String] = []

    @Option(help: "Run only the families whose name matches, such as 'bolt12/*'. Repeatable.")
    var family: [String] = []

    @Option(help: "Run only cases of this requirement, such as B66-OPR-R1. Repeatable.")
    var requirement: [String] = []

    @Option(help: "Run only scenarios for this role, such as server. Repeatable.")
    var role: [String] = []

    @Option(help: "Run only cases with a requirement of this level, such as MUST or SHOULD. Repeatable.")
    var level: [String] = []

    @Option(help: "Run only cases with this flag; --list shows them. Repeatable.")
    var flag: [String] = []

    @Option(help: "Run only cases with a requirement of this document, such as blip-0066. Repeatable.")
    var document: [String] = []

    @Option(help: "Run only the scenarios at this depth: packet or payload.")
    var depth: Depth?

    @Option(help: "Run only what failed in this report, a file of --report json=FILE.")
    var rerunFailed: String?

    /// - Returns: `nil` where `--rerun-failed` names a run without a failure.
    func selection(_ catalogue: RequirementCatalogue) throws -> Selection? {
        var selection = Selection()
        selection.filters = filter
        selection.excludes = exclude
        selection.families = family
        selection.requirements = try requirement.map { try known($0, catalogue) }
        selection.roles = try role.map(knownRole)
        selection.levels = try level.map(knownLevel)
        selection.flags = flag
        selection.documents = try document.map { try knownDocument($0, catalogue) }
        selection.depth = depth
        if let file = rerunFailed {
            let failed = try RunResult.read(file).cases.filter(\.fails).map(\.id)
            if failed.isEmpty { return nil }
            selection.ids = Set(failed)
        }
        return selection
    }

    private func known(_ id: String, _ catalogue: RequirementCatalogue) throws -> RequirementID {
        guard catalogue[RequirementID(id)] != nil else {
            throw ValidationError("--requirement \(id): there is no such requirement; blip66 spec list lists all")
        }
        return RequirementID(id)
    }

    private func knownRole(_ name: String) throws -> String {
        guard ProtocolNames.roles.contains(name) else {
            throw ValidationError("--role \(name): the roles are \(ProtocolNames.roles.joined(separator: ", "))")
        }
        return name
    }

    private func knownLevel(_ name: String) throws -> Requirement.Level {
        guard let level = Requirement.Level.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
        else {
            let all = Requirement.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--level \(name): the levels are \(all)")
        }
        return level
    }

    private func knownDocument(_ name: String, _ catalogue: RequirementCatalogue) throws -> String {
        guard catalogue[document: name] != nil else {
            let all = catalogue.documents.map(\.name).joined(separator: ", ")
            throw ValidationError("--document \(name): the documents are \(all)")
        }
        return name
    }
}
