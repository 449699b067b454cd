"""Random people: what thumbs of every kind do in a chat, and whether what they did was answered."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.chat import Chat, Contact, Impossible, Key, Media, Message, Place
from tests.soak.process import until

PATIENCE = 50.0
"""Real seconds that a person waits for an answer before they count as left alone; a client's spinner turns for 60."""
EXCUSED = 25.0
"""Seconds that are waited for the answer to a press that may be lost; what was written is not, for VK is asked who waits."""
LOOK = 0.5
"""Seconds between two looks at a chat that does not change: a spinner may end by itself."""

WORDS = (
    "шахматы", "рисование, 8 лет, по субботам", "робототехника", "робототехника 9 лет Берёзовка", "танцы для девочки 6 лет", "хор",
    "бесплатно после школы", "что-нибудь для дошкольника", "футбол вечером", "Кызыл-Яз", "берёзовка", "47-й километр", "лепка 5-6 лет",
    "программирование 12 лет по выходным", "English for kids", "drawing, 8 years old, on Saturdays", "кружок по видеосвязи", "плавание",
)  # fmt: skip
AGES = ("9", "9 лет", "7-8", "5–6", "17", "0", "99", "-1", "девять", "9,5", "1" * 30)
MENU = ("/start", "/find", "/help", "/language", "/visits", "/nothing", "Найти кружок", "домой", "Меню", "Помощь", "Избранное", "/")
GARBAGE = (
    "asdf", "…", "👍👍👍", "<b>жирный</b> & <i>", "'; DROP TABLE event; --", "**звёзды** [ссылка](https://example.org)", "\u202eнаоборот",
    "ноль\u200bширины", "%s %d {place} {0}", "\\", "строка\nвторая\n\nчетвёртая", "я" * 300, "т" * 10_000, "мама мыла раму " * 200,
)  # fmt: skip
LINKS = (
    "", "find", "favourites", "help", "visits", "language", "settlement", "programme-{n}", "programme-{n}", "programme-{n}", "keep-{n}-1",
    "keep-{n}-0", "club-{c}-0", "groups-{n}", "contacts-{n}", "speak-ru", "speak-en", "programme-999999", "nowhere-1", "a", "--", "forget",
)  # fmt: skip
FORGED = (
    ".", "..", ".aaaaaaaaa.place.1", ".aaaaaaaaa", ".ааааааааа.place.1", "~~~", "programme/{n}", "programme/0", "programme/-1",
    "programme/99999999999999999999", "programme/{n}~aaaaaaaaa", "programme/١", "home/1", "keep/{n}/1", "keep/{n}/7", "keep/999999/1",
    "club/{c}/999999999", "settlement/99999999999999999999", "find/1/2", "speak/zz", "💥", "x" * 64, "a/" * 30, "{{}}", "null", "forget",
)  # fmt: skip
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
"""A PNG of one pixel."""


@dataclass(slots=True)
class Act:
    """One thing that somebody did, and what must follow: a changed message (or an end of its spinner), `count` new messages, or nothing.

    `call` is the number of the program's last call before it. `seconds` is how long the answer took, `None` while there is none; `excuse`
    says why there need be none, `evidence` what is known where there is neither.
    """

    who: str
    what: str
    wants: Literal["change", "messages", "nothing"]
    message: int = 0
    count: int = 1
    call: int = 0
    seconds: float | None = None
    excuse: str = ""
    evidence: str = ""

    def __str__(self) -> str:
        """Say it in a line."""
        answer = f"answered in {self.seconds:.2f} s" if self.seconds is not None else "left alone"
        return f"{self.who} {self.what}: {answer} {self.excuse} {self.evidence}".rstrip()


@dataclass(slots=True)
class Crowd:
    """People who share a day: they pause together where the clock is to be moved, and an `excuse` meets whoever waits at that moment."""

    acts: list[Act] = field(default_factory=list)
    waiting: list[Act] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    overheard: list[str] = field(default_factory=list)
    """Data of keys that anybody saw: what a hostile client sends as its own."""
    going: asyncio.Event = field(default_factory=asyncio.Event)
    judge: Callable[[Act, int], None] = lambda _act, _user: None
    """Looks at an act of a user that was not answered: it may excuse it, and note what is known of it."""
    call: Callable[[], int] = int
    """The number of the program's last call."""

    def __post_init__(self) -> None:
        """Begin at once."""
        self.going.set()

    async def pause(self) -> None:
        """Let everybody get their answer, and nobody begin anything, until `going` is set again."""
        self.going.clear()
        await until(lambda: not self.waiting, 2 * PATIENCE)

    def excuse(self, channels: Collection[str], why: str) -> None:
        """Whoever waits now in one of these channels may wait in vain."""
        for act in self.waiting:
            if act.who.rpartition(":")[0] in channels:
                act.excuse = why

    @property
    def alone(self) -> list[Act]:
        """What was never answered, without an excuse."""
        return [act for act in self.acts if act.seconds is None and not act.excuse]


