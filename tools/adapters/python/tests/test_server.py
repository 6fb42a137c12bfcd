"""The server, driven through the protocol of bLIP-66 with a client and payers played here."""

import pytest

from blip66_adapter import crypto, merkle
from blip66_adapter.fundamental import PATH
from blip66_adapter.tlv import Record, read_records, write_records
from parties import (
    DAY, DRAFT, LDK, NOW, PAYER, RECIPIENT, SERVER, STRANGER, PartyUnderTest, content, encoded, fields,
    invoice_request, node_id, only, path_json, path_to, reply_path, tu,
)

PAYINFO = bytes.fromhex("0000000000000064003a0000000000000001000000003b99436a0000")


def make_offer(paths, *more):
    records = [Record(16, paths), Record(22, crypto.public_key(RECIPIENT)), *more]
    return write_records(sorted(records))


def make_invoice(offer, profile=DRAFT, now=NOW, key=RECIPIENT, lifetime=7 * DAY, more=b""):
    path = path_to(RECIPIENT)
    records = {record.type: record.value for record in read_records(offer)}
    records |= {
        160: path, 162: PAYINFO, 164: tu(now), 166: tu(lifetime), 176: crypto.public_key(RECIPIENT),
        (178 if profile == DRAFT else 236): path + path_to(RECIPIENT), 3_000_000_001: more,
    }
    stream = [Record(type_, value) for type_, value in sorted(records.items())]
    return merkle.sign(stream, "static_invoice", key).stream


class Client:
    """What a client of the server does, and what it holds."""

    def __init__(self, server, name="alice"):
        self.server, self.profile, self.name = server, server.profile, name
        paths = server.out("server.issue_client_paths", client=name)["paths"]
        self.path = encoded(paths[0])

    def request(self, slot=0):
        self.back = path_to(RECIPIENT)
        message = content(self.profile, "offer_paths_request", invoice_slot=slot)
        return self.server.deliver(self.path, reply_path(self.back), message)

    def take_paths(self, slot=0):
        sent = only(self.server.sent(self.request(slot)))
        assert sent.over == self.back and sent.name == "offer_paths"
        self.given = fields(self.profile, sent)
        self.offer_path, self.update_path = encoded(self.given["offer_paths"][0]), sent.reply_path
        return self.offer_path, self.update_path

    def hand_over(self, invoice, over=None):
        self.ack_path, self.forward_path = path_to(RECIPIENT), path_to(RECIPIENT)
        message = content(
            self.profile, "serve_static_invoice", static_invoice=invoice.hex(),
            forward_invoice_request_path=path_json(self.forward_path),
        )
        return self.server.deliver(over or self.update_path, reply_path(self.ack_path), message)

    def stored(self, slot=0):
        """An offer with a stored invoice."""
        self.take_paths(slot)
        self.offer = make_offer(self.offer_path)
        self.invoice = make_invoice(self.offer, self.profile)
        assert is_confirmed(self.server, self, self.hand_over(self.invoice))
        return self.offer_path, self.offer, self.invoice


def is_confirmed(server, client, events):
    sent = server.sent(events)
    return len(sent) == 1 and sent[0].name == "static_invoice_persisted" and sent[0].over == client.ack_path


def pay(server, over, offer, changes={}, request=None):
    """What a payer gets back over the reply path of its request, and all that happened."""
    request = request or invoice_request(offer, changes)
    back = path_to(PAYER)
    events = server.deliver(over, reply_path(back), Record(64, request))
    answers = [sent.value for sent in server.sent(events) if sent.over == back]
    return (answers[0] if answers else None), events


@pytest.fixture(params=[DRAFT, LDK])
def server(request):
    return PartyUnderTest("server", request.param)


def test_whole_flow(server):
    client = Client(server)
    over, offer, invoice = client.stored()
    request = invoice_request(offer)
    back = path_to(PAYER)
    events = server.deliver(over, reply_path(back), Record(64, request))
    to_payer, to_client = server.sent(events)
    assert (to_payer.over, to_payer.name, to_payer.value) == (back, "static_invoice", invoice)
    assert (to_client.over, to_client.name, to_client.value) == (client.forward_path, "invoice_request", request)
    assert to_client.reply_path == back and to_payer.reply_path is None
    assert events[-1] == {"ev": "wake", "client": "alice"}


def test_paths_end_at_the_server(server):
    client = Client(server)
    for path in (client.path, *client.take_paths()):
        walked = server.adapter.accept(
            "path.walk", {"path": path_json(path), "node_keys": [SERVER.hex()]}, server.profile
        )
        assert walked["ends_at"] == node_id(SERVER)
    assert int(client.given["paths_absolute_expiry"]) == NOW + 365 * DAY


