"""What the state machines and the kills found, each as one small example."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.channel import Receipt
from bot.conversation.event import Event, Left, Opened, Pressed, Returned, Said
from bot.conversation.receipt import Note
from bot.conversation.screen import Screen
from storage.account import ADDRESSES
from storage.database import Unavailable
from storage.event import UNSHOWN
from tests.conversation import fair
from tests.conversation.crowd import cut_off
from tests.stage import PEOPLE, START, NeutralStage, neutral

ANNA = str(PEOPLE["anna"])


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[NeutralStage]:
    async with neutral(database_url, tmp_path, dialogs=fair.dialog, menu=fair.MENU) as made:
        yield made


async def does(stage: NeutralStage, who: str, *acts: str) -> list[str]:
    """Do some acts, and return the lines of what is shown last (a toast before them)."""
    shown = list[str]()
    for act in acts:
        verb, _space, rest = act.partition(" ")
        await stage.act(who, verb, rest)
        news = await stage.news(who)
        shown = [line for each in sorted(news, key=lambda each: each.kind != "toast") for line in each.lines]
    return shown


async def takes(stage: NeutralStage, *events: Event) -> None:
    await stage.core.dispatcher.take(events)
    await stage.core.dispatcher.settle()


def event(what: Any, key: str, **more: Any) -> Any:
    return what(channel="neutral", user=ANNA, key=key, **more)


def pressed(stage: NeutralStage, label: str, key: str) -> Pressed:
    message, data = stage.find("anna", label)
    made: Pressed = event(Pressed, key, data=data, message=str(message.number), press=key)
    return made


def last(stage: NeutralStage) -> list[str]:
    return stage.channel.chat(ANNA).messages[-1].lines


async def crash(stage: NeutralStage) -> None:
    """Stop without a word, as after `kill -9`: what is being shown is not, and receipts are lost."""
    await cut_off(*stage.core.dispatcher._tasks)
    stage.core.receipts._notes.clear()
    await stage.core.database.close()
    await stage.start()


class Deaf:
    """Lets a messenger take nothing for a while, as one that is down."""

    def __init__(self, stage: NeutralStage) -> None:
        self._channel: Any = stage.channel

    def __enter__(self) -> None:
        async def never(*_args: object) -> Receipt:
            await asyncio.Event().wait()
            raise AssertionError

        self._channel.show = never

    def __exit__(self, *_error: object) -> None:
        del self._channel.show


# ---------------------------------------------------------------- the same event again


async def test_an_answer_that_changed_nothing_does_not_undo_a_later_one_when_it_comes_again(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts", "presses Tastes", "presses Flavour 2")
    earlier = pressed(stage, "Flavour 3", "first")
    await takes(stage, earlier)
    same = replace(earlier, key="same")
    await takes(stage, same)
    await takes(stage, replace(earlier, key="later", data=earlier.data.replace("+3", "-3")))
    await takes(stage, same)
    assert any("[Flavour 3]" in line for line in last(stage))


async def test_a_refused_text_that_comes_again_does_not_answer_the_next_question(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts", "presses Long form", "presses red", "presses Done")
    refused = event(Said, "refused", text="far too long for ten")
    await takes(stage, refused, event(Said, "right", text="short"))
    assert last(stage)[0] == "How many?"
    await takes(stage, refused)
    assert last(stage)[0] == "How many?"


async def test_an_event_that_comes_twice_at_once_is_shown_once(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts")
    search = event(Said, "search", text="chess")
    await takes(stage, search, search)
    assert [message.lines[0] for message in stage.channel.chat(ANNA).messages].count("Found for chess") == 1


async def test_a_press_that_comes_twice_at_once_is_shown(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts")
    press = pressed(stage, "Stalls", "twice")
    await takes(stage, press, press)
    assert last(stage)[0] == "Which stall?"


# ---------------------------------------------------------------- after a stop


async def test_what_was_not_shown_before_a_stop_is_shown_once_at_the_start(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts", "presses Stalls")
    await stage.core.receipts.flush()
    first, second = pressed(stage, "No. 3", "first"), event(Said, "second", text="another")
    with Deaf(stage):
        await stage.core.dispatcher.take([first, second])
        await crash(stage)
    before = len(stage.channel.chat(ANNA).messages)
    assert await stage.core.dispatcher.show_unshown("neutral") == 1
    await takes(stage, first, second)
    assert [message.lines[0] for message in stage.channel.chat(ANNA).messages[before:]] == ["What is the name?"]
    await stage.core.receipts.flush()
    assert await stage.core.dispatcher.show_unshown("neutral") == 0
    await does(stage, "anna", "says Anna")
    assert last(stage)[0] == "May we keep the name?"


async def test_what_is_older_than_ten_minutes_is_not_shown(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts")
    with Deaf(stage):
        await stage.core.dispatcher.take([pressed(stage, "Stalls", "first")])
        await crash(stage)
    stage.world.time.at += timedelta(minutes=11)
    assert await stage.core.dispatcher.show_unshown("neutral") == 0


async def test_a_page_that_cannot_be_rendered_after_a_stop_does_not_hold_up_the_start(
    stage: NeutralStage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await does(stage, "anna", "starts")
    with Deaf(stage):
        await stage.core.dispatcher.take([pressed(stage, "Stalls", "first")])
        await crash(stage)

    async def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.core.engine, "again", broken)
    assert await stage.core.dispatcher.show_unshown("neutral") == 0
    assert "ZeroDivisionError" in caplog.text


async def test_showing_again_finishes_nothing(stage: NeutralStage) -> None:
    """Options went away meanwhile, so that a question answers itself: still nobody has pressed anything."""
    with Deaf(stage):
        await stage.core.dispatcher.take([event(Pressed, "first", data="job")])
        await crash(stage)
    fair.JOBS.remove("slow")
    try:
        await stage.core.dispatcher.show_unshown("neutral")
        await stage.core.dispatcher.settle()
        rows = await stage.core.database.read(lambda tx: tx.all(fair.DONE_JOBS), now=stage.world.time.at)
        assert rows == []
        assert last(stage)[0] == "**Jobs: 0**"
        assert "Already done" not in (await does(stage, "anna", "presses Home"))
    finally:
        fair.JOBS.append("slow")


async def test_a_newcomer_who_comes_right_after_a_stop_is_welcome(stage: NeutralStage) -> None:
    await stage.core.dispatcher.careful([event(Opened, "first")])
    await stage.core.dispatcher.settle()
    assert last(stage)[0] == "**Fair**"


# ---------------------------------------------------------------- troubles


async def test_a_database_that_is_away_for_a_moment_loses_no_answer(
    stage: NeutralStage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.dispatcher.FIRST_PAUSE", 0.001)
    await does(stage, "anna", "starts", "presses Stalls")
    real, away = stage.core.database.turn, [True, True]

    async def turn(work: Callable[..., Awaitable[Any]], **about: Any) -> Any:
        result = await real(work, **about)
        if away and away.pop():
            raise Unavailable("after the commit, as it happens")
        return result

    monkeypatch.setattr(stage.core.database, "turn", turn)
    assert (await does(stage, "anna", "presses No. 3"))[0] == "Who?"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_receipt_that_is_refused_holds_up_no_other(stage: NeutralStage, caplog: pytest.LogCaptureFixture) -> None:
    await does(stage, "anna", "starts", "presses Stalls")
    stage.core.receipts.add(Note("neutral", 1, "1", live=999, link="counting/999"))
    await stage.core.receipts.flush()
    assert "is refused and given up" in caplog.text
    assert await stage.core.database.read(lambda tx: tx.all(UNSHOWN, channel="neutral", since=START), now=START) == []


async def test_a_screen_that_cannot_be_shown_does_not_hold_up_the_next(stage: NeutralStage, monkeypatch: pytest.MonkeyPatch) -> None:
    await does(stage, "anna", "starts")
    real, broken = stage.channel.show, [True]

    async def show(user: str, screen: Screen, language: str, over: str | None) -> Receipt:
        if broken and broken.pop():
            raise ZeroDivisionError
        return await real(user, screen, language, over)

    monkeypatch.setattr(stage.channel, "show", show)
    await takes(stage, event(Said, "one", text="chess"), event(Said, "two", text="drawing"))
    assert last(stage)[0] == "Found for drawing"


# ---------------------------------------------------------------- sub-dialogs and needs


async def test_a_search_that_was_typed_is_known_after_a_stop(stage: NeutralStage) -> None:
    with Deaf(stage):
        await stage.core.dispatcher.take([event(Said, "search", text="chess")])
        await crash(stage)
    await stage.core.dispatcher.show_unshown("neutral")
    await stage.core.dispatcher.settle()
    assert last(stage)[0] == "Found for chess"


async def test_a_block_that_comes_again_is_no_block(stage: NeutralStage) -> None:
    await takes(stage, event(Left, "left"), event(Returned, "returned"), event(Left, "left"))
    rows = await stage.core.database.read(lambda tx: tx.all(ADDRESSES, person=1), now=stage.world.time.at)
    assert [row.reachable for row in rows] == [True]


async def test_again_in_a_part_forgets_the_answer_of_that_part(stage: NeutralStage) -> None:
    shown = await does(stage, "anna", "starts", "presses Pair", "presses Older", "presses Older")
    assert (shown, last(stage)[0]) == (["These are the same."], "Who?")
    assert (await does(stage, "anna", "presses Younger"))[0] == "Sure?"


STALL = ("starts", "presses Stalls", "presses No. 3", "presses Older")


async def test_cancel_of_a_needed_dialog_leads_out_of_both(stage: NeutralStage) -> None:
    assert (await does(stage, "anna", *STALL))[0] == "May we keep the name?"
    assert (await does(stage, "anna", "presses Cancel"))[0] == "**My stall**"


async def test_a_double_tap_on_the_end_of_a_needed_dialog_stays_where_it_led(stage: NeutralStage) -> None:
    await does(stage, "anna", *STALL)
    agree = stage.find("anna", "I agree")[1]
    asked = await does(stage, "anna", "presses I agree")
    assert asked[0] == "Older for 240\u00a0₽. Right?"
    assert await does(stage, "anna", f"forges {agree}") == ["Already done"]
    assert last(stage) == asked
    await does(stage, "anna", "presses Yes")
    assert (await does(stage, "anna", "starts", f"forges {agree}"))[:2] == ["Already done", "**My stall**"]


# ---------------------------------------------------------------- made-up buttons


async def test_a_reference_to_a_file_cannot_be_made_up(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens papers", "sends file list.xlsx")
    token = (await sessions(stage))[0][0]
    for forged in ('["vk","http://10.0.0.1/","a","b",1]', "[1]", "[", "[]"):
        shown = await does(stage, "anna", "starts", f"forges .{token}.file.{forged}")
        assert shown[:2] == ["Please send a file.", "Which file?"], forged


async def test_a_year_that_never_was_opens_no_month(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts", "presses Day", "says tomorrow")
    token = (await sessions(stage))[0][0]
    for forged in ("000005", "0000", "999913", "99999999"):
        assert (await does(stage, "anna", "starts", f"forges .{token}.born*.{forged}"))[0] == "Born when?", forged


async def test_a_tab_does_not_grow_without_end(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts", "presses Tastes")
    token = (await sessions(stage))[0][0]
    for at in range(230):
        await takes(stage, event(Pressed, f"name{at}", data=f".{token}.made-up-{at}.x"))
        await takes(stage, event(Pressed, f"draft{at}", data=f".{token}.some*.+{at:030}"))
    assert len(str((await sessions(stage))[0][1])) < 10_000


async def sessions(stage: NeutralStage) -> list[tuple[str, dict[str, str]]]:
    """The tabs that ask or were finished last: token and answers."""
    return await stage.core.database.read(lambda tx: tx.all(fair.TABS), now=stage.world.time.at)
