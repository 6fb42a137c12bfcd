#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Reads lines from a file descriptor and writes an answer for each to another, until the input ends.
package enum LineLoop {
    /// - `limit`: the most bytes of a line; what is longer is skipped and answered by `answerToLongLine`.
    /// - `answer`: the answer to a line, both without newline.
    /// - Returns: whether every answer was written; if not, `errno` says why.
    @discardableResult
    package static func run(
        input: Int32,
        output: Int32,
        limit: Int,
        answerToLongLine: String,
        answer: (ArraySlice<UInt8>) -> String
    ) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var line: [UInt8] = []
        var isTooLong = false
        while true {
            let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            var rest = buffer[..<count]
            while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                append(rest[..<newline], to: &line, limit, &isTooLong)
                guard write(isTooLong ? answerToLongLine : answer(line[...]), to: output) else { return false }
                line.removeAll(keepingCapacity: line.capacity <= 1 << 20)
                isTooLong = false
                rest = rest[(newline + 1)...]
            }
            append(rest, to: &line, limit, &isTooLong)
        }
        guard !line.isEmpty || isTooLong else { return true }
        return write(isTooLong ? answerToLongLine : answer(line[...]), to: output)
    }

    private static func append(_ part: ArraySlice<UInt8>, to line: inout [UInt8], _ limit: Int, _ isTooLong: inout Bool)
    {
        guard !isTooLong, part.count <= limit - line.count else {
            isTooLong = true
            line.removeAll()
            return
        }
        line.append(contentsOf: part)
    }

    /// - Returns: false when nobody reads any more.
    private static func write(_ text: String, to output: Int32) -> Bool {
        let bytes = Array("\(text)\n".utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeBytes(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func writeBytes(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, start, count)
        #elseif canImport(Musl)
            Musl.write(descriptor, start, count)
        #else
            Darwin.write(descriptor, start, count)
        #endif
    }
}
