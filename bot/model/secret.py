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


CODE = 10
_CLEAR = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code() -> str:
    """A one-time code that people copy from paper or another screen: ten signs of which none looks like another, fifty random bits."""
    return "".join(secrets.choice(_CLEAR) for _place in range(CODE))


def shown_code(code: str) -> str:
    """«ABCDE-FGHJK»."""
    return f"{code[: CODE // 2]}-{code[CODE // 2 :]}"


def read_code(raw: str) -> str | None:
    """A code as people write it: small letters, spaces and hyphens do no harm; `None` where it is none."""
    clean = "".join(sign for sign in raw.upper() if not sign.isspace() and sign not in "-–—")
    return clean if len(clean) == CODE and set(clean) <= set(_CLEAR) else None


def hashed(secret: str) -> str:
    """How a secret is kept."""
    return sha256(secret.encode()).hexdigest()