def test_lifetime_of_offer_paths():
    server = PartyUnderTest("server", limits={"paths_lifetime": "100"})
    client = Client(server)
    over, offer, invoice = client.stored()
    assert client.given["paths_absolute_expiry"] == str(NOW + 100)
    for now, answer in ((NOW + 100, invoice), (NOW + 101, None)):
        server.do("clock.set", now=str(now))
        assert pay(server, over, offer)[0] == answer
    # The reply path has a life of its own.
    assert is_confirmed(server, client, client.hand_over(make_invoice(offer)))
    server = PartyUnderTest("server", limits={"paths_lifetime": "0"})
    client = Client(server)
    client.take_paths()
    assert "paths_absolute_expiry" not in client.given


def test_wake_only_who_is_not_connected(server):
    client = Client(server)
    over, offer, _ = client.stored()
    for up in (True, False):
        server.do("net.link", peer=node_id(RECIPIENT), up=up)
        _, events = pay(server, over, offer)
        assert [event["ev"] for event in events] == ["om.send", "om.send"] + ([] if up else ["wake"])


def test_clients_and_slots_are_kept_apart(server):
    held = []
    for client in (Client(server, "alice"), Client(server, "bob")):
        for slot in (0, 1, 256, 65535):
            held.append(client.stored(slot))
    server.kill()
    for over, offer, invoice in held:
        assert pay(server, over, offer)[0] == invoice
    assert server.out("store.stats")["entries"] == "8"


def test_replacement(server):
    client, other = Client(server), Client(server)
    over, offer, first = client.stored()
    other_over, other_offer, other_invoice = other.stored(1)
    for days in (1, 2, 30):
        server.do("clock.set", now=str(NOW + days * DAY))
        newer = make_invoice(offer, server.profile, NOW + days * DAY)
        assert is_confirmed(server, client, client.hand_over(newer))
        assert pay(server, over, offer)[0] == newer
        server.kill()
        server.do("clock.set", now=str(NOW + days * DAY))
    # The same once more is the same once more.
    assert is_confirmed(server, client, client.hand_over(newer))
    # Another offer for the slot: the former is served no more, in whatever way.
    new_over, _ = client.take_paths()
    new_offer = make_offer(new_over)
    new_invoice = make_invoice(new_offer, server.profile, NOW + 30 * DAY)
    assert is_confirmed(server, client, client.hand_over(new_invoice))
    assert pay(server, new_over, new_offer)[0] == new_invoice
    assert pay(server, over, offer)[0] is None
    server.do("clock.set", now=str(NOW))
    assert pay(server, other_over, other_offer)[0] == other_invoice


def test_storage_decides(server):
    client = Client(server)
    over, offer, first = client.stored()
    server.auto_ack = False
    second = make_invoice(offer, server.profile, more=b"second")
    events = client.hand_over(second)
    assert [event["ev"] for event in events] == ["store.put"]
    assert server.do("barrier") == []
    assert pay(server, over, offer)[0] == first
    assert server.ack("error") == []
    assert pay(server, over, offer)[0] == first
    client.hand_over(second)
    assert server.ack("torn") == []
    server.kill()
    assert pay(server, over, offer)[0] == first
    client.hand_over(second)
    server.do("restart", how="clean")
    assert pay(server, over, offer)[0] == first
    assert is_confirmed(server, client, server.ack())
    assert pay(server, over, offer)[0] == second


def test_what_came_later_holds(server):
    client = Client(server)
    over, offer, _ = client.stored()
    server.auto_ack = False
    invoices = [make_invoice(offer, server.profile, more=more) for more in (b"1", b"2")]
    for invoice in invoices:
        client.hand_over(invoice)
    server.ack()
    server.ack()
    assert pay(server, over, offer)[0] == invoices[1]


def test_puts(server):
    error = server.adapter.ask("store.ack", {"put": 1, "result": "ok"}, server.profile)
    assert error["outcome"] == "error"
    client = Client(server)
    client.take_paths()
    server.auto_ack = False
    put = only(client.hand_over(make_invoice(make_offer(client.offer_path), server.profile)))
    assert server.out("store.stats") == {"entries": "0", "bytes": "0"}
    server.ack()
    size = sum(len(record["key"]) + len(record["value"]) for record in put["records"])
    assert server.out("store.stats") == {"entries": "1", "bytes": str(size)}
    again = server.adapter.ask("store.ack", {"put": put["put"], "result": "ok"}, server.profile)
    assert again["outcome"] == "error"


