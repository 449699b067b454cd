"""How the emulated Telegram reads HTML, entities, keyboards and media, and what it says of bad ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.telegram import limits, markup, specification
from sandbox.telegram.formatting import commands, formatted, spans
from sandbox.telegram.refusal import Refusal
from tests.sandbox.telegram_api import ANNA, Api, telegram


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with telegram() as found:
        await found.tg.start(ANNA)
        yield found


@pytest.mark.parametrize(
    ("source", "text", "marks"),
    [
        ("<strong>a</strong><em>b</em><u>c</u><del>d</del>", "abcd", ["bold 0 1", "italic 1 1", "underline 2 1", "strikethrough 3 1"]),
        ("<B>a</B> <b><i>b</i>c</b>", "a bc", ["bold 0 1", "bold 2 2", "italic 2 1"]),
        ('<a href="https://a.org/?x=1&amp;y">here</a>', "here", ["text_link 0 4 https://a.org/?x=1&y"]),
        ("<a href='example.org/x'>here</a>", "here", ["text_link 0 4 http://example.org/x"]),
        ("<a>https://a.org/</a>", "https://a.org/", ["text_link 0 14 https://a.org/"]),
        ('<a href="javascript:x">here</a>', "here", []),
        ("https://a.org/x, and <code>https://b.org</code>", "https://a.org/x, and https://b.org", ["url 0 15", "code 21 13"]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab", ["spoiler 0 1", "spoiler 1 1"]),
        ('<pre><code class="language-python">x</code></pre>', "x", ["pre 0 1"]),
        ("<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab", ["blockquote 0 1", "expandable_blockquote 1 1"]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", ["custom_emoji 0 2"]),
        ("&lt;b&gt; &#1103;&#x42F; &quot;&amp;&quot; &nbsp; &#0; a > b", '<b> яЯ "&" &nbsp; &#0; a > b', []),
        ("\n <b> a </b> \n", "a", ["bold 0 1"]),
        ("<b></b>x", "x", []),
    ],
)
def test_html(source: str, text: str, marks: list[str]) -> None:
    found, entities = formatted(source, "HTML", None)
    assert found == text
    assert [" ".join(str(one[name]) for name in ("type", "offset", "length", "url") if name in one) for one in entities] == marks


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("2 < 3 > 1", 'Unsupported start tag "3" at byte offset 2'),
    ],
)
def test_bad_html(source: str, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        formatted(source, "HTML", None)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"
    assert refusal.value.breach


@pytest.mark.parametrize(
    "entities",
    [
        {"type": "bold"},
        [1],
        [{"type": "bold", "offset": 0}],
        [{"type": "loud", "offset": 0, "length": 1}],
        [{"type": "bold", "offset": -1, "length": 1}],
        [{"type": "bold", "offset": 0, "length": 9}],
        [{"type": "text_link", "offset": 0, "length": 1}],
    ],
)
def test_bad_entities(entities: Any) -> None:
    with pytest.raises(Refusal):
        formatted("abc", "", entities)


def test_other_modes_are_refused_and_what_telegram_finds_itself_is_ignored() -> None:
    for mode in ("MarkdownV2", "bbcode"):
        with pytest.raises(Refusal, match="unsupported parse_mode"):
            formatted("x", mode, None)
    assert formatted("@abc", "", [{"type": "mention", "offset": 0, "length": 4}]) == ("@abc", [])
    many = [{"type": "bold", "offset": place, "length": 1} for place in range(120)]
    assert len(formatted("x" * 120, "", many)[1]) == limits.ENTITIES


def test_what_a_person_sees_of_the_marks() -> None:
    text, entities = formatted("<b>a</b><s>b</s><tg-spoiler>c</tg-spoiler> https://a.org", "HTML", None)
    assert [(span.kind, span.url) for span in spans(entities, text)] == [("bold", ""), ("strike", ""), ("url", "https://a.org")]
    assert [one["type"] for one in commands("/start x https://a.org a/b")] == ["bot_command", "url"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1], "object expected as reply markup"),
        ({"keyboard": "x"}, 'field "keyboard" must be an Array of Arrays'),
        ({"inline_keyboard": [1]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ({"inline_keyboard": [[1]]}, "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        ({"inline_keyboard": [[{"text": "A", "pay": True}]]}, "can't parse inline keyboard button: pay is not served by the sandbox"),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}, "can't parse inline keyboard button: text must be non-empty"),
        ({"keyboard": [[1]]}, "can't parse keyboard button: KeyboardButton must be a String or an Object"),
        (
            {"keyboard": [[{"text": "A", "request_poll": {"x": 1}}]]},
            "can't parse keyboard button: request_poll is not served by the sandbox",
        ),
        (
            {"keyboard": [[{"text": "A", "request_contact": True, "request_location": True}]]},
            "can't parse keyboard button: exactly one of the optional fields must be used, not request_contact and request_location",
        ),
        ({"keyboard": [["A"]], "input_field_placeholder": "x" * 65}, "input field placeholder must be 1-64 characters long"),
    ],
)
def test_bad_keyboards(value: Any, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        markup.read(value)
    assert refusal.value.description == f"Bad Request: {words}"


def test_keyboards_of_every_kind() -> None:
    assert markup.read({"inline_keyboard": [[], []]}).kind == "none"
    assert markup.read({"force_reply": True}).kind == "force"
    found = markup.read({"keyboard": [["A", {"text": "B", "style": "danger"}], []]})
    assert [(key.label, key.style) for row in found.keys for key in row] == [("A", ""), ("B", "danger")]
    assert not found.one_time


async def test_bad_media(api: Api) -> None:
    photo = {"type": "photo", "media": "attach://file"}
    for media, words in (
        ([], "there are no messages to send"),
        ("{", "can't parse media JSON object"),
        ({}, "expected an Array of InputMedia"),
        ([photo], "an album must include 2-10 items"),
        ([1, 2], "can't parse InputMedia: expected an Object"),
        ([{"type": "video", "media": "x"}] * 2, 'can\'t parse InputMedia: type "video" is unsupported'),
        ([{"type": "photo"}] * 2, "can't parse InputMedia: media not found"),
        ([photo] * 2, "media not found"),
        ([{"type": "photo", "media": "https://example.org/a.png"}] * 2, "failed to get HTTP URL content"),
    ):
        assert await api.refused("sendMediaGroup", chat_id=ANNA, media=media) == (400, f"Bad Request: {words}")


async def test_bad_answers_to_inline_queries(api: Api) -> None:
    number = await api.tg.query(ANNA, "x")
    article = {"type": "article", "id": "1", "title": "x", "input_message_content": {"message_text": "x"}}
    for results, words in (
        ({}, "expected an Array of inline query results"),
        ([article] * 51, "too many inline query results specified"),
        ([{**article, "id": "x" * 65}], "RESULT_ID_INVALID"),
        ([article] * 2, "RESULT_ID_DUPLICATE"),
    ):
        assert (await api.refused("answerInlineQuery", inline_query_id=number, results=results))[1] == f"Bad Request: {words}"
    bad = await api.refused("answerInlineQuery", inline_query_id=number, results=[article], next_offset="x" * 65)
    assert bad[1] == "Bad Request: NEXT_OFFSET_INVALID"


def test_the_specification_reads_unions_and_depth() -> None:
    found = specification.load()
    assert found.version == "10.3"
    assert found.check_request("sendMessage", {"chat_id": "@a", "text": "x", "reply_markup": '{"remove_keyboard":true}'}) == []
    assert found.check_request("sendMessage", {"chat_id": 1, "text": 5}) == ["text: not String"]
    assert found.check_request("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"keyboard": [["A", {"text": 1}]]}}) == [
        "reply_markup.keyboard[0][1].text: not String",
    ]
    assert found.check_request("sendMessage", {"chat_id": 1.5, "text": "x", "entities": "{"}) == [
        "chat_id: not Integer",
        "entities: not Array of MessageEntity",
    ]
    media = [{"type": "photo", "media": "x", "sound": 1}]
    assert found.check_request("sendMediaGroup", {"chat_id": 1, "media": media}) == ["media[0].sound: unknown"]
    assert found.check_request("sendRocket", {}) == ["sendRocket is not a method that the sandbox knows"]
    assert found.check_response("deleteMessage", result=False) == [": not True"]
    assert found.check_response("getMe", {"id": 1, "is_bot": True}) == ["first_name: missing"]
