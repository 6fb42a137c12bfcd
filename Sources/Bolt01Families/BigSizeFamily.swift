internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `bolt01/bigsize`: the values and encodings of BOLT 1, Appendix A, and what lies just beside them.
func bigSizeFamily(_ context: GenerationContext) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt01/bigsize",
        title: "BigSize integers: every width at both of its ends, longer forms, and input that ends early",
        profile: nil,
        in: context,
        flags: [
            VectorFamily.Flag("longer-form", "The value fits in fewer bytes: a reader that takes it is malleable"),
            VectorFamily.Flag("cut", "The input ends inside the integer: a reader that goes on reads beyond its input"),
            VectorFamily.Flag("surplus", "Bytes follow the integer: a reader that ignores them loses data"),
        ]
    )
    for (name, value, bytes) in bigSizeBounds {
        let subject: RequirementID = name.hasPrefix("nine-bytes") ? "B1-BS-3" : "B1-BS-1"
        family.accept(
            "decode-\(name)",
            "bigsize.decode",
            ["B1-BS-1", "B1-BS-2", "B1-BS-3"],
            "\(value) in its shortest form",
            subject: subject,
            in: ["bytes": .string(bytes)],
            out: ["value": .string(value)]
        )
        family.accept(
            "encode-\(name)",
            "bigsize.encode",
            ["B1-BS-1", "B1-BS-3"],
            "\(value) is written in its shortest form",
            subject: subject,
            in: ["value": .string(value)],
            out: ["bytes": .string(bytes)]
        )
    }
    for (name, bytes, neighbour) in bigSizeLongerForms {
        family.reject(
            name,
            "bigsize.decode",
            ["B1-BS-1"],
            ["tlv.noncanonical"],
            "the largest value of the next shorter width, one width too wide",
            neighbour: "decode-\(neighbour)",
            flags: ["longer-form"],
            in: ["bytes": .string(bytes)]
        )
    }
    for (name, bytes, neighbour) in bigSizeCuts {
        family.reject(
            name,
            "bigsize.decode",
            ["B1-BS-2"],
            ["tlv.truncated"],
            bytes.isEmpty ? "no byte at all" : "\(bytes.count / 2) byte(s) where the first asks for more",
            neighbour: "decode-\(neighbour)",
            flags: ["cut"],
            in: ["bytes": .string(bytes)]
        )
    }
    family.reject(
        "ten-bytes",
        "bigsize.decode",
        ["B1-BS-3"],
        ["tlv.length"],
        "nine value bytes behind ff: there is no form that long",
        neighbour: "decode-nine-bytes-highest",
        flags: ["surplus"],
        in: ["bytes": "ffffffffffffffffffff"]
    )
    return family.build()
}

/// Both ends of each width: name, value, encoding.
private let bigSizeBounds = [
    ("one-byte-zero", "0", "00"),
    ("one-byte-highest", "252", "fc"),
    ("three-bytes-lowest", "253", "fd00fd"),
    ("three-bytes-highest", "65535", "fdffff"),
    ("five-bytes-lowest", "65536", "fe00010000"),
    ("five-bytes-highest", "4294967295", "feffffffff"),
    ("nine-bytes-lowest", "4294967296", "ff0000000100000000"),
    ("nine-bytes-highest", "18446744073709551615", "ffffffffffffffffff"),
]

private let bigSizeLongerForms = [
    ("three-bytes-for-one", "fd00fc", "one-byte-highest"),
    ("five-bytes-for-three", "fe0000ffff", "three-bytes-highest"),
    ("nine-bytes-for-five", "ff00000000ffffffff", "five-bytes-highest"),
]

private let bigSizeCuts = [
    ("nothing", "", "one-byte-zero"),
    ("three-bytes-prefix-alone", "fd", "three-bytes-lowest"),
    ("three-bytes-one-missing", "fd00", "three-bytes-lowest"),
    ("five-bytes-prefix-alone", "fe", "five-bytes-lowest"),
    ("five-bytes-two-missing", "feffff", "five-bytes-highest"),
    ("nine-bytes-prefix-alone", "ff", "nine-bytes-lowest"),
    ("nine-bytes-five-missing", "ffffffff", "nine-bytes-highest"),
]
