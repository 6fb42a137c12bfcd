internal import InvoiceServer
internal import Lightning
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Made mutants over the tables of records: a reader that never sees a record, or wants one that may be missing; a writer that
/// forgets one.
///
/// That an optional record may be missing, and that a known one is read, is what its type's number means (B1-TLV-7) and what its
/// format says (B1-T-1).
enum RecordOperators {
    static let all: [OperationMutant] = tables.flatMap { table in
        table.schema.records.flatMap { record in
            let mutants =
                [unseen(record, table), demanded(record, table)]
                + (table.writer.map { [forgotten(record, table, $0)] } ?? [])
            // What the object has to hold stands where it is defined.
            return mutants.map { $0.alsoBreaking(["B1-TLV-7"] + table.definedBy) }
        }
    }

    /// A table, and the operations that read and write objects by it.
    private struct Table: Sendable {
        let schema: TLVSchema
        let reader: String
        var writer: String?
        /// Of `msg.decode` and `msg.encode`: which message.
        var message: String?
        /// The requirements that say what the object holds.
        var definedBy: [RequirementID] = []

        var place: String { message ?? schema.name }

        func isAsked(_ input: JSONReader) -> Bool { message == nil || input.value["message"]?.string == message }
    }

    private static let tables: [Table] =
        [
            Table(schema: .offer, reader: "offer.decode", definedBy: ["B12-OFF-R6", "B12-OFF-R8"]),
            Table(schema: .invoice_request, reader: "invreq.decode"),
            Table(schema: .static_invoice(.numbers), reader: "static_invoice.decode"),
            Table(
                schema: .payload(.numbers),
                reader: "payload.validate",
                writer: "payload.build",
                definedBy: ["ASY-D3", "ASY-P1", "ASY-P3", "ASY-P6", "ASY-R2"]
            ),
        ]
        + MessageForm.names.map { name, form in
            Table(
                schema: form.schema,
                reader: "msg.decode",
                writer: "msg.encode",
                message: name,
                definedBy: [form.definedBy]
            )
        }

    private static func unseen(_ record: TLVSchema.Record, _ table: Table) -> OperationMutant {
        OperationMutant(
            "B1-T-1/never-sees-\(record.name)@\(table.reader).\(table.place)",
            "takes \(record.name) of \(table.place) for an unknown record",
            isMade: true,
            in: [table.reader]
        ) { operation in
            Operation(operation.name) { profile, input, validation in
                var out = try operation.body(profile, input, &validation)
                guard table.isAsked(input), var fields = out["fields"]?.object else { return out }
                fields[record.name] = nil
                out["fields"] = .object(fields)
                return out
            }
        }
    }

    private static func demanded(_ record: TLVSchema.Record, _ table: Table) -> OperationMutant {
        OperationMutant(
            "B1-TLV-7/wants-\(record.name)@\(table.reader).\(table.place)",
            "rejects \(table.place) without \(record.name)",
            isMade: true,
            in: [table.reader]
        ) { operation in
            Operation(operation.name) { profile, input, validation in
                let out = try operation.body(profile, input, &validation)
                if table.isAsked(input), out["fields"]?[record.name] == nil {
                    try validation.report(Finding("B1-TLV-7", .missing, "there is no \(record.name)"))
                }
                return out
            }
        }
    }

    private static func forgotten(_ record: TLVSchema.Record, _ table: Table, _ writer: String) -> OperationMutant {
        OperationMutant(
            "B1-TLV-12/forgets-\(record.name)@\(writer).\(table.place)",
            "writes \(table.place) without \(record.name)",
            isMade: true,
            in: [writer]
        ) { operation in
            operation.asked { input, _ in
                guard table.message == nil || input["message"]?.string == table.message,
                    var fields = input["fields"]?.object
                else { return }
                fields[record.name] = nil
                input["fields"] = .object(fields)
            }
        }
    }
}

extension MessageForm {
    /// The draft's forms by name. Numbers and framing, in which profiles differ, do not matter to those who ask for them here.
    static let names: [(name: String, form: MessageForm)] = all(.numbers).map { ($0.name, $0) }
}
