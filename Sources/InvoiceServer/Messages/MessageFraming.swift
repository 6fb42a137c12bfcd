package import Rules
package import Wire

/// How the stream of a message stands in its onion message record (C-2).
extension Profile.Framing {
    /// The record's value for a stream.
    package func body(_ stream: [UInt8]) -> [UInt8] {
        switch self {
        case .raw: stream
        case .lengthPrefixed: BigSize.encode(UInt64(stream.count)) + stream
        }
    }

    /// The stream in a record's value. Behind a length, what follows the stream is left unread, as LDK leaves it.
    /// - Throws: faults of the length's encoding, and `.lengthPastEnd`.
    package func stream(
        in body: ArraySlice<UInt8>,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> ArraySlice<UInt8> {
        switch self {
        case .raw:
            return body
        case .lengthPrefixed:
            var reader = ByteReader(body)
            let length = try BigSize.read(&reader, "length of the stream", onFault: onFault)
            guard let count = Int(exactly: length), count <= reader.rest.count else {
                throw WireError(
                    .lengthPastEnd,
                    at: reader.offset,
                    "\(length) bytes are announced for the stream, \(reader.rest.count) are left"
                )
            }
            return try reader.read(count, "the stream")
        }
    }

    /// Whether the body is a stream in another framing than this, from the first byte to the last.
    /// - `isStream`: whether bytes are a well-formed stream of the message.
    func isOther(_ body: ArraySlice<UInt8>, _ isStream: (ArraySlice<UInt8>) -> Bool) -> Bool {
        switch self {
        case .raw:
            guard let stream = try? Profile.Framing.lengthPrefixed.stream(in: body) else { return false }
            return stream.endIndex == body.endIndex && isStream(stream)
        case .lengthPrefixed:
            return isStream(body)
        }
    }
}
