"""The emulated Bot API through the real aiogram: every method that is served, typed in and typed out."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ButtonStyle, ChatAction, ParseMode
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaDocument,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from sandbox.faults import Faults
from sandbox.telegram import specification
from tests.sandbox.telegram_api import ANNA, PNG, Api, telegram


def client(api: Api, token: str = "") -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.tg.url), timeout=5)
    return Bot(token or api.tg.token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


async def test_every_method() -> None:
    async with telegram() as api, client(api) as bot:
        await api.tg.start(ANNA, "programme-7")
        me = await bot.get_me()
        assert me.id == bot.id
        await describe(bot)
        await receive(api, bot)
        await send(api, bot)
        await edit(api, bot)
        await answer(api, bot)
        assert api.breaches() == []
        served = {name for _, name, status in api.log.counts if status == "200"}
        assert served == specification.load().methods


async def describe(bot: Bot) -> None:
    commands, scope = [BotCommand(command="help", description="Помощь")], BotCommandScopeAllPrivateChats()
    await bot.set_my_commands(commands, scope=scope, language_code="ru")
    assert [one.command for one in await bot.get_my_commands(scope=scope, language_code="ru")] == ["help"]
    await bot.delete_my_commands(scope=scope, language_code="ru")
    await bot.set_my_name("Кружок")
    await bot.set_my_description("Находит кружки")
    await bot.set_my_short_description("Кружки рядом")
    names = (await bot.get_my_name()).name, (await bot.get_my_description()).description
    assert names == ("Кружок", "Находит кружки")
    assert (await bot.get_my_short_description()).short_description == "Кружки рядом"


async def receive(api: Api, bot: Bot) -> None:
    assert await bot.delete_webhook(drop_pending_updates=False)
    update = (await bot.get_updates(timeout=1, allowed_updates=["message", "callback_query", "my_chat_member", "inline_query"]))[0]
    assert update.message is not None
    assert update.message.text == "/start programme-7"
    assert (await bot.get_webhook_info()).url == ""
    await bot.set_webhook(f"{api.tg.url}/elsewhere")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates(offset=update.update_id + 1) == []


async def send(api: Api, bot: Bot) -> None:
    await bot.send_chat_action(ANNA, ChatAction.TYPING)
    assert (await bot.get_chat(ANNA)).first_name == "Person"
    first = await bot.send_message(
        ANNA,
        "Ваш <b>телефон</b>?",
        reply_markup=ReplyKeyboardMarkup(
            keyboard=[[KeyboardButton(text="Поделиться", request_contact=True)]],
            one_time_keyboard=True,
            resize_keyboard=True,
        ),
    )
    reply = ReplyParameters(message_id=first.message_id)
    await bot.send_message(ANNA, "Спасибо", reply_markup=ReplyKeyboardRemove(), reply_parameters=reply)
    picture = await bot.send_photo(ANNA, BufferedInputFile(PNG, "robot.png"), caption="<b>Робот</b>")
    assert picture.photo is not None
    again = await bot.send_photo(ANNA, picture.photo[-1].file_id)
    assert again.photo is not None
    assert again.photo[-1].file_unique_id == picture.photo[-1].file_unique_id
    paper = await bot.send_document(ANNA, BufferedInputFile(b"%PDF-1.7", "paper.pdf"))
    assert paper.document is not None
    file = await bot.get_file(paper.document.file_id)
    assert file.file_path is not None
    data = await bot.download_file(file.file_path)
    assert data is not None
    assert data.read() == b"%PDF-1.7"
    album = [InputMediaPhoto(media=BufferedInputFile(PNG, "a.png")), InputMediaPhoto(media=again.photo[-1].file_id)]
    assert len(await bot.send_media_group(ANNA, [*album])) == 2
    await bot.send_location(ANNA, 56.8, 57.9)
    await bot.send_venue(ANNA, 56.8, 57.9, "Дом творчества", "Садовая, 12")
    await bot.send_contact(ANNA, "+79990000000", "Светлана")
    assert [call.error for call in api.log.calls if call.status != "200"] == [
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ]


async def edit(api: Api, bot: Bot) -> None:
    keys = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="Да", callback_data="yes", style=ButtonStyle.SUCCESS)],
            [InlineKeyboardButton(text="Сайт", url="https://example.org/")],
            [InlineKeyboardButton(text="Код", copy_text=CopyTextButton(text="7"))],
        ]
    )
    message = await bot.send_message(ANNA, "Записать?", reply_markup=keys)
    number = message.message_id
    edited = await bot.edit_message_text("Записали", chat_id=ANNA, message_id=number)
    assert isinstance(edited, Message)
    assert edited.text == "Записали"
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("Записали", chat_id=ANNA, message_id=number)
    await bot.edit_message_reply_markup(chat_id=ANNA, message_id=number, reply_markup=keys)
    file = InputMediaDocument(media=BufferedInputFile(b"x", "x.txt"), caption="<i>Файл</i>")
    await bot.edit_message_media(file, chat_id=ANNA, message_id=number, reply_markup=keys)
    await bot.edit_message_caption(chat_id=ANNA, message_id=number, caption="Файл", reply_markup=keys)
    assert api.tg.read_back(api.tg.chat(ANNA).messages[-1]) == ["(document x.txt)", "Файл", "  [Да]", "  [Сайт]", "  [Код]"]
    spare = [(await bot.send_message(ANNA, word)).message_id for word in ("а", "б", "в")]
    await bot.delete_message(ANNA, spare[0])
    await bot.delete_messages(ANNA, spare)


async def answer(api: Api, bot: Bot) -> None:
    message = api.tg.chat(ANNA).messages[-1]
    await api.tg.press(ANNA, message.id, "Да")
    update = (await bot.get_updates(timeout=1))[-1]
    assert update.callback_query is not None
    assert update.callback_query.data == "yes"
    await bot.answer_callback_query(update.callback_query.id, "Готово")
    assert (api.tg.chat(ANNA).toast, api.tg.chat(ANNA).waiting) == ("Готово", set())
    query = await api.tg.query(ANNA, "роботы")
    article = InlineQueryResultArticle(id="1", title="Роботы", input_message_content=InputTextMessageContent(message_text="Роботы"))
    await bot.answer_inline_query(query, [article])


async def test_errors_become_the_right_exceptions() -> None:
    faults = Faults(hang=0.05)
    async with telegram(faults) as api, client(api) as bot:
        async with client(api, "100001:wrong") as stranger:
            with pytest.raises(TelegramUnauthorizedError):
                await stranger.get_me()
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(ANNA, "x")
        await api.tg.start(ANNA)
        await api.tg.block(ANNA)
        with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
            await bot.send_message(ANNA, "x")
        faults.next("429", retry_after=7)
        with pytest.raises(TelegramRetryAfter) as wait:
            await bot.get_me()
        assert wait.value.retry_after == 7
        faults.next("500")
        with pytest.raises(TelegramServerError):
            await bot.get_me()
        for kind in ("drop", "timeout", "lost_answer"):
            faults.next(kind)
            with pytest.raises(TelegramNetworkError):
                await bot.get_me()
        poll = asyncio.create_task(bot.get_updates(offset=-1, timeout=3))
        await asyncio.sleep(0.1)
        assert await poll
