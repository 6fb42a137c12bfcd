"""Offers and invoice requests (BOLT 12 with PR 1149): their text form, and what their readers must refuse."""

import re
from typing import Any

from . import merkle
from .fundamental import MAX_MSAT
from .outcomes import Reject
from .profiles import Profile
from .streams import INVOICE_REQUEST_RANGES, OFFER_RANGES, SIGNATURE_RANGE, Stream, decode, in_ranges, tables
from .tlv import Record

BITCOIN = bytes.fromhex("6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000")

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_JOIN = re.compile(r"(?<=[0-9A-Za-z])\+\s*(?=[0-9A-Za-z])")


def decode_text(text: str, prefix: str) -> bytes:
    """BOLT 12, "Encoding": bech32 without a checksum, in one case, `+` and white space joining parts."""
    # Outside ASCII some characters are letters or white space to Python: the alphabet is bech32's, which has none of them.
    if not text.isascii():
        raise Reject("bech32", "a character outside ASCII")
    joined = _JOIN.sub("", text)
    if joined != joined.lower() and joined != joined.upper():
        raise Reject("bech32", "mixed case")
    hrp, separator, data = joined.lower().rpartition("1")
    if not separator or hrp != prefix:
        raise Reject("bech32", f"does not start with {prefix}1")
    decoded = bytearray()
    bits, count = 0, 0
    for character in data:
        value = _CHARSET.find(character)
        if value < 0:
            raise Reject("bech32", f"{character!r} is no bech32 character")
        bits, count = bits << 5 | value, count + 5
        if count >= 8:
            count -= 8
            decoded.append(bits >> count)
            bits &= (1 << count) - 1
    if count > 4 or bits:
        raise Reject("bech32", "padding of more than 4 bits, or not zero")
    return bytes(decoded)


def encode_text(data: bytes, prefix: str) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return f"{prefix}1" + "".join(_CHARSET[int(bits[i : i + 5], 2)] for i in range(0, len(bits), 5))


def has_unknown_even_bit(features: bytes | None, known: tuple[int, ...] = ()) -> bool:
    features = features or b""
    bits = int.from_bytes(features, "big") & int.from_bytes(b"\x55" * len(features), "big")
    for bit in known:
        bits &= ~(1 << bit)
    return bits != 0


def offer_records(stream: Stream) -> list[Record]:
    """The records of an offer, which requests and invoices mirror."""
    return [record for record in stream.records if in_ranges(record.type, OFFER_RANGES)]


def check_same_offer(stream: Stream, other: Stream, what: str) -> None:
    if offer_records(stream) != offer_records(other):
        raise Reject("context", f"the offer's records are not those of {what}")


def check_amount(stream: Stream, name: str) -> None:
    """BOLT 1, "Fundamental Types": no amount is above 21 million BTC."""
    if (stream.get(name) or 0) > MAX_MSAT:
        raise Reject("tlv.range", f"{name} is more than 21 million BTC")


# Offers


def decode_offer(data: bytes, profile: Profile) -> Stream:
    return decode(data, tables(profile)["offer"])


def check_offer(offer: Stream, chain: bytes | None = None, now: int | None = None) -> None:
    """BOLT 12, "Requirements For Offers", reader. Without a chain or a time the rules about them are left out."""
    for record in offer.records:
        if not in_ranges(record.type, OFFER_RANGES):
            raise Reject("tlv.range", f"type {record.type} does not belong in an offer")
    if has_unknown_even_bit(offer.get("offer_features")):
        raise Reject("features", "offer_features")
    if offer.get("offer_chains") == []:
        raise Reject("semantic.offer_chains", "no chain at all")
    if chain is not None and chain not in (offer.get("offer_chains") or [BITCOIN]):
        raise Reject("semantic.offer_chains", "not for this chain")
    check_offer_amount(offer)
    if not offer.has("offer_issuer_id") and not offer.get("offer_paths"):
        raise Reject("tlv.missing", "neither offer_issuer_id nor offer_paths")
    if now is not None and offer.has("offer_absolute_expiry") and now > offer.get("offer_absolute_expiry"):
        raise Reject("expired", "the offer")


def check_offer_amount(offer: Stream) -> None:
    """What the records of an amount demand of each other."""
    if offer.has("offer_amount"):
        if not offer.has("offer_description"):
            raise Reject("semantic.offer_description", "an amount without a description")
        if offer.get("offer_amount") == 0:
            raise Reject("semantic.offer_amount", "zero")
        if not offer.has("offer_currency"):
            check_amount(offer, "offer_amount")
    elif offer.has("offer_currency"):
        raise Reject("semantic.offer_currency", "a currency without an amount")


