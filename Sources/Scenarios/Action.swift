package import StrictJSON

/// What a step does. The names are those of the format's page; a `Reference` is the name of something made or received before.
package indirect enum Action: Hashable, Sendable {
    package typealias Reference = String

    case issue_paths(client: String, as: String)
    case make_paths(MakePathsStep)
    case forge_path(by: String, as: String, context: ForgedContext, of: Reference?, with: RecordChanges)
    case make_offer(MakeOfferStep)
    case make_invoice(MakeInvoiceStep)
    case make_request(MakeRequestStep)
    case send(SendStep)
    case hostile(HostileStep)
    case pay(PayStep)

    case expect(MessageExpectation)
    case expect_event(names: [String], members: JSONObject)
    case expect_write(Puts?)
    /// One of these rows has to hold.
    case expect_any([ScenarioRow])
    case silence(SilenceExpectation)
    case get_offer(OfferExpectation)
    case list_offers(ready: Int?, pending: Int?)
    case stats(as: String?, grewByAtMost: UInt64?)

    case set_server_paths(Reference)
    case tick
    case advance(PointInTime, thenTick: Bool)
    case restart(Restart)
    case store(isHeld: Bool)
    case store_result(StoreResult)
    case link(peer: String, up: Bool)
    case set_limit(client: String, slots: Int?, bytes: UInt64?)
    case channel(ChannelChange, peer: String?)
    /// What has come so far is forgotten.
    case set_aside
    case `repeat`(times: RepeatCount, steps: [Step])
    case payment(PaymentAction)
    case salt(SaltAction)

    package enum ForgedContext: String, Hashable, Sendable, CaseIterable { case none, random, flipped, kept }
    /// How many writes are open.
    package enum Puts: String, Hashable, Sendable, CaseIterable { case one, several }
    package enum Restart: String, Hashable, Sendable, CaseIterable { case clean, kill }
    package enum StoreResult: String, Hashable, Sendable, CaseIterable { case ok, error, torn }
    package enum ChannelChange: String, Hashable, Sendable, CaseIterable { case open, close, fee_change }

    /// Seconds, or a length of time that the party has declared and a number to add to it.
    package struct TimeSpan: Hashable, Sendable {
        package var declared: DeclaredDuration?
        package var seconds: Int64

        package enum DeclaredDuration: String, Hashable, Sendable, CaseIterable { case refresh, min_paths_lifetime }
    }

    package enum PointInTime: Hashable, Sendable {
        case after(TimeSpan)
        /// The last second of an invoice's life, and so many more.
        case end(of: Reference, plus: Int64)
    }

    package struct RepeatCount: Hashable, Sendable {
        package enum Base: Hashable, Sendable {
            case once
            /// As many as the party stores for one client.
            case maxSlots
            /// As many as there are paths in a list.
            case each(Reference)
        }

        package var of: Base
        /// So many more.
        package var number: Int
    }
}

/// Paths that end at an actor.
package struct MakePathsStep: Hashable, Sendable {
    package var by: String
    package var name: String
    package var count: Int
    package var through: [String]
    /// Introduction node and hops are named by channels.
    package var isByChannel: Bool
    package var dummies: Int
    /// The actor's own hop is left out.
    package var isCutShort: Bool
    package var beginsAtUnknownChannel: Bool
    /// What is unusual about the hop of the party.
    package var relay: PathRegistry.Relay?
}

/// Input that no right party sends.
package struct HostileStep: Hashable, Sendable {
    package enum Input: String, Hashable, Sendable, CaseIterable {
        // Whole packets, at packet depth.
        case packet_of_noise = "packet-of-noise"
        case packet_too_short = "packet-too-short"
        case packet_empty = "packet-empty"
        case packet_of_another_version = "packet-of-another-version"
        case packet_with_a_wrong_hmac = "packet-with-a-wrong-hmac"
        case packet_of_64_kilobytes = "packet-of-64-kilobytes"
        case path_key_off_the_curve = "path-key-off-the-curve"
        // Streams of the last hop, at either depth.
        case no_records = "no-records"
        case stream_of_noise = "stream-of-noise"
        case stream_cut_short = "stream-cut-short"
        case length_above_all = "length-above-all"
        case unknown_odd_record = "unknown-odd-record"
        case unknown_even_message = "unknown-even-message"
        case two_messages = "two-messages"
        case messages_that_do_not_decode = "message-that-does-not-decode"
        case empty_messages = "empty-message"
        case request_of_noise = "request-of-noise"
        case reply_path_of_noise = "reply-path-of-noise"
        case reply_path_without_hops = "reply-path-without-hops"
        case reply_path_off_the_curve = "reply-path-off-the-curve"
        case message_of_30_kilobytes = "message-of-30-kilobytes"
    }

    package var from: String
    /// `nil` for none: to the party's node id.
    package var over: Action.Reference?
    package var inputs: [Input]
}

/// An offer that an actor makes, or that it changes.
package struct MakeOfferStep: Hashable, Sendable {
    package var by: String
    package var name: String
    /// Its paths; or `offer`, an earlier offer.
    package var paths: Action.Reference?
    package var offer: Action.Reference?
    package var changes = RecordChanges()
}

