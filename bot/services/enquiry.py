"""A question to people: one person's thread with an organisation, claimed by one of its staff, answered, and never left unseen.

The asker gives no name. The staff of the organisation reads a thread, nobody above it does, unless the family opened it by a complaint.
Where a pupil asks, the guardians read every answer: no adult writes to a child unseen, and the staff cannot begin a thread at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.model.application import Role
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, n_
from bot.services import enrolment, staff, waking
from bot.services.enrolment import Decided, Refused
from bot.services.enrolment.rules import child_words, months
from storage import delivery
from storage import enquiry as table
from storage.database import Tx
from storage.enquiry import AddresseeRow, EnquiryRow, MessageRow

__all__ = ["AddresseeRow", "MessageRow", "Thread", "addressee", "ask", "stack"]

LONGEST = 2000
MOST_OPEN = 5
"""Threads of one person that wait for an answer at once."""
MOST_AN_HOUR = 20
"""Messages that one person writes within an hour."""
MOST = 100
SILENT = timedelta(days=30)
"""After so long without a word an answered thread is closed."""
AT_ONCE = 50
ADULT = 18 * 12
HALF, TERM, CENTRE = 1, 2, 3
"""How far the reminders of a thread went."""

Part = Literal["asker", "guardian", "staff", "centre"]

MEMBER = _("a member of staff")
RULE = _("the rules of this bot")


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as the one who looks may see it; `part` says what they are to it. `messages` are the newest first."""

    facts: EnquiryRow
    part: Part
    messages: tuple[MessageRow, ...] = ()
    about: Words | None = None
    """The child that it is about, where it was asked from an application and the consent stands."""

    @property
    def waits(self) -> bool:
        """Whether the organisation owes an answer."""
        return self.facts.state in {"open", "claimed"}

    @property
    def pupil(self) -> bool:
        """Whether a pupil asks."""
        return self.facts.child is not None

    @property
    def personal(self) -> bool:
        """Whether its texts are about somebody by name: an application stands behind it."""
        return self.facts.application is not None

    @property
    def who(self) -> Words | None:
        """Who answers: the name that they gave, or «a member of staff»; `None` while nobody does."""
        if self.facts.claimed_by is None:
            return None
        return Personal(self.facts.claimer, MEMBER) if self.facts.claimer else MEMBER

    @property
    def answered(self) -> bool:
        """Whether the staff has written anything."""
        return any(message.side == "staff" for message in self.messages)


async def addressee(tx: Tx, organisation: int) -> AddresseeRow | None:
    """The organisation that is asked; `None` where there is none."""
    return await tx.one(table.ADDRESSEE, organisation=organisation)


async def pupil(tx: Tx, person: int) -> int | None:
    """The child whose own account this is, until it is of age; `None` for everybody else."""
    row = await tx.one(table.PUPIL, person=person)
    return None if row is None or months(row[1], tx.now.date()) >= ADULT else int(row[0])


def term(tx: Tx, days: int, zone: str) -> datetime:
    """Until when a question of now is answered: so many working days of nine hours."""
    return waking.after(tx.now, waking.OFFICE_DAY * max(days, 1), ZoneInfo(zone), office=True)


def _half(tx: Tx, days: int, zone: str) -> datetime:
    return waking.after(tx.now, waking.OFFICE_DAY * max(days, 1) / 2, ZoneInfo(zone), office=True)


def at_work(at: datetime, zone: str) -> datetime:
    """`at` where offices work then, else the next working morning."""
    return waking.awake(at, ZoneInfo(zone), office=True)


async def check(tx: Tx, person: int, *, anew: bool) -> None:
    """Raise `Refused` where a person has written enough for now; `anew`: with a new thread."""
    if anew and (await tx.one(table.OPEN_OF, person=person) or 0) >= MOST_OPEN:
        raise Refused(
            n_("{n} question of yours waits for an answer already", "{n} questions of yours wait for an answer already", MOST_OPEN), RULE
        )
    if (await tx.one(table.SAID_SINCE, person=person, since=tx.now - timedelta(hours=1)) or 0) >= MOST_AN_HOUR:
        raise Refused(n_("{n} message an hour at most", "{n} messages an hour at most", MOST_AN_HOUR), RULE)


