"""A payer of static invoices (BOLT 12 with PR 1149): it asks for an invoice, tells the recipient that a payment waits,
and pays upon the release; or it has its peer hold the HTLC, and tells the recipient where the release is to go."""

import json
from dataclasses import dataclass, replace
from typing import Any

from . import bolt12, crypto, merkle, messages, payload, static_invoice
from .arguments import Arguments
from .contexts import Context, Purpose
from .fundamental import MAX_MSAT, PATHS, BlindedPath
from .outcomes import BadRequest, Reject
from .party import Message, Party
from .streams import Stream, encode, tables
from .tlv import MAX_U64, Record, read_records

INVOICE_REQUEST = 64
MPP_COMPULSORY = 16
MESSAGES = 2
PREFIX = "payment/"
MILLION = 1_000_000

ASKED, WAITS, SENT, GIVEN_UP = "asked", "waits", "sent", "given up"


@dataclass(frozen=True)
class Wanted:
    """What the owner wants to be paid."""

    offer: str
    amount_msat: int | None
    quantity: int | None
    max_fee_msat: int | None
    hold: bool


@dataclass(frozen=True)
class Payment:
    name: str
    state: str
    amount_msat: int
    max_fee_msat: int
    hold: bool
    preimage: bytes
    offer: bytes
    request: bytes
    invoice: bytes = b""
    release_paths: bytes = b""

    @property
    def key(self) -> str:
        return f"{PREFIX}{self.name}"

    def write(self) -> str:
        values: dict[str, Any] = {
            "name": self.name,
            "state": self.state,
            "amount_msat": str(self.amount_msat),
            "max_fee_msat": str(self.max_fee_msat),
            "hold": self.hold,
        }
        parts = ("preimage", "offer", "request", "invoice", "release_paths")
        return json.dumps(values | {part: getattr(self, part).hex() for part in parts})

    @staticmethod
    def read(value: str) -> "Payment":
        stored = Arguments(json.loads(value), "value")
        return Payment(
            name=stored.string("name"),
            state=stored.choice("state", (ASKED, WAITS, SENT, GIVEN_UP)),
            amount_msat=stored.decimal("amount_msat"),
            max_fee_msat=stored.decimal("max_fee_msat"),
            hold=stored.flag("hold"),
            preimage=stored.hex("preimage"),
            offer=stored.hex("offer"),
            request=stored.hex("request"),
            invoice=stored.hex("invoice"),
            release_paths=stored.hex("release_paths"),
        )


