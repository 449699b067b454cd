"""Every transcript passes on the neutral channel, on Telegram and on VK; `--update` writes down what is really shown."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.channel import Limits
from sandbox.calls import CallLog
from tests.conversation import workshop
from tests.neutral import NEUTRAL
from tests.player import Transcript, play
from tests.stage import neutral
from tests.wired import TELEGRAM, VK, wired

FOLDER = Path(__file__).parent / "transcripts"
STAGES = ("neutral", "telegram", "vk")
WORKSHOP = {"dialogs": workshop.dialog, "menu": workshop.MENU, "steps": workshop.STEPS}


def _cases() -> list[Any]:
    """Every transcript on every stage; one about some messengers on those alone."""
    found = [(path, Transcript.read(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("**/*.txt"))]
    return [
        pytest.param(path, names, id=f"{path.stem}-{names[0]}")
        for path, transcript in found
        for names in ([transcript.only] if transcript.only else [(stage,) for stage in STAGES])
    ]


def _limits(transcript: Transcript, names: tuple[str, ...]) -> dict[str, Limits]:
    base = {"neutral": NEUTRAL, "telegram": TELEGRAM}
    given: dict[str, Any] = {name: transcript.limits.get(name, transcript.limits.get("everywhere", {})) for name in names}
    return {name: replace(base.get(name, VK), **given[name]) for name in names}


@pytest.mark.parametrize(("path", "names"), _cases())
def test_transcript(path: Path, names: tuple[str, ...], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text(encoding="utf-8")
    played = asyncio.run(_played(Transcript.read(text), names, tmp_path))
    if request.config.getoption("--update"):
        path.write_text(played, encoding="utf-8")
    else:
        assert played == text


async def _played(transcript: Transcript, names: tuple[str, ...], folder: Path) -> str:
    world: dict[str, Any] = {"language": transcript.language, "limits": _limits(transcript, names)}
    if transcript.dialogs == "workshop":
        world |= WORKSHOP
    log, url = CallLog(), f"sqlite+aiosqlite:///{folder / 'test.db'}"
    where: AbstractAsyncContextManager[Any] = (
        neutral(url, folder, **world) if names[0] == "neutral" else wired(names, url, folder, log=log, **world)
    )
    async with where as stage:
        played = await play(transcript, stage)
    assert not log.violations
    return played
