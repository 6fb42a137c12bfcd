"""The messages of bLIP-66 and of async payments, and which message an onion payload holds."""

from typing import Any

from . import static_invoice
from .fundamental import PATH
from .onion import ENCRYPTED_RECIPIENT_DATA, check_allowed_features, check_next_hops, next_hop
from .outcomes import Reject
from .profiles import Profile
from .streams import Stream, decode, encode, tables
from .tlv import Cursor, Record, read_bigsize, write_bigsize

# The rest of the protocol's messages are extensions of messages of BOLT 2, whose types these are.
BOLT2_TYPES = {"update_add_htlc_tlvs": 128, "revoke_and_ack_tlvs": 133}
ONION_MESSAGES = (
    "offer_paths_request",
    "offer_paths",
    "serve_static_invoice",
    "static_invoice_persisted",
    "held_htlc_available",
    "release_held_htlc",
)
MESSAGES = (*ONION_MESSAGES, *BOLT2_TYPES)
MANDATORY = {
    "offer_paths_request": ("invoice_slot",),
    "offer_paths": ("offer_paths",),
    "serve_static_invoice": ("static_invoice", "forward_invoice_request_path"),
}
# Messages without contents: a reader passes over what a later version may add, a writer adds nothing.
EMPTY = ("static_invoice_persisted", "held_htlc_available", "release_held_htlc")
FIRST_CONTENT_TYPE = 64


def message_type(message: str, profile: Profile) -> int:
    if message in BOLT2_TYPES:
        return BOLT2_TYPES[message]
    return profile.message_type(message)


def decode_message(message: str, data: bytes, profile: Profile) -> Stream:
    if profile.inner_length and message in ONION_MESSAGES:
        cursor = Cursor(data)
        data = cursor.take(read_bigsize(cursor), "tlv.truncated")
    stream = decode(data, tables(profile)[message])
    stream.require(*MANDATORY.get(message, ()))
    if stream.has("static_invoice"):
        static_invoice.check_is_invoice(stream.get("static_invoice"), profile)
        if profile.verifies_invoice_in_message:
            static_invoice.verify(stream.get("static_invoice"), profile)
    return stream


def encode_message(message: str, values: dict[str, Any], unknown: list[Record], profile: Profile) -> bytes:
    for name in MANDATORY.get(message, ()):
        if name not in values:
            raise Reject("tlv.missing", name)
    if message == "offer_paths" and not values["offer_paths"]:
        raise Reject("semantic.offer_paths", "one or more paths")
    if message in EMPTY and unknown:
        raise Reject("tlv.range", f"record {unknown[0].type}: the message has no records")
    body = encode(values, unknown, tables(profile)[message])
    if profile.inner_length and message in ONION_MESSAGES:
        return write_bigsize(len(body)) + body
    return body


def classify(
    payload: bytes, encrypted_data: bytes, final: bool, profile: Profile, known_features: bytes = b""
) -> dict[str, Any]:
    """BOLT 4, "The onion_message Message", reader."""
    onionmsg = decode(payload, tables(profile)["onionmsg"])
    data = decode(encrypted_data, tables(profile)["encrypted_message_data"])
    check_allowed_features(data, known_features)
    check_next_hops(data, profile)
    if final:
        return for_the_end(onionmsg)
    check_relay(onionmsg, data)
    next_ = next_hop(data)
    if not next_:
        raise Reject("onion.payload", "neither next_node_id nor short_channel_id")
    return {"next": next_}


def classify_peeled(peeled: dict[str, Any], profile: Profile, known_features: bytes) -> dict[str, Any]:
    """The same for a layer that was just opened, from what opening it gave."""
    payload, encrypted_data = (bytes.fromhex(peeled[name]) for name in ("onionmsg_tlv", "encrypted_data_tlv"))
    if peeled["kind"] != "dummy":
        return classify(payload, encrypted_data, peeled["kind"] == "receive", profile, known_features)
    # What is inside a dummy hop is for the same node, so it names no other.
    tables_ = tables(profile)
    check_relay(decode(payload, tables_["onionmsg"]), decode(encrypted_data, tables_["encrypted_message_data"]))
    return {}


def check_relay(onionmsg: Stream, data: Stream) -> None:
    """A hop before the last has nothing but its own data, and that has no path_id."""
    if any(record.type != ENCRYPTED_RECIPIENT_DATA for record in onionmsg.records):
        raise Reject("onion.payload", "a relay's payload has another record than encrypted_recipient_data")
    if data.has("path_id"):
        raise Reject("onion.payload", "a relay's data has path_id")


def for_the_end(onionmsg: Stream) -> dict[str, Any]:
    content = sole_content(onionmsg)
    out: dict[str, Any] = {"content": {"type": str(content.type), "value": content.value.hex()}}
    if onionmsg.has("reply_path"):
        out["reply_path"] = PATH.to_json(onionmsg.get("reply_path"))
    return out


def sole_content(onionmsg: Stream) -> Record:
    """The one record of a last hop's payload that is for it."""
    contents = [record for record in onionmsg.records if record.type >= FIRST_CONTENT_TYPE]
    if len(contents) != 1:
        raise Reject("onion.payload", f"{len(contents)} contents")
    if any(record.type == contents[0].type for record in onionmsg.unknown):
        raise Reject("onion.payload", f"nobody here understands record {contents[0].type}")
    return contents[0]
