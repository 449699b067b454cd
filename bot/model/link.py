"""A link is the address of a page: `programme/7`; it works for ever, on any old message and as a deep link on a poster."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

LONGEST_DATA = 64
"""Bytes a button may carry: Telegram's `callback_data` takes 1–64 (Bot API, InlineKeyboardButton); VK's payload takes 255."""

_ADDRESS = re.compile(r"([a-z][a-z0-9]*)((?:/[A-Za-z0-9]+)*)(?:~([0-9A-Za-z]{9}))?", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9]*", re.ASCII)
_ARGUMENT = re.compile(r"[A-Za-z0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """The address of a page: a dialog's name and its arguments, and perhaps the token of the tab it was opened from.

    Raises `ValueError` where a name, an argument or the whole does not fit into every messenger's button.
    """

    name: str
    args: tuple[str, ...] = ()
    tab: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not travel in a button and come back."""
        if not _NAME.fullmatch(self.name) or not all(_ARGUMENT.fullmatch(arg) for arg in self.args):
            msg = f"an address is name/arg/…, a name of a–z and 0–9, arguments of letters and digits: {self.name!r} {self.args!r}"
            raise ValueError(msg)
        if len(str(self)) > LONGEST_DATA:
            msg = f"an address longer than {LONGEST_DATA} bytes fits no Telegram button: {self}"
            raise ValueError(msg)

    def __str__(self) -> str:
        """Write the address as it stands in a button."""
        path = "/".join((self.name, *self.args))
        return f"{path}~{self.tab}" if self.tab else path

    @property
    def deep(self) -> str:
        """The address as it stands in a deep link, where `/` is written `-` (Telegram's `start` takes A–Z a–z 0–9 _ -)."""
        return "-".join((self.name, *self.args))

    def within(self, tab: str) -> Link:
        """The same page, remembering the tab from which it is opened."""
        return replace(self, tab=tab)


def to(name: str, *args: int | str, tab: str = "") -> Link:
    """Name a page: `to("programme", 7)`."""
    return Link(name, tuple(map(str, args)), tab)


def parse(address: str) -> Link | None:
    """Read an address that came from outside; `None` where it is none."""
    if len(address) > LONGEST_DATA or not (found := _ADDRESS.fullmatch(address)):
        return None
    return Link(found[1], tuple(found[2].split("/")[1:]), found[3] or "")


def parse_deep(payload: str) -> Link | None:
    """Read the payload of a deep link; `None` where it is none."""
    return parse(payload.replace("-", "/")) if "~" not in payload else None
