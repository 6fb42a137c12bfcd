internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// Secrets and salts of the salt/secret families.
enum SaltFixture {
    /// 000102…0f.
    static let salt = Array(UInt8(0)...15)
    /// 16 times 11.
    static let shortSecret = [UInt8](repeating: 0x11, count: 16)
    /// 16 times 11, 16 times 22.
    static let secret = shortSecret + [UInt8](repeating: 0x22, count: 16)

    static let readings = [
        "SA", "SA2", "SB16", "SC-ct16-head", "SC-ct16-tail", "SC-tag16-head", "SC-tag16-tail", "SD-head", "SD-tail",
    ]

    /// What the readings make of these, worked out with other programs when the readings were collected. That of SD is the
    /// whole of which the two of SC are parts.
    static let anchors = [
        "SA": "1b76ad9c6a9a55b9ce6e914f139fdddc",
        "SA2": "963e2aa284499e587cc10e93c7e8164e",
        "SB16": "ed39e2bf683b63c0b3b830561478bc88",
        "SC-ct16-head": "d253b91fb31e687df60b29cec4c1f1fe",
        "SC-tag16-head": "e72d18f67224e6f1dbdb2d142a3521f6",
        "SC-ct16-tail": "07c90cacb5d7f45030b1feebe0ed2569",
        "SC-tag16-tail": "5aa5a522d2458f96f9897121d77f73fe",
    ]

    static func secretSize(_ reading: String) -> Int { reading.hasPrefix("SA") ? 16 : 32 }

    /// The masked secret of the default reading.
    static let E = (try? Hex.decode("ed39e2bf683b63c0b3b830561478bc88")) ?? []

    /// Bytes that come from words.
    static func bytes(_ name: String, _ count: Int) -> [UInt8] {
        var randomness = SeededRandomness(seed: "blip66 vectors: \(name)")
        return randomness.bytes(count)
    }
}

/// `salt/mask`: the counterparty's secret, masked with a salt.
func saltMaskFamily(_ context: GenerationContext) throws(GenerationError) -> GeneratedFamily {
    var family = SaltMaskFamily(
        builder: FamilyBuilder(
            "salt/mask",
            title: "The counterparty's secret masked with a salt, in every reading",
            profile: nil,
            in: context,
            flags: [
                VectorFamily.Flag("size", "The text states some sizes and leaves others to the cipher"),
                VectorFamily.Flag("anchor", "The value was also worked out with a program that is not of this suite"),
                VectorFamily.Flag(
                    "sample",
                    "A recorded masked secret with one fault, on which the checks themselves are tested"
                ),
            ]
        )
    )
    try family.addMasked()
    family.addWrongSizes()
    try family.addSamples()
    return family.builder.build()
}

private struct SaltMaskFamily {
    var builder: FamilyBuilder

    private func input(_ reading: String, secret: [UInt8]? = nil, salt: [UInt8] = SaltFixture.salt) -> JSON {
        let secret = secret ?? Array(SaltFixture.secret.prefix(SaltFixture.secretSize(reading)))
        return ["reading": .string(reading), "counterparty_secret": .hex(secret), "unique_salt": .hex(salt)]
    }

    private func name(_ reading: String) -> String { reading.lowercased() }

    // MARK: Accepted

    mutating func addMasked() throws(GenerationError) {
        let salts: [(name: String, comment: String, salt: [UInt8])] = [
            ("anchor", "the secret is 11… (and 22…), the salt 000102…0f", SaltFixture.salt),
            ("another-salt", "the same secret under another salt is masked otherwise", SaltFixture.bytes("salt", 16)),
            (
                "salt-of-ones", "every bit of the salt is set: read as a counter, the highest one",
                [UInt8](repeating: 0xff, count: 16)
            ),
        ]
        for reading in SaltFixture.readings {
            let size = SaltFixture.secretSize(reading)
            let secret = Array(SaltFixture.secret.prefix(size))
            for (name, comment, salt) in salts { try addMasked(reading, name, comment, secret, salt) }
            try addMasked(
                reading,
                "another-secret",
                "another secret under the same salt is masked otherwise",
                SaltFixture.bytes("counterparty secret", size),
                SaltFixture.salt
            )
        }
    }

