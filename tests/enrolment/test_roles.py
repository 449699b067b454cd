"""Roles: who may decide, see and invite whom; an access that is ended opens nothing any more."""

from __future__ import annotations

import pytest

from bot.model.application import DECISIONS, SELECTING, Action
from bot.services import enrolment, staff
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.checks import state
from tests.enrolment.club import Club
from tests.enrolment.test_apply import send
from tests.enrolment.test_staff import NEEDED, decide


async def teacher(club: Club, *groups: int) -> int:
    """Make a teacher of some groups."""
    person = await club.works_for(club.organisation, "Natalya Sergeevna", role="teacher")
    [(number,)] = await club.rows(schema.staff, "id", person=person)
    for group in groups:
        await club.put(schema.staff_group, staff=number, group=group)
    return person


@pytest.mark.parametrize("action", DECISIONS)
async def test_a_teacher_decides_nothing_and_a_board_only_selections(club: Club, action: Action) -> None:
    for entry in ("queue", "selection"):
        group = await club.group(2, entry=entry)
        board = await club.works_for(club.organisation, "Alla Viktorovna", role="board")
        family = await club.family()
        number = await send(club, family, group)
        if action in {Action.ADMIT, Action.RESERVE, Action.NOT_ADMIT} and entry == "selection":
            await decide(club, number, "invite", by=board)
        before = await state(club, number)
        with pytest.raises(Refused):
            await decide(club, number, action, by=await teacher(club, group), **NEEDED.get(action, {}))
        if entry == "selection" and action in SELECTING:
            await decide(club, number, action, by=board)
            assert await state(club, number) == DECISIONS[action]
            await club.turn(enrolment.undo, board, number, channel="vk")
        else:
            with pytest.raises(Refused):
                await decide(club, number, action, by=board, **NEEDED.get(action, {}))
        assert await state(club, number) == before


async def test_a_board_takes_no_decision_of_its_organisation_back(club: Club) -> None:
    group, board = await club.group(2, entry="selection"), await club.works_for(club.organisation, role="board")
    number = await send(club, await club.family(), group)
    await decide(club, number, "decline", by=club.methodist)
    with pytest.raises(Refused):
        await club.turn(enrolment.undo, board, number, channel="vk")


async def test_a_teacher_sees_the_roster_of_own_groups_without_messages(club: Club) -> None:
    own, other = await club.group(2), await club.group(2)
    family = await club.family()
    number = await send(club, family, own)
    await decide(club, number, "ask", comment="Is Masha new to this?")
    person = await teacher(club, own)
    [item] = await club.turn(enrolment.group_roster, person, own)
    assert (item.seat, item.application.facts.name) == (1, "Masha")
    view = await club.turn(enrolment.application, person, number)
    assert view is not None
    assert (view.role, view.comment, [one.why for one in view.history]) == ("teacher", "", ["", ""])
    with pytest.raises(Refused):
        await club.turn(enrolment.group_roster, person, other)
    number = await send(club, family, other)
    assert await club.turn(enrolment.application, person, number) is None


async def test_a_board_sees_its_selections_and_no_queue(club: Club) -> None:
    board, family = await club.works_for(club.organisation, role="board"), await club.family()
    queue, selection = [await send(club, family, await club.group(2, entry=entry)) for entry in ("queue", "selection")]
    assert await club.turn(enrolment.application, board, queue) is None
    seen = await club.turn(enrolment.application, board, selection)
    assert seen is not None
    assert seen.role == "staff"


async def test_who_has_no_access_any_more_opens_and_decides_nothing(club: Club) -> None:
    group = await club.group(2)
    number = await send(club, await club.family(), group)
    colleague, boss = await club.works_for(club.organisation), club.methodist
    [(row,)] = await club.rows(schema.staff, "id", person=colleague)
    assert await club.turn(enrolment.application, colleague, number) is not None
    assert await club.turn(staff.revoke, boss, row)
    assert await club.turn(enrolment.application, colleague, number) is None
    assert await club.turn(enrolment.inbox, colleague) == []
    assert await club.turn(staff.access, colleague, group) == frozenset()
    for verb in ("confirm", "ask"):
        with pytest.raises(Refused):
            await decide(club, number, verb, by=colleague)
    with pytest.raises(Refused):
        await club.turn(enrolment.set_size, colleague, group, 100)
    with pytest.raises(Refused):
        await club.turn(enrolment.group_roster, colleague, group)
    assert await state(club, number) == "submitted"
