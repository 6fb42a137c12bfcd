"""Framing: what is no request, what is a wrong one, and that nothing ends the adapter."""

import io
import json
import os
import subprocess
from pathlib import Path

import pytest

from blip66_adapter.protocol import LINE_LIMIT, serve

FOLDER = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"id":1,"id":2,"op":"hello","in":{}}',
        b'{"id":1,"op":"tlv.decode","in":{"bytes":"","bytes":""}}',
        b'{"id":1,"op":"bigsize.encode","in":{"value":NaN}}',
        b'{"id":1,"op":"bigsize.encode","in":{"value":Infinity}}',
        b'{"id":1,"op":"hello","in":{}} x',
        b'{"id":1}{"id":2}',
        b"\xff\xfe",
        b'\xef\xbb\xbf{"id":1}',
        b'{"op":"hello","in":{"protocols":[1]}}',
        b'{"id":null,"op":"hello","in":{"protocols":[1]}}',
        b"[" * 100_000,
        b'{"id":' + b"9" * 5000 + b"}",
    ],
)
def test_no_request(adapter, line):
    answer = adapter.line(line)
    assert answer["id"] is None and answer["outcome"] == "error"


def test_white_space_and_unknown_members_are_fine(adapter):
    answer = adapter.line(b' {"id":3, "op":"bigsize.encode", "new":1, "in":{"value":"1", "more":[null]}}\r')
    assert answer == {"id": 3, "outcome": "accept", "out": {"bytes": "01"}}


def test_hello(adapter):
    answer = adapter.ask("hello", {"protocols": [1], "profiles": {"blip66-draft": {}}})
    assert answer["out"]["protocol"] == 1
    assert {"blip66-draft", "ldk-0.2"} <= set(answer["out"]["profiles"])
    assert adapter.ask("hello", {"protocols": [2]})["outcome"] == "error"


def test_profile_tables_are_followed(adapter):
    table = {"onion_message_types": {"offer_paths_request": "90000", "framing": "length_prefixed"}}
    assert adapter.ask("msg.encode", {"message": "offer_paths_request", "fields": {}}, "mine")["outcome"] == "skip"
    assert "mine" in adapter.ask("hello", {"protocols": [1], "profiles": {"mine": table}})["out"]["profiles"]
    out = adapter.accept("msg.encode", {"message": "offer_paths_request", "fields": {"invoice_slot": 1}}, "mine")
    assert out == {"type": "90000", "bytes": "0400020001"}
    table = {"onion_message_types": {"offer_paths_request": []}}
    answer = adapter.ask("hello", {"protocols": [1], "profiles": {"mine": table}})
    assert answer["outcome"] == "error" and "in.profiles.mine.onion_message_types" in answer["detail"]


def test_published_profile_tables_say_what_is_built_in():
    from blip66_adapter.profiles import BUILT_IN, adjusted

    for path in (FOLDER / "../../../Spec/profiles").glob("*.json"):
        table = json.loads(path.read_text())
        if table["name"] in BUILT_IN:
            assert adjusted(BUILT_IN[table["name"]], table, "") == BUILT_IN[table["name"]]


def test_unknown_operation_or_profile_is_skipped(adapter):
    assert adapter.ask("salt.grant", {})["outcome"] == "skip"
    assert adapter.ask("bigsize.encode", {"value": "1"}, profile="no-such")["outcome"] == "skip"


