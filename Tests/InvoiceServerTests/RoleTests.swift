import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import Wire

/// The machines alone: what they authenticate, and that a mutant is one change away.
struct RoleTests {
    private let profile: Profile
    private let key: SecretKey
    private let paths: OwnPaths
    private let builder: MessageBuilder
    private let now: UInt64 = 1_700_000_000
    /// A path of somebody else, to answer over.
    private let reply_path: BlindedPath

    init() throws {
        profile = try TestProfile.draft()
        key = try SecretKey(Bytes32(repeating: 1))
        paths = OwnPaths(node_key: key, profile)
        builder = MessageBuilder(profile)
        let other = OwnPaths(node_key: try SecretKey(Bytes32(repeating: 2)), profile)
        reply_path = try other.messagePath(PathContext(.invoiceReply), session_key: SecretKey(Bytes32(repeating: 3)))
    }

    private func configuration(_ change: (inout PartyConfiguration) -> Void = { _ in }) throws -> PartyConfiguration {
        let channel = Channel(
            peer: try SecretKey(Bytes32(repeating: 2)).publicKey,
            scid: 7,
            fee_base_msat: 1,
            fee_proportional_millionths: 1,
            cltv_expiry_delta: 40,
            htlc_minimum_msat: 1,
            htlc_maximum_msat: 1_000_000
        )
        var configuration = PartyConfiguration(
            profile: profile,
            node_key: key,
            channels: [channel],
            randomness: SeededRandomness(seed: "roles")
        )
        change(&configuration)
        return configuration
    }

    private func message(
        _ content: TLVRecord,
        _ context: PathContext?,
        reply: Bool = true
    ) -> PartyEvent {
        let bytes = context?.sealed(with: paths.contextKey)
        return .message(ReceivedMessage(context: bytes?[...], content: content, reply_path: reply ? reply_path : nil))
    }

    /// An invoice as a recipient makes it for these offer paths, with its offer.
    private func invoice(_ offer_paths: [BlindedPath], created_at: UInt64) throws -> (bytes: [UInt8], offer: Offer) {
        let signer = try SecretKey(Bytes32(repeating: 4))
        let offer = try OfferBuilder(offer_paths: offer_paths, offer_issuer_id: signer.publicKey).build()
        let payinfo = BlindedPayinfo(
            fee_base_msat: 0,
            fee_proportional_millionths: 0,
            cltv_expiry_delta: 18,
            htlc_minimum_msat: 1,
            htlc_maximum_msat: 1_000_000
        )
        let builder = StaticInvoiceBuilder(
            offer: offer,
            message_paths: [reply_path, reply_path],
            payment_paths: [.init(path: reply_path, payinfo: payinfo)],
            created_at: created_at,
            profile: profile
        )
        var validation = Validation(.strict)
        return (try builder.build(key: signer, &validation).bytes, offer)
    }

