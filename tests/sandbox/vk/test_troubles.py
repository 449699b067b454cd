"""Faults on demand, and requests that nobody should send."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from sandbox.vk.methods import METHODS
from tests.sandbox.vk.client import ANNA, FIRST, TOKEN, Client


async def test_errors(client: Client) -> None:
    for kind, code in (("vk6", 6), ("vk9", 9), ("vk10", 10), ("vk29", 29)):
        client.faults.next(kind, method="groups.getById")  # type: ignore[arg-type]
        assert (await client.refused("groups.getById"))[0] == code
    client.faults.next("vk9", method="users.get")
    body = await client.raw("execute", code="return [API.users.get({}), API.users.get({})];")
    assert body["response"] == [False, []]
    assert body["execute_errors"][0]["error_msg"] == "Flood control"
    assert client.log.violations == []


async def test_the_network(client: Client, vk: VkEmulator) -> None:
    url, form = f"{vk.url}/method/messages.send", {"access_token": TOKEN, "v": "5.199", "peer_ids": str(ANNA), "message": "x"}
    await vk.community("vk").start(ANNA)
    client.faults.hang = 0.05
    client.faults.next("502")
    async with client.http.post(url, data=form) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    for kind, sent in (("drop", 0), ("timeout", 0), ("lost_answer", 1)):
        client.faults.next(kind)  # type: ignore[arg-type]
        with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
            await client.http.post(url, data=form | {"random_id": "77"})
        assert len(vk.community("vk").chat(ANNA).messages) == 1 + sent
    assert await client.send(ANNA, "x", random_id=77) == 2, "random_id makes the repetition harmless"
    client.faults.next("drop", method="messages.send")
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await client.raw("execute", code=f'return API.messages.send({{"peer_ids":"{ANNA}","random_id":1,"message":"x"}});')


async def test_long_polls_meet_them_too(client: Client, vk: VkEmulator) -> None:
    session = await client.session()
    client.faults.next("drop", method="a_check", times=2)  # the client tries a GET again by itself
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await client.poll(session)
    await vk.community("vk").say(ANNA, "привет")
    client.faults.next("lost_answer", method="a_check", times=2)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await client.poll(session)
    assert len((await client.poll(session))["updates"]) == 2


async def test_stopping_ends_what_waits(clock: SandboxClock) -> None:
    async with aiohttp.ClientSession() as http:
        async with VkEmulator([FIRST], clock=clock) as vk:
            client = Client(http, vk)
            waiting = asyncio.create_task(client.poll(await client.session(), wait=60))
            await asyncio.sleep(0.05)
        assert (await asyncio.wait_for(waiting, 2))["updates"] == []


TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "",
        "1",
        "-1",
        str(ANNA),
        "1,2",
        "{}",
        "[]",
        '{"buttons":[[{}]]}',
        "true",
        "9" * 400,
        "null",
    ]
)
FIELDS = st.sampled_from(
    [
        "buttons",
        "inline",
        "action",
        "type",
        "label",
        "payload",
        "color",
        "items",
        "version",
        "elements",
        "text",
        "offset",
    ]
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "peer_id",
        "peer_ids",
        "user_id",
        "random_id",
        "message",
        "keyboard",
        "template",
        "format_data",
        "attachment",
        "lat",
        "long",
        "payload",
        "cmid",
        "cmids",
        "message_ids",
        "event_id",
        "event_data",
        "group_id",
        "count",
        "offset",
        "filter",
        "extended",
        "user_ids",
        "code",
        "photo",
        "hash",
        "server",
        "file",
        "title",
        "type",
        "v",
        "conversation_message_ids",
    ]
)
VALUES = (
    TEXTS
    | JSONS.map(lambda value: json.dumps(value))  # noqa: PLW0108  # its signature confuses map
    | st.sampled_from(
        [
            "return API.messages.send({});",
            "return [API.users.get({user_ids:[1,[2]]}),API.messages.edit({cmid:{}})];",
        ]
    )
)


@pytest.mark.parametrize("strict", [True, False])
async def test_no_request_breaks_the_server(clock: SandboxClock, *, strict: bool) -> None:
    async with VkEmulator([FIRST], clock=clock, strict=strict, rate=None) as vk, aiohttp.ClientSession() as http:
        await vk.community("vk").start(ANNA)
        loop = asyncio.get_running_loop()

        async def ask(method: str, params: dict[str, str], form: str) -> tuple[int, dict[str, Any]]:
            url, data = f"{vk.url}/method/{method}", {"access_token": TOKEN, "v": "5.199", "random_id": "0", "peer_id": str(ANNA), **params}
            if form == "query":
                request = http.get(url, params=data)
            elif form == "multipart":
                parts = aiohttp.FormData(default_to_multipart=True)
                for name, value in data.items():
                    parts.add_field(name, value)
                request = http.post(url, data=parts)
            else:
                request = http.post(url, data=data)
            async with request as answer:
                return answer.status, await answer.json()

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(
            method=st.sampled_from([*METHODS, "execute"]),
            params=st.dictionaries(NAMES, VALUES, max_size=6),
            form=st.sampled_from(["form", "form", "multipart", "query"]),
        )
        def check(method: str, params: dict[str, str], form: str) -> None:
            status, body = asyncio.run_coroutine_threadsafe(ask(method, params, form), loop).result(10)
            assert status == 200
            assert ("response" in body) != ("error" in body)

        await asyncio.to_thread(check)
