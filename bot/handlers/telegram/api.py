"""One bot at Telegram: its calls, its flood wait, and Telegram's errors in the words of a channel."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetFile
from aiogram.methods.base import TelegramMethod, TelegramType
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError
from pydantic import ValidationError

from bot.conversation.channel import Lost, TryLater, Unreachable
from bot.handlers.telegram.method import AnswerCallbackQuery, DeleteMessage, ToChat
from bot.handlers.telegram.session import JsonSession

log = logging.getLogger(__name__)

REQUEST_SECONDS = 15
"""How long a request may take. Telegram answers within a second; longer means that nobody is there."""
FILE_SECONDS = 60
"""How long a download of 20 MB may take."""
SHORT_PAUSE = 2.0
"""Seconds to wait after a broken connection or a server's error."""
TOKEN_PAUSE = 30.0
"""Seconds between two tries while Telegram refuses the token."""
AFTER_FLOOD = 1 / 25
"""Seconds between messages that wait for the end of a flood wait: about 30 messages a second are allowed (core.telegram.org/bots/faq)."""

_NOBODY = ("chat not found", "user is deactivated", "user not found", "peer_id_invalid", "input_user_deactivated")


class Refused(Exception):
    """Telegram answered 400 (or 413): the text is its reason, in lower case. What the caller does not expect of it is a bug."""


class Api:
    """Calls the Bot API; errors come as `TryLater`, `Unreachable` and `Refused`, anything else is a bug.

    A 429 stops everything that goes to people until it is over (its scope is not published; the whole bot is the safe reading).
    Raises `ValueError` where `token` cannot be a token.
    """

    def __init__(self, channel: str, token: str, url: str, proxy: str) -> None:
        session = JsonSession(api=TelegramAPIServer.from_base(url), proxy=proxy or None, timeout=REQUEST_SECONDS)
        try:
            self._bot = Bot(token, session)
        except TokenValidationError as error:
            raise ValueError("A Telegram token reads 123456789:AA…, as BotFather gives it.") from error
        self._channel = channel
        self._quiet_until = 0.0
        self._next_slot = 0.0
        self._token_refused = False

    async def __call__(self, method: TelegramMethod[TelegramType], seconds: int = REQUEST_SECONDS) -> TelegramType:
        """Call a method. One by which people get nothing (`getUpdates`, say) is neither stopped by a flood wait nor begins one."""
        outgoing = isinstance(method, ToChat | AnswerCallbackQuery | DeleteMessage)
        if outgoing:
            self._stand_in_line(method)
        try:
            result = await self._bot(method, request_timeout=seconds)
        except TelegramRetryAfter as error:
            if outgoing:
                self._quiet_until = max(self._quiet_until, asyncio.get_running_loop().time() + error.retry_after)
                log.warning("Telegram asks for silence", extra={"channel": self._channel, "seconds": error.retry_after})
                self._stand_in_line(method)
            raise TryLater(error.retry_after, "Telegram asks for silence") from error
        except TelegramForbiddenError as error:
            raise Unreachable(error.message) from error
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            reason = error.message.lower()
            raise (Unreachable(error.message) if any(text in reason for text in _NOBODY) else Refused(reason)) from error
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            self._complain()
            raise TryLater(TOKEN_PAUSE, f"Telegram refuses the token: {error.message}") from error
        except (TelegramNetworkError, TelegramServerError) as error:
            raise TryLater(SHORT_PAUSE, f"{method.__api_method__}: {error.message}") from error
        except ClientDecodeError as error:
            if isinstance(error.original, ValidationError):  # JSON that does not fit the method is our bug; aiogram's words quote all of it
                places = [".".join(map(str, one["loc"])) for one in error.original.errors(include_url=False, include_input=False)]
                raise TypeError(f"{method.__api_method__}: an answer of another shape: {', '.join(places[:3])}") from None
            raise TryLater(SHORT_PAUSE, f"{method.__api_method__}: an answer that is no JSON") from error
        self._token_refused = False
        return result

    async def download(self, file_id: str, most: int) -> bytes:
        """The bytes of a file that a person sent (bots may download 20 MB). Raises `TryLater`, and `Lost` where it is gone or too large."""
        try:
            file = await self(GetFile(file_id=file_id))
        except Refused as error:
            raise Lost(str(error)) from error
        if file.file_path is None or (file.file_size or 0) > most:
            raise Lost(f"a file of {file.file_size} bytes")
        url = self._bot.session.api.file_url(self._bot.token, file.file_path)
        found = bytearray()
        try:
            async for chunk in self._bot.session.stream_content(url, timeout=FILE_SECONDS, raise_for_status=True):
                found += chunk
                if len(found) > most:
                    raise Lost(f"a file of more than {most} bytes")
        except (ClientError, OSError) as error:
            raise TryLater(SHORT_PAUSE, f"download: {type(error).__name__}") from error
        return bytes(found)

    def _stand_in_line(self, method: TelegramMethod[Any]) -> None:
        """Raise `TryLater` during a flood wait; messages come back one after another, not all at once."""
        now, at = asyncio.get_running_loop().time(), self._quiet_until
        if now >= at:
            return
        if isinstance(method, ToChat):
            at = self._next_slot = max(self._next_slot, at) + AFTER_FLOOD
        raise TryLater(at - now, "Telegram asks for silence")

    def _complain(self) -> None:
        if not self._token_refused:
            self._token_refused = True
            log.error(
                "Telegram refuses the token: check KRUZHOK_TELEGRAM__TOKEN (and the address of the API); trying again every %g s",
                TOKEN_PAUSE,
                extra={"channel": self._channel},
            )

    async def close(self) -> None:
        """Let go of connections."""
        await self._bot.session.close()
