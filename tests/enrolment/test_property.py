"""Random families, groups, sizes, hours and staff: whatever they do in whatever order, places and queues keep their promises.

The same district is played on every run; `--hypothesis-seed=random` plays another.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bot.model.application import DECISIONS, LIVE, Action, Actor, State, allowed
from bot.services import enrolment, intake, queue, waking
from bot.services.enrolment import Decided, Refused
from storage import schema
from storage.database import Tx, open_database
from tests.enrolment.checks import check
from tests.enrolment.club import BEGINS, START, Club, Family
from tests.enrolment.conftest import Fresh
from tests.enrolment.test_family import FROM, VERBS
from tests.enrolment.test_staff import NEEDED

T = TypeVar("T")
FAMILIES, GROUPS = 6, 5
SOME_CATEGORY = st.sampled_from(["svo", "orphan"])
SOMEBODY, SOME_GROUP, SOME_APPLICATION = st.integers(0, FAMILIES - 1), st.integers(0, GROUPS - 1), st.integers(0, 30)
BORN = date(2017, 5, 5)
MOST = 2
"""Places that a child may hold at once."""


class Entry(NamedTuple):
    """An application as the promises are about it."""

    id: int
    child: int
    group: int
    state: str
    ticket: int | None
    passed: bool
    offer_until: datetime | None
    category: str | None
    bundle: int | None
    instead_of: int | None

    @property
    def right(self) -> str:
        """By which right it may have a kept or reserved place."""
        return "kept" if self.instead_of else self.category or ""


@dataclass(slots=True)
class Picture:
    """The whole database at one moment."""

    entries: dict[int, Entry]
    seats: dict[int, tuple[int, int]]
    capacity: dict[int, int]
    gives: dict[int, bool] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    quotas: dict[int, dict[str, int]] = field(default_factory=dict)
    priority: dict[int, list[str]] = field(default_factory=dict)
    together: set[int] = field(default_factory=set)

    def position(self, unit: Sequence[Entry]) -> tuple[int, float]:
        """Where an entry stands in its queue: by the published rule, then by ticket; several at once where the last of them would."""
        order = self.priority.get(unit[0].group) or []
        ranks = [order.index(one.category) if one.category in order else len(order) for one in unit]
        return max(ranks), max(math.inf if one.ticket is None else one.ticket for one in unit)

    def units(self, group: int, states: Collection[str]) -> list[tuple[Entry, ...]]:
        """The entries of a group in these states, those that are served at once as one."""
        found = dict[int, list[Entry]]()
        for one in self.entries.values():
            if one.group == group and one.state in states:
                found.setdefault(-(one.bundle or 0) if one.bundle in self.together else one.id, []).append(one)
        return [tuple(unit) for unit in found.values()]

    def fits(self, unit: Sequence[Entry], without: Collection[int] = ()) -> bool:
        """Whether there is room for all of these, if some others had no place."""
        group = unit[0].group
        held = Counter(self.entries[number].right for number, (at, _s) in self.seats.items() if at == group and number not in without)
        free = self.capacity[group] - held.total()
        waits = {"kept": self.kept.get(group, 0), **self.quotas.get(group, {})}
        unfilled = {whose: max(0, places - held[whose]) for whose, places in waits.items()}
        for one in unit:
            if free - sum(places for whose, places in unfilled.items() if whose != one.right) <= 0:
                return False
            free -= 1
            unfilled[one.right] = max(0, unfilled.get(one.right, 0) - 1)
        return True

    def held(self, group: int) -> int:
        """Places that are held in a group."""
        return sum(at == group for at, _seat in self.seats.values())

    def full(self, child: int) -> bool:
        """Whether a child holds as many places as it may."""
        return Counter(self.entries[number].child for number in self.seats)[child] >= MOST


class District(RuleBasedStateMachine):
    """Four groups with a queue and one with a selection; six families, one with two guardians; a methodist, a clock, imports."""

    fresh: ClassVar[Fresh]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="district"))
        self.runner = asyncio.Runner()
        self.club = Club(self.run(open_database(type(self).fresh(self.folder))))
        self.families: list[Family] = []
        self.parents: list[list[int]] = []
        self.groups: list[int] = []
        self.twins: list[int] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize(sizes=st.tuples(*[st.integers(0, 3)] * GROUPS), begins=st.tuples(*[st.integers(-10, 8)] * GROUPS))
    def begin(self, sizes: tuple[int, ...], begins: tuple[int, ...]) -> None:
        self.run(self._begin(sizes, begins))

    async def _begin(self, sizes: tuple[int, ...], begins: tuple[int, ...]) -> None:
        await self.club.found()
        await self.club.change(schema.municipality, self.club.municipality, places_per_child=MOST)
        for at, (size, later) in enumerate(zip(sizes, begins, strict=True)):
            starts = START.date() + timedelta(days=later) if later < 7 else BEGINS
            entry = "selection" if at == GROUPS - 1 else "queue"
            self.groups.append(await self.club.group(size, (2, "16:00", "17:00"), starts=starts, entry=entry))
        self.families = [await self.club.family(BORN) for _ in range(FAMILIES)]
        self.parents = [[family.parent] for family in self.families]
        self.parents[0].append(await self.club.joins(self.families[0].id))
        self.twins = [await self.club.child(family.id, BORN, "Dasha") for family in self.families]
        for family in self.families:
            await self.club.turn(enrolment.apply, family.parent, family.child, self.groups[0], financing="free", channel="vk")

    # ------------------------------------------------------------ what people do

    @rule(who=SOMEBODY, parent=st.booleans(), group=SOME_GROUP)
    def apply(self, who: int, parent: bool, group: int) -> None:  # noqa: FBT001  it is drawn
        person = self.parents[who][parent and len(self.parents[who]) - 1]
        self.act(enrolment.apply, person, self.families[who].child, self.groups[group], financing="free", channel="vk")

    @rule(who=SOMEBODY, group=SOME_GROUP, category=SOME_CATEGORY)
    def apply_by_a_category(self, who: int, group: int, category: str) -> None:
        family = self.families[who]
        self.act(enrolment.apply, family.parent, family.child, self.groups[group], financing="free", channel="vk", category=category)

    @rule(who=SOMEBODY, group=SOME_GROUP, together=st.sampled_from([True, True, False]))
    def twins_apply(self, who: int, group: int, together: bool) -> None:  # noqa: FBT001  it is drawn
        family, children = self.families[who], [self.families[who].child, self.twins[who]]
        more = {"together": together, "financing": "free", "channel": "vk"}
        made = self.act(enrolment.apply_together, family.parent, children, self.groups[group], **more)
        if made and together:
            entries = self.run(self.picture()).entries
            assert len({entries[number].state for number in made}) == 1, "one of the twins is taken, the other is not"

    @rule(
        who=SOMEBODY,
        twin=st.booleans(),
        groups=st.lists(SOME_GROUP, min_size=2, max_size=4),
        rest=st.sampled_from(["keep", "lower", "leave"]),
    )
    def wishes_are_ranked(self, who: int, twin: bool, groups: list[int], rest: str) -> None:  # noqa: FBT001  it is drawn
        child = self.twins[who] if twin else self.families[who].child
        self.act(enrolment.apply_ranked, self.families[who].parent, child, [self.groups[at] for at in groups], rest=rest, channel="vk")

    @rule(at=SOME_APPLICATION, group=SOME_GROUP)
    def a_place_is_given_up_for_another(self, at: int, group: int) -> None:
        if entry := self.some(at):
            who = self.whose(entry)
            more = {"financing": "free", "channel": "vk", "instead_of": entry.id}
            self.act(enrolment.apply, self.parents[who][0], entry.child, self.groups[group], **more)

    @rule(group=SOME_GROUP, category=SOME_CATEGORY, seats=st.integers(0, 2))
    def places_are_reserved(self, group: int, category: str, seats: int) -> None:
        self.act(intake.set_quota, self.club.methodist, self.groups[group], category, seats)

    @rule(group=SOME_GROUP, order=st.lists(SOME_CATEGORY, max_size=2, unique=True))
    def a_rule_is_published(self, group: int, order: list[str]) -> None:
        self.act(intake.set_priority, self.club.methodist, self.groups[group], order)

    @rule(group=SOME_GROUP, kept=st.integers(0, 2))
    def places_are_kept_or_released(self, group: int, kept: int) -> None:
        if kept == 2:
            self.act(intake.release, self.club.methodist, self.groups[group])
        else:
            self.act(intake.set_kept, self.club.methodist, self.groups[group], kept)

    @rule(at=SOME_APPLICATION)
    def no_paper_is_shown(self, at: int) -> None:
        if entry := self.some(at):
            self.act(intake.strike, self.club.methodist, entry.id, channel="vk")

    @rule(group=SOME_GROUP)
    def everybody_applies(self, group: int) -> None:
        for who in range(FAMILIES):
            self.apply(who, parent=False, group=group)

    @rule(at=SOME_APPLICATION, which=st.integers(0, 99), again=st.booleans())
    def a_family_answers(self, at: int, which: int, again: bool) -> None:  # noqa: FBT001  it is drawn
        if entry := self.some(at):
            likely = [verb for verb, states in FROM.items() if entry.state in states and (verb != "withdraw" or which % 2)]
            verb = chosen(which, likely, [*VERBS])
            for _ in range(1 + again):
                self.reply(entry, verb)

    def reply(self, entry: Entry, verb: str) -> None:
        self.act(VERBS[verb], self.parents[self.whose(entry)][-1], entry.id, channel="telegram")

    def whose(self, entry: Entry) -> int:
        """The family of an application."""
        return next(which for which, family in enumerate(self.families) if entry.child in {family.child, self.twins[which]})

    @rule(at=SOME_APPLICATION, verb=st.sampled_from(["accept", "decline_offer", "keep_in_line"]))
    def an_offer_is_answered(self, at: int, verb: str) -> None:
        if offered := [one for one in self.run(self.picture()).entries.values() if one.state == "offered"]:
            self.reply(offered[at % len(offered)], verb)

    @rule(at=SOME_APPLICATION, verbs=st.sampled_from([("invite", "admit", "confirm"), ("invite", "reserve"), ("invite", "not_admit")]))
    def the_board_sits(self, at: int, verbs: tuple[str, ...]) -> None:
        board = self.groups[-1]
        if came := [one for one in self.run(self.picture()).entries.values() if one.group == board and one.state == "submitted"]:
            for verb in verbs:
                self.act(enrolment.decide, self.club.methodist, came[at % len(came)].id, verb, channel="vk")

    @rule(at=SOME_APPLICATION, which=st.integers(0, 99), then=st.sampled_from(["", "", "again", "undo"]))
    def the_staff_decides(self, at: int, which: int, then: str) -> None:
        if entry := self.some(at):
            selection = entry.group == self.groups[-1]
            leads = [verb for verb, to in DECISIONS.items() if allowed(Actor.STAFF, State(entry.state), to, selection=selection)]
            leads = [verb for verb in leads if verb is not Action.DECLINE or which % 4 == 1] or [Action.REVIEW]
            verb = chosen(which, leads, [*DECISIONS])
            for _ in range(1 + (then == "again")):
                self.act(enrolment.decide, self.club.methodist, entry.id, verb, **NEEDED.get(verb, {}), channel="vk")
            if then == "undo":
                self.act(enrolment.undo, self.club.methodist, entry.id, channel="vk")

    @rule(group=SOME_GROUP, size=st.integers(0, 4))
    def set_size(self, group: int, size: int) -> None:
        self.act(enrolment.set_size, self.club.methodist, self.groups[group], size)

    # ------------------------------------------------------------ what happens by itself

    @rule(group=SOME_GROUP, size=st.integers(0, 4), taken=st.integers(0, 1), kept=st.integers(0, 1), locked=st.booleans())
    def a_list_is_imported(self, group: int, size: int, taken: int, kept: int, locked: bool) -> None:  # noqa: FBT001  it is drawn
        self.run(self.club.change(schema.study_group, self.groups[group], size=size, taken=taken, kept=kept, locked=locked))

    @rule(minutes=st.sampled_from([1, 30, 60 * 5, 60 * 11, 60 * 24, 60 * 48, 60 * 24 * 9]))
    def time_goes_by(self, minutes: int) -> None:
        self.club.now += timedelta(minutes=minutes)

    @rule()
    def tick(self) -> None:
        self.act(enrolment.tick)
        now_ = self.run(self.picture())
        late = [one for one in now_.entries.values() if one.state == "offered" and (one.offer_until or START) <= self.club.now]
        assert not late, "an offer past its time"
        assert not [group for group in self.groups if self.idle(now_, group)], "a free place that somebody could have"

    # ------------------------------------------------------------ what must hold

    def some(self, at: int) -> Entry | None:
        """One of the applications; one that is going on, where `at` is not a multiple of five."""
        entries = [one for one in self.run(self.picture()).entries.values() if at % 5 == 0 or one.state in LIVE]
        return entries[at % len(entries)] if entries else None

    def act(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        """Do something, or be told why not; and look at what it did to places and queues."""
        before = self.run(self.picture())
        try:
            done = self.run(self.club.turn(work, *args, **kwargs))
        except (Refused, Decided):
            assert self.run(self.picture()) == before, "a refusal that changed something"
            return None
        after = self.run(self.picture())
        self.compare(before, after)
        self.run(check(self.club, MOST))
        return done

    def compare(self, before: Picture, after: Picture) -> None:
        taken = {number: at for number, at in after.seats.items() if before.seats.get(number) != at}
        for number, (group, seat) in taken.items():
            assert after.held(group) <= after.capacity[group], "more places than there are"
            assert 1 <= seat <= after.capacity[group], "a seat that is not there"
            new = number not in before.entries or after.entries[number].state == "offered"
            assert after.gives[group] or not new, "a place in a closed group"
        for number in taken:
            one = after.entries[number]
            fresh = one.state == "offered" or (number not in before.entries and one.state == "submitted")
            if fresh and one.group != self.groups[-1]:
                self.nobody_was_passed(one, before, after)
                assert after.fits([one], {number}), "a place that waits for somebody else"
        freed = {group for number, (group, _seat) in before.seats.items() if number not in after.seats}
        assert not [group for group in freed if self.idle(after, group)], "a place was freed and not offered"
        for number, (group, seat) in before.seats.items():
            assert after.seats.get(number, (group, seat)) == (group, seat), "a holder was moved"

    def idle(self, now_: Picture, group: int) -> bool:
        """Whether a place is free that somebody who waits could be given."""
        waits = [
            unit
            for unit in now_.units(group, {"waitlisted", "reserve"})
            if not any(one.passed or now_.full(one.child) for one in unit) and now_.fits(unit)
        ]
        return bool(waits) and now_.gives[group] and self.run(self.club.turn(_in_time, group))

    def nobody_was_passed(self, one: Entry, before: Picture, after: Picture) -> None:
        """Whoever still waits and comes before somebody who was given a place could not have had it."""
        mine = next(unit for unit in after.units(one.group, {one.state}) if one in unit)
        for unit in after.units(one.group, {"waitlisted"}):
            ahead = after.position(unit) < after.position(mine)
            excused = any(
                other.id not in before.entries or other.passed or before.full(other.child) or after.full(other.child) for other in unit
            )
            assert not ahead or excused or not after.fits(unit, {each.id for each in mine}), "somebody passed the queue"

    async def picture(self) -> Picture:
        return await self.club.database.read(self._picture, now=self.club.now)

    async def _picture(self, tx: Tx) -> Picture:
        rows = await self.club.within(tx, schema.application, *Entry._fields)
        places = await self.club.within(tx, schema.place, "holder", "group", "seat")
        groups = await self.club.within(tx, schema.study_group, "id", "size", "taken", "kept", "locked", "priority")
        quotas = dict[int, dict[str, int]]()
        for group, category, seats in await self.club.within(tx, schema.quota, "group", "category", "seats"):
            quotas.setdefault(group, {})[category] = seats
        return Picture(
            {row[0]: Entry(*row) for row in rows},
            {holder: (group, seat) for holder, group, seat in places},
            {number: size - taken for number, size, taken, *_rest in groups},
            {number: not locked for number, _size, _taken, _kept, locked, _order in groups},
            {number: kept for number, _size, _taken, kept, *_rest in groups},
            quotas,
            {number: order or [] for number, *_rest, order in groups},
            {number for number, together in await self.club.within(tx, schema.bundle, "id", "together") if together},
        )

    def teardown(self) -> None:
        self.run(self.club.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)


def chosen(which: int, likely: Sequence[str], any_: Sequence[str]) -> str:
    """One of the likely ones, or every fifth time any."""
    return any_[which // 5 % len(any_)] if which % 5 == 0 or not likely else likely[which // 5 % len(likely)]


async def _in_time(tx: Tx, group: int) -> bool:
    """Whether there is time enough for an answer before the group begins."""
    facts = await queue.lock(tx, group)
    return queue.selects(facts) or await queue.until(tx, facts, waking.awake(tx.now, ZoneInfo(facts.zone))) is not None


def play(request: pytest.FixtureRequest, fresh: Fresh, examples: int) -> None:
    """Play the district `examples` times."""
    machine = type("District", (District,), {"fresh": staticmethod(fresh)})
    chosen = settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=request.config.getoption("--hypothesis-seed") is None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a failure is told as it was found: to shrink it takes minutes
    )
    run_state_machine_as_test(machine, settings=chosen)


def test_promises_are_kept_on_sqlite(request: pytest.FixtureRequest, fresh_sqlite: Fresh) -> None:
    play(request, fresh_sqlite, 50)


def test_promises_are_kept_on_postgresql(request: pytest.FixtureRequest, fresh_postgres: Fresh) -> None:
    play(request, fresh_postgres, 10)
