"""How onion messages reach a party at packet depth, and how they leave it: the node around the role.

A node knows its peers, its own channels, and the channels of the public network. Whoever is no peer is reached through one."""

from dataclasses import dataclass, field, replace
from typing import Any

from . import messages, onion
from .entropy import Entropy
from .fundamental import BlindedPath, Introduction
from .outcomes import Reject
from .payinfo import Channel
from .profiles import Profile

Json = dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """The two ends of each channel, the lesser node id first."""

    ends: dict[bytes, list[bytes]] = field(default_factory=dict)

    def end(self, scid: bytes, direction: int) -> bytes | None:
        nodes = self.ends.get(scid)
        return sorted(nodes)[direction] if nodes else None


@dataclass(frozen=True)
class Arrived:
    """An onion message at its end. `E` is the path key that reached the last hop."""

    onionmsg_tlv: bytes
    data: bytes
    E: bytes


class Network:
    def __init__(
        self,
        node_key: bytes,
        node_id: bytes,
        profile: Profile,
        receive_auth_key: bytes | None,
        graph: Graph,
        entropy: Entropy,
    ) -> None:
        self.node_key = node_key
        self.node_id = node_id
        self.profile = profile
        self.receive_auth_key = receive_auth_key
        self.graph = graph
        self.entropy = entropy

    # Whom a hop names

    def node_of(self, introduction: Introduction, channels: list[Channel], by_direction: bool) -> bytes | None:
        """A hop that names the next by a channel means the other end of one of this node's own."""
        if introduction.node_id:
            return introduction.node_id
        own = next((channel.peer for channel in channels if channel.scid == introduction.scid), None)
        if not by_direction:
            return own
        if own:
            return sorted([own, self.node_id])[introduction.direction]
        return self.graph.end(introduction.scid, introduction.direction)

    def first_node(self, path: BlindedPath, channels: list[Channel]) -> tuple[BlindedPath, bytes | None]:
        """The path past this node's own hops, and the node that it begins at then."""
        rest = onion.without_own_hops(path, self.node_key, self.profile)
        return rest, self.node_of(rest.introduction, channels, by_direction=len(rest.hops) == len(path.hops))

    # Out

    def packet(
        self, path: BlindedPath, payload: bytes, connected: dict[bytes, bool], channels: list[Channel]
    ) -> Json | None:
        """The members of `net.send`; nothing where nobody can be asked to pass the message on."""
        rest, first = self.first_node(path, channels)
        if first is None or first == self.node_id:
            return None
        prepend: list[bytes] = []
        if first in connected:
            if not connected[first]:
                return None
            to = first
        else:
            relay = next((peer for peer, up in connected.items() if up), None)
            if relay is None:
                return None
            prepend, to = [relay], relay
        _, path_key, packet = onion.send_over(
            replace(rest, introduction=Introduction(first)),
            prepend,
            payload,
            self.entropy.secret_key(),
            self.entropy.secret_key(),
            opened_own_hops=False,
        )
        return {"to": to.hex(), "path_key": path_key.hex(), "packet": packet.hex()}

    # In

    def open(
        self, path_key: bytes, packet: bytes, connected: dict[bytes, bool], channels: list[Channel]
    ) -> Arrived | Json | None:
        """What is for this node; or the members of `net.send` with what is for a connected peer; or nothing."""
        while True:
            peeled = onion.peel(packet, self.node_key, path_key, self.profile, self.receive_auth_key, b"")
            messages.classify_peeled(peeled, self.profile, b"")
            if peeled["kind"] == "receive":
                data = bytes.fromhex(peeled["encrypted_data_tlv"])
                return Arrived(bytes.fromhex(peeled["onionmsg_tlv"]), data, path_key)
            path_key, packet = (bytes.fromhex(peeled[name]) for name in ("next_path_key", "next_packet"))
            if peeled["kind"] == "forward":
                return self._onward(peeled.get("next"), path_key, packet, connected, channels)

    def _onward(
        self,
        named: dict[str, str] | None,
        path_key: bytes,
        packet: bytes,
        connected: dict[bytes, bool],
        channels: list[Channel],
    ) -> Json | None:
        if named is None:
            raise Reject("onion.payload", "no next peer is named")
        by_id = bytes.fromhex(named["node_id"]) if "node_id" in named else None
        introduction = Introduction(by_id) if by_id else Introduction(scid=bytes.fromhex(named["scid"]))
        to = self.node_of(introduction, channels, by_direction=False)
        if to is None or not connected.get(to, False):
            return None
        return {"to": to.hex(), "path_key": path_key.hex(), "packet": packet.hex()}
