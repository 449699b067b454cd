"""The VK channel against the sandbox's VK: real HTTP, every call checked against the schema."""

from __future__ import annotations

import asyncio
import logging
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from vk_api import ApiError

from bot.conversation.channel import Limits, Lost, TryLater, Unreachable
from bot.conversation.event import Event, Left, Opened, Pressed, Returned, Said, SharedFile, SharedOther, SharedPlace
from bot.conversation.language import Languages
from bot.conversation.screen import Attachment, Place, Screen, link, share, web
from bot.handlers.vk import VkChannel
from bot.handlers.vk.check import NotReady, who
from bot.handlers.vk.session import AsyncVk
from bot.model.link import to
from bot.model.text import _
from sandbox.calls import CallLog
from sandbox.chat import Media, Message
from sandbox.chat import Place as Point
from sandbox.faults import Faults
from sandbox.time import SandboxClock
from sandbox.vk import Community, VkEmulator, VkMessenger

ANNA, BORIS = 42, 43
CLUB = Community("vk", "vk1.a.first", 501, screen_name="kruzhok", title="Кружки района")
OTHER = Community("vk/art", "vk1.a.second", 502, screen_name="artschool")


def picture(colour: int, side: int = 40) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + bytes([colour]) * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


ROBOT, CHESS = (Attachment(name * 64, f"{name}.png", "image/png") for name in "rc")
PAPER = Attachment("p" * 64, "Заявление.pdf", "application/pdf")


class Shelf:
    """A library with three files; it learns references as the product's does, from receipts."""

    def __init__(self) -> None:
        self.files = {ROBOT.digest: picture(10), CHESS.digest: picture(200), PAPER.digest: b"%PDF-1.7 paper"}
        self.references = dict[str, str]()

    async def reference(self, channel: str, digest: str) -> str | None:
        assert channel.startswith("vk")
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
    monkeypatch.setattr("bot.handlers.vk.poll.FIRST_PAUSE", 0.01)
    for name in ("SHORT_PAUSE", "RATE_PAUSE", "FLOOD_PAUSE", "QUOTA_PAUSE"):
        monkeypatch.setattr(f"bot.handlers.vk.api.{name}", 0.05)
    monkeypatch.setattr("bot.handlers.vk.session.REQUEST_SECONDS", 1)


@pytest.fixture
def log() -> CallLog:
    return CallLog()


@pytest.fixture
def faults() -> Faults:
    return Faults(hang=0.1)


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(datetime(2026, 9, 1, 10, tzinfo=UTC))


@pytest.fixture
async def vk(log: CallLog, faults: Faults, clock: SandboxClock) -> AsyncIterator[VkEmulator]:
    async with VkEmulator([CLUB, OTHER], clock=clock, log=log, faults=faults) as emulator:
        yield emulator


@pytest.fixture
def people(vk: VkEmulator) -> VkMessenger:
    """The first community's people; Anna has written once, so that the bot may write to her."""
    messenger = vk.community("vk")
    messenger.refuse(ANNA, 0)
    return messenger


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    catalogue = tmp_path / "ru" / "LC_MESSAGES" / "bot.po"
    catalogue.parent.mkdir(parents=True)
    entries = {"": "Content-Type: text/plain; charset=UTF-8\\n", "Find a club": "Найти кружок"}
    catalogue.write_text("\n".join(f'msgid "{source}"\nmsgstr "{target}"\n' for source, target in entries.items()), encoding="utf-8")
    return Languages(tmp_path, "en")


Made = Callable[..., VkChannel]


@pytest.fixture
async def make(vk: VkEmulator, shelf: Shelf, languages: Languages) -> AsyncIterator[Made]:
    made = list[VkChannel]()

    def build(it: Community = CLUB, **changes: Any) -> VkChannel:
        settings = {"token": it.token, "group_id": it.group_id, "api_url": vk.url, "screen_name": it.screen_name, **changes}
        made.append(VkChannel(it.name, limits=Limits(4096, 4096), languages=languages, library=shelf, **settings))
        return made[-1]

    yield build
    for channel in made:
        await channel.close()


@pytest.fixture
async def channel(make: Made, log: CallLog, people: VkMessenger) -> AsyncIterator[VkChannel]:
    """A channel, and afterwards the proof that it broke no rule."""
    del people
    yield make()
    assert log.violations == []


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is true that nobody tells."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


class Ear:
    """Listens to a channel; each batch but the last is confirmed."""

    def __init__(self, channel: VkChannel) -> None:
        self.events = list[Event]()
        self._channel = channel

    async def listen(self) -> None:
        async with aclosing(self._channel.events()) as batches:  # type: ignore[type-var]
            async for batch in batches:
                self.events += batch

    async def heard(self, count: int = 1) -> list[Event]:
        """The next so many events."""
        await until(lambda: len(self.events) >= count)
        found, self.events = self.events[:count], self.events[count:]
        return found


