"""The readers' and writers' rules, on streams made here."""

import hashlib

import pytest

from blip66_adapter import crypto, merkle
from blip66_adapter.blinding import PlannedHop, make_path
from blip66_adapter.bolt12 import BITCOIN
from blip66_adapter.fundamental import PATH
from blip66_adapter.tlv import Record, read_records, write_records

TESTNET = bytes.fromhex("43497fd7f826957108f4a30fd9cec3aeba79972084e90ead01ea330900000000").hex()
RECIPIENT, PAYER, SERVER = (bytes([n] * 32) for n in (0x41, 0x42, 0x43))
CREATED = 1_700_000_000
DRAFT, LDK = "blip66-draft", "ldk-0.2"


def node_id(secret):
    return crypto.public_key(secret)


def tu(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def stream(records):
    return write_records(sorted((Record(type_, value) for type_, value in records.items()), key=lambda r: r.type))


def signed(records, messagename, secret):
    return merkle.sign(read_records(stream(records)), messagename, secret).stream.hex()


def made_path(adapter, secret, session=b"\x07" * 32, data=b"\x06\x01\x2a"):
    hops = [{"node_id": node_id(secret).hex(), "encrypted_data_tlv": data.hex()}]
    out = adapter.accept("path.create", {"session_key": session.hex(), "purpose": "message", "hops": hops})
    return bytes.fromhex(out["bytes"])


PAYINFO = bytes.fromhex("0000000000000064003a0000000000000001000000003b99436a0000")


@pytest.fixture
def offer(adapter):
    """The records of an offer that another node answers, with two paths to that node."""
    paths = made_path(adapter, SERVER) + made_path(adapter, SERVER, b"\x08" * 32)
    return {10: b"coffee", 16: paths, 22: node_id(RECIPIENT), 33: b"odd", 1_000_000_001: b"far"}


@pytest.fixture
def invoice(adapter, offer):
    path = made_path(adapter, RECIPIENT)
    return {**offer, 160: path, 162: PAYINFO, 164: tu(CREATED), 176: node_id(RECIPIENT), 178: path + path}


@pytest.fixture
def request_records(offer):
    return {0: b"unpredictable", 82: tu(1000), 88: node_id(PAYER), **offer}


def changed(records, changes):
    return {type_: value for type_, value in {**records, **changes}.items() if value is not None}


# Offers


def judge(adapter, op, in_, reason, profile=DRAFT):
    if reason is None:
        assert adapter.accept(op, in_, profile) == {}
    else:
        assert adapter.reject(op, in_, profile) == reason


@pytest.mark.parametrize(
    "changes, more, reason",
    [
        ({}, {}, None),
        ({}, {"async": True}, None),
        ({22: None}, {}, None),
        ({22: None}, {"async": True}, "tlv.missing"),
        ({16: None}, {}, None),
        ({16: None}, {"async": True}, "tlv.missing"),
        ({16: None, 22: None}, {}, "tlv.missing"),
        ({16: b"", 22: None}, {}, "tlv.missing"),
        ({16: b""}, {}, None),
        ({2: BITCOIN + bytes.fromhex(TESTNET)}, {}, None),
        ({2: BITCOIN + bytes.fromhex(TESTNET)}, {"async": True}, "semantic.offer_chains"),
        ({2: b""}, {}, "semantic.offer_chains"),
        ({}, {"chain": TESTNET}, "semantic.offer_chains"),
        ({2: bytes.fromhex(TESTNET)}, {}, "semantic.offer_chains"),
        ({2: bytes.fromhex(TESTNET)}, {"chain": TESTNET}, None),
        ({12: b"\x02"}, {}, None),
        ({12: b"\x01"}, {}, "features"),
        ({8: b"\x01"}, {}, None),
        ({8: b"\x01", 10: None}, {}, "semantic.offer_description"),
        ({8: b""}, {}, "semantic.offer_amount"),
        ({6: b"USD"}, {}, "semantic.offer_currency"),
        ({8: bytes.fromhex("1d24b2dfac520000")}, {}, None),
        ({8: bytes.fromhex("1d24b2dfac520001")}, {}, "tlv.range"),
        ({6: b"USD", 8: bytes.fromhex("1d24b2dfac520001")}, {}, None),
        ({14: tu(CREATED)}, {}, None),
        ({14: tu(CREATED - 1)}, {}, "expired"),
        ({81: b""}, {}, "tlv.range"),
        ({2_000_000_001: b""}, {}, "tlv.range"),
        ({24: b""}, {}, "tlv.unknown_even"),
        ({10: b"\xff"}, {}, "utf8"),
    ],
)
def test_offer(adapter, offer, changes, more, reason):
    in_ = {"bytes": stream(changed(offer, changes)).hex(), "now": str(CREATED), **more}
    judge(adapter, "offer.validate", in_, reason)


# Static invoices


@pytest.mark.parametrize(
    "changes, more, reason",
    [
        ({}, {}, None),
        ({}, {"now": str(CREATED + 1_209_600)}, None),
        ({}, {"now": str(CREATED + 1_209_601)}, "expired"),
        ({166: tu(60)}, {"now": str(CREATED + 60)}, None),
        ({166: tu(60)}, {"now": str(CREATED + 61)}, "expired"),
        ({166: b""}, {"now": str(CREATED + 1)}, "expired"),
        ({164: None}, {}, "tlv.missing"),
        ({160: None}, {}, "tlv.missing"),
        ({160: b""}, {}, "semantic.invoice_paths"),
        ({162: None}, {}, "tlv.missing"),
        ({162: PAYINFO * 2}, {}, "semantic.invoice_blindedpay"),
        ({162: PAYINFO[:-1] + b"\x01\x02"}, {}, None),
        ({162: PAYINFO[:-1] + b"\x01\x01"}, {}, "features"),
        ({178: None}, {}, "tlv.missing"),
        ({178: b""}, {}, "semantic.static_invoice_message_paths"),
        ({168: bytes(32)}, {}, "semantic.invoice_payment_hash"),
        ({170: b"\x01"}, {}, "semantic.invoice_amount"),
        ({174: b"\x03\x00\x00"}, {}, None),
        ({174: b"\x04\x00\x00"}, {}, "features"),
        ({174: b"\x08\x00\x00"}, {}, None),
        ({2: bytes.fromhex(TESTNET)}, {}, "semantic.offer_chains"),
        ({2: bytes.fromhex(TESTNET)}, {"chain": TESTNET}, None),
        ({2: BITCOIN * 2}, {}, "semantic.offer_chains"),
        ({236: b""}, {}, "tlv.unknown_even"),
        # The draft does not make a reader judge the offer again.
        ({6: b"usd", 10: None, 16: None}, {}, None),
        ({22: node_id(PAYER)}, {}, "semantic.invoice_node_id"),
        ({}, {"arrived_over": "reply_path"}, None),
        ({}, {"arrived_over": "other_reply_path"}, "context"),
        ({}, {"arrived_over": "none"}, "context"),
        ({81: b"", 1001: b"", 2_000_000_001: b"", 3_000_000_001: b""}, {}, None),
    ],
)
def test_static_invoice(adapter, invoice, changes, more, reason):
    bytes_ = signed(changed(invoice, changes), "static_invoice", RECIPIENT)
    judge(adapter, "static_invoice.validate", {"bytes": bytes_, "now": str(CREATED), **more}, reason)


@pytest.mark.parametrize(
    "changes, more, reason",
    [
        ({}, {}, None),
        ({236: b""}, {}, None),
        ({162: PAYINFO[:-1] + b"\x01\x01"}, {}, None),
        ({241: b"", 1_000_000_003: b"", 3_000_000_001: b""}, {}, None),
        ({81: b""}, {}, "tlv.range"),
        ({0: b""}, {}, "tlv.range"),
        ({1001: b""}, {}, "tlv.range"),
        ({2_000_000_001: b""}, {}, "tlv.range"),
        ({178: b""}, {}, "tlv.unknown_even"),
        ({}, {"now": str(CREATED + 1_209_601)}, "expired"),
        # The offer inside the invoice.
        ({16: None}, {}, "tlv.missing"),
        ({8: b"\x01"}, {}, None),
        ({8: b"\x01", 10: None}, {}, "semantic.offer_description"),
        ({8: b""}, {}, "semantic.offer_amount"),
        ({8: bytes.fromhex("1d24b2dfac520001")}, {}, "tlv.range"),
        ({6: b"USD", 8: b"\x01"}, {}, None),
        ({6: b"USD"}, {}, "semantic.offer_currency"),
        ({6: b"USD", 8: b""}, {}, "semantic.offer_amount"),
        ({6: b"usd", 8: b"\x01"}, {}, "semantic.offer_currency"),
        ({6: b"USDT", 8: b"\x01"}, {}, "semantic.offer_currency"),
        ({6: "\u00c4".encode() + b"U", 8: b"\x01"}, {}, "semantic.offer_currency"),
    ],
)
def test_static_invoice_of_ldk(adapter, invoice, changes, more, reason):
    records = changed(invoice, {236: invoice[178], 178: None, **changes})
    bytes_ = signed(records, "static_invoice", RECIPIENT)
    judge(adapter, "static_invoice.validate", {"bytes": bytes_, "now": str(CREATED), **more}, reason, LDK)


def test_static_invoice_signature(adapter, invoice):
    good = signed(invoice, "static_invoice", RECIPIENT)
    in_ = {"now": str(CREATED)}
    for bad in (
        signed(invoice, "invoice", RECIPIENT),
        signed(invoice, "static_invoice", PAYER),
        good.replace(b"odd".hex(), b"even"[:3].hex()),
    ):
        assert adapter.reject("static_invoice.validate", {"bytes": bad, **in_}) == "signature"
        assert adapter.reject("static_invoice.verify", {"bytes": bad}) == "signature"
    assert adapter.reject("static_invoice.verify", {"bytes": stream(invoice).hex()}) == "tlv.missing"
    sign = {"bytes": stream(invoice).hex(), "secret_key": RECIPIENT.hex()}
    assert adapter.accept("static_invoice.sign", sign)["bytes"] == good
    assert adapter.reject("static_invoice.sign", {**sign, "secret_key": PAYER.hex()}) == "semantic.invoice_node_id"
    aux = adapter.accept("static_invoice.sign", {**sign, "aux": "11" * 32})
    assert aux["bytes"] != good and adapter.accept("static_invoice.verify", {"bytes": aux["bytes"]}) == {}


def test_static_invoice_without_issuer_id(adapter, invoice):
    paths = adapter.accept("offer.decode", {"bytes": stream({16: invoice[16]}).hex()})["fields"]["offer_paths"]
    # The second path ends at a key that is known here, because the server's is.
    ss = crypto.ecdh(SERVER, bytes.fromhex(paths[1]["path_key"]))
    secret = crypto.multiply_secret(SERVER, crypto.hmac256(b"blinded_node_id", ss))
    last = bytes.fromhex(paths[1]["hops"][-1]["blinded_node_id"])
    assert node_id(secret) == last
    bytes_ = signed(changed(invoice, {22: None, 176: last}), "static_invoice", secret)
    in_ = {"bytes": bytes_, "now": str(CREATED)}
    judge(adapter, "static_invoice.validate", in_, None)
    judge(adapter, "static_invoice.validate", {**in_, "path_used": 1}, None)
    judge(adapter, "static_invoice.validate", {**in_, "path_used": 0}, "semantic.invoice_node_id")
    judge(adapter, "static_invoice.validate", {**in_, "path_used": 2}, "context")
    foreign = signed(changed(invoice, {22: None}), "static_invoice", RECIPIENT)
    judge(adapter, "static_invoice.validate", {**in_, "bytes": foreign}, "semantic.invoice_node_id")


def test_static_invoice_of_another_offer(adapter, offer, invoice, request_records):
    in_ = {"bytes": signed(invoice, "static_invoice", RECIPIENT), "now": str(CREATED)}
    other = stream(changed(offer, {10: b"tea"})).hex()
    judge(adapter, "static_invoice.validate", {**in_, "offer": stream(offer).hex()}, None)
    judge(adapter, "static_invoice.validate", {**in_, "offer": other}, "context")
    judge(adapter, "static_invoice.validate", {**in_, "invoice_request": stream(request_records).hex()}, None)
    without = stream(changed(request_records, {33: None})).hex()
    judge(adapter, "static_invoice.validate", {**in_, "invoice_request": without}, "context")


@pytest.mark.parametrize(
    "changes, count, payments, reason",
    [
        ({}, 2, 1, None),
        ({}, 1, 1, "semantic.static_invoice_message_paths"),
        ({}, 2, 0, "semantic.invoice_paths"),
        ({22: None}, 2, 1, "tlv.missing"),
        ({16: None}, 2, 1, "tlv.missing"),
        ({2: BITCOIN * 2}, 2, 1, "semantic.offer_chains"),
    ],
)
def test_build(adapter, offer, changes, count, payments, reason):
    path = adapter.accept("path.decode", {"bytes": made_path(adapter, RECIPIENT).hex()})["path"]
    payinfo = {
        "fee_base_msat": 0,
        "fee_proportional_millionths": 100,
        "cltv_expiry_delta": 58,
        "htlc_minimum_msat": "1",
        "htlc_maximum_msat": "1000",
        "features": "",
    }
    in_ = {
        "offer": stream(changed(offer, changes)).hex(),
        "message_paths": [path] * count,
        "payment_paths": [{"path": path, "payinfo": payinfo}] * payments,
        "created_at": str(CREATED),
        "secret_key": RECIPIENT.hex(),
    }
    if reason:
        assert adapter.reject("static_invoice.build", in_) == reason
        return
    bytes_ = adapter.accept("static_invoice.build", in_)["bytes"]
    judge(adapter, "static_invoice.validate", {"bytes": bytes_, "now": str(CREATED), "offer": in_["offer"]}, None)
    wrong = {**in_, "secret_key": PAYER.hex()}
    assert adapter.reject("static_invoice.build", wrong) == "semantic.invoice_node_id"


# Invoice requests


@pytest.mark.parametrize(
    "changes, more, reason",
    [
        ({}, {}, None),
        ({}, {"arrived_over": 1}, None),
        ({}, {"arrived_over": 2}, "context"),
        ({}, {"arrived_over": None}, "context"),
        ({}, {"previous_metadata": b"unpredictable".hex()}, None),
        ({}, {"chain": TESTNET}, "semantic.invreq_chain"),
        ({80: BITCOIN}, {}, None),
        ({80: bytes.fromhex(TESTNET)}, {}, "semantic.invreq_chain"),
        ({0: None}, {}, "tlv.missing"),
        ({82: None}, {}, "semantic.invreq_amount"),
        ({84: b"\x02"}, {}, None),
        ({84: b"\x01"}, {}, "features"),
        ({86: b"\x01"}, {}, "semantic.invreq_quantity"),
        ({10: b"tea"}, {}, "context"),
        ({33: None}, {}, "context"),
        ({161: b""}, {}, "tlv.range"),
        ({3_000_000_001: b""}, {}, "tlv.range"),
        ({2_000_000_001: b""}, {}, None),
        ({91: b"\x01a\x01b"}, {}, None),
        ({91: b"\x01a\x01/"}, {}, "semantic.invreq_bip_353_name"),
        ({91: b"\x01a\x01bc"}, {}, "tlv.length"),
        ({}, {"now": str(CREATED + 2_000_000)}, "expired"),
    ],
)
def test_request(adapter, invoice, request_records, changes, more, reason):
    in_ = {
        "bytes": signed(changed(request_records, changes), "invoice_request", PAYER),
        "invoice": signed(invoice, "static_invoice", RECIPIENT),
        "now": str(CREATED),
        "arrived_over": 0,
        **more,
    }
    judge(adapter, "invreq.validate_for", in_, reason)


@pytest.mark.parametrize(
    "terms, changes, reason",
    [
        ({8: tu(500)}, {82: None}, None),
        ({8: tu(500)}, {82: tu(499)}, "semantic.invreq_amount"),
        ({8: tu(500), 20: tu(3)}, {82: tu(1500), 86: tu(3)}, None),
        ({8: tu(500), 20: tu(3)}, {82: tu(1499), 86: tu(3)}, "semantic.invreq_amount"),
        ({20: tu(3)}, {}, "semantic.invreq_quantity"),
        ({20: tu(3)}, {86: tu(4)}, "semantic.invreq_quantity"),
        ({20: tu(3)}, {86: b""}, "semantic.invreq_quantity"),
        ({20: b""}, {86: tu(10**6)}, None),
        ({6: b"USD", 8: tu(500)}, {82: tu(1)}, None),
        ({14: tu(CREATED - 1)}, {}, "expired"),
    ],
)
def test_request_terms(adapter, invoice, request_records, terms, changes, reason):
    in_ = {
        "bytes": signed(changed({**request_records, **terms}, changes), "invoice_request", PAYER),
        "invoice": signed({**invoice, **terms}, "static_invoice", RECIPIENT),
        "now": str(CREATED),
        "arrived_over": 0,
    }
    judge(adapter, "invreq.validate_for", in_, reason)


def test_request_signature(adapter, invoice, request_records):
    in_ = {"invoice": signed(invoice, "static_invoice", RECIPIENT), "now": str(CREATED), "arrived_over": 0}
    unsigned = {"bytes": stream(request_records).hex(), **in_}
    wrong = {"bytes": signed(request_records, "invoice_request", RECIPIENT), **in_}
    assert adapter.reject("invreq.validate_for", unsigned) == "tlv.missing"
    assert adapter.reject("invreq.validate_for", wrong) == "signature"


# Merkle trees


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 9, 15, 16, 17])
def test_merkle_shape(adapter, count):
    """The text pairs neighbours level by level, an odd one moving up."""
    records = [Record(2 * i + 1, bytes([i])) for i in range(count)]
    out = adapter.accept("bolt12.merkle", {"bytes": write_records(records).hex()})
    level = [bytes.fromhex(leaf["branch"]) for leaf in out["leaves"]]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [merkle.join(*pair).hash if len(pair) == 2 else pair[0] for pair in pairs]
    assert out["root"] == level[0].hex() and len(out["branches"]) == count - 1
    seen = {leaf["branch"] for leaf in out["leaves"]}
    for branch in out["branches"]:
        assert branch["left"] < branch["right"] and {branch["left"], branch["right"]} <= seen
        seen.add(branch["hash"])


