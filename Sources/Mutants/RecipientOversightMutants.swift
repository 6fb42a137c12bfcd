internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// Recipients whose invoices look right, and cannot be used; and those that get the first time right.
extension MutantRegistry {
    static let recipientOversights: [Mutant] = paymentPaths + invoices + requests

    /// What a payment path says of the channel that it leads over.
    private static let paymentPaths: [Mutant] = [
        Mutant(
            "B12-SI-W10/over-channel-zero",
            .recipient.configured { $0.channels = $0.channels.map { $0.with(scid: 0) } }
        ),
        Mutant(
            "B12-SI-W10/no-delta-for-the-channel",
            .recipient.configured { $0.channels = $0.channels.map { $0.with(delta: 0) } }
        ),
        Mutant(
            "B12-SI-W11/more-than-the-channel-carries",
            .recipient.configured { configuration in
                configuration.channels = configuration.channels.map { channel in
                    var channel = channel
                    channel.htlc_maximum_msat *= 1000
                    return channel
                }
            }
        ),
        Mutant("RB-P2/up-to-height-zero", .recipient { $0.policy.max_cltv_expiry = 0 }),
        Mutant("RB-P4/no-delta-at-the-end", .recipient, onSend: .serve_static_invoice) { message, party in
            let payinfos = party.record(162, in: message)
            return party.changed(message, [162: withoutFinalDelta(payinfos)])
        },
    ]

    /// Entries of 28 bytes, whose features are empty: after two fees of four bytes each comes the delta.
    private static func withoutFinalDelta(_ payinfos: [UInt8]) -> [UInt8] {
        stride(from: 0, to: payinfos.count, by: 28).flatMap { start -> [UInt8] in
            var entry = Array(payinfos[start..<min(start + 28, payinfos.count)])
            guard entry.count == 28 else { return entry }
            let delta = UInt16(entry[8]) << 8 | UInt16(entry[9])
            let relays = delta - min(delta, UInt16(OwnPaths.min_final_cltv_expiry_delta))
            entry.replaceSubrange(8..<10, with: relays.bigEndianBytes)
            return entry
        }
    }

    private static let invoices: [Mutant] = [
        Mutant("B12-SI-W4/one-path-twice", .recipient, onSend: .serve_static_invoice) { message, party in
            let type = party.configuration.profile.static_invoice.message_paths_type
            var validation = Validation(.strict)
            let invoice = try? StaticInvoice.read(
                party.invoice(in: message.content)[...],
                party.configuration.profile,
                &validation
            )
            let path = invoice?.static_invoice_message_paths?.first?.encoding ?? []
            return party.changed(message, [type: path + path])
        },
        Mutant("B12-OFF-W7/ended-long-ago", .recipient) { effect, party in
            let end = TruncatedInteger.encode(1)
            if let message = party.message(.serve_static_invoice, in: effect) {
                return .send(party.changed(message, [14: end]))
            }
            guard case .answer(.offer(let text?)) = effect else { return effect }
            return .answer(.offer(Offer.text(text, with: TLVRecord(type: 14, value: end)) ?? text))
        },
        Mutant("B66-SIP-R3/ends-before-it-is-renewed", .recipient, onSend: .serve_static_invoice) { message, party in
            party.changed(message, [166: TruncatedInteger.encode(3600)])
        },
        // The renewed invoice comes with a path that is made for something else.
        Mutant("B66-SSI-S2/dead-after-a-renewal", .recipient, onSend: .serve_static_invoice) { message, party in
            guard party.sent(.serve_static_invoice).contains(where: { $0.message.over == message.over }),
                let dead = party.pathThroughPeer(.offerPathsReply)
            else { return message }
            return message.with(content: party.replacing(message.content, forward_path: dead))
        },
    ]

    /// A request that the server passes on is judged like any other.
    private static let requests: [Mutant] = [
        Mutant("B12-IRQ-7/forwarded-request-not-compared", .recipient { $0.checks.forwarded = [] }),
        Mutant(
            "B12-IRQ-5/forwarded-signature-not-checked",
            .recipient {
                $0.checks.invoiceRequest = $0.checks.invoiceRequest.without("B12-IRQ-5")
            }
        ),
        Mutant(
            "B12-IRQ-7/forwarded-after-the-end",
            .recipient {
                $0.checks.forwardPath = MutatedContextChecks.withoutEnd("RB-E5", .forward)
            }
        ),
    ]
}

extension Channel {
    fileprivate func with(scid: UInt64) -> Channel {
        var channel = self
        channel.scid = scid
        return channel
    }

    fileprivate func with(delta: UInt16) -> Channel {
        var channel = self
        channel.cltv_expiry_delta = delta
        return channel
    }
}

extension Offer {
    /// An offer with one record more, or another in its place.
    fileprivate static func text(_ text: String, with record: TLVRecord) -> String? {
        var validation = Validation(.collecting)
        guard let offer = try? Offer.read(text: text, &validation) else { return nil }
        let records = offer.decoded.stream.records.filter { $0.type != record.type } + [record]
        return (try? TLVSchema.offer.decode(TLVStream(sorting: records).bytes)).map { Offer($0).text }
    }
}

extension OriginalParty {
    /// The value of a record of the invoice that is handed over.
    fileprivate func record(_ type: UInt64, in message: SentMessage) -> [UInt8] {
        let stream = try? TLVStream.read(invoice(in: message.content)[...], known: .unspecified)
        return stream?[type].map(Array.init) ?? []
    }

    /// The hand-over with other values in the invoice, signed anew.
    fileprivate func changed(_ message: SentMessage, _ values: [UInt64: [UInt8]]) -> SentMessage {
        let invoice = invoice(in: message.content)
        let changed = issuerKey(signing: invoice).flatMap { key in
            signed(invoice, by: key) { records in
                records.filter { values[$0.type] == nil } + values.map { TLVRecord(type: $0.key, value: $0.value) }
            }
        }
        return message.with(content: replacing(message.content, static_invoice: changed))
    }

    /// A path of the party's own that begins where its paths begin.
    fileprivate mutating func pathThroughPeer(_ purpose: PathContext.Purpose) -> BlindedPath? {
        let through = configuration.pathsStartAtPeer ? Array(configuration.peers.prefix(1)) : []
        return try? paths.messagePath(PathContext(purpose), through: through, session_key: randomness.secretKey())
    }
}