class Somebody:
    """One person in one messenger, with habits drawn from a seed."""

    def __init__(self, crowd: Crowd, messenger: Any, user: int, seed: int, *, pause: float = 1.0) -> None:
        self.crowd, self.messenger, self.user = crowd, messenger, user
        self.name = f"{messenger.name}:{user}"
        self._pause = pause
        self._draw = random.Random(f"{seed}/{self.name}")
        self._changed = asyncio.Event()
        self._telegram = messenger.name == "telegram"
        messenger.on_change(self._look)
        self.chat.name = f"Человек {user}"
        self.chat.language = self._draw.choices(["ru", "en", "tt", "de"], [8, 2, 1, 1])[0]
        habits: list[tuple[Callable[[], Awaitable[None]], float]] = [
            (self._press_new, 50), (self._press_old, 10), (self._search, 12), (self._link, 6), (self._double_tap, 4), (self._forge, 4),
            (self._garbage, 3), (self._share_place, 3), (self._sticker, 1), (self._voice, 1), (self._file, 1), (self._picture, 1),
            (self._contact, 1), (self._block, 2), (self._again, 2), (self._many_words, 1), (self._hammer, 0.5), (self._in_group, 0.5),
            (self._edit, 0.5), (self._client_language, 0.5),
        ]  # fmt: skip
        self._verbs = [verb for verb, _weight in habits]
        # People differ: each likes some things more than the others do.
        self._weights = [weight * self._draw.uniform(0.3, 1.7) for _verb, weight in habits]

    @property
    def chat(self) -> Chat:
        """Their chat as their client shows it."""
        found: Chat = self.messenger.chat(self.user)
        return found

    async def live(self, end: Callable[[], bool]) -> None:
        """Do one thing after another until `end`, each after the answer to the last."""
        await asyncio.sleep(self._draw.uniform(0, self._pause))
        await self.begin()
        while not end():
            await asyncio.sleep(self._draw.expovariate(1 / self._pause))
            await self.crowd.going.wait()
            if end():
                return
            with suppress(Impossible):  # a client would not have offered it
                await self._draw.choices(self._verbs, self._weights)[0]()

    async def begin(self) -> None:
        """Press Start."""
        await self.do("starts", self.messenger.start(self.user))

    # ------------------------------------------------------------ waiting for an answer

    def _look(self, user: int) -> None:
        if user == self.user:
            self._changed.set()

    def _theirs(self) -> list[Message]:
        return [message for message in self.chat.messages if not message.mine]

    def _last(self) -> int:
        return max((message.id for message in self.chat.messages), default=0)

    async def do(self, what: str, *doing: Awaitable[object], press: int = 0, nothing: bool = False) -> Act:
        """Do something and wait for what must follow. A press of a callback key changes the message `press`, or ends its spinner."""
        before, newest, written = self._state(press), self._last(), self._written()
        act = Act(self.name, what, "nothing" if nothing else "change" if press else "messages", press, call=self.crowd.call())
        loop = asyncio.get_running_loop()
        began = loop.time()
        self.crowd.waiting.append(act)
        try:
            for one in doing:
                await one
            self.crowd.acts.append(act)
            self.crowd.done[what.partition(" ")[0]] += 1
            act.count = self._written() - written
            while act.wants != "nothing" and not self._answered(act, before, newest):
                if loop.time() - began > (EXCUSED if act.excuse and press else PATIENCE):
                    self.crowd.judge(act, self.user)
                    return act
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), LOOK)
            act.seconds = loop.time() - began
            return act
        finally:
            self.crowd.waiting.remove(act)

    def _written(self) -> int:
        return sum(message.mine for message in self.chat.messages)

    def _state(self, number: int) -> tuple[object, ...]:
        found = next((message for message in self.chat.messages if message.id == number), None)
        return (found.text, [[key.data for key in row] for row in found.keys], found.picture) if found else ()

    def _answered(self, act: Act, before: tuple[object, ...], newest: int) -> bool:
        new = sum(message.id > newest for message in self._theirs())
        if act.wants == "messages":
            return new >= (min(act.count, 1) if act.excuse else act.count)
        return new > 0 or self._state(act.message) != before or act.message not in self.chat.waiting

    # ------------------------------------------------------------ pressing

    def _with_keys(self) -> list[Message]:
        return [message for message in self._theirs() if any(key.kind in {"callback", "text"} for row in message.keys for key in row)]

    def _pick(self, message: Message) -> Key:
        keys = [key for row in message.keys for key in row if key.kind in {"callback", "text"}]
        self.crowd.overheard.extend(key.data for key in keys[:2])
        del self.crowd.overheard[:-200]
        return self._draw.choice(keys)

    async def _press(self, message: Message, what: str, times: int = 1) -> None:
        key = self._pick(message)
        if key.kind == "text":
            await self.do(what, self.messenger.press(self.user, message.id, key.label))
            return
        presses = [self.messenger.send_data(self.user, message.id, key.data) for _ in range(times)]
        await self.do(f"{what} [{key.label}] {key.data}", *presses, press=message.id)

    async def _press_new(self) -> None:
        below = [key for row in self.chat.keyboard for key in row if key.kind == "text"]
        if below and self._draw.random() < 0.5:
            await self.do("presses-below", self.messenger.press(self.user, 0, self._draw.choice(below).label))
        elif shown := self._with_keys():
            await self._press(shown[-1], "presses")

    async def _press_old(self) -> None:
        if shown := self._with_keys():
            await self._press(self._draw.choice(shown), "presses-old")

    async def _double_tap(self) -> None:
        if shown := self._with_keys():
            await self._press(shown[-1], "double-taps", self._draw.randint(2, 3))

    async def _hammer(self) -> None:
        if shown := self._with_keys():
            await self._press(shown[-1], "hammers", 30)

    async def _forge(self) -> None:
        if not (theirs := self._theirs()):
            return
        data = self._draw.choice([self._filled(FORGED), *self.crowd.overheard[-3:]])
        if not self._telegram:
            data = self._draw.choice([f'{{"d":"{data}"}}', data, '{"d":7}', '{"d":', "[]", '{"command":"start"}', '{"command":"no"}'])
        target = self._draw.choice(theirs[-5:])
        await self.do(f"forges {data}", self.messenger.send_data(self.user, target.id, data), press=target.id)

    # ------------------------------------------------------------ writing

    def _filled(self, patterns: Sequence[str]) -> str:
        return self._draw.choice(patterns).format(n=self._draw.randint(1, 130), c=self._draw.randint(1, 16))

    def _typed(self) -> str:
        text = self._draw.choice([*WORDS, self._draw.choice(AGES), self._draw.choice(MENU)])
        if self._draw.random() < 0.3 and len(text) > 3:
            at = self._draw.randrange(1, len(text))
            text = self._draw.choice([text[:at] + text[at + 1 :], text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :], text.upper()])
        return text

    async def _search(self) -> None:
        text = self._typed()
        await self.do(f"writes {text!r}", self.messenger.say(self.user, text))

    async def _garbage(self) -> None:
        text = self._draw.choice(GARBAGE)
        await self.do(f"writes-garbage {text[:40]!r}", self.messenger.say(self.user, text))

    async def _many_words(self) -> None:
        texts = [self._typed() for _ in range(self._draw.randint(2, 5))]
        await self.do(f"writes-many {texts}", *(self.messenger.say(self.user, text) for text in texts))

    async def _link(self) -> None:
        page = self._filled(LINKS)
        await self.do(f"follows {page!r}", self.messenger.start(self.user, page))

    # ------------------------------------------------------------ sharing

    async def _share_place(self) -> None:
        place = Place(self._draw.uniform(55.9, 56.3), self._draw.uniform(52.5, 53.3))
        if self._draw.random() < 0.2:
            place = Place(self._draw.uniform(-90, 90), self._draw.uniform(-180, 180), "Дом", "ул. Мира, 1")
        await self.do("shares-place", self.messenger.share_place(self.user, place))

    async def _contact(self) -> None:
        own = self._draw.random() < 0.5
        await self.do(
            "shares-contact", self.messenger.share_contact(self.user, Contact("Анна", "+70000000001", self.user if own else None))
        )

    async def _sticker(self) -> None:
        await self.do("sends-sticker", self.messenger.send_sticker(self.user))

    async def _voice(self) -> None:
        await self.do("sends-voice", self.messenger.send_voice(self.user))

    async def _file(self) -> None:
        await self.do("sends-file", self.messenger.upload(self.user, Media("заявление.pdf", "application/pdf", b"%PDF-" + bytes(2000), "")))

    async def _picture(self) -> None:
        await self.do("sends-picture", self.messenger.upload(self.user, Media("я.png", "image/png", PICTURE, ""), as_picture=True))

    # ------------------------------------------------------------ what needs no answer

    async def _block(self) -> None:
        await self.do("blocks", self.messenger.block(self.user), nothing=True)
        await asyncio.sleep(self._draw.uniform(0, self._pause))
        await self.do("unblocks", self.messenger.unblock(self.user), nothing=True)
        if self._draw.random() < 0.7:
            await self.begin()

    async def _again(self) -> None:
        with suppress(LookupError):
            await self.do("repeats", self.messenger.repeat(self.user), nothing=True)

    async def _edit(self) -> None:
        if own := [message for message in self.chat.messages if message.mine and message.text]:
            await self.do("edits", self.messenger.edit_own(self.user, own[-1].id, self._typed()), nothing=True)

    async def _in_group(self) -> None:
        write = self.messenger.send_in_group if self._telegram else self.messenger.send_in_chat
        await self.do("writes-in-group", write(self.user, self._typed()), nothing=True)

    async def _client_language(self) -> None:
        self.chat.language = self._draw.choice(["ru", "en", "tt", "uz", "zz"])
