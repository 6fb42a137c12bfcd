import Lightning
import Primitives
import Rules
import StrictJSON
import Testing
import TestSupport
import Wire

/// Static invoices that LDK 0.2.5 made, and what it said of them.
@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "19 LDK invoices skipped: \(Upstream.howToGet)")))
struct LDKInvoiceTests {
    private func samples() throws -> [JSONReader] {
        let file = try Upstream.json("ldk-0.2.5-sample/static_invoices.json")
        let cases = try file.member("cases").elements()
        #expect(UInt64(cases.count) == (try file.member("count").number(atMost: 1000)))
        return cases
    }

    private func bytes(_ reader: JSONReader, _ key: String) throws -> [UInt8] {
        try Hex.decode(reader.member(key).string())
    }

    @Test func invoicesDecodeAndAreWrittenAgainByteForByte() throws {
        for sample in try samples() {
            let bytes = try bytes(sample, "invoice")
            let table = TLVSchema.static_invoice(TestProfile.ldk)
            let decoded = try table.decode(bytes)
            #expect(decoded.bytes == bytes)
            let records = try sample.member("records").elements()
            #expect(decoded.stream.records.count == records.count)
            for (record, wanted) in zip(decoded.stream.records, records) {
                #expect(record.type == (try wanted.member("type").number(atMost: .max)))
                #expect(Hex.encode(record.value) == (try wanted.member("value").string()))
                let known = try #require(table[record.type])
                let value = try #require(decoded[record.type])
                #expect(known.format.encode(value) == Array(record.value), "\(known.name)")
            }
        }
    }

    @Test func merkleRootsDigestsAndSignaturesAreLDKs() throws {
        for sample in try samples() {
            let stream = try TLVSchema.static_invoice(TestProfile.ldk).decode(try bytes(sample, "invoice")).stream
            let digest = try #require(Bolt12Signature.digest(stream, messagename: StaticInvoice.messagename))
            #expect(digest.root.hex == (try sample.member("merkle_root").string()))
            #expect(digest.digest.hex == (try sample.member("signature_hash").string()))
            let key = try SecretKey(try bytes(sample, "signing_privkey")).publicKey
            let signature = try #require(stream[240])
            #expect(Bolt12Signature.verify(signature, stream, messagename: StaticInvoice.messagename, by: key))
            #expect(!Bolt12Signature.verify(signature, stream, messagename: "invoice", by: key))
        }
    }

    @Test func fieldsReadAsLDKReadsThem() throws {
        for sample in try samples() {
            var validation = Validation(.strict)
            let invoice = try StaticInvoice.read(try bytes(sample, "invoice")[...], TestProfile.ldk, &validation)
            let fields = try sample.member("fields")
            #expect(invoice.invoice_created_at == (try fields.member("created_at").number(atMost: .max)))
            #expect(invoice.invoice_node_id?.hex == (try fields.member("signing_pubkey").string()))
            #expect(invoice.offer_issuer_id?.hex == (try fields.member("issuer_signing_pubkey").string()))
            #expect((invoice.offer_chains?.first ?? Chain.bitcoin).hex == (try fields.member("chain_hash").string()))
            #expect(invoice.offer_paths?.count == (try fields.member("offer_paths").elements().count))
            #expect(invoice.invoice_paths?.count == (try fields.member("payment_paths").elements().count))
            #expect(
                invoice.static_invoice_message_paths?.count == (try fields.member("message_paths").elements().count)
            )
            #expect(invoice.invoice_blindedpay?.count == invoice.invoice_paths?.count)
        }
    }

    @Test func theOfferInsideReadsAndWritesAsLDKsText() throws {
        for sample in try samples() {
            let text = try sample.member("offer").string()
            var validation = Validation(.strict)
            let offer = try Offer.read(text: text, &validation)
            #expect(offer.decoded.bytes == (try bytes(sample, "offer_tlv")))
            #expect(offer.text == text)
        }
    }

    @Test func theDraftsReaderRejectsLDKsNumberForMessagePaths() throws {
        for sample in try samples() {
            let bytes = try bytes(sample, "invoice")
            let error = #expect(throws: Finding.self) { try TLVSchema.static_invoice(TestProfile.draft).decode(bytes) }
            #expect(error?.requirement == "B1-TLV-6")
        }
    }
}
