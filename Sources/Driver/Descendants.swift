internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Processes that an adapter left behind outside its group.
///
/// On Linux this program adopts them (`PR_SET_CHILD_SUBREAPER`), and knows whose they are by a variable of their environment.
/// Elsewhere nothing is found, and `Spec/adapter-misbehaviour.md` says so.
enum Descendants {
    /// The variable of the environment that says which process of this program's an adapter descends from.
    static let variable = "BLIP66_ADAPTER"

    private static let count = Mutex(0)

    /// A value of the variable for a process to come.
    static func newMark() -> String {
        _ = adopted
        return count.withLock {
            $0 += 1; return "\(getpid())-\($0)"
        }
    }

    /// From the first adapter on, orphans of this program's children are its own.
    private static let adopted: Void = {
        #if os(Linux)
            // The header declares it with variable arguments, which Swift does not import.
            typealias Function = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
            guard let symbol = dlsym(nil, "prctl") else { return }
            let setSubreaper: Int32 = 36
            _ = unsafeBitCast(symbol, to: Function.self)(setSubreaper, 1, 0, 0, 0)
        #endif
    }()

    /// Kills what is left of the adapter with this mark.
    /// - Returns: how many processes that were.
    static func kill(mark: String) -> Int { kill { Self.mark(of: $0) == mark } }

    /// Kills every process below this one; when no adapter runs any more.
    static func killAll() -> Int { kill { _ in true } }

    private static func kill(_ isMeant: (Int32) -> Bool) -> Int {
        #if os(Linux)
            var killed: Set<Int32> = []
            // Who is killed may have started another meanwhile.
            for _ in 0..<8 {
                let left = below(getpid()).filter { !killed.contains($0) && !isZombie($0) && isMeant($0) }
                if left.isEmpty { break }
                for process in left { _ = sendSignal(process, SIGKILL) }
                killed.formUnion(left)
            }
            for process in killed { reap(process) }
            return killed.count
        #else
            return 0
        #endif
    }

    #if os(Linux)
        /// An adopted process stays a zombie until somebody asks for its end.
        private static func reap(_ process: Int32) {
            for _ in 0..<200 {
                let ended = waitpid(process, nil, WNOHANG)
                if ended != 0 { return }
                usleep(1000)
            }
        }

        private static func below(_ process: Int32) -> [Int32] {
            let children = tasks(process).flatMap { task in
                String(decoding: read("/proc/\(process)/task/\(task)/children"), as: UTF8.self)
                    .split(separator: " ").compactMap { Int32($0) }
            }
            return children + children.flatMap(below)
        }

        private static func tasks(_ process: Int32) -> [String] {
            guard let folder = opendir("/proc/\(process)/task") else { return [] }
            defer { closedir(folder) }
            var names: [String] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if !name.hasPrefix(".") { names.append(name) }
            }
            return names
        }

        private static func mark(of process: Int32) -> String? {
            let prefix = Array("\(variable)=".utf8)
            let entry = read("/proc/\(process)/environ").split(separator: 0).first { $0.starts(with: prefix) }
            return entry.map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
        }

        private static func isZombie(_ process: Int32) -> Bool {
            let text = String(decoding: read("/proc/\(process)/stat"), as: UTF8.self)
            // The name, in brackets, may hold anything.
            guard let end = text.lastIndex(of: ")") else { return true }
            return text[end...].dropFirst(2).first == "Z"
        }

        private static func read(_ path: String) -> [UInt8] {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return [] }
            defer { close(file) }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 16 * 1024)
            while bytes.count < 4 << 20 {
                let count = readSome(file, &buffer)
                if count <= 0 { break }
                bytes += buffer.prefix(count)
            }
            return bytes
        }

        private static func readSome(_ file: Int32, _ buffer: inout [UInt8]) -> Int {
            #if canImport(Glibc)
                buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            #else
                buffer.withUnsafeMutableBytes { Musl.read(file, $0.baseAddress, $0.count) }
            #endif
        }
    #endif
}
