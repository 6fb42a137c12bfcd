import Lightning
import Rules
import Testing
import Wire

@Suite struct KnownMessagesTests {
    @Test func messagesThatTheProfileDoesNotKnowAreUnknownRecords() {
        var profile = TestProfile.draft
        #expect(TLVSchema.onionmsg(profile).records.map(\.type).contains(65_540))
        profile.onion_message_types.known = [.staticInvoice]
        #expect(TLVSchema.onionmsg(profile).records.map(\.type) == [2, 4, 64, 66, 68, 70])
    }
}
