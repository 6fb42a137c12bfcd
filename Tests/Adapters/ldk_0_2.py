#!/usr/bin/env python3
"""The reference, changed to differ from the texts where LDK 0.2 does, for the baseline Spec/known/ldk-0.2.json.

    ldk_0_2.py [--mended NAME]... PROGRAM [ARG...]

PROGRAM speaks the adapter protocol. NAME is one of the differences below, which is then left out. Python's standard library is
all it needs.
"""

import json
import subprocess
import sys


class Program:
    """The reference, and how it is asked again."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def records(stream):
    """The records of a stream of short types and lengths, as pairs of type and bytes."""
    position, found = 0, []

    def number():
        nonlocal position
        first = stream[position]
        size = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(first, 0)
        value = int.from_bytes(stream[position + 1 : position + 1 + size], "big") if size else first
        position += 1 + size
        return value

    while position < len(stream):
        start, kind, length = position, number(), number()
        position += length
        found.append((kind, stream[start:position]))
    return found


def refused(answer):
    return answer["outcome"] == "reject"


def changed(request, **members):
    return {**request, "in": {**request["in"], **members}}


def version(program, request, answer):
    """OD-1: the version byte is not looked at."""
    if request["op"] == "om.peel" and refused(answer) and not request["in"]["packet"].startswith("00"):
        return program.ask(changed(request, packet="00" + request["in"]["packet"][2:]))


def relay(program, request, answer):
    """OM-R3: a relay forwards a layer with a reply path, or with odd records below 64."""
    given = request["in"]
    if not refused(answer) or "(OM-R3)" not in answer["detail"]:
        return None
    if request["op"] == "om.classify":
        layer = records(bytes.fromhex(given["onionmsg_tlv"]))
        kept = [data for kind, data in layer if kind != 2 and (kind >= 64 or kind % 2 == 0)]
        return program.ask(changed(request, onionmsg_tlv=b"".join(kept).hex()))
    if request["op"] == "om.peel" and "record 2 " in answer["detail"]:
        again = program.ask(changed(request, classify=False))
        return again if again.get("out", {}).get("kind") == "forward" else None


def padding(program, request, answer):
    """B12-ENC-5: a whole character of padding is taken."""
    text = request["in"].get("offer", "")
    if request["op"] == "offer.decode" and refused(answer) and text.endswith("q"):
        again = program.ask(changed(request, offer=text[:-1]))
        return None if refused(again) else again


def features(program, request, answer):
    """B12-IRQ-6: the features of a request are not looked at."""
    if request["op"] == "invreq.validate_for" and refused(answer) and answer["reason"] == "features":
        return {"id": request["id"], "outcome": "accept", "out": {}}


def offer(program, request, answer):
    """B12-IRQ-7: a request is not compared with the offer."""
    if request["op"] == "invreq.validate_for" and refused(answer) and "is not as in the offer" in answer["detail"]:
        return {"id": request["id"], "outcome": "accept", "out": {}}


def payers_paths(program, request, answer):
    """B12-IRQ-15: a request with invreq_paths is refused."""
    if request["op"] == "invreq.validate_for" and not refused(answer):
        if any(kind == 90 for kind, _ in records(bytes.fromhex(request["in"]["bytes"]))):
            return {"id": request["id"], "outcome": "reject", "reason": "policy", "detail": "UnexpectedPaths"}


def most_data(program, request, answer):
    """B1-TLV-4: ffff is an escape in a length."""
    if request["op"] == "path.decode" and not refused(answer):
        hops = answer["out"]["path"]["hops"]
        if any(len(hop["encrypted_recipient_data"]) == 2 * 65535 for hop in hops):
            return {"id": request["id"], "outcome": "reject", "reason": "tlv.truncated", "detail": "ShortRead"}


DIFFERENCES = [version, relay, padding, features, offer, payers_paths, most_data]


def main():
    words = sys.argv[1:]
    mended = []
    while words[0] == "--mended":
        mended.append(words[1])
        words = words[2:]
    differences = [difference for difference in DIFFERENCES if difference.__name__ not in mended]
    program = Program(words)
    for line in sys.stdin:
        request = json.loads(line)
        answer = program.ask(request)
        if request["op"] == "hello":
            answer["out"]["implementation"].update(name="imitation of LDK", version="0.2.5")
            answer["out"]["capabilities"]["pipelining"] = 1
            answer["out"]["roles"] = []
        for difference in differences if request["op"] != "hello" else []:
            answer = difference(program, request, answer) or answer
        print(json.dumps(answer), flush=True)
    program.process.stdin.close()
    program.process.wait()


if __name__ == "__main__":
    main()
