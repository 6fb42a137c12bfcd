package import Rules
package import StrictJSON

/// Failures and skips of an implementation that are known, each with its reason: for `check --expect`.
///
/// A case that an entry lists, and that goes wrong just as the entry says, does not fail the run. Everything else does: another
/// failure of such a case, and an entry whose case passes or is gone. So a baseline can only tell the truth.
package struct Baseline: Hashable, Sendable {
    package static let format = "blip66-known"
    package static let version: Int64 = 1

    package struct Entry: Hashable, Sendable {
        /// A pattern over ids of cases and scenario runs.
        package let cases: IDPattern
        package let outcome: Outcome
        /// The requirement that is accused; `nil` where none is, as with a skip.
        package let requirement: RequirementID?
        package let reason: String
        /// The last day on which it holds, `YYYY-MM-DD`.
        package var until: String?
        /// It holds for versions of the adapter before this one.
        package var untilVersion: String?

        /// How a reason begins that `--write-expect` left for people to write.
        package static let unexplained = "to be explained"
        package var isExplained: Bool { !reason.hasPrefix(Self.unexplained) }

        package init(cases: IDPattern, outcome: Outcome, requirement: RequirementID?, reason: String) {
            self.cases = cases
            self.outcome = outcome
            self.requirement = requirement
            self.reason = reason
        }
    }

    /// How a listed case goes wrong.
    package enum Outcome: Hashable, Sendable {
        case failure(CaseVerdict.FailureKind)
        /// The adapter answers `skip`.
        case skipped

        package var name: String {
            switch self {
            case .failure(let kind): kind.name
            case .skipped: "skipped"
            }
        }

        package init?(_ name: String) {
            let kinds: [CaseVerdict.FailureKind] =
                [.wrongAnswer, .adapterError] + Fault.Kind.allCases.map { .fault($0) }
            if name == "skipped" {
                self = .skipped
            } else if let kind = kinds.first(where: { $0.name == name }) {
                self = .failure(kind)
            } else {
                return nil
            }
        }

        package static var allNames: [String] {
            ["wrong answer", "adapter error"] + Fault.Kind.allCases.map(\.rawValue) + ["skipped"]
        }
    }

    /// The implementation that it is about, for people.
    package let about: String
    package let entries: [Entry]
    /// Today, `YYYY-MM-DD`: what ends on an earlier day does not hold.
    package var today = "0000-00-00"

    package init(about: String, entries: [Entry]) {
        self.about = about
        self.entries = entries
    }
}

// MARK: Use

extension Baseline {
    /// The family with what is known said at its cases.
    package func applied(to family: FamilyResult, adapterVersion: String?) -> FamilyResult {
        let valid = entries.filter { holds($0, adapterVersion) }
        let cases = family.cases.map { result in
            var result = result
            result.known = valid.first { $0.explains(result) }?.reason
            return result
        }
        return family.with(cases)
    }

    /// What is wrong with the baseline itself: entries that are stale, and failures for another reason than the entry's.
    ///
    /// - Parameter allIDs: of all cases that there are, selected or not.
    package func problems(_ cases: [CaseResult], allIDs: Set<String>, adapterVersion: String?) -> [BaselineResult
        .Problem]
    {
        entries.enumerated().flatMap { number, entry in
            guard holds(entry, adapterVersion) else { return [BaselineResult.Problem]() }
            if !allIDs.contains(where: entry.cases.matches) {
                return [
                    .init(
                        entry: number,
                        detail: "stale: no case matches \(entry.cases.text) any more; remove the entry"
                    )
                ]
            }
            return cases.filter { entry.cases.matches($0.id) }.compactMap { result in
                problem(entry, result).map { .init(entry: number, detail: $0) }
            }
        }
    }

    /// Entries that ended, a sentence each.
    package func ended(adapterVersion: String?) -> [String] {
        entries.filter { !holds($0, adapterVersion) }
            .map {
                "the entry for \($0.cases.text) ended (\($0.until ?? $0.untilVersion.map { "version \($0)" } ?? "")) and counts no more"
            }
    }

    private func problem(_ entry: Entry, _ result: CaseResult) -> String? {
        if entry.explains(result) || result.known != nil { return nil }
        switch result.verdict {
        case .passed, .anotherReading:
            return "stale: \(result.id) passed; remove it from the entry (\(entry.reason))"
        case .failed(let failure):
            let accused = result.accused.map(\.rawValue).joined(separator: ", ")
            let wanted = entry.requirement.map { ", accused \($0)" } ?? ""
            return
                "\(result.id) fails for another reason than its entry's: expected \(entry.outcome.name)\(wanted); it is \(failure.kind.name), accused \(accused)"
        case .notExercised, .notCounted:
            return nil
        }
    }

    private func holds(_ entry: Entry, _ version: String?) -> Bool {
        if let until = entry.until, until < today { return false }
        guard let end = entry.untilVersion, let version else { return true }
        return VersionNumber(version) < VersionNumber(end)
    }
}

extension Baseline.Entry {
    /// Whether the case goes wrong just as the entry says.
    fileprivate func explains(_ result: CaseResult) -> Bool {
        guard cases.matches(result.id) else { return false }
        switch (result.verdict, outcome) {
        case (.failed(let failure), .failure(let kind)):
            return failure.kind == kind
                && (requirement.map { result.accused == [$0] || result.accused.contains($0) } ?? true)
        case (.notExercised(.skipped), .skipped):
            return true
        default:
            return false
        }
    }
}

