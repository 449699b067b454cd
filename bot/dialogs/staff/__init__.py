"""The conversations of organisations' staff."""

from bot.dialogs.staff import (
    above,
    access,
    audit,
    board,
    cases,
    enquiries,
    groups,
    inbox,
    navigator,
    roster,
    work,
)

__all__ = [
    "above",
    "access",
    "audit",
    "board",
    "cases",
    "enquiries",
    "groups",
    "inbox",
    "navigator",
    "roster",
    "work",
]
