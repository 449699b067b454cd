"""The conversations of organisations' staff."""

from bot.dialogs.staff import (
    above,
    access,
    audit,
    board,
    cases,
    edit,
    enquiries,
    groups,
    inbox,
    intake,
    lists,
    navigator,
    reminders,
    roster,
    rules,
    work,
)

__all__ = [
    "above",
    "access",
    "audit",
    "board",
    "cases",
    "edit",
    "enquiries",
    "groups",
    "inbox",
    "intake",
    "lists",
    "navigator",
    "reminders",
    "roster",
    "rules",
    "work",
]
