"""BOLT 4, "Route Blinding". Symbols are the specification's: e_i and E_i path keys, ss_i shared secrets, N_i node ids,
B_i blinded node ids."""

from dataclasses import dataclass, replace
from typing import Any

from . import crypto
from .crypto import hmac256, sha256
from .fundamental import BlindedPath, Hop, Introduction
from .outcomes import Reject
from .profiles import Profile
from .streams import Stream, decode, tables
from .tlv import Record, read_records, with_record, write_records

PADDING = 1


def rho_key(ss: bytes) -> bytes:
    return hmac256(b"rho", ss)


def blinding_factor(ss: bytes) -> bytes:
    return hmac256(b"blinded_node_id", ss)


def next_path_key(E: bytes, ss: bytes) -> bytes:
    return crypto.multiply_point(E, sha256(E + ss))


def decode_data(data: bytes, profile: Profile, schema: str = "encrypted_data") -> Stream:
    return decode(data, tables(profile)[schema])


# Making a path


@dataclass(frozen=True)
class PlannedHop:
    node_id: bytes
    encrypted_data_tlv: bytes
    dummy: bool = False
    receive_auth_key: bytes | None = None
    # Where a new chain of keys starts: its first secret.
    session_key: bytes | None = None


def marked(hop: PlannedHop, profile: Profile) -> PlannedHop:
    """A dummy hop with the record that says so, where the profile has one."""
    if not hop.dummy or profile.dummy_hop_type is None:
        return hop
    data = with_record(read_records(hop.encrypted_data_tlv), Record(profile.dummy_hop_type, b""))
    return replace(hop, encrypted_data_tlv=write_records(data))


def padded(data: bytes, length: int) -> bytes:
    """`data` with the padding record (1) that makes it exactly `length` bytes."""
    records = [record for record in read_records(data) if record.type != PADDING]
    missing = length - len(write_records(records))
    if missing == 0:
        return write_records(records)
    for overhead in (2, 4, 6):  # type and length
        record = Record(PADDING, bytes(max(missing - overhead, 0)))
        if len(record.encoded) == missing:
            return write_records(with_record(records, record))
    raise Reject("tlv.length", f"no padding makes {length} bytes of {length - missing}")


def check_plan(
    hops: list[PlannedHop], purpose: str, introduction: Introduction | None, first_key: bytes, profile: Profile
) -> None:
    """What the creator of a path and of its encrypted_recipient_data must and must not do."""
    if introduction and introduction.node_id and introduction.node_id != hops[0].node_id:
        raise Reject("semantic.introduction", "not the first hop")
    all_data = [decode_data(hop.encrypted_data_tlv, profile) for hop in hops]
    for i, (hop, data) in enumerate(zip(hops, all_data)):
        if purpose == "message":
            for name in ("payment_relay", "payment_constraints"):
                if data.has(name):
                    raise Reject(f"semantic.{name}", "in a message path")
        elif int.from_bytes(data.get("allowed_features") or b"", "big"):
            raise Reject("semantic.allowed_features", f"hop {i}: not empty, in a path for payments")
        if i < len(hops) - 1 and not hop.dummy:
            _check_way(data, hops[i + 1], purpose, f"hop {i}")
    _check_keys(hops, all_data, first_key)
    if purpose == "payment":
        _check_heights(all_data)


def _check_way(data: Stream, following: PlannedHop, purpose: str, where: str) -> None:
    """Dummy hops lead nowhere; all others but the last to the next."""
    ways = [name for name in ("next_node_id", "short_channel_id") if data.has(name)]
    if not ways:
        raise Reject("tlv.missing", f"{where}: neither next_node_id nor short_channel_id")
    if data.has("next_node_id") and data.get("next_node_id") != following.node_id:
        raise Reject("semantic.next_node_id", f"{where}: not the next hop's")
    if purpose == "payment":
        if len(ways) > 1:
            raise Reject("semantic.next_node_id", f"{where}: short_channel_id too")
        data.require("payment_relay", "payment_constraints")


def _check_keys(hops: list[PlannedHop], all_data: list[Stream], e: bytes) -> None:
    """next_path_key_override stands where the next hop's key is not the derived one, and is that key."""
    for hop, following, data in zip(hops, hops[1:], all_data):
        e = following.session_key or next_secret(e, hop.node_id)
        held = data.get("next_path_key_override")
        if held != crypto.public_key(e) and (held or following.session_key):
            raise Reject("semantic.next_path_key_override", "not the key of the next hop")


def _check_heights(all_data: list[Stream]) -> None:
    constraints = [data.get("payment_constraints") for data in all_data if data.has("payment_constraints")]
    heights = [each["max_cltv_expiry"] for each in constraints]
    if heights != sorted(heights, reverse=True):
        raise Reject("semantic.payment_constraints", "a hop's height is below that of a hop behind it")


