"""Stages with real messengers: the real handlers, aiogram and vk_api, over HTTP against the sandbox's emulators."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import storage
from bot.app import VK_TEXT
from bot.conversation.channel import Channel, Limits
from bot.conversation.owner import Owner
from bot.handlers.telegram import TelegramChannel
from bot.handlers.vk import VkChannel
from sandbox.calls import CallLog
from sandbox.chat import Contact, Key, Media, Message, Place
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock
from sandbox.vk import Community, VkEmulator
from tests.stage import PEOPLE, START, Missed, News, Ticking, World

TELEGRAM = Limits(4096, 1024, personal_data=True)
VK = Limits(VK_TEXT, VK_TEXT, personal_data=True)
_ADDRESS = re.compile(r"https://(?:t\.me/\w+\?start=|vk\.me/\w+\?ref=)([\w-]+)")
"""A page's address in a messenger; in a transcript all read alike."""
SETTLED = 10.0
"""Seconds after which a stage that does not come to rest has a fault."""


class WiredStage(Ticking):
    """Plays in one messenger (or several: `anna` is in the first, `anna@vk` in the other)."""

    def __init__(self, world: World, names: Sequence[str], log: CallLog | None = None) -> None:
        self.world, self.names, self.name = world, names, names[0]
        self.log = log or CallLog()
        self.emulators = AsyncExitStack()
        self.messengers: dict[str, Any] = {}
        self._seen: dict[tuple[str, int], dict[int, list[str]]] = {}
        self._owners: list[Owner] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Start the emulators; they outlive restarts of the bot."""
        clock = SandboxClock(START)
        if "telegram" in self.names:
            self.telegram = await self.emulators.enter_async_context(TelegramEmulator(clock=clock, log=self.log, paced=False))
            self.messengers["telegram"] = self.telegram
        if communities := [name for name in self.names if name.startswith("vk")]:
            made = [
                Community(name, f"vk1.a.token-{at}", 200 + at, screen_name="kruzhok" + name.removeprefix("vk/").removeprefix("vk"))
                for at, name in enumerate(communities)
            ]
            self.vk = await self.emulators.enter_async_context(VkEmulator(communities=made, clock=clock, log=self.log, rate=None))
            self.communities = {each.name: each for each in made}
            self.messengers |= {each.name: self.vk.community(each.name) for each in made}

    async def start(self) -> None:
        """Start the bot."""
        limits = {name: self.world.limits.get(name, TELEGRAM if name == "telegram" else VK) for name in self.names}
        self.core = core = await self.world.core(limits)
        for name in self.names:
            core.channels[name] = self._channel(name, limits[name])
        self._tasks = [asyncio.create_task(core.receipts.run())]
        self._owners = [Owner(core.database, core.dispatcher, each, "test", self.world.time.now) for each in core.channels.values()]
        self._tasks += [asyncio.create_task(owner.run()) for owner in self._owners]

    def _channel(self, name: str, limits: Limits) -> Channel:
        core = self.core
        if name == "telegram":
            return TelegramChannel(name, self.telegram.token, limits, core.languages, core.library, api_url=self.telegram.url)
        it = self.communities[name]
        return VkChannel(name, it.token, it.group_id, limits, core.languages, core.library, api_url=self.vk.url, screen_name=it.screen_name)

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        for owner in self._owners:
            await owner.stop()
        await self.core.dispatcher.close()
        for channel in self.core.channels.values():
            await channel.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.core.database.close()

    async def close(self) -> None:
        """Stop the emulators too."""
        await self.emulators.aclose()

    # ------------------------------------------------------------ people

    def _of(self, who: str) -> tuple[Any, str, int]:
        person, _at, name = who.partition("@")
        name = name or self.name
        return self.messengers[name], name, PEOPLE[person]

    def find(self, who: str, label: str, back: int = 0) -> tuple[Message, str]:
        """The newest message with this key (or one further back), and what the key carries."""
        messenger, _name, user = self._of(who)
        with_keys = [message for message in reversed(messenger.chat(user).messages) if message.keys and not message.mine]
        for message in with_keys[back:]:
            keys = [key for row in message.keys for key in row]
            exact = [key for key in keys if key.label == label]
            near = [key for key in keys if label in key.label]
            if exact or len(near) == 1:
                return message, (exact or near)[0].label
            if back:
                break
        raise Missed(f"{who} sees no key [{label}]")

    async def act(self, who: str, verb: str, rest: str) -> None:
        """Let a person do something, and wait until everything has come to rest."""
        messenger, name, user = self._of(who)
        chat = messenger.chat(user)
        chat.name, chat.language = who.partition("@")[0].title(), self.world.language
        simple: dict[str, Callable[[], Any]] = {
            "says": lambda: messenger.say(user, rest),
            "opens": lambda: messenger.start(user, rest.replace("/", "-")),
            "starts": lambda: messenger.start(user),
            "follows": lambda: messenger.start(user, self._handed_over()),
            "blocks": lambda: messenger.block(user),
            "unblocks": lambda: messenger.unblock(user),
            "presses": lambda: self._press(who, rest),
            "forges": lambda: self._forge(messenger, user, rest if name == "telegram" else json.dumps({"d": rest})),
            "shares": lambda: self._share(messenger, user, rest),
            "sends": lambda: self._send(messenger, user, rest),
        }
        if verb not in simple:
            raise Missed(f"nobody can do this: {verb}")
        await simple[verb]()
        await self.rest()

    async def _press(self, who: str, rest: str) -> None:
        messenger, _name, user = self._of(who)
        label, _on, back = rest.partition(" on the message ")
        if not back and any(key.label == label for row in messenger.chat(user).keyboard for key in row):
            await messenger.press(user, 0, label)
            return
        message, exact = self.find(who, label, int(back.split()[0]) if back else 0)
        await messenger.press(user, message.id, exact)

    @staticmethod
    async def _forge(messenger: Any, user: int, data: str) -> None:
        ours = [message.id for message in messenger.chat(user).messages if not message.mine]
        await messenger.send_data(user, ours[-1], data)

    @staticmethod
    async def _share(messenger: Any, user: int, rest: str) -> None:
        what, _space, more = rest.partition(" ")
        if what == "place":
            latitude, longitude = map(float, more.split(","))
            await messenger.share_place(user, Place(latitude, longitude))
        else:
            await messenger.share_contact(user, Contact(messenger.chat(user).name, more, user if what == "phone" else None))

    @staticmethod
    async def _send(messenger: Any, user: int, rest: str) -> None:
        what, _space, more = rest.partition(" ")
        if what == "file":
            await messenger.upload(user, Media(more, "application/octet-stream", b"x" * 1000, ""))
        else:
            await getattr(messenger, f"send_{what}")(user)

    def _handed_over(self) -> str:
        """The payload of the newest link from one messenger into another."""
        for messenger in self.messengers.values():
            for user in PEOPLE.values():
                for message in reversed(messenger.chat(user).messages):
                    for key in (key for row in message.keys for key in row if key.kind == "url"):
                        if found := re.search(r"(?:start|ref)=(go-\w+)", key.data):
                            return found[1]
        raise Missed("nobody was given a link to another messenger")

    async def rest(self) -> None:
        """Wait until the messengers' queues are empty and nothing is being taken or shown."""
        async with asyncio.timeout(SETTLED):
            calm = 0
            while calm < 2:
                await self.core.dispatcher.settle()
                busy = any(self._waiting(name) for name in self.names)
                calm = 0 if busy else calm + 1
                await asyncio.sleep(0.002)

    def _waiting(self, name: str) -> bool:
        """Whether this messenger still holds updates that the bot has not confirmed."""
        if name == "telegram":
            return len(self.telegram.cloud.updates) > 0
        return self.vk.unread(name)

    async def news(self, who: str) -> list[News]:
        """New and changed messages of the bot, and the toast."""
        messenger, name, user = self._of(who)
        chat = messenger.chat(user)
        seen = self._seen.setdefault((name, user), {})
        found = []
        for message in chat.messages:
            if message.mine:
                continue
            below = chat.keyboard if message is chat.messages[-1] and not message.keys else message.keys
            lines = [
                _ADDRESS.sub(r"https://neutral.example/\1", line) for line in messenger.read_back(replace(message, keys=_neutral(below)))
            ]
            before = seen.get(message.id)
            seen[message.id] = lines
            if before == lines or (before is not None and lines == [line for line in before if not line.startswith("  [")]):
                continue
            found.append(News("edit" if before is not None else "new", lines))
        if chat.toast:
            found.append(News("toast", [chat.toast]))
            chat.toast = ""
        return found


def _neutral(rows: list[list[Key]]) -> list[list[Key]]:
    """The rows without the messenger's own keys for a telephone or a place, which are not the screen's."""
    kept = [[key for key in row if key.kind not in {"contact", "location"}] for row in rows]
    return [row for row in kept if row]


@asynccontextmanager
async def wired(names: Sequence[str], url: str, folder: Path, *, log: CallLog | None = None, **more: Any) -> AsyncIterator[WiredStage]:
    """A stage with real messengers on a fresh, migrated database."""
    await asyncio.to_thread(storage.migrate, url)
    stage = WiredStage(World(url, folder, **more), names, log)
    await stage.open()
    try:
        await stage.start()
        try:
            yield stage
        finally:
            await stage.stop()
    finally:
        await stage.close()
