internal import InvoiceServer
internal import Primitives
internal import StrictJSON

/// The operations of the three roles of the scheme of salt and secret.
extension PartyOperation {
    static let ofSalt = [
        PartyOperation("salt.grant", roles: ["salt-counterparty"]) { party, input in
            party.tell(.command(.salt(.grant(receiver: try input.member("receiver").string()))))
        },
        PartyOperation("salt.put_invoice", roles: ["salt-counterparty"]) { party, input in
            let unique_salt = try input.member("unique_salt").hex()
            let invoice = try input.member("invoice").hex()
            return party.tell(.command(.salt(.putInvoice(unique_salt: unique_salt, invoice: invoice))))
        },
        PartyOperation("salt.set_online", roles: ["salt-counterparty"]) { party, input in
            party.tell(.command(.salt(.setOnline(try input.member("online").bool()))))
        },
        PartyOperation("salt.use_grant", roles: ["salt-receiver"]) { party, input in
            let command = SaltCommand.useGrant(
                counterparty: try input.member("counterparty").publicKey(),
                unique_salt: try input.member("unique_salt").hex(),
                encrypted_counterparty_secret: try input.member("encrypted_counterparty_secret").hex()
            )
            return party.tell(.command(.salt(command)))
        },
    ]
}