def test_signatures_are_no_leaves(adapter):
    plain = adapter.accept("bolt12.merkle", {"bytes": stream({1: b"a", 1001: b"b"}).hex()})
    more = adapter.accept("bolt12.merkle", {"bytes": stream({1: b"a", 240: b"x", 1000: b"y", 1001: b"b"}).hex()})
    assert plain == more
    assert adapter.reject("bolt12.merkle", {"bytes": ""}) == "tlv.missing"


# Onion messages


RELAY = stream({4: node_id(SERVER)}).hex()


@pytest.mark.parametrize(
    "payload, data, final, reason",
    [
        ({4: b"x"}, RELAY, False, None),
        ({4: b"x", 2: None}, RELAY, False, None),
        ({4: b"x", 5: b""}, RELAY, False, "onion.payload"),
        ({4: b"x", 65540: b""}, RELAY, False, "onion.payload"),
        ({4: b"x"}, RELAY + "060101", False, "onion.payload"),
        ({4: b"x"}, "", False, "onion.payload"),
        ({4: b"x"}, RELAY + "0e00", False, None),
        ({4: b"x"}, RELAY + "0e0102", False, "features"),
        ({4: b"x", 64: b"q"}, "060101", True, None),
        ({4: b"x", 65540: b"q"}, "", True, None),
        ({4: b"x", 64: b"", 70: b""}, "", True, "onion.payload"),
        ({4: b"x", 65540: b"", 65541: b""}, "", True, "onion.payload"),
        ({4: b"x"}, "", True, "onion.payload"),
        ({4: b"x", 65541: b""}, "", True, "onion.payload"),
        ({4: b"x", 75540: b""}, "", True, "tlv.unknown_even"),
        ({4: b"x", 6: b""}, "", True, "tlv.unknown_even"),
        ({4: b"x", 64: b""}, "0c00", True, "tlv.length"),
    ],
)
def test_classify(adapter, payload, data, final, reason):
    in_ = {"onionmsg_tlv": stream(changed(payload, {})).hex(), "encrypted_data_tlv": data, "final": final}
    if reason:
        assert adapter.reject("om.classify", in_) == reason
    else:
        assert adapter.accept("om.classify", in_)


