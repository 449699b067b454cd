"""Pasted lists: every line is accounted for, found or asked about, and the same list again changes nothing; bulk confirm; the doctor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import bulk, doctor, groups, lists
from bot.services.enrolment import Decided, Refused
from bot.services.lists import Done, Kind, Line
from storage import schema
from tests.enrolment.checks import actions, check, news, state
from tests.enrolment.club import Club
from tests.enrolment.test_apply import send
from tests.enrolment.test_family import waiting
from tests.enrolment.test_staff import decide

BORN = date(2017, 5, 5)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("Петрова Маша 05.05.2017", ("Маша", "Петрова", BORN)),
        ("1. Петрова Мария Ивановна, 5.5.17 г.р.", ("Мария", "Петрова", BORN)),
        ("2)\tМария Ивановна Петрова\t2017-05-05", ("Мария", "Петрова", BORN)),
        ("Маша Петрова; 5 мая 2017", ("Маша", "Петрова", BORN)),
        ("— ПЁТР-ИВАН Ян 05/05/2017; +7 900 000-00-01", ("Ян", "Пётр-Иван", BORN)),
        ("Петрова Маша", ("Маша", "Петрова", None)),
        ("05.05.2017", ("", "", BORN)),
        ("Петрова Маша 31.06.2017", ("Маша", "Петрова", None)),
    ],
)
def test_a_line_is_read_as_people_write_it(raw: str, read: tuple[str, str, date | None]) -> None:
    [line] = lists.read(raw)
    assert (line.name, line.surname, line.born) == read


@given(st.text(max_size=300))
def test_no_line_is_dropped(text: str) -> None:
    found = lists.read(text)
    assert [line.at for line in found] == list(range(1, sum(bool(raw.strip()) for raw in text.splitlines()) + 1))
    assert {lists.match(line, [], []).kind for line in found} <= {Kind.NEW, Kind.UNREAD}


async def paste(club: Club, group: int, text: str, act: str = "order 45", **chosen: str) -> list[tuple[int, Done, int]]:
    """Let the methodist paste a list; `line3="new"` answers about an unclear line."""
    found = await club.turn(lists.matches, club.methodist, group, text)
    answers = {int(name.removeprefix("line")): value for name, value in chosen.items()}
    return await club.turn(lists.carry_out, club.methodist, group, found, answers, act=act, paper=True, channel="vk")


TEXT = "1. Petrova Masha 05.05.2017\n2. Sidorov Kolya 01.02.2017\n3. Petrov Masha 05.05.2017\n4. ???\n5. Young Baby 01.02.2022"


async def test_a_list_enrols_and_enters_and_says_why_not(club: Club) -> None:
    group, families, [number] = await waiting(club, 1, 0)
    await club.change(schema.study_group, group, size=2)
    done = await paste(club, group, TEXT, line3="skip")
    assert [became for _at, became, _number in done] == [Done.ENROLLED, Done.ENROLLED, Done.SKIPPED, Done.UNREAD, Done.AGE]
    assert await state(club, number) == "enrolled"
    assert await actions(club, number) == ["apply", "confirm", "enrol"]
    assert [kept for *_facts, kept in await news(club, families[0].parent)][-2:] == ["withdrawn", "waiting"]
    assert await club.rows(schema.application, "source", id=done[1][2]) == [("staff",)]
    again = await paste(club, group, TEXT, line3="skip")
    assert [became for _at, became, _number in again] == [Done.ALREADY, Done.ALREADY, Done.SKIPPED, Done.UNREAD, Done.AGE]
    assert len(await club.rows(schema.application, "id")) == 2
    note = await club.turn(lists.last, club.methodist, group)
    assert note is not None
    assert note.facts["lines"][0] == [1, "already", number]
    assert "Petrova" not in str(note.facts)
    await check(club)


async def test_a_full_group_takes_a_walk_in_into_its_queue(club: Club) -> None:
    group, _families, _numbers = await waiting(club, 1, 1)
    line = Line(1, "Kolya", "Sidorov", date(2017, 2, 1))
    became, number = await club.turn(lists.enter, club.methodist, group, line, None, channel="vk")
    assert (became, await state(club, number)) == (Done.QUEUED, "waitlisted")
    assert await club.turn(lists.enter, club.methodist, group, line, None, channel="vk") == (Done.ALREADY, number)
    await club.turn(groups.change, club.methodist, group, locked=True)
    other = Line(1, "Olya", "Sidorova", date(2017, 2, 1))
    assert await club.turn(lists.enter, club.methodist, group, other, None, channel="vk") == (Done.CLOSED, 0)
    with pytest.raises(Refused):
        await club.turn(lists.enter, await club.works_for(await club.employer("Other School")), group, other, None, channel="vk")
    await check(club)


async def test_everybody_who_fits_is_confirmed_as_they_were_on_the_screen(club: Club) -> None:
    group, families, numbers = await waiting(club, 3, 0)
    colleague = await club.works_for(club.organisation)
    before = await club.turn(bulk.preview, club.methodist, group)
    assert [one.id for one in before.fit] == numbers
    await decide(club, numbers[0], "ask", by=colleague, comment="New to this?")
    done, left = await club.turn(bulk.confirm_all, club.methodist, group, before.seen, channel="vk")
    assert done == numbers[1:]
    assert [type(why) for why in left] == [Decided]
    assert await state(club, numbers[0]) == "needs_info"
    other = await club.group(3)
    foreign = await send(club, await club.family(), other)
    assert await club.turn(bulk.confirm_all, club.methodist, group, ((foreign, 1),), channel="vk") == ([], [])
    assert len(await news(club, families[1].parent)) == 1
    await check(club)


async def test_the_doctor_says_what_a_family_is_refused_with(club: Club) -> None:
    lessons = ((2, "16:00", "17:30"),)
    fine = await club.group(3, *lessons, teacher="Natalya Sergeevna")
    locked = await club.group(3, *lessons, teacher="Natalya Sergeevna", locked=True)
    past = await club.group(None, enrolment_to=club.now - timedelta(days=1))
    await club.change(schema.programme, club.programme, phone="8 34267 2-12-34")
    found = await club.turn(doctor.doctor, club.methodist)
    assert [(each.group.facts.id, each.refused, [one.field for one in each.complaints]) for each in found] == [
        (locked, True, ["open"]),
        (past, True, ["until", "timetable", "size", "teacher"]),
    ]
    with pytest.raises(Refused) as refused:
        await send(club, await club.family(), locked)
    assert refused.value.words == found[0].complaints[0].words
    assert fine not in [each.group.facts.id for each in found]
