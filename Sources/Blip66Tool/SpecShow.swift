import ArgumentParser
internal import Catalogue
internal import Rules
internal import StrictJSON
internal import VectorValidation

/// `blip66 spec show`: all that is known of a requirement.
struct SpecShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a requirement: its statement, its source line, its checks, cases and mutants.",
        discussion: """
            Line numbers are those of the revision that the catalogue was written for. With --texts, the sentences \
            themselves are printed, out of your checkout. Checks are named by file, line and declaration.

              blip66 spec show B66-OPR-R1
              blip66 spec show --texts ~/bolts B12-SI-R5
            """
    )

    @Argument(help: "Ids, such as B66-OPR-S1; none for all of them, with --format json.")
    var ids: [String] = []

    @OptionGroup var traced: TraceOptions

    @Flag(help: "List every case and every step, however many there are.")
    var all = false

    func run() throws {
        let data = try SpecData(vectors: traced.vectors)
        let tracer = try data.tracer(texts: traced.texts)
        if ids.isEmpty, traced.format == .text {
            throw ValidationError("an id is needed; `blip66 spec list` lists them")
        }
        let wanted = ids.isEmpty ? data.catalogue.ids : ids.map { RequirementID($0) }
        let traces = try wanted.map { id in
            guard let trace = tracer.trace(id) else {
                throw ValidationError("there is no requirement \"\(id)\"; `blip66 spec list` lists them")
            }
            return trace
        }
        switch traced.format {
        case .text:
            for (index, trace) in traces.enumerated() {
                if index > 0 { print() }
                show(trace, data)
            }
        case .json: print(JSON.array(traces.map(\.json)).pretty, terminator: "")
        }
    }

    private func show(_ trace: RequirementTrace, _ data: SpecData) {
        show(trace.requirement)
        print(trace.placeText(hasTexts: traced.texts != nil).joined(separator: "\n"))
        show(data.readings.entries(bearingOn: trace.requirement))
        print(
            (trace.checkText(all: all) + trace.caseText(all: all) + trace.mutantText(all: all)).joined(separator: "\n")
        )
        print("\n\(trace.status.name)\(trace.status.detail.map { ": \($0)" } ?? "")")
        if let proxy = trace.requirement.waiver?.proxy { print("instead: \(proxy)") }
    }

    private func show(_ requirement: Requirement) {
        print("\(requirement.id): \(requirement.statement)\n")
        print("level        \(requirement.level.rawValue)")
        let reason = requirement.enforcementReason.map { ": \($0)" } ?? ""
        print("enforcement  \(requirement.enforcement.rawValue)\(reason)")
        print("binds        \(requirement.role)")
        print("observed     \(requirement.observed.rawValue)")
        if let place = place(requirement) { print("catalogue    \(place)") }
    }

    /// File and line of its entry.
    private func place(_ requirement: Requirement) -> String? {
        let name = "Spec/\(requirement.document).json"
        guard let root = (try? ProjectFiles.locate())?.root, let bytes = try? Files.read("\(root)/\(name)") else {
            return nil
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.firstIndex { $0.contains("\"id\": \"\(requirement.id)\"") }.map { "\(name):\($0 + 1)" }
    }

    private func show(_ readings: [Reading]) {
        guard !readings.isEmpty else { return }
        print("\nreadings (blip66 spec readings NAME shows one)")
        for reading in readings { print("  \(reading.id)  \(reading.title) (\(reading.kind.rawValue))") }
    }
}