@asynccontextmanager
async def listening(channel: VkChannel) -> AsyncIterator[Ear]:
    """Listen from now on, until the end of the block."""
    ear = Ear(channel)
    task = asyncio.create_task(ear.listen())
    try:
        await until(lambda: channel.position is not None)
        yield ear
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def count_of(log: CallLog, method: str) -> int:
    return sum(count for (_channel, name, _status), count in log.counts.items() if name == method)


def methods(log: CallLog) -> list[str]:
    """The methods that were called since the last asking; those inside of an execute stand before it."""
    ours = ("messages.", "photos.", "docs.", "execute")
    called = [call.method for call in log.calls if call.method.startswith(ours) and call.method != "messages.getConversations"]
    log.calls.clear()
    return called


def read(people: VkMessenger, user: int = ANNA) -> list[list[str]]:
    """What a person sees of the bot, message by message."""
    return [people.read_back(message) for message in people.chat(user).messages if not message.mine]


def last(people: VkMessenger, user: int = ANNA) -> Message:
    return people.chat(user).messages[-1]


HOME = Screen(_("**Home**"), ((link(_("Find a club"), "find", meaning="primary"),),))
CARD = Screen(_("**Robots**"), ((link(_("Apply"), "apply", 7),),), picture=ROBOT)


# ---------------------------------------------------------------- in


WHO = {"channel": "vk", "user": str(ANNA), "key": "", "language": "ru"}
QUIETLY = {**WHO, "language": ""}
DID: list[tuple[Callable[[VkMessenger], Awaitable[object]], Event]] = [
    (lambda vk: vk.start(ANNA), Opened(**WHO)),
    (lambda vk: vk.start(ANNA, "programme-7"), Opened(payload="programme-7", **WHO)),
    (lambda vk: vk.say(ANNA, "рисование, 8 лет"), Said(text="рисование, 8 лет", **WHO)),
    (lambda vk: vk.say(ANNA, "ы" * 10_000), Said(text="ы" * 4096, **WHO)),
    (lambda vk: vk.share_place(ANNA, Point(54.5, 20.5)), SharedPlace(latitude=54.5, longitude=20.5, **WHO)),
    (lambda vk: vk.send_sticker(ANNA), SharedOther(kind="sticker", **WHO)),
    (lambda vk: vk.send_voice(ANNA), SharedOther(kind="audio_message", **WHO)),
    (lambda vk: vk.send_data(ANNA, 0, '{"d":"programme/7"}'), Pressed(data="programme/7", **WHO)),
    (lambda vk: vk.send_data(ANNA, 0, "no JSON"), Pressed(data="", **WHO)),
    (lambda vk: vk.send_data(ANNA, 0, '["d"]'), Pressed(data="", **WHO)),
    (lambda vk: vk.block(ANNA), Left(**QUIETLY)),
    (lambda vk: vk.unblock(ANNA), Returned(**QUIETLY)),
]


@pytest.mark.parametrize(("act", "event"), DID)
async def test_what_people_do_is_told(
    channel: VkChannel, people: VkMessenger, act: Callable[[VkMessenger], Awaitable[object]], event: Event
) -> None:
    async with listening(channel) as ear:
        await act(people)
        (told,) = await ear.heard()
    assert told == type(event)(**{name: getattr(event, name) for name in event.__dataclass_fields__} | {"key": told.key})
    assert told.key


@pytest.mark.parametrize("data", ['{"d":"' + "x" * 65 + '"}', '{"d":5}', '"text"', "17", "null", "[]", "no JSON", '{"other":1}'])
async def test_forged_presses_carry_nothing(channel: VkChannel, people: VkMessenger, data: str) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    async with listening(channel) as ear:
        await people.send_data(ANNA, int(sent.message), data)
        (press,) = await ear.heard()
    assert isinstance(press, Pressed)
    assert (press.data, press.message) == ("", sent.message)
    await channel.acknowledge(press, "en", None)


async def test_files_come_as_addresses(channel: VkChannel, people: VkMessenger) -> None:
    async with listening(channel) as ear:
        await people.upload(ANNA, Media("passport.pdf", "application/pdf", b"%PDF", ""))
        await people.upload(ANNA, Media("me.png", "image/png", picture(1), ""), as_picture=True)
        document, photo = await ear.heard(2)
    assert isinstance(document, SharedFile)
    assert isinstance(photo, SharedFile)
    assert (document.kind, document.name, document.type, document.size) == ("document", "passport.pdf", "application/pdf", 4)
    assert (photo.kind, photo.type) == ("picture", "image/jpeg")
    assert document.reference.startswith("http")
    assert photo.reference.startswith("http")
    assert await channel.fetch(document.reference, 100) == b"%PDF"
    for lost in (document.reference + "x", "https://elsewhere.example/passport.pdf"):
        with pytest.raises(Lost):
            await channel.fetch(lost, 100)
    with pytest.raises(Lost, match="more than 3"):
        await channel.fetch(document.reference, 3)


async def test_the_same_key_shows_nothing_twice(channel: VkChannel, people: VkMessenger) -> None:
    first = await channel.show(str(ANNA), HOME, "en", None, "delivery/7")
    again = await channel.show(str(ANNA), HOME, "en", None, "delivery/7")
    other = await channel.show(str(ANNA), HOME, "en", None, "delivery/8")
    assert first.message == again.message != other.message
    assert len(people.chat(ANNA).messages) == 2


