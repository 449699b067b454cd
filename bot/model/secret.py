"""One-time secrets: 128 random bits in base62, kept only as a hash."""

from __future__ import annotations

import secrets
from hashlib import sha256

BITS, LENGTH = 128, 22
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(number: int, length: int) -> str:
    """A number in so many letters and digits, the least significant first."""
    made = []
    for _place in range(length):
        number, digit = divmod(number, len(_DIGITS))
        made.append(_DIGITS[digit])
    return "".join(made)


def new_secret() -> str:
    """A secret that fits into a deep link."""
    return base62(secrets.randbits(BITS), LENGTH)


def hashed(secret: str) -> str:
    """How a secret is kept."""
    return sha256(secret.encode()).hexdigest()
