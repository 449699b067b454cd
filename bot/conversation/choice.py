"""Questions with options: one of them, several, or some in an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.conversation.question import (
    DONE,
    DRAFT,
    MOST_OPTIONS,
    MOST_OPTIONS_IN_ROWS,
    SKIPPED,
    Form,
    Gone,
    Question,
    Say,
    Unreadable,
    paged,
    same,
    shown_number,
)
from bot.conversation.screen import MOST_ROWS, Button, Rows, stack
from bot.model.text import Words, _, n_

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Among(Question[T]):
    """What `Choice`, `Many` and `Rank` share: options with keys and labels, some of them on each page, `width` in a row.

    An option is `wide` whose label half a row of a telephone would cut: it takes a row of its own while there are rows enough.
    """

    among: Sequence[Any] = field(kw_only=False)
    key: Callable[[Any], int | str] = str
    label: Callable[[Any], Words] = str
    aliases: Callable[[Any], Sequence[Words]] = lambda _item: ()
    width: int = 1
    wide: Callable[[Any], bool] = lambda _item: False

    def option(self, raw: str) -> Any:
        """The option with this key. Raises `Gone`."""
        for item in self.among:
            if str(self.key(item)) == raw:
                return item
        raise Gone

    def named(self, text: str, form: Form, say: Say) -> Any:
        """The option whose label or number was typed, or `None`; a label wins over a number."""
        del form
        for item in self.among:
            if same(text, say(self.label(item))) or any(same(text, say(alias)) for alias in self.aliases(item)):
                return item
        number = shown_number(text)
        return self.among[number - 1] if number is not None and 1 <= number <= len(self.among) else None

    def listed(self, text: str, form: Form, say: Say, done: Words) -> str | None:
        """Typed numbers or one label as the keys of a list: «1, 3»; the label of «Done» takes what was pressed so far."""
        if same(text, say(done)):
            return form.draft
        numbers = [shown_number(part) for part in re.split(r"[,;\s]+", text.strip()) if part]
        if numbers and all(number is not None and 1 <= number <= len(self.among) for number in numbers):
            return ",".join(str(self.key(self.among[number - 1])) for number in dict.fromkeys(numbers) if number)
        item = self.named(text, form, say)
        return None if item is None else str(self.key(item))

    def on_page(self, form: Form, navigation: int, extras: int, most: int) -> tuple[list[Any], tuple[Button, ...]]:
        """The options of the open page and the pager."""
        shown, pager = paged(
            len(self.among), form, navigation, self.width, extras, most=most if self.width > 1 else min(most, MOST_OPTIONS_IN_ROWS)
        )
        return [self.among[at] for at in shown], pager

    def in_rows(self, items: Sequence[Any], buttons: list[Button], below: int) -> Rows:
        """The buttons of a page's options in rows; `below` is how many rows stand under them."""
        made, alone = list[list[Button]](), True
        for item, button in zip(items, buttons, strict=True):
            if alone or self.wide(item) or len(made[-1]) == self.width:
                made.append([])
            made[-1].append(button)
            alone = self.wide(item)
        return tuple(map(tuple, made)) if len(made) + below <= MOST_ROWS else stack(buttons, self.width)


@dataclass(frozen=True, kw_only=True)
class Choice(Among[T]):
    """One of several. The options come from today's facts; one option alone answers itself unless there are further buttons.

    `skip` is the label of a button that says «no matter»; it is read as `None`.
    """

    skip: Words | None = None

    def read(self, raw: str) -> T:
        """The chosen option."""
        return None if raw == SKIPPED and self.skip is not None else self.option(raw)  # type: ignore[return-value]

    def only(self) -> str | None:
        """The single option's key."""
        return str(self.key(self.among[0])) if len(self.among) == 1 and not self.extra and self.skip is None else None

    def extras(self, form: Form) -> Rows:
        """«No matter» first, then the further buttons, in one row."""
        further = super().extras(form)
        skip = () if self.skip is None else (form.button(self.skip, SKIPPED),)
        return ((*skip, *(further[0] if further else ())),) if skip or further else ()

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """The key of the option whose label or number was typed."""
        if self.skip is not None and same(text, say(self.skip)):
            return SKIPPED
        item = self.named(text, form, say)
        return None if item is None else str(self.key(item))

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """One button an option."""
        items, pager = self.on_page(form, navigation, len(self.extra) + (self.skip is not None), MOST_OPTIONS)
        buttons = [form.button(self.label(item), str(self.key(item))) for item in items]
        extras = self.extras(form)
        return self.text, (*self.in_rows(items, buttons, 1 + len(extras)), *extras), pager


