#!/usr/bin/env python3
"""An adapter for tests: it does bigsize.decode and bigsize.encode properly, and misbehaves where it is told to.

    faulty.py [MODE [--on VALUE] [--once FILE] [--each FOLDER] [--lock FILE] [--pipelining N] [--slow SECONDS]]

MODE is the name of a function below. It takes effect at the request whose `bytes` or `value` is VALUE, or at `hello`
when VALUE is `hello`; without --on at every request but `hello` and the canaries. With --once it takes effect only
while FILE does not exist, and makes it; with --each once for every request. With --pipelining it declares that. Python's standard library is all it needs.
"""

import argparse
import fcntl
import json
import os
import signal
import sys
import time

OPERATIONS = ["bigsize.decode", "bigsize.encode"]
CANARIES = [
    ("bigsize.decode", {"bytes": "00"}),
    ("bigsize.decode", {"bytes": "fd"}),
    ("bigsize.encode", {"value": "0"}),
    ("bigsize.encode", {"value": "1"}),
]


PIPELINING = 1


class Refused(Exception):
    pass


def decode(data):
    if not data:
        raise Refused("tlv.truncated")
    size = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(data[0], 0)
    if len(data) < 1 + size:
        raise Refused("tlv.truncated")
    if len(data) > 1 + size:
        raise Refused("tlv.length")
    value = int.from_bytes(data[1:], "big") if size else data[0]
    if encode(value) != data:
        raise Refused("tlv.noncanonical")
    return value


def encode(value):
    for marker, size, least in ((0xFF, 8, 1 << 32), (0xFE, 4, 1 << 16), (0xFD, 2, 0xFD)):
        if value >= least:
            return bytes([marker]) + value.to_bytes(size, "big")
    return bytes([value])


def hello(version):
    return {
        "protocol": 1,
        "implementation": {"name": "faulty", "version": version, "language": "Python", "url": ""},
        "operations": OPERATIONS,
        "roles": [],
        "profiles": ["blip66-draft"],
        "capabilities": {"pipelining": PIPELINING},
    }


def answer(request, version="1"):
    op, given = request["op"], request["in"]
    reply = {"id": request["id"], "outcome": "accept"}
    try:
        if op == "hello":
            reply["out"] = hello(version)
        elif op == "bigsize.decode":
            reply["out"] = {"value": str(decode(bytes.fromhex(given["bytes"])))}
        elif op == "bigsize.encode":
            reply["out"] = {"bytes": encode(int(given["value"])).hex()}
        else:
            reply = {"id": request["id"], "outcome": "skip", "detail": "unknown op"}
    except Refused as refused:
        reply = {"id": request["id"], "outcome": "reject", "reason": str(refused), "detail": "refused"}
    return reply


def write(text):
    write_bytes(text.encode())


