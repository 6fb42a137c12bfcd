"""The node that holds a payer's HTLC until the recipient releases it (BOLT 2 with PR 1149), and one that only passes
messages on.

Of an HTLC no more is kept than what decides whether it may go on. The channel is the runner's: it says what has come,
what both sides have committed to, and what is no more."""

import json
from dataclasses import asdict, dataclass, replace

from . import messages
from .contexts import Context, Purpose
from .fundamental import BlindedPath
from .outcomes import Reject
from .party import Message, Party

RELEASE_PATHS = 3
# Blocks that the next channel may need: an HTLC that ends sooner is failed back.
LEAST_DELTA = 40
PREFIX = "held/"

OPEN, FORWARDED, FAILED, REMOVED = "open", "forwarded", "failed", "removed"


@dataclass(frozen=True)
class Htlc:
    id: int
    hold: bool
    cltv_expiry: int
    committed: bool = False
    released: bool = False
    fate: str = OPEN

    @property
    def key(self) -> str:
        return f"{PREFIX}{self.id}"

    def may_go_on(self) -> bool:
        return self.committed and (self.released or not self.hold)

    def ends_too_soon(self, height: int) -> bool:
        return self.cltv_expiry < height + LEAST_DELTA


class Holder(Party):
    def load(self) -> None:
        self.htlcs: dict[int, Htlc] = {}
        self.latest: dict[int, Htlc] = {}
        for key, value in self.store.records.items():
            try:
                if key.startswith(PREFIX):
                    htlc = Htlc(**json.loads(value))
                    self.htlcs[htlc.id] = htlc
            except (ValueError, TypeError, RecursionError):
                pass  # not of this party's making

    def now_or_soon(self, htlc_id: int) -> Htlc | None:
        """As it is written, or as it is being written."""
        htlc = self.latest.get(htlc_id)
        return htlc if htlc and self.store.is_open(htlc.key) else self.htlcs.get(htlc_id)

    # What the channel says

    def add(self, htlc: Htlc) -> None:
        """One that is known was sent again after a reconnection."""
        known = self.now_or_soon(htlc.id)
        if known is None:
            self.keep(htlc)
        elif known.id in self.htlcs and known.hold and known.fate == OPEN:
            self.give_paths(known)

    def commit(self, htlc_id: int) -> None:
        self.change(htlc_id, committed=True)

    def remove(self, htlc_id: int) -> None:
        self.change(htlc_id, fate=REMOVED)

    def grow(self, height: int) -> None:
        super().grow(height)
        for htlc_id in sorted(self.htlcs):
            htlc = self.now_or_soon(htlc_id)
            if htlc and htlc.ends_too_soon(height):
                self.change(htlc_id, fate=FAILED)

    # The release

    def receive(self, message: Message) -> None:
        if message.context.purpose != Purpose.RELEASE_HTLC or message.name != "release_held_htlc":
            return
        messages.decode_message(message.name, message.value, self.profile)
        htlc = self.now_or_soon(int.from_bytes(message.context.token, "big"))
        if htlc is None or not htlc.hold:
            raise Reject("context", "nothing is held for this path")
        self.change(htlc.id, released=True)

    # Deeds

    def change(self, htlc_id: int, **values: object) -> None:
        """Nothing becomes of an HTLC whose fate is known."""
        htlc = self.now_or_soon(htlc_id)
        if htlc is None or htlc.fate != OPEN:
            return
        changed = replace(htlc, **values)  # type: ignore[arg-type]
        if changed.fate == OPEN and changed.may_go_on():
            changed = replace(changed, fate=FAILED if changed.ends_too_soon(self.height) else FORWARDED)
        if changed != htlc:
            self.keep(changed)

    def keep(self, htlc: Htlc) -> None:
        self.latest[htlc.id] = htlc

        def act() -> None:
            before = self.htlcs.get(htlc.id)
            self.htlcs[htlc.id] = htlc
            if before is None and htlc.hold:
                self.give_paths(htlc)
            if htlc.fate == (before.fate if before else OPEN):
                return
            if htlc.fate == FORWARDED:
                self.emit("holder.forward", htlc_id=str(htlc.id))
            elif htlc.fate == FAILED:
                self.emit("holder.fail", htlc_id=str(htlc.id))

        self.write({htlc.key: json.dumps(asdict(htlc))}, act)

    def give_paths(self, htlc: Htlc) -> None:
        context = Context(Purpose.RELEASE_HTLC, token=htlc.id.to_bytes(8, "big"))
        paths = [self.own_path(context, number) for number in range(RELEASE_PATHS)]
        self.emit("holder.revoke_and_ack", htlc_id=str(htlc.id), paths=self.as_json(paths))

    def own_path(self, context: Context, number: int) -> BlindedPath:
        peers = self.message_peers()
        return self.paths.for_messages(context, peers[number % len(peers)] if peers else None)


class Forwarder(Party):
    """All that it does every party does: what is for somebody else goes on."""
