/// `utf8` arrays (BOLT 1, "Fundamental Types").
package enum UTF8Text {
    /// - Throws: through `onFault`, `.text` (B1-T-4) with the offset of the first byte of the array.
    package static func decode(
        _ bytes: ArraySlice<UInt8>,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        try onFault(WireError(.text, at: bytes.startIndex, "the text is not valid UTF-8"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
