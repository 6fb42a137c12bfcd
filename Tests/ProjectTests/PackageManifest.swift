/// Which module stands on which.
typealias ModuleGraph = [String: Set<String>]

/// The package's own modules, read out of the text of `Package.swift`. Tests and products of other packages are left out.
enum PackageManifest {
    /// The calls that make a module.
    private static let calls = ["systemLibrary(", "module(", "unoptimized(", "cModule(", ".executableTarget("]

    static func modules(_ manifest: String) -> ModuleGraph {
        let code = manifest.split(separator: "\n").filter { !$0.isComment }.joined(separator: "\n")
        guard let targets = code.ranges(of: "\n    targets: [").first else { return [:] }
        var graph: ModuleGraph = [:]
        var rest = code[targets.upperBound...]
        while let call = calls.compactMap({ rest.firstRange(of: $0) }).min(by: { $0.lowerBound < $1.lowerBound }) {
            let arguments = rest[call.upperBound...].upToClosingParenthesis
            let names = withoutProducts(arguments).literals
            let isLibrary = rest[call] == "systemLibrary("
            if let name = names.first { graph[name] = isLibrary ? [] : Set(names.dropFirst()) }
            rest = rest[arguments.endIndex...]
        }
        return graph
    }

    private static func withoutProducts(_ arguments: Substring) -> String {
        var text = String(arguments)
        while let product = text.firstRange(of: ".product(") {
            let inside = text[product.upperBound...].upToClosingParenthesis
            text.removeSubrange(product.lowerBound..<inside.endIndex)
        }
        return text
    }
}

extension ModuleGraph {
    /// Without the arrows that follow from others: what is left says the same in the fewest arrows.
    var transitiveReduction: ModuleGraph {
        mapValues { direct in
            let indirect = direct.reduce(into: Set<String>()) { $0.formUnion(below($1)) }
            return direct.subtracting(indirect)
        }
    }

    /// Everything that a module stands on, at whatever distance.
    private func below(_ name: String) -> Set<String> {
        var found: Set<String> = []
        var open = Array(self[name] ?? [])
        while let next = open.popLast() {
            if found.insert(next).inserted { open += self[next] ?? [] }
        }
        return found
    }
}

extension Substring {
    fileprivate var isComment: Bool { drop { $0 == " " }.hasPrefix("//") }

    /// The text before the parenthesis that closes the one just before it.
    fileprivate var upToClosingParenthesis: Substring {
        var depth = 1
        for index in indices {
            switch self[index] {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if depth == 0 { return self[..<index] }
        }
        return self
    }
}

extension String {
    /// What stands between quotes.
    fileprivate var literals: [String] {
        let parts = split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }
}
