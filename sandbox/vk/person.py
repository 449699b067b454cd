"""The person's side of a community: what their thumb can do in a VK client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import orjson

from sandbox.chat import Chat, Contact, Impossible, Media, Message, Place
from sandbox.pictures import picture_size
from sandbox.reading import find_key, read_back
from sandbox.vk import objects
from sandbox.vk.community import CommunityState
from sandbox.vk.dialogue import GROUP_CHATS, Record
from sandbox.vk.errors import TEXTS

START_LABEL: Final = "Начать"
START_PAYLOAD: Final = '{"command":"start"}'
"""What the Start key sends: dev.vk.com/api/bots/development/keyboard."""


class VkMessenger:
    """Implements `sandbox.chat.Messenger` for one community; messages are known by their conversation_message_id."""

    def __init__(self, state: CommunityState) -> None:
        self._state = state
        self.name = state.setup.name

    def on_change(self, callback: Callable[[int], None]) -> None:
        """Call back with the user's number whenever their chat has changed."""
        self._state.watchers.append(callback)

    def chat(self, user: int) -> Chat:
        """The chat of this person (or, by a peer above 2 000 000 000, of several), made at the first call."""
        self._state.forget_presses()
        return self._state.dialogue(user).chat

    def set_legacy(self, user: int, *, legacy: bool = True) -> None:
        """Give the person an old client, which shows callback keys but cannot press them, and says so in client_info."""
        (self._state.legacy.add if legacy else self._state.legacy.discard)(user)

    def refuse(self, user: int, code: int) -> None:
        """Let every send to this person fail with one of VK's errors: 18, 900 for a blacklist, 902 for privacy; 0 ends it."""
        if code and code not in TEXTS:
            raise ValueError(f"{code} is not an error that the emulated VK has.")
        self._state.dialogue(user).refusal = code

    async def start(self, user: int, payload: str = "") -> None:
        """Press Start in an empty chat, or follow vk.me/<screen_name>?ref=<payload> and write the first word.

        In a chat with a history a link shows no Start key: there the `ref` comes with a message that has no payload.
        """
        linked = payload and self._state.dialogue(user).records
        message = Message(0, mine=True, at=self._state.clock.now(), text=START_LABEL)
        self._write(user, message, payload="" if linked else START_PAYLOAD, ref=payload)

    async def say(self, user: int, text: str) -> Message:
        """Type and send a text, of any length: what a client would split, a forged one sends whole."""
        return self._write(user, Message(0, mine=True, at=self._state.clock.now(), text=text)).shown

    async def press(self, user: int, message: int, label: str) -> None:
        """Press a key under a message or a carousel's card; `message` 0 means the keyboard below the chat."""
        chat = self._open(user)
        if message:
            record = self._state.dialogue(user).records.get(message)
            if record is None:
                raise Impossible(f"There is no message {message} in this chat.")
            rows = [*record.shown.keys, *(row for card in record.shown.cards for row in card.keys)]
        else:
            rows = chat.keyboard
        key = find_key(rows, label)
        match key.kind:
            case "callback":
                if user in self._state.legacy:
                    raise Impossible(f"This client cannot press “{key.label}”: it has no callback keys.")
                self._event(user, message, orjson.loads(key.data) if key.data else {})
            case "text":
                self._used(chat, message)
                self._write(user, Message(0, mine=True, at=self._state.clock.now(), text=key.label), payload=key.data)
            case "location":
                raise Impossible(f"“{key.label}” asks for a place; share one.")
            case _:
                return  # the client opens a link by itself

    async def send_data(self, user: int, message: int, data: str) -> None:
        """A forged client: a callback, or with `message` 0 a text, whose payload no key carries."""
        self._open(user)
        if not message:
            self._write(user, Message(0, mine=True, at=self._state.clock.now(), text="…"), payload=data)
            return
        try:
            payload = orjson.loads(data)
        except orjson.JSONDecodeError:
            payload = data
        self._event(user, message, payload)

    async def share_contact(self, user: int, contact: Contact) -> None:
        """VK has no contacts in chats: always impossible."""
        raise Impossible(f"{user} cannot share {contact.phone}: VK has no contacts in chats, a telephone number is typed.")

    async def share_place(self, user: int, place: Place) -> None:
        """Share a point on the map, by the key that asks for one or from the menu of attachments."""
        chat = self._open(user)
        asking = next((key for row in chat.keyboard for key in row if key.kind == "location"), None)
        if asking is not None:
            self._used(chat, 0)
        geo = {
            "type": "point",
            "coordinates": {"latitude": place.latitude, "longitude": place.longitude},
            "place": {"title": place.title or place.address or "Точка на карте"},
        }
        message = Message(0, mine=True, at=self._state.clock.now(), place=place)
        self._write(user, message, geo=geo, payload=asking.data if asking else "")

    async def upload(self, user: int, media: Media, *, as_picture: bool = False) -> None:
        """Send a file or a picture."""
        self._open(user)
        if as_picture and not all(picture_size(media.data)):
            raise Impossible(f"{media.name} is not a picture that VK can show.")
        stored = self._state.files.keep("photo" if as_picture else "doc", user, media, self._state.clock.now())
        message = Message(0, mine=True, at=self._state.clock.now())
        if as_picture:
            message.picture = stored.media
        else:
            message.document = stored.media
        self._write(user, message, attachments=[self._state.files.attachment(stored)])

    async def block(self, user: int) -> None:
        """Forbid the community to write."""
        chat = self._open(user)
        chat.blocked = True
        self._state.dialogue(user).refusal = 901
        self._state.emit("message_deny", {"user_id": user}, user)
        self._state.changed(user)

    async def unblock(self, user: int) -> None:
        """Allow the community to write, also before the first message."""
        dialogue = self._state.dialogue(user)
        dialogue.chat.blocked, dialogue.refusal = False, 0
        self._state.emit("message_allow", {"user_id": user, "key": ""}, user)
        self._state.changed(user)

    def read_back(self, message: Message) -> list[str]:
        """The message as neutral transcript lines."""
        return read_back(message)

    # What only a curious or hostile person does, and what a network does.

    async def send_sticker(self, user: int) -> Message:
        """Send a sticker."""
        image = {"url": f"{self._state.files.base}/sticker/21", "width": 128, "height": 128}
        sticker = {"inner_type": "base_sticker_new", "sticker_id": 21, "product_id": 1, "images": [image]}
        message = Message(0, mine=True, at=self._state.clock.now(), text="👍")
        return self._write(user, message, attachments=[{"type": "sticker", "sticker": sticker}], wordless=True).shown

    async def send_voice(self, user: int) -> Message:
        """Send a voice message."""
        stored = self._state.files.keep("doc", user, Media("voice.ogg", "audio/ogg", b"OggS", ""), self._state.clock.now())
        url = self._state.files.document(stored)["url"]
        voice = {"id": stored.id, "owner_id": user, "duration": 3, "link_ogg": url, "link_mp3": url, "waveform": [0, 5, 9, 5, 0]}
        message = Message(0, mine=True, at=self._state.clock.now(), text="🎤 0:03")
        return self._write(user, message, attachments=[{"type": "audio_message", "audio_message": voice}], wordless=True).shown

    async def send_in_chat(self, user: int, text: str, peer: int = GROUP_CHATS + 1) -> Message:
        """Write in a conversation of several people that has the community as a member."""
        message = Message(0, mine=True, at=self._state.clock.now(), text=text)
        return self._write(user, message, peer=peer).shown

    async def edit_own(self, user: int, message: int, text: str) -> None:
        """Edit one of their own messages."""
        record = self._state.dialogue(user).records.get(message)
        if record is None or record.outgoing:
            raise Impossible(f"Message {message} is not theirs to edit.")
        record.shown.text, record.shown.edited, record.edited_at = text, True, self._state.clock.now()
        self._state.emit("message_edit", objects.message(record), user)
        self._state.changed(user)

    async def redeliver(self, event_id: str) -> None:
        """Let an event arrive once more, as VK does now and then. Raises `LookupError` for one that is long ago or never was."""
        self._again(event for _, event in self._state.events if event["event_id"] == event_id)

    async def repeat(self, user: int) -> None:
        """Let the person's last event arrive once more. Raises `LookupError` where there is none."""
        self._again(event for about, event in reversed(self._state.events) if about == user)

    def _again(self, events: Iterator[dict[str, Any]]) -> None:
        event = next(events, None)
        if event is None:
            raise LookupError("There is no such event to repeat.")
        self._state.queue.push(event)

    def _open(self, user: int) -> Chat:
        chat = self._state.dialogue(user).chat
        if chat.blocked:
            raise Impossible("Who has forbidden the community to write must allow it first.")
        return chat

    def _used(self, chat: Chat, message: int) -> None:
        if not message and chat.one_time:
            chat.keyboard, chat.one_time = [], False
            self._state.dialogue(chat.user).keyboard = None

    def _write(
        self,
        user: int,
        message: Message,
        *,
        peer: int = 0,
        payload: str = "",
        ref: str = "",
        geo: dict[str, Any] | None = None,
        attachments: list[dict[str, Any]] | None = None,
        wordless: bool = False,
    ) -> Record:
        self._open(user)
        peer = peer or user
        dialogue = self._state.dialogue(peer)
        dialogue.last += 1
        shown = replace(message, id=dialogue.last)
        record = Record(
            shown,
            self._state.next_message(),
            peer,
            user,
            attachments or [],
            geo=geo,
            payload=payload,
            ref=ref,
            wordless=wordless,
        )
        dialogue.add(record)
        dialogue.chat.started = True
        if dialogue.refusal == 901:  # no permission: who writes gives it
            dialogue.refusal = 0
            if peer == user:
                self._state.emit("message_allow", {"user_id": user, "key": ""}, user)
        self._state.emit_message(record, dialogue.chat)
        self._state.changed(peer)
        return record

    def _event(self, user: int, message: int, payload: Any) -> None:
        event_id = self._state.press(user, message)
        chat = self._state.dialogue(user).chat
        chat.toast = ""
        chat.waiting.add(message)
        content = {"user_id": user, "peer_id": user, "event_id": event_id, "payload": payload}
        self._state.emit("message_event", content | ({"conversation_message_id": message} if message else {}), user)
        self._state.changed(user)