@dataclass(frozen=True, kw_only=True)
class Many(Among[list[T]], Generic[T]):
    """Several of several: each press says how the option should be (`+12`, `-12`), so that a double tap changes nothing.

    Answered by «Done». `least` and `most` are checked when it is read.
    """

    least: int = 1
    most: int | None = None
    done: Words = field(default_factory=lambda: _("Done"))

    def chosen(self, raw: str) -> list[Any]:
        """The options of a draft or an answer that are still there."""
        wanted = set(filter(None, raw.split(",")))
        return [item for item in self.among if str(self.key(item)) in wanted]

    def read(self, raw: str) -> list[T]:
        """The chosen options in the order of the question."""
        found = self.chosen(raw)
        if self.most is not None and len(found) > self.most:
            raise Unreadable(n_("Choose at most {n}.", "Choose at most {n}.", self.most))
        if len(found) < self.least:
            raise Unreadable(n_("Choose at least {n}.", "Choose at least {n}.", self.least))
        return found

    def only(self) -> None:
        """A choice of several is never made for the person."""

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """Typed numbers or one label: «1, 3»."""
        return self.listed(text, form, say, self.done)

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """Toggles, then «Done»."""
        chosen = {str(self.key(item)) for item in self.chosen(form.draft)}
        items, pager = self.on_page(form, navigation, 1 + len(self.extra), MOST_OPTIONS_IN_ROWS)
        buttons = []
        for item in items:
            key = str(self.key(item))
            mark = _("✓ {label}").format(label=self.label(item)) if key in chosen else self.label(item)
            buttons.append(form.button(mark, ("-" if key in chosen else "+") + key, of=form.name + DRAFT))
        done = form.button(self.done, DONE, "primary")
        extras = self.extras(form)
        return self.text, (*self.in_rows(items, buttons, 2), (done, *(extras[0] if extras else ()))), pager


@dataclass(frozen=True, kw_only=True)
class Rank(Among[list[T]], Generic[T]):
    """Some options in the person's order: each press puts one at the end; «Done» once `least` are chosen."""

    least: int = 1
    most: int | None = None

    def order(self, raw: str) -> list[Any]:
        """The options of a draft or answer in its order; those that are gone are left out."""
        by_key = {str(self.key(item)): item for item in self.among}
        return [by_key[key] for key in dict.fromkeys(raw.split(",")) if key in by_key]

    def read(self, raw: str) -> list[T]:
        """The options, best first."""
        found = self.order(raw)
        if len(found) < self.least:
            raise Unreadable(n_("Choose at least {n}.", "Choose at least {n}.", self.least))
        return found[: self.most]

    def only(self) -> None:
        """An order is never chosen for the person."""

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """Typed numbers in the person's order: «3 1 2»; or «Done»."""
        return self.listed(text, form, say, _("Done"))

    def lay_out(self, form: Form, navigation: int) -> tuple[Words, Rows, tuple[Button, ...]]:
        """Numbered what is chosen, plain what is not."""
        place = {str(self.key(item)): at + 1 for at, item in enumerate(self.order(form.draft))}
        items, pager = self.on_page(form, navigation, 1 + len(self.extra), MOST_OPTIONS_IN_ROWS)
        buttons = []
        for item in items:
            key = str(self.key(item))
            label = _("{place}. {label}").format(place=place[key], label=self.label(item)) if key in place else self.label(item)
            buttons.append(form.button(label, ("-" if key in place else "+") + key, of=form.name + DRAFT))
        done = (form.button(_("Done"), DONE, "primary"),) if len(place) >= self.least else ()
        extras = self.extras(form)
        return self.text, (*stack(buttons, self.width), (*done, *(extras[0] if extras else ()))), pager