/// Numbers and words of a version, such as `0.2.5`; a version with a word after it, `0.3.0-beta1`, comes before the one without.
private struct VersionNumber: Comparable {
    private let numbers: [Int]
    private let hasSuffix: Bool

    init(_ text: String) {
        let digits = text.drop { !$0.isNumber }
        let main = digits.prefix { $0.isNumber || $0 == "." }
        numbers = main.split(separator: ".").map { Int($0) ?? .max }
        hasSuffix = main.count < digits.count
    }

    static func < (left: VersionNumber, right: VersionNumber) -> Bool {
        for index in 0..<max(left.numbers.count, right.numbers.count) {
            let one = index < left.numbers.count ? left.numbers[index] : 0
            let other = index < right.numbers.count ? right.numbers[index] : 0
            if one != other { return one < other }
        }
        return left.hasSuffix && !right.hasSuffix
    }
}

/// How a baseline and a run fit together.
package struct BaselineResult: Hashable, Sendable {
    /// An entry that does not say what is so. It fails the run.
    package struct Problem: Hashable, Sendable {
        /// The entry's number, from 0.
        package let entry: Int
        package let detail: String

        package init(entry: Int, detail: String) {
            self.entry = entry
            self.detail = detail
        }
    }

    package let file: String
    package let entries: Int
    package var problems: [Problem]
    /// Entries that ended, a sentence each.
    package let ended: [String]
    /// The cases of entries whose reason nobody has written yet.
    package let unexplained: [String]

    package init(file: String, entries: Int, problems: [Problem], ended: [String], unexplained: [String] = []) {
        self.file = file
        self.entries = entries
        self.problems = problems
        self.ended = ended
        self.unexplained = unexplained
    }
}

// MARK: The file

extension Baseline {
    package static func read(_ path: String) throws(FileError) -> Baseline {
        do {
            return try Baseline(JSONReader(try Files.readJSON(path), path: "baseline"))
        } catch let error as JSONShapeError {
            throw FileError(path: path, "\(error)")
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }

    package init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["format", "version", "about", "entries"])
        let format = try reader.member("format")
        guard try format.string() == Self.format else { throw format.fail("\"\(Self.format)\" is needed") }
        let version = try reader.member("version")
        guard version.value == .integer(Self.version) else {
            throw version.fail("\(Self.version) is needed; this program knows no other version of the format")
        }
        var entries: [Entry] = []
        for element in try reader.member("entries").elements() { entries.append(try Entry(element)) }
        self.init(about: try reader.member("about").string(), entries: entries)
    }

    package var json: JSON {
        [
            "format": .string(Self.format), "version": .integer(Self.version), "about": .string(about),
            "entries": .array(entries.map(\.json)),
        ]
    }

    /// A baseline that knows everything that went wrong in a run. What each failure is about is for people to say.
    package init(of result: RunResult) {
        let entries = result.cases.compactMap { one -> Entry? in
            switch one.verdict {
            case .failed(let failure) where failure.severity == .failure || one.known != nil:
                return Entry(
                    cases: IDPattern(one.id),
                    outcome: .failure(failure.kind),
                    requirement: one.accused.first,
                    reason: one.known ?? "\(Entry.unexplained): \(PrintableText.line(failure.detail, limit: 200))"
                )
            case .notExercised(.skipped(let why)):
                let reason = why.isEmpty ? Entry.unexplained : PrintableText.line(why, limit: 200)
                return Entry(cases: IDPattern(one.id), outcome: .skipped, requirement: nil, reason: one.known ?? reason)
            default:
                return nil
            }
        }
        let version = result.adapter?.version.map { " \($0)" } ?? ""
        self.init(about: "\(result.adapter?.name ?? "")\(version)", entries: entries)
    }
}

extension Baseline.Entry {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["cases", "outcome", "requirement", "reason", "until", "until_version"])
        let outcome = try reader.member("outcome")
        guard let known = Baseline.Outcome(try outcome.string()) else {
            throw outcome.fail("one of \(Baseline.Outcome.allNames.joined(separator: ", ")) is needed")
        }
        let requirement = try reader.optional("requirement")?.string()
        let reason = try reader.member("reason")
        guard try !reason.string().isEmpty else { throw reason.fail("a reason is needed, this is empty") }
        self.init(
            cases: IDPattern(try reader.member("cases").string()),
            outcome: known,
            requirement: requirement.map { RequirementID($0) },
            reason: try reason.string()
        )
        if let day = try reader.optional("until") {
            guard Self.isDay(try day.string()) else { throw day.fail("a day is needed, as 2027-01-31") }
            until = try day.string()
        }
        untilVersion = try reader.optional("until_version")?.string()
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [4, 2, 2] && parts.allSatisfy { $0.allSatisfy { ("0"..."9").contains($0) } }
    }

    fileprivate var json: JSON {
        var json: JSONObject = ["cases": .string(cases.text), "outcome": .string(outcome.name)]
        json["requirement"] = requirement.map { .string($0.rawValue) }
        json["reason"] = .string(reason)
        json["until"] = until.map { .string($0) }
        json["until_version"] = untilVersion.map { .string($0) }
        return .object(json)
    }
}
