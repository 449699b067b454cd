"""The example of CONTRIBUTING.md is what it says it is: its dialog runs, and its chat is what people see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.conversation.dialog import Dialogs
from bot.conversation.engine import Menu
from tests.player import Transcript, play
from tests.stage import neutral

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


def block(kind: str, begins: str) -> str:
    """The one block of this kind of code that begins so."""
    every: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    (found,) = (body for name, body in every if name == kind and body.startswith(begins))
    return found


async def test_the_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dialogs = Dialogs()
    monkeypatch.setattr("bot.conversation.dialog.dialog", dialogs)
    exec(compile(block("python", ""), "CONTRIBUTING.md", "exec"), {"__name__": "example"})  # noqa: S102 - our own page
    asked, shown = block("", "# Anna"), block("", "> anna opens howmany\n<")
    url = f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    async with neutral(url, tmp_path, dialogs=dialogs, menu=Menu()) as stage:
        played = await play(Transcript.read(asked), stage)
    assert shown.removesuffix("…\n") in played
