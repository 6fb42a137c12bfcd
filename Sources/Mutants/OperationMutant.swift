package import Reference
package import Rules
internal import StrictJSON

/// A mutant of what is stateless: the reference with one operation, or several, wrong in one thing.
package struct OperationMutant: Sendable {
    /// `REQUIREMENT/what-is-wrong`, where it helps with `@OPERATION`.
    package let name: String
    /// A sentence without its subject.
    package let does: String
    /// Whether an operator made it from the reference's own lists; otherwise somebody wrote it.
    package let isMade: Bool
    /// The operations that it answers otherwise.
    package let operations: [String]
    /// What else is broken by it: whoever hashes another tree signs wrongly too.
    private var consequences: [RequirementID] = []
    private let changed: @Sendable (Operation) -> Operation

    init(
        _ name: String,
        _ does: String,
        isMade: Bool = false,
        in operations: [String],
        _ changed: @escaping @Sendable (Operation) -> Operation
    ) {
        self.name = name
        self.does = does
        self.isMade = isMade
        self.operations = operations
        self.changed = changed
    }

    /// What is broken.
    package var requirement: RequirementID { RequirementID(String(name.prefix { $0 != "/" })) }

    package var requirements: [RequirementID] { [requirement] + consequences }

    /// The same, breaking these too.
    func alsoBreaking(_ consequences: RequirementID...) -> OperationMutant { alsoBreaking(consequences) }

    func alsoBreaking(_ consequences: [RequirementID]) -> OperationMutant {
        var mutant = self
        mutant.consequences += consequences.filter { $0 != requirement }
        return mutant
    }

    package var table: OperationTable {
        operations.reduce(.reference) { table, name in table[name].map { table.replacing(changed($0)) } ?? table }
    }

    /// All of them.
    package static let all: [OperationMutant] =
        LeftOutChecks.ofOperations + LeftOutFindings.all + RecordOperators.all + EncodingMutants.all
        + MessageMutants.all + SignatureMutants.all + OnionMutants.all + SenderMutants.all + PathMutants.all
        + InvoiceWriterMutants.all
        + SaltMutants.all

    package static func named(_ name: String) -> OperationMutant? { all.first { $0.name == name } }
}

// MARK: Ways to be wrong

extension OperationMutant {
    /// A wrong answer: what is done to `out`.
    static func answering(
        _ name: String,
        _ does: String,
        in operations: String...,
        change: @escaping @Sendable (inout JSONObject, JSONReader, Profile) throws -> Void
    ) -> OperationMutant {
        OperationMutant(name, does, in: operations) { operation in
            Operation(operation.name) { profile, input, validation in
                var out = try operation.body(profile, input, &validation)
                // An answer that is wrong is wrong in its intermediates too, which are not looked at.
                out["steps"] = nil
                try change(&out, input, profile)
                return out
            }
        }
    }

    /// Something else is done than what was asked for: what becomes of `in`.
    static func asked(
        _ name: String,
        _ does: String,
        in operations: String...,
        change: @escaping @Sendable (inout JSONObject, Profile) throws -> Void
    ) -> OperationMutant {
        OperationMutant(name, does, in: operations) { $0.asked(change) }
    }
}

extension Operation {
    func asked(_ change: @escaping @Sendable (inout JSONObject, Profile) throws -> Void) -> Operation {
        Operation(name) { profile, input, validation in
            var object = try input.object()
            try change(&object, profile)
            return try body(profile, JSONReader(.object(object), path: input.path), &validation)
        }
    }
}
