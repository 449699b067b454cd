"""The line in front of VK's API, and vk_api's session over aiohttp: what goes out when, and what comes back to whom."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from vk_api import ApiError, VkRequestsPool

from bot.conversation.channel import Lost
from bot.handlers.vk.gather import STEP, Gatherer, NoAnswer
from bot.handlers.vk.session import AsyncVk

Sent = list[tuple[str, Mapping[str, Any]]]


class Server:
    """VK as the line sees it: it notes what is posted, and answers each call with its own parameters."""

    def __init__(self) -> None:
        self.sent: Sent = []
        self.at = list[float]()
        self.broken = set[str]()
        self.failing = dict[str, int]()
        self.echoes = False
        self.overall: dict[str, Any] | None = None

    async def post(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        self.at.append(asyncio.get_running_loop().time())
        self.sent.append((method, params))
        await asyncio.sleep(0)
        if self.overall is not None:
            return self.overall
        if method != "execute":
            return self.one(str(params["x"]))
        calls = [json.loads(part.rstrip("),];")) for part in params["code"].split("API.m(")[1:]]
        if self.broken & {str(call["x"]) for call in calls}:
            return {"error": {"error_code": 12, "error_msg": "Unable to compile code"}}
        answers = [self.one(str(call["x"])) for call in calls]
        errors = [{"method": "m", **answer["error"]} for answer in answers if "error" in answer]
        if self.echoes:
            errors = [part for error in errors for part in (error, {**error, "method": "execute"})]
        return {"response": [answer.get("response", False) for answer in answers]} | ({"execute_errors": errors} if errors else {})

    def one(self, x: str) -> dict[str, Any]:
        if x in self.failing:
            return {"error": {"error_code": self.failing[x], "error_msg": x}}
        return {"response": x}


async def answers(line: Gatherer, values: list[str]) -> list[Any]:
    return await asyncio.gather(*(line("m", {"x": x}) for x in values), return_exceptions=True)


# ---------------------------------------------------------------- the line


async def test_a_lone_call_goes_out_at_once_and_as_itself() -> None:
    server = Server()
    began = asyncio.get_running_loop().time()
    assert await Gatherer(server.post)("m", {"x": "1"}) == {"response": "1"}
    assert server.sent == [("m", {"x": "1"})]
    assert server.at[0] - began < STEP / 2


async def test_what_comes_in_one_moment_goes_together() -> None:
    server = Server()
    assert await answers(Gatherer(server.post), ["1", "2", "3"]) == [{"response": "1"}, {"response": "2"}, {"response": "3"}]
    assert [method for method, _params in server.sent] == ["execute"]


async def test_requests_are_evenly_spaced_and_hold_25_calls() -> None:
    server = Server()
    values = [str(n) for n in range(60)]
    assert await answers(Gatherer(server.post), values) == [{"response": x} for x in values]
    assert [params["code"].count("API.") for _method, params in server.sent] == [25, 25, 10]
    gaps = [later - earlier for earlier, later in zip(server.at, server.at[1:], strict=False)]
    assert all(STEP * 0.9 < gap < STEP * 3 for gap in gaps)


async def test_a_script_is_not_longer_than_it_should_be() -> None:
    server = Server()
    await answers(Gatherer(server.post), ["x" * 25_000] * 5)
    assert [len(params.get("code", "")) < 60_100 for _method, params in server.sent] == [True] * 3


async def test_a_call_that_goes_alone_shares_no_script() -> None:
    server = Server()
    line = Gatherer(server.post)
    await asyncio.gather(line("m", {"x": "1"}), line("m", {"x": "2"}), line("m", {"x": "3"}, alone=True), line("m", {"x": "4"}))
    assert [method for method, _params in server.sent] == ["execute", "m", "m"]


@pytest.mark.parametrize("echoes", [False, True])
async def test_each_call_gets_its_own_error(echoes: bool) -> None:  # noqa: FBT001
    server = Server()
    server.failing, server.echoes = {"2": 901, "4": 9}, echoes
    found = await answers(Gatherer(server.post), ["1", "2", "3", "4"])
    assert [one.get("response") or one["error"]["error_code"] for one in found] == ["1", 901, "3", 9]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0, 9, 10, 901]), min_size=2, max_size=25), st.booleans())
def test_errors_never_meet_another_call(codes: list[int], echoes: bool) -> None:  # noqa: FBT001
    server = Server()
    server.failing, server.echoes = {str(at): code for at, code in enumerate(codes) if code}, echoes
    found = asyncio.run(answers(Gatherer(server.post), [str(at) for at in range(len(codes))]))
    for at, answer in enumerate(found):
        assert answer.get("response", at) in (str(at), at)
        assert answer.get("error", {}).get("error_msg", str(at)) == str(at)
        assert answer.get("error", {}).get("error_code", 0) == codes[at]


async def test_a_text_that_vk_cannot_read_spoils_nobody_elses_answer() -> None:
    server = Server()
    server.broken = {"2"}
    assert await answers(Gatherer(server.post), ["1", "2", "3"]) == [{"response": "1"}, {"response": "2"}, {"response": "3"}]
    assert [method for method, _params in server.sent] == ["execute", "m", "m", "m"]


async def test_an_error_of_the_whole_is_everybodys() -> None:
    server = Server()
    server.overall = {"error": {"error_code": 6, "error_msg": "Too many requests per second"}}
    assert await answers(Gatherer(server.post), ["1", "2"]) == [server.overall] * 2


@pytest.mark.parametrize("overall", [{"response": None}, {"response": ["1"]}, {"response": {"1": 2}}])
async def test_an_answer_to_another_script_is_none(overall: dict[str, Any]) -> None:
    server = Server()
    server.overall = overall
    assert [type(one) for one in await answers(Gatherer(server.post), ["1", "2"])] == [NoAnswer] * 2


async def test_a_failure_without_a_reason_is_vks() -> None:
    server = Server()
    server.overall = {"response": ["1", False]}
    (first, second) = await answers(Gatherer(server.post), ["1", "2"])
    assert (first, second["error"]["error_code"]) == ({"response": "1"}, 10)


async def test_whoever_went_away_is_left_out() -> None:
    server = Server()
    line = Gatherer(server.post)
    tasks = [asyncio.create_task(line("m", {"x": str(n)})) for n in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(server.sent) == 1
    assert '"x":"1"' not in server.sent[0][1]["code"]


async def test_what_cannot_be_said_is_told_to_who_said_it() -> None:
    line = Gatherer(Server().post)
    with pytest.raises(TypeError):
        await line("m", {"x": "\ud800"})
    assert await line("m", {"x": "1"}) == {"response": "1"}


async def test_nobody_waits_after_the_end() -> None:
    never = asyncio.Event()

    async def hang(_method: str, _params: Mapping[str, Any]) -> dict[str, Any]:
        await never.wait()
        return {}

    line = Gatherer(hang)
    tasks = [asyncio.create_task(line("m", {"x": str(n)}, alone=True)) for n in range(3)]
    await asyncio.sleep(0.01)
    line.close()
    assert [type(one) for one in await asyncio.gather(*tasks, return_exceptions=True)] == [NoAnswer] * 3
    await asyncio.sleep(0)


# ---------------------------------------------------------------- the session


class Vk:
    """A VK of a few methods; `answer` is given to any other."""

    def __init__(self) -> None:
        self.forms = list[dict[str, str]]()
        self.answer: web.Response | None = None

    async def method(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append({"method": request.match_info["name"], **form})
        if self.answer is not None:
            return self.answer
        if request.match_info["name"] == "execute":
            return web.json_response({"response": [False], "execute_errors": [{"method": "m", "error_code": 15, "error_msg": "Denied"}]})
        return web.json_response({"response": form.get("x", "nothing")})

    async def file(self, request: web.Request) -> web.Response:
        onward = request.query.get("to")
        return web.Response(status=302, headers={"Location": onward}) if onward else web.Response(body=b"bytes")


@asynccontextmanager
async def serving(vk: Vk) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/method/{name}", vk.method)
    app.router.add_get("/file", vk.file)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def vk() -> Vk:
    return Vk()


@pytest.fixture
async def session(vk: Vk) -> AsyncIterator[AsyncVk]:
    async with serving(vk) as url:
        session = AsyncVk("vk1.a.token", f"{url}/")
        yield session
        await session.close()


async def test_a_call_is_a_form_with_the_token_in_its_body(vk: Vk, session: AsyncVk) -> None:
    assert await session.call("m", {"x": "приветъ & ко", "n": 1}) == "приветъ & ко"
    assert vk.forms == [{"method": "m", "x": "приветъ & ко", "n": "1", "access_token": "vk1.a.token", "v": "5.199"}]


async def test_a_refusal_is_vk_apis_own_error(vk: Vk, session: AsyncVk) -> None:
    vk.answer = web.json_response({"error": {"error_code": 901, "error_msg": "No permission"}})
    with pytest.raises(ApiError, match=r"\[901\] No permission"):
        await session.call("m")


async def test_half_an_emoji_makes_nobody_deaf(vk: Vk, session: AsyncVk) -> None:
    vk.answer = web.Response(text='{"response": ["cut \\ud83d", "whole \\ud83d\\ude00", "\\udc00"]}')
    assert await session.call("m") == ["cut ?", "whole 😀", "?"]


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"ok": true}', "\xff"])
async def test_what_is_no_answer_is_none(vk: Vk, session: AsyncVk, body: str) -> None:
    vk.answer = web.Response(status=502, text=body)
    with pytest.raises(NoAnswer):
        await session.call("m")


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/a",
        "https://notvk.com/a",
        "https://vk.com.elsewhere.example/a",
        "https://vk.com@127.0.0.1/a",
        "https://127.0.0.1/a",
        "http://vk.com/a",
        "http://127.0.0.1:1/a",
        "file:///etc/passwd",
        "//",
        "",
    ],
)
async def test_only_files_of_vk_are_fetched_and_no_redirection_leads_out(vk: Vk, session: AsyncVk, url: str) -> None:
    async with serving(vk) as own:
        there = AsyncVk("vk1.a.token", own)
        with pytest.raises(Lost):
            await there.download(url, 100)
        with pytest.raises(Lost):
            await there.download(f"{own}/file?{urlencode({'to': url or '?to=//'})}", 100)
        assert await there.download(f"{own}/file?to=/file", 100) == b"bytes"
        await there.close()
    with pytest.raises(Lost, match="not a server of VK's"):
        await session.download(url, 100)


async def test_nobody_is_there() -> None:
    session = AsyncVk("vk1.a.token", "http://127.0.0.1:9")
    with pytest.raises(NoAnswer, match="Cannot connect"):
        await session.call("m")
    with pytest.raises(NoAnswer):
        await session.get("http://127.0.0.1:9/lp", {"key": "secret"}, 1)
    await session.close()


async def test_vk_apis_helpers_run_in_a_thread_by_the_same_line(vk: Vk, session: AsyncVk) -> None:
    await session.call("m", {"x": "in the loop"})

    def helpers() -> tuple[Any, Any]:
        pool = VkRequestsPool(session)
        denied = pool.method("m", {"x": 1})
        pool.execute()
        return session.get_api().m(x=None, flag=True), denied.error["error_code"]

    assert await asyncio.to_thread(helpers) == ("nothing", 15)
    assert vk.forms[-1] == {"method": "m", "flag": "1", "access_token": "vk1.a.token", "v": "5.199"}


async def test_vk_apis_helpers_never_stop_the_loop(session: AsyncVk) -> None:
    with pytest.raises(RuntimeError, match="await call"):
        session.method("m")


def test_without_a_loop_nothing_can_be_called() -> None:
    with pytest.raises(RuntimeError):
        AsyncVk("vk1.a.token", "http://127.0.0.1:9").method("m")


async def test_an_upload_that_breaks_is_no_answer(session: AsyncVk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise requests.ConnectionError("reset")

    monkeypatch.setattr(session, "_upload", broken)
    with pytest.raises(NoAnswer, match="upload: ConnectionError"):
        await session.upload("photo", "a.png", b"", 1)
