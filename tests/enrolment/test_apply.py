"""Applying: places by seat, the queue by ticket, and every refusal with its reason, its author and what else there is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.services import enrolment
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.checks import actions, check, news, say, seat, state
from tests.enrolment.club import START, Club, Family


async def send(club: Club, family: Family, group: int, **values: Any) -> int:
    """Apply for a family's child."""
    values = {"financing": "free", "channel": "telegram", **values}
    return await club.turn(enrolment.apply, family.parent, family.child, group, **values)


async def refused(club: Club, family: Family, group: int, **values: Any) -> Refused:
    """The refusal that terms and applying agree on."""
    with pytest.raises(Refused) as of_terms:
        await club.turn(enrolment.terms, family.parent, family.child, group)
    with pytest.raises(Refused) as of_apply:
        await send(club, family, group, **values)
    assert (of_terms.value.words, of_terms.value.alternatives) == (of_apply.value.words, of_apply.value.alternatives)
    await check(club)
    return of_apply.value


async def test_a_place_is_taken_then_the_queue_begins(club: Club) -> None:
    group, families = await club.group(2), [await club.family() for _ in range(4)]
    numbers = [await send(club, family, group) for family in families]
    await check(club)
    assert [await state(club, number) for number in numbers] == ["submitted", "submitted", "waitlisted", "waitlisted"]
    assert [await seat(club, number) for number in numbers] == [1, 2, None, None]
    last = await club.turn(enrolment.application, families[3].parent, numbers[3])
    assert last is not None
    assert (last.number, last.moved, last.holds, last.role) == (2, 0, False, "guardian")
    assert await actions(club, numbers[0]) == ["apply"]


async def test_terms_say_what_applying_does(club: Club) -> None:
    group, first, second = await club.group(1, (2, "16:00", "17:30")), await club.family(), await club.family()
    terms = await club.turn(enrolment.terms, first.parent, first.child, group)
    assert (terms.free, terms.waits, terms.number, terms.act, terms.financing) == (1, False, 1, "order", ("free",))
    assert (terms.decide_by, terms.papers_by) == (date(2026, 9, 2), date(2026, 9, 7))
    assert say(terms.child_words) == "Masha Petrova, 9 years old"
    assert say(terms.child_words, personal=False) == "a child, 9 years old"
    assert (terms.programme.name, terms.organisation.name, len(terms.group.lessons)) == ("Cogwheel", "House of Arts", 1)
    await send(club, first, group)
    terms = await club.turn(enrolment.terms, second.parent, second.child, group)
    assert (terms.free, terms.waits, terms.number) == (0, True, 1)


async def test_other_guardians_are_told_but_not_who_did_it_nor_followers(club: Club) -> None:
    group, family = await club.group(), await club.family()
    father, aside = await club.joins(family.id), await club.joins(family.id, "apart")
    grandmother = await club.joins(family.id, "follower")
    number = await send(club, family, group)
    assert [await news(club, person) for person in (family.parent, grandmother)] == [[], []]
    [(kind, due, planned)] = await news(club, father)
    assert (kind, planned) == ("reminder", "waiting")
    assert START < due <= club.now
    [(link, key)] = await club.rows(schema.delivery, "link", "key", person=aside)
    [(change,)] = await club.rows(schema.application_change, "id", application=number)
    assert (link, key) == (f"news/{change}", f"change:{change}:{aside}")


async def test_at_night_nobody_is_woken(club: Club) -> None:
    group, family = await club.group(), await club.family()
    father = await club.joins(family.id)
    club.now = START.replace(hour=18)  # 23:00 there
    await send(club, family, group)
    assert await news(club, father) == [("reminder", START.replace(hour=4) + timedelta(days=1), "waiting")]


# ------------------------------------------------------------ refusals


async def test_ages_count_on_the_first_day_in_months(club: Club) -> None:
    """Children from six and a half to nine: 15 September decides, and «9 лет» lasts until the tenth birthday."""
    group = await club.group(9, age_min=78, age_max=108)
    for born, fits in [
        (date(2020, 3, 15), True),
        (date(2020, 3, 16), False),
        (date(2016, 9, 16), True),
        (date(2016, 9, 15), False),
    ]:
        family = await club.family(born)
        if fits:
            await send(club, family, group)
        else:
            why = await refused(club, family, group)
            assert say(why.words).startswith("The group takes 6.5–9 years old; on 15 September the child will be ")
            assert why.decided_by == "House of Arts"


