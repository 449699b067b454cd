"""Full text over programmes: the same Russian words on both databases, by FTS5 on SQLite and a tsvector on PostgreSQL.

Words are split, lowered and cut to their stems here, in Python; the databases compare letters and nothing else, so they agree. Their own
tables are made by a migration: `schema.metadata` does not know them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from Stemmer import Stemmer

from storage.query import Query, upsert
from storage.transaction import Tx

TABLE = "programme_search"
"""The search's table; on SQLite those that FTS5 keeps for it have longer names that begin alike."""

_STOP = "а без бы в во да для до же за и из или к как ко ли на не ни но о об от по под при про с со то у что это"
"""Words that stand in every text; they are neither stored nor looked for."""
_FAMILIES = (
    "английский англ инглиш",
    "вокал вокальный",
    "вязание вязать вяжем вязаный",
    "гимнастика гимнастический гимнаст",
    "дети детский ребёнок ребёнка ребята",
    "изо изобразительный",
    "карате каратэ",
    "краеведение краевед краеведческий",
    "лепка лепить лепим",
    "лыжи лыжный лыжник",
    "моделирование модели моделист моделирующий",
    "музыка музыкальный музыкант",
    "пение петь поющий",
    "плавание плавать пловец пловцы",
    "программирование программист программировать",
    "рисование рисовать рисуем рисунок рисунки",
    "робототехника робот роботы робототехнический",
    "спорт спортивный спортсмен",
    "танец танцы танцевать танцевальный танцуем",
    "театр театральный",
    "туризм турист туристский туристический",
    "фотография фото фотограф",
    "футбол футбольный футболист",
    "хор хоровой",
    "шахматы шахматный шахматист",
    "шитьё шить швейный шьём",
    "экология экологический эколог",
)
"""Words of one meaning whose stems differ; the first of a family stands for all."""

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘ʼ`´](?=\w)")
_LETTERS = str.maketrans({"ё": "е", "\N{COMBINING DIAERESIS}": None})
_SHORTEST = 3
"""Letters that a beginning needs before it may stand for a longer word."""
_here = threading.local()
_SKIPPED = frozenset(_STOP.split())


def words(text: str) -> list[str]:
    """The words of a text, in order: lower case, «е» for «ё», without the words that stand in every text."""
    plain = _APOSTROPHE.sub("\N{MODIFIER LETTER TURNED COMMA}", text.lower()).translate(_LETTERS)  # Uzbek «o‘» is one letter
    return [word for word in _WORD.findall(plain) if word not in _SKIPPED]


def _stem(word: str) -> str:
    if not hasattr(_here, "stemmer"):  # a stemmer belongs to its thread
        _here.stemmer = Stemmer("russian")
    stem: str = _here.stemmer.stemWord(word)
    return stem


_MEANING = {_stem(word): _stem(words(family)[0]) for family in _FAMILIES for word in words(family)}


def _indexed(text: str) -> str:
    """What is stored of a text: its stems and, beside those with a family, the family's."""
    return " ".join(_with_meaning(words(text)))


def _with_meaning(found: Iterable[str]) -> Iterator[str]:
    for word in found:
        stem = _stem(word)
        yield stem
        if (meaning := _MEANING.get(stem, stem)) != stem:
            yield meaning


@dataclass(frozen=True, slots=True)
class Match:
    """What a search looks for: the value of the parameter of `matching` and `found`. False where no word is left to look for."""

    terms: tuple[str, ...] = ()
    """Stems."""
    beginning: str = ""
    """How the last of them may also begin: somebody may be still typing it."""
    every: bool = True

    def __bool__(self) -> bool:
        return bool(self.terms)

    def written(self, *, either: str, both: str, begins: str, quote: str) -> str:
        """Write it with a dialect's signs."""
        terms = [f"{quote}{term}{quote}" for term in self.terms]
        if self.beginning:
            terms[-1] = f"({terms[-1]}{either}{quote}{self.beginning}{quote}{begins})"
        return (both if self.every else either).join(terms)


def match(typed: Iterable[str], *, every: bool = True) -> Match:
    """Look for texts with all the typed words in any form, or, without `every`, with at least one. The last word may be unfinished."""
    found = words(" ".join(typed))
    if not found:
        return Match()
    stems = [_stem(word) for word in found]
    beginning = next((start for start in (stems[-1], found[-1]) if len(start) >= _SHORTEST), "")
    return Match(tuple(_MEANING.get(stem, stem) for stem in stems), beginning, every)


class _Expression(TypeDecorator[Match]):
    """A `Match` in the dialect's own query language."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Match | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if dialect.name == "sqlite":  # an empty word is in no text; an empty expression would be a syntax error
            return value.written(either=" OR ", both=" AND ", begins="*", quote='"') if value else '""'
        return value.written(either=" | ", both=" & ", begins=":*", quote="'") if value else ""


_FTS5 = table(TABLE, column("rowid"), column(TABLE), column("rank"), column("title"), column("tags"), column("body"))
_TSVECTOR = table(TABLE, column("programme"), column("words", TSVECTOR))
_WEIGHTS: ColumnElement[Any] = literal_column("'{0.1, 0.3, 0.3, 1.0}'::real[]")
"""Of PostgreSQL's classes D, C, B, A: a body, nothing, tags, a title. SQLite keeps its own where its table was made."""


def matching(dialect: Dialect, words: str = "words") -> Select[int]:
    """SELECT the ids of the programmes that match the parameter `words`, for `programme.c.id.in_(…)`."""
    if dialect.name == "sqlite":
        return select(_FTS5.c.rowid.label("programme")).where(_FTS5.c[TABLE].op("MATCH")(_looked_for(words)))
    return select(_TSVECTOR.c.programme).where(_TSVECTOR.c.words.op("@@")(cast(_looked_for(words), TSQUERY)))


def found(dialect: Dialect, words: str = "words") -> Subquery:
    """The same to be joined: columns `programme` and `rank`, the greater the better. A title outweighs tags, and tags a text."""
    rank: ColumnElement[Any] = -_FTS5.c.rank
    if dialect.name != "sqlite":
        rank = func.ts_rank(_WEIGHTS, _TSVECTOR.c.words, cast(_looked_for(words), TSQUERY))
    return matching(dialect, words).add_columns(rank.label("rank")).subquery("found")


def _looked_for(words: str) -> BindParameter[Match]:
    return bindparam(words, type_=_Expression())


def _put(dialect: Dialect) -> Any:
    number, texts = bindparam("programme", type_=BigInteger), {name: bindparam(name, type_=Text) for name in ("title", "tags", "body")}
    if dialect.name == "sqlite":
        return insert(_FTS5).prefix_with("OR REPLACE").values(rowid=number, **texts)
    title, tags, body = (
        func.setweight(func.to_tsvector(literal_column("'simple'::regconfig"), text), literal_column(f"'{weight}'"))
        for text, weight in zip(texts.values(), "ABD", strict=True)
    )
    row = upsert(dialect, _TSVECTOR).values(programme=number, words=title.op("||")(tags).op("||")(body))
    return row.on_conflict_do_update(index_elements=["programme"], set_={"words": row.excluded.words})


def _remove(dialect: Dialect) -> Any:
    number = bindparam("programme", type_=BigInteger)
    if dialect.name == "sqlite":
        return delete(_FTS5).where(_FTS5.c.rowid == number)
    return delete(_TSVECTOR).where(_TSVECTOR.c.programme == number)


PUT = Query(_put)
REMOVE = Query(_remove)


async def put(tx: Tx, programme: int, title: str, tags: str, body: str) -> None:
    """Let a programme be found by these texts, instead of what it was found by before."""
    await tx.run(PUT, programme=programme, title=_indexed(title), tags=_indexed(tags), body=_indexed(body))


async def remove(tx: Tx, programme: int) -> None:
    """Let a programme be found no more. Nothing happens where it was not."""
    await tx.run(REMOVE, programme=programme)