    /// What a server made of a request: the paths for an offer, and the one for its invoice.
    private func offerPaths(_ server: inout Server, slot: UInt16 = 0) throws -> (
        offer: BlindedPath, update: BlindedPath
    ) {
        let request = builder.offer_paths_request(invoice_slot: slot)
        let sent = server.handle(message(request, PathContext(.clientRequest, client: "rita")), at: now).sends
        var validation = Validation(.strict)
        let read = try Message.read(.offerPaths, try #require(sent.first).content, profile, &validation)
        return (try #require(read?.offer_paths?.first), try #require(sent.first?.reply_path))
    }

    private func serveStaticInvoice(_ bytes: [UInt8]) -> TLVRecord {
        builder.serve_static_invoice(bytes, forward_invoice_request_path: reply_path)
    }

    private func arrived(over path: BlindedPath, _ content: TLVRecord) -> PartyEvent {
        .message(ReceivedMessage(context: paths.context(of: path), content: content, reply_path: reply_path))
    }

    // MARK: Authentication

    /// Each message over a path for each purpose, and over none: it is heard over one alone.
    @Test func aServerHearsEachMessageOverPathsForItAlone() throws {
        var server = Server(try configuration())
        let (offerPath, _) = try offerPaths(&server)
        let (bytes, _) = try invoice([offerPath], created_at: now)
        let heard: [(TLVRecord, PathContext.Purpose)] = [
            (builder.offer_paths_request(invoice_slot: 0), .clientRequest), (serveStaticInvoice(bytes), .invoiceUpdate),
        ]
        for (content, rightful) in heard {
            for purpose in PathContext.Purpose.allCases {
                let effects = server.handle(message(content, PathContext(purpose, client: "rita")), at: now)
                #expect(effects.isSilent == (purpose != rightful), "\(content.type) over \(purpose)")
            }
            #expect(server.handle(message(content, nil), at: now).isSilent)
        }
    }

    @Test func aRecipientHearsEachMessageOverPathsForItAlone() throws {
        let heard: [(TLVRecord, PathContext.Purpose)] = [
            (builder.offer_paths([reply_path]), .offerPathsReply), (builder.held_htlc_available(), .heldMessage),
        ]
        for (content, rightful) in heard {
            for purpose in PathContext.Purpose.allCases {
                var recipient = Recipient(try configuration())
                let effects = recipient.handle(message(content, PathContext(purpose)), at: now)
                #expect(effects.isSilent == (purpose != rightful), "\(content.type) over \(purpose)")
                #expect(recipient.handle(message(content, nil), at: now).isSilent)
            }
        }
    }

    @Test func aMessageForSomebodyElsesRoleIsPassedOver() throws {
        var server = Server(try configuration())
        var recipient = Recipient(try configuration())
        for content in [
            builder.static_invoice_persisted(), builder.offer_paths([reply_path]), builder.release_held_htlc(),
        ] {
            #expect(server.handle(message(content, PathContext(.clientRequest)), at: now).rejections == ["B66-D9"])
        }
        for content in [builder.offer_paths_request(invoice_slot: 0), builder.static_invoice([1])] {
            #expect(recipient.handle(message(content, PathContext(.forward)), at: now).rejections == ["B66-D9"])
        }
    }

    @Test func messagesThatNeedAReplyPathAreNothingWithoutOne() throws {
        var server = Server(try configuration())
        var recipient = Recipient(try configuration())
        let (offerPath, _) = try offerPaths(&server)
        let (bytes, _) = try invoice([offerPath], created_at: now)
        let request = message(builder.offer_paths_request(invoice_slot: 0), PathContext(.clientRequest), reply: false)
        #expect(server.handle(request, at: now).rejections == ["B66-OPR-S1"])
        let served = message(serveStaticInvoice(bytes), PathContext(.invoiceUpdate), reply: false)
        #expect(server.handle(served, at: now).rejections == ["B66-SSI-S3"])
        let offered = message(builder.offer_paths([reply_path]), PathContext(.offerPathsReply), reply: false)
        #expect(recipient.handle(offered, at: now).rejections == ["B66-OP-S3"])
        let held = message(builder.held_htlc_available(), PathContext(.heldMessage), reply: false)
        #expect(recipient.handle(held, at: now).rejections == ["ASY-S1"])
    }

    // MARK: Invoices

    @Test func whatNoPayerCouldUseIsNotStored() throws {
        var server = Server(try configuration())
        let (offerPath, updatePath) = try offerPaths(&server)
        let (good, _) = try invoice([offerPath], created_at: now)
        let (expired, _) = try invoice([offerPath], created_at: now - 1_209_601)
        var unsigned = good
        unsigned[unsigned.count - 1] ^= 1
        for (bytes, requirement) in [(expired, "B12-SI-R6"), (unsigned, "B12-SI-R13")] as [([UInt8], RequirementID)] {
            #expect(
                server.handle(arrived(over: updatePath, serveStaticInvoice(bytes)), at: now).rejections == [requirement]
            )
        }
        #expect(server.handle(arrived(over: updatePath, serveStaticInvoice(good)), at: now).puts.count == 1)
    }

    /// The message that the server stores is the invoice with its path, in one record.
    @Test func aServerThatStartsAgainServesWhatWasStoredByteForByte() throws {
        var server = Server(try configuration())
        let (offerPath, updatePath) = try offerPaths(&server)
        let (bytes, offer) = try invoice([offerPath], created_at: now)
        let put = try #require(server.handle(arrived(over: updatePath, serveStaticInvoice(bytes)), at: now).puts.first)
        #expect(put.records.count == 1)
        let request = InvoiceRequestBuilder(offer, invreq_metadata: [UInt8](repeating: 1, count: 16), invreq_amount: 5)
            .build(payer_key: key)
        #expect(server.handle(arrived(over: offerPath, builder.invoice_request(request)), at: now).isSilent)
        let record = try #require(put.records.first)
        server = Server(
            try configuration { $0.store = [record.key: record.value ?? [], "noise": [1], "invoice/zz/1": []] }
        )
        let effects = server.handle(arrived(over: offerPath, builder.invoice_request(request)), at: now)
        #expect(effects.sends.map(\.content) == [builder.static_invoice(bytes), builder.invoice_request(request)])
        #expect(effects.sends.map(\.reply_path) == [nil, reply_path])
    }

    /// A slot that was given another offer no longer answers for the first (C-13).
    @Test func anOldOfferOfAReplacedInvoiceIsNotAnswered() throws {
        var server = Server(try configuration())
        let first = try offerPaths(&server)
        let second = try offerPaths(&server)
        var offers: [Offer] = []
        for path in [first, second] {
            let (bytes, offer) = try invoice([path.offer], created_at: now)
            offers.append(offer)
            let put = try #require(
                server.handle(arrived(over: path.update, serveStaticInvoice(bytes)), at: now).puts.first
            )
            #expect(server.handle(.stored(put: put.put, .ok), at: now).sends.count == 1)
        }
        for (path, offer, answers) in [(first, offers[0], 0), (second, offers[1], 2)] {
            let request = InvoiceRequestBuilder(
                offer,
                invreq_metadata: [UInt8](repeating: 1, count: 16),
                invreq_amount: 5
            )
            .build(payer_key: key)
            let effects = server.handle(arrived(over: path.offer, builder.invoice_request(request)), at: now)
            #expect(effects.sends.count == answers)
        }
    }

