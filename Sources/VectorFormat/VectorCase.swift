package import Catalogue
package import Rules
package import StrictJSON

/// One test vector: a request, and the right answer.
package struct VectorCase: Hashable, Sendable {
    /// What the answer must be.
    package enum Expectation: Hashable, Sendable {
        /// `accept`; exactly the members that are listed here are compared.
        case accept(out: JSONObject)
        /// `reject`, with one of these classes (another class is a note).
        case reject(reasons: [ReasonClass], violates: [RequirementID], neighbour: String)
    }

    /// Another right answer: that of an implementation that takes another alternative of a reading.
    package struct Alternative: Hashable, Sendable {
        package enum Answer: Hashable, Sendable {
            case accept(out: JSONObject)
            case reject(reasons: [ReasonClass])
        }

        package let when: ReadingAlternative
        package let answer: Answer

        package init(when: ReadingAlternative, answer: Answer) {
            self.when = when
            self.answer = answer
        }
    }

    /// What is wrong with the input of a case that was made from the tables of the grid (`blip66 spec grid`).
    package struct Fault: Hashable, Sendable {
        /// The stream, as its table of records is called.
        package let object: String
        /// From the record inwards, with dots; absent where the stream itself is at fault.
        package let field: String?
        /// The rule that is broken, which is a flag of the case too.
        package let rule: String
        /// The bytes of the stream that differ from the neighbour's: from the first, up to and without the last. A signature
        /// behind them differs too.
        package let from: Int
        package let to: Int

        package init(object: String, field: String?, rule: String, from: Int, to: Int) {
            self.object = object
            self.field = field
            self.rule = rule
            self.from = from
            self.to = to
        }
    }

    /// `family/case`, permanent.
    package let id: String
    package let operation: String
    /// The requirements that the case exercises.
    package let requirements: [RequirementID]
    /// The one that is accused when a valid input is rejected or its output is wrong; the others are context.
    package let subject: RequirementID
    /// Why the case exists.
    package let comment: String
    /// Names of notes in the family's `flags`: what kind of fault the case catches.
    package let flags: [String]
    package let input: JSON
    package let expectation: Expectation
    /// The answers by other alternatives of one reading. Every other answer is wrong, whatever the texts leave open.
    package let under: [Alternative]
    /// Where the input is wrong; only machine-made cases say it.
    package let fault: Fault?
    /// A recorded answer that the checks of a writer's rules must reject. Such a case is never sent to an adapter.
    package let sample: JSONObject?
    /// Intermediate values, to find the first divergence. Never graded.
    package let steps: JSON?

    package init(
        id: String,
        operation: String,
        requirements: [RequirementID],
        subject: RequirementID,
        comment: String,
        flags: [String] = [],
        input: JSON,
        expectation: Expectation,
        under: [Alternative] = [],
        fault: Fault? = nil,
        sample: JSONObject? = nil,
        steps: JSON? = nil
    ) {
        self.id = id
        self.operation = operation
        self.requirements = requirements
        self.subject = subject
        self.comment = comment
        self.flags = flags
        self.input = input
        self.expectation = expectation
        self.under = under
        self.fault = fault
        self.sample = sample
        self.steps = steps
    }

    package var isNegative: Bool {
        if case .reject = expectation { return true }
        return false
    }

    /// The id of the valid case that differs from this one by its fault alone.
    package var neighbour: String? {
        if case .reject(_, _, let neighbour) = expectation { return neighbour }
        return nil
    }
}

/// A file of vectors: the cases of one family, under one profile.
package struct VectorFamily: Hashable, Sendable {
    /// A note on what a flag means: which mistake a case with it catches.
    package struct Flag: Hashable, Sendable {
        package let name: String
        package let note: String

        package init(_ name: String, _ note: String) {
            self.name = name
            self.note = note
        }
    }

    /// The version of the file format.
    package static let format: Int64 = 3

    /// A path such as `bolt12/merkle`, with `@profile` where the family exists under several.
    package let name: String
    package let title: String
    /// The profile's name; `any` where no profile matters.
    package let profile: String
    package let flags: [Flag]
    package let cases: [VectorCase]

    package init(name: String, title: String, profile: String, flags: [Flag], cases: [VectorCase]) {
        self.name = name
        self.title = title
        self.profile = profile
        self.flags = flags
        self.cases = cases
    }

    package static let anyProfile = "any"

    /// The first part of the name: `bolt01`, `bolt12`, …
    package var layer: String { String(name.prefix { $0 != "/" }) }

    /// The file, relative to the folder of vectors.
    package var file: String { "\(name).json" }
}
