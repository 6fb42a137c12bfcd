extension Sequence<CaseVerdict.NotExercised> {
    /// Each reason once, in their order. Those that differ in a name alone are one: `ops not declared: om.build, om.peel`.
    package var reasons: [String] {
        var groups: [(kind: String, names: [String])] = []
        for why in self {
            let kind = why.name == nil ? why.reason : why.kind
            let index = groups.firstIndex { $0.kind == kind } ?? groups.endIndex
            if index == groups.endIndex { groups.append((kind, [])) }
            if let name = why.name, !groups[index].names.contains(name) { groups[index].names.append(name) }
        }
        return groups.map { kind, names in
            if names.isEmpty { return kind }
            return "\(names.count == 1 ? kind : plurals[kind] ?? kind): \(names.joined(separator: ", "))"
        }
    }
}

private let plurals = [
    "op not declared": "ops not declared", "profile not declared": "profiles not declared",
    "canary skipped": "canaries skipped", "canary failed": "canaries failed",
]

extension CaseVerdict.NotExercised {
    /// What it is about, where other cases may have the same reason with another name.
    fileprivate var name: String? {
        switch self {
        case .operationNotDeclared(let name), .profileNotDeclared(let name), .canarySkipped(let name),
            .canaryFailed(let name):
            name
        case .skipped, .lacking, .runStopped: nil
        }
    }
}
