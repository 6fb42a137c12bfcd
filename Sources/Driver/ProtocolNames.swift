/// The names that the adapter protocol knows (`Spec/adapter-protocol.md`).
package enum ProtocolNames {
    /// Operations whose answer depends on the request alone.
    package static let statelessOperations = words(
        """
        bigsize.decode bigsize.encode field.decode tlv.decode tlv.encode path.decode path.encode path.create
        path.unblind path.walk om.build om.send_over om.peel om.classify msg.decode msg.encode offer.decode
        offer.validate invreq.decode invreq.validate_for bolt12.merkle bolt12.sign bolt12.verify static_invoice.decode
        static_invoice.sign static_invoice.verify static_invoice.build static_invoice.validate payload.build
        payload.validate salt.mask salt.seal salt.open salt.build_payloads
        """
    )

    /// Operations on a party that remembers.
    package static let statefulOperations = words(
        """
        init clock.set tick barrier restart net.link net.deliver om.deliver store.ack store.stats
        server.issue_client_paths server.set_limit recipient.set_server_paths recipient.get_offer recipient.list_offers
        channel.open channel.close channel.fee_change payer.pay_offer payer.abandon payer.revoke_and_ack htlc.deliver
        holder.htlc_add holder.htlc_committed holder.htlc_removed
        salt.grant salt.put_invoice salt.set_online salt.use_grant
        """
    )

    package static let roles = words(
        "server recipient payer forwarder holder salt-counterparty salt-receiver salt-payer"
    )

    /// The capabilities, and the JSON that each takes.
    package static let capabilities: [String: CapabilityForm] = [
        "pipelining": .number(atLeast: 1), "depths": .someOf(["packet", "payload"]),
        "ext_store": .flag, "rng": .flag, "wake": .flag,
        "min_paths_lifetime": .number(atLeast: 0), "refresh_s": .number(atLeast: 0),
        "max_slots": .number(atLeast: 0), "max_invoice_bytes": .number(atLeast: 0), "known_features": .hex,
    ]

    package enum CapabilityForm: Hashable, Sendable {
        case flag
        case number(atLeast: Int64)
        case hex
        case someOf(Set<String>)
    }

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
