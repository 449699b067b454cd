"""The log: one line an event, readable on a terminal, JSON elsewhere, and never a secret in it.

What is logged are facts by name: `log.info("turn", extra={"channel": "vk", "page": "programme", "outcome": "shown", "ms": 3})`. A
person is their number in the database; texts, names, telephones and messengers' user ids are not logged (152-FZ).
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from bot.config import LogSettings

MASK = "•••"

_SECRETS = re.compile(
    r"\d{6,}:[\w-]{30,}"  # a Telegram bot token, also in /bot<token>/sendMessage
    r"|vk1\.a\.[\w-]+"  # a VK key, the new form
    r"|(?<![0-9a-f])[0-9a-f]{85}(?![0-9a-f])"  # a VK key, the old form
    r"|(?:(?<=access_token=)|(?<=[?&]key=))[^&\s\"']+"  # the second is a long poll's
    r"|(?<=://)[^/\s:@\"']+:[^@\s\"']+(?=@)"  # user:password in an address
    r"|\+7[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}\b"  # a telephone, for example in a database's complaint
)
_QUIET = {
    "aiogram": logging.WARNING,
    "aiosqlite": logging.WARNING,  # every statement, at debug
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,  # every tick, at info
    "apscheduler.scheduler": logging.ERROR,  # a tick left out because the last one still runs is meant
    "asyncio": logging.WARNING,
    "vk_api": logging.WARNING,
}
"""Loggers of libraries that tell more than is wanted, and the least level they are heard at."""

_OWN_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_COLOURS = {"debug": "2", "warning": "33", "error": "31", "critical": "31;1"}
_PLAIN = re.compile(r"[^\s\"=]+")


class _Redacting(logging.Formatter):
    """Formats a record, then masks every secret in the whole line, traceback included."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        known = {written for secret in secrets for written in (secret, json.dumps(secret, ensure_ascii=False)[1:-1])}
        self._known = re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))) or r"(?!)")

    def format(self, record: logging.LogRecord) -> str:
        """Make the line, without a secret."""
        return _SECRETS.sub(MASK, self._known.sub(MASK, self.line(record)))

    def line(self, record: logging.LogRecord) -> str:
        """Make the line."""
        raise NotImplementedError

    def trace(self, record: logging.LogRecord) -> str:
        """What a record tells about an exception or a stack; empty without one."""
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        return "\n".join(parts + ([record.stack_info] if record.stack_info else []))


class TextFormatter(_Redacting):
    """`10:00:00.123 turn channel=vk page=programme ms=3`, for eyes; local time, a level only where it is not `info`."""

    def __init__(self, secrets: Iterable[str] = (), *, colours: bool = False) -> None:
        super().__init__(secrets)
        self._colours = colours

    def line(self, record: logging.LogRecord) -> str:
        """Make the line."""
        level = record.levelname.lower()
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
        facts = " ".join(f"{name}={_bare(value)}" for name, value in _facts(record).items())
        words = [
            self._painted("2", at),
            "" if level == "info" else self._painted(_COLOURS.get(level, ""), level),
            _one_line(record.getMessage()),
        ]
        return "\n".join(filter(None, (" ".join(filter(None, (*words, facts))), self.trace(record))))

    def _painted(self, colour: str, text: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._colours and colour else text


class JsonFormatter(_Redacting):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `event`, the facts, `trace` where something was raised."""

    def line(self, record: logging.LogRecord) -> str:
        """Make the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"time": at, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage(), **_facts(record)}
        if trace := self.trace(record):
            told["trace"] = trace
        return json.dumps(told, ensure_ascii=False, default=str)


def configure(settings: LogSettings, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every logger, warning and uncaught exception of this process to `stream` (standard error), in the form that suits it."""
    stream = stream or sys.stderr
    terminal = stream.isatty()
    handler = logging.StreamHandler(stream)
    if settings.format == "text" or (settings.format == "auto" and terminal):
        handler.setFormatter(TextFormatter(secrets, colours=terminal and "NO_COLOR" not in os.environ))
    else:
        handler.setFormatter(JsonFormatter(secrets))
    logging.basicConfig(handlers=[handler], level=settings.level.upper(), force=True)
    logging.captureWarnings(capture=True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, logging.root.level))
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger("bot").critical("stopped by an error", exc_info=(kind, error, trace))


def _facts(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in record.__dict__.items() if name not in _OWN_FIELDS}


def _bare(value: object) -> str:
    """A value that stays one word: quoted where it holds spaces or could be taken for another fact."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return text if text.isprintable() else json.dumps(text, ensure_ascii=False)[1:-1]
