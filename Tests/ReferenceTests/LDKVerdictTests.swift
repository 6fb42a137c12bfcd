import Catalogue
import Lightning
import Primitives
import Reference
import Rules
import StrictJSON
import Testing
import TestSupport

/// Invoices that were damaged on purpose, with LDK's verdict on each. The chain is the invoice's own and the time that of its making.
@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "15 damaged LDK invoices skipped: \(Upstream.howToGet)")))
struct LDKVerdictTests {
    /// Where the reference is stricter than LDK under its own profile: the case, and the rule. None in this sample.
    private static let stricter: [String: RequirementID] = [:]

    @Test func theReferenceRefusesWhatLDKRejectsAndTakesWhatItTakes() throws {
        let profile = try #require(try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles["ldk-0.2"])
        let file = try Upstream.json("ldk-0.2.5-sample/bad_static_invoices.json")
        let cases = try file.member("cases").elements()
        #expect(UInt64(cases.count) == (try file.member("count").number(atMost: 1000)))
        for testCase in cases {
            let name = try testCase.member("name").string()
            let bytes = try Hex.decode(testCase.member("invoice").string())
            let (outcome, validation) = OperationTable.reference.validate(
                "static_invoice.validate",
                profile,
                input(bytes, profile)
            )
            let isAccepted = outcome.name == "accept"
            if try testCase.member("ldk_accepts").bool() {
                let rules = validation.findings.map(\.requirement)
                #expect(isAccepted || rules == Self.stricter[name].map { [$0] }, "\(name): \(rules)")
            } else {
                #expect(outcome.name == "reject", "\(name)")
            }
        }
    }

    private func input(_ bytes: [UInt8], _ profile: Profile) -> JSON {
        var validation = Validation(.collecting)
        let invoice = try? StaticInvoice.read(bytes[...], profile, &validation)
        return [
            "bytes": .hex(bytes),
            "now": .decimal(invoice?.invoice_created_at ?? 0),
            "chain": .hex(invoice?.offer_chains?.first ?? Chain.bitcoin),
        ]
    }
}
