"""A pasted list of children: each line is read, found among the applications, entered or refused with a reason; none is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz

from bot.model.application import Action, Actor, State
from bot.services import groups, queue, staff
from bot.services.enrolment import decide, rules
from bot.services.enrolment.family import Asked, join
from bot.services.enrolment.refusal import Decided, Refused
from bot.services.importing import when
from storage import enrolment as facts_of
from storage import family as families
from storage import group as table
from storage.database import Tx
from storage.group import MemberRow, NoteRow, PupilRow, StaffGroup

MOST_LINES: Final = 60
"""Children that are entered by one list, in one transaction."""
LONGEST: Final = 4000
"""Characters of a list, as one message has them."""
CLOSE: Final = 85
"""From this likeness on (of 100) two names may be one, written in another way."""
_NUMBERING: Final = re.compile(r"^\s*(?:№\s*)?\d{1,3}\s*[.)\t;:](?!\d)\s*|^\s*[-–—•*]\s+")
_DAY: Final = re.compile(
    r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})(?!\d)|\d{4}-\d{1,2}-\d{1,2}|\d{1,2} [а-яё]{3,8}\.? \d{4}", re.IGNORECASE
)
_NAME: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_AFTER: Final = re.compile(r"^[\s,;.]*(?:г\.?\s?р\.?|года?(?: рождения)?)(?![^\W\d_])", re.IGNORECASE)
_PATRONYMIC: Final = re.compile(r".+(?:вич|вна|ична|инична|оглы|кызы|улы|гызы)$")
_SURNAME: Final = re.compile(r".+(?:ов|ова|ев|ева|ёв|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|енко|чук|юк|ян|швили|дзе|ых|их)$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: `at` is its number from 1. Without a name it could not be read; `sure` says which word is the surname."""

    at: int
    name: str = ""
    surname: str = ""
    born: date | None = None
    sure: bool = True


def read(text: str) -> list[Line]:
    """Every line of a list that has anything in it, in its order."""
    return [_line(at, raw) for at, raw in enumerate((each for each in text.splitlines() if each.strip()), 1)]


def _line(at: int, raw: str) -> Line:
    rest = _NUMBERING.sub("", raw.replace("\u00a0", " "))
    told = _DAY.search(rest)
    born = when.day(re.sub(r"\s?([./-])\s?", r"\1", told[0])) if told else None
    if told:
        rest = f"{rest[: told.start()]} ; {_AFTER.sub('', rest[told.end() :])}"
    names = [word for word in _NAME.findall(re.split(r"[+\d]", rest)[0]) if len(word) > 1 or len(word) == len(rest)]
    names = [word for word in names if len(word) <= 60]
    if not 2 <= len(names) <= 5:
        return Line(at, born=born)
    patronymic = next((number for number, word in enumerate(names) if number and _PATRONYMIC.fullmatch(word.casefold())), None)
    first, second, sure = names[0], names[1], True
    if patronymic == 1 and len(names) > 2:  # «Маша Ивановна Петрова»
        name, surname = first, names[2]
    elif patronymic is None and _SURNAME.fullmatch(second.casefold()) and not _SURNAME.fullmatch(first.casefold()):
        name, surname = first, second
    else:
        surname, name, sure = first, second, patronymic is not None or bool(_SURNAME.fullmatch(first.casefold()))
    return Line(at, _tidy(name), _tidy(surname), born, sure)


def _tidy(word: str) -> str:
    """«ПЕТРОВА» as «Петрова»; what has small letters already stays."""
    return word.title() if word.isupper() or word.islower() else word


class Kind(StrEnum):
    """What a line was found to be."""

    FOUND = "found"
    """One application of the group."""
    PUPIL = "pupil"
    """A child of the organisation that has not applied to this group."""
    NEW = "new"
    """Nobody who is known."""
    UNCLEAR = "unclear"
    """One of several, or somebody who is written otherwise."""
    UNREAD = "unread"
    """No name, or a new child without a birthday."""


@dataclass(frozen=True, slots=True)
class Match:
    """A line and who it may be: applications of the group (`members`), or children of the organisation."""

    line: Line
    kind: Kind
    members: tuple[MemberRow, ...] = ()
    pupil: PupilRow | None = None


