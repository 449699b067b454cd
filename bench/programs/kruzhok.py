"""The bot itself, as `python -m bot run` runs it, with one dialog more: a session, a join, ten rows, and an answer that is kept.

`KRUZHOK_…` in the environment say which messenger and which database, as for the bot.
"""

from __future__ import annotations

import os

from sqlalchemy import bindparam, select

from bench import meter, work
from bot import app
from bot.config import load
from bot.conversation.choice import Choice
from bot.conversation.dialog import dialog
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.model.text import _, lines
from storage.database import Query
from storage.schema import organisation, programme, settlement, study_group

STEP = "BENCH_VK_STEP"
"""The variable that sets the seconds between two requests to VK; unset: as shipped, which VK's limit of calls wants."""

CARD = Query(
    select(programme.c.name, organisation.c.name, settlement.c.name, programme.c.price, programme.c.paid)
    .join_from(programme, organisation)
    .join(settlement, settlement.c.id == organisation.c.settlement)
    .where(programme.c.id == bindparam("number")),
    work.Card,
)
_group = study_group.c
GROUPS = Query(
    select(_group.name, _group.weekdays, _group.size, _group.taken, _group.enrolment_from, _group.locked)
    .where(_group.programme == bindparam("number"))
    .order_by(_group.id)
    .limit(work.ROWS),
    work.Group,
)


@dialog("bench")
async def bench(turn: Turn, copy: int) -> Screen:
    """The measured page; `copy` tells one message of a person from another."""
    del copy
    number: int = await turn.ask(Choice("number", _("Which programme?"), work.NUMBERS, width=5))
    card = await turn.tx.one(CARD, number=number)
    if card is None:
        raise LookupError("the bench's database is empty")
    rows = [
        _("{at}. {name} · {taken} of {size} · from {opens:time} {locked}").format(
            at=at, name=group.name, taken=group.taken, size=group.size, opens=group.enrolment_from, locked="×" if group.locked else "✓"
        )
        for at, group in enumerate(await turn.tx.all(GROUPS, number=number), 1)
    ]
    head = _("**{name}** · {organisation}, {settlement} · {price:number} ₽").format(
        name=card.name, organisation=card.organisation, settlement=card.settlement, price=card.price
    )
    choices = tuple(turn.answer(str(each), "number", str(each)) for each in work.NUMBERS)
    return Screen(lines(head, *rows), (choices, (link("Home", "home"),)))


def main() -> None:
    """Run until the pipe ends."""
    meter.begin()
    if STEP in os.environ:
        from bot.handlers.vk import gather  # noqa: PLC0415 - a Telegram bot imports nothing of VK's, and is measured so

        gather.STEP = float(os.environ[STEP])
    app.run(load())


main()