async def ask(tx: Tx, person: int, organisation: int, text: str, *, programme: int | None = None, application: int | None = None) -> int:
    """Begin a thread with an organisation, from a card of its or from an own application; returns its number.

    Raises `Refused` for a flood, and for an application that is not the person's to ask about.
    """
    club = await addressee(tx, organisation)
    if club is None or (programme is not None and await tx.one(table.OFFERS, programme=programme, organisation=organisation) is None):
        raise Refused(_("There is no such organisation any more"), RULE)
    if application is not None and await of_application(tx, person, application) != organisation:
        raise Refused(_("Only the family may ask about its application"), RULE)
    await check(tx, person, anew=True)
    about = {"programme": programme, "application": application, "child": await pupil(tx, person)}
    when = {"created": tx.now, "asked": tx.now, "answer_by": term(tx, club.answer_days, club.zone)}
    remind = _half(tx, club.answer_days, club.zone)
    number = await tx.one(table.ADD, person=person, organisation=organisation, remind=remind, **about, **when)
    assert number is not None  # noqa: S101  INSERT … RETURNING
    await _say(tx, number, person, "asker", text)
    return number


async def of_application(tx: Tx, person: int, application: int) -> int | None:
    """The organisation that somebody may ask about this application; `None` for who only follows, for the staff and for strangers."""
    view = await enrolment.application(tx, person, application)
    return None if view is None or view.role in {Role.FOLLOWER, Role.STAFF} else int(view.facts.organisation)


async def _say(tx: Tx, number: int, person: int, side: str, text: str) -> int:
    message = await tx.one(table.SAY, enquiry=number, person=person, side=side, at=tx.now, text=text[:LONGEST])
    assert message is not None  # noqa: S101  INSERT … RETURNING
    return message


# ------------------------------------------------------------ seeing


async def family(tx: Tx, person: int, number: int) -> Thread | None:
    """A thread as its asker sees it, or a guardian of the pupil who asks; `None` for everybody else."""
    return await _seen(tx, person, number, "asker", "guardian")


async def theirs(tx: Tx, person: int, number: int) -> Thread | None:
    """A thread as the staff of its organisation sees it."""
    return await _seen(tx, person, number, "staff")


async def case(tx: Tx, person: int, number: int) -> Thread | None:
    """A thread that its family opened to the municipal centre, as somebody there sees it."""
    return await _seen(tx, person, number, "centre")


async def _seen(tx: Tx, person: int, number: int, *parts: Part) -> Thread | None:
    row = await tx.one(table.VIEW, enquiry=number, person=person, now=tx.now)
    if row is None:
        return None
    is_: dict[Part, bool] = {
        "asker": row.person == person,
        "guardian": row.reads,
        "staff": row.works,
        "centre": row.centre and row.reported is not None,
    }
    part = next((each for each in parts if is_[each]), None)
    if part is None:
        return None
    return _thread(tx, row, part, await tx.all(table.MESSAGES, enquiry=number, most=MOST))


def _thread(tx: Tx, row: EnquiryRow, part: Part, messages: Sequence[MessageRow] = ()) -> Thread:
    about = None
    if row.consented and row.name is not None and row.surname is not None and row.born is not None:
        about = child_words(row.name, row.surname, row.born, waking.local_day(tx.now, ZoneInfo(row.zone)))
    return Thread(row, part, tuple(messages), about)


async def message(tx: Tx, person: int, number: int) -> tuple[Thread, MessageRow] | None:
    """An answer that the family is told of, with its thread."""
    row = await tx.one(table.MESSAGE, message=number)
    seen = None if row is None or row.side == "asker" else await family(tx, person, row.enquiry)
    return None if seen is None or row is None else (seen, row)


async def stack(tx: Tx, person: int, kinds: Sequence[str]) -> list[Thread]:
    """What waits for somebody of the staff, in organisations of these kinds: nobody's and their own, what is due first."""
    rows = await tx.all(table.STACK, person=person, now=tx.now, kinds=list(kinds), most=MOST)
    return [_thread(tx, row, "staff") for row in rows]


async def mine(tx: Tx, person: int) -> list[Thread]:
    """A person's own threads and those of their children, open ones first."""
    rows = await tx.all(table.MINE, person=person, now=tx.now, most=MOST)
    return [_thread(tx, row, "asker" if row.person == person else "guardian") for row in rows]


async def reported(tx: Tx, person: int) -> list[Thread]:
    """What families opened to the municipal centre that somebody works for, the oldest first."""
    return [_thread(tx, row, "centre") for row in await tx.all(table.REPORTED, person=person, now=tx.now)]


async def unanswered(tx: Tx, person: int) -> list[tuple[str, int]]:
    """For the municipal centre: the organisations with overdue questions, and how many these are. Numbers only."""
    return [(name, count) for name, count in await tx.all(table.UNANSWERED, person=person, now=tx.now)]


