"""Slips: a code and a birthday make somebody the guardian of a child whom the staff entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.model.secret import new_code, read_code, shown_code
from bot.services import codes, family, lists, slip
from bot.services.enrolment import Refused
from bot.services.lists import Line
from storage import schema
from tests.enrolment.club import Club

BORN, OTHER = date(2017, 5, 5), date(2017, 5, 6)


async def entered(club: Club) -> int:
    """A child whom the methodist entered by hand; returns its application."""
    group = await club.group(3)
    _became, number = await club.turn(lists.enter, club.methodist, group, Line(1, "Egor", "Orlov", BORN), None, channel="vk")
    return int(number)


async def test_the_code_and_the_birthday_open_the_child_once(club: Club) -> None:
    number, parent, other = await entered(club), await club.person(), await club.person()
    code = await club.turn(slip.make, club.methodist, number)
    assert await club.turn(codes.purpose, code) == "slip"
    assert await club.turn(slip.join, parent, code, BORN, "Vera", "+79000000000")
    assert [each.name for each in await club.turn(family.children, parent)] == ["Egor"]
    assert not await club.turn(slip.join, other, code, BORN, "Oleg", "+79000000001")
    with pytest.raises(Refused):
        await club.turn(slip.make, club.methodist, number)


async def test_three_wrong_birthdays_burn_the_code(club: Club) -> None:
    number, parent = await entered(club), await club.person()
    code = await club.turn(slip.make, club.methodist, number)
    assert [await club.turn(slip.attempt, code, OTHER) for _ in range(4)] == [2, 1, 0, 0]
    assert not await club.turn(slip.join, parent, code, BORN, "Vera", "+79000000000")
    assert await club.rows(schema.guardian, "person", person=parent) == []


async def test_a_wrong_birthday_never_joins_and_an_old_code_is_none(club: Club) -> None:
    number, parent = await entered(club), await club.person()
    code = await club.turn(slip.make, club.methodist, number)
    assert not await club.turn(slip.join, parent, code, OTHER, "Vera", "+79000000000")
    club.now += timedelta(days=61)
    assert await club.turn(codes.purpose, code) is None
    assert not await club.turn(slip.join, parent, code, BORN, "Vera", "+79000000000")


async def test_only_the_organisation_makes_a_slip(club: Club) -> None:
    number = await entered(club)
    elsewhere = await club.works_for(await club.employer("School 3"))
    teacher = await club.works_for(club.organisation, role="teacher")
    for person in (elsewhere, teacher, await club.person()):
        with pytest.raises(Refused):
            await club.turn(slip.make, person, number)


def test_a_code_is_read_as_people_write_it() -> None:
    code = new_code()
    assert read_code(shown_code(code)) == read_code(code.lower()) == read_code(f" {code[:3]} {code[3:]}") == code
    assert [read_code(raw) for raw in ("", code[:9], code + "2", "0" * 10, "ФЫВАПРОЛДЖ")] == [None] * 5
