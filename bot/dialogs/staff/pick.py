"""A long list of the staff's: five numbered rows in the text, [1]–[5], ‹ ›, narrowed by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.conversation.choice import Choice
from bot.conversation.question import PAGE, Extra, Form, Say, folded, shown_number
from bot.conversation.screen import Button, Rows
from bot.conversation.turn import Turn
from bot.model.text import Words, _, lines

T = TypeVar("T")

NARROW = "only"
"""Under this name, after the question's, the words by which a list is narrowed are kept in its tab."""
ON_A_PAGE, LONGEST = 5, 60
"""Rows on a page, and characters of the words that narrow."""


def narrowed(turn: Turn, name: str, items: Sequence[T], words: Callable[[T], str]) -> tuple[list[T], str]:
    """Those items whose words have what was typed, and that; all of them where nothing was typed."""
    typed = turn.raw(name + NARROW) or ""
    wanted = folded(typed).split()
    return [item for item in items if all(word in folded(words(item)) for word in wanted)], typed


@dataclass(frozen=True, kw_only=True)
class Pick(Choice[T]):
    """One of many, each a numbered row of the text: `row` says it. `total` is how many there are without narrowing by `typed`."""

    row: Callable[[Any], Words]
    typed_words: str = ""
    below: Words | None = None

    def only(self) -> None:
        """A list is shown also where it has one row."""

    def typed(self, text: str, form: Form, say: Say) -> dict[str, str] | None:
        """A number chooses; other words narrow the list."""
        if self.typed_words and any(text.casefold() == say(each.label).casefold() for each in self.extra):
            return {self.name + NARROW: ""}
        if (number := shown_number(text)) is not None and 1 <= number <= len(self.among):
            return {self.name: str(self.key(self.among[number - 1]))}
        del form
        return {self.name + NARROW: text.strip()[:LONGEST], self.name + PAGE: "0"} if folded(text) else None

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """Rows of the open page, a button with the number of each, and the pager."""
        del navigation
        last = max(0, (len(self.among) - 1) // ON_A_PAGE)
        page = min(form.page, last)
        shown = list(enumerate(self.among))[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
        said = [_("{at}. {row}").format(at=at + 1, row=self.row(item)) for at, item in shown]
        nothing = _("Nothing has these words: “{words}”").format(words=self.typed_words) if self.typed_words and not said else None
        where = _("{first}–{last} of {total}").format(first=shown[0][0] + 1, last=shown[-1][0] + 1, total=len(self.among)) if last else None
        numbers = tuple(form.button(str(at + 1), str(self.key(item))) for at, item in shown)
        pager = [form.button("‹", str(page - 1), of=self.name + PAGE)] if page else []
        pager += [form.button("›", str(page + 1), of=self.name + PAGE)] if page < last else []
        return lines(self.text, *said, nothing, where, self.below), (numbers, *self.extras(form)), tuple(pager)


def everything(name: str, typed: str, label: Words) -> tuple[Extra, ...]:
    """The button that ends narrowing, where there is any."""
    return (Extra(label, "", of=name + NARROW),) if typed else ()
