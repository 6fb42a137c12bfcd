"""The static invoice server (bLIP-66).

A client is known by the paths that it was given, a slot by the reply path of the offer_paths that were sent for it. All
that a path is about stands in the path, so the server stores invoices and nothing else."""

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from . import bolt12, messages, static_invoice
from .contexts import Context, Purpose
from .fundamental import PATH, BlindedPath, hex_from_json, member
from .outcomes import BadRequest, Reject
from .party import Message, Party, Setup
from .streams import Stream
from .tlv import MAX_U64, Record

MAX_SLOTS = 10
MAX_INVOICE_BYTES = 5 * 1024
PATHS_LIFETIME = 365 * 24 * 3600

INVOICE_REQUEST = 64


@dataclass(frozen=True)
class ClientLimits:
    slots: int
    invoice_bytes: int


@dataclass(frozen=True)
class Stored:
    """An invoice and where requests for it go. Both stand in one record of the storage, so they cannot be torn."""

    invoice: bytes
    forward_path: bytes

    def write(self) -> str:
        return json.dumps({"invoice": self.invoice.hex(), "forward_path": self.forward_path.hex()})

    @staticmethod
    def read(value: str) -> "Stored":
        try:
            parsed = json.loads(value)
            return Stored(
                hex_from_json(member(parsed, "invoice", "value"), "value.invoice"),
                hex_from_json(member(parsed, "forward_path", "value"), "value.forward_path"),
            )
        except (ValueError, RecursionError, BadRequest) as error:
            raise Reject("context", f"not a record of this server: {error}") from None


def client_prefix(client: str) -> str:
    """Hexadecimal, so that no client's name can run into a slot."""
    return f"invoice/{client.encode().hex()}/"


def key_of(client: str, slot: int) -> str:
    return f"{client_prefix(client)}{slot}"


class Server(Party):
    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        limits = setup.limits
        self.default_limits = ClientLimits(
            MAX_SLOTS if limits.max_slots is None else limits.max_slots,
            MAX_INVOICE_BYTES if limits.max_invoice_bytes is None else limits.max_invoice_bytes,
        )
        self.client_limits: dict[str, ClientLimits] = {}

    def load(self) -> None:
        self.answered: dict[str, deque[int]] = {}

    # Clients

    def issue_client_paths(self, client: str) -> list[BlindedPath]:
        return [self.paths.for_messages(Context(Purpose.REQUEST_PATHS, client=client))]

    def limits_of(self, client: str) -> ClientLimits:
        return self.client_limits.get(client, self.default_limits)

    def set_limit(self, client: str, slots: int | None, invoice_bytes: int | None) -> None:
        before = self.limits_of(client)
        self.client_limits[client] = ClientLimits(
            before.slots if slots is None else slots,
            before.invoice_bytes if invoice_bytes is None else invoice_bytes,
        )

    def is_answered_too_often(self, client: str) -> bool:
        """Counts a request of the client, if it may be answered."""
        maximum = self.limits.max_requests_per_minute
        if maximum is None:
            return False
        times = self.answered.setdefault(client, deque())
        while times and not self.now - 60 < times[0] <= self.now:
            times.popleft()
        if len(times) >= maximum:
            return True
        times.append(self.now)
        return False

    # Messages

    def receive(self, message: Message) -> None:
        deeds = {
            (Purpose.REQUEST_PATHS, "offer_paths_request"): self.give_paths,
            (Purpose.UPDATE_INVOICE, "serve_static_invoice"): self.store_invoice,
            (Purpose.REQUEST_INVOICE, "invoice_request"): self.answer_request,
        }
        deed = deeds.get((message.context.purpose, message.name))
        if deed:
            deed(message)

    def give_paths(self, message: Message) -> None:
        client = message.context.client
        request = messages.decode_message("offer_paths_request", message.value, self.profile)
        reply_path, slot = message.needed_reply_path(), request.get("invoice_slot")
        if self.is_answered_too_often(client):
            return
        values: dict[str, Any] = {}
        if (ends := self.end_of_paths()) is not None:
            values["paths_absolute_expiry"] = ends
        offer_context = Context(Purpose.REQUEST_INVOICE, client=client, slot=slot, ends=ends)
        update_context = Context(Purpose.UPDATE_INVOICE, client=client, slot=slot)
        values["offer_paths"] = [self.paths.for_messages(offer_context)]
        self.send(reply_path, self.content("offer_paths", **values), self.paths.for_messages(update_context))

    def end_of_paths(self) -> int | None:
        lifetime = PATHS_LIFETIME if self.limits.paths_lifetime is None else self.limits.paths_lifetime
        return min(self.now + lifetime, MAX_U64) if lifetime else None

    def store_invoice(self, message: Message) -> None:
        handed = messages.decode_message("serve_static_invoice", message.value, self.profile)
        reply_path, client = message.needed_reply_path(), message.context.client
        data, key = handed.get("static_invoice"), key_of(client, message.context.slot)
        invoice = static_invoice.decode_invoice(data, self.profile)
        static_invoice.check(data, invoice, self.profile, self.now, self.chain, None)
        if len(data) > self.limits_of(client).invoice_bytes:
            raise Reject("policy", f"an invoice of {len(data)} bytes")
        used = self.store.keys(client_prefix(client))
        if key not in used and len(used) >= self.limits_of(client).slots:
            raise Reject("policy", "no more slots for this client")

        def confirm() -> None:
            self.send(reply_path, self.content("static_invoice_persisted"))

        stored = Stored(data, PATH.write(handed.get("forward_invoice_request_path")))
        self.write({key: stored.write()}, confirm)

    def answer_request(self, message: Message) -> None:
        client, reply_path = message.context.client, message.needed_reply_path()
        value = self.store.records.get(key_of(client, message.context.slot))
        if value is None:
            return
        stored = Stored.read(value)
        forward_path = PATH.read_whole(stored.forward_path)
        invoice = static_invoice.decode_invoice(stored.invoice, self.profile)
        if static_invoice.is_expired(invoice, self.now, self.profile):
            return
        self.check_request(message, invoice)

        self.send(reply_path, Record(self.profile.static_invoice_type, stored.invoice))
        self.send(forward_path, Record(INVOICE_REQUEST, message.value), reply_path)
        if not self.is_connected(forward_path):
            self.emit("wake", client=client)

    def check_request(self, message: Message, invoice: Stream) -> None:
        request = bolt12.decode_request(message.value, self.profile)
        keys = [path.path_key for path in request.get("offer_paths") or []]
        arrived_over = keys.index(message.E) if message.E in keys else None
        bolt12.check_request_for(request, message.value, invoice, self.now, self.chain, arrived_over)
