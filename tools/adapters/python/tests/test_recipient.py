"""The recipient, with a server, payers and their nodes played here."""

import json

import pytest

from blip66_adapter import blinding, crypto
from blip66_adapter.fundamental import PATH
from blip66_adapter.profiles import BUILT_IN
from blip66_adapter.tlv import Record
from conftest import Adapter
from parties import (
    DAY, DRAFT, LDK, NOW, PAYER, PEER, RECIPIENT, SERVER, STRANGER, PartyUnderTest, channel, content, encoded,
    fields, invoice_request, node_id, offer_records, only, path_json, path_to, reply_path, tu,
)

HEIGHT = 900_000


class Served:
    """What the server of a recipient sees: its own paths, and what comes over them."""

    def __init__(self, recipient):
        self.recipient, self.profile = recipient, recipient.profile
        self.path = path_to(SERVER)

    def set_paths(self):
        return self.requests(self.recipient.do("recipient.set_server_paths", paths=[path_json(self.path)]))

    def requests(self, events):
        """The requests by slot."""
        sent = [each for each in self.recipient.sent(events) if each.name == "offer_paths_request"]
        assert all(each.over == self.path for each in sent)
        return {fields(self.profile, each)["invoice_slot"]: each for each in sent}

    def give(self, request, ends=None, count=1):
        """Answers a request."""
        self.offer_paths = [path_to(SERVER) for _ in range(count)]
        self.update_path = path_to(SERVER)
        values = {"offer_paths": [path_json(path) for path in self.offer_paths]}
        if ends is not None:
            values["paths_absolute_expiry"] = str(ends)
        message = content(self.profile, "offer_paths", **values)
        return self.recipient.deliver(request.reply_path, reply_path(self.update_path), message)

    def handed(self, events):
        sent = only(self.recipient.sent(events))
        return HandedOver(sent, self.profile)

    def confirm(self, handed):
        return self.recipient.deliver(handed.reply_path, content(self.profile, "static_invoice_persisted"))

    def get_ready(self, **answer):
        request = self.set_paths()[0]
        handed = self.handed(self.give(request, **answer))
        self.confirm(handed)
        return handed


class HandedOver:
    def __init__(self, sent, profile):
        assert sent.name == "serve_static_invoice"
        self.over, self.reply_path = sent.over, sent.reply_path
        body = fields(profile, sent)
        self.invoice = bytes.fromhex(body["static_invoice"])
        self.forward_path = encoded(body["forward_invoice_request_path"])
        self.fields = PartyFields(profile, self.invoice)

    @property
    def offer(self):
        return offer_records(self.invoice)


class PartyFields(dict):
    def __init__(self, profile, invoice):
        super().__init__(Adapter().accept("static_invoice.decode", {"bytes": invoice.hex()}, profile)["fields"])


@pytest.fixture(params=[DRAFT, LDK])
def recipient(request):
    return PartyUnderTest("recipient", request.param, limits={"offers": 1})


@pytest.fixture
def served(recipient):
    return Served(recipient)


def list_offers(recipient):
    return [(each["slot"], each["status"]) for each in recipient.out("recipient.list_offers")["offers"]]


def decoded_offer(recipient):
    text = recipient.out("recipient.get_offer")["offer"]
    in_ = {"offer": text, "now": "0", "async": True}
    assert recipient.adapter.accept("offer.validate", in_, recipient.profile) == {}
    return recipient.adapter.accept("offer.decode", {"offer": text}, recipient.profile)["fields"]


def test_whole_flow(recipient, served):
    request = served.set_paths()[0]
    assert list_offers(recipient) == [] and recipient.out("recipient.get_offer") == {}
    events = served.give(request, ends=NOW + 90 * DAY, count=2)
    assert [event["ev"] for event in events] == ["store.put", "om.send"]
    handed = served.handed(events)
    assert handed.over == served.update_path
    assert list_offers(recipient) == [(0, "pending")] and recipient.out("recipient.get_offer") == {}
    served.confirm(handed)
    assert list_offers(recipient) == [(0, "ready")]
    offer = decoded_offer(recipient)
    assert [encoded(path) for path in offer["offer_paths"]] == served.offer_paths
    assert offer["offer_absolute_expiry"] == str(NOW + 90 * DAY)
    for name in offer:
        assert handed.fields[name] == offer[name]


