internal import Catalogue
internal import Driver
internal import Rules
internal import StrictJSON
internal import Testing
internal import VectorFormat

@Suite struct GraderTests {
    private let valid = SmallVectors.accept("v", "op", [:], ["value": "1"])
    private let invalid = SmallVectors.reject("i", "op", [:], "tlv.order", neighbour: "v")

    // MARK: Valid cases

    @Test func anAcceptanceWithTheExpectedMembersPasses() throws {
        #expect(try verdict(valid, .accept(["more": 1, "value": "1"])) == .passed)
    }

    @Test func anAcceptanceWithAnotherMemberFails() throws {
        #expect(try severity(valid, .accept(["value": "2"])) == .failure)
        #expect(try severity(valid, .accept([:])) == .failure)
    }

    @Test func aRejectionOfAValidCaseFails() throws {
        #expect(try severity(valid, .reject(reason: "policy", detail: "")) == .failure)
    }

    @Test func aSkipIsNotExercised() throws {
        #expect(try verdict(valid, .skip("x")) == .notExercised(.skipped("x")))
        #expect(try verdict(invalid, .skip("x")) == .notExercised(.skipped("x")))
    }

    // MARK: Invalid cases

    @Test func anyRejectionOfAnInvalidCasePasses() throws {
        #expect(try verdict(invalid, .reject(reason: "tlv.order", detail: "")) == .passed)
        #expect(try verdict(invalid, .reject(reason: "point", detail: "")) == .passed)
    }

    @Test func anotherReasonIsANoteAndFailsOnlyWhenReasonsAreStrict() throws {
        let answer = Answer.reject(reason: "point", detail: "")
        #expect(try grader().grade(invalid, answer, profile: nil, neighbourAccepted: true).notes.count == 1)
        var strict = Strictness()
        strict.reasons = true
        #expect(try severity(invalid, answer, strict) == .failure)
        #expect(try verdict(invalid, .reject(reason: "tlv.order", detail: ""), strict) == .passed)
    }

    @Test func aReasonThatTheProtocolDoesNotKnowIsANote() throws {
        let notes = try grader().grade(
            invalid,
            .reject(reason: "mood", detail: ""),
            profile: nil,
            neighbourAccepted: true
        ).notes
        #expect(notes.contains { $0.contains("is unknown") })
    }

    @Test func anAcceptanceOfAnInvalidCaseFails() throws {
        #expect(try severity(invalid, .accept([:])) == .failure)
    }

    @Test func aRefusalCountsOnlyIfTheNeighbourWasAccepted() throws {
        let refusal = Answer.reject(reason: "tlv.order", detail: "")
        guard case .notCounted = try verdict(invalid, refusal, neighbourAccepted: false) else {
            Issue.record("a refusal counted")
            return
        }
    }

    @Test func aWrongAcceptCountsAlways() throws {
        #expect(try verdict(invalid, .accept([:]), neighbourAccepted: false).severity == .failure)
    }

    @Test func anErrorIsAFailureOfItsOwnKind() throws {
        for vector in [valid, invalid] {
            guard case .failed(let failure) = try verdict(vector, .error("x")) else {
                Issue.record("an error passed")
                return
            }
            #expect(failure.kind == .adapterError)
        }
    }

    // MARK: Weight

    @Test func theSubjectDecidesAndTheOthersAreContext() throws {
        #expect(try wrong(["T-SHOULD"]) == .warning)
        #expect(try wrong(["T-SHOULD", "B1-BS-1"]) == .warning)
        #expect(try wrong(["B1-BS-1", "T-MAY"]) == .failure)
    }

    /// Who does what a text allows must do it right; who does not do it is told of, and no more.
    @Test func whatMayBeDoneMustBeDoneRight() throws {
        #expect(try wrong(["T-MAY"]) == .failure)
        #expect(try wrong(["T-MAY", "T-SHOULD", "B1-BS-1"]) == .failure)
        #expect(try refused(["T-MAY"]) == .info)
        #expect(try refused(["T-MAY", "T-SHOULD", "B1-BS-1"]) == .info)
    }

    @Test func theStrongestRequirementDecides() throws {
        let grader = try grader()
        #expect(grader.severity(of: ["T-MAY", "T-SHOULD"]) == .warning)
        #expect(grader.severity(of: ["T-MAY", "T-SHOULD", "B1-BS-1"]) == .failure)
    }

    // MARK: Accusation and evidence

    @Test func aRefusedValidInputAccusesTheSubjectAlone() throws {
        let vector = SmallVectors.accept("w", "op", [:], ["value": "1"], ["B1-BS-1", "B1-BS-2"])
        let evidence = try grade(vector, .reject(reason: "policy", detail: "")).evidence
        #expect(evidence.accused == ["B1-BS-1"])
        #expect(evidence.shown.isEmpty && evidence.shownInPart.isEmpty)
    }

    @Test func aWrongAcceptAccusesWhatTheInputViolates() throws {
        #expect(try grade(invalid, .accept([:])).evidence.accused == ["B1-BS-2"])
    }

