"""The table of operations: what each reads from `in`, which rule it asks, and what goes into `out`.

An operation reads all its arguments before it does anything, so that a malformed request is an error and never a
verdict."""

import dataclasses
from collections.abc import Callable, Collection
from typing import Any

from . import blinding, bolt12, crypto, merkle, messages, onion, payload, salt, static_invoice
from .arguments import Arguments
from .blinding import PlannedHop
from .fundamental import (
    FEATURES,
    NAMED_KINDS,
    PATH,
    PATHS,
    PAYINFO,
    BlindedPath,
    Many,
    SciddirOrPubkey,
    Struct,
    hex_from_json,
    number_from_json,
)
from .onion import HEADER_AND_HMAC, OnionHop
from .outcomes import BadRequest, Reject, Unsupported
from .profiles import Profile
from .streams import (
    PUBLIC_SCHEMAS,
    Stream,
    decode,
    fields_from_json,
    fields_to_json,
    records_from_json,
    records_to_json,
    tables,
)
from .tlv import Cursor, read_bigsize, read_records, write_bigsize, write_records

Json = dict[str, Any]
Operation = Callable[[Profile, Arguments], Json]

OPERATIONS: dict[str, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    def register(function: Operation) -> Operation:
        OPERATIONS[name] = function
        return function

    return register


def decoded(stream: Stream) -> Json:
    return {"records": records_to_json(stream.records), "fields": fields_to_json(stream)}


# BOLT 1


@operation("bigsize.decode")
def bigsize_decode(profile: Profile, args: Arguments) -> Json:
    cursor = Cursor(args.hex("bytes"))
    value = read_bigsize(cursor)
    if cursor.left:
        raise Reject("tlv.length", f"{cursor.left} bytes after the number")
    return {"value": str(value)}


@operation("bigsize.encode")
def bigsize_encode(profile: Profile, args: Arguments) -> Json:
    return {"bytes": write_bigsize(args.decimal("value")).hex()}


@operation("field.decode")
def field_decode(profile: Profile, args: Arguments) -> Json:
    kind = NAMED_KINDS[args.choice("kind", tuple(NAMED_KINDS))]
    return {"value": kind.to_json(kind.read_whole(args.hex("bytes")))}


@operation("tlv.decode")
def tlv_decode(profile: Profile, args: Arguments) -> Json:
    data = args.hex("bytes")
    if not args.has("schema"):
        return {"records": records_to_json(read_records(data))}
    schema = args.choice("schema", PUBLIC_SCHEMAS)
    return {"records": records_to_json(decode(data, tables(profile)[schema]).records)}


@operation("tlv.encode")
def tlv_encode(profile: Profile, args: Arguments) -> Json:
    records = records_from_json(args.raw("records"), args.at("records"))
    return {"bytes": write_records(records).hex()}


# BOLT 4, route blinding


def usable(path: BlindedPath) -> BlindedPath:
    """A path from JSON, as it would arrive: writing it checks what its shape does not."""
    PATH.write(path)
    return path


def checked_points(points: list[bytes], what: str) -> list[bytes]:
    return [crypto.check_point(point, f"{what}[{i}]") for i, point in enumerate(points)]


@operation("path.decode")
def path_decode(profile: Profile, args: Arguments) -> Json:
    return {"path": PATH.to_json(PATH.read_whole(args.hex("bytes")))}


@operation("path.encode")
def path_encode(profile: Profile, args: Arguments) -> Json:
    return {"bytes": PATH.write(args.path("path")).hex()}


@operation("path.create")
def path_create(profile: Profile, args: Arguments) -> Json:
    session_key = args.secret("session_key")
    introduction = args.value("introduction", SciddirOrPubkey()) if args.has("introduction") else None
    purpose = args.choice("purpose", ("message", "payment"))
    pad_to = args.number("pad_to", 65535) if args.has("pad_to") else None
    hops = [
        PlannedHop(
            hop.hex("node_id", 33),
            hop.hex("encrypted_data_tlv"),
            hop.flag("dummy"),
            hop.hex_if_any("receive_auth_key", 32),
            hop.secret("session_key") if hop.has("session_key") else None,
        )
        for hop in args.each("hops")
    ]
    if not hops:
        raise Reject("path.zero_hops")
    checked_points([hop.node_id for hop in hops], "hops")
    hops = [blinding.marked(hop, profile) for hop in hops]
    blinding.check_plan(hops, purpose, introduction, hops[0].session_key or session_key, profile)
    if pad_to is not None:
        hops = [
            dataclasses.replace(hop, encrypted_data_tlv=blinding.padded(hop.encrypted_data_tlv, pad_to))
            for hop in hops
        ]
    path, steps = blinding.make_path(session_key, hops, introduction)
    return {"path": PATH.to_json(path), "bytes": PATH.write(path).hex(), "steps": {"hops": steps}}


@operation("path.unblind")
def path_unblind(profile: Profile, args: Arguments) -> Json:
    k = args.secret("node_key")
    E = args.hex("path_key", 33)
    sealed = args.hex("encrypted_recipient_data")
    receive_auth_key = args.hex_if_any("receive_auth_key", 32)
    expected_path_id = args.hex_if_any("expected_path_id")
    crypto.check_point(E, "path_key")
    opened = blinding.unseal(k, E, sealed, profile, receive_auth_key)
    data = blinding.decode_data(opened.data, profile)
    context = {record.type: record.value for record in data.records}.get(profile.context_type)
    if expected_path_id is not None and context != expected_path_id:
        raise Reject("context", "path_id is not that of the path made for this purpose")
    return {
        "encrypted_data_tlv": opened.data.hex(),
        "next_path_key": blinding.following_path_key(data, E, opened.ss).hex(),
        "blinded_node_key": crypto.multiply_secret(k, blinding.blinding_factor(opened.ss)).hex(),
        "tag": opened.tag,
        "steps": {
            "shared_secret": opened.ss.hex(),
            "rho": opened.rho.hex(),
            "derived_path_key": blinding.next_path_key(E, opened.ss).hex(),
        },
    }


@operation("path.walk")
def path_walk(profile: Profile, args: Arguments) -> Json:
    path, keys = args.path("path"), args.all_secrets("node_keys")
    walked = blinding.walk(usable(path), keys, profile)
    hops = []
    for node_id, data in walked:
        hops.append({"node_id": node_id.hex()} | ({} if data is None else {"encrypted_data_tlv": data.hex()}))
    return {"ends_at": walked[-1][0].hex(), "hops": hops}


# BOLT 4, onion messages


@operation("om.build")
def om_build(profile: Profile, args: Arguments) -> Json:
    session_key = args.secret("session_key")
    pad_key = args.hex_if_any("pad_key", 32)
    size = args.number("size")
    hops = [OnionHop(hop.hex("node_id", 33), hop.hex("payload")) for hop in args.each("hops")]
    checked_points([hop.node_id for hop in hops], "hops")
    if not HEADER_AND_HMAC <= size <= 65535:
        raise Reject("onion.length", f"no onion message has {size} bytes")
    packet, steps = onion.make_packet(session_key, hops, size - HEADER_AND_HMAC, pad_key)
    return {"packet": packet.hex(), "steps": steps}


@operation("om.send_over")
def om_send_over(profile: Profile, args: Arguments) -> Json:
    path = args.path("path")
    prepend = args.all_hex("prepend", 33)
    content = args.hex("payload")
    session_key, path_session_key = args.secret("session_key"), args.secret("path_session_key")
    node_key = args.secret("node_key") if args.has("node_key") else None
    rest = onion.without_own_hops(usable(path), node_key, profile) if node_key else usable(path)
    first_hop, path_key, packet = onion.send_over(
        rest, checked_points(prepend, "prepend"), content, session_key, path_session_key, rest != path
    )
    return {"first_hop": first_hop, "path_key": path_key.hex(), "packet": packet.hex()}


@operation("om.peel")
def om_peel(profile: Profile, args: Arguments) -> Json:
    k, E, packet = args.secret("node_key"), args.hex("path_key", 33), args.hex("packet")
    receive_auth_key = args.hex_if_any("receive_auth_key", 32)
    known_features = args.hex_if_any("known_features") or b""
    and_classify = args.flag("classify")
    peeled = onion.peel(packet, k, E, profile, receive_auth_key, known_features)
    return peeled | (messages.classify_peeled(peeled, profile, known_features) if and_classify else {})


@operation("om.classify")
def om_classify(profile: Profile, args: Arguments) -> Json:
    onionmsg, data = args.hex("onionmsg_tlv"), args.hex("encrypted_data_tlv")
    args.raw("final")
    return messages.classify(onionmsg, data, args.flag("final"), profile)


# bLIP-66 and async payments


@operation("msg.decode")
def msg_decode(profile: Profile, args: Arguments) -> Json:
    message, data = args.choice("message", messages.MESSAGES), args.hex("bytes")
    return {"fields": fields_to_json(messages.decode_message(message, data, profile))}


@operation("msg.encode")
def msg_encode(profile: Profile, args: Arguments) -> Json:
    message = args.choice("message", messages.MESSAGES)
    values, unknown = fields_from_json(args.raw("fields"), args.at("fields"), tables(profile)[message])
    data = messages.encode_message(message, values, unknown, profile)
    return {"type": str(messages.message_type(message, profile)), "bytes": data.hex()}


# BOLT 12


def chain_argument(args: Arguments) -> bytes:
    return args.hex("chain", 32) if args.has("chain") else bolt12.BITCOIN


def offer_or_bytes(args: Arguments) -> Callable[[], bytes]:
    """Exactly one of `offer` and `bytes`. The text is decoded later: it may be refused."""
    if args.has("offer") == args.has("bytes"):
        raise BadRequest(args.at("offer"), "either offer or bytes wanted")
    if args.has("bytes"):
        data = args.hex("bytes")
        return lambda: data
    text = args.string("offer")
    return lambda: bolt12.decode_text(text, "lno")


def offer_argument(args: Arguments) -> Callable[[], bytes]:
    """A hex stream, or the text form."""
    text = args.string("offer")
    try:
        data = hex_from_json(text, args.at("offer"))
    except BadRequest:
        return lambda: bolt12.decode_text(text, "lno")
    return lambda: data


@operation("offer.decode")
def offer_decode(profile: Profile, args: Arguments) -> Json:
    return decoded(bolt12.decode_offer(offer_or_bytes(args)(), profile))


@operation("offer.validate")
def offer_validate(profile: Profile, args: Arguments) -> Json:
    offer_bytes, now, chain = offer_or_bytes(args), args.decimal("now"), chain_argument(args)
    answered_by_another = args.flag("async")
    offer = bolt12.decode_offer(offer_bytes(), profile)
    bolt12.check_offer(offer, chain, now)
    if answered_by_another:
        bolt12.check_offer_answered_by_another(offer, profile)
    return {}


@operation("invreq.decode")
def invreq_decode(profile: Profile, args: Arguments) -> Json:
    return decoded(bolt12.decode_request(args.hex("bytes"), profile))


@operation("invreq.validate_for")
def invreq_validate_for(profile: Profile, args: Arguments) -> Json:
    data, invoice_bytes = args.hex("bytes"), args.hex("invoice")
    now, chain = args.decimal("now"), chain_argument(args)
    args.hex_if_any("previous_metadata")
    over = args.raw("arrived_over")
    if over is not None:
        over = number_from_json(over, args.at("arrived_over"), 2**32 - 1)
    invoice = static_invoice.decode_invoice(invoice_bytes, profile)
    bolt12.check_request_for(bolt12.decode_request(data, profile), data, invoice, now, chain, over)
    if invoice.has("invoice_created_at") and static_invoice.is_expired(invoice, now, profile):
        raise Reject("expired", "the stored invoice")
    return {}


@operation("bolt12.merkle")
def bolt12_merkle(profile: Profile, args: Arguments) -> Json:
    tree = merkle.tree(read_records(args.hex("bytes")))
    return {
        "root": tree.root.hex(),
        "leaves": [{"leaf": x.leaf.hex(), "nonce": x.nonce.hex(), "branch": x.branch.hex()} for x in tree.leaves],
        "branches": [{"left": x.left.hex(), "right": x.right.hex(), "hash": x.hash.hex()} for x in tree.branches],
    }


def aux_argument(args: Arguments) -> bytes:
    return args.hex("aux", 32) if args.has("aux") else merkle.ZERO_AUX


def signed(result: merkle.Signed) -> Json:
    return {
        "bytes": result.stream.hex(),
        "root": result.root.hex(),
        "digest": result.digest.hex(),
        "signature": result.signature.hex(),
    }


@operation("bolt12.sign")
def bolt12_sign(profile: Profile, args: Arguments) -> Json:
    data, messagename = args.hex("bytes"), args.string("messagename")
    secret, aux = args.secret("secret_key"), aux_argument(args)
    return signed(merkle.sign(read_records(data), messagename, secret, aux))


@operation("bolt12.verify")
def bolt12_verify(profile: Profile, args: Arguments) -> Json:
    merkle.verify(args.hex("bytes"), args.string("messagename"), args.hex("key", 33))
    return {}


# Static invoices


@operation("static_invoice.decode")
def static_invoice_decode(profile: Profile, args: Arguments) -> Json:
    return decoded(static_invoice.decode_invoice(args.hex("bytes"), profile))


@operation("static_invoice.sign")
def static_invoice_sign(profile: Profile, args: Arguments) -> Json:
    data, secret, aux = args.hex("bytes"), args.secret("secret_key"), aux_argument(args)
    return signed(static_invoice.sign(data, profile, secret, aux))


@operation("static_invoice.verify")
def static_invoice_verify(profile: Profile, args: Arguments) -> Json:
    static_invoice.verify(args.hex("bytes"), profile)
    return {}


@operation("static_invoice.build")
def static_invoice_build(profile: Profile, args: Arguments) -> Json:
    offer_bytes = offer_argument(args)
    payment_paths = args.value("payment_paths", Many(Struct(path=PATH, payinfo=PAYINFO)))
    values: dict[str, Any] = {
        "static_invoice_message_paths": args.value("message_paths", PATHS),
        "invoice_paths": [each["path"] for each in payment_paths],
        "invoice_blindedpay": [each["payinfo"] for each in payment_paths],
        "invoice_created_at": args.decimal("created_at"),
    }
    if args.has("relative_expiry"):
        values["invoice_relative_expiry"] = args.number("relative_expiry")
    if args.has("features"):
        values["invoice_features"] = args.value("features", FEATURES)
    secret = args.secret("secret_key")
    return {"bytes": static_invoice.build(profile, offer_bytes(), values, secret).hex()}


@operation("static_invoice.validate")
def static_invoice_validate(profile: Profile, args: Arguments) -> Json:
    data, now, chain = args.hex("bytes"), args.decimal("now"), chain_argument(args)
    offer_bytes = offer_argument(args) if args.has("offer") else None
    request_bytes = args.hex_if_any("invoice_request")
    path_used = args.number("path_used") if args.has("path_used") else None
    origins = ("reply_path", "other_reply_path", "none")
    arrived_over = args.choice("arrived_over", origins) if args.has("arrived_over") else None

    invoice = static_invoice.decode_invoice(data, profile)
    static_invoice.check(data, invoice, profile, now, chain, path_used)
    offer = bolt12.decode_offer(offer_bytes(), profile) if offer_bytes else None
    request = bolt12.decode_request(request_bytes, profile) if request_bytes is not None else None
    static_invoice.check_origin(invoice, offer, request, arrived_over)
    return {}


# Payments


@operation("payload.build")
def payload_build(profile: Profile, args: Arguments) -> Json:
    values, unknown = fields_from_json(args.raw("fields"), args.at("fields"), tables(profile)["payload"])
    return {"payload": payload.build(values, unknown, profile).hex()}


@operation("payload.validate")
def payload_validate(profile: Profile, args: Arguments) -> Json:
    data, payment_hash = args.hex("payload"), args.hex("payment_hash", 32)
    amount_msat = args.decimal("amount_msat")
    cltv_expiry, height = args.number("cltv_expiry"), args.number("height")
    offer_bytes = offer_argument(args) if args.has("offer") else None
    encrypted_data = args.hex_if_any("encrypted_data_tlv")
    offer = bolt12.decode_offer(offer_bytes(), profile) if offer_bytes else None
    stream = payload.validate(
        data, profile, payment_hash, amount_msat, cltv_expiry, height, offer, encrypted_data
    )
    return {"fields": fields_to_json(stream)}


# Salt and secret


def implemented(args: Arguments, name: str, choices: Collection[str]) -> str:
    """The name of a reading or a sealing. There may be others than are implemented here."""
    value = args.string(name)
    if value not in choices:
        raise Unsupported(f"no {name} {value}")
    return value


@operation("salt.mask")
def salt_mask(profile: Profile, args: Arguments) -> Json:
    reading = implemented(args, "reading", salt.READINGS)
    masked = salt.mask(reading, args.hex("counterparty_secret"), args.hex("unique_salt"))
    return {"encrypted_counterparty_secret": masked.result.hex(), "steps": masked.steps}


@operation("salt.seal")
def salt_seal(profile: Profile, args: Arguments) -> Json:
    sealing = implemented(args, "sealing", salt.SEALINGS)
    masked, reply_path = args.hex("encrypted_counterparty_secret"), args.path("reply_path")
    nonce = args.hex_if_any("nonce")
    sealed, steps = salt.seal(sealing, masked, usable(reply_path), nonce)
    return {"sealed": sealed.hex(), "steps": steps}


@operation("salt.open")
def salt_open(profile: Profile, args: Arguments) -> Json:
    sealing = implemented(args, "sealing", salt.SEALINGS)
    masked, sealed = args.hex("encrypted_counterparty_secret"), args.hex("sealed")
    return {"reply_path": PATH.to_json(salt.open_sealed(sealing, masked, sealed))}


@operation("salt.build_payloads")
def salt_build_payloads(profile: Profile, args: Arguments) -> Json:
    sealing = implemented(args, "sealing", salt.SEALINGS)
    pre_hops = [(hop.hex("node_id", 33), hop.hex("encrypted_recipient_data")) for hop in args.each("pre_hops")]
    path, reply_path = args.path("path"), args.path("reply_path")
    unique_salt, masked = args.hex("unique_salt"), args.hex("encrypted_counterparty_secret")
    invoice_request, nonce = args.hex("invoice_request"), args.hex_if_any("nonce")
    checked_points([node_id for node_id, _ in pre_hops], "pre_hops")
    payloads = salt.build_payloads(
        sealing,
        [data for _, data in pre_hops],
        usable(path).hops,
        unique_salt,
        masked,
        usable(reply_path),
        invoice_request,
        nonce,
    )
    return {"payloads": [each.hex() for each in payloads]}
