internal import Catalogue
internal import InvoiceServer
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
    /// It is the object of a request, and judged by that.
    private let isRequested: Bool
    private let stream: InspectedStream?
    private let decoded: DecodedStream?
    private let judged: (outcome: Outcome, examinations: [Validation])
    /// What keys open, where the kind has something that they do.
    private let opened: [String]

    /// - Parameter request: what judges the object; without it, what fits its kind.
    init(
        kind: Inspection.Kind,
        bytes: [UInt8],
        typed: String?,
        context: Inspection.Context,
        catalogue: RequirementCatalogue,
        request: InspectionRequest? = nil
    ) {
        self.kind = kind
        self.bytes = bytes
        self.typed = typed
        self.context = context
        self.catalogue = catalogue
        isRequested = request != nil
        stream = InspectedStream(kind, bytes, context)
        decoded = stream?.decoded()
        switch kind {
        case .onion where request == nil || request?.input["node_key"] != nil:
            let onion = OnionInspection(bytes, context)
            (opened, judged) = (onion.lines, (.accept([:]), [onion.validation]))
        case .salt:
            let salt = SaltInspection(bytes, context)
            (opened, judged) = (salt.lines, (.accept([:]), [salt.validation]))
        default:
            let request =
                request
                ?? InspectionRequest(kind: kind, bytes: bytes, typed: typed, context: context, decoded: decoded)
            let (outcome, encoding) = Self.judge(request, bytes, context)
            let followed = kind == .path ? PathInspection(bytes, context) : nil
            opened = followed.map { [""] + $0.lines } ?? []
            judged = (outcome, [encoding] + (followed.map { [$0.validation] } ?? []))
        }
    }

    /// By the request's operation; a payload without the payment that it came with by its encoding alone.
    private static func judge(
        _ request: InspectionRequest?,
        _ bytes: [UInt8],
        _ context: Inspection.Context
    ) -> (Outcome, Validation) {
        if let request {
            return OperationTable.reference.validate(request.operation, context.profile, request.input)
        }
        var validation = Validation(.collecting)
        do throws(Finding) {
            _ = try PaymentPayload.read(bytes[...], context.profile, &validation)
        } catch {
            validation.note(error)
        }
        return (.accept([:]), validation)
    }

    var text: String { (head + [""] + body + [""] + checks + [""] + [verdict] + hints).joined(separator: "\n") + "\n" }

    var isRejected: Bool { !findings.isEmpty }

    /// Why nothing could be judged.
    var misunderstanding: String? {
        if case .error(let detail) = judged.outcome { return detail }
        return nil
    }

    private var findings: [Finding] { judged.examinations.flatMap(\.findings) }

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
            case .message: context.message ?? "message"
            case .payload: "payload of the last hop"
            case .salt: "records of salt and secret"
            }
        return ["\(name), \(bytes.count) bytes, read under \(context.profile.name)", verdict]
            + InvoiceSummary(decoded, kind, context).lines
    }

    private var body: [String] {
        if kind == .path { return path + opened }
        if kind == .onion { return opened }
        return (stream?.lines ?? []) + opened
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
        let failedChecks = Set(verdicts.filter { $0.verdict.isFailure }.map(\.check))
        let ofEncoding = findings.filter { !failedChecks.contains($0.requirement) }
        lines += ofEncoding.isEmpty ? ["  ok    encoding"] : ofEncoding.map(fault)
        let broken = Set(ofEncoding.map(\.requirement))
        for (check, verdict) in verdicts where !broken.contains(check) {
            // Two checks can stand for one rule: kept rules are said once.
            for text in line(check, verdict) where !lines.contains(text) { lines.append(text) }
        }
        return lines
    }

    /// What the checks of objects of BOLT 12 depend on beside the object.
    private var circumstances: [String] {
        if kind == .payload, !context.has("payment_hash"), !isRequested {
            return [
                "  the payment is not known, so only the encoding was checked; --payment-hash and its like tell of it"
            ]
        }
        guard [.offer, .invoiceRequest, .staticInvoice].contains(kind) else { return [] }
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

extension Verdict {
    fileprivate var isFailure: Bool {
        if case .fails = self { return true }
        return false
    }
}
