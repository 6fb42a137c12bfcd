internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import StrictJSON

/// The operations of payers, and of the node that holds an HTLC.
extension PartyOperation {
    static let ofPayments = [
        PartyOperation("payer.pay_offer", roles: ["salt-payer", "payer"]) { party, input in
            let payment = OfferPayment(
                offer: try input.member("offer").string(),
                amount_msat: try input.optional("amount_msat")?.decimal(),
                quantity: try input.optional("quantity")?.decimal(),
                max_fee_msat: try input.optional("max_fee_msat")?.decimal(),
                hold: try input.optional("hold")?.bool() ?? false
            )
            return party.tell(.command(.payOffer(payment)))
        },
        PartyOperation("payer.abandon", roles: ["payer"]) { party, input in
            party.tell(.command(.abandon(payment: try input.member("payment").string())))
        },
        PartyOperation("payer.revoke_and_ack", roles: ["payer"]) { party, input in
            let payment = try input.member("payment").string()
            let paths = try input.member("paths").elements().map { try blindedPath($0) }
            return party.tell(.releasePaths(payment: payment, paths))
        },
        PartyOperation("holder.htlc_add", roles: ["holder"]) { party, input in
            let htlc = AddedHTLC(
                htlc_id: try input.member("htlc_id").decimal(),
                hold: try input.member("hold").bool(),
                payment_hash: try input.member("payment_hash").bytes32(),
                amount_msat: try input.member("amount_msat").decimal(),
                cltv_expiry: try input.member("cltv_expiry").number(atMost: UInt64(UInt32.max))
            )
            return party.tell(.htlcAdded(htlc))
        },
        PartyOperation("holder.htlc_committed", roles: ["holder"]) { party, input in
            party.tell(.htlcCommitted(htlc_id: try input.member("htlc_id").decimal()))
        },
        PartyOperation("holder.htlc_removed", roles: ["holder"]) { party, input in
            party.tell(.htlcRemoved(htlc_id: try input.member("htlc_id").decimal()))
        },
    ]
}

extension SentHTLC {
    var json: JSON {
        [
            "ev": "pay.htlc", "payment": .string(payment), "payload": .hex(payload),
            "payment_hash": .hex(payment_hash), "amount_msat": .decimal(amount_msat), "hold": .bool(hold),
        ]
    }
}
