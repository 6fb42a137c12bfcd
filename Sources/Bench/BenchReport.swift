internal import Foundation
package import StrictJSON

/// What `blip66 bench` found, as text and as JSON (`Spec/bench.schema.json`).
package struct BenchReport: Sendable {
    package static let format: Int64 = 1

    package var results: [BenchResult] = []
    package var growth: [GrowthResult] = []
    package var driver: DriverCost?
    /// The name of the adapter that was timed.
    package var adapter: String?

    package init() {}

    /// Results that are above their target.
    package var misses: [BenchResult] { results.filter { !$0.meetsTarget } }

    // MARK: Text

    package static func header(adapter: String?) -> String {
        let columns = [
            pad("operation", 36, left: true), pad("takes", 10), pad("floor", 10), pad("ratio", 7), pad("target", 7),
            pad("spread", 7), pad("allocs", 8), pad("in serve", 10), pad("of it JSON", 11),
        ]
        return (columns + (adapter == nil ? [] : [pad("adapter", 10), pad("/ serve", 8)])).joined()
    }

    package static func line(_ result: BenchResult, adapter: String?) -> String {
        let overPipe = result.overPipe.isEmpty ? "" : time(result.overPipe.median)
        var columns = [
            pad(result.name, 36, left: true), pad(time(result.operation.median), 10),
            pad(time(result.floor.median), 10), pad(ratio(result.ratio), 7),
            pad(result.target.map { ratio($0) + (result.meetsTarget ? "" : "!") } ?? "", 7),
            pad(percent(result.operation.spread), 7),
            pad(result.allocations.map { String(format: "%.0f", $0) } ?? "-", 8),
            pad(overPipe, 10), pad(result.jsonTime.map(time) ?? "", 11),
        ]
        if adapter != nil {
            columns.append(pad(result.adapter.isEmpty ? "-" : time(result.adapter.median), 10))
            columns.append(pad(result.adapterRatio.map(ratio) ?? "", 8))
            if let note = result.note { columns.append("  \(note)") }
        }
        return columns.joined()
    }

    /// As much of nanoseconds as can be read at a glance.
    static func time(_ nanoseconds: Double) -> String {
        switch abs(nanoseconds) {
        case ..<999.5: String(format: "%.0f ns", nanoseconds)
        case ..<999_500: String(format: nanoseconds < 99_950 ? "%.1f µs" : "%.0f µs", nanoseconds / 1e3)
        default: String(format: "%.1f ms", nanoseconds / 1e6)
        }
    }

    private static func ratio(_ value: Double) -> String { String(format: "%.2f", value) }
    private static func percent(_ value: Double) -> String { String(format: "%.0f%%", 100 * value) }

    static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? text + space : space + text
    }

    // MARK: JSON

    package var json: JSON {
        var json: JSONObject = ["format": .integer(Self.format)]
        if let adapter { json["adapter"] = .string(adapter) }
        json["operations"] = .array(results.map(\.json))
        if !growth.isEmpty { json["growth"] = .array(growth.map(\.json)) }
        if let driver { json["driver"] = driver.json }
        return .object(json)
    }
}

extension BenchResult {
    /// Times in nanoseconds.
    package var json: JSON {
        var json: JSONObject = [
            "name": .string(name), "operation_ns": .real(operation.median), "floor_ns": .real(floor.median),
            "ratio": .real(ratio), "spread": .real(operation.spread),
        ]
        json["target"] = target.map { .real($0) }
        json["allocations"] = allocations.map { .real($0) }
        if !overPipe.isEmpty { json["serve_ns"] = .real(overPipe.median) }
        if !adapter.isEmpty { json["adapter_ns"] = .real(adapter.median) }
        json["adapter_ratio"] = adapterRatio.map { .real($0) }
        json["note"] = note.map { .string($0) }
        return .object(json)
    }
}
