"""What `python -m bot check` looks at, and what every command asks of an installation before it begins: nothing here changes anything."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import storage
from bot.clock import Clock
from bot.config import LOCALES, Settings, Telegram, Vk, sources
from bot.conversation.language import Languages

SECONDS = 10.0
"""How long a messenger may take to answer."""

NO_MESSENGER = "no messenger has a token: set KRUZHOK_TELEGRAM__TOKEN, or KRUZHOK_VK__TOKEN and KRUZHOK_VK__GROUP_ID"

_CLASS = re.compile(r"^\([\w.]+\) ")
"""What SQLAlchemy puts before a driver's words: `(sqlite3.OperationalError) `."""

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right says less."""


class Unusable(Exception):
    """The installation cannot be used as it is; the text is one line that says what to mend."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    subject: str
    text: str


def check(settings: Settings) -> list[Finding]:
    """Look at everything an installation needs. What a messenger or a driver says is told in its own words."""
    logging.getLogger("bot.handlers").setLevel(logging.CRITICAL)  # what a channel would log is a finding here
    return [
        Finding(ok=True, subject="configuration", text=f"{sources()}; every key is known"),
        _language(settings),
        *asyncio.run(_messengers(settings)),
        _database(settings),
        _clock(settings),
        _files(settings),
    ]


def require(settings: Settings) -> None:
    """Look at what no command can do without: the language's catalogue and the database. Raises `Unusable`."""
    languages(settings)
    revision(settings.database.url)


def languages(settings: Settings) -> Languages:
    """Every catalogue of translations. Raises `Unusable` where there is none of the installation's language."""
    try:
        return Languages(LOCALES, settings.language)
    except ValueError as error:
        raise Unusable(f"language: {error}") from error


def revision(url: str) -> tuple[str | None, str]:
    """The revision at which the database stands (`None`: empty) and the one that this program needs.

    Raises `Unusable` where the database cannot be opened, or where a newer program has been there: its tables are not ours.
    """
    try:
        current, head = storage.revision_state(url)
    except Exception as error:
        said = _CLASS.sub("", str(error).partition("\n")[0]) or type(error).__name__
        raise Unusable(f"database: it cannot be opened: {said}") from error
    if current is not None and current > head:
        raise Unusable(f"database: it is at revision {current}, and this program knows {head}: run the newer program, or restore a backup")
    return current, head


def _language(settings: Settings) -> Finding:
    try:
        known = languages(settings).known
    except Unusable as why:
        return _unusable(why)
    return Finding(ok=True, subject="language", text=f"{', '.join(known)}; the first is the installation's")


async def _messengers(settings: Settings) -> list[Finding]:
    names = ["telegram"] * bool(settings.telegram.token) + [*settings.vk.channels()]
    if not names:
        return [Finding(ok=False, subject="messengers", text=NO_MESSENGER)]
    return await asyncio.gather(*(_messenger(name, settings) for name in names))


async def _messenger(name: str, settings: Settings) -> Finding:
    who, carried = _who(settings, name), _carried(settings.telegram if name == "telegram" else settings.vk)
    try:
        async with asyncio.timeout(SECONDS):
            return Finding(ok=True, subject=name, text=f"{await who}; {carried}")
    except TimeoutError:
        return Finding(ok=False, subject=name, text=f"no answer within {SECONDS:g} s: is the address right, is a proxy needed?")
    except Exception as error:  # noqa: BLE001 - whatever a messenger says is what must be read here
        return Finding(ok=False, subject=name, text=str(error) or type(error).__name__)


def _who(settings: Settings, name: str) -> Awaitable[str]:
    """The question to a messenger who we are; its library is loaded here, before the time runs: that takes seconds."""
    if name == "telegram":
        from bot.handlers.telegram.check import who

        return who(settings.telegram.token.get_secret_value(), settings.telegram.api_url, settings.telegram.proxy)
    from bot.handlers.vk.check import who as who_in_vk

    community = settings.vk.channels()[name]
    return who_in_vk(community.token.get_secret_value(), community.group_id, settings.vk.api_url)


def _carried(messenger: Telegram | Vk) -> str:
    """What the policy lets this messenger tell: whoever wonders why a club is missing finds it here."""
    policy, personal = messenger.policy, "yes" if messenger.personal_data else "no"
    return f"state institutions: {policy.state}, private organisations: {policy.private}, personal data: {personal}"


def _database(settings: Settings) -> Finding:
    try:
        current, head = revision(settings.database.url)
    except Unusable as why:
        return _unusable(why)
    if current is None:
        return Finding(ok=True, subject="database", text="empty: `run` and `import` make the tables by themselves")
    if current != head:
        return Finding(ok=False, subject="database", text=f"is at revision {current}, this program needs {head}: python -m bot migrate")
    return Finding(ok=True, subject="database", text=f"at revision {head}, as this program needs")


def _unusable(why: Unusable) -> Finding:
    subject, _colon, text = str(why).partition(": ")
    return Finding(ok=False, subject=subject, text=text)


def _clock(settings: Settings) -> Finding:
    now = Clock(settings.clock.shift_file).now()
    if settings.clock.shift_file:
        return Finding(ok=True, subject="clock", text=f"moved by a sandbox: {now:%Y-%m-%d %H:%M} UTC")
    ok = now > RELEASED - timedelta(days=1)
    return Finding(
        ok=ok,
        subject="clock",
        text=f"{now:%Y-%m-%d %H:%M} UTC" if ok else f"{now:%Y-%m-%d %H:%M} UTC is in the past: set the machine's time",
    )


def _files(settings: Settings) -> Finding:
    path = settings.files.path
    there = path if path.exists() else next(parent for parent in path.absolute().parents if parent.exists())
    ok = os.access(there, os.W_OK | os.X_OK)
    return Finding(ok=ok, subject="files", text=f"{path} can be written" if ok else f"{path} cannot be written: give this user the right")
