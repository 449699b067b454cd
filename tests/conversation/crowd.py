"""A few people who do anything at all, and a program that can be stopped, killed and robbed of its database at any step."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from bot.app import Core
from bot.conversation.channel import Limits, Receipt
from bot.conversation.delivery import deliver
from bot.conversation.engine import Outcome
from bot.conversation.event import Event, Left, Pressed, Returned
from bot.conversation.language import Languages, Reader
from bot.conversation.screen import MOST_BUTTONS, Screen
from bot.handlers.telegram.render import render as telegram
from bot.handlers.vk.render import render as vk
from bot.model.link import LONGEST_DATA, to
from bot.model.text import Words
from storage.database import Database, Query, Tx, Unavailable, open_database
from storage.files import Files
from storage.schema import account, delivery, event, job, person, session, wording
from tests.conversation import fair
from tests.neutral import NEUTRAL, NeutralChannel, read_screen
from tests.stage import LOCALES, World

CHANNELS = {"neutral": NEUTRAL, "closed": Limits(4096, 4096, personal_data=False, edit=False)}
"""The second one may not carry personal data, and cannot change a message."""


class Account(NamedTuple):
    """Somebody in a messenger, and a word that everything they type contains: nobody else may ever read it."""

    channel: str
    user: str
    word: str


ANNA, BORIS, SECOND = Account("neutral", "101", "Annabel"), Account("neutral", "102", "Borislav"), Account("closed", "103", "Annabel")
EVERYBODY = (ANNA, BORIS, SECOND)
"""The second account is Anna's as well."""

_ONE_PERSON = Query(
    update(account)
    .where(account.c.channel == SECOND.channel, account.c.user == SECOND.user)
    .values(person=select(account.c.person).where(account.c.channel == ANNA.channel, account.c.user == ANNA.user).scalar_subquery())
)
_PERSON = Query(select(account.c.person).where(account.c.channel == bindparam("channel"), account.c.user == bindparam("user")), int)
_FAILED = Query(select(func.count()).select_from(event).where(event.c.state.in_(["failed", "aside"])), int)
_TABLES = {
    "person": (person.c.id, person.c.language, person.c.settlement),
    "account": (account.c.id, account.c.person, account.c.reachable),
    "focus": (account.c.id, account.c.focus),
    "session": [session.c[name] for name in ("token", "person", "address", "answers", "came_from", "needed_by", "asking", "ended")],
    "event": (event.c.channel, event.c.key, event.c.account, event.c.address),
    "wording": (wording.c.noun, wording.c.id, wording.c.field, wording.c.language),
    "job": (job.c.id, job.c.kind, job.c.state, job.c.done),
    "delivery": (delivery.c.id, delivery.c.person, delivery.c.key, delivery.c.state),
}
_DUMP = {name: Query(select(*columns)) for name, columns in _TABLES.items()}
Facts = dict[str, list[str]]


class _ShakyTx:
    """A transaction whose database goes away before one of its statements."""

    def __init__(self, tx: Tx, left: int) -> None:
        self._tx, self._left = tx, left

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tx, name)
        if name in {"all", "one", "run", "many"}:
            self._left -= 1
            if self._left < 0:
                raise Unavailable("between two statements")
        return found


class Shaky:
    """A database that may go away in the middle of the next turn: before its statement number `at`, or after its COMMIT."""

    def __init__(self, real: Database) -> None:
        self._real = real
        self.at: int | None = None
        self.gone = asyncio.Event()
        self.dead = False

    async def turn(self, work: Callable[[Tx], Awaitable[Any]], **about: Any) -> Any:
        if self.dead:
            raise Unavailable("it is away")
        at, self.at = self.at, None
        if at is None:
            return await self._real.turn(work, **about)
        try:
            await self._real.turn(lambda tx: work(_ShakyTx(tx, at)), **about)  # type: ignore[arg-type]
        finally:
            self.gone.set()
        raise Unavailable("after the commit")

    async def read(self, work: Callable[[Tx], Awaitable[Any]], **about: Any) -> Any:
        return await self._real.read(work, **about)

    async def close(self) -> None:
        await self._real.close()


