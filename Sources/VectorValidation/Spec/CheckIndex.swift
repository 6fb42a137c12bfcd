package import Catalogue
package import Rules
package import Scenarios

/// Where each requirement is judged: file, line and declaration.
///
/// It is read out of the sources themselves whenever it is asked for, so that it cannot fall behind them, and costs the checks
/// nothing. A requirement's check is
/// - a place in the code of a judging module that names the id in a literal: a `Check`, a `Finding`, a violation, a row
///   of a table. Places that only compare with an id, or leave a check out, do not count;
/// - a step of a scenario that expects something, and at which the requirement is at stake: the step names it, or names none and
///   the scenario names it. The code that judges that kind of step belongs to it.
///
/// A requirement that has neither, such as how a hash is made, is judged by comparing an answer with what its vector records.
package struct CheckIndex: Sendable {
    package struct Place: Hashable, Sendable {
        /// From the project's folder.
        package let file: String
        /// From 1.
        package let line: Int
        /// The declaration, with the types around it.
        package let symbol: String

        package init(file: String, line: Int, symbol: String) {
            self.file = file
            self.line = line
            self.symbol = symbol
        }
    }

    /// A step of a scenario, and the code that judges its kind.
    package struct StepPlace: Hashable, Sendable {
        package let scenario: String
        /// As `blip66 show` counts them.
        package let number: Int
        package let kind: String
        package let file: String
        package let line: Int
        package let evaluate: Place
    }

    /// Modules whose code judges. Files that judge what an implementation writes may be anywhere.
    package static let judgingModules = [
        "Wire", "Lightning", "InvoiceServer", "SaltSecret", "Reference", "Scenarios",
    ]
    private static let runner = "Scenarios"

    /// The kinds of step that expect something (`Vectors/scenario/README.md`).
    package static let judgingSteps: Set<String> = [
        "expect", "expect_event", "expect_write", "expect_any", "expect_keysend", "expect_payment", "expect_dropped",
        "expect_held", "expect_release_paths", "expect_forward", "silence", "get_offer", "list_offers", "stats",
    ]

    package private(set) var places: [RequirementID: [Place]] = [:]
    /// Comments in judging modules that name a requirement: mostly where the reference carries it out.
    package private(set) var remarks: [RequirementID: [Place]] = [:]
    package private(set) var steps: [RequirementID: [StepPlace]] = [:]
    /// By their names, `REQUIREMENT/what-is-wrong`.
    package private(set) var mutants: [String: Place] = [:]
    /// Scenarios, as they stand in their files.
    package private(set) var scenarios: [String: Place] = [:]

    /// Reads the sources and scenarios of a checkout.
    package init(root: String) throws(FileError) {
        let sources = "\(root)/Sources"
        guard Files.isFolder(sources) else {
            throw FileError(
                path: sources,
                "is not there: where requirements are checked is read out of a checkout's sources"
            )
        }
        var texts: [(String, String)] = []
        for file in try Files.list(sources, ending: ".swift") {
            texts.append(("Sources/\(file)", String(decoding: try Files.read("\(sources)/\(file)"), as: UTF8.self)))
        }
        var families: [(String, String, ScenarioFamily)] = []
        for entry in try ScenarioStore.entries(folder: "\(root)/Vectors") {
            families.append(("Vectors/\(entry.file)", String(decoding: entry.bytes, as: UTF8.self), entry.family))
        }
        self.init(texts, families)
    }

    /// - Parameters:
    ///   - sources: Swift files, each with its path from the project's folder.
    ///   - families: scenarios, each family with its file and the text of that.
    package init(_ sources: [(file: String, text: String)], _ families: [(file: String, text: String, ScenarioFamily)])
    {
        var branches: [String: Place] = [:]
        for (file, text) in sources.sorted(by: { $0.file < $1.file }) {
            let module = file.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            let judges = Self.judgingModules.contains(module)
            guard judges || text.contains("Mutant(") || module == "Mutants" else { continue }
            let source = SwiftSource(text)
            add(source, file, judges: judges)
            guard module == Self.runner, text.contains("addViolation(") || text.contains("fail(") else { continue }
            for branch in source.branches where branches[branch.name] == nil {
                branches[branch.name] = Place(file: file, line: branch.line, symbol: branch.symbol)
            }
        }
        for (file, text, family) in families { add(family, file, text, branches) }
    }

    /// Whether a requirement has to have a check of its own, or a waiver: what bLIP-66 demands or recommends, and every step of
    /// the scheme of salt and secret.
    package static func isDue(_ requirement: Requirement) -> Bool {
        switch requirement.document {
        case "blip-0066": [.must, .mustNot, .should].contains(requirement.level)
        case "salt-secret": true
        default: false
        }
    }

    package func hasCheck(_ id: RequirementID) -> Bool { places[id] != nil || steps[id] != nil }

    /// Those that should have a check, and have neither it nor a waiver.
    package func unchecked(_ catalogue: RequirementCatalogue) -> [RequirementID] {
        catalogue.ids.filter { id in
            guard let requirement = catalogue[id], Self.isDue(requirement) else { return false }
            return requirement.waiver == nil && !hasCheck(id)
        }
    }

    // MARK: Sources

    private mutating func add(_ source: SwiftSource, _ file: String, judges: Bool) {
        for mention in source.mentions {
            let place = Place(file: file, line: mention.line, symbol: mention.symbol)
            if mention.isComment {
                guard judges else { continue }
                for id in Self.ids(in: mention.text) { remarks[id, default: []].append(place) }
            } else if Self.isMutant(mention.text) {
                mutants[mention.text] = place
            } else if judges, Self.isID(mention.text), !Self.onlyCompares(mention.before) {
                places[RequirementID(mention.text), default: []].append(place)
            }
        }
    }

    /// `B12-SI-R5`: words of letters and numbers, joined by hyphens, the first in capitals.
    private static func isID(_ text: some StringProtocol) -> Bool {
        let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard words.count > 1, let first = words.first, let initial = first.first else { return false }
        return isCapital(initial) && first.allSatisfy { isCapital($0) || isDigit($0) }
            && words.allSatisfy { !$0.isEmpty && $0.allSatisfy { isCapital($0) || isDigit($0) || isSmall($0) } }
    }

    private static func isMutant(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && isID(parts[0]) && !parts[1].isEmpty
            && parts[1].utf8.allSatisfy { isSmall($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func ids(in comment: String) -> [RequirementID] {
        let words = comment.utf8.split { !(isCapital($0) || isSmall($0) || isDigit($0) || $0 == UInt8(ascii: "-")) }
        return words.compactMap { String($0) }.filter(isID).map { RequirementID($0) }
    }

    private static func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isSmall(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// What stands before a literal that is compared with, or looked for to be left out.
    private static func onlyCompares(_ before: String) -> Bool {
        ["== ", "!= ", "without(", "contains("].contains(where: before.hasSuffix)
    }

    // MARK: Scenarios

    private mutating func add(_ family: ScenarioFamily, _ file: String, _ text: String, _ branches: [String: Place]) {
        let written = ScenarioLines(text)
        for scenario in family.scenarios {
            guard let lines = written.lines(of: scenario.id) else { continue }
            scenarios[scenario.id] = Place(file: file, line: lines.line, symbol: scenario.id)
            var next = 0
            var number = 0
            walk(scenario.steps) { step, isRow in
                let line = lines.steps.indices.contains(next) ? lines.steps[next] : lines.line
                next += 1
                if !isRow { number += 1 }
                let kind = step.source["do"]?.string ?? ""
                guard Self.judgingSteps.contains(kind), let evaluate = branches[kind] else { return }
                let place = StepPlace(
                    scenario: scenario.id,
                    number: number,
                    kind: kind,
                    file: file,
                    line: line,
                    evaluate: evaluate
                )
                let isAtStake = step.requirements.isEmpty && !isRow
                for id in isAtStake ? scenario.requirements : step.requirements { steps[id, default: []].append(place) }
            }
        }
    }

    /// Steps in the order of the file; the rows of `expect_any` are parts of their step.
    private func walk(_ steps: [Step], isRow: Bool = false, _ visit: (Step, Bool) -> Void) {
        for step in steps {
            visit(step, isRow)
            switch step.action {
            case .repeat(_, let inner): walk(inner, isRow: isRow, visit)
            case .expect_any(let rows): rows.forEach { walk($0.steps, isRow: true, visit) }
            default: break
            }
        }
    }
}

/// Where scenarios and their steps stand in a file.
private struct ScenarioLines {
    private var scenarios: [String: (line: Int, steps: [Int])] = [:]

    init(_ text: String) {
        var id: String?
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            // Between quotes: every other part is what a string holds.
            let parts = line.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
            for (key, value) in zip(parts.indices, parts.indices.dropFirst(2)) where key.isMultiple(of: 2) == false {
                if parts[key].elementsEqual("id".utf8), let found = String(parts[value]) {
                    id = found
                    scenarios[found] = (index + 1, [])
                } else if parts[key].elementsEqual("do".utf8), let id {
                    scenarios[id]?.steps.append(index + 1)
                }
            }
        }
    }

    /// A scenario that is played for each reading has the readings after its id in the file.
    func lines(of id: String) -> (line: Int, steps: [Int])? {
        if let own = scenarios[id] { return own }
        let written = scenarios.keys.filter { id.hasPrefix("\($0)-") }.max { $0.count < $1.count }
        return written.flatMap { scenarios[$0] }
    }
}
