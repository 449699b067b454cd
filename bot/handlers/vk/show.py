"""The VK channel: events in; screens, strips and acknowledgements out."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any
from zlib import crc32

import orjson
from vk_api import ApiError
from vk_api.bot_longpoll import VkBotEvent

from bot.conversation.channel import ChannelError, Library, Limits, Receipt, TryLater
from bot.conversation.event import Event, Opened, Pressed, Said
from bot.conversation.language import Languages, Reader
from bot.conversation.screen import Screen
from bot.handlers.recent import Recent
from bot.handlers.vk.api import Api
from bot.handlers.vk.files import BadPicture, Files
from bot.handlers.vk.poll import LongPoll
from bot.handlers.vk.receive import can_press, received
from bot.handlers.vk.render import Rendered, render, toast, without_keys
from bot.handlers.vk.settings import switch_on
from bot.model.link import Link
from bot.model.text import Words

log = logging.getLogger(__name__)

REMEMBERED = 10_000
"""Messages, people and documents that are kept in mind."""
LATEST_ANSWER = 30.0
"""Seconds within which a press is still worth an answer; VK takes it for a minute (dev.vk.com, community events)."""
UNSURE = 120.0
"""Seconds within which a message that was perhaps sent is sent again under its old number. VK compares those of an hour."""

_WRONG_PARAMETER = 100
_UNCHANGEABLE = {15, 104, 909, 920, 949}
"""Not ours or not there, not found, older than 24 hours, of another kind, pinned just now (schema 5.199, errors.json)."""


class VkChannel:
    """One VK community as a `Channel`.

    `token` is the community's, `group_id` its number, `screen_name` its short name in addresses (`club<number>` where it has none),
    `api_url` the address before `/method/…`.
    """

    def __init__(
        self,
        name: str,
        token: str,
        group_id: int,
        limits: Limits,
        languages: Languages,
        library: Library,
        *,
        api_url: str = "https://api.vk.ru",
        screen_name: str = "",
    ) -> None:
        self.name, self.limits = name, limits
        self.position: str | None = None
        self._group, self._address = group_id, screen_name or f"club{group_id}"
        self._languages = languages
        self._api = Api(name, token, api_url)
        self._library, self._stored = library, Files(self._api, name, library)
        self._documents = Recent[tuple[int, int], tuple[str, ...]](REMEMBERED)
        self._without_callbacks = Recent[str, bool](REMEMBERED)
        self._followed = Recent[str, str](REMEMBERED)
        self._messages = Recent[str, bool](REMEMBERED)  # by key; true for those that were looked for and not polled
        self._unsure = Recent[tuple[int, int], tuple[int, float]](REMEMBERED)

    async def set_up(self) -> None:
        """Switch on the events that the bot needs, where the token may; `events` does so beside polling. What fails is logged and left."""
        await switch_on(self._api, self.name, self._group)

    async def fetch(self, reference: str, most: int) -> bytes:
        """The bytes of a file that a person sent. Raises `TryLater` and `Lost`."""
        return await self._api.download(reference, most)

    def deep_link(self, page: Link) -> str:
        """The address on the web that opens this page here."""
        return f"https://vk.me/{self._address}?ref={page.deep}"

    async def close(self) -> None:
        """Let go of connections."""
        await self._api.close()

    # ------------------------------------------------------------ in

    def start_from(self, position: str | None) -> None:
        """Go on after the events that `position` stands for; from now on where there is none, and with whom waits for an answer."""
        self.position = position
        self._messages.clear()

    async def events(self) -> AsyncIterator[Sequence[Event]]:
        """Yield batches of events; asking for the next one says that `position` is stored."""
        setting_up = asyncio.create_task(self.set_up())
        try:
            async with aclosing(LongPoll(self._api, self.name, self._group, self.position).batches()) as batches:
                async for batch in batches:
                    self.position = batch.position
                    events = [event for update in batch.updates for event in self._received(update, found=batch.found)]
                    if events:
                        yield events
        finally:
            setting_up.cancel()

    def _received(self, update: VkBotEvent, *, found: bool) -> list[Event]:
        try:
            events, able = received(update, self.name), can_press(update)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            told = {"channel": self.name, "kind": str(update.type), "reason": type(error).__name__}
            log.error("an event cannot be read and is left out", extra=told)  # noqa: TRY400 - a traceback would tell what people wrote
            return []
        if not events or not self._is_new(events[0].key, found=found):
            return []
        if able is not None:
            self._without_callbacks[events[0].user] = not able
        return self._once_through(events)

    def _is_new(self, key: str, *, found: bool) -> bool:
        """Whether a message comes for the first time: it may be polled and be found unanswered as well."""
        if key in self._messages and (found or self._messages[key]):
            return False
        if key.startswith("m"):
            self._messages[key] = found
        return True

    def _once_through(self, events: list[Event]) -> list[Event]:
        """Leave out a deep link that is told again with the next words of the person who came through it."""
        match events:
            case [Opened(user=user, payload=page), Said() as said] if self._followed.get(user) == page:
                return [said]
            case [Opened(user=user, payload=page), *_]:
                self._followed[user] = page
        return events

    # ------------------------------------------------------------ out

    async def show(self, user: str, screen: Screen, language: str, over: str | None, key: str = "") -> Receipt:
        """Show a screen: over the message `over` where VK can change it (for 24 hours), else as a new one.

        A document that was sent is never replaced by something else: it belongs to the person. The same `key` again, within an hour,
        shows nothing twice, whoever asks: it is VK's `random_id`.
        """
        screen = await self._library.made(screen)
        try:
            return await self._show(int(user), screen, language, over, key)
        except BadPicture as why:
            log.warning("a page is shown without its picture: %s", why, extra={"channel": self.name})
            return await self._show(int(user), replace(screen, picture=None), language, over, key)

    async def strip(self, user: str, message: str) -> None:
        """Take the buttons off a message, where it still can be changed. An edit must say everything again, so VK is asked what it says."""
        peer = int(user)
        where = {"peer_id": peer, "conversation_message_ids": message}
        try:
            found = (await self._api("messages.getByConversationMessageId", where, peer=peer))["items"]
            if found and found[0].get("keyboard"):
                await self._api("messages.edit", {"peer_id": peer, "cmid": int(message), **without_keys(found[0])}, peer=peer)
        except ApiError as why:
            if not _is_unchangeable(why):
                raise

    async def remove(self, user: str, message: str) -> None:
        """Nothing: a community deletes only its own messages for both sides (messages.delete), so the person is asked to."""

    async def acknowledge(self, event: Pressed, language: str, note: Words | None) -> None:
        """Answer a press, again and again while it is still worth it. Raises `TryLater` where it was not answered."""
        if not event.press:
            return
        peer, loop = int(event.user), asyncio.get_running_loop()
        answer: dict[str, Any] = {"event_id": event.press, "user_id": peer, "peer_id": peer}
        if text := toast(note, self._reader(language), self._languages):
            answer["event_data"] = orjson.dumps({"type": "show_snackbar", "text": text}).decode()
        deadline = loop.time() + LATEST_ANSWER
        while True:
            try:
                await self._api("messages.sendMessageEventAnswer", answer, peer=peer)
            except TryLater as later:
                if loop.time() + later.seconds > deadline:
                    raise
                await asyncio.sleep(later.seconds)
            except ApiError as why:
                if why.code != _WRONG_PARAMETER or "event_data" in str(why):
                    raise
                return  # the press is over: answered already, or older than a minute
            else:
                return

    def _reader(self, language: str) -> Reader:
        return Reader(language, self.limits.personal_data, self.deep_link)

    async def _show(self, peer: int, screen: Screen, language: str, over: str | None, key: str) -> Receipt:
        callbacks = not self._without_callbacks.get(str(peer))
        rendered = render(screen, self._reader(language), self._languages, self.limits, callbacks=callbacks)
        stays = over is not None and self._documents.get((peer, int(over)), rendered.documents) != rendered.documents
        if over is not None and not stays and (receipt := await self._change(peer, int(over), rendered)) is not None:
            return receipt
        number, learned = await self._stored.send(rendered.files, peer, lambda files: self._send(peer, _with(rendered, files), key))
        self._note_documents(peer, number, rendered)
        if over is not None and stays:
            with suppress(ChannelError):  # it is shown: an old button that stays is no reason to show it again
                await self.strip(str(peer), over)
        return Receipt(str(number), learned)

    async def _change(self, peer: int, number: int, rendered: Rendered) -> Receipt | None:
        """Change a message into this one; `None` where that cannot be."""
        where = {"peer_id": peer, "cmid": number}
        try:
            _done, learned = await self._stored.send(
                rendered.files, peer, lambda files: self._api("messages.edit", {**where, **_with(rendered, files)}, peer=peer)
            )
        except ApiError as why:
            if _is_unchangeable(why):
                return None
            raise
        self._note_documents(peer, number, rendered)
        return Receipt(str(number), learned, edited=True)

    async def _send(self, peer: int, params: dict[str, Any], key: str) -> int:
        """Send a message; one that was perhaps sent before the line broke gets its old `random_id`, so that VK shows it once."""
        if key:
            return await self._api.send(peer, {"random_id": 1 + crc32(f"{self.name}/{key}".encode()) % (2**31 - 1), **params})
        now, content = asyncio.get_running_loop().time(), (peer, hash(frozenset(params.items())))
        number, until = self._unsure.pop(content, (0, 0.0))
        if now >= until:
            number = 1 + secrets.randbelow(2**31 - 1)
        try:
            return await self._api.send(peer, {"random_id": number, **params})
        except TryLater:
            self._unsure[content] = number, now + UNSURE
            raise

    def _note_documents(self, peer: int, number: int, rendered: Rendered) -> None:
        if rendered.documents:
            self._documents[peer, number] = rendered.documents


def _with(rendered: Rendered, attachment: str) -> dict[str, Any]:
    return {**rendered.params, "attachment": attachment} if attachment else rendered.params


def _is_unchangeable(why: ApiError) -> bool:
    return why.code in _UNCHANGEABLE or (why.code == _WRONG_PARAMETER and "message_id" in str(why))
