"""VKScript and the calls in it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.vk import VkEmulator, script
from sandbox.vk.errors import VkError
from tests.sandbox.vk.client import ANNA, BORIS, Client


async def test_calls_with_an_error_among_them(client: Client, vk: VkEmulator) -> None:
    await vk.community("vk").start(ANNA)
    sends = [{"peer_ids": str(peer), "random_id": 0, "message": f'Привет, "{peer}"'} for peer in (ANNA, BORIS)]
    single = {"peer_id": BORIS, "random_id": 0, "message": "x"}
    code = "return [" + ",".join(f"API.messages.send({json.dumps(one)})" for one in [*sends, single]) + "];"
    body = await client.raw("execute", code=code)
    assert body["response"][0][0]["conversation_message_id"] == 2
    assert body["response"][1][0]["error"]["code"] == 901
    assert body["response"][2] is False
    assert body["execute_errors"] == [
        {"method": "messages.send", "error_code": 901, "error_msg": "Can't send messages for users without permission"},
    ]
    assert vk.community("vk").chat(ANNA).messages[-1].text == f'Привет, "{ANNA}"'
    assert [call.method for call in client.log.calls] == ["messages.send", "messages.send", "messages.send", "execute"]
    assert client.log.violations == []


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("return 1 + 2 * 3;", 7),
        ("return (1 + 2) * -3;", -9),
        ("return;", None),
        ("", None),
        ("var a = [1, 2.5, 'it\\'s', \"\\u043a\"]; return a;", [1, 2.5, "it's", "к"]),
        ("var a = {b: {c: [10]}}; a.b.d = a.b.c[0] + 1; return a;", {"b": {"c": [10], "d": 11}}),
        ("var i = 0, s = ''; while (i < 3) { s = s + i; i = i + 1; } return s;", "012"),
        ("if (1 > 2) return 'a'; else if (true && !false) { return 'b'; }", "b"),
        ("var a = []; a.push(1); a.push(a); return [a, a.length];", [[1, [1]], 2]),
        ("// nothing\nreturn null == a || /* b */ false;", True),
        ("return API.users.get({user_ids: []})[0].id;", None),
        ("var a = [1]; var b = {a: a}; a[0] = 2; a[1] = 3; return [a, b];", [[2, 3], {"a": [1]}]),
    ],
)
async def test_scripts(client: Client, code: str, result: Any) -> None:
    if not code:
        assert (await client.refused("execute", code=code))[0] == 100
    else:
        assert (await client.raw("execute", code=code))["response"] == result


async def test_values_deeper_than_json_allows_never_leave_a_script(client: Client) -> None:
    deep = "".join(f"a{'[0]' * 40 * step} = {'[' * 45}1{']' * 45};" for step in range(1, 7))
    for end in ("return a;", "return 'x' + a;", "return API.users.get({user_ids: a});"):
        assert (await client.refused("execute", code=f"var a = {'[' * 45}1{']' * 45};{deep}{end}"))[0] == 13


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("return [", 12),
        ("return #;", 12),
        ("var 1 = 2;", 12),
        ("1 = 2;", 12),
        ("{", 12),
        ("return '\\ud800';", 12),
        ("[" * 2000, 12),
        ("return " + "1+" * 5000 + "1;", 12),
        ("while (true) {}", 13),
        ("return 1 / 0;", 13),
        ("return [] * 2;", 13),
        ("return x.y();", 13),
        ("var a = 9; while (true) a = a * a;", 13),
        ("var a = 'x'; while (true) a = a + a;", 13),
        ("var a = [1]; while (true) a.push(a);", 13),
        ("var i = 0; while (i < 26) { API.users.get({}); i = i + 1; }", 13),
        ("return API.users.get(1);", 13),
        ("1.a = 2;", 13),
        ("1 + 1 = 2;", 12),
        ("return " + "[" * 60 + "]" * 60 + ";", 12),
        ("var a = 1; while (true) a = [[[[a]]]];", 13),
    ],
)
async def test_wrong_scripts(client: Client, code: str, error: int) -> None:
    assert (await client.refused("execute", code=code))[0] == error


async def test_execute_cannot_call_itself(client: Client) -> None:
    body = await client.raw("execute", code='return API.execute({"code":"return 1;"});')
    assert body["response"] is False
    assert body["execute_errors"][0]["error_code"] == 3


@settings(max_examples=300, deadline=None)
@given(st.text("{}[]();=.,+-*/%<>!&|'\"\\ \nvarifwhileretun01aAPI_", max_size=60))
def test_no_script_breaks_the_interpreter(code: str) -> None:
    with suppress(VkError):
        json.dumps(script.run(code, lambda _method, given: given))
