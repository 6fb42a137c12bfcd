"""The scheme of salt and secret. The anchors were computed before this implementation, by others."""

import random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from blip66_adapter import chacha16, crypto
from blip66_adapter.tlv import read_records
from parties import PAYER, PEER, RECIPIENT, STRANGER, node_id, path_json, path_to

SALT = bytes(range(16)).hex()
SHORT, LONG = "11" * 16, "11" * 16 + "22" * 16

ANCHORS = {
    "SA": "1b76ad9c6a9a55b9ce6e914f139fdddc",
    "SA2": "963e2aa284499e587cc10e93c7e8164e",
    "SB16": "ed39e2bf683b63c0b3b830561478bc88",
    "SC-ct16-head": "d253b91fb31e687df60b29cec4c1f1fe",
    "SC-tag16-head": "e72d18f67224e6f1dbdb2d142a3521f6",
    "SC-ct16-tail": "07c90cacb5d7f45030b1feebe0ed2569",
    "SC-tag16-tail": "5aa5a522d2458f96f9897121d77f73fe",
}


def mask(adapter, reading, secret, salt=SALT):
    in_ = {"reading": reading, "counterparty_secret": secret, "unique_salt": salt}
    return adapter.accept("salt.mask", in_)["encrypted_counterparty_secret"]


@pytest.mark.parametrize("reading", ANCHORS)
def test_anchors(adapter, reading):
    secret = SHORT if reading in ("SA", "SA2") else LONG
    assert mask(adapter, reading, secret) == ANCHORS[reading]


def test_whole_rfc_8439(adapter):
    for place in ("head", "tail"):
        whole = mask(adapter, f"SD-{place}", LONG)
        assert len(whole) == 96
        assert whole[:32] == ANCHORS[f"SC-ct16-{place}"] and whole[-32:] == ANCHORS[f"SC-tag16-{place}"]


def test_steps(adapter):
    def steps(reading):
        in_ = {"reading": reading, "counterparty_secret": LONG, "unique_salt": SALT}
        return adapter.accept("salt.mask", in_)["steps"]

    block = steps("SB16")
    assert block.pop("keystream").startswith(f"{int(ANCHORS['SB16'], 16) ^ int(SHORT, 16):032x}")
    assert block == {"key": LONG, "nonce": SALT[8:], "plaintext": SHORT, "counter": 0x03020100}
    assert steps("SC-tag16-tail") == {
        "key": LONG, "nonce": SALT[8:], "plaintext": LONG, "ciphertext": mask(adapter, "SD-tail", LONG)[:64],
        "tag": ANCHORS["SC-tag16-tail"],
    }


def test_key_of_the_anchor(adapter):
    """The inventory's value for the key of RA under SA's masked secret."""
    out = adapter.accept("salt.seal", {"sealing": "RA", "encrypted_counterparty_secret": ANCHORS["SA"],
                                       "reply_path": path_json(path_to(PAYER))})
    assert out["steps"]["key"] == "a8daccac633e85e8e611fa9e7a622b8215a20126e6c4f7dbf5947bcf0f926dd3"


@pytest.mark.parametrize(
    "reading, secret, salt, reason",
    [
        ("SA", LONG, SALT, "semantic.counterparty_secret"),
        ("SA2", LONG, SALT, "semantic.counterparty_secret"),
        ("SB16", SHORT, SALT, "semantic.counterparty_secret"),
        ("SC-ct16-head", SHORT, SALT, "semantic.counterparty_secret"),
        ("SD-tail", "", SALT, "semantic.counterparty_secret"),
        ("SB16", LONG, SALT[2:], "semantic.unique_salt"),
        ("SB16", LONG, SALT + "00", "semantic.unique_salt"),
        ("SD-head", LONG, "", "semantic.unique_salt"),
    ],
)
def test_sizes(adapter, reading, secret, salt, reason):
    in_ = {"reading": reading, "counterparty_secret": secret, "unique_salt": salt}
    assert adapter.reject("salt.mask", in_) == reason


def test_chacha16_against_the_library():
    rng = random.Random(16)
    for length in (0, 1, 63, 64, 65, 200):
        key, nonce, data = rng.randbytes(32), rng.randbytes(12), rng.randbytes(length)
        sealed = chacha16.seal(key, nonce, data)
        assert sealed == ChaCha20Poly1305(key).encrypt(nonce, data, b"")
        assert chacha16.open_sealed(key, nonce, sealed) == data
        assert chacha16.block(key, bytes(16)) == crypto.chacha20(key, 64)
    # The constants alone tell a short key from the same one doubled.
    assert chacha16.block(bytes(16), bytes(16)) != chacha16.block(bytes(32), bytes(16))


REPLY_PATH = path_json(path_to(PAYER, b"\x06\x01\x2a"))


