"""The types of record values (BOLT 1, "Fundamental Types"; BOLT 4 and 12 subtypes), on the wire and in JSON.

A `Kind` knows four things: how to read a value from bytes, how to write it, and the same two for its JSON form.
JSON is checked for its shape alone; whether the value is a legal one shows when it is written."""

import re
from dataclasses import dataclass
from typing import Any

from . import crypto
from .outcomes import BadRequest, Reject
from .tlv import MAX_U64, Cursor

MAX_SAT = 0x000775F05A074000  # 21 million BTC
MAX_MSAT = 0x1D24B2DFAC520000

_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)


def hex_from_json(json: Any, where: str, size: int | None = None) -> bytes:
    if not isinstance(json, str) or not _HEX.fullmatch(json):
        raise BadRequest(where, "lower-case hexadecimal wanted")
    data = bytes.fromhex(json)
    if size is not None and len(data) != size:
        raise BadRequest(where, f"{size} bytes wanted, {len(data)} given")
    return data


def number_from_json(json: Any, where: str, maximum: int) -> int:
    if not isinstance(json, int) or isinstance(json, bool) or not 0 <= json <= maximum:
        raise BadRequest(where, f"a number from 0 to {maximum} wanted")
    return json


def decimal_from_json(json: Any, where: str, maximum: int = MAX_U64) -> int:
    if not isinstance(json, str) or not _DECIMAL.fullmatch(json) or int(json) > maximum:
        raise BadRequest(where, f"a decimal string from 0 to {maximum} wanted")
    return int(json)


def object_from_json(json: Any, where: str) -> dict[str, Any]:
    if not isinstance(json, dict):
        raise BadRequest(where, "an object wanted")
    return json


def list_from_json(json: Any, where: str) -> list[Any]:
    if not isinstance(json, list):
        raise BadRequest(where, "an array wanted")
    return json


def member(json: Any, name: str, where: str) -> Any:
    if name not in object_from_json(json, where):
        raise BadRequest(f"{where}.{name}", "missing")
    return json[name]


class Kind:
    """A value that is its bytes, up to the end: `...*byte`."""

    def read(self, cursor: Cursor) -> Any:
        return cursor.rest()

    def write(self, value: Any) -> bytes:
        return bytes(value)

    def to_json(self, value: Any) -> Any:
        return value.hex()

    def from_json(self, json: Any, where: str) -> Any:
        return hex_from_json(json, where)

    def read_whole(self, data: bytes) -> Any:
        cursor = Cursor(data)
        value = self.read(cursor)
        if cursor.left:
            raise Reject("tlv.length", f"{cursor.left} bytes after the value")
        return value


class Fixed(Kind):
    """`n*byte`, and the types that are that and no more: chain_hash, sha256, bip340sig, short_channel_id."""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self, cursor: Cursor) -> bytes:
        return cursor.take(self.size)

    def from_json(self, json: Any, where: str) -> bytes:
        return hex_from_json(json, where, self.size)


class Prefixed(Kind):
    """Bytes behind their own length, as `flen*byte`."""

    def __init__(self, length_size: int) -> None:
        self.length_size = length_size

    def read(self, cursor: Cursor) -> bytes:
        return cursor.take(int.from_bytes(cursor.take(self.length_size), "big"))

    def write(self, value: bytes) -> bytes:
        if len(value) >= 1 << (8 * self.length_size):
            raise Reject("tlv.range", f"{len(value)} bytes do not fit a length of {self.length_size} bytes")
        return len(value).to_bytes(self.length_size, "big") + value


class Utf8(Kind):
    def read(self, cursor: Cursor) -> str:
        try:
            return cursor.rest().decode("utf-8")
        except UnicodeDecodeError as error:
            raise Reject("utf8", str(error)) from None

    def write(self, value: str) -> bytes:
        return value.encode("utf-8")

    def to_json(self, value: str) -> str:
        return value

    def from_json(self, json: Any, where: str) -> str:
        if not isinstance(json, str):
            raise BadRequest(where, "a string wanted")
        try:
            json.encode("utf-8")
        except UnicodeEncodeError:  # half of a surrogate pair
            raise BadRequest(where, "not a Unicode string") from None
        return json