def test_a_put_is_never_named_like_another_of_the_process(server):
    client = Client(server)
    client.take_paths()
    server.auto_ack = False
    invoice = make_invoice(make_offer(client.offer_path), server.profile)
    init = {"role": "server", "depth": "payload", "node_key": server.key.hex(), "seed": "01" * 32, **server.more}
    names = []
    for _ in range(3):
        names.append(only(client.hand_over(invoice))["put"])
        server.out("restart", how="clean")
        names.append(only(client.hand_over(invoice))["put"])
        server.out("init", **init)
    assert len(set(names)) == 6
    for name in names:  # they went with their party
        assert server.adapter.ask("store.ack", {"put": name, "result": "ok"}, server.profile)["outcome"] == "error"
    put = only(client.hand_over(invoice))["put"]
    for name in (str(put), float(put), put + 1):
        assert server.adapter.ask("store.ack", {"put": name, "result": "ok"}, server.profile)["outcome"] == "error"
    assert is_confirmed(server, client, server.do("store.ack", put=put, result="ok"))


def test_only_the_right_path_is_believed(server):
    client = Client(server)
    offer_path, offer, invoice = client.stored()
    sealed = crypto.hmac256(b"a", b"b") + b"\x00\x01\x01\x02\x02\x00\x00"
    context = Record(6 if server.profile == DRAFT else 65537, sealed).encoded
    forged = [path_to(SERVER), path_to(SERVER, context), path_to(SERVER, b"\xff"), path_to(STRANGER), None]
    request = content(server.profile, "offer_paths_request", invoice_slot=0)
    for over in (*forged, offer_path, client.update_path):
        assert server.deliver(over, reply_path(path_to(RECIPIENT)), request) == []
    newer = make_invoice(offer, server.profile, more=b"newer")
    message = content(server.profile, "serve_static_invoice", static_invoice=newer.hex(),
                      forward_invoice_request_path=path_json(path_to(STRANGER)))
    for over in (*forged, offer_path, client.path):
        assert server.deliver(over, reply_path(path_to(RECIPIENT)), message) == []
    for over in (*forged, client.path, client.update_path):
        assert pay(server, over, offer)[1] == []
    assert pay(server, offer_path, offer)[0] == invoice


def test_context_in_another_path(server):
    """Whoever could read a path's secret data could still not put it into a path of his own."""
    client = Client(server)
    hop = PATH.read_whole(client.path)
    opened = server.adapter.accept("path.unblind", {
        "node_key": SERVER.hex(), "path_key": hop.path_key.hex(),
        "encrypted_recipient_data": hop.hops[0].encrypted_recipient_data.hex(),
    }, server.profile)
    copied = path_to(SERVER, bytes.fromhex(opened["encrypted_data_tlv"]))
    request = content(server.profile, "offer_paths_request", invoice_slot=0)
    assert server.deliver(copied, reply_path(path_to(RECIPIENT)), request) == []
    assert len(server.deliver(client.path, reply_path(path_to(RECIPIENT)), request)) == 1


def test_altered_path(server):
    client = Client(server)
    request = content(server.profile, "offer_paths_request", invoice_slot=0)
    path = path_json(client.path)
    hop = path["hops"][0]
    altered = [
        {**path, "hops": [{**hop, "blinded_node_id": node_id(STRANGER)}]},
        {**path, "hops": [hop, hop]},
        {**path, "path_key": node_id(STRANGER)},
        {**path, "introduction": {"node_id": node_id(STRANGER)}},
        {**path, "introduction": {"scid": "0000010000020003", "direction": 0}},
    ]
    for each in altered:
        assert server.deliver(encoded(each), reply_path(path_to(RECIPIENT)), request) == []
    for over in (b"", b"\x02", client.path[:-1], client.path + b"\x00"):
        assert server.deliver(over, reply_path(path_to(RECIPIENT)), request) == []


def test_messages_that_are_dropped(server):
    client = Client(server)
    client.take_paths()
    request = content(server.profile, "offer_paths_request", invoice_slot=0)
    back = reply_path(path_to(RECIPIENT))
    assert len(server.deliver(client.path, back, request)) == 1
    for records in (
        [request],  # no reply path
        [back],
        [back, request, Record(64, b"")],
        [back, request, Record(70001, b"")],
        [back, request, Record(6, b"")],
        [back, Record(request.type, b"")],
        [back, Record(request.type, request.value[:-1])],
        [back, Record(80000, b"")],
        [back, request, Record(4, b"")],
        [Record(2, b"\x02" * 40), request],
    ):
        assert server.deliver(client.path, *records) == []
    invoice = make_invoice(make_offer(client.offer_path), server.profile)
    message = content(server.profile, "serve_static_invoice", static_invoice=invoice.hex(),
                      forward_invoice_request_path=path_json(path_to(STRANGER)))
    assert server.deliver(client.update_path, message) == []
    assert server.out("store.stats")["entries"] == "0"


