"""Understanding what people type: «рисование, 8 лет, Усть-Ряж, по субботам» is words, an age, a place and days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bot.model.wanted import Ages, Wish
from bot.services.catalogue import SettlementRow
from storage.search import match, words

_AGES = (
    re.compile(
        r"(?:ребёнку|ребенку|сыну|дочке|дочери|нам|ему|ей|мне)?\s*\b(\d{1,2})\s*(?:-|–|—|до)\s*(\d{1,2})\s*(?:лет|год\w*|years?)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(\d{1,2})(?:[.,]5)?\s*(?:лет|год\w*|летн\w+|-летн\w+|years?(?:\s+old)?|yo)\b", re.IGNORECASE),
    re.compile(r"(?:ребёнку|ребенку|сыну|дочке|дочери|нам|ему|ей|мне)\s+(\d{1,2})\b", re.IGNORECASE),
)
_ALONE = re.compile(r"(\d{1,2})(?: ?(?:-|–|—) ?(\d{1,2}))? ?(?:лет|год\w*|years?(?: old)?)?[.!]?", re.IGNORECASE)
OLDEST = 18

_WISHES: tuple[tuple[Wish, str], ...] = (
    (Wish.FREE, r"бесплатн\w*|free"),
    (Wish.NOT_PAID, r"(?:по\s+)?сертификат\w*|certificate"),
    (Wish.REMOTE, r"дистанционн\w*|онлайн|по\s+видеосвязи|online|remote"),
    (Wish.WEEKEND, r"(?:по|на|в)?\s*выходн\w+|weekends?"),
    (Wish.EVENING, r"вечер\w*|после\s+(?:17|18|пяти|шести)|evenings?"),
    (Wish.AFTERNOON, r"после\s+школы|после\s+уроков|дн[её]м|after\s+school"),
    (Wish.MORNING, r"утр\w+|mornings?"),
    (Wish.VISITING, r"выездн\w+|приезжа\w+"),
    (Wish.PLACES, r"(?:есть\s+|со?\s+)?свободн\w+(?:\s+мест\w*)?|есть\s+места"),
)
_WEEKDAYS = (
    r"понедельник\w*|пн|mondays?",
    r"вторник\w*|вт|tuesdays?",
    r"сред[аыуеам]{1,2}|ср|wednesdays?",
    r"четверг\w*|чт|thursdays?",
    r"пятниц\w*|пт|fridays?",
    r"суббот\w*|сб|saturdays?",
    r"воскресень\w*|вс|sundays?",
)
_DAY = [re.compile(rf"(?:\b(?:по|в|во|on)\s+)?\b(?:{each})\b", re.IGNORECASE) for each in _WEEKDAYS]
_WISH = [(wish, re.compile(rf"\b(?:{each})\b", re.IGNORECASE)) for wish, each in _WISHES]
_EMPTY = re.compile(
    r"кружк\w*|кружок|секци\w+|заняти\w+|реб[её]н\w+|девочк\w*|мальчик\w*|доч[ьк]\w*|дочер\w+|сын\w*|внук\w*|внучк\w*|хочу|хотим|нуж[ен]\w*|ищу|ищем|найти|найди|записать\w*|"
    r"clubs?|class(es)?|child|son|daughter|looking|want",
    re.IGNORECASE,
)
"""Words that say only that a club is looked for."""


@dataclass(slots=True)
class Understood:
    """What a sentence said: `settlement` is an id, `rest` are the words that nothing else took, in the person's own spelling."""

    settlement: int | None = None
    ages: Ages | None = None
    wishes: list[Wish] = field(default_factory=list)
    weekdays: int = 0
    rest: list[str] = field(default_factory=list)


def ages_alone(text: str) -> Ages | None:
    """An age or a span of ages with nothing beside it: «9», «9 лет», «7–8»."""
    found = _ALONE.fullmatch(" ".join(text.split()))
    if not found:
        return None
    low, high = int(found[1]), int(found[2] or found[1])
    return Ages(min(low, high), max(low, high))


def read(text: str, settlements: Iterable[SettlementRow]) -> Understood:
    """Take a sentence apart. What is taken for one thing is not looked for as another."""
    made = Understood()
    made.settlement, left = _settlement(text, settlements)
    for pattern in _AGES:
        if made.ages is None and (found := pattern.search(left)):
            numbers = [int(number) for number in found.groups() if number]
            if all(0 < number <= OLDEST for number in numbers):
                made.ages = Ages(min(numbers), max(numbers))
                left = left.replace(found[0], " ")
    for wish, pattern in _WISH:
        if pattern.search(left):
            made.wishes.append(wish)
            left = pattern.sub(" ", left)
    for at, pattern in enumerate(_DAY):
        if pattern.search(left):
            made.weekdays |= 1 << at
            left = pattern.sub(" ", left)
    made.rest = [
        word
        for word in re.findall(r"[^\W_]+(?:[-'’‘ʻ][^\W_]+)*", left)
        if not _EMPTY.fullmatch(word) and words(word) and not word.isdecimal()
    ]
    return made


def _settlement(text: str, settlements: Iterable[SettlementRow]) -> tuple[int | None, str]:
    """The settlement named in a sentence, by the stems of any of its names, and the sentence without it; the longest name wins."""
    tokens = [(found.start(), found.end(), found[0]) for found in re.finditer(r"[^\W_]+", text)]
    stemmed = tuple(_stem(token) for _start, _end, token in tokens)
    best: tuple[int, int, int, int] | None = None
    for town in settlements:
        for name in (town.name, town.where or "", town.whence or "", *town.other_names):
            parts = _parts(name)
            if not parts:
                continue
            for at in range(len(stemmed) - len(parts) + 1):
                if stemmed[at : at + len(parts)] == parts and (best is None or len(parts) > best[0]):
                    best = (len(parts), at, town.id, at + len(parts) - 1)
    if best is None:
        return None, text
    start, end = tokens[best[1]][0], tokens[best[3]][1]
    return best[2], re.sub(r"\b(?:в|во|из|с|со|на|in)\s*$", " ", text[:start], flags=re.IGNORECASE) + " " + text[end:]


def _stem(token: str) -> str:
    """The stem of one word, as the search knows it; empty for a word that stands in every text."""
    return " ".join(match([token]).terms)


@lru_cache(maxsize=20_000)
def _parts(name: str) -> tuple[str, ...]:
    """The stems of a name without its preposition: «в Усть-Ряже» → усть, ряж."""
    tokens = re.findall(r"[^\W_]+", name)
    if len(tokens) > 1 and tokens[0].casefold() in {"в", "во", "из", "с", "со", "на"}:
        tokens = tokens[1:]
    return tuple(_stem(token) for token in tokens)