def test_a_message_that_a_profile_does_not_know(adapter):
    table = {"onion_message_types": {"known": ["static_invoice"]}}
    adapter.ask("hello", {"protocols": [1], "profiles": {"few": table}})
    in_ = {"onionmsg_tlv": stream({4: b"x", 65540: b"q"}).hex(), "encrypted_data_tlv": "", "final": True}
    assert adapter.accept("om.classify", in_)["content"]["type"] == "65540"
    assert adapter.reject("om.classify", in_, "few") == "tlv.unknown_even"
    in_["onionmsg_tlv"] = stream({4: b"x", 70: b"q"}).hex()
    assert adapter.accept("om.classify", in_, "few")["content"]["type"] == "70"


def test_two_next_hops(adapter):
    data = stream({2: b"\0" * 7 + b"\1", 4: node_id(SERVER)}).hex()
    in_ = {"onionmsg_tlv": "040178", "encrypted_data_tlv": data, "final": False}
    assert adapter.accept("om.classify", in_)["next"] == {"node_id": node_id(SERVER).hex()}
    assert adapter.reject("om.classify", in_, LDK) == "onion.payload"
    scid = {**in_, "encrypted_data_tlv": "02080000000000000001"}
    assert adapter.accept("om.classify", scid)["next"] == {"scid": "0000000000000001"}


