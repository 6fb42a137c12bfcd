"""Every test speaks the protocol, as a runner would. Data that nobody here wrote is found through BLIP66_UPSTREAM."""

import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from blip66_adapter.protocol import Session, serialize  # noqa: E402


class Adapter:
    def __init__(self) -> None:
        self.session = Session()

    def line(self, line: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(serialize(self.session.answer(line)))
        return answer

    def ask(self, op: str, in_: dict[str, Any], profile: str = "blip66-draft", **more: Any) -> dict[str, Any]:
        request = {"id": 1, "op": op, "profile": profile, "in": in_, **more}
        answer = self.line(json.dumps(request).encode())
        assert answer.pop("id") == 1
        return answer

    def accept(self, op: str, in_: dict[str, Any], profile: str = "blip66-draft") -> dict[str, Any]:
        answer = self.ask(op, in_, profile)
        assert answer["outcome"] == "accept", answer
        out: dict[str, Any] = answer["out"]
        return out

    def reject(self, op: str, in_: dict[str, Any], profile: str = "blip66-draft") -> str:
        answer = self.ask(op, in_, profile)
        assert answer["outcome"] == "reject", answer
        reason: str = answer["reason"]
        return reason


@pytest.fixture
def adapter() -> Adapter:
    return Adapter()


@pytest.fixture(scope="session")
def upstream() -> Path:
    place = os.environ.get("BLIP66_UPSTREAM")
    if not place:
        pytest.skip("BLIP66_UPSTREAM is not set: it names a folder with bolts/ (bolt04/*.json, bolt12/*.json of "
                    "lightning/bolts), bip-0340/test-vectors.csv and ldk-0.2.5-sample/")
    return Path(place)


@pytest.fixture
def data(upstream: Path) -> Any:
    def read(name: str) -> Any:
        path = upstream / name
        if path.suffix == ".csv":
            with open(path, newline="") as file:
                return list(csv.DictReader(file))
        return json.loads(path.read_text())

    return read
