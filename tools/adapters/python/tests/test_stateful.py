"""The frame of the stateful operations: shapes, order, repetition, and that nothing ends the adapter."""

import random

import pytest

from blip66_adapter import entropy
from blip66_adapter.payinfo import Channel, payinfo
from parties import DRAFT, LDK, NOW, PEER, PartyUnderTest, channel, node_id, path_json, path_to

STATEFUL = [
    "init", "clock.set", "tick", "barrier", "restart", "net.link", "om.deliver", "store.ack", "store.stats",
    "server.issue_client_paths", "server.set_limit", "recipient.set_server_paths", "recipient.get_offer",
    "recipient.list_offers", "channel.open", "channel.close", "channel.fee_change", "htlc.deliver", "net.deliver",
    "payer.pay_offer", "payer.abandon", "payer.revoke_and_ack", "holder.htlc_add", "holder.htlc_committed",
    "holder.htlc_removed",
]


HTLC = {"payload": "", "payment_hash": "00" * 32, "amount_msat": "1", "cltv_expiry": 1, "height": 1}


def init(**changes):
    in_ = {
        "role": "server", "depth": "payload", "node_key": "01" * 32, "peers": [node_id(PEER)], "channels": [channel()],
        "chain": "00" * 32, "now": str(NOW), "seed": "02" * 32, **changes,
    }
    return {name: value for name, value in in_.items() if value is not ...}


def test_hello(adapter):
    out = adapter.accept("hello", {"protocols": [1]})
    assert set(STATEFUL) <= set(out["operations"])
    assert sorted(out["roles"]) == ["forwarder", "holder", "payer", "recipient", "server"]
    capabilities = out["capabilities"]
    assert capabilities["depths"] == ["packet", "payload"]
    assert all(capabilities[name] is True for name in ("ext_store", "rng", "wake"))
    for name in ("min_paths_lifetime", "refresh_s", "max_slots", "max_invoice_bytes"):
        assert type(capabilities[name]) is int and capabilities[name] > 0


def test_init_comes_first(adapter):
    for name in STATEFUL[1:]:
        assert adapter.ask(name, {})["outcome"] == "error"
    assert adapter.accept("init", init()) == {}
    assert adapter.accept("tick", {}) == {} and adapter.accept("barrier", {}) == {}
    assert adapter.ask("net.deliver", {})["outcome"] == "error"
    assert adapter.ask("tick", {}, repeat=2)["outcome"] == "error"
    assert adapter.ask("recipient.get_offer", {})["outcome"] == "error"
    assert adapter.accept("init", init(role="recipient")) == {}
    assert adapter.ask("server.issue_client_paths", {"client": "a"})["outcome"] == "error"
    assert adapter.accept("recipient.get_offer", {}) == {}


@pytest.mark.parametrize(
    "changes, where",
    [
        ({"role": "salt-payer"}, "in.role"),
        ({"role": "forwarder"}, "in.depth"),
        ({"height": "1"}, "in.height"),
        ({"role": ...}, "in.role"),
        ({"depth": "stream"}, "in.depth"),
        ({"node_key": "00" * 32}, "in.node_key"),
        ({"peers": ["02" * 32]}, "in.peers[0]"),
        ({"peers": ["05" * 33]}, "in.peers[0]"),
        ({"peers": {}}, "in.peers"),
        ({"channels": [channel(scid="00")]}, "in.channels[0].scid"),
        ({"channels": [channel(htlc_minimum_msat=1)]}, "in.channels[0].htlc_minimum_msat"),
        ({"channels": [channel(fee_base_msat="1")]}, "in.channels[0].fee_base_msat"),
        ({"channels": [channel(cltv_expiry_delta=65536)]}, "in.channels[0].cltv_expiry_delta"),
        ({"chain": "00"}, "in.chain"),
        ({"chain": ...}, "in.chain"),
        ({"now": NOW}, "in.now"),
        ({"seed": ""}, "in.seed"),
        ({"limits": []}, "in.limits"),
        ({"limits": {"max_slots": "1"}}, "in.limits.max_slots"),
        ({"limits": {"refresh_s": 1}}, "in.limits.refresh_s"),
        ({"store": {}}, "in.store"),
        ({"store": [{"key": "a"}]}, "in.store[0].value"),
        ({"store": [{"key": "a", "value": 1}]}, "in.store[0].value"),
        ({"store": [{"key": "\ud800", "value": ""}]}, "in.store[0].key"),
    ],
)
def test_wrong_init(adapter, changes, where):
    answer = adapter.ask("init", init(**changes))
    assert answer["outcome"] == "error" and answer["detail"].startswith(where + ":"), answer