async def open_counts(tx: Tx, organisations: Sequence[int]) -> dict[int, int]:
    """How many questions wait for an answer, by organisation; those with none are left out."""
    return {number: waiting for number, waiting, _late in await tx.all(table.COUNTS, organisations=list(organisations), now=tx.now)}


async def overdue_counts(tx: Tx, organisations: Sequence[int]) -> dict[int, int]:
    """How many of them are over their term, by organisation; those with none are left out."""
    return {number: late for number, _waiting, late in await tx.all(table.COUNTS, organisations=list(organisations), now=tx.now) if late}


# ------------------------------------------------------------ writing


async def _locked(tx: Tx, person: int, number: int, *parts: Part) -> Thread:
    """A thread under its lock. Raises `Refused` where it is not this person's."""
    await tx.one(table.LOCK, enquiry=number)
    thread = await _seen(tx, person, number, *parts)
    if thread is None:
        raise Refused(_("There is no such question"), RULE)
    return thread


async def write(tx: Tx, person: int, number: int, text: str) -> int:
    """The asker writes on; whoever answers is told in working hours. Raises `Refused` for a closed thread, and for a flood."""
    facts = (await _locked(tx, person, number, "asker")).facts
    if facts.state == "closed":
        raise Refused(_("This question is closed: ask a new one"), RULE)
    await check(tx, person, anew=False)
    sent = await _say(tx, number, person, "asker", text)
    answers = facts.claimed_by if facts.claimer_works else None
    if facts.state == "answered":
        await tx.run(
            table.WAIT_AGAIN,
            enquiry=number,
            state="open" if answers is None else "claimed",
            claimed_by=answers,
            now=tx.now,
            answer_by=term(tx, facts.answer_days, facts.zone),
            remind=_half(tx, facts.answer_days, facts.zone),
        )
    if answers is not None:
        await _tell(tx, [answers], to("question", number, 0), at_work(tx.now, facts.zone), f"enquiry:{sent}")
    return sent


async def claim(tx: Tx, person: int, number: int) -> None:
    """Take a thread: one press. Raises `Decided` where a colleague was quicker, and says who; twice by one is once."""
    await _locked(tx, person, number, "staff")
    taken = await tx.run(table.CLAIM, enquiry=number, person=person, now=tx.now)
    thread = await _locked(tx, person, number, "staff")
    if taken:
        await staff.note(tx, person, "claim", "enquiry", number, thread.facts.organisation)
    elif thread.facts.claimed_by != person:
        raise Decided(
            _("{who} has taken this question already").format(who=thread.who) if thread.who else _("This question is closed already")
        )


async def give_back(tx: Tx, person: int, number: int) -> None:
    """Let a colleague take a thread that one has taken and not answered; nothing where it is not one's own."""
    thread = await _locked(tx, person, number, "staff")
    if await tx.run(table.GIVE_BACK, enquiry=number, person=person):
        await staff.note(tx, person, "give_back", "enquiry", number, thread.facts.organisation)


async def answer(tx: Tx, person: int, number: int, text: str) -> int:
    """Answer in a thread that one has taken, once or several times; the family is told, and a pupil's guardians too.

    Raises `Decided` where a colleague has it, `Refused` where it is closed or not this organisation's.
    """
    thread = await _locked(tx, person, number, "staff")
    facts = thread.facts
    if facts.state == "closed":
        raise Refused(_("This question is closed"), RULE)
    if facts.claimed_by != person:
        raise Decided(
            _("{who} has taken this question already").format(who=thread.who) if thread.who else _("Take the question first, please")
        )
    sent = await _say(tx, number, person, "staff", text)
    await tx.run(table.ANSWERED, enquiry=number, remind=tx.now + SILENT)
    await staff.note(tx, person, "answer", "enquiry", number, facts.organisation, message=sent)
    await _tell_family(tx, facts, to("answer", sent), f"enquiry:{sent}")
    return sent


async def close(tx: Tx, person: int, number: int, *, by_staff: bool = False) -> None:
    """Close a thread: the asker whenever they like, the staff who has it once it is answered. Closed twice is closed once."""
    thread = await _locked(tx, person, number, "staff" if by_staff else "asker")
    if by_staff and thread.facts.state != "closed":
        if thread.facts.state != "answered":
            raise Refused(_("Answer first: a question is not closed without an answer"), RULE)
        await staff.note(tx, person, "close", "enquiry", number, thread.facts.organisation)
    await tx.run(table.CLOSE, enquiry=number, now=tx.now)


