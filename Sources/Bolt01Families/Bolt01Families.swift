package import VectorKit

/// The families on BOLT 1's encodings.
package let bolt01Families: [FamilyDefinition] = [
    .once("bolt01/bigsize", bigSizeFamily),
    .once("bolt01/tlv-stream", tlvStreamFamily),
    .once("bolt01/ints-points", intsPointsFamily),
]
