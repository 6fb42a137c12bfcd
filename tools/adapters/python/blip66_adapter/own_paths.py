"""The blinded paths that a party makes to itself, and what it finds in them when something comes over them.

Paths for messages have one hop and begin at the party, so that its node key alone opens them; at packet depth a recipient's
have a peer before it. Paths for payments lead over a channel."""

from dataclasses import replace
from typing import Any

from . import blinding, crypto
from .blinding import PlannedHop
from .contexts import Context, read_context, write_context
from .crypto import hmac256
from .entropy import Entropy
from .fundamental import PATH, TU64, U16, U32, BlindedPath, Struct, Truncated
from .outcomes import Reject
from .payinfo import Channel, payinfo
from .payload import MIN_FINAL_CLTV_EXPIRY_DELTA
from .profiles import Profile
from .streams import Stream
from .tlv import Record, write_records

SHORT_CHANNEL_ID, NEXT_NODE_ID, PAYMENT_RELAY, PAYMENT_CONSTRAINTS = 2, 4, 10, 12
RELAY = Struct(cltv_expiry_delta=U16, fee_proportional_millionths=U32, fee_base_msat=Truncated(4))
CONSTRAINTS = Struct(max_cltv_expiry=U32, htlc_minimum_msat=TU64)

# A party is not told the height of the chain when it makes an invoice, so the bound on it is one that is never met.
MAX_FINAL_CLTV_EXPIRY = 400_000_000


class OwnPaths:
    def __init__(
        self, node_key: bytes, profile: Profile, entropy: Entropy, receive_auth_key: bytes | None = None
    ) -> None:
        self.node_key = node_key
        self.node_id = crypto.public_key(node_key)
        self.profile = profile
        self.entropy = entropy
        self._mac_key = hmac256(node_key, b"context of own paths")
        own_key = receive_auth_key or hmac256(node_key, b"receive auth key")
        self.receive_auth_key = own_key if profile.receive_key_tags else None

    # Making them

    def for_messages(self, context: Context, peer: bytes | None = None) -> BlindedPath:
        """Of one hop, or of two with a peer for its introduction node."""
        e = self.entropy.secret_key()
        if peer is None:
            path, _ = blinding.make_path(e, [self._own_hop(context, e)], None)
            return path
        relay = PlannedHop(peer, write_records([Record(NEXT_NODE_ID, self.node_id)]))
        own = self._own_hop(context, blinding.next_secret(e, peer))
        path, _ = blinding.make_path(e, _of_one_length([relay, own]), None)
        return path

    def _own_hop(self, context: Context, e: bytes) -> PlannedHop:
        data = write_records([self._context_record(context, crypto.public_key(e))])
        return PlannedHop(self.node_id, data, receive_auth_key=self.receive_auth_key)

    def for_payments(self, context: Context, channels: list[Channel]) -> list[dict[str, Any]]:
        """One path over each channel, with what it costs."""
        return [
            {"path": self._for_payment(context, channel), "payinfo": payinfo([channel])}
            for channel in channels
        ]

    def _for_payment(self, context: Context, channel: Channel) -> BlindedPath:
        e = self.entropy.secret_key()
        own_e = blinding.next_secret(e, channel.peer)
        minimum = channel.htlc_minimum_msat
        height = MAX_FINAL_CLTV_EXPIRY + MIN_FINAL_CLTV_EXPIRY_DELTA
        records = [self._context_record(context, crypto.public_key(own_e)), _constraints(height, minimum)]
        relay = {
            "cltv_expiry_delta": channel.cltv_expiry_delta,
            "fee_proportional_millionths": channel.fee_proportional_millionths,
            "fee_base_msat": channel.fee_base_msat,
        }
        data = [
            Record(SHORT_CHANNEL_ID, channel.scid),
            Record(PAYMENT_RELAY, RELAY.write(relay)),
            _constraints(height + channel.cltv_expiry_delta, minimum),
        ]
        hops = [
            PlannedHop(channel.peer, write_records(data)),
            PlannedHop(self.node_id, write_records(sorted(records))),
        ]
        path, _ = blinding.make_path(e, _of_one_length(hops), None)
        return path

    def _context_record(self, context: Context, E: bytes) -> Record:
        return Record(self.profile.context_type, write_context(context, self._mac_key, E))

    # Reading them

    def context_over(self, encoded: bytes) -> tuple[bytes, Context]:
        """The path key and what is sealed in the own path for messages that has this encoding."""
        path = PATH.read_whole(encoded)
        hop = path.hops[0]
        if len(path.hops) != 1 or path.introduction.node_id != self.node_id:
            raise Reject("context", "not a path of this node")
        if not blinding.is_owner(self.node_key, hop, path.path_key):
            raise Reject("context", "not a path of this node")
        context, _ = self._open(path.path_key, hop.encrypted_recipient_data, "encrypted_message_data")
        return path.path_key, context

    def context_in(self, data: bytes, E: bytes) -> Context:
        """What is sealed in the data of a last hop that was opened."""
        return self._context_of(blinding.decode_data(data, self.profile, "encrypted_message_data"), E)

    def context_of_payment(self, E: bytes, sealed: bytes) -> tuple[Context, bytes]:
        """What is sealed for the last hop of an own path for payments, and that hop's data as a whole."""
        return self._open(E, sealed, "encrypted_data")

    def _open(self, E: bytes, sealed: bytes, schema: str) -> tuple[Context, bytes]:
        opened = blinding.unseal(self.node_key, E, sealed, self.profile, self.receive_auth_key)
        data = blinding.decode_data(opened.data, self.profile, schema)
        return self._context_of(data, E), opened.data

    def _context_of(self, data: Stream, E: bytes) -> Context:
        held = next((record.value for record in data.records if record.type == self.profile.context_type), b"")
        return read_context(held, self._mac_key, E)


def _constraints(max_cltv_expiry: int, htlc_minimum_msat: int) -> Record:
    value = {"max_cltv_expiry": max_cltv_expiry, "htlc_minimum_msat": htlc_minimum_msat}
    return Record(PAYMENT_CONSTRAINTS, CONSTRAINTS.write(value))


def _of_one_length(hops: list[PlannedHop]) -> list[PlannedHop]:
    """Padded, so that their lengths do not tell which is the last. Two bytes more are the least that padding takes."""
    length = max(len(hop.encrypted_data_tlv) for hop in hops) + 2
    return [replace(hop, encrypted_data_tlv=blinding.padded(hop.encrypted_data_tlv, length)) for hop in hops]
