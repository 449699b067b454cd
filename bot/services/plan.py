"""What happens by itself: each plan does a bounded piece of what is due, and says how much that was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.services import calls, deadlines, enquiry, paperwork, people, queue, slots
from bot.services.enrolment import ending, leaving, moving, year
from storage.database import Tx

Plan = Callable[[Tx], Awaitable[Any]]
"""One transaction's worth of work; what it returns is falsy once nothing is left to do. Running it again changes nothing more."""

PLANS: tuple[Plan, ...] = (
    queue.tick,
    people.erase_due,
    enquiry.tick,
    deadlines.plan,
    slots.plan,
    ending.plan,
    leaving.depart,
    moving.settle,
    year.finish,
    paperwork.remind,
    calls.expire,
)
"""All of them, in the order in which they are run, every 20 seconds."""
