"""What all roles of the stateful operations share: the frame in which a party lives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from . import messages
from .contexts import Context
from .entropy import Entropy
from .fundamental import PATH, BlindedPath
from .network import Arrived, Graph, Network
from .outcomes import Reject
from .own_paths import OwnPaths
from .payinfo import Channel
from .profiles import Profile
from .store import Records, Store
from .streams import decode, tables
from .tlv import Record, read_records, write_records

Json = dict[str, Any]

REPLY_PATH, ENCRYPTED_RECIPIENT_DATA = 2, 4
PACKET, PAYLOAD = "packet", "payload"


@dataclass(frozen=True)
class Limits:
    """What a scenario may wish for. None: the party does as it likes."""

    max_slots: int | None = None
    max_invoice_bytes: int | None = None
    max_requests_per_minute: int | None = None
    paths_lifetime: int | None = None
    offers: int | None = None
    min_paths_lifetime: int | None = None
    refresh_s: int | None = None


@dataclass(frozen=True)
class Setup:
    """What `init` hands over."""

    profile: Profile
    node_key: bytes
    peers: list[bytes]
    channels: list[Channel]
    chain: bytes
    now: int
    seed: bytes
    height: int = 0
    depth: str = PAYLOAD
    receive_auth_key: bytes | None = None
    graph: Graph = Graph()
    limits: Limits = Limits()
    store: dict[str, str] = field(default_factory=dict)
    put_names: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(frozen=True)
class Message:
    """An onion message that arrived, with what was sealed in the path that it came over. `E` is the path key of the last hop: it
    tells the party's paths apart."""

    E: bytes
    context: Context
    name: str
    value: bytes
    reply_path: BlindedPath | None

    def needed_reply_path(self) -> BlindedPath:
        if self.reply_path is None:
            raise Reject("tlv.missing", "reply_path")
        return self.reply_path


class Party:
    def __init__(self, setup: Setup) -> None:
        self.profile = setup.profile
        self.limits = setup.limits
        self.chain = setup.chain
        self.now = setup.now
        self.height = setup.height
        self.connected = dict.fromkeys(setup.peers, True)
        self.channels = list(setup.channels)
        self.entropy = Entropy(setup.seed)
        self.paths = OwnPaths(setup.node_key, setup.profile, self.entropy, setup.receive_auth_key)
        self.node_key = setup.node_key
        self.depth = setup.depth
        self.network = Network(
            setup.node_key,
            self.paths.node_id,
            setup.profile,
            self.paths.receive_auth_key,
            setup.graph,
            Entropy(setup.seed + b"onions"),
        )
        self.store = Store(dict(setup.store), setup.put_names)
        self._events: list[Json] = []
        self.load()

    # What a role adds

    def load(self) -> None:
        """Starts from what is stored, as after a restart."""

    def tick(self) -> None:
        """Has the timers run."""

    def grow(self, height: int) -> None:
        """The chain has this height now."""
        self.height = height

    def receive(self, message: Message) -> None:
        """Does what the message asks for. A refusal on the way is silence, so it has to come before any deed."""

    # Events

    def emit(self, name: str, **members: Any) -> None:
        self._events.append({"ev": name, **members})

    def take_events(self) -> list[Json]:
        events, self._events = self._events, []
        return events

    @staticmethod
    def as_json(paths: list[BlindedPath]) -> list[Json]:
        return [PATH.to_json(path) for path in paths]

    # Storage

    def write(self, records: Records, then: Callable[[], None] = lambda: None) -> None:
        self._events.append(self.store.put(records, then))

    # Messages

    def send(self, over: BlindedPath, content: Record, reply_path: BlindedPath | None = None) -> None:
        records = [content]
        if reply_path:
            records.insert(0, Record(REPLY_PATH, PATH.write(reply_path)))
        payload = write_records(records)
        if self.depth == PAYLOAD:
            self.emit("om.send", over=PATH.write(over).hex(), onionmsg_tlv=payload.hex())
            return
        try:
            packet = self.network.packet(over, payload, self.connected, self.channels)
        except Reject:
            return  # a path that nothing can be sent over
        if packet:
            self.emit("net.send", **packet)

    def content(self, name: str, **values: Any) -> Record:
        type_ = messages.message_type(name, self.profile)
        return Record(type_, messages.encode_message(name, values, [], self.profile))

    def deliver(self, over: bytes | None, onionmsg_tlv: bytes) -> None:
        """Nobody learns why a message was refused."""
        try:
            if over is not None:
                E, context = self.paths.context_over(over)
                self._receive(E, context, onionmsg_tlv)
        except Reject:
            pass

    def deliver_packet(self, path_key: bytes, packet: bytes) -> None:
        try:
            arrived = self.network.open(path_key, packet, self.connected, self.channels)
            if isinstance(arrived, Arrived):
                kept = [
                    record for record in read_records(arrived.onionmsg_tlv) if record.type != ENCRYPTED_RECIPIENT_DATA
                ]
                self._receive(arrived.E, self.paths.context_in(arrived.data, arrived.E), write_records(kept))
            elif arrived:
                self.emit("net.send", **arrived)
        except Reject:
            pass

    def _receive(self, E: bytes, context: Context, onionmsg_tlv: bytes) -> None:
        if not context.is_alive(self.now):
            raise Reject("expired", "the path")
        onionmsg = decode(onionmsg_tlv, tables(self.profile)["onionmsg"])
        if onionmsg.has("encrypted_recipient_data"):
            raise Reject("onion.payload", "encrypted_recipient_data twice: the path has it")
        content = messages.sole_content(onionmsg)
        name = onionmsg.table.fields[content.type].name
        self.receive(Message(E, context, name, content.value, onionmsg.get("reply_path")))

    # Links

    def is_connected(self, path: BlindedPath) -> bool:
        """Whether the first hop of the path, past those that are the party itself, is a peer that is there."""
        try:
            _, first = self.network.first_node(path, self.channels)
        except Reject:
            return False
        return first is not None and self.connected.get(first, False)

    def message_peers(self) -> list[bytes]:
        """At packet depth the paths of a recipient begin at its peers, those first that are there."""
        if self.depth == PAYLOAD:
            return []
        return sorted(self.connected, key=lambda peer: not self.connected[peer])
