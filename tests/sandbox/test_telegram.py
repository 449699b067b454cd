"""The emulated Bot API on the wire: what is taken, what is refused and in which words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from sandbox.chat import Contact, Media, Place
from sandbox.telegram import limits
from tests.sandbox.telegram_api import ANNA, PNG, Api, telegram

KEYS = {"inline_keyboard": [[{"text": "Apply", "callback_data": "apply", "style": "success"}]]}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with telegram() as found:
        yield found


async def sent(api: Api, **params: object) -> int:
    """Anna starts the bot, it answers her; the number of its message."""
    await api.tg.start(ANNA)
    message: dict[str, int] = await api.call("sendMessage", **{"chat_id": ANNA, "text": "Hello", **params})
    return message["message_id"]


async def test_an_unknown_token_method_and_address_are_refused(api: Api) -> None:
    async with api.session.get(f"{api.tg.url}/bot1:wrong/getMe") as answer:
        assert (answer.status, (await answer.json())["description"]) == (401, "Unauthorized")
    async with api.session.get(f"{api.tg.url}/elsewhere") as answer:
        assert answer.status == 404
    assert await api.refused("flyToTheMoon") == (404, "Not Found: method not found")
    assert api.breaches() == ["flyToTheMoon: Not Found: method not found"]


async def test_json_form_query_and_multipart_say_the_same(api: Api) -> None:
    await api.tg.start(ANNA)
    url = f"{api.tg.url}/bot{api.tg.token}/sendMessage"
    markup = '{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}'
    params = {"chat_id": str(ANNA), "text": "Hello", "disable_notification": "true", "reply_markup": markup}
    form = aiohttp.FormData(params)
    parts = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        parts.add_field(name, value)
    bodies = []
    for given in ({"json": params}, {"data": form}, {"data": parts}, {"params": params}):
        async with api.session.post(url, **given) as answer:
            bodies.append((await answer.json())["result"])
    assert {body["text"] for body in bodies} == {"Hello"}
    assert all(body["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "a" for body in bodies)
    async with api.session.get(f"{api.tg.url}/bot{api.tg.token}/GETME") as answer:
        assert (await answer.json())["result"]["username"] == api.tg.username
    assert api.breaches() == []


async def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    url = f"{api.tg.url}/bot{api.tg.token}/sendMessage"
    for body, kind in ((b"{", "application/json"), (b"[1]", "application/json"), (b"x", "multipart/form-data")):
        async with api.session.post(url, data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status == 400


async def test_bytes_that_are_no_text_do_no_harm(api: Api) -> None:
    await api.tg.start(ANNA)
    host, path = api.tg.url.removeprefix("http://"), f"/bot{api.tg.token}"
    part = b'--x\r\nContent-Disposition: form-data; name="document"; filename="\xff\xfe.txt"\r\nContent-Type: a/\xff\r\n\r\nhello\r\n'
    chat = f'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n{ANNA}\r\n--x--\r\n'.encode()
    requests = [
        (f"{path}/sendMessage?chat_id={ANNA}&text=%ff%fe", b"", "text/plain", 200),
        (f"{path}/sendMessage", f"chat_id={ANNA}&text=%ff".encode(), "application/x-www-form-urlencoded", 200),
        (f"{path}/sendMessage", b'{"chat_id":%d,"text":"\\ud800"}' % ANNA, "application/json", 400),
        (f"{path}/sendDocument", part + chat, "multipart/form-data; boundary=x", 200),
        (f"{path}/sendDocument", part[:-12], "multipart/form-data; boundary=x", 400),
        (f"{path}/%ff", b"", "text/plain", 404),
    ]
    for target, body, kind, status in requests:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(host.partition(":")[2]))
        head = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert answer.split(b" ")[1] == str(status).encode(), answer


async def test_every_breach_of_the_specification_is_recorded(api: Api) -> None:
    await sent(api)
    await api.call("sendMessage", chat_id=ANNA, text="x", colour="red", disable_notification="perhaps")
    strange = {"inline_keyboard": [[{"text": "A", "callback_data": "a", "size": 1}]]}
    await api.call("sendMessage", chat_id=ANNA, text="x", reply_markup=strange)
    await api.refused("sendMessage", chat_id=ANNA)
    assert api.breaches() == [
        "sendMessage: colour: unknown",
        "sendMessage: disable_notification: not Boolean",
        "sendMessage: reply_markup.inline_keyboard[0][0].size: unknown",
        "sendMessage: text: missing",
        "sendMessage: Bad Request: message text is empty",
    ]


async def test_texts_are_parsed_trimmed_and_measured(api: Api) -> None:
    await api.tg.start(ANNA)
    message = await api.call("sendMessage", chat_id=ANNA, text="  🤖 <b>Robots &amp; <i>co</i></b>\n", parse_mode="HTML")
    assert message["text"] == "🤖 Robots & co"
    assert [(one["type"], one["offset"], one["length"]) for one in message["entities"]] == [("bold", 3, 11), ("italic", 12, 2)]
    await api.call("sendMessage", chat_id=ANNA, text=f"<b>{'x' * limits.TEXT}</b>", parse_mode="HTML")
    for text, words in (
        ("<b>", "can't parse entities: Can't find end tag corresponding to start tag \"b\" at byte offset 3"),
        ("a</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
        ("ё<h1>x</h1>", 'can\'t parse entities: Unsupported start tag "h1" at byte offset 2'),
        ("<i>x</b>", 'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</i>", found "</b>"'),
        ("<b> </b>", "message text is empty"),
        ("x" * (limits.TEXT + 1), "message is too long"),
        ("🤖" * (limits.TEXT // 2 + 1), "message is too long"),
        ("x" * 40_000, "text is too long"),
    ):
        assert await api.refused("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML") == (400, f"Bad Request: {words}")


async def test_a_list_of_entities_is_taken_as_it_is(api: Api) -> None:
    await api.tg.start(ANNA)
    marks = [{"type": "bold", "offset": 0, "length": 2}, {"type": "text_link", "offset": 3, "length": 2, "url": "https://example.org/"}]
    message = await api.call("sendMessage", chat_id=ANNA, text="ab cd", entities=marks)
    assert message["entities"] == marks
    assert api.tg.read_back(api.tg.chat(ANNA).messages[-1]) == ["**ab** [cd](https://example.org/)"]
    assert (await api.refused("sendMessage", chat_id=ANNA, text="ab", entities=[{"type": "bold", "offset": 1, "length": 5}]))[0] == 400


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({"text": "A", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "A", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "A"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "a"}, "can't parse inline keyboard button: can't find field \"text\""),
        ({"text": "A", "callback_data": "a", "style": "pink"}, "can't parse inline keyboard button: invalid button style specified"),
        ({"text": "A", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        ({"text": "A", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        (
            {"text": "A", "callback_data": "a", "url": "https://example.org"},
            "can't parse inline keyboard button: exactly one of the optional fields must be used, not url and callback_data",
        ),
    ],
)
async def test_bad_keys_are_refused(api: Api, key: dict[str, object], words: str) -> None:
    await api.tg.start(ANNA)
    refused = await api.refused("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": [[key]]})
    assert refused == (400, f"Bad Request: {words}")
    assert api.breaches()


async def test_keyboards_have_a_size(api: Api) -> None:
    await api.tg.start(ANNA)
    many = {"inline_keyboard": [[{"text": "A", "callback_data": str(place)}] for place in range(limits.KEYS + 1)]}
    assert (await api.refused("sendMessage", chat_id=ANNA, text="x", reply_markup=many))[1] == "Bad Request: reply markup is too long"
    heavy = {"inline_keyboard": [[{"text": "A" * 2_000, "callback_data": "a"}] for _ in range(6)]}
    assert (await api.refused("sendMessage", chat_id=ANNA, text="x", reply_markup=heavy))[1] == "Bad Request: reply markup is too long"


async def test_editing(api: Api) -> None:
    number = await sent(api, reply_markup=KEYS)
    edit = {"chat_id": ANNA, "message_id": number}
    same = await api.refused("editMessageText", **edit, text="Hello", reply_markup=KEYS)
    assert same[1] == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    )
    changed = await api.call("editMessageText", **edit, text="<b>Bye</b>", parse_mode="HTML")
    assert (changed["text"], changed.get("reply_markup")) == ("Bye", None)
    assert changed["edit_date"] >= changed["date"]
    assert (await api.call("editMessageReplyMarkup", **edit, reply_markup=KEYS))["reply_markup"] == KEYS
    assert (await api.refused("editMessageCaption", **edit, caption="x"))[1] == "Bad Request: there is no caption in the message to edit"
    assert (await api.refused("editMessageText", chat_id=ANNA, message_id=999, text="x"))[1] == "Bad Request: message to edit not found"
    theirs = (await api.tg.say(ANNA, "mine")).id
    assert (await api.refused("editMessageText", chat_id=ANNA, message_id=theirs, text="x"))[1] == "Bad Request: message can't be edited"
    below = await sent(api, reply_markup={"keyboard": [[{"text": "A"}]]})
    assert (await api.refused("editMessageText", chat_id=ANNA, message_id=below, text="x"))[1] == "Bad Request: message can't be edited"
    assert (await api.refused("editMessageText", text="x"))[1] == "Bad Request: message identifier is not specified"
    shown = next(one for one in api.tg.chat(ANNA).messages if one.id == number)
    assert (shown.edited, api.tg.read_back(shown)) == (True, ["**Bye**", "  [Apply]"])
    assert api.breaches() == ["editMessageText: Bad Request: message identifier is not specified"]


async def test_pictures_and_documents_are_uploaded_once_and_reused(api: Api) -> None:
    await api.tg.start(ANNA)
    form = aiohttp.FormData({"chat_id": str(ANNA), "caption": "A robot"})
    form.add_field("photo", PNG, filename="robot.png", content_type="image/png")
    async with api.session.post(f"{api.tg.url}/bot{api.tg.token}/sendPhoto", data=form) as answer:
        message = (await answer.json())["result"]
    sizes = message["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [(90, 56), (320, 200), (1280, 800)]
    picture = sizes[-1]["file_id"]
    again = await api.call("sendPhoto", chat_id=ANNA, photo=picture)
    assert again["photo"] == sizes
    assert (await api.refused("sendDocument", chat_id=ANNA, document=picture))[1] == "Bad Request: can't use file of type Photo as Document"
    assert (await api.refused("sendPhoto", chat_id=ANNA, photo="AgACnone"))[1] == "Bad Request: wrong file identifier/HTTP URL specified"
    no_text = await api.refused("editMessageText", chat_id=ANNA, message_id=again["message_id"], text="x")
    assert no_text[1] == "Bad Request: there is no text in the message to edit"
    captioned = await api.call("editMessageCaption", chat_id=ANNA, message_id=again["message_id"], caption="<b>New</b>", parse_mode="HTML")
    assert captioned["caption"] == "New"
    too_long = await api.refused("sendPhoto", chat_id=ANNA, photo=picture, caption="x" * (limits.CAPTION + 1))
    assert too_long[1] == "Bad Request: message caption is too long"

    found = await api.call("getFile", file_id=sizes[0]["file_id"])
    async with api.session.get(f"{api.tg.url}/file/bot{api.tg.token}/{found['file_path']}") as answer:
        assert await answer.read() == PNG
    async with api.session.get(f"{api.tg.url}/file/bot{api.tg.token}/none") as answer:
        assert answer.status == 404
    assert (await api.refused("getFile", file_id="none"))[1] == "Bad Request: invalid file_id"


async def test_what_is_no_picture_is_refused_as_one(api: Api) -> None:
    await api.tg.start(ANNA)
    url = f"{api.tg.url}/bot{api.tg.token}/sendPhoto"
    wide = PNG[:16] + (9_000).to_bytes(4, "big") + (100).to_bytes(4, "big") + PNG[24:]
    for data, words in ((b"", "file must be non-empty"), (b"text", "IMAGE_PROCESS_FAILED"), (wide, "PHOTO_INVALID_DIMENSIONS")):
        form = aiohttp.FormData({"chat_id": str(ANNA)})
        form.add_field("photo", data, filename="x.png")
        async with api.session.post(url, data=form) as answer:
            assert (await answer.json())["description"] == f"Bad Request: {words}"
    assert (await api.refused("sendPhoto", chat_id=ANNA))[1] == "Bad Request: there is no photo in the request"


async def test_big_files_cannot_be_downloaded_and_bigger_ones_not_uploaded(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await api.tg.start(ANNA)
    monkeypatch.setattr(limits, "DOWNLOAD_BYTES", 10)
    await api.tg.upload(ANNA, Media("big.bin", "application/octet-stream", b"x" * 11, ""))
    update = (await api.fresh())[-1]
    assert (await api.refused("getFile", file_id=update["message"]["document"]["file_id"]))[1] == "Bad Request: file is too big"
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 100)
    form = aiohttp.FormData({"chat_id": str(ANNA)})
    form.add_field("document", b"x" * 101, filename="x.bin")
    async with api.session.post(f"{api.tg.url}/bot{api.tg.token}/sendDocument", data=form) as answer:
        assert (answer.status, (await answer.json())["description"]) == (413, "Request Entity Too Large")


async def test_a_text_becomes_a_picture_and_an_album_is_several(api: Api) -> None:
    number = await sent(api)
    form = aiohttp.FormData(
        {
            "chat_id": str(ANNA),
            "message_id": str(number),
            "media": '{"type":"photo","media":"attach://file","caption":"Now a picture"}',
        }
    )
    form.add_field("file", PNG, filename="robot.png")
    async with api.session.post(f"{api.tg.url}/bot{api.tg.token}/editMessageMedia", data=form) as answer:
        message = (await answer.json())["result"]
    assert "text" not in message
    assert api.tg.read_back(api.tg.chat(ANNA).messages[-1]) == ["(picture)", "Now a picture"]
    picture = message["photo"][-1]["file_id"]
    item = {"type": "photo", "media": picture}
    album = await api.call("sendMediaGroup", chat_id=ANNA, media=[item, {**item, "caption": "Two"}])
    assert len({one["media_group_id"] for one in album}) == 1
    assert (await api.refused("sendMediaGroup", chat_id=ANNA, media=[item] * 11))[1] == "Bad Request: too many messages to send as an album"
    assert api.breaches() == ["sendMediaGroup: Bad Request: too many messages to send as an album"]


async def test_places_contacts_and_the_rest(api: Api) -> None:
    await api.tg.start(ANNA)
    await api.call("sendVenue", chat_id=ANNA, latitude=56.8, longitude=57.9, title="Дом творчества", address="Садовая, 12")
    await api.call("sendLocation", chat_id=ANNA, latitude=56.8, longitude=57.9)
    await api.call("sendContact", chat_id=ANNA, phone_number="+79990000000", first_name="Светлана", last_name="Юрьевна")
    lines = [api.tg.read_back(one) for one in api.tg.chat(ANNA).messages[1:]]
    assert lines == [["(place)"], ["(place)"], ["(contact Светлана Юрьевна, +79990000000)"]]
    assert await api.call("sendChatAction", chat_id=ANNA, action="typing")
    assert (await api.refused("sendChatAction", chat_id=ANNA, action="dance"))[1] == "Bad Request: wrong parameter action in request"
    assert (await api.call("getChat", chat_id=ANNA))["type"] == "private"
    assert (await api.refused("sendLocation", chat_id=ANNA, latitude=156, longitude=0))[0] == 400
    reply = await api.call("sendMessage", chat_id=ANNA, text="x", reply_parameters={"message_id": 1})
    assert reply["reply_to_message"]["text"] == "/start"
    assert (await api.refused("sendMessage", chat_id=ANNA, text="x", reply_parameters={"message_id": 99}))[1] == (
        "Bad Request: message to be replied not found"
    )


async def test_the_bot_describes_itself_per_language(api: Api) -> None:
    commands = [{"command": "start", "description": "Начать"}]
    await api.call("setMyCommands", commands=commands, language_code="ru", scope={"type": "all_private_chats"})
    assert await api.call("getMyCommands", language_code="ru", scope={"type": "all_private_chats"}) == commands
    assert await api.call("getMyCommands") == []
    bad = await api.refused("setMyCommands", commands=[{"command": "Start!", "description": "x"}])
    assert bad == (400, "Bad Request: BOT_COMMAND_INVALID")
    await api.call("setMyName", name="Кружок", language_code="ru")
    await api.call("setMyDescription", description="Находит кружки")
    await api.call("setMyShortDescription", short_description="Кружки рядом")
    assert await api.call("getMyName", language_code="ru") == {"name": "Кружок"}
    assert await api.call("getMyDescription", language_code="ru") == {"description": "Находит кружки"}
    assert await api.call("getMyShortDescription") == {"short_description": "Кружки рядом"}
    await api.call("deleteMyCommands", language_code="ru", scope={"type": "all_private_chats"})
    assert await api.call("getMyCommands", language_code="ru", scope={"type": "all_private_chats"}) == []


async def test_deleting_within_two_days(api: Api) -> None:
    first, second, third = [await sent(api) for _ in range(3)]
    assert await api.call("deleteMessage", chat_id=ANNA, message_id=first)
    assert (await api.refused("deleteMessage", chat_id=ANNA, message_id=first))[1] == "Bad Request: message to delete not found"
    assert await api.call("deleteMessages", chat_id=ANNA, message_ids=[first, second])
    api.clock.shift(limits.DELETE_WINDOW + 60)
    assert (await api.refused("deleteMessage", chat_id=ANNA, message_id=third))[1] == "Bad Request: message can't be deleted for everyone"
    assert [one.id for one in api.tg.chat(ANNA).messages if not one.mine] == [third]


async def test_who_can_be_written_to(api: Api) -> None:
    assert await api.refused("sendMessage", chat_id=ANNA, text="x") == (400, "Bad Request: chat not found")
    assert await api.refused("sendMessage", chat_id="@anna", text="x") == (400, "Bad Request: chat not found")
    number = await sent(api)
    await api.tg.block(ANNA)
    assert await api.refused("sendMessage", chat_id=ANNA, text="x") == (403, "Forbidden: bot was blocked by the user")
    await api.call("editMessageText", chat_id=ANNA, message_id=number, text="still editable")
    await api.tg.unblock(ANNA)
    await api.call("sendMessage", chat_id=ANNA, text="x")
    kinds = [update["my_chat_member"]["new_chat_member"]["status"] for update in await api.fresh() if "my_chat_member" in update]
    assert kinds == ["kicked", "member"]


async def test_updates_come_again_until_they_are_confirmed(api: Api) -> None:
    await api.tg.start(ANNA, "programme-7")
    await api.tg.say(ANNA, "second")
    first, second = await api.updates()
    assert second["update_id"] == first["update_id"] + 1
    assert [one["message"]["text"] for one in await api.updates(limit=1)] == ["/start programme-7"]
    assert await api.updates(first["update_id"] + 1) == [second]
    assert await api.updates() == [second]
    assert await api.updates(second["update_id"] + 1) == []
    await api.tg.redeliver(first["update_id"])
    assert await api.updates(second["update_id"] + 1) == [first]
    assert await api.updates(second["update_id"] + 1) == []
    with pytest.raises(LookupError):
        await api.tg.redeliver(1)


async def test_a_negative_offset_keeps_the_end_of_the_queue(api: Api) -> None:
    for text in "abc":
        await api.tg.say(ANNA, text)
    assert [one["message"]["text"] for one in await api.updates(-1)] == ["c"]
    assert len(await api.updates()) == 1


async def test_a_poll_waits_for_an_update_and_one_poll_ends_another(api: Api) -> None:
    began = time.monotonic()
    assert await api.updates(timeout=1) == []
    assert time.monotonic() - began > 0.9
    first = asyncio.create_task(api.refused("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(api.updates(timeout=30))
    assert await first == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await api.tg.say(ANNA, "wake up")
    assert [one["message"]["text"] for one in await second] == ["wake up"]


async def test_queued_updates_die(api: Api) -> None:
    number = await sent(api, reply_markup=KEYS)
    await api.fresh()
    await api.tg.press(ANNA, number, "Apply")
    await api.tg.say(ANNA, "hello")
    api.clock.shift(limits.CALLBACK_KEPT + 1)
    assert [set(one) for one in await api.updates()] == [{"update_id", "message"}]
    api.clock.shift(limits.MESSAGE_KEPT)
    assert await api.updates() == []


async def test_only_wanted_updates_are_queued(api: Api) -> None:
    await api.updates(allowed_updates=["callback_query"])
    await api.tg.say(ANNA, "unwanted")
    assert await api.updates() == []
    await api.updates(allowed_updates=[])
    await api.tg.say(ANNA, "wanted")
    assert len(await api.updates()) == 1


async def test_presses_are_answered_once_and_soon() -> None:
    async with telegram(callback_seconds=0.2) as api:
        number = await sent(api, reply_markup=KEYS)
        await api.fresh()
        await api.tg.press(ANNA, number, "apply")
        press = (await api.fresh())[0]["callback_query"]
        assert (press["data"], press["message"]["reply_markup"]) == ("apply", KEYS)
        assert api.tg.chat(ANNA).waiting == {number}
        await api.call("answerCallbackQuery", callback_query_id=press["id"], text="Done", show_alert=True)
        chat = api.tg.chat(ANNA)
        assert (chat.waiting, chat.toast, chat.alert) == (set(), "Done", True)
        old = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        assert await api.refused("answerCallbackQuery", callback_query_id=press["id"]) == old
        await api.tg.press(ANNA, number, "apply")
        press = (await api.fresh())[0]["callback_query"]
        await asyncio.sleep(0.25)
        assert await api.refused("answerCallbackQuery", callback_query_id=press["id"]) == old
        assert await api.refused("answerCallbackQuery", callback_query_id="1", text="x" * 201) == (400, "Bad Request: MESSAGE_TOO_LONG")


async def test_sending_too_fast_is_told_to_wait() -> None:
    async with telegram(paced=True) as api:
        await api.tg.start(ANNA)
        for _ in range(limits.CHAT_BURST):
            await api.call("sendMessage", chat_id=ANNA, text="x")
        url = f"{api.tg.url}/bot{api.tg.token}/sendMessage"
        async with api.session.post(url, json={"chat_id": ANNA, "text": "x"}) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
            assert await answer.json() == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
        assert api.breaches() == []


async def test_big_uploads_of_one_size_are_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(paced=True) as api:
        await api.tg.start(ANNA)
        monkeypatch.setattr(limits, "UPLOAD_QUEUE_SECONDS", -0.5)
        statuses = []
        for _ in range(6):
            form = aiohttp.FormData({"chat_id": str(ANNA)})
            form.add_field("document", b"x" * (limits.SPACED_UPLOAD_BYTES + 1), filename="x.bin")
            async with api.session.post(f"{api.tg.url}/bot{api.tg.token}/sendDocument", data=form) as answer:
                statuses.append((answer.status, (await answer.json()).get("parameters")))
    assert statuses[0] == (200, None)
    assert statuses[-1] == (429, {"retry_after": limits.UPLOAD_FLOOD_SECONDS})


async def test_hasty_polls_are_braked() -> None:
    async with telegram(paced=True) as api:
        await api.tg.say(ANNA, "one")
        await api.tg.say(ANNA, "two")
        assert len(await api.updates()) == 2
        assert len(await api.updates()) == 1


async def test_a_webhook_gets_the_updates(api: Api) -> None:
    got: list[dict[str, object]] = []

    async def take(request: web.BaseRequest) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "secret"
        got.append(await request.json())
        return web.Response(status=500 if len(got) == 1 else 200)

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        await api.call("setWebhook", url=f"http://127.0.0.1:{port}/", secret_token="secret")
        assert (await api.refused("getUpdates"))[0] == 409
        await api.tg.say(ANNA, "hello")
        for _ in range(300):
            if len(got) == 2:
                break
            await asyncio.sleep(0.01)
        assert got[0] == got[1]
        assert (await api.call("getWebhookInfo"))["url"] == f"http://127.0.0.1:{port}/"
        await api.call("deleteWebhook", drop_pending_updates=True)
        assert await api.updates() == []
    finally:
        await runner.cleanup()
    assert (await api.refused("setWebhook", url="https://example.org/"))[0] == 400


async def test_inline_queries(api: Api) -> None:
    number = await api.tg.query(ANNA, "robots")
    update = (await api.fresh())[0]["inline_query"]
    assert (update["id"], update["query"]) == (number, "robots")
    result = {"type": "article", "id": "1", "title": "Robots", "input_message_content": {"message_text": "Robots"}}
    assert await api.call("answerInlineQuery", inline_query_id=number, results=[result])
    assert api.tg.cloud.inline_answers[number] == [result]
    assert (await api.refused("answerInlineQuery", inline_query_id=number, results=[]))[0] == 400
    assert api.breaches() == []


async def test_the_log_has_calls_and_no_secrets(api: Api) -> None:
    await api.tg.share_contact(ANNA, Contact("Anna", "+79991112233", ANNA))
    await api.tg.share_place(ANNA, Place(56.8, 57.9))
    await api.call("setWebhook", url="", secret_token="hidden")
    await api.call("sendMessage", chat_id=ANNA, text="x")
    found = [(call.method, call.status, call.person) for call in api.log.calls]
    assert found == [("setWebhook", "200", None), ("sendMessage", "200", ANNA)]
    assert "hidden" not in repr(api.log.calls)
    assert api.tg.token not in repr(api.log.calls)
