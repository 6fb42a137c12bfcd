/// The numbers and switches in which deployed and drafted forms of the protocol differ. A plain value, loaded from
/// `Spec/profiles/*.json`; what each member means stands there too.
package struct Profile: Hashable, Sendable {
    /// How the body of an onion message of the protocol is framed (C-2).
    package enum Framing: String, Hashable, Sendable, CaseIterable {
        /// The TLV stream is the record's value.
        case raw
        /// A BigSize length, then the TLV stream.
        case lengthPrefixed = "length_prefixed"
    }

    /// How a node seals its own last hop.
    package enum FinalHopTag: String, Hashable, Sendable, CaseIterable {
        /// RFC 8439 with empty associated data.
        case standard
        /// Poly1305 over ciphertext and the receiver's authentication key.
        case receiveAuthKey = "receive_auth_key"
    }

    /// What a forwarding node does when a hop names both a node and a short channel id.
    package enum BothNextHops: String, Hashable, Sendable, CaseIterable {
        case nodeID = "node_id"
        case refuse
    }

    /// The onion messages of the protocol, by the names that a profile's file gives them.
    package enum Message: String, Hashable, Sendable, CaseIterable {
        case offerPathsRequest = "offer_paths_request"
        case offerPaths = "offer_paths"
        case serveStaticInvoice = "serve_static_invoice"
        case staticInvoicePersisted = "static_invoice_persisted"
        case heldHTLCAvailable = "held_htlc_available"
        case releaseHeldHTLC = "release_held_htlc"
        case staticInvoice = "static_invoice"
    }

    /// The record types of onion message payloads.
    package struct OnionMessageTypes: Hashable, Sendable {
        package var offer_paths_request: UInt64
        package var offer_paths: UInt64
        package var serve_static_invoice: UInt64
        package var static_invoice_persisted: UInt64
        package var held_htlc_available: UInt64
        package var release_held_htlc: UInt64
        package var static_invoice: UInt64
        /// Framing of the four bLIP-66 messages and of held_htlc_available and release_held_htlc.
        package var framing: Framing
        /// The messages that nodes of this profile understand. To them the others are unknown records of their numbers.
        package var known: Set<Message>

        package init(
            offer_paths_request: UInt64,
            offer_paths: UInt64,
            serve_static_invoice: UInt64,
            static_invoice_persisted: UInt64,
            held_htlc_available: UInt64,
            release_held_htlc: UInt64,
            static_invoice: UInt64,
            framing: Framing,
            known: Set<Message> = Set(Message.allCases)
        ) {
            self.offer_paths_request = offer_paths_request
            self.offer_paths = offer_paths
            self.serve_static_invoice = serve_static_invoice
            self.static_invoice_persisted = static_invoice_persisted
            self.held_htlc_available = held_htlc_available
            self.release_held_htlc = release_held_htlc
            self.static_invoice = static_invoice
            self.framing = framing
            self.known = known
        }

        /// The record type of a message.
        package func type(of message: Message) -> UInt64 {
            switch message {
            case .offerPathsRequest: offer_paths_request
            case .offerPaths: offer_paths
            case .serveStaticInvoice: serve_static_invoice
            case .staticInvoicePersisted: static_invoice_persisted
            case .heldHTLCAvailable: held_htlc_available
            case .releaseHeldHTLC: release_held_htlc
            case .staticInvoice: static_invoice
            }
        }
    }

    /// What a static invoice looks like and what its reader insists on.
    package struct StaticInvoice: Hashable, Sendable {
        /// The record type of `static_invoice_message_paths`.
        package var message_paths_type: UInt64
        /// A reader takes that record with no path in it.
        package var empty_message_paths_accepted: Bool
        /// The least number of message paths that a writer may give.
        package var min_message_paths: UInt64
        /// Seconds of life where `invoice_relative_expiry` is absent (C-30).
        package var default_relative_expiry: UInt64
        /// A reader looks at the features in `invoice_blindedpay`.
        package var payinfo_features_checked: Bool
        /// `offer_issuer_id` must be in the offer behind a static invoice (C-31).
        package var issuer_id_required: Bool
        /// Without `offer_issuer_id`, the last blinded id of any path of the offer may sign, not only that of the path used.
        package var any_path_may_sign: Bool
        /// A reader judges the offer inside the invoice too, and wants paths in it.
        package var offer_checked: Bool
        /// The signature of an invoice is verified while the message that holds it is decoded (C-73).
        package var signature_verified_in_message: Bool
        /// Records of types in these ranges (first and last) are rejected, odd ones too.
        package var refused_ranges: [ClosedRange<UInt64>]

        package init(
            message_paths_type: UInt64,
            empty_message_paths_accepted: Bool,
            min_message_paths: UInt64,
            default_relative_expiry: UInt64,
            payinfo_features_checked: Bool,
            issuer_id_required: Bool,
            any_path_may_sign: Bool,
            offer_checked: Bool,
            signature_verified_in_message: Bool = false,
            refused_ranges: [ClosedRange<UInt64>]
        ) {
            self.message_paths_type = message_paths_type
            self.empty_message_paths_accepted = empty_message_paths_accepted
            self.min_message_paths = min_message_paths
            self.default_relative_expiry = default_relative_expiry
            self.payinfo_features_checked = payinfo_features_checked
            self.issuer_id_required = issuer_id_required
            self.any_path_may_sign = any_path_may_sign
            self.offer_checked = offer_checked
            self.signature_verified_in_message = signature_verified_in_message
            self.refused_ranges = refused_ranges
        }
    }

    /// The numbers of BOLT 4's `encrypted_data_tlv` and the treatment of the last hop.
    package struct BlindedPath: Hashable, Sendable {
        /// The record with the maker's context in the last hop.
        package var context_type: UInt64
        /// The record that marks a dummy hop, where there is one.
        package var dummy_hop_type: UInt64?
        /// The last hop of a path for messages.
        package var final_hop_tag: FinalHopTag
        /// The last hop of a path for payments.
        package var payment_final_hop_tag: FinalHopTag
        package var both_next_hops: BothNextHops

        package init(
            context_type: UInt64,
            dummy_hop_type: UInt64?,
            final_hop_tag: FinalHopTag,
            payment_final_hop_tag: FinalHopTag = .standard,
            both_next_hops: BothNextHops
        ) {
            self.context_type = context_type
            self.dummy_hop_type = dummy_hop_type
            self.final_hop_tag = final_hop_tag
            self.payment_final_hop_tag = payment_final_hop_tag
            self.both_next_hops = both_next_hops
        }
    }

    /// The numbers of the asynchronous payment (BOLT PR 1149).
    package struct AsyncPayment: Hashable, Sendable {
        /// `invoice_request` in the payment onion's payload.
        package var payload_invoice_request_type: UInt64
        /// `sender_provided_payment_preimage` there.
        package var payload_preimage_type: UInt64
        /// The hold flag in `update_add_htlc`'s records.
        package var hold_htlc_type: UInt64
        /// The release paths in `revoke_and_ack`'s records.
        package var release_paths_type: UInt64
        /// Each release path stands beside the id of its HTLC (C-38).
        package var release_paths_with_htlc_id: Bool
        /// The even feature bit of HTLC holding; the odd one is the next.
        package var hold_feature_bit: UInt64
        /// The recipient passes over unknown odd records in its payload; BOLT 4 has it reject them.
        package var payload_unknown_odd_accepted: Bool

        package init(
            payload_invoice_request_type: UInt64,
            payload_preimage_type: UInt64,
            hold_htlc_type: UInt64,
            release_paths_type: UInt64,
            release_paths_with_htlc_id: Bool,
            hold_feature_bit: UInt64,
            payload_unknown_odd_accepted: Bool = false
        ) {
            self.payload_invoice_request_type = payload_invoice_request_type
            self.payload_preimage_type = payload_preimage_type
            self.hold_htlc_type = hold_htlc_type
            self.release_paths_type = release_paths_type
            self.release_paths_with_htlc_id = release_paths_with_htlc_id
            self.hold_feature_bit = hold_feature_bit
            self.payload_unknown_odd_accepted = payload_unknown_odd_accepted
        }
    }

    package var name: String
    package var title: String
    package var onion_message_types: OnionMessageTypes
    package var static_invoice: StaticInvoice
    package var blinded_path: BlindedPath
    package var async_payment: AsyncPayment

    package init(
        name: String,
        title: String,
        onion_message_types: OnionMessageTypes,
        static_invoice: StaticInvoice,
        blinded_path: BlindedPath,
        async_payment: AsyncPayment
    ) {
        self.name = name
        self.title = title
        self.onion_message_types = onion_message_types
        self.static_invoice = static_invoice
        self.blinded_path = blinded_path
        self.async_payment = async_payment
    }
}
