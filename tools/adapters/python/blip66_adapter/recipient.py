"""The often-offline recipient (bLIP-66), and what it does with payments (BOLT PR 1149).

For each slot it asks its server for paths, makes an offer with them, has the server keep an invoice for it, and gives
the offer out once the server has confirmed that."""

import json
from dataclasses import dataclass, replace
from typing import Any

from . import bolt12, crypto, messages, payload, static_invoice
from .arguments import Arguments
from .contexts import Context, Purpose
from .crypto import hmac256
from .fundamental import PATH, PATHS, BlindedPath
from .outcomes import BadRequest, Reject
from .party import Message, Party, Setup
from .payinfo import Channel, is_usable
from .streams import Stream, decode, encode, tables
from .tlv import MAX_U64

OFFERS = 2
MAX_OFFERS = 100
MIN_PATHS_LIFETIME = 30 * 24 * 3600
REFRESH_S = 6 * 3600
MESSAGE_PATHS = 2
MAX_PAYMENT_PATHS = 4
TOKEN_SIZE = 16

SERVER_PATHS = "server_paths"
OFFER_PREFIX = "offer/"


@dataclass(frozen=True)
class OwnOffer:
    slot: int
    token: bytes
    stream: bytes
    update_path: BlindedPath  # on which its invoice is handed over, now and later
    ends: int | None  # the last second of the paths in it
    made: int
    ready: bool = False

    @property
    def key(self) -> str:
        return f"{OFFER_PREFIX}{self.slot}"

    @property
    def text(self) -> str:
        return bolt12.encode_text(self.stream, "lno")

    def is_alive(self, now: int) -> bool:
        return self.ends is None or now <= self.ends

    def context(self, purpose: Purpose, ends: int | None = None) -> Context:
        """For a path that is about this offer."""
        return Context(purpose, slot=self.slot, token=self.token, ends=ends)

    def write(self) -> str:
        values: dict[str, Any] = {
            "slot": self.slot,
            "token": self.token.hex(),
            "stream": self.stream.hex(),
            "update_path": PATH.write(self.update_path).hex(),
            "made": str(self.made),
            "ready": self.ready,
        }
        if self.ends is not None:
            values["ends"] = str(self.ends)
        return json.dumps(values)

    @staticmethod
    def read(value: str) -> "OwnOffer":
        stored = Arguments(json.loads(value), "value")
        return OwnOffer(
            slot=stored.number("slot", 65535),
            token=stored.hex("token"),
            stream=stored.hex("stream"),
            update_path=PATH.read_whole(stored.hex("update_path")),
            ends=stored.decimal("ends") if stored.has("ends") else None,
            made=stored.decimal("made"),
            ready=stored.flag("ready"),
        )


UNREADABLE = (ValueError, RecursionError, BadRequest, Reject)


