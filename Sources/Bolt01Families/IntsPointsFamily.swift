internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `bolt01/ints-points`: the fundamental types of BOLT 1, each alone.
func intsPointsFamily(_ context: GenerationContext) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt01/ints-points",
        title: "Fixed and truncated integers, amounts, points, nodes, text, hashes and signatures",
        profile: nil,
        in: context,
        flags: [
            VectorFamily.Flag("size", "Too few or too many bytes for the type"),
            VectorFamily.Flag(
                "leading-zero",
                "A truncated integer has one form only: taking a longer one is malleable"
            ),
            VectorFamily.Flag(
                "not-on-curve",
                "No point has this x coordinate: computing with it leaks keys or crashes"
            ),
            VectorFamily.Flag("above-cap", "More than all bitcoin: sums of such amounts overflow"),
        ]
    )
    for (name, kind, bytes, value, requirements, comment) in validFields {
        family.accept(
            name,
            "field.decode",
            requirements,
            comment,
            in: ["kind": .string(kind), "bytes": .string(bytes)],
            out: ["value": value]
        )
    }
    for (name, kind, bytes, requirement, reasons, neighbour, flags, comment) in invalidFields {
        family.reject(
            name,
            "field.decode",
            [requirement],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            in: ["kind": .string(kind), "bytes": .string(bytes)],
            under: alternatives(kind, requirement, bytes)
        )
    }
    return family.build()
}

/// Text that is no UTF-8 may be taken as it is (C-66): then no member of an answer in JSON can hold it. An amount above the
/// cap may be left to whoever uses it (C-97).
private func alternatives(_ kind: String, _ violates: RequirementID, _ bytes: String) -> [Under] {
    if violates == "B1-T-4" { return [.accept("C-66 b")] }
    guard violates == "B1-T-5", let value = UInt64(bytes, radix: 16) else { return [] }
    return [.accept("C-97 b", ["value": .decimal(value)])]
}

/// The x coordinate of the generator of secp256k1 (SEC 2, 2.4.1).
private let generatorX = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
/// x = 5 is the least x above zero without a point: 5³ + 7 is no square modulo p.
private let xWithoutPoint = String(repeating: "00", count: 31) + "05"
/// The field's modulus p: x coordinates lie below it.
private let modulus = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"
private let bitcoin = "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"

