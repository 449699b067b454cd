"""Confirming everybody of a group who fits: looked at before, done under the group's lock, each with its own minute of undo and news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.model.application import Action, State
from bot.services import groups, queue, staff, waking
from bot.services.enrolment import decide, rules
from bot.services.enrolment.refusal import Decided, Refused
from storage import application as table
from storage import group as rows
from storage.database import Tx
from storage.group import MemberRow

MOST = 60
"""Applications that are confirmed in one transaction."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who of a group would be confirmed, and who would not: too young or too old, or disputed by a guardian."""

    fit: tuple[MemberRow, ...]
    age: tuple[MemberRow, ...]
    disputed: tuple[MemberRow, ...]

    @property
    def seen(self) -> tuple[tuple[int, int], ...]:
        """What was on the screen: each application with its last change."""
        return tuple((one.id, one.change) for one in self.fit)


async def preview(tx: Tx, person: int, group: int) -> Preview:
    """Look at the applications of a group that wait for a decision. Raises `Refused` for others' groups."""
    found = await groups.deciding(tx, person, group)
    facts = found.facts
    at: date = rules.counted_at(facts.starts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    asked = [one for one in await tx.all(rows.MEMBERS, group=group, most=500) if one.state == State.SUBMITTED]
    disputed = set(await tx.all(table.DISPUTED, applications=[one.id for one in asked]))
    fits = {one.id: rules.age_fits(rules.months(one.born, at), facts.age_min, facts.age_max) for one in asked}
    return Preview(
        tuple(one for one in asked if fits[one.id] and one.id not in disputed)[:MOST],
        tuple(one for one in asked if not fits[one.id]),
        tuple(one for one in asked if fits[one.id] and one.id in disputed),
    )


async def confirm_all(
    tx: Tx, person: int, group: int, seen: tuple[tuple[int, int], ...], *, channel: str
) -> tuple[list[int], list[Exception]]:
    """Confirm the applications that were on the screen, as they were there.

    Returns those that are confirmed, and why others are not (`Decided`: somebody was quicker). Raises `Refused` for others' groups.
    """
    found = await groups.deciding(tx, person, group)
    await queue.lock(tx, group)
    done, left = list[int](), list[Exception]()
    theirs = {one.id for one in await tx.all(rows.MEMBERS, group=group, most=500)}
    for number, change in seen[:MOST]:
        if number not in theirs:
            continue
        try:
            await decide(tx, person, number, Action.CONFIRM, seen=change, channel=channel)
        except (Decided, Refused) as why:
            left.append(why)
        else:
            done.append(number)
    await staff.note(tx, person, "confirmed_all", "group", group, found.facts.organisation, applications=done)
    return done, left
