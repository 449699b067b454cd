"""What is known about somebody: told whole, erased when they ask, and thirty days after a consent was taken back; no table is left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from bot.dialogs.data import FIELDS, NOUNS
from bot.services import consent, enrolment, known, people
from storage import known as told
from storage import person as erased
from storage import schema
from storage.schema import metadata
from tests.enrolment.checks import say, state
from tests.enrolment.club import START, Club
from tests.enrolment.test_apply import send

SQLITE = sqlite.dialect(paramstyle="qmark")
ABOUT = ("person", "account", "child", "application", "enquiry")
"""Tables whose rows are somebody's: what refers to them says something about that somebody."""


def refers(table: Table, *names: str) -> bool:
    """Whether a table has a column that refers to one of these."""
    return any(key.column.table.name in names for column in table.c for key in column.foreign_keys)


def test_every_table_that_says_something_about_a_person_is_told_or_says_why_not() -> None:
    about = {name for name, table in metadata.tables.items() if refers(table, *ABOUT)} | {"person"}
    assert about - set(told.KNOWN) <= told.WITHIN
    assert not told.WITHIN & set(told.KNOWN)


def test_every_table_that_refers_to_a_person_is_erased_or_says_why_it_stays() -> None:
    statements = " ".join(query.on(SQLITE).sql for query in (*erased.FORGET, erased.FORGET_CALLS, erased.CANCEL_VISITS))
    for name, table in metadata.tables.items():
        if refers(table, "person") and name not in erased.STAYS:
            assert f" {name} " in statements.replace("\n", " "), f"{name} refers to a person: erase it, or say in STAYS why it stays"


def test_every_column_that_is_told_has_a_name() -> None:
    names = {column.name for name in told.KNOWN for column in metadata.tables[name].c} - told.HIDDEN
    assert names == set(FIELDS)
    assert set(NOUNS) == set(told.KNOWN)


async def agree(club: Club, person: int, organisation: int | None = None) -> int:
    """Let somebody agree to applications; returns the consent's number."""
    paper = await club.turn(consent.document, person, organisation or club.organisation, "РМЦ")
    assert paper is not None
    await club.turn(consent.give, person, "application", paper, "vk")
    return max(row.id for row in await club.turn(consent.of, person))


async def child_of(club: Club, number: int) -> tuple[Any, ...]:
    """The name and birthday of the child that an application is about."""
    [(_id, child)] = await club.rows(schema.application, "id", "child", id=number)
    [row] = await club.rows(schema.child, "name", "surname", "born", id=child)
    return row


async def test_a_consent_taken_back_withdraws_what_is_going_on_and_frees_the_place(club: Club) -> None:
    group, first, second = await club.group(1), await club.family(), await club.family(name="Misha")
    given = await agree(club, first.parent)
    numbers = [await send(club, family, group) for family in (first, second)]
    assert await club.turn(people.ending, first.parent, club.organisation) == [numbers[0]]
    assert not await club.turn(people.take_back, second.parent, given, channel="vk")
    assert await club.turn(people.take_back, first.parent, given, channel="vk")
    assert [await state(club, number) for number in numbers] == ["withdrawn", "offered"]
    assert not await club.turn(people.take_back, first.parent, given, channel="vk")


async def test_another_guardians_consent_keeps_the_application(club: Club) -> None:
    group, family = await club.group(1), await club.family()
    other = await club.joins(family.id, name="Oleg")
    given = await agree(club, family.parent)
    await agree(club, other)
    number = await send(club, family, group)
    await club.turn(people.take_back, family.parent, given, channel="vk")
    assert await state(club, number) == "submitted"