private let validFields: [(String, String, String, JSON, [RequirementID], String)] = [
    ("u16-mixed", "u16", "0102", 258, ["B1-T-1"], "big-endian"),
    ("u16-zero", "u16", "0000", 0, ["B1-T-1"], "leading zeros belong to a fixed width"),
    ("u32-highest", "u32", "ffffffff", 4_294_967_295, ["B1-T-1"], "all bits"),
    ("u64-lowest-bit", "u64", "0000000000000001", "1", ["B1-T-1"], "eight bytes, whatever the value"),
    ("u64-highest", "u64", "ffffffffffffffff", "18446744073709551615", ["B1-T-1"], "all bits"),
    ("tu16-zero", "tu16", "", 0, ["B1-T-1"], "zero is no bytes"),
    ("tu16-one", "tu16", "01", 1, ["B1-T-1"], "one byte"),
    ("tu16-highest", "tu16", "ffff", 65_535, ["B1-T-1"], "two bytes"),
    ("tu32-zero", "tu32", "", 0, ["B1-T-1"], "zero is no bytes"),
    ("tu32-three-bytes", "tu32", "010000", 65_536, ["B1-T-1"], "inner and trailing zeros stay"),
    ("tu32-highest", "tu32", "ffffffff", 4_294_967_295, ["B1-T-1"], "four bytes"),
    ("tu64-zero", "tu64", "", "0", ["B1-T-1"], "zero is no bytes"),
    ("tu64-five-bytes", "tu64", "0100000000", "4294967296", ["B1-T-1"], "five bytes"),
    ("tu64-highest", "tu64", "ffffffffffffffff", "18446744073709551615", ["B1-T-1"], "eight bytes"),
    ("msat-highest", "msat", "1d24b2dfac520000", "2100000000000000000", ["B1-T-5"], "all bitcoin, in millisatoshi"),
    ("sat-highest", "sat", "0775f05a074000", "2100000000000000", ["B1-T-5"], "all bitcoin, in satoshi"),
    (
        "point-even", "point", "02\(generatorX)", .string("02\(generatorX)"), ["B1-T-2"],
        "the generator, whose y is even"
    ),
    ("point-odd", "point", "03\(generatorX)", .string("03\(generatorX)"), ["B1-T-2"], "the same x with the odd y"),
    (
        "sciddir-node-one", "sciddir_or_pubkey", "000000010000020003",
        ["scid": "0000010000020003", "direction": 0], ["B1-T-3"], "the first node of channel 1x2x3"
    ),
    (
        "sciddir-node-two", "sciddir_or_pubkey", "010000010000020003",
        ["scid": "0000010000020003", "direction": 1], ["B1-T-3"], "the second node of channel 1x2x3"
    ),
    (
        "pubkey-even", "sciddir_or_pubkey", "02\(generatorX)", ["node_id": .string("02\(generatorX)")], ["B1-T-3"],
        "a point, by its prefix"
    ),
    (
        "pubkey-odd", "sciddir_or_pubkey", "03\(generatorX)", ["node_id": .string("03\(generatorX)")], ["B1-T-3"],
        "a point, by its other prefix"
    ),
    ("utf8-empty", "utf8", "", "", ["B1-T-4"], "no text is text"),
    ("utf8-ascii", "utf8", "636f66666565", "coffee", ["B1-T-4"], "one byte a character"),
    ("utf8-four-bytes", "utf8", "f09f8d95", "\u{1F355}", ["B1-T-4"], "four bytes in one character"),
    ("utf8-ending-in-zero", "utf8", "636f6666656500", "coffee\0", ["B1-T-4"], "U+0000 is a character like others"),
    ("utf8-zero-inside", "utf8", "636f0066666565", "co\0ffee", ["B1-T-4"], "U+0000 does not end a text"),
    (
        "utf8-control-characters", "utf8", "090a0d1b7f", "\t\n\r\u{1b}\u{7f}", ["B1-T-4"],
        "characters that no screen shows"
    ),
    ("utf8-between-blanks", "utf8", "20636f6666656520", " coffee ", ["B1-T-4"], "blanks belong to the text"),
    ("utf8-behind-a-mark", "utf8", "efbbbf636f66666565", "\u{feff}coffee", ["B1-T-4"], "a byte order mark stays"),
    (
        "utf8-decomposed", "utf8", "63616665cc81", "cafe\u{301}", ["B1-T-4"],
        "e and an accent, which nobody puts together"
    ),
    ("utf8-composed", "utf8", "636166c3a9", "caf\u{e9}", ["B1-T-4"], "e with its accent, which nobody takes apart"),
    ("utf8-last-of-two-bytes", "utf8", "dfbf", "\u{7ff}", ["B1-T-4"], "the highest code point of two bytes"),
    ("utf8-first-of-three-bytes", "utf8", "e0a080", "\u{800}", ["B1-T-4"], "the lowest code point of three bytes"),
    ("utf8-before-the-surrogates", "utf8", "ed9fbf", "\u{d7ff}", ["B1-T-4"], "the last one before the surrogates"),
    ("utf8-behind-the-surrogates", "utf8", "ee8080", "\u{e000}", ["B1-T-4"], "the first one behind the surrogates"),
    ("utf8-noncharacter", "utf8", "efbfbf", "\u{ffff}", ["B1-T-4"], "U+FFFF is no character, and encoded like one"),
    ("utf8-first-of-four-bytes", "utf8", "f0908080", "\u{10000}", ["B1-T-4"], "the lowest code point of four bytes"),
    ("utf8-highest", "utf8", "f48fbfbf", "\u{10FFFF}", ["B1-T-4"], "the highest code point"),
    ("chain-hash-bitcoin", "chain_hash", bitcoin, .string(bitcoin), ["B1-T-6"], "32 bytes, in the order of the wire"),
    (
        "signature-bytes", "bip340sig", bitcoin + bitcoin, .string(bitcoin + bitcoin), ["B1-T-6"],
        "64 bytes; whether they verify is another matter"
    ),
]

