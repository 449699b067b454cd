"""A soak: people live in a town for a while, with troubles and a hurrying clock; then everything is counted and must hold."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.faults import FaultKind
from tests.soak.people import Act, Crowd, Somebody
from tests.soak.town import Town

RATES: Mapping[str, Mapping[FaultKind, float]] = {
    # One call in twenty meets a trouble. What silences a whole bot for seconds must be rarer, or there would be nothing but silence.
    "telegram": {"429": 0.002, "500": 0.012, "502": 0.012, "drop": 0.012, "timeout": 0.002, "lost_answer": 0.01},
    "vk": {"vk6": 0.004, "vk9": 0.004, "vk10": 0.014, "502": 0.01, "drop": 0.008, "timeout": 0.002, "lost_answer": 0.008},
}
QUOTA_RATE = 0.0002
"""The share of calls that meet VK's error 29, after which the bot is silent for half a minute: only for long soaks."""
ACKNOWLEDGE = {"answerCallbackQuery", "messages.sendMessageEventAnswer"}
TOO_LATE = {"400", "100"}
"""How the messengers refuse the answer to a press that is over."""
HOUR, DAY = 3_600.0, 86_400.0
WARM_UP = 0.25
"""The share of a soak after which the program has filled its caches."""
GROWTH, SLACK = 1.10, 5 << 20
"""How much more memory the second half may take than the first: a tenth and 5 MB."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how many: `seconds` real ones, `people` in each channel who pause for `pause` seconds on average between acts.

    `weather` is the mean time, in real seconds, between two moves of the clock, and between two losses of VK's events.
    """

    seconds: float
    people: int = 6
    pause: float = 1.0
    weather: float = 4.0
    seed: int = 1
    quota: bool = False


@dataclass(slots=True)
class Report:
    """What a soak saw. `wrong` is empty where everything held."""

    plan: Plan
    acts: list[Act]
    done: Counter[str]
    memory: list[int]
    moved: timedelta
    lost: int
    processor: float
    faults: Counter[str]
    calls: int
    warnings: Counter[str]
    wrong: list[str] = field(default_factory=list)

    @property
    def waits(self) -> list[float]:
        """Seconds that each answer took, in order of size."""
        return sorted(act.seconds for act in self.acts if act.seconds is not None and act.wants != "nothing")

    def halves(self) -> tuple[int, int]:
        """The most memory in the first half after the warm-up, and in the second, in bytes."""
        warm = self.memory[int(len(self.memory) * WARM_UP) :]
        middle = len(warm) // 2
        return max(warm[:middle], default=0), max(warm[middle:], default=0)

    def __str__(self) -> str:
        """Figures for people."""
        waits, troubles = self.waits, self.faults.total()
        cuts = statistics.quantiles(waits, n=100) if len(waits) > 1 else [0.0] * 99
        first, second = (size / (1 << 20) for size in self.halves())
        excused = Counter(act.excuse for act in self.acts if act.seconds is None and act.excuse)
        return "\n".join(
            [
                f"{self.plan.seconds:g} s of real time, {self.moved.total_seconds() / HOUR:.1f} h of the bot's; seed {self.plan.seed}",
                f"{len(self.acts)} acts: {', '.join(f'{what} {number}' for what, number in self.done.most_common())}",
                f"{self.calls} calls, {troubles} met a trouble ({troubles / max(1, self.calls):.1%}): {dict(self.faults.most_common())}",
                f"events that VK lost: {self.lost} times",
                f"answers: median {cuts[49]:.3f} s, 90 % {cuts[89]:.2f} s, 99 % {cuts[98]:.2f} s, longest {max(waits, default=0):.1f} s",
                f"unanswered, and why: {dict(excused) or 'none'}",
                f"memory: at most {first:.1f} MB in the first half after the warm-up, {second:.1f} MB in the second",
                f"processor: {self.processor:.1f} s, {1000 * self.processor / max(1, len(self.acts)):.1f} ms an act, the start included",
                f"the log's warnings: {dict(self.warnings.most_common(12))}",
                *(f"WRONG: {line}" for line in self.wrong[:40]),
            ]
        )


