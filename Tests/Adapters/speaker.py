#!/usr/bin/env python3
"""An adapter for tests of `blip66 lint`: it does bigsize.decode and bigsize.encode, speaks the protocol by the letter,
and leaves it where it is told to.

    speaker.py [MODE]

MODE is one of the words that `mode` is compared with below. Python's standard library is all it needs.
"""

import json
import os
import re
import sys
import time

mode = sys.argv[1] if len(sys.argv) > 1 else "good"

OPERATIONS = ["bigsize.decode", "bigsize.encode"]

# What a buffer would hold, whatever Python is told about its own.
held = []


class BadRequest(Exception):
    pass


class Refused(Exception):
    pass


def hello(given):
    out = {
        "protocol": 1,
        "implementation": {"name": "speaker", "version": "1", "language": "Python", "url": ""},
        "operations": OPERATIONS,
        "roles": [],
        "profiles": ["blip66-draft", *(name for name in given.get("profiles", {}) if name != "blip66-draft")],
        "capabilities": {"pipelining": 1},
    }
    if mode == "misspells_an_operation":
        out["operations"] = ["bigsize.decode", "bigsize.endcode"]
    if mode == "has_a_strange_role":
        out["roles"] = ["magician"]
    if mode == "has_a_text_for_a_number":
        out["capabilities"] = {"pipelining": "1"}
    if mode == "lists_no_operation":
        out["operations"] = []
    if mode == "speaks_another_protocol":
        out["protocol"] = "1"
    if mode == "says_little":
        out = {"protocol": 1, "implementation": {"name": "speaker"}, "operations": OPERATIONS}
    if mode == "changes_its_name":
        out["implementation"]["version"] = str(os.getpid())
    if mode == "follows_no_tables":
        out["profiles"] = ["blip66-draft"]
    if mode == "may_overtake":
        out["capabilities"] = {"pipelining": 8}
    if mode == "wants_known_members" and set(given) - {"protocols", "profiles"}:
        raise BadRequest("an unknown member")
    return out


def member(given, name, pattern):
    if name not in given and mode == "refuses_what_is_missing":
        raise Refused
    text = given.get(name)
    if mode == "takes_numbers" and isinstance(text, int):
        text = "00"
    if mode == "takes_upper_case" and isinstance(text, str):
        text = text.lower()
    if not isinstance(text, str) or not re.fullmatch(pattern, text):
        raise BadRequest(name)
    return text


def run(request):
    given = request.get("in")
    if not isinstance(given, dict):
        raise BadRequest("in")
    if mode == "wants_known_members" and set(request) - {"id", "op", "in", "profile"}:
        raise BadRequest("an unknown member")
    if request["op"] == "hello":
        return hello(given)
    if request["op"] == "bigsize.decode":
        data = bytes.fromhex(member(given, "bytes", "([0-9a-f]{2})*"))
        return {"value": str(int.from_bytes(data[1:] if len(data) > 1 else data, "big"))}
    return {"bytes": "%02x" % int(member(given, "value", "0|[1-9][0-9]*"))}


def unique(pairs):
    if len(dict(pairs)) < len(pairs) and mode != "takes_keys_twice":
        raise ValueError("a key twice")
    return dict(pairs)


def answer(line):
    try:
        request = json.loads(line, object_pairs_hook=unique)
        id_ = request["id"]
    except (ValueError, RecursionError, TypeError, KeyError):
        if mode == "ends_at_rubbish":
            raise
        if mode in ("is_silent_at_rubbish", "skips_empty_lines") and (mode != "skips_empty_lines" or not line.strip()):
            return None
        return {"id": 0 if mode == "has_an_id_for_rubbish" else None, "outcome": "error", "detail": "no JSON"}
    if mode == "counts_in_floating_point":
        id_ = float(id_) if id_ > 1 << 40 else id_
    if request["op"] not in ("hello", *OPERATIONS):
        if mode == "knows_no_skip":
            return {"id": id_, "outcome": "error", "detail": "what is that?"}
        return {"id": id_, "outcome": "skip", "detail": "unknown"}
    try:
        reply = {"id": id_, "outcome": "accept", "out": run(request)}
    except Refused:
        return {"id": id_, "outcome": "reject", "reason": "tlv.missing", "detail": "nothing there"}
    except BadRequest as error:
        return {"id": id_, "outcome": "error", "detail": "wrong: %s" % error}
    if "repeat" in request and mode != "does_not_repeat":
        reply["elapsed_ns"] = 5 if mode == "times_in_numbers" else "5"
    return reply


def send(reply):
    if reply is None:
        return
    if mode == "does_not_flush":
        held.append(json.dumps(reply))
        return
    print(json.dumps(reply), flush=True)
    if mode == "answers_twice" and reply["id"] and reply["outcome"] == "skip":
        print(json.dumps(reply), flush=True)


def lines():
    """Line by line; with some modes in ways that go wrong."""
    if mode == "takes_what_comes":
        while data := os.read(0, 1 << 16):
            yield from data.decode().splitlines()
    elif mode in ("mixes_the_order", "may_overtake"):
        while data := os.read(0, 1 << 21):
            while not data.endswith(b"\n"):
                data += os.read(0, 1 << 21)
            yield from reversed(data.decode().splitlines())
    elif mode == "reads_short_lines":
        while line := sys.stdin.readline(1 << 16):
            yield line
    else:
        yield from sys.stdin


if mode == "prints_a_banner":
    print("speaker 1.0 is ready", flush=True)
if mode == "ends_deep_down":
    sys.setrecursionlimit(1 << 30)
for line in lines():
    if mode == "ends_deep_down" and "[[[[" in line:
        os.abort()
    send(answer(line))
    if mode == "ends_after_one_line":
        break
for text in held:
    print(text)
if mode == "says_goodbye":
    print("bye", flush=True)
if mode == "fails_at_the_end":
    sys.exit(4)
while mode == "outlives":
    time.sleep(60)
