package import Catalogue
internal import StrictJSON

/// Reads an answer line strictly: one of the four shapes, with the id that is awaited.
package enum AnswerLine {
    /// - `id`: `nil` when the line that is answered had no id that could be read: then `null` is awaited.
    /// - Throws: a desync for another id than the awaited one, and a protocol error for anything that is not an answer.
    package static func read(_ line: [UInt8], awaiting id: Int64?) throws(Fault) -> Answer {
        try answer(try parse(line), line, awaiting: id)
    }

    /// Values in a line. A line of 16 MiB may have millions of empty ones, and each takes a hundred times its byte in memory.
    package static let mostValues = 250_000

    private static func parse(_ line: [UInt8]) throws(Fault) -> JSON {
        guard hasFewValues(line) else {
            throw Fault(.protocolError, "the line has more than \(mostValues) values: \(excerpt(line))")
        }
        do {
            return try JSON.parse(line)
        } catch {
            throw Fault(.protocolError, "the line is not JSON (\(PrintableText.line("\(error)"))): \(excerpt(line))")
        }
    }

    private static func answer(_ json: JSON, _ line: [UInt8], awaiting id: Int64?) throws(Fault) -> Answer {
        do {
            let reader = JSONReader(json, path: "answer")
            let answer = try self.answer(reader)
            try check(reader.member("id"), awaiting: id, answer)
            return answer
        } catch let error as JSONShapeError {
            throw Fault(.protocolError, "\(error): \(excerpt(line))")
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.protocolError, "\(error)")
        }
    }

    /// Reads an answer to one of several requests that are open.
    static func read(_ line: [UInt8], among open: OpenWindow.OpenIDs) throws(Fault) -> (Int64, Answer) {
        let json = try parse(line)
        guard let id = json["id"]?.integer, open.contains(id) else {
            // What is no answer at all is a protocol error first.
            _ = try answer(json, line, awaiting: json["id"]?.integer)
            let text = PrintableText.line(json["id"]?.line ?? "null", limit: 60)
            throw Fault(.desync, "the answer has the id \(text), which is none of the \(open.count) that were open")
        }
        return (id, try answer(json, line, awaiting: id))
    }

    /// Each value but the first stands behind a bracket, a brace or a comma that is in no string.
    private static func hasFewValues(_ line: [UInt8]) -> Bool {
        guard line.count > mostValues else { return true }
        var values = 1
        var isString = false
        var isEscaped = false
        for byte in line {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = isString
            } else if byte == UInt8(ascii: "\"") {
                isString.toggle()
            } else if !isString, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                values += 1
            }
        }
        return values <= mostValues
    }

    /// The beginning of a line, for a message.
    package static func excerpt(_ line: [UInt8], limit: Int = 200) -> String {
        let text = String(decoding: line.prefix(limit), as: UTF8.self)
        let visible = PrintableText.line(text)
        return line.count > limit ? "\(visible)… (\(line.count) bytes)" : visible
    }

    private static func answer(_ reader: JSONReader) throws(JSONShapeError) -> Answer {
        let outcome = try reader.member("outcome")
        switch try outcome.string() {
        case "accept":
            try rejectMembers(["reason"], in: reader, with: "accept")
            return .accept(try reader.member("out").object())
        case "reject":
            try rejectMembers(["out"], in: reader, with: "reject")
            let reason = PrintableText.line(try reader.member("reason").string(), limit: 100)
            return .reject(reason: reason, detail: try detail(reader))
        case "skip":
            try rejectMembers(["out", "reason"], in: reader, with: "skip")
            return .skip(try detail(reader))
        case "error":
            try rejectMembers(["out", "reason"], in: reader, with: "error")
            return .error(try detail(reader))
        case let other:
            throw outcome.fail("unknown outcome \"\(other.prefix(40))\", expected accept, reject, skip or error")
        }
    }

    private static func detail(_ reader: JSONReader) throws(JSONShapeError) -> String {
        PrintableText.block(try reader.optional("detail")?.string() ?? "", limit: 1000)
    }

    /// A member of another shape makes it unclear which answer is meant.
    private static func rejectMembers(
        _ members: [String],
        in reader: JSONReader,
        with outcome: String
    ) throws(JSONShapeError) {
        for member in members where try reader.optional(member) != nil {
            throw reader.fail("\"\(member)\" is not allowed with the outcome \(outcome)")
        }
    }

    /// `null` is the id of an adapter that could not read the request: its error is then the answer.
    private static func check(_ id: JSONReader, awaiting awaited: Int64?, _ answer: Answer) throws {
        if id.value == .null, case .error = answer { return }
        guard let awaited else {
            throw Fault(.desync, "the answer has the id \(id.value.line), expected an error with the id null")
        }
        guard let number = id.value.integer else { throw id.fail("a JSON number is needed, this is \(id.value.kind)") }
        guard number == awaited else {
            throw Fault(.desync, "the answer has the id \(number), expected \(awaited)")
        }
    }
}