async def test_a_press_names_its_message_and_what_to_acknowledge(channel: VkChannel, people: VkMessenger) -> None:
    receipt = await channel.show(str(ANNA), HOME, "en", None)
    async with listening(channel) as ear:
        await people.press(ANNA, int(receipt.message), "Find a club")
        (press,) = await ear.heard()
    assert isinstance(press, Pressed)
    assert (press.data, press.message) == ("find", receipt.message)
    assert people.chat(ANNA).waiting
    await channel.acknowledge(press, "en", _("Saved"))
    assert not people.chat(ANNA).waiting
    assert people.chat(ANNA).toast == "Saved"


async def test_an_old_client_gets_keys_that_write(channel: VkChannel, people: VkMessenger) -> None:
    people.set_legacy(ANNA)
    async with listening(channel) as ear:
        await people.say(ANNA, "hello")
        await ear.heard()
        sent = await channel.show(str(ANNA), HOME, "en", None)
        assert last(people).keys[0][0].kind == "text"
        await people.press(ANNA, int(sent.message), "Find a club")
        (press,) = await ear.heard()
        assert isinstance(press, Pressed)
        assert (press.data, press.message, press.press) == ("find", "", "")
        people.set_legacy(ANNA, legacy=False)
        await people.say(ANNA, "a new telephone")
        await ear.heard()
    await channel.show(str(ANNA), HOME, "en", None)
    assert last(people).keys[0][0].kind == "callback"


async def test_conversations_of_several_people_and_edits_are_dropped(channel: VkChannel, people: VkMessenger) -> None:
    async with listening(channel) as ear:
        await people.send_in_chat(ANNA, "hello")
        mine = await people.say(ANNA, "helo")
        await people.edit_own(ANNA, mine.id, "hello")
        await people.say(ANNA, "end")
        assert [event.text for event in await ear.heard(2) if isinstance(event, Said)] == ["helo", "end"]


async def test_a_link_is_followed_once_and_the_words_are_heard(channel: VkChannel, people: VkMessenger) -> None:
    await people.say(ANNA, "before")
    async with listening(channel) as ear:
        await ear.heard()
        await people.start(ANNA, "programme-7")  # in a chat with a history: no Start key
        (opened,) = await ear.heard()
        assert isinstance(opened, Opened)
        assert opened.payload == "programme-7"
        people._write(ANNA, Message(0, mine=True, at=people._state.clock.now(), text="Hello"), ref="programme-8")
        opened, said = await ear.heard(2)
        assert isinstance(opened, Opened)
        assert isinstance(said, Said)
        assert (opened.payload, said.text, said.key) == ("programme-8", "Hello", f"{opened.key}t")
        people._write(ANNA, Message(0, mine=True, at=people._state.clock.now(), text="Are you there?"), ref="programme-8")
        (said,) = await ear.heard()
        assert isinstance(said, Said)


# ---------------------------------------------------------------- the long poll


async def test_events_come_again_until_their_position_is_stored(channel: VkChannel, people: VkMessenger, make: Made) -> None:
    async with listening(channel):
        stored = channel.position
    assert stored is not None
    await people.say(ANNA, "first")
    await people.press(ANNA, int((await channel.show(str(ANNA), HOME, "en", None)).message), "Find")
    channel.start_from(stored)
    async with listening(channel) as ear:
        before = await ear.heard(2)  # the program stops before the turns are committed
    again = make()
    again.start_from(stored)
    async with listening(again) as ear:
        assert await ear.heard(2) == before
        assert again.position is not None
        assert int(again.position) == int(stored) + 2
    last_one = make()
    last_one.start_from(again.position)
    async with listening(last_one) as ear:
        await people.say(ANNA, "second")
        (event,) = await ear.heard()
    assert isinstance(event, Said)
    assert event.text == "second"


async def test_who_waits_since_before_the_start_is_found(channel: VkChannel, people: VkMessenger, clock: SandboxClock) -> None:
    await people.say(7, "long ago")
    clock.shift(3 * 24 * 3600)
    await people.say(BORIS, "I was first")
    await people.say(ANNA, "hello")
    await people.say(ANNA, "is anybody here?")
    async with listening(channel) as ear:
        found = await ear.heard(2)
        assert [(event.user, event.text) for event in found if isinstance(event, Said)] == [
            (str(BORIS), "I was first"),
            (str(ANNA), "is anybody here?"),
        ]
        await channel.show(str(ANNA), HOME, "en", None)
        await people.say(ANNA, "thanks")
        assert [event.text for event in await ear.heard() if isinstance(event, Said)] == ["thanks"]


