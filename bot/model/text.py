"""Texts that are translated and formatted only when they are shown.

`_("Starts on {day:day}").format(day=start)` builds a frozen `Text`; the language is chosen by the person who reads it. Two marks only,
`**bold**` and `[label](address)`, and only in our own sentences: values are put in after the marks were read, so that a name cannot
inject any. A plain `str` among words is data (a name, an address) and is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of ours in English, and the values that go into it.

    `plural` and `number` choose a form by number; `context` tells equal English sentences apart (`pupil` speaks to children).
    """

    message: str
    plural: str = ""
    number: int = 0
    context: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def format(self, **values: Any) -> Text:
        """Put values in: `{name}` as it is, `{place:capital}` with a large letter, `{day:day}`, `{sum:money}` by the reader's language."""
        return Text(self.message, self.plural, self.number, self.context, {**self.values, **values})


@dataclass(frozen=True, slots=True)
class Joined:
    """Several words one after another, with the same plain separator between them."""

    parts: tuple[Words, ...]
    separator: str


@dataclass(frozen=True, slots=True)
class Personal:
    """A value that only some channels may show; elsewhere people read `instead` (domain: personal data of children)."""

    value: Words
    instead: Words


Words = Text | Joined | Personal | str


def _(message: str) -> Text:
    """A sentence to translate."""
    return Text(message)


def n_(one: str, many: str, number: int) -> Text:
    """A sentence whose form depends on a number; the number is also the value `{n}`."""
    return Text(one, many, number, values={"n": number})


def p_(context: str, message: str) -> Text:
    """A sentence in a context: `p_("pupil", …)` speaks to a child."""
    return Text(message, context=context)


def lines(*parts: Words | None) -> Words:
    """Words one a line; what is `None` or `""` is left out (an empty line is `blank`)."""
    return Joined(tuple(part for part in parts if part not in (None, "")), "\n")


blank: Words = Joined((), "")
"""An empty line inside `lines`."""


def dotted(*parts: Words | None) -> Words:
    """Facts on one line with a middle dot between them."""
    return Joined(tuple(part for part in parts if part not in (None, "")), " · ")


def listed(parts: Iterable[Words | None], separator: str = ", ") -> Words:
    """Several words in a row, with commas; what is `None` or `""` is left out."""
    return Joined(tuple(part for part in parts if part not in (None, "")), separator)
