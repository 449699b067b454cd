"""No request can break the emulated Bot API: whatever is sent, the answer is Telegram's JSON and never 500."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.telegram import specification
from sandbox.telegram.formatting import formatted, units
from sandbox.telegram.refusal import Refusal
from tests.sandbox.telegram_api import ANNA, Api, telegram

METHODS = sorted(specification.load().methods)
LEAVES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats() | st.text(max_size=20)
    | st.sampled_from([ANNA, str(ANNA), 1, 2, "HTML", "<b>x</b>", "photo", "attach://file", "default", "/start", "a" * 5_000])
)
NAMES = st.sampled_from([
    "type", "media", "caption", "parse_mode", "text", "callback_data", "url", "copy_text", "style", "keyboard", "inline_keyboard", "offset",
    "length", "message_id", "command", "description", "remove_keyboard", "input_field_placeholder", "one_time_keyboard", "id", "x",
])
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12,
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any], bool]:
    """A method with some of its parameters and a strange one; as JSON, or as a form of texts."""
    method = draw(st.sampled_from(METHODS))
    own = sorted(specification.load().parameters(method) - {"timeout"})
    chosen = draw(st.lists(st.sampled_from([*own, "file"]), unique=True, max_size=6))
    params = {name: draw(VALUES) for name in chosen}
    if draw(st.booleans()) and "chat_id" in own:
        params["chat_id"] = ANNA
    return method, params, draw(st.booleans())


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[asyncio.Runner, Api]]:
    """One emulator for all examples, in a loop of its own."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        api = runner.run(stack.enter_async_context(telegram()))
        runner.run(api.tg.start(ANNA))
        runner.run(api.call("sendMessage", chat_id=ANNA, text="x"))
        yield runner, api
        runner.run(stack.aclose())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests())
def test_no_request_breaks_it(running: tuple[asyncio.Runner, Api], request_: tuple[str, dict[str, Any], bool]) -> None:
    runner, api = running
    method, params, as_json = request_

    async def ask() -> tuple[int, dict[str, Any]]:
        given: dict[str, Any] = {"json": params}
        if not as_json:
            form = aiohttp.FormData(default_to_multipart="file" in params)
            for name, value in params.items():
                form.add_field(name, str(value))
            given = {"data": form}
        async with api.session.post(f"{api.tg.url}/bot{api.tg.token}/{method}", **given) as answer:
            return answer.status, await answer.json()

    status, body = runner.run(ask())
    assert status in {200, 400, 403, 404, 409}
    assert body["ok"] is (status == 200)
    assert "result" in body if body["ok"] else body["description"]
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
