"""Hostile and clumsy clients over real handlers: each gets a sensible answer or silence, never an exception, never another's data."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.dispatcher import MOST_WAITING
from bot.conversation.engine import Outcome
from bot.conversation.event import Event
from sandbox.calls import CallLog
from sandbox.chat import Impossible
from storage.database import Tx
from tests.conversation import fair
from tests.stage import PEOPLE
from tests.wired import WiredStage, wired

ANNA, BORIS = PEOPLE["anna"], PEOPLE["boris"]


@pytest.fixture(params=["telegram", "vk"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[WiredStage]:
    """A messenger, in which nothing may be logged as an error and no call may break its specification."""
    log, url = CallLog(), f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    async with wired([request.param], url, tmp_path, log=log, dialogs=fair.dialog, menu=fair.MENU) as made:
        yield made
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not log.violations
    assert not [text for user in (ANNA, BORIS) for text in shown(made, user) if "the fault is ours" in text]


def messenger(stage: WiredStage) -> Any:
    return stage.messengers[stage.name]


def shown(stage: WiredStage, user: int) -> list[str]:
    """What the bot has said to somebody, as it stands in their chat now."""
    return [message.text for message in messenger(stage).chat(user).messages if not message.mine]


async def does(stage: WiredStage, who: str, *acts: str) -> list[str]:
    for act in acts:
        verb, _space, rest = act.partition(" ")
        await stage.act(who, verb, rest)
    return shown(stage, PEOPLE[who])


FORGED = (
    "", " ", ".", "..", "...", ".k3f9Qa2Bx", ".k3f9Qa2Bx.group.12", ".k3f9Qa2Bx.<.", "home/1/2/3", "stall~", "stall~k3f9Qa2Bx", "HOME",
    "stall/../home", "дом", "🙂" * 16, "\0", "%00", "' OR 1=1 --", "<b>home</b>", "programme/99999999999999999999", "programme/-1",
    "programme/٣", "x" * 64, "go/abc",
)  # fmt: skip


async def test_forged_data_leads_home(stage: WiredStage) -> None:
    await does(stage, "anna", "starts")
    ours = [message.id for message in messenger(stage).chat(ANNA).messages if not message.mine][-1]
    for data in FORGED:
        await messenger(stage).send_data(ANNA, ours, _wrapped(stage, data))
        await stage.rest()
        assert any(page in shown(stage, ANNA)[-1] for page in ("Fair", "Robotics", "Which stall?")), data


async def test_another_ones_tab_stays_shut(stage: WiredStage) -> None:
    await does(stage, "anna", "starts", "presses Pair", "presses another", "says Annabel", "presses Younger", "presses yes")
    assert "Annabel" in shown(stage, ANNA)[-1]
    keys = [key.data for message in messenger(stage).chat(ANNA).messages for row in message.keys for key in row]
    token = next(part for data in keys for part in data.replace('"', " ").split() if part.startswith("."))[:10]
    before = shown(stage, ANNA)
    await does(stage, "boris", "starts")
    for data in (token, f"{token}.who.Older", f"{token}.second-who.Older", f"{token}.<.", f"found~{token[1:]}"):
        assert "Annabel" not in "".join(await does(stage, "boris", f"forges {data}"))
    assert shown(stage, ANNA) == before
    assert "Annabel" in (await does(stage, "anna", "says home"), await does(stage, "anna", f"forges {token}"))[1][-1]


def _wrapped(stage: WiredStage, data: str) -> str:
    """Data as a key of this messenger carries it."""
    return data if stage.name == "telegram" else json.dumps({"d": data})


async def test_a_very_long_text_is_a_search_or_no_name(stage: WiredStage) -> None:
    await does(stage, "anna", "starts", "says " + "слово " * 1700)
    assert shown(stage, ANNA)[-1].startswith("Found for ")
    await does(stage, "anna", "says home", "presses Pair", "presses another", "says " + "x" * 10_000)
    assert "What is the name?" in shown(stage, ANNA)[-1]


async def test_stickers_voices_and_files_get_a_kind_word(stage: WiredStage) -> None:
    await does(stage, "anna", "starts")
    for act, word in (
        ("sends sticker", "I cannot listen"),
        ("sends voice", "I cannot listen"),
        ("sends file virus.exe", "Please do not send documents"),
    ):
        assert any(word in text for text in await does(stage, "anna", act)), act
    await does(stage, "anna", "presses Pair", "presses another", "sends sticker", "sends voice")
    assert "Fair" in shown(stage, ANNA)[-1]


async def test_a_file_that_nobody_asked_for_is_taken_out_of_the_chat_and_not_fetched(stage: WiredStage) -> None:
    await does(stage, "anna", "starts", "sends file passport.jpg")
    mine = [message for message in messenger(stage).chat(ANNA).messages if message.mine and (message.picture or message.document)]
    methods = [call.method for call in stage.log.calls]
    assert not {"getFile", "docs.getById", "photos.getById"} & set(methods)
    if stage.name == "telegram":
        assert not mine
        assert methods.count("deleteMessage") == 1
    else:
        assert mine, "VK lets a community delete only what is its own"
        assert "if you still see the message, delete it" in "".join(shown(stage, ANNA))


async def test_a_group_chat_is_met_with_silence(stage: WiredStage) -> None:
    await does(stage, "anna", "starts")
    calls = len(stage.log.calls)
    write = messenger(stage).send_in_group if stage.name == "telegram" else messenger(stage).send_in_chat
    for text in ("/start", "home", "рисование"):
        await write(ANNA, text)
    await stage.rest()
    assert not [call.method for call in list(stage.log.calls)[calls:] if "send" in call.method.lower()]


async def test_an_edited_message_changes_nothing(stage: WiredStage) -> None:
    await does(stage, "anna", "starts", "says chess")
    before = shown(stage, ANNA)
    mine = [message.id for message in messenger(stage).chat(ANNA).messages if message.mine][-1]
    await messenger(stage).edit_own(ANNA, mine, "drawing")
    await stage.rest()
    assert shown(stage, ANNA) == before


async def test_what_comes_twice_is_answered_once(stage: WiredStage) -> None:
    await does(stage, "anna", "starts", "says chess")
    before = shown(stage, ANNA)
    await messenger(stage).repeat(ANNA)
    await stage.rest()
    assert shown(stage, ANNA) == before


async def test_a_hundred_presses_at_once_do_not_hold_up_others(stage: WiredStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boris presses once in the middle of Anna's hundred, and once after them: of hers only so many wait as may."""
    await does(stage, "anna", "starts")
    await does(stage, "boris", "starts")
    where = {user: next(message for message in messenger(stage).chat(user).messages if not message.mine) for user in (ANNA, BORIS)}
    labels = [key.label for row in where[ANNA].keys for key in row]
    taken = list[str]()
    turn = stage.core.engine.turn

    async def watched(tx: Tx, event: Event) -> Outcome:
        taken.append(event.user)
        return await turn(tx, event)

    monkeypatch.setattr(stage.core.engine, "turn", watched)
    for at in range(100):
        if at == 50:
            await messenger(stage).press(BORIS, where[BORIS].id, "Tastes")
        await messenger(stage).press(ANNA, where[ANNA].id, labels[at % len(labels)])
    await messenger(stage).press(BORIS, where[BORIS].id, "Pair")
    await stage.rest()
    assert shown(stage, BORIS) == ["Who?"]
    assert taken.index(str(BORIS)) <= MOST_WAITING
    assert len(taken) < 100
    assert len(shown(stage, ANNA)) < 30
    await does(stage, "anna", "says home")
    assert shown(stage, ANNA)[-1] == "Fair"