def test_invoices_that_are_not_stored(server):
    client = Client(server)
    client.take_paths()
    offer = make_offer(client.offer_path)
    good = make_invoice(offer, server.profile)
    bad = [
        make_invoice(offer, server.profile, key=STRANGER),
        make_invoice(offer, server.profile, now=NOW - 8 * DAY),
        make_invoice(offer, server.profile, more=bytes(5200)),
    ]
    for invoice in bad:
        assert client.hand_over(invoice) == []
    assert is_confirmed(server, client, client.hand_over(good))


def test_limits():
    limits = {"max_slots": 2, "max_invoice_bytes": "2000", "max_requests_per_minute": "9"}
    server = PartyUnderTest("server", limits=limits)
    client, other = Client(server, "a"), Client(server, "b")
    held = [client.stored(slot) for slot in (7, 8)]
    over, _ = client.take_paths(9)
    assert client.hand_over(make_invoice(make_offer(over))) == []
    assert other.stored(9)
    for over, offer, invoice in held:
        assert pay(server, over, offer)[0] == invoice
    client.take_paths(7)  # another invoice for a slot that is there
    offer = make_offer(client.offer_path)
    assert client.hand_over(make_invoice(offer, more=bytes(2000))) == []
    assert is_confirmed(server, client, client.hand_over(make_invoice(offer)))
    server.do("server.set_limit", client="a", slots=3, bytes="4000")
    client.take_paths(9)
    offer = make_offer(client.offer_path)
    assert is_confirmed(server, client, client.hand_over(make_invoice(offer, more=bytes(2000))))
    for _ in range(9 - 5):
        client.take_paths()
    assert client.request() == []
    other.take_paths()
    server.do("clock.set", now=str(NOW + 60))
    client.take_paths()


def test_own_limits_hold_until_the_next_init():
    server = PartyUnderTest("server")
    name = "Alice-" + "9" * 58
    client = Client(server, name)
    server.do("server.set_limit", client=name, bytes="300")
    server.do("server.set_limit", client=name, slots=1)
    server.do("restart", how="clean")
    client.take_paths()
    assert client.hand_over(make_invoice(make_offer(client.offer_path))) == []
    server.start(b"\x03" * 32)
    client.stored(0), client.stored(1)


def test_slots_that_are_being_written_count():
    server = PartyUnderTest("server", limits={"max_slots": 1})
    client = Client(server)
    server.auto_ack = False
    answers = []
    for slot in (0, 1):
        client.take_paths(slot)
        answers.append(client.hand_over(make_invoice(make_offer(client.offer_path))))
    assert [len(events) for events in answers] == [1, 0]


@pytest.mark.parametrize(
    "changes",
    [
        {88: crypto.public_key(STRANGER)}, {88: None}, {0: None}, {82: None}, {84: b"\x01"}, {80: bytes(32)},
        {10: b"x"}, {24: b""}, {81: None, 161: b""},
    ],
)
def test_requests_that_are_refused(server, changes):
    over, offer, invoice = Client(server).stored()
    assert pay(server, over, offer, changes)[1] == []
    assert pay(server, over, offer)[0] == invoice


def test_request_of_another_offer(server):
    client = Client(server)
    over, offer, _ = client.stored(0)
    other_over, other_offer, _ = client.stored(1)
    assert pay(server, over, other_offer)[1] == []
    unsigned = write_records(r for r in read_records(invoice_request(offer)) if r.type != 240)
    assert pay(server, over, offer, request=unsigned)[1] == []
    assert server.deliver(over, Record(64, invoice_request(offer))) == []


def test_invoice_that_ended(server):
    over, offer, invoice = Client(server).stored()
    for now, answer in ((NOW + 7 * DAY, invoice), (NOW + 7 * DAY + 1, None)):
        server.do("clock.set", now=str(now))
        answered, events = pay(server, over, offer)
        assert answered == answer and bool(events) == bool(answer)


def test_nothing_stored(server):
    client = Client(server)
    over, _ = client.take_paths()
    assert pay(server, over, make_offer(over))[1] == []


def test_foreign_records_in_the_store():
    server = PartyUnderTest("server")
    client = Client(server)
    over, offer, _ = client.stored()
    key = only(server.stored)
    wrong = ['{"invoice":"00","forward_path":"00"}', '{"invoice":1,"forward_path":""}', "[" * 9999]
    for value in ("", "{", "[]", "{}", *wrong):
        server.stored = {key: value, "other": "x"}
        server.kill()
        assert pay(server, over, offer)[1] == []
