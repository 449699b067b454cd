"""How the emulated VK is called: tokens, versions, limits, logs and the small methods."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from sandbox.specification import SPECS
from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from sandbox.vk.errors import TEXTS
from tests.sandbox.vk.client import ANNA, BORIS, FIRST, GROUP, SECOND, TOKEN, Client, png, upload_photo


async def test_who_calls(client: Client) -> None:
    found = await client.call("groups.getById")
    assert found["groups"] == [{"id": GROUP, "name": "Кружки", "screen_name": "kruzhki", "is_closed": 0, "type": "group"}]
    client.token = SECOND.token
    assert (await client.call("groups.getById", group_id=SECOND.group_id))["groups"][0]["screen_name"] == "dom_tvorchestva"
    client.token = "vk1.a.wrong"
    assert await client.refused("groups.getById") == (5, "User authorization failed: invalid access_token (4).")
    assert client.log.violations == []


async def test_the_token_may_stand_in_the_header_and_parameters_in_the_query(client: Client) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with client.http.get(f"{client.vk.url}/method/groups.getById?v=5.199", headers=headers) as answer:
        assert (await answer.json())["response"]["groups"][0]["id"] == GROUP


@pytest.mark.parametrize(
    ("changed", "code", "text"),
    [
        ({"access_token": ""}, 5, "User authorization failed: no access_token passed."),
        ({"v": ""}, 8, "Invalid request: v (version) is required"),
        ({"v": "5.92"}, 8, "Invalid request: v (version) 5.199 is the only one that is emulated"),
        ({"group_id": "x y"}, 100, "One of the parameters specified was missing or invalid: group_id is invalid"),
        (
            {"unheard_of": "1"},
            100,
            "One of the parameters specified was missing or invalid: unheard_of is not a parameter of groups.getById",
        ),
    ],
)
async def test_a_wrong_call_is_refused(client: Client, changed: dict[str, str], code: int, text: str) -> None:
    assert await client.refused("groups.getById", **changed) == (code, text)
    assert [violation.method for violation in client.log.violations] == ["groups.getById"]


async def test_an_unknown_method(client: Client) -> None:
    body = await client.raw("messages.shout", loud=1)
    assert body["error"]["error_code"] == 3
    assert {"key": "method", "value": "messages.shout"} in body["error"]["request_params"]
    assert not any(entry["key"] == "access_token" for entry in body["error"]["request_params"])
    assert len(client.log.violations) == 1


async def test_too_many_calls_a_second(clock: SandboxClock) -> None:
    async with VkEmulator([FIRST], clock=clock) as vk, aiohttp.ClientSession() as http:
        client = Client(http, vk)
        answers = await asyncio.gather(*(client.raw("groups.getById") for _ in range(25)))
        errors = [answer["error"]["error_msg"] for answer in answers if "error" in answer]
        assert errors == ["Too many requests per second"] * 5
        await asyncio.sleep(1.05)
        await client.call("groups.getById")


async def test_calls_are_logged_without_tokens(client: Client, vk: VkEmulator) -> None:
    await vk.community("vk").say(ANNA, "привет")
    await client.send(ANNA)
    call = client.log.calls[-1]
    assert (call.channel, call.method, call.person, call.status) == ("vk", "messages.send", ANNA, "200")
    assert TOKEN not in str(call)


async def test_groups_and_uploads_of_others(client: Client, vk: VkEmulator) -> None:
    assert (await client.refused("groups.getById", group_id="another"))[0] == 100
    assert (await client.call("groups.getById", group_ids="kruzhki"))["groups"][0]["id"] == GROUP
    assert (await client.refused("groups.setLongPollSettings", group_id=GROUP, api_version="5.50"))[0] == 100
    assert (await client.refused("docs.getMessagesUploadServer", type="graffiti"))[0] == 100
    assert (await client.refused("users.get", user_ids=",".join(map(str, range(1001)))))[0] == 100
    assert (await client.refused("messages.getConversations", count=201))[0] == 100
    async with client.http.get(f"{vk.url}/somewhere") as answer:
        assert answer.status == 404
    async with client.http.get(f"{vk.url}/lp/{GROUP}?act=dance") as answer:
        assert answer.status == 404


async def test_without_checks_and_log(clock: SandboxClock) -> None:
    async with VkEmulator([FIRST], clock=clock, strict=False, rate=None) as vk, aiohttp.ClientSession() as http:
        client = Client(http, vk)
        await vk.community("vk").start(ANNA)
        assert await client.send(ANNA, "Раз", unheard_of=1) == 2
        assert (await client.refused("messages.send", peer_ids="x", random_id=1, message="x"))[0] == 100
        assert (await client.refused("messages.send", peer_ids=2**70, random_id=1, message="x"))[0] == 100
        assert (await client.refused("messages.edit", message="x"))[1].endswith("peer_id is a required parameter")


def test_error_texts_are_those_of_the_schema() -> None:
    published = json.loads((SPECS / "vk.json").read_text(encoding="utf-8"))["errors"]
    assert {code: published[str(code)] for code in TEXTS} == TEXTS


async def test_people(client: Client, vk: VkEmulator) -> None:
    vk.community("vk").chat(ANNA).name = "Анна Иванова"
    [anna] = await client.call("users.get", user_ids=f"{ANNA},{BORIS}")
    assert (anna["id"], anna["first_name"], anna["last_name"]) == (ANNA, "Анна", "Иванова")
    assert client.log.violations == []


async def test_long_poll_settings(client: Client) -> None:
    found = await client.call("groups.getLongPollSettings", group_id=GROUP)
    assert found["is_enabled"]
    assert (found["events"]["message_new"], found["events"]["message_reply"]) == (1, 0)
    await client.call("groups.setLongPollSettings", group_id=GROUP, enabled=1, message_reply=1, message_edit=0, api_version="5.199")
    found = await client.call("groups.getLongPollSettings", group_id=GROUP)
    assert (found["events"]["message_edit"], found["events"]["message_reply"]) == (0, 1)
    await client.call("groups.setLongPollSettings", group_id=GROUP, enabled=0)
    assert (await client.refused("groups.getLongPollServer", group_id=GROUP))[0] == 100
    assert (await client.refused("groups.getLongPollSettings", group_id=SECOND.group_id))[0] == 15
    assert await client.call("groups.enableOnline", group_id=GROUP) == 1
    assert len(client.log.violations) == 2


async def test_conversations(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.say(ANNA, "привет")
    await client.send(ANNA, "здравствуйте")
    await person.say(BORIS, "есть кто?")
    everything = await client.call("messages.getConversations", extended=1)
    assert [item["conversation"]["peer"]["id"] for item in everything["items"]] == [BORIS, ANNA]
    assert [profile["id"] for profile in everything["profiles"]] == [BORIS, ANNA]
    unanswered = await client.call("messages.getConversations", filter="unanswered", count=200)
    assert [item["conversation"]["peer"]["id"] for item in unanswered["items"]] == [BORIS]
    assert unanswered["items"][0]["last_message"]["text"] == "есть кто?"
    assert client.log.violations == []


async def test_messages(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    for text in ("раз", "два", "три"):
        await person.say(ANNA, text)
    newest = await client.call("messages.getHistory", user_id=ANNA, count=2)
    assert [item["text"] for item in newest["items"]] == ["три", "два"]
    oldest = await client.call("messages.getHistory", peer_id=ANNA, rev=1, offset=1, extended=1)
    assert [item["text"] for item in oldest["items"]] == ["два", "три"]
    assert [item["text"] for item in (await client.call("messages.getById", message_ids="1,3,9"))["items"]] == ["раз", "три"]
    assert (await client.call("messages.getById", peer_id=ANNA, cmids=2))["items"][0]["text"] == "два"
    assert (await client.refused("messages.getHistory"))[0] == 100
    assert await client.call("messages.setActivity", peer_id=ANNA, type="typing") == 1
    assert len(client.log.violations) == 1


async def test_a_photo(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    reference = await upload_photo(client)
    assert reference.startswith(f"photo-{GROUP}_")
    await client.send(ANNA, "", attachment=reference)
    await client.send(ANNA, "Ещё раз", attachment=reference)
    first, second = person.chat(ANNA).messages[-2:]
    assert person.read_back(first) == ["(picture)"]
    assert first.picture is not None
    assert second.picture is first.picture
    assert (first.picture.reference, first.picture.data) == (reference, png(130, 80))
    client.token = SECOND.token
    await vk.community("vk/dt").start(ANNA)
    assert (await client.refused("messages.send", peer_ids=ANNA, random_id=0, attachment=reference))[0] == 100


async def test_a_document(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    assert (await client.refused("docs.getMessagesUploadServer", type="doc", peer_id=ANNA))[0] == 901
    await person.start(ANNA)
    server = await client.call("docs.getMessagesUploadServer", type="doc", peer_id=ANNA)
    form = aiohttp.FormData()
    form.add_field("file", b"BEGIN:VCALENDAR", filename="lessons.ics", content_type="text/calendar")
    async with client.http.post(server["upload_url"], data=form) as answer:
        uploaded = await answer.json(content_type=None)
    saved = await client.call("docs.save", **uploaded, title="Занятия.ics")
    doc = saved["doc"]
    assert (saved["type"], doc["title"], doc["ext"], doc["size"]) == ("doc", "Занятия.ics", "ics", 15)
    await client.send(ANNA, "Календарь", attachment=f"doc{doc['owner_id']}_{doc['id']}_{doc['access_key']}")
    assert person.read_back(person.chat(ANNA).messages[-1]) == ["(document Занятия.ics)", "Календарь"]
    assert (await client.refused("docs.save", **uploaded)) == (105, "Couldn't save file")
    assert client.log.violations == []


async def test_what_is_no_picture_is_not_saved(client: Client) -> None:
    server = await client.call("photos.getMessagesUploadServer")
    form = aiohttp.FormData()
    form.add_field("photo", b"no picture", filename="card.png")
    async with client.http.post(server["upload_url"], data=form) as answer:
        uploaded = await answer.json(content_type=None)
    assert uploaded["photo"] == "[]"
    assert (await client.refused("photos.saveMessagesPhoto", **uploaded))[0] == 100
    assert await client.refused("photos.saveMessagesPhoto", photo="x", server=1, hash="y") == (121, "Invalid hash")
    async with client.http.post(f"{client.vk.url}/upload/unknown", data=b"") as answer:
        assert answer.status == 404
    async with client.http.get(f"{client.vk.url}/files/unknown") as answer:
        assert answer.status == 404