class Watched(NeutralChannel):
    """A neutral channel that looks at every screen: it fits all messengers, and tells nobody another's words."""

    def __init__(self, crowd: Crowd, name: str) -> None:
        super().__init__(crowd.core.languages, name, CHANNELS[name])
        self._crowd = crowd
        self.carried: dict[str, list[str]] = {}
        self.shown: dict[str, int] = {}

    async def show(self, user: str, screen: Screen, language: str, over: str | None, key: str = "") -> Receipt:
        if self._crowd.deaf:
            await asyncio.Event().wait()
        receipt = await super().show(user, screen, language, over, key)
        message = self.chat(user).messages[int(receipt.message) - 1]
        self.shown[user] = message.number
        self.carried.setdefault(user, []).extend(data for data in message.buttons.values() if "://" not in data)
        self._crowd.look(self.name, user, screen, message.lines)
        return receipt

    async def acknowledge(self, event: Pressed, language: str, note: Words | None) -> None:
        await super().acknowledge(event, language, note)
        if note is not None:
            self._crowd.look(self.name, event.user, Screen(note), [self.languages.say(note, self._reader(language))])


async def cut_off(*tasks: asyncio.Task[None]) -> None:
    """End tasks as the end of their process does."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@cache
def languages() -> Languages:
    """All languages, read once for all the restarts."""
    return Languages(LOCALES, "ru")


class Crowd:
    """The program and its people. Everything that must hold after each act is checked by `check`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.world = World(url, folder, dialogs=fair.dialog, menu=fair.MENU, steps={"count": fair.count_step})
        self._keys = count(1)
        self.history: list[Event] = []
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        self.problems: list[str] = []
        self.deaf = False
        self.channels: dict[str, Watched] = {}

    # ------------------------------------------------------------ the program

    async def start(self) -> None:
        world = self.world
        self.core = Core(
            await open_database(world.url),
            languages(),
            Files(world.folder),
            world.time.now,
            CHANNELS,
            world.dialogs,
            world.menu,
            world.steps,
        )
        self.database = Shaky(self.core.database)
        for part in (self.core, self.core.receipts, self.core.dispatcher, self.core.courier, self.core.worker):
            setattr(part, "database" if hasattr(part, "database") else "_database", self.database)
        before, self.channels = self.channels, {name: Watched(self, name) for name in CHANNELS}
        for name, channel in self.channels.items():
            if name in before:
                channel.chats, channel.carried, channel.shown = before[name].chats, before[name].carried, before[name].shown
            self.core.channels[name] = channel
        turn = self.core.engine.turn

        async def watched(tx: Tx, event: Event) -> Outcome:
            outcome = self.outcomes[event.channel, event.user] = await turn(tx, event)
            return outcome

        self.core.engine.turn = watched  # type: ignore[method-assign]

    async def stop(self) -> None:
        await self.core.dispatcher.settle()
        await self.core.receipts.flush()
        await self.core.database.close()

    async def meet(self) -> None:
        """Let everybody come for the first time; Anna's two accounts become one person."""
        for who in EVERYBODY:
            await self.take(self.event(Returned, who))
        await self.core.database.turn(lambda tx: tx.run(_ONE_PERSON), now=self.world.time.now())

    async def take(self, *events: Event) -> None:
        """Let events come together, and wait until everything is shown."""
        self.history += events
        await self.core.dispatcher.take(events)
        await self.core.dispatcher.settle()

    async def kill(self, at: int | None, *events: Event) -> None:
        """Stop without a word while these events are taken: in front of a statement, or after the commits and before anything is shown.

        The messenger sends them again, as nobody has confirmed them.
        """
        self.history += events
        self.deaf, self.database.at = True, at
        taking = asyncio.create_task(self.core.dispatcher.take(events))
        if at is None:
            await taking
        else:
            await self.database.gone.wait()
            self.database.dead = True
        await cut_off(taking, *self.core.dispatcher._tasks)
        await self.core.database.close()
        self.deaf = False
        await self.start()
        for name in CHANNELS:
            await self.core.dispatcher.show_unshown(name)
        await self.core.dispatcher.take(events)
        await self.core.dispatcher.settle()

    # ------------------------------------------------------------ the people

    def event(self, what: Any, who: Account, **more: Any) -> Any:
        return what(channel=who.channel, user=who.user, key=str(next(self._keys)), language="en", **more)

    def buttons(self, who: Account) -> list[tuple[str, str]]:
        """What somebody can press now, the newest message first: message and data."""
        chat = self.channels[who.channel].chat(who.user)
        return [(str(each.number), data) for each in reversed(chat.messages) for data in each.buttons.values() if "://" not in data]

    def carried(self, who: Account) -> list[str]:
        """Whatever their buttons carried at any time, the newest first."""
        return self.channels[who.channel].carried.get(who.user, [])[::-1]

    def press(self, who: Account, data: str, message: str | None = None) -> Any:
        newest = len(self.channels[who.channel].chat(who.user).messages)
        return self.event(Pressed, who, data=data, message=message or (str(newest) if newest else ""), press="1")

    async def block(self, who: Account, *, blocked: bool) -> None:
        self.channels[who.channel].chat(who.user).blocked = blocked
        await self.take(self.event(Left if blocked else Returned, who))

    async def remind(self, who: Account) -> None:
        """Plan a delivery, and send what is due."""

        async def plan(tx: Tx) -> None:
            found = await tx.one(_PERSON, channel=who.channel, user=who.user)
            assert found is not None
            await deliver(tx, found, to("reminder", 1), tx.now, f"reminder {next(self._keys)}", "reminder")

        await self.core.database.turn(plan, now=self.world.time.now())
        await self.core.courier.send_due()
        await self.core.worker.work()

    # ------------------------------------------------------------ what must hold

    def look(self, channel: str, user: str, screen: Screen, lines: Sequence[str]) -> None:
        """A screen that somebody is shown: no limit broken, no other's word told."""
        text = "\n".join(lines)
        others = {who.word for who in EVERYBODY} - {who.word for who in EVERYBODY if (who.channel, who.user) == (channel, user)}
        if any(word.casefold() in text.casefold() for word in others):
            self.problems.append(f"{user} reads what another wrote: {text}")
        carried = [button.data for row in screen.rows for button in row if button.data]
        if len(carried) > MOST_BUTTONS or any(not data.isascii() or len(data) > LONGEST_DATA for data in carried) or len(text) > 4096:
            self.problems.append(f"a screen beyond the limits: {text}")
        reader = Reader("en", personal=True, address=lambda page: f"https://neutral.example/{page.deep}")
        telegram(screen, reader, self.core.languages, NEUTRAL)
        vk(screen, reader, self.core.languages, NEUTRAL)

    async def facts(self) -> Facts:
        """Everything that the conversation and the fair know, apart from when it was touched last."""

        async def read(tx: Tx) -> Facts:
            return {name: sorted(map(repr, await tx.all(query))) for name, query in _DUMP.items()}

        return await self.core.database.read(read, now=self.world.time.at)

    async def check(self) -> None:
        """Nothing failed, nobody is on two places, no stall is overcrowded."""
        failed = await self.core.database.read(lambda tx: tx.one(_FAILED), now=self.world.time.at)
        assert not failed, "an event failed"
        assert not self.problems, self.problems
        held = await self.core.database.read(lambda tx: tx.all(fair.HOLDERS), now=self.world.time.at)
        assert len({holder for holder, _stall, _name in held}) == len(held), f"somebody is on two places: {held}"
        for stall, seats in fair.STALLS.items():
            assert sum(taken == stall for _holder, taken, _name in held) <= seats, held

    async def check_shown(self, who: Account, *, last: bool = True) -> None:
        """What somebody sees (at the `last` place, or anywhere) is what their tab gives when run anew, which changes nothing."""
        outcome, channel = self.outcomes.get((who.channel, who.user)), self.channels[who.channel]
        if outcome is None or outcome.screen is None or channel.chat(who.user).blocked:
            return
        before = await self.facts()
        found = (outcome.person, outcome.account, outcome.language)
        here = self.core.engine.here(who.channel)
        anew = await self.core.database.turn(
            lambda tx: self.core.engine.again(tx, fair.somebody(*found), here, outcome.address), now=self.world.time.now()
        )
        assert anew.screen is not None
        assert anew.asks == outcome.asks
        assert await self.facts() == before, "showing a page again changed something"
        lines, buttons = read_screen(replace(anew.screen, note=None), self.core.languages, channel._reader(outcome.language))
        messages = channel.chat(who.user).messages
        shown = [messages[channel.shown[who.user] - 1]] if last else messages
        same = [message for message in shown if message.lines[-len(lines) :] == lines]
        assert same, "a fresh run shows something else"
        if not any("/go-" in data for data in buttons.values()):  # a one-time link is another each time
            assert any(message.buttons == buttons for message in same)


@contextmanager
def no_error_is_logged() -> Iterator[None]:
    """Fail where the program logs an error."""
    errors: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            errors.append(f"{record.getMessage()} {record.exc_info}")

    listening = Listening(logging.ERROR)
    logging.getLogger("bot").addHandler(listening)
    try:
        yield
    finally:
        logging.getLogger("bot").removeHandler(listening)
    assert not errors, errors
