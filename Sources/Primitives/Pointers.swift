/// Lends the bytes of a collection and their number, without a copy where it stores them in one piece.
///
/// The pointer is never null, not even for an empty collection: some C functions ask for that.
func withBytes<Result>(
    of bytes: some Collection<UInt8>,
    _ body: (UnsafePointer<UInt8>, Int) -> Result
) -> Result {
    func lend(_ buffer: UnsafeBufferPointer<UInt8>) -> Result {
        if let start = buffer.baseAddress { return body(start, buffer.count) }
        return withUnsafePointer(to: UInt8(0)) { body($0, 0) }
    }
    if let result = bytes.withContiguousStorageIfAvailable(lend) { return result }
    return Array(bytes).withUnsafeBufferPointer(lend)
}

/// An array of `count` bytes that `body` writes.
func bytesWritten(_ count: Int, by body: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, written in
        if let start = buffer.baseAddress { body(start) }
        written = count
    }
}
