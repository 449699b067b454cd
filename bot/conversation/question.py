"""Questions: each says how it is asked, how an answer is read, and what a wrong one is told.

An answer is stored as a short text (`raw`) and read again on every turn against today's facts: an option that is gone is forgotten and
asked again. Answers that a button carries hold ids only; see `Form` for their shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from bot.conversation.event import Event
from bot.conversation.screen import MOST_BUTTONS, MOST_ROWS, Attachment, Button, Meaning, Paper, Rows
from bot.model.text import Words, _

T = TypeVar("T")

PAGE, DRAFT = ">", "*"
"""Marks behind a question's name under which its page number and its unfinished answer are kept among the answers."""
SKIPPED = "any"
"""The answer «no matter»."""
DONE = "="
"""The answer of «Done»: it carries no draft, because a draft may be longer than a button."""
MOST_OPTIONS, MOST_OPTIONS_IN_ROWS = 6, 5
"""Options on one page: six, or five where each takes a row (screens.md); the rest of the ten buttons is navigation."""


class Unreadable(Exception):
    """The answer cannot be read; `why` tells the person what would be right."""

    def __init__(self, why: Words) -> None:
        """Keep the words for the person."""
        super().__init__("an answer cannot be read")
        self.why = why


class Gone(Unreadable):
    """The answer was right once, and is no longer among the options."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("That option is no longer available."))


Say = Callable[[Words], str]
"""Makes plain words of a text in the person's language, so that a typed label can be recognised."""


@dataclass(frozen=True, slots=True)
class Form:
    """The tab in which a question is asked: makes its buttons, and knows its page and its unfinished answer.

    `.k3f9Qa2Bx.group.12` = session, question, value; `<` in the place of the question goes back.
    """

    token: str
    name: str
    answers: Mapping[str, str]

    def button(self, label: Words, value: str, meaning: Meaning = "", *, of: str = "") -> Button:
        """An answer to this question (or to `of`)."""
        return Button(label, f".{self.token}.{of or self.name}.{value}", meaning=meaning)

    @property
    def page(self) -> int:
        """Which page of options is open, from 0."""
        raw = self.answers.get(self.name + PAGE, "0")
        return int(raw) if raw.isdecimal() and len(raw) < 5 else 0

    @property
    def draft(self) -> str:
        """What was chosen so far of an answer that takes several presses."""
        return self.answers.get(self.name + DRAFT, "")


def drafted(draft: str, value: str) -> str:
    """An unfinished answer after one more press: `+key` puts an option in once, `-key` takes it out, anything else replaces it."""
    if value[:1] not in {"+", "-"}:
        return value
    keys = [key for key in draft.split(",") if key]
    if value[0] == "-":
        return ",".join(key for key in keys if key != value[1:])
    return ",".join(keys if value[1:] in keys else [*keys, value[1:]])


@dataclass(frozen=True, slots=True)
class Extra:
    """A further button of a question: an answer of its own (`value`) to this question, or to another one (`of`)."""

    label: Words
    value: str
    of: str = ""
    meaning: Meaning = ""


@dataclass(frozen=True, kw_only=True)
class Question(Generic[T]):
    """Something to ask. `name` is stored: it is an interface, one name for one question.

    Questions have no slots: a frozen generic class that has them cannot be given its type, `Choice[int](…)`, on Python 3.11.
    `personal` says why a personal fact is needed and who gets it; where a channel may not carry personal data the question is not
    asked there at all. `document` is shown with it: the words that a yes is said to.
    """

    name: str = field(kw_only=False)
    text: Words = field(kw_only=False)
    personal: Words | None = None
    extra: tuple[Extra, ...] = ()
    document: Attachment | Paper | None = None
    request: Literal["", "phone", "place"] = field(default="", init=False)

    def read(self, raw: str) -> T:
        """The answer in today's facts. Raises `Unreadable`."""
        raise NotImplementedError

    def only(self) -> str | None:
        """The raw answer where there is nothing to choose."""
        return None

    def typed(self, text: str, form: Form, say: Say) -> dict[str, str] | None:
        """What a typed text answers, by stored name; `None` where it reads as no answer at all. Raises `Unreadable`."""
        for more in self.extra:
            if same(text, say(more.label)):
                return {more.of or self.name: more.value}
        found = self.read_typed(text, form, say)
        return None if found is None else {self.name: found}

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """A typed text as a raw answer; `None` where it reads as none. Raises `Unreadable`."""
        raise NotImplementedError

    def shared(self, event: Event) -> str | None:
        """A shared contact, place or file as a raw answer; `None` where this question takes none. Raises `Unreadable`."""
        del event
        return None

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """The text, the rows, and the pager's buttons, which stand in the row of navigation (of `navigation` further buttons)."""
        del navigation
        return self.text, self.extras(form), ()

    def extras(self, form: Form) -> Rows:
        """The further buttons, in one row."""
        row = tuple(form.button(more.label, more.value, more.meaning, of=more.of) for more in self.extra)
        return (row,) if row else ()


def folded(text: str) -> str:
    """A label as people type it: no case, «ё» as «е», no signs around it."""
    found = re.search(r"[^\W_](?:.*[^\W_])?", text.casefold().replace("ё", "е"), re.DOTALL)
    return found[0] if found else ""


def same(typed: str, label: str) -> bool:
    """Whether a typed text means this label."""
    return bool(folded(label)) and folded(typed) == folded(label)


def shown_number(text: str) -> int | None:
    """A typed «3», «3.» or «№ 3» as a number."""
    found = re.fullmatch(r"№?\s*(\d{1,3})[.)]?", text.strip())
    return int(found[1]) if found else None


def paged(count: int, form: Form, navigation: int, width: int, extras: int, *, most: int) -> tuple[range, tuple[Button, ...]]:
    """Which of `count` options are on the open page, and the pager: as many as ten buttons in six rows leave room for."""
    rows = MOST_ROWS - 1 - (1 if extras else 0)
    room = min(most, MOST_BUTTONS - navigation - extras, rows * width)
    if count <= room:
        return range(count), ()
    room = min(room, MOST_BUTTONS - navigation - extras - 2)
    last = (count - 1) // room
    page = min(form.page, last)
    pager = []
    if page > 0:
        pager.append(form.button("‹", str(page - 1), of=form.name + PAGE))
    if page < last:
        pager.append(form.button("›", str(page + 1), of=form.name + PAGE))
    return range(page * room, min(count, (page + 1) * room)), tuple(pager)
