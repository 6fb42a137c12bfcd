internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// The paths that the runner made, so that it knows over which of them a message came.
struct PathRegistry: Sendable {
    struct Entry: Sendable {
        /// The name that steps gave to it, or to the list that it is in.
        let name: String
        let owner: String
        let path: BlindedPath
    }

    private var byEncoding: [[UInt8]: Entry] = [:]
    private var byContext: [[UInt8]: Entry] = [:]

    /// Makes a path that ends at `owner`, with a context of its own in the last hop.
    mutating func make(
        _ name: String,
        owner: ScenarioActor,
        through: [ScenarioActor],
        _ profile: Profile,
        _ entropy: inout SeededRandomness,
        records: [TLVRecord] = []
    ) throws(Finding) -> BlindedPath {
        let context = entropy.next32()
        let last = records + [TLVRecord(type: profile.blinded_path.context_type, value: context.bytes)]
        let path = try Self.path(to: owner, through: through, last: last, &entropy)
        let entry = Entry(name: name, owner: owner.name, path: path)
        byEncoding[path.encoding] = entry
        byContext[context.bytes] = entry
        return path
    }

    /// A path with these records in its last hop. Anyone can make one to anybody.
    static func path(
        to owner: ScenarioActor,
        through: [ScenarioActor],
        last: [TLVRecord],
        _ entropy: inout SeededRandomness
    ) throws(Finding) -> BlindedPath {
        let nodes = through + [owner]
        let hops = nodes.indices.map { index in
            let isLast = index == nodes.count - 1
            let onward = isLast ? last : [TLVRecord(type: 4, value: nodes[index + 1].node_id.bytes)]
            return PlannedHop(node_id: nodes[index].node_id, records: onward)
        }
        return try BlindedPath.create(hops, session_key: entropy.secretKey()).path
    }

    func entry(encoding: [UInt8]) -> Entry? { byEncoding[encoding] }
    func entry(context: some Sequence<UInt8>) -> Entry? { byContext[Array(context)] }
}
