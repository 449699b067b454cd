"""The conversations of organisations' staff."""

from bot.dialogs.staff import (
    above,
    audit,
    board,
    enquiries,
    groups,
    inbox,
    navigator,
    roster,
    work,
)

__all__ = [
    "above",
    "audit",
    "board",
    "enquiries",
    "groups",
    "inbox",
    "navigator",
    "roster",
    "work",
]
