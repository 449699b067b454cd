"""What one person can make the bot hold, and how long it is held: screens, tabs, jobs, deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import job
from bot.conversation.channel import Receipt
from bot.conversation.delivery import deliver
from bot.conversation.dispatcher import MOST_WAITING
from bot.conversation.event import Pressed, Said
from bot.conversation.session import MOST_TABS
from bot.conversation.sweep import sweep
from bot.model.link import to
from bot.services import people
from storage.account import NEW_ACCOUNT
from storage.database import Query, Tx
from storage.schema import delivery, session
from storage.schema import job as jobs
from tests.conversation import workshop
from tests.neutral import NEUTRAL
from tests.stage import PEOPLE, NeutralStage, neutral

ANNA, HER_OTHER = str(PEOPLE["anna"]), "9101"
TOKENS = Query(session.select().with_only_columns(session.c.token), str)
ANSWERS = Query(session.select().with_only_columns(session.c.answers), lambda answers: answers)
JOBS = Query(jobs.select().with_only_columns(jobs.c.id), int)
DELIVERIES = Query(delivery.select().with_only_columns(delivery.c.state), str)


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[NeutralStage]:
    async with neutral(database_url, tmp_path, dialogs=workshop.dialog, menu=workshop.MENU, steps=workshop.STEPS) as made:
        yield made


async def count(stage: NeutralStage, query: Query[Any]) -> int:
    return len(await stage.core.database.read(lambda tx: tx.all(query), now=stage.world.time.at))


async def test_of_many_screens_that_wait_only_the_newest_are_shown(stage: NeutralStage, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, gate, show = 0, asyncio.Event(), stage.channel.show

    async def slow(*args: Any) -> Receipt:
        nonlocal shown
        shown += 1
        await gate.wait()
        return await show(*args)

    monkeypatch.setattr(stage.channel, "show", slow)
    for at in range(3 * MOST_WAITING):
        await stage.core.dispatcher.take([Said(channel="neutral", user=ANNA, key=str(at), text="hello")])
    gate.set()
    await stage.core.dispatcher.settle()
    assert shown <= MOST_WAITING + 2
    assert len(stage.channel.chat(ANNA).messages) == shown


async def test_only_the_newest_tabs_of_a_person_are_kept(stage: NeutralStage) -> None:
    dispatcher = stage.core.dispatcher
    await stage.act("boris", "opens", "quiz")
    for at in range(MOST_TABS + 30):
        await dispatcher.take([Pressed(channel="neutral", user=ANNA, key=f"k{at}", data="quiz")])
    await dispatcher.settle()
    newest = stage.channel.chat(ANNA).messages[-1].buttons
    assert await count(stage, TOKENS) == MOST_TABS + 31
    await sweep(stage.core.database, stage.world.time.at)
    assert await count(stage, TOKENS) == MOST_TABS + 1
    kept = await stage.core.database.read(lambda tx: tx.all(TOKENS), now=stage.world.time.at)
    assert {data[1:10] for data in newest.values() if data.startswith(".")} <= set(kept)


async def test_two_accounts_of_one_person_undo_nothing_of_each_other(stage: NeutralStage) -> None:
    await stage.act("anna", "opens", "quiz")
    token = next(data[1:10] for data in stage.channel.chat(ANNA).messages[-1].buttons.values() if data.startswith("."))

    async def join(tx: Tx) -> None:
        person = await stage.person(tx, ANNA)
        await tx.one(NEW_ACCOUNT, person=person, channel="neutral", user=HER_OTHER, now=tx.now)

    await stage.core.database.turn(join, now=stage.world.time.now())
    for at in range(20):
        presses = [
            Pressed(channel="neutral", user=user, key=f"{user}-{at}", data=f".{token}.other*.+{user}x{at}") for user in (ANNA, HER_OTHER)
        ]
        await stage.core.dispatcher.take(presses)
    await stage.core.dispatcher.settle()
    (answers,) = await stage.core.database.read(lambda tx: tx.all(ANSWERS), now=stage.world.time.at)
    assert set(answers["other*"].split(",")) == {f"{user}x{at}" for user in (ANNA, HER_OTHER) for at in range(20)}


async def test_what_is_over_is_forgotten_in_time_or_at_once(stage: NeutralStage) -> None:
    await stage.act("anna", "starts", "")

    async def plan(tx: Tx) -> None:
        person = await stage.person(tx, ANNA)
        await deliver(tx, person, to("reminder", 2), tx.now, "first", "reminder")
        await job.start(tx, "count", {"steps": 1}, person)

    async def forget(tx: Tx) -> None:
        await people.forget(tx, await stage.person(tx, ANNA))

    database, time = stage.core.database, stage.world.time
    for forgetting in (False, True):
        await database.turn(plan, now=time.now())
        await stage.tick()
        assert (await count(stage, JOBS), await count(stage, DELIVERIES)) == (1, 1)
        if forgetting:
            await database.turn(forget, now=time.now())
        else:
            await sweep(database, time.now())
            assert (await count(stage, JOBS), await count(stage, DELIVERIES)) == (1, 1)
            await sweep(database, time.now() + timedelta(days=91))
        assert (await count(stage, JOBS), await count(stage, DELIVERIES)) == (0, 0)


async def test_a_made_up_answer_brings_nothing_personal_into_a_channel_that_may_not_carry_it(tmp_path: Path) -> None:
    url, limits = f"sqlite+aiosqlite:///{tmp_path / 'test.db'}", {"neutral": replace(NEUTRAL, personal_data=False)}
    async with neutral(url, tmp_path, dialogs=workshop.dialog, menu=workshop.MENU, limits=limits) as stage:
        await stage.act("anna", "opens", "contact")
        group = stage.find("anna", "Sat 10:00")[1]
        await stage.act("anna", "forges", f"{group[:10]}.phone.+79000000001")
        await stage.act("anna", "forges", group)
        assert "cannot be given here" in stage.channel.chat(ANNA).messages[-1].lines[0]
        await stage.act("anna", "forges", f"{group[:10]}.phone.+79000000001")
        kept = await stage.core.database.read(lambda tx: tx.all(ANSWERS), now=stage.world.time.at)
        assert all("phone" not in answers for answers in kept)
