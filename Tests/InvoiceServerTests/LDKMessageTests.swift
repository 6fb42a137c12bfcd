import InvoiceServer
import Lightning
import Primitives
import Rules
import StrictJSON
import Testing
import TestSupport

/// Messages that LDK 0.2.5 wrote, and what it said of others.
@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "8 LDK messages skipped: \(Upstream.howToGet)")))
struct LDKMessageTests {
    private struct Sample {
        let name: String
        let type: UInt64
        let value: [UInt8]
        /// As LDK named it; `nil` where LDK could not read it.
        let message: String?
        let fields: JSONReader
    }

    private func samples() throws -> [Sample] {
        let file = try Upstream.json("ldk-0.2.5-sample/messages.json")
        let cases = try file.member("cases").elements()
        #expect(UInt64(cases.count) == (try file.member("count").number(atMost: 1000)))
        return try cases.map { sample in
            let isRead = try sample.member("ldk_decode").string() == "ok"
            return Sample(
                name: try sample.member("name").string(),
                type: try sample.member("type").number(atMost: .max),
                value: try Hex.decode(sample.member("value").string()),
                message: isRead ? try sample.member("ldk_fields").member("message").string() : nil,
                fields: try sample.member("ldk_fields")
            )
        }
    }

    private func read(_ value: [UInt8], _ form: MessageForm, _ profile: Profile) throws(Finding) -> Message {
        var validation = Validation(.strict)
        return try Message.read(value[...], form, profile, &validation)
    }

    @Test func messagesDecodeAndAreWrittenAgainByteForByte() throws {
        let ldk = try TestProfile.ldk()
        for sample in try samples() {
            guard let name = sample.message else { continue }
            let form = try #require(MessageForm.named(name, ldk))
            #expect(form.type == sample.type, "\(sample.name)")
            let message = try read(sample.value, form, ldk)
            var validation = Validation(.strict)
            let written = try form.body(message.decoded.stream, ldk, &validation)
            #expect(written == sample.value, "\(sample.name)")
            for record in message.decoded.stream.records {
                let known = try #require(form.schema[record.type])
                let value = try #require(message.decoded[record.type])
                #expect(known.format.encode(value) == Array(record.value), "\(known.name)")
            }
        }
    }

    @Test func fieldsReadAsLDKReadsThem() throws {
        let ldk = try TestProfile.ldk()
        for sample in try samples() {
            guard let name = sample.message else { continue }
            let message = try read(sample.value, try #require(MessageForm.named(name, ldk)), ldk)
            switch name {
            case "offer_paths_request":
                #expect(message.decoded[0] == .integer(try sample.fields.member("invoice_slot").number(atMost: 65_535)))
            case "offer_paths":
                let paths = try sample.fields.member("paths").elements()
                guard case .list(let values)? = message.decoded[0] else {
                    Issue.record("there are no paths")
                    continue
                }
                #expect(values.count == paths.count)
                for (value, wanted) in zip(values, paths) { try expect(BlindedPath(value), isAs: wanted) }
                let expiry = try sample.fields.member("paths_absolute_expiry").number(atMost: .max)
                #expect(message.decoded[2] == .integer(expiry))
            case "serve_static_invoice":
                let invoice = try Hex.decode(try sample.fields.member("invoice").string())
                #expect(message.decoded[0] == .bytes(invoice[...]))
                let path = try sample.fields.member("forward_invoice_request_path")
                try expect(BlindedPath(message.decoded[2]), isAs: path)
            default:
                #expect(message.decoded.stream.records.isEmpty, "\(sample.name)")
            }
        }
    }

    private func expect(_ path: BlindedPath?, isAs wanted: JSONReader) throws {
        let path = try #require(path)
        #expect(Hex.encode(path.introduction.bytes) == (try wanted.member("first_node_id").string()))
        #expect(Hex.encode(path.path_key) == (try wanted.member("first_path_key").string()))
        let hops = try wanted.member("hops").elements()
        #expect(path.hops.count == hops.count)
        for (hop, wanted) in zip(path.hops, hops) {
            #expect(Hex.encode(hop.blinded_node_id) == (try wanted.member("blinded_node_id").string()))
            let data = try wanted.member("encrypted_recipient_data").string()
            #expect(Hex.encode(hop.encrypted_recipient_data) == data)
        }
    }

    @Test func theDraftRejectsEachBodyThatLDKWrote() throws {
        let draft = try TestProfile.draft()
        for sample in try samples() {
            guard let name = sample.message else { continue }
            let form = try #require(MessageForm.named(name, draft))
            let finding = #expect(throws: Finding.self, "\(sample.name)") { try read(sample.value, form, draft) }
            #expect(finding?.requirement == form.framedBy, "\(sample.name)")
            #expect(form.type != sample.type || (72...74).contains(sample.type), "\(sample.name)")
        }
    }

    @Test func underLDKsProfileABodyWithoutALengthIsRejectedAsLDKRejectsIt() throws {
        let ldk = try TestProfile.ldk()
        let form = try #require(MessageForm.named("offer_paths_request", ldk))
        let rejected = try samples().filter { $0.message == nil }
        #expect(rejected.count == 2)
        for sample in rejected {
            #expect(throws: Finding.self, "\(sample.name)") { try read(sample.value, form, ldk) }
        }
    }
}
