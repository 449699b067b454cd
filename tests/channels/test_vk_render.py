"""What a screen becomes at VK, and what an event becomes here: pure functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.channel import Limits
from bot.conversation.event import Event, Left, Opened, Pressed, Returned, Said, SharedFile, SharedOther, SharedPlace
from bot.conversation.language import Languages, Reader
from bot.conversation.screen import Attachment, Button, Card, Place, Screen, link, share, web
from bot.handlers.length import units
from bot.handlers.vk.receive import can_press, read, received
from bot.handlers.vk.render import File, Rendered, render, toast, without_keys
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _
from sandbox.vk.formatting import read_format
from sandbox.vk.keyboard import read_keyboard

LIMITS = Limits(text=4096, caption=4096)
ENGLISH = Languages(Path(__file__).parent / "no catalogues here", "en")
PICTURE = Attachment("p" * 64, "robot.png", "image/png")
PAPER = Attachment("d" * 64, "application.pdf", "application/pdf")


def deep(page: Link) -> str:
    return f"https://vk.me/kruzhok?ref={page.deep}"


def shown(screen: Screen, *, personal: bool = True, callbacks: bool = True) -> Rendered:
    return render(screen, Reader("en", personal, deep), ENGLISH, LIMITS, callbacks=callbacks)


def message(words: Words) -> str:
    return str(shown(Screen(words)).params["message"])


def marks(words: Words) -> list[dict[str, Any]]:
    return list(json.loads(shown(Screen(words)).params["format_data"])["items"])


# ---------------------------------------------------------------- render


def test_marks_are_counted_in_utf_16_and_values_bring_none() -> None:
    text = _("🤖 **{title}** by {name}, see [the rules](https://x.example/?a=1)").format(title="R2", name="**A** [b](c)")
    assert message(text) == "🤖 R2 by **A** [b](c), see the rules"
    assert marks(text) == [
        {"type": "bold", "offset": 3, "length": 2},
        {"type": "url", "offset": 27, "length": 9, "url": "https://x.example/?a=1"},
    ]
    assert marks(_("**see [it](https://x.example)**"))[1:] == [
        {"type": "bold", "offset": 4, "length": 2},
        {"type": "url", "offset": 4, "length": 2, "url": "https://x.example"},
    ]
    assert "format_data" not in shown(Screen("plain")).params


@pytest.mark.parametrize(
    "name", ["[id1|Director]", "[club7|us]", "[https://x.example|here]", "@id1 (us)", "*club7(us)", "&#128512;", "&quot;"]
)
def test_names_bring_no_markup_of_vks(name: str) -> None:
    text = message(_("For {name}, **now**").format(name=name))
    assert name not in text
    assert text.replace("\u200b", "") == f"For {name}, now"


def test_signs_that_are_no_markup_stay() -> None:
    name = "[1] A & B | C [x] at 5 &c."
    assert message(name) == name


def test_personal_values_are_replaced_where_the_channel_may_not_show_them() -> None:
    screen = Screen(_("For {child}").format(child=Personal("Masha", _("a child"))))
    assert (shown(screen).params["message"], shown(screen, personal=False).params["message"]) == ("For Masha", "For a child")


def test_a_note_stands_above_the_text_and_cards_are_left_to_it() -> None:
    card = Card("Robots", "Build one", PICTURE)
    rendered = shown(Screen(_("Home"), note=_("Saved"), cards=(card,)))
    assert rendered == Rendered({"message": "Saved\n\nHome", "dont_parse_links": 1, "disable_mentions": 1})


def test_buttons_carry_data_addresses_and_meanings() -> None:
    rows: tuple[tuple[Button, ...], ...] = (
        (link(_("Apply"), "apply", 7, meaning="primary"), link("OK", "yes", meaning="good"), link("No", "no", meaning="danger")),
        (web(_("On the map"), "https://maps.example/?q=1&z=2"),),
        (share(_("Share"), to("programme", 7)),),
    )
    text = shown(Screen("x", rows)).params["keyboard"]
    read_keyboard(text)
    keyboard = json.loads(text)
    assert keyboard["inline"] is True
    assert keyboard["buttons"][0][0] == {
        "color": "primary",
        "action": {"type": "callback", "payload": '{"d":"apply/7"}', "label": "Apply"},
    }
    assert [key["color"] for key in keyboard["buttons"][0]] == ["primary", "positive", "negative"]
    assert [row[0]["action"].get("link") for row in keyboard["buttons"][1:]] == [
        "https://maps.example/?q=1&z=2",
        "https://vk.com/share.php?url=https%3A%2F%2Fvk.me%2Fkruzhok%3Fref%3Dprogramme-7",
    ]
    old = json.loads(shown(Screen("x", rows), callbacks=False).params["keyboard"])
    assert old["buttons"][0][0]["action"] == {"type": "text", "payload": '{"d":"apply/7"}', "label": "Apply"}


def test_a_long_label_is_shortened() -> None:
    keyboard = read_keyboard(shown(Screen("x", ((link("ё" * 50, "home"),),))).params["keyboard"])
    assert keyboard.rows[0][0].label == "ё" * 39 + "…"


def test_a_question_for_a_place_has_vks_own_key_where_there_is_room() -> None:
    cancel = ((link("Cancel", "home"),),)
    kinds = [[key.kind for key in row] for row in read_keyboard(shown(Screen("x", cancel, request="place")).params["keyboard"]).rows]
    assert kinds == [["location"], ["callback"]]
    assert len(read_keyboard(shown(Screen("x", request="place")).params["keyboard"]).rows) == 1
    for full in (cancel * 6, (tuple(link(str(n), "home") for n in range(5)),) * 2):
        rows = read_keyboard(shown(Screen("x", full, request="place")).params["keyboard"]).rows
        assert len(rows) == len(full)
    assert "location" not in shown(Screen("x", cancel, request="phone")).params["keyboard"]


def test_files_and_places_go_along() -> None:
    point = Place(1.5, 2.5, "House", "Street 1")
    rendered = shown(Screen("x", picture=PICTURE, document=PAPER, place=point))
    assert rendered.files == (File("photo", PICTURE.digest, PICTURE.name), File("doc", PAPER.digest, PAPER.name))
    assert rendered.documents == (PAPER.digest,)
    assert (rendered.params["lat"], rendered.params["long"]) == (1.5, 2.5)


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_any_text_fits_and_its_marks_with_it(first: str, second: str) -> None:
    params = shown(Screen(_("**{a}**[{b}](https://x.example)!").format(a=first, b=second))).params
    assert 1 <= units(params["message"]) <= 4096
    if "format_data" in params:
        read_format(json.loads(params["format_data"]), params["message"])


def test_a_text_too_long_for_a_message_is_shortened_and_its_marks_too() -> None:
    text = _("{a}**{b}**").format(a="я" * 4000, b="🤖" * 4000)
    assert message(text) == "я" * 4000 + "🤖" * 47 + "…"
    assert marks(text) == [{"type": "bold", "offset": 4000, "length": 95}]


def test_a_toast_is_plain_and_short() -> None:
    reader = Reader("en", personal=True, address=deep)
    assert toast(None, reader, ENGLISH) == ""
    assert toast(_("**Saved**"), reader, ENGLISH) == "Saved"
    assert toast("я" * 300, reader, ENGLISH) == "я" * 89 + "…"


def test_what_vk_gives_back_is_said_again_without_keys() -> None:
    given = {
        "text": "Home",
        "format_data": {"version": "1", "items": [{"type": "bold", "offset": 0, "length": 4}], "extra": 1},
        "geo": {"coordinates": {"latitude": 1.5, "longitude": 2.5}, "type": "point"},
        "attachments": [
            {"type": "photo", "photo": {"owner_id": -1, "id": 2, "access_key": "k"}},
            {"type": "doc", "doc": {"owner_id": -1, "id": 3}},
            {"type": "link", "link": {}},
        ],
        "keyboard": {"buttons": []},
    }
    assert without_keys(given) == {
        "message": "Home",
        "format_data": '{"version":"1","items":[{"type":"bold","offset":0,"length":4}]}',
        "lat": 1.5,
        "long": 2.5,
        "attachment": "photo-1_2_k,doc-1_3",
        "dont_parse_links": 1,
        "disable_mentions": 1,
    }
    assert without_keys({"text": "Home"}) == {"message": "Home", "dont_parse_links": 1, "disable_mentions": 1}


# ---------------------------------------------------------------- receive


def told(content: dict[str, Any], client: dict[str, Any] | None = None) -> list[Event]:
    raw = {"from_id": 7, "peer_id": 7, "conversation_message_id": 3, "text": "", "attachments": [], **content}
    event = {"type": "message_new", "event_id": "e1", "group_id": 1, "object": {"message": raw, "client_info": client or {"lang_id": 3}}}
    return received(read(event), "vk")


WHO = {"channel": "vk", "user": "7", "key": "md5bee34acd4e3636", "language": "en"}
SIZES = [
    {"type": kind, "url": f"https://p.example/{kind}", "width": width, "height": width}
    for kind, width in (("s", 75), ("z", 900), ("m", 130))
]
DOC = {"owner_id": 7, "id": 1, "title": "a.pdf", "size": 9, "ext": "pdf", "url": "https://d.example/1"}
A_PAPER = SharedFile(reference="https://d.example/1", name="a.pdf", type="application/pdf", size=9, kind="document", **WHO)


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ({"text": "hello\0"}, Said(text="hello", **WHO)),
        ({"text": "x" * 9000}, Said(text="x" * 4096, **WHO)),
        ({"text": "Начать", "payload": '{"command":"start"}'}, Opened(**WHO)),
        ({"text": "Начать", "payload": '{"command":"start"}', "ref": "programme-7"}, Opened(payload="programme-7", **WHO)),
        ({"text": "Начать", "ref": "programme-7"}, Opened(payload="programme-7", **WHO)),
        ({"text": "Apply", "payload": '{"d":"apply/7"}'}, Pressed(data="apply/7", **WHO)),
        ({"text": "Apply", "payload": '{"d":"apply/7"}', "ref": "programme-7"}, Pressed(data="apply/7", **WHO)),
        ({"text": "Menu", "payload": '{"button":"of another bot"}'}, Pressed(data="", **WHO)),
        ({"text": "Menu", "payload": '"{}"'}, Pressed(data="", **WHO)),
        ({"text": "x", "payload": '{"d":"\\ud800"}'}, Pressed(data="", **WHO)),
        ({"geo": {"coordinates": {"latitude": 1.5, "longitude": 2.5}}, "payload": "{}"}, SharedPlace(latitude=1.5, longitude=2.5, **WHO)),
        (
            {"attachments": [{"type": "photo", "photo": {"owner_id": 7, "id": 1, "sizes": SIZES}}], "text": "me"},
            SharedFile(reference="https://p.example/z", name="photo7_1.jpg", type="image/jpeg", size=0, kind="picture", **WHO),
        ),
        ({"attachments": [{"type": "link"}, {"type": "doc", "doc": DOC}]}, A_PAPER),
        ({"attachments": [{"type": "link"}], "text": "see https://x.example"}, Said(text="see https://x.example", **WHO)),
        ({"attachments": [{"type": "video"}]}, SharedOther(kind="video", **WHO)),
        ({"fwd_messages": [{"text": "x"}]}, SharedOther(kind="forward", **WHO)),
        ({}, None),
        ({"text": "x", "peer_id": 2_000_000_001}, None),
        ({"text": "x", "peer_id": -1, "from_id": -1}, None),
        ({"text": "x", "from_id": -1}, None),
    ],
)
def test_what_people_write(content: dict[str, Any], event: Event | None) -> None:
    assert told(content) == ([event] if event else [])


def test_words_on_the_way_through_a_link_are_an_event_of_their_own() -> None:
    assert told({"text": "Hello", "ref": "programme-7"}) == [
        Opened(payload="programme-7", **WHO),
        Said(text="Hello", **{**WHO, "key": f"{WHO['key']}t"}),
    ]


@pytest.mark.parametrize(("client", "language"), [({"lang_id": 0}, "ru"), ({"lang_id": 50}, "tt"), ({"lang_id": 999}, ""), ({"x": 1}, "")])
def test_a_client_speaks_a_language(client: dict[str, Any], language: str) -> None:
    assert told({"text": "x"}, client)[0].language == language


@pytest.mark.parametrize(
    ("client", "able"), [({"button_actions": ["text", "callback"]}, True), ({"button_actions": ["text"]}, False), ({}, None)]
)
def test_a_client_can_press_or_not(client: dict[str, Any], able: bool | None) -> None:  # noqa: FBT001
    raw = {"type": "message_new", "group_id": 1, "object": {"message": {"peer_id": 7}, "client_info": client}}
    assert can_press(read(raw)) is able


QUIETLY = {"channel": "vk", "user": "7", "key": "e1"}


@pytest.mark.parametrize(
    ("kind", "content", "event"),
    [
        (
            "message_event",
            {"payload": {"d": "home"}, "conversation_message_id": 9},
            Pressed(data="home", message="9", press="p", **QUIETLY),
        ),
        ("message_event", {"payload": {"d": "x" * 65}}, Pressed(data="", press="p", **QUIETLY)),
        ("message_event", {"payload": '{"d":"home"}'}, Pressed(data="home", press="p", **QUIETLY)),
        ("message_event", {"payload": ["d"]}, Pressed(data="", press="p", **QUIETLY)),
        ("message_event", {"payload": {"d": "home"}, "peer_id": 2_000_000_001}, None),
        ("message_allow", {}, Returned(**QUIETLY)),
        ("message_deny", {}, Left(**QUIETLY)),
        ("message_typing_state", {}, None),
        ("group_join", {}, None),
        ("an_event_of_tomorrow", {}, None),
    ],
)
def test_what_else_people_do(kind: str, content: dict[str, Any], event: Event | None) -> None:
    about = {"user_id": 7, "peer_id": 7, "event_id": "p", **content}
    raw = {"type": kind, "event_id": "e1", "group_id": 1, "object": about}
    assert received(read(raw), "vk") == ([event] if event else [])
