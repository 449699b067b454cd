"""Finding a club: place → age → what they like → when and how; or in one's own words. Every step may be skipped and changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.conversation.choice import Choice, Many
from bot.conversation.dialog import dialog
from bot.conversation.question import SKIPPED, Extra, Form, Question, Say, Unreadable
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.home import nothing_here
from bot.dialogs.words import DIRECTIONS, WEEKDAYS, WISHES, ages, item, joined
from bot.model.text import Text, Words, _, dotted, lines, listed, n_
from bot.model.wanted import WEEKEND, WORKDAYS, Ages, Direction, Wanted, Wish
from bot.services import catalogue, finding, understanding
from bot.services.catalogue import SettlementRow
from bot.services.understanding import OLDEST

PAGE = 5
"""Programmes on one page of results: numbered in the text, opened by [1] … [5]."""
OFFERED = (
    Wish.FREE,
    Wish.NOT_PAID,
    Wish.AFTERNOON,
    Wish.EVENING,
    Wish.WEEKEND,
    Wish.PLACES,
    Wish.MORNING,
    Wish.REMOTE,
    Wish.VISITING,
)
"""Wishes that the last step offers, the most frequent first: `Many` shows five on a page."""
WAYS = (Wish.FREE, Wish.NOT_PAID)


def _span(raw: str) -> Ages | None:
    """The span of a stored answer, `9to10`; `None` where it is none, or no child's."""
    found = re.fullmatch(r"(\d{1,2})to(\d{1,2})", raw)
    return Ages(int(found[1]), int(found[2])) if found and 0 < int(found[1]) <= int(found[2]) <= OLDEST else None


@dataclass(frozen=True, kw_only=True)
class Age(Choice[Ages]):
    """The child's age: a span from a button (`9to10`), or typed exactly («9», «9 лет»)."""

    def read(self, raw: str) -> Ages:
        """A span of years; any sensible one is read, whether a button offers it or not."""
        if raw == SKIPPED:
            return None  # type: ignore[return-value]
        span = _span(raw)
        if span is None:
            raise Unreadable(_("Please write the age in years, from {least:number} to {most:number}.").format(least=1, most=OLDEST))
        return span

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """An age alone; words beside it are a search."""
        span = understanding.ages_alone(text)
        if span is not None:
            raw = f"{span.low}to{span.high}"
            self.read(raw)
            return raw
        return super().read_typed(text, form, say)


@dataclass(slots=True)
class Search:
    """The state of a search in its tab: what is wanted, and the settlements by id for its words."""

    wanted: Wanted
    towns: dict[int, SettlementRow]
    place: int | None
    near: bool
    words: str

    @property
    def parts(self) -> list[Words]:
        """What is wanted, thing by thing: Берёзовка, 9 лет, бесплатно."""
        wanted = self.wanted
        place = self.towns[self.place].name if self.place is not None else None
        weekdays = [WEEKDAYS[at] for at in range(7) if wanted.weekdays >> at & 1]
        parts = (
            _("“{words}”").format(words=self.words) if self.words else None,
            _("{place} and around").format(place=place) if place and self.near else place,
            ages(wanted.ages) if wanted.ages else None,
            DIRECTIONS[wanted.direction] if wanted.direction else None,
            joined(weekdays) if weekdays else None,
            *(WISHES[wish] for wish in Wish if wish in wanted.wishes),
        )
        return [part for part in parts if part]

    @property
    def line(self) -> Words | None:
        """The whole search in one line: «Берёзовка · 9 лет · бесплатно»."""
        return _("{search:capital}").format(search=dotted(*self.parts)) if self.parts else None


async def _search(turn: Turn) -> Search:
    """Read the search out of the tab."""
    towns = {town.id: town for town in await catalogue.settlements(turn.tx)}
    raw = {name: turn.raw(name) or "" for name in ("age", "direction", "wishes", "stems", "near")}
    place = number if (number := turn.number("place")) in towns else None
    near = bool(raw["near"]) and place is not None
    around = [*(await finding.neighbours(turn.tx, place))] if near and place is not None else []
    wanted = Wanted(
        kinds=tuple(turn.here.kinds()),
        settlements=(place, *around) if place is not None else (),
        ages=_span(raw["age"]),
        direction=Direction(raw["direction"]) if raw["direction"] in set(Direction) else None,
        wishes=frozenset(Wish(name) for name in raw["wishes"].split(",") if name in set(Wish)),
        weekdays=turn.number("weekdays") & (WORKDAYS | WEEKEND) if raw["wishes"] != SKIPPED else 0,
        words=tuple(raw["stems"].split()),
    )
    return Search(wanted, towns, place, near, raw["stems"])


