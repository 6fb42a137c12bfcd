internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// How a recipient has held payments released and claims them: ASY-S1, ASY-R1, ASY-R2, B12-SI-W16.
extension MutantRegistry {
    static let recipientPayments: [Mutant] = releasing + claiming + comparing

    private static let releasing: [Mutant] = [
        Mutant("ASY-S1/mute", .recipient, onSend: .release_held_htlc) { _, _ in nil },
        Mutant("ASY-S1/answers-where-it-can", .recipient, onReceive: .held_htlc_available) { message, party in
            let update = party.received(.offer_paths, over: .offerPathsReply).last?.message.reply_path
            return message.with(reply_path: message.reply_path ?? update)
        },
        Mutant("ASY-S1/for-an-hour", .recipient, onSend: .release_held_htlc) { message, party in
            let made = party.sent(.serve_static_invoice).last?.at ?? 0
            return party.now <= made + 3600 ? message : nil
        },
    ]

    private static let claiming: [Mutant] = [
        Mutant("ASY-R1/never", .recipient) { effect, _ in
            guard case .htlcClaim = effect else { return effect }
            return .htlcFail(Finding("ASY-R1", .semantic("payload"), "nothing is ever claimed"))
        },
        Mutant("ASY-R1/preimage-of-its-own", .recipient) { effect, _ in
            guard case .htlcClaim(let preimage) = effect else { return effect }
            return .htlcClaim(preimage: Hash.sha256(preimage).bytes)
        },
        Mutant("ASY-R1/claims-without", .recipient) { event, party in
            var validation = Validation(.strict)
            guard case .htlc(let htlc) = event,
                let payload = try? PaymentPayload.read(
                    htlc.payload[...],
                    party.configuration.profile,
                    &validation
                ), !payload.hasPreimage
            else { return party.take(event) }
            return [.htlcClaim(preimage: [UInt8](repeating: 1, count: 32))]
        },
    ]

    /// A payment has to be what was asked for.
    private static let comparing: [Mutant] = [
        Mutant(
            "ASY-R2/any-amount",
            .recipient { recipient in
                recipient.checks.payment.removeAll { amounts.contains($0.reason) }
            }
        ),
        Mutant(
            "ASY-R2/any-hash",
            .recipient { recipient in
                recipient.checks.payment.removeAll { $0.reason == .semantic("sender_provided_payment_preimage") }
            }
        ),
        Mutant("ASY-R2/any-request", .recipient { $0.checks.paidRequest = [] }),
        // With that rule gone, the path of any invoice will do for any other.
        Mutant("B12-SI-W16/any-path", .recipient { $0.checks.paidRequest = [] }),
    ]

    private static let amounts: Set<ReasonClass> = [.semantic("amt_to_forward"), .semantic("total_amount_msat")]
}
