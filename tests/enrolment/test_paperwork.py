"""Papers of applications: the list, what was shown, reminders, what is asked for, requisites; each only by those whose it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.model import requisites as sound
from bot.services import enrolment, paperwork
from bot.services.enrolment import ApplicationView, Refused
from storage import schema
from tests.enrolment.club import Club, Family
from tests.enrolment.test_family import waiting
from tests.enrolment.test_staff import decide

NAMES = {code: f"the {code}" for code in paperwork.DEFAULTS}
PAYS_TO = {
    "payee": "House of Arts",
    "inn": "7707083893",
    "kpp": "773601001",
    "bik": "044525225",
    "bank": "Sberbank",
    "account": "03234643870000006001",
    "correspondent": "30101810400000000225",
}


async def confirmed(club: Club) -> tuple[Family, int]:
    """A confirmed application."""
    _group, [family], [number] = await waiting(club, 1, 0)
    await decide(club, number, "confirm")
    return family, number


async def seen(club: Club, person: int, number: int) -> ApplicationView:
    view = await club.turn(enrolment.application, person, number)
    assert view is not None
    return view


async def items(club: Club, family: Family, number: int) -> list[paperwork.Item]:
    return await club.turn(paperwork.checklist, await seen(club, family.parent, number))


async def settle(club: Club) -> None:
    await club.turn(paperwork.settle, club.methodist, club.organisation, "order", NAMES)


async def test_a_default_list_by_what_enrols_and_by_the_card(club: Club) -> None:
    family, number = await confirmed(club)
    assert [(item.name, item.paper, item.due) for item in await items(club, family, number)] == [
        (paperwork.DEFAULTS[code], None, date(2026, 9, 7)) for code in ("order", "passport", "birth")
    ]
    await club.change(schema.programme, club.programme, medical=True)
    await club.change(schema.organisation, club.organisation, act="contract")
    assert [item.name for item in await items(club, family, number)] == [
        paperwork.DEFAULTS[code] for code in ("contract", "passport", "birth", "medical")
    ]


async def test_a_list_of_ones_own_is_begun_once_and_each_paper_has_its_term(club: Club) -> None:
    await club.change(schema.programme, club.programme, medical=True)
    family, number = await confirmed(club)
    for _twice in range(2):
        await settle(club)
    added = [await club.turn(paperwork.add, club.methodist, club.organisation, name, 5) for name in ("SNILS", "snils")]
    assert len(set(added)) == 1
    assert [(item.name, item.due) for item in await items(club, family, number)] == [
        ("the order", date(2026, 9, 7)),
        ("the passport", date(2026, 9, 7)),
        ("the birth", date(2026, 9, 7)),
        ("SNILS", date(2026, 8, 29)),
        (paperwork.DEFAULTS["medical"], date(2026, 9, 7)),
    ]
    await club.turn(paperwork.settle, club.methodist, club.organisation, "order", NAMES, club.programme)
    assert (await items(club, family, number))[-1].name == "the medical"
    assert len(await club.turn(paperwork.list_of, club.methodist, club.organisation)) == 4, "a medical paper is the card's business"
    assert await club.turn(paperwork.set_days, club.methodist, club.organisation, added[0], None)
    assert not await club.turn(paperwork.set_days, club.methodist, club.organisation, added[0], None)
    assert await club.turn(paperwork.archive, club.methodist, club.organisation, added[0])
    assert not await club.turn(paperwork.archive, club.methodist, club.organisation, added[0])
    assert "SNILS" not in [item.name for item in await items(club, family, number)]


async def test_a_list_has_an_end(club: Club) -> None:
    for at in range(paperwork.LONGEST):
        await club.turn(paperwork.add, club.methodist, club.organisation, f"paper {at}", None)
    with pytest.raises(Refused, match="twelve"):
        await club.turn(paperwork.add, club.methodist, club.organisation, "one more", None)


async def test_what_was_shown_is_marked_taken_back_and_kept_when_it_is_wanted_no_more(club: Club) -> None:
    family, number = await confirmed(club)
    await settle(club)
    first = (await items(club, family, number))[0].paper
    assert first is not None
    assert await club.turn(paperwork.mark, club.methodist, number, first, shown=True)
    assert not await club.turn(paperwork.mark, club.methodist, number, first, shown=True)
    await club.turn(paperwork.archive, club.methodist, club.organisation, first)
    assert [item.shown is not None for item in await items(club, family, number)] == [True, False, False]
    assert await club.turn(paperwork.mark, club.methodist, number, first, shown=False)
    assert await club.turn(paperwork.mark_all, club.methodist, number) == 2
    assert await club.turn(paperwork.mark_all, club.methodist, number) == 0
    with pytest.raises(Refused, match="no longer on the list"):
        await club.turn(paperwork.mark, club.methodist, number, 999, shown=True)
    acts = [action for _id, action in await club.rows(schema.audit, "id", "action", noun="application")]
    assert acts == ["confirm", "paper_shown", "paper_not_shown", "papers_shown"]


async def test_nobody_else_marks_changes_or_reads(club: Club) -> None:
    family, number = await confirmed(club)
    await settle(club)
    paper = (await items(club, family, number))[0].paper
    assert paper is not None
    stranger = await club.works_for(await club.employer("Owl"), "Anna")
    observer = await club.works_for(club.organisation, role="observer")
    for person in (stranger, observer, family.parent):
        for work in (
            lambda tx, person=person: paperwork.mark(tx, person, number, paper, shown=True),
            lambda tx, person=person: paperwork.mark_all(tx, person, number),
            lambda tx, person=person: paperwork.list_of(tx, person, club.organisation),
            lambda tx, person=person: paperwork.add(tx, person, club.organisation, "SNILS", None),
            lambda tx, person=person: paperwork.archive(tx, person, club.organisation, paper),
            lambda tx, person=person: paperwork.set_days(tx, person, club.organisation, paper, 3),
            lambda tx, person=person: paperwork.settle(tx, person, club.organisation, "order", NAMES),
            lambda tx, person=person: paperwork.set_requisites(tx, person, club.organisation, **PAYS_TO),
        ):
            with pytest.raises(Refused, match="Only the staff"):
                await club.turn(work)
        assert await club.turn(paperwork.waiting, person) == []
    apart = await club.joins(family.id, role="apart", name="Father")
    assert await club.turn(paperwork.form, apart, await seen(club, apart, number)) is None
    assert all(item.shown is None for item in await items(club, family, number))


async def test_no_papers_before_a_confirmation_nor_after_a_withdrawal(club: Club) -> None:
    _group, [family], [number] = await waiting(club, 1, 0)
    await settle(club)
    with pytest.raises(Refused, match="No papers are awaited"):
        await club.turn(paperwork.mark_all, club.methodist, number)
    await club.turn(enrolment.withdraw, family.parent, number, channel="vk")
    with pytest.raises(Refused, match="No papers are awaited"):
        await club.turn(paperwork.mark_all, club.methodist, number)


async def test_a_form_has_the_signers_own_name(club: Club) -> None:
    family, number = await confirmed(club)
    await club.turn(paperwork.set_requisites, club.methodist, club.organisation, **PAYS_TO, head="Olga Petrovna")
    form = await club.turn(paperwork.form, family.parent, await seen(club, family.parent, number))
    assert form is not None
    assert (form.guardian, form.head, form.from_group, form.medical) == ("Masha’s mother", "Olga Petrovna", None, False)
    before = await club.group(3)
    old = await club.turn(enrolment.apply, family.parent, family.child, before, financing="free", channel="vk")
    await club.change(schema.application, number, instead_of=old)
    form = await club.turn(paperwork.form, family.parent, await seen(club, family.parent, number))
    assert form is not None
    assert (form.from_programme, form.from_group) == ("Cogwheel", "1")


# ------------------------------------------------------------ reminders


async def planned(club: Club, person: int) -> list[str]:
    rows = await club.rows(schema.delivery, "due", "link", "key", person=person)
    return [link for _due, link, key in rows if key.startswith("papers:")]


async def test_guardians_are_reminded_three_days_before_and_on_the_last_day_once_each_in_waking_hours(club: Club) -> None:
    family, number = await confirmed(club)
    follower = await club.joins(family.id, role="follower")
    assert await club.turn(paperwork.remind) == 0
    club.now += timedelta(days=11)  # 4 September, 10:00
    assert await club.turn(paperwork.remind) == 1
    assert await club.turn(paperwork.remind) == 0
    club.now += timedelta(days=2, hours=15)  # 7 September, 1:00
    assert await club.turn(paperwork.remind) == 0
    club.now += timedelta(hours=9)
    assert await club.turn(paperwork.remind) == 1
    assert await planned(club, family.parent) == [f"papersdue/{number}"] * 2
    assert await planned(club, follower) == []


async def test_who_is_enrolled_is_not_reminded(club: Club) -> None:
    _family, number = await confirmed(club)
    await decide(club, number, "enrol")
    club.now += timedelta(days=11)
    assert await club.turn(paperwork.remind) == 0


# ------------------------------------------------------------ papers that are asked for


async def test_a_paper_is_asked_for_once_and_all_guardians_are_told_when_it_is_ready(club: Club) -> None:
    family, number = await confirmed(club)
    other = await club.joins(family.id, name="Father")
    with pytest.raises(Refused, match="those who attend"):
        await club.turn(paperwork.ask, family.parent, number, "study")
    await decide(club, number, "enrol")
    assert [await club.turn(paperwork.ask, family.parent, number, kind) for kind in ("study", "study", "payment")] == [True, False, True]
    [study, _payment] = await club.turn(paperwork.waiting, club.methodist)
    stranger = await club.works_for(await club.employer("Owl"), "Anna")
    with pytest.raises(Refused, match="Only the staff"):
        await club.turn(paperwork.ready, stranger, study.id)
    assert [await club.turn(paperwork.ready, club.methodist, study.id) for _twice in range(2)] == [True, False]
    for person in (family.parent, other):
        assert [link for (link,) in await club.rows(schema.delivery, "link", person=person) if link.startswith("paperready")] == [
            f"paperready/{study.id}"
        ]
        assert await club.turn(paperwork.request, person, study.id) is not None
    assert await club.turn(paperwork.request, stranger, study.id) is None
    assert await club.turn(paperwork.ask, family.parent, number, "study"), "once it is ready another one may be asked for"
    for person, kind in ((other, "nonsense"), (stranger, "study")):
        with pytest.raises(LookupError):
            await club.turn(paperwork.ask, person, number, kind)


# ------------------------------------------------------------ requisites


def test_true_requisites_are_sound() -> None:
    assert sound.sound_inn("7707083893")
    assert sound.sound_inn("500100732259")
    for bik, account in (
        ("044525225", "30101810400000000225"),
        ("044525187", "30101810700000000187"),
        ("016577551", "40102810645370000054"),
    ):
        assert sound.sound_correspondent(bik, account), account
    assert sound.sound_account("016577551", "03224643650000006200")


@pytest.mark.parametrize(
    ("is_sound", "value"),
    [
        (sound.sound_inn, "7707083893"),
        (sound.sound_inn, "500100732259"),
        (lambda account: sound.sound_correspondent("044525225", account), "30101810400000000225"),
        (lambda account: sound.sound_correspondent("016577551", account), "40102810645370000054"),
    ],
)
def test_one_wrong_digit_is_found(is_sound: Any, value: str) -> None:
    assert is_sound(value)
    for at in range(len(value)):
        wrong = value[:at] + str((int(value[at]) + 1) % 10) + value[at + 1 :]
        assert not is_sound(wrong), wrong


def test_just_one_last_digit_makes_an_account_of_a_bank() -> None:
    found = [account for digit in "0123456789" if sound.sound_account("044525225", account := f"4070281093800006{digit}473")]
    assert len(found) == 1
    assert not sound.sound_account("044525187", found[0]), "it is an account of another bank"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("inn", "7707083894", "INN"),
        ("kpp", "77360100", "KPP"),
        ("bik", "944525225", "BIK"),
        ("account", "40702810938000060470", "account"),
        ("account", "4070281093800006047", "account"),
        ("correspondent", "30101810400000000226", "correspondent"),
        ("budget_code", "1234", "KBK"),
        ("oktmo", "123456789", "OKTMO"),
    ],
)
async def test_wrong_requisites_are_refused_with_a_sentence(club: Club, field: str, value: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        await club.turn(paperwork.set_requisites, club.methodist, club.organisation, **{**PAYS_TO, field: value})
    assert await club.turn(paperwork.requisites, club.organisation) is None


async def test_requisites_are_kept_changed_and_the_journal_has_only_which(club: Club) -> None:
    change = paperwork.set_requisites
    assert await club.turn(change, club.methodist, club.organisation, **PAYS_TO)
    assert not await club.turn(change, club.methodist, club.organisation, **PAYS_TO)
    assert await club.turn(change, club.methodist, club.organisation, **PAYS_TO, head="Olga")
    found = await club.turn(paperwork.requisites, club.organisation)
    assert found is not None
    assert (found.head, found.oktmo) == ("Olga", None)
    facts = [facts for _id, facts in await club.rows(schema.audit, "id", "facts", action="requisites")]
    assert facts == [{"fields": ["payee", "inn", "kpp", "account", "bank", "bik", "correspondent"]}, {"fields": ["head"]}]
    with pytest.raises(ValueError, match="obligatory"):
        await club.turn(change, club.methodist, club.organisation, **{**PAYS_TO, "payee": ""})
