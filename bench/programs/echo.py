"""The reference: a bare aiogram echo as its documentation begins: polling, asyncio's own loop, an `F` filter, the FSM on."""

from __future__ import annotations

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from bench import meter

dispatcher = Dispatcher()


@dispatcher.message(F.text)
async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text or "")


async def main() -> None:
    """Run until the pipe ends."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ[meter.URL]))
    await dispatcher.start_polling(Bot(os.environ[meter.TOKEN], session), handle_signals=True)


meter.begin()
asyncio.run(main())
