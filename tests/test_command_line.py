"""The command line: its help, its exit codes, and that it imports no more than a command needs."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

import bot
from bot.__main__ import app
from bot.config import Settings
from sandbox.district import write_catalogue

ROOT = Path(__file__).parent.parent


@dataclass
class Finding:
    """What a check found."""

    ok: bool
    subject: str
    text: str


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("KRUZHOK_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the logging of the test run as it is."""
    monkeypatch.setattr("bot.log.configure", lambda *_: None)


def replace(monkeypatch: pytest.MonkeyPatch, name: str, **functions: object) -> None:
    """Put functions in the place of those of a module of the bot."""
    module = SimpleNamespace(**functions)
    monkeypatch.setitem(sys.modules, f"bot.{name}", module)
    monkeypatch.setattr(bot, name, module, raising=False)


def command(*arguments: str, **variables: str) -> Result:
    """Run a command with these variables."""
    return CliRunner().invoke(app, list(arguments), env=variables)


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    heavy = {"aiogram", "vk_api", "sqlalchemy", "alembic", "apscheduler", "pydantic", "babel", "storage", "bot.app"}
    code = (
        "import sys, runpy; sys.argv = ['bot', '--help']\n"
        "try: runpy.run_module('bot', run_name='__main__')\n"
        f"except SystemExit: print('HEAVY', sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert "HEAVY []" in done.stdout
    for name in ("run", "check", "migrate", "import", "export", "template"):
        assert f"\n  {name}  " in done.stdout, name


def test_every_command_has_a_help_worth_reading() -> None:
    for name in ("run", "check", "migrate", "import", "export", "template"):
        text = command(name, "--help").output
        assert len(text.splitlines()) > 8, text


def test_a_wrong_configuration_is_one_line_and_exit_code_2() -> None:
    for name in ("run", "check", "migrate"):
        done = command(name, KRUZHOK_TELEGRAM__TOKN="x")
        assert done.exit_code == 2
        assert done.output == "KRUZHOK_TELEGRAM__TOKN: there is no such setting; did you mean KRUZHOK_TELEGRAM__TOKEN?\n"


def test_run_without_any_token_says_what_to_set() -> None:
    done = command("run")
    assert done.exit_code == 2
    assert "KRUZHOK_TELEGRAM__TOKEN" in done.output
    assert "KRUZHOK_VK__TOKEN" in done.output


def test_run_hands_the_settings_over(monkeypatch: pytest.MonkeyPatch) -> None:
    given = list[Settings]()
    replace(monkeypatch, "app", run=given.append)
    done = command("run", KRUZHOK_VK__TOKEN="vk1.a.invented", KRUZHOK_VK__GROUP_ID="7")
    assert done.exit_code == 0
    assert [settings.vk.group_id for settings in given] == [7]


def test_check_tells_what_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        Finding(ok=True, subject="telegram", text="@ryazh_bot answers"),
        Finding(ok=False, subject="vk", text="the key is refused: make another"),
    ]
    replace(monkeypatch, "check", check=lambda _settings: found)
    done = command("check")
    assert done.exit_code == 1
    assert done.output == "ok    telegram: @ryazh_bot answers\nMEND  vk: the key is refused: make another\n"
    replace(monkeypatch, "check", check=lambda _settings: found[:1])
    assert command("check").exit_code == 0


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'missing' / 'kruzhok.db'}"
    sheet = str(tmp_path / "catalogue.xlsx")
    token = {"KRUZHOK_TELEGRAM__TOKEN": "123456:invented", "KRUZHOK_DATABASE__URL": url}
    for arguments in (("run",), ("migrate",), ("import", sheet), ("export", sheet)):
        done = command(*arguments, **token)
        assert done.exit_code == 1
        assert done.output == f"database: it cannot be opened: no file can be made in the folder {tmp_path / 'missing'}\n"


def test_migrate_names_each_step() -> None:
    first, *_, last = command("migrate").output.splitlines()
    assert (first, last) == ("revision 0001", "The database is up to date.")
    assert command("migrate").output == "The database is up to date.\n"


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "catalogue.xlsx"
    for name in ("template", "export"):
        done = command(name, str(file))
        assert done.exit_code == 1
        assert done.output == f"{file} cannot be written: No such file or directory\n"


def test_invite_makes_a_link_for_every_role(tmp_path: Path) -> None:
    sheet = str(tmp_path / "catalogue.xlsx")
    write_catalogue(Path(sheet))
    settings = {"KRUZHOK_TELEGRAM__TOKEN": "123456:invented"}
    assert command("import", sheet, **settings).exit_code == 0
    with closing(sqlite3.connect("kruzhok.db")) as database:
        [(group,)] = database.execute("SELECT min(code) FROM study_group WHERE programme = 1")
    for arguments in (
        ("dom-tvorchestva",),
        ("dom-tvorchestva", "--role", "teacher", "--group", group),
        ("dom-tvorchestva", "--role", "board"),
        ("dom-tvorchestva", "--role", "observer"),
        ("lazorye", "--role", "municipality"),
        ("lazorye", "--role", "observer"),
        ("--role", "region"),
    ):
        done = command("invite", *arguments, **settings)
        assert (done.exit_code, "/start staff-" in done.output) == (0, True), done.output
    for wrong in (
        (),
        ("nowhere",),
        ("lazorye",),
        ("dom-tvorchestva", "--role", "teacher"),
        ("dom-tvorchestva", "--role", "teacher", "--group", "nowhere"),
        ("dom-tvorchestva", "--role", "municipality"),
    ):
        done = command("invite", *wrong, **settings)
        assert done.exit_code == 1, wrong
        assert "python -m bot export shows the codes" in done.output
    assert command("invite", "dom-tvorchestva", "--role", "king", **settings).exit_code == 2
