"""Fifty people with two messages each: they press or write, and know when the bot has done all that a press asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol, cast

from bench import work
from sandbox.chat import Chat, Message

PEOPLE = 50
COPIES = 2
"""Messages of each person: together a hundred presses can be outstanding, and none of them follows another on its own message."""
FIRST_USER = 500_000
PATIENCE = 30.0
"""Seconds after which a press that was not answered is an error of the bench."""


class Messenger(Protocol):
    """What people need of an emulated messenger."""

    def chat(self, user: int) -> Chat:
        """A person's chat."""

    async def start(self, user: int, payload: str = "") -> None:
        """Follow a deep link."""

    async def say(self, user: int, text: str) -> Message:
        """Write a text."""

    async def press(self, user: int, message: int, label: str) -> None:
        """Press a key."""

    def on_change(self, callback: Callable[[int], None]) -> None:
        """Tell when a chat has changed."""


class Actor(Protocol):
    """Somebody who can have one thing outstanding."""

    async def act(self) -> None:
        """Do something, and return when the bot has done everything that it asks for."""


class Crowd:
    """Waits for changes of chats."""

    def __init__(self, messenger: Messenger) -> None:
        self.messenger = messenger
        self._waiting: dict[int, list[tuple[Callable[[], bool], asyncio.Future[None]]]] = {}
        messenger.on_change(self._changed)

    async def until(self, user: int, done: Callable[[], bool]) -> None:
        """Wait until a chat is as it should be. Raises `TimeoutError`."""
        if done():
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user, []).append((done, future))
        async with asyncio.timeout(PATIENCE):
            await future

    def _changed(self, user: int) -> None:
        if not (waiting := self._waiting.get(user)):
            return
        left = []
        for done, future in waiting:
            if future.done():
                continue
            if done():
                future.set_result(None)
            else:
                left.append((done, future))
        self._waiting[user] = left


@dataclass(slots=True)
class Presser:
    """Presses the keys 1–5 of one message in turn. A press is done when it is acknowledged and its message shows something else."""

    crowd: Crowd
    user: int
    message: Message
    chat: Chat
    at: int = 0

    async def act(self) -> None:
        """Press the next key."""
        self.at = self.at % len(work.NUMBERS) + 1
        before, message, waiting = self.message.text, self.message, self.chat.waiting
        await self.crowd.messenger.press(self.user, message.id, str(self.at))
        await self.crowd.until(self.user, lambda: message.text != before and message.id not in waiting)


@dataclass(slots=True)
class Writer:
    """Writes a text that nobody has written before, and waits for the same text from the bot."""

    crowd: Crowd
    user: int
    chat: Chat
    numbers: count[int] = field(default_factory=count)
    prefix: str = ""

    async def act(self) -> None:
        """Write the next text."""
        text = f"{self.prefix}{next(self.numbers)}"
        await self.crowd.messenger.say(self.user, text)

        def echoed() -> bool:
            return any(each.text == text and not each.mine for each in self.chat.messages[-2 * COPIES :])

        await self.crowd.until(self.user, echoed)


async def writers(messenger: Messenger) -> list[Actor]:
    """People who write to an echo. Each text has been answered once: the program runs."""
    crowd = Crowd(messenger)
    await wake(crowd)
    made: list[Actor] = []
    for user in range(FIRST_USER, FIRST_USER + PEOPLE):
        chat = messenger.chat(user)
        made += [Writer(crowd, user, chat, prefix=f"{copy} ") for copy in range(COPIES)]
    await asyncio.gather(*(each.act() for each in made))
    return made


async def wake(crowd: Crowd) -> None:
    """Write until an answer comes: vk_api hears only what is written after it has begun to listen."""
    chat = crowd.messenger.chat(FIRST_USER - 1)
    async with asyncio.timeout(PATIENCE):
        while all(message.mine for message in chat.messages):
            await crowd.messenger.say(FIRST_USER - 1, "hello")
            await asyncio.sleep(0.2)


async def pressers(messenger: Messenger) -> list[Actor]:
    """People who press: each has twice followed a deep link and pressed once under the message that came."""
    crowd = Crowd(messenger)
    made: list[Actor] = []

    def question(chat: Chat) -> Message | None:
        return next((each for each in chat.messages if each.text.startswith(work.QUESTION) and each.keys), None)

    async def begin(user: int, copy: int) -> Presser:
        chat = messenger.chat(user)
        await messenger.start(user, f"bench-{copy}")
        await crowd.until(user, lambda: question(chat) is not None)
        presser = Presser(crowd, user, cast("Message", question(chat)), chat, at=copy)
        await presser.act()
        return presser

    for copy in range(1, COPIES + 1):
        made += [await begin(user, copy) for user in range(FIRST_USER, FIRST_USER + PEOPLE)]
    return made
