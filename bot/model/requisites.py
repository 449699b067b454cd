"""Requisites of a payee, with their check digits: a wrong digit would send a family's money astray."""

from __future__ import annotations

import re
from collections.abc import Sequence

_INN_10: Sequence[int] = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11: Sequence[int] = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12: Sequence[int] = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_KEY: Sequence[int] = (7, 1, 3)


def _weighed(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def sound_inn(inn: str) -> bool:
    """Ten digits of an organisation or twelve of a person, with their check digits (the Federal Tax Service)."""
    if re.fullmatch(r"\d{10}", inn):
        return _weighed(inn, _INN_10) % 11 % 10 == int(inn[9])
    if re.fullmatch(r"\d{12}", inn):
        return _weighed(inn, _INN_11) % 11 % 10 == int(inn[10]) and _weighed(inn, _INN_12) % 11 % 10 == int(inn[11])
    return False


def sound_kpp(kpp: str) -> bool:
    """Nine signs, the fifth and the sixth may be capital letters."""
    return re.fullmatch(r"\d{4}[\dA-Z]{2}\d{3}", kpp) is not None


def sound_bik(bik: str) -> bool:
    """Nine digits; those of Russia begin with 0 (and, of the Treasury's clients, with 1 or 2)."""
    return re.fullmatch(r"[012]\d{8}", bik) is not None


def _keyed(bik: str, account: str, *, of_bank: bool) -> bool:
    """The control key of an account (the Bank of Russia, № 515 of 8 September 1997): weights 7, 1, 3, the sum ends with 0.

    A bank's own account, and an account at a part of the Bank of Russia, take 0 and the fifth and sixth digit of the BIK before them;
    others its last three digits.
    """
    if not re.fullmatch(r"\d{20}", account) or not sound_bik(bik):
        return False
    digits = (f"0{bik[4:6]}" if of_bank else bik[6:]) + account
    return sum(int(digit) * _KEY[at % 3] for at, digit in enumerate(digits)) % 10 == 0


def sound_account(bik: str, account: str) -> bool:
    """Twenty digits whose control key fits the bank, or a treasury account in roubles (03…): that has no control key."""
    if re.fullmatch(r"03\d{3}643\d{12}", account):
        return sound_bik(bik)
    return _keyed(bik, account, of_bank=bik[6:] in {"000", "001", "002"})


def sound_correspondent(bik: str, account: str) -> bool:
    """The correspondent account of a bank (301…, it ends with the BIK's last three digits), or a treasury's single account (40102…)."""
    if account.startswith("40102"):
        return _keyed(bik, account, of_bank=True)
    return account.startswith("301") and account[17:] == bik[6:] and _keyed(bik, account, of_bank=True)


def sound_oktmo(oktmo: str) -> bool:
    """Eight digits of a municipality or eleven of a settlement in it."""
    return re.fullmatch(r"\d{8}|\d{11}", oktmo) is not None


def sound_budget_code(code: str) -> bool:
    """Twenty signs of a КБК."""
    return re.fullmatch(r"[\dA-Z]{20}", code) is not None
