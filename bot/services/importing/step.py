"""The steps of an import: each is a short transaction over some rows, and may be repeated, for it compares before it writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.model.text import Words, _
from bot.services.importing.cells import Misread
from bot.services.importing.fitting import Unfit, fit
from bot.services.importing.known import WHOSE, Catalogue, given_code
from bot.services.importing.pictures import Picture
from bot.services.importing.report import Outcome
from bot.services.importing.rows import SYSTEMS, Note, Row
from bot.services.importing.words import plain
from storage import catalogue_import as storage
from storage import search
from storage.database import Tx

_PLAIN_DIRECTIONS: Final = {
    "technical": "техника техническая",
    "natural": "природа естественнонаучная",
    "sport": "спорт физкультурно-спортивная",
    "art": "творчество художественная",
    "tourism": "походы краеведение туристско-краеведческая",
    "social": "общение языки социально-гуманитарная",
}
"""Words by which a direction is searched, besides its official name."""


@dataclass(slots=True)
class Planned:
    """A row that knows who it is and whose: `number` is its id, `None` for a new one; `values` are ready for the table."""

    row: Row
    number: int | None
    code: str
    owner: int | None
    values: dict[str, Any]
    picture: Picture | None = None


@dataclass(slots=True)
class Verdict:
    """What became of a row in its transaction; it counts once that is committed."""

    planned: Planned
    outcome: Outcome
    full: dict[str, Any]
    notes: list[Note] = field(default_factory=list)
    number: int | None = None


def plan(row: Row, known: Catalogue) -> Planned:
    """Find out who a row is and what it refers to. Raises `Unfit`."""
    noun = row.sheet.noun
    whose = WHOSE.get(noun)
    values = _linked(row, known)
    owner = values.get(whose) if whose else None
    try:
        number = known.meet(row, owner)
    except Misread as why:
        raise Unfit("code", why.text) from None
    if whose and owner is None:
        if number is None:
            raise Unfit(whose, _("say whose it is: “{heading}” is empty").format(heading=row.sheet.column(whose).title))
        values.pop(whose, None)
        owner = known.of[noun].owner[number]
    if number is None:
        _complete(row, values)
    code = values.get("code") or (known.of[noun].code[number] if number is not None else None)
    if not code:
        lead = known.of[whose].code[owner] if whose and owner is not None else ""
        code = given_code(noun, lead, str(values["name"]))
    values["code"] = code
    return Planned(row, number, code, owner, values)


def _linked(row: Row, known: Catalogue) -> dict[str, Any]:
    """A row's values with ids in place of references."""
    noun, values = row.sheet.noun, dict(row.values)
    for reference in ("municipality", "settlement", "organisation", "programme"):
        if reference == noun or (said := values.get(reference)) is None:
            continue
        try:
            values[reference] = known.refer(reference, said, values.get("organisation") if reference == "programme" else None)
        except Misread as why:
            if (noun, reference) != ("organisation", "settlement"):
                raise Unfit(reference, why.text) from None
            # An organisation is worth having without its place; a group that is nowhere could not be found.
            row.note(reference, _("{why}: left out").format(why=why.text))
            values[reference] = None
    if noun == "group":
        values.pop("organisation", None)
    if WHOSE.get(noun) == "municipality" and values.get("municipality") is None:
        settlement = values.get("settlement")
        values["municipality"] = known.of["settlement"].owner.get(settlement) if settlement is not None else known.only_municipality()
    return values


def _complete(row: Row, values: dict[str, Any]) -> None:
    """A new row must say all that is required."""
    for column in row.sheet.columns:
        field_of = {"payment": "free"}.get(column.field, column.field)
        if column.required and values.get(field_of) is None:
            raise Unfit(column.field, _("a new row needs “{heading}”").format(heading=column.title))


