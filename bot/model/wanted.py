"""What a family looks for: the answers of the guided search and the words of a typed one, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Direction(StrEnum):
    """The six directions of supplementary education (Order 629 of 27 July 2022)."""

    TECHNICAL = "technical"
    NATURAL = "natural"
    SPORT = "sport"
    ART = "art"
    TOURISM = "tourism"
    SOCIAL = "social"


class Wish(StrEnum):
    """What can be wished for beside place, age and direction. Times of day are alternatives of one another; the others add up."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"
    FREE = "free"
    NOT_PAID = "notpaid"
    REMOTE = "remote"
    VISITING = "visiting"
    PLACES = "places"


TIMES = (Wish.MORNING, Wish.AFTERNOON, Wish.EVENING, Wish.WEEKEND)
DAY_PARTS = {Wish.MORNING: 1, Wish.AFTERNOON: 2, Wish.EVENING: 4}
"""Bits of `study_group.day_parts`: before 14:00, from 14:00, from 17:00."""
WORKDAYS, WEEKEND = 31, 96
"""Bits of `study_group.weekdays`."""


@dataclass(frozen=True, slots=True)
class Ages:
    """An age or a span of ages in whole years: 9 is `Ages(9, 9)` and means a child who is nine, whatever the month."""

    low: int
    high: int

    @property
    def months(self) -> tuple[int, int]:
        """From the first to the last month of it: (108, 119) for nine."""
        return self.low * 12, self.high * 12 + 11


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything that narrows a search. `settlements` are the ids where it may be (none: anywhere); `words` are stems.

    `kinds` are the kinds of organisation that may be shown in this channel.
    """

    kinds: tuple[str, ...]
    settlements: tuple[int, ...] = ()
    ages: Ages | None = None
    direction: Direction | None = None
    wishes: frozenset[Wish] = field(default_factory=frozenset)
    weekdays: int = 0
    organisation: int | None = None
    words: tuple[str, ...] = ()

    def but(self, **changes: Any) -> Wanted:
        """The same with some of it changed."""
        return replace(self, **changes)

    @property
    def day_parts(self) -> int:
        """The wished times of day as bits; 0 for any."""
        return sum(bit for wish, bit in DAY_PARTS.items() if wish in self.wishes)
