internal import Catalogue
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Puts the page together: a head, the records, the checks, a verdict.
struct InspectionReport {
    let kind: Inspection.Kind
    let bytes: [UInt8]
    let typed: String?
    let context: Inspection.Context
    let catalogue: RequirementCatalogue
    private let decoded: DecodedStream?
    private let judged: (outcome: Outcome, examinations: [Validation])
    /// What keys open, where the kind has something that they do.
    private let opened: [String]

    init(
        kind: Inspection.Kind,
        bytes: [UInt8],
        typed: String?,
        context: Inspection.Context,
        catalogue: RequirementCatalogue
    ) {
        self.kind = kind
        self.bytes = bytes
        self.typed = typed
        self.context = context
        self.catalogue = catalogue
        var validation = Validation(.collecting)
        decoded = Self.schema(kind, context.profile).flatMap { try? $0.read(bytes[...], &validation) }
        let request = InspectionRequest(kind: kind, bytes: bytes, typed: typed, context: context, decoded: decoded)
        if kind == .onion {
            let onion = OnionInspection(bytes, context)
            (opened, judged) = (onion.lines, (.accept([:]), [onion.validation]))
            return
        }
        let (outcome, encoding) = OperationTable.reference.validate(request.operation, context.profile, request.input)
        let followed = kind == .path ? PathInspection(bytes, context) : nil
        opened = followed.map { [""] + $0.lines } ?? []
        judged = (outcome, [encoding] + (followed.map { [$0.validation] } ?? []))
    }

    var text: String { (head + [""] + body + [""] + checks + [""] + [verdict] + hints).joined(separator: "\n") + "\n" }

    var isRejected: Bool { !findings.isEmpty }

    /// Why nothing could be judged.
    var misunderstanding: String? {
        if case .error(let detail) = judged.outcome { return detail }
        return nil
    }

    private var findings: [Finding] { judged.examinations.flatMap(\.findings) }

    private static func schema(_ kind: Inspection.Kind, _ profile: Profile) -> TLVSchema? {
        switch kind {
        case .offer: .offer
        case .invoiceRequest: .invoice_request
        case .staticInvoice: .static_invoice(profile)
        case .tlv, .path, .onion: nil
        }
    }

    private var schema: TLVSchema? { Self.schema(kind, context.profile) }

    /// The chain that is shown: the reader's, or the object's own.
    private var chain: String { context.chain ?? InspectionRequest.ownChain(decoded) }

    // MARK: Parts

    private var head: [String] {
        let name =
            switch kind {
            case .tlv: "TLV stream"
            case .offer: "offer"
            case .invoiceRequest: "invoice request"
            case .staticInvoice: "static invoice"
            case .path: "blinded path"
            case .onion: "onion packet"
            }
        return ["\(name), \(bytes.count) bytes, read under \(context.profile.name)", verdict]
            + InvoiceSummary(decoded, kind, context).lines
    }

    private var body: [String] {
        if kind == .path { return path + opened }
        if kind == .onion { return opened }
        let stream = decoded?.stream ?? (try? TLVStream.read(bytes[...], known: .unspecified) { _ in })
        guard let stream else { return ["  cannot be read as records: \(Hex.encode(bytes.prefix(32)))…"] }
        if stream.records.isEmpty { return ["  no records"] }
        let text = RecordText(schema: schema, decoded: decoded)
        return stream.records.flatMap(text.lines)
    }

    private var path: [String] {
        guard let value = try? BlindedPath.format.decode(bytes[...], onFault: { _ in }) else {
            return ["  cannot be read as a path: \(Hex.encode(bytes.prefix(32)))…"]
        }
        return ValueText().lines(value, BlindedPath.format, named: "path").map { "  \($0)" }
    }

    private var checks: [String] {
        let verdicts = judged.examinations.flatMap(\.verdicts)
        var lines = ["checks (ok: the rule is met; FAIL: it is violated; --: it does not apply)"] + circumstances
        let judgedIDs = Set(verdicts.map(\.check))
        let ofEncoding = findings.filter { !judgedIDs.contains($0.requirement) }
        lines += ofEncoding.isEmpty ? ["  ok    encoding"] : ofEncoding.map(fault)
        for (check, verdict) in verdicts {
            // Two checks can stand for one rule: kept rules are said once.
            for text in line(check, verdict) where !lines.contains(text) { lines.append(text) }
        }
        return lines
    }

    /// What the checks of objects of BOLT 12 depend on beside the object.
    private var circumstances: [String] {
        if schema == nil { return [] }
        return [
            "  time   \(context.now) (\(ValueText.time(context.now)))",
            "  chain  \(ValueText.chainNames[chain] ?? chain)\(context.chain == nil ? ", its own" : "")",
        ]
    }

    private func fault(_ finding: Finding) -> String {
        let place = finding.offset.map { " (byte \($0))" } ?? ""
        return "  FAIL  \(padded(finding.requirement))  \(finding.detail)\(place)\(statement(finding.requirement))"
    }

    private func line(_ check: RequirementID, _ verdict: Verdict) -> [String] {
        switch verdict {
        case .meets: ["  ok    \(padded(check))  rule: \(catalogue[check]?.statement ?? "")"]
        case .fails(let reason): ["  FAIL  \(padded(check))  \(reason)\(statement(check))"]
        case .notApplicable(let reason): ["  --    \(padded(check))  \(reason)"]
        }
    }

    private func statement(_ id: RequirementID) -> String {
        catalogue[id].map { "\n                    rule (\($0.level.rawValue)): \($0.statement)" } ?? ""
    }

    private func padded(_ id: RequirementID) -> String {
        id.rawValue + String(repeating: " ", count: max(0, 10 - id.rawValue.count))
    }

    private var verdict: String {
        let broken = Set(findings.map(\.requirement)).sorted()
        if broken.isEmpty { return "verdict: valid" }
        let first = findings.first.map { "\($0.detail) (\($0.requirement), \($0.reason))" } ?? ""
        let others = broken.filter { $0 != findings.first?.requirement }.map(\.rawValue)
        return "verdict: rejected: \(first)"
            + (others.isEmpty ? "" : "; it also violates \(others.joined(separator: ", "))")
    }

    /// What may explain the verdict.
    private var hints: [String] {
        guard isRejected else { return [] }
        var hints: [String] = []
        let types = Set(decoded?.stream.records.map(\.type) ?? [])
        let other: UInt64 = context.profile.static_invoice.message_paths_type == 178 ? 236 : 178
        if kind == .staticInvoice, types.contains(other) {
            hints.append(
                "hint: record \(other) holds the message paths under another profile: try --profile \(other == 236 ? "ldk-0.2" : "blip66-draft")"
            )
        }
        if kind == .offer, types.contains(160) {
            hints.append("hint: these are records of an invoice: try inspect static-invoice")
        }
        if kind == .staticInvoice, types.contains(22) || types.contains(16), !types.contains(160), !types.contains(176)
        {
            hints.append("hint: there are records of an offer alone: try inspect offer")
        }
        let isMisframed = findings.contains { ["tlv.order", "tlv.truncated"].contains($0.reason.rawValue) }
        if isMisframed, findings.count > 2 {
            hints.append("hint: after a wrong length all that follows is misread; look at the first fault")
        }
        return hints
    }
}
