"""A session is a browser tab: a page, the answers given in it, and where it came from."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.link import Link, parse
from bot.model.secret import base62
from storage import session as table
from storage.database import Overtaken, Tx

LIFE = timedelta(days=90)
"""How long a tab is kept after it was touched last; an older button says that the conversation is over."""
FOCUS = timedelta(hours=2)
"""How long after a question was shown a typed text is taken for its answer."""
MOST_TABS = 300
"""Tabs of one person that are kept, the newest; more are a machine's."""
STALE = timedelta(minutes=10)
"""How old a touch may be before showing a tab again writes it anew: so a page that changes nothing costs no write."""
TOKEN_LENGTH = 9
LONGEST_ANSWER = 40
"""Characters of a value that a button of ours carries at most: 64 bytes less the token, the name and the dots."""

_ANSWER = re.compile(rf"\.([0-9A-Za-z]{{9}})(?:\.([a-z][a-z0-9-]{{0,38}}[>*]?|<)\.([!-~]{{0,{LONGEST_ANSWER}}}))?", re.ASCII)


def new_token() -> str:
    """Nine base62 characters: 53 random bits. A token alone opens nothing, as a tab belongs to a person."""
    return base62(secrets.randbits(53), TOKEN_LENGTH)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a button of a tab carried: the tab, the question (`<` goes back, empty shows the tab), the value (empty forgets)."""

    token: str
    question: str
    value: str


def read_answer(data: str) -> Answer | None:
    """Read button data that begins with a dot; `None` where it is forged or damaged."""
    found = _ANSWER.fullmatch(data)
    return Answer(found[1], found[2] or "", found[3] or "") if found else None


@dataclass(slots=True)
class Session:
    """A tab. `ended` is the page that it led to, once it is over; its answers are erased then."""

    token: str
    person: int
    link: Link
    answers: dict[str, str] = field(default_factory=dict)
    came_from: str = ""
    needed_by: str | None = None
    asking: str | None = None
    ended: str | None = None
    stored: tuple[dict[str, str], str | None, str | None, datetime] | None = None
    """What storage has of it: answers, asking, ended, touched; `None` for a tab that was never saved."""

    @property
    def data(self) -> str:
        """What a button carries to bring this tab back."""
        return f".{self.token}"

    async def save(self, tx: Tx, now: datetime) -> None:
        """Write the tab down, unless storage has all of it and it was touched a moment ago. Raises `Overtaken`."""
        now_stored = (dict(self.answers), self.asking, self.ended, now)
        if self.stored is not None and self.stored[:3] == now_stored[:3] and now - self.stored[3] < STALE:
            return
        was, self.stored = self.stored[3] if self.stored is not None else None, now_stored
        kept = await tx.run(
            table.SAVE,
            token=self.token,
            person=self.person,
            address=str(self.link),
            answers={} if self.ended else self.answers,
            came_from=self.came_from or None,
            needed_by=self.needed_by,
            asking=self.asking,
            ended=self.ended,
            touched=now,
            was=was,
        )
        if not kept:
            raise Overtaken


def restored(row: table.SessionRow) -> Session | None:
    """A stored tab; `None` where its page has been renamed out of the language of addresses."""
    link = parse(row.address)
    if link is None:
        return None
    answers = dict(row.answers)
    stored = (dict(answers), row.asking, row.ended, row.touched)
    return Session(row.token, row.person, link, answers, row.came_from or "", row.needed_by, row.asking, row.ended, stored)


async def load(tx: Tx, token: str, person: int) -> Session | None:
    """A person's own tab; another's is refused like one that never was."""
    row = await tx.one(table.LOAD, token=token)
    return restored(row) if row is not None and row.person == person else None
