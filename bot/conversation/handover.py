"""Handing a conversation over to a channel that may ask for personal data, by a one-time link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.conversation.channel import Limits
from bot.conversation.screen import Screen, link, web
from bot.conversation.session import Session, load, new_token
from bot.conversation.turn import Turn
from bot.model.link import Link, parse
from bot.model.secret import hashed, new_secret
from bot.model.text import _, lines
from storage import secret as table
from storage.database import Tx

TERM = timedelta(minutes=30)
"""How long a handed-over conversation waits to be taken up (design: hand-over)."""
PURPOSE = "handover"
_PREFIX = "go"
"""Payload `go-<22 base62 characters>`: 128 random bits, kept only as a hash."""

DeepLink = Callable[[str, Link], str]
"""The address on the web that opens a page in a channel."""


async def hand_over(tx: Tx, turn: Turn, channels: Mapping[str, Limits], address: DeepLink | None) -> Screen:
    """The screen that leads on to a channel where the next question may be asked; nothing personal was asked here, so nothing is lost.

    The first channel of the configuration that may carry personal data is offered.
    """
    target = next((name for name, limits in channels.items() if limits.personal_data and name != turn.here.channel), None)
    home = link(_("Home"), "home")
    if target is None or address is None:
        return Screen(
            lines(
                _("**A name or a telephone number cannot be given here**"),
                _("This messenger may not carry personal data. Please apply at the institution itself."),
            ),
            ((home,),),
        )
    token = new_secret()
    tab = turn.session
    while tab.needed_by and (parent := await load(tx, tab.needed_by, turn.person.id)) is not None:
        tab = parent
    facts = {"address": str(tab.link), "answers": tab.answers}
    await tx.run(table.KEEP, digest=hashed(token), purpose=PURPOSE, person=turn.person.id, facts=facts, until=tx.now + TERM)
    return Screen(
        lines(
            _("**Let us go on in {messenger}**").format(messenger=messenger(target)),
            _("Names and telephone numbers are not asked for here. What you chose is kept for 30 minutes."),
        ),
        ((web(_("Open {messenger}").format(messenger=messenger(target)), address(target, Link(_PREFIX, (token,)))),), (home,)),
    )


def messenger(channel: str) -> str:
    """What people call a channel: `vk/dt` → VK."""
    kind = channel.split("/", 1)[0]
    return {"vk": "VK", "telegram": "Telegram"}.get(kind, kind)


async def carried(tx: Tx, payload: str, person: int) -> Session | None:
    """Take up a conversation that was handed over: once, in time, by whoever holds the link; `None` where the payload is no such link.

    It carries no identity: the tab belongs to the person who opens it, and the two accounts stay two persons until they are linked.
    """
    head, _dash, token = payload.partition("-")
    if head != _PREFIX or not token:
        return None
    row = await tx.one(table.USE, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    if row is None:
        return None
    page = parse(row.facts["address"])
    return None if page is None else Session(new_token(), person, page, dict(row.facts["answers"]))