def next_secret(e: bytes, node_id: bytes) -> bytes:
    return crypto.multiply_secret(e, sha256(crypto.public_key(e) + crypto.ecdh(e, node_id)))


def make_path(e: bytes, hops: list[PlannedHop], introduction: Introduction | None) -> tuple[BlindedPath, list[Any]]:
    """The path, and for each hop the intermediate values."""
    E0 = crypto.public_key(e)
    blinded = []
    steps = []
    for hop in hops:
        e = hop.session_key or e
        E = crypto.public_key(e)
        ss = crypto.ecdh(e, hop.node_id)
        rho = rho_key(ss)
        if hop.receive_auth_key:
            sealed = crypto.seal_with_receive_key(rho, hop.encrypted_data_tlv, hop.receive_auth_key)
        else:
            sealed = crypto.seal(rho, hop.encrypted_data_tlv)
        blinded.append(Hop(crypto.multiply_point(hop.node_id, blinding_factor(ss)), sealed))
        steps.append(
            {
                "path_privkey": e.hex(),
                "path_key": E.hex(),
                "shared_secret": ss.hex(),
                "rho": rho.hex(),
                "blinding_factor": blinding_factor(ss).hex(),
                "encrypted_data_tlv": hop.encrypted_data_tlv.hex(),
            }
        )
        e = next_secret(e, hop.node_id)
    return BlindedPath(introduction or Introduction(hops[0].node_id), E0, blinded), steps


# Reading it


@dataclass(frozen=True)
class Unblinded:
    data: bytes
    tag: str
    ss: bytes
    rho: bytes


def unseal(
    k: bytes, E: bytes, sealed: bytes, profile: Profile, receive_auth_key: bytes | None = None
) -> Unblinded:
    """Opens encrypted_recipient_data. A tag made with a receive key cannot be verified without that key; under a
    profile that has such tags the data is then read all the same, and said to be unverified."""
    ss = crypto.ecdh(k, E)
    rho = rho_key(ss)
    if len(sealed) < crypto.TAG_SIZE:
        raise Reject("aead", "shorter than a tag")
    plain = crypto.open_sealed(rho, sealed)
    if plain is not None:
        return Unblinded(plain, "standard", ss, rho)
    if receive_auth_key is not None:
        plain = crypto.open_with_receive_key(rho, sealed, receive_auth_key)
        if plain is not None:
            return Unblinded(plain, "ldk", ss, rho)
    elif profile.receive_key_tags:
        return Unblinded(crypto.open_without_verifying(rho, sealed), "unverified", ss, rho)
    raise Reject("aead", "encrypted_recipient_data does not open")


def following_path_key(data: Stream, E: bytes, ss: bytes) -> bytes:
    override: bytes | None = data.get("next_path_key_override")
    return override or next_path_key(E, ss)


def walk(path: BlindedPath, keys: list[bytes], profile: Profile) -> list[tuple[bytes, bytes | None]]:
    """Follows a path with the secret keys of its nodes: for each hop its node id, and its data where that opens. The
    end shows in the last blinded id, so its data need not open: only its maker must be able to read it."""
    nodes = {crypto.public_key(k): k for k in keys}
    E = path.path_key
    expected = path.introduction.node_id
    walked: list[tuple[bytes, bytes | None]] = []
    for i, hop in enumerate(path.hops):
        node_id, k = _owner(hop, E, nodes)
        if expected and node_id != expected:
            raise Reject("context", f"hop {i} is not the node that it should be")
        ss = crypto.ecdh(k, E)
        data = crypto.open_sealed(rho_key(ss), hop.encrypted_recipient_data)
        walked.append((node_id, data))
        if i == len(path.hops) - 1:
            break
        if data is None:
            if not profile.receive_key_tags:
                raise Reject("aead", f"hop {i} does not open")
            expected, E = node_id, next_path_key(E, ss)  # a dummy hop, sealed by this node for itself
            continue
        instructions = decode_data(data, profile)
        expected = instructions.get("next_node_id")
        if not expected and not instructions.has("short_channel_id"):
            expected = node_id
        E = following_path_key(instructions, E, ss)
    return walked


def is_owner(k: bytes, hop: Hop, E: bytes) -> bool:
    return crypto.multiply_point(crypto.public_key(k), blinding_factor(crypto.ecdh(k, E))) == hop.blinded_node_id


def _owner(hop: Hop, E: bytes, nodes: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    for node_id, k in nodes.items():
        if is_owner(k, hop, E):
            return node_id, k
    raise Reject("context", f"none of the nodes is {hop.blinded_node_id.hex()}")
