"""Faults on demand, the log of calls and the sandbox's clock."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from sandbox.calls import CallLog
from sandbox.faults import Fault, Faults
from sandbox.time import SandboxClock
from tests.sandbox.telegram_api import ANNA, MORNING, telegram


def test_a_seed_decides_the_nth_call_of_a_method_whatever_others_do() -> None:
    alone = Faults(7, {"429": 0.2, "drop": 0.1})
    among = Faults(7, {"429": 0.2, "drop": 0.1})
    first = [alone.before("sendMessage") for _ in range(200)]
    second = []
    for _ in range(200):
        among.before("getUpdates")
        second.append(among.before("sendMessage"))
    assert first == second
    kinds = Counter(fault.kind if fault else "" for fault in first)
    assert 25 <= kinds["429"] <= 55
    assert 8 <= kinds["drop"] <= 35
    assert [Faults(8, {"429": 0.2, "drop": 0.1}).before("sendMessage") for _ in range(200)] != first


def test_lost_answers_are_decided_after_the_request_only() -> None:
    faults = Faults(1, {"lost_answer": 1.0})
    assert faults.before("sendMessage") is None
    found = faults.after("sendMessage")
    assert found is not None
    assert (found.kind, faults.met) == ("lost_answer", {"lost_answer": 1})
    faults.set_rates({})
    assert faults.after("sendMessage") is None


def test_scripted_faults_come_in_order_to_the_method_that_they_name() -> None:
    faults = Faults()
    faults.next("429", method="sendMessage", retry_after=3)
    faults.next("drop", times=2)
    assert faults.before("getMe") == Fault("drop")
    assert faults.before("sendMessage") == Fault("429", 3)
    assert faults.before("sendMessage") == Fault("drop")
    assert faults.before("sendMessage") is None
    assert faults.met == {"429": 1, "drop": 2}
    with pytest.raises(ValueError, match="is not a fault"):
        faults.next("flood")  # type: ignore[arg-type]


async def test_telegram_meets_each_of_them() -> None:
    faults = Faults(hang=0.05)
    async with telegram(faults) as api:
        await api.tg.start(ANNA)
        faults.next("429", retry_after=3)
        assert (await api.ask("getMe"))["parameters"] == {"retry_after": 3}
        faults.next("500")
        assert (await api.refused("getMe"))[0] == 500
        faults.next("502")
        async with api.session.get(f"{api.tg.url}/bot{api.tg.token}/getMe") as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")
        for kind in ("drop", "timeout", "lost_answer"):
            faults.next(kind, method="sendMessage")
            with pytest.raises(aiohttp.ClientError):
                await api.ask("sendMessage", chat_id=ANNA, text=kind)
        assert [one.text for one in api.tg.chat(ANNA).messages] == ["/start", "lost_answer"]
        assert [call.status for call in api.log.calls] == ["429", "500", "502", "499", "499", "lost"]
        assert api.breaches() == []


async def test_the_log_is_bounded_and_can_be_listened_to() -> None:
    log = CallLog()

    def add(number: int) -> None:
        log.add(
            at=MORNING,
            channel="telegram",
            method="sendMessage",
            person=1,
            status="200",
            error="",
            milliseconds=1.5,
            params={"token": "secret", "photo": b"abc", "text": "x" * 30_000, "n": number},
            response=True,
        )

    add(0)
    listening = log.listen()
    waiting = asyncio.ensure_future(anext(listening))
    await asyncio.sleep(0)
    add(1)
    call = await waiting
    assert (call.number, call.params["n"], call.params["token"], call.params["photo"]) == (2, 1, "…", "<3 bytes>")
    assert len(call.params["text"]) == 20_001
    for number in range(2_100):
        add(number)
    assert len(log.calls) == 2_000
    assert log.counts["telegram", "sendMessage", "200"] == 2_102
    assert (await anext(listening)).number > 1_000
    await listening.aclose()


def test_the_clock_runs_and_moves_and_tells_a_file(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    clock = SandboxClock(MORNING, file)
    assert timedelta(0) <= clock.now() - MORNING < timedelta(seconds=5)
    before = float(file.read_text())
    clock.shift(3600)
    assert float(file.read_text()) - before == pytest.approx(3600, abs=5)
    read = datetime.now(UTC) + timedelta(seconds=float(file.read_text()))  # noqa: TID251  # as a bot reads it
    assert abs(read - clock.now()) < timedelta(seconds=5)
    assert [one.name for one in tmp_path.iterdir()] == ["shift"]
    with pytest.raises(ValueError, match="time zone"):
        SandboxClock(datetime(2026, 8, 24))  # noqa: DTZ001
