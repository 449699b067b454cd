"""What a whole row must be before it is written: values that follow from other rows, and contradictions among its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.model.text import Words, _
from bot.services.importing.known import Catalogue

Full = dict[str, Any]
"""A row with all its columns."""
Say = Callable[[str, Words], None]
"""Makes a note about a field."""


class Unfit(Exception):
    """A row that contradicts itself: which field, and why in one sentence."""

    def __init__(self, field: str, text: Words) -> None:
        super().__init__(field, text)
        self.field = field
        self.text = text


DEFAULTS: Final[dict[str, Full]] = {
    "municipality": {"certificate_unit": "rouble", "archived": False},
    "settlement": {"other_names": [], "archived": False},
    "organisation": {"kind": "state", "act": "order", "door": "here", "archived": False},
    "programme": {
        "activities": [],
        "level": "none",
        "type": "general",
        "modes": ["here"],
        "free": False,
        "certificate": False,
        "paid": False,
        "medical": False,
        "adapted": False,
        "languages": ["ru"],
        "state": "published",
    },
    "group": {"mode": "here", "kept": 0, "preliminary": False, "entry": "queue", "locked": False, "archived": False},
}
"""What an empty cell means where a column must have a value."""


def fit(noun: str, full: Full, given: Full, known: Catalogue, today: date, say: Say) -> None:
    """Complete a row, and check it as a whole. `given` is what the file says of it. Raises `Unfit`."""
    for name, value in DEFAULTS[noun].items():
        if full.get(name) is None:
            full[name] = value
    if full.get("age_min") is not None and full.get("age_max") is not None and full["age_min"] > full["age_max"]:
        raise Unfit("age_min", _("the lower age is above the upper one"))
    if noun == "organisation" and "act" not in given and given.get("kind") == "private":
        # A private organisation enrols by contract: the order of Art. 53 of 273-FZ is what institutions issue.
        full["act"] = "contract"
    if noun == "programme":
        _programme(full, say)
    elif noun == "group":
        _group(full, given, known, today, say)


def _programme(full: Full, say: Say) -> None:
    if full["price"] is None:
        full["price_per"] = None
        return
    if not full["paid"] and not full["certificate"]:
        say("price", _("free, and yet has a price"))
    elif full["price_per"] is None:
        say("price", _("what the price is for is not said: month, year, lesson or course?"))


def _group(full: Full, given: Full, known: Catalogue, today: date, say: Say) -> None:
    organisation = known.of["programme"].owner[full["programme"]] or 0
    place = known.places[organisation]
    if full["settlement"] is None and full["mode"] != "remote":
        full["settlement"] = place.settlement
    if full["address"] is None and full["settlement"] is not None and full["settlement"] == place.settlement and full["mode"] == "here":
        full["address"] = place.address
        if full["latitude"] is None:
            full["latitude"], full["longitude"] = place.latitude, place.longitude
    _places(full, given, say)
    if full["starts"] and full["ends"] and full["ends"] < full["starts"]:
        raise Unfit("ends", _("the lessons end before they begin"))
    if full["ends"] and full["ends"] < today and not full["archived"]:
        say("ends", _("the lessons ended on {day:fullday}: the group is kept, and not shown").format(day=full["ends"]))
    zone = ZoneInfo(known.zone(organisation, full["settlement"]))
    for bound in ("enrolment_from", "enrolment_to"):
        if isinstance(local := full[bound], datetime) and local.tzinfo is None:
            full[bound] = local.replace(tzinfo=zone).astimezone(UTC)
    if full["enrolment_from"] and full["enrolment_to"] and full["enrolment_to"] < full["enrolment_from"]:
        raise Unfit("enrolment_to", _("enrolment ends before it begins"))


def _places(full: Full, given: Full, say: Say) -> None:
    """Places taken follow from the free ones, where the file counts those."""
    free = given.get("free")
    if free is not None and given.get("taken") is None:
        if full["size"] is None:
            full["size"] = free
            say("free", _("how many places there are in all is not said: as many as are free"))
        if free > full["size"]:
            raise Unfit("free", _("more places are free than there are"))
        full["taken"] = full["size"] - free
    if full["size"] is not None and full["taken"] is not None and full["taken"] > full["size"]:
        say("taken", _("more places are taken than there are: none is free"))
    if full["size"] is not None and full["size_min"] is not None and full["size_min"] > full["size"]:
        raise Unfit("size_min", _("the group starts from more children than it has places for"))
