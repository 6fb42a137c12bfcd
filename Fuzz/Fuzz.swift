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
/// `tools/fuzz` builds and runs it; no other build has it. Without a word it lists the targets.
///
/// libFuzzer has a `main` of its own, and some linkers take that one. It calls the two functions below just the same.
@main
enum Fuzz {
    fileprivate typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

    /// Set once, before the first input.
    nonisolated(unsafe) fileprivate static var target = FuzzTarget.all[0]
    /// libFuzzer starts this program again for what it does in processes of their own, without the target's name.
    fileprivate static let variable = "BLIP66_FUZZ_TARGET"

    @_silgen_name("LLVMFuzzerRunDriver")
    private static func runDriver(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<Arguments>,
        _ callback: Callback
    ) -> CInt

    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(runDriver(&count, &arguments) { fuzzOne($0, $1) })
    }

    /// Takes the target's name out of the words.
    fileprivate static func choose(_ count: UnsafeMutablePointer<CInt>, _ arguments: Arguments) {
        let first = count.pointee > 1 ? arguments[1].map { String(cString: $0) } : nil
        let inherited = getenv(variable).map { String(cString: $0) }
        guard let name = first.flatMap({ $0.hasPrefix("-") ? nil : $0 }) ?? inherited else { list(0) }
        guard let found = FuzzTarget.all.first(where: { $0.name == name }) else { list(2) }
        target = found
        guard name == first else { return }
        setenv(variable, name, 1)
        for index in 1..<Int(count.pointee) { arguments[index] = arguments[index + 1] }
        count.pointee -= 1
    }

    private static func list(_ status: CInt) -> Never {
        for target in FuzzTarget.all { print("\(target.name) \(target.longest)") }
        exit(status)
    }
}

@_cdecl("LLVMFuzzerInitialize")
public func fuzzInitialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    Fuzz.choose(count, arguments.pointee)
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzz.target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// What must hold of an input, and does not.
func violated(_ property: String) -> Never { fatalError("the property does not hold: \(property)") }

func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    if !holds { violated(property()) }
}
