"""Who is talking: the account and the person behind an event, and the tab that it speaks to, in one read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.event import Event
from bot.conversation.language import Languages
from bot.conversation.session import Session, restored
from bot.conversation.turn import Person
from storage import account as accounts
from storage.database import Tx
from storage.session import SessionRow


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a turn begins with. `session` is the person's own tab that the event speaks to, if there is one."""

    person: Person
    session: Session | None
    focus: str | None
    asked: str | None
    used: datetime
    reachable: bool
    seen: str | None
    seen_address: str


async def arrive(tx: Tx, event: Event, token: str, languages: Languages) -> Arrived:
    """Find the account of an event, or make it and its person at their first word."""
    who_is = {"channel": event.channel, "user": event.user, "key": event.key, "token": token or None}
    row = await tx.one(accounts.ARRIVE, **who_is)
    while row is not None and row.became is not None:  # they became somebody else while this turn waited: the account is there now
        row = await tx.one(accounts.ARRIVE, **who_is)
    if row is None:
        language = languages.nearest(event.language) if event.language else None
        person = await tx.one(accounts.NEW_PERSON, language=language, now=tx.now)
        account = await tx.one(accounts.NEW_ACCOUNT, person=person, channel=event.channel, user=event.user, now=tx.now)
        if person is None or account is None:
            msg = "an insert gave no id"
            raise RuntimeError(msg)
        who = Person(person, account, language or languages.default, None, new=True)
        return Arrived(who, None, None, None, tx.now, reachable=True, seen=None, seen_address="")
    who = Person(row.person, row.account, row.language or languages.default, row.settlement)
    session = None
    if row.token is not None and row.owner == row.person and row.touched is not None:
        tab = (row.address or "", row.answers or {}, row.came_from, row.needed_by, row.asking, row.ended, row.touched)
        session = restored(SessionRow(row.token, row.owner, *tab))
    return Arrived(
        who,
        session,
        row.focus,
        row.asked,
        row.used,
        row.reachable,
        row.seen,
        row.seen_address or "",
    )
