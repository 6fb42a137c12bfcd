"""The payload of the last hop of an async payment (BOLT 4 with PR 1149)."""

from typing import Any

from . import bolt12
from .crypto import sha256
from .fundamental import MAX_MSAT
from .outcomes import Reject
from .profiles import Profile
from .streams import Stream, decode, encode, tables
from .tlv import Record

# Nothing says which delta a BOLT 12 recipient wants; this is BOLT 11's default.
MIN_FINAL_CLTV_EXPIRY_DELTA = 18

ASYNC = ("invoice_request", "sender_provided_payment_preimage")
FINAL = ("amt_to_forward", "outgoing_cltv_value", "total_amount_msat")
# BOLT 4's list of what a final hop in a blinded path may find was not extended with the two async records; literally
# read, every async payment would be refused.
ALLOWED = ("encrypted_recipient_data", "current_path_key", *FINAL, *ASYNC)


def build(values: dict[str, Any], unknown: list[Record], profile: Profile) -> bytes:
    """Writes the records as they are given. What pays a static invoice has to be complete and hold nothing else."""
    if any(name in values for name in ASYNC):
        for name in ("encrypted_recipient_data", *FINAL, *ASYNC):
            if name not in values:
                raise Reject("tlv.missing", name)
        for name in values:
            if name not in ALLOWED:
                raise Reject(f"semantic.{name}", "does not belong in this payload")
        if unknown:
            raise Reject("onion.payload", f"record {unknown[0].type} does not belong in this payload")
    return encode(values, unknown, tables(profile)["payload"])


def validate(
    data: bytes,
    profile: Profile,
    payment_hash: bytes,
    amount_msat: int,
    cltv_expiry: int,
    height: int,
    offer: Stream | None,
    encrypted_data: bytes | None,
) -> Stream:
    payload = decode(data, tables(profile)["payload"])
    _check_records(payload, profile)
    amount, total = payload.get("amt_to_forward"), payload.get("total_amount_msat")
    if max(amount, total) > MAX_MSAT:
        raise Reject("tlv.range", "more than 21 million BTC")
    if amount_msat < amount:
        raise Reject("semantic.amt_to_forward", "the HTLC carries less")
    if cltv_expiry < payload.get("outgoing_cltv_value"):
        raise Reject("semantic.outgoing_cltv_value", "the HTLC expires earlier")
    if cltv_expiry < height + MIN_FINAL_CLTV_EXPIRY_DELTA:
        raise Reject("semantic.outgoing_cltv_value", "the HTLC expires too soon")
    if encrypted_data is not None:
        _check_encrypted_data(encrypted_data, profile, amount_msat, cltv_expiry)
    preimage = payload.get("sender_provided_payment_preimage")
    if preimage is not None and sha256(preimage) != payment_hash:
        raise Reject("semantic.sender_provided_payment_preimage", "does not hash to the payment hash")
    if payload.has("invoice_request"):
        _check_request(payload.get("invoice_request"), profile, total, offer)
    return payload


def _check_records(payload: Stream, profile: Profile) -> None:
    payload.require("encrypted_recipient_data", *FINAL)
    for name in payload.values:
        if name not in ALLOWED:
            raise Reject(f"semantic.{name}", "does not belong in a final payload of a blinded path")
    if payload.unknown and not profile.ignores_unknown_odd_in_payload:
        raise Reject("onion.payload", f"record {payload.unknown[0].type}")
    # The two records of an async payment come together.
    if any(payload.has(name) for name in ASYNC):
        payload.require(*ASYNC)


def _check_encrypted_data(encrypted_data: bytes, profile: Profile, amount_msat: int, cltv_expiry: int) -> None:
    data = decode(encrypted_data, tables(profile)["encrypted_data"])
    if int.from_bytes(data.get("allowed_features") or b"", "big"):
        raise Reject("features", "allowed_features")
    if data.has("short_channel_id") and data.has("next_node_id"):
        raise Reject("semantic.next_node_id", "short_channel_id too")
    constraints = data.get("payment_constraints")
    if constraints and cltv_expiry > constraints["max_cltv_expiry"]:
        raise Reject("semantic.payment_constraints", "max_cltv_expiry")
    if constraints and amount_msat < constraints["htlc_minimum_msat"]:
        raise Reject("semantic.payment_constraints", "htlc_minimum_msat")


def _check_request(data: bytes, profile: Profile, total: int, offer: Stream | None) -> None:
    """The payment has to be what the request asked an invoice for. One HTLC may carry a part: the total counts."""
    request = bolt12.decode_request(data, profile)
    bolt12.check_request(data, request)
    if offer:
        bolt12.check_same_offer(request, offer, "the offer")
    expected = request.get("invreq_amount") or bolt12.expected_amount(request) or 0
    if total < expected:
        raise Reject("semantic.total_amount_msat", f"{total} of {expected} msat")
