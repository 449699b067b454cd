"""«Для Навигатора»: what is to be entered there, who may mark it, and a list of states whose every row is answered for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.services import enrolment, navigator
from bot.services import family as families
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.checks import state
from tests.enrolment.club import Club
from tests.enrolment.test_apply import send

HEADING = ["№ заявки", "ФИО ребёнка", "Дата рождения", "Программа", "Статус"]


async def test_only_an_organisation_with_two_doors_has_something_to_enter(club: Club) -> None:
    group, family = await club.group(5), await club.family()
    number = await send(club, family, group)
    assert await club.turn(navigator.waiting, club.methodist) == []
    await club.change(schema.organisation, club.organisation, door="both")
    other = await club.works_for(await club.employer("Sports", door="both"))
    [found] = await club.turn(navigator.waiting, club.methodist)
    assert (found.id, found.surname, found.name, found.programme_name) == (number, "Petrova", "Masha", "Cogwheel")
    assert await club.turn(navigator.count, club.methodist) == 1
    for person in (other, family.parent):
        assert await club.turn(navigator.waiting, person) == []
        assert await club.turn(navigator.entry, person, number) is None
        with pytest.raises(Refused):
            await club.turn(navigator.enter, person, number, "77")


async def test_an_application_is_marked_as_entered_and_the_mark_is_taken_back(club: Club) -> None:
    await club.change(schema.organisation, club.organisation, door="both")
    number = await send(club, await club.family(), await club.group(5))
    await club.turn(navigator.enter, club.methodist, number, "77")
    assert await club.turn(navigator.count, club.methodist) == 0
    seen = await club.turn(navigator.outside, number)
    assert (seen.state, seen.number, seen.both) == ("entered", "77", True)
    await club.turn(navigator.enter, club.methodist, number, None)
    assert (await club.turn(navigator.outside, number)).number == "77"
    await club.turn(navigator.forget, club.methodist, number)
    assert await club.turn(navigator.count, club.methodist) == 1


async def test_who_waits_in_the_queue_is_not_entered_yet(club: Club) -> None:
    await club.change(schema.organisation, club.organisation, door="both")
    group = await club.group(1)
    first = await send(club, await club.family(), group)
    await send(club, await club.family(name="Misha"), group)
    assert [each.id for each in await club.turn(navigator.waiting, club.methodist)] == [first]


async def test_every_row_of_a_list_is_answered_for_and_changes_only_what_is_outside(club: Club) -> None:
    await club.change(schema.organisation, club.organisation, door="both")
    group, other = await club.group(9), await club.group(9)
    masha, misha, dasha = [await club.family(date(2017, 5, day), name) for day, name in ((5, "Masha"), (6, "Misha"), (7, "Dasha"))]
    one, two = await send(club, masha, group), await send(club, misha, group)
    three, again = await send(club, dasha, group), await send(club, dasha, other)
    await club.turn(navigator.enter, club.methodist, one, "77")
    await club.turn(enrolment.decide, club.methodist, two, "confirm", channel="vk")
    rows = [
        (1, ["Выгрузка", None, None, None, None]),
        (2, HEADING),
        (3, ["77", None, None, None, "Подтверждена"]),
        (4, ["78", "Petrova Misha Ivanovna", "06.05.2017", "Cogwheel", "Отклонена"]),
        (5, [None, "Petrova Dasha", {"at": "2017-05-07"}, None, "Обучается"]),
        (6, [None, "Petrova Nobody", "07.05.2017", None, "Новая"]),
        (7, [None, "Petrova Dasha", "31.02.2017", None, "Новая"]),
        (8, [None, None, None, None, None]),
        (9, ["77", None, None, None, "Подтверждена"]),
        (10, ["78", None, None, None, "Особое слово"]),
    ]
    made = await club.turn(navigator.statuses, club.organisation, rows)
    assert (made.applied, made.unchanged, made.ambiguous) == ([3, 4, 10], [9], [5])
    assert (made.unknown, made.unreadable, made.conflicts) == ([6], [7], [(4, two)])
    again_made = await club.turn(navigator.statuses, club.organisation, [(1, HEADING), (2, ["78", None, None, None, "Особое слово"])])
    assert again_made.unchanged == [2]
    assert (await club.turn(navigator.outside, two)).state == "Особое слово"
    assert (await club.turn(navigator.outside, one)).state == "confirmed"
    assert [await state(club, each) for each in (one, two, three, again)] == ["submitted", "confirmed", "submitted", "submitted"]


async def test_the_guardian_who_applied_is_copied_and_not_the_other_one(club: Club) -> None:
    await club.change(schema.organisation, club.organisation, door="both")
    family = await club.family()
    other = await club.joins(family.id, name="Oleg")
    for person, phone in ((family.parent, "+79000000001"), (other, "+79000000002")):
        await club.turn(families.set_contact, person, f"No. {phone[-1]}", phone)
    number = await send(club, replace(family, parent=other), await club.group(5))
    found = await club.turn(navigator.entry, club.methodist, number)
    assert found is not None
    assert (found.guardian_name, found.phone) == ("No. 2", "+79000000002")


async def test_a_row_by_name_overwrites_no_other_number_and_prefers_what_is_going_on(club: Club) -> None:
    group, family = await club.group(5), await club.family(date(2017, 5, 5), "Anna")
    await club.change(schema.child, family.child, surname="Petrova-Ivanova")
    await club.change(schema.organisation, club.organisation, door="both")
    ended = await send(club, family, group)
    await club.turn(enrolment.withdraw, family.parent, ended, channel="vk")
    live = await send(club, family, group)
    row = [None, "Petrova-Ivanova Anna", "05.05.2017", None, "Новая"]
    made = await club.turn(navigator.statuses, club.organisation, [(1, HEADING), (2, row)])
    assert made.applied == [2]
    assert (await club.turn(navigator.outside, live)).state == "new"
    await club.turn(navigator.enter, club.methodist, live, "77")
    made = await club.turn(navigator.statuses, club.organisation, [(1, HEADING), (2, ["79", "Petrova-Ivanova Anna", *row[2:]])])
    assert (made.applied, made.unknown) == ([], [2])
    many = [None, "Petrova-Ivanova Anna and three more words", *row[2:]]
    assert (await club.turn(navigator.statuses, club.organisation, [(1, HEADING), (2, many)])).unknown == [2]


async def test_a_list_without_a_heading_is_answered_row_by_row(club: Club) -> None:
    made = await club.turn(navigator.statuses, club.organisation, [(1, ["Имя", "Что-то"]), (2, ["Маша", "Новая"]), (3, [None, None])])
    assert (made.applied, made.unreadable) == ([], [1, 2])


async def test_what_is_over_or_waits_is_not_marked(club: Club) -> None:
    await club.change(schema.organisation, club.organisation, door="both")
    group = await club.group(1)
    numbers = [await send(club, await club.family(name=name), group) for name in ("Masha", "Misha")]
    with pytest.raises(Refused):
        await club.turn(navigator.enter, club.methodist, numbers[1], None)
    for _again in range(2):
        await club.turn(navigator.enter, club.methodist, numbers[0], "5")
    assert len(await club.rows(schema.audit, "id", action="entered_outside")) == 1


def test_a_table_without_the_columns_it_needs_is_no_list() -> None:
    assert navigator.headings(["ФИО", "Статус"]) is None
    assert navigator.headings(HEADING) == {"number": 0, "child": 1, "born": 2, "programme": 3, "state": 4}
    assert navigator.headings(["статус  заявки", "НОМЕР заявки"]) == {"state": 0, "number": 1}
