"""A crawl over every dialog and question on the district, in each language: no dead link, no overflow, a way home everywhere."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import storage
from bot.app import Core
from bot.conversation.channel import Limits
from bot.conversation.engine import Outcome
from bot.conversation.event import Event, Opened, Pressed, Said, SharedPlace
from bot.conversation.language import Languages, Reader
from bot.conversation.screen import Screen
from bot.conversation.session import load
from bot.dialogs import MENU
from bot.handlers.length import units
from bot.handlers.telegram.render import render as telegram
from bot.handlers.vk.render import LONGEST_LABEL
from bot.handlers.vk.render import render as vk
from bot.model.link import parse
from bot.model.text import Joined, Personal, Text, Words
from storage.database import open_database
from storage.files import Files
from tests.stage import LOCALES, Time, World
from tests.tables import district

LIMITS = Limits(4096, 1024)
SAMPLES = 3
"""Of buttons of one kind, so many are pressed."""
DEEPEST, MOST = 14, 500
"""Acts from the start to a screen, and screens that are looked at, at most."""
LONGEST = 900
"""Characters of a screen that is still read in one look (screens.md)."""
CHILD = "Милослава"
"""A child's name, which no other family may ever read."""
SAID = (CHILD, "9", "05.05.2017", "+7 900 000-00-01", "Берёзовка", "рисование, 8 лет, по субботам", "абракадабра")
"""What is typed at every question, and at home."""
DEAD = {"That page has moved.", "That conversation is over.", "That link does not lead anywhere any more."}

ENDING = {"keep", "speak", "forget", "solved"}
"""Dialogs that only do something and end at a page of another dialog."""
FAR_FAMILY = {
    "callme",
    "benefit",
    "calls",
    "called",
    "family",
    "invitefamily",
    "joinfamily",
    "dropguardian",
    "leavefamily",
    "childedit",
    "familyslip",
    "slip",
    "slipwrong",
    "sameperson",
    "samewait",
    "sameasked",
    "sameyes",
    "sameno",
    "pupilcode",
    "pupil",
    "pupilself",
    "unlinkpupil",
}
"""Of these: of a family."""

FAR_DATA: set[str] = set()
"""Of these: of what is known."""

FAR_QUEUE = {
    "claims",
    "friend",
    "friendlink",
    "intake",
    "papershown",
    "part",
    "releaseplaces",
    "setkept",
    "setphases",
    "setpriority",
    "setquota",
    "strikeright",
    "together",
    "wishes",
}
"""Of these: of twins and ranked wishes."""

FAR_LIFE = {
    "latepapers",
    "moretime",
    "firstvisit",
    "visit",
    "skipvisit",
    "visited",
    "staysafter",
    "guests",
    "guestplaces",
    "guest",
    "leave",
    "stay",
    "move",
    "continues",
    "proceed",
    "leavers",
    "orderleave",
    "movechild",
    "nextyear",
}
"""Of these: of visits, transfers, leaving."""

FAR_PAPERS = {
    "addpaper",
    "askpaper",
    "droppaper",
    "formfile",
    "lessonsfile",
    "paperdone",
    "paperlist",
    "paperready",
    "paperrequests",
    "papersdue",
    "papersetup",
    "papersof",
    "paperterm",
    "paperwork",
    "payment",
    "payto",
    "receipt",
    "setpaper",
    "setpayto",
    "showall",
    "showpaper",
}
"""Of these: of papers."""

FAR_ROLES = {
    "access",
    "answercase",
    "case",
    "cases",
    "acts",
    "actsof",
    "actson",
    "clubnumbers",
    "clubrules",
    "digest",
    "digestsend",
    "district",
    "journal",
    "journals",
    "latenumbers",
    "localrules",
    "numbers",
    "overdue",
    "queues",
    "region",
    "rules",
    "setclub",
    "setlocal",
    "centrestaff",
    "objection",
    "invitestaff",
}
"""Of these: of roles."""

FAR_GROUPS = {
    "outsidecount",
    "mygroups",
    "groupcard",
    "groupmore",
    "whynobody",
    "groupsize",
    "grouplock",
    "groupedit",
    "groupeditmore",
    "groupset",
    "groupnews",
    "roster",
    "rostercase",
    "came",
    "groupfile",
    "listfile",
    "addchildren",
    "pastelist",
    "listdone",
    "walkin",
    "confirmall",
    "doctor",
    "mend",
    "grouppublish",
}
"""Of these: of groups."""