async def test_nothing_is_told_twice_where_it_is_polled_and_found(
    log: CallLog, vk: VkEmulator, channel: VkChannel, people: VkMessenger
) -> None:
    async with listening(channel) as ear:
        await people.say(ANNA, "hello")
        (polled,) = await ear.heard()
        vk.lose_events("vk")  # nobody answered Anna yet, so she is found again
        await until(lambda: count_of(log, "messages.getConversations") == 2)
        await people.say(BORIS, "and me")
        _allowed, event = await ear.heard(2)
        assert event.user == str(BORIS)
    channel.start_from(None)  # as after a restart: whoever is unanswered is told, under the same key
    async with listening(channel) as ear:
        assert [event.key for event in await ear.heard(2)] == [polled.key, event.key]


async def test_all_who_wait_are_found_page_by_page(
    log: CallLog, channel: VkChannel, people: VkMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.vk.poll.PAGE", 2)
    crowd = [str(user) for user in range(60, 65)]
    for user in crowd:
        await people.say(int(user), "hello")
    async with listening(channel) as ear:
        assert [event.user for event in await ear.heard(5)] == crowd
    assert count_of(log, "messages.getConversations") == 3


@pytest.mark.parametrize("trouble", ["expired", "lost", "forgotten"])
async def test_the_long_poll_recovers(
    log: CallLog, vk: VkEmulator, channel: VkChannel, people: VkMessenger, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(channel):
        pass
    if trouble == "forgotten":
        channel.start_from("1")
    async with listening(channel) as ear:
        if trouble == "expired":
            vk.expire_key("vk")
        elif trouble == "lost":
            vk.lose_events("vk")
        await until(lambda: trouble == "expired" or "VK lost events" in caplog.text)
        await people.say(ANNA, "hello")
        assert [event.text for event in await ear.heard() if isinstance(event, Said)] == ["hello"]
    assert count_of(log, "groups.getLongPollServer") <= 4


@pytest.mark.parametrize("kind", ["502", "drop", "lost_answer", "timeout"])
async def test_polling_outlives_trouble(
    faults: Faults, channel: VkChannel, people: VkMessenger, caplog: pytest.LogCaptureFixture, kind: Any
) -> None:
    caplog.set_level(logging.INFO)
    channel.start_from(None)
    faults.next(kind, method="a_check", times=2)
    async with listening(channel) as ear:
        await people.say(ANNA, "hello")
        assert [event.text for event in await ear.heard() if isinstance(event, Said)] == ["hello"]
        await until(lambda: "VK sends events again" in caplog.text)


@pytest.mark.parametrize("kind", ["502", "drop", "vk6", "vk9", "vk10", "vk29"])
async def test_the_start_outlives_trouble(faults: Faults, channel: VkChannel, people: VkMessenger, kind: Any) -> None:
    for method in ("groups.getLongPollServer", "groups.getLongPollSettings", "messages.getConversations"):
        faults.next(kind, method=method, times=2)
    await people.say(ANNA, "hello")
    async with listening(channel) as ear:
        assert [event.text for event in await ear.heard() if isinstance(event, Said)] == ["hello"]


async def test_a_key_that_is_never_known_makes_no_storm(vk: VkEmulator, channel: VkChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses, sleep = list[float](), asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0.001)

    monkeypatch.setattr("bot.handlers.vk.poll.FIRST_PAUSE", 1.0)
    monkeypatch.setattr("bot.handlers.vk.poll.asyncio.sleep", noted)
    monkeypatch.setattr("sandbox.vk.longpoll.KEY_LIFE", datetime.resolution * 0)
    vk.expire_key("vk")
    listener = asyncio.create_task(Ear(channel).listen())
    await until(lambda: len([pause for pause in pauses if pause > 0.5]) > 8)
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)
    long = [pause for pause in pauses if pause > 0.5]
    assert [0.75 * 2**n <= pause <= 1.25 * 2**n for n, pause in enumerate(long[:4])] == [True] * 4
    assert max(pauses) <= 1.25 * 30


async def test_a_deaf_poll_gets_a_new_key(log: CallLog, channel: VkChannel, monkeypatch: pytest.MonkeyPatch, people: VkMessenger) -> None:
    monkeypatch.setattr("bot.handlers.vk.poll.POLL_SECONDS", 0)
    monkeypatch.setattr("bot.handlers.vk.poll.DEAF", 0.05)
    async with listening(channel) as ear:
        await until(lambda: count_of(log, "groups.getLongPollServer") > 2)
        await people.say(ANNA, "hello")
        await ear.heard()


async def test_an_event_that_cannot_be_read_hides_no_other(
    channel: VkChannel, people: VkMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(channel) as ear:
        for broken in (
            {"type": "message_new", "object": {"message": {"text": "secret words"}}},
            {"type": "message_event", "event_id": "x", "object": {"user_id": ANNA, "peer_id": ANNA, "payload": "secret words"}},
            {"object": "secret words"},
            {
                "type": "message_new",
                "event_id": "x",
                "group_id": 501,
                "object": {"message": {"peer_id": 7, "from_id": 7, "geo": "secret words"}},
            },
        ):
            people._state.queue.push(broken)
        await people.say(ANNA, "hello")
        assert [event.text for event in await ear.heard() if isinstance(event, Said)] == ["hello"]
    assert caplog.text.count("cannot be read") == 4
    assert "secret words" not in caplog.text


async def test_a_token_without_rights_still_polls(
    log: CallLog, channel: VkChannel, people: VkMessenger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    denied, poll = ("groups.getLongPollSettings", "messages.getConversations"), AsyncVk.get
    answers = iter([{"updates": []}, {"error": "of nobody knows what"}])

    async def refused(self: AsyncVk, name: str, params: Any = None, **more: Any) -> Any:
        if name in denied:
            raise ApiError(self, name, {}, raw=False, error={"error_code": 15, "error_msg": "Access denied"})
        return await call(self, name, params, **more)

    async def odd(self: AsyncVk, *asked: Any) -> Any:
        return next(answers, None) or await poll(self, *asked)

    call = AsyncVk.call
    monkeypatch.setattr(AsyncVk, "call", refused)
    monkeypatch.setattr(AsyncVk, "get", odd)
    async with listening(channel) as ear:
        await people.say(ANNA, "hello")
        await ear.heard()
    assert "settings of the long poll stay as they are" in caplog.text
    assert "cannot be found out" in caplog.text
    assert "an answer that says nothing" in caplog.text
    assert count_of(log, "a_check") >= 1


async def test_events_are_switched_on(log: CallLog, vk: VkEmulator, make: Made, people: VkMessenger) -> None:
    state, channel = vk._states["vk"], make()
    state.enabled = state.settings["message_event"] = state.settings["message_deny"] = False
    async with listening(channel) as ear:
        await until(lambda: state.enabled)
        await people.block(ANNA)
        assert [type(event) for event in await ear.heard()] == [Left]
    assert all(state.settings[name] for name in ("message_new", "message_event", "message_allow", "message_deny"))
    assert not state.settings["message_reply"]
    await channel.set_up()
    assert count_of(log, "groups.setLongPollSettings") == 1  # nothing was missing any more


async def test_a_wrong_token_is_told_once_and_tried_slowly(
    make: Made, people: VkMessenger, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.vk.api.TOKEN_PAUSE", 0.01)
    channel = make(token="vk1.a.wrong")
    for _again in range(3):
        with pytest.raises(TryLater, match="refuses the token"):
            await channel.show(str(ANNA), HOME, "en", None)
    listener = asyncio.create_task(Ear(channel).listen())
    await asyncio.sleep(0.2)
    assert not listener.done()
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)
    assert caplog.text.count("check KRUZHOK_VK__TOKEN") == 1
    assert "a.wrong" not in caplog.text
    assert people.chat(ANNA).messages == []


async def test_two_communities_do_not_know_each_other(vk: VkEmulator, channel: VkChannel, make: Made) -> None:
    second = make(OTHER)
    async with listening(channel) as first_ear, listening(second) as second_ear:
        await vk.community("vk/art").say(ANNA, "to the second")
        _allowed, said = await second_ear.heard(2)
        assert said.channel == "vk/art"
        assert first_ear.events == []
    await second.show(str(ANNA), HOME, "en", None)
    assert second.deep_link(to("programme", 7)) == "https://vk.me/artschool?ref=programme-7"
    assert read(vk.community("vk")) == []


# ---------------------------------------------------------------- out


async def test_a_screen_is_sent_and_then_changed(log: CallLog, channel: VkChannel, people: VkMessenger) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    assert read(people) == [["**Home**", "  [Find a club]"]]
    assert last(people).keys[0][0].style == "primary"
    changed = await channel.show(str(ANNA), Screen(_("**Find**"), note=_("Saved")), "en", sent.message)
    assert (sent.edited, changed.edited, changed.message) == (False, True, sent.message)
    assert read(people) == [["Saved", "", "**Find**"]]
    again = await channel.show(str(ANNA), Screen(_("**Find**"), note=_("Saved")), "en", sent.message)
    assert again.edited
    assert methods(log) == ["messages.send", "messages.edit", "messages.edit"]


async def test_a_message_that_cannot_be_changed_is_sent_anew(
    log: CallLog, channel: VkChannel, people: VkMessenger, clock: SandboxClock
) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    clock.shift(24 * 3600)
    anew = await channel.show(str(ANNA), HOME, "en", sent.message)
    assert anew.message != sent.message
    assert not anew.edited
    never = await channel.show(str(ANNA), HOME, "en", "999")
    mine = (await people.say(ANNA, "hello")).id
    foreign = await channel.show(str(ANNA), HOME, "en", str(mine))
    assert not never.edited
    assert not foreign.edited
    assert methods(log) == ["messages.send", *["messages.edit", "messages.send"] * 3]


async def test_words_are_in_the_readers_language_and_links_lead_here(channel: VkChannel, people: VkMessenger) -> None:
    await channel.show(str(ANNA), HOME, "ru", None)
    assert read(people)[-1][-1] == "  [Найти кружок]"
    rows = ((share(_("Share"), to("programme", 7)),), (web(_("Map"), "https://maps.example/?q=1"),))
    await channel.show(str(ANNA), Screen(_("**See** [rules](https://x.example) 🤖 **now**"), rows), "en", None)
    assert channel.deep_link(to("programme", 7)) == "https://vk.me/kruzhok?ref=programme-7"
    assert last(people).keys[0][0].data == "https://vk.com/share.php?url=https%3A%2F%2Fvk.me%2Fkruzhok%3Fref%3Dprogramme-7"
    assert read(people)[-1] == ["**See** [rules](https://x.example) 🤖 **now**", "  [Share]", "  [Map]"]


def test_a_community_without_a_name_is_addressed_by_its_number(make: Made) -> None:
    assert make(screen_name="").deep_link(to("home")) == "https://vk.me/club501?ref=home"


async def test_a_picture_is_uploaded_once(log: CallLog, channel: VkChannel, people: VkMessenger, shelf: Shelf, make: Made) -> None:
    people.refuse(BORIS, 0)
    first, second = await asyncio.gather(*(channel.show(str(user), CARD, "en", None) for user in (ANNA, BORIS)))
    assert {*first.media, *second.media} == {ROBOT.digest}
    shelf.references.update(first.media)
    third = await make().show(str(ANNA), CARD, "en", None)
    assert third.media == {}
    assert read(people) == [["(picture)", "**Robots**", "  [Apply]"]] * 2
    assert methods(log).count("photos.saveMessagesPhoto") == 1


async def test_a_forgotten_picture_is_uploaded_again(make: Made, people: VkMessenger, shelf: Shelf) -> None:
    shelf.references[ROBOT.digest] = "photo-501_1_gone"
    receipt = await make().show(str(ANNA), CARD, "en", None)
    assert receipt.media[ROBOT.digest] != "photo-501_1_gone"
    assert read(people) == [["(picture)", "**Robots**", "  [Apply]"]]


async def test_pictures_come_and_go_in_place(log: CallLog, channel: VkChannel, people: VkMessenger) -> None:
    home = await channel.show(str(ANNA), HOME, "en", None)
    for screen in (CARD, Screen(_("**Chess**"), picture=CHESS), CARD, HOME):
        assert (await channel.show(str(ANNA), screen, "en", home.message)).edited
        assert read(people)[0][0] == ("(picture)" if screen.picture else "**Home**")
    assert methods(log).count("photos.saveMessagesPhoto") == 2


async def test_a_document_stays_the_persons(channel: VkChannel, people: VkMessenger) -> None:
    home = await channel.show(str(ANNA), HOME, "en", None)
    paper = Screen(_("**Your application**"), ((link(_("Back"), "home"),),), document=PAPER)
    sent = await channel.show(str(ANNA), paper, "en", home.message)
    await channel.show(str(ANNA), paper.noted(_("Saved")), "en", sent.message)
    await channel.show(str(ANNA), CARD, "en", sent.message)
    assert read(people) == [
        ["(document Заявление.pdf)", "Saved", "", "**Your application**"],
        ["(picture)", "**Robots**", "  [Apply]"],
    ]


@pytest.mark.parametrize("fate", ["gone", "broken"])
async def test_a_page_is_shown_without_a_picture_that_cannot_be(
    log: CallLog, make: Made, people: VkMessenger, shelf: Shelf, caplog: pytest.LogCaptureFixture, fate: str
) -> None:
    channel = make()
    if fate == "gone":
        del shelf.files[ROBOT.digest]
    else:
        shelf.files[ROBOT.digest] = b"no picture"
    home = await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(ANNA), CARD, "en", home.message)
    assert read(people) == [["**Robots**", "  [Apply]"]]
    methods(log)
    await channel.show(str(ANNA), CARD, "en", None)
    assert methods(log) == ["messages.send"]  # it is not tried again
    assert "without its picture: r.png" in caplog.text


async def test_a_document_that_is_gone_is_a_bug(channel: VkChannel, shelf: Shelf) -> None:
    del shelf.files[PAPER.digest]
    with pytest.raises(FileNotFoundError):
        await channel.show(str(ANNA), Screen("x", document=PAPER), "en", None)


async def test_a_place_stands_in_its_page(channel: VkChannel, people: VkMessenger) -> None:
    page = Screen(_("**House of arts**"), ((link(_("Back"), "home"),),), place=Place(54.5, 20.5, "House of arts", ""))
    sent = await channel.show(str(ANNA), page, "en", None)
    assert read(people) == [["(place)", "**House of arts**", "  [Back]"]]
    await channel.strip(str(ANNA), sent.message)
    assert read(people) == [["(place)", "**House of arts**"]]
    await channel.show(str(ANNA), HOME, "en", sent.message)
    assert read(people) == [["**Home**", "  [Find a club]"]]


async def test_a_place_is_asked_for_with_a_key_and_a_telephone_is_typed(channel: VkChannel, people: VkMessenger) -> None:
    ask = Screen(_("Where are you?"), ((link(_("Cancel"), "home"),),), request="place")
    home = await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(ANNA), ask, "en", home.message)
    assert [[key.kind for key in row] for row in last(people).keys] == [["location"], ["callback"]]
    await channel.show(str(ANNA), Screen(_("Your telephone?"), ask.rows, request="phone"), "en", home.message)
    assert read(people) == [["Your telephone?", "  [Cancel]"]]


async def test_buttons_are_taken_off_after_a_restart_too(
    log: CallLog, channel: VkChannel, people: VkMessenger, make: Made, clock: SandboxClock
) -> None:
    page = Screen(_("**Bold** and [x](https://x.example)"), HOME.rows, picture=ROBOT, document=PAPER)
    sent = await channel.show(str(ANNA), page, "en", None)
    other = await channel.show(str(ANNA), HOME, "en", None)
    methods(log)
    await make().strip(str(ANNA), sent.message)
    assert read(people)[0] == ["(picture)", "(document Заявление.pdf)", "**Bold** and [x](https://x.example)"]
    assert methods(log) == ["messages.getByConversationMessageId", "messages.edit"]
    await channel.strip(str(ANNA), sent.message)  # it has none any more
    await channel.strip(str(ANNA), "999")
    assert methods(log) == ["messages.getByConversationMessageId"] * 2
    clock.shift(24 * 3600)
    await channel.strip(str(ANNA), other.message)
    assert read(people)[1] == ["**Home**", "  [Find a club]"]


# ---------------------------------------------------------------- troubles


async def test_who_cannot_be_reached(channel: VkChannel, people: VkMessenger) -> None:
    with pytest.raises(Unreachable, match="without permission"):
        await channel.show("999", HOME, "en", None)
    sent = await channel.show(str(ANNA), HOME, "en", None)
    for code in (900, 901, 902):
        people.refuse(ANNA, code)
        for screen, over in ((HOME, None), (HOME, sent.message), (CARD, None)):
            with pytest.raises(Unreachable, match=str(code) if screen is HOME else "90"):
                await channel.show(str(ANNA), screen, "en", over)


@pytest.mark.parametrize("kind", ["502", "drop", "timeout", "lost_answer", "vk10"])
async def test_a_broken_line_is_patience(faults: Faults, channel: VkChannel, people: VkMessenger, kind: Any) -> None:
    faults.next(kind, method="messages.send")
    with pytest.raises(TryLater):
        await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(ANNA), HOME, "en", None)
    assert read(people) == [["**Home**", "  [Find a club]"]]  # once, also where it had been sent
    await channel.show(str(ANNA), HOME, "en", None)
    assert len(read(people)) == 2  # and again where it is wanted again


