"""The methods of the Bot API that show screens, as plain as they can be: no models where a dictionary says the same.

aiogram's own methods build an object for every key of a keyboard and for every field of the answer, which is most of what a press costs.
Each call is checked against the published specification in the tests.
"""

from __future__ import annotations

from typing import Any

from aiogram.methods.base import TelegramMethod
from aiogram.types import InputFile
from pydantic import BaseModel

NO_PREVIEW = {"is_disabled": True}
HTML = "HTML"


class Stored(BaseModel):
    """A file at Telegram, by the name that this bot may use for ever."""

    file_id: str


class Sent(BaseModel):
    """What is read of a message that was sent or edited: its number, and the files in it (a picture in several sizes, the largest last)."""

    message_id: int
    photo: list[Stored] | None = None
    document: Stored | None = None

    @property
    def reference(self) -> str:
        """The name of its file; empty where there is none."""
        stored = self.photo[-1] if self.photo else self.document
        return stored.file_id if stored else ""


class GetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """Updates as they came, so that one that cannot be read does not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"
    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class ToChat(TelegramMethod[Sent]):
    """What is sent to a chat or changed in it, with its keys: an inline or a reply keyboard, as the specification writes them."""

    __returning__ = Sent
    chat_id: int
    reply_markup: dict[str, Any] | None = None


class SendMessage(ToChat):
    """A text in HTML."""

    __api_method__ = "sendMessage"
    text: str
    parse_mode: str = HTML
    link_preview_options: dict[str, Any] = NO_PREVIEW
    disable_notification: bool | None = None


class EditMessageText(ToChat):
    """Another text and other keys for a message of text."""

    __api_method__ = "editMessageText"
    message_id: int
    text: str
    parse_mode: str = HTML
    link_preview_options: dict[str, Any] = NO_PREVIEW


class EditMessageCaption(ToChat):
    """Another caption and other keys for a message with a file."""

    __api_method__ = "editMessageCaption"
    message_id: int
    caption: str
    parse_mode: str = HTML


class EditMessageMedia(ToChat):
    """Another file (an `InputMedia`, its caption within), in a message with a file or of text."""

    __api_method__ = "editMessageMedia"
    message_id: int
    media: dict[str, Any]


class EditMessageReplyMarkup(ToChat):
    """Other keys for a message, or none."""

    __api_method__ = "editMessageReplyMarkup"
    message_id: int


class SendPhoto(ToChat):
    """A picture, by its name or as bytes."""

    __api_method__ = "sendPhoto"
    photo: str | InputFile
    caption: str = ""
    parse_mode: str = HTML


class SendDocument(ToChat):
    """A file, by its name or as bytes."""

    __api_method__ = "sendDocument"
    document: str | InputFile
    caption: str = ""
    parse_mode: str = HTML


class SendVenue(ToChat):
    """A point on the map with a title and an address."""

    __api_method__ = "sendVenue"
    latitude: float
    longitude: float
    title: str
    address: str


class DeleteMessage(TelegramMethod[bool]):
    """Take a message away for both sides."""

    __returning__ = bool
    __api_method__ = "deleteMessage"
    chat_id: int
    message_id: int


class AnswerCallbackQuery(TelegramMethod[bool]):
    """End the waiting of a pressed key, with a note of at most 200 characters or without one."""

    __returning__ = bool
    __api_method__ = "answerCallbackQuery"
    callback_query_id: str
    text: str = ""
