"""A slice: a short time in which one program works and its CPU, presses and their durations are counted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from bench.people import Actor
from bench.program import Program

RISE = 0.2
"""Seconds of work before a slice begins: threads are awake and batches have their size."""
LEAST = 200
"""Presses in a saturated slice, at least: a slow program answers all hundred at about the same time, and a slice must not lie between."""
GLANCE = 0.02
"""Seconds between two looks whether enough is done."""


@dataclass(slots=True)
class Slice:
    """What was counted: presses done in so many seconds, their durations in seconds, and the program's CPU seconds."""

    presses: int
    seconds: float
    cpu: float
    durations: list[float] = field(repr=False)

    @property
    def cost(self) -> float:
        """CPU seconds a press."""
        return self.cpu / self.presses


class _Count:
    """Counts what is done, and keeps how long it took."""

    def __init__(self) -> None:
        self.durations: list[float] = []

    async def act(self, actor: Actor, since: float) -> None:
        await actor.act()
        self.durations.append(perf_counter() - since)


async def _between(program: Program, count: _Count, seconds: float, least: int = 1) -> Slice:
    """Count for a while, and until `least` presses are done; what was asked of the program at the edges belongs to the slice."""
    await _pass(count, RISE, least // 2)
    before, first, began = await program.used(), len(count.durations), perf_counter()
    await _pass(count, seconds, first + least)
    after, last, ended = await program.used(), len(count.durations), perf_counter()
    return Slice(last - first, ended - began, after.cpu - before.cpu, count.durations[first:last])


async def _pass(count: _Count, seconds: float, presses: int) -> None:
    await asyncio.sleep(seconds)
    while len(count.durations) < presses:  # noqa: ASYNC110 - an event for each press would cost the people more than a glance
        await asyncio.sleep(GLANCE)


async def saturated(program: Program, actors: Sequence[Actor], seconds: float, least: int = LEAST) -> Slice:
    """Everybody has something outstanding all the time."""
    count, going = _Count(), True

    async def again_and_again(actor: Actor) -> None:
        while going:
            await count.act(actor, perf_counter())

    tasks = [asyncio.create_task(again_and_again(actor)) for actor in actors]
    try:
        return await _between(program, count, seconds, least)
    finally:
        going = False
        await asyncio.gather(*tasks)


async def paced(program: Program, actors: Sequence[Actor], seconds: float, rate: float) -> Slice:
    """So many presses a second, evenly, whether the program keeps up or not; durations count from when a press was due.

    A press whose actor still waits for the one before waits too: its duration goes on counting.
    """
    count, free = _Count(), [asyncio.Lock() for _ in actors]
    tasks: list[asyncio.Task[None]] = []

    async def one(at: int, due: float) -> None:
        async with free[at]:
            await count.act(actors[at], due)

    async def all_of_them() -> None:
        begun = perf_counter()
        for number in range(int((seconds + 2 * RISE) * rate)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            tasks.append(asyncio.create_task(one(number % len(actors), due)))

    clock = asyncio.create_task(all_of_them())
    try:
        return await _between(program, count, seconds)
    finally:
        await clock
        await asyncio.gather(*tasks)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several figures and how far they lie apart."""

    middle: float
    least: float
    most: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one figure."""
        return cls(median(values), min(values), max(values), len(values))