async def test_an_age_is_told_exactly_only_where_it_may_travel(club: Club) -> None:
    why = await refused(club, await club.family(date(2020, 5, 10)), await club.group())
    assert say(why.words).endswith("6 years 4 months")
    assert say(why.words, personal=False).endswith("6 years")


async def test_a_group_that_has_begun_asks_for_todays_age(club: Club) -> None:
    group, family = await club.group(starts=date(2026, 8, 1)), await club.family(date(2019, 8, 20))
    await send(club, family, group)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"locked": True}, "Enrolment is closed"),
        ({"archived": True}, "This group is no longer in the catalogue"),
        ({"enrolment_from": START + timedelta(days=1)}, "Enrolment opens on 25 August at 10:00"),
        ({"enrolment_to": START - timedelta(days=1)}, "Enrolment closed on 23 August at 10:00"),
        ({"ends": date(2026, 8, 23)}, "This group has finished, on 23 August"),
    ],
)
async def test_a_closed_group_says_why(club: Club, facts: dict[str, Any], words: str) -> None:
    why = await refused(club, await club.family(), await club.group(**facts))
    assert (say(why.words), why.decided_by) == (words, "House of Arts")


@pytest.mark.parametrize(
    ("programme", "organisation", "words"),
    [
        ({"state": "draft"}, {}, "This group is no longer in the catalogue"),
        ({}, {"archived": True}, "This group is no longer in the catalogue"),
        ({}, {"door": "elsewhere"}, "Applications are not taken here: this organisation takes them in its Navigator or in person"),
    ],
)
async def test_a_closed_door_says_why(club: Club, programme: dict[str, Any], organisation: dict[str, Any], words: str) -> None:
    house = await club.employer("Owl", **organisation)
    group = await club.group(programme=await club.course("English", organisation=house, **programme))
    why = await refused(club, await club.family(), group)
    assert (say(why.words), why.decided_by) == (words, "Owl")


async def test_who_is_no_guardian_applies_for_nobody(club: Club) -> None:
    group, family, other = await club.group(), await club.family(), await club.family()
    assert say((await refused(club, Family(0, other.parent, family.child), group)).words) == "There is no such child in your family"
    assert say((await refused(club, Family(0, family.parent, 999), group)).words) == "There is no such child in your family"
    for role in ("apart", "follower"):
        person = await club.joins(family.id, role)
        why = await refused(club, Family(0, person, family.child), group)
        assert say(why.words) == "Only a parent or guardian who looks after the child may do this"
    await club.change(schema.child, family.child, gone=True)
    await refused(club, family, group)


async def test_a_second_application_leads_to_the_first(club: Club) -> None:
    group, family = await club.group(), await club.family()
    number = await send(club, family, group)
    why = await refused(club, Family(family.id, await club.joins(family.id), family.child), group)
    assert (say(why.words), why.application) == ("There is an application to this group already, of 24 August", number)
    await club.turn(enrolment.withdraw, family.parent, number, channel="vk")
    assert await send(club, family, group) > number


async def test_a_child_holds_three_places_at_once(club: Club) -> None:
    family, groups = await club.family(), [await club.group(3) for _ in range(4)]
    numbers = [await send(club, family, group) for group in groups[:3]]
    why = await refused(club, family, groups[3])
    assert say(why.words) == "A child may hold 3 places at once: “Cogwheel”, “Cogwheel”, “Cogwheel”. Let one of them go first"
    assert why.decided_by == "Lazorye District"
    full = await club.group(0)
    assert await state(club, await send(club, family, full)) == "waitlisted"
    await club.turn(enrolment.withdraw, family.parent, numbers[0], channel="vk")
    await send(club, family, groups[3])
    await check(club)


async def test_the_way_to_pay_is_one_of_the_cards(club: Club) -> None:
    programme = await club.course("Guitar", free=False, certificate=True, paid=True)
    group, family = await club.group(programme=programme), await club.family()
    assert (await club.turn(enrolment.terms, family.parent, family.child, group)).financing == ("certificate", "paid")
    with pytest.raises(Refused, match="another way"):
        await send(club, family, group, financing="free")
    await send(club, family, group, financing="certificate")


async def test_a_group_without_a_card_is_refused(club: Club) -> None:
    await refused(club, await club.family(), 999)


# ------------------------------------------------------------ what else there is


