"""Sphinx packets and onion messages (BOLT 4, "Packet Construction", "Onion Decryption", "Onion Messages")."""

import hmac
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import blinding, crypto
from .blinding import PlannedHop
from .crypto import chacha20, chacha20_xor, hmac256, sha256
from .fundamental import BlindedPath, Introduction, SciddirOrPubkey
from .outcomes import Reject
from .profiles import Profile
from .streams import Stream, decode, tables
from .tlv import Cursor, Record, read_bigsize, read_records, with_record, write_bigsize, write_records

HMAC_SIZE = 32
HEADER_AND_HMAC = 1 + 33 + HMAC_SIZE
SIZES = (1366, 32834)
FINAL_HMAC = bytes(HMAC_SIZE)
ENCRYPTED_RECIPIENT_DATA = 4
# In the data for a hop:
SHORT_CHANNEL_ID, NEXT_NODE_ID, NEXT_PATH_KEY_OVERRIDE = 2, 4, 8


@dataclass(frozen=True)
class OnionHop:
    node_id: bytes  # the blinded one where the hop is blinded
    payload: bytes

    @property
    def encoded_payload(self) -> bytes:
        return write_bigsize(len(self.payload)) + self.payload

    @property
    def shift_size(self) -> int:
        return len(self.encoded_payload) + HMAC_SIZE


class HopKeys(NamedTuple):
    epk: bytes
    ss: bytes

    @property
    def rho(self) -> bytes:
        return hmac256(b"rho", self.ss)

    @property
    def mu(self) -> bytes:
        return hmac256(b"mu", self.ss)


def hop_keys(session_key: bytes, node_ids: list[bytes]) -> list[HopKeys]:
    ek = session_key
    keys = []
    for node_id in node_ids:
        epk = crypto.public_key(ek)
        ss = crypto.ecdh(ek, node_id)
        keys.append(HopKeys(epk, ss))
        ek = crypto.multiply_secret(ek, sha256(epk + ss))
    return keys


def make_filler(hops: list[OnionHop], keys: list[HopKeys], size: int) -> bytes:
    """What the zero bytes that each hop but the last appends have become when they reach the last."""
    filler = b""
    for hop, key in zip(hops[:-1], keys):
        filler += bytes(hop.shift_size)
        # The hop unwraps 2 * size bytes; the filler ends shift_size bytes behind the first half.
        end = size + hop.shift_size
        stream = chacha20(key.rho, end)[end - len(filler) :]
        filler = bytes(a ^ b for a, b in zip(filler, stream))
    return filler


def make_packet(
    session_key: bytes, hops: list[OnionHop], size: int, pad_key: bytes | None = None, associated_data: bytes = b""
) -> tuple[bytes, dict[str, Any]]:
    """`size` is that of the hop payloads. Returns the packet and the intermediate values."""
    if not hops:
        raise Reject("onion.length", "no hops")
    if sum(hop.shift_size for hop in hops) > size:
        raise Reject("onion.length", f"the payloads need more than {size} bytes")
    keys = hop_keys(session_key, [hop.node_id for hop in hops])
    filler = make_filler(hops, keys, size)
    payloads = chacha20(pad_key or hmac256(b"pad", session_key), size)
    mac = FINAL_HMAC
    steps: list[dict[str, str]] = []
    for i in reversed(range(len(hops))):
        payloads = (hops[i].encoded_payload + mac + payloads)[:size]
        payloads = chacha20_xor(keys[i].rho, payloads)
        if i == len(hops) - 1:
            payloads = payloads[: size - len(filler)] + filler
        mac = hmac256(keys[i].mu, payloads + associated_data)
        steps.append(
            {
                "ephemeral_key": keys[i].epk.hex(),
                "shared_secret": keys[i].ss.hex(),
                "rho": keys[i].rho.hex(),
                "mu": keys[i].mu.hex(),
                "hmac": mac.hex(),
            }
        )
    return b"\0" + keys[0].epk + payloads + mac, {"filler": filler.hex(), "hops": steps[::-1]}


