"""What a blinded payment path costs and takes as a whole (BOLT 4, "Route Blinding")."""

from dataclasses import dataclass
from typing import Any

from .payload import MIN_FINAL_CLTV_EXPIRY_DELTA

MILLION = 1_000_000


@dataclass(frozen=True)
class Channel:
    peer: bytes
    scid: bytes
    fee_base_msat: int
    fee_proportional_millionths: int
    cltv_expiry_delta: int
    htlc_minimum_msat: int
    htlc_maximum_msat: int


def _divided_up(value: int) -> int:
    return -(-value // MILLION)


def total_fees(channels: list[Channel]) -> tuple[int, int]:
    """Base and proportional fee of the hops in front of these channels, which stand in the order of the payment."""
    base, proportional = 0, 0
    for channel in reversed(channels):
        own_base, own = channel.fee_base_msat, channel.fee_proportional_millionths
        base = _divided_up(own_base * MILLION + base * (MILLION + own))
        proportional = _divided_up((proportional + own) * MILLION + proportional * own)
    return base, proportional


def payinfo(channels: list[Channel]) -> dict[str, Any]:
    """For a path over these channels, of which there is one at least."""
    base, proportional = total_fees(channels)
    return {
        "fee_base_msat": base,
        "fee_proportional_millionths": proportional,
        "cltv_expiry_delta": sum(each.cltv_expiry_delta for each in channels) + MIN_FINAL_CLTV_EXPIRY_DELTA,
        "htlc_minimum_msat": max(each.htlc_minimum_msat for each in channels),
        "htlc_maximum_msat": min(each.htlc_maximum_msat for each in channels),
        "features": b"",
    }


def is_usable(channel: Channel) -> bool:
    """Whether its sums fit the records that state them."""
    return (
        channel.cltv_expiry_delta + MIN_FINAL_CLTV_EXPIRY_DELTA < 2**16
        and channel.htlc_minimum_msat <= channel.htlc_maximum_msat
    )
