"""What a person does with their telephone on the page, turned into the messengers' own acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.chat import Contact, Media, Place
from sandbox.page.desk import Desk, Phone, title
from sandbox.page.view import account_of, phone_id
from sandbox.people import Person

LONGEST_FILE = 20 * 1024 * 1024
"""Bytes; what Telegram lets a bot download."""


class Misread(ValueError):
    """The page asked for something that there is not; the text is for the person, in Russian."""


@dataclass(frozen=True, slots=True)
class Thumb:
    """One person's thumb on one telephone."""

    desk: Desk
    phone: Phone
    channel: str
    user: int
    person: Person

    @classmethod
    def of(cls, desk: Desk, name: str) -> Thumb:
        """The thumb of a phone by its name on the page. Raises `Misread`."""
        try:
            channel, user = account_of(name)
        except ValueError:
            raise Misread("Такого телефона нет.") from None
        phone, person = desk.phones.get(channel), desk.people.find(channel, user)
        if phone is None or person is None:
            raise Misread("Такого телефона нет.")
        return cls(desk, phone, channel, user, person)

    async def act(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the page asks. Raises `Misread`, or `Impossible` where the messenger's client would not let a person do it."""
        act = ACTS.get(name)
        if act is None:
            raise Misread("Так в песочнице не умеют.")
        try:
            return await act(self, body) or {}
        except (KeyError, TypeError) as why:
            raise Misread(f"Не хватает того, что нужно для «{name}»: {why}.") from why

    async def upload(self, name: str, kind: str, data: bytes, *, as_picture: bool) -> None:
        """Send a file."""
        await self.phone.upload(self.user, Media(name or "файл", kind, data, ""), as_picture=as_picture)

    async def start(self, body: Mapping[str, Any]) -> None:
        """Press Start."""
        await self.phone.start(self.user, str(body.get("payload", "")))

    async def say(self, body: Mapping[str, Any]) -> None:
        """Type and send."""
        if str(body["text"]).strip():
            await self.phone.say(self.user, str(body["text"]).strip())

    async def press(self, body: Mapping[str, Any]) -> None:
        """Press a key."""
        self.phone.chat(self.user).toast = ""  # a client takes an old note away at the next press
        self.desk.touch(phone_id(self.channel, self.user))
        await self.phone.press(self.user, int(body["message"]), str(body["label"]))

    async def contact(self, _body: Mapping[str, Any]) -> None:
        """Share their own telephone number."""
        await self.phone.share_contact(self.user, Contact(self.person.name, self.person.phone, self.user))

    async def place(self, body: Mapping[str, Any]) -> None:
        """Share a point on the map."""
        place = Place(float(body["latitude"]), float(body["longitude"]), str(body.get("title", "")))
        await self.phone.share_place(self.user, place)

    async def block(self, _body: Mapping[str, Any]) -> None:
        """Stop the bot."""
        await self.phone.block(self.user)

    async def unblock(self, _body: Mapping[str, Any]) -> None:
        """Let the bot write again."""
        await self.phone.unblock(self.user)

    async def link(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Open a link that leads to the bot, in its messenger; `phone` is where that is."""
        channel, payload = self.follow(str(body["url"]).strip())
        other = self.desk.phones[channel]
        user = self.person.user(channel)
        await other.start(user, payload)
        return {"phone": phone_id(channel, user)}

    def follow(self, url: str) -> tuple[str, str]:
        """The channel and payload of a deep link; a bare payload (`programme-7`) opens here. Raises `Misread`."""
        parts = urlsplit(url)
        if not parts.scheme and "/" not in url and url:
            return self.channel, url
        query = parse_qs(parts.query)
        names = {parts.path.strip("/").lower(), *(name.lower() for name in query.get("domain", ()))}
        host = parts.netloc.lower() or parts.scheme
        for channel, address in self.desk.addresses.items():
            hosts, key = ({"t.me", "telegram.me", "tg"}, "start") if channel == "telegram" else ({"vk.me", "vk.com", "vk.ru"}, "ref")
            if host in hosts and address.lower() in names:
                return channel, next(iter(query.get(key, ())), "")
        raise Misread("Эта ссылка ведёт не к боту.")

    async def repeat(self, _body: Mapping[str, Any]) -> None:
        """Let the last update arrive twice."""
        try:
            again = self.phone.repeat(self.user)
            if again is not None:
                await again
        except LookupError:
            raise Misread("Повторять нечего: обновлений от этого человека ещё не было.") from None

    async def forge(self, body: Mapping[str, Any]) -> None:
        """Send data that no key carries."""
        messages = self.phone.chat(self.user).messages
        theirs = next((message.id for message in reversed(messages) if not message.mine), None)
        if theirs is None:
            raise Misread(f"Подделать нажатие можно под сообщением бота, а их в {title(self.channel)} ещё нет.")
        await self.phone.send_data(self.user, theirs, str(body["data"]))

    async def sticker(self, _body: Mapping[str, Any]) -> None:
        """Send a sticker."""
        await self.phone.send_sticker(self.user)

    async def voice(self, _body: Mapping[str, Any]) -> None:
        """Send a voice message."""
        await self.phone.send_voice(self.user)


ACTS: Mapping[str, Callable[[Thumb, Mapping[str, Any]], Awaitable[dict[str, Any] | None]]] = {
    act.__name__: act
    for act in (
        Thumb.start,
        Thumb.say,
        Thumb.press,
        Thumb.contact,
        Thumb.place,
        Thumb.block,
        Thumb.unblock,
        Thumb.link,
        Thumb.repeat,
        Thumb.forge,
        Thumb.sticker,
        Thumb.voice,
    )
}
