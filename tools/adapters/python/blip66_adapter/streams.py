"""The record tables of the TLV streams (BOLT 1 Appendix B, BOLT 2, 4 and 12, BOLT PR 1149, bLIP-66)."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from .fundamental import (
    BYTES,
    CHAIN_HASH,
    FEATURES,
    FLAG,
    HASH,
    PATH,
    PATHS,
    PAYINFO,
    POINT,
    SCID,
    SIGNATURE,
    TU32,
    TU64,
    U16,
    U32,
    U64,
    UTF8,
    Kind,
    Many,
    Prefixed,
    Struct,
    Unsigned,
    list_from_json,
    decimal_from_json,
    hex_from_json,
    member,
    object_from_json,
)
from .outcomes import BadRequest, Reject
from .profiles import Profile, Range
from .tlv import Record, each_record, write_records


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind


@dataclass(frozen=True)
class Table:
    """What a stream may hold. Types in the `refused` ranges have no place there even if they are odd."""

    fields: dict[int, Field]
    refused: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Stream:
    """A decoded stream: its records, and by name the values of those that its table knows."""

    records: list[Record]
    values: dict[str, Any]
    table: Table

    def get(self, name: str) -> Any:
        """The value, or None where the record is absent."""
        return self.values.get(name)

    def has(self, name: str) -> bool:
        return name in self.values

    def require(self, *names: str) -> None:
        for name in names:
            if name not in self.values:
                raise Reject("tlv.missing", name)

    @property
    def unknown(self) -> list[Record]:
        return [record for record in self.records if record.type not in self.table.fields]


def in_ranges(type_: int, ranges: tuple[Range, ...]) -> bool:
    return any(low <= type_ <= high for low, high in ranges)


def decode(data: bytes, table: Table) -> Stream:
    """BOLT 1: canonical, ordered, nothing even that is unknown, and every known value exactly as its type says. What
    is wrong first, from front to back, is what is said."""
    records = []
    values = {}
    for record in each_record(data):
        records.append(record)
        if in_ranges(record.type, table.refused):
            raise Reject("tlv.range", f"type {record.type} does not belong in this stream")
        field = table.fields.get(record.type)
        if field:
            values[field.name] = field.kind.read_whole(record.value)
        elif record.type % 2 == 0:
            raise Reject("tlv.unknown_even", f"type {record.type}")
    return Stream(records, values, table)


def encode(values: dict[str, Any], unknown: list[Record], table: Table) -> bytes:
    known = [
        Record(type_, field.kind.write(values[field.name]))
        for type_, field in table.fields.items()
        if field.name in values
    ]
    return write_records(sorted([*known, *unknown], key=lambda record: record.type))


def fields_to_json(stream: Stream) -> dict[str, Any]:
    json = {
        field.name: field.kind.to_json(stream.values[field.name])
        for _, field in sorted(stream.table.fields.items())
        if stream.has(field.name)
    }
    if stream.unknown:
        json["unknown"] = records_to_json(stream.unknown)
    return json


def fields_from_json(json: Any, where: str, table: Table) -> tuple[dict[str, Any], list[Record]]:
    values = {}
    unknown: list[Record] = []
    kinds = {field.name: field.kind for field in table.fields.values()}
    for name, value in object_from_json(json, where).items():
        if name == "unknown":
            unknown = records_from_json(value, f"{where}.unknown")
        elif name in kinds:
            values[name] = kinds[name].from_json(value, f"{where}.{name}")
        else:
            raise BadRequest(f"{where}.{name}", "this stream has no such record")
    return values, unknown


def records_to_json(records: list[Record]) -> list[dict[str, str]]:
    return [{"type": str(record.type), "value": record.value.hex()} for record in records]


def records_from_json(json: Any, where: str) -> list[Record]:
    records = []
    for i, item in enumerate(list_from_json(json, where)):
        at = f"{where}[{i}]"
        type_ = decimal_from_json(member(item, "type", at), f"{at}.type")
        records.append(Record(type_, hex_from_json(member(item, "value", at), f"{at}.value")))
    return records


# BOLT 12. Each range belongs to one writer.

OFFER_RANGES: tuple[Range, ...] = ((1, 79), (1_000_000_000, 1_999_999_999))
INVOICE_REQUEST_RANGES: tuple[Range, ...] = ((0, 159), (1_000_000_000, 2_999_999_999))
SIGNATURE_RANGE: Range = (240, 1000)

OFFER = {
    2: Field("offer_chains", Many(CHAIN_HASH)),
    4: Field("offer_metadata", BYTES),
    6: Field("offer_currency", UTF8),
    8: Field("offer_amount", TU64),
    10: Field("offer_description", UTF8),
    12: Field("offer_features", FEATURES),
    14: Field("offer_absolute_expiry", TU64),
    16: Field("offer_paths", PATHS),
    18: Field("offer_issuer", UTF8),
    20: Field("offer_quantity_max", TU64),
    22: Field("offer_issuer_id", POINT),
}

REQUEST = {
    0: Field("invreq_metadata", BYTES),
    80: Field("invreq_chain", CHAIN_HASH),
    82: Field("invreq_amount", TU64),
    84: Field("invreq_features", FEATURES),
    86: Field("invreq_quantity", TU64),
    88: Field("invreq_payer_id", POINT),
    89: Field("invreq_payer_note", UTF8),
    90: Field("invreq_paths", PATHS),
    91: Field("invreq_bip_353_name", Struct(name=Prefixed(1), domain=Prefixed(1))),
}

SIGNATURES = {240: Field("signature", SIGNATURE)}

INVOICE = {
    160: Field("invoice_paths", PATHS),
    162: Field("invoice_blindedpay", Many(PAYINFO)),
    164: Field("invoice_created_at", TU64),
    166: Field("invoice_relative_expiry", TU32),
    168: Field("invoice_payment_hash", HASH),
    170: Field("invoice_amount", TU64),
    172: Field("invoice_fallbacks", Many(Struct(version=Unsigned(1), address=Prefixed(2)))),
    174: Field("invoice_features", FEATURES),
    176: Field("invoice_node_id", POINT),
}

# BOLT 4

ENCRYPTED_DATA = {
    1: Field("padding", BYTES),
    2: Field("short_channel_id", SCID),
    4: Field("next_node_id", POINT),
    6: Field("path_id", BYTES),
    8: Field("next_path_key_override", POINT),
    10: Field(
        "payment_relay", Struct(cltv_expiry_delta=U16, fee_proportional_millionths=U32, fee_base_msat=TU32)
    ),
    12: Field("payment_constraints", Struct(max_cltv_expiry=U32, htlc_minimum_msat=TU64)),
    14: Field("allowed_features", FEATURES),
}

PAYLOAD = {
    2: Field("amt_to_forward", TU64),
    4: Field("outgoing_cltv_value", TU32),
    6: Field("short_channel_id", SCID),
    8: Field("payment_data", Struct(payment_secret=HASH, total_msat=TU64)),
    10: Field("encrypted_recipient_data", BYTES),
    12: Field("current_path_key", POINT),
    16: Field("payment_metadata", BYTES),
    18: Field("total_amount_msat", TU64),
}

# LDK's payment paths of v0.2: the payment secret, the context, and what authenticates it.
LDK_PAYMENT_DATA = {
    65536: Field("payment_secret", HASH),
    65537: Field("context", BYTES),
    65539: Field("authentication", BYTES),
}


def _message_data(profile: Profile) -> dict[int, Field]:
    """LDK reads no more of BOLT 4's records than it needs, and has its own for the context and for dummy hops."""
    if profile.context_type == 6:
        return ENCRYPTED_DATA
    own = {profile.context_type: Field("context", BYTES)}
    if profile.dummy_hop_type is not None:
        own[profile.dummy_hop_type] = Field("dummy", FLAG)
    return {**{type_: ENCRYPTED_DATA[type_] for type_ in (1, 2, 4, 8)}, **own}


