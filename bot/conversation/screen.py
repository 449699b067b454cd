"""What is shown: a text, perhaps a picture or a document, and rows of buttons.

The limits are the tightest of all messengers, so that a screen that can be built can be shown everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.model.link import LONGEST_DATA, Link, to
from bot.model.text import Words, _, lines

MOST_ROWS, WIDEST_ROW, MOST_BUTTONS = 6, 5, 10
"""VK's inline keyboard: 6 rows of 5, at most 10 buttons (dev.vk.com, bot keyboards); Telegram takes more."""

Meaning = Literal["", "primary", "good", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button is a link or an answer (`data`), an address on the web (`url`), or an offer to share a page (`share`).

    Raises `ValueError` where it is not exactly one of them, or where `data` fits no Telegram button.
    """

    label: Words
    data: str = ""
    url: str = ""
    share: Link | None = None
    meaning: Meaning = ""

    def __post_init__(self) -> None:
        """Hold Telegram's limit of 64 bytes, and one purpose for one button."""
        if bool(self.data) + bool(self.url) + bool(self.share) != 1:
            msg = f"a button opens, answers, visits or shares, exactly one of them: {self.data!r} {self.url!r} {self.share}"
            raise ValueError(msg)
        if len(self.data.encode()) > LONGEST_DATA:
            msg = f"button data longer than {LONGEST_DATA} bytes fits no Telegram button: {self.data}"
            raise ValueError(msg)

    @property
    def wide(self) -> bool:
        """Whether it takes a whole row (VK draws link buttons so)."""
        return not self.data


def link(label: Words, name: str, *args: int | str, meaning: Meaning = "", tab: str = "") -> Button:
    """A button that opens a page: `link(_("Timetable"), "timetable", 12)`."""
    return Button(label, str(to(name, *args, tab=tab)), meaning=meaning)


def web(label: Words, url: str) -> Button:
    """A button that opens an address on the web."""
    return Button(label, url=url)


def share(label: Words, page: Link) -> Button:
    """A button that offers to send a page to somebody in this messenger."""
    return Button(label, share=page)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file, by the sha256 of its bytes; a picture where `type` starts with `image/`."""

    digest: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is made when it is shown: `kind` names its maker (`bot.papers.MAKERS`), `facts` are frozen plain values.

    `name` is the file's, with its ending. A `personal` one is left out where a channel may not carry personal data; none is kept by us.
    """

    kind: str
    facts: Mapping[str, Any]
    name: str
    personal: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, in degrees, with a title and an address."""

    latitude: float
    longitude: float
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Card:
    """One of a few cards beside each other; a messenger without them shows the screen's text alone."""

    title: Words
    text: Words
    picture: Attachment | None
    rows: tuple[tuple[Button, ...], ...] = ()


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message of ours. `note` is what a press is acknowledged with: a toast, or a line above the text.

    `request` asks the messenger for its own key, «share my phone» or «share my place»: then the buttons are typed labels.
    Raises `ValueError` where the rows would not fit some messenger.
    """

    text: Words
    rows: Rows = ()
    picture: Attachment | None = None
    document: Attachment | Paper | None = None
    place: Place | None = None
    cards: tuple[Card, ...] = ()
    note: Words | None = None
    request: Literal["", "phone", "place"] = ""

    def __post_init__(self) -> None:
        """Hold the tightest keyboard of all messengers. The errors quote no text: they are logged, and it may be about somebody."""
        rows = tuple(tuple(row) for row in self.rows if row)
        object.__setattr__(self, "rows", rows)
        if len(rows) > MOST_ROWS or any(len(row) > WIDEST_ROW for row in rows) or sum(map(len, rows)) > MOST_BUTTONS:
            widths = [len(row) for row in rows]
            msg = f"a screen takes {MOST_ROWS} rows of {WIDEST_ROW} and {MOST_BUTTONS} buttons, not {widths}"
            raise ValueError(msg)
        if any(button.wide for row in rows if len(row) > 1 for button in row):
            msg = "a button that leads outside takes a whole row"
            raise ValueError(msg)

    def spared(self, *, personal_data: bool) -> Screen:
        """The same screen where personal data may be carried; elsewhere without its personal document, and it says so."""
        if personal_data or not isinstance(self.document, Paper) or not self.document.personal:
            return self
        why = _("The file has personal data: open this page in a messenger that may carry them.")
        return replace(self, document=None, text=lines(self.text, why))

    def noted(self, note: Words | None) -> Screen:
        """The same screen with a note, where there is one."""
        return replace(self, note=note) if note is not None else self


def stack(buttons: list[Button] | tuple[Button, ...], width: int = 1) -> Rows:
    """Lay buttons out in rows of `width`."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def apology() -> Screen:
    """What a person reads when a turn failed: what happened, that nothing was changed, and what to do."""
    return Screen(
        lines(
            _("**That did not work, and the fault is ours**"),
            _("Nothing was changed. Please try once more; if it happens again, call the organisation."),
        ),
        ((link(_("Home"), "home", meaning="primary"),),),
    )
