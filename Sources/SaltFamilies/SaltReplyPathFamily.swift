internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `salt/reply-path`: the payer's reply path, sealed for the counterparty.
func saltReplyPathFamily(_ context: GenerationContext) throws(GenerationError) -> GeneratedFamily {
    var family = try SaltReplyPathFamily(
        builder: FamilyBuilder(
            "salt/reply-path",
            title: "The payer's reply path, sealed with the masked secret and opened by the counterparty",
            profile: nil,
            in: context,
            flags: [
                VectorFamily.Flag("tampering", "The counterparty stays silent, and does not fall over"),
                VectorFamily.Flag("size", "A masked secret or a nonce that does not fit the sealing"),
                VectorFamily.Flag("plaintext", "What was sealed rightly need not be a path"),
                VectorFamily.Flag(
                    "sample",
                    "A recorded sealed path with one fault, on which the checks themselves are tested"
                ),
            ]
        )
    )
    try family.addSealed()
    try family.addOpened()
    try family.addTampered()
    try family.addConfused()
    try family.addNoPaths()
    try family.addWrongSizes()
    try family.addSamples()
    return family.builder.build()
}

private struct SaltReplyPathFamily {
    var builder: FamilyBuilder
    let path = Fixtures.path("reply to the payer")
    let nonce = SaltFixture.bytes("nonce of the payer", 12)
    /// The masked secret of 48 bytes, under SD.
    let longE: [UInt8]
    private let sealings = ["RA", "RB", "RC", "RD"]

    init(builder: FamilyBuilder) throws(GenerationError) {
        self.builder = builder
        longE = try SaltDerivation.mask("SD-head", secret: SaltFixture.secret, salt: SaltFixture.salt).E
    }

    private func seal(
        _ sealing: String,
        _ path: BlindedPath? = nil,
        E: [UInt8] = SaltFixture.E
    ) throws(GenerationError) -> SaltDerivation.Sealed {
        try sealed(sealing, plaintext: (path ?? self.path).bytes, E: E)
    }

    private func sealed(
        _ sealing: String,
        plaintext: [UInt8],
        E: [UInt8] = SaltFixture.E
    ) throws(GenerationError) -> SaltDerivation.Sealed {
        try SaltDerivation.seal(sealing, E: E, plaintext, nonce: sealing == "RD" ? nonce : nil)
    }

    private func toSeal(
        _ sealing: String,
        _ path: BlindedPath? = nil,
        E: [UInt8] = SaltFixture.E,
        nonce: [UInt8]? = nil
    ) -> JSON {
        var json: JSONObject = [
            "sealing": .string(sealing), "encrypted_counterparty_secret": .hex(E),
            "reply_path": (path ?? self.path).parts.json,
        ]
        json["nonce"] = (nonce ?? (sealing == "RD" ? self.nonce : nil)).map { .hex($0) }
        return .object(json)
    }

    private func toOpen(_ sealing: String, _ sealed: [UInt8], E: [UInt8] = SaltFixture.E) -> JSON {
        ["sealing": .string(sealing), "encrypted_counterparty_secret": .hex(E), "sealed": .hex(sealed)]
    }

    // MARK: Accepted

    /// The sealings under both sizes of masked secret, and paths of several shapes.
    private var plans: [(name: String, sealing: String, comment: String, path: BlindedPath, E: [UInt8])] {
        let short = sealings.map {
            (name: $0.lowercased(), sealing: $0, comment: "sealed under \($0)", path: path, E: SaltFixture.E)
        }
        let channel = SciddirOrPubkey.sciddir(direction: 1, shortChannelID: 0x0000_0100_0002_0003)
        return short + [
            ("ra-48-bytes", "RA", "a masked secret of 48 bytes is hashed like any other", path, longE),
            ("rb-48-bytes", "RB", "a masked secret of 48 bytes is hashed like any other", path, longE),
            (
                "one-hop", "RA", "the payer is the introduction node itself", Fixtures.path("reply", hops: 1),
                SaltFixture.E
            ),
            (
                "by-channel", "RA", "the introduction node is named by a channel",
                Fixtures.path("reply over a channel", introduction: channel), SaltFixture.E
            ),
            ("five-hops", "RA", "a longer path", Fixtures.path("long reply", hops: 5), SaltFixture.E),
        ]
    }

