"""What a family or the staff is told where something cannot be done: why, who decided, and what else there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model.application import Actor, Reason, State
from bot.model.text import Text, Words, _

STATES: Mapping[State, Text] = {
    State.SUBMITTED: _("under review"),
    State.NEEDS_INFO: _("a question is open"),
    State.CONFIRMED: _("confirmed, papers are awaited"),
    State.ENROLLED: _("attends"),
    State.COMPLETED: _("the programme is finished"),
    State.LEFT: _("left the group"),
    State.WAITLISTED: _("in the queue"),
    State.OFFERED: _("a place is offered"),
    State.INVITED: _("invited to the selection"),
    State.ADMITTED: _("passed the selection"),
    State.RESERVE: _("in the reserve"),
    State.NOT_ADMITTED: _("did not pass the selection"),
    State.DECLINED: _("declined"),
    State.WITHDRAWN: _("withdrawn by the family"),
    State.LAPSED: _("the time is over"),
}
"""How an application stands, in words."""
REASONS: Mapping[Reason, Text] = {
    Reason.NO_PLACES: _("no places"),
    Reason.AGE: _("the age does not fit"),
    Reason.HEALTH: _("not advised for health"),
    Reason.SELECTION: _("the selection was not passed"),
    Reason.NO_PAPERS: _("papers are missing"),
    Reason.CLOSED: _("enrolment is closed"),
    Reason.DUPLICATE: _("it is a duplicate"),
    Reason.NOT_GATHERED: _("the group did not gather"),
}
"""Why an application is declined, in words."""
ACTORS: Mapping[Actor, Text] = {
    Actor.FAMILY: _("the family"),
    Actor.STAFF: _("a colleague"),
    Actor.CLOCK: _("the clock"),
    Actor.IMPORT: _("a list from outside"),
}
"""Who changed an application, where no name is known or may be said."""


def _sentence(words: Words) -> str:
    """What an exception says of itself in a log: the sentence without its values, which may be personal."""
    return words.message if isinstance(words, Text) else "…"


class Refused(Exception):
    """Something cannot be done; nothing was changed.

    `words` say why and `decided_by` who decided (a name is data, and is never inflected); `alternatives` are the ids of the nearest
    fitting groups with places, and `application` the number of the one that is in the way.
    """

    def __init__(self, words: Words, decided_by: Words, alternatives: tuple[int, ...] = (), application: int | None = None) -> None:
        """Remember what to tell."""
        super().__init__(_sentence(words))
        self.words, self.decided_by, self.alternatives, self.application = words, decided_by, alternatives, application


class Decided(Exception):
    """Somebody else was quicker with this application; `words` say who, when and how it stands now. Nothing was changed."""

    def __init__(self, words: Words) -> None:
        """Remember what to tell."""
        super().__init__(_sentence(words))
        self.words = words


def moment(at: datetime, zone: str) -> Words:
    """«3 сентября в 16:05», as the clock on the wall says there."""
    local = at.astimezone(ZoneInfo(zone))
    return _("{day:day} at {time:time}").format(day=local.date(), time=local.time())


RULES = _("the rules of enrolment")
"""Who decided, where neither an organisation nor a family did."""