async def test_thirty_days_later_the_data_are_gone_but_for_what_led_to_an_order(club: Club) -> None:
    first, second, family = await club.group(2), await club.group(2), await club.family()
    given = await agree(club, family.parent)
    asked, enrolled = await send(club, family, first), await send(club, family, second)
    await club.turn(enrolment.decide, club.methodist, asked, "ask", comment="Was Masha ill?", channel="vk")
    await club.turn(enrolment.decide, club.methodist, enrolled, "confirm", channel="vk")
    await club.turn(enrolment.decide, club.methodist, enrolled, "enrol", act="№ 5", channel="vk")
    await club.turn(people.take_back, family.parent, given, channel="vk")
    assert (await state(club, asked), await state(club, enrolled)) == ("withdrawn", "enrolled")
    club.now += timedelta(days=30) - timedelta(minutes=1)
    assert await club.turn(people.erase_due) == 0
    assert (await child_of(club, asked))[0] == "Masha"
    club.now += timedelta(minutes=1)
    assert await club.turn(people.erase_due) == 1
    assert await child_of(club, asked) == ("", "", date(2017, 1, 1))
    assert (await child_of(club, enrolled))[0] == "Masha"
    assert await club.rows(schema.application, "comment", id=asked) == [(None,)]
    assert {why for (why,) in await club.rows(schema.application_change, "why", application=asked)} == {None}
    assert {why for (why,) in await club.rows(schema.application_change, "why", application=enrolled)} == {None, "№ 5"}
    assert await club.turn(people.erase_due) == 0
    [item] = await club.turn(enrolment.group_roster, club.methodist, second)
    assert "Masha" in say(item.application.child_words)


async def test_nothing_is_deleted_where_a_consent_was_given_again(club: Club) -> None:
    group, family = await club.group(2), await club.family()
    given = await agree(club, family.parent)
    number = await send(club, family, group)
    await club.turn(people.take_back, family.parent, given, channel="vk")
    await agree(club, family.parent)
    club.now += timedelta(days=31)
    assert await club.turn(people.erase_due) == 1
    assert (await child_of(club, number))[0] == "Masha"


async def test_who_is_forgotten_leaves_a_year_of_birth_and_no_word(club: Club) -> None:
    group, family = await club.group(2), await club.family()
    await agree(club, family.parent)
    number = await send(club, family, group)
    await club.turn(enrolment.decide, club.methodist, number, "ask", comment="Was Masha ill?", channel="vk")
    await club.turn(enrolment.withdraw, family.parent, number, channel="vk")
    grandmother = await club.joins(family.id, "follower")
    await club.add(schema.call_request, child=family.child, group=group, person=family.parent, created=START, until=START)
    await club.turn(people.forget, family.parent)
    assert await child_of(club, number) == ("", "", date(2017, 1, 1))
    assert await club.rows(schema.guardian, "person", family=family.id) == []
    assert await club.rows(schema.call_request, "id") == []
    assert await club.rows(schema.application, "comment", id=number) == [(None,)]
    assert {why for (why,) in await club.rows(schema.application_change, "why", application=number)} == {None}
    assert await club.turn(enrolment.applications, grandmother) == []
    assert [row.withdrawn is not None for row in await club.turn(consent.of, family.parent)] == [True]


async def test_who_is_forgotten_takes_nothing_from_the_other_parent(club: Club) -> None:
    group, family = await club.group(2), await club.family()
    other = await club.joins(family.id, name="Oleg")
    number = await send(club, family, group)
    await club.turn(people.forget, family.parent)
    assert (await child_of(club, number))[0] == "Masha"
    assert await club.rows(schema.guardian, "person", family=family.id) == [(other,)]


async def test_a_methodist_who_is_forgotten_has_no_access_and_no_name(club: Club) -> None:
    await club.turn(people.forget, club.methodist)
    [(_id, name, until)] = await club.rows(schema.staff, "id", "name", "until", person=club.methodist)
    assert name is None
    assert until is not None


async def test_what_is_known_is_ones_own_and_no_other_familys(club: Club) -> None:
    group, family, other = await club.group(2), await club.family(), await club.family(name="Misha")
    numbers = [await send(club, each, group) for each in (family, other)]
    chapters = {each.noun: each.rows for each in await club.turn(known.known, family.parent)}
    assert [row["name"] for row in chapters["child"]] == ["Masha"]
    assert chapters["application"][0]["group"] == "Cogwheel: 1"
    assert len(chapters["application"]) == 1
    assert "Misha" not in repr(chapters)
    assert numbers[0] != numbers[1]
    follower = await club.joins(family.id, "follower")
    assert {each.noun for each in await club.turn(known.known, follower)} == {"person", "guardian"}
