"""The salt and secret scheme of 2024. Its text leaves the ciphers open, so each reading of it has a name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from . import chacha16
from .blinding import rho_key
from .crypto import TAG_SIZE, ZERO_NONCE, sha256
from .fundamental import PATH, BlindedPath, Hop
from .outcomes import Reject
from .tlv import Record, write_records

SALT_SIZE = 16
COUNTER_SIZE = 4
NONCE_SIZE = 12
MASKED_SIZE = 16
WHOLE_MASKED_SIZE = 48  # with the tag, as under SD

# Records of an onion message's payloads.
REPLY_PATH, ENCRYPTED_RECIPIENT_DATA, INVOICE_REQUEST = 2, 4, 64
SEALED_REPLY_PATH, UNIQUE_SALT = 4141, 4343


def _sized(data: bytes, sizes: tuple[int, ...], name: str) -> bytes:
    if len(data) not in sizes:
        wanted = " or ".join(map(str, sizes))
        raise Reject(f"semantic.{name}", f"{len(data)} bytes, {wanted} wanted")
    return data


# Masking the counterparty's secret

Part = tuple[int, int]


@dataclass(frozen=True)
class Masking:
    """What one reading makes of "the secret, enciphered under itself, with the salt as nonce"."""

    secret_size: int
    nonce: Part | None = None  # which part of the salt is the nonce of RFC 8439; None: one block, without a tag
    result: Part = (0, WHOLE_MASKED_SIZE)  # which part of RFC 8439's output is the result


HEAD, TAIL = (0, 12), (4, 16)
CIPHERTEXT, TAG = (0, 16), (32, 48)

READINGS = {
    "SA": Masking(16),
    "SA2": Masking(16),
    "SB16": Masking(32),
    "SC-ct16-head": Masking(32, HEAD, CIPHERTEXT),
    "SC-ct16-tail": Masking(32, TAIL, CIPHERTEXT),
    "SC-tag16-head": Masking(32, HEAD, TAG),
    "SC-tag16-tail": Masking(32, TAIL, TAG),
    "SD-head": Masking(32, HEAD),
    "SD-tail": Masking(32, TAIL),
}


@dataclass(frozen=True)
class Masked:
    result: bytes
    steps: Mapping[str, str | int]


def mask(reading: str, secret: bytes, salt: bytes) -> Masked:
    masking = READINGS[reading]
    _sized(secret, (masking.secret_size,), "counterparty_secret")
    _sized(salt, (SALT_SIZE,), "unique_salt")
    if masking.nonce is None:
        return _mask_with_block(reading, secret, salt)
    nonce = salt[slice(*masking.nonce)]
    sealed = ChaCha20Poly1305(secret).encrypt(nonce, secret, b"")
    steps = {
        "key": secret.hex(),
        "nonce": nonce.hex(),
        "plaintext": secret.hex(),
        "ciphertext": sealed[:-TAG_SIZE].hex(),
        "tag": sealed[-TAG_SIZE:].hex(),
    }
    return Masked(sealed[slice(*masking.result)], steps)


def _mask_with_block(reading: str, secret: bytes, salt: bytes) -> Masked:
    """The salt is counter and nonce of the one block of which the first 16 bytes mask the secret's."""
    key = secret * 2 if reading == "SA2" else secret
    stream = chacha16.block(key, salt) if reading == "SA" else _library_block(key, salt)
    plaintext, counter, nonce = secret[:MASKED_SIZE], salt[:COUNTER_SIZE], salt[COUNTER_SIZE:]
    steps: dict[str, str | int] = {
        "key": key.hex(),
        "nonce": nonce.hex(),
        "plaintext": plaintext.hex(),
        "counter": int.from_bytes(counter, "little"),
        "keystream": stream.hex(),
    }
    return Masked(bytes(a ^ b for a, b in zip(plaintext, stream)), steps)


