package import Catalogue
internal import Rules
internal import StrictJSON
internal import VectorFormat

/// An answer that a case calls right: by the taken alternative of its reading, or by another.
struct RightAnswer: Sendable {
    enum Outcome: Sendable {
        case accept(JSONObject)
        case reject([ReasonClass])
    }

    /// `nil` where the case depends on no reading.
    let alternative: ReadingAlternative?
    let isTaken: Bool
    let outcome: Outcome
    /// Whom a wrong accept accuses.
    let violates: [RequirementID]

    var isReject: Bool {
        if case .reject = outcome { return true }
        return false
    }

    /// For a report.
    var expected: CaseResult.Expected {
        switch outcome {
        case .accept(let out): .accept(out)
        case .reject(let reasons): .reject(reasons: reasons.map(\.rawValue))
        }
    }
}

extension VectorCase {
    /// The right answers, that of the taken alternative first.
    func rightAnswers(_ readings: Readings) -> [RightAnswer] {
        let reading = under.first?.when.reading
        let taken = reading.map { ReadingAlternative(reading: $0, id: readings[$0]?.taken ?? "a") }
        let first =
            switch expectation {
            case .accept(let out):
                RightAnswer(alternative: taken, isTaken: true, outcome: .accept(out), violates: [subject])
            case .reject(let reasons, let violates, _):
                RightAnswer(alternative: taken, isTaken: true, outcome: .reject(reasons), violates: violates)
            }
        return [first] + under.map { RightAnswer($0, subject) }
    }
}

extension RightAnswer {
    fileprivate init(_ alternative: VectorCase.Alternative, _ subject: RequirementID) {
        let outcome: Outcome =
            switch alternative.answer {
            case .accept(let out): .accept(out)
            case .reject(let reasons): .reject(reasons)
            }
        self.init(alternative: alternative.when, isTaken: false, outcome: outcome, violates: [subject])
    }
}

/// The alternatives of readings that an implementation says it takes, in `hello` or by `--reading`.
package struct DeclaredReadings: Hashable, Sendable {
    package private(set) var alternatives: [String: ReadingAlternative] = [:]

    package init() {}

    /// - Throws: for what is not in the catalogue, or leaves no choice.
    package init(_ list: [ReadingAlternative], _ readings: Readings, from place: String) throws(PlanError) {
        for alternative in list { try add(alternative, readings, place) }
    }

    private mutating func add(
        _ alternative: ReadingAlternative,
        _ readings: Readings,
        _ place: String
    ) throws(PlanError) {
        let name = "\(place) \(alternative.reading)=\(alternative.id)"
        guard let reading = readings[alternative.reading] else {
            throw PlanError("\(name): there is no reading \(alternative.reading); blip66 spec readings lists them")
        }
        if case .settledBy(let what) = reading.ground {
            throw PlanError("\(name): \(reading.id) is not for the implementation to choose; \(what) settles it")
        }
        guard readings[alternative] != nil else {
            let known = reading.alternatives.map(\.id).joined(separator: ", ")
            throw PlanError("\(name): \(reading.id) has the alternatives \(known)")
        }
        if let before = alternatives[reading.id], before != alternative {
            throw PlanError("\(name): \(before) was declared before; an implementation takes one of them")
        }
        alternatives[reading.id] = alternative
    }

    /// Both; what is declared twice must be the same.
    package func merging(_ other: DeclaredReadings) throws(PlanError) -> DeclaredReadings {
        var merged = self
        for (reading, alternative) in other.alternatives.sorted(by: { $0.key < $1.key }) {
            if let own = alternatives[reading], own != alternative {
                throw PlanError("hello declares \(own), and --reading says \(alternative); one of them is wrong")
            }
            merged.alternatives[reading] = alternative
        }
        return merged
    }

    subscript(reading: String) -> ReadingAlternative? { alternatives[reading] }
}
