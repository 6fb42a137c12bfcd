package import Rules
package import StrictJSON

/// One operation of the adapter protocol as a function over JSON.
///
/// The same function serves three ends: `serve` runs it strictly and answers with the first finding; the validator and
/// the generator run it completely and see every rule that an input breaks; a mutant replaces it.
package struct Operation: Sendable {
    package typealias Body = @Sendable (Profile, JSONReader, inout Validation) throws -> JSONObject

    /// As the protocol names it, such as `tlv.decode`.
    package let name: String
    package let body: Body

    /// - `body`: takes the profile and the request's `in`, and returns `out`. It throws a `Finding` to reject,
    ///   a `JSONShapeError` when `in` is at fault, and `Unsupported` for what it does not do.
    package init(_ name: String, _ body: @escaping Body) {
        self.name = name
        self.body = body
    }
}

/// An operation was asked for something that this implementation does not have.
package struct Unsupported: Error, Hashable, Sendable {
    package let detail: String
}

/// The four kinds of answer of the adapter protocol.
package enum Outcome: Hashable, Sendable {
    case accept(JSONObject)
    case reject(Finding)
    case skip(String)
    case error(String)

    package var name: String {
        switch self {
        case .accept: "accept"
        case .reject: "reject"
        case .skip: "skip"
        case .error: "error"
        }
    }
}

/// All operations by name. `serve`, the validator and the generator use the same one.
package struct OperationTable: Sendable {
    private var operations: [String: Operation]

    package init(_ operations: [Operation]) {
        self.operations = Dictionary(operations.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// The reference implementation.
    package static let reference = OperationTable(
        bigSizeOperations + fieldOperations + tlvOperations + pathOperations + onionMessageOperations
            + offerOperations
            + invoiceRequestOperations + bolt12Operations + staticInvoiceOperations + messageOperations
            + paymentOperations + saltOperations
    )

    package var names: [String] { operations.keys.sorted() }

    package subscript(name: String) -> Operation? { operations[name] }

    /// The table with another operation in the place of the one with its name.
    package func replacing(_ operation: Operation) -> OperationTable {
        var table = self
        table.operations[operation.name] = operation
        return table
    }

    /// Runs an operation as an implementation does: it ends at the first finding.
    package func perform(_ name: String, _ profile: Profile, _ input: JSON) -> Outcome {
        var validation = Validation(.strict)
        return run(name, profile, input, &validation)
    }

    /// Runs an operation on to the end and gives all findings.
    package func validate(_ name: String, _ profile: Profile, _ input: JSON) -> (
        outcome: Outcome, validation: Validation
    ) {
        var validation = Validation(.collecting)
        let outcome = run(name, profile, input, &validation)
        if case .reject(let last) = outcome { validation.note(last) }
        if case .accept = outcome, let first = validation.findings.first { return (.reject(first), validation) }
        return (outcome, validation)
    }

    private func run(
        _ name: String,
        _ profile: Profile,
        _ input: JSON,
        _ validation: inout Validation
    ) -> Outcome {
        guard let operation = operations[name] else { return .skip("there is no operation \"\(name)\"") }
        do {
            return .accept(try operation.body(profile, JSONReader(input, path: "in"), &validation))
        } catch let finding as Finding {
            return .reject(finding)
        } catch let error as JSONShapeError {
            return .error("\(error)")
        } catch let error as Unsupported {
            return .skip(error.detail)
        } catch {
            return .error("\(error)")
        }
    }
}
