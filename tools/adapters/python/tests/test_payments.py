"""A payer and a holder by themselves: what they write down, and what they make of what comes twice."""

from blip66_adapter import crypto
from blip66_adapter.bolt12 import BITCOIN
from parties import NOW, PartyUnderTest, STRANGER

HOLDER = bytes([0x31] * 32)
HASH = crypto.sha256(b"a preimage").hex()


def holder(**more):
    return PartyUnderTest("holder", key=HOLDER, height=800_000, **more)


def htlc(id="1", hold=True, cltv_expiry=800_200):
    return {
        "htlc_id": id, "hold": hold, "payment_hash": HASH, "amount_msat": "5000", "cltv_expiry": cltv_expiry
    }


def names(events):
    return [event["ev"] for event in events if event["ev"] != "store.put"]


def given(events):
    return next(event["paths"] for event in events if event["ev"] == "holder.revoke_and_ack")


def encoded(path):
    from blip66_adapter.fundamental import PATH

    return PATH.write(PATH.from_json(path, "path")).hex()


def release(party, path):
    return party.do("om.deliver", over=encoded(path), onionmsg_tlv="4a00")


def test_an_htlc_that_is_not_marked_goes_on_when_it_is_committed():
    party = holder()
    assert names(party.do("holder.htlc_add", **htlc(hold=False))) == []
    assert names(party.do("holder.htlc_committed", htlc_id="1")) == ["holder.forward"]


def test_a_release_lets_its_own_htlc_go_and_once():
    party = holder()
    first = given(party.do("holder.htlc_add", **htlc()))
    second = given(party.do("holder.htlc_add", **htlc("2")))
    for id in ("1", "2"):
        assert names(party.do("holder.htlc_committed", htlc_id=id)) == []
    forwards = [event for event in release(party, second[-1]) if event["ev"] == "holder.forward"]
    assert [event["htlc_id"] for event in forwards] == ["2"]
    assert names(release(party, second[0])) == []
    assert names(release(party, first[0])) == ["holder.forward"]


def test_a_release_before_the_commitment_is_remembered_over_a_kill():
    party = holder()
    paths = given(party.do("holder.htlc_add", **htlc()))
    assert names(release(party, paths[0])) == []
    party.kill()
    assert names(party.do("holder.htlc_committed", htlc_id="1")) == ["holder.forward"]


def test_what_has_ended_or_is_gone_does_not_go_on():
    party = holder()
    paths = given(party.do("holder.htlc_add", **htlc()))
    party.do("holder.htlc_committed", htlc_id="1")
    assert names(party.do("clock.set", now=str(NOW), height=800_199)) == ["holder.fail"]
    assert names(release(party, paths[0])) == []
    paths = given(party.do("holder.htlc_add", **htlc("2", cltv_expiry=900_000)))
    party.do("holder.htlc_committed", htlc_id="2")
    assert names(party.do("holder.htlc_removed", htlc_id="2")) == []
    assert names(release(party, paths[0])) == []


def test_an_offer_that_cannot_be_read_is_not_paid():
    party = PartyUnderTest("payer", key=STRANGER, height=800_000, chain=BITCOIN.hex())
    for offer in ("", "lno1", "lno1qqqq", "lni1qqqq", "x" * 5000):
        assert party.out("payer.pay_offer", offer=offer, amount_msat="1000") == {}
    assert party.out("payer.abandon", payment="no such") == {}
    assert party.out("payer.revoke_and_ack", payment="no such", paths=[]) == {}
