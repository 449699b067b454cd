"""Questions that a messenger helps to answer: a telephone, a place on the map, a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.conversation.event import Event, SharedContact, SharedFile, SharedPlace
from bot.conversation.question import Form, Question, Say, Unreadable
from bot.model.text import Text, _


@dataclass(frozen=True, kw_only=True)
class Phone(Question[str]):
    """A telephone number: shared where the messenger vouches that it is the sender's own, or typed. Read as `+7…` of eleven digits."""

    request: Literal["", "phone", "place"] = field(default="phone", init=False)

    def read(self, raw: str) -> str:
        """The number."""
        digits = re.sub(r"\D", "", raw)
        if len(digits) == 10 and digits[0] == "9":
            digits = "7" + digits
        if len(digits) != 11 or digits[0] not in "78":
            raise Unreadable(_("Please write the number with its code, for example +7 900 000-00-00."))
        return "+7" + digits[1:]

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """A text with digits is an attempt at a number."""
        del form, say
        return self.read(text) if re.search(r"\d{3}", text) else None

    def shared(self, event: Event) -> str | None:
        """The sender's own contact; somebody else's is refused."""
        if not isinstance(event, SharedContact):
            return None
        if not event.own:
            raise Unreadable(_("That is somebody else's contact. Please share your own, or write the number."))
        return self.read(event.phone)


@dataclass(frozen=True, slots=True)
class Point:
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True)
class Where(Question[Point]):
    """A point on the map: shared, or found from what was typed (`find`)."""

    find: Callable[[str], Point | None] = lambda _text: None
    request: Literal["", "phone", "place"] = field(default="place", init=False)

    def read(self, raw: str) -> Point:
        """The point."""
        found = re.fullmatch(r"(-?\d{1,3}\.\d{1,6}),(-?\d{1,3}\.\d{1,6})", raw)
        if not found or not (abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180):
            raise Unreadable(_("Please share a place on the map."))
        return Point(float(found[1]), float(found[2]))

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """A place that `find` knows."""
        del form, say
        point = self.find(text)
        return None if point is None else f"{point.latitude:.5f},{point.longitude:.5f}"

    def shared(self, event: Event) -> str | None:
        """A shared point."""
        return f"{event.latitude:.5f},{event.longitude:.5f}" if isinstance(event, SharedPlace) else None


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that a person sent: where the messenger keeps it. A job fetches the bytes."""

    channel: str
    reference: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class File(Question[Reference]):
    """A file of some types, not larger than `largest` bytes (Telegram lets bots download 20 MB).

    Its raw answer begins with a space: no button can carry one, so nobody can make a reference up and let us fetch it.
    """

    endings: tuple[str, ...] = ()
    largest: int = 20_000_000

    def read(self, raw: str) -> Reference:
        """The reference."""
        if not raw.startswith(" "):
            raise Unreadable(self._wanted())
        return Reference(*json.loads(raw))

    def _wanted(self) -> Text:
        return _("Please send a file: {endings}.").format(endings=", ".join(self.endings)) if self.endings else _("Please send a file.")

    def read_typed(self, text: str, form: Form, say: Say) -> str | None:
        """No text is a file."""
        del text, form, say
        return None

    def shared(self, event: Event) -> str | None:
        """A file of a fitting type and size."""
        if not isinstance(event, SharedFile):
            return None
        if event.size > self.largest:
            raise Unreadable(_("That file is too large: {most:number} MB at most.").format(most=self.largest // 1_000_000))
        if self.endings and not event.name.lower().endswith(self.endings):
            raise Unreadable(self._wanted())
        return " " + json.dumps([event.channel, event.reference, event.name, event.type, event.size], ensure_ascii=False)
