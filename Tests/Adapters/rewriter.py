#!/usr/bin/env python3
"""An implementation that is right but for what the rules say: it hands each request to a program, and changes the answer.

    rewriter.py RULES PROGRAM [ARG...]

RULES is a JSON array. A rule is for answers to `op` whose request contains `request`, whose outcome is `outcome` and whose
detail contains `detail`; each of these may be left out. It then answers with `answer` in place of the outcome and what goes with
it, leaves the members `drop` out of `out`, puts the members `set` into it, puts the members `hello` into the answer to
hello, or with `silent` says nothing. Python's standard library is all it needs.
"""

import json
import subprocess
import sys


def fits(rule, line, request, answer):
    return (
        rule.get("op", request["op"]) == request["op"]
        and rule.get("request", "") in line
        and rule.get("outcome", answer["outcome"]) == answer["outcome"]
        and rule.get("detail", "") in answer.get("detail", "")
    )


def changed(rule, answer):
    if "answer" in rule:
        return {"id": answer["id"], **rule["answer"]}
    out = answer.get("out", {})
    for name in rule.get("drop", []):
        out.pop(name, None)
    out.update(rule.get("set", {}))
    return answer


rules = json.loads(sys.argv[1])
program = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
for line in sys.stdin:
    program.stdin.write(line)
    program.stdin.flush()
    answer = json.loads(program.stdout.readline())
    request = json.loads(line)
    if request["op"] == "hello":
        for rule in rules:
            answer["out"].update(rule.get("hello", {}))
        print(json.dumps(answer), flush=True)
        continue
    fitting = [rule for rule in rules if "hello" not in rule and fits(rule, line, request, answer)]
    if any(rule.get("silent") for rule in fitting):
        continue
    for rule in fitting:
        answer = changed(rule, answer)
    print(json.dumps(answer), flush=True)
program.stdin.close()
program.wait()
