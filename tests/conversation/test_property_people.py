"""People do anything at all, in any order, and the program is stopped, killed and robbed of its database: what must hold then.

The same people come on every run; `--hypothesis-seed=random` lets others come.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

import storage
from bot.conversation.event import Event, Opened, Said, SharedContact, SharedFile, SharedOther, SharedPlace
from storage.schema import metadata
from tests.conversation.crowd import ANNA, BORIS, EVERYBODY, Account, Crowd, no_error_is_logged

SOMEBODY = st.sampled_from(EVERYBODY)
BUTTON = st.integers(0, 30)
PAGES = ("home", "stall", "pair", "tastes", "quiz", "day", "letter", "papers", "job", "contact", "count-2")
OTHERS = ("", "mystall", "consent", "programme-1", "programme-9", "oldname-1", "nothing-1", "go-0123456789012345678901", "-", "x" * 64)
PAYLOADS = st.sampled_from(PAGES + OTHERS)
WORDS = (
    "1|2|7|10|-5|99999999999|№ 2.|1, 3|3 1 2|tomorrow|5 мая 2015|31.12.2016|29.02.2015|8 900 000 00 01|yes|no|Done|home|/stall|/nothing|/|"
    "back|cancel|another|Older|chess|=|*|<|**bold**|[a](http://b)|{name}"
)
NAMES = (
    "who name second-who second-name both-deep-sure stall sure one one> some some* order order* number number> soon soon* born born* where "
    "file many many* scale scale* rank* typed phone group words made-up <"
)
VALUES = "1|0|-1|+1|+x|=|any|low|yes|no|nobody|Older|another|2016|201602|20160229|9999|1.5,2.5|[1]|"
ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60) | st.just("x" * 600)
ANY_VALUE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


class People(RuleBasedStateMachine):
    """Anna with two accounts, and Boris."""

    fresh: ClassVar[Callable[[Path], str]]
    """Makes an empty database, given a folder of this example's own, and returns its URL."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="people"))
        self.runner = asyncio.Runner()
        self.quiet = no_error_is_logged()
        self.quiet.__enter__()
        self.crowd = Crowd(type(self).fresh(self.folder), self.folder)
        self.run(self.crowd.start())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def act(self, *events: Event) -> None:
        """Let events come, and look at what their people are shown."""
        self.run(self.crowd.take(*events))
        self.look(*events)

    def look(self, *events: Event, last: bool = True) -> None:
        for who in EVERYBODY:
            if any((event.channel, event.user) == (who.channel, who.user) for event in events):
                self.run(self.crowd.check_shown(who, last=last))

    def newest(self, who: Account, at: int) -> Event:
        """A press of a button that is there, or the start where none is."""
        buttons = self.crowd.buttons(who)
        if not buttons:
            started: Event = self.crowd.event(Opened, who)
            return started
        message, data = buttons[at % len(buttons)]
        pressed: Event = self.crowd.press(who, data, message)
        return pressed

    @initialize()
    def everybody_comes(self) -> None:
        self.run(self.crowd.meet())

    # ------------------------------------------------------------ what people do

    @rule(who=SOMEBODY, at=BUTTON)
    def press(self, who: Account, at: int) -> None:
        self.act(self.newest(who, at))

    @rule(who=SOMEBODY, presses=st.lists(BUTTON, min_size=3, max_size=12))
    def press_on(self, who: Account, presses: list[int]) -> None:
        for at in presses:
            self.act(self.newest(who, at % 8))

    @rule(who=SOMEBODY, at=st.integers(0, 200))
    def press_an_old_button(self, who: Account, at: int) -> None:
        if carried := self.crowd.carried(who):
            self.act(self.crowd.press(who, carried[at % len(carried)]))

    @rule(who=SOMEBODY, other=SOMEBODY, at=BUTTON)
    def press_another_ones_button(self, who: Account, other: Account, at: int) -> None:
        if carried := self.crowd.carried(other):
            self.act(self.crowd.press(who, carried[at % len(carried)]))

    @rule(
        who=SOMEBODY, other=SOMEBODY, at=BUTTON, name=st.sampled_from(NAMES.split()), value=st.sampled_from(VALUES.split("|")) | ANY_VALUE
    )
    def make_a_button_up(self, who: Account, other: Account, at: int, name: str, value: str) -> None:
        tokens = list(dict.fromkeys(data[:10] for data in self.crowd.carried(other) if data.startswith(".")))
        data = f"{tokens[at % len(tokens)]}.{name}.{value}" if tokens else value
        self.act(self.crowd.press(who, data if len(data) <= 64 else ""))

    @rule(who=SOMEBODY, text=st.sampled_from(WORDS.split("|")) | ANY_TEXT)
    def say(self, who: Account, text: str) -> None:
        self.act(self.crowd.event(Said, who, text=text))

    @rule(who=SOMEBODY)
    def say_a_name(self, who: Account) -> None:
        self.act(self.crowd.event(Said, who, text=who.word))

    @rule(who=SOMEBODY, payload=PAYLOADS)
    def open(self, who: Account, payload: str) -> None:
        self.act(self.crowd.event(Opened, who, payload=payload))

    @rule(who=SOMEBODY, what=st.sampled_from(["contact", "place", "file", "other"]), own=st.booleans())
    def share(self, who: Account, what: str, own: bool) -> None:  # noqa: FBT001
        file = {
            "reference": "f",
            "name": f"{who.word}.xlsx" if own else "a.exe",
            "type": "x",
            "size": 9 if own else 10**9,
            "kind": "document",
        }
        self.act({
            "contact": lambda: self.crowd.event(SharedContact, who, phone="+7 900 000 00 01", own=own),
            "place": lambda: self.crowd.event(SharedPlace, who, latitude=57.9, longitude=-57.3),
            "file": lambda: self.crowd.event(SharedFile, who, **file),
            "other": lambda: self.crowd.event(SharedOther, who, kind="sticker"),
        }[what]())  # fmt: skip

    @rule(first=SOMEBODY, second=SOMEBODY, ats=st.lists(BUTTON, min_size=4, max_size=4))
    def press_at_once(self, first: Account, second: Account, ats: list[int]) -> None:
        self.act(*[self.newest(who, at) for who, at in zip((first, second, first, second), ats, strict=True)])

    @rule(who=SOMEBODY)
    def block_and_come_back(self, who: Account) -> None:
        self.run(self.crowd.block(who, blocked=True))
        self.run(self.crowd.remind(who))
        self.run(self.crowd.block(who, blocked=False))

    @rule(who=SOMEBODY)
    def be_reminded(self, who: Account) -> None:
        self.run(self.crowd.remind(who))

    # ------------------------------------------------------------ what networks, clocks and machines do

    @precondition(lambda self: self.crowd.history)
    @rule(at=st.integers(0, 60), times=st.integers(1, 2))
    def an_event_comes_again(self, at: int, times: int) -> None:
        before = self.run(self.crowd.facts())
        event = self.crowd.history[-1 - at % len(self.crowd.history)]
        self.run(self.crowd.take(*[event] * times))
        after = self.run(self.crowd.facts())
        after["session"] = [row for row in after["session"] if row in before["session"] or ", {}, " not in row]  # an empty tab
        if not any(f"'{event.channel}', '{event.key}'" in row for row in before["event"]):
            before |= {name: after[name] for name in ("focus", "event")}  # it opened a page, and opens it again: focus goes there
        changed = {name: sorted(set(before[name]) ^ set(after[name])) for name in before}
        assert not any(changed.values()), (event, changed)

    @rule(hours=st.sampled_from([1, 2, 3, 24, 24 * 7, 24 * 91]))
    def time_goes_by(self, hours: int) -> None:
        self.crowd.world.time.at += timedelta(hours=hours)

    @rule()
    def receipts_are_written(self) -> None:
        self.run(self.crowd.core.receipts.flush())

    @rule()
    def restart(self) -> None:
        self.run(self.crowd.stop())
        self.run(self.crowd.start())

    @rule(who=SOMEBODY, at=BUTTON, statement=st.integers(0, 14))
    def the_database_goes_away_for_a_moment(self, who: Account, at: int, statement: int) -> None:
        event = self.newest(who, at)
        self.crowd.database.at = statement
        self.act(event)

    @rule(who=SOMEBODY, at=BUTTON, name=st.booleans(), statement=st.none() | st.integers(0, 14))
    def kill(self, who: Account, at: int, name: bool, statement: int | None) -> None:  # noqa: FBT001
        said: Event = self.crowd.event(Said, who, text=who.word)
        events = [self.newest(who, at), *([said] if name else []), self.newest(BORIS if who is ANNA else ANNA, at)]
        self.run(self.crowd.kill(statement, *events))
        self.look(*events, last=False)  # a page that was opened before an answer comes again below it

    # ------------------------------------------------------------ what must hold

    @invariant()
    def everything_holds(self) -> None:
        self.run(self.crowd.check())

    def teardown(self) -> None:
        self.run(self.crowd.stop())
        self.runner.close()
        shutil.rmtree(self.folder)
        self.quiet.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real pauses are for real databases."""
    monkeypatch.setattr("bot.conversation.dispatcher.FIRST_PAUSE", 0.0)


def try_people(request: pytest.FixtureRequest, fresh: Callable[[Path], str], examples: int) -> None:
    """Let people do what they like, `examples` times."""
    machine = type("People", (People,), {"fresh": staticmethod(fresh)})
    chosen = settings(
        max_examples=examples,
        stateful_step_count=30,
        report_multiple_bugs=False,
        deadline=None,
        database=None,
        derandomize=request.config.getoption("--hypothesis-seed") is None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)


def test_people_on_sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    storage.migrate(f"sqlite+aiosqlite:///{template}")

    def fresh(folder: Path) -> str:
        shutil.copy(template, folder / "people.db")
        return f"sqlite+aiosqlite:///{folder / 'people.db'}"

    try_people(request, fresh, 60)


def test_people_on_postgresql(request: pytest.FixtureRequest, postgres: str) -> None:
    storage.migrate(postgres)

    def fresh(_folder: Path) -> str:
        asyncio.run(empty(postgres))
        return postgres

    try_people(request, fresh, 15)


async def empty(url: str) -> None:
    """Empty every table."""
    database = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await database.execute(f"TRUNCATE {', '.join(metadata.tables)} CASCADE")
    finally:
        await database.close()
