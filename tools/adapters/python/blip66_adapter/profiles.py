"""Profiles: the numbers and switches in which the drafts and the deployed implementations differ."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

TWO_WEEKS = 14 * 24 * 3600


@dataclass(frozen=True)
class Profile:
    name: str

    # bLIP-66 and BOLT 1149 onion message payloads.
    offer_paths_request_type: int = 65540
    offer_paths_type: int = 65542
    serve_static_invoice_type: int = 65544
    static_invoice_persisted_type: int = 65546
    held_htlc_available_type: int = 72
    release_held_htlc_type: int = 74
    # Whether the body of these six is a BigSize length and then the stream (anything after it ignored).
    inner_length: bool = False

    # Static invoices.
    message_paths_type: int = 178
    minimum_message_paths: int = 2
    accepts_empty_message_paths: bool = False
    default_relative_expiry: int = TWO_WEEKS
    # Whether a static invoice may hold no records but an offer's, an invoice's and signatures.
    invoice_ranges_only: bool = False
    checks_payinfo_features: bool = True

    # Payment onion and HTLC messages.
    invoice_request_type: int = 1
    preimage_type: int = 5482373484
    ignores_unknown_odd_in_payload: bool = False
    hold_htlc_type: int = 2
    release_paths_type: int = 0
    release_paths_have_htlc_id: bool = False

    # Blinded message paths.
    receive_key_tags: bool = False
    refuses_two_next_hops: bool = False


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
    invoice_ranges_only=True,
    checks_payinfo_features=False,
    invoice_request_type=77777,
    ignores_unknown_odd_in_payload=True,
    hold_htlc_type=75537,
    release_paths_type=75537,
    release_paths_have_htlc_id=True,
    receive_key_tags=True,
    refuses_two_next_hops=True,
)

BUILT_IN = {profile.name: profile for profile in (BLIP66_DRAFT, LDK_0_2)}


def adjusted(base: Profile, table: Mapping[str, Any]) -> Profile:
    """The profile with the members of `table` that it has too, where they have the right type. A table in another
    form changes nothing."""
    known = {field.name for field in fields(Profile)} - {"name"}
    changes = {
        name: value for name, value in table.items() if name in known and type(value) is type(getattr(base, name))
    }
    return replace(base, **changes)


def known_profiles(tables: Mapping[str, Any]) -> dict[str, Profile]:
    """The built-in profiles, and those handed over of which something is understood."""
    profiles = dict(BUILT_IN)
    for name, table in tables.items():
        if not isinstance(table, Mapping):
            continue
        base = BUILT_IN.get(name, replace(BLIP66_DRAFT, name=name))
        profile = adjusted(base, table)
        if profile != base:
            profiles[name] = profile
    return profiles
