"""What people do, as Bots Long Poll tells it, and how a session ends."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.chat import Contact, Impossible, Media, Messenger
from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from tests.sandbox.vk.client import ANNA, GROUP, SECOND, Client, png


async def test_the_first_message(client: Client, vk: VkEmulator) -> None:
    session = await client.session()
    person = vk.community("vk")
    person.chat(ANNA).language = "en"
    await person.start(ANNA, "programme-7")
    body = await client.poll(session)
    assert int(body["ts"]) == int(session["ts"]) + 2
    allow, new = body["updates"]
    assert (allow["type"], allow["object"]) == ("message_allow", {"user_id": ANNA, "key": ""})
    assert (new["type"], new["group_id"], new["v"]) == ("message_new", GROUP, "5.199")
    message = new["object"]["message"]
    assert (message["payload"], message["ref"], message["text"]) == ('{"command":"start"}', "programme-7", "Начать")
    assert (message["from_id"], message["peer_id"], message["conversation_message_id"]) == (ANNA, ANNA, 1)
    assert new["object"]["client_info"]["lang_id"] == 3
    assert "callback" in new["object"]["client_info"]["button_actions"]
    await person.start(ANNA, "programme-8")
    [again] = (await client.poll(session, ts=body["ts"]))["updates"]
    assert again["object"]["message"]["ref"] == "programme-8"
    assert "payload" not in again["object"]["message"], "a chat with a history has no Start key"
    assert client.log.violations == []


def test_a_community_is_a_messenger(vk: VkEmulator) -> None:
    messenger: Messenger = vk.community("vk/dt")
    assert messenger.name == "vk/dt"


async def test_a_poll_waits(client: Client, vk: VkEmulator) -> None:
    session = await client.session()
    waiting = asyncio.create_task(client.poll(session, wait=20))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await vk.community("vk").say(ANNA, "привет")
    assert (await asyncio.wait_for(waiting, 2))["updates"][0]["type"] == "message_allow"
    assert (await client.poll(await client.session(), wait=0))["updates"] == []


async def test_the_same_ts_gives_the_same_events(client: Client, vk: VkEmulator) -> None:
    session = await client.session()
    await vk.community("vk").say(ANNA, "привет")
    first = await client.poll(session)
    assert await client.poll(session) == first
    assert (await client.poll(session, ts=first["ts"]))["updates"] == []


async def test_failures(client: Client, vk: VkEmulator, clock: SandboxClock) -> None:
    session = await client.session()
    now = int(session["ts"])
    assert await client.poll(session, ts=now + 1) == {"failed": 1, "ts": now}
    assert await client.poll(session, ts="x") == {"failed": 1, "ts": now}
    assert await client.poll(session, key="x") == {"failed": 2}
    vk.expire_key("vk")
    assert await client.poll(session) == {"failed": 2}
    session = await client.session()
    clock.shift(3601)
    assert await client.poll(session) == {"failed": 2}
    session = await client.session()
    await vk.community("vk").say(ANNA, "привет")
    vk.lose_events("vk")
    assert await client.poll(session) == {"failed": 3}
    session = await client.session()
    assert (await client.poll(session))["updates"] == []


async def test_a_waiting_poll_learns_that_its_key_has_ended(client: Client, vk: VkEmulator) -> None:
    waiting = asyncio.create_task(client.poll(await client.session(), wait=20))
    await asyncio.sleep(0.05)
    vk.expire_key("vk")
    assert await asyncio.wait_for(waiting, 2) == {"failed": 2}


async def test_events_too_long_ago_are_lost(client: Client, vk: VkEmulator) -> None:
    session = await client.session()
    for _ in range(1001):
        await vk.community("vk").say(ANNA, "привет")
    assert (await client.poll(session))["failed"] == 1
    found = await client.call("messages.getConversations", filter="unanswered")
    assert (found["count"], found["items"][0]["last_message"]["text"]) == (1, "привет")


async def test_redelivery(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    session = await client.session()
    await person.say(ANNA, "привет")
    body = await client.poll(session)
    event = body["updates"][-1]
    await person.redeliver(event["event_id"])
    await person.repeat(ANNA)
    assert (await client.poll(session, ts=body["ts"]))["updates"] == [event, event]
    with pytest.raises(LookupError):
        await person.redeliver("x")


async def test_communities_have_their_own_events(client: Client, vk: VkEmulator) -> None:
    first = await client.session()
    await vk.community("vk/dt").say(ANNA, "привет")
    assert (await client.poll(first))["updates"] == []
    client.token = SECOND.token
    assert vk.community("vk/dt").name == "vk/dt"
    assert vk.community("vk").chat(ANNA).messages == []


async def test_what_people_do(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    own = await person.say(ANNA, "Привет")
    session = await client.session()
    await person.edit_own(ANNA, own.id, "Приветы")
    await person.send_sticker(ANNA)
    await person.send_voice(ANNA)
    await person.send_in_chat(ANNA, "всем привет")
    await person.upload(ANNA, Media("план.pdf", "application/pdf", b"%PDF", ""))
    await person.upload(ANNA, Media("фото.png", "image/png", png(640, 480), ""), as_picture=True)
    await person.block(ANNA)
    await person.unblock(ANNA)
    updates = (await client.poll(session))["updates"]
    assert [update["type"] for update in updates] == [
        "message_edit",
        "message_new",
        "message_new",
        "message_new",
        "message_new",
        "message_new",
        "message_deny",
        "message_allow",
    ]
    assert updates[0]["object"]["text"] == "Приветы"
    attached = [update["object"]["message"]["attachments"] for update in updates[1:6]]
    assert [one[0]["type"] if one else "" for one in attached] == ["sticker", "audio_message", "", "doc", "photo"]
    assert [update["object"]["message"]["text"] for update in updates[1:4]] == ["", "", "всем привет"]
    assert updates[3]["object"]["message"]["peer_id"] == 2_000_000_001
    async with client.http.get(attached[3][0]["doc"]["url"]) as answer:
        assert (answer.content_type, await answer.read()) == ("application/pdf", b"%PDF")
    sizes = attached[4][0]["photo"]["sizes"]
    assert [(size["type"], size["width"], size["height"]) for size in sizes] == [
        ("s", 75, 56),
        ("m", 130, 98),
        ("x", 604, 453),
        ("y", 640, 480),
    ]
    async with client.http.get(sizes[-1]["url"]) as answer:
        assert await answer.read() == png(640, 480)
    with pytest.raises(Impossible):
        await person.share_contact(ANNA, Contact("Анна", "+70000000001", ANNA))
    with pytest.raises(Impossible):
        await person.edit_own(ANNA, 99, "x")
    with pytest.raises(Impossible):
        await person.upload(ANNA, Media("фото.png", "image/png", b"no picture", ""), as_picture=True)
    assert person.read_back(person.chat(ANNA).messages[-2]) == ["(document план.pdf)"]
    assert client.log.violations == []


async def test_what_the_community_does_is_told_when_asked_for(client: Client, vk: VkEmulator) -> None:
    await vk.community("vk").start(ANNA)
    await client.call("groups.setLongPollSettings", group_id=GROUP, message_reply=1)
    session = await client.session()
    message = await client.send(ANNA, "Раз")
    await client.call("messages.edit", peer_id=ANNA, cmid=message, message="Два")
    updates = (await client.poll(session))["updates"]
    assert [(update["type"], update["object"]["text"]) for update in updates] == [("message_reply", "Раз"), ("message_edit", "Два")]
    assert client.log.violations == []
