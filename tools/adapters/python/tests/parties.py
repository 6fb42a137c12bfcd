"""A runner for the tests: it plays whoever is not under test, and carries what parties send to each other."""

from blip66_adapter import crypto, merkle
from blip66_adapter.blinding import PlannedHop, make_path
from blip66_adapter.bolt12 import BITCOIN
from blip66_adapter.fundamental import PATH
from blip66_adapter.profiles import BUILT_IN
from blip66_adapter.streams import decode, tables
from blip66_adapter.tlv import Record, read_records, write_records
from conftest import Adapter

SERVER, RECIPIENT, PAYER, PEER, STRANGER = (bytes([n] * 32) for n in (0x21, 0x22, 0x23, 0x24, 0x25))
NOW = 1_800_000_000
DAY = 24 * 3600
DRAFT, LDK = "blip66-draft", "ldk-0.2"


def node_id(secret):
    return crypto.public_key(secret).hex()


def tu(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def channel(**changes):
    return {
        "peer": node_id(PEER),
        "scid": "0000010000020003",
        "fee_base_msat": 1000,
        "fee_proportional_millionths": 250,
        "cltv_expiry_delta": 144,
        "htlc_minimum_msat": "1000",
        "htlc_maximum_msat": "500000000",
        **changes,
    }


class PartyUnderTest:
    """One party in a process of its own, with the runner's storage for it."""

    def __init__(self, role, profile=DRAFT, key=None, **more):
        self.profile, self.role = profile, role
        self.key = key or {"server": SERVER, "recipient": RECIPIENT}[role]
        self.more = {
            "peers": [node_id(PEER)], "channels": [channel()], "chain": BITCOIN.hex(), "now": str(NOW), **more
        }
        self.stored = {}
        self.puts = []
        self.auto_ack = True
        self.start(b"\x01" * 32)

    def start(self, seed):
        self.adapter = Adapter()
        store = [{"key": key, "value": value} for key, value in self.stored.items()]
        in_ = {"role": self.role, "depth": "payload", "node_key": self.key.hex(), "seed": seed.hex(), **self.more}
        return self.do("init", **in_, **({"store": store} if store else {}))

    def kill(self, seed=b"\x02" * 32):
        self.puts = []
        return self.start(seed)

    def out(self, op, **in_):
        return self.adapter.accept(op, in_, self.profile)

    def do(self, op, **in_):
        """The events of an operation, and of the confirmations of what it stored."""
        return self.follow(self.out(op, **in_))

    def follow(self, out):
        events = []
        for event in out.get("events", []):
            events.append(event)
            if event["ev"] == "store.put":
                self.puts.append(event)
                if self.auto_ack:
                    events += self.ack()
        return events

    def ack(self, result="ok"):
        """Confirms the oldest open put."""
        put = self.puts.pop(0)
        if result == "ok":
            for record in put["records"]:
                self.stored[record["key"]] = record["value"]
        return self.do("store.ack", put=put["put"], result=result)

    def deliver(self, over, *records):
        data = write_records(sorted(records)).hex()
        return self.do("om.deliver", over=over if over is None else over.hex(), onionmsg_tlv=data)

    def sent(self, events):
        return [Sent(event, self.profile) for event in events if event["ev"] == "om.send"]


class Sent:
    """An onion message that a party sent, taken apart."""

    def __init__(self, event, profile):
        self.over = bytes.fromhex(event["over"])
        self.records = read_records(bytes.fromhex(event["onionmsg_tlv"]))
        stream = decode(bytes.fromhex(event["onionmsg_tlv"]), tables(BUILT_IN[profile])["onionmsg"])
        self.reply_path = PATH.write(stream.get("reply_path")) if stream.has("reply_path") else None
        [self.name] = [name for name in stream.values if name != "reply_path"]
        self.value = stream.get(self.name)

    @property
    def path(self):
        return PATH.read_whole(self.over)


def only(items):
    [item] = items
    return item


def content(profile, name, **fields):
    """A message as a record of the onion's payload. Fields in JSON."""
    out = Adapter().accept("msg.encode", {"message": name, "fields": fields}, profile)
    return Record(int(out["type"]), bytes.fromhex(out["bytes"]))


def fields(profile, sent):
    return Adapter().accept("msg.decode", {"message": sent.name, "bytes": sent.value.hex()}, profile)["fields"]


def reply_path(path):
    return Record(2, path)


_made = iter(range(1, 10_000))


def path_to(secret, data=b""):
    """A path to a node that anybody could have made."""
    e = crypto.sha256(next(_made).to_bytes(4, "big"))
    path, _ = make_path(e, [PlannedHop(crypto.public_key(secret), data)], None)
    return PATH.write(path)


def path_json(path):
    return PATH.to_json(PATH.read_whole(path))


def encoded(path):
    return PATH.write(PATH.from_json(path, "path"))


def invoice_request(offer, changes={}, payer=PAYER, amount=50_000):
    """For an offer's stream, signed."""
    records = {record.type: record.value for record in read_records(offer)}
    records |= {0: b"unpredictable", 82: tu(amount), 88: crypto.public_key(payer), **changes}
    records = [Record(type_, value) for type_, value in sorted(records.items()) if value is not None]
    return merkle.sign(records, "invoice_request", payer).stream


def offer_records(invoice):
    return write_records(record for record in read_records(invoice) if record.type < 80)
