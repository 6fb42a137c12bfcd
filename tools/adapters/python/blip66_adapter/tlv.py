"""BigSize and the type-length-value format (BOLT 1, "Type-Length-Value Format" and Appendix A)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .outcomes import Reject

MAX_U64 = 2**64 - 1


class Cursor:
    """Reads a byte string from front to back."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, count: int, reason: str = "tlv.length") -> bytes:
        if count > self.left:
            raise Reject(reason, f"{count} bytes wanted at offset {self.at}, {self.left} left")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def rest(self) -> bytes:
        return self.take(self.left)


def read_bigsize(cursor: Cursor) -> int:
    first = cursor.take(1, "tlv.truncated")[0]
    if first < 0xFD:
        return first
    width, least = {0xFD: (2, 0xFD), 0xFE: (4, 0x10000), 0xFF: (8, 0x100000000)}[first]
    value = int.from_bytes(cursor.take(width, "tlv.truncated"), "big")
    if value < least:
        raise Reject("tlv.noncanonical", f"{value} has a shorter BigSize form")
    return value


def write_bigsize(value: int) -> bytes:
    if value < 0xFD:
        return value.to_bytes(1, "big")
    if value < 0x10000:
        return b"\xfd" + value.to_bytes(2, "big")
    if value < 0x100000000:
        return b"\xfe" + value.to_bytes(4, "big")
    return b"\xff" + value.to_bytes(8, "big")


class Record(NamedTuple):
    type: int
    value: bytes

    @property
    def encoded(self) -> bytes:
        return write_bigsize(self.type) + write_bigsize(len(self.value)) + self.value


def each_record(data: bytes) -> Iterator[Record]:
    """Splits a stream and checks what holds whatever the types mean: order, canonical numbers and lengths."""
    cursor = Cursor(data)
    last = -1
    while cursor.left:
        type_ = read_bigsize(cursor)
        if type_ <= last:
            raise Reject("tlv.order", f"type {type_} after {last}")
        last = type_
        length = read_bigsize(cursor)
        yield Record(type_, cursor.take(length, "tlv.truncated"))


def read_records(data: bytes) -> list[Record]:
    return list(each_record(data))


def write_records(records: Iterable[Record]) -> bytes:
    """Writes the records as they stand. A writer must not emit them out of order (BOLT 1)."""
    written = bytearray()
    last = -1
    for record in records:
        if record.type <= last:
            raise Reject("tlv.order", f"type {record.type} after {last}")
        last = record.type
        written += record.encoded
    return bytes(written)


def with_record(records: Iterable[Record], added: Record) -> list[Record]:
    """The records with one more at its place, instead of any that had its type."""
    others = [record for record in records if record.type != added.type]
    return sorted([*others, added], key=lambda record: record.type)
