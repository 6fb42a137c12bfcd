import Catalogue
import GridFamilies
import Mutants
import Reference
import Rules
import TestSupport
import Testing
import VectorFormat
import VectorKit
import VectorValidation

/// The grid: every rule in every place. That its cases find the lazy readers out is for `blip66 prove`.
@Suite struct GridTests {
    private static func context() throws -> GenerationContext {
        try GenerationContext(store: try ProfileStore(folder: "\(Project.root)/Spec/profiles"))
    }

    @Test func thereIsACaseForEveryCell() throws {
        let ids = Set(try ProjectData.families().flatMap(\.cases).map(\.id))
        #expect(try GridTable(Self.context()).holes(among: ids) == [])
    }

    @Test(arguments: [
        "bolt12/offer-encoding/repeated-last", "bolt12/invreq-encoding/invreq-payer-id-off-the-curve",
        "bolt12/static-invoice-encoding@ldk-0.2/invoice-created-at-at-2-to-63",
        "async/payment-comparisons/amount-one-less",
    ])
    func aCaseThatIsTakenAwayLeavesAHole(_ id: String) throws {
        let families = try ProjectData.families().map { family in
            VectorFamily(
                name: family.name,
                title: family.title,
                profile: family.profile,
                flags: family.flags,
                cases: family.cases.filter { $0.id != id }
            )
        }
        let coverage = Coverage(
            try ProjectData.requirements(),
            families,
            planned: try PlannedFamilies(specFolder: AlteredProject.spec),
            grid: try GridTable(Self.context())
        )
        #expect(Set(coverage.holes.map(\.testCase)) == [id])
        #expect(coverage.fails(strict: false))
        #expect(coverage.text(strict: false).contains("there is no case \(id)"))
    }

    @Test func everyCellNamesALazyReader() throws {
        for name in Set(try GridTable(Self.context()).cells.map(\.lazyReader)) {
            #expect(LazyReader.named(name) != nil, "\(name)")
        }
    }

    private static func isRight(_ outcome: Outcome, _ testCase: VectorCase) -> Bool {
        switch (outcome, testCase.expectation) {
        case (.reject, .reject): true
        case (.accept(let got), .accept(let out)): out.members.allSatisfy { got[$0.key] == $0.value }
        default: false
        }
    }

    /// The reference itself is no lazy reader: it answers each case rightly.
    @Test func theReferenceAnswersEveryCell() throws {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let ids = Set(try GridTable(Self.context()).cells.map(\.testCase))
        for family in try ProjectData.families() {
            let name = family.profile == VectorFamily.anyProfile ? ProfileStore.defaultName : family.profile
            let profile = try store.profile(name)
            for testCase in family.cases where ids.contains(testCase.id) {
                let outcome = OperationTable.reference.perform(testCase.operation, profile, testCase.input)
                #expect(Self.isRight(outcome, testCase), "\(testCase.id)")
            }
        }
    }

    /// A machine-made case says where it differs from its neighbour; before that place both are the same.
    @Test func theRangeOfAFaultIsWhereTheBytesDiffer() throws {
        for family in try ProjectData.families() {
            let byID = Dictionary(uniqueKeysWithValues: family.cases.map { ($0.id, $0) })
            for testCase in family.cases {
                guard let fault = testCase.fault else { continue }
                #expect(testCase.flags == [fault.rule])
                #expect(fault.from <= fault.to)
                let neighbour = try #require(testCase.neighbour.flatMap { byID[$0] })
                guard let faulty = testCase.input["bytes"]?.string, let right = neighbour.input["bytes"]?.string,
                    testCase.operation != "msg.decode"
                else { continue }
                #expect(faulty.prefix(2 * fault.from) == right.prefix(2 * fault.from), "\(testCase.id)")
                #expect(faulty.utf8.count >= 2 * fault.from, "\(testCase.id)")
            }
        }
    }

    @Test(arguments: [
        "lazy-", "lazy-nothing", "lazy-repeated@offer..x", "lazy-plus-one@no.such.operation", "eager-repeated",
    ])
    func whatIsNoLazyReaderHasNone(_ name: String) {
        #expect(LazyReader.named(name) == nil)
    }
}