    private mutating func addMasked(
        _ reading: String,
        _ name: String,
        _ comment: String,
        _ secret: [UInt8],
        _ salt: [UInt8],
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        let masked = try SaltDerivation.mask(reading, secret: secret, salt: salt)
        let isAnchor = name == "anchor"
        if isAnchor { try checkAnchor(reading, masked.E) }
        builder.accept(
            "\(self.name(reading))-\(name)",
            "salt.mask",
            ["SALT-3", "SALT-1", "SALT-2"],
            comment,
            flags: isAnchor ? ["anchor"] : [],
            in: input(reading, secret: secret, salt: salt),
            out: ["encrypted_counterparty_secret": .hex(masked.E)],
            steps: masked.steps,
            file: file,
            line: line
        )
    }

    private func checkAnchor(_ reading: String, _ E: [UInt8]) throws(GenerationError) {
        let place = reading.hasSuffix("head") ? "head" : "tail"
        let (ct, tag) = (SaltFixture.anchors["SC-ct16-\(place)"], SaltFixture.anchors["SC-tag16-\(place)"])
        let parts = reading.hasPrefix("SD") ? [E.prefix(16), E.suffix(16)] : [E[...]]
        let wanted = reading.hasPrefix("SD") ? [ct, tag] : [SaltFixture.anchors[reading]]
        guard parts.map({ Hex.encode($0) }) == wanted else {
            throw GenerationError(id: "salt/mask/\(reading)", problems: ["the derivation does not give the anchor"])
        }
    }

    // MARK: Rejected

    mutating func addWrongSizes() {
        let secrets: [(reading: String, name: String, comment: String, secret: [UInt8])] = [
            ("SB16", "secret-of-16", "a key for SA, under SB16", SaltFixture.shortSecret),
            ("SB16", "secret-of-31", "one byte short of a key", Array(SaltFixture.secret.dropLast())),
            ("SB16", "secret-of-33", "one byte more than a key", SaltFixture.secret + [0x22]),
            ("SB16", "secret-empty", "no secret", []),
            ("SA", "secret-of-32", "a key for SB16, under SA", SaltFixture.secret),
            ("SA", "secret-of-15", "one byte short of a key", Array(SaltFixture.shortSecret.dropLast())),
            ("SA2", "secret-of-32", "the secret is doubled already", SaltFixture.shortSecret + SaltFixture.shortSecret),
            ("SC-ct16-head", "secret-of-16", "RFC 8439 has no keys of 16 bytes", SaltFixture.shortSecret),
            ("SC-ct16-tail", "secret-of-16", "RFC 8439 has no keys of 16 bytes", SaltFixture.shortSecret),
            ("SC-tag16-head", "secret-of-16", "RFC 8439 has no keys of 16 bytes", SaltFixture.shortSecret),
            ("SC-tag16-tail", "secret-of-16", "RFC 8439 has no keys of 16 bytes", SaltFixture.shortSecret),
            ("SD-head", "secret-of-31", "one byte short of a key", Array(SaltFixture.secret.dropLast())),
            ("SD-tail", "secret-of-33", "one byte more than a key", SaltFixture.secret + [0x22]),
        ]
        for (reading, name, comment, secret) in secrets {
            addRejected(
                "\(self.name(reading))-\(name)",
                "SALT-3",
                ["semantic.counterparty_secret", "tlv.length"],
                comment,
                neighbour: reading,
                input(reading, secret: secret)
            )
        }
        let salts: [(reading: String, name: String, comment: String, salt: [UInt8])] = [
            ("SB16", "salt-of-15", "one byte short", Array(SaltFixture.salt.dropLast())),
            ("SB16", "salt-of-17", "one byte more", SaltFixture.salt + [0x10]),
            ("SB16", "salt-of-12", "a nonce without a counter", Array(SaltFixture.salt.dropFirst(4))),
            ("SB16", "salt-empty", "no salt", []),
            ("SA", "salt-of-8", "the nonce of ChaCha as it was first published", Array(SaltFixture.salt.prefix(8))),
            ("SA2", "salt-of-15", "one byte short", Array(SaltFixture.salt.dropLast())),
            (
                "SC-ct16-head", "salt-of-12", "as much as the nonce takes, but no salt",
                Array(SaltFixture.salt.prefix(12))
            ),
            ("SC-tag16-tail", "salt-of-17", "one byte more", SaltFixture.salt + [0x10]),
            ("SD-head", "salt-of-12", "as much as the nonce takes, but no salt", Array(SaltFixture.salt.prefix(12))),
        ]
        for (reading, name, comment, salt) in salts {
            addRejected(
                "\(self.name(reading))-\(name)",
                "SALT-1",
                ["semantic.unique_salt", "tlv.length"],
                comment,
                neighbour: reading,
                input(reading, salt: salt)
            )
        }
    }

