"""Runs a family of BigSize vectors on a decoder of your own: python3 consume.py Vectors/bolt01/bigsize.json"""

import json
import sys


def decode(data: bytes) -> int:
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(data[0], 0)
    value = int.from_bytes(data[1:], "big") if width else data[0]
    least = {0: 0, 2: 0xFD, 4: 1 << 16, 8: 1 << 32}[width]
    if len(data) != 1 + width or value < least:
        raise ValueError("not a BigSize")
    return value


cases = [case for case in json.load(open(sys.argv[1]))["cases"] if case["op"] == "bigsize.decode"]
for case in cases:
    try:
        got = {"outcome": "accept", "out": {"value": str(decode(bytes.fromhex(case["in"]["bytes"])))}}
    except (ValueError, IndexError):
        got = {"outcome": "reject"}
    assert all(case[key] == value for key, value in got.items()), (case["id"], case["comment"], got)
print(f"{len(cases)} cases hold")
