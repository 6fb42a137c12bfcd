import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import Wire

/// What the builders make keeps the rules for its writers.
struct BuilderTests {
    private static let profiles = ["blip66-draft", "ldk-0.2", "ldk-0.3"]

    private func path(_ profile: Profile) throws -> BlindedPath {
        try OwnPaths(node_key: SecretKey(Bytes32(repeating: 2)), profile)
            .messagePath(PathContext(.offer, client: "rita", slot: 1), session_key: SecretKey(Bytes32(repeating: 3)))
    }

    private func offer(_ profile: Profile, _ change: (inout OfferBuilder) -> Void = { _ in }) throws -> Offer {
        let issuer = try SecretKey(Bytes32(repeating: 4))
        var builder = OfferBuilder(
            offer_paths: [try path(profile)],
            offer_issuer_id: issuer.publicKey,
            offer_absolute_expiry: 1_800_000_000
        )
        change(&builder)
        return try builder.build()
    }

    @Test(arguments: profiles)
    func everyMessageIsWrittenInTheProfilesForm(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let builder = MessageBuilder(profile)
        let contents: [(Profile.Message, TLVRecord)] = [
            (.offerPathsRequest, builder.offer_paths_request(invoice_slot: 258)),
            (.offerPaths, builder.offer_paths([try path(profile)], paths_absolute_expiry: 5)),
            (.staticInvoicePersisted, builder.static_invoice_persisted()),
            (.heldHTLCAvailable, builder.held_htlc_available()), (.releaseHeldHTLC, builder.release_held_htlc()),
        ]
        for (message, content) in contents {
            var validation = Validation(.strict)
            let read = try #require(try Message.read(message, content, profile, &validation))
            try validation.apply(read.form.writerChecks, to: read)
            let body = try read.form.body(read.decoded.stream, profile, &validation)
            #expect(body[...] == content.value)
            #expect(try Message.read(.serveStaticInvoice, content, profile, &validation) == nil)
        }
        var validation = Validation(.strict)
        let request = try Message.read(.offerPathsRequest, contents[0].1, profile, &validation)
        #expect(request?.invoice_slot == 258)
        let answer = try Message.read(.offerPaths, contents[1].1, profile, &validation)
        #expect(answer?.offer_paths == [try path(profile)])
        #expect(answer?.paths_absolute_expiry == 5)
    }

    @Test(arguments: profiles)
    func anOfferKeepsItsWritersRules(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let plain = try offer(profile)
        let priced = try offer(profile) { builder in
            builder.offer_amount = 1000
            builder.offer_description = "tea"
            builder.chain = Chain.testnet
        }
        for offer in [plain, priced] {
            var validation = Validation(.collecting)
            let writing = OfferWriterOutput(offer: offer, text: offer.text, ends: 1_800_000_000)
            try validation.apply(OfferWriterChecks.all, to: writing)
            #expect(validation.findings.isEmpty)
            #expect(try Offer.read(text: offer.text, &validation) == offer)
        }
        #expect(priced.offer_chains == [Chain.testnet])
        #expect(plain.offer_chains == nil)
    }

    @Test(arguments: profiles)
    func aRequestKeepsItsWritersRules(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let unknown = TLVRecord(type: 1_000_000_001, value: [7])
        var plain = try offer(profile)
        plain = Offer(try TLVSchema.offer.decode(TLVStream(sorting: plain.decoded.stream.records + [unknown]).bytes))
        var builder = InvoiceRequestBuilder(plain, invreq_metadata: [UInt8](repeating: 8, count: 16), invreq_amount: 7)
        builder.invreq_payer_note = "for the tea"
        var validation = Validation(.collecting)
        let bytes = builder.build(payer_key: try SecretKey(Bytes32(repeating: 6)))
        let request = try InvoiceRequest.read(bytes[...], &validation)
        try validation.apply(
            InvoiceRequestWriterChecks.all,
            to: InvoiceRequestWriterOutput(request: request, offer: plain)
        )
        try validation.apply(
            InvoiceRequestReaderChecks.ofRequestAlone,
            to: InvoiceRequestReaderInput(alone: request, profile)
        )
        #expect(validation.findings.isEmpty)
    }

    @Test(arguments: profiles)
    func aPaymentKeepsItsWritersRules(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let payment = PaymentBuilder(
            preimage: [UInt8](repeating: 1, count: 32),
            invoice_request: [0, 1, 5],
            amount_msat: 1000,
            outgoing_cltv_value: 800_000,
            profile
        )
        let path = try path(profile)
        var validation = Validation(.collecting)
        let payload = payment.payload(over: path, path_key: path.lastPathKey([], profile))
        let writing = PaymentWriterOutput(
            payload: try PaymentPayload.read(payload[...], profile, &validation),
            payment_hash: payment.payment_hash,
            invoice_request: payment.invoice_request,
            invoice: .static
        )
        try validation.apply(PaymentWriterChecks.all, to: writing)
        #expect(validation.findings.isEmpty)
    }

    @Test func aPathIsReadFromItsEncoding() throws {
        let path = try path(TestProfile.draft())
        #expect(BlindedPath(encoding: path.encoding[...]) == path)
        #expect(BlindedPath(encoding: (path.encoding + [0])[...]) == nil)
        #expect(BlindedPath(encoding: []) == nil)
    }
}