def build_one(adapter, payload, size=1366, secret=SERVER):
    """A packet for one blinded hop, and what peels it."""
    path_key = node_id(PAYER)
    ss = crypto.ecdh(secret, path_key)
    blinded = crypto.multiply_point(node_id(secret), crypto.hmac256(b"blinded_node_id", ss))
    in_ = {"session_key": "09" * 32, "size": size, "hops": [{"node_id": blinded.hex(), "payload": payload.hex()}]}
    packet = adapter.accept("om.build", in_)["packet"]
    sealed = crypto.seal(crypto.hmac256(b"rho", ss), bytes.fromhex("060101"))
    return packet, {"node_key": secret.hex(), "path_key": path_key.hex()}, sealed


def build_layer(adapter, records, data, at_end):
    """A packet whose first hop finds these records beside its sealed data."""
    _, peel, _ = build_one(adapter, b"")
    ss = crypto.ecdh(SERVER, bytes.fromhex(peel["path_key"]))
    blinded = crypto.multiply_point(node_id(SERVER), crypto.hmac256(b"blinded_node_id", ss))
    sealed = crypto.seal(crypto.hmac256(b"rho", ss), data)
    hops = [{"node_id": blinded.hex(), "payload": stream({**records, 4: sealed}).hex()}]
    if not at_end:
        hops.append({"node_id": node_id(PAYER).hex(), "payload": "0400"})
    packet = adapter.accept("om.build", {"session_key": "09" * 32, "size": 1366, "hops": hops})["packet"]
    return packet, peel, sealed


