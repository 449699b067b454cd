"""A screen becomes a message of Telegram: HTML and keys, within Telegram's limits; pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, Literal
from urllib.parse import quote

from bot.conversation.channel import Limits
from bot.conversation.language import Languages, Reader, Run
from bot.conversation.screen import Attachment, Button, Meaning, Place, Screen
from bot.handlers.length import cut, shortened, units
from bot.model.text import Joined, Words, _

LONGEST_NOTE = 200
"""Characters of a press's note (Bot API, answerCallbackQuery)."""
GONE = {"remove_keyboard": True}
"""A `ReplyKeyboardRemove`."""

_STYLES: dict[Meaning, str] = {"primary": "primary", "good": "success", "danger": "danger"}


@dataclass(frozen=True, slots=True)
class File:
    """A file in a message, as a photo or as a document; its digest is unknown where only the message was seen."""

    kind: Literal["photo", "document"]
    digest: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message: its text in HTML and its keys, the file whose caption the text is, and what goes before it as messages of their own."""

    html: str
    markup: dict[str, Any] | None = None
    file: File | None = None
    ahead: tuple[File | Place, ...] = ()


def render(screen: Screen, reader: Reader, languages: Languages, limits: Limits) -> Rendered:
    """Render a screen for its reader. A note stands above the text; a text longer than a message ends in «…».

    The text is the caption of the picture, else of the document; a text too long for a caption is a message after the file. Cards are left
    out: Telegram has none, and the text stands for them.
    """
    words = screen.text if screen.note is None else Joined((screen.note, screen.text), "\n\n")
    runs = languages.runs(words, reader)
    length = sum(units(run.text) for run in runs)
    if length > limits.text:
        runs = shortened(runs, limits.text)
    files = [File("photo", screen.picture.digest, screen.picture.name)] if screen.picture else []
    files += [File("document", screen.document.digest, screen.document.name)] if isinstance(screen.document, Attachment) else []
    carrier = files.pop(0) if files and length <= limits.caption else None
    return Rendered(
        "".join(map(_html, runs)),
        _asking(screen, reader, languages) if screen.request else _keys(screen, reader, languages),
        carrier,
        ((screen.place,) if screen.place else ()) + tuple(files),
    )


def toast(words: Words | None, reader: Reader, languages: Languages) -> str:
    """The note of a press as plain text; empty for none."""
    return "" if words is None else cut(languages.say(words, reader), LONGEST_NOTE)


def _html(run: Run) -> str:
    html = escape(run.text, quote=False)
    if run.bold:
        html = f"<b>{html}</b>"
    return f'<a href="{escape(run.url)}">{html}</a>' if run.url else html


def _keys(screen: Screen, reader: Reader, languages: Languages) -> dict[str, Any] | None:
    if not screen.rows:
        return None
    return {"inline_keyboard": [[_key(button, reader, languages) for button in row] for row in screen.rows]}


def _key(button: Button, reader: Reader, languages: Languages) -> dict[str, Any]:
    key = {"text": languages.say(button.label, reader)}
    if button.data:
        key["callback_data"] = button.data
    elif button.share is not None:
        key["url"] = f"https://t.me/share/url?url={quote(reader.address(button.share), safe='')}"
    else:
        key["url"] = button.url
    if button.meaning:
        key["style"] = _STYLES[button.meaning]
    return key


def _asking(screen: Screen, reader: Reader, languages: Languages) -> dict[str, Any]:
    """Telegram shares a telephone or a place only from a keyboard below the chat, whose other keys are typed labels: no addresses there."""
    if screen.request == "phone":
        native = {"text": languages.say(_("Share my phone number"), reader), "request_contact": True, "style": "primary"}
    else:
        native = {"text": languages.say(_("Share my location"), reader), "request_location": True, "style": "primary"}
    typed = [[{"text": languages.say(button.label, reader)} for button in row if button.data] for row in screen.rows]
    return {"keyboard": [[native], *filter(None, typed)], "resize_keyboard": True, "one_time_keyboard": True}
