#!/usr/bin/env python3
"""Claims to do every operation of the protocol, and accepts whatever it gets. It must not pass anything."""

import json
import sys

OPERATIONS = """
bigsize.decode bigsize.encode field.decode tlv.decode tlv.encode path.decode path.encode path.create path.unblind
path.walk om.build om.send_over om.peel om.classify msg.decode msg.encode offer.decode offer.validate invreq.decode
invreq.validate_for bolt12.merkle bolt12.sign bolt12.verify static_invoice.decode static_invoice.sign
static_invoice.verify static_invoice.build static_invoice.validate payload.build payload.validate salt.mask salt.seal
salt.open salt.build_payloads
""".split()

HELLO = {
    "protocol": 1,
    "implementation": {"name": "yes", "version": "1", "language": "Python", "url": ""},
    "operations": OPERATIONS,
    "roles": [],
    "profiles": ["blip66-draft", "ldk-0.2"],
    "capabilities": {},
}

for line in sys.stdin:
    request = json.loads(line)
    out = HELLO if request["op"] == "hello" else {}
    print(json.dumps({"id": request["id"], "outcome": "accept", "out": out}), flush=True)
