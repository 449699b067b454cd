"""An import as a chain of short steps: who runs them decides about transactions, and nothing counts before its step is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from bot.model.text import _
from bot.services.importing import pfdo, step, timetable
from bot.services.importing.cells import Misread
from bot.services.importing.fitting import Unfit
from bot.services.importing.known import Catalogue
from bot.services.importing.pictures import Picture, look
from bot.services.importing.read import contents
from bot.services.importing.report import Line, Outcome, Report
from bot.services.importing.rows import Note, Row, Tables, tables
from bot.services.importing.step import Planned, Verdict
from bot.services.importing.timetable import Timetable
from bot.services.importing.words import plain
from storage import catalogue_import as storage
from storage.database import Database, Tx, Work
from storage.files import Files

STEP: Final = 100
"""Rows of a step: it stays well under a tenth of a second, so that people's turns do not wait."""


@dataclass(frozen=True, slots=True)
class Step:
    """`work` runs in a transaction and may be run again; `accept` takes its result after the commit."""

    work: Work[Any]
    accept: Callable[[Any], None]


@dataclass(slots=True)
class Importing:
    """An import under way. `folder` is where the file's pictures are looked up, `files` where they are kept."""

    found: Tables
    known: Catalogue
    folder: Path
    files: Files
    dry_run: bool
    report: Report = field(init=False)
    _timetables: dict[int, Timetable] = field(default_factory=dict)
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)
    _nameless: dict[str, int] = field(default_factory=dict)
    _line_of_group: dict[int, int] = field(default_factory=dict)
    _renamed: list[int] = field(default_factory=list)
    _unwritten: Iterator[int] = field(default_factory=lambda: count(-1, -1))

    def __post_init__(self) -> None:
        self.report = Report(self.dry_run, remarks=self.found.remarks)

    @property
    def done(self) -> int:
        """How many rows have their answer."""
        return len(self.report.lines)

    def steps(self) -> Iterator[Step]:
        """The steps, in order; each must be accepted before the next is asked for."""
        for noun in ("municipality", "settlement", "road", "organisation", "programme", "group"):
            rows = self.found.rows[noun]
            for start in range(0, len(rows), STEP):
                chunk = rows[start : start + STEP]
                yield self._roads(chunk) if noun == "road" else self._things(noun, chunk)
        refused = list(self._gather())
        groups = list(self._timetables.items())
        for start in range(0, len(groups), STEP):
            yield self._lessons(groups[start : start + STEP])
        self.report.lines += refused
        if self._renamed and not self.dry_run:
            yield from self._index()

    # ---------------------------------------------------------------- rows that have a code

    def _things(self, noun: str, rows: list[Row]) -> Step:
        plans = [self._plan(noun, row) for row in rows]
        ready = [planned for planned in plans if planned]

        async def work(tx: Tx) -> list[Verdict]:
            return await step.write(tx, noun, ready, self.known, dry_run=self.dry_run)

        def accept(verdicts: list[Verdict]) -> None:
            by_row = {id(verdict.planned.row): verdict for verdict in verdicts}
            for row in rows:
                self._accept(noun, row, by_row.get(id(row)))

        return Step(work, accept)

    def _plan(self, noun: str, row: Row) -> Planned | None:
        if row.refused:
            return None
        try:
            if noun == "group":
                self._name(row)
            planned = step.plan(row, self.known)
        except Unfit as why:
            row.refuse(why.field, why.text)
            return None
        where = self._seen.setdefault((noun, planned.code), row.at())
        if where != row.at():
            row.refuse("code" if "code" in row.values else "name", _("repeats {where}").format(where=where))
            return None
        planned.picture = self._picture(planned)
        return planned

    def _name(self, row: Row) -> None:
        """A group without a name is called by its number among those of its programme; a known one keeps the name it has."""
        if row.values.get("name") is not None:
            return
        row.values.pop("name", None)
        if (code := row.values.get("code")) is not None and code in self.known.of["group"].by_code:
            return
        programme = plain(str(row.values.get("programme")))
        self._nameless[programme] = number = self._nameless.get(programme, 0) + 1
        row.values["name"] = f"Группа {number}"
        row.note("name", _("named “{name}”").format(name=row.values["name"]))

    def _picture(self, planned: Planned) -> Picture | None:
        name = planned.values.get("picture")
        if not isinstance(name, str):
            return None
        try:
            picture = look(self.folder, name, None if self.dry_run else self.files)
        except Misread as why:
            planned.row.note("picture", why.text)
            del planned.values["picture"]
            return None
        planned.values["picture"] = picture.digest
        return picture

    def _accept(self, noun: str, row: Row, verdict: Verdict | None) -> None:
        if verdict is None or verdict.outcome is Outcome.REFUSED:
            if verdict is not None:
                row.refused = verdict.notes[-1]
            step.fall(noun, row, self.known)
            self.report.lines.append(_refused(row))
            return
        if verdict.number is None:
            verdict.number = next(self._unwritten)
        if noun == "organisation" and self.known.of[noun].name.get(verdict.number, verdict.full["name"]) != verdict.full["name"]:
            self._renamed.append(verdict.number)
        step.take(noun, verdict, self.known)
        if noun == "group":
            self._line_of_group[verdict.number] = self.done
            spoken_of = {"lessons"} & self.found.columns["group"] or self.found.columns["timetable"]
            if spoken_of or row.values.get("lessons"):
                self._timetables.setdefault(verdict.number, Timetable()).lessons.update(row.values.get("lessons") or ())
        title = self._title(verdict.number) if noun == "group" else verdict.full["name"]
        self.report.lines.append(Line(noun, row.at(), title, verdict.outcome, (*row.notes, *verdict.notes)))

    # ---------------------------------------------------------------- roads

    def _roads(self, rows: list[Row]) -> Step:
        ready = dict[int, tuple[tuple[int, int], tuple[float, str | None]]]()
        for at, row in enumerate(rows):
            if (road := self._road(row)) is not None:
                ready[at] = road

        async def work(tx: Tx) -> set[int]:
            changed = {at for at, (ends, facts) in ready.items() if self.known.roads.get(ends) != facts}
            if changed and not self.dry_run:
                made = [(*ready[at][0], *ready[at][1]) for at in sorted(changed)]
                await tx.many(storage.KEEP_ROAD, [dict(zip(("a", "b", "kilometres", "note"), road, strict=True)) for road in made])
            return changed

        def accept(changed: set[int]) -> None:
            for at, row in enumerate(rows):
                if at not in ready:
                    self.report.lines.append(_refused(row))
                    continue
                ends, facts = ready[at]
                outcome = Outcome.UNCHANGED if at not in changed else Outcome.CHANGED if ends in self.known.roads else Outcome.NEW
                self.known.roads[ends] = facts
                title = " — ".join(self.known.of["settlement"].name[end] for end in ends)
                self.report.lines.append(Line("road", row.at(), title, outcome, tuple(row.notes)))

        return Step(work, accept)

    def _road(self, row: Row) -> tuple[tuple[int, int], tuple[float, str | None]] | None:
        if row.refused:
            return None
        ends = list[int]()
        for name in ("a", "b"):
            try:
                ends.append(self.known.refer("settlement", row.values[name]))
            except Misread as why:
                row.refuse(name, why.text)
                return None
            except KeyError:
                row.refuse(name, _("a new row needs “{heading}”").format(heading=row.sheet.column(name).title))
                return None
        first, last = sorted(ends)
        if first == last:
            row.refuse("b", _("a road from a settlement to itself"))
        elif row.values.get("kilometres") is None:
            row.refuse("kilometres", _("a new row needs “{heading}”").format(heading=row.sheet.column("kilometres").title))
        elif (where := self._seen.setdefault(("road", f"{first}-{last}"), row.at())) != row.at():
            row.refuse("b", _("repeats {where}").format(where=where))
        if row.refused:
            return None
        note = row.values["note"] if "note" in row.values else self.known.roads.get((first, last), (0, None))[1]
        return (first, last), (row.values["kilometres"], note)

    # ---------------------------------------------------------------- timetables

    def _gather(self) -> Iterator[Line]:
        """Bring the rows of the sheet to their groups; the answers for those that cannot be."""
        for row in self.found.rows["timetable"]:
            group: int | None = None
            try:
                group = self._group(row)
                if not row.refused:
                    self._timetables.setdefault(group, Timetable()).lessons.update(timetable.lessons_of(row))
            except Unfit as why:
                row.refuse(why.field, why.text)
            except Misread as why:
                row.refuse("group", why.text)
            if group is not None:
                self._timetables.setdefault(group, Timetable()).rows.append(row)
                self._timetables[group].spoilt |= row.refused is not None
            else:
                yield _refused(row)

    def _group(self, row: Row) -> int:
        said, programme = row.values.get("group"), row.values.get("programme")
        if said is None:
            raise Unfit("group", _("a new row needs “{heading}”").format(heading=row.sheet.column("group").title))
        return self.known.refer("group", said, self.known.refer("programme", programme) if programme is not None else None)

    def _lessons(self, groups: list[tuple[int, Timetable]]) -> Step:
        async def work(tx: Tx) -> dict[int, bool]:
            return await timetable.write(tx, groups, dry_run=self.dry_run)

        def accept(changed: dict[int, bool]) -> None:
            for group, lessons in groups:
                outcome = Outcome.UNCHANGED if group not in changed else Outcome.CHANGED if changed[group] else Outcome.NEW
                self.report.lines += [
                    _refused(row) if row.refused else Line("timetable", row.at(), self._title(group), outcome, tuple(row.notes))
                    for row in lessons.rows
                ]
                line = self._line_of_group.get(group)
                if outcome is not Outcome.UNCHANGED and line is not None and self.report.lines[line].outcome is Outcome.UNCHANGED:
                    self.report.lines[line] = replace(self.report.lines[line], outcome=Outcome.CHANGED)

        return Step(work, accept)

    def _title(self, group: int) -> str:
        groups, programmes = self.known.of["group"], self.known.of["programme"]
        return f"{programmes.name[groups.owner[group] or 0]}, {groups.name[group]}"

    # ---------------------------------------------------------------- the search index

    def _index(self) -> Iterator[Step]:
        """Programmes of organisations that were renamed are found by the new name."""
        programmes = list[int]()

        async def which(tx: Tx) -> list[int]:
            return await tx.all(storage.PROGRAMMES_OF, organisations=self._renamed)

        yield Step(which, programmes.extend)
        for start in range(0, len(programmes), STEP):
            chunk = programmes[start : start + STEP]

            async def work(tx: Tx, chunk: list[int] = chunk) -> None:
                await step.index(tx, chunk)

            yield Step(work, lambda _nothing: None)


def _refused(row: Row) -> Line:
    why: Iterable[Note] = [row.refused] if row.refused else []
    return Line(row.sheet.noun, row.at(), row.title, Outcome.REFUSED, (*row.notes, *why))


async def import_file(
    database: Database,
    path: Path,
    *,
    now: Callable[[], datetime],
    files: Path,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Bring a file (or a folder of files) into the catalogue; the report answers for every row.

    `files` is where pictures are kept (`files.path`). `progress` is told after each step how many rows of how many have their answer. With
    `dry_run` the same is said and nothing is written. Raises `Unreadable` where the file cannot be read: nothing was changed then.
    """
    read = await contents(path)
    found = await asyncio.to_thread(lambda: pfdo.add(tables(read.tables), read.answers))
    importing = Importing(found, await database.read(Catalogue.load, now=now()), read.folder, Files(files), dry_run)
    steps, run = importing.steps(), database.read if dry_run else database.turn
    # Planning a step reads pictures: in a thread, so that nobody's turn waits for a disk.
    while (each := await asyncio.to_thread(next, steps, None)) is not None:
        each.accept(await run(each.work, now=now()))
        progress(importing.done, found.total)
    return importing.report