def _library_block(key: bytes, counter_and_nonce: bytes) -> bytes:
    return Cipher(algorithms.ChaCha20(key, counter_and_nonce), mode=None).encryptor().update(bytes(64))


# Sealing the payer's reply path

# The sizes of masked secret that each takes (C-51).
SEALINGS = {
    "RA": (MASKED_SIZE, WHOLE_MASKED_SIZE),
    "RB": (MASKED_SIZE, WHOLE_MASKED_SIZE),
    "RC": (MASKED_SIZE,),
    "RD": (MASKED_SIZE,),
}


def sealing_key(sealing: str, masked: bytes) -> bytes:
    """The masked secret as a key: only RC takes its bytes as they are."""
    _sized(masked, SEALINGS[sealing], "encrypted_counterparty_secret")
    if sealing == "RC":
        return masked
    return sha256(masked) if sealing == "RB" else rho_key(masked)


def seal(sealing: str, masked: bytes, reply_path: BlindedPath, nonce: bytes | None) -> tuple[bytes, dict[str, str]]:
    """Only RD has a nonce, which stands in front of the rest. It is random where none is given. A nonce that is none is
    refused even where it would not be used."""
    if nonce is not None:
        _sized(nonce, (NONCE_SIZE,), "nonce")
    key, plaintext = sealing_key(sealing, masked), PATH.write(reply_path)
    if sealing == "RC":
        sealed = chacha16.seal(key, ZERO_NONCE, plaintext)
        used = ZERO_NONCE
    elif sealing == "RD":
        used = os.urandom(NONCE_SIZE) if nonce is None else nonce
        sealed = used + ChaCha20Poly1305(key).encrypt(used, plaintext, b"")
    else:
        used = ZERO_NONCE
        sealed = ChaCha20Poly1305(key).encrypt(used, plaintext, b"")
    return sealed, {"key": key.hex(), "nonce": used.hex(), "plaintext": plaintext.hex()}


def open_sealed(sealing: str, masked: bytes, sealed: bytes) -> BlindedPath:
    key, nonce = sealing_key(sealing, masked), ZERO_NONCE
    if sealing == "RD":
        nonce, sealed = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:]
    if len(sealed) < TAG_SIZE:
        raise Reject("aead", "shorter than a tag")
    plaintext = chacha16.open_sealed(key, nonce, sealed) if sealing == "RC" else _library_open(key, nonce, sealed)
    if plaintext is None:
        raise Reject("aead", "the reply path does not open")
    path: BlindedPath = PATH.read_whole(plaintext)
    return path


def _library_open(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, b"")
    except InvalidTag:
        return None


# The payer's onion message


def build_payloads(
    sealing: str,
    pre_hops: list[bytes],
    path: list[Hop],
    salt: bytes,
    masked: bytes,
    reply_path: BlindedPath,
    invoice_request: bytes,
    nonce: bytes | None,
) -> list[bytes]:
    """The payloads of all hops. `pre_hops` are the sealed data of those that the payer puts before the offer's path.
    With a path of one hop nobody could use the scheme, and the message is an ordinary one."""
    _sized(salt, (SALT_SIZE,), "unique_salt")
    sealed, _ = seal(sealing, masked, reply_path, nonce)
    relays = [_data_record(hop.encrypted_recipient_data) for hop in path[:-1]]
    scheme = [Record(SEALED_REPLY_PATH, sealed), Record(UNIQUE_SALT, salt)]
    last = [
        Record(REPLY_PATH, PATH.write(reply_path)),
        _data_record(path[-1].encrypted_recipient_data),
        Record(INVOICE_REQUEST, invoice_request),
    ]
    payloads = [[_data_record(data)] for data in pre_hops] + [[data, *scheme] for data in relays] + [last]
    return [write_records(records) for records in payloads]


def _data_record(data: bytes) -> Record:
    return Record(ENCRYPTED_RECIPIENT_DATA, data)
