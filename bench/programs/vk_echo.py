"""vk_api as shipped: its long poll and its synchronous `method`, one event after another, answering with the same text.

`BENCH_VK_PAUSE=0` takes away the pause of a twentieth of a second that vk_api keeps between two calls.
"""

from __future__ import annotations

import os
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from vk_api import VkApiGroup
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.utils import get_random_id

from bench import meter

GROUP = "BENCH_VK_GROUP"
PAUSE = "BENCH_VK_PAUSE"
VK = "https://api.vk.ru"
"""The address that vk_api calls; it cannot be set."""


class ToEmulator(HTTPAdapter):
    """Sends to the emulator what is meant for VK."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request elsewhere."""
        request.url = os.environ[meter.URL] + (request.url or "").removeprefix(VK)
        return super().send(request, *args, **kwargs)


def main() -> None:
    """Run until the pipe ends."""
    meter.begin()
    group = int(os.environ[GROUP])
    vk = VkApiGroup(token=os.environ[meter.TOKEN], api_version="5.199")
    vk.http.mount(VK, ToEmulator())
    if PAUSE in os.environ:
        vk.RPS_DELAY = float(os.environ[PAUSE])
    api = vk.get_api()
    for event in VkBotLongPoll(vk, group).listen():
        if event.type == VkBotEventType.MESSAGE_NEW and event.from_user:
            api.messages.send(user_id=event.message.from_id, message=event.message.text, random_id=get_random_id())


main()