def _folded(*names: str) -> str:
    return " ".join(names).casefold().replace("ё", "е")


def _same(line: Line, name: str, surname: str) -> bool:
    """Whether a line has this name, whichever word comes first."""
    return _folded(line.name, line.surname) in {_folded(name, surname), _folded(surname, name)}


def _like(line: Line, name: str, surname: str) -> bool:
    written = _folded(line.name, line.surname)
    return fuzz.token_sort_ratio(written, _folded(name, surname)) >= CLOSE


def match(line: Line, members: Sequence[MemberRow], pupils: Sequence[PupilRow]) -> Match:
    """Find a line among the applications of a group, then among the organisation's children."""
    if not line.name:
        return Match(line, Kind.UNREAD)
    same = tuple(one for one in members if _same(line, one.name, one.surname) and line.born in {None, one.born})
    if len(same) == 1:
        return Match(line, Kind.FOUND, same)
    near = same or tuple(
        one
        for one in members
        if _same(line, one.name, one.surname) or (line.born in {None, one.born} and _like(line, one.name, one.surname))
    )
    if near:
        return Match(line, Kind.UNCLEAR, near[:4])
    if line.born is None:
        return Match(line, Kind.UNREAD)
    known = [one for one in pupils if one.born == line.born and _same(line, one.name, one.surname)]
    return Match(line, Kind.PUPIL if len(known) == 1 else Kind.NEW, pupil=known[0] if len(known) == 1 else None)


async def matches(tx: Tx, person: int, group: int, text: str) -> list[Match]:
    """Every line of a list with who it is, for a group of the person's organisation."""
    found = await groups.deciding(tx, person, group)
    lines = read(text)[:MOST_LINES]
    members = await tx.all(table.MEMBERS, group=group, most=500)
    days = sorted({line.born for line in lines if line.born is not None})
    pupils = await tx.all(table.PUPILS, days=days, organisation=found.facts.organisation)
    return [match(line, members, pupils) for line in lines]


class Done(StrEnum):
    """What became of a line."""

    ENROLLED = "enrolled"
    ALREADY = "already"
    PLACED = "placed"
    QUEUED = "queued"
    WAITS = "waits"
    TWICE = "twice"
    SKIPPED = "skipped"
    NO_PAPER = "nopaper"
    UNREAD = "unread"
    AGE = "age"
    CLOSED = "closed"
    LIMIT = "limit"
    DECIDED = "decided"


Outcome = tuple[int, Done, int]
"""A line's number, what became of it, and its application (0: none)."""
NEW_CHILD, SKIP = "new", "skip"
"""Answers about an unclear line, besides an application's number."""


async def carry_out(
    tx: Tx, person: int, group: int, found: Sequence[Match], chosen: Mapping[int, str], *, act: str, paper: bool, channel: str
) -> list[Outcome]:
    """Enrol those who are found, by one order, and enter the new ones where their consent lies on paper; each line has its outcome.

    Without an `act` nobody is enrolled: the new ones are only entered.

    `chosen` answers the unclear lines: an application's number, `NEW_CHILD` or `SKIP`. Nothing happens twice.
    Raises `Refused` for others' groups.
    """
    theirs = await groups.deciding(tx, person, group)
    await queue.lock(tx, group)
    done, seen = list[Outcome](), set[int]()
    for one in found:
        answer = chosen.get(one.line.at, SKIP)
        number = one.members[0].id if one.kind is Kind.FOUND else int(answer) if one.kind is Kind.UNCLEAR and answer.isdecimal() else 0
        if number:
            became = Done.TWICE if number in seen else await _enrol(tx, person, number, act, channel) if act else Done.ALREADY
        elif one.kind is Kind.UNREAD or (one.kind is not Kind.UNCLEAR and one.line.born is None):
            became = Done.UNREAD
        elif one.kind is Kind.UNCLEAR and answer != NEW_CHILD:
            became = Done.SKIPPED
        elif not paper:
            became = Done.NO_PAPER
        elif one.line.born is None:
            became = Done.UNREAD
        else:
            became, number = await enter(tx, person, group, one.line, one.pupil, channel=channel)
            if act and became is Done.PLACED:
                became = await _enrol(tx, person, number, act, channel)
        seen.add(number)
        done.append((one.line.at, became, number))
    lines_ = [[at, became, number] for at, became, number in done]
    await staff.note(tx, person, "list", "group", group, theirs.facts.organisation, lines=lines_)
    return done