@pytest.mark.parametrize(
    "role, op, in_",
    [
        ("server", "clock.set", {"now": 1}),
        ("server", "restart", {"how": "kill"}),
        ("server", "net.link", {"peer": node_id(PEER), "up": 1}),
        ("server", "net.link", {"peer": node_id(PEER)}),
        ("server", "net.link", {"peer": "05" * 33, "up": True}),
        ("server", "om.deliver", {"over": None}),
        ("server", "om.deliver", {"onionmsg_tlv": ""}),
        ("server", "om.deliver", {"over": 1, "onionmsg_tlv": ""}),
        ("server", "om.deliver", {"over": "0", "onionmsg_tlv": ""}),
        ("server", "om.deliver", {"over": "00", "onionmsg_tlv": None}),
        ("server", "store.ack", {"put": "x", "result": "ok"}),
        ("server", "store.ack", {"put": [], "result": "ok"}),
        ("server", "server.issue_client_paths", {"client": 1}),
        ("server", "server.issue_client_paths", {"client": "x" * 65}),
        ("server", "server.issue_client_paths", {"client": "a/b"}),
        ("server", "server.issue_client_paths", {"client": "a\n"}),
        ("server", "server.issue_client_paths", {"client": "\u00e4"}),
        ("server", "server.issue_client_paths", {"client": "\ud800"}),
        ("server", "server.set_limit", {"client": "a", "slots": -1}),
        ("server", "server.set_limit", {"client": "a", "bytes": "-1"}),
        ("server", "server.set_limit", {"client": "a", "slots": "1"}),
        ("server", "server.set_limit", {"client": "a", "bytes": 1}),
        ("server", "server.set_limit", {"client": "a b", "slots": 1}),
        ("recipient", "recipient.set_server_paths", {"paths": {}}),
        ("recipient", "recipient.set_server_paths", {"paths": ["00"]}),
        ("recipient", "recipient.set_server_paths", {"paths": [{**path_json(path_to(PEER)), "path_key": "05" * 33}]}),
        ("recipient", "recipient.set_server_paths", {"paths": [{**path_json(path_to(PEER)), "hops": []}]}),
        ("recipient", "channel.open", {"channel": {}}),
        ("recipient", "channel.close", {}),
        ("recipient", "htlc.deliver", {**HTLC, "payment_hash": ""}),
        ("recipient", "htlc.deliver", {**HTLC, "amount_msat": 1}),
        ("recipient", "htlc.deliver", {**HTLC, "height": "1"}),
    ],
)
def test_wrong_shapes(adapter, role, op, in_):
    adapter.accept("init", init(role=role))
    answer = adapter.ask(op, in_)
    assert answer["outcome"] == "error" and "Error" not in answer["detail"], answer
    assert adapter.accept("barrier", {}) == {}


@pytest.mark.parametrize("profile", [DRAFT, LDK])
def test_one_seed_one_run(profile):
    def first_events(seed):
        party = PartyUnderTest("recipient", profile)
        party.start(bytes([seed] * 32))
        return party.out("recipient.set_server_paths", paths=[path_json(PATH)])["events"]

    assert first_events(1) == first_events(1) != first_events(2)


PATH = path_to(PEER)


def test_restart_does_not_repeat_entropy():
    server = PartyUnderTest("server")
    seen = []
    for _ in range(4):
        paths = server.out("server.issue_client_paths", client="a")["paths"]
        seen.append(paths[0]["path_key"])
        server.do("restart", how="clean")
    assert len(set(seen)) == 4


def test_entropy():
    source = entropy.Entropy(bytes(32))
    assert len({source.draw(32) for _ in range(100)}) == 100 and len(source.draw(8)) == 8


def test_extremes():
    """The last second that there is, and as many offers as anybody may wish for."""
    end = str(2**64 - 1)
    recipient = PartyUnderTest("recipient", limits={"offers": 2**32 - 1, "refresh_s": end})
    recipient.do("clock.set", now=end)
    events = recipient.do("recipient.set_server_paths", paths=[path_json(PATH)])
    assert 1 < len(events) <= 101
    server = PartyUnderTest("server", limits={"paths_lifetime": end})
    server.do("clock.set", now=end)
    assert server.out("server.issue_client_paths", client="")["paths"]


def a_channel(base, proportional, delta, minimum=1, maximum=10**9):
    return Channel(b"", b"", base, proportional, delta, minimum, maximum)


def test_payinfo():
    """The hops and sums of BOLT 4's own example (blinded-payment-onion-test.json), whose recipient wants no delta."""
    hops = [a_channel(10_000, 0, 50), a_channel(100, 150, 75, 5), a_channel(0, 100, 25, 1, 7)]
    assert payinfo(hops) == {
        "fee_base_msat": 10_100, "fee_proportional_millionths": 251, "cltv_expiry_delta": 150 + 18,
        "htlc_minimum_msat": 5, "htlc_maximum_msat": 7, "features": b"",
    }


def test_odd_members(adapter):
    values = ["", "00", "ff" * 33, "02" * 33, "01" * 32, "ok", [], {}, 0, -1, 1.5, True, None, "1", "\ud800", [{}]]
    names = ["now", "peer", "up", "over", "onionmsg_tlv", "put", "result", "client", "slots", "bytes", "paths",
             "channel", "payload", "payment_hash", "amount_msat", "cltv_expiry", "height", "how", "store", "limits"]
    for role in ("server", "recipient"):
        for op in STATEFUL:
            adapter.accept("init", init(role=role))
            for value in values:
                answer = adapter.ask(op, {name: value for name in names})
                assert answer["outcome"] in ("accept", "error")
                assert "Error:" not in answer.get("detail", ""), answer


@pytest.mark.parametrize("profile", [DRAFT, LDK])
def test_mutated_messages(profile):
    """Mutations of all that two parties say to each other: silence or an answer, and never a fault."""
    rng = random.Random(66)
    recipient = PartyUnderTest("recipient", profile, limits={"offers": 1})
    server = PartyUnderTest("server", profile)
    paths = server.out("server.issue_client_paths", client="c")["paths"]
    said = [(server, event) for event in recipient.do("recipient.set_server_paths", paths=paths)]
    for party, event in said:
        if event["ev"] != "om.send":
            continue
        good = {"over": event["over"], "onionmsg_tlv": event["onionmsg_tlv"]}
        for _ in range(60):
            name = rng.choice(["over", "onionmsg_tlv"])
            mutated = bytearray.fromhex(good[name])
            at = rng.randrange(len(mutated))
            mutated[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
            party.do("om.deliver", **{**good, name: bytes(mutated).hex()})
        other = recipient if party is server else server
        said += [(other, each) for each in party.do("om.deliver", **good)]
    assert recipient.out("recipient.list_offers")["offers"]
