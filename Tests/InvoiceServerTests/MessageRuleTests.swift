import InvoiceServer
import Lightning
import Rules
import Testing

/// Rules that no request can carry.
@Suite struct MessageRuleTests {
    @Test(arguments: [
        ([], true), ([52, 38], true), ([53, 39], true), ([53], false), ([52], false), ([53, 37], false), ([51], true),
    ])
    func whoAnnouncesHoldingAnnouncesOnionMessages(_ bits: [Int], _ isFine: Bool) throws {
        var bitmap = [UInt8](repeating: 0, count: 8)
        for bit in bits { bitmap[7 - bit / 8] |= 1 << (bit % 8) }
        var validation = Validation(.collecting)
        let announced = AnnouncedFeatures(FeatureBits(bitmap[...]), try TestProfile.draft())
        try validation.apply(AnnouncedFeatures.checks, to: announced)
        #expect(validation.findings.map(\.requirement) == (isFine ? [] : ["ASY-D5"]))
    }

    @Test func everyCheckOfAMessageNamesARequirementOfItsDocuments() throws {
        for profile in [try TestProfile.draft(), try TestProfile.ldk()] {
            for form in MessageForm.all(profile) {
                for id in (form.readerChecks + form.writerChecks).map(\.id) + [form.definedBy, form.numberedBy] {
                    #expect(id.rawValue.hasPrefix("B66-") || id.rawValue.hasPrefix("ASY-"), "\(form.name): \(id)")
                }
            }
        }
    }
}
