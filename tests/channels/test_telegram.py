"""The Telegram channel against the sandbox's Bot API: real HTTP, every call checked against the specification."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from aiogram.methods.base import TelegramMethod

from bot.conversation.channel import Channel, Limits, Lost, TryLater, Unreachable
from bot.conversation.event import Event, Left, Opened, Pressed, Returned, Said, SharedContact, SharedFile, SharedOther, SharedPlace
from bot.conversation.language import Languages
from bot.conversation.screen import Attachment, Place, Screen, link, share
from bot.handlers.telegram import Profile, TelegramChannel
from bot.handlers.telegram.api import Api, Refused
from bot.handlers.telegram.check import who
from bot.handlers.telegram.method import Sent
from bot.model.link import to
from bot.model.text import _
from sandbox.calls import CallLog
from sandbox.chat import Contact, Media, Message
from sandbox.chat import Place as Point
from sandbox.faults import Faults
from sandbox.telegram import TelegramEmulator
from sandbox.telegram.cloud import Webhook
from sandbox.time import SandboxClock

ANNA, BORIS = 42, 43


def picture(colour: int, side: int = 40) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + bytes([colour]) * side) * side)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


ROBOT, CHESS = (Attachment(name * 64, f"{name}.png", "image/png") for name in "rc")
PAPER = Attachment("p" * 64, "application.pdf", "application/pdf")


class Shelf:
    """A library with three files; it learns references as the product's does, from receipts."""

    def __init__(self) -> None:
        self.files = {ROBOT.digest: picture(10), CHESS.digest: picture(200), PAPER.digest: b"%PDF-1.7 paper"}
        self.references = dict[str, str]()

    async def reference(self, channel: str, digest: str) -> str | None:
        assert channel == "telegram"
        return self.references.get(digest)

    async def data(self, digest: str) -> bytes:
        if digest not in self.files:
            raise FileNotFoundError(digest)
        return self.files[digest]

    async def made(self, screen: Screen) -> Screen:
        return screen

    def keeps(self, digest: str) -> bool:
        return digest in self.files


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real pauses are for real networks."""
    monkeypatch.setattr("bot.handlers.telegram.poll.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("bot.handlers.telegram.api.SHORT_PAUSE", 0.01)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    clock = SandboxClock(datetime(2026, 9, 1, 10, tzinfo=UTC))
    async with TelegramEmulator(clock=clock, log=CallLog(), faults=Faults(hang=0.1), paced=False) as emulator:
        yield emulator


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    catalogue = tmp_path / "ru" / "LC_MESSAGES" / "bot.po"
    catalogue.parent.mkdir(parents=True)
    entries = {"": "Content-Type: text/plain; charset=UTF-8\\n", "Find a club": "Найти кружок", "Thank you.": "Спасибо."}
    catalogue.write_text("\n".join(f'msgid "{source}"\nmsgstr "{target}"\n' for source, target in entries.items()), encoding="utf-8")
    return Languages(tmp_path, "en")


Made = Callable[..., TelegramChannel]


@pytest.fixture
async def make(telegram: TelegramEmulator, shelf: Shelf, languages: Languages) -> AsyncIterator[Made]:
    made = list[TelegramChannel]()

    def build(**changes: Any) -> TelegramChannel:
        settings = {"token": telegram.token, "api_url": telegram.url, **changes}
        made.append(TelegramChannel("telegram", limits=Limits(text=4096, caption=1024), languages=languages, library=shelf, **settings))
        return made[-1]

    yield build
    for channel in made:
        await channel.close()


@pytest.fixture
async def channel(make: Made, telegram: TelegramEmulator) -> AsyncIterator[TelegramChannel]:
    """A channel, and afterwards the proof that it broke no rule."""
    telegram.chat(ANNA).started = True
    yield make()
    assert telegram.log is not None
    assert telegram.log.violations == []


async def heard(channel: Channel, count: int = 1) -> list[Event]:
    """The next events; each batch but the last is confirmed."""
    found = list[Event]()
    async with aclosing(channel.events()) as batches:  # type: ignore[type-var]
        async for batch in batches:
            found += batch
            if len(found) >= count:
                break
    return found


def methods(telegram: TelegramEmulator) -> list[str]:
    """The methods that were called since the last asking."""
    assert telegram.log is not None
    called = [call.method for call in telegram.log.calls if call.method not in {"getMe", "getUpdates"}]
    telegram.log.calls.clear()
    return called


def last(telegram: TelegramEmulator, user: int = ANNA) -> Message:
    return telegram.chat(user).messages[-1]


def read(telegram: TelegramEmulator, user: int = ANNA) -> list[list[str]]:
    """What a person sees of the bot, message by message."""
    return [telegram.read_back(message) for message in telegram.chat(user).messages if not message.mine]


HOME = Screen(_("**Home**"), ((link(_("Find a club"), "find", meaning="primary"),),))
CARD = Screen(_("**Robots**"), ((link(_("Apply"), "apply", 7),),), picture=ROBOT)


# ---------------------------------------------------------------- in


WHO = {"channel": "telegram", "user": str(ANNA), "key": "", "language": "ru"}
DID: list[tuple[Callable[[TelegramEmulator], Awaitable[object]], Event]] = [
    (lambda tg: tg.start(ANNA), Opened(**WHO)),
    (lambda tg: tg.start(ANNA, "programme-7"), Opened(payload="programme-7", **WHO)),
    (lambda tg: tg.say(ANNA, "рисование, 8 лет"), Said(text="рисование, 8 лет", **WHO)),
    (lambda tg: tg.share_contact(ANNA, Contact("Anna", "+79000000000", ANNA)), SharedContact(phone="+79000000000", own=True, **WHO)),
    (lambda tg: tg.share_contact(ANNA, Contact("Boris", "+79000000001")), SharedContact(phone="+79000000001", own=False, **WHO)),
    (lambda tg: tg.share_place(ANNA, Point(54.5, 20.5)), SharedPlace(latitude=54.5, longitude=20.5, **WHO)),
    (lambda tg: tg.send_sticker(ANNA), SharedOther(kind="sticker", **WHO)),
    (lambda tg: tg.send_voice(ANNA), SharedOther(kind="voice", **WHO)),
    (lambda tg: tg.block(ANNA), Left(**WHO)),
]


@pytest.mark.parametrize(("act", "event"), DID)
async def test_what_people_do_is_told(
    telegram: TelegramEmulator, channel: TelegramChannel, act: Callable[[TelegramEmulator], Awaitable[object]], event: Event
) -> None:
    await act(telegram)
    (told,) = await heard(channel)
    assert told == type(event)(**{name: getattr(event, name) for name in event.__dataclass_fields__} | {"key": told.key})
    assert told.key.isdigit()


async def test_files_come_as_references(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    await telegram.upload(ANNA, Media("passport.pdf", "application/pdf", b"%PDF", ""))
    await telegram.upload(ANNA, Media("me.png", "image/png", picture(1), ""), as_picture=True)
    document, photo = await heard(channel, 2)
    assert isinstance(document, SharedFile)
    assert isinstance(photo, SharedFile)
    assert (document.kind, document.name, document.type, document.size) == ("document", "passport.pdf", "application/pdf", 4)
    assert (photo.kind, photo.type) == ("picture", "image/jpeg")
    assert await channel.fetch(document.reference, 100) == b"%PDF"
    assert await channel.fetch(photo.reference, 1_000_000) == picture(1)
    with pytest.raises(Lost):
        await channel.fetch("nothing", 100)
    with pytest.raises(Lost):
        await channel.fetch(document.reference, 3)


async def test_who_was_blocked_and_came_back(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    await telegram.block(ANNA)
    await telegram.unblock(ANNA)
    assert [type(event) for event in await heard(channel, 2)] == [Left, Returned]


async def test_a_press_names_its_message_and_what_to_acknowledge(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    receipt = await channel.show(str(ANNA), HOME, "en", None)
    await telegram.press(ANNA, int(receipt.message), "Find a club")
    (press,) = await heard(channel)
    assert isinstance(press, Pressed)
    assert (press.data, press.message) == ("find", receipt.message)
    assert telegram.chat(ANNA).waiting
    await channel.acknowledge(press, "en", _("Saved"))
    assert not telegram.chat(ANNA).waiting
    assert telegram.chat(ANNA).toast == "Saved"


async def test_an_update_is_confirmed_only_when_more_is_asked_for(telegram: TelegramEmulator, channel: TelegramChannel, make: Made) -> None:
    await telegram.say(ANNA, "first")
    before = await heard(channel)  # the program stops before its turn is committed
    again = make()
    async with aclosing(again.events()) as batches:  # type: ignore[type-var]
        assert list(await anext(batches)) == before
        waiting = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0.05)
        await telegram.say(ANNA, "second")
        (second,) = await waiting
    assert isinstance(second, Said)
    assert second.text == "second"
    assert [event.key for event in await heard(make())] == [second.key]


async def test_groups_and_edits_are_dropped_and_confirmed(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    await telegram.send_in_group(ANNA, "hello")
    mine = await telegram.say(ANNA, "helo")
    await telegram.edit_own(ANNA, mine.id, "hello")  # queued before the bot says what it wants
    await telegram.say(ANNA, "end")
    assert [event.text for event in await heard(channel, 2) if isinstance(event, Said)] == ["helo", "end"]


async def test_an_update_that_cannot_be_read_hides_no_other(
    telegram: TelegramEmulator, make: Made, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.cloud.updates.add("message", {"message_id": "none", "text": "secret words", "from": {"id": ANNA}})
    await telegram.say(ANNA, "hello")
    assert [event.text for event in await heard(make()) if isinstance(event, Said)] == ["hello"]
    assert "cannot be read" in caplog.text
    assert "secret words" not in caplog.text


@pytest.mark.parametrize("kind", ["502", "500", "drop", "lost_answer", "timeout", "429"])
async def test_polling_outlives_trouble(
    telegram: TelegramEmulator, channel: TelegramChannel, caplog: pytest.LogCaptureFixture, kind: Any
) -> None:
    caplog.set_level(logging.INFO)
    assert telegram.faults is not None
    telegram.faults.next(kind, method="getUpdates", times=2)
    await telegram.say(ANNA, "hello")
    assert [event.text for event in await heard(channel) if isinstance(event, Said)] == ["hello"]
    assert caplog.text.count("no updates from Telegram") == 1  # the same trouble is told once
    assert "sends updates again" in caplog.text


async def test_pauses_grow(telegram: TelegramEmulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses, sleep = list[float](), asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.handlers.telegram.poll.FIRST_PAUSE", 1.0)
    monkeypatch.setattr("bot.handlers.telegram.poll.asyncio.sleep", noted)
    assert telegram.faults is not None
    telegram.faults.next("drop", method="getUpdates", times=8)
    await telegram.say(ANNA, "hello")
    await heard(channel)
    assert [0.75 * 2**n <= pause <= 1.25 * 2**n for n, pause in enumerate(pauses[:5])] == [True] * 5
    assert max(pauses) <= 1.25 * 30


async def test_two_programs_with_one_token_are_told(
    telegram: TelegramEmulator, channel: TelegramChannel, make: Made, caplog: pytest.LogCaptureFixture
) -> None:
    first = asyncio.create_task(heard(channel))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(heard(make()))
    await asyncio.sleep(0.2)
    await telegram.say(ANNA, "hello")
    done, rest = await asyncio.wait([first, second], return_when=asyncio.FIRST_COMPLETED)
    assert done
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    assert "another program asks for this bot's updates" in caplog.text


async def test_a_webhook_that_was_left_is_removed(
    telegram: TelegramEmulator, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.cloud.webhook = Webhook("http://127.0.0.1:1/hook", "", 40)
    await telegram.say(ANNA, "hello")
    assert await heard(channel)
    assert "it is removed" in caplog.text


async def test_a_wrong_token_is_told_once_and_tried_slowly(
    telegram: TelegramEmulator, make: Made, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.telegram.api.TOKEN_PAUSE", 0.01)
    channel = make(token="100001:wrong")
    for _again in range(3):
        with pytest.raises(TryLater, match="refuses the token"):
            await channel.show(str(ANNA), HOME, "en", None)
    listening = asyncio.create_task(heard(channel))
    await asyncio.sleep(0.1)
    assert not listening.done()
    listening.cancel()
    assert caplog.text.count("check KRUZHOK_TELEGRAM__TOKEN") == 1
    assert "wrong" not in caplog.text
    assert telegram.chat(ANNA).messages == []


def test_what_can_be_no_token_is_a_sentence(languages: Languages, shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="BotFather"):
        TelegramChannel("telegram", "a token", Limits(text=1, caption=1), languages, shelf)


# ---------------------------------------------------------------- out


async def test_a_screen_is_sent_and_then_changed(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    assert read(telegram) == [["**Home**", "  [Find a club]"]]
    assert last(telegram).keys[0][0].style == "primary"
    changed = await channel.show(str(ANNA), Screen(_("**Find**"), note=_("Saved")), "en", sent.message)
    assert (sent.edited, changed.edited, changed.message) == (False, True, sent.message)
    assert read(telegram) == [["Saved", "", "**Find**"]]
    again = await channel.show(str(ANNA), Screen(_("**Find**"), note=_("Saved")), "en", sent.message)
    assert again.edited  # it is what Telegram shows already
    assert methods(telegram) == ["sendMessage", "editMessageText", "editMessageText"]


async def test_a_message_that_cannot_be_changed_is_sent_anew(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    await telegram.delete(ANNA, int(sent.message))
    anew = await channel.show(str(ANNA), HOME, "en", sent.message)
    assert anew.message != sent.message
    assert not anew.edited
    assert read(telegram) == [["**Home**", "  [Find a club]"]]


async def test_words_are_in_the_readers_language_and_links_lead_here(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    await channel.show(str(ANNA), HOME, "ru", None)
    assert read(telegram)[-1][-1] == "  [Найти кружок]"
    await channel.show(str(ANNA), Screen("x", ((share(_("Share"), to("programme", 7)),),)), "en", None)
    assert channel.deep_link(to("programme", 7)) == f"https://t.me/{telegram.username}?start=programme-7"
    assert last(telegram).keys[0][0].data.endswith("start%3Dprogramme-7")


async def test_a_deep_link_waits_for_the_bots_name(telegram: TelegramEmulator, make: Made) -> None:
    channel = make()
    with pytest.raises(TryLater):
        channel.deep_link(to("programme", 7))
    assert telegram.faults is not None
    telegram.faults.next("drop", method="getMe")
    await telegram.say(ANNA, "hello")
    async with aclosing(channel.events()) as batches:  # type: ignore[type-var]
        await anext(batches)
        await asyncio.sleep(0.1)
    assert channel.deep_link(to("programme", 7)).endswith("?start=programme-7")


async def test_a_picture_is_uploaded_once(telegram: TelegramEmulator, channel: TelegramChannel, shelf: Shelf, make: Made) -> None:
    first, second = await asyncio.gather(*(channel.show(str(ANNA), CARD, "en", None) for _ in range(2)))
    assert [*first.media, *second.media] == [ROBOT.digest]  # whoever came second waited for the name
    shelf.references.update({**first.media, **second.media})
    await make().show(str(ANNA), CARD, "en", None)
    assert read(telegram) == [["(picture)", "**Robots**", "  [Apply]"]] * 3
    assert telegram.log is not None
    photos = [call.params["photo"] for call in telegram.log.calls if call.method == "sendPhoto"]
    assert [str(photo).startswith("attach") or "bytes" in str(photo) for photo in photos].count(True) == 1


async def test_a_forgotten_picture_is_uploaded_again(channel: TelegramChannel, shelf: Shelf, telegram: TelegramEmulator) -> None:
    shelf.references[ROBOT.digest] = "AgAC-of-another-bot"
    receipt = await channel.show(str(ANNA), CARD, "en", None)
    assert ROBOT.digest in receipt.media
    assert read(telegram) == [["(picture)", "**Robots**", "  [Apply]"]]


async def test_pictures_change_in_place(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    home = await channel.show(str(ANNA), HOME, "en", None)
    card = await channel.show(str(ANNA), CARD, "en", home.message)  # a text may become a picture
    await channel.show(str(ANNA), Screen(_("**Robots 2**"), picture=ROBOT), "en", card.message)
    other = await channel.show(str(ANNA), Screen(_("**Chess**"), picture=CHESS), "en", card.message)
    assert read(telegram) == [["(picture)", "**Chess**"]]
    assert CHESS.digest in other.media
    assert methods(telegram) == ["sendMessage", "editMessageMedia", "editMessageCaption", "editMessageMedia"]


async def test_a_picture_cannot_become_a_text(telegram: TelegramEmulator, channel: TelegramChannel, make: Made) -> None:
    card = await channel.show(str(ANNA), CARD, "en", None)
    home = await channel.show(str(ANNA), HOME, "en", card.message)
    assert home.message != card.message
    assert read(telegram) == [["(picture)", "**Robots**"], ["**Home**", "  [Find a club]"]]
    assert methods(telegram) == ["sendPhoto", "sendMessage", "editMessageReplyMarkup"]
    restarted = make()  # it learns what the message is from Telegram's refusal
    card = await channel.show(str(ANNA), CARD, "en", None)
    await restarted.show(str(ANNA), HOME, "en", card.message)
    assert read(telegram)[-2:] == [["(picture)", "**Robots**"], ["**Home**", "  [Find a club]"]]
    assert methods(telegram) == ["sendPhoto", "editMessageText", "sendMessage", "editMessageReplyMarkup"]


async def test_a_press_tells_what_its_message_is(telegram: TelegramEmulator, channel: TelegramChannel, make: Made) -> None:
    card = await channel.show(str(ANNA), CARD, "en", None)
    await telegram.press(ANNA, int(card.message), "Apply")
    methods(telegram)
    restarted = make()
    await heard(restarted)
    await restarted.show(str(ANNA), HOME, "en", card.message)
    assert methods(telegram) == ["sendMessage", "editMessageReplyMarkup"]


async def test_a_document_stays_the_persons(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    home = await channel.show(str(ANNA), HOME, "en", None)
    paper = Screen(_("**Your application**"), ((link(_("Back"), "home"),),), document=PAPER)
    sent = await channel.show(str(ANNA), paper, "en", home.message)
    await channel.show(str(ANNA), paper.noted(_("Saved")), "en", sent.message)
    await channel.show(str(ANNA), CARD, "en", sent.message)
    assert read(telegram) == [
        ["**Home**"],
        ["(document application.pdf)", "Saved", "", "**Your application**"],
        ["(picture)", "**Robots**", "  [Apply]"],
    ]


async def test_a_text_too_long_for_a_caption_follows_its_picture(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    await channel.show(str(ANNA), Screen("x" * 1025, CARD.rows, picture=ROBOT), "en", None)
    assert read(telegram) == [["(picture)"], ["x" * 1025, "  [Apply]"]]


@pytest.mark.parametrize("fate", ["gone", "broken", "huge"])
async def test_a_page_is_shown_without_a_picture_that_cannot_be(
    telegram: TelegramEmulator, make: Made, shelf: Shelf, caplog: pytest.LogCaptureFixture, fate: str
) -> None:
    telegram.chat(ANNA).started = True
    channel = make()
    if fate == "gone":
        del shelf.files[ROBOT.digest]
    else:
        shelf.files[ROBOT.digest] = b"no picture" if fate == "broken" else picture(1) + b"\0" * (11 << 20)
    home = await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(ANNA), CARD, "en", home.message)
    assert read(telegram) == [["**Robots**", "  [Apply]"]]
    methods(telegram)
    await channel.show(str(ANNA), CARD, "en", None)
    assert methods(telegram) == ["sendMessage"]  # it is not tried again
    assert "without its picture: r.png" in caplog.text


async def test_a_place_goes_before_its_page(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    home = await channel.show(str(ANNA), HOME, "en", None)
    page = Screen(_("**House of arts**"), ((link(_("Back"), "home"),),), place=Place(54.5, 20.5, "House of arts", ""))
    await channel.show(str(ANNA), page, "en", home.message)
    assert read(telegram) == [["**Home**"], ["(place)"], ["**House of arts**", "  [Back]"]]


async def test_a_telephone_is_asked_for_with_a_keyboard_that_goes(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    ask = Screen(_("**Your telephone?**"), ((link(_("Cancel"), "home"),),), request="phone")
    home = await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(ANNA), ask, "en", home.message)
    chat = telegram.chat(ANNA)
    assert [[key.label for key in row] for row in chat.keyboard] == [["Share my phone number"], ["Cancel"]]
    assert read(telegram) == [["**Home**"], ["**Your telephone?**"]]
    await channel.show(str(ANNA), Screen("A reminder"), "en", None)
    assert chat.keyboard  # what the bot says by itself does not close a question
    await telegram.say(ANNA, "+7 900 000-00-00")
    await heard(channel)
    methods(telegram)
    await channel.show(str(ANNA), HOME, "en", None)
    assert chat.keyboard == []
    assert read(telegram)[-1] == ["**Home**", "  [Find a club]"]
    assert methods(telegram) == ["sendMessage", "deleteMessage", "sendMessage"]
    await channel.show(str(ANNA), HOME, "en", None)
    assert methods(telegram) == ["sendMessage"]


async def test_a_used_keyboard_goes_after_a_restart_too(telegram: TelegramEmulator, channel: TelegramChannel, make: Made) -> None:
    await channel.show(str(ANNA), Screen(_("Where are you?"), request="place"), "en", None)
    await telegram.share_place(ANNA, Point(54.5, 20.5))
    restarted = make()
    await heard(restarted)
    methods(telegram)
    await restarted.show(str(ANNA), HOME, "en", None)
    assert methods(telegram) == ["sendMessage", "deleteMessage", "sendMessage"]


async def test_buttons_are_taken_off(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    await channel.strip(str(ANNA), sent.message)
    assert read(telegram) == [["**Home**"]]
    await channel.strip(str(ANNA), sent.message)
    await telegram.delete(ANNA, int(sent.message))
    await channel.strip(str(ANNA), sent.message)


# ---------------------------------------------------------------- troubles


async def test_who_cannot_be_reached(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    with pytest.raises(Unreachable, match="chat not found"):
        await channel.show("999", HOME, "en", None)
    await telegram.block(ANNA)
    for over in (None, "1"):
        with pytest.raises(Unreachable, match="blocked by the user"):
            await channel.show(str(ANNA), HOME, "en", over)


@pytest.mark.parametrize("kind", ["502", "500", "drop", "timeout"])
async def test_a_broken_line_is_patience(telegram: TelegramEmulator, channel: TelegramChannel, kind: Any) -> None:
    assert telegram.faults is not None
    telegram.faults.next(kind, method="sendMessage")
    with pytest.raises(TryLater):
        await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(ANNA), HOME, "en", None)
    assert read(telegram) == [["**Home**", "  [Find a club]"]]


async def test_a_flood_wait_stops_all_sends_and_ends_in_single_file(
    telegram: TelegramEmulator, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.chat(BORIS).started = True
    assert telegram.faults is not None
    telegram.faults.next("429", method="sendMessage", retry_after=1)
    await channel.set_up()
    with pytest.raises(TryLater) as first:
        await channel.show(str(ANNA), HOME, "en", None)
    waits = [first.value.seconds]
    methods(telegram)
    for _again in range(5):
        with pytest.raises(TryLater) as other:
            await channel.show(str(BORIS), HOME, "en", None)
        waits.append(other.value.seconds)
    assert methods(telegram) == []
    assert 0.9 < waits[0] < 1.2
    assert waits == sorted(waits)  # each later than the one before
    await asyncio.sleep(1.1)
    await channel.show(str(BORIS), HOME, "en", None)
    assert caplog.text.count("asks for silence") == 1


async def test_a_press_waits_out_a_short_flood_wait(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    await telegram.press(ANNA, int(sent.message), "Find")
    (press,) = await heard(channel)
    assert isinstance(press, Pressed)
    assert telegram.faults is not None
    telegram.faults.next("429", method="answerCallbackQuery", retry_after=1)
    await channel.acknowledge(press, "en", None)
    assert not telegram.chat(ANNA).waiting
    await channel.acknowledge(press, "en", None)  # answered already: too late is no loss
    telegram.faults.next("429", method="answerCallbackQuery", retry_after=60)
    with pytest.raises(TryLater):
        await channel.acknowledge(press, "en", None)


async def test_a_press_without_a_spinner_needs_no_answer(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    await channel.acknowledge(Pressed(channel="telegram", user=str(ANNA), key="1", data="x"), "en", _("Saved"))
    assert methods(telegram) == []


async def test_what_nobody_expects_is_a_bug(telegram: TelegramEmulator, make: Made) -> None:
    telegram.chat(ANNA).started = True
    with pytest.raises(Refused, match="text is empty"):
        await make().show(str(ANNA), Screen(""), "en", None)


class Misread(TelegramMethod[Sent]):
    """A method whose answer is somebody, not a message."""

    __returning__ = Sent
    __api_method__ = "getMe"


async def test_an_answer_of_another_shape_is_a_bug_that_quotes_nobody(telegram: TelegramEmulator) -> None:
    api = Api("telegram", telegram.token, telegram.url, "")
    with pytest.raises(TypeError, match=r"^getMe: an answer of another shape: result\.message_id$") as caught:
        await api(Misread())
    await api.close()
    assert "first_name" not in "".join(format_exception(caught.value))


async def test_people_at_once_under_faults(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    """Thirty people press six times each while one call in ten goes wrong: every screen arrives, nothing but patience is asked."""
    people = range(100, 130)
    for user in people:
        telegram.chat(user).started = True
    assert telegram.faults is not None
    telegram.faults.set_rates({"502": 0.03, "drop": 0.03, "lost_answer": 0.03, "timeout": 0.01})

    async def patiently(user: int, screen: Screen, over: str | None) -> str:
        while True:
            try:
                return (await channel.show(str(user), screen, "en", over)).message
            except TryLater as later:
                await asyncio.sleep(later.seconds)

    async def one(user: int) -> None:
        message = None
        for turn in range(6):
            text = f"{user}: {turn}"
            message = await patiently(user, Screen(text, HOME.rows, picture=ROBOT if turn % 3 else None), message)

    await asyncio.gather(*(one(user) for user in people))
    for user in people:
        assert read(telegram, user)[-1] == ["(picture)", f"{user}: 5", "  [Find a club]"]


# ---------------------------------------------------------------- the bot's own page, proxies


async def test_the_bots_own_page_in_every_language(telegram: TelegramEmulator, make: Made, caplog: pytest.LogCaptureFixture) -> None:
    profile = Profile([("find", _("Find a club"))], _("Find a club"), "я" * 130)
    channel = make(profile=profile)
    await channel.set_up()
    assert telegram.log is not None
    commands = [call.params for call in telegram.log.calls if call.method == "setMyCommands"]
    assert [one["commands"][0]["description"] for one in commands] == ["Find a club", "Найти кружок"]
    assert [one.get("language_code", "") for one in commands] == ["", "ru"]
    assert telegram.faults is not None
    telegram.faults.next("502", method="setMyCommands")
    await channel.set_up()
    assert "stays as it was: setMyCommands" in caplog.text
    assert telegram.log.violations == []


async def test_whose_token_it_is(telegram: TelegramEmulator) -> None:
    assert await who(telegram.token, telegram.url) == "@kruzhok_sandbox_bot, Kruzhok"
    with pytest.raises(TryLater, match="refuses the token: Unauthorized"):
        await who("100001:wrong", telegram.url)


async def socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A SOCKS5 proxy for one connection (RFC 1928, no authentication)."""
    await reader.readexactly((await reader.readexactly(2))[1])
    writer.write(b"\x05\x00")
    _version, _command, _reserved, kind = await reader.readexactly(4)
    size = 4 if kind == 1 else (await reader.readexactly(1))[0]
    host, port = await reader.readexactly(size), int.from_bytes(await reader.readexactly(2), "big")
    there, out = await asyncio.open_connection(".".join(map(str, host)) if kind == 1 else host.decode(), port)
    writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            target.write(data)
        target.close()

    await asyncio.gather(copy(reader, out), copy(there, writer))


async def test_everything_goes_through_the_proxy(telegram: TelegramEmulator, make: Made) -> None:
    telegram.chat(ANNA).started = True
    used = [0]

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        used[0] += 1
        await socks5(reader, writer)

    proxy = await asyncio.start_server(counted, "127.0.0.1", 0)
    channel = make(proxy=f"socks5://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(ANNA), CARD, "en", None)
    assert read(telegram) == [["**Home**", "  [Find a club]"], ["(picture)", "**Robots**", "  [Apply]"]]
    assert used[0] >= 1
    await channel.close()
    proxy.close()
    await proxy.wait_closed()


async def test_a_proxy_that_is_not_there_is_patience(telegram: TelegramEmulator, make: Made) -> None:
    telegram.chat(ANNA).started = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TryLater, match="Proxy"):
            await make(proxy=f"socks5://127.0.0.1:{taken.getsockname()[1]}").show(str(ANNA), HOME, "en", None)
