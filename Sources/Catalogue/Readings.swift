package import Rules
internal import StrictJSON

/// A question that the texts leave open, with the answers that follow from them.
package struct Reading: Hashable, Sendable {
    /// What an answer by another alternative means.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The profile, the request or another text settles it, so it excuses nothing.
        case parameter
        /// Any alternative is right, each time anew.
        case freedom
        /// An implementation takes one throughout: two sides that differ would not understand each other.
        case dialect
    }

    package struct Alternative: Hashable, Sendable {
        /// A letter.
        package let id: String
        /// What an implementation that takes it answers or does.
        package let says: String

        package init(id: String, says: String) {
            self.id = id
            self.says = says
        }
    }

    /// What stands behind the kind.
    package enum Ground: Hashable, Sendable {
        /// The member of the profile or request that settles it, or the text that does.
        case settledBy(String)
        case free
        /// Why two sides that differ would not understand each other.
        case dialect(because: String)
    }

    /// Its name, such as `C-30`; never given out twice.
    package let id: String
    package let title: String
    package let question: String
    package let ground: Ground
    package let alternatives: [Alternative]
    /// The alternative that the suite takes; for a parameter the one of `blip66-draft`.
    package let taken: String
    package let why: String
    /// The requirements that it bears on; never empty.
    package let requirements: [RequirementID]
    /// The reading that asked this too, before there was one question to each.
    package let splitFrom: String?

    package init(
        id: String,
        title: String,
        question: String,
        ground: Ground,
        alternatives: [Alternative],
        taken: String,
        why: String,
        requirements: [RequirementID],
        splitFrom: String? = nil
    ) {
        self.id = id
        self.title = title
        self.question = question
        self.ground = ground
        self.alternatives = alternatives
        self.taken = taken
        self.why = why
        self.requirements = requirements
        self.splitFrom = splitFrom
    }

    package var kind: Kind {
        switch ground {
        case .settledBy: .parameter
        case .free: .freedom
        case .dialect: .dialect
        }
    }

    package subscript(alternative id: String) -> Alternative? { alternatives.first { $0.id == id } }
}

/// `Spec/readings.json`: the points that the texts leave open. `Spec/ambiguities.md` is made from it.
package struct Readings: Hashable, Sendable {
    package static let file = "readings.json"

    package struct Section: Hashable, Sendable {
        package let title: String
        package let readings: [Reading]

        package init(title: String, readings: [Reading]) {
            self.title = title
            self.readings = readings
        }
    }

    package let sections: [Section]

    package init(sections: [Section]) { self.sections = sections }

    package init(specFolder: String) throws(FileError) {
        let path = "\(specFolder)/\(Self.file)"
        do {
            try self.init(JSONReader(Files.readJSON(path), path: "readings"))
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }

    package var entries: [Reading] { sections.flatMap(\.readings) }

    package subscript(id: String) -> Reading? { entries.first { $0.id == id } }

    package subscript(alternative: ReadingAlternative) -> Reading.Alternative? {
        self[alternative.reading]?[alternative: alternative.id]
    }

    /// The readings that bear on a requirement: they name it, or its statement names them.
    package func entries(bearingOn requirement: Requirement) -> [Reading] {
        let named = Set(Self.names(in: requirement.statement))
        return entries.filter { named.contains($0.id) || $0.requirements.contains(requirement.id) }
    }

    /// The names of readings in a text: `C-` and a number.
    package static func names(in text: String) -> [String] {
        text.matches(of: /\bC-[0-9]+\b/).map { String($0.output) }
    }
}

/// An alternative of a reading, as `C-30 b` names it.
package struct ReadingAlternative: Hashable, Sendable, LosslessStringConvertible {
    package let reading: String
    /// The alternative's letter.
    package let id: String

    package init(reading: String, id: String) {
        self.reading = reading
        self.id = id
    }

    /// Nil for a text of another form. Whether there is such an alternative is not looked at.
    package init?(_ description: String) {
        guard let match = description.wholeMatch(of: /(C-[1-9][0-9]*) ([a-z])/) else { return nil }
        self.init(reading: String(match.1), id: String(match.2))
    }

    package var description: String { "\(reading) \(id)" }
}
