"""A thread of questions and answers in words: what its family, the staff and the municipal centre alike read of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.event import Event
from bot.conversation.fact import Typed
from bot.conversation.handover import messenger
from bot.conversation.question import Unreadable
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.model.text import Personal, Words, _, blank, lines, listed, p_
from bot.services import enquiry
from bot.services.enquiry import MessageRow, Thread

ROOM = 500
"""Characters of messages on one page; a longer one has the page to itself (screens: about 900 with everything around it)."""
UNTIL = (
    _("until Monday, {day:day}, {at:time}"),
    _("until Tuesday, {day:day}, {at:time}"),
    _("until Wednesday, {day:day}, {at:time}"),
    _("until Thursday, {day:day}, {at:time}"),
    _("until Friday, {day:day}, {at:time}"),
    _("until Saturday, {day:day}, {at:time}"),
    _("until Sunday, {day:day}, {at:time}"),
)
"""A term, by the day of the week: languages decline it."""


@dataclass(frozen=True, kw_only=True)
class Letter(Typed[str]):
    """A message to somebody in one's own words. Photos and files are refused kindly: they would be kept by nobody."""

    longest: int = enquiry.LONGEST

    def shared(self, event: Event) -> str | None:
        """Nothing but words."""
        del event
        raise Unreadable(_("Please write it in words: photos, files and voice messages are not passed on, and I have not kept this one."))

    def read(self, raw: str) -> str:
        """The text, which is not empty."""
        if not raw.strip():
            raise Unreadable(_("Please write it in words."))
        return super().read(raw)


def until(at: datetime, zone: str) -> Words:
    """«до вторника, 25 августа, 12:00», on the clock of the organisation."""
    local = at.astimezone(ZoneInfo(zone))
    return UNTIL[local.weekday()].format(day=local.date(), at=local)


def closed_here(turn: Turn, name: str, kind: str, phone: str | None) -> Screen | None:
    """What to show where this messenger is closed to an organisation: where else it is asked and answers. `None` where it is open."""
    if kind in turn.here.kinds("full"):
        return None
    others = list(dict.fromkeys(messenger(channel) for channel in turn.here.carry(kind)))
    body = lines(
        _("**Questions are not taken in this messenger**"),
        _("By law, organisations like this one neither ask nor answer here: {name}").format(name=name),
        _("They answer in: {messengers}").format(messengers=listed(others)) if others else None,
        _("Telephone: {phone}").format(phone=phone) if phone else None,
    )
    return Screen(body, ((link(_("Home"), "home"),),))


def text_of(thread: Thread, message: MessageRow) -> Words:
    """What was written; where a child stands behind it, only where personal data may be carried."""
    if not message.text:
        return _("(erased by its writer)")
    return Personal(message.text, _("(the text is shown in another messenger)")) if thread.personal else message.text


def writer(thread: Thread, message: MessageRow) -> Words:
    """Who wrote it, for the one who reads."""
    if message.side == "centre":
        return _("the municipal centre")
    if message.side == "staff":
        return Personal(message.name, enquiry.MEMBER) if message.name else enquiry.MEMBER
    if thread.part == "asker":
        return p_("pupil", "you") if thread.pupil else _("you")
    return _("a pupil") if thread.pupil else _("the family")


def said(thread: Thread, message: MessageRow) -> Words:
    """A message with who wrote it and when."""
    local = message.at.astimezone(ZoneInfo(thread.facts.zone))
    head = _("{who:capital} · {at:day}, {at:time}").format(who=writer(thread, message), at=local)
    return lines(head, text_of(thread, message))


def leaf(thread: Thread, back: int) -> tuple[list[Words], int, int]:
    """The messages of a page (0 has the newest) in the order in which they were written; then its number, and the last page's."""
    pages, room = list[list[MessageRow]](), 0
    for message in thread.messages:
        if not pages or len(message.text) > room:
            pages.append([])
            room = ROOM
        pages[-1].append(message)
        room -= len(message.text) + 60
    back = min(back, len(pages) - 1)
    shown = [part for message in reversed(pages[back]) for part in (blank, said(thread, message))] if pages else []
    return shown, back, len(pages) - 1


def pager(name: str, number: int, back: int, last: int) -> tuple[Button, ...]:
    """The ways to older and newer messages."""
    older = (link(_("‹ Earlier"), name, number, back + 1),) if back < last else ()
    return (*older, link(_("Later ›"), name, number, back - 1)) if back else older
