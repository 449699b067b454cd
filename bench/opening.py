"""The opening night: thousands of families in two messengers, four presses each, from the update to the committed place and the answer.

Families, children and consents are there before the clock starts, as they would be: whoever waits for an opening has looked round before.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bench import people, slices
from bench.people import Crowd
from bench.program import Program, environment, pin
from bench.slices import quantile
from bench.subjects import COMMUNITY, ECHO, FAST, POSTGRES, VK_RATE, Subject, database, running
from bench.table import machine, table
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from storage.schema import account, application, child, consent, consent_text, family, guardian, person, place, study_group

PRESSES = 4
GROUPS, SIZE = 5, 60
"""Groups of the programme that opens, and the places of each: far fewer than there are families."""
OUTSTANDING = 100
"""Families that press at the same time where everybody presses as fast as the answers come."""
RATE = 40_000 / 600
"""Presses a second of ten thousand families in ten minutes."""
FIRST = 1_000_001
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Night:
    """One way to open: on which database, with the messengers' limits or without, and `rate` presses a second (0: as fast as it goes)."""

    title: str
    database: str
    families: int
    limited: bool = False
    rate: float = 0.0


@dataclass(slots=True)
class Opened:
    """What a night gave: durations of presses in seconds, its length, the program's CPU and memory, and what the database says."""

    night: Night
    durations: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    held: int = 0
    waiting: int = 0


def nights(*, quick: bool) -> Iterator[Night]:
    """A thousand families, or ten; paced for a minute, or for the ten minutes of the promise."""
    many = 1_000 if quick else 10_000
    for name in ("SQLite", *(("PostgreSQL",) if POSTGRES in os.environ else ())):
        yield Night(f"{name}, as fast as it goes", name.lower(), many)
        yield Night(f"{name}, {RATE:.0f} presses a second", name.lower(), many, rate=RATE)
        yield Night(f"{name}, {RATE:.0f} presses a second, limits on", name.lower(), many, limited=True, rate=RATE)


async def prepare(url: str, families: int) -> None:
    """A programme that opens now, and families who may apply in one go: half in Telegram, half in VK."""
    now = datetime.now(UTC)
    engine = create_async_engine(url)
    async with engine.begin() as db:
        await db.execute(delete(study_group))
        groups = [{"id": at, "code": f"n{at}", "programme": 1, "name": str(at), "size": SIZE, "taken": 0} for at in range(1, GROUPS + 1)]
        await db.execute(insert(study_group), [{**each, "settlement": 1, "starts": now.date() + timedelta(days=30)} for each in groups])
        await db.execute(text("UPDATE programme SET free = true, paid = false, price = NULL, age_min = 60, age_max = 200"))
        await db.execute(insert(consent_text).values(digest="bench", purpose="application", organisation=1, text="…", at=now))
        numbers = range(1, families + 1)
        await db.execute(insert(person), [{"id": FIRST + at, "language": "en", "created": now} for at in numbers])
        await db.execute(insert(family), [{"id": FIRST + at, "created": now} for at in numbers])
        await db.execute(
            insert(account),
            [
                {"person": FIRST + at, "channel": ("telegram", "vk")[at % 2], "user": str(FIRST + at), "reachable": True, "used": now}
                for at in numbers
            ],
        )
        parents = {"role": "guardian", "name": "Bench", "phone": "+79000000000", "since": now}
        await db.execute(insert(guardian), [{"family": FIRST + at, "person": FIRST + at, **parents} for at in numbers])
        born = date(now.year - 9, 1, 15)
        await db.execute(
            insert(child), [{"family": FIRST + at, "name": "Masha", "surname": f"N{at}", "born": born, "created": now} for at in numbers]
        )
        given = {"purpose": "application", "organisation": 1, "digest": "bench", "given": now}
        await db.execute(
            insert(consent),
            [{"person": FIRST + at, "family": FIRST + at, "channel": ("telegram", "vk")[at % 2], **given} for at in numbers],
        )
    await engine.dispose()


@dataclass(slots=True)
class Applicant:
    """A family on its way from the card to the answer."""

    crowd: Crowd
    user: int

    async def press(self, label: str, shown: Sequence[str]) -> None:
        """Press the key of the newest message that has it (none: open the card), and wait until one of `shown` can be pressed."""
        chat = self.crowd.messenger.chat(self.user)
        if label:
            message = next(each for each in reversed(chat.messages) if any(key.label == label for row in each.keys for key in row))
            await self.crowd.messenger.press(self.user, message.id, label)
        else:
            await self.crowd.messenger.start(self.user, "programme-1")
        await self.crowd.until(self.user, lambda: self._sees(shown) is not None)

    def _sees(self, shown: Sequence[str]) -> str | None:
        for message in self.crowd.messenger.chat(self.user).messages:
            labels = {key.label for row in message.keys for key in row}
            if not message.mine and (found := next((each for each in shown if each in labels), None)):
                return found
        return None

    async def apply(self, group: int, due: float) -> list[float]:
        """Four presses; their durations. The first one counts from when it was due."""
        durations, send = list[float](), ("Send the application", "Join the queue")
        for label, shown in (("", ("Apply",)), ("Apply", (str(group),)), (str(group), send), (None, ("History",))):
            began = due if not durations else perf_counter()
            await self.press(label if label is not None else self._sees(send) or "", shown)
            durations.append(perf_counter() - began)
        return durations