    mutating func addSealed() throws(GenerationError) {
        for (name, sealing, comment, path, E) in plans {
            let sealed = try seal(sealing, path, E: E)
            builder.accept(
                "seal-\(name)",
                "salt.seal",
                ["SALT-13"],
                comment,
                in: toSeal(sealing, path, E: E),
                out: ["sealed": .hex(sealed.bytes)],
                steps: sealed.steps
            )
        }
        try addOtherPayer()
        try addAnchor()
    }

    /// Key and nonce are those of `seal-ra`, so the two ciphertexts' difference is that of the two paths.
    private mutating func addOtherPayer() throws(GenerationError) {
        let other = Fixtures.path("reply to another payer")
        let (one, two) = (try seal("RA"), try seal("RA", other))
        guard one.key == two.key, one.nonce == two.nonce,
            SealDerivation.xor(one.ciphertext, two.ciphertext) == SealDerivation.xor(one.plaintext, two.plaintext)
        else {
            throw GenerationError(id: "salt/reply-path", problems: ["two payers do not share a key stream"])
        }
        builder.accept(
            "seal-ra-by-another-payer",
            "salt.seal",
            ["SALT-13", "SALT-SEC-1"],
            "another payer of the same offer: another path under the same key and nonce as in seal-ra",
            in: toSeal("RA", other),
            out: ["sealed": .hex(two.bytes)],
            steps: two.steps
        )
    }

    /// The key that RA makes of the masked secret of SA's anchor was worked out beforehand.
    private mutating func addAnchor() throws(GenerationError) {
        guard let E = try? Hex.decode(SaltFixture.anchors["SA"] ?? "") else { return }
        let sealed = try seal("RA", E: E)
        let rho = "a8daccac633e85e8e611fa9e7a622b8215a20126e6c4f7dbf5947bcf0f926dd3"
        guard Hex.encode(sealed.key) == rho else {
            throw GenerationError(id: "salt/reply-path", problems: ["the derivation does not give the anchor's key"])
        }
        builder.accept(
            "seal-ra-anchor",
            "salt.seal",
            ["SALT-13"],
            "the masked secret is the anchor of SA",
            in: toSeal("RA", E: E),
            out: ["sealed": .hex(sealed.bytes)],
            steps: sealed.steps
        )
    }

    mutating func addOpened() throws(GenerationError) {
        for (name, sealing, comment, path, E) in plans {
            builder.accept(
                "open-\(name)",
                "salt.open",
                ["SALT-18", "SALT-13"],
                comment,
                in: toOpen(sealing, try seal(sealing, path, E: E).bytes, E: E),
                out: ["reply_path": path.parts.json]
            )
        }
    }

    // MARK: Rejected by the counterparty

