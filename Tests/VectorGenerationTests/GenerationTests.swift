import Catalogue
import StrictJSON
import TestSupport
import Testing
import VectorFormat
import VectorGeneration
import VectorKit

@Suite struct GenerationTests {
    /// Made once for all tests of the suite: it takes seconds.
    private static let made = Result { AllFamilies.generate(try GenerationContext(store: ProjectData.profiles())) }

    /// Another process made the files that are there, so this shows too that the same bytes come out every time.
    @Test func generatingGivesTheBytesThatAreThere() throws {
        let made = try Self.made.get()
        #expect(made.mistakes.isEmpty)
        for family in made.families {
            let there = try Files.read("\(Project.root)/Vectors/\(family.file)")
            #expect(FamilyFile(new: family).bytes == there, "\(family.name)")
        }
    }

    @Test func whatIsWrittenIsReadBackTheSame() throws {
        for family in try Self.made.get().families {
            #expect(try VectorFamily(JSONReader(try JSON.parse(family.json.pretty), path: "family")) == family)
        }
    }

    @Test(arguments: [
        ("bolt01/bigsize", 16, 10), ("bolt01/tlv-stream", 24, 41), ("bolt01/ints-points", 16, 18),
        ("bolt04/blinded-path-codec", 9, 14), ("bolt04/route-blinding", 10, 12),
        ("bolt04/route-blinding@ldk-0.2", 10, 12), ("bolt04/onion-message", 8, 18),
        ("bolt04/onion-message@ldk-0.2", 8, 18), ("bolt04/final-payload-rules", 12, 22),
        ("bolt04/final-payload-rules@ldk-0.2", 12, 22),
        ("bolt12/merkle", 16, 6),
        ("bolt12/static-invoice-sign", 6, 14), ("bolt12/static-invoice-read", 14, 46),
        ("bolt12/static-invoice-write", 8, 15),
        ("bolt12/offer-read", 12, 16), ("bolt12/offer-async", 5, 12), ("bolt12/offer-async@ldk-0.2", 5, 12),
        ("bolt04/route-blinding@bolts", 10, 12), ("bolt04/onion-message@bolts", 8, 18),
        ("bolt04/final-payload-rules@bolts", 12, 22), ("profiles/cross@bolts", 1, 11),
        ("bolt12/invreq-behalf", 8, 20), ("bolt12/static-invoice-read@ldk-0.2", 14, 46),
        ("bolt12/static-invoice-write@ldk-0.2", 8, 15), ("bolt12/invreq-behalf@ldk-0.2", 8, 20),
        ("blip66/offer-paths-request", 5, 13), ("blip66/offer-paths", 8, 20),
        ("blip66/serve-static-invoice", 6, 22), ("blip66/static-invoice-persisted", 2, 6),
        ("async/held-release", 4, 10), ("async/payment-payload", 6, 16),
        ("async/bolt2-tlvs", 4, 10), ("profiles/cross", 0, 18),
        ("salt/mask", 36, 8), ("salt/reply-path", 8, 14), ("salt/payloads", 9, 12), ("salt/offer-invoice", 5, 10),
        ("blip66/offer-paths-request@ldk-0.2", 5, 13), ("blip66/offer-paths@ldk-0.2", 8, 20),
        ("blip66/serve-static-invoice@ldk-0.2", 6, 22), ("blip66/static-invoice-persisted@ldk-0.2", 2, 6),
        ("async/held-release@ldk-0.2", 4, 10), ("async/payment-payload@ldk-0.2", 6, 16),
        ("async/bolt2-tlvs@ldk-0.2", 4, 10), ("profiles/cross@ldk-0.2", 0, 18),
    ])
    func aFamilyHasAtLeastTheCasesThatItShould(_ name: String, _ accepted: Int, _ rejected: Int) throws {
        let family = try #require(try ProjectData.families().first { $0.name == name })
        #expect(family.cases.filter { !$0.isNegative }.count >= accepted)
        #expect(family.cases.filter(\.isNegative).count >= rejected)
    }

    @Test func everyFamilyHasItsPage() throws {
        for family in try ProjectData.families() {
            let page = family.name.split(separator: "@")[0]
            #expect(Files.exists("\(Project.root)/Vectors/\(page).md"), "\(page).md is missing")
        }
    }

    @Test func everyCaseIsMadeInAFileOfItsFamiliesModule() throws {
        let made = try Self.made.get()
        for testCase in made.families.flatMap(\.cases) {
            let source = try #require(made.sources[testCase.id])
            #expect(source.file.contains("Families/"), "\(testCase.id) is made at \(source)")
            #expect(Files.exists("\(Project.root)/\(source.file)"), "\(source.file) is not there")
        }
    }
}
