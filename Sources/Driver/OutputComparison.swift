internal import Catalogue
internal import Reference
internal import Rules
internal import StrictJSON

/// The output of an answer beside the expected one, with the freedoms that the protocol leaves: optional members, sets of which
/// one must be there, records that a reader passes over.
struct OutputComparison: Sendable {
    private let operation: String
    /// Members that must be there and right.
    private(set) var required: [Difference] = []
    /// Optional members that are there and wrong.
    private(set) var optional: [Difference] = []
    /// The requirements that the wrong optional members show.
    private(set) var brokenByOptional: [RequirementID] = []
    /// The requirements of which the answer shows nothing, since it leaves a member out.
    private(set) var notShown: Set<RequirementID> = []
    /// Whether a member was compared, so that a wrong answer would have been seen.
    private(set) var comparesSomething = false

    var differences: [Difference] { required + optional }

    init(_ operation: String, _ input: JSON, expected: JSONObject, got: JSONObject, _ profile: Profile?) {
        self.operation = operation
        let known = profile.flatMap { KnownRecords.of(operation, input, $0) }
        let unnecessary = unnecessaryMembers(expected, got)
        for (name, value) in expected.members.map({ ($0.key, $0.value) }) {
            if got[name] == nil, unnecessary.contains(name) { continue }
            compare(name, UnknownRecords(value, got[name], known))
        }
        compareAbsent(input, expected, got)
    }

    /// A member that says something by being there is wrong where the case does not have it, and so is `null`, which stands
    /// for no member.
    private mutating func compareAbsent(_ input: JSON, _ expected: JSONObject, _ got: JSONObject) {
        guard !expected.members.isEmpty else { return }
        let telling = TellingMembers.of(operation, input, expected)
        for name in got.keys where expected[name] == nil && (telling.contains(name) || got[name] == .null) {
            required.append(Difference(path: "out.\(name)", expected: nil, got: got[name]))
        }
    }

    /// Members that are said in another form of the same set.
    private mutating func unnecessaryMembers(_ expected: JSONObject, _ got: JSONObject) -> Set<String> {
        guard let table = MemberSets.table[operation] else { return [] }
        let listed = table.sets.map { set in set.filter { expected[$0] != nil } }.filter { !$0.isEmpty }
        if listed.isEmpty { needOne(of: table.sets.joined().map { $0 }, got) }
        guard listed.contains(where: { $0.allSatisfy { got[$0] != nil } }) else {
            // One form will do; the first is the one that is missed.
            return Set(listed.dropFirst().joined()).subtracting(table.required)
        }
        return Set(listed.joined()).subtracting(table.required)
    }

    /// The case says nothing of the contents, yet an answer without any is no answer.
    private mutating func needOne(of names: [String], _ got: JSONObject) {
        guard !names.contains(where: { got[$0].map { !$0.isEmptyList } ?? false }) else { return }
        let wanted = names.joined(separator: " or ")
        required.append(Difference(path: "out", expected: .string("\(wanted), not empty"), got: .object(got)))
    }

    private mutating func compare(_ name: String, _ member: UnknownRecords) {
        if let optionalMember = OptionalMember.of(operation, name) {
            return compare(optionalMember, member)
        }
        required += member.differences(name)
        comparesSomething = true
        let ofUnknown = member.differencesOfUnknown(name)
        optional += ofUnknown
        if !ofUnknown.isEmpty { brokenByOptional.append(UnknownRecords.shows) }
    }

    private mutating func compare(_ optionalMember: OptionalMember, _ member: UnknownRecords) {
        if member.got == nil {
            if optionalMember.isOnlyProof { notShown.formUnion(optionalMember.shows) }
            return
        }
        comparesSomething = true
        let found = member.differences(optionalMember.name)
        optional += found
        if !found.isEmpty { brokenByOptional += optionalMember.shows }
    }
}

/// A member in which there may be records that the reader passes over (B1-TLV-7): those that an answer does not tell of are left
/// out, those that it tells of must be right.
struct UnknownRecords: Sendable {
    static let shows: RequirementID = "B1-TLV-7"

    let expected: JSON
    let got: JSON?
    private var expectedUnknown: JSON?
    private var gotUnknown: JSON?

    init(_ expected: JSON, _ got: JSON?, _ known: KnownRecords?) {
        switch (expected, got) {
        case (.object(var left), .object(var right)?) where left["unknown"] != nil || right["unknown"] != nil:
            expectedUnknown = left["unknown"]
            gotUnknown = right["unknown"]
            left["unknown"] = nil
            right["unknown"] = nil
            (self.expected, self.got) = (.object(left), .object(right))
        case (.array(let left), .array(let right)?) where known != nil:
            let isKnown = { (record: JSON) in record["type"]?.string.map { known?.contains($0) ?? true } ?? true }
            self.expected = .array(left.filter(isKnown))
            self.got = .array(right.filter(isKnown))
            let told = right.filter { !isKnown($0) }
            let types = told.map { $0["type"] }
            expectedUnknown = .array(left.filter { !isKnown($0) && types.contains($0["type"]) })
            gotUnknown = told.isEmpty ? nil : .array(told)
        default:
            (self.expected, self.got) = (expected, got)
        }
    }

    func differences(_ name: String) -> [Difference] {
        Differences.of(
            expected: JSONObject([(name, expected)]),
            got: JSONObject(got.map { [(name, $0)] } ?? []),
            path: "out"
        )
    }

    /// Nothing where the answer does not tell of them.
    func differencesOfUnknown(_ name: String) -> [Difference] {
        guard let gotUnknown else { return [] }
        return Differences.of(
            expected: ["unknown": expectedUnknown ?? []],
            got: ["unknown": gotUnknown],
            path: "out.\(name)"
        )
    }
}

extension JSON {
    fileprivate var isEmptyList: Bool {
        switch self {
        case .object(let members): members.members.isEmpty
        case .array(let elements): elements.isEmpty
        default: false
        }
    }
}
