internal import Reference
internal import Rules

/// Made mutants: each requirement that an operation finds broken while it reads, decrypts or computes, passed over in that
/// operation alone. Such rules stand in no list of checks; what each operation reports is listed here.
enum LeftOutFindings {
    static let all: [OperationMutant] = reported.flatMap { operation, requirements in
        requirements.map { requirement in
            OperationMutant(
                "\(requirement)/passed-over@\(operation)",
                "goes on where \(operation) finds \(requirement) broken",
                isMade: true,
                in: [operation]
            ) { $0.overlooking { $0.requirement == requirement } }
        }
    }

    private static let stream: [RequirementID] = [
        "B1-BS-1", "B1-BS-2", "B1-TLV-1", "B1-TLV-2", "B1-TLV-3", "B1-TLV-9",
    ]
    private static let records: [RequirementID] = stream + ["B1-TLV-4", "B1-TLV-6", "B1-T-2"]

    private static let reported: [(operation: String, requirements: [RequirementID])] = [
        ("bigsize.decode", ["B1-BS-1", "B1-BS-2", "B1-BS-3"]),
        ("field.decode", ["B1-T-1", "B1-T-2", "B1-T-3", "B1-T-4", "B1-T-5", "B1-T-6"]),
        ("tlv.decode", records + ["B1-TLV-5"]),
        ("bolt12.merkle", ["B1-BS-1", "B1-TLV-1", "B1-TLV-2", "B1-TLV-3", "B12-SIG-1"]),
        ("bolt12.verify", ["B12-SIG-7"]),
        (
            "offer.decode",
            records + [
                "B1-TLV-5", "B12-ENC-1", "B12-ENC-2", "B12-ENC-3", "B12-ENC-4", "B12-ENC-5", "B12-OFF-R14", "B1-T-3",
            ]
        ),
        ("offer.validate", ["B1-TLV-6", "B1-T-5"]),
        ("invreq.decode", records + ["B1-TLV-5", "B1-T-3", "B1-T-4", "B1-T-5"]),
        ("invreq.validate_for", ["B1-TLV-6", "B1-T-5"]),
        ("static_invoice.decode", records + ["B1-TLV-5", "B1-T-3", "B1-T-4"]),
        ("static_invoice.validate", records + ["B1-TLV-5", "B1-T-4"]),
        ("static_invoice.sign", ["B12-SI-W7", "B12-SI-W9"]),
        ("static_invoice.verify", ["B1-TLV-1"]),
        ("static_invoice.build", ["B12-SI-W9", "B1-TLV-6"]),
        ("path.decode", ["RB-W1", "B1-T-2", "B1-T-3", "B1-TLV-4"]),
        ("path.encode", ["RB-W1", "B1-T-2"]),
        ("path.create", ["RB-W1"]),
        ("path.walk", ["RB-W9", "RB-W5", "B1-T-2"]),
        ("path.unblind", ["RB-E2", "RB-E5", "B1-T-2"]),
        ("om.build", ["OM-W8"]),
        ("om.send_over", ["RB-W1", "RB-U5", "B1-T-2"]),
        (
            "om.peel",
            [
                "OD-1", "OD-2", "OD-3", "OD-4", "OD-5", "OD-6", "OD-7", "OD-8", "OM-R1", "OM-R2", "RB-E2", "B1-T-2",
            ]
        ),
        ("om.classify", ["OM-R1", "RB-E2"]),
        ("payload.validate", records + ["B1-TLV-5", "B1-T-5", "RB-E2"]),
        ("msg.decode", stream + ["B66-D2", "B66-D3", "B66-D4", "B66-D6", "B1-T-2", "B1-T-3", "B1-TLV-6", "ASY-D4"]),
        ("msg.encode", ["B66-D2", "B66-D3", "B66-D10"]),
        ("salt.mask", ["SALT-1", "SALT-3"]),
        ("salt.seal", ["SALT-2", "SALT-13", "RB-W1"]),
        ("salt.open", ["SALT-2", "SALT-13", "SALT-18", "RB-W1"]),
        ("salt.build_payloads", ["SALT-1", "SALT-2", "SALT-13", "RB-W1"]),
    ]
}