@dataclass(frozen=True)
class Peeled:
    payload: bytes
    next_packet: bytes | None  # None at the last hop
    ss: bytes


def unwrap(packet: bytes, k: bytes, tweak: bytes | None = None, associated_data: bytes = b"") -> Peeled:
    """BOLT 4, "Onion Decryption". `tweak` is the factor by which the onion's addressee was blinded, if it was."""
    if len(packet) < HEADER_AND_HMAC:
        raise Reject("onion.length", "too short for a packet")
    version, epk, payloads, mac = packet[0], packet[1:34], packet[34:-HMAC_SIZE], packet[-HMAC_SIZE:]
    if version != 0:
        raise Reject("onion.version", f"version {version}")
    if not crypto.is_point(epk):
        raise Reject("onion.key", "public_key is not a point")
    ss = crypto.ecdh(k, crypto.multiply_point(epk, tweak) if tweak else epk)
    key = HopKeys(epk, ss)
    if not hmac.compare_digest(hmac256(key.mu, payloads + associated_data), mac):
        raise Reject("onion.hmac")

    unwrapped = Cursor(chacha20_xor(key.rho, payloads + bytes(len(payloads))))
    try:
        length = read_bigsize(unwrapped)
    except Reject as malformed:
        raise Reject("onion.length", f"payload length: {malformed}") from None
    if length < 2:
        raise Reject("onion.length", f"payload of {length} bytes")
    payload = unwrapped.take(length, "onion.length")
    next_hmac = unwrapped.take(HMAC_SIZE, "onion.length")
    if unwrapped.left < len(payloads):
        raise Reject("onion.length", "the payload does not fit into the packet")
    if next_hmac == FINAL_HMAC:
        return Peeled(payload, None, ss)
    next_epk = crypto.multiply_point(epk, sha256(epk + ss))
    return Peeled(payload, b"\0" + next_epk + unwrapped.take(len(payloads)) + next_hmac, ss)


# Onion messages


def check_allowed_features(data: Stream, known_features: bytes) -> None:
    """Even an odd bit that is not known forbids the message."""
    allowed = int.from_bytes(data.get("allowed_features") or b"", "big")
    if allowed & ~int.from_bytes(known_features, "big"):
        raise Reject("features", "allowed_features")


def check_next_hops(data: Stream, profile: Profile) -> None:
    if profile.refuses_two_next_hops and data.has("next_node_id") and data.has("short_channel_id"):
        raise Reject("onion.payload", "both next_node_id and short_channel_id")


def next_hop(data: Stream) -> dict[str, str] | None:
    """The node id wins where both are present."""
    if data.has("next_node_id"):
        return {"node_id": data.get("next_node_id").hex()}
    if data.has("short_channel_id"):
        return {"scid": data.get("short_channel_id").hex()}
    return None


def peel(
    packet: bytes, k: bytes, E: bytes, profile: Profile, receive_auth_key: bytes | None, known_features: bytes
) -> dict[str, Any]:
    crypto.check_point(E, "path_key")
    ss = crypto.ecdh(k, E)
    peeled = unwrap(packet, k, blinding.blinding_factor(ss))
    onionmsg = decode(peeled.payload, tables(profile)["onionmsg"])
    onionmsg.require("encrypted_recipient_data")
    opened = blinding.unseal(k, E, onionmsg.get("encrypted_recipient_data"), profile, receive_auth_key)
    data = blinding.decode_data(opened.data, profile, "encrypted_message_data")
    check_allowed_features(data, known_features)
    check_next_hops(data, profile)
    if peeled.next_packet is None:
        kind = "receive"
    else:
        kind = "dummy" if data.has("dummy") else "forward"
    # A node seals with its receive key what only it shall read, and nothing else.
    if kind == "forward" and opened.tag != "standard" or kind == "dummy" and opened.tag == "standard":
        raise Reject("aead", f"the tag is not the one of a {kind} hop")
    out: dict[str, Any] = {
        "kind": kind,
        "onionmsg_tlv": peeled.payload.hex(),
        "encrypted_data_tlv": opened.data.hex(),
        "tag": opened.tag,
        "steps": {"blinding_ss": ss.hex(), "shared_secret": peeled.ss.hex(), "rho": opened.rho.hex()},
    }
    if peeled.next_packet is not None:
        out["next_path_key"] = blinding.following_path_key(data, E, ss).hex()
        out["next_packet"] = peeled.next_packet.hex()
        if kind == "forward" and (next_ := next_hop(data)):
            out["next"] = next_
    return out


