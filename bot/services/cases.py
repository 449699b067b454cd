"""Cases that families opened: «Это не мы» reaches the municipal centre and the organisation, and is answered by one of them.

A case changes no state and frees no place (domain: life-cycle). It is a message to the centre, not an official appeal: that one needs an
identification since March 2025.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor
from bot.model.link import to
from bot.model.text import Personal, _
from bot.services import queue, staff, waking
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.enrolment.rules import child_words
from bot.services.queue import By
from storage import case as table
from storage import delivery
from storage import place as applications
from storage.case import CaseRow
from storage.database import Tx
from storage.enrolment import GroupFacts

__all__ = ["CaseRow", "answer", "case", "child_of", "of_application", "open_", "waiting"]

LONGEST, LONGEST_ANSWER = 500, 1000
"""Characters, as the columns take them."""
MOST_DAYS = 30
"""No answer is due later than the law has it for appeals (59-FZ, article 12), though the local term of a decision may be longer."""
MOST = 200


def answer_by(facts: GroupFacts, today: date) -> date:
    """Until when a case is answered: the local term of a decision, 7 working days unless it was set otherwise."""
    return waking.working_day(today, min(facts.decision_days, MOST_DAYS))


async def open_(tx: Tx, person: int, application: int, facts: GroupFacts, text: str) -> int:
    """Open a case of an application that was just marked as disputed; those who may answer it are told in working hours."""
    zone = ZoneInfo(facts.zone)
    due = answer_by(facts, waking.local_day(tx.now, zone))
    number = await tx.one(
        table.NEW, application=application, person=person, created=tx.now, text=text.strip()[:LONGEST] or None, answer_by=due
    )
    assert number is not None  # noqa: S101  INSERT … RETURNING
    at = waking.awake(tx.now, zone, office=True)
    for each in await tx.all(table.ANSWERING, organisation=facts.organisation, now=tx.now):
        await tx.run(delivery.ADD, person=each, link=str(to("case", number)), due=at, key=f"case:{number}:{each}", kind="reminder")
    return number


async def waiting(tx: Tx, person: int) -> list[CaseRow]:
    """The cases that somebody of the staff may answer, those due first; empty for everybody else."""
    return await tx.all(table.OPEN, person=person, now=tx.now, most=MOST)


async def case(tx: Tx, person: int, number: int) -> CaseRow | None:
    """A case, for who may answer it or could have: with the child's name, because the family itself opened it."""
    return await tx.one(table.CASE, case=number, person=person, now=tx.now)


async def of_application(tx: Tx, person: int, application: int) -> CaseRow | None:
    """The last case of a family's application. The words are only for who wrote them: others see that it happened, and when."""
    row = await tx.one(table.OF_APPLICATION, application=application, person=person)
    return row if row is None or row.person == person else row._replace(text=None, answer=None)


async def answer(tx: Tx, person: int, number: int, words: str, *, channel: str) -> None:
    """Answer a case: it is closed, and the family is told. Once; whoever is slower is told so. Raises `Refused`."""
    found = await case(tx, person, number)
    if found is None:
        raise Refused(_("Only the municipal centre and the organisation answer this message"), RULES)
    facts = await queue.lock(tx, found.group)
    if not await tx.run(table.CLOSE, case=number, answer=words.strip()[:LONGEST_ANSWER], now=tx.now, person=person):
        again = await case(tx, person, number)
        if again is not None and again.by == person:
            return
        raise Refused(_("This message was answered meanwhile"), RULES)
    was = await tx.one(applications.APPLICATION, application=found.application)
    assert was is not None  # noqa: S101  applications are not deleted
    now_ = was._replace(disputed=False)
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.CLEAR, By(Actor.STAFF, person, channel), before=was.state)
    await staff.note(tx, person, Action.CLEAR, "application", found.application, facts.organisation)


def child_of(row: CaseRow, today: date) -> Personal:
    """The child in words."""
    return child_words(row.name, row.surname, row.born, today)
