"""An invented district with one organisation, its groups and families: what the tests of enrolment are played in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, insert, select, update

from storage import schema
from storage.database import Database, Query, Tx

T = TypeVar("T")

START = datetime(2026, 8, 24, 5, 0, tzinfo=UTC)
"""Monday, 24 August 2026, 10:00 in the district."""
BEGINS = date(2026, 9, 15)
_numbers = count(1)


def minutes(at: str) -> int:
    """«16:30» as minutes after midnight."""
    hours, rest = at.split(":")
    return int(hours) * 60 + int(rest)


@dataclass(slots=True)
class Family:
    """A family with one child and one guardian."""

    id: int
    parent: int
    child: int


@dataclass(slots=True)
class Club:
    """An organisation, its methodist, and the clock."""

    database: Database
    municipality: int = 0
    settlement: int = 0
    organisation: int = 0
    programme: int = 0
    methodist: int = 0
    now: datetime = START

    async def turn(self, work: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        """Run `work(tx, …)` in a transaction of its own, a millisecond later than the last."""
        self.now += timedelta(milliseconds=1)
        return await self.database.turn(lambda tx: work(tx, *args, **kwargs), now=self.now)

    async def add(self, table: Table, **values: Any) -> int:
        """Insert a row and return its id."""
        query = Query(insert(table).values({name: bindparam(name) for name in values}).returning(table.c.id), int)
        [number] = await self.turn(lambda tx: tx.all(query, **values))
        return int(number)

    async def put(self, table: Table, **values: Any) -> None:
        """Insert a row of a table without ids."""
        await self.turn(lambda tx: tx.run(Query(insert(table).values({name: bindparam(name) for name in values})), **values))

    async def change(self, table: Table, number: int, **values: Any) -> None:
        """Change columns of a row."""
        query = Query(update(table).where(table.c.id == bindparam("number")).values(values))
        await self.turn(lambda tx: tx.run(query, number=number))

    async def rows(self, table: Table, *names: str, **where: Any) -> list[tuple[Any, ...]]:
        """Some columns of the rows that have these values, by the first column."""
        return await self.turn(lambda tx: self.within(tx, table, *names, **where))

    async def within(self, tx: Tx, table: Table, *names: str, **where: Any) -> list[tuple[Any, ...]]:
        """Read `rows` inside a transaction."""
        columns = [table.c[name] for name in names]
        query = Query(select(*columns).where(*[table.c[name] == bindparam(name) for name in where]).order_by(*columns[:1]), tuple)
        return await tx.all(query, **where)

    async def found(self) -> None:
        """Make the district, its organisation with a methodist, and a programme for children from 7 to 10."""
        self.municipality = await self.add(schema.municipality, code="dt", name="Lazorye District", zone="Asia/Yekaterinburg")
        self.settlement = await self.village("Berezovka")
        self.organisation = await self.employer("House of Arts")
        self.methodist = await self.works_for(self.organisation, "Svetlana Yuryevna")
        self.programme = await self.course("Cogwheel")

    async def village(self, name: str) -> int:
        return await self.add(schema.settlement, code=name, municipality=self.municipality, name=name, other_names=[])

    async def employer(self, name: str, **values: Any) -> int:
        values = {"kind": "state", **values}
        return await self.add(schema.organisation, code=name, municipality=self.municipality, name=name, **values)

    async def works_for(self, organisation: int, name: str | None = None, **values: Any) -> int:
        person = await self.person()
        values = {"role": "organisation", "since": START, **values}
        await self.add(schema.staff, person=person, organisation=organisation, name=name, **values)
        return person

    async def course(self, name: str, **values: Any) -> int:
        values = {"organisation": self.organisation, "direction": "technical", "age_min": 84, "age_max": 120, "free": True, **values}
        return await self.add(
            schema.programme, code=f"p{next(_numbers)}", name=name, activities=[], modes=["full_time"], languages=[], **values
        )

    async def group(self, size: int | None = 1, *lessons: tuple[int, str, str], **values: Any) -> int:
        """Make a group that begins on 15 September; `lessons` are a weekday and two times."""
        values = {"programme": self.programme, "settlement": self.settlement, "taken": 0, "starts": BEGINS, **values}
        group = await self.add(schema.study_group, code=f"g{next(_numbers)}", name="1", size=size, **values)
        for weekday, starts, ends in lessons:
            await self.add(schema.timetable, group=group, weekday=weekday, starts=minutes(starts), ends=minutes(ends))
        return group

    async def person(self) -> int:
        return await self.add(schema.person, created=START)

    async def family(self, born: date = date(2017, 5, 5), name: str = "Masha") -> Family:
        family = await self.add(schema.family, created=START)
        parent = await self.joins(family, name=f"{name}’s mother")
        return Family(family, parent, await self.child(family, born, name))

    async def joins(self, family: int, role: str = "guardian", name: str | None = None) -> int:
        person = await self.person()
        await self.put(schema.guardian, family=family, person=person, role=role, name=name, since=START)
        return person

    async def child(self, family: int, born: date = date(2017, 5, 5), name: str = "Masha") -> int:
        return await self.add(schema.child, family=family, name=name, surname="Petrova", born=born, created=START)
