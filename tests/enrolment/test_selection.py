"""Selections: drafts that nobody sees, a publication in one piece, the reserve in its order, a list without names."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from bot.dialogs.staff.board import readable_results
from bot.model.application import Action
from bot.services import enrolment, selection
from bot.services.enrolment import Refused
from storage import schema
from storage.database import Tx
from tests.enrolment.checks import check, state
from tests.enrolment.club import Club, Family
from tests.enrolment.test_apply import send
from tests.enrolment.test_slots import invited, second

__all__ = ["second"]

UNTIL = date(2026, 8, 27)


async def asked(club: Club, group: int, many: int) -> list[tuple[Family, int]]:
    return [await invited(club, group) for _ in range(many)]


async def write(club: Club, group: int, result: Action | None, *numbers: int) -> int:
    return await club.turn(selection.draft, club.methodist, group, numbers, result)


async def publish(club: Club, group: int, by: int | None = None) -> int:
    return await club.turn(selection.publish, by or club.methodist, group, UNTIL, channel="vk")


async def test_all_who_applied_are_invited_at_once(club: Club) -> None:
    group = await club.group(2, entry="selection")
    numbers = [await send(club, await club.family(), group) for _ in range(3)]
    board = await club.works_for(club.organisation, role="board")
    assert await club.turn(selection.invite, board, group, numbers[:1], channel="vk") == 1
    assert await club.turn(selection.invite, board, group, [*numbers, 999], channel="vk") == 2
    assert await club.turn(selection.invite, board, group, numbers, channel="vk") == 0
    assert [one.state for one in await club.turn(selection.entries, board, group)] == ["invited"] * 3


async def test_nobody_learns_of_a_draft(club: Club) -> None:
    group = await club.group(2, entry="selection")
    [(family, number)] = await asked(club, group, 1)
    told = len(await club.rows(schema.delivery, "id"))
    assert await write(club, group, Action.ADMIT, number, 999) == 1
    view = await club.turn(enrolment.application, family.parent, number)
    assert view is not None
    assert (view.state, [one.action for one in view.history]) == ("invited", ["apply", "invite"])
    assert len(await club.rows(schema.delivery, "id")) == told
    assert await write(club, group, None, number) == 1
    with pytest.raises(Refused):
        await publish(club, group)


async def test_publishing_admits_within_the_size_and_keeps_the_reserve_in_order(club: Club) -> None:
    group = await club.group(2, entry="selection")
    known = await asked(club, group, 6)
    numbers = [number for _family, number in known]
    await write(club, group, Action.ADMIT, *numbers[:3])
    with pytest.raises(Refused):
        await publish(club, group)
    assert {await state(club, number) for number in numbers} == {"invited"}
    assert await club.turn(selection.published, group) is None
    await write(club, group, Action.RESERVE, numbers[3], numbers[2])
    await write(club, group, Action.NOT_ADMIT, numbers[4])
    assert await publish(club, group) == 5
    await check(club)
    assert [await state(club, number) for number in numbers] == ["admitted", "admitted", "reserve", "reserve", "not_admitted", "invited"]
    found = await club.turn(selection.numbers, group)
    assert (found.admitted, found.reserve, found.others) == (numbers[:2], numbers[2:4], 1)
    list_ = await club.turn(selection.published, group)
    assert list_ is not None
    assert list_.appeal_until == UNTIL
    assert await club.rows(schema.application, "draft", group=group) == [(None,)] * 6
    due = [at for at, *_rest in await club.rows(schema.delivery, "due")]
    assert due.count(max(due)) == 5, "all are told at the same moment"
    family, number = known[0]
    await club.turn(enrolment.withdraw, family.parent, number, channel="vk")
    assert [await state(club, number) for number in numbers[1:4]] == ["admitted", "admitted", "reserve"]
    await check(club)


async def test_a_further_round_publishes_anew(club: Club) -> None:
    group = await club.group(2, entry="selection")
    (_first, one), (_second, two) = await asked(club, group, 2)
    await write(club, group, Action.ADMIT, one)
    await publish(club, group)
    await write(club, group, Action.ADMIT, two)
    await publish(club, group)
    assert (await club.turn(selection.numbers, group)).admitted == [one, two]
    assert len(await club.rows(schema.selection, "group")) == 1


async def test_a_place_that_the_earlier_reserve_may_have_now_is_not_given_twice(club: Club) -> None:
    """The child of the reserve held too many places when one became free, and gave one back just before the next list."""
    group = await club.group(1, entry="selection")
    (_first, one), (full, waits), (_third, three), (_fourth, four) = await asked(club, group, 4)
    held = [await send(club, full, await club.group(5)) for _ in range(3)]
    await write(club, group, Action.ADMIT, one)
    await write(club, group, Action.RESERVE, waits)
    await publish(club, group)
    await club.turn(enrolment.set_size, club.methodist, group, 3)
    assert await state(club, waits) == "reserve"
    await club.turn(enrolment.withdraw, full.parent, held[0], channel="vk")
    await write(club, group, Action.ADMIT, three, four)

    async def half(tx: Tx) -> None:
        with pytest.raises(Refused):
            await selection.publish(tx, club.methodist, group, UNTIL, channel="vk")

    await club.turn(half)
    assert [await state(club, number) for number in (waits, three, four)] == ["admitted", "invited", "invited"]
    await write(club, group, Action.RESERVE, four)
    assert await publish(club, group) == 2
    assert [await state(club, number) for number in (waits, three, four)] == ["admitted", "admitted", "reserve"]
    await check(club)


async def test_only_its_board_and_organisation_write_and_publish(club: Club) -> None:
    group, queue = await club.group(2, entry="selection"), await club.group(2)
    [(_family, number)] = await asked(club, group, 1)
    teacher, board = await club.works_for(club.organisation, role="teacher"), await club.works_for(club.organisation, role="board")
    stranger = await club.works_for(await club.employer("School"))
    for who in (teacher, stranger, _family.parent):
        with pytest.raises(Refused):
            await club.turn(selection.draft, who, group, [number], Action.ADMIT)
        with pytest.raises(Refused):
            await club.turn(selection.entries, who, group)
        with pytest.raises(Refused):
            await publish(club, group, who)
    with pytest.raises(Refused):
        await club.turn(selection.draft, board, queue, [number], Action.ADMIT)
    assert await club.turn(selection.draft, board, group, [number], Action.ADMIT) == 1
    with pytest.raises(Refused):
        await club.turn(selection.publish, board, group, UNTIL - timedelta(days=9), channel="vk")
    assert await publish(club, group, board) == 1
    assert [row.group for row in await club.turn(selection.boards, board)] == [group]
    assert await club.turn(selection.boards, teacher) == []


async def test_two_of_the_board_publish_at_once(club: Club, second: Club) -> None:
    group = await club.group(2, entry="selection")
    known = await asked(club, group, 3)
    await write(club, group, Action.ADMIT, *[number for _family, number in known[:2]])
    await write(club, group, Action.RESERVE, known[2][1])
    second.now = club.now
    outcomes = await asyncio.gather(publish(club, group), publish(second, group, club.methodist), return_exceptions=True)
    assert sorted(map(str, (type(one).__name__ for one in outcomes))) == ["Refused", "int"]
    await check(club)


async def test_a_withdrawn_family_is_published_no_more(club: Club) -> None:
    group = await club.group(2, entry="selection")
    [(family, number), (_other, others)] = await asked(club, group, 2)
    await write(club, group, Action.ADMIT, number, others)
    await club.turn(enrolment.withdraw, family.parent, number, channel="vk")
    assert await publish(club, group) == 1
    assert await state(club, number) == "withdrawn"


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("12 14 15 приняты", {12: Action.ADMIT, 14: Action.ADMIT, 15: Action.ADMIT}),
        ("12, 14 — приняты; 17 резерв, 20 не приняты", {12: Action.ADMIT, 14: Action.ADMIT, 17: Action.RESERVE, 20: Action.NOT_ADMIT}),
        ("№ 7 в резерв", {7: Action.RESERVE}),
        ("12 admitted, 13 not admitted", {12: Action.ADMIT, 13: Action.NOT_ADMIT}),
        ("12 14", None),
        ("приняты", None),
        ("12 приняты, а остальных позже", None),
    ],
)
def test_results_are_read_from_one_text(text: str, results: dict[int, Action] | None) -> None:
    assert readable_results(text) == results