class Unsigned(Kind):
    """u8 to u64. What can exceed 2^53 is a decimal string in JSON."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.maximum = 256**size - 1

    def read(self, cursor: Cursor) -> int:
        return int.from_bytes(cursor.take(self.size), "big")

    def write(self, value: int) -> bytes:
        return value.to_bytes(self.size, "big")

    def to_json(self, value: int) -> int | str:
        return str(value) if self.size == 8 else value

    def from_json(self, json: Any, where: str) -> int:
        if self.size == 8:
            return decimal_from_json(json, where, self.maximum)
        return number_from_json(json, where, self.maximum)


class Truncated(Unsigned):
    """tu16, tu32, tu64: the last field of a record, without leading zeros. An amount may not exceed `limit`."""

    def __init__(self, size: int, limit: int | None = None) -> None:
        super().__init__(size)
        self.limit = limit

    def read(self, cursor: Cursor) -> int:
        data = cursor.rest()
        if len(data) > self.size:
            raise Reject("tlv.length", f"{len(data)} bytes for a tu{8 * self.size}")
        if data[:1] == b"\0":
            raise Reject("tlv.minimal", "a truncated integer starts with a zero byte")
        value = int.from_bytes(data, "big")
        if self.limit is not None and value > self.limit:
            raise Reject("tlv.range", f"{value} is more than 21 million BTC")
        return value

    def write(self, value: int) -> bytes:
        return value.to_bytes((value.bit_length() + 7) // 8, "big")


class Point(Fixed):
    def __init__(self) -> None:
        super().__init__(33)

    def read(self, cursor: Cursor) -> bytes:
        return crypto.check_point(super().read(cursor), "the value")

    def write(self, value: bytes) -> bytes:
        return crypto.check_point(value, "the value")


class Flag(Kind):
    """A record without a value: its presence is the message."""

    def read(self, cursor: Cursor) -> bool:
        return True

    def write(self, value: bool) -> bytes:
        return b""

    def to_json(self, value: bool) -> bool:
        return True

    def from_json(self, json: Any, where: str) -> bool:
        if json is not True:
            raise BadRequest(where, "true wanted")
        return True


class Struct(Kind):
    """Named members one after the other; an object in JSON."""

    def __init__(self, **members: Kind) -> None:
        self.members = members

    def read(self, cursor: Cursor) -> dict[str, Any]:
        return {name: kind.read(cursor) for name, kind in self.members.items()}

    def write(self, value: dict[str, Any]) -> bytes:
        return b"".join(kind.write(value[name]) for name, kind in self.members.items())

    def to_json(self, value: dict[str, Any]) -> dict[str, Any]:
        return {name: kind.to_json(value[name]) for name, kind in self.members.items()}

    def from_json(self, json: Any, where: str) -> dict[str, Any]:
        return {
            name: kind.from_json(member(json, name, where), f"{where}.{name}") for name, kind in self.members.items()
        }


class Many(Kind):
    """`...*item`: as many as fit, none included."""

    def __init__(self, item: Kind) -> None:
        self.item = item

    def read(self, cursor: Cursor) -> list[Any]:
        items = []
        while cursor.left:
            items.append(self.item.read(cursor))
        return items

    def write(self, value: list[Any]) -> bytes:
        return b"".join(self.item.write(item) for item in value)

    def to_json(self, value: list[Any]) -> list[Any]:
        return [self.item.to_json(item) for item in value]

    def from_json(self, json: Any, where: str) -> list[Any]:
        return [self.item.from_json(item, f"{where}[{i}]") for i, item in enumerate(list_from_json(json, where))]


@dataclass(frozen=True)
class Introduction:
    """sciddir_or_pubkey: a node id, or one end of a channel."""

    node_id: bytes | None = None
    scid: bytes = b""
    direction: int = 0


class SciddirOrPubkey(Kind):
    def read(self, cursor: Cursor) -> Introduction:
        first = cursor.take(1)
        if first[0] in (0, 1):
            return Introduction(scid=cursor.take(8), direction=first[0])
        if first[0] in (2, 3):
            return Introduction(crypto.check_point(first + cursor.take(32), "first_node_id"))
        raise Reject("point", f"a sciddir_or_pubkey cannot start with {first.hex()}")

    def write(self, value: Introduction) -> bytes:
        if value.node_id:
            return crypto.check_point(value.node_id, "first_node_id")
        return bytes([value.direction]) + value.scid

    def to_json(self, value: Introduction) -> dict[str, Any]:
        if value.node_id:
            return {"node_id": value.node_id.hex()}
        return {"scid": value.scid.hex(), "direction": value.direction}

    def from_json(self, json: Any, where: str) -> Introduction:
        if "node_id" in object_from_json(json, where):
            return Introduction(hex_from_json(json["node_id"], f"{where}.node_id", 33))
        scid = hex_from_json(member(json, "scid", where), f"{where}.scid", 8)
        direction = number_from_json(member(json, "direction", where), f"{where}.direction", 1)
        return Introduction(scid=scid, direction=direction)


@dataclass(frozen=True)
class Hop:
    blinded_node_id: bytes
    encrypted_recipient_data: bytes


@dataclass(frozen=True)
class BlindedPath:
    introduction: Introduction
    path_key: bytes
    hops: list[Hop]


class Path(Kind):
    """`blinded_path` (BOLT 4, "Route Blinding"). A path without hops leads nowhere and is refused at every place:
    BOLT 12 has its readers refuse it, and no other reader could use one."""

    def read(self, cursor: Cursor) -> BlindedPath:
        introduction = SciddirOrPubkey().read(cursor)
        path_key = Point().read(cursor)
        count = cursor.take(1)[0]
        if count == 0:
            raise Reject("path.zero_hops")
        hops = [Hop(Point().read(cursor), Prefixed(2).read(cursor)) for _ in range(count)]
        return BlindedPath(introduction, path_key, hops)

    def write(self, value: BlindedPath) -> bytes:
        if not value.hops:
            raise Reject("path.zero_hops")
        if len(value.hops) > 255:
            raise Reject("tlv.range", "more than 255 hops")
        head = SciddirOrPubkey().write(value.introduction) + Point().write(value.path_key) + bytes([len(value.hops)])
        return head + b"".join(
            Point().write(hop.blinded_node_id) + Prefixed(2).write(hop.encrypted_recipient_data) for hop in value.hops
        )

    def to_json(self, value: BlindedPath) -> dict[str, Any]:
        return {
            "introduction": SciddirOrPubkey().to_json(value.introduction),
            "path_key": value.path_key.hex(),
            "hops": [
                {
                    "blinded_node_id": hop.blinded_node_id.hex(),
                    "encrypted_recipient_data": hop.encrypted_recipient_data.hex(),
                }
                for hop in value.hops
            ],
        }

    def from_json(self, json: Any, where: str) -> BlindedPath:
        hop = Struct(blinded_node_id=Fixed(33), encrypted_recipient_data=Kind())
        hops = Many(hop).from_json(member(json, "hops", where), f"{where}.hops")
        path_key = hex_from_json(member(json, "path_key", where), f"{where}.path_key", 33)
        introduction = SciddirOrPubkey().from_json(member(json, "introduction", where), f"{where}.introduction")
        return BlindedPath(introduction, path_key, [Hop(**each) for each in hops])


BYTES = Kind()
FEATURES = Kind()
UTF8 = Utf8()
U16, U32, U64 = Unsigned(2), Unsigned(4), Unsigned(8)
TU16, TU32, TU64 = Truncated(2), Truncated(4), Truncated(8)
POINT = Point()
HASH = Fixed(32)
CHAIN_HASH = HASH
SIGNATURE = Fixed(64)
SCID = Fixed(8)
PATH = Path()
PATHS = Many(PATH)
FLAG = Flag()
PAYINFO = Struct(
    fee_base_msat=U32,
    fee_proportional_millionths=U32,
    cltv_expiry_delta=U16,
    htlc_minimum_msat=U64,
    htlc_maximum_msat=U64,
    features=Prefixed(2),
)

# The kinds of `field.decode`.
NAMED_KINDS: dict[str, Kind] = {
    "u16": U16,
    "u32": U32,
    "u64": U64,
    "tu16": TU16,
    "tu32": TU32,
    "tu64": TU64,
    "point": POINT,
    "sciddir_or_pubkey": SciddirOrPubkey(),
    "utf8": UTF8,
    "msat": Truncated(8, MAX_MSAT),
    "sat": Truncated(8, MAX_SAT),
    "bip340sig": SIGNATURE,
    "chain_hash": CHAIN_HASH,
}
