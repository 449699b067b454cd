"""The tool for translations: it finds the sentences, keeps what was translated and sees what is wrong in a translation."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Message
from typer.testing import CliRunner

from scripts import messages

CODE = """
from bot.model.text import _, n_, p_
_("Home")
_("Starts on {day:day}, see [the map](map)")
n_("{n} place", "{n} places", 3)
p_("pupil", "Home")
"""


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with four sentences and no language."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "page.py").write_text(CODE, encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALES", tmp_path / "locales")
    monkeypatch.setattr(messages, "TEMPLATE", tmp_path / "locales" / "bot.pot")
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    """Run the tool; return its exit code and all that it printed."""
    done = CliRunner().invoke(messages.app, arguments)
    return done.exit_code, done.output


def test_a_language_begins_grows_and_is_complete(tmp_path: Path) -> None:
    catalogue = tmp_path / "locales" / "ru" / "LC_MESSAGES" / "bot.po"
    assert run("new", "ru") == (0, "locales/ru/LC_MESSAGES/bot.po: 4 sentences to translate\n")
    assert run("new", "ru")[0] == 2
    code, said = run("update")
    assert code == 0
    assert "ru: 0 of 4 sentences" in said
    assert run("check")[0] == 1

    text = catalogue.read_text(encoding="utf-8")
    assert "nplurals=3" in text
    for empty, full in [
        ('msgctxt "pupil"\nmsgid "Home"\nmsgstr ""', 'msgctxt "pupil"\nmsgid "Home"\nmsgstr "Домой"'),
        ('msgid "Home"\nmsgstr ""', 'msgid "Home"\nmsgstr "На главную"'),
        ('see [the map](map)"\nmsgstr ""', 'see [the map](map)"\nmsgstr "С {day:day}, [карта](map)"'),
        ('msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""', 'msgstr[0] "{n} место"\nmsgstr[1] "{n} места"\nmsgstr[2] "{n} мест"'),
    ]:
        assert empty in text
        text = text.replace(empty, full)
    catalogue.write_text(text, encoding="utf-8")
    assert run("check") == (0, "ru: 4 of 4 sentences\n")

    before = catalogue.read_bytes()
    run("update")
    assert catalogue.read_bytes() == before
    (tmp_path / "bot" / "page.py").write_text(f'{CODE}_("More")\n', encoding="utf-8")
    code, said = run("check")
    assert code == 1
    assert said.splitlines() == [
        "locales/bot.pot is not what the code says: make messages",
        "ru: 4 of 5 sentences",
        "locales/ru/LC_MESSAGES/bot.po: 'More' has no translation",
    ]


def test_a_language_on_its_way_is_no_fault() -> None:
    run("new", "tt")
    run("update")
    assert run("check") == (0, "tt: 0 of 4 sentences\n")
    assert run("new", "xx")[0] == 2


@pytest.mark.parametrize(
    ("sentence", "translation", "fault"),
    [
        ("From {day:day}", "С {day:date}", "'From {day:day}': 'С {day:date}' has {day:date}, which the sentence has not"),
        ("From {day:day}", "Скоро", "'From {day:day}': 'Скоро' lacks {day:day}"),
        ("**Home**", "**Домой", "'**Home**': '**Домой' has other ** marks"),
        ("[map](map)", "[карта](maps)", "'[map](map)': '[карта](maps)' leads elsewhere"),
    ],
)
def test_a_wrong_translation_is_seen(sentence: str, translation: str, fault: str) -> None:
    assert fault in list(messages.faults(Message(sentence, translation)))


def test_a_right_translation_is_let_pass() -> None:
    assert not list(messages.faults(Message(("{n} place", "{n} places"), ("одно место", "{n} места", "{n} мест"))))
    assert not list(messages.faults(Message("**{name}**, from {day:day}", "С {day:day}: **{name}**")))
    assert not list(messages.faults(Message("From {day:day}", "")))