def _onionmsg(profile: Profile) -> dict[int, Field]:
    """Contents are opaque here: `msg.decode` and the BOLT 12 operations read them."""
    fields = {
        2: Field("reply_path", PATH),
        4: Field("encrypted_recipient_data", BYTES),
        64: Field("invoice_request", BYTES),
        66: Field("invoice", BYTES),
        68: Field("invoice_error", BYTES),
    }
    return fields | {profile.message_type(name): Field(name, BYTES) for name in profile.known_messages}


def _release_paths(profile: Profile) -> Kind:
    return Many(Struct(htlc_id=U64, path=PATH)) if profile.release_paths_have_htlc_id else PATHS


@cache
def tables(profile: Profile) -> dict[str, Table]:
    message_paths = {profile.message_paths_type: Field("static_invoice_message_paths", PATHS)}
    static_invoice = {**OFFER, **REQUEST, **INVOICE, **message_paths, **SIGNATURES}
    encrypted_data = {**ENCRYPTED_DATA, **LDK_PAYMENT_DATA} if profile.context_type != 6 else ENCRYPTED_DATA
    payload = {
        **PAYLOAD,
        profile.payload_invoice_request_type: Field("invoice_request", BYTES),
        profile.payload_preimage_type: Field("sender_provided_payment_preimage", HASH),
    }
    point = Struct(node_id=POINT, amount_msat_1=U64, amount_msat_2=U64)
    return {
        "n1": Table(
            {1: Field("tlv1", TU64), 2: Field("tlv2", SCID), 3: Field("tlv3", point), 254: Field("tlv4", U16)}
        ),
        "n2": Table({0: Field("tlv1", TU64), 11: Field("tlv2", TU32)}),
        "offer": Table(OFFER),
        "invoice_request": Table({**OFFER, **REQUEST, **SIGNATURES}),
        "static_invoice": Table(static_invoice, profile.refused_ranges),
        "onionmsg": Table(_onionmsg(profile)),
        "encrypted_data": Table(encrypted_data),
        "encrypted_message_data": Table(_message_data(profile)),
        "payload": Table(payload),
        # bLIP-66 and BOLT 1149 messages
        "offer_paths_request": Table({0: Field("invoice_slot", U16)}),
        "offer_paths": Table({0: Field("offer_paths", PATHS), 2: Field("paths_absolute_expiry", U64)}),
        "serve_static_invoice": Table(
            {0: Field("static_invoice", BYTES), 2: Field("forward_invoice_request_path", PATH)}
        ),
        "static_invoice_persisted": Table({}),
        "held_htlc_available": Table({}),
        "release_held_htlc": Table({}),
        "update_add_htlc_tlvs": Table(
            {0: Field("blinded_path", POINT), profile.hold_htlc_type: Field("hold_htlc", FLAG)}
        ),
        "revoke_and_ack_tlvs": Table(
            {profile.release_paths_type: Field("release_held_htlc_message_paths", _release_paths(profile))}
        ),
    }


# The schemas of `tlv.decode`.
PUBLIC_SCHEMAS = (
    "n1",
    "n2",
    "offer",
    "invoice_request",
    "static_invoice",
    "onionmsg",
    "encrypted_data",
    "offer_paths_request",
    "offer_paths",
    "serve_static_invoice",
    "payload",
)
