import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import Wire

/// What the builders make keeps the rules for its writers.
struct MakingTests {
    private static let profiles = ["blip66-draft", "ldk-0.2", "ldk-0.3"]

    private func path(_ profile: Profile) throws -> BlindedPath {
        try OwnPaths(node_key: SecretKey(Bytes32(repeating: 2)), profile)
            .messagePath(PathContext(.offer, client: "rita", slot: 1), session_key: SecretKey(Bytes32(repeating: 3)))
    }

    private func offer(_ profile: Profile, _ change: (inout OfferPlan) -> Void = { _ in }) throws -> Offer {
        let issuer = try SecretKey(Bytes32(repeating: 4))
        var plan = OfferPlan(
            offer_paths: [try path(profile)],
            offer_issuer_id: issuer.publicKey,
            offer_absolute_expiry: 1_800_000_000
        )
        change(&plan)
        return try plan.build()
    }

    @Test(arguments: profiles)
    func everyMessageIsWrittenInTheProfilesForm(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let making = MessageMaking(profile)
        let contents: [(Profile.Message, TLVRecord)] = [
            (.offerPathsRequest, making.offer_paths_request(invoice_slot: 258)),
            (.offerPaths, making.offer_paths([try path(profile)], paths_absolute_expiry: 5)),
            (.staticInvoicePersisted, making.static_invoice_persisted()),
            (.heldHTLCAvailable, making.held_htlc_available()), (.releaseHeldHTLC, making.release_held_htlc()),
        ]
        for (message, content) in contents {
            var examination = Examination(.strict)
            let read = try #require(try Message.read(message, content, profile, &examination))
            try examination.apply(read.form.writerChecks, to: read)
            let body = try read.form.body(read.decoded.stream, profile, &examination)
            #expect(body[...] == content.value)
            #expect(try Message.read(.serveStaticInvoice, content, profile, &examination) == nil)
        }
        var examination = Examination(.strict)
        let request = try Message.read(.offerPathsRequest, contents[0].1, profile, &examination)
        #expect(request?.invoice_slot == 258)
        let answer = try Message.read(.offerPaths, contents[1].1, profile, &examination)
        #expect(answer?.offer_paths == [try path(profile)])
        #expect(answer?.paths_absolute_expiry == 5)
    }

    @Test(arguments: profiles)
    func anOfferKeepsItsWritersRules(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let plain = try offer(profile)
        let priced = try offer(profile) { plan in
            plan.offer_amount = 1000
            plan.offer_description = "tea"
            plan.chain = Chain.testnet
        }
        for offer in [plain, priced] {
            var examination = Examination(.complete)
            let writing = OfferWriting(offer: offer, text: offer.text, ends: 1_800_000_000)
            try examination.apply(OfferWriterChecks.all, to: writing)
            #expect(examination.findings.isEmpty)
            #expect(try Offer.read(text: offer.text, &examination) == offer)
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
        var plan = InvoiceRequestPlan(plain, invreq_metadata: [UInt8](repeating: 8, count: 16), invreq_amount: 7)
        plan.invreq_payer_note = "for the tea"
        var examination = Examination(.complete)
        let bytes = plan.build(payer_key: try SecretKey(Bytes32(repeating: 6)))
        let request = try InvoiceRequest.read(bytes[...], &examination)
        try examination.apply(InvoiceRequestWriterChecks.all, to: InvoiceRequestWriting(request: request, offer: plain))
        try examination.apply(
            InvoiceRequestReaderChecks.ofRequestAlone,
            to: InvoiceRequestReading(alone: request, profile)
        )
        #expect(examination.findings.isEmpty)
    }

    @Test(arguments: profiles)
    func aPaymentKeepsItsWritersRules(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let payment = PaymentPlan(
            preimage: [UInt8](repeating: 1, count: 32),
            invoice_request: [0, 1, 5],
            amount_msat: 1000,
            outgoing_cltv_value: 800_000,
            profile
        )
        let path = try path(profile)
        var examination = Examination(.complete)
        let payload = payment.payload(over: path, path_key: path.lastPathKey([], profile))
        let writing = PaymentWriting(
            payload: try PaymentPayload.read(payload[...], profile, &examination),
            payment_hash: payment.payment_hash,
            invoice_request: payment.invoice_request,
            invoice: .static
        )
        try examination.apply(PaymentWriterChecks.all, to: writing)
        #expect(examination.findings.isEmpty)
    }

    @Test func aPathIsReadFromItsEncoding() throws {
        let path = try path(TestProfile.draft())
        #expect(BlindedPath(encoding: path.encoding[...]) == path)
        #expect(BlindedPath(encoding: (path.encoding + [0])[...]) == nil)
        #expect(BlindedPath(encoding: []) == nil)
    }
}