def test_invoice(recipient, served):
    handed = served.get_ready()
    in_ = {"bytes": handed.invoice.hex(), "now": str(NOW), "offer": handed.offer.hex()}
    assert recipient.adapter.accept("static_invoice.validate", in_, recipient.profile) == {}
    assert handed.fields["invoice_created_at"] == str(NOW)
    assert handed.fields["invoice_relative_expiry"] == 14 * DAY
    paths = [path_json(handed.forward_path), path_json(handed.reply_path)]
    paths += handed.fields["static_invoice_message_paths"]
    assert len(paths) == 4 and len({path["path_key"] for path in paths}) == 4
    keys = [RECIPIENT.hex(), PEER.hex()]
    for path in (*paths, *handed.fields["invoice_paths"]):
        walked = recipient.adapter.accept("path.walk", {"path": path, "node_keys": keys}, recipient.profile)
        assert walked["ends_at"] == node_id(RECIPIENT)
    payment_path = only(handed.fields["invoice_paths"])
    assert payment_path["introduction"] == {"node_id": node_id(PEER)}
    assert len({len(hop["encrypted_recipient_data"]) for hop in payment_path["hops"]}) == 1
    assert only(handed.fields["invoice_blindedpay"]) == {
        "fee_base_msat": 1000, "fee_proportional_millionths": 250, "cltv_expiry_delta": 144 + 18,
        "htlc_minimum_msat": "1000", "htlc_maximum_msat": "500000000", "features": "",
    }


def test_without_channels():
    recipient = PartyUnderTest("recipient", channels=[], limits={"offers": 1})
    served = Served(recipient)
    unusable = channel(scid="00" * 8, cltv_expiry_delta=65535)
    assert [event["ev"] for event in served.give(served.set_paths()[0])] == ["store.put"]
    assert recipient.do("channel.open", channel=unusable) + recipient.do("tick") == []
    assert list_offers(recipient) == [(0, "pending")]
    assert recipient.do("channel.open", channel=channel()) == []
    handed = served.handed(recipient.do("tick"))
    served.confirm(handed)
    assert recipient.do("tick") == [] and list_offers(recipient) == [(0, "ready")]
    # What the server keeps cannot be paid any more, but there is nothing to put in its place yet.
    assert recipient.do("channel.close", channel=channel()) + recipient.do("tick") == []
    recipient.do("channel.open", channel=channel(fee_base_msat=7))
    newer = served.handed(recipient.do("tick"))
    assert newer.offer == handed.offer and only(newer.fields["invoice_blindedpay"])["fee_base_msat"] == 7
    assert recipient.do("tick") == []


def test_requests_go_on_while_no_answer_came(recipient, served):
    first = served.set_paths()[0]
    second = served.requests(recipient.do("tick"))[0]
    assert first.reply_path != second.reply_path
    # The late answer to the first is as good, and ends it.
    served.handed(served.give(first))
    assert served.give(second) == []
    assert recipient.do("tick") == []


def test_several_server_paths_are_tried(recipient):
    paths = [path_to(SERVER), path_to(SERVER)]
    events = recipient.do("recipient.set_server_paths", paths=[path_json(path) for path in paths])
    seen = [each.over for each in recipient.sent(events + recipient.do("tick") + recipient.do("tick"))]
    assert seen == [paths[0], paths[1], paths[0]]
    recipient.do("recipient.set_server_paths", paths=[])
    assert recipient.do("tick") == []


def test_slots_are_kept_apart():
    recipient = PartyUnderTest("recipient", limits={"offers": 2})
    served = Served(recipient)
    requests = served.set_paths()
    assert set(requests) == {0, 1}
    handed, given = {}, {}
    for slot in (1, 0):
        handed[slot] = served.handed(served.give(requests[slot]))
        given[slot] = served.offer_paths, served.update_path
    served.confirm(handed[1])
    assert list_offers(recipient) == [(0, "pending"), (1, "ready")]
    assert [encoded(path) for path in decoded_offer(recipient)["offer_paths"]] == given[1][0]
    served.confirm(handed[0])
    # Now one, now the other.
    offers = [recipient.out("recipient.get_offer")["offer"] for _ in range(4)]
    assert offers[0] != offers[1] and offers[:2] == offers[2:]
    events = recipient.do("channel.fee_change", channel=channel())
    updates = [HandedOver(sent, DRAFT) for sent in recipient.sent(events)]
    assert [each.over for each in updates] == [given[0][1], given[1][1]]
    assert [each.offer for each in updates] == [handed[0].offer, handed[1].offer]


