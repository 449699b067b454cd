"""Every transcript passes on the neutral channel, on Telegram and on VK; `--update` writes down what is really shown."""

from __future__ import annotations

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


def _limits(transcript: Transcript, names: tuple[str, ...]) -> dict[str, Limits]:
    base = {"neutral": NEUTRAL, "telegram": TELEGRAM}
    return {name: replace(base.get(name, VK), **transcript.limits.get(name, transcript.limits.get("everywhere", {}))) for name in names}


@pytest.mark.parametrize("stage_name", STAGES)
@pytest.mark.parametrize("path", sorted(FOLDER.glob("**/*.txt")), ids=lambda path: path.stem)
async def test_transcript(path: Path, stage_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text(encoding="utf-8")
    transcript = Transcript.read(text)
    names = (stage_name,)
    if transcript.only:
        if stage_name != transcript.only[0]:
            pytest.skip(f"is about {' and '.join(transcript.only)}")
        names = transcript.only
    world: dict[str, Any] = {"language": transcript.language, "limits": _limits(transcript, names)}
    if transcript.dialogs == "workshop":
        world |= WORKSHOP
    log, url = CallLog(), f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    where: AbstractAsyncContextManager[Any] = neutral(url, tmp_path, **world) if stage_name == "neutral" else wired(names, url, tmp_path, log=log, **world)
    async with where as stage:
        played = await play(transcript, stage)
    assert not log.violations
    if request.config.getoption("--update"):
        path.write_text(played, encoding="utf-8")
    else:
        assert played == text
