import Catalogue

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hands libFuzzer's inputs to one of the targets: `Fuzz TARGET [libFuzzer's options] [folders of inputs]`.
///
/// `tools/fuzz` builds and runs it; no other build has it. Without a target it lists them.
@main
enum Fuzz {
    private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    /// Set once, before the first input.
    nonisolated(unsafe) private static var target = FuzzTarget.all[0]

    @_silgen_name("LLVMFuzzerRunDriver")
    private static func runDriver(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<Arguments>,
        _ callback: Callback
    ) -> CInt

    static func main() {
        guard CommandLine.argc > 1, let found = FuzzTarget.all.first(where: { $0.name == CommandLine.arguments[1] })
        else {
            for target in FuzzTarget.all { print("\(target.name) \(target.longest)") }
            exit(CommandLine.argc > 1 ? 2 : 0)
        }
        target = found
        // libFuzzer runs this program again, with the same words, for what it does in processes of their own.
        var words = CommandLine.arguments.map { strdup($0) }
        let name = words.remove(at: 1)
        free(name)
        var count = CInt(words.count)
        words.append(nil)
        let status = words.withUnsafeMutableBufferPointer { buffer in
            guard var arguments = buffer.baseAddress else { return CInt(2) }
            return runDriver(&count, &arguments) { bytes, count in
                Fuzz.target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            }
        }
        exit(status)
    }
}

/// What must hold of an input, and does not.
func violated(_ property: String) -> Never { fatalError("the property does not hold: \(property)") }

func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    if !holds { violated(property()) }
}