async def _understand(turn: Turn) -> None:
    """Take a typed sentence apart, once: each thing understood becomes an answer that can be changed by itself.

    The sentence itself is not kept: people write more about a child than a search needs.
    """
    words = turn.raw("words")
    if not words:
        return
    understood = understanding.read(words, await catalogue.settlements(turn.tx))
    turn.put("words", "")
    turn.put("begun", "1")
    turn.put("show", "1")
    turn.put("place", str(understood.settlement or ""))
    if understood.ages is not None:
        turn.put("age", f"{understood.ages.low}to{understood.ages.high}")
    turn.put("wishes", ",".join(understood.wishes))
    turn.put("weekdays", str(understood.weekdays or ""))
    turn.put("stems", " ".join(understood.rest))


def _remain(number: int) -> Words:
    return n_("{n} club fits so far.", "{n} clubs fit so far.", number)


def _show(number: int) -> Extra:
    return Extra(n_("Show {n}", "Show {n}", number), "1", of="show", meaning="primary")


async def _age(turn: Turn, search: Search, *, show: bool) -> Question[Any] | None:
    wanted = search.wanted.but(ages=None)
    number, steps = await finding.count(turn.tx, wanted), await finding.by_ages(turn.tx, wanted)
    if len(steps) <= 1 and show:
        return None
    text = lines(_("**How old is the child?**"), search.line, _("You may write it as a number."), _remain(number))
    extra = (_show(number),) if show else ()
    return Age("age", text, [*steps], key=lambda span: f"{span.low}to{span.high}", label=ages, width=3, skip=_("Any age"), extra=extra)


async def _direction(turn: Turn, search: Search, *, show: bool) -> Question[Any] | None:
    wanted = search.wanted.but(direction=None)
    number, found = await finding.count(turn.tx, wanted), await finding.by_direction(turn.tx, wanted)
    order = [each for each in Direction if each in found]
    if len(order) <= 1 and show:
        return None
    return Choice(
        "direction",
        lines(_("**What do they like?**"), search.line, _remain(number)),
        order,
        key=str,
        label=lambda each: _("{label:capital}").format(label=dotted(DIRECTIONS[each], str(found[each]))),
        aliases=lambda each: [DIRECTIONS[each]],
        wide=lambda each: each in {Direction.TOURISM, Direction.SOCIAL},
        width=2,
        skip=_("Anything"),
        extra=(_show(number),) if show else (),
    )


async def _wishes(turn: Turn, search: Search, *, show: bool) -> Question[Any] | None:
    wanted = search.wanted.but(wishes=frozenset())
    number, found = await finding.count(turn.tx, wanted), await finding.by_wish(turn.tx, wanted, OFFERED)
    if not found and show:
        return None
    return Many(
        "wishes",
        lines(_("**When and how?**"), search.line, _("Several may be chosen. Nothing chosen means: any time, any price."), _remain(number)),
        [*found],
        key=str,
        label=lambda wish: _("{label:capital}").format(label=dotted(WISHES[wish], str(found[wish]))),
        aliases=lambda wish: [WISHES[wish]],
        wide=lambda wish: wish is Wish.NOT_PAID,
        width=2,
        least=0,
        done=_("Show"),
    )


async def _place(turn: Turn, search: Search, *, show: bool) -> Question[Any] | None:
    wanted = search.wanted.but(settlements=())
    number, found = await finding.count(turn.tx, wanted), await finding.by_settlement(turn.tx, wanted)
    order = [town for town in search.towns.values() if town.id in found]
    if len(order) <= 1 and show:
        return None
    text = lines(_("**Where would it be convenient?**"), _("You may write the name of the place."), _remain(number))
    return Choice(
        "place",
        text,
        order,
        key=lambda town: town.id,
        label=lambda town: dotted(town.name, str(found[town.id])),
        aliases=lambda town: [town.name, town.where or "", *town.other_names],
        width=2,
        skip=_("Anywhere"),
        extra=(_show(number),) if show else (),
    )


STEPS = {"place": _place, "age": _age, "direction": _direction, "wishes": _wishes}
"""The steps in their order: each makes its question, with the number that each answer leaves, or `None` where it could leave no choice."""
NAMES = {"place": _("Place"), "age": _("Age"), "direction": _("Interests"), "wishes": _("When and how")}


@dialog("find")
async def find(turn: Turn) -> Screen:
    """The guided search, and its results."""
    if not await catalogue.size(turn.tx, turn.here.kinds()):
        text = lines(_("**There is nothing to choose from yet**"), await nothing_here(turn))
        return Screen(text, ((link(_("Home"), "home"),),))
    await _understand(turn)
    if turn.raw("begun") is None:
        turn.put("begun", "1")
        if turn.person.settlement is not None and turn.raw("place") is None:
            turn.put("place", str(turn.person.settlement))
    if turn.raw("changing"):
        await _change(turn)
    for step in STEPS.values():
        if turn.raw("show") or (question := await step(turn, await _search(turn), show=True)) is None:
            continue
        await turn.ask(question)
    search = await _search(turn)
    total = await finding.count(turn.tx, search.wanted)
    return await (_results(turn, search, total) if total else _nothing(turn, search))


