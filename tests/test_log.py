"""The log: readable lines, machine-readable lines, and no secret in either."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Literal

import pytest

from bot.config import LogSettings
from bot.conversation.screen import Button, Screen
from bot.log import MASK, configure
from bot.model.text import Personal, _

SECRETS = [
    'hush "quoted" \\ пароль',
    "123456789:AAF_invented_invented_invented_inven",
    "vk1.a.Invented-Key_7",
    "0123456789abcdef" * 5 + "01234",
]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def logged(what: Literal["text", "json"], message: str, error: Exception | None = None, **facts: object) -> str:
    """What one event looks like."""
    stream = io.StringIO()
    configure(LogSettings(format=what), SECRETS[:1], stream)
    logging.getLogger("bot.test").warning(message, extra=facts, exc_info=error)
    return stream.getvalue()


def test_a_line_for_eyes() -> None:
    line = logged("text", "turn", channel="vk", page="programme", ms=3, note="two words")
    assert line[12:] == ' warning turn channel=vk page=programme ms=3 note="two words"\n'


def test_a_line_for_machines() -> None:
    told = json.loads(logged("json", "turn", ValueError("bad"), channel="vk", ms=3, age="7–9 лет"))
    assert told.pop("time").endswith("+00:00")
    assert told.pop("trace") == "ValueError: bad"
    assert told == {"level": "warning", "logger": "bot.test", "event": "turn", "channel": "vk", "ms": 3, "age": "7–9 лет"}


@pytest.mark.parametrize("what", ["text", "json"])
@pytest.mark.parametrize("secret", [*SECRETS, "+7 (000) 123-45-67", "+70001234567"])
def test_no_secret_is_logged(what: Literal["text", "json"], secret: str) -> None:
    shown = logged(what, f"POST /bot{secret}/getMe", ConnectionError(f"https://api/?access_token={secret}&v=5"), why=secret)
    assert secret not in shown
    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in shown
    assert MASK in shown


@pytest.mark.parametrize("what", ["text", "json"])
def test_a_password_in_an_address_is_masked(what: Literal["text", "json"]) -> None:
    shown = logged(what, "cannot reach postgresql+asyncpg://bot:quiet/ly@db.example/kruzhok")
    assert f"postgresql+asyncpg://{MASK}@db.example/kruzhok" in shown


def test_a_long_polls_key_is_masked() -> None:
    assert f"?act=a_check&key={MASK}&ts=5" in logged("text", "TooManyRedirects", url="https://lp.vk.com/wh1?act=a_check&key=0a1b2c&ts=5")


def test_an_error_about_a_screen_quotes_no_words() -> None:
    said = _("{name}, {age}").format(name="Masha", age=Personal("Sasha", "a child"))
    with pytest.raises(ValueError, match="exactly one") as caught:
        Button(said)
    assert "asha" not in str(caught.value)
    with pytest.raises(ValueError, match="not") as caught:
        Screen(said, (tuple(Button("x", f"page/{at}") for at in range(6)),))
    assert "asha" not in str(caught.value)


@pytest.mark.parametrize("what", ["text", "json"])
def test_a_message_cannot_forge_a_line(what: Literal["text", "json"]) -> None:
    assert logged(what, "said\n10:00:00.000 turn", why="a\nb channel=vk").count("\n") == 1


def test_on_a_terminal_it_is_text_and_elsewhere_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        configure(LogSettings(), (), stream)
        logging.getLogger("bot.test").error("lost")
    assert "\033[31merror\033[0m lost" in terminal.getvalue()
    assert json.loads(pipe.getvalue())["event"] == "lost"


def test_levels_and_the_chatter_of_libraries() -> None:
    stream = io.StringIO()
    configure(LogSettings(level="info", format="text"), (), stream)
    logging.getLogger("bot.test").debug("unseen")
    logging.getLogger("apscheduler.executors.default").info("unseen")
    assert stream.getvalue() == ""


def test_an_uncaught_error_is_logged_without_a_secret() -> None:
    stream = io.StringIO()
    configure(LogSettings(format="text"), (), stream)
    error = ConnectionError(SECRETS[1])
    sys.excepthook(ConnectionError, error, None)
    assert "critical stopped by an error\nConnectionError: •••\n" in stream.getvalue()
