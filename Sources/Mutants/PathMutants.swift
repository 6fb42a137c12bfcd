internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Written mutants of route blinding: how paths are made, walked and opened.
enum PathMutants {
    static let all: [OperationMutant] = created + opened + walked

    private static let created: [OperationMutant] = [
        created("RB-W2/begins-at-its-end", "names the last hop as introduction") { path in
            guard let last = path.hops.last else { return path }
            return BlindedPath(
                introduction: .pubkey(last.blinded_node_id),
                path_key: path.path_key,
                hops: path.hops
            )
        },
        created("RB-W2/introduction-is-the-blinded-id", "names the introduction by its blinded id") { path in
            guard let first = path.hops.first else { return path }
            return BlindedPath(introduction: .pubkey(first.blinded_node_id), path_key: path.path_key, hops: path.hops)
        },
        built("RB-W3/one-key-for-all-hops", "uses the session key for each hop") { $0.isKeyBlinded = false },
        built("RB-W4/path-key-of-the-second-hop", "hands the second hop's key over") { $0.firstKey = 1 }.alsoBreaking(
            "RB-W1"
        ),
        built("RB-W5/ids-not-blinded", "leaves node ids as they are") { $0.isIDBlinded = false },
        built("RB-W5/blinded-with-b", "blinds node ids with the factor of keys") { $0.blindsWithB = true },
        built("RB-W6/override-not-followed", "goes on with its own key behind an override") {
            $0.followsOverride = false
        },
        built("RB-W9/sealed-under-mu", "seals data under mu") { $0.sealsUnderMu = true },
        built("RB-W9/nonce-counts-hops", "counts hops in the nonce") { $0.nonceCounts = true },
        created("RB-W9/data-without-tag", "cuts tags off") { path in
            path.with { $0.map { .init($0.blinded_node_id, $0.encrypted_recipient_data.dropLast(16)) } }
        },
        created("RB-W9/data-of-hops-swapped", "gives each hop the data of another") { path in
            path.with { hops in
                zip(hops, hops.reversed()).map { .init($0.blinded_node_id, $1.encrypted_recipient_data) }
            }
        },
        created("RB-W1/last-hop-left-out", "leaves the last hop out") { path in
            path.with { $0.count > 1 ? Array($0.dropLast()) : $0 }
        },
        .asked("RB-W8/no-padding", "does not pad", in: "path.create") { input, _ in input["pad_to"] = nil },
        .asked("RB-W10/no-dummy-hops", "leaves dummy hops out", in: "path.create") { input, _ in
            input["hops"] = .array((input["hops"]?.array ?? []).filter { $0["dummy"]?.bool != true })
        },
    ]

    private static func created(
        _ name: String,
        _ does: String,
        _ change: @escaping @Sendable (BlindedPath) -> BlindedPath
    ) -> OperationMutant {
        .answering("\(name)@path.create", does, in: "path.create") { out, _, _ in
            let reader = JSONReader(out["path"] ?? .null, path: "out.path")
            guard let path = BlindedPath(try BlindedPath.format.value(reader)) else { return }
            out["path"] = BlindedPath.format.json(change(path).value)
            out["bytes"] = nil
        }
    }

    private static func built(
        _ name: String,
        _ does: String,
        _ change: @escaping @Sendable (inout MutantPath) -> Void
    ) -> OperationMutant {
        .answering("\(name)@path.create", does, in: "path.create") { out, input, _ in
            var maker = MutantPath()
            change(&maker)
            guard let path = try maker.path(input, out) else { return }
            out["path"] = BlindedPath.format.json(path.value)
            out["bytes"] = nil
        }
    }

