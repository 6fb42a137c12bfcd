internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// A payer's request, the invoice that it takes and the payment: SALT-9 to SALT-14, SALT-20, SALT-21.
extension MutantRegistry {
    static let saltPayer: [Mutant] = [
        Mutant(
            "SALT-10/request-to-the-counterparty",
            .payer {
                $0.policy.path = { $0.first?.endingAtItsIntroduction }
            }
        ),
        records("SALT-11/plain-request") { _ in nil },
        records("SALT-11/one-record") { $0.type == 4141 ? $0 : nil },
        records("SALT-13/tag-missing") {
            $0.type == 4141 ? TLVRecord(type: 4141, value: $0.value.dropLast(16)) : $0
        },
        records("SALT-14/salt-hashed") {
            $0.type == 4343 ? TLVRecord(type: 4343, value: Hash.sha256($0.value).bytes.prefix(16)) : $0
        },
        Mutant("SALT-20/signature-not-checked", .payer { $0.checks.invoice = $0.checks.invoice.without("SALT-20") }),
        Mutant(
            "SALT-20/key-of-the-invoice",
            .payer {
                let ownKey = Check<KeysendInvoiceOfOffer>("SALT-20", .signature) { subject in
                    let records = subject.invoice.records
                    guard let key = records.invoice_node_id, let signature = records.signature else {
                        return .fails("no key")
                    }
                    let isSigned = Bolt12Signature.verify(
                        signature,
                        records.decoded.stream,
                        messagename: "invoice",
                        by: key
                    )
                    return .require(isSigned, "the signature is not that of invoice_node_id")
                }
                $0.checks.invoice = [ownKey] + $0.checks.invoice.without("SALT-20")
            }
        ),
        Mutant(
            "SALT-20/any-offer",
            .payer {
                $0.checks.invoice = KeysendInvoiceChecks.ofReader + [KeysendInvoiceChecks.withoutPaymentHash]
            }
        ),
        Mutant(
            "SALT-21/pays-with-a-hash",
            .payer {
                $0.checks.invoice = KeysendInvoiceChecks.ofReader + [KeysendInvoiceChecks.offerMirrored]
            }
        ),
        Mutant(
            "SALT-21/no-preimage",
            .payer {
                $0.policy.payload = { payment, path in
                    let stream = try? TLVStream.read(payment.payload(over: path)[...], known: .unspecified)
                    let records = stream?.records.filter { $0.type != KeysendPayment.preimageType }
                    return TLVStream(sorting: records ?? []).bytes
                }
            }
        ),
        Mutant(
            "SALT-21/preimage-used-again",
            .payer { $0.policy.preimage = { _ in [UInt8](repeating: 5, count: 32) } }
        ),
        // An invoice is taken over the reply path of any payment, for the offer that it names.
        Mutant(name: "SALT-20/over-the-path-of-another-payment", role: MutantBase.payer.role) { configuration in
            let payments = MutantMemory<[OfferID: PathContext]>([:])
            return MutantParty(Payer(configuration), configuration) { event, party in
                var event = event
                if case .message(let message) = event, let offer = party.offerID(in: message.content.value),
                    let context = payments.change({ $0[offer] })
                {
                    event = .message(party.moved(message, to: context))
                }
                let effects = party.take(event)
                guard case .answer(.payment(let id))? = effects.first, let bytes = try? Hex.decode(id) else {
                    return effects
                }
                for case .send(let request) in effects {
                    guard let offer = party.offerID(in: request.content.value) else { continue }
                    payments.change { $0[offer] = PathContext(.invoiceReply, discriminator: bytes) }
                }
                return effects
            }
        },
        // What comes a second time is paid a second time.
        Mutant(name: "SALT-21/pays-twice", role: MutantBase.payer.role) { configuration in
            let paid = MutantMemory<[PathContext: SentHTLC]>([:])
            return MutantParty(Payer(configuration), configuration) { event, party in
                let effects = party.take(event)
                guard case .message(let message) = event, let context = party.context(message, for: .invoiceReply)
                else { return effects }
                for case .payHTLC(let htlc) in effects { paid.change { $0[context] = htlc } }
                let isIgnored = effects.contains { if case .ignored = $0 { true } else { false } }
                guard isIgnored, let htlc = paid.change({ $0[context] }) else { return effects }
                return [.payHTLC(htlc)]
            }
        },
        Mutant("SALT-9/records-all-the-same", MutantBase.payer.configured { $0.limits.salt.unaware = false }),
    ]

    /// - `change`: what becomes of each record of the scheme; `nil` leaves it out.
    private static func records(_ name: String, _ change: @escaping @Sendable (TLVRecord) -> TLVRecord?) -> Mutant {
        Mutant(name, .payer { $0.policy.relayRecords = { $0.compactMap(change) } })
    }
}
