internal import Lightning
internal import Primitives
internal import Wire

/// The records of a stream as people read them: type, name, meaning, value, and where the bytes are.
struct RecordText {
    /// `nil` where no table says what the records are.
    let schema: TLVSchema?
    let decoded: DecodedStream?

    func lines(_ record: TLVRecord) -> [String] {
        let known = schema?[record.type]
        let name =
            known?.name ?? (schema == nil ? "" : record.type.isMultiple(of: 2) ? "unknown, even" : "unknown, odd")
        let meaning = known.flatMap { RecordMeanings.of($0.name) }.map { ": \($0)" } ?? ""
        let place = "bytes \(record.encoding.startIndex) to \(record.encoding.endIndex - 1)"
        let header = record.encoding.prefix(record.encoding.count - record.value.count)
        var lines = ["  \(record.type)  \(name)\(meaning)"]
        if let known, let value = decoded?[record.type] {
            lines += ValueText().lines(value, known.format, named: known.name).map { "      \($0)" }
        } else {
            lines += ValueText().lines(.bytes(record.value), .bytes, named: "").map { "      \($0)" }
        }
        return lines + ["      \(place): \(Hex.encode(header)) and \(record.value.count) bytes of value"]
    }

    /// All records of a stream inside something else, indented. Places count from the stream's own start.
    static func lines(_ bytes: some Collection<UInt8>, _ schema: TLVSchema) -> [String] {
        let whole = Array(bytes)[...]
        let decoded = try? schema.decode(whole)
        let stream = decoded?.stream ?? (try? TLVStream.read(whole, known: .unspecified) { _ in })
        guard let stream else { return ["    cannot be read as records: \(Hex.encode(whole.prefix(32)))"] }
        if stream.records.isEmpty { return ["    no records"] }
        let text = RecordText(schema: schema, decoded: decoded)
        return stream.records.flatMap(text.lines).map { "  \($0)" }
    }
}
