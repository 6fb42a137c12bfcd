internal import Catalogue
internal import Rules
internal import StrictJSON
internal import TestSupport
internal import VectorFormat

/// A few cases that a short adapter can do.
enum SmallVectors {
    static let bigSize = VectorFamily(
        name: "bolt01/small",
        title: "A few BigSizes",
        profile: "any",
        flags: [VectorFamily.Flag("NotMinimal", "A longer form than needed is taken.")],
        cases: [
            accept("one", "bigsize.decode", ["bytes": "01"], ["value": "1"]),
            accept("two-hundred", "bigsize.decode", ["bytes": "c8"], ["value": "200"]),
            accept("two-bytes", "bigsize.decode", ["bytes": "fd00fd"], ["value": "253"]),
            reject("not-minimal", "bigsize.decode", ["bytes": "fd00fc"], "tlv.noncanonical", neighbour: "two-bytes"),
            reject("truncated", "bigsize.decode", ["bytes": "fd00"], "tlv.truncated", neighbour: "two-bytes"),
            accept("encode-two-bytes", "bigsize.encode", ["value": "253"], ["bytes": "fd00fd"]),
            accept("encode-last", "bigsize.encode", ["value": "254"], ["bytes": "fd00fe"]),
        ]
    )

    /// An operation that `faulty.py` does not have.
    static let tlv = VectorFamily(
        name: "bolt01/small-tlv",
        title: "A stream",
        profile: "any",
        flags: [],
        cases: [accept("empty-stream", "tlv.decode", ["bytes": ""], ["records": []], ["B1-TLV-1"])]
    )

    static func accept(
        _ name: String,
        _ operation: String,
        _ input: JSON,
        _ out: JSONObject,
        _ requirements: [RequirementID] = ["B1-BS-1"],
        steps: JSON? = nil
    ) -> VectorCase {
        VectorCase(
            id: "bolt01/small/\(name)",
            operation: operation,
            requirements: requirements,
            subject: requirements.first ?? "",
            comment: "for a test",
            input: input,
            expectation: .accept(out: out),
            steps: steps
        )
    }

    static func reject(
        _ name: String,
        _ operation: String,
        _ input: JSON,
        _ reason: ReasonClass,
        neighbour: String,
        violates: [RequirementID] = ["B1-BS-2"]
    ) -> VectorCase {
        VectorCase(
            id: "bolt01/small/\(name)",
            operation: operation,
            requirements: violates,
            subject: violates.first ?? "",
            comment: "for a test",
            flags: ["NotMinimal"],
            input: input,
            expectation: .reject(reasons: [reason], violates: violates, neighbour: "bolt01/small/\(neighbour)")
        )
    }

    /// A requirement of each enforcement.
    static func requirements() -> [RequirementID: Requirement] {
        let entries: [(RequirementID, Requirement.Level, Requirement.Role)] = [
            ("B1-BS-1", .must, .any), ("B1-BS-2", .must, .reader), ("B1-TLV-1", .must, .any),
            ("T-SHOULD", .should, .reader), ("T-MAY", .may, .reader), ("T-UNUSED", .must, .payer),
        ]
        let list = entries.map { id, level, role in
            Requirement(
                id: id,
                level: level,
                enforcement: level.normalEnforcement,
                role: role.rawValue,
                statement: "What \(id) says.",
                bases: [
                    Requirement.Basis(source: "s", section: "Part", lines: [], file: "text.md", spans: [LineSpan(57)])
                ],
                document: "small"
            )
        }
        return Dictionary(uniqueKeysWithValues: list.map { ($0.id, $0) })
    }
}
