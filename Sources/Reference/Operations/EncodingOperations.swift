internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// `bigsize.*`: BOLT 1, Appendix A.
let bigSizeOperations = [
    Operation("bigsize.decode") { _, input, validation in
        let bytes = try input.member("bytes").hex()
        let value = try validation.decodeWhole(as: bigSizeFinding) { onFault throws(WireError) in
            try BigSize.decode(bytes[...], onFault: onFault)
        }
        return ["value": .decimal(value)]
    },
    Operation("bigsize.encode") { _, input, _ in
        ["bytes": .hex(BigSize.encode(try input.member("value").decimal()))]
    },
]

/// Bytes after nine are a longer form than BigSize has (B1-BS-3).
private func bigSizeFinding(_ error: WireError) -> Finding {
    error.fault == .valueLength
        ? Finding("B1-BS-3", "tlv.length", error.detail, offset: error.offset)
        : Finding(error)
}

/// `field.decode`: BOLT 1, "Fundamental Types".
let fieldOperations = [
    Operation("field.decode") { _, input, validation in
        let kind = try input.member("kind").string()
        guard let (format, requirement) = fieldKinds[kind] else {
            throw Unsupported(detail: "field.decode does not know the kind \"\(kind)\"")
        }
        let bytes = try input.member("bytes").hex()
        let value = try validation.decodeWhole(as: fieldFinding(requirement)) { onFault throws(WireError) in
            try format.decode(bytes[...], onFault: onFault)
        }
        return ["value": format.json(value)]
    }
]

/// The kinds that stand alone, and the requirement that says how long each is.
private let fieldKinds: [String: (FieldFormat, RequirementID)] = [
    "u16": (.u16, "B1-T-1"), "u32": (.u32, "B1-T-1"), "u64": (.u64, "B1-T-1"),
    "tu16": (.tu16, "B1-T-1"), "tu32": (.tu32, "B1-T-1"), "tu64": (.tu64, "B1-T-1"),
    "msat": (.msat, "B1-T-1"), "sat": (.sat, "B1-T-1"),
    "point": (.point, "B1-T-2"), "sciddir_or_pubkey": (.node, "B1-T-3"), "utf8": (.text, "B1-T-4"),
    "bip340sig": (.bip340sig, "B1-T-6"), "chain_hash": (.chain_hash, "B1-T-6"),
]

/// Outside a record, a wrong size or a leading zero breaks the definition of the type itself.
private func fieldFinding(_ requirement: RequirementID) -> (WireError) -> Finding {
    { error in
        switch error.fault {
        case .valueLength: Finding(requirement, "tlv.length", error.detail, offset: error.offset)
        case .integerNotMinimal: Finding(requirement, "tlv.minimal", error.detail, offset: error.offset)
        default: Finding(error)
        }
    }
}

/// `tlv.*`: BOLT 1, "Type-Length-Value Format".
let tlvOperations = [
    Operation("tlv.decode") { profile, input, validation in
        let bytes = try input.member("bytes").hex()[...]
        if let name = try input.optional("schema") {
            let stream = try schema(name, profile).read(bytes, &validation).stream
            return ["records": stream.json]
        }
        let stream = try validation.decodeWhole { onFault throws(WireError) in
            try TLVStream.read(bytes, known: .unspecified, onFault: onFault)
        }
        return ["records": stream.json]
    },
    Operation("tlv.encode") { _, input, validation in
        var records: [TLVRecord] = []
        for element in try input.member("records").elements() {
            let record = try TLVRecord(element)
            if let last = records.last, last.type >= record.type {
                try validation.report(
                    Finding("B1-TLV-12", "tlv.order", "type \(record.type) follows type \(last.type) in the request")
                )
            }
            records.append(record)
        }
        return ["bytes": .hex(TLVStream(sorting: records).bytes)]
    },
]

private func schema(_ reader: JSONReader, _ profile: Profile) throws -> TLVSchema {
    let name = try reader.string()
    guard let schema = TLVSchema.named(name, profile) else {
        throw Unsupported(detail: "tlv.decode does not know the schema \"\(name)\"")
    }
    return schema
}

extension TLVSchema {
    /// The table that the adapter protocol calls by this name.
    static func named(_ name: String, _ profile: Profile) -> TLVSchema? {
        switch name {
        case "n1": .n1
        case "n2": .n2
        case "offer": .offer
        case "invoice_request": .invoice_request
        case "static_invoice": .static_invoice(profile)
        case "onionmsg": .onionmsg(profile)
        case "encrypted_data": .encrypted_data(profile)
        case "offer_paths_request": .offer_paths_request
        case "offer_paths": .offer_paths
        case "serve_static_invoice": .serve_static_invoice
        case "payload": .payload(profile)
        default: nil
        }
    }
}
