"""What a screen becomes at Telegram, and what an update becomes here: pure functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiogram.types import Update
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.channel import Limits
from bot.conversation.event import Event, Left, Opened, Pressed, Returned, Said, SharedContact, SharedFile, SharedOther, SharedPlace
from bot.conversation.language import Languages, Reader, Run
from bot.conversation.screen import Attachment, Button, Card, Place, Screen, link, share, web
from bot.handlers.length import cut, shortened, units
from bot.handlers.recent import Recent
from bot.handlers.telegram.receive import received
from bot.handlers.telegram.render import File, Rendered, render, toast
from bot.model.link import Link, to
from bot.model.text import Personal, _

LIMITS = Limits(text=4096, caption=1024)
ENGLISH = Languages(Path(__file__).parent / "no catalogues here", "en")
PICTURE = Attachment("p" * 64, "robot.png", "image/png")
PAPER = Attachment("d" * 64, "application.pdf", "application/pdf")


def deep(page: Link) -> str:
    return f"https://t.me/kruzhok_bot?start={page.deep}"


def shown(screen: Screen, *, personal: bool = True) -> Rendered:
    return render(screen, Reader("en", personal, deep), ENGLISH, LIMITS)


# ---------------------------------------------------------------- render


def test_a_text_is_html_and_values_bring_no_marks() -> None:
    text = _("**{title}** & [map]({url}) for {name}").format(title="R<2>", url="https://x.example/?a=1", name="**A** & [b](c)")
    assert shown(Screen(text)).html.startswith("<b>R&lt;2&gt;</b> &amp; ")
    assert shown(Screen(text)).html.endswith(" for **A** &amp; [b](c)")
    linked = _("**See** [the rules](https://x.example/?a=1&b=2)")
    assert shown(Screen(linked)).html == '<b>See</b> <a href="https://x.example/?a=1&amp;b=2">the rules</a>'


def test_personal_values_are_replaced_where_the_channel_may_not_show_them() -> None:
    screen = Screen(_("For {child}").format(child=Personal("Masha", _("a child"))))
    assert (shown(screen).html, shown(screen, personal=False).html) == ("For Masha", "For a child")


def test_a_note_stands_above_the_text_and_cards_are_left_to_it() -> None:
    card = Card("Robots", "Build one", PICTURE)
    assert shown(Screen(_("**Home**"), note=_("Saved"), cards=(card,))) == Rendered("Saved\n\n<b>Home</b>")


def test_buttons_carry_data_addresses_and_meanings() -> None:
    rows: tuple[tuple[Button, ...], ...] = (
        (link(_("Apply"), "apply", 7, meaning="primary"), link("OK", "yes", meaning="good"), link("No", "no", meaning="danger")),
        (web(_("On the map"), "https://maps.example/?q=1&z=2"),),
        (share(_("Share"), to("programme", 7)),),
    )
    assert shown(Screen("x", rows)).markup == {
        "inline_keyboard": [
            [
                {"text": "Apply", "callback_data": "apply/7", "style": "primary"},
                {"text": "OK", "callback_data": "yes", "style": "success"},
                {"text": "No", "callback_data": "no", "style": "danger"},
            ],
            [{"text": "On the map", "url": "https://maps.example/?q=1&z=2"}],
            [{"text": "Share", "url": "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fkruzhok_bot%3Fstart%3Dprogramme-7"}],
        ]
    }


@pytest.mark.parametrize(("request_", "key"), [("phone", "request_contact"), ("place", "request_location")])
def test_a_question_for_a_telephone_or_a_place_is_a_keyboard_of_typed_labels(request_: Any, key: str) -> None:
    rows = ((link("Cancel", "home"),), (web("Site", "https://x.example"),))
    markup = shown(Screen("x", rows, request=request_)).markup
    assert markup is not None
    assert markup["keyboard"][0][0][key] is True
    assert markup["keyboard"][1:] == [[{"text": "Cancel"}]]  # an address cannot stand below a chat
    assert markup["one_time_keyboard"] is True


def test_a_file_carries_a_short_text_and_goes_before_a_long_one() -> None:
    photo, paper = File("photo", PICTURE.digest, PICTURE.name), File("document", PAPER.digest, PAPER.name)
    point = Place(1.5, 2.5, "House", "Street 1")
    assert (shown(Screen("x", picture=PICTURE)).file, shown(Screen("x", document=PAPER)).file) == (photo, paper)
    both = shown(Screen("x", picture=PICTURE, document=PAPER, place=point))
    assert (both.file, both.ahead) == (photo, (point, paper))
    long = shown(Screen("x" * 1025, picture=PICTURE))
    assert (long.file, long.ahead) == (None, (photo,))
    assert shown(Screen("🤖" * 512, picture=PICTURE)).file == photo
    assert shown(Screen("🤖" * 513, picture=PICTURE)).file is None


def test_a_text_too_long_for_a_message_is_shortened_before_it_is_escaped() -> None:
    html = shown(Screen(_("**{a}**{b}").format(a="<" * 4000, b="&" * 4000))).html
    assert html == f"<b>{'&lt;' * 4000}</b>{'&amp;' * 95}…"


def test_a_toast_is_plain_and_short() -> None:
    reader = Reader("en", personal=True, address=deep)
    assert toast(None, reader, ENGLISH) == ""
    assert toast(_("**Saved**"), reader, ENGLISH) == "Saved"
    assert units(toast("я" * 300, reader, ENGLISH)) == 200


@given(st.text(max_size=40), st.integers(1, 40))
def test_cutting_keeps_whole_characters_within_the_limit(text: str, longest: int) -> None:
    short = cut(text, longest)
    assert units(short) <= longest
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6), st.data())
def test_shortened_runs_fill_the_limit(texts: list[str], data: st.DataObject) -> None:
    whole = "".join(texts)
    if units(whole) < 2:
        return
    longest = data.draw(st.integers(1, units(whole) - 1))
    short = "".join(run.text for run in shortened([Run(text) for text in texts], longest))
    assert short.endswith("…")
    assert whole.startswith(short[:-1])
    assert longest - 1 <= units(short) <= longest  # an emoji may not fit into the last place


def test_a_memory_forgets_what_was_noted_first() -> None:
    memory = Recent[str, int](2)
    memory["a"], memory["b"] = 1, 2
    memory["a"] = 3
    memory["c"] = 4
    assert memory == {"a": 3, "c": 4}


# ---------------------------------------------------------------- receive

ANNA = {"id": 42, "is_bot": False, "first_name": "Anna", "language_code": "ru"}
PRIVATE = {"id": 42, "type": "private", "first_name": "Anna"}
GROUP = {"id": -100, "type": "supergroup", "title": "Parents"}
WHO = {"channel": "telegram", "user": "42", "key": "7", "language": "ru"}
FILE = {"file_id": "BQAC", "file_unique_id": "AQAD", "file_size": 9}


def got(kind: str, content: dict[str, Any]) -> Event | None:
    return received(Update.model_validate({"update_id": 7, kind: content}), "telegram")


def wrote(**content: Any) -> Event | None:
    return got("message", {"message_id": 3, "date": 1, "chat": PRIVATE, "from": ANNA, **content})


def pressed(**content: Any) -> Event | None:
    message = {"message_id": 3, "date": 1, "chat": PRIVATE, "text": "x"}
    return got("callback_query", {"id": "99", "from": ANNA, "chat_instance": "1", "message": message, **content})


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ({"text": "robots, 8 years"}, Said(text="robots, 8 years", **WHO)),
        ({"text": "/help"}, Said(text="/help", **WHO)),
        ({"text": "/started"}, Said(text="/started", **WHO)),
        ({"text": "a\0b" + "я" * 9000}, Said(text="ab" + "я" * 4093, **WHO)),
        ({"text": "/start"}, Opened(**WHO)),
        ({"text": "/start programme-7"}, Opened(payload="programme-7", **WHO)),
        ({"text": "/start@kruzhok_bot programme-7"}, Opened(payload="programme-7", **WHO)),
        (
            {"contact": {"phone_number": "+79000000000", "first_name": "A", "user_id": 42}},
            SharedContact(phone="+79000000000", own=True, **WHO),
        ),
        (
            {"contact": {"phone_number": "+79000000000", "first_name": "B", "user_id": 43}},
            SharedContact(phone="+79000000000", own=False, **WHO),
        ),
        ({"contact": {"phone_number": "+79000000000", "first_name": "B"}}, SharedContact(phone="+79000000000", own=False, **WHO)),
        (
            {
                "contact": {"phone_number": "+79000000000", "first_name": "A", "user_id": 42},
                "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "B"},
            },
            SharedContact(phone="+79000000000", own=False, **WHO),
        ),
        ({"location": {"latitude": 1.5, "longitude": 2.5}}, SharedPlace(latitude=1.5, longitude=2.5, **WHO)),
        (
            {
                "location": {"latitude": 1.5, "longitude": 2.5},
                "venue": {"location": {"latitude": 1.5, "longitude": 2.5}, "title": "House", "address": "Street 1"},
            },
            SharedPlace(latitude=1.5, longitude=2.5, **WHO),
        ),
        (
            {"document": {**FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}, "caption": "look"},
            SharedFile(reference="BQAC", name="a.pdf", type="application/pdf", size=9, kind="document", message="3", **WHO),
        ),
        (
            {"document": {"file_id": "BQAC", "file_unique_id": "AQAD"}},
            SharedFile(reference="BQAC", name="AQAD", type="application/octet-stream", size=0, kind="document", message="3", **WHO),
        ),
        (
            {"photo": [{**FILE, "file_id": "small", "width": 1, "height": 1}, {**FILE, "width": 9, "height": 9}]},
            SharedFile(reference="BQAC", name="AQAD.jpg", type="image/jpeg", size=9, kind="picture", message="3", **WHO),
        ),
        ({"animation": {**FILE, "width": 1, "height": 1, "duration": 1}, "document": FILE}, SharedOther(kind="animation", **WHO)),
        ({"voice": {**FILE, "duration": 1}}, SharedOther(kind="voice", **WHO)),
        ({"dice": {"emoji": "🎲", "value": 3}}, SharedOther(kind="dice", **WHO)),
        ({}, SharedOther(kind="unknown", **WHO)),  # a kind that is newer than this program
        ({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}}, None),
        ({"text": "hi", "chat": GROUP}, None),
        ({"text": "hi", "from": {**ANNA, "is_bot": True}}, None),
        ({"text": "hi", "from": None}, None),
    ],
)
def test_what_people_write(content: dict[str, Any], event: Event | None) -> None:
    assert wrote(**content) == event


def test_a_client_without_a_language() -> None:
    event = wrote(text="hi", **{"from": {"id": 42, "is_bot": False, "first_name": "A"}})
    assert event is not None
    assert event.language == ""


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ({"data": "programme/7"}, Pressed(data="programme/7", message="3", press="99", **WHO)),
        ({"data": "x" * 65}, Pressed(data="", message="3", press="99", **WHO)),
        ({"data": "я" * 33}, Pressed(data="", message="3", press="99", **WHO)),
        ({"game_short_name": "chess"}, Pressed(data="", message="3", press="99", **WHO)),
        ({"data": "a", "message": {"message_id": 3, "date": 0, "chat": PRIVATE}}, Pressed(data="a", message="3", press="99", **WHO)),
        ({"data": "a", "message": {"message_id": 3, "date": 1, "chat": GROUP}}, None),
        ({"data": "a", "message": None, "inline_message_id": "i"}, None),
    ],
)
def test_what_people_press(content: dict[str, Any], event: Event | None) -> None:
    assert pressed(**content) == event


@pytest.mark.parametrize(
    ("chat", "status", "event"),
    [(PRIVATE, "kicked", Left(**WHO)), (PRIVATE, "member", Returned(**WHO)), (PRIVATE, "left", None), (GROUP, "member", None)],
)
def test_who_leaves_and_returns(chat: dict[str, Any], status: str, event: Event | None) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "K"}
    old = {"user": bot, "status": "left"}
    new = {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}
    assert got("my_chat_member", {"chat": chat, "from": ANNA, "date": 1, "old_chat_member": old, "new_chat_member": new}) == event


def test_other_kinds_of_updates_are_nothing() -> None:
    message = {"message_id": 3, "date": 1, "edit_date": 2, "chat": PRIVATE, "from": ANNA, "text": "x"}
    assert got("edited_message", message) is None
    assert got("channel_post", {**message, "chat": {"id": -1, "type": "channel", "title": "x"}}) is None


PARTS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(max_size=80),
    "caption": st.text(max_size=20),
    "contact": st.fixed_dictionaries({"phone_number": st.text(), "first_name": st.text()}, optional={"user_id": st.integers(0, 99)}),
    "location": st.fixed_dictionaries({"latitude": st.floats(), "longitude": st.floats()}),
    "document": st.fixed_dictionaries({"file_id": st.text(), "file_unique_id": st.text()}, optional={"mime_type": st.text()}),
    "photo": st.lists(st.just({**FILE, "width": 1, "height": 1}), max_size=2),
    "voice": st.just({**FILE, "duration": 1}),
    "pinned_message": st.just({"message_id": 1, "date": 1, "chat": PRIVATE}),
    "chat": st.sampled_from([PRIVATE, GROUP]),
    "from": st.sampled_from([ANNA, {**ANNA, "id": 43}, None]),
}


@given(st.fixed_dictionaries({}, optional=PARTS), st.booleans())
def test_nothing_that_comes_is_an_error(content: dict[str, Any], edited: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    message = {"message_id": 3, "date": 1, "chat": PRIVATE, "from": ANNA, **content}
    event = got("edited_message" if edited else "message", message)
    assert event is None or (event.channel, event.key) == ("telegram", "7")
