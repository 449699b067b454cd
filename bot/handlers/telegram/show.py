"""The Telegram channel: events in; screens, strips and acknowledgements out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from aiogram.methods import GetMe
from aiogram.types import Message, Update

from bot.conversation.channel import ChannelError, Library, Limits, Receipt, TryLater
from bot.conversation.event import Event, Left, Pressed, SharedContact, SharedPlace
from bot.conversation.language import Languages, Reader
from bot.conversation.screen import Place, Screen
from bot.handlers.recent import Recent
from bot.handlers.telegram.api import Api, Refused
from bot.handlers.telegram.files import BadPicture, Files
from bot.handlers.telegram.method import (
    HTML,
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVenue,
    Sent,
)
from bot.handlers.telegram.poll import batches
from bot.handlers.telegram.profile import Profile, introduce
from bot.handlers.telegram.receive import received
from bot.handlers.telegram.render import GONE, File, Rendered, render, toast
from bot.model.link import Link
from bot.model.text import Words, _

log = logging.getLogger(__name__)

REMEMBERED = 10_000
"""Messages with files, and keyboards below a chat, that are kept in mind; what is forgotten costs a call more."""
LATEST_ANSWER = 10.0
"""Seconds within which a press must be answered; the deadline is not published, people see failures after 10–20 s."""

_SAME = "message is not modified"
_UNCHANGEABLE = (
    "no text in the message",
    "no caption in the message",
    "message to edit not found",
    "can't be edited",
    "message_id_invalid",
)
_TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")


class TelegramChannel:
    """One Telegram bot as a `Channel`.

    `api_url` is the address before `/bot<token>/…`, `proxy` is `socks5://…` or `http://…`, `profile` is told to Telegram by `set_up`.
    Raises `ValueError` where `token` cannot be one.
    """

    def __init__(
        self,
        name: str,
        token: str,
        limits: Limits,
        languages: Languages,
        library: Library,
        *,
        api_url: str = "https://api.telegram.org",
        proxy: str = "",
        profile: Profile | None = None,
    ) -> None:
        self.name, self.limits = name, limits
        self.position: str | None = None
        self._languages, self._profile = languages, profile
        self._api = Api(name, token, api_url, proxy)
        self._library, self._stored = library, Files(self._api, name, library)
        self._username, self._naming = "", asyncio.Lock()
        self._files = Recent[tuple[int, int], File](REMEMBERED)
        self._keyboards = Recent[int, bool](REMEMBERED)  # chats with a keyboard below; true once the person did something after it

    def start_from(self, position: str | None) -> None:
        """Nothing to do: Telegram itself keeps what was not confirmed."""

    async def set_up(self) -> None:
        """Learn the bot's name, which deep links need, and tell Telegram its commands and descriptions; `events` does so beside polling.

        What fails of the latter is logged and left: nothing depends on it.
        """
        while not self._username:
            try:
                await self._know_name()
            except TryLater as later:
                await asyncio.sleep(later.seconds)
        if self._profile is not None:
            await introduce(self._api, self._profile, self._languages, self._reader(self._languages.default))

    async def fetch(self, reference: str, most: int) -> bytes:
        """The bytes of a file that a person sent. Raises `TryLater` and `Lost`."""
        return await self._api.download(reference, most)

    def deep_link(self, page: Link) -> str:
        """The address on the web that opens this page here. Raises `TryLater` while Telegram has not told the bot's name yet."""
        if not self._username:
            raise TryLater(1.0, "the bot does not know its own name yet")
        return f"https://t.me/{self._username}?start={page.deep}"

    async def close(self) -> None:
        """Let go of connections."""
        await self._api.close()

    # ------------------------------------------------------------ in

    async def events(self) -> AsyncIterator[Sequence[Event]]:
        """Yield batches of events; asking for the next one confirms the last to Telegram."""
        setting_up = asyncio.create_task(self.set_up())
        try:
            async with aclosing(batches(self._api, self.name)) as found:
                async for updates in found:
                    events = [event for update in updates if (event := self._received(update)) is not None]
                    if events:
                        yield events
        finally:
            setting_up.cancel()

    def _received(self, update: Update) -> Event | None:
        event = received(update, self.name)
        if event is None:
            return None
        chat = int(event.user)
        if isinstance(event, Left):
            self._keyboards.pop(chat, None)
        elif chat in self._keyboards or isinstance(event, SharedContact | SharedPlace):
            self._keyboards[chat] = True
        if isinstance(event, Pressed) and update.callback_query is not None and isinstance(update.callback_query.message, Message):
            self._note_file(chat, update.callback_query.message)
        return event

    def _note_file(self, chat: int, message: Message) -> None:
        if (message.photo or message.document) and (chat, message.message_id) not in self._files:
            self._files[chat, message.message_id] = File("photo" if message.photo else "document")

    # ------------------------------------------------------------ out

    async def show(self, user: str, screen: Screen, language: str, over: str | None, key: str = "") -> Receipt:  # noqa: ARG002 - Telegram knows no such key
        """Show a screen: over the message `over` where Telegram can change it so, else as a new one, and the old one loses its buttons.

        New are always a place, a question for a telephone or a place (Telegram takes those from a keyboard of a new message only), and a
        text after a photo. A document that was sent is never replaced by something else: it belongs to the person.
        """
        await self._know_name()
        screen = await self._library.made(screen)
        try:
            return await self._show(int(user), screen, language, over)
        except BadPicture as why:
            log.warning("a page is shown without its picture: %s", why, extra={"channel": self.name})
            return await self._show(int(user), replace(screen, picture=None), language, over)

    async def strip(self, user: str, message: str) -> None:
        """Take the buttons off a message, where it still can be changed."""
        try:
            await self._api(EditMessageReplyMarkup(chat_id=int(user), message_id=int(message)))
        except Refused as why:
            if not any(text in str(why) for text in (_SAME, *_UNCHANGEABLE)):
                raise

    async def remove(self, user: str, message: str) -> None:
        """Delete a person's message: a bot may, in a private chat, for 48 hours (Bot API, deleteMessage)."""
        with suppress(Refused):  # it is too old, or gone already
            await self._api(DeleteMessage(chat_id=int(user), message_id=int(message)))

    async def acknowledge(self, event: Pressed, language: str, note: Words | None) -> None:
        """Answer a press, again and again while it is still worth it. Raises `TryLater` where it was not answered."""
        if not event.press:
            return
        answer = AnswerCallbackQuery(callback_query_id=event.press, text=toast(note, self._reader(language), self._languages))
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LATEST_ANSWER
        while True:
            try:
                await self._api(answer)
            except TryLater as later:
                if loop.time() + later.seconds > deadline:
                    raise
                await asyncio.sleep(later.seconds)
            except Refused as why:
                if not any(text in str(why) for text in _TOO_LATE):
                    raise
                return
            else:
                return

    def _reader(self, language: str) -> Reader:
        return Reader(language, self.limits.personal_data, self.deep_link)

    async def _know_name(self) -> None:
        if self._username:
            return
        async with self._naming:
            if not self._username:
                self._username = (await self._api(GetMe())).username or ""

    async def _show(self, chat: int, screen: Screen, language: str, over: str | None) -> Receipt:
        rendered = render(screen, self._reader(language), self._languages, self.limits)
        if self._keyboards.get(chat) and not screen.request:
            await self._remove_keyboard(chat, language)
        if over is not None and not screen.request and (receipt := await self._change(chat, int(over), rendered)) is not None:
            return receipt
        receipt = await self._send(chat, rendered)
        if screen.request:
            self._keyboards[chat] = False
        if over is not None:
            with suppress(ChannelError):  # it is shown: an old button that stays is no reason to show it again
                await self.strip(str(chat), over)
        return receipt

    async def _change(self, chat: int, number: int, rendered: Rendered) -> Receipt | None:
        """Change a message into this one; `None` where that cannot be."""
        file, before = rendered.file, self._files.get((chat, number))
        if rendered.ahead:
            return None
        where: dict[str, Any] = {"chat_id": chat, "message_id": number, "reply_markup": rendered.markup}
        learned = dict[str, str]()
        try:
            if file is None and before is None:
                await self._api(EditMessageText(text=rendered.html, **where))
            elif file is not None and file == before:
                await self._api(EditMessageCaption(caption=rendered.html, **where))
            elif file is not None and file.kind == "photo" and (before is None or before.kind == "photo"):
                caption = {"caption": rendered.html, "parse_mode": HTML}
                _sent, learned = await self._stored.send(
                    file, lambda it: EditMessageMedia(media={"type": "photo", "media": it, **caption}, **where)
                )
            else:
                return None
        except Refused as why:
            if any(text in str(why) for text in _UNCHANGEABLE):
                return None
            if _SAME not in str(why):
                raise
        if file is not None:
            self._files[chat, number] = file
        return Receipt(str(number), learned, edited=True)

    async def _send(self, chat: int, rendered: Rendered) -> Receipt:
        learned = dict[str, str]()
        for ahead in rendered.ahead:
            if isinstance(ahead, Place):
                venue = SendVenue(
                    chat_id=chat,
                    latitude=ahead.latitude,
                    longitude=ahead.longitude,
                    title=ahead.title,
                    address=ahead.address or ahead.title,  # Telegram takes no venue without one
                )
                await self._api(venue)
            else:
                learned |= (await self._send_file(chat, ahead, "", None))[1]
        if rendered.file is None:
            sent = await self._api(SendMessage(chat_id=chat, text=rendered.html, reply_markup=rendered.markup))
        else:
            sent, more = await self._send_file(chat, rendered.file, rendered.html, rendered.markup)
            learned |= more
        return Receipt(str(sent.message_id), learned)

    async def _send_file(self, chat: int, file: File, caption: str, markup: dict[str, Any] | None) -> tuple[Sent, dict[str, str]]:
        if file.kind == "photo":
            sent, learned = await self._stored.send(
                file, lambda it: SendPhoto(chat_id=chat, photo=it, caption=caption, reply_markup=markup)
            )
        else:
            sent, learned = await self._stored.send(
                file, lambda it: SendDocument(chat_id=chat, document=it, caption=caption, reply_markup=markup)
            )
        self._files[chat, sent.message_id] = file
        return sent, learned

    async def _remove_keyboard(self, chat: int, language: str) -> None:
        """Take a used keyboard away.

        Only a new message can do that, and one with inline keys cannot: so a short message comes and goes. A one-time keyboard has folded
        itself already, but it could still be called up, with keys that answer nothing any more.
        """
        said = self._languages.say(_("Thank you."), self._reader(language))
        sent = await self._api(SendMessage(chat_id=chat, text=said, reply_markup=GONE, disable_notification=True))
        self._keyboards.pop(chat, None)
        with suppress(ChannelError, Refused):  # then the thanks stay
            await self._api(DeleteMessage(chat_id=chat, message_id=sent.message_id))
