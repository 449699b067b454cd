"""Roles: who may decide, see and invite whom; an access that is ended opens nothing any more."""

from __future__ import annotations

import pytest

from bot.model.application import DECISIONS, SELECTING, Action
from bot.model.staff import Duty, Scope
from bot.services import enrolment, staff
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.checks import state
from tests.enrolment.club import START, Club
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


async def above(club: Club, role: Duty, municipality: int | None = None) -> int:
    """Make somebody who stands above the organisations."""
    person = await club.person()
    await club.add(schema.staff, person=person, role=role, municipality=municipality, since=START, name=role)
    return person


async def invited(club: Club, by: int | None, scope: Scope) -> int | None:
    """Invite a new person and let them accept; `None` where that is not allowed."""
    try:
        token = await club.turn(staff.invite, scope.organisation, by, scope)
    except LookupError:
        return None
    person = await club.person()
    assert await club.turn(staff.accept, person, token, "Somebody New") is not None
    assert await club.turn(staff.accept, await club.person(), token, "Too Late") is None
    return person


async def test_who_may_invite_whom_is_a_table(club: Club) -> None:
    group = await club.group(2)
    far = await club.add(schema.municipality, code="far", name="Zaryazhye", zone="Asia/Yekaterinburg")
    other = await club.employer("School 2")
    away = await club.add(schema.organisation, code="away", municipality=far, name="Far House", kind="state")
    who = {
        "region": await above(club, Duty.REGION),
        "municipality": await above(club, Duty.MUNICIPALITY, club.municipality),
        "organisation": club.methodist,
        "teacher": await teacher(club, group),
        "board": await club.works_for(club.organisation, role="board"),
        "observer": await above(club, Duty.OBSERVER, club.municipality),
        "nobody": await club.person(),
    }
    here = club.organisation
    wanted = {
        Scope(Duty.REGION): set(),
        Scope(Duty.MUNICIPALITY, None, club.municipality): {"region"},
        Scope(Duty.MUNICIPALITY, None, far): {"region"},
        Scope(Duty.ORGANISATION, here): {"region", "municipality", "organisation"},
        Scope(Duty.ORGANISATION, other): {"region", "municipality"},
        Scope(Duty.ORGANISATION, away): {"region"},
        Scope(Duty.TEACHER, here, None, (group,)): {"organisation"},
        Scope(Duty.TEACHER, other, None, (group,)): set(),
        Scope(Duty.TEACHER, here): set(),
        Scope(Duty.BOARD, here): {"organisation"},
        Scope(Duty.BOARD, other): set(),
        Scope(Duty.OBSERVER, here): {"region", "municipality", "organisation"},
        Scope(Duty.OBSERVER, None, club.municipality): {"region", "municipality"},
        Scope(Duty.OBSERVER, None, far): {"region"},
    }
    for scope, allowed in wanted.items():
        assert {name for name, person in who.items() if await invited(club, person, scope) is not None} == allowed, scope


async def test_an_accepted_role_is_named_dated_and_works(club: Club) -> None:
    group = await club.group(2)
    person = await invited(club, club.methodist, Scope(Duty.TEACHER, club.organisation, None, (group,)))
    assert person is not None
    [row] = await club.turn(staff.roles, person)
    [(since,)] = await club.rows(schema.audit, "at", action="joined")
    assert (row.name, row.role, row.since, row.given_by_name) == (
        "Somebody New",
        "teacher",
        since,
        "Svetlana Yuryevna",
    )
    assert await club.turn(staff.access, person, group) == {"teacher"}
    assert [action for _id, action in await club.rows(schema.audit, "id", "action")] == ["invited", "joined"]


async def test_a_second_invitation_of_a_teacher_adds_groups(club: Club) -> None:
    first, second, person = await club.group(2), await club.group(2), await club.person()
    for group in (first, second):
        scope = Scope(Duty.TEACHER, club.organisation, None, (group,))
        token = await club.turn(staff.invite, club.organisation, club.methodist, scope)
        await club.turn(staff.accept, person, token, "Natalya Sergeevna")
    assert len(await club.turn(staff.roles, person)) == 1
    assert await club.turn(staff.access, person, second) == {"teacher"}


async def test_an_invitation_ends_with_the_access_of_who_gave_it(club: Club) -> None:
    colleague = await club.works_for(club.organisation)
    token = await club.turn(staff.invite, club.organisation, colleague, Scope(Duty.BOARD, club.organisation))
    [(row,)] = await club.rows(schema.staff, "id", person=colleague)
    await club.turn(staff.revoke, club.methodist, row)
    assert await club.turn(staff.look, token) is None
    assert await club.turn(staff.accept, await club.person(), token, "Somebody") is None


async def test_only_those_above_end_an_access(club: Club) -> None:
    other = await club.works_for(await club.employer("School 2"))
    board = await club.works_for(club.organisation, role="board")
    [(row,)] = await club.rows(schema.staff, "id", person=board)
    for person in (other, board, await club.person()):
        assert not await club.turn(staff.revoke, person, row)
    assert await club.turn(staff.revoke, await above(club, Duty.MUNICIPALITY, club.municipality), row) is False
    assert await club.turn(staff.revoke, club.methodist, row)
    assert not await club.turn(staff.revoke, club.methodist, row)