async def write(tx: Tx, noun: str, rows: Sequence[Planned], known: Catalogue, *, dry_run: bool) -> list[Verdict]:
    """Compare rows of a noun with the table and write what differs."""
    numbers = [planned.number for planned in rows if planned.number is not None]
    query = (storage.ROWS if dry_run else storage.LOCKED_ROWS)[noun]
    there = {row["id"]: row for row in await tx.all(query, ids=numbers)} if numbers else {}
    verdicts = [_judge(planned, noun, there.get(planned.number or 0), known, tx) for planned in rows]
    if dry_run:
        return verdicts
    pictures = [verdict.planned.picture for verdict in verdicts if verdict.planned.picture and verdict.outcome is not Outcome.REFUSED]
    if pictures:
        await tx.many(
            storage.KEEP_FILE,
            [{"digest": p.digest, "name": p.name, "type": p.type, "size": p.size, "created": tx.now} for p in pictures],
        )
    changed = [verdict for verdict in verdicts if verdict.outcome is Outcome.CHANGED]
    if changed:
        await tx.many(
            storage.UPDATE[noun],
            [{f"new_{name}": value for name, value in v.full.items() if name != "id"} | {"which": v.number} for v in changed],
        )
    new = [verdict for verdict in verdicts if verdict.outcome is Outcome.NEW]
    if new:
        await tx.many(storage.INSERT[noun], [{name: value for name, value in v.full.items() if name != "id"} for v in new])
        ids = dict(await tx.all(storage.IDS_BY_CODE[noun], codes=[v.planned.code for v in new]))
        for verdict in new:
            verdict.number = ids[verdict.planned.code]
    await _numbers(tx, noun, [*changed, *new], known)
    if noun == "programme":
        await index(tx, [verdict.number for verdict in (*changed, *new) if verdict.number is not None])
    return verdicts


def _judge(planned: Planned, noun: str, old: dict[str, Any] | None, known: Catalogue, tx: Tx) -> Verdict:
    """What a row would change."""
    columns = storage.COLUMNS[noun]
    full = old.copy() if old else dict.fromkeys(columns) | {"id": None}
    full |= {name: value for name, value in planned.values.items() if name in columns}
    notes = list[Note]()

    def say(name: str, text: Words) -> None:
        notes.append(Note(planned.row.at(name), text))

    try:
        zone = next(iter(known.zones.values()), "Europe/Moscow")
        today = tx.now.astimezone(ZoneInfo(zone)).date()
        fit(noun, full, planned.values, known, today, say)
        if noun == "group" and full["taken"] != (old or {}).get("taken"):
            full["taken_on"] = today  # a number from outside carries its date
    except Unfit as why:
        return Verdict(planned, Outcome.REFUSED, full, [Note(planned.row.at(why.field), why.text)])
    same = full == old and not _new_numbers(planned, noun, known)
    outcome = Outcome.NEW if old is None else Outcome.UNCHANGED if same else Outcome.CHANGED
    return Verdict(planned, outcome, full, notes, planned.number)


def _new_numbers(planned: Planned, noun: str, known: Catalogue) -> dict[str, str | None]:
    """Foreign numbers that the row has now and had not before, by system; `None` where one was erased."""
    had = known.of[noun].numbers.get(planned.number or 0, {})
    return {system: planned.values[system] for system in SYSTEMS if system in planned.values and planned.values[system] != had.get(system)}


async def _numbers(tx: Tx, noun: str, verdicts: list[Verdict], known: Catalogue) -> None:
    for verdict in verdicts:
        for system, value in _new_numbers(verdict.planned, noun, known).items():
            await tx.run(storage.FORGET_EXTERNAL, system=system, noun=noun, id=verdict.number)
            if value is not None:
                await tx.run(storage.KEEP_EXTERNAL, system=system, noun=noun, value=value, id=verdict.number)


async def index(tx: Tx, programmes: Sequence[int]) -> None:
    """Put programmes into the search index anew."""
    for found in await tx.all(storage.SEARCHED, ids=list(programmes)):
        tags = " ".join((*found.activities, _PLAIN_DIRECTIONS[found.direction], found.organisation))
        body = " ".join(filter(None, (found.announce, found.full_name, found.teacher)))
        await search.put(tx, found.id, found.name, tags, body)


def take(noun: str, verdict: Verdict, known: Catalogue) -> None:
    """Remember a row that was written, for the rows that come after it."""
    planned, full, number = verdict.planned, verdict.full, verdict.number
    if number is None:
        return
    things = known.of[noun]
    owner = WHOSE.get(noun)
    things.add(number, full["code"], full["name"], full[owner] if owner else None)
    for system, value in _new_numbers(planned, noun, known).items():
        numbers = things.numbers.setdefault(number, {})
        if (old := numbers.pop(system, None)) is not None:
            things.by_number.pop((system, old), None)
        if value is not None:
            numbers[system] = value
            things.by_number[system, value] = number
    if noun == "municipality":
        known.zones[number] = full["zone"]
    elif noun == "settlement":
        known.also("settlement", number, full["other_names"])
    elif noun == "organisation":
        known.places[number] = storage.Place(number, full["settlement"], full["address"], full["latitude"], full["longitude"])
        if full["full_name"]:
            known.also("organisation", number, [full["full_name"]])


def fall(noun: str, row: Row, known: Catalogue) -> None:
    """Remember a row that was refused, to name it to those that refer to it."""
    for name in ("code", "name"):
        if isinstance(said := row.values.get(name), str):
            known.of[noun].fallen.setdefault(said if name == "code" else plain(said), row.at())
