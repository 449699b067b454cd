"""The clock and its hands: a sandbox moves the one, real seconds move the others."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import Clock, Hands


def real() -> datetime:
    """The machine's own time."""
    return datetime.now(UTC)  # noqa: TID251 - what the clock is compared with


def test_without_a_file_it_is_the_real_time() -> None:
    before = real()
    assert before <= Clock().now() <= real()
    assert Clock().now().tzinfo is UTC


def test_a_file_moves_the_time_whenever_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    clock = Clock(file)
    assert abs(clock.now() - real()) < timedelta(seconds=1)
    for seconds in (3600, -86400.5, 0):
        file.write_text(f"{seconds}\n", encoding="ascii")
        os.utime(file, ns=(0, int(seconds * 1000) + 10**12))
        assert abs(clock.now() - real() - timedelta(seconds=seconds)) < timedelta(seconds=1)
    file.write_text("60", encoding="ascii")
    clock.now()
    file.unlink()
    assert abs(clock.now() - real()) < timedelta(seconds=1)


@pytest.mark.parametrize("text", ["", "soon", "nan", "1e99"])
def test_a_file_without_a_number_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "shift"
    file.write_text(text, encoding="ascii")
    with pytest.raises(ValueError, match=r"shift holds .*not a number of seconds"):
        Clock(file).now()


def test_looking_at_the_time_is_cheap(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    file.write_text("60", encoding="ascii")
    clock = Clock(file)
    began = time.process_time()
    for _ in range(1000):
        clock.now()
    assert time.process_time() - began < 0.1


async def test_work_comes_at_once_and_again_and_one_at_a_time() -> None:
    running, most, runs = 0, 0, 0

    async def work() -> None:
        nonlocal running, most, runs
        running, runs = running + 1, runs + 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1

    hands = Hands()
    hands.every(0.02, work, name="work")
    hands.start()
    await asyncio.sleep(0.3)
    await hands.stop()
    assert running == 0
    assert most == 1
    assert runs >= 3


async def test_work_that_raises_is_logged_and_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        raise LookupError("lost")

    hands = Hands()
    hands.every(0.02, work, name="finding")
    hands.start()
    await asyncio.sleep(0.1)
    await hands.stop()
    assert runs >= 2
    assert "LookupError: lost" in caplog.text
    assert "finding" in caplog.text


async def test_stopping_waits_for_what_runs_then_cuts_it_short(caplog: pytest.LogCaptureFixture) -> None:
    ended = list[str]()

    async def work(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        ended.append(name)

    hands = Hands()
    hands.every(60, lambda: work("short", 0.05), name="short")
    hands.every(60, lambda: work("endless", 60), name="endless")
    hands.start()
    await asyncio.sleep(0.02)
    await hands.stop(patience=0.2)
    assert ended == ["short"]
    assert [(record.getMessage(), record.__dict__["work"]) for record in caplog.records] == [("work cut short", "endless")]
