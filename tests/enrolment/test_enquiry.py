"""Questions to people: who sees and answers them, what is late, and that no adult writes to a child unseen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services import enquiry
from bot.services.enrolment import Decided, Refused
from storage import enquiry as table
from storage import schema
from storage.database import open_database
from tests.enrolment.checks import say
from tests.enrolment.club import Club
from tests.enrolment.test_rush import press


@pytest.fixture
async def second(club: Club, database_url: str) -> AsyncIterator[Club]:
    """The same club as another process sees it."""
    other = Club(await open_database(database_url), now=club.now)
    yield other
    await other.database.close()


async def ask(club: Club, person: int, text: str = "Are shoes needed?", **about: int) -> int:
    return await club.turn(enquiry.ask, person, club.organisation, text, **about)


async def told(club: Club, person: int) -> list[str]:
    """The pages that are planned for somebody, in order."""
    return [link for _id, link in await club.rows(schema.delivery, "id", "link", person=person)]


async def stack(club: Club, person: int) -> list[int]:
    return [thread.facts.id for thread in await club.turn(enquiry.stack, person, ("state", "private"))]


async def ticks(club: Club) -> None:
    while await club.turn(enquiry.tick):
        pass


async def test_a_question_is_taken_answered_written_on_and_closed(club: Club) -> None:
    asker = await club.person()
    number = await ask(club, asker, programme=club.programme)
    thread = await club.turn(enquiry.family, asker, number)
    assert thread is not None
    assert thread.facts.answer_by == thread.facts.asked + timedelta(days=1), "a working day from Monday, 10:00"
    assert await stack(club, club.methodist) == [number]
    await club.turn(enquiry.claim, club.methodist, number)
    answer = await club.turn(enquiry.answer, club.methodist, number, "Yes.")
    assert await told(club, asker) == [f"answer/{answer}"]
    thread = await club.turn(enquiry.family, asker, number)
    assert thread is not None
    assert say(thread.who or "") == "Svetlana Yuryevna"
    assert say(thread.who or "", personal=False) == "a member of staff"
    assert not thread.waits
    await club.turn(enquiry.write, asker, number, "And a coat?")
    assert await told(club, club.methodist) == [f"question/{number}/0"]
    assert await stack(club, club.methodist) == [number]
    with pytest.raises(Refused):
        await club.turn(enquiry.close, club.methodist, number, by_staff=True)
    await club.turn(enquiry.answer, club.methodist, number, "No.")
    await club.turn(enquiry.close, asker, number)
    await club.turn(enquiry.close, asker, number)
    with pytest.raises(Refused):
        await club.turn(enquiry.write, asker, number, "One more")
    noted = [action for _id, action in await club.rows(schema.audit, "id", "action", noun="enquiry")]
    assert noted == ["claim", "answer", "answer"]


async def test_two_methodists_take_one_question_at_once(club: Club, second: Club) -> None:
    colleague = await club.works_for(club.organisation, "Anna")
    for _ in range(5):
        number = await ask(club, await club.person())
        outcomes = await asyncio.gather(
            club.turn(enquiry.claim, club.methodist, number), second.turn(enquiry.claim, colleague, number), return_exceptions=True
        )
        [lost] = [one for one in outcomes if one is not None]
        assert isinstance(lost, Decided)
        assert any(name in say(lost.words) for name in ("Svetlana", "Anna"))
        slower = colleague if outcomes[0] is None else club.methodist
        with pytest.raises(Decided):
            await club.turn(enquiry.answer, slower, number, "Me too")
        assert await stack(club, slower) == []
        quicker = club.methodist if outcomes[0] is None else colleague
        await club.turn(enquiry.give_back, quicker, number)
        await club.turn(enquiry.claim, slower, number)
        await club.turn(enquiry.answer, slower, number, "Now me")


async def test_others_see_and_do_nothing(club: Club) -> None:
    stranger, other = await club.person(), await club.works_for(await club.employer("Museum"), "Eve")
    number = await ask(club, await club.person())
    for see in (enquiry.family, enquiry.theirs, enquiry.case):
        assert await club.turn(see, stranger, number) is None
        assert await club.turn(see, other, number) is None
    for person in (stranger, other):
        for do in (enquiry.claim, enquiry.give_back, enquiry.close, enquiry.report):
            with pytest.raises(Refused):
                await club.turn(do, person, number)
        for write in (enquiry.write, enquiry.answer, enquiry.review):
            with pytest.raises(Refused):
                await club.turn(write, person, number, "Hello")
    with pytest.raises(Refused):
        await ask(club, stranger, programme=await club.course("Elsewhere", organisation=await club.employer("Theatre")))


async def test_who_works_there_no_more_loses_the_question(club: Club) -> None:
    gone = await club.works_for(club.organisation, "Anna")
    number = await ask(club, await club.person())
    await club.turn(enquiry.claim, gone, number)
    assert await stack(club, club.methodist) == []
    [(row,)] = await club.rows(schema.staff, "id", person=gone)
    await club.change(schema.staff, row, until=club.now)
    assert await stack(club, club.methodist) == [number]
    with pytest.raises(Refused):
        await club.turn(enquiry.answer, gone, number, "Still me")
    await club.turn(enquiry.claim, club.methodist, number)


async def test_an_application_names_its_child_only_while_the_consent_stands(club: Club) -> None:
    family = await club.family()
    number = await press(club, family, await club.group())
    with pytest.raises(Refused):
        await ask(club, await club.person(), application=number)
    question = await ask(club, family.parent, application=number)
    thread = await club.turn(enquiry.theirs, club.methodist, question)
    assert thread is not None
    assert thread.about is None, "no consent was given"
    await club.put(schema.consent_text, digest="x", purpose="application", text="…", at=club.now)
    given = await club.add(
        schema.consent,
        person=family.parent,
        family=family.id,
        purpose="application",
        organisation=club.organisation,
        digest="x",
        channel="vk",
        given=club.now,
    )
    thread = await club.turn(enquiry.theirs, club.methodist, question)
    assert thread is not None
    assert say(thread.about or "").startswith("Masha Petrova")
    assert "Masha" not in say(thread.about or "", personal=False)
    await club.change(schema.consent, given, withdrawn=club.now)
    thread = await club.turn(enquiry.theirs, club.methodist, question)
    assert thread is not None
    assert thread.about is None


async def test_the_guardians_of_a_pupil_read_every_answer(club: Club) -> None:
    family = await club.family(born=date(2010, 5, 5))
    apart, follower = await club.joins(family.id, "apart"), await club.joins(family.id, "follower")
    second_parent, lena = await club.joins(family.id), await club.person()
    await club.change(schema.child, family.child, person=lena)
    number = await ask(club, lena)
    await club.turn(enquiry.claim, club.methodist, number)
    answer = await club.turn(enquiry.answer, club.methodist, number, "Come on Friday")
    for person in (lena, family.parent, second_parent):
        assert await told(club, person) == [f"answer/{answer}"]
        assert await club.turn(enquiry.message, person, answer) is not None
    for person in (apart, follower):
        assert await told(club, person) == []
        assert await club.turn(enquiry.family, person, number) is None
    with pytest.raises(Refused):
        await club.turn(enquiry.write, family.parent, number, "I write for her")
    await club.change(schema.child, family.child, person=None)
    seen = await club.turn(enquiry.family, family.parent, number)
    assert seen is not None, "unlinking hides nothing"
    assert seen.pupil


async def test_what_is_late_is_reminded_of_then_comes_back_with_an_apology(club: Club) -> None:
    """Asked on Saturday: counted from Monday, 9:00; half at 13:30, the term at 18:00, the centre and the family on Tuesday at 18:00."""
    centre = await club.person()
    await club.add(schema.staff, person=centre, role="municipality", municipality=club.municipality, since=club.now)
    club.now, asker = datetime(2026, 8, 29, 7, 0, tzinfo=UTC), await club.person()
    number = await ask(club, asker)
    await ticks(club)
    assert await told(club, club.methodist) == []
    for day, hour, minute, pages in ((31, 13, 29, 0), (31, 13, 31, 1), (31, 17, 59, 1), (31, 18, 1, 2)):
        club.now = datetime(2026, 8, day, hour - 5, minute, tzinfo=UTC)
        await ticks(club)
        await ticks(club)
        assert await told(club, club.methodist) == [f"question/{number}/0"] * pages
    assert await club.turn(enquiry.overdue_counts, [club.organisation]) == {club.organisation: 1}
    assert await club.turn(enquiry.open_counts, [club.organisation]) == {club.organisation: 1}
    assert await told(club, centre) == []
    club.now = datetime(2026, 9, 1, 13, 1, tzinfo=UTC)
    await ticks(club)
    await ticks(club)
    assert await told(club, centre) == ["unanswered"]
    assert await told(club, asker) == [f"sorry/{number}"]
    assert await club.turn(enquiry.unanswered, centre) == [("House of Arts", 1)]
    assert await club.turn(enquiry.case, centre, number) is None, "a number, not the text"
    [(due,)] = await club.rows(schema.delivery, "due", person=centre)
    assert due == datetime(2026, 9, 2, 4, 0, tzinfo=UTC), "the centre works from nine"


async def test_an_answered_thread_is_not_reminded_of_and_closes_after_a_month(club: Club) -> None:
    number = await ask(club, await club.person())
    await club.turn(enquiry.claim, club.methodist, number)
    await club.turn(enquiry.answer, club.methodist, number, "Yes")
    club.now += timedelta(days=29)
    await ticks(club)
    assert await told(club, club.methodist) == []
    club.now += timedelta(days=2)
    await ticks(club)
    assert await club.rows(schema.enquiry, "state") == [("closed",)]


async def test_a_complaint_opens_the_thread_to_the_centre(club: Club) -> None:
    centre, asker = await club.person(), await club.person()
    await club.add(schema.staff, person=centre, role="municipality", municipality=club.municipality, since=club.now)
    number = await ask(club, asker)
    with pytest.raises(Refused):
        await club.turn(enquiry.report, asker, number)
    await club.turn(enquiry.claim, club.methodist, number)
    await club.turn(enquiry.answer, club.methodist, number, "Find out yourself")
    assert await club.turn(enquiry.case, centre, number) is None
    await club.turn(enquiry.report, asker, number)
    await club.turn(enquiry.report, asker, number)
    assert await told(club, centre) == [f"complaint/{number}/0"]
    [case] = await club.turn(enquiry.reported, centre)
    assert case.facts.id == number
    sent = await club.turn(enquiry.review, centre, number, "We are sorry")
    with pytest.raises(Decided):
        await club.turn(enquiry.review, centre, number, "Again")
    assert (await told(club, asker))[-1] == f"answer/{sent}"
    assert await told(club, club.methodist) == [f"question/{number}/0"]
    assert await club.turn(enquiry.reported, centre) == []


async def test_nobody_floods_the_staff(club: Club) -> None:
    asker = await club.person()
    numbers = [await ask(club, asker) for _ in range(enquiry.MOST_OPEN)]
    with pytest.raises(Refused):
        await ask(club, asker)
    await club.turn(enquiry.close, asker, numbers[0])
    await ask(club, asker)
    for _ in range(enquiry.MOST_AN_HOUR - enquiry.MOST_OPEN - 1):
        await club.turn(enquiry.write, asker, numbers[1], "And?")
    with pytest.raises(Refused):
        await club.turn(enquiry.write, asker, numbers[1], "And?")
    club.now += timedelta(hours=1)
    await club.turn(enquiry.write, asker, numbers[1], "And?")


async def test_who_is_forgotten_leaves_no_words(club: Club) -> None:
    asker = await club.person()
    number = await ask(club, asker, "My secret")
    await club.turn(enquiry.claim, club.methodist, number)
    await club.turn(enquiry.answer, club.methodist, number, "Kept")
    for query in (table.FORGET_TEXTS, table.FORGET_OPEN):
        await club.turn(lambda tx, query=query: tx.run(query, person=asker))
    assert [text for _id, text in await club.rows(schema.enquiry_message, "id", "text")] == ["", "Kept"]
    assert await club.rows(schema.enquiry, "state", "remind") == [("closed", None)]
