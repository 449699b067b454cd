"""Search: any form of a Russian word finds the programme, alike on both databases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import String, bindparam, cast, func, insert, select

from storage.database import Database, Query, Tx
from storage.query import POSTGRESQL, SQLITE
from storage.schema import municipality, organisation, programme
from storage.search import Match, found, match, matching, put, remove, words
from tests.storage.conftest import NOW


def _ranked(dialect: Any) -> Any:
    hits = found(dialect)
    return select(hits.c.programme).order_by(hits.c.rank.desc(), hits.c.programme)


IDS = Query(matching, int)
RANKED = Query(_ranked, int)
COUNTED = Query(lambda dialect: select(func.count()).select_from(found(dialect)), int)

MUNICIPALITY = Query(insert(municipality).values(id=1, code="lovozero", name="Ловозерский округ", zone="Europe/Moscow"))
ORGANISATION = Query(insert(organisation).values(id=1, code="ddt", municipality=1, name="Дом детского творчества", kind="state"))
PROGRAMME = Query(
    insert(programme).values(
        id=bindparam("id"),
        code=cast(bindparam("id"), String),
        organisation=1,
        name=bindparam("name"),
        direction="art",
        activities=[],
        modes=[],
        languages=[],
    )
)

TITLES = {
    1: "Робототехника LEGO Mindstorms",
    2: "Юный шахматист",
    3: "Рисуем сказку: ИЗО-студия «Ёжик»",
    4: "3D-моделирование",
    5: "Лыжные гонки",
    6: "Хореографический ансамбль «Фламинго»",
    7: "Oʻzbek tili — узбекский язык",
    8: "Ҡурай уйнау",
    9: "Школа танцев",
}


@pytest.fixture
async def catalogue(database: Database) -> Database:
    """A database with a few programmes in the index."""

    async def fill(tx: Tx) -> None:
        await tx.run(MUNICIPALITY)
        await tx.run(ORGANISATION)
        await tx.many(PROGRAMME, [{"id": number, "name": title} for number, title in TITLES.items()])
        for number, title in TITLES.items():
            await put(tx, number, title, "", "")

    await database.turn(fill, now=NOW)
    return database


def looking(query: Query[int], typed: str, **how: bool) -> Callable[[Tx], Awaitable[list[int]]]:
    return lambda tx: tx.all(query, words=match(typed.split(), **how))


TYPED = [
    ("робототехника", {1}),
    ("РОБОТОТЕХНИКОЙ", {1}),
    ("роботы", {1}),
    ("робо", {1}),
    ("лего", set()),
    ("lego", {1}),
    ("шахматы", {2}),
    ("для шахматистов", {2}),
    ("рисование", {3}),
    ("ежик", {3}),
    ("ёжики", {3}),
    ("изо", {3}),
    ("изо студия", {3}),
    ("студия изо", {3}),
    ("3d", {4}),
    ("3d моделирование", {4}),
    ("моделирован", {4}),
    ("лыжи", {5}),
    ("на лыжах", {5}),
    ("хореография", {6}),
    ("танцы", {9}),
    ("танец", {9}),
    ("танцевать", {9}),
    ("o'zbek", {7}),
    ("o‘zbek tili", {7}),
    ("ҡурай", {8}),
    ("шахматы лыжи", set()),
    ("и", set()),
    ("", set()),
    ("'; DROP TABLE programme; --", set()),
    ('"(*:^-+&|!<->', set()),
    ("NOT OR AND NEAR", set()),
]


async def test_what_is_typed_finds(catalogue: Database) -> None:
    assert {typed: set(await catalogue.read(looking(IDS, typed), now=NOW)) for typed, _ in TYPED} == dict(TYPED)


async def test_any_of_the_words(catalogue: Database) -> None:
    assert set(await catalogue.read(looking(IDS, "шахматы лыжи", every=False), now=NOW)) == {2, 5}


async def test_every_word_of_a_title_finds_it(catalogue: Database) -> None:
    for number, title in TITLES.items():
        for word in words(title):
            assert number in await catalogue.read(looking(IDS, word), now=NOW), word
        assert await catalogue.read(looking(IDS, title), now=NOW) == [number]


async def test_a_title_weighs_more_than_tags_and_tags_more_than_a_text(catalogue: Database) -> None:
    async def write(tx: Tx) -> None:
        await put(tx, 1, "Самбо", "", "Занятия проходят в зале, по вечерам")
        await put(tx, 2, "Дворовая команда", "борьба самбо", "Занятия проходят в зале, по вечерам")
        await put(tx, 3, "Сильные и ловкие", "борьба", "Самбо. Самбо для всех: самбо в зале, самбо на воздухе")
        await put(tx, 4, "Кисточка", "рисование", "Занятия проходят в классе")

    await catalogue.turn(write, now=NOW)
    assert await catalogue.read(looking(RANKED, "самбо"), now=NOW) == [1, 2, 3]
    assert await catalogue.read(looking(COUNTED, "самбо"), now=NOW) == [3]


async def test_putting_again_forgets_what_was_there(catalogue: Database) -> None:
    async def write(tx: Tx) -> None:
        await put(tx, 2, "Шашки", "", "")
        await remove(tx, 5)
        await remove(tx, 5)

    await catalogue.turn(write, now=NOW)
    for typed, numbers in (("шахматист", []), ("шашки", [2]), ("лыжи", [])):
        assert await catalogue.read(looking(IDS, typed), now=NOW) == numbers


async def test_a_failed_turn_leaves_the_index_as_it_was(catalogue: Database) -> None:
    async def fail(tx: Tx) -> None:
        await put(tx, 2, "Шашки", "", "")
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await catalogue.turn(fail, now=NOW)
    assert await catalogue.read(looking(IDS, "шахматы"), now=NOW) == [2]


def test_words() -> None:
    assert words("«Ёлка» — кружок № 7 для детей: И-ЗО, o'zbek, C++") == ["елка", "кружок", "7", "детей", "зо", "o\u02bbzbek", "c"]
    assert words("е\u0308лка") == ["елка"]  # as some keyboards and files write it


def test_a_match_without_words_is_false() -> None:
    assert not match(["и", "для"])
    assert match(["и", "для", "детей"])


def test_only_the_last_word_may_be_unfinished() -> None:
    assert match(["шахматный", "кружок"]) == Match(("шахмат", "кружок"), "кружок")
    assert match(["кружок", "я"]).beginning == ""


@pytest.mark.parametrize(
    ("dialect", "written"), [(SQLITE, '"шахмат" AND ("кружок" OR "кружок"*)'), (POSTGRESQL, "'шахмат' & ('кружок' | 'кружок':*)")]
)
def test_what_the_database_reads(dialect: Any, written: str) -> None:
    assert written in IDS.on(dialect).values({"words": match(["шахматный", "кружок"])})