def test_peel_refusals(adapter):
    _, _, sealed = build_one(adapter, b"")
    packet, peel, _ = build_one(adapter, stream({4: sealed, 72: b""}))
    assert adapter.accept("om.peel", {**peel, "packet": packet})["kind"] == "receive"
    for bad, reason in (
        ("01" + packet[2:], "onion.version"),
        ("00" + "05" + packet[4:], "onion.key"),
        (packet[:-2] + f"{int(packet[-2:], 16) ^ 1:02x}", "onion.hmac"),
        (packet[:100], "onion.length"),
        ("", "onion.length"),
    ):
        assert adapter.reject("om.peel", {**peel, "packet": bad}) == reason
    for payload, reason in (
        (b"", "onion.length"),
        (b"\x04", "onion.length"),
        (stream({72: b""}), "tlv.missing"),
        (stream({4: sealed[:-1] + b"\0", 72: b""}), "aead"),
        (stream({4: b"", 72: b""}), "aead"),
        (stream({4: sealed, 6: b""}), "tlv.unknown_even"),
        (b"\x04\x05\x00", "tlv.truncated"),
    ):
        packet, _, _ = build_one(adapter, payload)
        assert adapter.reject("om.peel", {**peel, "packet": packet}) == reason
    # As long as the packet allows, and one byte more.
    build_one(adapter, bytes(1300 - 32 - 3))
    in_ = {"session_key": "09" * 32, "size": 1366, "hops": [{"node_id": node_id(SERVER).hex(), "payload": "00" * 1266}]}
    assert adapter.reject("om.build", in_) == "onion.length"