/// An offer and a static invoice that an actor makes.
package struct MakeInvoiceStep: Hashable, Sendable {
    package var by: String
    package var name: String
    /// Where the offer's paths come from; or `offer`, the offer of an earlier invoice.
    package var paths: Action.Reference?
    package var offer: Action.Reference?
    package var expires_in: Action.TimeSpan?
    /// Of the offer, from now.
    package var offer_expires_in: Action.TimeSpan?
    package var amount_msat: UInt64?
    /// `offer_quantity_max`.
    package var quantity_max: UInt64?
    /// In `invoice_features`.
    package var parts: Parts?
    /// What each payment path is like, in order; one plain path where nothing is said.
    package var payment_paths: [PaymentPathKind]
    package var fault: Fault?
    /// Before it is signed.
    package var changes = RecordChanges()

    package enum Parts: String, Hashable, Sendable, CaseIterable { case optional, compulsory }

    package enum PaymentPathKind: String, Hashable, Sendable, CaseIterable {
        case plain
        /// Over another node.
        case relayed
        /// Its payinfo has an unknown even feature.
        case unknown_feature
        /// It carries a thousand millisatoshi at most.
        case small
        /// It carries a thousand satoshi and more.
        case big
        /// It asks for half of the amount.
        case dear_share
        /// It asks for a thousand satoshi, whatever the amount.
        case dear
    }

    package enum Fault: String, Hashable, Sendable, CaseIterable {
        case signature, expired, oversized, truncated, foreign_paths
        case messagename, signer, payment_hash, amount, no_message_paths, two_chains, other_chain, even_feature
        case odd_feature, no_creation_time, barred_record
        /// Valid but for one thing without which no payer can use it.
        case no_payment_paths, no_payinfo
    }
}

/// An invoice request that an actor makes.
package struct MakeRequestStep: Hashable, Sendable {
    package var by: String
    package var name: String
    package var offer: Action.Reference
    package var amount_msat: UInt64?
    package var fault: Fault?
    /// Before it is signed.
    package var changes = RecordChanges()

    package enum Fault: String, Hashable, Sendable, CaseIterable {
        case signature, no_payer_id, no_metadata, other_offer, other_chain, out_of_range
        /// For an offer without one.
        case no_amount
        /// For an offer that allows none.
        case unasked_quantity
    }
}

/// A message from an actor to the implementation under test.
package struct SendStep: Hashable, Sendable {
    package var from: String
    package var message: String
    /// `nil` for none: to the party's node id.
    package var over: Action.Reference?
    package var reply_path: String?
    package var name: String?
    package var unknown_record: UInt64?

    package var slot: Int?
    package var paths: Action.Reference?
    package var expires_in: Action.TimeSpan?
    package var invoice: Action.Reference?
    package var forward_path: String?
    package var request: Action.Reference?
    /// What is wrong with the packet that the party gets.
    package var packet: PacketFault?

    package enum PacketFault: String, Hashable, Sendable, CaseIterable {
        case extra_record, salt_records, another_version, wrong_hmac, key_off_the_curve, length_0, length_1
        case unknown_even_record
    }
}

/// An HTLC for an invoice of the implementation under test.
package struct PayStep: Hashable, Sendable {
    package var by: String
    package var name: String?
    package var invoice: Action.Reference
    package var request: Action.Reference
    package var amount_msat: UInt64?
    package var path: Int
    /// Another invoice, whose data is taken with `foreign_context`.
    package var of: Action.Reference?
    /// Another path than one of the invoice, whose last hop's data is taken.
    package var over: Action.Reference?
    package var fault: Fault?
    /// Of the payload.
    package var changes = RecordChanges()

    package enum Fault: String, Hashable, Sendable, CaseIterable {
        case wrong_preimage, amount_low, other_request, foreign_context
        /// Half of the amount, of a total that is all of it.
        case part
        /// The HTLC carries less than its payload states.
        case carries_less_than_stated
        /// The HTLC ends a block sooner than its payload states.
        case ends_sooner_than_stated
        /// It ended a block ago.
        case has_ended
        /// It ends a block after its path does.
        case ends_after_its_path
        /// It carries a millisatoshi less than its path takes.
        case below_its_paths_minimum
    }
}

/// A message that the implementation under test has to send.
package struct MessageExpectation: Hashable, Sendable {
    package var message: String
    package var over: Action.Reference
    package var name: String?
    /// An invoice or request whose bytes it must carry unchanged.
    package var equals: Action.Reference?
    /// The offer_paths from which the offer is to be made.
    package var answering: Action.Reference?
    /// The invoice whose offer it must still be for.
    package var invoice_for: Action.Reference?
    package var slot: Int?
    /// The request of another slot.
    package var different_slot_from: Action.Reference?
    /// Seconds that the paths of offer_paths must be stated to live; where they end sooner the scenario is not exercised.
    package var lasts: UInt64?
    package var otherwise: Otherwise?

    /// What it means when the message does not come; nothing for a violation.
    package enum Otherwise: String, Hashable, Sendable, CaseIterable {
        /// The steps that need it are left out.
        case goOn = "go-on"
        case notExercised = "not-exercised"
    }
}

/// What must not have come.
package struct SilenceExpectation: Hashable, Sendable {
    /// Kinds of messages; `nil` for any.
    package var of: [String]?
    /// Names of events.
    package var events: [String]
    /// Only what came over these paths counts.
    package var over: Action.Reference?
    /// Only what carries these bytes counts.
    package var equals: Action.Reference?
    /// Only what is to be answered over one of these paths counts.
    package var reply_path: Action.Reference?
}

package struct OfferExpectation: Hashable, Sendable {
    package var name: String?
    package var isNone: Bool
    package var same_as: Action.Reference?
    package var different_from: Action.Reference?
}
