"""The page of telephones: its API, its stream of events, and what it refuses to strangers."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientResponse, ClientSession, ClientTimeout, FormData, web

from sandbox.calls import CallLog
from sandbox.faults import Faults
from sandbox.page.desk import TROUBLE, Desk, Land, Policy
from sandbox.page.explain import explain
from sandbox.page.server import page
from sandbox.page.stream import KEPT_EVENTS, Stream
from sandbox.people import People
from sandbox.process import BotProcess
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock
from sandbox.vk import Community, VkEmulator

START = datetime(2026, 8, 24, 10, tzinfo=ZoneInfo("Asia/Yekaterinburg"))
COMMUNITY = Community("vk", "vk1.a.test-token", 7, "clubs")
ANNA, ANNA_VK = "telegram:700000101", "vk:500101"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PATIENT = ClientTimeout(10)


@dataclass
class Table:
    """A page that is served, with the emulators below it and a client beside it."""

    desk: Desk
    telegram: TelegramEmulator
    vk: VkEmulator
    session: ClientSession
    address: str
    environment: dict[str, str] = field(default_factory=dict)

    async def state(self) -> dict[str, Any]:
        async with self.session.get(f"{self.address}/api/state") as answer:
            state: dict[str, Any] = await answer.json()
            return state

    async def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> ClientResponse:
        own = {"X-Sandbox": "1"} if headers is None else dict(headers)
        answer = await self.session.post(f"{self.address}/api/{path}", data=json.dumps(body or {}), headers=own)
        await answer.read()
        return answer

    async def act(self, phone: str, act: str, **body: Any) -> dict[str, Any]:
        answer = await self.post(f"phones/{phone}/{act}", body)
        assert answer.status == 200, await answer.text()
        done: dict[str, Any] = await answer.json()
        return done

    async def bot(self, method: str, **params: Any) -> Any:
        """A call as the bot makes it in Telegram."""
        form = FormData(quote_fields=False)
        for name, value in params.items():
            if isinstance(value, tuple):
                form.add_field(name, value[1], filename=value[0])
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        async with self.session.post(f"{self.telegram.url}/bot{self.telegram.token}/{method}", data=form) as answer:
            return (await answer.json()).get("result")

    async def ask(self, phone: str = ANNA) -> int:
        """Start Telegram and be asked something with a key; returns the message's number."""
        await self.act(phone, "start")
        keys = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
        return int((await self.bot("sendMessage", chat_id=phone.partition(":")[2], text="Точно?", reply_markup=keys))["message_id"])


