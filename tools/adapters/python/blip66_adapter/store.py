"""Storage that the runner keeps: what is written counts once the runner has said so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Records = dict[str, str | None]  # None deletes


@dataclass(frozen=True)
class Put:
    records: Records
    then: Callable[[], None]


class Store:
    """`names` tells the puts of a process apart, over all parties that there are in it one after the other."""

    def __init__(self, records: dict[str, str], names: Iterator[int]) -> None:
        self.records = records
        self.open: dict[int, Put] = {}
        self._names = names

    def put(self, records: Records, then: Callable[[], None]) -> dict[str, Any]:
        """Begins to write. `then` is done when the records are there, and never if they could not be written. Returns
        the event that tells the runner."""
        name = next(self._names)
        self.open[name] = Put(records, then)
        written = [
            {"key": key} if value is None else {"key": key, "value": value} for key, value in records.items()
        ]
        return {"ev": "store.put", "put": name, "records": written}

    def succeed(self, name: int) -> None:
        """Puts are confirmed in the order in which they were made, so a later value of a key holds."""
        put = self.open.pop(name)
        for key, value in put.records.items():
            if value is None:
                self.records.pop(key, None)
            else:
                self.records[key] = value
        put.then()

    def fail(self, name: int) -> None:
        del self.open[name]

    def is_open(self, key: str) -> bool:
        return any(key in put.records for put in self.open.values())

    def keys(self, prefix: str) -> set[str]:
        """The keys in use, those that are just being written included."""
        opened = {key for put in self.open.values() for key, value in put.records.items() if value is not None}
        return {key for key in {*self.records, *opened} if key.startswith(prefix)}

    def size(self) -> int:
        return sum(len(key.encode()) + len(value.encode()) for key, value in self.records.items())
