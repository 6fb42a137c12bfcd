internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import VectorKit
internal import Wire

/// A server's whole work on a payer's request: the onion comes in, the invoice goes out.
extension Benchmarks {
    /// The floor is that of its three parts: the layer is opened, the request verified, the answer's onion made.
    func serverRound() throws -> Benchmark {
        let round = try Round(self)
        return Benchmark(
            "server round, request to invoice",
            nil,
            operation: Work({ try round.answer() }, as: { $0.map { $0.to.bytes } ?? [] }),
            floor: Work({ round.floor() }, as: { $0 ? round.payer.publicKey.bytes : [] })
        )
    }

    private final class Round {
        private let server: Server
        private let transport: MessageTransport
        private let path_key: [UInt8]
        private let packet: [UInt8]
        let payer = Fixtures.key("payer at the server")
        private let peelFloor: PeelFloor
        private let requestFloor: Bolt12Floor
        private let answerFloor: OnionFloor

        init(_ bench: Benchmarks) throws {
            let profile = bench.profile
            let key = Fixtures.key("server")
            let paths = OwnPaths(node_key: key, profile)
            let context = PathContext(.offer, client: "client", slot: 0, discriminator: [UInt8](repeating: 7, count: 8))
            let offerPath = try paths.messagePath(context, session_key: Fixtures.key("offer path"))
            let offer_paths = FieldFormat.list(.blinded_path).encode(.list([offerPath.value])) ?? []
            let invoice = bench.invoice.with(16, offer_paths)
            let request = RequestFixture(invoice)
            let builder = MessageBuilder(profile)
            let serve = builder.serve_static_invoice(
                invoice.bytes,
                forward_invoice_request_path: Fixtures.path("nobody's")
            )
            // The store holds the message with the invoice, as the server wrote it.
            var writer = Server(
                PartyConfiguration(
                    profile: profile,
                    node_key: key,
                    peers: [payer.publicKey],
                    randomness: SeededRandomness(seed: "server")
                )
            )
            let update = PathContext(.invoiceUpdate, client: "client", slot: 0).sealed(with: paths.contextKey)
            let reply = try OwnPaths(node_key: payer, profile).messagePath(
                PathContext(.invoiceReply),
                session_key: Fixtures.key("reply path")
            )
            let effects = writer.handle(
                .message(ReceivedMessage(context: update[...], content: serve, reply_path: reply)),
                at: Fixtures.createdAt
            )
            for case .put(let put) in effects { _ = writer.handle(.stored(put: put.put, .ok), at: Fixtures.createdAt) }
            server = writer
            transport = MessageTransport(paths, randomness: SeededRandomness(seed: "transport"))

            let incoming = MessageOverPath(
                path: offerPath,
                payload: SentMessage(builder.invoice_request(request.bytes), over: offerPath, reply_path: reply)
                    .onionmsg_tlv
            )
            let sent = try incoming.send(
                session_key: Fixtures.key("session key"),
                path_session_key: Fixtures.key("path session key"),
                profile
            )
            path_key = Array(sent.path_key)
            packet = sent.onion.packet.bytes

            peelFloor = PeelFloor(node_key: key.bytes.bytes, path_key: path_key, packet: packet)
            requestFloor = try bench.floor(request.bytes, .invoice_request, InvoiceRequest.messagename, signer: 88)
            let answer = SentMessage(builder.static_invoice(invoice.bytes), over: reply)
            let hop = reply.hops[0]
            let data = TLVRecord(type: 4, value: hop.encrypted_recipient_data)
            let payload = TLVStream(sorting: answer.onionmsg_tlv.records + [data]).bytes
            let hop_payload = BigSize.encode(UInt64(payload.count)) + payload
            let room = OnionMessage.usualPacketSizes.map { $0 - OnionPacket.overhead }
            answerFloor = OnionFloor(
                session_key: Fixtures.key("session key").bytes.bytes,
                hops: [(Array(hop.blinded_node_id), hop_payload)],
                payloadsSize: room.first { $0 >= hop_payload.count + 32 } ?? 0
            )
        }

        /// The answer, and to whom it goes.
        func answer() throws -> (to: PublicKey, message: OnionMessage)? {
            var (server, transport) = (server, transport)
            guard case .message(let message) = try transport.open(path_key: path_key, packet: packet) else {
                return nil
            }
            for case .send(let sent) in server.handle(.message(message), at: Fixtures.createdAt) {
                return try transport.packet(sent, server.peerTable)
            }
            return nil
        }

        func floor() -> Bool { peelFloor.peel() && requestFloor.verify() && answerFloor.create() }
    }
}