@pytest.mark.parametrize("kind", ["vk6", "vk29"])
async def test_a_full_quota_stops_all_sends(log: CallLog, faults: Faults, channel: VkChannel, people: VkMessenger, kind: Any) -> None:
    people.refuse(BORIS, 0)
    faults.next(kind, method="messages.send")
    with pytest.raises(TryLater):
        await channel.show(str(ANNA), HOME, "en", None)
    methods(log)
    for screen in (HOME, CARD):
        with pytest.raises(TryLater, match="silence"):
            await channel.show(str(BORIS), screen, "en", None)
    assert methods(log) == []
    await asyncio.sleep(0.06)
    await channel.show(str(BORIS), HOME, "en", None)


async def test_flood_is_about_a_person_until_it_is_about_two(
    log: CallLog, faults: Faults, channel: VkChannel, people: VkMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.vk.api.FLOOD_PAUSE", 1.0)
    people.refuse(BORIS, 0)
    people.refuse(44, 0)
    faults.next("vk9", method="messages.send")
    with pytest.raises(TryLater):
        await channel.show(str(ANNA), HOME, "en", None)
    await channel.show(str(BORIS), HOME, "en", None)
    with pytest.raises(TryLater, match="silence"):
        await channel.show(str(ANNA), HOME, "en", None)
    faults.next("vk9", method="messages.send")
    with pytest.raises(TryLater):
        await channel.show(str(BORIS), HOME, "en", None)
    methods(log)
    with pytest.raises(TryLater, match="silence"):
        await channel.show("44", HOME, "en", None)
    assert methods(log) == []


async def test_a_press_waits_out_a_short_silence(faults: Faults, channel: VkChannel, people: VkMessenger) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    async with listening(channel) as ear:
        await people.press(ANNA, int(sent.message), "Find")
        (press,) = await ear.heard()
    assert isinstance(press, Pressed)
    faults.next("vk6", method="messages.sendMessageEventAnswer", times=2)
    await channel.acknowledge(press, "en", None)
    assert not people.chat(ANNA).waiting
    await channel.acknowledge(press, "en", None)  # answered already: too late is no loss


async def test_a_press_is_not_answered_when_it_is_not_worth_it_any_more(
    faults: Faults, channel: VkChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.vk.show.LATEST_ANSWER", 0.01)
    faults.next("vk6", method="messages.sendMessageEventAnswer")
    press = Pressed(channel="vk", user=str(ANNA), key="1", data="x", press="abc")
    with pytest.raises(TryLater):
        await channel.acknowledge(press, "en", None)


async def test_a_press_without_a_spinner_needs_no_answer(log: CallLog, channel: VkChannel) -> None:
    await channel.acknowledge(Pressed(channel="vk", user=str(ANNA), key="1", data="x"), "en", _("Saved"))
    assert methods(log) == []


async def test_what_nobody_expects_is_a_bug(make: Made, people: VkMessenger) -> None:
    del people
    channel = make()
    with pytest.raises(ApiError, match="message is empty"):
        await channel.show(str(ANNA), Screen(""), "en", None)
    sent = await channel.show(str(ANNA), HOME, "en", None)
    with pytest.raises(ApiError, match="message is empty"):
        await channel.show(str(ANNA), Screen(""), "en", sent.message)


async def test_a_press_and_its_page_go_in_one_request(log: CallLog, channel: VkChannel, people: VkMessenger) -> None:
    sent = await channel.show(str(ANNA), HOME, "en", None)
    async with listening(channel) as ear:
        await people.press(ANNA, int(sent.message), "Find")
        (press,) = await ear.heard()
    assert isinstance(press, Pressed)
    methods(log)
    await asyncio.gather(channel.show(str(ANNA), CARD.noted(None), "en", None), channel.acknowledge(press, "en", None))
    await asyncio.gather(channel.show(str(ANNA), HOME, "en", sent.message), channel.acknowledge(press, "en", None))
    assert methods(log)[-3:] == ["messages.edit", "messages.sendMessageEventAnswer", "execute"]


async def test_people_at_once_under_faults(log: CallLog, faults: Faults, channel: VkChannel, people: VkMessenger) -> None:
    """Thirty people press six times each while one call in ten goes wrong: every screen arrives, and VK never finds us too quick."""
    crowd = range(100, 130)
    for user in crowd:
        people.refuse(user, 0)
    faults.set_rates({"502": 0.03, "drop": 0.03, "lost_answer": 0.03, "timeout": 0.01, "vk10": 0.02, "vk9": 0.02})

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

    await asyncio.gather(*(one(user) for user in crowd))
    for user in crowd:
        assert read(people, user) == [["(picture)", f"{user}: 5", "  [Find a club]"]]
    assert not any(status == "6" for _channel, _method, status in log.counts)


async def test_a_token_without_the_right_to_upload_shows_pages_without_pictures(
    channel: VkChannel, people: VkMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def denied(*_args: Any) -> None:
        raise ApiError(None, "photos.getMessagesUploadServer", {}, raw=False, error={"error_code": 15, "error_msg": "Access denied"})

    monkeypatch.setattr("bot.handlers.vk.session.AsyncVk.upload", denied)
    await channel.show(str(ANNA), CARD, "en", None)
    assert read(people) == [["**Robots**", "  [Apply]"]]


# ---------------------------------------------------------------- check


async def test_check_says_whose_token_it_is(vk: VkEmulator, log: CallLog) -> None:
    assert await who(CLUB.token, CLUB.group_id, vk.url) == "community «Кружки района» (vk.me/kruzhok)"
    assert log.violations == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"token": "vk1.a.wrong"}, "VK refuses the token: make a new one"),
        ({"group_id": 502}, "whose number is 501, not 502"),
        ({"api_url": "http://127.0.0.1:9"}, "VK does not answer at http://127.0.0.1:9"),
        ({"off": True}, "Long Poll is off"),
        ({"settings": ("message_event", "message_deny")}, "does not send message_event, message_deny"),
    ],
)
async def test_check_says_what_to_mend(vk: VkEmulator, wrong: dict[str, Any], sentence: str) -> None:
    state = vk._states["vk"]
    state.enabled = not wrong.get("off")
    state.settings.update(dict.fromkeys(wrong.get("settings", ()), False))
    with pytest.raises(NotReady, match=sentence) as told:
        await who(wrong.get("token", CLUB.token), wrong.get("group_id", CLUB.group_id), wrong.get("api_url", vk.url))
    assert "\n" not in str(told.value)
    assert "a.wrong" not in str(told.value)


@pytest.mark.parametrize(
    ("method", "answer", "sentence"),
    [
        ("groups.getLongPollSettings", {"is_enabled": True, "api_version": "5.80", "events": {}}, "speaks version 5.80, which is too old"),
        ("groups.getLongPollSettings", 15, "may not manage the community"),
        ("groups.getLongPollSettings", 10, "refuses to say who we are"),
        ("groups.getById", 100, "refuses to say who we are"),
    ],
)
async def test_check_says_what_vk_would_not(
    vk: VkEmulator, monkeypatch: pytest.MonkeyPatch, method: str, answer: Any, sentence: str
) -> None:
    call = AsyncVk.call

    async def told(self: AsyncVk, name: str, params: Any = None, **more: Any) -> Any:
        if name != method:
            return await call(self, name, params, **more)
        if isinstance(answer, int):
            raise ApiError(self, name, {}, raw=False, error={"error_code": answer, "error_msg": "No"})
        return answer

    monkeypatch.setattr(AsyncVk, "call", told)
    with pytest.raises(NotReady, match=sentence):
        await who(CLUB.token, CLUB.group_id, vk.url)
