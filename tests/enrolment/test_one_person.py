"""One person in several messengers: code and yes, and no row that is left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation.arrival import arrive
from bot.conversation.event import Said
from bot.conversation.language import Languages
from bot.model.application import Role
from bot.services import enrolment, family, one_person
from bot.services.one_person import TwoPeople
from storage import one_person as table
from storage import schema
from storage.account import ADDRESSES
from tests.enrolment.club import START, Club
from tests.enrolment.test_apply import send
from tests.stage import LOCALES


async def account(club: Club, person: int, channel: str = "vk") -> int:
    """An account of a person in a messenger."""
    return await club.add(schema.account, person=person, channel=channel, user=str(person), used=START)


def test_every_column_that_names_a_person_is_moved() -> None:
    """Any table of the schema that refers to a person is in the list, with each of its columns."""
    naming = {
        (found.name, column.name)
        for found in schema.metadata.tables.values()
        for column in found.columns
        for key in column.foreign_keys
        if key.target_fullname == "person.id"
    }
    assert len(naming) > 25
    for name, column in naming:
        assert f"{column}" in {each.name for each in table.references(schema.metadata.tables[name])}
    assert {name for name, _column in naming} == set(table.MOVES)


async def asked(club: Club, kept: int, gone: int) -> int:
    """A code of `kept` that `gone` typed: the number of the question."""
    code = await club.turn(one_person.issue, kept)
    assert await club.turn(one_person.claim, gone, await account(club, gone), code)
    [(number,)] = await club.rows(schema.secret, "id", person=kept, used=None) or await club.rows(schema.secret, "id", person=kept)
    return int(number)


async def test_everything_moves_with_the_yes_and_not_before(club: Club) -> None:
    own, group, kept = await club.family(), await club.group(1), await club.person()
    await account(club, kept, "telegram")
    number = await send(club, own, group)
    await club.put(schema.favourite, person=own.parent, programme=club.programme, at=START)
    await club.put(schema.favourite, person=kept, programme=club.programme, at=START)
    question = await asked(club, kept, own.parent)
    assert await club.turn(family.children, kept) == []
    assert await club.rows(schema.delivery, "link", person=kept) == [(f"sameasked/{question}",)]
    assert await club.turn(one_person.asked, kept, question) == "vk"
    assert await club.turn(one_person.answer, kept, question, yes=True)
    assert [each.id for each in await club.turn(family.children, kept)] == [own.child]
    view = await club.turn(enrolment.application, kept, number)
    assert view is not None
    assert view.role is Role.GUARDIAN
    assert await club.rows(schema.favourite, "programme", person=kept) == [(club.programme,)]
    assert len(await club.rows(schema.account, "id", person=kept)) == 2
    for name in table.MOVES:
        found = schema.metadata.tables[name]
        for column in table.references(found):
            left = await club.rows(found, column.name, **{column.name: own.parent})
            assert left == [], f"{name}.{column.name}"
    assert await club.rows(schema.person, "became", id=own.parent) == [(kept,)]
    assert not await club.turn(one_person.answer, kept, question, yes=True), "a code works once"


async def test_only_whoever_issued_the_code_answers_and_a_no_ends_it(club: Club) -> None:
    kept, gone, stranger = await club.person(), await club.person(), await club.person()
    question = await asked(club, kept, gone)
    for person in (gone, stranger):
        assert not await club.turn(one_person.answer, person, question, yes=True)
    assert await club.turn(one_person.answer, kept, question, yes=False)
    assert not await club.turn(one_person.answer, kept, question, yes=True)
    assert await club.rows(schema.person, "became", id=gone) == [(None,)]


async def test_a_code_is_claimed_by_one_other_person_and_within_its_term(club: Club) -> None:
    kept, gone, third = await club.person(), await club.person(), await club.person()
    earlier = await club.turn(one_person.issue, kept)
    code = await club.turn(one_person.issue, kept)
    assert not await club.turn(one_person.look, gone, earlier), "the newest alone works"
    assert not await club.turn(one_person.claim, kept, await account(club, kept), code), "one is oneself already"
    assert await club.turn(one_person.claim, gone, await account(club, gone), code)
    assert not await club.turn(one_person.claim, third, await account(club, third), code)
    late = await club.turn(one_person.issue, third)
    club.now += timedelta(minutes=31)
    assert not await club.turn(one_person.look, gone, late)


async def test_in_one_family_the_part_that_may_do_more_stays(club: Club) -> None:
    own = await club.family()
    follower = await club.joins(own.id, "follower")
    assert await club.turn(one_person.unite, follower, own.parent)
    assert await club.rows(schema.guardian, "person", "role", "name", family=own.id) == [(follower, "guardian", "Masha’s mother")]


async def test_of_two_consents_one_stands(club: Club) -> None:
    await club.put(schema.consent_text, digest="d", purpose="application", organisation=club.organisation, text="t", at=START)
    kept, gone = await club.person(), await club.person()
    for person in (kept, gone):
        about = {"purpose": "application", "organisation": club.organisation, "digest": "d", "channel": "vk", "given": START}
        await club.add(schema.consent, person=person, **about)
    assert await club.turn(one_person.unite, kept, gone)
    standing = await club.rows(schema.consent, "person", "withdrawn", person=kept)
    assert [withdrawn is None for _person, withdrawn in standing].count(True) == 1
    assert len(standing) == 2


async def test_a_third_messenger_joins_and_who_became_somebody_is_nobody_again(club: Club) -> None:
    first, second, third = [await club.person() for _ in range(3)]
    assert await club.turn(one_person.unite, second, third)
    assert await club.turn(one_person.unite, first, second)
    assert await club.rows(schema.person, "became", id=third) == [(first,)]
    assert not await club.turn(one_person.unite, second, first)
    assert not await club.turn(one_person.unite, first, first)


@pytest.mark.parametrize("role", ["guardian", "pupil"])
async def test_staff_and_pupils_move_too(club: Club, role: str) -> None:
    own, kept = await club.family(), await club.person()
    if role == "pupil":
        pupil = await club.person()
        await club.change(schema.child, own.child, person=pupil)
        assert await club.turn(one_person.unite, kept, pupil)
        assert await club.rows(schema.child, "person", id=own.child) == [(kept,)]
    else:
        assert await club.turn(one_person.unite, kept, club.methodist)
        assert await club.rows(schema.staff, "role", person=kept) == [("organisation",)]


async def test_a_guardian_and_the_child_stay_two_people(club: Club) -> None:
    own, pupil = await club.family(), await club.person()
    await club.change(schema.child, own.child, person=pupil)
    code = await club.turn(one_person.issue, own.parent)
    theirs = await account(club, pupil)
    with pytest.raises(TwoPeople):
        await club.turn(one_person.claim, pupil, theirs, code)
    for kept, gone in ((own.parent, pupil), (pupil, own.parent)):
        with pytest.raises(TwoPeople):
            await club.turn(one_person.unite, kept, gone)
    assert await club.rows(schema.person, "became", id=pupil) == [(None,)]


async def test_of_two_equal_roles_one_stands_and_the_organisation_can_read_it(club: Club) -> None:
    again = await club.works_for(club.organisation)
    assert await club.turn(one_person.unite, again, club.methodist)
    assert [until is None for _id, until in await club.rows(schema.staff, "id", "until", person=again)].count(True) == 1
    facts = await club.rows(schema.audit, "person", "noun_id", "organisation", action="same_person")
    assert facts == [(again, club.methodist, club.organisation)]


async def test_whoever_became_another_is_heard_and_written_to_as_the_other(club: Club) -> None:
    first, second, third = [await club.person() for _ in range(3)]
    await account(club, first, "telegram")
    assert await club.turn(one_person.unite, second, first)
    assert await club.turn(one_person.unite, third, second)
    [address] = await club.turn(lambda tx: tx.all(ADDRESSES, person=first))
    assert (address.person, address.channel) == (third, "telegram"), "a delivery that was planned for the first while all was moved"
    said = Said(channel="telegram", user=str(first), key="1", text="hello")
    arrived = await club.turn(lambda tx: arrive(tx, said, "", Languages(LOCALES, "en")))
    assert arrived.person.id == third
