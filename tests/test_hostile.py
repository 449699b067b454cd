"""Somebody hostile with an ordinary client: made-up buttons, links that write, texts that are made to take long."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.fact import Confirm, digest
from bot.conversation.question import Unreadable, folded, shown_number
from bot.model.text import _
from bot.services.importing.words import calm, from_html, spaced
from bot.services.understanding import ages_alone
from storage.database import Query
from storage.schema import session as table
from tests.stage import NeutralStage, neutral
from tests.tables import district

ANSWERS = Query(table.select().with_only_columns(table.c.answers), str)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[NeutralStage]:
    async with neutral(f"sqlite+aiosqlite:///{tmp_path / 'test.db'}", tmp_path) as made:
        await district(made.core, made.world)
        yield made


async def sees(stage: NeutralStage, verb: str, rest: str = "") -> list[str]:
    """Let Anna do something, and return all lines that are new to her."""
    await stage.act("anna", verb, rest)
    return [line for each in await stage.news("anna") for line in each.lines]


async def tab(stage: NeutralStage) -> str:
    """A tab of Anna's, by the button that she sees last."""
    buttons = stage.channel.chat("101").messages[-1].buttons.values()
    return next(data[:10] for data in buttons if data.startswith("."))


@pytest.mark.parametrize("opens", ["find", "settlement"])
async def test_no_made_up_answer_makes_a_turn_fail(stage: NeutralStage, caplog: pytest.LogCaptureFixture, opens: str) -> None:
    caplog.set_level(logging.ERROR)
    names = "place age direction wishes weekdays stems near field at new-age point town town> wishes*"
    values = f"abc -5 {'9' * 40} {'9' * 19}to{'9' * 19} 9to8 nan,nan 1e999,0 1,2,3 90.5,0.5 ' NEAR( {{x}} ="
    for name in names.split():
        await sees(stage, "opens", opens)
        mine = await tab(stage)
        for value in values.split():
            for more in (".show.1", ".changing.1", ""):
                await sees(stage, "forges", f"{mine}.{name}.{value}")
                await sees(stage, "forges", f"{mine}{more}")
    assert not caplog.records


async def test_a_link_that_writes_asks_until_it_is_answered(stage: NeutralStage) -> None:
    assert "**Add to favourites?**" in await sees(stage, "opens", "keep/8/1")
    mine = await tab(stage)
    await sees(stage, "says", "drawing")
    assert "**Add to favourites?**" in await sees(stage, "presses", "Back to the form")
    assert "**No favourites yet**" in await sees(stage, "opens", "favourites")
    assert "**Add to favourites?**" in await sees(stage, "forges", mine)
    assert "Added to favourites" in await sees(stage, "says", "yes")


async def test_of_a_typed_search_only_what_finds_is_kept(stage: NeutralStage) -> None:
    await sees(stage, "says", "рисование, 8 лет, телефон +7 900 000-00-00")
    await sees(stage, "shares", "place 57.123456,65.654321")
    kept = " ".join(await stage.core.database.read(lambda tx: tx.all(ANSWERS), now=stage.world.time.at))
    assert "рисование" in kept
    assert "900" not in kept
    assert "57.12," in kept
    assert "57.123" not in kept


async def test_texts_made_to_take_long_take_no_time(stage: NeutralStage) -> None:
    await sees(stage, "opens", "find")
    begun = time.monotonic()
    for text in ("a" + "!" * 4094 + "a", "9" + " " * 4094 + "x", " " * 4095 + "9", "\n" * 4096, "1 " * 2048):
        await sees(stage, "says", text)
        await sees(stage, "opens", "find")
        folded(text), shown_number(text), ages_alone(text)
    for text in ("<" + "a" * 39_999, "«" * 32_767, "ГРОМКО" + "«A" * 16_000):
        from_html(text), calm(text)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(("text", "label"), [("  «Да!» ", "да"), ("✓ Ёлка", "елка"), ("a b", "a b"), ("_x_", "x"), ("!!!", ""), ("", "")])
def test_a_label_is_recognised_without_the_signs_around_it(text: str, label: str) -> None:
    assert folded(text) == label


def test_nothing_in_a_name_turns_the_text_around_it() -> None:
    assert spaced("a\u202eb\u2066c\u2069d\u061ce\u200f") == "abcde"


def test_a_yes_holds_every_fact_also_inside_words() -> None:
    dear, cheap = (_("{price:money}").format(price=price) for price in (4200, 100))
    assert Confirm("sure", "?", holds=(dear,)).read(digest((dear,)))
    with pytest.raises(Unreadable):
        Confirm("sure", "?", holds=(dear,)).read(digest((cheap,)))
