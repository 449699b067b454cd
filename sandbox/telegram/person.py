"""The person's side of Telegram: what a thumb can do in a client, and what only a hostile one does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.chat import Chat, Contact, Impossible, Key, Media, Message, Place
from sandbox.reading import find_key, read_back
from sandbox.telegram import limits
from sandbox.telegram.cloud import Cloud, Dialogue, Record, bubble, names
from sandbox.telegram.files import Upload
from sandbox.telegram.formatting import commands
from sandbox.telegram.refusal import Refusal
from sandbox.telegram.updates import Update

GROUP = -1_001_000_000_001
"""The group chat that `send_in_group` writes in."""


class PersonSide:
    """Implements `sandbox.chat.Messenger`.

    A person's name and language are those of their `Chat`; change them there. Text typed before Start counts as a start: official clients
    do not offer it, but Telegram delivers it.
    """

    name = "telegram"

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def chat(self, user: int) -> Chat:
        """The chat of this person, made at the first call."""
        self.cloud.forget_presses()
        return self.cloud.dialogue(user).chat

    async def start(self, user: int, payload: str = "") -> None:
        """Press Start or follow `https://t.me/<bot>?start=<payload>`; for somebody who has blocked the bot it is Restart."""
        if not limits.START_PAYLOAD.fullmatch(payload):
            raise Impossible("A deep link carries at most 64 of A-Z, a-z, 0-9, _ and -.")
        if self.chat(user).blocked:
            await self.unblock(user)
        self._send(user, f"/start {payload}".strip())

    async def say(self, user: int, text: str) -> Message:
        """Type and send a text; a client cuts a longer one into messages of 4096 and this returns the last."""
        if not text.strip():
            raise Impossible("A client does not send an empty message.")
        text = text.strip()
        parts = [text[place : place + limits.TEXT] for place in range(0, len(text), limits.TEXT)]
        return [self._send(user, part) for part in parts if part.strip()][-1]

    async def press(self, user: int, message: int, label: str) -> None:
        """Press a key. A callback key shows a spinner until it is answered; a text key sends its label; a link to this bot starts it.

        A contact or place key only opens a dialog in a real client: use `share_contact` and `share_place`.
        """
        if message == 0:
            await self._press_below(user, label)
            return
        record = self._record(user, message)
        key = find_key(record.shown.keys, label)
        if key.kind == "callback":
            await self.send_data(user, message, key.data)
        elif key.kind == "url":
            await self._follow(user, key)

    async def send_data(self, user: int, message: int, data: str) -> None:
        """A forged client: callback data that no key carries, under one of the bot's messages."""
        self._press(user, message, self._record(user, message).message, data)

    async def press_lost(self, user: int, message: int, data: str) -> None:
        """Press a key under a message that is too old for the bot to see: the press comes with an inaccessible message."""
        chat = self._open(user).chat
        self._press(user, message, {"chat": self.cloud.place(chat), "message_id": message, "date": 0}, data)

    async def share_contact(self, user: int, contact: Contact) -> None:
        """Share a contact: the person's own carries their id."""
        content: dict[str, Any] = {"phone_number": contact.phone, **names(contact.name)}
        if contact.user is not None:
            content["user_id"] = contact.user
        self._use_keyboard(user, "contact")
        self._add(user, {"contact": content}, bubble(contact=contact, mine=True))

    async def share_place(self, user: int, place: Place) -> None:
        """Share a point on the map; with a title it is a venue."""
        location = {"latitude": place.latitude, "longitude": place.longitude}
        content: dict[str, Any] = {"location": location}
        if place.title:
            content["venue"] = {"location": location, "title": place.title, "address": place.address}
        self._use_keyboard(user, "location")
        self._add(user, content, bubble(place=place, mine=True))

    async def upload(self, user: int, media: Media, *, as_picture: bool = False) -> None:
        """Send a file, or a picture that Telegram can show as one."""
        try:
            file = self.cloud.files.put(Upload(media.name, media.type, media.data), "Photo" if as_picture else "Document")
        except Refusal as refusal:
            raise Impossible(refusal.description) from None
        content: dict[str, Any] = {"photo": file.sizes()} if as_picture else {"document": file.document()}
        self._add(user, content, replace(bubble(file=file), mine=True))

    async def block(self, user: int) -> None:
        """Stop the bot."""
        dialogue = self._open(user)
        if not dialogue.chat.started:
            raise Impossible("There is no chat to block yet.")
        dialogue.chat.blocked = True
        self._member(dialogue, "member", "kicked")

    async def unblock(self, user: int) -> None:
        """Let the bot write again."""
        dialogue = self.cloud.dialogue(user)
        if not dialogue.chat.blocked:
            raise Impossible("The bot is not blocked.")
        dialogue.chat.blocked = False
        self._member(dialogue, "kicked", "member")

    def read_back(self, message: Message) -> list[str]:
        """The message as neutral transcript lines (`sandbox.reading`)."""
        return read_back(message)

    async def send_sticker(self, user: int) -> Message:
        """Send a sticker."""
        file = self.cloud.files.put(Upload("sticker.webp", "image/webp", b"RIFF"), "Document")
        sticker = {
            "file_id": file.file_id,
            "file_unique_id": file.unique_id,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
        }
        return self._add(user, {"sticker": sticker}, bubble("👍", mine=True))

    async def send_voice(self, user: int) -> Message:
        """Send a voice message."""
        file = self.cloud.files.put(Upload("voice.ogg", "audio/ogg", b"OggS"), "Document")
        voice = {
            "file_id": file.file_id,
            "file_unique_id": file.unique_id,
            "duration": 3,
            "mime_type": file.type,
            "file_size": len(file.data),
        }
        return self._add(user, {"voice": voice}, bubble("🎤 0:03", mine=True))

    async def send_in_group(self, user: int, text: str) -> Message:
        """Write in a group that the bot is in (`GROUP`)."""
        group = self.cloud.dialogue(GROUP)
        group.chat.started = True
        shown = bubble(text, commands(text), mine=True)
        return self._queue(group, self.cloud.user(self.cloud.dialogue(user).chat), _text(text), shown)

    async def edit_own(self, user: int, message: int, text: str) -> None:
        """Edit an own message."""
        dialogue = self._open(user)
        record = dialogue.records.get(message)
        if record is None or not record.shown.mine or "text" not in record.message:
            raise Impossible(f"There is no own text {message} to edit.")
        rest = {name: value for name, value in record.message.items() if name not in {"text", "entities"}}
        record.message = {**rest, "edit_date": self.cloud.date(), **_text(text)}
        record.shown.text, record.shown.spans, record.shown.edited = text, [], True
        self.cloud.updates.add("edited_message", record.message)
        self.cloud.changed(user)

    async def delete(self, user: int, message: int) -> None:
        """Delete a message for both sides, of which a bot is told nothing."""
        dialogue = self.cloud.dialogue(user)
        if message not in dialogue.records:
            raise Impossible(f"There is no message {message} here.")
        self.cloud.remove(dialogue, message)

    async def query(self, user: int, text: str) -> str:
        """Type `@bot text` in any chat; returns the inline query's id, under which `cloud.inline_answers` gets the results."""
        if len(text) > limits.INLINE_QUERY:
            raise Impossible("An inline query has at most 256 characters.")
        number = self.cloud.new_query()
        self.cloud.inline_answers[number] = None
        sender = self.cloud.user(self.cloud.dialogue(user).chat)
        self.cloud.updates.add("inline_query", {"id": number, "from": sender, "query": text, "offset": ""})
        return number

    async def redeliver(self, update_id: int) -> None:
        """Deliver this update once more, as happens when a confirmation gets lost. Raises `LookupError` for an unknown one."""
        self.cloud.updates.repeat(lambda update: update["update_id"] == update_id)

    async def repeat(self, user: int) -> None:
        """Deliver this person's last update once more. Raises `LookupError` where there is none."""
        self.cloud.updates.repeat(lambda update: _sender(update) == user)

    def _press(self, user: int, number: int, message: dict[str, Any], data: str) -> None:
        chat = self._open(user).chat
        chat.toast, chat.alert = "", False
        self.cloud.updates.add(
            "callback_query",
            {
                "id": self.cloud.new_press(user, number),
                "from": self.cloud.user(chat),
                "message": message,
                "chat_instance": str(user * 7919),
                "data": data,
            },
        )
        self.cloud.changed(user)

    async def _press_below(self, user: int, label: str) -> None:
        key = find_key(self._open(user).chat.keyboard, label)
        if key.kind != "text":
            raise Impossible(f"“{key.label}” opens a dialog: share a {key.kind} instead.")
        self._use_keyboard(user, "text")
        self._send(user, key.label)

    async def _follow(self, user: int, key: Key) -> None:
        """Open a link: a deep link to this bot starts it, any other leaves Telegram."""
        found = re.fullmatch(rf"(?:https?://)?t\.me/{self.cloud.username}\?start=([A-Za-z0-9_-]+)", key.data, re.IGNORECASE)
        if found is not None:
            await self.start(user, found.group(1))

    def _use_keyboard(self, user: int, kind: str) -> None:
        """A one-time keyboard goes away when one of its keys is used."""
        chat = self.cloud.dialogue(user).chat
        if chat.one_time and any(key.kind == kind for row in chat.keyboard for key in row):
            chat.keyboard, chat.one_time = [], False

    def _open(self, user: int) -> Dialogue:
        dialogue = self.cloud.dialogue(user)
        if dialogue.chat.blocked:
            raise Impossible("The bot is blocked: unblock it first.")
        return dialogue

    def _record(self, user: int, message: int) -> Record:
        record = self._open(user).records.get(message)
        if record is None or record.shown.mine:
            raise Impossible(f"There is no message {message} of the bot here.")
        return record

    def _send(self, user: int, text: str) -> Message:
        return self._add(user, _text(text), bubble(text, commands(text), mine=True))

    def _add(self, user: int, content: Mapping[str, Any], shown: Message) -> Message:
        dialogue = self._open(user)
        dialogue.chat.started = True
        dialogue.chat.toast, dialogue.chat.alert = "", False
        return self._queue(dialogue, self.cloud.user(dialogue.chat), content, shown)

    def _queue(self, dialogue: Dialogue, sender: dict[str, Any], content: Mapping[str, Any], shown: Message) -> Message:
        record = self.cloud.write(dialogue, content, shown, sender=sender)
        self.cloud.updates.add("message", record.message)
        return record.shown

    def _member(self, dialogue: Dialogue, old: str, new: str) -> None:
        self.cloud.updates.add(
            "my_chat_member",
            {
                "chat": self.cloud.place(dialogue.chat),
                "from": self.cloud.user(dialogue.chat),
                "date": self.cloud.date(),
                "old_chat_member": self._membership(old),
                "new_chat_member": self._membership(new),
            },
        )
        self.cloud.changed(dialogue.chat.user)

    def _membership(self, status: str) -> dict[str, Any]:
        return {"user": self.cloud.bot(), "status": status, **({"until_date": 0} if status == "kicked" else {})}


def _text(text: str) -> dict[str, Any]:
    found = commands(text)
    return {"text": text, **({"entities": found} if found else {})}


def _sender(update: Update) -> int | None:
    content = next(value for name, value in update.items() if name != "update_id")
    sender: int | None = content["from"]["id"]
    return sender
