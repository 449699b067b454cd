"""Keyboards, carousels and the presses on them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.chat import Impossible, Place
from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from tests.sandbox.vk.client import ANNA, GROUP, Client, callback, keyboard, link, text_key, upload_photo


async def test_an_inline_keyboard(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    keys = keyboard([callback("Да", color="positive"), callback("Нет", color="negative")], [link("Сайт")])
    message = await client.send(ANNA, "Идём?", keyboard=keys)
    shown = person.chat(ANNA).messages[-1]
    assert person.read_back(shown) == ["Идём?", "  [Да] [Нет]", "  [Сайт]"]
    assert [key.style for key in shown.keys[0]] == ["good", "danger"]
    await person.press(ANNA, message, "сайт")
    assert person.chat(ANNA).waiting == set(), "a link is the client's affair"
    assert client.log.violations == []


async def test_every_kind_of_key(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    actions: list[dict[str, Any]] = [
        {"type": "open_app", "label": "Карта", "app_id": 7, "owner_id": -GROUP},
        {"type": "vkpay", "hash": "action=x"},
        {"type": "open_link", "label": "Позвонить", "link": "tel:+70000000001"},
        {"type": "callback", "label": "Да", "payload": {"as": "is"}},
    ]
    await client.send(ANNA, "Ключи", keyboard=keyboard(*[[{"action": action}] for action in actions]))
    keys = [key for [key] in person.chat(ANNA).messages[-1].keys]
    assert [(key.kind, key.label, key.data) for key in keys] == [
        ("url", "Карта", "https://vk.com/app7"),
        ("url", "Оплатить через VK Pay", ""),
        ("url", "Позвонить", "tel:+70000000001"),
        ("callback", "Да", '{"as":"is"}'),
    ]
    assert client.log.violations == []


async def test_an_ordinary_keyboard_stays_until_it_is_used_or_replaced(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    await client.send(ANNA, "Выберите", keyboard=keyboard([text_key("Один"), text_key("Два")], inline=False, one_time=False))
    await client.send(ANNA, "Ещё")
    chat = person.chat(ANNA)
    assert [key.label for key in chat.keyboard[0]] == ["Один", "Два"]
    session = await client.session()
    await person.press(ANNA, 0, "Два")
    update = (await client.poll(session))["updates"][0]
    assert update["object"]["message"]["text"] == "Два"
    assert json.loads(update["object"]["message"]["payload"]) == {"a": "Два"}
    assert chat.keyboard
    await client.send(ANNA, "Раз", keyboard=keyboard([text_key("Один")], inline=False, one_time=True))
    await person.press(ANNA, 0, "Один")
    assert chat.keyboard == []
    await client.send(ANNA, "Ещё", keyboard=keyboard([text_key("Один")], inline=False))
    await client.send(ANNA, "Убрать", keyboard={"buttons": []})
    assert chat.keyboard == []
    with pytest.raises(Impossible):
        await person.press(ANNA, 0, "Один")
    assert client.log.violations == []


async def test_a_key_that_asks_for_a_place(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    ask = {"action": {"type": "location", "payload": '{"q":"where"}'}}
    await client.send(ANNA, "Где вы?", keyboard=keyboard([ask], inline=False, one_time=True))
    session = await client.session()
    with pytest.raises(Impossible):
        await person.press(ANNA, 0, "Отправить своё местоположение")
    await person.share_place(ANNA, Place(68.97, 33.08, "Берёзовка"))
    message = (await client.poll(session))["updates"][0]["object"]["message"]
    assert message["geo"]["coordinates"] == {"latitude": 68.97, "longitude": 33.08}
    assert message["payload"] == '{"q":"where"}'
    assert person.chat(ANNA).keyboard == []
    assert client.log.violations == []


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ([], "should contain an array of buttons"),
        (keyboard(*[[callback("x")]] * 7), "too much rows"),
        (keyboard([callback("x")] * 6), "row 0 contains too much columns"),
        (keyboard(*[[callback("x")] * 5] * 3), "too much buttons"),
        (keyboard(*[[text_key("x")]] * 11, inline=False), "too much rows"),
        (keyboard(*[[text_key("x")] * 5] * 9, inline=False), "too much buttons"),
        (keyboard([callback("я" * 41)]), "label should be maximum 40 letters length"),
        (keyboard([callback(" ")]), "button [0][0] label should be at least 1 letters length"),
        (keyboard([callback("x", {"a": "1" * 255})]), "payload should be maximum 255 letters length"),
        (keyboard([{"action": {"type": "callback", "label": "x", "payload": "{"}}]), "payload is not a valid JSON"),
        (keyboard([{"action": {"type": "callback", "label": "x", "payload": '"a"'}}]), "payload should be a JSON object"),
        (keyboard([{"action": {"type": "callback", "label": "x", "payload": 1}}]), "payload should be a JSON object"),
        (keyboard([{"action": {"type": "callback", "label": "x", "link": "y"}}]), "action contains unknown fields"),
        (keyboard([{"action": {"type": "sing", "label": "x"}}]), "unknown type"),
        (keyboard([{"action": {"type": "open_link", "label": "x"}}]), "action should contain link"),
        (keyboard([link("x", "javascript:alert(1)")]), "link is invalid"),
        (keyboard([link("x") | {"color": "primary"}]), "wrong color"),
        (keyboard([callback("x", color="pink")]), "wrong color"),
        (keyboard([callback("x"), link("y")]), "takes a whole row"),
        (keyboard([callback("x")], one_time=True), "one_time is not supported with inline"),
        (keyboard([callback("x")], colour=1), "unknown fields: colour"),
        (keyboard([callback("x")], one_time="yes"), "should be boolean"),
        (keyboard([callback("x", colour=1)]), "contains unknown fields"),
        (keyboard([]), "row 0 should be a filled array"),
        (keyboard(["x"]), "should be array"),  # type: ignore[list-item]
    ],
)
async def test_a_wrong_keyboard(client: Client, vk: VkEmulator, wrong: Any, text: str) -> None:
    await vk.community("vk").start(ANNA)
    refused = await client.refused("messages.send", peer_ids=ANNA, random_id=0, message="x", keyboard=json.dumps(wrong))
    assert refused[0] == 911
    assert text in refused[1]
    assert len(client.log.violations) == 1


async def test_a_carousel(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    stored = await upload_photo(client)
    cards: dict[str, Any] = {
        "type": "carousel",
        "elements": [
            {
                "title": f"Кружок {number}",
                "description": "рядом",
                "photo_id": stored.removeprefix("photo"),
                "action": {"type": "open_photo"},
                "buttons": [callback("Открыть", {"p": number})],
            }
            for number in (1, 2)
        ],
    }
    message = await client.send(ANNA, "Нашлось два", template=cards)
    assert person.read_back(person.chat(ANNA).messages[-1]) == [
        "Нашлось два",
        "(cards)",
        "(picture)",
        "**Кружок 1**",
        "рядом",
        "  [Открыть]",
        "(picture)",
        "**Кружок 2**",
        "рядом",
        "  [Открыть]",
    ]
    with pytest.raises(Impossible):
        await person.press(ANNA, message, "Открыть")
    assert client.log.violations == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"message": ""}, 100),
        ({"keyboard": json.dumps(keyboard([callback("x")]))}, 100),
        ({"title": "я" * 81}, 911),
        ({"description": ""}, 911),
        ({"buttons": []}, 911),
        ({"buttons": [callback("x")] * 4}, 911),
        ({"buttons": [[callback("x")]]}, 911),
        ({"photo_id": "-1_1"}, 100),
        ({"action": {"type": "dance"}}, 911),
        ({"colour": "red"}, 911),
        ({"second": {"title": "Без подписи", "photo_id": "-1_1", "buttons": [callback("x")]}}, 911),
        ({"second": {"title": "Иначе", "description": "две кнопки", "buttons": [callback("x"), callback("y")]}}, 911),
        ({"count": 11}, 911),
    ],
)
async def test_a_wrong_carousel(client: Client, vk: VkEmulator, changed: dict[str, Any], code: int) -> None:
    await vk.community("vk").start(ANNA)
    outside: dict[str, Any] = {name: changed.pop(name) for name in ("message", "keyboard") if name in changed}
    second, count = changed.pop("second", None), changed.pop("count", 1)
    element: dict[str, Any] = {"title": "Кружок", "description": "рядом", "buttons": [callback("x")], **changed}
    cards = {"type": "carousel", "elements": [element] * count + ([second] if second else [])}
    params: dict[str, Any] = {"peer_ids": ANNA, "random_id": 0, "message": "x", "template": cards, **outside}
    assert (await client.refused("messages.send", **params))[0] == code
    assert len(client.log.violations) == 1


async def test_a_press_waits_for_its_answer(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    message = await client.send(ANNA, "Идём?", keyboard=keyboard([callback("Да", {"go": 1})]))
    session = await client.session()
    await person.press(ANNA, message, "Да")
    chat = person.chat(ANNA)
    assert chat.waiting == {message}
    [update] = (await client.poll(session))["updates"]
    event = update["object"]
    assert update["type"] == "message_event"
    assert (event["user_id"], event["peer_id"], event["conversation_message_id"]) == (ANNA, ANNA, message)
    assert event["payload"] == {"go": 1}
    answer = {"event_id": event["event_id"], "user_id": ANNA, "peer_id": ANNA}
    snackbar = {"type": "show_snackbar", "text": "Хорошо"}
    assert await client.call("messages.sendMessageEventAnswer", **answer, event_data=snackbar) == 1
    assert (chat.waiting, chat.toast) == (set(), "Хорошо")
    again = await client.refused("messages.sendMessageEventAnswer", **answer)
    assert again == (100, "One of the parameters specified was missing or invalid: invalid event_id")
    assert client.log.violations == []


async def test_a_press_is_forgotten_after_a_minute(client: Client, vk: VkEmulator, clock: SandboxClock) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    message = await client.send(ANNA, "Идём?", keyboard=keyboard([callback("Да")]))
    session = await client.session()
    await person.press(ANNA, message, "Да")
    event_id = (await client.poll(session))["updates"][0]["object"]["event_id"]
    clock.shift(61)
    assert person.chat(ANNA).waiting == set()
    refused = await client.refused("messages.sendMessageEventAnswer", event_id=event_id, user_id=ANNA, peer_id=ANNA)
    assert refused[1].endswith("invalid event_id")


@pytest.mark.parametrize("data", [{"type": "open_link", "link": "https://example.org/"}, {"type": "open_app", "app_id": 7, "hash": "x"}])
async def test_an_answer_that_opens_something(client: Client, vk: VkEmulator, data: dict[str, Any]) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    message = await client.send(ANNA, "Идём?", keyboard=keyboard([callback("Да")]))
    session = await client.session()
    for _ in range(2):
        await person.press(ANNA, message, "Да")
    updates = (await client.poll(session))["updates"]
    first, second = ({"event_id": one["object"]["event_id"], "user_id": ANNA, "peer_id": ANNA} for one in updates)
    await client.call("messages.sendMessageEventAnswer", **first, event_data=data)
    assert person.chat(ANNA).waiting == {message}, "the second press still waits"
    await client.call("messages.sendMessageEventAnswer", **second)
    assert (person.chat(ANNA).waiting, person.chat(ANNA).toast) == (set(), "")
    assert client.log.violations == []


@pytest.mark.parametrize(
    "data",
    [
        {"type": "show_snackbar", "text": "я" * 91},
        {"type": "show_snackbar"},
        {"type": "open_link", "link": "javascript:1"},
        {"type": "x"},
        {"type": "show_snackbar", "text": "x", "more": 1},
        {"type": "show_snackbar", "text": "x" * 1000},
        {"type": "open_app"},
    ],
)
async def test_a_wrong_answer(client: Client, data: dict[str, Any]) -> None:
    refused = await client.refused("messages.sendMessageEventAnswer", event_id="x", user_id=ANNA, peer_id=ANNA, event_data=data)
    assert refused[0] == 100
    assert len(client.log.violations) == 1


async def test_an_old_client_cannot_press_callback_keys(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    person.set_legacy(ANNA)
    session = await client.session()
    await person.start(ANNA)
    info = (await client.poll(session))["updates"][-1]["object"]["client_info"]
    assert "callback" not in info["button_actions"]
    message = await client.send(ANNA, "Идём?", keyboard=keyboard([callback("Да")], [text_key("Нет")]))
    with pytest.raises(Impossible):
        await person.press(ANNA, message, "Да")
    await person.press(ANNA, message, "Нет")
    assert person.chat(ANNA).messages[-1].text == "Нет"


async def test_forged_data(client: Client, vk: VkEmulator) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    session = await client.session()
    await person.send_data(ANNA, 1, '{"a":".somebody.else"}')
    await person.send_data(ANNA, 1, "not json")
    await person.send_data(ANNA, 0, "{")
    updates = (await client.poll(session))["updates"]
    assert [update["object"]["payload"] for update in updates[:2]] == [{"a": ".somebody.else"}, "not json"]
    assert updates[2]["object"]["message"]["payload"] == "{"
    with pytest.raises(Impossible):
        await person.press(ANNA, 77, "Да")
