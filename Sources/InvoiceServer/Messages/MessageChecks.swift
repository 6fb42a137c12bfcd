internal import Lightning
internal import Rules

/// The rules for messages beyond their encoding, each made for the record that it is about.
enum MessageChecks {
    /// A record without which the message says nothing (C-4).
    static func present(_ type: UInt64, _ id: RequirementID) -> Check<Message> {
        Check(id, .missing, reading: "C-4") { message in
            .require(message.decoded.contains(type), "there is no \(message.name(type))")
        }
    }

    /// There is something to build an offer with. A sender's duty: a list of no paths can be read (C-74).
    static func anyPath(_ type: UInt64, _ id: RequirementID) -> Check<Message> {
        Check(id, .missing) { message in
            guard let paths = message.paths(type) else { return .notApplicable("there is no \(message.name(type))") }
            return .require(!paths.isEmpty, "\(message.name(type)) lists no path")
        }
    }

    /// A path leads somewhere (C-6).
    static func pathsHaveHops(_ type: UInt64, _ id: RequirementID) -> Check<Message> {
        Check(id, .zeroHops, reading: "C-6") { message in
            guard let paths = message.paths(type) else { return .notApplicable("there is no \(message.name(type))") }
            guard let index = paths.firstIndex(where: \.hops.isEmpty) else { return .meets }
            return .fails("path \(index) of \(message.name(type)) has no hops")
        }
    }

    /// A message without defined records is written without any (C-3).
    static func noRecords(_ id: RequirementID) -> Check<Message> {
        Check(id, "tlv.range", reading: "C-3") { message in
            .require(message.decoded.stream.records.isEmpty, "\(message.form.name) is written without records")
        }
    }
}

extension Message {
    /// The record's name for sentences.
    fileprivate func name(_ type: UInt64) -> String { form.schema[type]?.name ?? "record \(type)" }
}
