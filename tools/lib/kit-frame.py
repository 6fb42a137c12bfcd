#!/usr/bin/env python3
"""Speaks with a kit of tools/adapters: what is not filled in is skipped, and the frame of its server role keeps the rules of
Spec/stateful-operations.md, which no scenario looks at while `hello` does not list the role.

    kit-frame.py ADAPTER [ARG...]          exit status: 0 all answers are right, 1 one is not
"""

import json
import subprocess
import sys

KEY = "01" * 32
# What is asked, and the outcome that is right.
CONVERSATION = [
    ("barrier", {}, "error", "an operation of a role before init"),
    ("init", {"role": "nobody", "node_key": KEY, "now": "1"}, "skip", "a role that is not there"),
    ("init", {"role": "server", "node_key": KEY}, "error", "init without now"),
    ("barrier", {}, "error", "the init before made no party"),
    ("init", {"role": "server", "node_key": KEY, "now": "1700000000"}, "accept", "init"),
    ("init", {"role": "server", "node_key": 7, "now": "1"}, "error", "a wrong init leaves the party as it was"),
    ("clock.set", {"now": "1700000001"}, "accept", "time goes on"),
    ("clock.set", {"now": 1700000002}, "error", "the time as a number"),
    ("om.deliver", {"over": None, "onionmsg_tlv": "00"}, "accept", "a message: never a verdict on it"),
    ("tick", {}, "accept", "timers run"),
    ("barrier", {}, "accept", "nothing is left to do"),
    ("server.issue_client_paths", {"client": "rita"}, "skip", "not filled in"),
    ("recipient.get_offer", {}, "skip", "an operation of another role"),
    ("static_invoice.validate", {"bytes": "00", "now": "1"}, "skip", "not filled in"),
    ("static_invoice.validate", {"bytes": 7, "now": "1"}, "error", "a member of a wrong type"),
    ("bigsize.encode", {"value": str(1 << 64)}, "error", "more than a u64"),
    ("bigsize.encode", {"value": "007"}, "error", "leading zeros"),
    ("bigsize.encode", {"value": str((1 << 64) - 1)}, "accept", "the largest u64"),
]


def main():
    requests = [{"id": 0, "op": "hello", "in": {"protocols": [1]}}]
    requests += [{"id": number, "op": op, "in": given} for number, (op, given, _, _) in enumerate(CONVERSATION, 1)]
    text = "".join(json.dumps(request) + "\n" for request in requests)
    run = subprocess.run(sys.argv[1:], input=text, capture_output=True, text=True, timeout=60)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    wrong = []
    if len(answers) != len(requests) or run.returncode != 0:
        wrong.append(f"{len(requests)} lines had {len(answers)} answers, and the exit status is {run.returncode}: {run.stderr[-500:]}")
    elif answers[0]["out"]["roles"] or "static_invoice.validate" in answers[0]["out"]["operations"]:
        wrong.append(f"hello lists what is not filled in: {answers[0]}")
    for number, (answer, (op, given, outcome, what)) in enumerate(zip(answers[1:], CONVERSATION), 1):
        if (answer.get("id"), answer.get("outcome")) != (number, outcome):
            wrong.append(f"{what}: {op} {json.dumps(given)} wants {outcome}, and the answer is {json.dumps(answer)}")
        elif outcome == "accept" and op != "bigsize.encode" and answer["out"] != {}:
            wrong.append(f"{what}: {op} answers {json.dumps(answer['out'])} instead of nothing")
    for line in wrong:
        print(f"FAIL {line}")
    print(f"the frame of its role: {len(CONVERSATION) - len(wrong)} of {len(CONVERSATION)} answers are right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
