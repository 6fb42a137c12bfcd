package import Rules

/// What a specification asks for, in our words, and how seriously a violation is taken.
package struct Requirement: Hashable, Sendable {
    /// What the text says.
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case must = "MUST"
        case mustNot = "MUST NOT"
        /// SHOULD and SHOULD NOT; the statement says which way.
        case should = "SHOULD"
        case may = "MAY"
        /// A definition of an encoding.
        case structural
        /// Follows from the text without one of its key words.
        case inEffect = "in-effect"

        /// What a violation does to a run unless there is a reason for something else.
        package var normalEnforcement: Enforcement {
            switch self {
            case .must, .mustNot, .structural, .inEffect: .fail
            case .should: .warn
            case .may: .info
            }
        }
    }

    /// What a violation does to a run.
    package enum Enforcement: String, Hashable, Sendable, CaseIterable {
        case fail, warn, info
    }

    /// How it shows whether an implementation does it.
    package enum Observation: String, Hashable, Sendable, CaseIterable {
        /// In single messages and answers: vectors prove it.
        case wire
        /// In what a node does over time: scenarios prove it.
        case behaviour
        /// Only from inside; a proxy is looked at instead.
        case opaque
        /// Not at all.
        case untestable
    }

    /// Whom a requirement binds.
    package enum Role: String, Hashable, Sendable, CaseIterable {
        case any, writer, reader
        case server, recipient, payer, forwarder, holder
        case sender, hop
        case lastHop = "last-hop"
        case pathMaker = "path-maker"
        case pathUser = "path-user"
        case saltCounterparty = "salt-counterparty"
        case saltReceiver = "salt-receiver"
        case saltPayer = "salt-payer"
    }

    /// The place in a source that a requirement rests on.
    package struct Basis: Hashable, Sendable {
        /// A key of the document's `sources`.
        package let source: String
        package let section: String
        /// SHA-256 of the normalised lines, in hexadecimal.
        package let lines: [String]
        /// The name of the text's file; `nil` for a source that is no text.
        package let file: String?
        /// Where the lines stand at the revision that was read, in their order.
        package let spans: [LineSpan]

        package init(source: String, section: String, lines: [String], file: String? = nil, spans: [LineSpan] = []) {
            self.source = source
            self.section = section
            self.lines = lines
            self.file = file
            self.spans = spans
        }

        /// `blip-0066.md, Specification > Requirements, line 57`; without a line where none is named.
        package var place: String {
            let isOneLine = spans.count == 1 && spans.first.map { $0.first == $0.last } == true
            let numbers = spans.map(\.description).joined(separator: ", ")
            let lines = spans.isEmpty ? "no line" : "\(isOneLine ? "line" : "lines") \(numbers)"
            return "\(file ?? source), \(section), \(lines)"
        }

        /// What `blip66 spec where` takes for it: `blip66:57`.
        package var address: String? { spans.first.map { "\(source):\($0.first)" } }
    }

    /// Why it has no positive or no negative case, and what is looked at instead.
    package struct Waiver: Hashable, Sendable {
        package let reason: String
        package let proxy: String?

        package init(reason: String, proxy: String? = nil) {
            self.reason = reason
            self.proxy = proxy
        }
    }

    package let id: RequirementID
    package let level: Level
    package let enforcement: Enforcement
    /// Why the enforcement is not the level's normal one.
    package let enforcementReason: String?
    package let role: String
    package let statement: String
    /// Where it comes from, the main place first; never empty.
    package let bases: [Basis]
    /// Why no line of a source can be named, where none can.
    package let withoutLine: String?
    package let observed: Observation
    package let waiver: Waiver?
    /// Which document of `Spec/` it stands in.
    package let document: String

    package init(
        id: RequirementID,
        level: Level,
        enforcement: Enforcement,
        enforcementReason: String? = nil,
        role: String,
        statement: String,
        bases: [Basis],
        withoutLine: String? = nil,
        observed: Observation = .wire,
        waiver: Waiver? = nil,
        document: String
    ) {
        self.id = id
        self.level = level
        self.enforcement = enforcement
        self.enforcementReason = enforcementReason
        self.role = role
        self.statement = statement
        self.bases = bases
        self.withoutLine = withoutLine
        self.observed = observed
        self.waiver = waiver
        self.document = document
    }

    /// The key of its main source.
    package var source: String { bases.first?.source ?? "" }
    /// Document, section and line of each place that it rests on, as a report names them: with the address that
    /// `blip66 spec where` takes, for two revisions of a text have files of one name.
    package var places: [String] {
        bases.map { basis in basis.place + (basis.address.map { " (\($0))" } ?? "") }
    }
    /// Its section there.
    package var section: String { bases.first?.section ?? "" }
}