@pytest.mark.parametrize("left, is_used", [(-1, False), (0, False), (99, False), (100, True), (None, True)])
def test_life_of_offer_paths(left, is_used):
    recipient = PartyUnderTest("recipient", limits={"offers": 1, "min_paths_lifetime": "100"})
    served = Served(recipient)
    events = served.give(served.set_paths()[0], ends=None if left is None else NOW + left)
    assert bool(events) == is_used


def test_offer_that_ended(recipient, served):
    ends = NOW + 31 * DAY
    old = served.get_ready(ends=ends)
    recipient.do("clock.set", now=str(ends))
    assert "offer" in recipient.out("recipient.get_offer")
    recipient.do("clock.set", now=str(ends + 1))
    assert recipient.out("recipient.get_offer") == {}
    handed = served.handed(served.give(served.requests(recipient.do("tick"))[0]))
    assert handed.offer != old.offer
    served.confirm(old)
    assert list_offers(recipient) == [(0, "pending")]
    served.confirm(handed)
    assert list_offers(recipient) == [(0, "ready")]


def test_paths_are_believed_over_their_reply_path_only(recipient, served):
    request = served.set_paths()[0]
    forged = [path_to(RECIPIENT), path_to(STRANGER), None]
    message = content(recipient.profile, "offer_paths", offer_paths=[path_json(path_to(SERVER))])
    for over in forged:
        assert recipient.deliver(over, reply_path(path_to(SERVER)), message) == []
    # No paths, no reply path.
    empty = content(recipient.profile, "offer_paths", offer_paths=[])
    assert recipient.deliver(request.reply_path, reply_path(path_to(SERVER)), empty) == []
    assert recipient.deliver(request.reply_path, message) == []
    assert list_offers(recipient) == []
    handed = served.handed(served.give(request))
    message_path = encoded(handed.fields["static_invoice_message_paths"][0])
    confirmation = content(recipient.profile, "static_invoice_persisted")
    for over in (*forged, request.reply_path, handed.forward_path, message_path):
        assert recipient.deliver(over, confirmation) == []
    assert list_offers(recipient) == [(0, "pending")]
    served.confirm(handed)
    assert list_offers(recipient) == [(0, "ready")]


def test_storage_comes_first(recipient, served):
    request = served.set_paths()[0]
    recipient.auto_ack = False
    assert [event["ev"] for event in served.give(request)] == ["store.put"]
    assert recipient.do("tick") == [] and list_offers(recipient) == []
    assert recipient.ack("error") == [] and list_offers(recipient) == []
    request = served.requests(recipient.do("tick"))[0]
    served.give(request)
    served.handed(recipient.ack())


def test_refresh_by_time(recipient, served):
    recipient.more["limits"] = {"offers": 1, "refresh_s": "7200"}
    recipient.start(b"\x03" * 32)
    handed = served.get_ready()
    for seconds in (7200, 7201):
        recipient.do("clock.set", now=str(NOW + seconds))
        events = recipient.do("tick")
        assert bool(events) == (seconds > 7200)
    newer = served.handed(events)
    assert newer.over == handed.over and newer.offer == handed.offer
    assert newer.fields["invoice_created_at"] == str(NOW + 7201)
    assert list_offers(recipient) == [(0, "ready")]
    assert recipient.do("tick") == []
    served.confirm(newer)
    assert list_offers(recipient) == [(0, "ready")]


def test_refresh_when_channels_change(recipient, served):
    handed = served.get_ready()
    assert recipient.do("channel.open", channel=channel(scid="00" * 8)) == []
    newer = served.handed(recipient.do("channel.fee_change", channel=channel(fee_base_msat=7)))
    assert newer.over == handed.over and newer.offer == handed.offer
    assert {each["fee_base_msat"] for each in newer.fields["invoice_blindedpay"]} == {7, 1000}
    newer = served.handed(recipient.do("channel.close", channel=channel()))
    assert only(newer.fields["invoice_blindedpay"])["fee_base_msat"] == 1000
    assert recipient.do("channel.close", channel=channel()) == []