class Recipient(Party):
    def __init__(self, setup: Setup) -> None:
        limits = setup.limits
        self.slots = OFFERS if limits.offers is None else min(limits.offers, MAX_OFFERS)
        self.min_paths_lifetime = (
            MIN_PATHS_LIFETIME if limits.min_paths_lifetime is None else limits.min_paths_lifetime
        )
        self.refresh_s = REFRESH_S if limits.refresh_s is None else limits.refresh_s
        super().__init__(setup)

    def load(self) -> None:
        self.offers: dict[int, OwnOffer] = {}
        self.handed_over: dict[int, int] = {}
        self.overdue: set[int] = set()
        self.rounds = 0
        self.given = 0
        self.server_paths: list[BlindedPath] = []
        for key, value in self.store.records.items():
            try:
                if key == SERVER_PATHS:
                    self.server_paths = PATHS.read_whole(bytes.fromhex(value))
                elif key.startswith(OFFER_PREFIX):
                    offer = OwnOffer.read(value)
                    self.check_own(offer)
                    self.offers[offer.slot] = offer
            except UNREADABLE:
                pass  # not of this party's making

    # Offers

    def check_own(self, offer: OwnOffer) -> None:
        stream = bolt12.decode_offer(offer.stream, self.profile)
        if stream.get("offer_issuer_id") != crypto.public_key(self.issuer_key(offer.token)):
            raise Reject("context", "not an offer of this node")

    def living_offers(self) -> list[OwnOffer]:
        return [offer for _, offer in sorted(self.offers.items()) if offer.is_alive(self.now)]

    def offer_of(self, context: Context) -> OwnOffer:
        """The offer that a path was made for."""
        offer = self.offers.get(context.slot)
        if offer is None or offer.token != context.token:
            raise Reject("context", "for an offer that is gone")
        return offer

    def give_offer(self) -> OwnOffer | None:
        """Another one each time, where there are several."""
        ready = [offer for offer in self.living_offers() if offer.ready]
        if not ready:
            return None
        self.given += 1
        return ready[(self.given - 1) % len(ready)]

    def lacks(self, slot: int) -> bool:
        offer = self.offers.get(slot)
        if offer and offer.is_alive(self.now):
            return False
        return not self.store.is_open(f"{OFFER_PREFIX}{slot}")

    def issuer_key(self, token: bytes) -> bytes:
        """A key for each offer, so that offers do not tell that they are of one recipient."""
        secret = hmac256(self.node_key, b"issuer of offer" + token)
        while not crypto.is_secret_key(secret):
            secret = crypto.sha256(secret)
        return secret

    def make_offer(self, token: bytes, paths: list[BlindedPath], ends: int | None) -> bytes:
        values: dict[str, Any] = {
            "offer_paths": paths,
            "offer_issuer_id": crypto.public_key(self.issuer_key(token)),
        }
        if self.chain != bolt12.BITCOIN:
            values["offer_chains"] = [self.chain]
        if ends is not None:
            values["offer_absolute_expiry"] = ends
        return encode(values, [], tables(self.profile)["offer"])

    # What it does by itself

    def set_server_paths(self, paths: list[BlindedPath]) -> None:
        self.server_paths = paths
        self.write({SERVER_PATHS: PATHS.write(paths).hex()})
        self.ask_for_paths()

    def tick(self) -> None:
        self.ask_for_paths()
        for offer in self.living_offers():
            if self.is_due(offer):
                self.hand_over(offer)

    def is_due(self, offer: OwnOffer) -> bool:
        """Whether its invoice is old, or may have been lost in a restart."""
        if offer.slot in self.overdue or (offer.slot not in self.handed_over and not offer.ready):
            return True
        return self.now > self.handed_over.get(offer.slot, offer.made) + self.refresh_s

    def ask_for_paths(self) -> None:
        """Over one server path at a time: over the next when no answer came."""
        if not self.server_paths:
            return
        over = self.server_paths[self.rounds % len(self.server_paths)]
        self.rounds += 1
        for slot in filter(self.lacks, range(self.slots)):
            reply_path = self.own_path(Context(Purpose.TAKE_PATHS, slot=slot))
            self.send(over, self.content("offer_paths_request", invoice_slot=slot), reply_path)

    def hand_over(self, offer: OwnOffer) -> None:
        """Without a channel to be paid over there is no invoice to send. It waits for one."""
        if not self.channels_to_be_paid_over():
            self.overdue.add(offer.slot)
            return
        self.overdue.discard(offer.slot)
        self.handed_over[offer.slot] = self.now
        content = self.content(
            "serve_static_invoice",
            static_invoice=self.make_invoice(offer),
            forward_invoice_request_path=self.own_path(offer.context(Purpose.FORWARDED_REQUEST)),
        )
        reply_path = self.own_path(offer.context(Purpose.TAKE_CONFIRMATION))
        self.send(offer.update_path, content, reply_path)

    def make_invoice(self, offer: OwnOffer) -> bytes:
        lifetime = self.profile.default_relative_expiry
        held_context = offer.context(Purpose.HELD_HTLC, min(self.now + lifetime, MAX_U64))
        payment_paths = self.paths.for_payments(offer.context(Purpose.PAYMENT), self.channels_to_be_paid_over())
        values = {
            "static_invoice_message_paths": [self.own_path(held_context, n) for n in range(MESSAGE_PATHS)],
            "invoice_paths": [each["path"] for each in payment_paths],
            "invoice_blindedpay": [each["payinfo"] for each in payment_paths],
            "invoice_created_at": self.now,
            "invoice_relative_expiry": lifetime,
        }
        return static_invoice.build(self.profile, offer.stream, values, self.issuer_key(offer.token))

    def own_path(self, context: Context, number: int = 0) -> BlindedPath:
        """Through one of the peers, each in turn, where paths begin at peers."""
        peers = self.message_peers()
        return self.paths.for_messages(context, peers[number % len(peers)] if peers else None)

    # Channels

    def channels_to_be_paid_over(self) -> list[Channel]:
        """Those with connected peers first: paths stand in the order of preference."""
        usable = filter(is_usable, self.channels)
        best_first = sorted(usable, key=lambda channel: not self.connected.get(channel.peer, False))
        return best_first[:MAX_PAYMENT_PATHS]

    def open_channel(self, channel: Channel) -> None:
        self.channels = [each for each in self.channels if each.scid != channel.scid] + [channel]

    def close_channel(self, channel: Channel) -> None:
        self._replace_channel(channel, [])

    def change_fees(self, channel: Channel) -> None:
        self._replace_channel(channel, [channel])

    def _replace_channel(self, channel: Channel, by: list[Channel]) -> None:
        """The invoices name the channel, so they are renewed. A channel that is not known stands in none."""
        if all(each.scid != channel.scid for each in self.channels):
            return
        self.channels = [each for each in self.channels if each.scid != channel.scid] + by
        for offer in self.living_offers():
            self.hand_over(offer)

    # Messages

    def receive(self, message: Message) -> None:
        deeds = {
            (Purpose.TAKE_PATHS, "offer_paths"): self.take_paths,
            (Purpose.TAKE_CONFIRMATION, "static_invoice_persisted"): self.take_confirmation,
            (Purpose.FORWARDED_REQUEST, "invoice_request"): self.take_request,
            (Purpose.HELD_HTLC, "held_htlc_available"): self.release_htlc,
        }
        deed = deeds.get((message.context.purpose, message.name))
        if deed:
            deed(message)

    def take_paths(self, message: Message) -> None:
        slot, reply_path = message.context.slot, message.needed_reply_path()
        given = messages.decode_message("offer_paths", message.value, self.profile)
        paths, ends = given.get("offer_paths"), given.get("paths_absolute_expiry")
        if slot >= self.slots or not self.lacks(slot):
            return  # one answer is enough
        if not paths:
            raise Reject("semantic.offer_paths", "none")
        if ends is not None and ends < self.now + self.min_paths_lifetime:
            raise Reject("expired", "the paths end too soon")
        token = self.entropy.draw(TOKEN_SIZE)
        offer = OwnOffer(slot, token, self.make_offer(token, paths, ends), reply_path, ends, self.now)

        def hand_over() -> None:
            self.offers[slot] = offer
            self.hand_over(offer)

        self.write({offer.key: offer.write()}, hand_over)

    def take_confirmation(self, message: Message) -> None:
        messages.decode_message("static_invoice_persisted", message.value, self.profile)
        offer = replace(self.offer_of(message.context), ready=True)
        self.offers[offer.slot] = offer
        if self.store.records.get(offer.key) != offer.write():
            self.write({offer.key: offer.write()})

    def take_request(self, message: Message) -> None:
        message.needed_reply_path()
        self.check_request(message.value, self.offer_of(message.context))
        self.emit("invreq_received", invoice_request=message.value.hex())

    def check_request(self, data: bytes, offer: OwnOffer) -> None:
        """The rules of one who answers, but for the path that it came over: that was the server's to see."""
        request = bolt12.decode_request(data, self.profile)
        bolt12.check_request(data, request)
        bolt12.check_same_offer(request, bolt12.decode_offer(offer.stream, self.profile), "the offer")
        if (request.get("invreq_chain") or bolt12.BITCOIN) != self.chain:
            raise Reject("semantic.invreq_chain", "not this chain")
        if not offer.is_alive(self.now):
            raise Reject("expired", "the offer")

    def release_htlc(self, message: Message) -> None:
        messages.decode_message("held_htlc_available", message.value, self.profile)
        self.offer_of(message.context)
        self.send(message.needed_reply_path(), self.content("release_held_htlc"))

    # Payments

    def take_htlc(self, data: bytes, payment_hash: bytes, amount_msat: int, cltv_expiry: int, height: int) -> None:
        try:
            preimage = self.preimage_of(data, payment_hash, amount_msat, cltv_expiry, height)
        except Reject as refusal:
            self.emit("htlc.fail", reason=f"{refusal.reason}: {refusal}")
        else:
            self.emit("htlc.claim", preimage=preimage.hex())

    def preimage_of(
        self, data: bytes, payment_hash: bytes, amount_msat: int, cltv_expiry: int, height: int
    ) -> bytes:
        stream = decode(data, tables(self.profile)["payload"])
        stream.require("encrypted_recipient_data", "current_path_key")
        context, own_data = self.paths.context_of_payment(
            stream.get("current_path_key"), stream.get("encrypted_recipient_data")
        )
        if context.purpose != Purpose.PAYMENT:
            raise Reject("context", "not a path for payments")
        offer = bolt12.decode_offer(self.offer_of(context).stream, self.profile)
        payload.validate(data, self.profile, payment_hash, amount_msat, cltv_expiry, height, offer, own_data)
        stream.require(*payload.ASYNC)
        if stream.get("amt_to_forward") < stream.get("total_amount_msat"):
            raise Reject("semantic.total_amount_msat", "parts of a payment are not put together here")
        self._check_chain(stream)
        preimage: bytes = stream.get("sender_provided_payment_preimage")
        return preimage

    def _check_chain(self, stream: Stream) -> None:
        request = bolt12.decode_request(stream.get("invoice_request"), self.profile)
        if (request.get("invreq_chain") or bolt12.BITCOIN) != self.chain:
            raise Reject("semantic.invreq_chain", "not this chain")
