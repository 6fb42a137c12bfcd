internal import Driver
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
package import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// How a cost grows with a size.
package struct GrowthResult: Sendable {
    package struct Point: Hashable, Sendable {
        package let size: Int
        package let nanoseconds: Double

        package init(size: Int, nanoseconds: Double) {
            self.size = size
            self.nanoseconds = nanoseconds
        }
    }

    package let name: String
    package let points: [Point]

    package init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }

    /// Over the larger half of the sizes: with the small ones, what is done once weighs most.
    package var exponent: Double? {
        let larger = points.suffix(max(2, (points.count + 1) / 2))
        return PowerFit.exponent(larger.map { (Double($0.size), $0.nanoseconds) })
    }

    package var text: String {
        let times = points.map { "\($0.size): \(BenchReport.time($0.nanoseconds))" }.joined(separator: "   ")
        let power = exponent.map {
            BenchReport.pad(($0 * 100).rounded() == 100 ? "1" : "\(($0 * 100).rounded() / 100)", 5)
        }
        return "\(BenchReport.pad(name, 44, left: true)) ^\(power ?? "")   \(times)"
    }

    package var json: JSON {
        var json: JSONObject = ["name": .string(name)]
        json["points"] = .array(points.map { ["size": .integer(Int64($0.size)), "ns": .real($0.nanoseconds)] })
        json["exponent"] = exponent.map { .real($0) }
        return .object(json)
    }
}

/// Something that can be made in any size.
package struct Growth {
    package let name: String
    package let sizes: [Int]
    /// The work at a size.
    package let work: (Int) throws -> Work

    package func measure(_ sampling: Sampling) throws -> GrowthResult {
        var points: [GrowthResult.Point] = []
        for size in sizes {
            let work = try work(size)
            let count = try sampling.count(for: work)
            var samples = Samples()
            for _ in 0..<min(sampling.rounds, 7) { samples.append(try Sampling.time(of: work, count)) }
            points.append(GrowthResult.Point(size: size, nanoseconds: samples.median))
        }
        return GrowthResult(name: name, points: points)
    }
}

extension Benchmarks {
    package func growth() -> [Growth] {
        [
            Growth(
                name: "static invoice validate, extra records",
                sizes: [1, 10, 100, 1000, 10_000],
                work: extraRecords
            ),
            Growth(name: "path, hops", sizes: [1, 3, 10, 30, 100, 255], work: longPath),
            Growth(name: "packet over one hop, bytes of it", sizes: [1366, 4096, 8192, 16_384, 32_834, 65_535]) {
                try packet("packet", [(Fixtures.key("hop").publicKey.bytes, [0, 0])], size: $0).operation
            },
            Growth(
                name: "peel, bytes of the packet",
                sizes: [1366, 4096, 8192, 16_384, 32_834, 65_535],
                work: largePeel
            ),
            Growth(name: "TLV stream, records", sizes: [10, 100, 1000, 10_000, 100_000, 1_000_000], work: longStream),
            Growth(name: "cases, read and proved", sizes: [100, 1000, 10_000, 100_000], work: cases),
        ]
    }

    /// Records in the range that a reader of invoices passes over.
    private func extraRecords(_ count: Int) throws -> Work {
        let extra = (0..<count).map { TLVRecord(type: UInt64(3_000_000_001 + 2 * $0), value: [1, 2, 3, 4]) }
        var fixture = invoice
        for record in extra { fixture = fixture.with(record.type, Array(record.value)) }
        return try invoiceValidate("validate", fixture.bytes).operation
    }

    private func longPath(_ count: Int) throws -> Work {
        let route = RouteFixture(profile: profile)
        let hops = (0..<count).map { index in
            index + 1 < count ? route.relay("hop \(index)", to: "hop \(index + 1)") : route.last("hop \(index)")
        }
        return try pathCreate("path", hops).operation
    }

    private func largePeel(_ size: Int) throws -> Work {
        let route = RouteFixture(profile: profile)
        let path = try route.path(route.threeHops)
        let hops = path.parts.hops.map { hop in
            let data = TLVRecord(type: 4, value: hop.encrypted_recipient_data)
            return (N: hop.blinded_node_id, payload: TLVStream(sorting: [data]).bytes)
        }
        let packet = try packet("packet", hops, size: size).operation.outcome()
        return peel("peel", route.threeHops[0].key.bytes.bytes, path.derived[0].E.bytes, packet).operation
    }

    private func longStream(_ count: Int) throws -> Work {
        let bytes = (0..<count).flatMap { TLVRecord(type: UInt64(1 + 2 * $0), value: [1, 2, 3, 4]).encoding }
        return Work({ try TLVStream.read(bytes[...], known: .unspecified).records.count }, as: Self.bytes)
    }

    /// A family of so many cases: its file is parsed and each case recomputed, as `validate` does it.
    private func cases(_ count: Int) throws -> Work {
        let vectors = (0..<count).map { index in
            VectorCase(
                id: "bench/cases/case-\(index)",
                operation: "bigsize.decode",
                requirements: ["B1-BS-1"],
                subject: "B1-BS-1",
                comment: "case \(index)",
                input: ["bytes": .hex(BigSize.encode(UInt64(index)))],
                expectation: .accept(out: ["value": .decimal(UInt64(index))])
            )
        }
        let family = VectorFamily(name: "bench/cases", title: "Cases", profile: "any", flags: [], cases: vectors)
        let text = Array(family.json.pretty.utf8)
        let proof = CaseProof(table: .reference, profile: profile)
        return Work(
            {
                let read = try VectorFamily(JSONReader(try JSON.parse(text), path: "family"))
                return read.cases.count { proof.problems(of: $0).isEmpty }
            },
            as: Self.bytes
        )
    }
}