def without_own_hops(path: BlindedPath, k: bytes, profile: Profile) -> BlindedPath:
    """The path from the first hop on that is not the node's own, which opens its hops before it sends."""
    while blinding.is_owner(k, path.hops[0], path.path_key):
        if len(path.hops) == 1:
            raise Reject("context", "the path ends at the sender")
        opened = blinding.unseal(k, path.path_key, path.hops[0].encrypted_recipient_data, profile)
        data = blinding.decode_data(opened.data, profile)
        introduction = Introduction(data.get("next_node_id"), data.get("short_channel_id") or b"")
        path_key = blinding.following_path_key(data, path.path_key, opened.ss)
        path = BlindedPath(introduction, path_key, path.hops[1:])
    return path


def first_hop_json(introduction: Introduction, is_end_of_channel: bool) -> dict[str, Any]:
    """A hop that names its next by a channel does not say in which direction."""
    if is_end_of_channel or introduction.node_id:
        return SciddirOrPubkey().to_json(introduction)
    return {"scid": introduction.scid.hex()}


def send_over(
    path: BlindedPath,
    prepend: list[bytes],
    payload: bytes,
    session_key: bytes,
    path_session_key: bytes,
    opened_own_hops: bool,
) -> tuple[dict[str, Any], bytes, bytes]:
    """BOLT 4, "The reader of the blinded_path": the first hop, its path key, and the packet."""
    hops = list(path.hops)
    first_hop, path_key = first_hop_json(path.introduction, not opened_own_hops), path.path_key
    if prepend:
        planned = _hops_towards(prepend, path.introduction, path.path_key)
        own, _ = blinding.make_path(path_session_key, planned, None)
        hops = own.hops + hops
        first_hop, path_key = {"node_id": prepend[0].hex()}, own.path_key
    final = read_records(payload)
    if any(record.type == ENCRYPTED_RECIPIENT_DATA for record in final):
        raise Reject("onion.payload", "encrypted_recipient_data comes from the path")
    onion = []
    for i, hop in enumerate(hops):
        others = final if i == len(hops) - 1 else []
        records = with_record(others, Record(ENCRYPTED_RECIPIENT_DATA, hop.encrypted_recipient_data))
        onion.append(OnionHop(hop.blinded_node_id, write_records(records)))
    needed = sum(hop.shift_size for hop in onion) + HEADER_AND_HMAC
    size = next((size for size in SIZES if needed <= size), SIZES[-1])
    packet, _ = make_packet(session_key, onion, size - HEADER_AND_HMAC)
    return first_hop, path_key, packet


def _hops_towards(nodes: list[bytes], introduction: Introduction, first_path_key: bytes) -> list[PlannedHop]:
    """Each names the next; the last names the introduction node and holds the path's first key."""
    records = [[Record(NEXT_NODE_ID, node_id)] for node_id in nodes[1:]]
    if introduction.node_id:
        last = [Record(NEXT_NODE_ID, introduction.node_id)]
    else:
        last = [Record(SHORT_CHANNEL_ID, introduction.scid)]
    records.append([*last, Record(NEXT_PATH_KEY_OVERRIDE, first_path_key)])
    return [PlannedHop(node_id, write_records(data)) for node_id, data in zip(nodes, records)]