class Following:
    """A page's stream of events."""

    def __init__(self, table: Table, after: str, last: str = "") -> None:
        self._get = table.session.get(
            f"{table.address}/api/events?after={after}", headers={"Last-Event-ID": last} if last else {}, timeout=PATIENT
        )
        self._answer: ClientResponse
        self._passed: list[tuple[str, str, Any]] = []

    async def __aenter__(self) -> Self:
        self._answer = await self._get.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._answer.close()

    async def next(self, wanted: str = "") -> tuple[str, str, Any]:
        """The next event (of a kind): its id, kind and data. Others that come before it wait for their turn."""
        for event in self._passed:
            if event[1] == wanted:
                self._passed.remove(event)
                return event
        while (event := await self._read())[1] != (wanted or event[1]):
            self._passed.append(event)
        return event

    async def _read(self) -> tuple[str, str, Any]:
        fields: dict[str, str] = {}
        async for line in self._answer.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "event" in fields:
                return fields["id"], fields["event"], json.loads(fields["data"])
        raise AssertionError("The stream has ended.")


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Table]:
    clock, log = SandboxClock(START, tmp_path / "clock"), CallLog()
    faults = {"telegram": Faults(), "vk": Faults()}
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramEmulator(clock=clock, log=log, faults=faults["telegram"], paced=False))
        vk = await stack.enter_async_context(VkEmulator([COMMUNITY], clock=clock, log=log, faults=faults["vk"]))
        desk = Desk(
            phones={"telegram": telegram, "vk": vk.community("vk")},
            people=People(),
            clock=clock,
            log=log,
            faults=faults,
            bot=BotProcess([sys.executable, "-c", "print('hello')"], tmp_path, dict),
            addresses={"telegram": telegram.username, "vk": "clubs"},
            start=START,
            land=Land(),
        )
        await stack.enter_async_context(desk)
        runner = web.AppRunner(page(desk), access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        session = await stack.enter_async_context(ClientSession())
        yield Table(desk, telegram, vk, session, f"http://127.0.0.1:{runner.addresses[0][1]}")


async def test_a_snapshot_names_people_and_the_first_telephones(table: Table) -> None:
    state = await table.state()
    names = {account: person["name"] for person in state["people"] for account in person["accounts"]}
    assert [names[phone] for phone in state["phones"]] == ["Анна", "Лена", "Светлана Юрьевна"]
    assert [phone.partition(":")[0] for phone in state["phones"]] == ["telegram", "vk", "vk"]
    assert state["clock"]["now"].startswith("2026-08-24T10:00:0")
    assert state["clock"]["now"].endswith("+05:00")


async def test_the_page_and_its_files_need_nothing_from_outside(table: Table) -> None:
    for path, kind in (("/", "text/html"), ("/files/page.js", "text/javascript"), ("/files/phone.css", "text/css")):
        async with table.session.get(table.address + path) as answer:
            text = await answer.text()
            assert (answer.status, answer.content_type) == (200, kind)
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "://" not in text.replace("http://www.w3.org/2000/svg", "").replace("https?://", "").replace("s?:\\/\\/", "")
    for path in ("/files/../server.py", "/files/server.py", "/files/%2e%2e%2fserver.py", "/files/nothing.js"):
        async with table.session.get(table.address + path) as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example", "X-Sandbox": "1"},
        {"Origin": "null", "X-Sandbox": "1"},
        {"Sec-Fetch-Site": "cross-site", "X-Sandbox": "1"},
        {},
    ],
)
async def test_strangers_are_refused(table: Table, headers: dict[str, str]) -> None:
    answer = await table.post("clock", {"seconds": 60}, headers=headers)
    assert answer.status == 403
    async with table.session.get(f"{table.address}/", headers={"Sec-Fetch-Site": "cross-site"}) as opened:
        assert opened.status == 200  # by a link
    assert table.desk.clock.now() - START < (START - START).resolution * 60_000_000


async def test_what_a_thumb_does_reaches_the_bot_and_comes_back_by_the_stream(table: Table) -> None:
    async with Following(table, (await table.state())["event"]) as stream:
        await table.act(ANNA, "say", text="кружки")
        _, _, change = await stream.next("chat")
        assert (change["phone"], change["messages"][0]["text"], change["messages"][0]["mine"]) == (ANNA, "кружки", True)
        updates = await table.bot("getUpdates")
        assert updates[0]["message"]["from"]["first_name"] == "Анна"
        await table.bot("sendMessage", chat_id="700000101", text="<b>Нашлось</b>", parse_mode="HTML")
        _, _, change = await stream.next("chat")
        assert change["messages"] == [
            {
                "id": 2,
                "mine": False,
                "at": change["messages"][0]["at"],
                "text": "Нашлось",
                "spans": [{"kind": "bold", "from": 0, "to": 7, "url": ""}],
            }
        ]
        _, _, call = await stream.next("call")
        assert (call["method"], call["person"], call["status"]) == ("sendMessage", "Анна", "200")
    assert "getUpdates" not in {call["method"] for call in (await table.state())["calls"]}


async def test_a_page_that_lost_its_connection_goes_on_where_it_was(table: Table) -> None:
    before = (await table.state())["event"]
    await table.act(ANNA, "say", text="раз")
    async with Following(table, before) as stream:
        seen, _, _ = await stream.next("chat")
    await table.act(ANNA, "say", text="два")
    async with Following(table, before, last=seen) as stream:
        _, _, change = await stream.next("chat")
        assert [message["text"] for message in change["messages"]] == ["два"]


@pytest.mark.parametrize("seen", ["", "old-3", "99999"])
async def test_an_unknown_place_in_the_stream_begins_anew(table: Table, seen: str) -> None:
    async with Following(table, seen) as stream:
        assert (await stream.next())[1] == "reset"