async def _change(turn: Turn) -> None:
    """Change one answer, and go back to the results."""
    search = await _search(turn)
    results = Extra(_("Show results"), "", of="changing", meaning="primary")
    which: Choice[str] = Choice(
        "field",
        lines(_("**What shall we change?**"), search.line),
        [*STEPS],
        label=lambda name: NAMES[name],
        width=2,
        extra=(results,),
    )
    field = await turn.ask(which)
    question = await STEPS[field](turn, search, show=False)
    if question is not None:
        with turn.part("new"):
            await turn.ask(question)
            raw = turn.raw(field) or ""
            turn.put(field, "")
        turn.put(field, raw)
    turn.put("near", "")
    turn.put("changing", "")
    turn.put("field", "")
    turn.put("at", "")


async def _results(turn: Turn, search: Search, total: int) -> Screen:
    """One page of the programmes that fit."""
    last = (total - 1) // PAGE
    at = min(turn.number("at"), last)
    rows = await finding.page(turn.tx, search.wanted, search.place or turn.person.settlement, at * PAGE, PAGE)
    first = at * PAGE + 1
    day, remote = turn.now.date(), Wish.REMOTE in search.wanted.wishes
    items = [
        item(at, found, await catalogue.groups_of(turn.tx, found.programme), day, here=search.place, remote=remote)
        for at, found in enumerate(rows, first)
    ]
    title = (
        n_("**{n} club found, {first}–{last}**", "**{n} clubs found, {first}–{last}**", total).format(
            first=first, last=first + len(rows) - 1
        )
        if total > PAGE
        else n_("**{n} club found**", "**{n} clubs found**", total)
    )
    numbers = tuple(link(str(first + place), "programme", found.programme, tab=turn.tab) for place, found in enumerate(rows))
    pager = []
    if at > 0:
        pager.append(turn.answer("‹", "at", str(at - 1)))
    if at < last:
        pager.append(turn.answer("›", "at", str(at + 1)))
    change = [turn.answer(_("Change the search"), "changing", "1")]
    if search.place is not None and not search.near:
        change.insert(0, turn.answer(_("Nearby too"), "near", "1"))
    return Screen(lines(title, search.line, *items), (numbers, tuple(pager), tuple(change), _ways_out(turn)))


def _ways_out(turn: Turn) -> tuple[Button, ...]:
    """Back to an unfinished form, if the search was typed in the middle of one; and home."""
    form = (Button(_("‹ Back to the form"), turn.session.came_from),) if turn.session.came_from else ()
    return (*form, link(_("Home"), "home"))


async def _nothing(turn: Turn, search: Search) -> Screen:
    """Nothing fits: which single wish excludes everything, and what there is without it."""
    said, rows, nearby = list[Words](), list[tuple[Button, ...]](), 0
    if search.place is not None and not search.near:
        around = (search.place, *(await finding.neighbours(turn.tx, search.place)))
        if nearby := await finding.count(turn.tx, search.wanted.but(settlements=around)):
            said.append(_("Nearby, within {way:km} by road: {n:number}.").format(way=finding.NEAR, n=nearby))
            rows.append((turn.answer(_("Nearby too"), "near", "1", "primary"),))
    for name, number in (await finding.what_excludes(turn.tx, search.wanted)).items():
        if name == "place" and number == nearby:
            continue  # all of them are nearby
        words, way_out = _without(turn, search, name)
        said.append(words.format(n=number))
        if way_out is not None:
            rows.append((way_out,))
    if not said:
        said.append(_("Please try fewer wishes or other words."))
    rows = [*rows[:3], (turn.answer(_("Change the search"), "changing", "1"), *_ways_out(turn)[:1])]
    if turn.session.came_from:
        rows.append((link(_("Home"), "home"),))
    title = _("**{search:capital}: nothing found**").format(search=listed(search.parts))
    return Screen(lines(title, *said), tuple(rows))


def _without(turn: Turn, search: Search, name: str) -> tuple[Text, Button | None]:
    """What is said of a condition that excludes everything (`n`: how many there are without it), and the button that drops it."""
    wanted = search.wanted
    if name == "wishes" and wanted.wishes.intersection(WAYS) and not wanted.weekdays:
        others = wanted.wishes.difference(WAYS)
        words = _("At any price and time: {n:number}.") if others else _("Paid or by certificate: {n:number}.")
        return words, turn.answer(_("Paid ones too"), name, ",".join(others) or SKIPPED)
    if name == "words" and len(search.parts) == 1:
        return _("Perhaps it is called otherwise: try another word. There are {n:number} clubs in all."), turn.answer(
            _("Show all"), "stems", ""
        )
    return {
        "place": (_("In other places: {n:number}."), turn.answer(_("Search everywhere"), name, SKIPPED)),
        "age": (_("For other ages: {n:number}."), None),
        "direction": (_("Of other interests: {n:number}."), None),
        "wishes": (_("Without these wishes: {n:number}."), turn.answer(_("Drop the wishes"), name, SKIPPED)),
        "words": (_("Without “{words}”: {n:number}.").format(words=search.words), turn.answer(_("Without these words"), "stems", "")),
    }[name]
