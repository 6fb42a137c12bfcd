#!/usr/bin/env python3
# README: the smallest adapter, one request a process. Copy it, put your library where `bigsize_decode` computes, add
# operations to OPERATIONS. Spec/writing-an-adapter.md goes on from here.
import json, re, sys


class Refused(Exception):
    """The input breaks a rule: the reason class of Spec/adapter-protocol.md."""


def hello(given):
    name = {"name": "template", "version": "1", "language": "Python", "url": ""}
    operations = [operation for operation in OPERATIONS if operation != "hello"]
    return {"protocol": 1, "implementation": name, "operations": operations, "roles": [], "profiles": [], "capabilities": {}}


def bigsize_decode(given):
    if not re.fullmatch("([0-9a-f]{2})*", given["bytes"]):
        raise TypeError("bytes: lower-case hex is needed")
    data = bytes.fromhex(given["bytes"])
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(data[0], 0) if data else 0
    if len(data) != 1 + width:
        raise Refused("tlv.truncated" if len(data) < 1 + width else "tlv.length")
    value = int.from_bytes(data[1:] if width else data, "big")
    if value < {0: 0, 2: 0xFD, 4: 1 << 16, 8: 1 << 32}[width]:
        raise Refused("tlv.noncanonical")
    return {"value": str(value)}


OPERATIONS = {"hello": hello, "bigsize.decode": bigsize_decode}


def answer(line):
    id_ = None
    try:
        request = json.loads(line)
        id_ = request["id"]
        if request["op"] not in OPERATIONS:
            return {"id": id_, "outcome": "skip", "detail": "no operation " + request["op"]}
        return {"id": id_, "outcome": "accept", "out": OPERATIONS[request["op"]](request["in"])}
    except Refused as reason:
        return {"id": id_, "outcome": "reject", "reason": str(reason), "detail": ""}
    except Exception as error:
        return {"id": id_, "outcome": "error", "detail": repr(error)}


print(json.dumps(answer(sys.stdin.readline())), flush=True)