async def test_who_blocks_in_the_middle_of_everything_is_no_trouble(stage: WiredStage) -> None:
    await does(stage, "anna", "starts", "presses Stalls")
    await messenger(stage).say(ANNA, "chess")
    await messenger(stage).block(ANNA)
    await stage.rest()
    with pytest.raises(Impossible):
        await does(stage, "anna", "says hello")
    await does(stage, "anna", "unblocks", "says home")
    assert "Fair" in shown(stage, ANNA)[-1]


@pytest.mark.parametrize("stage", ["telegram"], indirect=True)
async def test_a_press_under_a_message_that_telegram_has_lost(stage: WiredStage) -> None:
    await does(stage, "anna", "starts")
    ours = [message.id for message in messenger(stage).chat(ANNA).messages if not message.mine][-1]
    for data in ("stall", "home", "forged/1"):
        await messenger(stage).press_lost(ANNA, ours, data)
        await messenger(stage).press_lost(ANNA, 100_000, data)
        await stage.rest()
    assert any("Fair" in text for text in shown(stage, ANNA))


@pytest.mark.parametrize("stage", ["vk"], indirect=True)
async def test_a_payload_of_any_shape_leads_home(stage: WiredStage) -> None:
    await does(stage, "anna", "starts")
    ours = [message.id for message in messenger(stage).chat(ANNA).messages if not message.mine][-1]
    shapes = (
        "null",
        "1",
        "[]",
        '"home"',
        "{}",
        '{"d":1}',
        '{"d":null}',
        '{"d":["home"]}',
        '{"d":{"d":"home"}}',
        '{"command":1}',
        '{"d":"' + "x" * 255 + '"}',
    )
    for payload in (*shapes, "{", "not json", "[" * 500):
        for message in (ours, 0):
            await messenger(stage).send_data(ANNA, message, payload)
            await stage.rest()
            assert "Fair" in shown(stage, ANNA)[-1], payload