    private mutating func addRejected(
        _ name: String,
        _ id: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        neighbour reading: String,
        _ input: JSON,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "salt.mask",
            [id],
            reasons,
            comment,
            neighbour: "\(self.name(reading))-anchor",
            flags: ["size"],
            in: input,
            file: file,
            line: line
        )
    }

    // MARK: Samples

    mutating func addSamples() throws(GenerationError) {
        let (secret, salt, E) = (SaltFixture.secret, SaltFixture.salt, SaltFixture.E)
        let reading = "SB16"
        for (name, reading, E) in [
            ("masked", reading, E),
            ("masked-in-full", "SD-head", try SaltDerivation.mask("SD-head", secret: secret, salt: salt).E),
        ] {
            builder.accept(
                "sample-\(name)",
                "salt.mask",
                ["SALT-2", "SALT-3"],
                "nothing to complain of",
                flags: ["sample"],
                in: input(reading),
                sample: ["encrypted_counterparty_secret": .hex(E)]
            )
        }
        let unsalted = try SaltDerivation.mask(reading, secret: secret, salt: [UInt8](repeating: 0, count: 16))
        let bigEndian = try SaltDerivation.mask(reading, secret: secret, salt: salt[..<4].reversed() + salt[4...])
        let counterLast = try SaltDerivation.mask(reading, secret: secret, salt: Array(salt[12...] + salt[..<12]))
        let rightHalf = try SaltDerivation.mask(reading, secret: secret, salt: salt)
        let other = try SaltDerivation.mask(reading, secret: SaltFixture.bytes("other secret", 32), salt: salt)
        let swapped = try SaltDerivation.mask("SA", secret: salt, salt: SaltFixture.shortSecret)
        let full = try SaltDerivation.mask("SD-head", secret: secret, salt: salt)
        let bad: [(name: String, id: RequirementID, comment: String, reading: String, E: [UInt8])] = [
            ("of-15", "SALT-2", "the last byte is missing", reading, Array(E.dropLast())),
            ("of-17", "SALT-2", "a byte stands behind it", reading, E + [0]),
            ("with-tag", "SALT-2", "a tag stands behind it", reading, E + full.E.suffix(16)),
            ("cut", "SALT-2", "under SD nothing is cut off", "SD-head", Array(full.E.prefix(16))),
            ("is-the-secret", "SALT-3", "the secret leaves the counterparty", reading, Array(secret.prefix(16))),
            ("salt-ignored", "SALT-3", "masked under a salt of zeros", reading, unsalted.E),
            ("xored-with-the-salt", "SALT-3", "no cipher", reading, SealDerivation.xor(secret.prefix(16), salt)),
            ("is-the-key-stream", "SALT-3", "the secret is key, and not plaintext", reading, rightHalf.keystream ?? []),
            (
                "second-half", "SALT-3", "the secret's other half", reading,
                SealDerivation.xor(secret.suffix(16), rightHalf.keystream ?? [])
            ),
            ("counter-with-the-highest-byte-first", "SALT-3", "the counter's bytes reversed", reading, bigEndian.E),
            ("counter-behind-the-nonce", "SALT-3", "the counter is the salt's end", reading, counterLast.E),
            ("another-secret", "SALT-3", "the secret of this grant alone, as it seems", reading, other.E),
            ("salt-as-key", "SALT-3", "salt and secret have changed places", reading, swapped.E),
        ]
        for (name, id, comment, reading, E) in bad {
            builder.reject(
                "sample-\(name)",
                "salt.mask",
                [id],
                ["semantic.encrypted_counterparty_secret"],
                comment,
                neighbour: reading == "SB16" ? "sample-masked" : "sample-masked-in-full",
                flags: ["sample"],
                in: input(reading),
                sample: ["encrypted_counterparty_secret": .hex(E)]
            )
        }
    }
}

extension SaltDerivation.Masked {
    fileprivate var steps: JSON {
        var steps: JSONObject = ["key": .hex(key), "nonce": .hex(nonce), "plaintext": .hex(plaintext)]
        steps["counter"] = counter.map { .integer(Int64($0)) }
        steps["keystream"] = keystream.map { .hex($0) }
        steps["ciphertext"] = ciphertext.map { .hex($0) }
        steps["tag"] = tag.map { .hex($0) }
        return .object(steps)
    }
}
