import Bench
import Catalogue
import Foundation
import StrictJSON
import TestSupport
import Testing

struct BenchReportTests {
    private let schema: JSONSchema

    init() throws { schema = try JSONSchema(try Files.readJSON("\(Project.root)/Spec/bench.schema.json")) }

    private func result() -> BenchResult {
        var result = BenchResult(name: "peel", target: 1.1)
        result.operation = Samples([120, 110, 115])
        result.floor = Samples([100, 100, 100])
        return result
    }

    @Test func theReportFollowsItsSchema() throws {
        var full = result()
        full.overPipe = Samples([200, 210, 220])
        full.adapter = Samples([400, 420, 440])
        full.allocations = 12
        full.note = "it answers differently"
        var report = BenchReport()
        report.adapter = "another"
        report.results = [result(), full]
        report.growth = [
            GrowthResult(name: "hops", points: [.init(size: 1, nanoseconds: 2), .init(size: 2, nanoseconds: 4)])
        ]
        var driver = DriverCost()
        (driver.requests, driver.reference, driver.runnerJSON, driver.pipe) = (1000, 1, 0.5, 0.25)
        (driver.runnerAndServe, driver.peakMemory) = (2, 1 << 20)
        report.driver = driver
        let json = try JSON.parse(report.json.pretty)
        #expect(schema.problems(of: json, path: "report") == [])
        #expect(json["operations"]?.array?.last?["adapter_ratio"]?.number == 2)
        #expect(json["driver"]?["ratio"]?.number == 2 / 1.75)
    }

    @Test func theSchemaRefusesAnotherReport() {
        let strange: JSON = ["format": 1, "operations": [["name": "peel", "operation_ns": "7"]]]
        #expect(!schema.problems(of: strange, path: "report").isEmpty)
    }

    @Test func whatIsAboveItsTargetIsSaid() {
        var quick = result()
        quick.operation = Samples([105, 105, 105])
        var report = BenchReport()
        report.results = [quick, result()]
        #expect(report.misses.map(\.ratio) == [1.15])
        #expect(BenchReport.line(result(), adapter: nil).contains("1.10!"))
        #expect(!BenchReport.line(quick, adapter: nil).contains("!"))
    }
}

extension JSON {
    /// An integer or another number: a report may write 2.0 as either.
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
}
