"""Enrolment: the terms, applications and their life-cycle, for families and for the staff who decide.

All of it works inside the caller's transaction, authorises every time, and takes its locks just before it looks.
"""

from bot.services.enrolment.family import (
    accept,
    answer,
    apply,
    apply_ranked,
    apply_together,
    decline_offer,
    dispute,
    keep_in_line,
    withdraw,
)
from bot.services.enrolment.refusal import REASONS, STATES, Decided, Refused
from bot.services.enrolment.staff import count_outside, decide, set_size, undo, why_nobody
from bot.services.enrolment.terms import Several, Terms, near, several, terms
from bot.services.enrolment.view import (
    ApplicationView,
    Change,
    InboxItem,
    RosterItem,
    application,
    applications,
    awaiting_papers,
    group_roster,
    inbox,
    leavers,
    news,
)
from bot.services.queue import tick

__all__ = [
    "REASONS",
    "STATES",
    "ApplicationView",
    "Change",
    "Decided",
    "InboxItem",
    "Refused",
    "RosterItem",
    "Several",
    "Terms",
    "accept",
    "answer",
    "application",
    "applications",
    "apply",
    "apply_ranked",
    "apply_together",
    "awaiting_papers",
    "count_outside",
    "decide",
    "decline_offer",
    "dispute",
    "group_roster",
    "inbox",
    "keep_in_line",
    "leavers",
    "near",
    "news",
    "set_size",
    "several",
    "terms",
    "tick",
    "undo",
    "why_nobody",
    "withdraw",
]
