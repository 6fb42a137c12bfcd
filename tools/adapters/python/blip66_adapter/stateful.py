"""The table of stateful operations. One party lives in a process; `init` makes it, and makes it anew.

As with the stateless operations, all arguments are read before anything is done: a request of the wrong shape leaves
the party as it was."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from . import crypto
from .arguments import Arguments
from .fundamental import PATH, PATHS, UTF8, BlindedPath
from .holder import Forwarder, Holder, Htlc
from .outcomes import BadRequest, Reject
from .network import Graph
from .party import PACKET, PAYLOAD, Limits, Party, Setup
from .payer import Payer, Wanted
from .payinfo import Channel
from .profiles import Profile
from .recipient import MIN_PATHS_LIFETIME, REFRESH_S, Recipient
from .server import MAX_INVOICE_BYTES, MAX_SLOTS, Server

Json = dict[str, Any]
Operation = Callable[[Party, Arguments], Json]

ROLES: dict[str, type[Party]] = {
    "server": Server,
    "recipient": Recipient,
    "payer": Payer,
    "holder": Holder,
    "forwarder": Forwarder,
}
CAPABILITIES: Json = {
    "depths": [PACKET, PAYLOAD],
    "ext_store": True,
    "rng": True,
    "wake": True,
    "min_paths_lifetime": MIN_PATHS_LIFETIME,
    "refresh_s": REFRESH_S,
    "max_slots": MAX_SLOTS,
    "max_invoice_bytes": MAX_INVOICE_BYTES,
}

OPERATIONS: dict[str, Operation] = {}
INIT = "init"

CLIENT_NAME = re.compile("[A-Za-z0-9-]{0,64}")


def names() -> list[str]:
    return [INIT, *OPERATIONS]


class Stage:
    """Where the party is, once there is one."""

    def __init__(self) -> None:
        self.party: Party | None = None
        self.put_names = count(1)

    def run(self, name: str, profile: Profile, args: Arguments) -> Json:
        """Nothing is ever rejected here: what a party refuses it is silent about."""
        try:
            if name == INIT:
                self.party = make_party(profile, args, self.put_names)
                out: Json = {}
            else:
                if self.party is None:
                    raise BadRequest("request.op", "init has to come first")
                out = OPERATIONS[name](self.party, args)
            events = self.party.take_events()
        except Reject as refusal:
            raise BadRequest(args.where, f"{refusal.reason}: {refusal}") from None
        return out | ({"events": events} if events else {})


def operation(name: str) -> Callable[[Operation], Operation]:
    def register(function: Operation) -> Operation:
        OPERATIONS[name] = function
        return function

    return register


def as_server(party: Party) -> Server:
    if not isinstance(party, Server):
        raise BadRequest("request.op", "an operation of a server")
    return party


def as_recipient(party: Party) -> Recipient:
    if not isinstance(party, Recipient):
        raise BadRequest("request.op", "an operation of a recipient")
    return party


def as_payer(party: Party) -> Payer:
    if not isinstance(party, Payer):
        raise BadRequest("request.op", "an operation of a payer")
    return party


def as_holder(party: Party) -> Holder:
    if not isinstance(party, Holder):
        raise BadRequest("request.op", "an operation of a holder")
    return party


# Arguments


def node_id(args: Arguments, name: str) -> bytes:
    return checked_node_id(args.hex(name, 33), args.at(name))


def checked_node_id(data: bytes, where: str) -> bytes:
    if not crypto.is_point(data):
        raise BadRequest(where, "not a point of secp256k1")
    return data


def required_flag(args: Arguments, name: str) -> bool:
    args.raw(name)
    return args.flag(name)


def paths_argument(args: Arguments, name: str) -> list[BlindedPath]:
    paths: list[BlindedPath] = args.value(name, PATHS)
    try:
        PATHS.write(paths)  # checks what the shape does not
    except Reject as refusal:
        raise BadRequest(args.at(name), str(refusal)) from None
    return paths


def channel_argument(args: Arguments) -> Channel:
    return Channel(
        peer=node_id(args, "peer"),
        scid=args.hex("scid", 8),
        fee_base_msat=args.number("fee_base_msat"),
        fee_proportional_millionths=args.number("fee_proportional_millionths"),
        cltv_expiry_delta=args.number("cltv_expiry_delta", 65535),
        htlc_minimum_msat=args.decimal("htlc_minimum_msat"),
        htlc_maximum_msat=args.decimal("htlc_maximum_msat"),
    )


def client_argument(args: Arguments) -> str:
    name = args.string("client")
    if not CLIENT_NAME.fullmatch(name):
        raise BadRequest(args.at("client"), "up to 64 letters, digits and hyphens wanted")
    return name


def limits_argument(args: Arguments) -> Limits:
    if not args.has("limits"):
        return Limits()
    limits = Arguments(args.raw("limits"), args.at("limits"))
    numbers = {name: limits.number(name) for name in ("max_slots", "offers") if limits.has(name)}
    decimals = {
        name: limits.decimal(name)
        for name in (
            "max_invoice_bytes",
            "max_requests_per_minute",
            "paths_lifetime",
            "min_paths_lifetime",
            "refresh_s",
        )
        if limits.has(name)
    }
    return Limits(**numbers, **decimals)


def graph_argument(args: Arguments) -> Graph:
    if not args.has("graph"):
        return Graph()
    graph = Arguments(args.raw("graph"), args.at("graph"))
    return Graph({each.hex("scid", 8): each.all_hex("nodes", 33) for each in graph.each("channels")})


def stored_records(args: Arguments) -> dict[str, str]:
    if not args.has("store"):
        return {}
    return {each.value("key", UTF8): each.value("value", UTF8) for each in args.each("store")}


# Every role


def make_party(profile: Profile, args: Arguments, put_names: Iterator[int]) -> Party:
    role = args.choice("role", tuple(ROLES))
    depth = args.choice("depth", tuple(CAPABILITIES["depths"]))
    if role == "forwarder" and depth != PACKET:
        raise BadRequest(args.at("depth"), "a forwarder passes packets on")
    peers = args.all_hex("peers", 33)
    setup = Setup(
        profile=profile,
        node_key=args.secret("node_key"),
        peers=[checked_node_id(peer, f"{args.at('peers')}[{i}]") for i, peer in enumerate(peers)],
        channels=[channel_argument(channel) for channel in args.each("channels")],
        chain=args.hex("chain", 32),
        now=args.decimal("now"),
        height=args.number("height") if args.has("height") else 0,
        seed=args.hex("seed", 32),
        depth=depth,
        receive_auth_key=args.hex("receive_auth_key", 32) if args.has("receive_auth_key") else None,
        graph=graph_argument(args),
        limits=limits_argument(args),
        store=stored_records(args),
        put_names=put_names,
    )
    return ROLES[role](setup)


@operation("clock.set")
def clock_set(party: Party, args: Arguments) -> Json:
    now = args.decimal("now")
    height = args.number("height") if args.has("height") else None
    party.now = now
    if height is not None:
        party.grow(height)
    return {}


@operation("tick")
def tick(party: Party, args: Arguments) -> Json:
    party.tick()
    return {}


@operation("barrier")
def barrier(party: Party, args: Arguments) -> Json:
    """Whatever a party does is done before the answer: there is never anything left to finish."""
    return {}


@operation("restart")
def restart(party: Party, args: Arguments) -> Json:
    args.choice("how", ("clean",))
    party.load()
    return {}


@operation("net.link")
def net_link(party: Party, args: Arguments) -> Json:
    peer, up = node_id(args, "peer"), required_flag(args, "up")
    party.connected[peer] = up
    return {}


@operation("om.deliver")
def om_deliver(party: Party, args: Arguments) -> Json:
    over = None if args.raw("over") is None else args.hex("over")
    at_depth(party, PAYLOAD)
    party.deliver(over, args.hex("onionmsg_tlv"))
    return {}


@operation("net.deliver")
def net_deliver(party: Party, args: Arguments) -> Json:
    node_id(args, "from")
    path_key, packet = args.hex("path_key"), args.hex("packet")
    at_depth(party, PACKET)
    party.deliver_packet(path_key, packet)
    return {}


def at_depth(party: Party, depth: str) -> None:
    if party.depth != depth:
        raise BadRequest("request.op", f"for {depth} depth, and the party is at {party.depth} depth")


@operation("store.ack")
def store_ack(party: Party, args: Arguments) -> Json:
    name, result = args.raw("put"), args.choice("result", ("ok", "error", "torn"))
    if type(name) is not int or name not in party.store.open:  # True and 1.0 would be found too
        raise BadRequest(args.at("put"), "no such put is open")
    if result == "ok":
        party.store.succeed(name)
    else:
        party.store.fail(name)
    return {}


@operation("store.stats")
def store_stats(party: Party, args: Arguments) -> Json:
    return {"entries": str(len(party.store.records)), "bytes": str(party.store.size())}


# Server


@operation("server.issue_client_paths")
def issue_client_paths(party: Party, args: Arguments) -> Json:
    paths = as_server(party).issue_client_paths(client_argument(args))
    return {"paths": [PATH.to_json(path) for path in paths]}


@operation("server.set_limit")
def set_limit(party: Party, args: Arguments) -> Json:
    server = as_server(party)
    client = client_argument(args)
    slots = args.number("slots") if args.has("slots") else None
    invoice_bytes = args.decimal("bytes") if args.has("bytes") else None
    server.set_limit(client, slots, invoice_bytes)
    return {}


# Recipient


@operation("recipient.set_server_paths")
def set_server_paths(party: Party, args: Arguments) -> Json:
    as_recipient(party).set_server_paths(paths_argument(args, "paths"))
    return {}


@operation("recipient.get_offer")
def get_offer(party: Party, args: Arguments) -> Json:
    offer = as_recipient(party).give_offer()
    return {"offer": offer.text} if offer else {}


@operation("recipient.list_offers")
def list_offers(party: Party, args: Arguments) -> Json:
    offers = as_recipient(party).living_offers()
    return {
        "offers": [
            {"offer": offer.text, "slot": offer.slot, "status": "ready" if offer.ready else "pending"}
            for offer in offers
        ]
    }


def channel_member(args: Arguments) -> Channel:
    return channel_argument(Arguments(args.raw("channel"), args.at("channel")))


@operation("channel.open")
def channel_open(party: Party, args: Arguments) -> Json:
    as_recipient(party).open_channel(channel_member(args))
    return {}


@operation("channel.close")
def channel_close(party: Party, args: Arguments) -> Json:
    as_recipient(party).close_channel(channel_member(args))
    return {}


@operation("channel.fee_change")
def channel_fee_change(party: Party, args: Arguments) -> Json:
    as_recipient(party).change_fees(channel_member(args))
    return {}


@operation("htlc.deliver")
def htlc_deliver(party: Party, args: Arguments) -> Json:
    recipient = as_recipient(party)
    data, payment_hash = args.hex("payload"), args.hex("payment_hash", 32)
    amount_msat = args.decimal("amount_msat")
    cltv_expiry, height = args.number("cltv_expiry"), args.number("height")
    recipient.take_htlc(data, payment_hash, amount_msat, cltv_expiry, height)
    return {}


# Payer


@operation("payer.pay_offer")
def pay_offer(party: Party, args: Arguments) -> Json:
    payer = as_payer(party)
    numbers = {
        name: args.decimal(name) if args.has(name) else None for name in ("amount_msat", "quantity", "max_fee_msat")
    }
    name = payer.pay_offer(Wanted(offer=args.string("offer"), hold=args.flag("hold"), **numbers))
    return {"payment": name} if name else {}


@operation("payer.abandon")
def abandon(party: Party, args: Arguments) -> Json:
    as_payer(party).abandon(args.string("payment"))
    return {}


@operation("payer.revoke_and_ack")
def payer_revoke_and_ack(party: Party, args: Arguments) -> Json:
    payer, name = as_payer(party), args.string("payment")
    payer.take_release_paths(name, paths_argument(args, "paths"))
    return {}


# Holder


@operation("holder.htlc_add")
def htlc_add(party: Party, args: Arguments) -> Json:
    holder = as_holder(party)
    htlc = Htlc(args.decimal("htlc_id"), required_flag(args, "hold"), args.number("cltv_expiry"))
    args.hex("payment_hash", 32)
    args.decimal("amount_msat")
    holder.add(htlc)
    return {}


@operation("holder.htlc_committed")
def htlc_committed(party: Party, args: Arguments) -> Json:
    as_holder(party).commit(args.decimal("htlc_id"))
    return {}


@operation("holder.htlc_removed")
def htlc_removed(party: Party, args: Arguments) -> Json:
    as_holder(party).remove(args.decimal("htlc_id"))
    return {}