    private mutating func addUnopened(
        _ name: String,
        _ comment: String,
        neighbour: String,
        flags: [String] = ["tampering"],
        _ input: JSON,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            "open-\(name)",
            "salt.open",
            ["SALT-18"],
            ["aead"],
            comment,
            neighbour: "open-\(neighbour)",
            flags: flags,
            in: input,
            file: file,
            line: line
        )
    }

    mutating func addTampered() throws(GenerationError) {
        for sealing in sealings {
            let (name, sealed) = (sealing.lowercased(), try seal(sealing).bytes)
            let front = sealing == "RD" ? 12 : 0
            let faults: [(name: String, comment: String, sealed: [UInt8])] = [
                ("ciphertext-changed", "the first bit of the ciphertext", sealed.changing(front)),
                ("tag-changed", "the last bit of the tag", sealed.changing(-1)),
                ("tag-begins-otherwise", "a bit of the tag's first byte", sealed.changing(-16)),
                ("tag-differs-inside", "a bit of the tag's ninth byte", sealed.changing(-8)),
                ("last-of-ciphertext-changed", "the last byte of the ciphertext", sealed.changing(-17)),
                ("tag-cut", "the last byte of the tag is missing", Array(sealed.dropLast())),
                ("tag-missing", "the ciphertext alone", Array(sealed.dropLast(16))),
                ("shorter-than-a-tag", "15 bytes where the tag should be", Array(sealed.prefix(front + 15))),
            ]
            for fault in faults {
                addUnopened("\(name)-\(fault.name)", fault.comment, neighbour: name, toOpen(sealing, fault.sealed))
            }
        }
        let (ra, rd) = (try seal("RA").bytes, try seal("RD").bytes)
        addUnopened("ra-empty", "nothing", neighbour: "ra", toOpen("RA", []))
        addUnopened("ra-byte-behind-the-tag", "one byte more", neighbour: "ra", toOpen("RA", ra + [0]))
        addUnopened("rd-nonce-changed", "the first bit of the nonce", neighbour: "rd", toOpen("RD", rd.changing(0)))
        addUnopened("rd-empty", "nothing", neighbour: "rd", toOpen("RD", []))
    }

    /// The right bytes under a wrong masked secret or in a wrong sealing.
    mutating func addConfused() throws(GenerationError) {
        let salt = SaltFixture.salt.changing(0)
        let otherSalt = try SaltDerivation.mask("SB16", secret: SaltFixture.secret, salt: salt).E
        let secret = SaltFixture.bytes("counterparty secret", 32)
        let otherSecret = try SaltDerivation.mask("SB16", secret: secret, salt: SaltFixture.salt).E
        for sealing in sealings {
            let (name, sealed) = (sealing.lowercased(), try seal(sealing).bytes)
            addUnopened(
                "\(name)-salt-changed",
                "somebody on the way changed a bit of the salt",
                neighbour: name,
                toOpen(sealing, sealed, E: otherSalt)
            )
        }
        addUnopened(
            "ra-other-counterparty",
            "the masked secret is another node's",
            neighbour: "ra",
            toOpen("RA", try seal("RA").bytes, E: otherSecret)
        )
        for (opened, sealed) in [("RA", "RB"), ("RB", "RA"), ("RC", "RA"), ("RA", "RC"), ("RA", "RD"), ("RD", "RA")] {
            addUnopened(
                "\(opened)-of-\(sealed)".lowercased(),
                "sealed under \(sealed), opened under \(opened)",
                neighbour: opened.lowercased(),
                toOpen(opened, try seal(sealed).bytes)
            )
        }
    }

    /// Sealed rightly, and no path.
    mutating func addNoPaths() throws(GenerationError) {
        let encoding = path.bytes
        let malformed: [ReasonClass] = ["tlv.truncated", "tlv.length", "point", "semantic.reply_path"]
        let faults: [(name: String, comment: String, plaintext: [UInt8])] = [
            ("nothing-inside", "nothing was sealed", []),
            ("cut", "the path's last byte is missing", Array(encoding.dropLast())),
            ("byte-behind-the-path", "a byte follows the path", encoding + [0]),
            ("path-twice", "one path follows another", encoding + encoding),
            (
                "length-before-the-path", "a length stands before the path",
                MessageParts.bigSize(UInt64(encoding.count)) + encoding
            ),
            ("record-around-the-path", "record 2 as a whole", MessageParts.record(2, encoding)),
            (
                "path-key-no-point", "the path key is no point",
                path.with(path_key: Fixtures.pointOffCurve).bytes
            ),
        ]
        for (name, comment, plaintext) in faults {
            builder.reject(
                "open-ra-\(name)",
                "salt.open",
                ["SALT-13"],
                malformed,
                comment,
                neighbour: "open-ra",
                flags: ["plaintext"],
                in: toOpen("RA", try sealed("RA", plaintext: plaintext).bytes)
            )
        }
        builder.reject(
            "open-ra-path-without-hops",
            "salt.open",
            ["RB-W1"],
            ["path.zero_hops"],
            "nobody is at the other end",
            alsoExercises: ["SALT-13"],
            neighbour: "open-ra",
            flags: ["plaintext"],
            in: toOpen("RA", try seal("RA", Fixtures.pathWithoutHops).bytes),
            under: [.accept("C-6 b", ["reply_path": Fixtures.pathWithoutHops.parts.json])]
        )
    }

    // MARK: Rejected by both

    mutating func addWrongSizes() throws(GenerationError) {
        let E = SaltFixture.E
        let field: [ReasonClass] = ["semantic.encrypted_counterparty_secret", "tlv.length"]
        let faults: [(sealing: String, id: RequirementID, name: String, comment: String, E: [UInt8])] = [
            ("RA", "SALT-2", "15-bytes", "the masked secret has lost a byte", Array(E.dropLast())),
            ("RB", "SALT-2", "17-bytes", "the masked secret has gained a byte", E + [0]),
            ("RC", "SALT-2", "32-bytes", "the masked secret stands twice, to make a key of 32 bytes", E + E),
            ("RA", "SALT-2", "0-bytes", "no masked secret", []),
            ("RC", "SALT-13", "48-bytes", "a key of 16 bytes is needed", longE),
            ("RD", "SALT-13", "48-bytes", "RD is for masked secrets of 16 bytes", longE),
        ]
        for (sealing, id, name, comment, E) in faults {
            let name = "\(sealing.lowercased())-\(name)"
            builder.reject(
                "seal-\(name)",
                "salt.seal",
                [id],
                field,
                comment,
                neighbour: "seal-\(sealing.lowercased())",
                flags: ["size"],
                in: toSeal(sealing, E: E)
            )
            builder.reject(
                "open-\(name)",
                "salt.open",
                [id],
                field,
                comment,
                neighbour: "open-\(sealing.lowercased())",
                flags: ["size"],
                in: toOpen(sealing, try seal(sealing).bytes, E: E)
            )
        }
        for (name, nonce) in [("of-11", Array(nonce.dropLast())), ("of-13", nonce + [0]), ("empty", [])] {
            builder.reject(
                "seal-rd-nonce-\(name)",
                "salt.seal",
                ["SALT-13"],
                ["semantic.nonce", "tlv.length"],
                "RFC 8439's nonces have 12 bytes",
                neighbour: "seal-rd",
                flags: ["size"],
                in: toSeal("RD", nonce: nonce)
            )
        }
        builder.reject(
            "seal-ra-path-without-hops",
            "salt.seal",
            ["RB-W1"],
            ["path.zero_hops"],
            "nobody is at the other end",
            alsoExercises: ["SALT-13"],
            neighbour: "seal-ra",
            flags: ["plaintext"],
            in: toSeal("RA", Fixtures.pathWithoutHops),
            under: [.accept("C-70 b", ["sealed": .hex(try seal("RA", Fixtures.pathWithoutHops).bytes)])]
        )
    }

    // MARK: Samples

    mutating func addSamples() throws(GenerationError) {
        for sealing in ["RA", "RD"] {
            builder.accept(
                "sample-\(sealing.lowercased())",
                "salt.seal",
                ["SALT-13"],
                "nothing to complain of",
                flags: ["sample"],
                in: toSeal(sealing),
                sample: ["sealed": .hex(try seal(sealing).bytes)]
            )
        }
        let encoding = path.bytes
        let ra = try seal("RA")
        let saltAsNonce = Array(SaltFixture.salt.suffix(12))
        let faults: [(name: String, reasons: [ReasonClass], comment: String, sealing: String, sealed: [UInt8])] = [
            ("plain", ["aead"], "everybody on the way can read it", "RA", encoding),
            ("tag-missing", ["aead"], "encrypted, and not authenticated", "RA", ra.ciphertext),
            ("tag-in-front", ["aead"], "the tag stands before the ciphertext", "RA", ra.tag + ra.ciphertext),
            (
                "under-the-salt", ["aead"], "the salt is the key, and everybody has it", "RA",
                try seal("RA", E: SaltFixture.salt).bytes
            ),
            ("as-rb", ["aead"], "another way to the key", "RA", try seal("RB").bytes),
            (
                "salt-as-nonce", ["aead"], "a nonce that nobody told the counterparty of", "RA",
                try SaltDerivation.seal("RA", E: SaltFixture.E, encoding, nonce: saltAsNonce).bytes
            ),
            (
                "nonce-left-out", ["aead"], "the counterparty cannot know the nonce", "RD",
                Array(try seal("RD").bytes.dropFirst(12))
            ),
            (
                "another-path", ["semantic.reply_path"], "the path ends somewhere else", "RA",
                try seal("RA", Fixtures.path("reply to another payer")).bytes
            ),
            (
                "length-before-the-path", ["point", "tlv.truncated", "tlv.length"], "a length was sealed with it", "RA",
                try sealed("RA", plaintext: MessageParts.bigSize(UInt64(encoding.count)) + encoding).bytes
            ),
        ]
        for (name, reasons, comment, sealing, bytes) in faults {
            builder.reject(
                "sample-\(name)",
                "salt.seal",
                ["SALT-13"],
                reasons,
                comment,
                neighbour: "sample-\(sealing.lowercased())",
                flags: ["sample"],
                in: toSeal(sealing),
                sample: ["sealed": .hex(bytes)]
            )
        }
    }
}

extension SaltDerivation.Sealed {
    fileprivate var steps: JSON {
        [
            "key": .hex(key), "nonce": .hex(nonce), "plaintext": .hex(plaintext), "ciphertext": .hex(ciphertext),
            "tag": .hex(tag),
        ]
    }
}

extension [UInt8] {
    /// The same with the lowest bit of one byte changed; from the end where `index` is negative.
    func changing(_ index: Int) -> [UInt8] {
        var copy = self
        copy[index < 0 ? count + index : index] ^= 1
        return copy
    }
}