async def _press_all(night: Night, crowds: Sequence[Crowd]) -> Opened:
    """Everybody applies once."""
    opened, gate, begun = Opened(night), asyncio.Semaphore(OUTSTANDING), perf_counter()

    async def one(at: int, due: float) -> None:
        opened.durations += await Applicant(crowds[at % 2], FIRST + at).apply(at % GROUPS + 1, due)

    async def gated(at: int) -> None:
        async with gate:
            await one(at, perf_counter())

    async def paced(at: int) -> None:
        due = begun + (at - 1) * PRESSES / night.rate
        await asyncio.sleep(max(0.0, due - perf_counter()))
        await one(at, due)

    await asyncio.gather(*((paced if night.rate else gated)(at) for at in range(1, night.families + 1)))
    opened.seconds = perf_counter() - begun
    return opened


async def _check(url: str, opened: Opened) -> None:
    """Sums: places are full, all others queue with tickets without gaps, nobody is there twice. Raises `RuntimeError`."""
    engine = create_async_engine(url)
    async with engine.connect() as db:
        applications = (await db.execute(select(application.c.child, application.c.group, application.c.state, application.c.ticket))).all()
        opened.held = (await db.execute(select(func.count()).select_from(place))).scalar_one()
    await engine.dispose()
    waits = [row for row in applications if row.state == "waitlisted"]
    opened.waiting = len(waits)
    full = min(opened.night.families, GROUPS * SIZE)
    tickets = {group: sorted(row.ticket for row in waits if row.group == group) for group in range(1, GROUPS + 1)}
    sound = (
        opened.held == full
        and len(applications) == opened.night.families == len({row.child for row in applications})
        and opened.waiting == opened.night.families - full
        and all(found == list(range(1, len(found) + 1)) for found in tickets.values())
    )
    if not sound:
        raise RuntimeError(
            f"{opened.night.title}: the sums do not hold: {opened.held} held, {opened.waiting} wait, {len(applications)} in all"
        )


async def _open(night: Night, folder: Path, *, pinned: bool) -> Opened:
    """Start the program between both messengers, and let everybody apply."""
    folder.mkdir()  # noqa: ASYNC240 - nothing else runs yet
    clock = SandboxClock(datetime.now(UTC))
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(database(night.database, folder))
        await prepare(url, night.families)
        patience = people.PATIENCE if night.limited else PATIENCE
        telegram = await stack.enter_async_context(
            TelegramEmulator(clock=clock, strict=False, paced=night.limited, callback_seconds=patience)
        )
        vk = await stack.enter_async_context(VkEmulator([COMMUNITY], clock=clock, strict=False, rate=VK_RATE if night.limited else None))
        variables = {
            "KRUZHOK_DATABASE__URL": url,
            "KRUZHOK_TELEGRAM__TOKEN": telegram.token,
            "KRUZHOK_TELEGRAM__API_URL": telegram.url,
            "KRUZHOK_TELEGRAM__PERSONAL_DATA": "true",
            "KRUZHOK_VK__TOKEN": COMMUNITY.token,
            "KRUZHOK_VK__GROUP_ID": str(COMMUNITY.group_id),
            "KRUZHOK_VK__API_URL": vk.url,
            **({} if night.limited else {"BENCH_VK_STEP": FAST}),
        }
        program = await Program.start("bench.programs.kruzhok", folder, environment(variables, pinned=pinned))
        stack.push_async_callback(program.stop)
        crowds = [Crowd(telegram), Crowd(vk.community("vk"))]
        for crowd in crowds:
            await people.wake(crowd)
        before = await program.used()
        try:
            opened = await _press_all(night, crowds)
        except TimeoutError as error:
            raise RuntimeError(f"{night.title}: a press was not answered:\n{program.last_words()}") from error
        after = await program.used()
        opened.cpu, opened.memory = after.cpu - before.cpu, after.memory
        await _check(url, opened)
        return opened


async def _echo(folder: Path, *, pinned: bool) -> float:
    """CPU seconds of a message through the bare aiogram echo, in this very run."""
    subject: Subject = ECHO
    async with running(subject, folder, pinned=pinned) as it:
        await it.warm_up(1.0)
        return (await slices.saturated(it.program, it.actors, 2.0)).cost


async def run(say: Callable[[str], None], *, quick: bool) -> str:
    """Open on every night, and return the table."""
    pinned, folder = pin(), Path(tempfile.mkdtemp(prefix="kruzhok-opening-"))
    try:
        rows = list[list[str]]()
        for at, night in enumerate(nights(quick=quick)):
            say(night.title)
            echo = await _echo(folder / f"echo-{at}", pinned=pinned)
            rows.append(_row(await _open(night, folder / f"night-{at}", pinned=pinned), echo))
    finally:
        shutil.rmtree(folder)
    head = ("", "families", "p50 ms", "p95 ms", "p99 ms", "presses a second", "CPU µs a press", "× echo", "MB", "places", "in the queue")
    return f"{machine()}\n\n{table(head, rows)}"


def _row(opened: Opened, echo: float) -> list[str]:
    cost = opened.cpu / len(opened.durations)
    times = [f"{quantile(opened.durations, share) * 1000:.1f}" for share in (0.5, 0.95, 0.99)]
    speed = [f"{len(opened.durations) / opened.seconds:.0f}", f"{cost * 1e6:.0f}", f"{cost / echo:.2f}", f"{opened.memory / 1e6:.0f}"]
    return [opened.night.title, str(opened.night.families), *times, *speed, str(opened.held), str(opened.waiting)]