private let invalidFields: [(String, String, String, RequirementID, [ReasonClass], String, [String], String)] = [
    ("u16-of-1-byte", "u16", "01", "B1-T-1", ["tlv.length", "tlv.truncated"], "u16-mixed", ["size"], "a byte too few"),
    ("u16-of-3-bytes", "u16", "010203", "B1-T-1", ["tlv.length"], "u16-mixed", ["size"], "a byte too many"),
    (
        "u32-of-3-bytes", "u32", "ffffff", "B1-T-1", ["tlv.length", "tlv.truncated"], "u32-highest", ["size"],
        "a byte too few"
    ),
    (
        "u64-of-7-bytes", "u64", "ffffffffffffff", "B1-T-1", ["tlv.length", "tlv.truncated"], "u64-highest", ["size"],
        "a byte too few"
    ),
    (
        "u64-of-9-bytes", "u64", "000000000000000001", "B1-T-1", ["tlv.length"], "u64-lowest-bit", ["size"],
        "a byte too many"
    ),
    ("tu16-of-3-bytes", "tu16", "010000", "B1-T-1", ["tlv.length"], "tu16-highest", ["size"], "a byte too many"),
    ("tu16-leading-zero", "tu16", "0001", "B1-T-1", ["tlv.minimal"], "tu16-one", ["leading-zero"], "1 in two bytes"),
    ("tu16-zero-byte", "tu16", "00", "B1-T-1", ["tlv.minimal"], "tu16-zero", ["leading-zero"], "0 in one byte"),
    ("tu32-of-5-bytes", "tu32", "0100000000", "B1-T-1", ["tlv.length"], "tu32-highest", ["size"], "a byte too many"),
    (
        "tu32-leading-zero", "tu32", "00010000", "B1-T-1", ["tlv.minimal"], "tu32-three-bytes", ["leading-zero"],
        "65536 in four bytes"
    ),
    (
        "tu64-of-9-bytes", "tu64", "010000000000000000", "B1-T-1", ["tlv.length"], "tu64-highest", ["size"],
        "a byte too many"
    ),
    (
        "tu64-leading-zero", "tu64", "000100000000", "B1-T-1", ["tlv.minimal"], "tu64-five-bytes", ["leading-zero"],
        "five bytes behind a zero"
    ),
    (
        "msat-above-cap", "msat", "1d24b2dfac520001", "B1-T-5", ["tlv.range"], "msat-highest", ["above-cap"],
        "one too many"
    ),
    ("sat-above-cap", "sat", "0775f05a074001", "B1-T-5", ["tlv.range"], "sat-highest", ["above-cap"], "one too many"),
    (
        "point-prefix-04", "point", "04\(generatorX)", "B1-T-2", ["point"], "point-even", [],
        "04 stands for an uncompressed point"
    ),
    ("point-prefix-00", "point", "00\(generatorX)", "B1-T-2", ["point"], "point-even", [], "00 stands for no point"),
    (
        "point-without-y", "point", "02\(xWithoutPoint)", "B1-T-2", ["point"], "point-even", ["not-on-curve"],
        "no point on the curve has x = 5"
    ),
    (
        "point-x-not-reduced", "point", "02\(modulus)", "B1-T-2", ["point"], "point-even", ["not-on-curve"],
        "x is the field's modulus"
    ),
    (
        "point-of-32-bytes", "point", "02\(generatorX.dropLast(2))", "B1-T-2",
        ["tlv.length", "tlv.truncated", "point"],
        "point-even", ["size"], "a byte too few"
    ),
    (
        "point-of-34-bytes", "point", "02\(generatorX)00", "B1-T-2", ["tlv.length", "point"], "point-even", ["size"],
        "a byte too many"
    ),
    (
        "sciddir-first-byte-04", "sciddir_or_pubkey", "040000010000020003", "B1-T-3", ["point"], "sciddir-node-two", [],
        "a node starts with 00 to 03"
    ),
    (
        "sciddir-of-8-bytes", "sciddir_or_pubkey", "0000000100000200", "B1-T-3",
        ["tlv.length", "tlv.truncated", "point"], "sciddir-node-one", ["size"], "a byte too few"
    ),
    (
        "sciddir-of-10-bytes", "sciddir_or_pubkey", "00000001000002000300", "B1-T-3", ["tlv.length", "point"],
        "sciddir-node-one", ["size"], "a byte too many"
    ),
    (
        "pubkey-of-9-bytes", "sciddir_or_pubkey", "027fffffffffffffff", "B1-T-3",
        ["tlv.length", "tlv.truncated", "point"], "pubkey-even", ["size"], "02 announces 33 bytes"
    ),
    (
        "utf8-lone-continuation", "utf8", "80", "B1-T-4", ["utf8"], "utf8-ascii", [],
        "a continuation byte without a start"
    ),
    ("utf8-cut", "utf8", "f09f8d", "B1-T-4", ["utf8"], "utf8-four-bytes", [], "a character without its last byte"),
    ("utf8-surrogate", "utf8", "eda080", "B1-T-4", ["utf8"], "utf8-ascii", [], "U+D800 is half of a pair of UTF-16"),
    ("utf8-overlong", "utf8", "c0af", "B1-T-4", ["utf8"], "utf8-ascii", [], "a slash in two bytes"),
    (
        "utf8-overlong-zero", "utf8", "c080", "B1-T-4", ["utf8"], "utf8-zero-inside", [],
        "U+0000 in two bytes, as Java has it"
    ),
    (
        "utf8-overlong-in-three-bytes", "utf8", "e09fbf", "B1-T-4", ["utf8"], "utf8-last-of-two-bytes", [],
        "U+07FF in three bytes"
    ),
    (
        "utf8-overlong-in-four-bytes", "utf8", "f08fbfbf", "B1-T-4", ["utf8"], "utf8-noncharacter", [],
        "U+FFFF in four bytes"
    ),
    (
        "utf8-pair-of-surrogates", "utf8", "eda0bdedb295", "B1-T-4", ["utf8"], "utf8-four-bytes", [],
        "U+1F495 as the two halves of UTF-16"
    ),
    ("utf8-highest-surrogate", "utf8", "edbfbf", "B1-T-4", ["utf8"], "utf8-behind-the-surrogates", [], "U+DFFF"),
    ("utf8-five-bytes", "utf8", "f888808080", "B1-T-4", ["utf8"], "utf8-four-bytes", [], "no character has five bytes"),
    ("utf8-byte-ff", "utf8", "63ff", "B1-T-4", ["utf8"], "utf8-ascii", [], "ff starts nothing"),
    ("utf8-above-highest", "utf8", "f4908080", "B1-T-4", ["utf8"], "utf8-highest", [], "U+110000 does not exist"),
    (
        "chain-hash-of-31-bytes", "chain_hash", String(bitcoin.dropLast(2)), "B1-T-6", ["tlv.length", "tlv.truncated"],
        "chain-hash-bitcoin", ["size"], "a byte too few"
    ),
    (
        "signature-of-65-bytes", "bip340sig", bitcoin + bitcoin + "00", "B1-T-6", ["tlv.length"], "signature-bytes",
        ["size"], "a byte too many"
    ),
]
