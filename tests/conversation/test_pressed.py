"""What a person gets for a press: every row of the design's table, and the rules of typed text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.conversation.event import Pressed
from bot.conversation.sweep import sweep
from storage.job import LIVE
from tests.conversation import workshop
from tests.stage import NeutralStage, neutral


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[NeutralStage]:
    async with neutral(database_url, tmp_path, dialogs=workshop.dialog, menu=workshop.MENU, steps=workshop.STEPS) as made:
        yield made


async def does(stage: NeutralStage, who: str, *acts: str) -> list[str]:
    """Do some acts, and return the lines of what is shown last (a toast before them)."""
    shown = list[str]()
    for act in acts:
        verb, _space, rest = act.partition(" ")
        await stage.act(who, verb, rest)
        news = await stage.news(who)
        shown = [line for each in sorted(news, key=lambda each: each.kind != "toast") for line in each.lines]
    return shown


APPLY = ("opens programme/1", "presses Apply", "presses Sat", "presses Masha", "presses I agree")


async def test_a_link_works_at_any_age(stage: NeutralStage) -> None:
    first = await does(stage, "anna", "opens programme/1")
    stage.world.time.at += timedelta(days=400)
    assert await does(stage, "anna", "presses Home") == ["**Workshop**", "  [Robotics] [Quiz]", "  [Job]"]
    assert await does(stage, "anna", "presses Robotics") == first


async def test_a_renamed_page_is_found_and_a_removed_one_says_so(stage: NeutralStage) -> None:
    assert "**Robotics**, ages 7–10" in await does(stage, "anna", "opens oldname/1")
    for gone in (
        "forges nothing/1",
        "forges programme/2",
        "forges programme/x",
        "forges programme",
        "forges programme/99999999999999999999",
    ):
        assert (await does(stage, "anna", "opens programme/1", gone))[:2] == ["That page has moved.", "**Workshop**"], gone


async def test_an_answer_of_an_open_tab_brings_it_back(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    data = stage.find("anna", "Sat 10:00")[1]
    await does(stage, "anna", "opens programme/1", "presses Home")
    shown = await does(stage, "anna", f"forges {data}")
    assert shown[0] == "Who will attend?"


async def test_an_earlier_answer_is_changed_and_later_ones_stay(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    old = stage.find("anna", "Mon 17:00 · 1 place")
    await does(stage, "anna", "presses Sat", "presses Masha", "presses I agree")
    shown = await does(stage, "anna", f"forges {old[1]}")
    assert "Masha → Mon 17:00. Send?" in shown


async def test_an_answer_that_is_no_option_is_asked_again_with_a_note(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    data = stage.find("anna", "Sat")[1]
    shown = await does(stage, "anna", "opens programme/1", f"forges {data[:-1]}7")
    assert shown[:2] == ["That option is no longer available.", "Which group suits you?"]


async def test_a_finished_tab_shows_where_it_ended(stage: NeutralStage) -> None:
    shown = await does(stage, "anna", *APPLY)
    assert "Masha → Sat 10:00. Send?" in shown
    send = stage.find("anna", "Send")[1]
    ended = await does(stage, "anna", "presses Send")
    assert ended == ["**Enrolled**", "Masha: Sat 10:00", "  [Programme]"]
    await does(stage, "anna", "presses Programme")
    assert await does(stage, "anna", f"forges {send}") == ["Already done", *ended]


async def test_a_swept_tab_and_somebody_elses_are_over(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    data = stage.find("anna", "Sat")[1]
    over = ["That conversation is over.", "**Workshop**"]
    assert (await does(stage, "boris", "opens programme/1", f"forges {data}"))[:2] == over
    assert (await does(stage, "anna", "forges .AAAAAAAAA.group.1"))[:2] == over
    assert (await does(stage, "anna", "forges .x"))[0] == "That page has moved."
    stage.world.time.at += timedelta(days=91)
    await sweep(stage.core.database, stage.world.time.at)
    assert (await does(stage, "anna", "opens programme/1", f"forges {data}"))[:2] == over


async def test_the_last_place_goes_to_one(stage: NeutralStage) -> None:
    for who in ("anna", "boris"):
        await does(stage, who, "opens programme/1", "presses Apply", "presses Mon", "presses Masha", "presses I agree")
    await does(stage, "boris", "presses Send")
    shown = await does(stage, "anna", "presses Send")
    assert shown[0] == "That group has just filled up."
    assert "  [Mon 17:00 · 0 places]" in shown
    rows = await stage.core.database.read(lambda tx: tx.all(workshop.ENROLLED), now=stage.world.time.at)
    assert [(group, child) for _id, group, child in rows] == [(1, "Masha")]


async def test_back_forgets_the_last_question_passed(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply", "presses Sat", "presses another")
    assert (await does(stage, "anna", "presses Back"))[0] == "Who will attend?"
    assert (await does(stage, "anna", "presses Back"))[0] == "Which group suits you?"
    assert (await does(stage, "anna", "presses Cancel"))[0] == "**Robotics**, ages 7–10"


async def test_typed_text_answers_the_question_in_focus(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    assert (await does(stage, "anna", "says 2"))[0] == "Who will attend?"
    assert (await does(stage, "anna", "says ANOTHER"))[0] == "What is the child's name?"
    assert (await does(stage, "anna", "says 7"))[:3] == ["Please write a name.", "", "What is the child's name?"]
    assert (await does(stage, "anna", "says vanya"))[0] == "May we keep the name?"
    assert "Vanya → Sat 10:00. Send?" in await does(stage, "anna", "says i agree")
    assert (await does(stage, "anna", "says yes"))[1] == "Vanya: Sat 10:00"


async def test_other_text_is_a_search_with_a_way_back_to_the_form(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    assert (await does(stage, "anna", "says chess"))[0] == "Found for chess"
    assert (await does(stage, "anna", "says 2"))[0] == "Found for 2"


async def test_focus_lasts_two_hours(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    stage.world.time.at += timedelta(hours=2, minutes=1)
    assert (await does(stage, "anna", "says 2"))[0] == "Found for 2"


async def test_a_command_and_a_menu_word_win_over_the_question(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply", "presses Sat", "presses another")
    assert (await does(stage, "anna", "says home"))[0] == "**Workshop**"
    assert (await does(stage, "anna", "says /quiz"))[0] == "Which ones?"
    assert (await does(stage, "anna", "says /nothing"))[0].startswith("There is no such command.")


async def test_every_kind_of_question(stage: NeutralStage) -> None:
    await does(stage, "anna", "says /quiz", "presses red", "presses green", "presses blue")
    assert (await does(stage, "anna", "presses Done"))[0] == "Choose at most 2."
    await does(stage, "anna", "presses green")
    assert (await does(stage, "anna", "presses Done"))[0] == "Say something"
    assert (await does(stage, "anna", "says far too long a text"))[0] == "That is too long: 10 characters at most."
    await does(stage, "anna", "says hi")
    assert (await does(stage, "anna", "says 12"))[0] == "Please write a number from 1 to 9."
    await does(stage, "anna", "says I have 3")
    assert "  [0] [1] [2] [3] [4]" in await does(stage, "anna", "presses 0–4")
    await does(stage, "anna", "presses 5–10", "presses 10")
    assert "  [2. a]" in await does(stage, "anna", "presses c", "presses a")
    await does(stage, "anna", "presses Done")
    assert (await does(stage, "anna", "says 31.12.2026"))[0] == "Please give a day from 24 August 2026 to 13 September 2026."
    await does(stage, "anna", "says завтра")
    assert "  [2016] [2015] [2014]" in await does(stage, "anna", "presses ›", "presses ‹")
    await does(stage, "anna", "presses 2017", "presses May")
    shown = await does(stage, "anna", "says 5 мая 2017")
    assert shown[0] == "Where?"
    await does(stage, "anna", "shares place 57.9,57.3")
    shown = await does(stage, "anna", "presses yes")
    assert shown[:10] == [
        "**Answers**",
        "['red', 'blue']",
        "hi",
        "3",
        "10",
        "['c', 'a']",
        "2026-08-25",
        "2017-05-05",
        "Point(latitude=57.9, longitude=57.3)",
        "yes",
    ]
    assert (await does(stage, "anna", "presses Change the number"))[0] == "How many?"


async def test_a_double_tap_toggles_nothing_twice(stage: NeutralStage) -> None:
    await does(stage, "anna", "says /quiz")
    data = stage.find("anna", "red")[1]
    await does(stage, "anna", f"forges {data}", f"forges {data}")
    assert "  [✓ red]" in stage.channel.chat("101").messages[-1].lines


async def test_a_shared_contact_must_be_ones_own(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens contact", "presses Mon")
    assert (await does(stage, "anna", "shares contact +79000000001"))[0].startswith("That is somebody else's contact.")
    assert (await does(stage, "anna", "shares phone 8 900 000 00 01"))[0] == "We shall call +79000000001."


async def test_a_file_is_taken_by_reference(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens letter")
    assert (await does(stage, "anna", "sends file holiday.jpg"))[0] == "Please send a file: .xlsx."
    assert (await does(stage, "anna", "sends file list.xlsx"))[0] == "Reading list.xlsx"
    await stage.core.receipts.flush()
    await stage.core.worker.work()
    digest = sha256(b"x" * 1000).hexdigest()
    assert [line for each in await stage.news("anna") for line in each.lines] == [f"Read {digest[:8]}"]
    assert stage.core.files.read(digest) == b"x" * 1000


async def test_what_answers_nothing_gets_a_kind_word(stage: NeutralStage) -> None:
    assert (await does(stage, "anna", "starts", "sends sticker"))[0].startswith("I cannot listen or watch")
    assert (await does(stage, "anna", "sends file list.xlsx"))[0].startswith("Please do not send documents")
    assert (await does(stage, "anna", "shares phone +79000000001"))[0].startswith("Nobody asked for a telephone number.")


async def test_a_turn_that_raises_changes_nothing_and_is_told(stage: NeutralStage, caplog: pytest.LogCaptureFixture) -> None:
    assert (await does(stage, "anna", "opens broken"))[0] == "**That did not work, and the fault is ours**"
    assert (await does(stage, "anna", "opens endless"))[0] == "**That did not work, and the fault is ours**"
    assert "ZeroDivisionError" in caplog.text
    await does(stage, "anna", "opens programme/1", "presses Apply", "presses Sat")
    assert (await does(stage, "anna", "presses Masha"))[0] == "May we keep the name?"


async def test_the_buttons_of_a_question_go_when_something_new_is_shown(stage: NeutralStage) -> None:
    await does(stage, "anna", "opens programme/1", "presses Apply")
    messages = stage.channel.chat("101").messages
    await does(stage, "anna", "says chess")
    assert messages[0].stripped
    assert not messages[1].stripped


async def test_a_job_shows_how_far_it_is(stage: NeutralStage) -> None:
    assert await does(stage, "anna", "starts", "presses Job") == ["0 of …"]
    await stage.core.receipts.flush()
    await stage.core.worker.work()
    assert [line for each in await stage.news("anna") for line in each.lines][-1] == "Done: 3"
    assert await stage.core.worker.work() == 0


async def test_a_press_takes_a_live_message_away_from_its_job(stage: NeutralStage) -> None:
    await does(stage, "anna", "starts", "presses Job")
    await stage.core.receipts.flush()
    live = stage.channel.chat("101").messages[-1]
    event = stage._event(Pressed, "anna", data="programme/1", message=str(live.number), press="1")
    await stage.core.dispatcher.take([event])
    await stage.core.dispatcher.settle()
    await stage.core.worker.work()
    assert live.lines[0] == "**Robotics**, ages 7–10"
    await stage.core.receipts.flush()
    assert await stage.core.database.read(lambda tx: tx.all(LIVE), now=stage.world.time.at) == []
