"""Profiles: the numbers and switches in which the drafts and the deployed implementations differ.

Two are built in. `hello` may hand over tables (see `Spec/profiles`), which then win over what is built in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .outcomes import BadRequest
from .tlv import MAX_U64

TWO_WEEKS = 14 * 24 * 3600

Range = tuple[int, int]

ALL_MESSAGES = (
    "offer_paths_request",
    "offer_paths",
    "serve_static_invoice",
    "static_invoice_persisted",
    "held_htlc_available",
    "release_held_htlc",
    "static_invoice",
)


@dataclass(frozen=True)
class Profile:
    name: str

    # Contents of onion messages (bLIP-66, BOLT PR 1149).
    offer_paths_request_type: int = 65540
    offer_paths_type: int = 65542
    serve_static_invoice_type: int = 65544
    static_invoice_persisted_type: int = 65546
    held_htlc_available_type: int = 72
    release_held_htlc_type: int = 74
    static_invoice_type: int = 70
    # Those that a node understands; the others' numbers mean nothing to it.
    known_messages: tuple[str, ...] = ALL_MESSAGES
    # Whether a body is a BigSize length and then the stream, anything after it ignored. Not so for static_invoice.
    inner_length: bool = False

    # Static invoices.
    message_paths_type: int = 178
    minimum_message_paths: int = 2
    accepts_empty_message_paths: bool = False
    default_relative_expiry: int = TWO_WEEKS
    checks_payinfo_features: bool = True
    requires_issuer_id: bool = True
    any_path_may_sign: bool = False
    # Whether a reader judges the offer inside the invoice too, and wants paths in it.
    checks_offer: bool = False
    # Whether the signature of an invoice is looked at while the message around it is read, or later.
    verifies_invoice_in_message: bool = False
    # Records that are refused whether even or odd.
    refused_ranges: tuple[Range, ...] = ()

    # Blinded message paths.
    context_type: int = 6
    dummy_hop_type: int | None = None
    receive_key_tags: bool = False
    refuses_two_next_hops: bool = False

    # Payments.
    payload_invoice_request_type: int = 1
    payload_preimage_type: int = 5482373484
    hold_htlc_type: int = 2
    release_paths_type: int = 0
    release_paths_have_htlc_id: bool = False
    # LDK leaves such records to the application.
    ignores_unknown_odd_in_payload: bool = False

    def message_type(self, name: str) -> int:
        type_: int = getattr(self, f"{name}_type")
        return type_


BLIP66_DRAFT = Profile("blip66-draft")

LDK_0_2 = Profile(
    "ldk-0.2",
    offer_paths_request_type=75540,
    offer_paths_type=75542,
    serve_static_invoice_type=75544,
    static_invoice_persisted_type=75546,
    inner_length=True,
    message_paths_type=236,
    minimum_message_paths=1,
    accepts_empty_message_paths=True,
    checks_payinfo_features=False,
    any_path_may_sign=True,
    checks_offer=True,
    verifies_invoice_in_message=True,
    refused_ranges=((0, 0), (80, 159), (1001, 999_999_999), (2_000_000_000, 2_999_999_999)),
    context_type=65537,
    dummy_hop_type=65539,
    receive_key_tags=True,
    refuses_two_next_hops=True,
    payload_invoice_request_type=77777,
    hold_htlc_type=75537,
    release_paths_type=75537,
    release_paths_have_htlc_id=True,
    ignores_unknown_odd_in_payload=True,
)

BUILT_IN = {profile.name: profile for profile in (BLIP66_DRAFT, LDK_0_2)}


# Tables that are handed over


def _integer(json: Any) -> int:
    if isinstance(json, bool) or not isinstance(json, (int, str)):
        raise ValueError("an integer wanted")
    value = int(json)
    if not 0 <= value <= MAX_U64:
        raise ValueError("out of range")
    return value


def _switch(json: Any) -> bool:
    if not isinstance(json, bool):
        raise ValueError("true or false wanted")
    return json


def _is(word: str, otherwise: str) -> Callable[[Any], bool]:
    def read(json: Any) -> bool:
        if json not in (word, otherwise):
            raise ValueError(f"{word} or {otherwise} wanted")
        return bool(json == word)

    return read


def _ranges(json: Any) -> tuple[Range, ...]:
    return tuple((_integer(low), _integer(high)) for low, high in json)


def _messages(json: Any) -> tuple[str, ...]:
    return tuple(name for name in ALL_MESSAGES if name in json)


# Where a table holds what, and how it is read.
PLACES: dict[str, dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "onion_message_types": {
        "offer_paths_request": ("offer_paths_request_type", _integer),
        "offer_paths": ("offer_paths_type", _integer),
        "serve_static_invoice": ("serve_static_invoice_type", _integer),
        "static_invoice_persisted": ("static_invoice_persisted_type", _integer),
        "held_htlc_available": ("held_htlc_available_type", _integer),
        "release_held_htlc": ("release_held_htlc_type", _integer),
        "static_invoice": ("static_invoice_type", _integer),
        "known": ("known_messages", _messages),
        "framing": ("inner_length", _is("length_prefixed", "raw")),
    },
    "static_invoice": {
        "message_paths_type": ("message_paths_type", _integer),
        "empty_message_paths_accepted": ("accepts_empty_message_paths", _switch),
        "min_message_paths": ("minimum_message_paths", _integer),
        "default_relative_expiry": ("default_relative_expiry", _integer),
        "payinfo_features_checked": ("checks_payinfo_features", _switch),
        "issuer_id_required": ("requires_issuer_id", _switch),
        "any_path_may_sign": ("any_path_may_sign", _switch),
        "offer_checked": ("checks_offer", _switch),
        "signature_verified_in_message": ("verifies_invoice_in_message", _switch),
        "refused_ranges": ("refused_ranges", _ranges),
    },
    "blinded_path": {
        "context_type": ("context_type", _integer),
        "dummy_hop_type": ("dummy_hop_type", _integer),
        "final_hop_tag": ("receive_key_tags", _is("receive_auth_key", "standard")),
        "both_next_hops": ("refuses_two_next_hops", _is("refuse", "node_id")),
    },
    "async_payment": {
        "payload_invoice_request_type": ("payload_invoice_request_type", _integer),
        "payload_preimage_type": ("payload_preimage_type", _integer),
        "hold_htlc_type": ("hold_htlc_type", _integer),
        "release_paths_type": ("release_paths_type", _integer),
        "release_paths_with_htlc_id": ("release_paths_have_htlc_id", _switch),
        "payload_unknown_odd_accepted": ("ignores_unknown_odd_in_payload", _switch),
    },
}


def adjusted(base: Profile, table: Mapping[str, Any], where: str) -> Profile:
    """The profile with what the table says. What the table leaves out stays; what is not known here is ignored."""
    changes = {}
    for section, places in PLACES.items():
        for name, (field, read) in places.items():
            try:
                if name in table.get(section, {}):
                    changes[field] = read(table[section][name])
            except (TypeError, ValueError) as error:
                raise BadRequest(f"{where}.{section}.{name}", str(error)) from None
    return replace(base, **changes)


def known_profiles(tables: Mapping[str, Any], where: str) -> dict[str, Profile]:
    profiles = dict(BUILT_IN)
    for name, table in tables.items():
        if not isinstance(table, Mapping):
            raise BadRequest(f"{where}.{name}", "an object wanted")
        if name in BUILT_IN or any(section in table for section in PLACES):
            base = BUILT_IN.get(name, replace(BLIP66_DRAFT, name=name))
            profiles[name] = adjusted(base, table, f"{where}.{name}")
    return profiles
