"""A screen becomes a message of VK: a text with its marks, and keys, within VK's limits; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import orjson
from vk_api.keyboard import VkKeyboard, VkKeyboardColor

from bot.conversation.channel import Limits
from bot.conversation.language import Languages, Reader, Run
from bot.conversation.screen import MOST_BUTTONS, MOST_ROWS, Attachment, Button, Meaning, Screen
from bot.handlers.length import cut, shortened, units
from bot.model.text import Joined, Words

LONGEST_NOTE = 90
"""Characters of a press's note, a snackbar (dev.vk.com, bot keyboards; second-hand)."""
LONGEST_LABEL = 40
"""Characters on a key (dev.vk.com, bot keyboards)."""
QUIET = {"dont_parse_links": 1, "disable_mentions": 1}
"""No previews of links, and nobody is called by a name that reads `@name`."""

_COLOURS: dict[Meaning, VkKeyboardColor] = {
    "": VkKeyboardColor.SECONDARY,
    "primary": VkKeyboardColor.PRIMARY,
    "good": VkKeyboardColor.POSITIVE,
    "danger": VkKeyboardColor.NEGATIVE,
}
_MARKUP = re.compile(r"\[(?=[^\[\]|]*\|)|&(?=#?\w+;)|(?<!\w)[@*](?=\w+ ?\()")
"""What VK would read as a link, `[id1|name]` and `@id1 (name)`, or as a character, `&#33;`."""
_NOT_MARKUP = "\\g<0>\u200b"
"""A space without width after the first character is not seen, and ends the markup."""


@dataclass(frozen=True, slots=True)
class File:
    """A stored file in a message."""

    kind: Literal["photo", "doc"]
    digest: str
    name: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message: the parameters of messages.send and messages.edit, and the files that will be its `attachment`."""

    params: dict[str, Any]
    files: tuple[File, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The digests of its documents."""
        return tuple(file.digest for file in self.files if file.kind == "doc")


def render(screen: Screen, reader: Reader, languages: Languages, limits: Limits, *, callbacks: bool = True) -> Rendered:
    """Render a screen for its reader. A note stands above the text; a text longer than a message ends in «…».

    Without `callbacks` (an old client) keys write their label instead, with the same payload. Cards are left out: the text stands for them.
    """
    words = screen.text if screen.note is None else Joined((screen.note, screen.text), "\n\n")
    runs = [Run(_MARKUP.sub(_NOT_MARKUP, run.text), run.bold, run.url) for run in languages.runs(words, reader)]
    if sum(units(run.text) for run in runs) > limits.text:
        runs = shortened(runs, limits.text)
    params: dict[str, Any] = {"message": "".join(run.text for run in runs), **QUIET}
    if marks := _marks(runs):
        params["format_data"] = orjson.dumps({"version": "1", "items": marks}).decode()
    if screen.place is not None:
        params |= {"lat": screen.place.latitude, "long": screen.place.longitude}
    if keyboard := _keyboard(screen, reader, languages, callbacks=callbacks):
        params["keyboard"] = keyboard
    files = [File("photo", screen.picture.digest, screen.picture.name)] if screen.picture else []
    files += [File("doc", screen.document.digest, screen.document.name)] if isinstance(screen.document, Attachment) else []
    return Rendered(params, tuple(files))


def toast(words: Words | None, reader: Reader, languages: Languages) -> str:
    """The note of a press as plain text; empty for none."""
    return "" if words is None else cut(languages.say(words, reader), LONGEST_NOTE)


def without_keys(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as VK gives it back, as the parameters that say it again without its keys."""
    params: dict[str, Any] = {"message": message.get("text", ""), **QUIET}
    if marks := message.get("format_data"):
        params["format_data"] = orjson.dumps({"version": marks["version"], "items": marks["items"]}).decode()
    if place := message.get("geo"):
        params |= {"lat": place["coordinates"]["latitude"], "long": place["coordinates"]["longitude"]}
    files = [(one["type"], one[one["type"]]) for one in message.get("attachments", ()) if one["type"] in ("photo", "doc")]
    if files:
        params["attachment"] = ",".join(reference(kind, file) for kind, file in files)
    return params


def reference(kind: str, file: Mapping[str, Any]) -> str:
    """The name by which messages carry a file: `photo-1_2_key`."""
    key = file.get("access_key")
    return f"{kind}{file['owner_id']}_{file['id']}" + (f"_{key}" if key else "")


def _marks(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """`format_data`, whose offsets count UTF-16 units (dev.vk.com, message object)."""
    found, at = list[dict[str, Any]](), 0
    for run in runs:
        where = {"offset": at, "length": units(run.text)}
        if run.bold:
            found.append({"type": "bold", **where})
        if run.url:
            found.append({"type": "url", **where, "url": run.url})
        at += where["length"]
    return found


def _keyboard(screen: Screen, reader: Reader, languages: Languages, *, callbacks: bool) -> str:
    """An inline keyboard as JSON; empty for none. A telephone is typed in VK; a place has a key of VK's own, where there is room for it."""
    rows = list(screen.rows)
    asks_place = screen.request == "place" and len(rows) < MOST_ROWS and sum(map(len, rows)) < MOST_BUTTONS
    if not rows and not asks_place:
        return ""
    keyboard = VkKeyboard(inline=True)
    if asks_place:
        keyboard.add_location_button(payload={})
    for at, row in enumerate(rows):
        if at or asks_place:
            keyboard.add_line()
        for button in row:
            _add(keyboard, button, reader, languages, callbacks=callbacks)
    return str(keyboard.get_keyboard())


def _add(keyboard: VkKeyboard, button: Button, reader: Reader, languages: Languages, *, callbacks: bool) -> None:
    label = cut(languages.say(button.label, reader), LONGEST_LABEL)
    if button.data:
        add = keyboard.add_callback_button if callbacks else keyboard.add_button
        add(label, _COLOURS[button.meaning], {"d": button.data})
        return
    url = button.url
    if button.share is not None:
        url = f"https://vk.com/share.php?url={quote(reader.address(button.share), safe='')}"
    keyboard.add_openlink_button(label, url, {})