    private static let opened: [OperationMutant] = [
        .answering("RB-E3/override-passed-over@path.unblind", "does not look at an override", in: "path.unblind") {
            out,
            input,
            _ in
            out["next_path_key"] = .hex(try Unblinding(input).nextPathKey(nil).bytes)
        },
        .answering("RB-E3/path-key-passed-on@path.unblind", "hands its own path key on", in: "path.unblind") {
            out,
            input,
            _ in
            out["next_path_key"] = try input.member("path_key").value
        },
        .answering("RB-W5/key-not-blinded@path.unblind", "opens onions with its own key", in: "path.unblind") {
            out,
            input,
            _ in
            out["blinded_node_key"] = try input.member("node_key").value
        },
        .answering("RB-E1/padding-cut", "cuts padding off what it opens", in: "path.unblind") { out, _, _ in
            try out.changeStream("encrypted_data_tlv") { $0.filter { $0.type != 1 } }
        },
        .answering("RB-E2/unknown-records-lost", "loses unknown records of what it opens", in: "path.unblind") {
            out,
            _,
            profile in
            let known = TLVSchema.encrypted_data(profile)
            try out.changeStream("encrypted_data_tlv") { $0.filter { known[$0.type] != nil } }
        },
        .asked("RB-E5/any-path-id", "does not compare path ids", in: "path.unblind") { input, _ in
            input["expected_path_id"] = nil
        },
    ]

    private static let walked: [OperationMutant] = [
        .answering("RB-W5/ends-at-its-introduction", "takes the first hop for the end", in: "path.walk") {
            out,
            _,
            _ in
            out["ends_at"] = out["hops"]?.array?.first?["node_id"] ?? out["ends_at"]
        },
        .asked("RB-W5/first-key-is-its-own", "looks for the end with the first key alone", in: "path.walk") {
            input,
            _ in
            input["node_keys"] = .array(Array(input["node_keys"]?.array?.prefix(1) ?? []))
        },
    ]
}

extension BlindedPath {
    fileprivate func with(_ change: ([Hop]) -> [Hop]) -> BlindedPath {
        BlindedPath(introduction: introduction, path_key: path_key, hops: change(hops))
    }
}

extension BlindedPath.Hop {
    fileprivate init(_ id: ArraySlice<UInt8>, _ data: ArraySlice<UInt8>) {
        self.init(blinded_node_id: id, encrypted_recipient_data: data)
    }
}

/// The writer of a blinded path with everything in it to be chosen; as it is made, it is right.
struct MutantPath: Sendable {
    var isKeyBlinded = true
    var firstKey = 0
    var isIDBlinded = true
    var blindsWithB = false
    var followsOverride = true
    var sealsUnderMu = false
    var nonceCounts = false

    /// The path that a request of `path.create` asks for. Each hop's data is that of the right path, opened: so padding and marks
    /// are the same.
    func path(_ input: JSONReader, _ out: JSONObject) throws -> BlindedPath? {
        let reader = JSONReader(out["path"] ?? .null, path: "out.path")
        guard let right = BlindedPath(try BlindedPath.format.value(reader)) else { return nil }
        let first = try input.member("session_key").secretKey()
        var (e, rightE) = (first, first)
        var hops: [BlindedPath.Hop] = []
        var keys: [PublicKey] = []
        for (index, (hop, made)) in zip(try input.member("hops").elements(), right.hops).enumerated() {
            let N = try hop.member("node_id").publicKey()
            if let override = try hop.optional("session_key")?.secretKey() {
                rightE = override
                if followsOverride { e = override }
            }
            let (secret, rightSecret) = (HopSecret(e: e, N: N), HopSecret(e: rightE, N: N))
            let data = made.encrypted_recipient_data
            let plain = ChaCha20.xorZeroNonce(data.dropLast(16), key: rightSecret.rho, from: 64)
            let factor = blindsWithB ? try secret.b() : try secret.blindedNodeIDFactor()
            let id = isIDBlinded ? N.multiplied(by: factor) : N
            hops.append(.init(id.bytes[...], try sealed(plain, secret, index)[...]))
            keys.append(secret.E)
            if isKeyBlinded { e = e.multiplied(by: try secret.b()) }
            rightE = rightE.multiplied(by: try rightSecret.b())
        }
        guard !keys.isEmpty else { return nil }
        let key = keys[min(firstKey, keys.count - 1)]
        return BlindedPath(introduction: right.introduction, path_key: key.bytes[...], hops: hops)
    }

    private func sealed(_ plain: [UInt8], _ secret: HopSecret, _ index: Int) throws -> [UInt8] {
        let key = sealsUnderMu ? secret.mu : secret.rho
        let nonce = [UInt8](repeating: 0, count: 11) + [nonceCounts ? UInt8(truncatingIfNeeded: index + 1) : 0]
        return try ChaCha20Poly1305.seal(plain, key: key, nonce: nonce)
    }
}
