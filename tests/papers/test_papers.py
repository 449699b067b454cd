"""Papers are made when they are shown, from frozen facts, and kept nowhere; a failing maker costs the file, not the page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from bot.conversation.paper import KEPT, Papers
from bot.conversation.screen import Attachment, Paper, Screen
from bot.papers import MAKERS

FACTS = {"title": "Согласие", "text": "Я, Петрова Анна, согласна.\n\nӘйбәт, ғ, қ, ₽ <b>не жирно</b>"}


def test_a_text_is_a_pdf_with_every_letter_and_the_same_bytes_each_time() -> None:
    data = MAKERS["text"](FACTS)
    assert data.startswith(b"%PDF")
    assert data == MAKERS["text"](FACTS)
    assert b"DejaVuSans" in data


async def test_a_paper_becomes_an_attachment_whose_bytes_are_only_in_memory() -> None:
    papers = Papers(MAKERS)
    screen = await papers.made(Screen("here", document=Paper("text", FACTS, "consent.pdf")))
    assert isinstance(screen.document, Attachment)
    assert (screen.document.name, screen.document.type) == ("consent.pdf", "application/pdf")
    assert papers.data(screen.document.digest) == MAKERS["text"](FACTS)
    assert papers.data("0" * 64) is None


async def test_what_is_shown_again_is_not_made_again_and_old_papers_are_forgotten() -> None:
    made = list[str]()

    def maker(facts: Mapping[str, Any]) -> bytes:
        made.append(facts["name"])
        return str(facts["name"]).encode()

    papers = Papers({"note": maker})
    shown = [await papers.made(Screen("x", document=Paper("note", {"name": name}, "a.txt"))) for name in ("a", "a", "b")]
    assert made == ["a", "b"]
    assert shown[0] == shown[1]
    for number in range(KEPT):
        await papers.made(Screen("x", document=Paper("note", {"name": str(number)}, "a.txt")))
    await papers.made(Screen("x", document=Paper("note", {"name": "a"}, "a.txt")))
    assert made[-1] == "a"


async def test_a_failing_maker_costs_the_file_and_says_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    def broken(facts: Mapping[str, Any]) -> bytes:
        raise ValueError(len(facts))

    with caplog.at_level(logging.ERROR):
        screen = await Papers({"note": broken}).made(Screen("here", document=Paper("note", {"name": "Masha"}, "a.txt")))
    assert screen.document is None
    assert screen.text == "here"
    assert screen.note is not None
    assert "Masha" not in caplog.text


def test_a_personal_paper_stays_away_from_where_it_may_not_go() -> None:
    personal, common = (Screen("here", document=Paper("text", FACTS, "a.pdf", personal=each)) for each in (True, False))
    assert personal.spared(personal_data=True) is personal
    assert personal.spared(personal_data=False).document is None
    assert common.spared(personal_data=False) is common