async def test_events_too_far_back_are_not_made_up() -> None:
    stream = Stream()
    first = stream.last
    for number in range(KEPT_EVENTS + 1):
        stream.send("tick", number)
    assert [event.name async for event in stream.after(first)] == ["reset"]
    following = stream.after(f"{stream.run}-1")
    assert (await anext(following)).data == b"1"


async def test_the_same_note_twice_is_two_notes(table: Table) -> None:
    message = await table.ask()
    seen = []
    for _ in range(2):
        await table.act(ANNA, "press", message=message, label="Да")
        press = (await table.bot("getUpdates", offset=-1))[0]["callback_query"]
        await table.bot("answerCallbackQuery", callback_query_id=press["id"], text="Готово")
        head = (await table.state())["chats"][ANNA]
        assert (head["toast"], head["waiting"]) == ("Готово", [])
        seen.append(head["toasts"])
    assert seen == [1, 2]


async def test_what_a_client_would_not_allow_is_said_in_words(table: Table) -> None:
    await table.ask()
    for path, status in (
        (f"phones/{ANNA}/press", 400),
        (f"phones/{ANNA}/fly", 400),
        ("phones/telegram:1/say", 400),
        ("phones/nobody/say", 400),
        (f"phones/{ANNA_VK}/repeat", 400),
        (f"phones/{ANNA_VK}/contact", 409),
        (f"phones/{ANNA}/unblock", 409),
    ):
        answer = await table.post(path)
        assert answer.status == status, path
        assert (await answer.json())["error"]
    answer = await table.post(f"phones/{ANNA}/press", {"message": 2, "label": "Нет"})
    assert answer.status == 409


async def test_a_curious_person_blocks_forges_and_repeats(table: Table) -> None:
    await table.ask()
    await table.act(ANNA, "contact")
    await table.act(ANNA, "place", latitude=57.9, longitude=57.2)
    await table.act(ANNA, "forge", data="programme/1")
    await table.act(ANNA, "repeat")
    await table.act(ANNA, "sticker")
    await table.act(ANNA, "voice")
    await table.act(ANNA, "block")
    await table.act(ANNA, "unblock")
    updates = await table.bot("getUpdates")
    assert [update["callback_query"]["data"] for update in updates if "callback_query" in update] == ["programme/1", "programme/1"]
    assert [update["my_chat_member"]["new_chat_member"]["status"] for update in updates if "my_chat_member" in update] == [
        "kicked",
        "member",
    ]
    contact = next(update["message"]["contact"] for update in updates if "contact" in update.get("message", {}))
    assert (contact["user_id"], contact["phone_number"]) == (700_000_101, "+70000000001")


async def test_a_link_opens_in_the_messenger_that_it_leads_to(table: Table) -> None:
    await table.ask()
    done = await table.act(ANNA, "link", url="https://vk.me/clubs?ref=programme-7")
    assert done == {"phone": ANNA_VK}
    assert table.vk.community("vk").chat(500_101).started
    done = await table.act(ANNA_VK, "link", url=f"https://t.me/{table.telegram.username}?start=programme-8")
    assert done == {"phone": ANNA}
    assert (await table.act(ANNA, "link", url="programme-9")) == {"phone": ANNA}
    texts = [update["message"]["text"] for update in await table.bot("getUpdates")]
    assert texts == ["/start", "/start programme-8", "/start programme-9"]
    for other in ("https://vk.me/others?ref=x", "https://example.org/", ""):
        assert (await table.post(f"phones/{ANNA}/link", {"url": other})).status == 400


async def test_pictures_are_shown_and_documents_only_saved(table: Table) -> None:
    await table.ask()
    await table.bot("sendPhoto", chat_id="700000101", photo=("p.png", PNG))
    await table.bot("sendDocument", chat_id="700000101", document=("отчёт.html", b"<script>alert(1)</script>"))
    messages = (await table.state())["chats"][ANNA]["messages"]
    picture, document = messages[-2]["picture"], messages[-1]["document"]
    async with table.session.get(table.address + picture["url"]) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.content_type.startswith("image/")
    async with table.session.get(table.address + document["url"]) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert await answer.read() == b"<script>alert(1)</script>"
    for url in (f"/api/media/{ANNA}/{messages[-1]['id']}/picture", f"/api/media/{ANNA}/999/picture", f"/api/media/{ANNA}/2/card7"):
        async with table.session.get(table.address + url) as answer:
            assert answer.status == 404


