#!/usr/bin/env python3
"""Whether a server of requests gives back what it takes: puts the requests of all vectors to it, round after round.

    memory-of-serve.py VECTORS PROGRAM [ARGUMENT]...

In the first rounds the allocator, caches and tables grow to what they need. From then on the resident memory may grow by a few bytes a
request at most, which is less than one forgotten block would take: 16 bytes, and as many around it.

Exit status: 0 it gives back all, 1 it grows.
"""

import json
import pathlib
import subprocess
import sys
import threading

WARM_UP, MEASURED = 3, 5
MOST_BYTES = 16

families = [json.loads(path.read_text()) for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.json"))]
requests = []
for family in families:
    if isinstance(family, dict) and "family" in family and "cases" in family:
        for number, case in enumerate(family["cases"]):
            profile = {} if family["profile"] == "any" else {"profile": family["profile"]}
            requests.append(json.dumps({"id": number, "op": case["op"], "in": case["in"], **profile}))
lines = "".join(request + "\n" for request in requests)


def resident(process):
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) * 1024


def put(process):
    writer = threading.Thread(target=lambda: (process.stdin.write(lines), process.stdin.flush()))
    writer.start()
    accepted = sum('"outcome":"accept"' in process.stdout.readline() for _ in requests)
    writer.join()
    return accepted


with subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
    for _ in range(WARM_UP):
        accepted = put(process)
    before = resident(process)
    sizes = []
    for _ in range(MEASURED):
        put(process)
        sizes.append(resident(process) - before)
    process.stdin.close()
grown = sizes[-1] / (MEASURED * len(requests))
print(
    f"{len(requests)} requests, {accepted} accepted; {before / 1e6:.1f} MB after {WARM_UP} rounds, then {[size // 1024 for size in sizes]} KB more:"
    f" {grown:.1f} bytes a request"
)
sys.exit(0 if accepted and grown < MOST_BYTES else 1)
