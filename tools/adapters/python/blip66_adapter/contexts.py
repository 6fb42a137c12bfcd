"""What a party seals into the last hop of its own paths, so that it knows later what a message is about and that the
path is its own work. Nothing has to be remembered for it: that is how paths work after a restart.

A context is a stream of records behind a MAC. The MAC covers the path key of the last hop too: so a context that
somebody gets hold of is worth nothing in another path."""

import hmac
from dataclasses import dataclass
from enum import IntEnum

from .crypto import hmac256
from .fundamental import BYTES, U16, U64, UTF8, Unsigned
from .outcomes import Reject
from .streams import Field, Table, decode, encode

MAC_SIZE = 32


class Purpose(IntEnum):
    """What a path was made for. Messages of another kind that come over it are not believed."""

    # Paths of a server.
    REQUEST_PATHS = 1  # given to a client outside the protocol: offer_paths_request
    UPDATE_INVOICE = 2  # reply path of offer_paths: serve_static_invoice
    REQUEST_INVOICE = 3  # a path of an offer: invoice_request
    # Paths of a recipient.
    TAKE_PATHS = 4  # reply path of offer_paths_request: offer_paths
    TAKE_CONFIRMATION = 5  # reply path of serve_static_invoice: static_invoice_persisted
    FORWARDED_REQUEST = 6  # forward path: invoice_request
    HELD_HTLC = 7  # message path of an invoice: held_htlc_available
    PAYMENT = 8  # payment path of an invoice
    # Path of a holder, given in revoke_and_ack: release_held_htlc
    RELEASE_HTLC = 9
    # Paths of a payer.
    TAKE_INVOICE = 10  # reply path of invoice_request: static_invoice
    TAKE_RELEASE = 11  # reply path of held_htlc_available: release_held_htlc


@dataclass(frozen=True)
class Context:
    purpose: Purpose
    slot: int = 0
    client: str = ""
    token: bytes = b""  # which offer
    ends: int | None = None  # the last second of the path's life

    def is_alive(self, now: int) -> bool:
        return self.ends is None or now <= self.ends


_TABLE = Table(
    {
        0: Field("purpose", Unsigned(1)),
        2: Field("slot", U16),
        4: Field("client", UTF8),
        6: Field("token", BYTES),
        8: Field("ends", U64),
    }
)


def _mac(key: bytes, E: bytes, body: bytes) -> bytes:
    return hmac256(key, E + body)


def write_context(context: Context, key: bytes, E: bytes) -> bytes:
    values = {"purpose": context.purpose, "slot": context.slot, "client": context.client, "token": context.token}
    if context.ends is not None:
        values["ends"] = context.ends
    body = encode(values, [], _TABLE)
    return _mac(key, E, body) + body


def read_context(data: bytes, key: bytes, E: bytes) -> Context:
    mac, body = data[:MAC_SIZE], data[MAC_SIZE:]
    if not hmac.compare_digest(mac, _mac(key, E, body)):
        raise Reject("context", "not sealed by this node for this path")
    stream = decode(body, _TABLE)
    return Context(
        purpose=Purpose(stream.get("purpose")),
        slot=stream.get("slot"),
        client=stream.get("client"),
        token=stream.get("token"),
        ends=stream.get("ends"),
    )
