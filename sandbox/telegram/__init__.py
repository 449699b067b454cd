"""The Telegram Bot API on loopback: what a bot calls, and what people do in their clients."""

from sandbox.telegram.emulator import TelegramEmulator

__all__ = ["TelegramEmulator"]
