"""The conversations of the bot, one file each; importing this package registers them all."""

from bot.dialogs import club, favourites, find, home, place, programme
from bot.dialogs.menu import MENU

__all__ = ["MENU", "club", "favourites", "find", "home", "place", "programme"]
