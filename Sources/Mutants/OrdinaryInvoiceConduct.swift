internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Wire

/// Payers of static invoices that get an ordinary one (record 66), with a payment hash: they may pay it, in the place of the static one.
extension LawfulConduct {
    static let ofOrdinaryInvoices: [LawfulConduct] = [
        LawfulConduct(
            "pays-ordinary-invoices",
            "pays an ordinary invoice too, in the place of the static one",
            .payingOrdinaryInvoices(OrdinaryPayments())
        )
    ]
}

extension MutantBase {
    fileprivate static func payingOrdinaryInvoices(_ memory: OrdinaryPayments) -> MutantBase {
        MutantBase(role: "payer") { configuration in
            let kept = MutantMemory(memory)
            return MutantParty(AsyncPayer(configuration), configuration) { event, party in
                if case .stored(let put, .ok) = event, let htlc = kept.change({ $0.waiting.removeValue(forKey: put) }) {
                    return party.take(event) + [.payHTLC(htlc)]
                }
                guard let htlc = party.ordinaryPayment(event, kept) else { return party.takeNoting(event, kept) }
                // Given up and paid are one and the same here: no static invoice is taken any more.
                let effects = party.takeNoting(.command(.abandon(payment: htlc.payment)), kept)
                for case .put(let put) in effects { kept.change { $0.waiting[put.put] = htlc } }
                return effects
            }
        }
    }
}

extension MutantRegistry {
    static let ordinaryInvoices: [Mutant] = [
        Mutant(name: "ASY-M1/pays-the-ordinary-invoice-too", role: "payer") { configuration in
            let kept = MutantMemory(OrdinaryPayments())
            return MutantParty(AsyncPayer(configuration), configuration) { event, party in
                if let htlc = party.ordinaryPayment(event, kept) { return [.payHTLC(htlc)] }
                return party.takeNoting(event, kept)
            }
        },
        Mutant("ASY-P4/preimage-beside-a-hash", .payingOrdinaryInvoices(OrdinaryPayments(isKeysend: true))),
        // The node that answers is the recipient: it is there, so why wait?
        Mutant(
            "B12-SI-R18/pays-at-once-who-answers-itself",
            .asyncPayer { $0.policy.waitsForRelease = { !$0.hold && !$0.isAnsweredByItsRecipient } }
        ),
    ]
}

/// What has to be kept in mind of payments, to pay ordinary invoices for them.
struct OrdinaryPayments: Sendable {
    var payments: [[UInt8]: AsyncPayment] = [:]
    /// HTLCs that go out when a write is done.
    var waiting: [UInt64: SentHTLC] = [:]
    /// It brings a preimage along, and takes the hash of that.
    var isKeysend = false
}

extension AsyncPayment {
    /// The offer's paths begin where the recipient's own do.
    fileprivate var isAnsweredByItsRecipient: Bool {
        guard let stream = try? TLVStream.read(invoice[...], known: .unspecified) else { return false }
        let message_paths = stream[178] ?? stream[236] ?? []
        return BlindedPath.introductions(in: stream[16] ?? []) == BlindedPath.introductions(in: message_paths)
    }
}

extension BlindedPath {
    fileprivate static func paths(in value: ArraySlice<UInt8>) -> [BlindedPath] {
        guard case .list(let values)? = try? FieldFormat.list(.blinded_path).decode(value) else { return [] }
        return values.compactMap { BlindedPath($0) }
    }

    fileprivate static func introductions(in value: ArraySlice<UInt8>) -> Set<[UInt8]> {
        Set(paths(in: value).map { Array($0.encoding.prefix(33)) })
    }
}

extension OriginalParty {
    /// What the right payer does, whose payments are noted as they are written.
    fileprivate mutating func takeNoting(_ event: PartyEvent, _ kept: MutantMemory<OrdinaryPayments>) -> [PartyEffect] {
        let effects = take(event)
        for case .put(let put) in effects {
            guard let payment = put.records.first?.value.flatMap({ AsyncPayment(record: $0) }) else { continue }
            kept.change { $0.payments[payment.id] = payment }
        }
        return effects
    }

    /// The HTLC for an ordinary invoice that has come; `nil` for anything else, and for what is sent or given up.
    fileprivate mutating func ordinaryPayment(
        _ event: PartyEvent,
        _ kept: MutantMemory<OrdinaryPayments>
    ) -> SentHTLC? {
        let memory = kept.change { $0 }
        guard case .message(let message) = event, message.content.type == 66,
            let id = context(message, for: .invoiceReply)?.discriminator, let payment = memory.payments[id],
            payment.state == .requested || payment.state == .waiting,
            let stream = try? TLVStream.read(message.content.value, known: .unspecified),
            let path = BlindedPath.paths(in: stream[160] ?? []).first,
            let hash = stream[168].flatMap({ try? Bytes32(Array($0)) })
        else { return nil }
        let profile = configuration.profile
        let builder = PaymentBuilder(
            preimage: randomness.bytes(32),
            invoice_request: payment.request,
            amount_msat: payment.amount_msat,
            outgoing_cltv_value: configuration.height + 18,
            profile
        )
        let path_key = path.hops.count == 1 ? path.path_key : nil
        let whole = builder.payload(over: path, path_key: path_key)
        let async: Set<UInt64> = [
            profile.async_payment.payload_invoice_request_type, profile.async_payment.payload_preimage_type,
        ]
        let records = (try? TLVStream.read(whole[...], known: .unspecified)).map { Array($0.records) } ?? []
        let ordinary = TLVStream(sorting: records.filter { !async.contains($0.type) }).bytes
        return SentHTLC(
            payment: Hex.encode(id),
            payload: memory.isKeysend ? whole : ordinary,
            payment_hash: memory.isKeysend ? builder.payment_hash : hash,
            amount_msat: payment.amount_msat,
            hold: false
        )
    }
}