async def test_a_file_is_sent_as_a_picture_or_as_a_document(table: Table) -> None:
    await table.ask()
    for query, kind in (("name=a.png&picture=1", "picture"), ("name=%D0%B0.pdf", "document")):
        url = f"{table.address}/api/phones/{ANNA}/upload?{query}"
        async with table.session.post(url, data=PNG, headers={"X-Sandbox": "1", "Content-Type": "image/png"}) as answer:
            assert answer.status == 200, await answer.text()
        assert kind in (await table.state())["chats"][ANNA]["messages"][-1]


async def test_the_clock_moves_forward_for_the_bot_too(table: Table, tmp_path: Path) -> None:
    before = float((tmp_path / "clock").read_text(encoding="ascii"))
    async with Following(table, (await table.state())["event"]) as stream:
        assert (await table.post("clock", {"seconds": 86_400})).status == 200
        assert (await stream.next("clock"))[2]["now"].startswith("2026-08-25T10:00")
    assert float((tmp_path / "clock").read_text(encoding="ascii")) == pytest.approx(before + 86_400, abs=5)
    for wrong in (-1, 0, "60", 10**12, None):
        assert (await table.post("clock", {"seconds": wrong})).status == 400


async def test_an_added_person_has_a_telephone(table: Table) -> None:
    wish = {"name": " Мария  Ивановна ", "about": "", "channel": "vk", "language": "ru", "kind": "teacher"}
    answer = await table.post("people", wish)
    person = await answer.json()
    assert (person["name"], person["about"]) == ("Мария Ивановна", "педагог")
    await table.act(person["accounts"][0], "start")
    assert person["accounts"][0] in (await table.state())["chats"]
    for wrong in ({"name": " "}, {"kind": "cat"}, {"channel": "icq"}, {"language": "eo"}, {"name": "я" * 61}):
        assert (await table.post("people", wish | wrong)).status == 400


async def test_troubles_are_switched_on_and_off(table: Table) -> None:
    for messenger, shares in TROUBLE.items():
        assert sum(shares.values()) == pytest.approx(0.05), messenger
    await table.post("faults", {"troubled": True})
    assert table.desk.faults["vk"].rates == TROUBLE["vk"]
    await table.post("faults", {"troubled": False})
    assert table.desk.faults["vk"].rates == {}
    assert (await table.state())["troubled"] is False


async def test_a_refusal_is_explained_and_its_details_are_there(table: Table) -> None:
    await table.bot("sendMessage", chat_id="700000101", text="x")
    call = (await table.state())["calls"][-1]
    assert (call["status"], call["words"]) == ("400", "Анна: бот ещё не запущен, писать первым нельзя.") or call["person"] == ""
    async with table.session.get(f"{table.address}/api/calls/{call['number']}") as answer:
        assert (await answer.json())["params"]["text"] == "x"
    async with table.session.get(f"{table.address}/api/calls/999") as answer:
        assert answer.status == 400
    assert (
        explain("901", "Can't send messages for users without permission", "Олег")
        == "Олег: первого сообщения ещё не было. Доставка ждёт его."
    )
    assert explain("418", "I'm a teapot", "Олег") == ""


async def test_a_breach_of_a_specification_is_told(table: Table) -> None:
    async with Following(table, (await table.state())["event"]) as stream:
        await table.act(ANNA, "start")
        await table.bot("sendMessage", chat_id="700000101", text="x", colour="red")
        _, _, violation = await stream.next("violation")
        assert violation["method"] == "sendMessage"
        assert "colour" in violation["text"]


async def test_another_policy_restarts_the_bot(table: Table) -> None:
    assert (await table.post("policy", {"telegram": "catalogue", "personal_data": False})).status == 200
    assert table.desk.policy == Policy("catalogue", personal_data=False)
    assert (await table.state())["bot"]["state"] == "restarting"
    assert (await table.post("policy", {"telegram": "ajar"})).status == 400