    @Test func onlyTheFirstAnswerForASlotCounts() throws {
        var recipient = Recipient(try configuration())
        let offered = message(builder.offer_paths([reply_path]), PathContext(.offerPathsReply))
        let put = try #require(recipient.handle(offered, at: now).puts.first)
        #expect(recipient.handle(offered, at: now).rejections == ["B66-OP-R3"])
        #expect(recipient.handle(.stored(put: put.put, .ok), at: now).sends.count == 1)
        #expect(recipient.handle(offered, at: now).rejections == ["B66-OP-R3"])
        // Nothing is asked for again, and a slot that the recipient does not keep is not wanted.
        let other = message(builder.offer_paths([reply_path]), PathContext(.offerPathsReply, slot: 1))
        #expect(recipient.handle(other, at: now).rejections == ["B66-OP-R3"])
    }

    @Test func anOfferThatCouldNotBeStoredIsAskedForAgain() throws {
        var recipient = Recipient(try configuration())
        let offered = message(builder.offer_paths([reply_path]), PathContext(.offerPathsReply))
        let put = try #require(recipient.handle(offered, at: now).puts.first)
        #expect(recipient.handle(.stored(put: put.put, .error), at: now).isSilent)
        #expect(recipient.handle(offered, at: now).puts.count == 1)
    }

