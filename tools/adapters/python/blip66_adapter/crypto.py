"""The primitives: SHA-256, secp256k1, BIP-340, ChaCha20 and Poly1305. Names follow BOLT 4."""

import hashlib
import hmac

import coincurve
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.poly1305 import Poly1305

from .outcomes import Reject

GROUP_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ZERO_NONCE = bytes(12)
TAG_SIZE = 16


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hmac256(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def tagged_hash(tag: bytes, message: bytes) -> bytes:
    """H(tag, msg) of BIP-340."""
    t = sha256(tag)
    return sha256(t + t + message)


# secp256k1


def is_secret_key(secret: bytes) -> bool:
    return len(secret) == 32 and 0 < int.from_bytes(secret, "big") < GROUP_ORDER


def public_key(secret: bytes) -> bytes:
    return coincurve.PrivateKey(secret).public_key.format()


def is_point(data: bytes) -> bool:
    # The library would also take 65-byte forms, which Lightning does not use.
    if len(data) != 33 or data[0] not in (2, 3):
        return False
    try:
        coincurve.PublicKey(data)
    except ValueError:
        return False
    return True


def check_point(data: bytes, what: str) -> bytes:
    if not is_point(data):
        raise Reject("point", f"{what} is not a point of the curve")
    return data


def multiply_point(point: bytes, scalar: bytes) -> bytes:
    return coincurve.PublicKey(point).multiply(scalar).format()


def multiply_secret(secret: bytes, scalar: bytes) -> bytes:
    product = int.from_bytes(secret, "big") * int.from_bytes(scalar, "big") % GROUP_ORDER
    return product.to_bytes(32, "big")


def ecdh(secret: bytes, point: bytes) -> bytes:
    """SHA256 of the compressed product (BOLT 4, "Shared Secret")."""
    return coincurve.PrivateKey(secret).ecdh(point)


def schnorr_sign(secret: bytes, digest: bytes, aux: bytes) -> bytes:
    return coincurve.PrivateKey(secret).sign_schnorr(digest, aux)


def schnorr_verify(point: bytes, digest: bytes, signature: bytes) -> bool:
    """BIP-340 keys have no sign: the first byte of the 33-byte point is left out."""
    return coincurve.PublicKeyXOnly(point[1:]).verify(signature, digest)


# ChaCha20


def chacha20(key: bytes, length: int, block: int = 0) -> bytes:
    """`length` bytes of the key stream from the given block on, with a zero nonce."""
    return chacha20_xor(key, bytes(length), block)


def chacha20_xor(key: bytes, data: bytes, block: int = 0) -> bytes:
    nonce = block.to_bytes(4, "little") + ZERO_NONCE
    return Cipher(algorithms.ChaCha20(key, nonce), mode=None).encryptor().update(data)


def seal(rho: bytes, plaintext: bytes) -> bytes:
    """RFC 8439 with a zero nonce and no associated data (BOLT 4, "Route Blinding")."""
    return ChaCha20Poly1305(rho).encrypt(ZERO_NONCE, plaintext, b"")


def open_sealed(rho: bytes, sealed: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(rho).decrypt(ZERO_NONCE, sealed, b"")
    except InvalidTag:
        return None


def _receive_tag_input(ciphertext: bytes, auth_key: bytes) -> bytes:
    padding = bytes(-len(ciphertext) % 16)
    lengths = len(ciphertext).to_bytes(8, "little") + len(auth_key).to_bytes(8, "little")
    return ciphertext + padding + auth_key + lengths


def seal_with_receive_key(rho: bytes, plaintext: bytes, auth_key: bytes) -> bytes:
    """LDK's seal for hops that end at the maker of the path: its 32-byte receive key follows the ciphertext in the
    MAC's input, where RFC 8439 would put associated data in front."""
    ciphertext = chacha20_xor(rho, plaintext, block=1)
    mac_key = chacha20(rho, 32)
    return ciphertext + Poly1305.generate_tag(mac_key, _receive_tag_input(ciphertext, auth_key))


def open_with_receive_key(rho: bytes, sealed: bytes, auth_key: bytes) -> bytes | None:
    ciphertext, tag = sealed[:-TAG_SIZE], sealed[-TAG_SIZE:]
    try:
        Poly1305.verify_tag(chacha20(rho, 32), _receive_tag_input(ciphertext, auth_key), tag)
    except InvalidSignature:
        return None
    return chacha20_xor(rho, ciphertext, block=1)


def open_without_verifying(rho: bytes, sealed: bytes) -> bytes:
    return chacha20_xor(rho, sealed[:-TAG_SIZE], block=1)
