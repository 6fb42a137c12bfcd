import StrictJSON

/// Counts the values that were compared with a file's and keeps what differed.
struct Tally {
    private(set) var compared = 0
    private(set) var problems: [String] = []
    private var name = ""

    mutating func start(_ name: String) { self.name = name }

    mutating func compare<Value: Equatable>(_ what: String, _ got: Value?, _ wanted: Value) {
        compared += 1
        guard got != wanted else { return }
        problems.append("\(name): \(what) is \(got.map { "\($0)" } ?? "absent"), the file says \(wanted)")
    }

    mutating func require(_ what: String, _ holds: Bool) {
        compared += 1
        if !holds { problems.append("\(name): \(what)") }
    }
}

extension JSONReader {
    func text(_ key: String) throws -> String { try member(key).string() }
}