    @Test func withoutAChannelThereIsNoInvoiceUntilOneOpens() throws {
        var recipient = Recipient(try configuration { $0.channels = [] })
        let offered = message(builder.offer_paths([reply_path]), PathContext(.offerPathsReply))
        let put = try #require(recipient.handle(offered, at: now).puts.first)
        #expect(recipient.handle(.stored(put: put.put, .ok), at: now).rejections == ["B12-SI-W10"])
        let channel = try #require(try configuration().channels.first)
        #expect(recipient.handle(.channelOpened(channel), at: now).sends.count == 1)
        #expect(recipient.handle(.channelClosed(channel), at: now).sends.isEmpty)
    }

    // MARK: Wrong variants

    @Test func aServerWithoutARuleOfAuthenticationBelievesEverything() throws {
        var server = Server(try configuration())
        server.checks.requestPath = server.checks.requestPath.without("B66-OPR-R1")
        let request = builder.offer_paths_request(invoice_slot: 0)
        #expect(server.handle(message(request, PathContext(.offer, client: "rita")), at: now).sends.count == 1)
        let forged = PathContext(.clientRequest, client: "eve").sealed(
            with: PathContextKey(node_key: try SecretKey(Bytes32(repeating: 9)))
        )
        let arrived = ReceivedMessage(context: forged[...], content: request, reply_path: reply_path)
        #expect(server.handle(.message(arrived), at: now).sends.count == 1)
        var right = Server(try configuration())
        #expect(right.handle(.message(arrived), at: now).isSilent)
    }

    @Test func aHastyServerAcknowledgesBeforeItIsStored() throws {
        var server = Server(try configuration())
        server.policy.acknowledges = { $0 == nil }
        let (offerPath, updatePath) = try offerPaths(&server)
        let (bytes, _) = try invoice([offerPath], created_at: now)
        #expect(server.handle(arrived(over: updatePath, serveStaticInvoice(bytes)), at: now).sends.count == 1)
    }

    @Test func aConfusedServerKeepsOneInvoiceForAllSlots() throws {
        var server = Server(try configuration())
        server.policy.slot = { ClientSlot(client: $0.client, slot: 0) }
        let (_, updatePath) = try offerPaths(&server, slot: 3)
        let (bytes, _) = try invoice([reply_path], created_at: now)
        let put = server.handle(arrived(over: updatePath, serveStaticInvoice(bytes)), at: now).puts.first
        #expect(put?.records.first?.key.hasSuffix("/0") == true)
    }

    @Test func aCarelessRecipientGivesOutWhatIsPending() throws {
        var recipient = Recipient(try configuration())
        let offered = message(builder.offer_paths([reply_path]), PathContext(.offerPathsReply))
        let put = try #require(recipient.handle(offered, at: now).puts.first)
        _ = recipient.handle(.stored(put: put.put, .ok), at: now)
        #expect(recipient.handle(.command(.getOffer), at: now).answers == [.offer(nil)])
        recipient.policy.isShown = { _ in true }
        #expect(recipient.handle(.command(.getOffer), at: now).answers != [.offer(nil)])
    }
}

extension [PartyEffect] {
    fileprivate var sends: [SentMessage] {
        compactMap { effect in
            if case .send(let message) = effect { return message }
            return nil
        }
    }

    fileprivate var puts: [StorePut] {
        compactMap { effect in
            if case .put(let put) = effect { return put }
            return nil
        }
    }

    fileprivate var answers: [PartyAnswer] {
        compactMap { effect in
            if case .answer(let answer) = effect { return answer }
            return nil
        }
    }

    /// Which rules had messages passed over.
    fileprivate var rejections: [RequirementID] {
        compactMap { effect in
            if case .ignored(let finding) = effect { return finding.requirement }
            return nil
        }
    }

    /// Nothing is done that anybody could see.
    fileprivate var isSilent: Bool { count == rejections.count }
}
