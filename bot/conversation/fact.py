"""Questions for one fact: a text, a number, a yes, a mark, a day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import TypeVar

from bot.conversation.days import read_day, readable_days
from bot.conversation.question import DRAFT, MOST_OPTIONS, Form, Question, Say, Unreadable, paged, same, shown_number
from bot.conversation.screen import Button, Meaning, Rows, stack
from bot.model.text import Words, _, n_

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Typed(Question[T]):
    """A text that the person types; `parse` reads it or raises `Unreadable`."""

    parse: Callable[[str], T] = str  # type: ignore[assignment]
    longest: int = 500

    def read(self, raw: str) -> T:
        """The parsed text."""
        if len(raw) > self.longest:
            raise Unreadable(n_("That is too long: {n} characters at most.", "That is too long: {n} characters at most.", self.longest))
        return self.parse(raw)

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """Any text is an answer, right or wrong."""
        del form, say
        clean = text.strip()
        self.read(clean)
        return clean


@dataclass(frozen=True, kw_only=True)
class Number(Question[int]):
    """A whole number from `least` to `most`; a few likely ones may stand as buttons (`likely`)."""

    least: int = 0
    most: int = 1_000_000
    likely: Sequence[int] = ()
    label: Callable[[int], Words] = str

    def read(self, raw: str) -> int:
        """The number."""
        found = int(raw) if re.fullmatch(r"-?\d{1,9}", raw) else None
        if found is None or not self.least <= found <= self.most:
            raise Unreadable(_("Please write a number from {least:number} to {most:number}.").format(least=self.least, most=self.most))
        return found

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """The one number in the text («мне 9»); a text without any reads as no answer."""
        for value in self.likely:
            if same(text, say(self.label(value))):
                return str(value)
        del form
        numbers = re.findall(r"-?\d+", text.replace("\u00a0", ""))
        if not numbers:
            return None
        if len(numbers) > 1:
            raise Unreadable(_("Please write one number from {least:number} to {most:number}.").format(least=self.least, most=self.most))
        self.read(numbers[0])
        return str(numbers[0])

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """Likely numbers as buttons."""
        width = 3
        shown, pager = paged(len(self.likely), form, navigation, width, len(self.extra), most=MOST_OPTIONS)
        buttons = [form.button(self.label(self.likely[at]), str(self.likely[at])) for at in shown]
        return self.text, (*stack(buttons, width), *self.extras(form)), pager


def digest(facts: object) -> str:
    """Four bytes that stand for some facts in a button and in a stored yes."""
    return blake2b(repr(facts).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Confirm(Question[bool]):
    """A yes to the facts in `holds`, asked again where they have changed since. Free places and queue numbers are never among them."""

    holds: tuple[object, ...] = ()
    yes: Words = field(default_factory=lambda: _("Yes"))
    meaning: Meaning = "primary"

    def read(self, raw: str) -> bool:
        """True, or asked again with a note."""
        if raw != digest(self.holds):
            raise Unreadable(_("Something has changed. Please check again."))
        return True

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """The label of the button, or a plain yes."""
        del form
        return digest(self.holds) if same(text, say(self.yes)) or same(text, say(_("Yes"))) else None

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """One button: yes."""
        del navigation
        return self.text, ((form.button(self.yes, digest(self.holds), self.meaning),), *self.extras(form)), ()


@dataclass(frozen=True, kw_only=True)
class Scale(Question[int]):
    """A mark from 0 to 10: [0–4] opens [0] … [4]; 5 to 10 stand by themselves; a typed number works too."""

    least: str = field(default="low", init=False)

    def read(self, raw: str) -> int:
        """The mark."""
        if not re.fullmatch(r"10|\d", raw):
            raise Unreadable(_("Please write a number from {least:number} to {most:number}.").format(least=0, most=10))
        return int(raw)

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """A number alone."""
        del form, say
        number = shown_number(text)
        if number is None:
            return None
        self.read(str(number))
        return str(number)

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """Seven buttons, or the five low marks."""
        del navigation
        if form.draft == self.least:
            row = tuple(form.button(str(mark), str(mark)) for mark in range(5))
            return self.text, (row, (form.button("5–10", "", of=form.name + DRAFT),), *self.extras(form)), ()
        low = form.button("0–4", self.least, of=form.name + DRAFT)
        marks = [form.button(str(mark), str(mark)) for mark in range(5, 11)]
        return self.text, ((low, *marks[:2]), tuple(marks[2:]), *self.extras(form)), ()


@dataclass(frozen=True, kw_only=True)
class Day(Question[date]):
    """A day from `first` to `last`: typed («5 мая», 05.05.2017, «завтра»), or pressed: the next seven days, else year → month → day."""

    today: date
    first: date
    last: date

    def read(self, raw: str) -> date:
        """The day."""
        found = date(int(raw[:4]), int(raw[4:6]), int(raw[6:])) if re.fullmatch(r"\d{8}", raw) and _real(raw) else None
        if found is None or not self.first <= found <= self.last:
            raise Unreadable(_("Please give a day from {first:fullday} to {last:fullday}.").format(first=self.first, last=self.last))
        return found

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """A written day; a text that is none reads as no answer."""
        del form, say
        days = readable_days(text, self.today)
        if not days:
            return None
        fitting = [day for day in days if self.first <= day <= self.last]
        return (fitting or days)[0].strftime("%Y%m%d") if fitting else self._refused(days[0])

    def _refused(self, day: date) -> str:
        self.read(day.strftime("%Y%m%d"))
        return day.strftime("%Y%m%d")

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """Seven days where the question is about the near future, else years, months and days by pages."""
        steps = read_day(form.draft, self.today, self.first, self.last)
        width = 2 if steps and not form.draft and steps[0].whole else 3  # «четверг, 27 августа» takes half a row
        shown, pager = paged(len(steps), form, navigation, width, len(self.extra), most=7 if not form.draft else MOST_OPTIONS)
        buttons = [form.button(steps[at].label, steps[at].value, of=form.name if steps[at].whole else form.name + DRAFT) for at in shown]
        return self.text, (*stack(buttons, width), *self.extras(form)), pager


def _real(raw: str) -> bool:
    try:
        date(int(raw[:4]), int(raw[4:6]), int(raw[6:]))
    except ValueError:
        return False
    return True