def check_offer_answered_by_another(offer: Stream, profile: Profile) -> None:
    """PR 1149: what an offer needs so that another node can answer requests for it. That offer_issuer_id has to be
    there is a reading: without it the invoice would have to be signed with a key of the answering node."""
    if len(offer.get("offer_chains") or []) > 1:
        raise Reject("semantic.offer_chains", "more than one chain")
    if not offer.get("offer_paths"):
        raise Reject("tlv.missing", "offer_paths")
    if profile.requires_issuer_id:
        offer.require("offer_issuer_id")


# Invoice requests


def decode_request(data: bytes, profile: Profile) -> Stream:
    return decode(data, tables(profile)["invoice_request"])


def check_request(data: bytes, request: Stream) -> None:
    """BOLT 12, "Requirements for Invoice Requests", reader: the rules that need nothing but the request."""
    request.require("invreq_payer_id", "invreq_metadata")
    for record in request.records:
        if not in_ranges(record.type, (*INVOICE_REQUEST_RANGES, SIGNATURE_RANGE)):
            raise Reject("tlv.range", f"type {record.type} does not belong in an invoice request")
    if has_unknown_even_bit(request.get("invreq_features")):
        raise Reject("features", "invreq_features")
    check_amount(request, "invreq_amount")
    if not request.has("offer_currency"):
        check_amount(request, "offer_amount")
    _check_quantity(request)
    _check_requested_amount(request)
    _check_bip_353_name(request.get("invreq_bip_353_name"))
    merkle.verify(data, "invoice_request", request.get("invreq_payer_id"))


def _check_quantity(request: Stream) -> None:
    quantity, maximum = request.get("invreq_quantity"), request.get("offer_quantity_max")
    if maximum is None:
        if quantity is not None:
            raise Reject("semantic.invreq_quantity", "the offer has no quantity")
    elif quantity is None:
        raise Reject("semantic.invreq_quantity", "missing")
    elif maximum and not 1 <= quantity <= maximum:
        raise Reject("semantic.invreq_quantity", f"{quantity} of at most {maximum}")


def expected_amount(request: Stream) -> int | None:
    """What the offer asks for, in msat. Not known when it asks in another currency."""
    if not request.has("offer_amount") or request.has("offer_currency"):
        return None
    quantity = request.get("invreq_quantity") if request.has("invreq_quantity") else 1
    return int(request.get("offer_amount")) * int(quantity)


def _check_requested_amount(request: Stream) -> None:
    amount = request.get("invreq_amount")
    if amount is None:
        if not request.has("offer_amount"):
            raise Reject("semantic.invreq_amount", "neither the offer nor the request names an amount")
    elif amount < (expected_amount(request) or 0):
        raise Reject("semantic.invreq_amount", f"{amount} is less than expected")


_DOMAIN_NAME = re.compile(rb"[0-9A-Za-z_.-]*")


def _check_bip_353_name(name: dict[str, Any] | None) -> None:
    if name and not all(_DOMAIN_NAME.fullmatch(name[part]) for part in ("name", "domain")):
        raise Reject("semantic.invreq_bip_353_name", "a byte that no domain name has")


def check_request_for(
    request: Stream, data: bytes, invoice: Stream, now: int, chain: bytes, arrived_over: int | None
) -> None:
    """The same for a node that answers with a stored static invoice: of the offer it knows what the invoice mirrors.
    A static invoice may be used again, so a repeated invreq_metadata is no reason to refuse."""
    check_request(data, request)
    if not request.has("offer_issuer_id") and not request.has("offer_paths"):
        raise Reject("context", "not a request for an offer")
    check_same_offer(request, invoice, "the stored invoice")
    if request.has("offer_absolute_expiry") and now > request.get("offer_absolute_expiry"):
        raise Reject("expired", "the offer")
    if (request.get("invreq_chain") or BITCOIN) != chain:
        raise Reject("semantic.invreq_chain", "not a supported chain")
    check_arrival(request, arrived_over)


def check_arrival(request: Stream, arrived_over: int | None) -> None:
    """Only over one of the offer's paths; with none, only directly."""
    paths = request.get("offer_paths")
    if paths is None:
        if arrived_over is not None:
            raise Reject("context", "the offer has no paths, the request came over one")
    elif arrived_over is None or arrived_over >= len(paths):
        raise Reject("context", "did not come over one of the offer's paths")