async def _enrol(tx: Tx, person: int, number: int, act: str, channel: str) -> Done:
    """Confirm an application where it is not yet, and enrol it; the family is told of the enrolment alone."""
    row = await tx.one(table.MEMBER, application=number)
    if row is None:
        return Done.DECIDED
    if row.state in {State.WAITLISTED, State.OFFERED}:
        return Done.WAITS
    if row.state == State.ENROLLED:
        return Done.ALREADY
    try:
        if row.state in {State.SUBMITTED, State.NEEDS_INFO, State.ADMITTED}:
            change = await decide(tx, person, number, Action.CONFIRM, channel=channel)
            await queue.withhold(tx, row.family, change)
        await decide(tx, person, number, Action.ENROL, act=act, channel=channel)
    except (Decided, Refused):
        return Done.DECIDED
    return Done.ENROLLED


async def enter(tx: Tx, person: int, group: int, line: Line, pupil: PupilRow | None, *, channel: str) -> tuple[Done, int]:
    """Enter a child without a messenger into a group or its queue by the same rules; the consent lies on paper.

    A child that the organisation knows already is the same one. Returns what became of it and the application. Raises `Refused` for
    others' groups, `ValueError` for a line without a birthday.
    """
    theirs = await groups.deciding(tx, person, group)
    if line.born is None:
        raise ValueError("a child is entered with a birthday")
    facts = await queue.lock(tx, group)
    known = pupil or await _known(tx, theirs, line)
    if known is not None and (same := await tx.one(table.SAME_CHILD, group=group, child=known.child)) is not None:
        return Done.ALREADY, same
    if await rules.barred(tx, facts):
        return Done.CLOSED, 0
    if not rules.age_fits(rules.months(line.born, rules.counted_at(facts.starts, tx.now.date())), facts.age_min, facts.age_max):
        return Done.AGE, 0
    number = known.child if known else await _new_child(tx, line)
    [who] = await tx.all(facts_of.LOCK_CHILD, child=number, person=person)
    ways = rules.financing(facts)
    asked = Asked(person, channel, ways[0] if ways else None, actor=Actor.STAFF)
    try:
        [application] = await join(tx, facts, [who], asked)
    except Refused:
        return Done.LIMIT, 0
    await tx.run(table.SOURCE, application=application, source="staff")
    await staff.note(tx, person, "entered", "application", application, theirs.facts.organisation)
    row = await tx.one(table.MEMBER, application=application)
    return (Done.QUEUED if row is not None and row.state == State.WAITLISTED else Done.PLACED), application


async def _known(tx: Tx, theirs: StaffGroup, line: Line) -> PupilRow | None:
    pupils = await tx.all(table.PUPILS, days=[line.born], organisation=theirs.facts.organisation)
    return next((one for one in pupils if _same(line, one.name, one.surname)), None)


async def _new_child(tx: Tx, line: Line) -> int:
    """A child of a family that has nobody in a messenger yet."""
    family = await tx.one(families.NEW_FAMILY, now=tx.now)
    child = await tx.one(families.ADD_CHILD, family=family, name=line.name, surname=line.surname, born=line.born, now=tx.now)
    assert child is not None  # noqa: S101  INSERT … RETURNING
    return child


async def last(tx: Tx, person: int, group: int) -> NoteRow | None:
    """The last list of a person for a group, as it was carried out."""
    return await tx.one(table.LAST, group=group, person=person, action="list")


def counted(found: Iterable[Match]) -> dict[Kind, int]:
    """How many lines are of each kind."""
    made = dict.fromkeys(Kind, 0)
    for one in found:
        made[one.kind] += 1
    return made


__all__ = ["Done", "Kind", "Line", "Match", "carry_out", "counted", "enter", "last", "match", "matches", "read"]
