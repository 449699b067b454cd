"""A question to Telegram before anything runs: whose token is this?"""

from __future__ import annotations

from aiogram.methods import GetMe

from bot.handlers.telegram.api import Api


async def who(token: str, api_url: str, proxy: str = "") -> str:
    """Say whose token it is: «@kruzhok_bot, Кружки».

    Raises `ValueError` for what cannot be a token, and `TryLater` with Telegram's reason where it refuses or does not answer.
    """
    api = Api("telegram", token, api_url, proxy)
    try:
        me = await api(GetMe())
    finally:
        await api.close()
    return f"@{me.username}, {me.full_name}"
