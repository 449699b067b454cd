"""What a selection means for a family: the number in the list, the result in plain words, until when and how it may be appealed."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.conversation.screen import Button, link
from bot.conversation.turn import Turn
from bot.model.application import Role, State
from bot.model.text import Words, _
from bot.services import selection, waking
from bot.services.enrolment import ApplicationView
from bot.services.selection import PublishedRow

OF_LIST = frozenset({State.ADMITTED, State.RESERVE, State.NOT_ADMITTED})
"""States that a published list has made."""
SAID = {
    State.INVITED: _("No place is kept before the decision: choose when to come, as long as there are free times."),
    State.ADMITTED: _("A place is kept for the child. Now the organisation confirms the application and says which papers to bring."),
    State.RESERVE: _("If somebody declines, the next one of the reserve is admitted, and we write to you at once."),
    State.NOT_ADMITTED: _("This time the child is not in the list. There are clubs without a selection, and some of them have places."),
}


def number_of(view: ApplicationView) -> list[Words]:
    """The number by which a family finds itself, and what its state means."""
    if view.state not in SAID:
        return []
    number = _("Your number in the list: {number}.").format(number=view.facts.id)
    if view.state is State.INVITED:
        number = _("Your number in the list: {number}. The results come out by numbers, without names.").format(number=view.facts.id)
    return [number, SAID[view.state]]


def appeal(found: PublishedRow, today: date) -> Words:
    """How a result may be appealed, or that the time for it is over."""
    if today > found.appeal_until:
        return _("Appeals were taken until {day:day}.").format(day=found.appeal_until)
    if found.phone:
        return _("Do you disagree? Hand an appeal in at {club} until {day:day}; telephone: {phone}").format(
            club=found.organisation_name, day=found.appeal_until, phone=found.phone
        )
    return _("Do you disagree? Hand an appeal in at {club} until {day:day}.").format(club=found.organisation_name, day=found.appeal_until)


async def about(turn: Turn, view: ApplicationView) -> tuple[list[Words], tuple[Button, ...]]:
    """The appeal, and the ways to the list and to clubs with places."""
    if view.state not in OF_LIST:
        return [], ()
    found = await selection.published(turn.tx, view.facts.group)
    if found is None:
        return [], ()
    ways = [link(_("List by numbers"), "numberlist", found.group, 0)]
    if view.state is State.NOT_ADMITTED and view.role in {Role.GUARDIAN, Role.APART}:
        ways.insert(0, link(_("Similar with places"), "similar", view.facts.id, meaning="primary"))
    contested = view.state is not State.ADMITTED
    return [appeal(found, waking.local_day(turn.now, ZoneInfo(view.facts.zone)))] if contested else [], tuple(ways)