@pytest.mark.parametrize(
    "op, in_, where",
    [
        ("bigsize.encode", {}, "in.value"),
        ("bigsize.encode", {"value": 1}, "in.value"),
        ("bigsize.encode", {"value": "01"}, "in.value"),
        ("bigsize.encode", {"value": "18446744073709551616"}, "in.value"),
        ("bigsize.decode", {"bytes": "0"}, "in.bytes"),
        ("bigsize.decode", {"bytes": "FD"}, "in.bytes"),
        ("bigsize.decode", {"bytes": None}, "in.bytes"),
        ("field.decode", {"kind": "u8", "bytes": ""}, "in.kind"),
        ("tlv.decode", {"bytes": "", "schema": "n3"}, "in.schema"),
        ("tlv.encode", {"records": [{"type": "1"}]}, "in.records[0].value"),
        ("tlv.encode", {"records": {}}, "in.records"),
        ("path.encode", {"path": {"path_key": "02" * 33, "hops": []}}, "in.path.introduction"),
        ("om.classify", {"onionmsg_tlv": "", "encrypted_data_tlv": "", "final": 1}, "in.final"),
        ("om.classify", {"onionmsg_tlv": "", "encrypted_data_tlv": ""}, "in.final"),
        ("msg.encode", {"message": "offer_paths_request", "fields": {"invoice_slot": 65536}}, "in.fields.invoice_slot"),
        ("msg.encode", {"message": "offer_paths_request", "fields": {"invoice_slot": True}}, "in.fields.invoice_slot"),
        ("offer.decode", {}, "in.offer"),
        ("bolt12.sign", {"bytes": "", "messagename": "x", "secret_key": "00" * 32}, "in.secret_key"),
        # A wrong type is an error even where the rest would be refused.
        ("static_invoice.validate", {"bytes": "00", "now": 0}, "in.now"),
        ("om.peel", {"node_key": "01" * 32, "path_key": "00" * 33, "packet": 1}, "in.packet"),
    ],
)
def test_wrong_request(adapter, op, in_, where):
    answer = adapter.ask(op, in_)
    assert answer["outcome"] == "error" and answer["detail"].startswith(where + ":"), answer


def test_repeat(adapter):
    answer = adapter.ask("bigsize.encode", {"value": "1"}, repeat=50)
    assert answer["out"] == {"bytes": "01"} and int(answer["elapsed_ns"]) > 0
    answer = adapter.ask("bigsize.decode", {"bytes": ""}, repeat=2)
    assert answer["reason"] == "tlv.truncated" and int(answer["elapsed_ns"]) > 0
    for wrong in (0, -1, 10_000_001, "2", 1.5, True, None):
        assert adapter.ask("bigsize.encode", {"value": "1"}, repeat=wrong)["outcome"] == "error"


def test_line_limit():
    head, tail = b'{"id":1,"op":"bigsize.encode","in":{"value":"1","x":"', b'"}}'
    longest = head + b"a" * (LINE_LIMIT - len(head) - len(tail)) + tail
    requests = io.BytesIO(longest + b"\n" + longest + b" \n" + b"x" * (3 * LINE_LIMIT) + b"\n" + longest)
    answers = io.BytesIO()
    serve(requests, answers)
    outcomes = [json.loads(line)["outcome"] for line in answers.getvalue().splitlines()]
    assert outcomes == ["accept", "error", "error", "accept"]


def test_any_bytes_are_survived(adapter):
    """A sweep: every operation with odd members. None may fail in a way of its own."""
    values = ["", "00", "ff" * 33, "02" * 33, "01" * 32, "lno1", [], {}, 0, -1, 1.5, True, None, "1", "\ud800"]
    names = ["bytes", "value", "kind", "path", "offer", "now", "hops", "session_key", "node_key", "path_key", "packet"]
    for op in adapter.ask("hello", {"protocols": [1]})["out"]["operations"]:
        for value in values:
            answer = adapter.ask(op, {name: value for name in names} | {"fields": value, "message": value})
            assert answer["outcome"] in ("accept", "reject", "error")
            assert "Error:" not in answer.get("detail", ""), answer


def test_run_from_elsewhere(tmp_path):
    request = b'{"id":1,"op":"bigsize.encode","in":{"value":"1"}}\n'
    if not (FOLDER / ".venv" / "installed").exists():
        pytest.skip("the environment is not set up yet: start ./run once")
    done = subprocess.run([FOLDER / "run"], input=request, cwd=tmp_path, capture_output=True, env=dict(os.environ))
    assert json.loads(done.stdout) == {"id": 1, "outcome": "accept", "out": {"bytes": "01"}}
    assert done.returncode == 0
