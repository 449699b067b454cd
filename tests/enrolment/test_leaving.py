"""Leaving waits for an order and its day; a move keeps the old place until the new one is sure; the year turns with its pupils first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.services import enrolment
from bot.services.enrolment import Refused, leaving, moving, year
from bot.services.queue import UNDO
from storage import schema
from tests.enrolment.checks import actions, check, seat, state
from tests.enrolment.club import Club, Family
from tests.enrolment.test_apply import send

TODAY = date(2026, 8, 24)


async def enrolled(club: Club, group: int, family: Family | None = None, financing: str = "free") -> tuple[Family, int]:
    """A family whose child is enrolled in a group."""
    family = family or await club.family()
    number = await send(club, family, group)
    for verb, more in (("confirm", {}), ("enrol", {"act": "№ 5"})):
        await club.turn(enrolment.decide, club.methodist, number, verb, channel="vk", **more)
    await club.change(schema.application, number, financing=financing)
    club.now += UNDO
    return family, number


def test_with_a_certificate_a_contract_ends_on_the_first_of_the_next_month() -> None:
    assert leaving.last_day(date(2026, 9, 10), "certificate", TODAY) == date(2026, 10, 1)
    assert leaving.last_day(date(2026, 12, 31), "certificate", TODAY) == date(2027, 1, 1)
    assert leaving.last_day(date(2026, 10, 1), "certificate", TODAY) == date(2026, 10, 1)
    assert leaving.last_day(date(2026, 9, 10), "free", TODAY) == date(2026, 9, 10)
    assert leaving.last_day(date(2026, 9, 1), "certificate", date(2026, 9, 1)) == date(2026, 10, 1)


async def test_who_asks_to_leave_keeps_the_place_until_the_order_and_its_day(club: Club) -> None:
    group = await club.group(1)
    family, number = await enrolled(club, group)
    waiting = await send(club, await club.family(name="Misha"), group)
    day = TODAY + timedelta(days=3)
    assert await club.turn(leaving.ask, family.parent, number, day, reason="time", channel="vk") == day
    assert await club.turn(leaving.ask, family.parent, number, day, channel="vk") == day
    assert [view.facts.id for view in await club.turn(enrolment.leavers, club.methodist)] == [number]
    assert await club.turn(leaving.depart) == 0
    assert await club.turn(leaving.order, club.methodist, number, "№ 9", channel="vk") == day
    assert (await state(club, number), await state(club, waiting)) == ("enrolled", "waitlisted")
    club.now += timedelta(days=4)
    assert await club.turn(leaving.depart) == 1
    assert await club.turn(leaving.depart) == 0
    assert (await state(club, number), await state(club, waiting)) == ("left", "offered")
    assert (await actions(club, number))[-3:] == ["ask_to_leave", "order_to_leave", "left"]
    await check(club)


async def test_a_request_is_taken_back_until_the_order_and_not_after_it(club: Club) -> None:
    family, number = await enrolled(club, await club.group(1))
    await club.turn(leaving.ask, family.parent, number, TODAY + timedelta(days=3), channel="vk")
    await club.turn(leaving.stay, family.parent, number, channel="vk")
    await club.turn(leaving.stay, family.parent, number, channel="vk")
    with pytest.raises(Refused):
        await club.turn(leaving.order, club.methodist, number, "№ 9", channel="vk")
    await club.turn(leaving.ask, family.parent, number, TODAY + timedelta(days=3), channel="vk")
    await club.turn(leaving.order, club.methodist, number, "№ 9", channel="vk")
    with pytest.raises(Refused):
        await club.turn(leaving.stay, family.parent, number, channel="vk")
    with pytest.raises(Refused):
        await club.turn(leaving.ask, family.parent, number, TODAY + timedelta(days=5), channel="vk")


async def test_an_old_undo_button_takes_no_order_back_and_leaves_the_enrolments_act(club: Club) -> None:
    family, number = await enrolled(club, await club.group(1))
    await club.turn(leaving.ask, family.parent, number, TODAY + timedelta(days=3), channel="vk")
    await club.turn(leaving.order, club.methodist, number, "№ 9", channel="vk")
    with pytest.raises(Refused):
        await club.turn(enrolment.undo, club.methodist, number, channel="vk")
    assert await club.rows(schema.application, "act", "leaves", id=number) == [("№ 5", TODAY + timedelta(days=3))]


async def test_others_neither_leave_nor_order(club: Club) -> None:
    family, number = await enrolled(club, await club.group(1))
    stranger, follower = await club.family(), await club.joins(family.id, "follower")
    other = await club.works_for(await club.employer("Sports"))
    for person in (stranger.parent, follower, other):
        with pytest.raises(Refused):
            await club.turn(leaving.ask, person, number, TODAY, channel="vk")
    await club.turn(leaving.ask, family.parent, number, TODAY, channel="vk")
    for person in (other, family.parent):
        with pytest.raises(Refused):
            await club.turn(leaving.order, person, number, "№ 9", channel="vk")
    with pytest.raises(Refused):
        await club.turn(leaving.ask, family.parent, number, TODAY - timedelta(days=1), channel="vk")


async def test_who_moves_keeps_the_old_place_until_the_new_enrolment_cannot_be_taken_back(club: Club) -> None:
    old, new = await club.group(1), await club.group(1)
    family, number = await enrolled(club, old)
    waiting = await send(club, await club.family(name="Misha"), old)
    moved = await club.turn(moving.ask, family.parent, number, new, channel="vk")
    assert (await seat(club, number), await seat(club, moved)) == (1, 1)
    for verb, more in (("confirm", {}), ("enrol", {"act": "№ 6"})):
        await club.turn(enrolment.decide, club.methodist, moved, verb, channel="vk", **more)
    assert await club.turn(moving.settle) == 0
    club.now += UNDO
    assert await club.turn(moving.settle) == 1
    assert [await state(club, each) for each in (number, moved, waiting)] == ["left", "enrolled", "offered"]
    assert await club.turn(moving.settle) == 0
    await check(club)


async def test_the_staff_moves_a_child_at_once_where_there_is_a_place(club: Club) -> None:
    old, new, full = await club.group(1), await club.group(1), await club.group(1)
    family, number = await enrolled(club, old)
    await enrolled(club, full, await club.family(name="Misha"))
    with pytest.raises(Refused):
        await club.turn(moving.move_child, club.methodist, number, full, channel="vk")
    with pytest.raises(Refused):
        await club.turn(moving.move_child, family.parent, number, new, channel="vk")
    moved = await club.turn(moving.move_child, club.methodist, number, new, why="a closer hall", channel="vk")
    assert (await state(club, number), await state(club, moved)) == ("left", "enrolled")
    assert (await seat(club, number), await seat(club, moved)) == (None, 1)
    with pytest.raises(Refused):
        await club.turn(moving.move_child, club.methodist, number, new, channel="vk")
    await check(club)


async def test_another_organisations_group_is_no_place_to_move_to(club: Club) -> None:
    family, number = await enrolled(club, await club.group(1))
    elsewhere = await club.course("Judo", organisation=await club.employer("Sports"))
    group = await club.group(1, programme=elsewhere)
    with pytest.raises(Refused):
        await club.turn(moving.ask, family.parent, number, group, channel="vk")


async def test_pupils_go_on_in_the_next_year_before_everybody_else(club: Club) -> None:
    group = await club.group(2, ends=date(2027, 5, 31))
    family, number = await enrolled(club, group)
    new = await club.turn(year.prepare, club.methodist, group)
    assert await club.turn(year.prepare, club.methodist, group) == new
    [(_id, starts, kept, locked, follows)] = await club.rows(schema.study_group, "id", "starts", "kept", "locked", "follows", id=new)
    assert (starts, kept, locked, follows) == (date(2027, 9, 15), 1, True, group)
    stranger = await club.family(date(2019, 5, 5), "Misha")
    with pytest.raises(Refused):  # it is closed yet, but for who goes on
        await send(club, stranger, new)
    continued = await club.turn(year.proceed, family.parent, number, channel="vk")
    assert await club.turn(year.proceed, family.parent, number, channel="vk") == continued
    assert await seat(club, continued) == 1
    await club.change(schema.study_group, new, locked=False)
    first, second = await send(club, stranger, new), await send(club, await club.family(date(2019, 5, 5), "Dasha"), new)
    assert (await seat(club, first), await state(club, second)) == (2, "waitlisted")
    club.now += timedelta(days=1)
    await club.turn(moving.settle)
    assert await state(club, number) == "enrolled"
    with pytest.raises(Refused):
        await club.turn(year.prepare, family.parent, group)


async def test_a_year_that_is_over_ends_for_everybody_in_it(club: Club) -> None:
    group = await club.group(1, ends=date(2027, 5, 31))
    _family, number = await enrolled(club, group)
    waiting = await send(club, await club.family(name="Misha"), group)
    assert await club.turn(year.finish) == 0
    club.now = club.now.replace(year=2027, month=6, day=2)
    assert await club.turn(year.finish) == 1
    assert (await state(club, number), await state(club, waiting)) == ("completed", "lapsed")
    assert await club.rows(schema.place, "seat", group=group) == []
    assert await club.turn(year.finish) == 0


async def test_a_decision_that_was_taken_back_is_nothing_that_happened_to_the_family(club: Club) -> None:
    family, group = await club.family(), await club.group(1)
    number = await send(club, family, group)
    wrong = await club.turn(enrolment.decide, club.methodist, number, "decline", reason="age", channel="vk")
    await club.turn(enrolment.undo, club.methodist, number, channel="vk")
    seen = await club.turn(enrolment.application, family.parent, number)
    theirs = await club.turn(enrolment.application, club.methodist, number)
    assert seen is not None
    assert theirs is not None
    assert [one.action for one in seen.history] == ["apply"]
    assert [one.action for one in theirs.history] == ["apply", "decline", "undo"]
    assert await club.turn(enrolment.news, family.parent, wrong) is None
