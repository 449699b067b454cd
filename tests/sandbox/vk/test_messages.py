"""What a community sends, edits and deletes, and what VK refuses."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chat import Impossible
from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from tests.sandbox.vk.client import ANNA, BORIS, GROUP, SECOND, Client, callback, keyboard, text_key, upload_photo


async def test_nobody_gets_messages_without_permission(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    denied = (901, "Can't send messages for users without permission")
    assert await client.refused("messages.send", user_id=ANNA, random_id=0, message="x") == denied
    assert await client.call("messages.isMessagesFromGroupAllowed", group_id=GROUP, user_id=ANNA) == {"is_allowed": 0}
    await person.say(ANNA, "привет")
    assert await client.call("messages.send", user_id=ANNA, random_id=0, message="x") == 2
    await person.block(ANNA)
    assert await client.refused("messages.send", peer_id=ANNA, random_id=0, message="x") == denied
    with pytest.raises(Impossible):
        await person.say(ANNA, "ещё")
    await person.unblock(ANNA)
    assert await client.send(ANNA) == 3
    assert await client.call("messages.isMessagesFromGroupAllowed", group_id=GROUP, user_id=ANNA) == {"is_allowed": 1}
    # Permission belongs to a community.
    client.token = SECOND.token
    assert await client.refused("messages.send", user_id=ANNA, random_id=0, message="x") == denied
    assert client.log.violations == []


async def test_errors_stand_with_their_recipients(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    for user in (ANNA, BORIS):
        await person.say(user, "привет")
    person.refuse(BORIS, 902)
    items = await client.call("messages.send", peer_ids=f"{ANNA},{BORIS},99", random_id=5, message="Новость")
    assert items[0] == {"peer_id": ANNA, "message_id": 3, "conversation_message_id": 2}
    assert items[1]["error"] == {"code": 902, "description": "Can't send messages to this user due to their privacy settings"}
    assert items[2]["error"]["code"] == 901
    person.refuse(BORIS, 900)
    [item] = await client.call("messages.send", peer_ids=BORIS, random_id=6, message="Новость")
    assert item["error"]["description"] == "Can't send messages for users from blacklist"
    assert client.log.violations == []
    too_many = ",".join(map(str, range(1, 102)))
    assert (await client.refused("messages.send", peer_ids=too_many, random_id=7, message="x"))[0] == 100


async def test_a_repeated_random_id_sends_nothing(client: Client, vk: VkEmulator, clock: SandboxClock) -> None:
    person = vk.community("vk")
    for user in (ANNA, BORIS):
        await person.say(user, "привет")
    first = await client.send(ANNA, "один", random_id=42)
    assert await client.send(ANNA, "другой", random_id=42) == first
    assert [message.text for message in person.chat(ANNA).messages] == ["привет", "один"]
    await client.send(BORIS, "один", random_id=42)
    assert len(person.chat(BORIS).messages) == 2, "it counts in one conversation"
    assert await client.send(ANNA, "0", random_id=0) != await client.send(ANNA, "0", random_id=0)
    clock.shift(3601)
    assert await client.send(ANNA, "через час", random_id=42) > first
    for number in range(100):
        await client.send(ANNA, "x", random_id=1000 + number)
    assert await client.send(ANNA, "через сто", random_id=42) > first
    assert (await client.refused("messages.send", peer_id=ANNA, message="x"))[1].endswith("random_id is a required parameter")


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({"message": ""}, 100, "message is empty or invalid"),
        ({"message": "   "}, 100, "message is empty or invalid"),
        ({"message": "я" * 4097}, 914, "Message is too long"),
        ({"message": "x", "payload": "1" * 1001}, 100, "payload is longer than 1000 characters"),
        ({"attachment": "photo-1_2"}, 100, "attachment photo-1_2 is not found"),
        ({"attachment": "something"}, 100, "attachment something is invalid"),
        ({"message": "x", "keyboard": "{"}, 100, "keyboard contains incorrect JSON"),
        ({"message": "x", "lat": "91", "long": "0"}, 100, "lat and long are out of range"),
        ({"message": "x", "lat": "60"}, 100, "long should be a number"),
        ({"message": "x", "intent": "spam"}, 100, "intent should be one of"),
        ({"message": "x", "peer_ids": "a"}, 100, "peer_ids should be an integer"),
    ],
)
async def test_a_wrong_message_is_refused(
    client: Client,
    vk: VkEmulator,
    params: dict[str, Any],
    code: int,
    text: str,
) -> None:
    await vk.community("vk").say(ANNA, "привет")
    refused = await client.refused("messages.send", **{"peer_ids": ANNA, "random_id": 1, **params})
    assert refused[0] == code
    assert text in refused[1]
    assert len(client.log.violations) == 1
    assert len(vk.community("vk").chat(ANNA).messages) == 1


async def test_somebody_must_be_named(client: Client) -> None:
    refused = await client.refused("messages.send", random_id=1, message="x")
    assert refused[1].endswith("you should specify peer_id, user_id, domain, chat_id or user_ids param")


async def test_marks(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.say(ANNA, "привет")
    marks = {
        "version": "1",
        "items": [
            {"type": "bold", "offset": 3, "length": 6},
            {"type": "url", "offset": 10, "length": 4, "url": "https://example.org/"},
        ],
    }
    await client.send(ANNA, "🤖 Роботы\nсайт", format_data=marks)
    assert person.read_back(person.chat(ANNA).messages[-1]) == ["🤖 **Роботы**", "[сайт](https://example.org/)"]
    got = await client.call("messages.getByConversationMessageId", peer_id=ANNA, conversation_message_ids=2)
    assert got["items"][0]["format_data"] == marks
    assert client.log.violations == []


@pytest.mark.parametrize(
    "marks",
    [
        {"version": 1, "items": []},
        {"items": []},
        {"version": "1", "items": [{"type": "bold", "offset": 0, "length": 5}]},
        {"version": "1", "items": [{"type": "bold", "offset": -1, "length": 2}]},
        {"version": "1", "items": [{"type": "bold", "offset": 0, "length": 0}]},
        {"version": "1", "items": [{"type": "blink", "offset": 0, "length": 1}]},
        {"version": "1", "items": [{"type": "url", "offset": 0, "length": 1}]},
        {"version": "1", "items": [{"type": "bold", "offset": 0, "length": 1, "colour": "red"}]},
        {"version": "1", "items": [{"type": "bold", "offset": True, "length": 1}]},
    ],
)
async def test_wrong_marks(client: Client, vk: VkEmulator, marks: dict[str, Any]) -> None:
    await vk.community("vk").say(ANNA, "привет")
    refused = await client.refused("messages.send", peer_ids=ANNA, random_id=1, message="🤖ab", format_data=marks)
    assert refused[0] == 100
    assert len(client.log.violations) == 1


async def test_a_place(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.say(ANNA, "где?")
    await client.send(ANNA, "Здесь", lat="68.97", long="33.08")
    assert person.read_back(person.chat(ANNA).messages[-1]) == ["(place)", "Здесь"]
    assert client.log.violations == []


async def test_a_chat_keeps_the_newest_messages(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    for number in range(510):
        await person.say(ANNA, str(number))
    assert len(person.chat(ANNA).messages) == 500
    assert person.chat(ANNA).messages[0].text == "10"
    assert (await client.call("messages.getHistory", peer_id=ANNA, count=1))["count"] == 500


async def test_an_edit_replaces_everything(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    photo = await upload_photo(client)
    message = await client.send(ANNA, "Раз", keyboard=keyboard([callback("x")]), attachment=photo)
    assert person.read_back(person.chat(ANNA).messages[-1]) == ["(picture)", "Раз", "  [x]"]
    edited = {"peer_id": ANNA, "conversation_message_id": message}
    assert await client.call("messages.edit", **edited, message="Два") == 1
    shown = person.chat(ANNA).messages[-1]
    assert (person.read_back(shown), shown.edited) == (["Два"], True)
    await client.call("messages.edit", peer_id=ANNA, cmid=message, message="Три", keyboard=keyboard([callback("y")]))
    assert person.read_back(shown) == ["Три", "  [y]"]
    refused = await client.refused("messages.edit", **edited, message="x", keyboard=keyboard([text_key("z")], inline=False))
    assert refused[0] == 911
    assert len(client.log.violations) == 1


async def test_what_cannot_be_edited(client: Client, vk: VkEmulator, clock: SandboxClock) -> None:
    person = vk.community("vk")
    theirs = await person.say(ANNA, "привет")
    mine = await client.send(ANNA, "Раз")
    assert await client.refused("messages.edit", peer_id=ANNA, cmid=theirs.id, message="x") == (15, "Access denied")
    assert await client.refused("messages.edit", peer_id=ANNA, cmid=99, message="x") == (15, "Access denied")
    assert await client.refused("messages.edit", peer_id=BORIS, cmid=1, message="x") == (15, "Access denied")
    clock.shift(24 * 3600)
    assert await client.refused("messages.edit", peer_id=ANNA, cmid=mine, message="x") == (
        909,
        "Can't edit this message, because it's too old",
    )
    await person.block(ANNA)
    assert (await client.refused("messages.edit", peer_id=ANNA, cmid=mine, message="x"))[0] == 901
    assert client.log.violations == []


async def test_deleting(client: Client, vk: VkEmulator, clock: SandboxClock) -> None:
    person = vk.community("vk")
    theirs = await person.say(ANNA, "привет")
    old, new = await client.send(ANNA, "Раз"), await client.send(ANNA, "Два")
    outcome = await client.call("messages.delete", peer_id=ANNA, cmids=f"{theirs.id},{new},99", delete_for_all=1)
    assert [item["response"] for item in outcome] == [0, 1, 0]
    assert outcome[0]["error"]["code"] == 924
    assert [message.text for message in person.chat(ANNA).messages] == ["привет", "Раз"]
    clock.shift(24 * 3600)
    [item] = await client.call("messages.delete", message_ids=old, delete_for_all=1)
    assert item["error"]["description"] == "Can't delete this message for everybody"
    assert client.log.violations == []


async def test_changes_are_told(client: Client, vk: VkEmulator) -> None:
    person, changed = vk.community("vk"), list[int]()
    person.on_change(changed.append)
    await person.start(ANNA)
    await client.send(ANNA)
    await vk.community("vk/dt").start(BORIS)
    assert changed == [ANNA, ANNA]