@pytest.mark.parametrize(
    "records, data, at_end, reason",
    [
        ({}, RELAY, False, None),
        ({2: None}, RELAY, False, "onion.payload"),
        ({5: b"\1"}, RELAY, False, "onion.payload"),
        ({}, RELAY + "060101", False, "onion.payload"),
        ({}, "", False, "onion.payload"),
        ({}, RELAY + "0e0102", False, "features"),
        ({64: b"q"}, "060101", True, None),
        ({2: None, 64: b"q"}, "060101", True, None),
        ({64: b"q", 66: b"i"}, "060101", True, "onion.payload"),
        ({}, "060101", True, "onion.payload"),
    ],
)
def test_peel_and_classify(adapter, records, data, at_end, reason):
    """Opening a layer takes what is no concern of the onion; classifying it at once does not."""
    reply_path = made_path(adapter, PAYER)
    records = {type_: reply_path if value is None else value for type_, value in records.items()}
    packet, peel, _ = build_layer(adapter, records, bytes.fromhex(data), at_end)
    in_ = {**peel, "packet": packet, "classify": True}
    if reason:
        assert adapter.reject("om.peel", in_) == reason
    else:
        out = adapter.accept("om.peel", in_)
        assert out["kind"] == ("receive" if at_end else "forward")
        assert out.get("content") == ({"type": "64", "value": "71"} if at_end else None)
        assert ("reply_path" in out) == (2 in records) and ("next" in out) != at_end
    if reason != "features":
        assert "content" not in adapter.accept("om.peel", {**in_, "classify": False})
    known = adapter.ask("om.peel", {**in_, "known_features": "02"})
    assert (known["outcome"] == "accept") == (reason in (None, "features"))


@pytest.mark.parametrize("size", [1366, 32834])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_round_trip_over_several_hops(adapter, size, count):
    secrets = [bytes([n]) * 32 for n in range(1, count + 1)]
    hops = []
    for i, secret in enumerate(secrets):
        data = stream({4: node_id(secrets[i + 1])}) if i + 1 < count else b"\x06\x01\x07"
        hops.append({"node_id": node_id(secret).hex(), "encrypted_data_tlv": data.hex()})
    path = adapter.accept(
        "path.create", {"session_key": "0a" * 32, "purpose": "message", "pad_to": 60, "hops": hops}
    )["path"]
    assert len({len(hop["encrypted_recipient_data"]) for hop in path["hops"]}) == 1
    walked = adapter.accept("path.walk", {"path": path, "node_keys": [s.hex() for s in secrets]})
    assert walked["ends_at"] == node_id(secrets[-1]).hex()
    content = stream({65544: bytes(5000)} if size > 1366 else {72: b""})
    sent = adapter.accept(
        "om.send_over",
        {
            "path": path,
            "prepend": [node_id(PAYER).hex(), node_id(SERVER).hex()],
            "payload": content.hex(),
            "session_key": "0b" * 32,
            "path_session_key": "0c" * 32,
        },
    )
    assert len(sent["packet"]) == 2 * size and sent["first_hop"] == {"node_id": node_id(PAYER).hex()}
    path_key, packet = sent["path_key"], sent["packet"]
    for secret in [PAYER, SERVER, *secrets]:
        out = adapter.accept("om.peel", {"node_key": secret.hex(), "path_key": path_key, "packet": packet})
        path_key, packet = out.get("next_path_key"), out.get("next_packet")
    assert out["kind"] == "receive" and out["onionmsg_tlv"].endswith(content.hex())


WAY = stream({4: node_id(PAYER)}).hex()
TERMS = stream({10: bytes(6), 12: (900_000).to_bytes(4, "big")}).hex()


def plan(data, purpose, last=""):
    hop = {"node_id": node_id(SERVER).hex(), "encrypted_data_tlv": data}
    end = {"node_id": node_id(PAYER).hex(), "encrypted_data_tlv": last}
    return {"session_key": "01" * 32, "purpose": purpose, "hops": [hop, end]}


@pytest.mark.parametrize(
    "data, purpose, last, reason",
    [
        (WAY, "message", "", None),
        ("", "message", "", "tlv.missing"),
        (WAY + TERMS, "message", "", "semantic.payment_relay"),
        (WAY + TERMS, "payment", "", None),
        (WAY, "payment", "", "tlv.missing"),
        ("1000", "message", "", "tlv.unknown_even"),
        (RELAY, "message", "", "semantic.next_node_id"),
        ("0208" + "00" * 8, "message", "", None),
        (WAY + TERMS + "0e00", "payment", "", None),
        (WAY + TERMS + "0e0102", "payment", "", "semantic.allowed_features"),
        (WAY + TERMS, "payment", stream({12: (899_999).to_bytes(4, "big")}).hex(), None),
        (WAY + TERMS, "payment", stream({12: (900_001).to_bytes(4, "big")}).hex(), "semantic.payment_constraints"),
        (WAY + "0821" + node_id(PAYER).hex(), "message", "", "semantic.next_path_key_override"),
    ],
)
def test_plans(adapter, data, purpose, last, reason):
    request = plan(data, purpose, last)
    if reason:
        assert adapter.reject("path.create", request) == reason
    else:
        assert adapter.accept("path.create", request)["path"]["introduction"] == {"node_id": node_id(SERVER).hex()}


def test_introductions(adapter):
    request = plan(WAY, "message")
    channel = {"scid": "0000010000020003", "direction": 1}
    assert adapter.accept("path.create", {**request, "introduction": channel})["path"]["introduction"] == channel
    other = {"node_id": node_id(PAYER).hex()}
    assert adapter.reject("path.create", {**request, "introduction": other}) == "semantic.introduction"


