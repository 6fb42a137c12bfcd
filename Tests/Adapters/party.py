#!/usr/bin/env python3
"""A party for tests of the runner: it takes every request of a scenario, and does nothing, or one thing wrong.

    party.py MODE [--without NAME] [--profile NAME]

MODE is silent, or says what happens at the first om.deliver: see below. --without leaves a role, a depth, a capability
or an operation out of hello. Python's standard library is all it needs.
"""

import argparse
import json
import os
import sys
import time

OPERATIONS = [
    "init", "clock.set", "tick", "barrier", "restart", "net.link", "net.deliver", "om.deliver", "store.ack",
    "store.stats", "server.issue_client_paths", "server.set_limit", "recipient.set_server_paths",
    "recipient.get_offer", "recipient.list_offers", "channel.open", "channel.close", "channel.fee_change",
    "htlc.deliver",
]


def hello(options):
    def kept(names):
        return [name for name in names if name not in options.without]

    capabilities = {"depths": kept(["packet", "payload"])}
    for name in kept(["ext_store", "rng", "wake"]):
        capabilities[name] = True
    for name in kept(["max_slots"]):
        capabilities[name] = 3
    for name in kept(["min_paths_lifetime", "refresh_s", "max_invoice_bytes"]):
        capabilities[name] = "7200"
    return {
        "protocol": 1,
        "implementation": {"name": "party"},
        "operations": kept(OPERATIONS),
        "roles": kept(["server", "recipient"]),
        "profiles": [options.profile],
        "capabilities": capabilities,
    }


def out(operation, options):
    """What a party that does nothing answers."""
    if operation == "server.issue_client_paths":
        return {"paths": []}
    if operation == "recipient.list_offers":
        return {"offers": []}
    if operation == "store.stats":
        return {"entries": "0", "bytes": "0"}
    if options.mode == "crash" and operation == "tick":
        os._exit(3)
    if options.mode == "hang" and operation == "tick":
        time.sleep(3600)
    if options.mode == "event_without_name" and operation == "tick":
        return {"events": [{"to": "somebody"}]}
    if options.mode == "events" and operation == "tick":
        return {"events": [{"ev": "test.event"}] * options.count}
    if options.mode == "endless_writes" and operation in ("tick", "store.ack"):
        return {"events": [{"ev": "store.put", "put": time.monotonic_ns(), "records": []}]}
    return {}


def answer(request, options):
    operation = request["op"]
    if operation == "hello":
        return {"outcome": "accept", "out": hello(options)}
    if options.mode == "refuses" and operation == "tick":
        return {"outcome": "reject", "reason": "policy", "detail": "not now"}
    if options.mode == "skips" and operation == "tick":
        return {"outcome": "skip", "detail": "there are no timers"}
    return {"outcome": "accept", "out": out(operation, options)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--profile", default="blip66-draft")
    options = parser.parse_args()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], **answer(request, options)}), flush=True)


main()