async def report(tx: Tx, person: int, number: int) -> None:
    """Complain about an answer: the municipal centre reads the whole thread from now on. Twice is once.

    Raises `Refused` where nobody has answered yet, and for strangers.
    """
    thread = await _locked(tx, person, number, "asker", "guardian")
    facts = thread.facts
    if not thread.answered:
        raise Refused(_("There is no answer to complain about yet"), RULE)
    if facts.reported is not None and facts.reviewed is None:
        return
    await tx.run(table.REPORT, enquiry=number, person=person, now=tx.now)
    centre = await tx.all(table.CENTRE_OF, municipality=facts.municipality, now=tx.now)
    when = f"{tx.now:%Y%m%d%H%M%S}"
    await _tell(tx, centre, to("complaint", number, 0), at_work(tx.now, facts.zone), f"enquiry:{number}:reported:{when}")


async def review(tx: Tx, person: int, number: int, text: str) -> int:
    """The centre answers a complaint; the family and the staff who answered are told. Raises `Decided` where a colleague has already."""
    facts = (await _locked(tx, person, number, "centre")).facts
    if not await tx.run(table.REVIEW, enquiry=number, now=tx.now):
        raise Decided(_("A colleague has answered this complaint already"))
    sent = await _say(tx, number, person, "centre", text)
    await staff.note(tx, person, "review", "enquiry", number, facts.organisation, message=sent)
    await _tell_family(tx, facts, to("answer", sent), f"enquiry:{sent}")
    if facts.claimed_by is not None and facts.claimer_works:
        await _tell(tx, [facts.claimed_by], to("question", number, 0), at_work(tx.now, facts.zone), f"enquiry:{sent}")
    return sent


async def _tell(tx: Tx, people: Sequence[int], page: Link, due: datetime, key: str, kind: str = "reminder") -> None:
    for person in people:
        await tx.run(delivery.ADD, person=person, link=str(page), due=due, key=f"{key}:{person}", kind=kind)


async def _tell_family(tx: Tx, facts: EnquiryRow, page: Link, key: str) -> None:
    """Tell the asker, and who reads along where it is a pupil."""
    reading = await tx.all(table.GUARDIANS_OF, child=facts.child) if facts.child is not None else []
    people = [facts.person, *(person for person in reading if person != facts.person)]
    await _tell(tx, people, page, waking.awake(tx.now, ZoneInfo(facts.zone)), key, "reply")


# ------------------------------------------------------------ what is late


async def tick(tx: Tx) -> list[int]:
    """Remind the staff of what waits, bring what is late to the centre and back to the family, close what fell silent.

    A bounded piece of work; returns the threads that were looked at. Each step is taken once, in working hours.
    """
    due = sorted(await tx.all(table.DUE, now=tx.now, most=AT_ONCE))
    for number in due:
        await tx.one(table.LOCK, enquiry=number)
        row = await tx.one(table.VIEW, enquiry=number, person=0, now=tx.now)
        if row is not None:
            await _step(tx, row)
    return due


async def _step(tx: Tx, facts: EnquiryRow) -> None:
    if facts.state == "answered":
        await tx.run(table.CLOSE, enquiry=facts.id, now=tx.now)
        return
    zone, step = ZoneInfo(facts.zone), facts.reminded + 1
    key = f"enquiry:{facts.id}:{facts.asked:%Y%m%d%H%M%S}:{step}"
    late = waking.after(facts.answer_by, waking.OFFICE_DAY, zone, office=True)
    await tx.run(table.REMINDED, enquiry=facts.id, reminded=step, remind={HALF: facts.answer_by, TERM: late}.get(step))
    if step == CENTRE:
        centre = await tx.all(table.CENTRE_OF, municipality=facts.municipality, now=tx.now)
        day = waking.local_day(tx.now, zone)
        await _tell(tx, centre, to("unanswered"), at_work(tx.now, facts.zone), f"unanswered:{facts.municipality}:{day:%Y%m%d}")
        await _tell(tx, [facts.person], to("sorry", facts.id), waking.awake(tx.now, zone), key)
        return
    everybody = await tx.all(table.STAFF_OF, organisation=facts.organisation, now=tx.now)
    people = [facts.claimed_by] if step == HALF and facts.claimed_by is not None and facts.claimer_works else everybody
    await _tell(tx, people, to("question", facts.id, 0), at_work(tx.now, facts.zone), key)