def write_bytes(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def send(reply):
    write(json.dumps(reply) + "\n")


def member(request):
    given = request["in"]
    return given.get("bytes") or given.get("value")


def with_reply(request, **members):
    reply = answer(request)
    reply.update(members)
    send(reply)


# What it can do wrong. Each function takes the place of sending the right answer.


def silent(request, options):
    while True:
        time.sleep(60)


def crash(request, options):
    os._exit(3)


def abort(request, options):
    os.kill(os.getpid(), signal.SIGKILL)


def crash_with_last_words(request, options):
    print("the end is near", file=sys.stderr, flush=True)
    os._exit(3)


def unended_line_and_exit(request, options):
    write(json.dumps(answer(request)))
    os._exit(0)


def beginning_of_line(request, options):
    write('{"id":')
    silent(request, options)


def late(request, options):
    time.sleep(options.delay)
    send(answer(request))


def close_output(request, options):
    os.close(1)
    silent(request, options)


def close_input(request, options):
    """Answers rightly, and can read nothing from then on."""
    os.close(0)
    send(answer(request))
    silent(request, options)


def deaf(request, options):
    """Answers rightly, and reads nothing from then on."""
    send(answer(request))
    silent(request, options)


def twice(request, options):
    send(answer(request))
    send(answer(request))


def unasked(request, options):
    send(answer(request))
    write("by the way\n")


def wrong_id(request, options):
    with_reply(request, id=request["id"] + 1000)


def previous_id(request, options):
    with_reply(request, id=request["id"] - 1)


def text_id(request, options):
    with_reply(request, id=str(request["id"]))


def no_id(request, options):
    reply = answer(request)
    del reply["id"]
    send(reply)


def banner(request, options):
    write("adapter 1.0 is ready\n")
    send(answer(request))


def empty_line(request, options):
    write("\n")
    send(answer(request))


def duplicate_key(request, options):
    write('{"id":%d,"outcome":"skip","outcome":"accept","out":{}}\n' % request["id"])


def nul_bytes(request, options):
    write_bytes(b'{"id":%d,"outcome":"skip","detail":"\x00"}\n' % request["id"])


def broken_utf8(request, options):
    write_bytes(b'{"id":%d,"outcome":"skip","detail":"\xff"}\n' % request["id"])


def no_out(request, options):
    write('{"id":%d,"outcome":"accept"}\n' % request["id"])


def no_outcome(request, options):
    write('{"id":%d,"out":{}}\n' % request["id"])


def two_shapes(request, options):
    with_reply(request, out={}, reason="tlv.order", outcome="reject")


def huge_line(request, options):
    write('{"id":%d,"outcome":"skip","detail":"%s"}\n' % (request["id"], "x" * (4 << 20)))


def endless_lines(request, options):
    while True:
        write('{"id":%d,"outcome":"skip","detail":"again"}\n' % request["id"])


def error(request, options):
    send({"id": request["id"], "outcome": "error", "detail": "out of order"})


def error_without_id(request, options):
    send({"id": None, "outcome": "error", "detail": "cannot parse"})


def skip(request, options):
    send({"id": request["id"], "outcome": "skip", "detail": "not today"})


def accept(request, options):
    send({"id": request["id"], "outcome": "accept", "out": {}})


def reject(request, options):
    send({"id": request["id"], "outcome": "reject", "reason": "policy", "detail": "no"})


def odd_reason(request, options):
    send({"id": request["id"], "outcome": "reject", "reason": "mood", "detail": "no"})


def more_members(request, options):
    reply = answer(request)
    reply.get("out", {})["colour"] = "blue"
    reply["elapsed_ns"] = "1"
    send(reply)


def flood(request, options):
    for number in range(4000):
        print("line %05d of a very long log that nobody reads" % number, file=sys.stderr)
    sys.stderr.flush()
    send(answer(request))


def log(request, options):
    print("about to answer", file=sys.stderr, flush=True)
    send({"id": request["id"], "outcome": "accept", "out": {"value": "7"}})


def grandchild(request, options):
    """Leaves a process behind that holds the pipes and a lock on FILE."""
    held = open(options.lock, "w")
    if os.fork() == 0:
        fcntl.flock(held, fcntl.LOCK_EX)
        open(options.lock + ".held", "w").close()
        silent(request, options)
    while not os.path.exists(options.lock + ".held"):
        time.sleep(0.005)
    send(answer(request))


def daemon(request, options):
    """Leaves a process behind that is in a session and a group of its own, and closed the pipes."""
    held = open(options.lock, "w")
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for stream in (0, 1, 2):
                os.close(stream)
            fcntl.flock(held, fcntl.LOCK_EX)
            open(options.lock + ".held", "w").close()
            silent(request, options)
        os._exit(0)
    while not os.path.exists(options.lock + ".held"):
        time.sleep(0.005)
    send(answer(request))


EVIL = "\x1b[2J\x07\rok    forged\x9b\u202eforged\u2066\u200b\u2028\nFAIL forged"


def forge(request, options):
    print(EVIL, file=sys.stderr, flush=True)
    send({"id": request["id"], "outcome": "reject", "reason": EVIL, "detail": EVIL})


def forged_value(request, options):
    send({"id": request["id"], "outcome": "accept", "out": {"value": EVIL}})


def long_words(request, options):
    text = "x" * (1 << 20)
    send({"id": request["id"], "outcome": "reject", "reason": text, "detail": text})


def padded(request, options):
    reply = answer(request)
    reply["pad"] = "x" * (1 << 20)
    if "out" in reply and request["op"] != "hello":
        reply["out"]["steps"] = {"pad": "x" * (1 << 20)}
    send(reply)


def wrong_capability(request, options):
    reply = answer(request)
    reply["out"]["capabilities"]["pipelining"] = -5
    send(reply)


def forged_name(request, options):
    reply = answer(request)
    reply["out"]["implementation"]["name"] = EVIL
    send(reply)


def grandchild_and_hang(request, options):
    held = open(options.lock, "w")
    if os.fork() == 0:
        fcntl.flock(held, fcntl.LOCK_EX)
    silent(request, options)


def changing_hello_and_crash(request, options):
    crash(request, options)


def no_operations(request, options):
    reply = answer(request)
    del reply["out"]["operations"]
    send(reply)


def other_protocol(request, options):
    reply = answer(request)
    reply["out"]["protocol"] = 2
    send(reply)


def exit_after(request, options):
    send(answer(request))
    os._exit(0)


# What it can do wrong when its input ends.
AT_THE_END = {
    "fail_at_the_end": lambda: os._exit(4),
    "outlive": lambda: silent(None, None),
}


def applies(request, options):
    given = request["in"]
    if options.on == "hello":
        return request["op"] == "hello"
    if options.on is not None:
        return options.on in (given.get("bytes"), given.get("value"))
    return request["op"] != "hello" and (request["op"], given) not in CANARIES


def is_due(request, options):
    if options.mode == "good" or options.mode in AT_THE_END or not applies(request, options):
        return False
    if options.each:
        options.once = os.path.join(options.each, str(member(request)))
    if options.once is None:
        return True
    try:
        os.close(os.open(options.once, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def answer_in_reverse():
    """Answers all that can be read at once, the last request first."""
    rest = b""
    while True:
        some = os.read(0, 1 << 20)
        if not some:
            return
        *lines, rest = (rest + some).split(b"\n")
        for line in reversed(lines):
            send(answer(json.loads(line)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", nargs="?", default="good")
    parser.add_argument("--on")
    parser.add_argument("--once")
    parser.add_argument("--each")
    parser.add_argument("--lock")
    parser.add_argument("--pipelining", type=int, default=1)
    parser.add_argument("--slow", type=float, default=0)
    parser.add_argument("--delay", type=float, default=60)
    options = parser.parse_args()
    global PIPELINING
    PIPELINING = options.pipelining
    if options.mode == "before_hello":
        write("adapter 1.0\n")
        options.mode = "good"
    if options.mode == "reversed":
        return answer_in_reverse()
    for line in sys.stdin:
        request = json.loads(line)
        time.sleep(options.slow)
        if is_due(request, options):
            globals()[options.mode](request, options)
        else:
            send(answer(request, str(os.getpid()) if options.mode == "changing_hello_and_crash" else "1"))
    AT_THE_END.get(options.mode, lambda: None)()


if __name__ == "__main__":
    main()
