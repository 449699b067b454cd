"""One run: all subjects at once, each slice of one between two slices of the echo, in an order that turns round every time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from bench import slices
from bench.program import pin
from bench.slices import Slice, Spread, quantile
from bench.startup import Start, starts
from bench.subjects import ECHO, LIMITED, SUBJECTS, Running, Subject, running

RATE = 60.0
"""Presses a second of the paced slices: a district on the evening of enrolment."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; seconds are those of one slice."""

    repetitions: int = 8
    seconds: float = 0.6
    paced_repetitions: int = 3
    paced_seconds: float = 2.5
    limited_seconds: float = 5.0
    quick: bool = False


QUICK = Plan(repetitions=3, seconds=0.5, paced_repetitions=1, paced_seconds=2.0, limited_seconds=2.0, quick=True)


@dataclass(slots=True)
class Figures:
    """What was measured of a subject under one load; `ratios` compare each slice with the echo beside it."""

    taken: list[Slice] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    @property
    def cost(self) -> Spread:
        """CPU seconds a press."""
        return Spread.of([each.cost for each in self.taken])

    @property
    def ratio(self) -> Spread:
        """The cost, in that of an echo."""
        return Spread.of(self.ratios)

    @property
    def rate(self) -> Spread:
        """Presses a second."""
        return Spread.of([each.presses / each.seconds for each in self.taken])

    @property
    def busy(self) -> Spread:
        """The share of its core that the program used; far below one, another was the brake: the emulator or the messenger's limit."""
        return Spread.of([each.cpu / each.seconds for each in self.taken])

    def duration(self, share: float) -> float:
        """The p50 (0.5) or p99 (0.99) of all presses, in seconds."""
        return quantile([one for each in self.taken for one in each.durations], share)


@dataclass(slots=True)
class Subjected:
    """A subject with all of its figures; `before` and `after` are its memory in bytes."""

    subject: Subject
    saturated: Figures = field(default_factory=Figures)
    paced: Figures = field(default_factory=Figures)
    before: int = 0
    after: int = 0


@dataclass(slots=True)
class Outcome:
    """What a run gave. `missing` are subjects that this machine cannot run."""

    measured: list[Subjected]
    limited: list[Subjected]
    startup: list[Start]
    missing: list[Subject]
    pinned: bool


async def run(plan: Plan, say: Callable[[str], None]) -> Outcome:
    """Measure everything."""
    pinned = pin()
    folder = Path(tempfile.mkdtemp(prefix="kruzhok-bench-"))
    try:
        possible = [subject for subject in SUBJECTS if subject.possible]
        measured = await _together([ECHO, *possible], folder, plan, say, pinned=pinned)
        say("with VK's limit on")
        limited = [await _limited(subject, folder, plan, pinned=pinned) for subject in LIMITED]
        say("starting")
        (folder / "start").mkdir()
        startup = await starts(folder / "start", quick=plan.quick)
    finally:
        shutil.rmtree(folder)
    return Outcome(measured, limited, startup, [subject for subject in SUBJECTS if not subject.possible], pinned)


async def _together(subjects: Sequence[Subject], folder: Path, plan: Plan, say: Callable[[str], None], *, pinned: bool) -> list[Subjected]:
    async with AsyncExitStack() as stack:
        found: list[tuple[Subjected, Running]] = []
        for subject in subjects:
            say(f"starting {subject.title}")
            it = await stack.enter_async_context(running(subject, folder / subject.name, pinned=pinned))
            found.append((Subjected(subject, before=it.begun.memory), it))
        shown = {frozenset(it.shown) for _subjected, it in found if it.subject.database}
        if len(shown) != 1:
            raise RuntimeError(f"the programs do not show the same: {shown}")
        for _subjected, it in found:
            await it.warm_up(plan.seconds)
        await _interleaved(
            [(subjected.saturated, it) for subjected, it in found],
            lambda it: slices.saturated(it.program, it.actors, plan.seconds),
            plan.repetitions,
            lambda number: say(f"everybody presses all the time: {number} of {plan.repetitions}"),
        )
        await _interleaved(
            [(subjected.paced, it) for subjected, it in found],
            lambda it: slices.paced(it.program, it.actors, plan.paced_seconds, RATE),
            plan.paced_repetitions,
            lambda number: say(f"{RATE:g} presses a second: {number} of {plan.paced_repetitions}"),
        )
        for subjected, it in found:
            subjected.after = (await it.program.used()).memory
        return [subjected for subjected, _it in found]


async def _interleaved(
    found: Sequence[tuple[Figures, Running]], measure: Callable[[Running], Awaitable[Slice]], times: int, say: Callable[[int], None]
) -> None:
    """Echo, subject, echo, subject, …, echo; the next time the other way round. A ratio is to the mean of the two echoes beside it."""
    (of_echo, echo), *subjects = found
    for number in range(times):
        say(number + 1)
        before = await measure(echo)
        of_echo.taken.append(before)
        for figures, it in subjects if number % 2 == 0 else reversed(subjects):
            taken = await measure(it)
            after = await measure(echo)
            figures.taken.append(taken)
            figures.ratios.append(taken.cost / mean([before.cost, after.cost]))
            of_echo.taken.append(after)
            of_echo.ratios.append(after.cost / before.cost)
            before = after


async def _limited(subject: Subject, folder: Path, plan: Plan, *, pinned: bool) -> Subjected:
    async with running(subject, folder / subject.name, pinned=pinned) as it:
        found = Subjected(subject, before=it.begun.memory)
        found.saturated.taken.append(await slices.saturated(it.program, it.actors, plan.limited_seconds, least=1))
        found.after = (await it.program.used()).memory
        return found