async def soak(place: Town, plan: Plan, *meant: str) -> Report:
    """Let people live in a town whose program has been started; stop it at the end, and look at everything."""
    loop = asyncio.get_running_loop()
    crowd = Crowd(judge=lambda act, user: _judge(place, act, user), call=lambda: place.log.calls[-1].number if place.log.calls else 0)
    end = loop.time() + plan.seconds
    began = place.clock.now()
    for name, faults in place.faults.items():
        faults.set_rates({**RATES[name], **({"vk29": QUOTA_RATE} if plan.quota and name == "vk" else {})})
    memory, lost = list[int](), [0]
    beside = [asyncio.create_task(_weather(place, plan, crowd, lost)), asyncio.create_task(_measure(place, memory))]
    people = [
        Somebody(crowd, messenger, 1000 + number, plan.seed, pause=plan.pause)
        for messenger in place.messengers.values()
        for number in range(plan.people)
    ]
    _give_old_clients(place.messengers.values(), 1000)
    living = [asyncio.create_task(somebody.live(lambda: loop.time() > end)) for somebody in people]
    try:
        await asyncio.wait([*living, *beside], timeout=plan.seconds, return_when=asyncio.FIRST_EXCEPTION)
        place.calm()
        crowd.going.set()
        for task in living:
            await task
    finally:
        for task in (*living, *beside):
            task.cancel()
        ended = await asyncio.gather(*beside, return_exceptions=True)
    report = Report(
        plan, crowd.acts, crowd.done, memory, place.clock.now() - began, lost[0], place.bot.processor(),
        sum((Counter[str](faults.met) for faults in place.faults.values()), Counter[str]()), sum(place.log.counts.values()),
        Counter(record["event"] for record in place.bot.records if record["level"] == "warning"),
    )  # fmt: skip
    report.wrong += [f"the soak itself: {error!r}" for error in ended if isinstance(error, Exception)]
    report.wrong += await place.rest()
    report.wrong += [] if (code := await place.bot.stop()) == 0 else [f"exit code {code}"]
    report.wrong += [str(act) for act in crowd.alone]
    report.wrong += place.faultless(*meant)
    first, second = report.halves()
    if second > first * GROWTH + SLACK:
        report.wrong.append(f"memory grows: {first} → {second} bytes")
    return report


def _judge(place: Town, act: Act, user: int) -> None:
    """Say why nothing was seen of an answer, or what is known of it."""
    calls = [call for call in place.log.calls if call.person == user and call.number > act.call]
    if any(call.method in ACKNOWLEDGE and call.status in TOO_LATE for call in calls):
        # A trouble of the poll held the press up, and the page that it led to is the one that was there.
        act.excuse = act.excuse or "the press came too late to be acknowledged"
    told = [f"{record['time'][11:19]} {record['event']}" for record in place.bot.records]
    act.evidence = f"CALLS {'; '.join(f'{call.at:%H:%M:%S} {call.method} {call.status}' for call in calls)} LOG {'; '.join(told[-20:])}"


def _give_old_clients(messengers: Collection[object], user: int) -> None:
    """Somebody in each community has a client without callback keys."""
    for messenger in messengers:
        if hasattr(messenger, "set_legacy"):
            messenger.set_legacy(user)


async def _measure(place: Town, memory: list[int]) -> None:
    while True:
        memory.append(place.bot.memory())
        await asyncio.sleep(0.25)


async def _weather(place: Town, plan: Plan, crowd: Crowd, lost: list[int]) -> None:
    """Move the clock, mostly while nobody waits; and let VK lose keys and events."""
    draw = random.Random(f"weather/{plan.seed}")
    communities = [name for name in place.channels if name != "telegram"]
    kinds = ["hour", "day", "hour in the middle", *(["key", "events 1", "events 3"] if communities else [])]
    while True:
        await asyncio.sleep(draw.expovariate(1 / plan.weather))
        match draw.choice(kinds):
            case "hour in the middle":
                # A press that a messenger still holds does not live so long.
                crowd.excuse(place.channels, "the clock was moved meanwhile")
                place.clock.shift(HOUR)
            case "hour" | "day" as jump:
                await crowd.pause()
                place.clock.shift(HOUR if jump == "hour" else DAY)
                crowd.going.set()
            case "key":
                place.vk.expire_key(draw.choice(communities))
            case lose:
                channel = draw.choice(communities)
                lost[0] += 1
                (place.forget_events if lose == "events 1" else place.vk.lose_events)(channel)
                # Until the program has asked where the events stand now, further ones are lost too.
                while True:
                    crowd.excuse([channel], "VK lost the event")
                    await asyncio.sleep(0.02)
                    if not place.busy(channel):
                        break
