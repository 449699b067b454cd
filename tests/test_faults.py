"""`kill -9` between any two steps: no answer and no update is lost, nothing happens twice, and what was not shown is shown."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import storage
from tests.killable import SCRIPTS, lines_of

ROOT = Path(__file__).parent.parent
KILLED = -9
POINTS = 15
"""Steps at which the program is killed, spread over its whole run; `--hypothesis-seed` moves them."""


class Killable:
    """Runs of the program, each a process of its own (`tests.killable`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        storage.migrate(f"sqlite+aiosqlite:///{folder / 'template.db'}")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.killable"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def world(self, name: str) -> Path:
        """An empty messenger and an empty database."""
        folder = self._folder / name
        folder.mkdir()
        shutil.copy(self._folder / "template.db", folder / "test.db")
        return folder

    def run(self, folder: Path, script: str, point: int | str = "-") -> int:
        """Let the program run until its people are done, or until it is killed at a step; returns its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder} {script} {point}\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        assert code in {0, KILLED}, (folder / "error").read_text()
        return code

    def close(self) -> None:
        self._process.communicate()
        assert self._process.returncode == 0


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Killable]:
    with closing(Killable(tmp_path)) as made:
        yield made


def rows(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "test.db")) as db:
        return db.execute(query).fetchall()


def screens(folder: Path, user: str) -> list[list[str]]:
    return [screen["lines"] for screen in lines_of(folder / "shown") if screen.get("user") == user]


def uploads(folder: Path) -> int:
    return sum("upload" in screen for screen in lines_of(folder / "shown"))


def check_all_done(folder: Path) -> None:
    """Everything that the people of the script `fair` did counts, once."""
    updates = lines_of(folder / "updates")
    assert len(updates) == sum(len(do) for acts in SCRIPTS["fair"].values() for _expected, do in acts)
    assert int((folder / "confirmed").read_text()) == len(updates)
    answers = ["**Answers**", "['red', 'blue']", "short", "3", "7", "['c', 'a']", "2026-08-25", "2015-05-05"]
    assert any(lines[:8] == answers for lines in screens(folder, "anna"))
    assert rows(folder, "SELECT field, language FROM wording WHERE noun = 'stall'") == [("3", "Older")]
    assert rows(folder, "SELECT count(*) FROM job") == [(2,)]
    assert rows(folder, "SELECT count(*) FROM event WHERE state NOT IN ('taken', 'shown')") == [(0,)]
    assert not [lines for user in SCRIPTS["fair"] for lines in screens(folder, user) if "the fault is ours" in lines[0]]


def test_killed_at_any_step_it_goes_on_where_it_was(program: Killable, request: pytest.FixtureRequest) -> None:
    whole = program.world("whole")
    assert program.run(whole, "fair") == 0
    check_all_done(whole)
    steps = int((whole / "steps").read_text())
    spread = random.Random(request.config.getoption("--hypothesis-seed") or 0)
    for at in range(POINTS):
        point = spread.randrange(at * steps // POINTS, (at + 1) * steps // POINTS) + 1
        folder = program.world(f"killed-at-{point}-of-{steps}")
        program.run(folder, "fair", point)
        assert program.run(folder, "fair") == 0
        check_all_done(folder)


def test_killed_after_every_batch_it_gets_there(program: Killable) -> None:
    folder = program.world("again")
    kills = 0
    while program.run(folder, "fair", "confirmed") == KILLED:
        kills += 1
    assert kills >= len(SCRIPTS["fair"]["anna"]) - 1
    check_all_done(folder)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("BEGIN", id="before-the-first-transaction"),
        pytest.param("INSERT_INTO_event", id="inside-a-turn"),
        pytest.param("confirm", id="after-the-commit-before-the-confirmation"),
        pytest.param("show", id="before-a-screen-is-shown"),
        pytest.param("shown", id="after-it-was-shown-before-the-receipt"),
        pytest.param("UPDATE_event", id="in-the-middle-of-a-receipt"),
    ],
)
def test_killed_at_a_step_it_goes_on_where_it_was(program: Killable, point: str) -> None:
    folder = program.world("killed")
    assert program.run(folder, "fair", point) == KILLED
    assert program.run(folder, "fair") == 0
    check_all_done(folder)


def test_an_event_that_stops_the_program_again_and_again_is_set_aside(program: Killable) -> None:
    folder = program.world("poison")
    stops = 0
    while program.run(folder, "poison") == KILLED:
        stops += 1
    assert stops == 3  # the first one nobody could know of; then it was counted twice
    assert rows(folder, "SELECT state FROM event WHERE state NOT IN ('taken', 'shown')") == [("aside",)]
    assert screens(folder, "anna")[-1][0] == "Which stall?"
    assert int((folder / "confirmed").read_text()) == len(lines_of(folder / "updates"))


def test_a_lost_receipt_costs_one_more_upload_and_no_more(program: Killable) -> None:
    folder = program.world("picture")
    assert program.run(folder, "picture", "shown") == KILLED
    assert uploads(folder) == 1
    assert program.run(folder, "picture") == 0
    assert [lines[:2] for lines in screens(folder, "anna")] == [["(picture)", "**Picture**"]] * 2
    assert uploads(folder) == 2
    assert program.run(folder, "pictures") == 0
    assert (len(screens(folder, "anna")), uploads(folder)) == (3, 2)