def test_a_new_chain_of_keys(adapter):
    second = "02" * 32
    held = node_id(bytes.fromhex(second)).hex()
    request = plan(WAY + "0821" + held, "message")
    assert adapter.reject("path.create", request) == "semantic.next_path_key_override"
    request["hops"][1]["session_key"] = second
    path = adapter.accept("path.create", request)["path"]
    keys = {"node_keys": [SERVER.hex(), PAYER.hex()]}
    assert adapter.accept("path.walk", {"path": path, **keys})["ends_at"] == node_id(PAYER).hex()
    request["hops"][0]["encrypted_data_tlv"] = WAY
    assert adapter.reject("path.create", request) == "semantic.next_path_key_override"


def test_paths(adapter):
    request = plan(WAY, "message")
    assert adapter.reject("path.create", {**request, "pad_to": 34}) == "tlv.length"
    assert adapter.reject("path.create", {**request, "pad_to": 36}) == "tlv.length"
    path = adapter.accept("path.create", request)["path"]
    hop = path["hops"][0]
    unblind = {"node_key": SERVER.hex(), "path_key": path["path_key"], **hop}
    assert adapter.accept("path.unblind", unblind)
    assert adapter.reject("path.unblind", {**unblind, "expected_path_id": "00"}) == "context"
    assert adapter.reject("path.unblind", {**unblind, "node_key": PAYER.hex()}) == "aead"
    assert adapter.reject("path.encode", {"path": {**path, "hops": []}}) == "path.zero_hops"
    assert adapter.reject("path.decode", {"bytes": node_id(SERVER).hex() * 2 + "00"}) == "path.zero_hops"
    bad = {**path, "path_key": "02" + "00" * 32}
    assert adapter.reject("path.encode", {"path": bad}) == "point"
    # A hop that names itself, which path.create would not make.
    hops = [PlannedHop(node_id(SERVER), bytes.fromhex(RELAY)), PlannedHop(node_id(PAYER), b"")]
    astray = PATH.to_json(make_path(b"\x01" * 32, hops, None)[0])
    keys = {"node_keys": [SERVER.hex(), PAYER.hex()]}
    assert adapter.reject("path.walk", {"path": astray, **keys}) == "context"


def test_send_over_a_path_that_starts_at_the_sender(adapter):
    path = adapter.accept("path.create", plan(WAY, "message"))["path"]
    send = {
        "path": path,
        "prepend": [],
        "payload": "4800",
        "session_key": "0b" * 32,
        "path_session_key": "0c" * 32,
        "node_key": SERVER.hex(),
    }
    sent = adapter.accept("om.send_over", send)
    assert sent["first_hop"] == {"node_id": node_id(PAYER).hex()}
    peel = {"node_key": PAYER.hex(), "path_key": sent["path_key"], "packet": sent["packet"]}
    assert adapter.accept("om.peel", peel)["kind"] == "receive"
    by_channel = adapter.accept("path.create", plan("0208" + "00" * 7 + "01", "message"))["path"]
    assert adapter.accept("om.send_over", {**send, "path": by_channel})["first_hop"] == {"scid": "0000000000000001"}
    alone = {**path, "hops": path["hops"][:1]}
    assert adapter.reject("om.send_over", {**send, "path": alone}) == "context"


def test_send_over_a_path_that_starts_at_a_channel(adapter):
    channel = {"scid": "0000010000020003", "direction": 1}
    path = adapter.accept("path.create", {**plan(WAY, "message"), "introduction": channel})["path"]
    send = {"path": path, "payload": "4800", "session_key": "0b" * 32, "path_session_key": "0c" * 32}
    assert adapter.accept("om.send_over", {**send, "prepend": []})["first_hop"] == channel
    own = adapter.accept("om.send_over", {**send, "prepend": [node_id(RECIPIENT).hex()]})
    assert own["first_hop"] == {"node_id": node_id(RECIPIENT).hex()}
    peel = {"node_key": RECIPIENT.hex(), "path_key": own["path_key"], "packet": own["packet"]}
    out = adapter.accept("om.peel", peel)
    assert out["next"] == {"scid": channel["scid"]} and out["next_path_key"] == path["path_key"]


# Messages


@pytest.mark.parametrize(
    "message, body, reason",
    [
        ("offer_paths_request", "00020001", None),
        ("offer_paths_request", "0400020001", "tlv.unknown_even"),  # with a length in front
        ("offer_paths_request", "00010001", "tlv.length"),
        ("offer_paths_request", "000101", "tlv.length"),
        ("offer_paths_request", "", "tlv.missing"),
        ("offer_paths_request", "00020001" + "0300", None),
        ("offer_paths", "0000", None),  # a list of no paths
        ("offer_paths", "0000" + "0208" + "00" * 8, None),
        ("offer_paths", "0000" + "0207" + "00" * 7, "tlv.length"),
        ("offer_paths", "0208" + "00" * 8, "tlv.missing"),
        ("static_invoice_persisted", "", None),
        ("static_invoice_persisted", "0100", None),
        ("static_invoice_persisted", "00", "tlv.truncated"),
        ("static_invoice_persisted", "0000", "tlv.unknown_even"),
        ("held_htlc_available", "", None),
        ("update_add_htlc_tlvs", "0200", None),
        ("update_add_htlc_tlvs", "020100", "tlv.length"),
        ("revoke_and_ack_tlvs", "0000", None),
    ],
)
def test_message(adapter, message, body, reason):
    if reason:
        assert adapter.reject("msg.decode", {"message": message, "bytes": body}) == reason
    else:
        fields = adapter.accept("msg.decode", {"message": message, "bytes": body})["fields"]
        assert adapter.accept("msg.encode", {"message": message, "fields": fields})["bytes"] == body


