"""Static invoices: BOLT 12 with PR 1149, and for what it leaves open the recommended readings."""

import re
from typing import Any

from . import crypto, merkle
from .bolt12 import (
    BITCOIN,
    check_offer,
    check_offer_amount,
    check_offer_answered_by_another,
    check_same_offer,
    decode_offer,
    has_unknown_even_bit,
    offer_records,
)
from .outcomes import Reject
from .profiles import Profile
from .streams import Stream, decode, encode, tables

MESSAGE_NAME = "static_invoice"
MPP_BITS = (16, 17)


def decode_invoice(data: bytes, profile: Profile) -> Stream:
    return decode(data, tables(profile)["static_invoice"])


# Writer


def check_signing_key(invoice: Stream, secret: bytes) -> None:
    invoice.require("invoice_node_id")
    if crypto.public_key(secret) != invoice.get("invoice_node_id"):
        raise Reject("semantic.invoice_node_id", "not the key's point")


def sign(data: bytes, profile: Profile, secret: bytes, aux: bytes = merkle.ZERO_AUX) -> merkle.Signed:
    invoice = decode_invoice(data, profile)
    check_signing_key(invoice, secret)
    return merkle.sign(invoice.records, MESSAGE_NAME, secret, aux)


def build(profile: Profile, offer_bytes: bytes, values: dict[str, Any], secret: bytes) -> bytes:
    """`values` are those of the invoice's own records, but for node id and signature."""
    offer = decode_offer(offer_bytes, profile)
    check_offer(offer)
    check_offer_answered_by_another(offer, profile)
    if not values["invoice_paths"]:
        raise Reject("semantic.invoice_paths", "none")
    if len(values["static_invoice_message_paths"]) < profile.minimum_message_paths:
        raise Reject("semantic.static_invoice_message_paths", f"fewer than {profile.minimum_message_paths}")
    offer.require("offer_issuer_id")  # else only the answering node could sign
    values = {**values, "invoice_node_id": offer.get("offer_issuer_id")}
    return sign(encode(values, offer_records(offer), tables(profile)["static_invoice"]), profile, secret).stream


# Reader


def verify(data: bytes, profile: Profile) -> None:
    invoice = decode_invoice(data, profile)
    invoice.require("invoice_node_id", "signature")
    merkle.verify(data, MESSAGE_NAME, invoice.get("invoice_node_id"))


def is_expired(invoice: Stream, now: int, profile: Profile) -> bool:
    lifetime = invoice.get("invoice_relative_expiry")
    if lifetime is None:
        lifetime = profile.default_relative_expiry
    return bool(now > invoice.get("invoice_created_at") + lifetime)


def check(data: bytes, invoice: Stream, profile: Profile, now: int, chain: bytes, path_used: int | None) -> None:
    """"A reader of an invoice", as far as it concerns one without a payment hash."""
    for name in ("invoice_payment_hash", "invoice_amount"):
        if invoice.has(name):
            raise Reject(f"semantic.{name}", "a static invoice has none")
    invoice.require("invoice_created_at", "invoice_node_id", "signature")
    _check_chain(invoice, chain)
    if profile.checks_offer:
        _check_offer_inside(invoice)
    if has_unknown_even_bit(invoice.get("invoice_features"), MPP_BITS):
        raise Reject("features", "invoice_features")
    if is_expired(invoice, now, profile):
        raise Reject("expired", "the invoice")
    _check_payment_paths(invoice, profile)
    _check_node_id(invoice, None if profile.any_path_may_sign else path_used)
    merkle.verify(data, MESSAGE_NAME, invoice.get("invoice_node_id"))
    invoice.require("static_invoice_message_paths")
    if not invoice.get("static_invoice_message_paths") and not profile.accepts_empty_message_paths:
        raise Reject("semantic.static_invoice_message_paths", "none")


def _check_chain(invoice: Stream, chain: bytes) -> None:
    """The text looks at invreq_chain, which a static invoice may not have."""
    chains = invoice.get("offer_chains") if invoice.has("offer_chains") else [BITCOIN]
    if len(chains) > 1:
        raise Reject("semantic.offer_chains", "more than one chain")
    if chains != [chain]:
        raise Reject("semantic.offer_chains", "not a supported chain")


_CURRENCY = re.compile(r"[A-Z]{3}")


def _check_offer_inside(invoice: Stream) -> None:
    """What LDK v0.2.5 demands of the offer that an invoice mirrors (`OfferContents::try_from`, `static_invoice.rs`)."""
    invoice.require("offer_paths")
    check_offer_amount(invoice)
    if invoice.has("offer_currency") and not _CURRENCY.fullmatch(invoice.get("offer_currency")):
        raise Reject("semantic.offer_currency", "not three upper-case letters")
    if not invoice.get("offer_paths") and not invoice.has("offer_issuer_id"):
        raise Reject("semantic.offer_paths", "none, and no issuer key either")


def _check_payment_paths(invoice: Stream, profile: Profile) -> None:
    invoice.require("invoice_paths", "invoice_blindedpay")
    paths, payinfos = invoice.get("invoice_paths"), invoice.get("invoice_blindedpay")
    if not paths:
        raise Reject("semantic.invoice_paths", "none")
    if len(payinfos) != len(paths):
        raise Reject("semantic.invoice_blindedpay", f"{len(payinfos)} for {len(paths)} paths")
    if profile.checks_payinfo_features and all(has_unknown_even_bit(payinfo["features"]) for payinfo in payinfos):
        raise Reject("features", "no usable path is left")


def _check_node_id(invoice: Stream, path_used: int | None) -> None:
    node_id = invoice.get("invoice_node_id")
    if invoice.has("offer_issuer_id"):
        if invoice.get("offer_issuer_id") != node_id:
            raise Reject("semantic.invoice_node_id", "not offer_issuer_id")
        return
    if not invoice.has("offer_paths"):
        return
    last_ids = [path.hops[-1].blinded_node_id for path in invoice.get("offer_paths")]
    if path_used is not None:
        if path_used >= len(last_ids):
            raise Reject("context", "the offer has no such path")
        last_ids = [last_ids[path_used]]
    # Which path the request took may be unknown here; the id of some path it has to be.
    if node_id not in last_ids:
        raise Reject("semantic.invoice_node_id", "not the last blinded id of the path")


def check_origin(invoice: Stream, offer: Stream | None, request: Stream | None, arrived_over: str | None) -> None:
    """That it answers the request that was sent, where that is known."""
    if offer:
        check_same_offer(invoice, offer, "the offer")
    if request:
        check_same_offer(invoice, request, "the request")
    if arrived_over not in (None, "reply_path"):
        raise Reject("context", "did not come over the request's reply path")


def check_is_invoice(data: bytes, profile: Profile) -> None:
    """For the record that carries one in serve_static_invoice: a whole stream, signature included."""
    decode_invoice(data, profile).require("signature")
