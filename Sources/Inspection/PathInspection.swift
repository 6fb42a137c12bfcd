internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// A blinded path, followed with keys of its hops.
struct PathInspection {
    let lines: [String]
    /// What the walk shows of the rules for the path's maker.
    let validation: Validation

    /// - Returns: `nil` without keys, and for what is no path with hops.
    init?(_ bytes: [UInt8], _ context: Inspection.Context) {
        guard !context.keys.nodes.isEmpty, let value = try? BlindedPath.format.decode(bytes[...]),
            let path = BlindedPath(value), !path.hops.isEmpty
        else { return nil }
        var validation = Validation(.collecting)
        var lines = ["unblinded with \(context.keys.nodes.count) key(s)"]
        do throws(Finding) {
            let open = try path.walk(context.keys.nodes.map(\.node_key), context.profile)
            for (index, hop) in open.hops.enumerated() {
                lines += Self.lines(path.hops[index], hop, index, context)
            }
            lines.append("  ends at \(open.endsAt?.hex ?? "somebody whose key is not at hand")")
            try validation.apply(BlindedPathChecks.all, to: open)
        } catch {
            validation.note(error)
        }
        self.lines = lines
        self.validation = validation
    }

    private static func lines(
        _ hop: BlindedPath.Hop,
        _ open: DecryptedPath.Hop,
        _ index: Int,
        _ context: Inspection.Context
    ) -> [String] {
        guard let node_id = open.node_id, let path_key = open.path_key else {
            return ["  [\(index)] none of these nodes'"]
        }
        return ["  [\(index)] \(node_id.hex), reached with path key \(path_key.hex)"]
            + data(hop, node_id, path_key, context).map { "    \($0)" }
    }

    /// The hop's data in clear. A walk leaves the last hop closed; who has its key may look.
    private static func data(
        _ hop: BlindedPath.Hop,
        _ node_id: PublicKey,
        _ path_key: PublicKey,
        _ context: Inspection.Context
    ) -> [String] {
        var validation = Validation(.collecting)
        guard let node = context.keys.nodes.first(where: { $0.node_key.publicKey == node_id }),
            let unblinding = try? Unblinding(node_key: node.node_key, path_key: path_key),
            let opened = try? unblinding.open(
                hop.encrypted_recipient_data,
                context.profile,
                receive_auth_key: node.receive_auth_key,
                &validation
            )
        else { return ["its data does not open"] }
        return ["\(opened.plaintext.count) bytes in clear, \(OnionInspection.tag(opened.tag))"]
            + RecordText.lines(opened.plaintext, .encrypted_data(context.profile))
    }
}