FAR_BOARDS = {
    "board",
    "boardnew",
    "boardresults",
    "boards",
    "inviteall",
    "inviteone",
    "numberlist",
    "publishlist",
    "resultof",
    "setresult",
    "similar",
    "typeresults",
    "navigator",
    "entered",
    "isentered",
    "notentered",
    "chooseslot",
    "closeslot",
    "leaveslot",
    "makeslots",
    "paperslots",
    "slot",
    "slotcame",
    "slotclosed",
    "slotday",
    "slotone",
    "slots",
    "slotsoon",
}
"""Of these: of selections and Navigator."""

FAR_QUESTIONS: set[str] = {
    "answer",
    "answerenquiry",
    "complain",
    "complaint",
    "complaints",
    "givequestion",
    "question",
    "questions",
    "reviewcase",
    "shutquestion",
    "sorry",
    "takequestion",
    "unanswered",
}
"""Of these: of questions to people."""

FAR = {
    "favouritepage",
    "staff",
    "work",
    "colleagues",
    "endaccess",
    "inbox",
    "papers",
    "decided",
    "confirmcase",
    "askcase",
    "queuecase",
    "declinecase",
    "enrolcase",
    "undocase",
    "news",
    "notus",
    "takeplace",
    "keepturn",
    "refuseplace",
    "answerquestion",
    "takeback",
    "dropchild",
    "more",
    "workmore",
    *FAR_FAMILY,
    *FAR_DATA,
    *FAR_QUEUE,
    *FAR_LIFE,
    *FAR_PAPERS,
    *FAR_ROLES,
    *FAR_GROUPS,
    *FAR_BOARDS,
    *FAR_QUESTIONS,
}
"""Pages that a newcomer does not come to: nobody puts so much aside, and the rest need an organisation's staff, an offer, or something that
was done before. The transcripts `apply`, `queue`, `late`, `decide` and `withdraw_consent` come to them."""
NAMES = (
    "place|age|direction|wishes|weekdays|stems|near|at|show|begun|changing|field|read|words|new-place|new-wishes*|wishes*|place>|town|town>|point|sure|"
    "group|child|financing|name|born|phone"
)
VALUES = (
    "",
    "x",
    "-5",
    "+1",
    "0",
    "99999999999999999999",
    "0to0",
    "9999999999999999999to9999999999999999999",
    "1.5",
    "1e9,1e9",
    "=",
    ",",
    "'",
    "[1]",
    "7,7",
)
"""What somebody may write into buttons of theirs that were never there."""

