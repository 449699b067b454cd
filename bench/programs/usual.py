"""The usual way: a bare aiogram bot whose handler does the work of a press with asynchronous SQLAlchemy, statements built in place.

It is Core, not the ORM, and on SQLite one connection, so that turns queue in Python and none meets "database is locked": the usual way at
its best. The database's settings are those of the bot, and so is what is stored and shown.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from aiogram.utils.text_decorations import html_decoration
from sqlalchemy import event as events
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bench import meter, work
from storage.schema import account, event, organisation, person, programme, session, settlement, study_group
from storage.sqlite import PRAGMAS

DATABASE = "BENCH_DATABASE"
"""The variable with the SQLAlchemy URL of a prepared database."""

dispatcher = Dispatcher()


def open_engine(url: str) -> AsyncEngine:
    """An engine, on SQLite with the bot's own settings."""
    if not url.startswith("sqlite"):
        return create_async_engine(url)
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=60)

    @events.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor: sqlite3.Cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @events.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def keyboard(token: str) -> InlineKeyboardMarkup:
    """Five answers, and the way home."""
    choices = [InlineKeyboardButton(text=str(number), callback_data=f"number:{token}:{number}") for number in work.NUMBERS]
    return InlineKeyboardMarkup(inline_keyboard=[choices, [InlineKeyboardButton(text="Home", callback_data="home")]])


@dispatcher.message(CommandStart())
async def start(message: Message, engine: AsyncEngine) -> None:
    """Open a session."""
    user, now, token = str(message.chat.id), datetime.now(UTC), secrets.token_hex(4)
    async with engine.begin() as db:
        known = await db.scalar(select(account.c.person).where(account.c.channel == "telegram", account.c.user == user))
        if known is None:
            known = await db.scalar(insert(person).values(language="ru", created=now).returning(person.c.id))
            await db.execute(insert(account).values(person=known, channel="telegram", user=user, used=now))
        await db.execute(insert(session).values(token=token, person=known, address="bench", answers={}, touched=now))
    await message.answer(work.QUESTION, reply_markup=keyboard(token))


@dispatcher.callback_query(F.data.startswith("number:"))
async def press(query: CallbackQuery, engine: AsyncEngine) -> None:
    """Take an answer, keep it, and show the page."""
    _name, token, raw = (query.data or "").split(":")
    async with engine.begin() as db:
        text = await turn(db, str(query.from_user.id), query.id, token, raw)
    if text and isinstance(query.message, Message):
        await query.message.edit_text(text, reply_markup=keyboard(token))
    await query.answer()


async def turn(db: AsyncConnection, user: str, key: str, token: str, raw: str) -> str | None:
    """One turn in its transaction: who, whether it was seen, the session, the page, the session again."""
    now = datetime.now(UTC)
    who = (
        await db.execute(
            select(account.c.id, account.c.person, person.c.language)
            .join(person, person.c.id == account.c.person)
            .where(account.c.channel == "telegram", account.c.user == user)
        )
    ).one()
    if await db.scalar(select(event.c.id).where(event.c.channel == "telegram", event.c.key == key)):
        return None
    await db.execute(insert(event).values(channel="telegram", key=key, account=who.id, address=f".{token}", state="taken", at=now))
    stored = (await db.execute(select(session.c.answers, session.c.person).where(session.c.token == token))).one()
    answers = {**stored.answers, "number": raw}
    async with db.begin_nested():
        text = await page(db, int(raw))
    made = (sqlite if db.dialect.name == "sqlite" else postgresql).insert(session)
    row = made.values(token=token, person=who.person, address="bench", answers=answers, touched=now)
    changed = {"answers": row.excluded.answers, "touched": row.excluded.touched}
    await db.execute(row.on_conflict_do_update(index_elements=["token"], set_=changed))
    return text


async def page(db: AsyncConnection, number: int) -> str:
    """The card and its ten groups, in HTML."""
    card = (
        await db.execute(
            select(
                programme.c.name,
                organisation.c.name.label("organisation"),
                settlement.c.name.label("settlement"),
                programme.c.price,
                programme.c.paid,
            )
            .join_from(programme, organisation)
            .join(settlement, settlement.c.id == organisation.c.settlement)
            .where(programme.c.id == number)
        )
    ).one()
    of = study_group.c
    groups = (
        await db.execute(
            select(of.name, of.weekdays, of.size, of.taken, of.enrolment_from, of.locked)
            .where(of.programme == number)
            .order_by(of.id)
            .limit(work.ROWS)
        )
    ).all()
    quote = html_decoration.quote
    price = f"{card.price:,}".replace(",", "\u00a0")
    head = f"<b>{quote(card.name)}</b> · {quote(card.organisation)}, {quote(card.settlement)} · {price} ₽"
    rows = [
        f"{at}. {quote(group.name)} · {group.taken} of {group.size}"
        f" · from {group.enrolment_from.hour}:{group.enrolment_from.minute:02} {'×' if group.locked else '✓'}"
        for at, group in enumerate(groups, 1)
    ]
    return "\n".join((head, *rows))


async def main() -> None:
    """Run until the pipe ends."""
    http = AiohttpSession(api=TelegramAPIServer.from_base(os.environ[meter.URL]))
    defaults = DefaultBotProperties(parse_mode="HTML", link_preview=LinkPreviewOptions(is_disabled=True))
    engine = open_engine(os.environ[DATABASE])
    await dispatcher.start_polling(Bot(os.environ[meter.TOKEN], http, defaults), engine=engine)


meter.begin()
asyncio.run(main())