@pytest.mark.parametrize("sealing", ["RA", "RB", "RC", "RD"])
def test_sealing(adapter, sealing):
    in_ = {"sealing": sealing, "encrypted_counterparty_secret": ANCHORS["SB16"]}
    sealed = adapter.accept("salt.seal", {**in_, "reply_path": REPLY_PATH, "nonce": "0a" * 12})["sealed"]
    overhead = 28 if sealing == "RD" else 16
    plain = adapter.accept("path.encode", {"path": REPLY_PATH})["bytes"]
    assert len(sealed) == len(plain) + 2 * overhead
    assert adapter.accept("salt.open", {**in_, "sealed": sealed}) == {"reply_path": REPLY_PATH}
    for at in (0, len(sealed) // 2, len(sealed) - 2):
        flipped = bytearray.fromhex(sealed)
        flipped[at // 2] ^= 1
        assert adapter.reject("salt.open", {**in_, "sealed": flipped.hex()}) == "aead"
    for short in ("", sealed[:30], sealed[:-2]):
        assert adapter.reject("salt.open", {**in_, "sealed": short}) == "aead"
    other = {**in_, "encrypted_counterparty_secret": ANCHORS["SA"]}
    assert adapter.reject("salt.open", {**other, "sealed": sealed}) == "aead"
    for wrong in ("", "00" * 15, "00" * 17):
        bad = {**in_, "encrypted_counterparty_secret": wrong}
        assert adapter.reject("salt.seal", {**bad, "reply_path": REPLY_PATH}).endswith("secret")
        assert adapter.reject("salt.open", {**bad, "sealed": sealed}).endswith("secret")


def test_keys_and_nonces(adapter):
    plain = bytes.fromhex(adapter.accept("path.encode", {"path": REPLY_PATH})["bytes"])
    masked = bytes.fromhex(ANCHORS["SB16"])
    rho, hashed = crypto.hmac256(b"rho", masked), crypto.sha256(masked)
    in_ = {"encrypted_counterparty_secret": masked.hex(), "reply_path": REPLY_PATH}
    wanted = {
        "RA": ChaCha20Poly1305(rho).encrypt(bytes(12), plain, b""),
        "RB": ChaCha20Poly1305(hashed).encrypt(bytes(12), plain, b""),
        "RD": b"\x0a" * 12 + ChaCha20Poly1305(rho).encrypt(b"\x0a" * 12, plain, b""),
    }
    for sealing, sealed in wanted.items():
        assert adapter.accept("salt.seal", {"sealing": sealing, "nonce": "0a" * 12, **in_})["sealed"] == sealed.hex()
    drawn = {adapter.accept("salt.seal", {"sealing": "RD", **in_})["sealed"] for _ in range(5)}
    assert len(drawn) == 5
    for sealing in ("RA", "RB", "RC", "RD"):
        for nonce in ("", "00", "00" * 11, "00" * 13):
            assert adapter.reject("salt.seal", {"sealing": sealing, "nonce": nonce, **in_}) == "semantic.nonce"


@pytest.mark.parametrize("sealing, is_taken", [("RA", True), ("RB", True), ("RC", False), ("RD", False)])
def test_masked_secrets_of_48_bytes(adapter, sealing, is_taken):
    size = "semantic.encrypted_counterparty_secret"
    in_ = {"sealing": sealing, "encrypted_counterparty_secret": mask(adapter, "SD-head", LONG)}
    build = {**request(adapter, 3), **in_}
    if is_taken:
        sealed = adapter.accept("salt.seal", {**in_, "reply_path": REPLY_PATH})["sealed"]
        assert adapter.accept("salt.open", {**in_, "sealed": sealed}) == {"reply_path": REPLY_PATH}
        assert sealed in adapter.accept("salt.build_payloads", build)["payloads"][0]
    else:
        assert adapter.reject("salt.seal", {**in_, "reply_path": REPLY_PATH}) == size
        assert adapter.reject("salt.open", {**in_, "sealed": "00" * 200}) == size
        assert adapter.reject("salt.build_payloads", build) == size


def test_what_is_not_implemented_is_skipped(adapter):
    """There may be other readings and sealings. What has the wrong type is none."""
    masking = {"reading": "SE", "counterparty_secret": LONG, "unique_salt": SALT}
    sealing = {"sealing": "RE", "encrypted_counterparty_secret": ANCHORS["SB16"]}
    requests = [
        ("salt.mask", masking),
        ("salt.seal", {**sealing, "reply_path": REPLY_PATH}),
        ("salt.open", {**sealing, "sealed": ""}),
        ("salt.build_payloads", {**request(adapter, 3), **sealing}),
    ]
    for op, in_ in requests:
        assert adapter.ask(op, in_)["outcome"] == "skip"
        assert adapter.ask(op, in_, repeat=3)["outcome"] == "skip"
        assert adapter.ask(op, {**in_, "reading": 1, "sealing": 1})["outcome"] == "error"


def test_sealed_junk(adapter):
    key = crypto.hmac256(b"rho", bytes.fromhex(ANCHORS["SB16"]))
    for junk in (b"", b"\x00", bytes.fromhex(node_id(PAYER)) * 2 + b"\x00"):
        sealed = ChaCha20Poly1305(key).encrypt(bytes(12), junk, b"").hex()
        in_ = {"sealing": "RA", "encrypted_counterparty_secret": ANCHORS["SB16"], "sealed": sealed}
        assert adapter.ask("salt.open", in_)["outcome"] == "reject"


def request(adapter, hops, pre_hops=0):
    """A request to build the payloads for an offer's path of so many hops."""
    nodes = [PEER, STRANGER, PAYER, PEER][: hops - 1] + [RECIPIENT]
    data = [f"0421{node_id(node)}" for node in nodes[1:]] + ["06012a"]
    path = adapter.accept("path.create", {
        "session_key": "07" * 32, "purpose": "message",
        "hops": [{"node_id": node_id(node), "encrypted_data_tlv": each} for node, each in zip(nodes, data)],
    })["path"]
    before = [{"node_id": node_id(PAYER), "encrypted_recipient_data": f"0{i}"} for i in range(pre_hops)]
    return {
        "sealing": "RA", "pre_hops": before, "path": path, "unique_salt": SALT, "reply_path": REPLY_PATH,
        "encrypted_counterparty_secret": ANCHORS["SB16"], "invoice_request": "aabb",
    }


@pytest.mark.parametrize("hops", [1, 2, 3, 5])
@pytest.mark.parametrize("pre_hops", [0, 1, 2])
def test_payloads(adapter, hops, pre_hops):
    in_ = request(adapter, hops, pre_hops)
    payloads = [read_records(bytes.fromhex(each)) for each in adapter.accept("salt.build_payloads", in_)["payloads"]]
    types = [[record.type for record in payload] for payload in payloads]
    assert types == [[4]] * pre_hops + [[4, 4141, 4343]] * (hops - 1) + [[2, 4, 64]]
    data = [f"0{i}" for i in range(pre_hops)] + [hop["encrypted_recipient_data"] for hop in in_["path"]["hops"]]
    assert [{r.type: r.value.hex() for r in payload}[4] for payload in payloads] == data
    for payload in payloads[pre_hops:-1]:
        assert payload[2].value.hex() == SALT
        opened = adapter.accept("salt.open", {
            "sealing": "RA", "encrypted_counterparty_secret": ANCHORS["SB16"], "sealed": payload[1].value.hex(),
        })
        assert opened == {"reply_path": REPLY_PATH}
    assert payloads[-1][2].value.hex() == "aabb"


def test_nonce_of_payloads(adapter):
    """The record is what salt.seal makes of the same nonce, and one for all hops. Without a nonce it is a new one."""
    def sealed(**nonce):
        in_ = {**request(adapter, 4), "sealing": "RD", **nonce}
        payloads = adapter.accept("salt.build_payloads", in_)["payloads"]
        [each] = {read_records(bytes.fromhex(payload))[1].value.hex() for payload in payloads[:-1]}
        return each

    in_ = {"sealing": "RD", "encrypted_counterparty_secret": ANCHORS["SB16"], "reply_path": REPLY_PATH}
    assert sealed(nonce="0a" * 12) == adapter.accept("salt.seal", {**in_, "nonce": "0a" * 12})["sealed"]
    assert len({sealed() for _ in range(5)}) == 5


@pytest.mark.parametrize(
    "changes, outcome",
    [
        ({"sealing": "RD", "nonce": "00" * 11}, "reject"),
        ({"nonce": "00" * 13}, "reject"),
        ({"nonce": 1}, "error"),
        ({"path": {**REPLY_PATH, "hops": []}}, "reject"),
        ({"unique_salt": SALT[2:]}, "reject"),
        ({"encrypted_counterparty_secret": SALT[2:]}, "reject"),
        ({"reply_path": {**REPLY_PATH, "hops": []}}, "reject"),
        ({"reply_path": "00"}, "error"),
        ({"pre_hops": [{"node_id": node_id(PAYER)}]}, "error"),
        ({"pre_hops": [{"node_id": "05" * 33, "encrypted_recipient_data": ""}]}, "reject"),
    ],
)
def test_payloads_that_are_not_built(adapter, changes, outcome):
    in_ = request(adapter, 3)
    assert adapter.ask("salt.build_payloads", {**in_, **changes})["outcome"] == outcome