Act = tuple[str, str, int]
"""Press the button at a place of the screen, or say, or share something; `kind`, words, place."""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that holds the district."""
    folder = tmp_path_factory.mktemp("district")
    url = f"sqlite+aiosqlite:///{folder / 'test.db'}"
    storage.migrate(url)

    async def fill() -> None:
        world = World(url, folder)
        core = await world.core({"telegram": LIMITS})
        await district(core, world)
        await core.database.close()

    asyncio.run(fill())
    return folder


@dataclass(slots=True)
class Seen:
    """A screen, how one gets there, and what kind it is: its dialog, and the question or the page."""

    path: tuple[Act, ...]
    screen: Screen
    kind: str
    buttons: set[str]
    """The kinds of its buttons."""


@dataclass(slots=True)
class Crawl:
    """Somebody who presses everything. Each path is walked by a newcomer of its own, so that it shows the same again."""

    core: Core
    language: str
    time: Time
    seen: list[Seen] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    long: Counter[str] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def walk(self, user: str, path: tuple[Act, ...], first: str = "") -> tuple[Screen, str] | None:
        """Walk a path from a deep link (or the start); the last screen and its kind, `None` where the path has gone."""
        outcome = await self._takes(Opened, user, payload=first)
        for kind, words, at in path:
            screen = outcome.screen
            assert screen is not None
            if kind == "press":
                buttons = [button for row in screen.rows for button in row]
                if at >= len(buttons):
                    return None
                outcome = await self._takes(Pressed, user, data=buttons[at].data, message="1")
            elif kind == "say":
                outcome = await self._takes(Said, user, text=words)
            else:
                outcome = await self._takes(SharedPlace, user, latitude=57.9, longitude=57.3)
        assert outcome.screen is not None
        return outcome.screen, await self._kind(outcome)

    async def _takes(self, what: Any, user: str, **more: Any) -> Outcome:
        event: Event = what(channel="telegram", user=user, key=str(next(self._numbers)), language=self.language, **more)
        return await self.core.database.turn(lambda tx: self.core.engine.turn(tx, event), now=self.time.now())

    async def _kind(self, outcome: Outcome) -> str:
        if not outcome.address.startswith("."):
            link = parse(outcome.address)
            return link.name if link else outcome.address
        token = outcome.address[1:]
        tab = await self.core.database.read(lambda tx: load(tx, token, outcome.person), now=self.time.at)
        assert tab is not None
        return f"{tab.link.name}.{tab.asking}" if outcome.asks else tab.link.name

    async def everywhere(self) -> None:
        """Breadth first from the start, then each page that was seen once more from outside, by its deep link."""
        queue = deque[tuple[tuple[Act, ...], str]]([((), "")])
        done, led = Counter[str](), defaultdict[str, set[str]](set)
        links = defaultdict[str, dict[str, str]](dict)
        while queue and len(self.seen) < MOST:
            path, last = queue.popleft()
            user = str(next(self._numbers))
            if (found := await self.walk(user, path)) is None:
                continue
            screen, kind = found
            self.look(screen, kind, path)
            led[last].add(kind)
            acts = list(self._acts(screen, kind, user, links))
            self.seen.append(Seen(path, screen, kind, {key for key, act in acts if act[0] == "press"}))
            for key, act in acts:
                done[key] += 1
                if done[key] <= (SAMPLES if act[0] == "press" else 1) and len(path) < DEEPEST:
                    queue.append(((*path, act), key))
        self._look_for_ways_home(led)
        for name, addresses in links.items():
            for address, user in list(addresses.items())[:SAMPLES]:
                await self._open(name, address, user)

    async def _open(self, name: str, address: str, user: str) -> None:
        """Open a page from outside: whoever saw a link to it comes there, and a stranger reads nothing of theirs."""
        opened, strange = await self.walk(user, (), address), await self.walk(str(next(self._numbers)), (), address)
        assert opened is not None
        assert strange is not None
        self.look(*opened, (("opens", address, 0),))
        if opened[1].split(".")[0] == "home" != name:
            self.problems.append(f"{address} does not open from outside")
        if CHILD in self.core.languages.say(strange[0].text, self._reader):
            self.problems.append(f"a stranger reads a child's name at {address}")

    @staticmethod
    def _acts(screen: Screen, kind: str, user: str, links: dict[str, dict[str, str]]) -> Iterator[tuple[str, Act]]:
        buttons = [button for row in screen.rows for button in row]
        for at, button in enumerate(buttons):
            if not button.data:
                continue
            if button.data.startswith("."):
                name, _dot, value = button.data[11:].partition(".")
                yield f"{kind} {name} {re.sub('[0-9A-Za-z]+', '', value)}", ("press", "", at)
            elif (link := parse(button.data)) is not None:
                links[link.name][link.deep] = user
                yield f"{link.name}/{len(link.args)} {bool(link.tab)}", ("press", "", at)
        if "." in kind or kind == "home":
            for words in SAID:
                yield f"{kind} says {words}", ("say", words, 0)
            yield f"{kind} place", ("place", "", 0)

    @property
    def _reader(self) -> Reader:
        return Reader(self.language, personal=True, address=lambda page: f"https://t.me/kruzhok_bot?start={page.deep}")

    # ------------------------------------------------------------ what must hold

    def look(self, screen: Screen, kind: str, path: tuple[Act, ...]) -> None:
        """Look at one screen as each messenger shows it."""
        reader = self._reader

        def say(words: Words) -> str:
            return self.core.languages.say(words, reader)

        text = say(screen.text)
        where = f"{kind} {[act[1] or act[2] for act in path]}: {text.splitlines()[0]!r}"
        if screen.note is not None and isinstance(screen.note, Text) and screen.note.message in DEAD:
            self.problems.append(f"a dead link: {where}")
        shown = telegram(screen, reader, self.core.languages, LIMITS)
        plain = unescape(re.sub(r"<[^>]+>", "", shown.html))
        if not plain.strip() or units(plain) > (LIMITS.caption if shown.file else LIMITS.text) or "…" in plain[-1:]:
            self.problems.append(f"no text that Telegram takes: {where}")
        params = vk(screen, reader, self.core.languages, LIMITS).params
        keyboard = json.loads(params.get("keyboard", '{"buttons": []}'))["buttons"]
        if (
            units(params["message"]) > LIMITS.text
            or len(keyboard) > 6
            or sum(map(len, keyboard)) > 10
            or any(len(row) > 5 for row in keyboard)
        ):
            self.problems.append(f"no message that VK takes: {where}")
        for button in (button for row in screen.rows for button in row):
            if not 0 < units(say(button.label)) <= LONGEST_LABEL:
                self.problems.append(f"a label of {units(say(button.label))}: {say(button.label)!r} in {where}")
        if len(text) > LONGEST:
            self.long[f"{len(text)} characters: {where}"] += 1
        if not any(button.data for row in screen.rows for button in row):
            self.problems.append(f"no way out: {where}")
        if self.language != "en":
            self._look_for_english(screen, where)

    def _look_for_english(self, screen: Screen, where: str) -> None:
        known = self.core.languages._catalogues[self.language]._catalog  # type: ignore[union-attr]
        for text in (found for words in _words(screen) for found in _texts(words)):
            message = f"{text.context}\x04{text.message}" if text.context else text.message
            if message not in known and (message, 0) not in known and re.search("[A-Za-z]", re.sub(r"\{\w*(:\w+)?\}", "", text.message)):
                self.problems.append(f"not translated: {text.message!r} in {where}")

    def _look_for_ways_home(self, led: dict[str, set[str]]) -> None:
        """From each kind of screen buttons alone lead home; buttons of one kind lead alike."""
        leads = defaultdict[str, set[str]](set)
        for each in self.seen:
            leads[each.kind].update(*(led.get(button, ()) for button in each.buttons))
        home = {"home"}
        while more := {kind for kind, to in leads.items() if to & home} - home:
            home |= more
        self.problems += [f"no way home: {kind}" for kind in {each.kind for each in self.seen} - home]


def _words(screen: Screen) -> Iterator[Words]:
    yield screen.text
    if screen.note is not None:
        yield screen.note
    for row in screen.rows:
        yield from (button.label for button in row)


def _texts(words: Any) -> Iterator[Text]:
    """All sentences of ours in some words, those in values too."""
    if isinstance(words, Text):
        yield words
        for value in words.values.values():
            yield from _texts(value)
    elif isinstance(words, Joined):
        for part in words.parts:
            yield from _texts(part)
    elif isinstance(words, Personal):
        yield from _texts(words.value)
        yield from _texts(words.instead)


@pytest.fixture
async def crawl(catalogue: Path, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Crawl]:
    shutil.copytree(catalogue, tmp_path / "copy")
    time, folder = Time(), tmp_path / "copy"
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'test.db'}")
    core = Core(database, Languages(LOCALES, "ru"), Files(folder / "files"), time.now, {"telegram": LIMITS}, menu=MENU)
    core.engine.handover = lambda _name, page: f"https://t.me/kruzhok_bot?start={page.deep}"
    yield Crawl(core, request.param, time)
    await database.close()


@pytest.mark.parametrize("crawl", ["ru", "en"], indirect=True)
async def test_every_screen_is_sound_and_leads_home(crawl: Crawl, record_property: Callable[[str, object], None]) -> None:
    await crawl.everywhere()
    for screen in sorted(crawl.long):
        record_property("a long screen", screen)
    assert not crawl.problems, "\n".join(dict.fromkeys(crawl.problems))
    missed = {each.name for each in crawl.core.dialogs} - {each.kind.split(".")[0] for each in crawl.seen}
    assert missed <= ENDING | FAR, f"nobody came to {missed - ENDING - FAR}"


@pytest.mark.parametrize("crawl", ["ru"], indirect=True)
async def test_made_up_answers_are_answered(crawl: Crawl) -> None:
    """Whatever is written into whichever tab, the person gets a screen; what a dialog raises ends the test."""
    for path in ((("press", "", 0),), (("say", "рисование, 8 лет, по субботам", 0),), (("press", "", 3),), (("place", "", 0),)):
        for name in NAMES.split("|"):
            user = str(next(crawl._numbers))
            found = await crawl.walk(user, path)
            assert found is not None
            token = next(button.data[:10] for row in found[0].rows for button in row if button.data.startswith("."))
            for value in VALUES:
                outcome = await crawl._takes(Pressed, user, data=f"{token}.{name}.{value}"[:64], message="1")
                assert outcome.screen is not None
                crawl.look(outcome.screen, f"{name}={value}", path)
    assert not crawl.problems, "\n".join(dict.fromkeys(crawl.problems))