@pytest.mark.parametrize("how", ["kill", "clean"])
def test_restart(recipient, served, how):
    def restart():
        recipient.kill() if how == "kill" else recipient.do("restart", how="clean")

    served.set_paths()
    restart()
    request = served.requests(recipient.do("tick"))[0]
    restart()
    handed = served.handed(served.give(request))
    restart()
    assert list_offers(recipient) == [(0, "pending")]
    served.confirm(handed)
    offer = recipient.out("recipient.get_offer")
    restart()
    assert recipient.out("recipient.get_offer") == offer
    assert recipient.do("tick") == []
    newer = served.handed(recipient.do("channel.fee_change", channel=channel()))
    assert newer.over == handed.over and newer.offer == handed.offer and newer.reply_path != handed.reply_path
    assert recipient.deliver(*forwarded(handed))[0]["ev"] == "invreq_received"
    assert len(recipient.deliver(*held(recipient, handed))) == 1


def forwarded(handed, changes={}):
    return handed.forward_path, reply_path(path_to(PAYER)), Record(64, invoice_request(handed.offer, changes))


def held(recipient, handed, index=0):
    over = encoded(handed.fields["static_invoice_message_paths"][index])
    return over, reply_path(path_to(PAYER)), content(recipient.profile, "held_htlc_available")


@pytest.mark.parametrize("how", ["kill", "clean"])
def test_pending_after_a_restart(recipient, served, how):
    lost = served.handed(served.give(served.set_paths()[0]))
    assert recipient.do("tick") == []
    recipient.kill() if how == "kill" else recipient.do("restart", how="clean")
    again = served.handed(recipient.do("tick"))
    assert again.over == lost.over and again.offer == lost.offer
    assert recipient.do("tick") == []
    served.confirm(again)
    assert list_offers(recipient) == [(0, "ready")]


def test_the_last_second(recipient, served):
    recipient.do("clock.set", now=str(2**64 - 1))
    handed = served.get_ready()
    assert len(recipient.deliver(*held(recipient, handed))) == 1


def test_forwarded_request(recipient, served):
    handed = served.get_ready()
    over, back, request = forwarded(handed)
    assert recipient.deliver(over, back, request) == [{"ev": "invreq_received", "invoice_request": request.value.hex()}]
    assert recipient.deliver(*forwarded(handed, {22: crypto.public_key(STRANGER)})) == []
    assert recipient.deliver(*forwarded(handed, {88: crypto.public_key(STRANGER)})) == []
    for wrong in (handed.reply_path, path_to(RECIPIENT), None):
        assert recipient.deliver(wrong, back, request) == []


def test_release(recipient, served):
    handed = served.get_ready()
    for index in (0, 1):
        over, back, message = held(recipient, handed, index)
        sent = only(recipient.sent(recipient.deliver(over, back, message)))
        assert (sent.over, sent.name, sent.reply_path) == (back.value, "release_held_htlc", None)
        assert fields(recipient.profile, sent) == {}
        assert recipient.deliver(over, message) == []
    for wrong in (handed.forward_path, handed.reply_path, path_to(RECIPIENT), None):
        assert recipient.deliver(wrong, back, message) == []
    for now, is_released in ((NOW + 14 * DAY, True), (NOW + 14 * DAY + 1, False)):
        recipient.do("clock.set", now=str(now))
        assert bool(recipient.deliver(over, back, message)) == is_released


PREIMAGE = bytes([7] * 32)


def htlc(recipient, handed, request=None, changes={}, **more):
    """An HTLC over the invoice's payment path, as it arrives at the recipient."""
    path = PATH.from_json(handed.fields["invoice_paths"][0], "path")
    opened = blinding.unseal(PEER, path.path_key, path.hops[0].encrypted_recipient_data, BUILT_IN[DRAFT])
    E = blinding.following_path_key(blinding.decode_data(opened.data, BUILT_IN[DRAFT]), path.path_key, opened.ss)
    amount = 50_000
    records = {
        2: tu(amount), 4: tu(HEIGHT + 40), 10: path.hops[-1].encrypted_recipient_data, 12: E, 18: tu(amount),
        1 if recipient.profile == DRAFT else 77777: request or invoice_request(handed.offer, amount=amount),
        5482373484: PREIMAGE, **changes,
    }
    payload = b"".join(Record(*each).encoded for each in sorted(records.items()) if each[1] is not None)
    in_ = {"payload": payload.hex(), "payment_hash": crypto.sha256(PREIMAGE).hex(), "amount_msat": str(amount),
           "cltv_expiry": HEIGHT + 40, "height": HEIGHT, **more}
    return only(recipient.do("htlc.deliver", **in_))


