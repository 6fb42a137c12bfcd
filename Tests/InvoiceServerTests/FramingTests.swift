import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import TestSupport
import Wire

/// A body in the frame of one profile, at the reader of the other.
@Suite struct FramingTests {
    private static let generator = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    /// One hop; every point is the generator.
    private static let path = "\(generator)\(generator)01\(generator)0000"

    /// A stream of each message, as bLIP-66 lays it out. The invoice is a signature record alone: enough to be read.
    static let streams: [(message: String, stream: String)] = [
        ("offer_paths_request", "00020001"),
        ("offer_paths", "0066\(path)020800000000ffffffff"),
        ("serve_static_invoice", "0042f040\(String(repeating: "01", count: 64))0266\(path)"),
        ("static_invoice_persisted", ""),
        ("held_htlc_available", ""),
        ("release_held_htlc", ""),
    ]

    private func read(_ body: [UInt8], _ message: String, _ profile: Profile) throws -> Message {
        let form = try #require(MessageForm.named(message, profile))
        var validation = Validation(.strict)
        return try Message.read(body[...], form, profile, &validation)
    }

    @Test(arguments: streams)
    func eachProfileReadsItsOwnFrameAndRejectsTheOther(_ message: String, _ stream: String) throws {
        let stream = try Hex.decode(stream)
        let (draft, ldk) = (try TestProfile.draft(), try TestProfile.ldkWithoutSignatures())
        let prefixed = BigSize.encode(UInt64(stream.count)) + stream
        #expect(try read(stream, message, draft).decoded.bytes == stream)
        #expect(try read(prefixed, message, ldk).decoded.bytes == stream)
        for (body, profile) in [(prefixed, draft), (stream, ldk)] {
            let finding = #expect(throws: Finding.self) { try read(body, message, profile) }
            #expect(finding?.requirement == MessageForm.named(message, profile)?.framedBy)
        }
    }

    @Test(arguments: streams)
    func whatFollowsTheAnnouncedStreamIsNotRead(_ message: String, _ stream: String) throws {
        let stream = try Hex.decode(stream)
        let body = BigSize.encode(UInt64(stream.count)) + stream + [0xff, 0xff]
        #expect(try read(body, message, TestProfile.ldkWithoutSignatures()).decoded.bytes == stream)
    }

    @Test func aMessageWithoutContentsIsWrittenAsNothingOrAsAnEmptyStream() throws {
        for (profile, wanted) in [(try TestProfile.draft(), [UInt8]()), (try TestProfile.ldk(), [0])] {
            for name in ["static_invoice_persisted", "held_htlc_available", "release_held_htlc"] {
                let form = try #require(MessageForm.named(name, profile))
                var validation = Validation(.strict)
                #expect(try form.body(TLVStream(sorting: []), profile, &validation) == wanted)
                let more = TLVStream(sorting: [TLVRecord(type: 1, value: [])])
                #expect(throws: Finding.self) { try form.body(more, profile, &validation) }
            }
        }
    }

    @Test func aNameThatIsNoMessageHasNoForm() throws {
        #expect(MessageForm.named("offer_path", try TestProfile.draft()) == nil)
    }

    @Test func theNumbersAreTheProfiles() throws {
        let draft = MessageForm.all(try TestProfile.draft()).map(\.type)
        let ldk = MessageForm.all(try TestProfile.ldk()).map(\.type)
        #expect(draft == [65_540, 65_542, 65_544, 65_546, 72, 74, 128, 133])
        #expect(ldk == [75_540, 75_542, 75_544, 75_546, 72, 74, 128, 133])
    }
}
