#!/usr/bin/env python3
"""Prints the requests of all vectors, one a line, for a program that reads them as an adapter does.

    requests-of-vectors.py VECTORS [TIMES]
"""

import json
import pathlib
import sys

families = [json.loads(path.read_text()) for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.json"))]
cases = [
    (family["profile"], case)
    for family in families
    if isinstance(family, dict) and "family" in family and "cases" in family
    for case in family["cases"]
]
for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1):
    for number, (profile, case) in enumerate(cases):
        request = {"id": number, "op": case["op"], "in": case["in"]}
        print(json.dumps(request if profile == "any" else {**request, "profile": profile}))
