"""ChaCha20 with a key of 16 bytes, which libraries no longer have: the key stands twice in the state, behind constants
of its own. The code takes keys of 32 bytes too, to be held against a library."""

import hmac

from cryptography.hazmat.primitives.poly1305 import Poly1305

CONSTANTS = {16: b"expand 16-byte k", 32: b"expand 32-byte k"}
BLOCK_SIZE = 64
TAG_SIZE = 16
WORD = 0xFFFFFFFF

QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]


def _rotated(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & WORD


def _quarter_round(state: list[int], a: int, b: int, c: int, d: int) -> None:
    for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[x] = (state[x] + state[y]) & WORD
        state[z] = _rotated(state[z] ^ state[x], bits)


def block(key: bytes, counter_and_nonce: bytes) -> bytes:
    """One block of the key stream. The counter is the first four of the 16 bytes, little-endian."""
    start = _words(CONSTANTS[len(key)] + (key * 2)[:32] + counter_and_nonce)
    state = list(start)
    for _ in range(10):
        for quarter in QUARTERS:
            _quarter_round(state, *quarter)
    return b"".join(((a + b) & WORD).to_bytes(4, "little") for a, b in zip(state, start))


def xor(key: bytes, nonce: bytes, data: bytes, counter: int) -> bytes:
    masked = bytearray()
    for i in range(0, len(data), BLOCK_SIZE):
        stream = block(key, (counter + i // BLOCK_SIZE).to_bytes(4, "little") + nonce)
        masked += bytes(a ^ b for a, b in zip(data[i : i + BLOCK_SIZE], stream))
    return bytes(masked)


def _tag(key: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
    """RFC 8439's, without associated data."""
    padding = bytes(-len(ciphertext) % 16)
    lengths = bytes(8) + len(ciphertext).to_bytes(8, "little")
    return Poly1305.generate_tag(block(key, bytes(4) + nonce)[:32], ciphertext + padding + lengths)


def seal(key: bytes, nonce: bytes, plaintext: bytes) -> bytes:
    ciphertext = xor(key, nonce, plaintext, counter=1)
    return ciphertext + _tag(key, nonce, ciphertext)


def open_sealed(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
    ciphertext, tag = sealed[:-TAG_SIZE], sealed[-TAG_SIZE:]
    if len(sealed) < TAG_SIZE or not hmac.compare_digest(tag, _tag(key, nonce, ciphertext)):
        return None
    return xor(key, nonce, ciphertext, counter=1)
