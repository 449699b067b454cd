"""A turn as a dialog sees it: the transaction, the person, and the questions it may ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.conversation.channel import Limits
from bot.conversation.dialog import Again, HandOver, Needed, Pending
from bot.conversation.language import Languages
from bot.conversation.question import Question, Unreadable
from bot.conversation.screen import Button, Meaning
from bot.conversation.session import Session
from bot.model.link import Link
from bot.model.text import Words, _
from storage import account as accounts
from storage.database import Tx

T = TypeVar("T")

NEED, OPENED = "!", "@"
"""What a tab keeps beside its answers, under names that no button carries: before an address, that a needed dialog has ended; and that
the tab was opened from outside."""
LONGEST_NUMBER = 18
"""Digits of a number in a button: every id has room, and each fits into 64 bits."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is talking: the human being, the account they talk through, and what they told us to remember."""

    id: int
    account: int
    language: str
    settlement: int | None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """Where the talk takes place: the channel, what it can and may, the languages and the name of this installation.

    `keeper` is who runs it and keeps its data. `pages` are addresses in other systems, by system, with `{id}` in them: `navigator` → `https://…/program/{id}`.
    `channels` are all of this installation.
    """

    channel: str
    limits: Limits
    languages: Languages
    region: str = ""
    keeper: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, Limits] = field(default_factory=dict)

    def carry(self, kind: str) -> list[str]:
        """The channels in which everything may be said of organisations of a kind, in the order of the configuration."""
        return [name for name, limits in self.channels.items() if limits.policy.get(kind) == "full"]

    def kinds(self, *allowed: str) -> Sequence[str]:
        """The kinds of organisation whose policy here is one of `allowed` (none given: anything but `off`)."""
        return [kind for kind, policy in self.limits.policy.items() if (policy in allowed if allowed else policy != "off")]


@dataclass(slots=True)
class Turn:
    """What a dialog is given. It reads through `tx`, asks through `ask`, and shows only by what it returns.

    `delivering` is true where the bot opens the page by itself: nothing is asked and nothing written.
    """

    tx: Tx
    person: Person
    here: Here
    link: Link
    session: Session
    delivering: bool = False
    note: Words | None = None
    passed: list[str] = field(default_factory=list)
    kept: bool = False
    live: int | None = None
    total: int | None = None
    _prefix: str = ""

    @property
    def now(self) -> datetime:
        """The instant of this turn, in UTC."""
        return self.tx.now

    @property
    def opened(self) -> bool:
        """Whether the tab was opened from outside (a deep link): a page that writes must ask first then, in every run."""
        return OPENED in self.session.answers

    async def ask(self, question: Question[T]) -> T:
        """The stored answer, read against today's facts; else the turn stops here and the question is shown."""
        name = self._prefix + question.name
        if question.personal is not None and not self.here.limits.personal_data:
            self.session.answers.pop(name, None)  # somebody made it up: it was never asked here
            raise HandOver(question)
        raw = self.session.answers.get(name)
        if raw is not None:
            try:
                value = question.read(raw)
            except Unreadable as unreadable:
                del self.session.answers[name]
                self.note = unreadable.why
            else:
                self.passed.append(name)
                return value
        if (only := question.only()) is not None:
            return question.read(only)
        raise Pending(question, name)

    def given(self, question: Question[T]) -> T | None:
        """The answer if there is one that still holds; nothing is asked."""
        name = self._prefix + question.name
        raw = self.session.answers.get(name)
        if raw is None:
            return None
        try:
            return question.read(raw)
        except Unreadable as unreadable:
            del self.session.answers[name]
            self.note = unreadable.why
            return None

    def raw(self, name: str) -> str | None:
        """An answer as it was stored, for what needs no reading (a page number, a switch)."""
        return self.session.answers.get(self._prefix + name)

    def number(self, name: str) -> int:
        """The same as a number, of a page, say; 0 where there is none, or somebody made it up."""
        raw = self.raw(name) or ""
        return int(raw) if raw.isdecimal() and len(raw) <= LONGEST_NUMBER else 0

    def put(self, name: str, raw: str) -> None:
        """Write an answer into this tab that follows from another one (a typed sentence names a place); an empty one forgets it."""
        name = self._prefix + name
        if raw:
            self.session.answers[name] = raw
        else:
            self.session.answers.pop(name, None)

    async def need(self, link: Link, *, met: bool | None = None) -> None:
        """Have another dialog finished first, in its own tab; this one is run again when that has ended.

        Where a fact says whether it is still needed (`met`: a consent that stands), the fact decides, and not that it once ended.
        """
        if not (NEED + str(link) in self.session.answers if met is None else met):
            raise Needed(link)

    async def speak(self, language: str) -> None:
        """From now on, and on this very screen, talk to the person in this language."""
        await self.tx.run(accounts.SPEAK, person=self.person.id, language=language)
        self.person = replace(self.person, language=language)

    async def settle(self, settlement: int | None) -> None:
        """Remember (or forget) the settlement from which the person looks for clubs."""
        await self.tx.run(accounts.SETTLE, person=self.person.id, settlement=settlement)
        self.person = replace(self.person, settlement=settlement)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Ask the questions of a sub-dialog under names of their own, also where it sends itself back: `with turn.part("second"): …`."""
        before, self._prefix = self._prefix, f"{self._prefix}{name}-"
        try:
            yield
        except Again as again:
            raise Again(f"{name}-{again.name}", again.why) from again
        finally:
            self._prefix = before

    @property
    def tab(self) -> str:
        """The token of this tab for a link that leads back to it; asking for it keeps the tab."""
        self.kept = True
        return self.session.token

    def answer(self, label: Words, question: str, value: str, meaning: Meaning = "") -> Button:
        """A button that answers a question of this tab; an empty value forgets the answer. The tab is kept."""
        return Button(label, f".{self.tab}.{self._prefix}{question}.{value}", meaning=meaning)

    def back(self, label: Words | None = None) -> tuple[Button, ...]:
        """The way back to the tab from which this page was opened, if any: one button or none."""
        return (Button(label or _("‹ Back to the list"), f".{self.link.tab}"),) if self.link.tab else ()