class Payer(Party):
    def load(self) -> None:
        self.payments: dict[str, Payment] = {}
        self.given_up: set[str] = set()  # while a write was open
        for key, value in self.store.records.items():
            try:
                if key.startswith(PREFIX):
                    payment = Payment.read(value)
                    self.payments[payment.name] = payment
            except (ValueError, RecursionError, BadRequest):
                pass  # not of this party's making

    # What the owner says

    def pay_offer(self, wanted: Wanted) -> str | None:
        """The name of the payment; nothing for what must not be asked for."""
        try:
            data = bolt12.decode_text(wanted.offer, "lno")
            offer = bolt12.decode_offer(data, self.profile)
            bolt12.check_offer(offer, self.chain, self.now)
            self.check_answerable(offer)
            amount = amount_of(wanted, offer)
        except Reject:
            return None
        name = self.entropy.draw(8).hex()
        payment = Payment(
            name=name,
            state=ASKED,
            amount_msat=amount,
            max_fee_msat=MAX_U64 if wanted.max_fee_msat is None else wanted.max_fee_msat,
            hold=wanted.hold,
            preimage=self.entropy.draw(32),
            offer=data,
            request=self.make_request(offer, amount, wanted.quantity),
        )
        self.keep(payment, lambda: self.ask(payment))
        return name

    def check_answerable(self, offer: Stream) -> None:
        if not offer.get("offer_paths"):
            raise Reject("tlv.missing", "offer_paths")
        if any(not path.hops for path in offer.get("offer_paths")):
            raise Reject("path.zero_hops", "offer_paths")

    def make_request(self, offer: Stream, amount: int, quantity: int | None) -> bytes:
        secret = self.entropy.secret_key()
        values: dict[str, Any] = {
            "invreq_metadata": self.entropy.draw(32),
            "invreq_payer_id": crypto.public_key(secret),
            "invreq_amount": amount,
        }
        if self.chain != bolt12.BITCOIN:
            values["invreq_chain"] = self.chain
        if quantity is not None:
            values["invreq_quantity"] = quantity
        unsigned = encode(values, bolt12.offer_records(offer), tables(self.profile)["invoice_request"])
        return merkle.sign(read_records(unsigned), "invoice_request", secret).stream

    def abandon(self, name: str) -> None:
        payment = self.payments.get(name)
        if self.store.is_open(f"{PREFIX}{name}"):
            self.given_up.add(name)
        elif payment and payment.state in (ASKED, WAITS):
            self.keep(replace(payment, state=GIVEN_UP))

    def take_release_paths(self, name: str, paths: list[BlindedPath]) -> None:
        """The peer holds the HTLC, and says so again after a reconnection."""
        payment = self.payments.get(name)
        if payment and payment.hold and payment.state == SENT and paths:
            told = replace(payment, release_paths=PATHS.write(paths))
            self.keep(told, lambda: self.tell_recipient(told))

    def tick(self) -> None:
        for name in sorted(self.payments):
            payment = self.payments[name]
            if self.store.is_open(payment.key):
                continue
            if payment.state == ASKED and self.is_alive(payment):
                self.ask(payment)  # the request or its answer was lost, or it was never sent
            if payment.state == WAITS or payment.release_paths:
                self.tell_recipient(payment)

    def is_alive(self, payment: Payment) -> bool:
        end = bolt12.decode_offer(payment.offer, self.profile).get("offer_absolute_expiry")
        return end is None or self.now <= end

    # Messages

    def receive(self, message: Message) -> None:
        deeds = {
            (Purpose.TAKE_INVOICE, "static_invoice"): self.take_invoice,
            (Purpose.TAKE_RELEASE, "release_held_htlc"): self.take_release,
        }
        deed = deeds.get((message.context.purpose, message.name))
        if deed:
            deed(message)

    def payment_of(self, message: Message, state: str) -> Payment:
        payment = self.payments.get(message.context.token.hex())
        if payment is None or payment.state != state or self.store.is_open(payment.key):
            raise Reject("context", f"no payment is {state}")
        return payment

    def take_invoice(self, message: Message) -> None:
        payment = self.payment_of(message, ASKED)
        data = message.value
        invoice = static_invoice.decode_invoice(data, self.profile)
        static_invoice.check(data, invoice, self.profile, self.now, self.chain, 0)
        offer = bolt12.decode_offer(payment.offer, self.profile)
        request = bolt12.decode_request(payment.request, self.profile)
        static_invoice.check_origin(invoice, offer, request, "reply_path")
        self.way_of(payment, invoice)
        state = SENT if payment.hold else WAITS
        taken = replace(payment, state=state, invoice=data)
        self.keep(taken, lambda: self.pay(taken) if payment.hold else self.tell_recipient(taken))

    def take_release(self, message: Message) -> None:
        payment = self.payment_of(message, WAITS)
        messages.decode_message("release_held_htlc", message.value, self.profile)
        released = replace(payment, state=SENT)
        self.keep(released, lambda: self.pay(released))

    # Deeds

    def keep(self, payment: Payment, then: Any = lambda: None) -> None:
        """Nothing is done that is not written."""

        def act() -> None:
            before = self.payments.get(payment.name)
            self.payments[payment.name] = payment
            if payment.name in self.given_up and not (before and before.state == SENT):
                self.given_up.discard(payment.name)
                self.keep(replace(payment, state=GIVEN_UP))
            else:
                then()

        self.write({payment.key: payment.write()}, act)

    def ask(self, payment: Payment) -> None:
        over = bolt12.decode_offer(payment.offer, self.profile).get("offer_paths")[0]
        reply_path = self.own_path(Purpose.TAKE_INVOICE, payment)
        self.send(over, Record(INVOICE_REQUEST, payment.request), reply_path)

    def tell_recipient(self, payment: Payment) -> None:
        """Over different paths, and with another path for each answer as far as there are."""
        invoice = static_invoice.decode_invoice(payment.invoice, self.profile)
        given: list[BlindedPath] = PATHS.read_whole(payment.release_paths) if payment.hold else []
        for number, over in enumerate(invoice.get("static_invoice_message_paths")[:MESSAGES]):
            reply_path = given[number % len(given)] if given else self.own_path(Purpose.TAKE_RELEASE, payment, number)
            self.send(over, self.content("held_htlc_available"), reply_path)

    def way_of(self, payment: Payment, invoice: Stream) -> tuple[BlindedPath, dict[str, Any]]:
        """The first path that carries the amount. Payments are not made in parts here."""
        if has_bit(invoice.get("invoice_features"), MPP_COMPULSORY):
            raise Reject("features", "the invoice demands parts")
        for path, info in zip(invoice.get("invoice_paths"), invoice.get("invoice_blindedpay"), strict=True):
            if bolt12.has_unknown_even_bit(info["features"]):
                continue
            carries = info["htlc_minimum_msat"] <= payment.amount_msat <= info["htlc_maximum_msat"]
            if carries and fee(info, payment.amount_msat) <= payment.max_fee_msat:
                return path, info
        raise Reject("policy", "no path carries the amount for the fee")

    def pay(self, payment: Payment) -> None:
        invoice = static_invoice.decode_invoice(payment.invoice, self.profile)
        path, info = self.way_of(payment, invoice)
        values: dict[str, Any] = {
            "amt_to_forward": payment.amount_msat,
            "outgoing_cltv_value": self.height + info["cltv_expiry_delta"],
            "total_amount_msat": payment.amount_msat,
            "encrypted_recipient_data": path.hops[-1].encrypted_recipient_data,
            "invoice_request": payment.request,
            "sender_provided_payment_preimage": payment.preimage,
        }
        if len(path.hops) == 1:
            values["current_path_key"] = path.path_key  # the recipient is the introduction node
        self.emit(
            "pay.htlc",
            payment=payment.name,
            payload=payload.build(values, [], self.profile).hex(),
            payment_hash=crypto.sha256(payment.preimage).hex(),
            amount_msat=str(payment.amount_msat),
            hold=payment.hold,
        )

    def own_path(self, purpose: Purpose, payment: Payment, number: int = 0) -> BlindedPath:
        peers = self.message_peers()
        context = Context(purpose, token=bytes.fromhex(payment.name))
        return self.paths.for_messages(context, peers[number % len(peers)] if peers else None)


def fee(info: dict[str, Any], amount_msat: int) -> int:
    return int(info["fee_base_msat"] - (-amount_msat * info["fee_proportional_millionths"] // MILLION))


def has_bit(features: bytes | None, bit: int) -> bool:
    return bool(int.from_bytes(features or b"", "big") >> bit & 1)


def amount_of(wanted: Wanted, offer: Stream) -> int:
    """At least the price of all that is bought; what the owner says where there is none."""
    maximum, quantity = offer.get("offer_quantity_max"), wanted.quantity
    if (maximum is None) != (quantity is None):
        raise Reject("semantic.invreq_quantity", "there is one exactly where the offer asks for one")
    if quantity is not None and (quantity == 0 or maximum and quantity > maximum):
        raise Reject("semantic.invreq_quantity", f"{quantity} of at most {maximum}")
    if offer.has("offer_currency"):
        raise Reject("semantic.offer_currency", "no rate is known")
    price = (offer.get("offer_amount") or 0) * (1 if quantity is None else quantity)
    amount = price if wanted.amount_msat is None else wanted.amount_msat
    if amount == 0 or amount < price or max(amount, price) > MAX_MSAT:
        raise Reject("semantic.invreq_amount", f"{amount} for a price of {price}")
    return int(amount)
