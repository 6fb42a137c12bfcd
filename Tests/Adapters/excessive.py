#!/usr/bin/env python3
"""An adapter that says too much: it hands each request to a program, and answers with far more than that did.

    excessive.py MODE PROGRAM [ARG...]

MODE is one of the functions below. The first requests of each operation are answered as the program does, so that the runner finds
the adapter sound. Python's standard library is all it needs.
"""

import json
import subprocess
import sys
import threading

# Requests of an operation that are left alone: more than it has canaries.
SOUND = 8
LINE = 16 * 1024 * 1024


def padded(answer):
    """Right, in a line as long as is allowed."""
    room = LINE - len(json.dumps({**answer, "pad": ""}))
    return {**answer, "pad": "x" * room}


def words(answer):
    """Wrong, with long words."""
    return {"id": answer["id"], "outcome": "reject", "reason": "x" * 20_000, "detail": "y" * 20_000}


def differences(answer):
    """Wrong in many values, each of them long."""
    return {"id": answer["id"], "outcome": "accept", "out": {f"member-{index}": "x" * 2000 for index in range(100)}}


def many_events(answer):
    out = {**answer.get("out", {}), "events": [{"ev": "test.event"}] * 120_000}
    return {**answer, "out": out} if answer["outcome"] == "accept" else answer


def long_events(answer):
    """Events as many and as long as one answer may have, and so in each answer."""
    out = {**answer.get("out", {}), "events": [{"ev": "test.event", "text": "x" * 800}] * 9_900}
    return {**answer, "out": out} if answer["outcome"] == "accept" else answer


def log(answer):
    return answer


def write_log():
    while True:
        sys.stderr.write("a line of a log that has no end\n" * 1000)


def main():
    mode = sys.argv[1]
    program = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    if mode == "log":
        threading.Thread(target=write_log, daemon=True).start()
    seen = {}
    for line in sys.stdin:
        operation = json.loads(line)["op"]
        program.stdin.write(line)
        program.stdin.flush()
        answer = program.stdout.readline()
        seen[operation] = seen.get(operation, 0) + 1
        # Of the operations that scenarios call there are no canaries, and a case that is put again alone is to show the same.
        is_stateful = '"events":' in answer
        if operation != "hello" and (is_stateful or seen[operation] > SOUND):
            answer = json.dumps(globals()[mode](json.loads(answer))) + "\n"
        sys.stdout.write(answer)
        sys.stdout.flush()
    program.stdin.close()
    program.wait()


if __name__ == "__main__":
    main()