def test_serve_static_invoice(adapter, invoice):
    path = made_path(adapter, RECIPIENT)
    whole = bytes.fromhex(signed(invoice, "static_invoice", RECIPIENT))

    def body(invoice_bytes, path_bytes=path):
        return {"message": "serve_static_invoice", "bytes": stream({0: invoice_bytes, 2: path_bytes}).hex()}

    fields = adapter.accept("msg.decode", body(whole))["fields"]
    assert fields["static_invoice"] == whole.hex()
    assert adapter.reject("msg.decode", body(whole[:-1])) == "tlv.truncated"
    assert adapter.reject("msg.decode", body(stream(invoice))) == "tlv.missing"
    assert adapter.reject("msg.decode", body(whole, path + path)) == "tlv.length"
    # Whether the signature is right is looked at later, unless the profile says otherwise.
    others = bytes.fromhex(signed(invoice, "static_invoice", PAYER))
    adapter.accept("msg.decode", body(others))
    table = {"static_invoice": {"signature_verified_in_message": True}}
    adapter.ask("hello", {"protocols": [1], "profiles": {"at-once": table}})
    assert adapter.reject("msg.decode", body(others), "at-once") == "signature"
    adapter.accept("msg.decode", body(whole), "at-once")
    encoded = adapter.accept("msg.encode", {"message": "serve_static_invoice", "fields": fields})
    assert encoded == {"type": "65544", "bytes": body(whole)["bytes"]}


# Payments


PREIMAGE = b"\x2a" * 32
PREIMAGE_TYPE = 5482373484


@pytest.mark.parametrize(
    "changes, more, reason",
    [
        ({}, {}, None),
        ({PREIMAGE_TYPE: None, 1: None}, {}, None),
        ({PREIMAGE_TYPE: None}, {}, "tlv.missing"),
        ({1: None}, {}, "tlv.missing"),
        ({PREIMAGE_TYPE: bytes(32)}, {}, "semantic.sender_provided_payment_preimage"),
        ({PREIMAGE_TYPE: bytes(31)}, {}, "tlv.length"),
        ({2: None}, {}, "tlv.missing"),
        ({4: None}, {}, "tlv.missing"),
        ({18: None}, {}, "tlv.missing"),
        ({10: None}, {}, "tlv.missing"),
        ({6: bytes(8)}, {}, "semantic.short_channel_id"),
        ({16: b""}, {}, "semantic.payment_metadata"),
        ({19: b""}, {}, "onion.payload"),
        ({20: b""}, {}, "tlv.unknown_even"),
        ({18: tu(999)}, {}, "semantic.total_amount_msat"),
        ({18: tu(2000)}, {}, None),
        ({}, {"amount_msat": "999"}, "semantic.amt_to_forward"),
        ({}, {"cltv_expiry": 799}, "semantic.outgoing_cltv_value"),
        ({}, {"height": 783}, "semantic.outgoing_cltv_value"),
        ({}, {"encrypted_data_tlv": "0c06" + "00000320" + "03e8"}, None),
        ({}, {"encrypted_data_tlv": "0c06" + "0000031f" + "03e8"}, "semantic.payment_constraints"),
        ({}, {"encrypted_data_tlv": "0c06" + "00000320" + "03e9"}, "semantic.payment_constraints"),
        ({}, {"encrypted_data_tlv": "0e0102"}, "features"),
    ],
)
def test_payload(adapter, offer, request_records, changes, more, reason):
    request = bytes.fromhex(signed(request_records, "invoice_request", PAYER))
    payload = {1: request, 2: tu(1000), 4: tu(800), 10: b"sealed", 18: tu(1000), PREIMAGE_TYPE: PREIMAGE}
    in_ = {
        "payload": stream(changed(payload, changes)).hex(),
        "payment_hash": hashlib.sha256(PREIMAGE).hexdigest(),
        "amount_msat": "1000",
        "cltv_expiry": 800,
        "height": 782,
        "offer": stream(offer).hex(),
        **more,
    }
    if reason:
        assert adapter.reject("payload.validate", in_) == reason
        return
    fields = adapter.accept("payload.validate", in_)["fields"]
    assert adapter.accept("payload.build", {"fields": fields})["payload"] == in_["payload"]
    if "invoice_request" in fields:
        other = {**in_, "offer": stream(changed(offer, {10: b"tea"})).hex()}
        assert adapter.reject("payload.validate", other) == "context"
