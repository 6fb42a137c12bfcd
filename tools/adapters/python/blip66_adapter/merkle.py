"""BOLT 12, "Signature Calculation"."""

from dataclasses import dataclass, field

from . import crypto
from .crypto import tagged_hash
from .outcomes import Reject
from .streams import SIGNATURE_RANGE, in_ranges
from .tlv import Record, read_records, with_record, write_bigsize, write_records

SIGNATURE = 240
ZERO_AUX = bytes(32)


@dataclass(frozen=True)
class Leaf:
    leaf: bytes
    nonce: bytes
    branch: bytes


@dataclass(frozen=True)
class Branch:
    left: bytes
    right: bytes
    hash: bytes


@dataclass
class Tree:
    root: bytes = b""
    leaves: list[Leaf] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)


def join(a: bytes, b: bytes) -> Branch:
    left, right = sorted((a, b))
    return Branch(left, right, tagged_hash(b"LnBranch", left + right))


def tree(records: list[Record]) -> Tree:
    signed = [record for record in records if not in_ranges(record.type, (SIGNATURE_RANGE,))]
    if not signed:
        raise Reject("tlv.missing", "there is nothing to sign")
    nonce_tag = b"LnNonce" + records[0].encoded  # the numerically first record of the stream
    result = Tree()
    for record in signed:
        leaf = tagged_hash(b"LnLeaf", record.encoded)
        nonce = tagged_hash(nonce_tag, write_bigsize(record.type))
        result.leaves.append(Leaf(leaf, nonce, join(leaf, nonce).hash))

    def subtree(low: int, high: int) -> bytes:
        """The deepest part is on the lowest leaves: the left side is the largest full tree that leaves something."""
        if high - low == 1:
            return result.leaves[low].branch
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        branch = join(subtree(low, middle), subtree(middle, high))
        result.branches.append(branch)
        return branch.hash

    result.root = subtree(0, len(signed))
    return result


def signature_digest(messagename: str, root: bytes) -> bytes:
    """H(tag, root), tag being "lightning" || messagename || fieldname."""
    return tagged_hash(b"lightning" + messagename.encode() + b"signature", root)


@dataclass(frozen=True)
class Signed:
    stream: bytes
    root: bytes
    digest: bytes
    signature: bytes


def sign(records: list[Record], messagename: str, secret: bytes, aux: bytes = ZERO_AUX) -> Signed:
    # Without a signature that is there already: it is no leaf, but it could be the first record.
    records = [record for record in records if record.type != SIGNATURE]
    root = tree(records).root
    digest = signature_digest(messagename, root)
    signature = crypto.schnorr_sign(secret, digest, aux)
    return Signed(write_records(with_record(records, Record(SIGNATURE, signature))), root, digest, signature)


def verify(data: bytes, messagename: str, key: bytes) -> None:
    records = read_records(data)
    signature = next((record.value for record in records if record.type == SIGNATURE), None)
    if signature is None:
        raise Reject("tlv.missing", "signature")
    if len(signature) != 64:
        raise Reject("tlv.length", "a signature has 64 bytes")
    crypto.check_point(key, "the key")
    if not crypto.schnorr_verify(key, signature_digest(messagename, tree(records).root), signature):
        raise Reject("signature", f"not a signature of {messagename} by {key.hex()}")
