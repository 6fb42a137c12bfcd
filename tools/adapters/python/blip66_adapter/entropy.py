"""The randomness of a party: all of it comes from one seed, so that a run can be repeated."""

from . import crypto


class Entropy:
    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self.drawn = 0

    def draw(self, size: int) -> bytes:
        """`size` bytes, 32 at most."""
        self.drawn += 1
        return crypto.hmac256(self.seed, self.drawn.to_bytes(8, "big"))[:size]

    def secret_key(self) -> bytes:
        while not crypto.is_secret_key(secret := self.draw(32)):
            pass
        return secret