    @Test func anOutputThatWasComparedShowsTheRequirements() throws {
        let vector = SmallVectors.accept("w", "op", [:], ["value": "1"], ["B1-BS-1", "B1-BS-2"])
        #expect(try grade(vector, .accept(["value": "1"])).evidence.shown == ["B1-BS-1", "B1-BS-2"])
    }

    @Test func anAcceptanceAloneShowsThemInPart() throws {
        let evidence = try grade(SmallVectors.accept("w", "op", [:], [:]), .accept([:])).evidence
        #expect(evidence.shown.isEmpty)
        #expect(evidence.shownInPart == ["B1-BS-1"])
        #expect(evidence.whyInPart != nil)
    }

    @Test func aRefusalShowsWhatTheInputViolates() throws {
        #expect(try grade(invalid, .reject(reason: "tlv.order", detail: "")).evidence.shown == ["B1-BS-2"])
    }

    // MARK: Readings

    @Test func anAnswerByAnotherReadingIsNoFailure() throws {
        let refusal = Answer.reject(reason: "expired", detail: "")
        #expect(try verdict(dependent, refusal) == .anotherReading(b))
        #expect(try grade(dependent, refusal).evidence.alternative == b)
        #expect(try grade(dependent, .accept(["value": "1"])).evidence.alternative == ReadingAlternative("C-1 a"))
    }

    @Test func anAnswerByNoReadingFails() throws {
        let answer = Answer.accept(["value": "2"])
        #expect(try severity(dependent, answer) == .failure)
        #expect(try grade(dependent, answer).evidence.accused == ["B1-BS-1"])
        #expect(try grade(dependent, answer).evidence.alternative == nil)
    }

    @Test func anotherReadingFailsWhenReadingsAreStrict() throws {
        var strict = Strictness()
        strict.readings = true
        #expect(try severity(dependent, .reject(reason: "expired", detail: ""), strict) == .failure)
        #expect(try verdict(dependent, .accept(["value": "1"]), strict) == .passed)
    }

    private let b = ReadingAlternative(reading: "C-1", id: "b")

    private var dependent: VectorCase {
        valid.depending(on: .init(when: b, answer: .reject(reasons: ["expired"])))
    }

    @Test func aBrokenShouldFailsWhenShouldsAreStrict() throws {
        var strict = Strictness()
        strict.should = true
        #expect(try wrong(["T-SHOULD"], strict) == .failure)
        #expect(try refused(["T-MAY"], strict) == .info)
    }

    @Test func whatAnInvalidCaseViolatesDecides() throws {
        let vector = VectorCase(
            id: "f/c",
            operation: "op",
            requirements: ["B1-BS-1", "T-SHOULD"],
            subject: "T-SHOULD",
            comment: "",
            input: [:],
            expectation: .reject(reasons: [], violates: ["T-SHOULD"], neighbour: "f/v")
        )
        #expect(try severity(vector, .accept([:])) == .warning)
    }

    @Test func aRequirementThatIsNotInTheCatalogueFails() throws {
        #expect(try wrong(["T-UNHEARD-OF"]) == .failure)
    }

    @Test(arguments: Fault.Kind.allCases)
    func aFaultFailsWhateverTheWeight(kind: Fault.Kind) throws {
        guard case .failed(let failure) = try grader().grade(valid, Fault(kind, "x")).verdict else {
            Issue.record("a fault passed")
            return
        }
        #expect(failure.kind == .fault(kind))
        #expect(failure.severity == .failure)
    }

    // MARK: Helpers

    private func grader(_ strictness: Strictness = Strictness()) throws -> Grader {
        Grader(requirements: SmallVectors.requirements(), strictness: strictness)
    }

    private func grade(_ vector: VectorCase, _ answer: Answer) throws -> Grade {
        try grader().grade(vector, answer, profile: nil, neighbourAccepted: true)
    }

    private func verdict(
        _ vector: VectorCase,
        _ answer: Answer,
        _ strictness: Strictness = Strictness(),
        neighbourAccepted: Bool = true
    ) throws -> CaseVerdict {
        try grader(strictness).grade(vector, answer, profile: nil, neighbourAccepted: neighbourAccepted).verdict
    }

    private func severity(
        _ vector: VectorCase,
        _ answer: Answer,
        _ strictness: Strictness = Strictness()
    ) throws -> CaseVerdict.Severity? {
        try verdict(vector, answer, strictness).severity
    }

    /// How bad a wrong answer to a valid case with these requirements is.
    private func wrong(
        _ requirements: [RequirementID],
        _ strictness: Strictness = Strictness()
    ) throws -> CaseVerdict.Severity? {
        let vector = SmallVectors.accept("w", "op", [:], ["value": "1"], requirements)
        return try severity(vector, .accept(["value": "2"]), strictness)
    }

    private func refused(
        _ requirements: [RequirementID],
        _ strictness: Strictness = Strictness()
    ) throws -> CaseVerdict.Severity? {
        let vector = SmallVectors.accept("w", "op", [:], ["value": "1"], requirements)
        return try severity(vector, .reject(reason: "policy", detail: ""), strictness)
    }
}
