"""Troubles on demand: the errors, delays and broken connections that real messengers have, decided by a seed or by a script."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

FaultKind = Literal[
    "429",  # Telegram: too many requests, with retry_after
    "500",  # Telegram: the server restarts
    "502",  # a gateway's HTML page instead of an answer
    "drop",  # the connection breaks before the request is done
    "timeout",  # no answer for `Faults.hang` seconds, then the connection breaks; nothing is done
    "vk6",
    "vk9",
    "vk10",
    "vk29",  # VK: too many per second, flood control, internal error, quota
    "lost_answer",  # the request is done, but the connection breaks before the answer
]
KINDS: frozenset[str] = frozenset(get_args(FaultKind))


@dataclass(frozen=True, slots=True)
class Fault:
    """One trouble; `retry_after` (seconds) belongs to 429 only."""

    kind: FaultKind
    retry_after: int = 1


@dataclass(slots=True)
class _Scripted:
    fault: Fault
    method: str | None
    times: int


@dataclass(slots=True)
class Faults:
    """Decides whether a call meets a trouble.

    `rates` gives each kind's share of calls (0–1) and may be changed at any time. The nth call of a method always meets the same trouble
    under the same seed and rates, whatever other methods do meanwhile: a failure that was seen can be seen again.
    An emulator asks `before(method)` when a request has arrived, and `after(method)` when it has done it but not answered yet.
    """

    seed: int = 0
    rates: dict[FaultKind, float] = field(default_factory=dict)
    hang: float = 30.0
    """Real seconds that a "timeout" lasts."""
    met: Counter[FaultKind] = field(default_factory=Counter)
    """How many troubles of each kind there have been."""
    _script: list[_Scripted] = field(default_factory=list)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def next(self, kind: FaultKind, *, method: str | None = None, retry_after: int = 1, times: int = 1) -> None:
        """Script it: the next `times` calls (of `method`, or of any) meet this trouble, in the order of scripting."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is not a fault; the faults are {', '.join(sorted(KINDS))}.")
        self._script.append(_Scripted(Fault(kind, retry_after), method, times))

    def set_rates(self, rates: Mapping[FaultKind, float]) -> None:
        """Change how often what happens; an empty mapping ends all troubles that are not scripted."""
        self.rates = dict(rates)

    def before(self, method: str) -> Fault | None:
        """The trouble that this request meets before anything is done, if any."""
        return self._decide(method, lost=False)

    def after(self, method: str) -> Fault | None:
        """`lost_answer`, if this request is to be done without an answer."""
        return self._decide(method, lost=True)

    def _decide(self, method: str, *, lost: bool) -> Fault | None:
        fault = self._scripted(method, lost=lost) or self._drawn(method, lost=lost)
        if fault is not None:
            self.met[fault.kind] += 1
        return fault

    def _scripted(self, method: str, *, lost: bool) -> Fault | None:
        for entry in self._script:
            if (entry.fault.kind == "lost_answer") == lost and entry.method in (None, method):
                entry.times -= 1
                if entry.times == 0:
                    self._script.remove(entry)
                return entry.fault
        return None

    def _drawn(self, method: str, *, lost: bool) -> Fault | None:
        if not self.rates:
            return None
        stage = "after" if lost else "before"
        self._seen[stage, method] += 1
        # Seeded by a string, because hash() of one differs from run to run.
        chance = random.Random(f"{self.seed}/{stage}/{method}/{self._seen[stage, method]}")
        drawn = chance.random()
        for kind, share in self.rates.items():
            if (kind == "lost_answer") != lost:
                continue
            if drawn < share:
                return Fault(kind, chance.randint(1, 3))
            drawn -= share
        return None
