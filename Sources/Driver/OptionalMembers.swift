package import Rules
internal import StrictJSON

/// A member of `out` that an answer may leave out (`Spec/adapter-protocol.md`, "Optional members of `out`"). Where it is there,
/// it is compared.
package struct OptionalMember: Hashable, Sendable {
    package let operation: String
    /// Its name in `out`.
    package let name: String
    /// The requirements that it shows: those that a wrong one breaks.
    package let shows: [RequirementID]
    /// Whether nothing else in the answer shows them. Without the member they are then not exercised by the case. A root,
    /// in contrast, is wrong if any leaf is.
    package let isOnlyProof: Bool

    /// The whole table. `steps` is in no expected output, and unknown records are `UnknownRecords`.
    package static let table: [OptionalMember] = [
        OptionalMember("bolt12.merkle", "leaves", shows: ["B12-SIG-1", "B12-SIG-2"], isOnlyProof: false),
        OptionalMember("bolt12.merkle", "branches", shows: ["B12-SIG-3", "B12-SIG-4"], isOnlyProof: false),
        OptionalMember("path.unblind", "blinded_node_key", shows: ["RB-W5"], isOnlyProof: true),
        OptionalMember("path.create", "bytes", shows: ["B66-D10"], isOnlyProof: true),
    ]

    private init(_ operation: String, _ name: String, shows: [RequirementID], isOnlyProof: Bool) {
        self.operation = operation
        self.name = name
        self.shows = shows
        self.isOnlyProof = isOnlyProof
    }

    static func of(_ operation: String, _ name: String) -> OptionalMember? {
        table.first { $0.operation == operation && $0.name == name }
    }
}

/// Members that say the same in different forms: of each set one at least must be there, whole.
struct MemberSets: Sendable {
    let sets: [[String]]
    /// Members of a set that must be there even where another set is.
    let required: Set<String>

    private static let decoded = MemberSets(sets: [["records"], ["fields"]], required: [])

    /// By operation. `next` and `next_packet` say where and with what a message goes on, so a relay and a dummy hop need no
    /// streams; they are never left out.
    static let table: [String: MemberSets] = [
        "offer.decode": decoded, "invreq.decode": decoded, "static_invoice.decode": decoded,
        "om.peel": MemberSets(
            sets: [["onionmsg_tlv", "encrypted_data_tlv"], ["content", "reply_path", "next", "next_packet"]],
            required: ["next", "next_packet"]
        ),
    ]
}

/// Members that an answer has only where there is what they tell of: a next hop, a reply path, contents for the last hop.
enum TellingMembers {
    private static let ofForwarding: Set = ["next", "next_path_key", "next_packet"]
    private static let ofContents: Set = ["content", "reply_path"]

    /// - Parameter expected: the right output. A case about a relay may leave out with what the message goes on.
    static func of(_ operation: String, _ input: JSON, _ expected: JSONObject) -> Set<String> {
        switch operation {
        case "om.classify": return ofContents.union(["next"])
        case "om.peel":
            let forwarding = expected["next"] == nil ? ofForwarding : []
            // Who was not asked to judge the contents may tell of them all the same.
            return input["classify"] == .bool(true) ? forwarding.union(ofContents) : forwarding
        default: return []
        }
    }
}
