"""No request can break the emulated Bot API: whatever is sent, the answer is Telegram's JSON and never 500."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.chat import Media
from sandbox.specification import SPECS
from sandbox.telegram.formatting import formatted, units
from sandbox.telegram.refusal import Refusal
from tests.sandbox.telegram_api import ANNA, PNG, Api, telegram

SPECIFICATION: dict[str, Any] = orjson.loads((SPECS / "telegram.json").read_bytes())
PICTURE = "AgAC-the-picture"
"""Stands for the `file_id` of a picture that is there."""
LONG = "a-long-text"
"""Stands for 5 000 letters."""
DEEPEST = 4
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "chat_id": st.just(ANNA),
    "message_id": st.sampled_from([1, 2, 3, 4]),
    "parse_mode": st.sampled_from(["HTML", "html", ""]),
    "text": st.sampled_from(["x", "<b>x</b> y", "<i>", LONG, " "]),
    "caption": st.sampled_from(["x", "<b>x</b>", LONG]),
    "photo": st.just(PICTURE),
    "media": st.just(PICTURE),
    "document": st.just(PICTURE),
    "file_id": st.just(PICTURE),
    "type": st.sampled_from(["photo", "document", "bold", "text_link", "default", "chat", "article"]),
    "url": st.sampled_from(["https://example.org/", "http://127.0.0.1:1/", "x"]),
    "language_code": st.sampled_from(["ru", "RU", ""]),
    "style": st.sampled_from(["primary", "pink"]),
    "action": st.just("typing"),
    "offset": st.sampled_from([0, 1, -1]),
}
LEAVES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats() | st.text(max_size=20) | st.sampled_from([ANNA, "HTML"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(LIKELY)), inner, max_size=3),
    max_leaves=8,
)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "Integer": st.sampled_from([0, 1, 2, 100, -5]),
    "Float": st.floats(-100, 100),
    "String": st.sampled_from(["", "1", "x", "ё" * 40]),
    "Boolean": st.booleans(),
    "True": st.just(value=True),
    "InputFile": st.just(PICTURE),
}


def typed(kind: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a type of the specification; now and then something else."""
    if kind.startswith("Array of "):
        return st.lists(typed(kind.removeprefix("Array of "), depth + 1), max_size=3)
    kinds = re.split(r" or |, | and ", kind)
    if len(kinds) == 1 and kind in SIMPLE:
        return SIMPLE[kind]
    if len(kinds) == 1:
        fields = SPECIFICATION["types"][kind]
        if isinstance(fields, dict):
            return ANYTHING if depth > DEEPEST else record(fields, depth)
        kinds = [one for one in fields if one.startswith(("InputMediaPhoto", "InputMediaDocument", "BotCommandScope"))] or fields[:2]
    return st.one_of([typed(one, depth + 1) for one in kinds])


def record(fields: dict[str, tuple[str, bool]], depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """An object, or a method's parameters: what is required, and some of the rest."""
    values = {
        name: st.deferred(lambda name=name, kind=kind: LIKELY[name] if name in LIKELY else typed(kind, depth + 1))  # type: ignore[misc]
        for name, (kind, _) in fields.items()
        if name not in {"timeout", "rich_message"}  # the one waits, the other is a language of its own
    }
    required = {name: value for name, value in values.items() if fields[name][1]}
    rest = {name: value for name, value in values.items() if name not in required and depth < DEEPEST - 1}
    return st.fixed_dictionaries(required, optional=rest)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any], bool]:
    """A method and its parameters, about two of which are spoilt; as JSON, or as a form of texts."""
    method = draw(st.sampled_from(sorted(SPECIFICATION["methods"])))
    fields = SPECIFICATION["methods"][method]["parameters"]
    params = draw(record(fields))
    for name in draw(st.lists(st.sampled_from([*fields, "stranger"]), max_size=2)):
        if name != "timeout":
            params[name] = draw(ANYTHING)
    return method, params, draw(st.booleans())


@pytest.fixture
def running() -> Iterator[tuple[asyncio.Runner, Api, str]]:
    """One emulator for all examples, in a loop of its own, and the `file_id` of a picture in it."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        api = runner.run(stack.enter_async_context(telegram()))
        runner.run(api.tg.upload(ANNA, Media("x.png", "image/png", PNG, ""), as_picture=True))
        picture = api.tg.chat(ANNA).messages[0].picture
        assert picture is not None
        runner.run(api.call("sendMessage", chat_id=ANNA, text="x"))
        runner.run(api.call("sendPhoto", chat_id=ANNA, photo=picture.reference))
        yield runner, api, picture.reference
        runner.run(stack.aclose())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(requests())
def test_no_request_breaks_it(running: tuple[asyncio.Runner, Api, str], request_: tuple[str, dict[str, Any], bool]) -> None:
    runner, api, picture = running
    method, params, as_json = request_
    params = json.loads(json.dumps(params).replace(PICTURE, picture).replace(LONG, "a" * 5_000))

    async def ask() -> tuple[int, dict[str, Any]]:
        given: dict[str, Any] = {"json": params}
        if not as_json:
            form = aiohttp.FormData(default_to_multipart=len(params) > 2)
            for name, value in params.items():
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
            given = {"data": form}
        async with api.session.post(f"{api.tg.url}/bot{api.tg.token}/{method}", **given) as answer:
            return answer.status, await answer.json()

    status, body = runner.run(ask())
    assert status in {200, 400, 403, 404, 409}
    assert body["ok"] is (status == 200)
    assert "result" in body if body["ok"] else body["description"]
    assert not [breach for breach in api.breaches() if "answer:" in breach]
    if method == "setWebhook":
        runner.run(api.call("deleteWebhook"))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="<>/&;ab i=\"'🤖\n", max_size=60))
def test_html_is_read_or_refused(source: str) -> None:
    try:
        text, entities = formatted(source, "HTML", None)
    except Refusal:
        return
    assert text == text.strip()
    assert all(one["offset"] >= 0 and one["length"] > 0 and one["offset"] + one["length"] <= units(text) for one in entities)
