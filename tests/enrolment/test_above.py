"""Above the organisation: counts that are right, for those who may see them, and a name on none of the pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.channel import Limits
from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.engine import Engine
from bot.conversation.turn import Person
from bot.dialogs import MENU
from bot.dialogs.staff.audit import ACTS, said
from bot.model.application import Action
from bot.model.link import Link, to
from bot.model.staff import Duty
from bot.services import enrolment, journal, local_rules, oversight
from storage import schema
from storage.journal import ActRow
from tests.enrolment.checks import LANGUAGES, say
from tests.enrolment.club import START, Club
from tests.enrolment.test_apply import send
from tests.enrolment.test_roles import above
from tests.enrolment.test_staff import decide

NAME = "Miloslava"
SERVICES = Path(__file__).parents[2] / "bot" / "services"


async def filled(club: Club) -> dict[str, int]:
    """Six who wait in a queue from one village and one from another, one who attends, one overdue; the people who look."""
    home, hamlet = club.settlement, await club.village("Gari")
    group = await club.group(2)
    for at in range(9):
        family = await club.family(name=NAME)
        await club.change(schema.child, family.child, settlement=hamlet if at == 8 else home)
        number = await send(club, family, group)
        if at == 0:
            await decide(club, number, "confirm")
            await decide(club, number, "enrol")
        if at == 1:
            await club.change(schema.application, number, decide_by=date(2026, 8, 1))
    await club.group(7)
    far = await club.add(schema.municipality, code="far", name="Zaryazhye", zone="Asia/Yekaterinburg")
    return {
        "region": await above(club, Duty.REGION),
        "municipality": await above(club, Duty.MUNICIPALITY, club.municipality),
        "observer": await above(club, Duty.OBSERVER, club.municipality),
        "of the club": await club.works_for(club.organisation, role="observer"),
        "far": await above(club, Duty.MUNICIPALITY, far),
        "methodist": club.methodist,
    }


async def test_counts_are_right_and_for_those_who_may_see_them(club: Club) -> None:
    people = await filled(club)
    await club.employer("School 2")
    counts = (1, 1, 7, 1, 7)
    for who in ("region", "municipality", "observer"):
        rows = await club.turn(oversight.organisations, people[who], club.municipality, 0, 5)
        assert [(row.name, row[2:7], row.rows) for row in rows] == [("House of Arts", counts, 2), ("School 2", (0,) * 5, 2)]
        assert [row.name for row in await club.turn(oversight.organisations, people[who], club.municipality, 1, 1)] == ["School 2"]
        waiting = [(row.name, row.waiting) for row in await club.turn(oversight.queues, people[who], club.municipality, 0, 5)]
        assert waiting == [("Berezovka", 6), ("Gari", 1)]
    [whole, empty] = await club.turn(oversight.municipalities, people["region"], 0, 5)
    assert (whole[2:7], empty.name) == (counts, "Zaryazhye")
    for who in ("municipality", "observer", "of the club", "far", "methodist"):
        assert await club.turn(oversight.municipalities, people[who], 0, 5) == []
    for who in ("of the club", "far", "methodist"):
        assert await club.turn(oversight.organisations, people[who], club.municipality, 0, 5) == []
        assert await club.turn(oversight.queues, people[who], club.municipality, 0, 5) == []
    seen = {who for who, person in people.items() if await club.turn(oversight.organisation, person, club.organisation)}
    assert seen == {"region", "municipality", "observer", "of the club"}


def _pages(club: Club) -> Iterator[Link]:
    places, clubs = (club.municipality,), (club.organisation,)
    yield from map(to, ("work", "workmore", "latenumbers"))
    yield from (to("region", 0), to("cases", 0), to("case", 1), to("inbox", 0), to("papers", 0))
    for number in places:
        yield from (to("district", number, 0), to("queues", number, 0), to("centrestaff", number), to("localrules", number))
    for number in clubs:
        yield from (to("clubnumbers", number), to("acts", number, 0, 0, 0), to("colleagues", number))
    yield from (to("application", 3), to("history", 3), to("news", 3), to("decided", 3, 3, 0))


async def test_no_name_of_a_child_is_on_any_page_of_those_above(club: Club) -> None:
    people = await filled(club)
    engine = Engine(dialog, LANGUAGES, {"vk": Limits(4096, 4096, policy={"state": "full", "private": "full"})}, MENU)
    shown = 0
    club.now = START.replace(month=9, day=8)
    for who in ("region", "municipality", "observer", "of the club", "far"):
        person = Person(people[who], 0, "en", None)
        for page in _pages(club):
            try:
                screen = await club.turn(engine.page, page, person, "vk")
            except (Missing, Withdrawn):  # others' pages are not there
                continue
            words = [say(screen.text), *(say(button.label) for row in screen.rows for button in row)]
            assert not any(NAME in each or "Petrova" in each for each in words), (who, page)
            shown += 1
    assert shown > 15
    methodist = Person(club.methodist, 0, "en", None)
    assert NAME in say((await club.turn(engine.page, to("inbox", 0), methodist, "vk")).text), "the test sees names where they are"


async def test_the_journal_names_colleagues_to_their_own_and_nobody_to_those_above(club: Club) -> None:
    people = await filled(club)
    own = await club.turn(journal.read, club.methodist, club.organisation, of=None, day=None, page=0, most=5)
    assert own is not None
    assert [say(said(act)) for act in own.acts] == [
        "application no. 1: the child is enrolled",
        "application no. 1: the application is confirmed",
    ]
    assert {act.name for act in own.acts} == {"Svetlana Yuryevna"}
    for who in ("municipality", "region"):
        seen = await club.turn(journal.read, people[who], club.organisation, of=club.methodist, day=None, page=0, most=5)
        assert seen is not None
        assert [(act.person, act.name) for act in seen.acts] == [(None, None)] * 2
        assert (seen.named, seen.actors) == (False, [])
    for who in ("observer", "of the club", "far"):
        assert await club.turn(journal.read, people[who], club.organisation, of=None, day=None, page=0, most=5) is None


async def test_the_journal_is_narrowed_by_person_and_by_day(club: Club) -> None:
    await filled(club)
    other = await club.works_for(club.organisation, "Alla Viktorovna")

    async def acts(of: int | None, day: date | None) -> int:
        found = await club.turn(journal.read, club.methodist, club.organisation, of=of, day=day, page=0, most=5)
        assert found is not None
        return len(found.acts)

    assert [await acts(club.methodist, None), await acts(other, None)] == [2, 0]
    assert [await acts(None, date(2026, 8, 24)), await acts(None, date(2026, 8, 25))] == [2, 0]


def test_every_act_of_the_staff_has_words() -> None:
    known, found = set(ACTS), set[tuple[str, str]]()
    for path in sorted(SERVICES.rglob("*.py")):
        if "importing" in path.parts:
            continue
        for call in (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
            words = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if name == "note" and len(words) == 2:
                found.add((words[1], words[0]))
    assert len(found) > 5
    assert found - known - {("application", str(each)) for each in Action} == set()
    for action in Action:
        assert say(said(ActRow(START, None, None, action, "application", 7, {}, 1))).startswith("application no. 7: ")


async def test_rules_are_changed_by_their_own_within_bounds_and_written_down(club: Club) -> None:
    rules = await club.turn(local_rules.club, club.methodist, club.organisation)
    assert rules is not None
    assert (rules.decision_days, rules.answer_days) == (7, 1)
    await club.turn(local_rules.change, club.methodist, rules, "decision_days", 3)
    number = await send(club, await club.family(), await club.group(2))
    [(due,)] = await club.rows(schema.application, "decide_by", id=number)
    assert due == date(2026, 8, 27)
    for value in (0, 46):
        with pytest.raises(ValueError, match="decision_days"):
            await club.turn(local_rules.change, club.methodist, rules, "decision_days", value)
    centre, stranger = await above(club, Duty.MUNICIPALITY, club.municipality), await club.works_for(await club.employer("School 2"))
    for person in (centre, stranger, await club.works_for(club.organisation, role="teacher")):
        assert await club.turn(local_rules.club, person, club.organisation) is None
        with pytest.raises(LookupError):
            await club.turn(local_rules.change, person, rules, "decision_days", 5)
    local = await club.turn(local_rules.local, centre, club.municipality)
    assert local is not None
    await club.turn(local_rules.change, centre, local, "teen_applies", 1)
    assert [teen for (teen,) in await club.rows(schema.municipality, "teen_applies", id=club.municipality)] == [True]
    assert await club.turn(local_rules.local, club.methodist, club.municipality) is None
    assert [facts for _at, facts in await club.rows(schema.audit, "at", "facts", action="set_rules")] == [
        {"rule": "decision_days", "from": 7, "to": 3},
        {"rule": "teen_applies", "from": 0, "to": 1},
    ]
    assert (await club.turn(enrolment.application, club.methodist, number)) is not None
