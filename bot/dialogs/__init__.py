"""The conversations of the bot, one file each; importing this package registers them all."""

from bot.dialogs import application, apply, club, consent, family, favourites, find, home, place, programme, staff
from bot.dialogs.menu import MENU

__all__ = ["MENU", "application", "apply", "club", "consent", "family", "favourites", "find", "home", "place", "programme", "staff"]
