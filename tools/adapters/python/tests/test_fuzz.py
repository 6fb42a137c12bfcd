"""Mutated good input is accepted or refused, and never a fault of the adapter."""

import random


def mutations(data, rng, count):
    for _ in range(count):
        mutated = bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(mutated) + 1)
            how = rng.randrange(4)
            if how == 0 and at < len(mutated):
                mutated[at] ^= 1 << rng.randrange(8)
            elif how == 1:
                mutated[at : at + rng.randrange(1, 40)] = b""
            elif how == 2:
                mutated[at:at] = rng.randbytes(rng.randrange(1, 5))
            elif at < len(mutated):
                mutated[at] = rng.choice((0, 1, 0xFC, 0xFD, 0xFE, 0xFF))
        yield bytes(mutated).hex()


def test_mutations(adapter, data):
    rng = random.Random(66)
    invoice = bytes.fromhex(data("ldk-0.2.5-sample/static_invoices.json")["cases"][0]["invoice"])
    onion = data("ldk-0.2.5-sample/onion_messages.json")["cases"][1]["hops"][-1]
    message = bytes.fromhex(data("ldk-0.2.5-sample/messages.json")["cases"][2]["value"])
    seeds = [
        ("static_invoice.validate", "bytes", invoice, {"now": "1780000000"}),
        ("static_invoice.sign", "bytes", invoice, {"secret_key": "01" * 32}),
        ("bolt12.merkle", "bytes", invoice, {}),
        ("invreq.validate_for", "bytes", invoice, {"invoice": invoice.hex(), "now": "1", "arrived_over": 0}),
        ("offer.validate", "bytes", invoice, {"now": "1"}),
        ("msg.decode", "bytes", message, {"message": "serve_static_invoice"}),
        ("om.classify", "onionmsg_tlv", bytes.fromhex(onion["onionmsg_tlv"]),
         {"encrypted_data_tlv": onion["encrypted_data_tlv"], "final": True}),
        ("om.classify", "encrypted_data_tlv", bytes.fromhex(onion["encrypted_data_tlv"]),
         {"onionmsg_tlv": onion["onionmsg_tlv"], "final": False}),
        ("payload.validate", "payload", bytes.fromhex(onion["onionmsg_tlv"]),
         {"payment_hash": "00" * 32, "amount_msat": "1", "cltv_expiry": 1, "height": 1}),
        ("om.peel", "packet", bytes.fromhex(onion["onion_message"][70:]),
         {"node_key": "01" * 32, "path_key": onion["path_key"]}),
    ]
    for profile in ("blip66-draft", "ldk-0.2"):
        for op, name, seed, more in seeds:
            for mutated in mutations(seed, rng, 60):
                answer = adapter.ask(op, {name: mutated, **more}, profile)
                assert answer["outcome"] in ("accept", "reject"), (op, answer)
