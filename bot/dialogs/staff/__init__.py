"""The conversations of organisations' staff."""

from bot.dialogs.staff import inbox, work

__all__ = ["inbox", "work"]
