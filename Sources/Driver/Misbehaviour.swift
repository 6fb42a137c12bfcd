package import Catalogue

/// The ways in which an adapter can misbehave, and what each leads to: the table of `Spec/adapter-misbehaviour.md`.
package enum Misbehaviour: String, Hashable, Sendable, CaseIterable {
    case endsBeforeAnswer
    case endsInsideLine
    case closesOutput
    case closesInput
    case neverAnswers
    case answersLate
    case hangsInsideLine
    case answersTwice
    case answersUnasked
    case answersWithWrongID
    case answersOutOfTurn
    case writesNoJSON
    case writesBrokenText
    case writesWrongShape
    case writesHugeLine
    case tellsOfTooManyEvents
    case answersTooMuchAtOnce
    case reportsError
    case faultDoesNotShowAgain
    case timeoutNotReproduced
    case hangsAgain
    case floodsStandardError
    case leavesProcessBehind
    case leavesProcessElsewhere
    case outlivesItsInput
    case endsWithFailureStatus
    case forgesText
    case writesLongText
    case writesBeforeHello
    case rejectsHello
    case declaresWrongCapability
    case failsTooOften
    case failsCanaries
    case takesTooLong

    /// What it leads to.
    package enum Outcome: Hashable, Sendable {
        /// The case gets the blame, once the fault shows again with the case alone in a new process.
        case fault(Fault.Kind)
        case adapterError
        /// The run cannot be trusted, though no case is blamed.
        case incident
        /// A note; what was answered counts.
        case note
        /// Nothing: what is shown is made harmless.
        case harmless
        /// The run cannot be trusted: exit status 2.
        case distrust

        package var name: String {
            switch self {
            case .fault(let kind): kind.rawValue
            case .adapterError: "adapter error"
            case .incident: "incident; exit status 2, or 1 if a case failed"
            case .note: "note"
            case .harmless: "none; what was answered counts"
            case .distrust: "exit status 2, or 1 if a case failed"
            }
        }
    }

    package var outcome: Outcome {
        switch self {
        case .endsBeforeAnswer, .endsInsideLine, .closesOutput, .closesInput: .fault(.crash)
        case .neverAnswers, .answersLate, .hangsInsideLine: .fault(.timeout)
        case .answersTwice, .answersUnasked, .answersWithWrongID, .answersOutOfTurn: .fault(.desync)
        case .writesNoJSON, .writesBrokenText, .writesWrongShape, .writesHugeLine, .tellsOfTooManyEvents:
            .fault(.protocolError)
        case .reportsError: .adapterError
        case .faultDoesNotShowAgain, .hangsAgain: .incident
        case .answersTooMuchAtOnce, .timeoutNotReproduced, .floodsStandardError, .leavesProcessBehind,
            .leavesProcessElsewhere, .outlivesItsInput, .endsWithFailureStatus:
            .note
        case .forgesText, .writesLongText: .harmless
        case .writesBeforeHello, .rejectsHello, .declaresWrongCapability, .failsTooOften, .failsCanaries, .takesTooLong:
            .distrust
        }
    }

    /// What the adapter does, as the page says it.
    package var summary: String {
        switch self {
        case .endsBeforeAnswer: "ends, with whatever exit status, before it answered"
        case .endsInsideLine: "ends after a line without its newline"
        case .closesOutput: "closes its standard output and goes on"
        case .closesInput: "closes its standard input and does not answer within a second"
        case .neverAnswers: "does not answer within the deadline"
        case .answersLate: "answers after the deadline; the process is gone by then, and the line is never read"
        case .hangsInsideLine: "writes the beginning of a line and stops"
        case .answersTwice: "writes a second answer to the same request"
        case .answersUnasked: "writes a line that no request asked for"
        case .answersWithWrongID: "answers with another id than the request's"
        case .answersOutOfTurn:
            "answers one of several open requests twice, or with an id that is none of theirs, or `null`"
        case .writesNoJSON:
            "writes a line that is not JSON, such as a banner or a log line; an empty line; duplicate keys"
        case .writesBrokenText: "writes NUL bytes or invalid UTF-8"
        case .writesWrongShape:
            "writes an answer that is not exactly one of the four shapes, or has no number as its id"
        case .writesHugeLine: "writes a line of more than 16 MiB, or with more than 250,000 values"
        case .tellsOfTooManyEvents:
            "tells of more than 10,000 events or 8 MiB of them in an answer, or of 16 MiB in a scenario"
        case .answersTooMuchAtOnce:
            "answers requests that are open at once with more than 32 MiB; from then on it gets one at a time"
        case .reportsError: "answers with `outcome` `error`, with the request's id or with `null`"
        case .faultDoesNotShowAgain:
            "crashes, desyncs or violates the protocol once, and not when the suspected cases are run again alone"
        case .timeoutNotReproduced:
            "times out once in the whole run, and not when the case is run again alone"
        case .hangsAgain: "times out twice or more, and not when the cases are run again alone"
        case .floodsStandardError: "writes more than 64 KiB to standard error during a request; the end is kept"
        case .leavesProcessBehind: "ends and leaves a process of its group behind, which is killed"
        case .leavesProcessElsewhere:
            "leaves a process behind that left its group, which is killed (on Linux; elsewhere it lives on unseen)"
        case .outlivesItsInput: "goes on for more than two seconds after its input was closed, and is killed"
        case .endsWithFailureStatus: "ends with a status other than 0 after it answered everything"
        case .forgesText:
            "writes escape sequences, line ends or marks of direction into a reason, a detail, its name or its log; they are shown spelled out"
        case .writesLongText: "writes texts of megabytes, or answers padded to that; what is kept and shown is cut"
        case .writesBeforeHello: "writes a line before it was asked anything"
        case .rejectsHello: "does not answer `hello`, or not as the protocol says; changes its answer after a restart"
        case .declaresWrongCapability: "declares a capability of the wrong type, such as `\"pipelining\":\"x\"` or -5"
        case .failsTooOften: "has more than 20 faults in one worker"
        case .failsCanaries: "answers a canary wrongly; what the canary stands for is not graded"
        case .takesTooLong: "takes longer than `--run-limit` for the whole run; what was graded by then counts"
        }
    }

    /// The note of a report.
    var note: String { "the adapter \(summary)" }

    /// The row of the page's table.
    package var row: String { "| \(summary) | \(outcome.name) |" }
}
