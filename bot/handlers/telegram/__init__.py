"""Telegram, through the Bot API."""

from bot.handlers.telegram.profile import Profile
from bot.handlers.telegram.show import TelegramChannel

__all__ = ["Profile", "TelegramChannel"]
