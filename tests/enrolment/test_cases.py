"""«Это не мы» as a case: who sees whose it is, who answers it, and that it changes no state and frees no place."""

from __future__ import annotations

from datetime import date

import pytest

from bot.model.staff import Duty
from bot.services import cases, enrolment
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.checks import actions, check, say, seat, state
from tests.enrolment.club import START, Club, Family
from tests.enrolment.test_apply import send
from tests.enrolment.test_roles import above


async def opened(club: Club, text: str = "We never applied") -> tuple[Family, int, int]:
    """A family says that an application was not theirs; the case."""
    family = await club.family()
    number = await send(club, family, await club.group(2))
    await club.turn(enrolment.dispute, family.parent, number, channel="vk", text=text)
    [(case,)] = await club.rows(schema.objection, "id", application=number)
    return family, number, case


async def test_a_case_changes_no_state_and_is_answered_by_a_term(club: Club) -> None:
    family, number, _case = await opened(club)
    assert (await state(club, number), await seat(club, number)) == ("submitted", 1)
    await club.turn(enrolment.dispute, family.parent, number, channel="vk", text="Again")
    [(text, due)] = await club.rows(schema.objection, "text", "answer_by", application=number)
    assert (text, due) == ("We never applied", date(2026, 9, 2))
    assert await actions(club, number) == ["apply", "dispute"]
    await check(club)


async def test_the_centre_and_the_organisation_see_whose_it_is_and_nobody_else(club: Club) -> None:
    centre = await above(club, Duty.MUNICIPALITY, club.municipality)
    far = await club.add(schema.municipality, code="far", name="Zaryazhye", zone="Asia/Yekaterinburg")
    _family, number, case = await opened(club)
    for person in (centre, club.methodist):
        [row] = await club.turn(cases.waiting, person)
        assert (row.id, row.name, row.text) == (case, "Masha", "We never applied")
    assert await club.turn(enrolment.application, centre, number) is None
    for stranger in (
        await above(club, Duty.MUNICIPALITY, far),
        await above(club, Duty.REGION),
        await above(club, Duty.OBSERVER, club.municipality),
        await club.works_for(await club.employer("School 2")),
        await club.works_for(club.organisation, role="teacher"),
        await club.works_for(club.organisation, role="board"),
        await club.person(),
    ):
        assert await club.turn(cases.waiting, stranger) == []
        assert await club.turn(cases.case, stranger, case) is None
        with pytest.raises(Refused):
            await club.turn(cases.answer, stranger, case, "No", channel="vk")


async def test_an_answer_closes_it_and_every_guardian_is_told(club: Club) -> None:
    centre = await above(club, Duty.MUNICIPALITY, club.municipality)
    family, number, case = await opened(club)
    apart = await club.joins(family.id, "apart")
    await club.turn(cases.answer, centre, case, "The grandmother applied by mistake", channel="vk")
    await club.turn(cases.answer, centre, case, "Something else", channel="vk")
    with pytest.raises(Refused) as late:
        await club.turn(cases.answer, club.methodist, case, "Me too", channel="vk")
    assert say(late.value.words) == "This message was answered meanwhile"
    assert await club.turn(cases.waiting, centre) == []
    assert (await state(club, number), await seat(club, number)) == ("submitted", 1)
    [(disputed,)] = await club.rows(schema.application, "disputed", id=number)
    assert not disputed
    assert await actions(club, number) == ["apply", "dispute", "clear"]
    own = await club.turn(cases.of_application, family.parent, number)
    assert own is not None
    assert (own.text, own.answer, own.by_centre) == ("We never applied", "The grandmother applied by mistake", True)
    others = await club.turn(cases.of_application, apart, number)
    assert others is not None
    assert (others.text, others.answer, others.closed) == (None, None, own.closed)
    [(change,)] = await club.rows(schema.application_change, "id", application=number, action="clear")
    told = {key for (key,) in await club.rows(schema.delivery, "key") if key.startswith(f"change:{change}:")}
    assert told == {f"change:{change}:{family.parent}", f"change:{change}:{apart}"}
    found = await club.turn(enrolment.news, apart, change)
    assert found is not None
    assert say(found[1].who) == "the municipal centre"
    await check(club)


async def test_after_an_answer_a_family_may_object_again(club: Club) -> None:
    family, number, case = await opened(club)
    await club.turn(cases.answer, club.methodist, case, "It was you", channel="vk")
    await club.turn(enrolment.dispute, family.parent, number, channel="vk")
    assert len(await club.rows(schema.objection, "id", application=number)) == 2


async def test_those_who_answer_are_told_in_working_hours(club: Club) -> None:
    centre = await above(club, Duty.MUNICIPALITY, club.municipality)
    club.now = START.replace(day=29)  # a Saturday
    _family, _number, case = await opened(club)
    monday = START.replace(day=31, hour=4)
    rows = await club.rows(schema.delivery, "person", "due", link=f"case/{case}")
    assert {(person, due) for person, due in rows} == {(centre, monday), (club.methodist, monday)}
