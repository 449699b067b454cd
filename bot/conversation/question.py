"""Questions: each says how it is asked, how an answer is read, and what a wrong one is told.

An answer is stored as a short text (`raw`) and read again on every turn against today's facts: an option that is gone is forgotten and
asked again. Answers that a button carries hold ids only; see `Form` for their shape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Generic, Literal, TypeVar

from bot.conversation.days import readable_days, read_day
from bot.conversation.event import Event, SharedContact, SharedFile, SharedPlace
from bot.conversation.screen import MOST_BUTTONS, MOST_ROWS, Button, Meaning, Rows, stack
from bot.model.text import Text, Words, _, n_

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
        return int(raw) if raw.isdecimal() and len(raw) < 5 else 0  # noqa: PLR2004

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[T]):
    """Something to ask. `name` is stored: it is an interface, one name for one question.

    `personal` says why a personal fact is needed and who gets it; where a channel may not carry personal data the question is not
    asked there at all.
    """

    name: str = field(kw_only=False)
    text: Words = field(kw_only=False)
    personal: Words | None = None
    extra: tuple[Extra, ...] = ()
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
    return re.sub(r"^[\W_]+|[\W_]+$", "", text.casefold().replace("ё", "е"))


def same(typed: str, label: str) -> bool:
    """Whether a typed text means this label."""
    return bool(folded(label)) and folded(typed) == folded(label)


def shown_number(text: str) -> int | None:
    """A typed «3», «3.» or «№ 3» as a number."""
    found = re.fullmatch(r"\s*№?\s*(\d{1,3})[.)]?\s*", text)
    return int(found[1]) if found else None


def paged(
    count: int, form: Form, navigation: int, width: int, extras: int, *, most: int
) -> tuple[range, tuple[Button, ...]]:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Among(Question[T]):
    """What `Choice`, `Many` and `Rank` share: options with keys and labels, some of them on each page."""

    among: Sequence[Any] = field(kw_only=False)
    key: Callable[[Any], int | str] = str
    label: Callable[[Any], Words] = str
    aliases: Callable[[Any], Sequence[str]] = lambda _item: ()
    width: int = 1

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
            if same(text, say(self.label(item))) or any(same(text, alias) for alias in self.aliases(item)):
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
        shown, pager = paged(len(self.among), form, navigation, self.width, extras, most=most if self.width > 1 else min(most, MOST_OPTIONS_IN_ROWS))
        return [self.among[at] for at in shown], pager


@dataclass(frozen=True, slots=True, kw_only=True)
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
        further = Among.extras(self, form)  # no super(): a class with slots is made anew, and super() would mean the old one
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
        return self.text, (*stack(buttons, self.width), *self.extras(form)), pager


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return self.text, (*stack(buttons, self.width), (done, *(extras[0] if extras else ()))), pager


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Question[bool]):
    """A yes to the facts in `holds`; where they have changed since, it is asked again. Free places and queue numbers are never among them."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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
        days = [day for day in readable_days(text, self.today)]
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
        buttons = [
            form.button(steps[at].label, steps[at].value, of=form.name if steps[at].whole else form.name + DRAFT) for at in shown
        ]
        return self.text, (*stack(buttons, width), *self.extras(form)), pager


def _real(raw: str) -> bool:
    try:
        date(int(raw[:4]), int(raw[4:6]), int(raw[6:]))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Question[str]):
    """A telephone number: shared where the messenger vouches that it is the sender's own, or typed. Read as `+7…` of eleven digits."""

    request: Literal["", "phone", "place"] = field(default="phone", init=False)

    def read(self, raw: str) -> str:
        """The number."""
        digits = re.sub(r"\D", "", raw)
        if len(digits) == 10 and digits[0] == "9":  # noqa: PLR2004
            digits = "7" + digits
        if len(digits) != 11 or digits[0] not in "78":  # noqa: PLR2004
            raise Unreadable(_("Please write the number with its code, for example +7 900 000-00-00."))
        return "+7" + digits[1:]

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """A text with digits is an attempt at a number."""
        del form, say
        return self.read(text) if re.search(r"\d{3}", text) else None

    def shared(self, event: Event) -> str | None:
        """The sender's own contact; somebody else's is refused."""
        if not isinstance(event, SharedContact):
            return None
        if not event.own:
            raise Unreadable(_("That is somebody else's contact. Please share your own, or write the number."))
        return self.read(event.phone)


@dataclass(frozen=True, slots=True)
class Point:
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Where(Question[Point]):
    """A point on the map: shared, or found from what was typed (`find`)."""

    find: Callable[[str], Point | None] = lambda _text: None
    request: Literal["", "phone", "place"] = field(default="place", init=False)

    def read(self, raw: str) -> Point:
        """The point."""
        found = re.fullmatch(r"(-?\d{1,3}\.\d{1,6}),(-?\d{1,3}\.\d{1,6})", raw)
        if not found or not (abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180):  # noqa: PLR2004
            raise Unreadable(_("Please share a place on the map."))
        return Point(float(found[1]), float(found[2]))

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """A place that `find` knows."""
        del form, say
        point = self.find(text)
        return None if point is None else f"{point.latitude:.5f},{point.longitude:.5f}"

    def shared(self, event: Event) -> str | None:
        """A shared point."""
        return f"{event.latitude:.5f},{event.longitude:.5f}" if isinstance(event, SharedPlace) else None


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that a person sent: where the messenger keeps it. A job fetches the bytes."""

    channel: str
    reference: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Question[Reference]):
    """A file of some types, not larger than `largest` bytes (Telegram lets bots download 20 MB)."""

    endings: tuple[str, ...] = ()
    largest: int = 20_000_000

    def read(self, raw: str) -> Reference:
        """The reference."""
        found = json.loads(raw) if raw.startswith("[") else None
        if found is None:
            raise Unreadable(self._wanted())
        return Reference(*found)

    def _wanted(self) -> Text:
        return _("Please send a file: {endings}.").format(endings=", ".join(self.endings)) if self.endings else _("Please send a file.")

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """No text is a file."""
        del text, form, say
        return None

    def shared(self, event: Event) -> str | None:
        """A file of a fitting type and size."""
        if not isinstance(event, SharedFile):
            return None
        if event.size > self.largest:
            raise Unreadable(_("That file is too large: {most:number} MB at most.").format(most=self.largest // 1_000_000))
        if self.endings and not event.name.lower().endswith(self.endings):
            raise Unreadable(self._wanted())
        return json.dumps([event.channel, event.reference, event.name, event.type, event.size], ensure_ascii=False)
