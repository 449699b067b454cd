"""The demonstration looks after its bot, remembers what it should, and ends cleanly."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.demonstration import Memory, Wishes, demonstrate
from sandbox.people import DISTRICT
from sandbox.process import BotFailed, BotProcess
from sandbox.time import SandboxClock


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that happens in real time, ten seconds at most."""
    async with asyncio.timeout(10):
        while True:
            if true():
                return
            await asyncio.sleep(0.02)


async def test_a_bot_is_restarted_with_what_is_set_now_and_after_its_death(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.process.PAUSES", (0.05,))
    environment = {"COLOUR": "red"}
    script = "import os, sys, time; print(os.environ['COLOUR'], flush=True); os.environ['COLOUR'] == 'blue' and sys.exit(3); time.sleep(60)"
    states: list[str] = []
    bot = BotProcess([sys.executable, "-c", script], tmp_path, lambda: environment, on_change=lambda: states.append(bot.state))
    bot.start()
    await until(lambda: "red" in bot.lines)
    bot.heard()
    assert bot.state == "running"
    environment["COLOUR"] = "blue"
    bot.restart()
    await until(lambda: bot.lines.count("blue") > 1)
    assert "down" in states
    environment["COLOUR"] = "green"
    await until(lambda: "green" in bot.lines)
    await bot.stop()


async def test_a_command_that_fails_says_so(tmp_path: Path) -> None:
    bot = BotProcess([sys.executable, "-c", "import sys; print('1\\r2'); sys.exit(4)"], tmp_path, dict)
    with pytest.raises(BotFailed, match="ended with 4"):
        await bot.do("import", "x")
    assert list(bot.lines) == ["1", "2"]
    assert bot.state == "down"


async def test_a_stubborn_bot_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.process.STOPPING", 0.2)
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    bot = BotProcess([sys.executable, "-c", script], tmp_path, dict)
    bot.start()
    await until(lambda: "ready" in bot.lines)
    async with asyncio.timeout(5):
        await bot.stop()


def test_time_and_added_people_outlive_a_start(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.people.add("Мария", "parent", "telegram", "tt", "мама, Ключи")
    clock = SandboxClock(memory.now)
    clock.shift(3600)
    memory.keep(clock)
    again = Memory(tmp_path)
    assert again.people.added == memory.people.added
    assert again.now.hour == 11
    assert again.people.find("telegram", again.people.added[0].user("telegram")) == again.people.added[0]
    assert again.people.find("telegram", 5) is None
    assert len(list(again.people)) == len(DISTRICT) + 1


async def test_a_taken_port_gives_way_to_the_next_and_everything_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.demonstration.write_catalogue", lambda path, _seed: path.write_bytes(b"x"))
    said: list[str] = []
    script = tmp_path / "bot.py"
    script.write_text("import sys, time\nprint(sys.argv[1], flush=True)\nsys.argv[1] == 'run' and time.sleep(60)\n", encoding="utf-8")
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wishes = Wishes(port=port, browser=False, folder=tmp_path / "box", command=(sys.executable, str(script)))
    running = asyncio.create_task(demonstrate(wishes, said.append))
    await until(lambda: any("is ready" in line for line in said))
    assert f"Port {port} is taken, trying the next one." in said
    assert {"migrate", "import"} <= set(said)
    running.cancel()
    await asyncio.wait([running])
    server.close()
    said.clear()
    again = asyncio.create_task(demonstrate(wishes, said.append))
    await until(lambda: "run" in said)
    assert "import" not in said
    assert any(line.startswith("Going on where") for line in said)
    again.cancel()
    await asyncio.wait([again])
    (wishes.folder / "own.txt").touch()
    said.clear()
    anew = asyncio.create_task(demonstrate(replace(wishes, fresh=True), said.append))
    await until(lambda: "run" in said)
    assert "import" in said
    assert (wishes.folder / "own.txt").exists()
    anew.cancel()
    await asyncio.wait([anew])
