"""Groups as their staff sees and changes them: whose they are, what families are told, who came, lists for spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bot.papers import MAKERS
from bot.services import groups, roster
from bot.services.enrolment import Refused
from bot.services.importing import when
from storage import schema
from tests.enrolment.checks import check, news, state
from tests.enrolment.club import START, Club
from tests.enrolment.test_family import waiting
from tests.enrolment.test_staff import decide


async def teacher(club: Club, *taught: int) -> int:
    """Somebody who teaches some groups."""
    person = await club.person()
    number = await club.add(schema.staff, person=person, organisation=club.organisation, role="teacher", since=START)
    for group in taught:
        await club.put(schema.staff_group, staff=number, group=group)
    return person


async def test_staff_sees_its_own_groups_and_a_teacher_those_that_are_taught(club: Club) -> None:
    first, second = await club.group(3), await club.group(3)
    other = await club.employer("Other School")
    stranger = await club.works_for(other)
    taught = await teacher(club, second)
    seen = {person: [each.facts.id for each in await club.turn(groups.mine, person)] for person in (club.methodist, taught, stranger)}
    assert seen == {club.methodist: [first, second], taught: [second], stranger: []}
    assert await club.turn(groups.one, taught, first) is None
    for person in (taught, stranger):
        with pytest.raises(Refused):
            await club.turn(groups.change, person, first, room="12")
    with pytest.raises(Refused):
        await club.turn(groups.change, taught, second, locked=True)
    assert await club.turn(groups.change, taught, second, room="12")
    assert not await club.turn(groups.change, taught, second, room="12")


async def test_a_new_timetable_is_found_by_its_days_and_told_once(club: Club) -> None:
    group, families, _numbers = await waiting(club, 1, 1)
    assert await club.turn(groups.retime, club.methodist, group, when.lessons("ср 18:00-19:00") or [], None)
    assert await club.turn(groups.change, club.methodist, group, room="12")
    assert not await club.turn(groups.retime, club.methodist, group, when.lessons("ср 18:00-19:00") or [], None)
    assert await club.rows(schema.study_group, "weekdays", "day_parts", id=group) == [(4, 4)]
    (note,), *_more = await club.rows(schema.audit, "id", action="moved", noun="group")
    told = await club.rows(schema.delivery, "person", link=f"groupnews/{note}")
    assert [person for (person,) in told] == sorted(family.parent for family in families)
    moved = await club.turn(groups.moved, families[0].parent, note)
    assert moved is not None
    assert set(moved.before) == {"timetable", "room"}
    assert await club.turn(groups.moved, club.methodist, note) is None
    club.now += timedelta(minutes=11)
    assert await club.turn(groups.change, club.methodist, group, room="14")
    assert len(await club.rows(schema.delivery, "person", person=families[0].parent)) == len(await news(club, families[0].parent))
    links = {link for (link,) in await club.rows(schema.delivery, "link", person=families[0].parent) if str(link).startswith("groupnews")}
    assert len(links) == 2
    await check(club)


async def test_a_group_that_is_opened_asks_who_waits(club: Club) -> None:
    group, _families, [_held, waits] = await waiting(club, 1, 1)
    await club.turn(groups.change, club.methodist, group, locked=True)
    await club.change(schema.study_group, group, size=2)
    await club.turn(groups.change, club.methodist, group, locked=False)
    assert await state(club, waits) == "offered"
    await check(club)


async def test_the_roster_is_for_the_organisation_and_the_teacher_of_the_group(club: Club) -> None:
    group, _families, [held, *waits] = await waiting(club, 1, 2)
    taught, stranger = await teacher(club, group), await club.works_for(await club.employer("Other School"))
    for person in (club.methodist, taught):
        seen = await club.turn(roster.roster, person, group)
        assert [(each.row.id, each.number) for each in seen] == [(held, None), (waits[0], 1), (waits[1], 2)]
    with pytest.raises(Refused):
        await club.turn(roster.roster, stranger, group)
    with pytest.raises(Refused):
        await club.turn(roster.contact, taught, held)
    assert await club.turn(roster.member, stranger, held) is None


async def test_who_came_is_marked_again_and_again(club: Club) -> None:
    group, _families, [held, _waits] = await waiting(club, 1, 1)
    await decide(club, held, "confirm")
    taught, day = await teacher(club, group), date(2026, 9, 15)
    assert await club.turn(roster.mark, taught, group, day, [held, 999]) == 1
    assert await club.turn(roster.mark, taught, group, day, []) == 0
    assert await club.rows(schema.attendance, "application", "came") == [(held, False)]
    assert await club.turn(roster.attendance, club.methodist, group) == {day: {held: False}}


async def test_a_list_is_of_the_readers_groups_and_written_down(club: Club) -> None:
    group, _families, numbers = await waiting(club, 1, 2)
    await club.group(2)
    rows = await club.turn(roster.listed, club.methodist, None, "csv")
    assert [row.id for row in rows] == numbers
    taught = await teacher(club, group)
    assert await club.turn(roster.listed, taught, None, "csv") == []
    assert len(await club.turn(roster.listed, taught, group, "xlsx")) == 3
    exported: list[Any] = [row[1:] for row in await club.rows(schema.audit, "id", "noun", "noun_id", "person", action="exported")]
    assert exported == [("organisation", club.organisation, club.methodist), ("group", group, taught)]


CELLS = ["=1+1", "+7 900", "-5", "@SUM(A1)", "\tx", "\rx", "Ёлкина", "a;b", '"q"', 5, None]


def test_no_cell_of_a_file_is_a_formula() -> None:
    facts = {"title": "list", "head": [f"c{at}" for at in range(len(CELLS))], "rows": [CELLS]}
    data = MAKERS["roster_xlsx"](facts)
    assert data == MAKERS["roster_xlsx"](facts)
    read = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [str(cell).replace("\r\n", "\r") for cell in read[1][:9]] == [str(cell) for cell in CELLS[:9]]
    assert b"<f>" not in data
    made = MAKERS["roster_csv"](facts)
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])
    assert rows[1][6:] == ["Ёлкина", "a;b", '"q"', "5", ""]