def test_payment(recipient, served):
    handed = served.get_ready()
    claim = {"ev": "htlc.claim", "preimage": PREIMAGE.hex()}
    assert htlc(recipient, handed) == claim
    assert htlc(recipient, handed, amount_msat="50001", cltv_expiry=HEIGHT + 41) == claim
    other = PartyUnderTest("recipient", recipient.profile, key=STRANGER, limits={"offers": 1})
    foreign = Served(other).get_ready()
    message_path = PATH.from_json(handed.fields["static_invoice_message_paths"][0], "path")
    refused = [
        dict(payment_hash="00" * 32),
        dict(amount_msat="49999"),
        dict(cltv_expiry=HEIGHT + 39),
        dict(changes={4: tu(HEIGHT + 17)}, cltv_expiry=HEIGHT + 17),
        dict(changes={2: tu(49_999), 18: tu(49_999)}),
        dict(changes={2: tu(49_999)}),
        dict(changes={5482373484: None}),
        dict(changes={5482373484: None, 1 if recipient.profile == DRAFT else 77777: None}),
        dict(changes={10: bytes(60)}),
        dict(changes={10: None}),
        dict(changes={12: None}),
        dict(changes={12: crypto.public_key(STRANGER)}),
        dict(changes={6: bytes(8)}),
        dict(changes={10: message_path.hops[0].encrypted_recipient_data, 12: message_path.path_key}),
        dict(request=invoice_request(foreign.offer)),
        dict(request=invoice_request(handed.offer, {88: crypto.public_key(STRANGER)})),
        dict(request=b"\x00"),
        dict(payload="ff"),
        dict(payload=""),
    ]
    for each in refused:
        assert htlc(recipient, handed, **each)["ev"] == "htlc.fail", each


def test_foreign_records_in_the_store(recipient, served):
    served.get_ready()
    key = "offer/0"
    assert key in recipient.stored
    good = json.loads(recipient.stored[key])
    wrong = [{**good, "token": "00"}, {**good, "stream": "00"}, {**good, "stream": ""}, {**good, "update_path": "05"}]
    for value in ("", "{", "{}", "[]", "[" * 9999, *map(json.dumps, wrong)):
        recipient.stored = {key: value, "server_paths": "zz", "other": "x"}
        recipient.kill()
        assert list_offers(recipient) == [] and recipient.do("tick") == []


def test_a_server_of_this_adapter(recipient, served):
    """Both sides, with nothing in between."""
    server = PartyUnderTest("server", recipient.profile)
    paths = server.out("server.issue_client_paths", client="c")["paths"]
    todo = [("recipient", event) for event in recipient.do("recipient.set_server_paths", paths=paths)]
    parties = {node_id(SERVER): ("server", server), node_id(RECIPIENT): ("recipient", recipient)}
    for _, event in todo:
        if event["ev"] == "om.send":
            name, party = parties[PATH.read_whole(bytes.fromhex(event["over"])).introduction.node_id.hex()]
            in_ = {"over": event["over"], "onionmsg_tlv": event["onionmsg_tlv"]}
            todo += [(name, each) for each in party.do("om.deliver", **in_)]
    names = [name for name, event in todo if event["ev"] == "om.send"]
    assert names == ["recipient", "server", "recipient", "server"]
    assert list_offers(recipient) == [(0, "ready")]
    text = recipient.out("recipient.get_offer")["offer"]
    offer = recipient.adapter.accept("offer.decode", {"offer": text}, recipient.profile)
    stream = b"".join(Record(int(r["type"]), bytes.fromhex(r["value"])).encoded for r in offer["records"])
    over = encoded(offer["fields"]["offer_paths"][0])
    back = path_to(PAYER)
    to_payer, forward = server.sent(server.deliver(over, reply_path(back), Record(64, invoice_request(stream))))
    assert to_payer.over == back and to_payer.name == "static_invoice"
    records = [reply_path(forward.reply_path), Record(64, forward.value)]
    assert recipient.deliver(forward.over, *records)[0]["ev"] == "invreq_received"