async def test_alternatives_are_the_nearest_that_fit_and_have_places(club: Club) -> None:
    near, far = await club.village("Malaya"), await club.village("Severny")
    await club.put(schema.road, a=near, b=club.settlement, kilometres=10.0)
    await club.put(schema.road, a=club.settlement, b=far, kilometres=58.0)
    drawing = await club.course("Drawing", age_min=60, age_max=72, direction="art")
    asked = await club.group()
    same = await club.group(programme=club.programme, age_min=60, age_max=72, settlement=far)
    there = await club.group(programme=drawing)
    ten, fifty = await club.group(programme=drawing, settlement=near), await club.group(programme=drawing, settlement=far)
    for unfit in (
        {"programme": drawing, "taken": 1},
        {"programme": drawing, "locked": True},
        {"programme": drawing, "entry": "selection"},
        {"programme": drawing, "age_min": 73, "age_max": 99},
        {"programme": await club.course("Chess", age_min=60, organisation=await club.employer("Owl", door="elsewhere"))},
    ):
        await club.group(**unfit)
    young = await club.family(date(2020, 9, 20))
    why = await refused(club, young, asked)
    assert why.alternatives == (same, there, ten)
    await send(club, young, there)
    assert (await refused(club, young, asked)).alternatives == (same, ten, fifty)


# ------------------------------------------------------------ warnings


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"lesson": (2, "17:00", "18:00")}, ["At the same time as “Chess”: Tue 17:00–18:00"]),
        ({"lesson": (2, "17:30", "18:00")}, []),
        ({"lesson": (3, "16:00", "17:00")}, []),
        ({"lesson": (2, "16:00", "17:00"), "ends": date(2026, 9, 14)}, []),
        ({"day": date(2026, 9, 22)}, ["At the same time as “Chess”: 22 September 16:00–17:00"]),
        ({"day": date(2026, 9, 23)}, []),
        ({"weeks": "odd"}, []),
    ],
)
async def test_clubs_that_meet_at_the_same_time_are_named(club: Club, other: dict[str, Any], words: list[str]) -> None:
    family, group = await club.family(), await club.group(3)
    weeks = "even" if "weeks" in other else "every"
    await club.add(schema.timetable, group=group, weekday=2, starts=960, ends=1050, weeks=weeks)
    chess = await club.group(
        3, *([other["lesson"]] if "lesson" in other else []), programme=await club.course("Chess"), ends=other.get("ends")
    )
    if "day" in other:
        await club.add(schema.timetable, group=chess, day=other["day"], starts=960, ends=1020)
    if "weeks" in other:
        await club.add(schema.timetable, group=chess, weekday=2, starts=960, ends=1020, weeks=other["weeks"])
    await send(club, family, chess)
    terms = await club.turn(enrolment.terms, family.parent, family.child, group)
    assert [say(warning) for warning in terms.warnings] == words


# ------------------------------------------------------------ sizes


async def test_kept_and_taken_places_are_not_given(club: Club) -> None:
    group = await club.group(5, taken=2, kept=2)
    numbers = [await send(club, await club.family(), group) for _ in range(2)]
    assert [await state(club, number) for number in numbers] == ["submitted", "waitlisted"]


async def test_a_group_of_unknown_size_turns_nobody_away(club: Club) -> None:
    group, family = await club.group(None), await club.family()
    assert (await club.turn(enrolment.terms, family.parent, family.child, group)).free is None
    assert [await seat(club, await send(club, await club.family(), group)) for _ in range(3)] == [1, 2, 3]


async def test_a_newcomer_does_not_pass_those_who_wait(club: Club) -> None:
    """The catalogue is imported with a larger size, and somebody applies before the clock has come round."""
    group, families = await club.group(1), [await club.family() for _ in range(4)]
    numbers = [await send(club, family, group) for family in families[:2]]
    await club.change(schema.study_group, group, size=2)
    numbers += [await send(club, family, group) for family in families[2:]]
    assert [await state(club, number) for number in numbers] == ["submitted", "offered", "waitlisted", "waitlisted"]
    await check(club)


async def test_a_selection_holds_no_place_before_the_decision(club: Club) -> None:
    group, family = await club.group(1, entry="selection"), await club.family()
    terms = await club.turn(enrolment.terms, family.parent, family.child, group)
    assert (terms.waits, terms.decide_by) == (False, date(2026, 10, 26))
    numbers = [await send(club, one, group) for one in (family, await club.family())]
    assert [await state(club, number) for number in numbers] == ["submitted", "submitted"]
    assert await club.rows(schema.place, "holder") == []
    await check(club)
