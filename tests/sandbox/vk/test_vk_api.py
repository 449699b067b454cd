"""The emulated VK against vk_api as it is shipped: its session, keyboard, long poll, request pool and uploads."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
import vk_api
from requests.adapters import HTTPAdapter
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.keyboard import VkKeyboard, VkKeyboardColor

from sandbox.calls import CallLog
from sandbox.vk import VkEmulator
from tests.sandbox.vk.client import ANNA, BORIS, GROUP, TOKEN, png


class RedirectAdapter(HTTPAdapter):
    """Leads vk_api, which has no option for it, to the emulator."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        request.url = str(request.url).replace("https://api.vk.ru", self.base, 1)
        options["timeout"] = options.get("timeout") or 10
        return super().send(request, *args, **options)


@contextmanager
def shipped(vk: VkEmulator) -> Iterator[Any]:
    """vk_api's own session, in a thread of its own."""
    with requests.Session() as http:
        http.trust_env = False
        http.mount("https://api.vk.ru/", RedirectAdapter(vk.url))
        yield vk_api.vk_api.VkApiGroup(token=TOKEN, api_version="5.199", config=vk_api.vk_api.jconfig.MemoryConfig, session=http)


async def in_thread(vk: VkEmulator, talk: Callable[[Any], None]) -> None:
    def run() -> None:
        with shipped(vk) as api:
            talk(api)

    await asyncio.to_thread(run)


async def test_messages_keyboards_and_the_long_poll(vk: VkEmulator, log: CallLog) -> None:
    person, loop = vk.community("vk"), asyncio.get_running_loop()
    await person.start(ANNA)

    def talk(api: Any) -> None:
        poll = VkBotLongPoll(api, GROUP, wait=1)
        poll.session.trust_env = False
        keys = VkKeyboard(inline=True)
        keys.add_callback_button("Да", color=VkKeyboardColor.POSITIVE, payload={"go": 1})
        keys.add_line()
        keys.add_openlink_button("Сайт", "https://example.org/")
        [sent] = api.method("messages.send", {"peer_ids": ANNA, "random_id": 1, "message": "Идём?", "keyboard": keys.get_keyboard()})
        asyncio.run_coroutine_threadsafe(person.press(ANNA, sent["conversation_message_id"], "Да"), loop).result(5)
        [event] = poll.check()
        assert event.type == VkBotEventType.MESSAGE_EVENT
        assert event.object.payload == {"go": 1}
        answer = {"event_id": event.object.event_id, "user_id": ANNA, "peer_id": ANNA}
        assert api.method("messages.sendMessageEventAnswer", answer) == 1
        asyncio.run_coroutine_threadsafe(person.say(ANNA, "привет"), loop).result(5)
        [event] = poll.check()
        assert event.from_user
        assert event.message.text == "привет"
        assert poll.check() == [], "nothing happens within its wait"
        vk.expire_key("vk")
        before = poll.key
        assert poll.check() == []
        assert poll.key != before
        poll.session.close()
        empty = VkKeyboard.get_empty_keyboard()
        assert api.method("messages.send", {"user_id": ANNA, "random_id": 2, "message": "x", "keyboard": empty})
        with pytest.raises(vk_api.exceptions.ApiError) as refused:
            api.method("messages.send", {"user_id": 99, "random_id": 3, "message": "x"})
        assert refused.value.code == 901

    await in_thread(vk, talk)
    assert log.violations == []


async def test_uploads_and_the_request_pool(vk: VkEmulator, log: CallLog) -> None:
    person = vk.community("vk")
    await person.start(ANNA)
    await person.start(BORIS)

    def talk(api: Any) -> None:
        upload = vk_api.VkUpload(api)
        upload.http.trust_env = False
        [photo] = upload.photo_messages(io.BytesIO(png(200, 100)))
        document = upload.document_message(io.BytesIO(b"text"), title="Справка.txt", peer_id=ANNA)["doc"]
        upload.http.close()
        files = f"photo{photo['owner_id']}_{photo['id']},doc{document['owner_id']}_{document['id']}"
        same = vk_api.VkRequestsPool(api)
        results = [
            same.method("messages.send", {"peer_id": peer, "random_id": 2, "message": "Файлы", "attachment": files})
            for peer in (ANNA, BORIS, 99)
        ]
        same.execute()
        assert [result.ok for result in results] == [True, True, False]
        assert results[2].error["error_code"] == 901
        with vk_api.VkRequestsPool(api) as mixed:
            group = mixed.method("groups.getById")
            people = mixed.method("users.get", {"user_ids": ANNA})
        assert group.result["groups"][0]["id"] == GROUP
        assert people.result[0]["id"] == ANNA
        values, errors = vk_api.requests_pool.vk_request_one_param_pool(api, "users.get", "user_ids", [ANNA, 99])
        assert (values[ANNA][0]["id"], values[99], errors) == (ANNA, [], {})

    await in_thread(vk, talk)
    assert person.read_back(person.chat(ANNA).messages[-1]) == ["(picture)", "(document Справка.txt)", "Файлы"]
    assert log.violations == []
