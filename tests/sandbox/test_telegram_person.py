"""What a person can do in the emulated Telegram, what they see, and what only a hostile client does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.chat import Contact, Impossible, Key, Media, Message, Messenger, Place, Span
from sandbox.pictures import picture_size, picture_type
from sandbox.reading import find_key, read_back
from sandbox.telegram import limits
from tests.sandbox.telegram_api import ANNA, MORNING, PNG, Api, telegram


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with telegram() as found:
        yield found


async def test_it_is_a_messenger(api: Api) -> None:
    messenger: Messenger = api.tg
    chat = messenger.chat(ANNA)
    chat.name, chat.language = "Анна Орлова", "en"
    seen: list[int] = []
    api.tg.on_change(seen.append)
    await messenger.start(ANNA, "programme-7")
    sender = (await api.fresh())[0]["message"]["from"]
    assert sender == {"id": ANNA, "is_bot": False, "first_name": "Анна", "last_name": "Орлова", "language_code": "en"}
    assert seen == [ANNA]
    with pytest.raises(Impossible, match="deep link"):
        await messenger.start(ANNA, "programme/7")
    with pytest.raises(Impossible, match="empty"):
        await messenger.say(ANNA, "  ")


async def test_a_long_text_goes_out_in_pieces(api: Api) -> None:
    last = await api.tg.say(ANNA, "x" * 10_000)
    assert [len(update["message"]["text"]) for update in await api.fresh()] == [4096, 4096, 1808]
    assert last.text == "x" * 1808


async def test_everything_that_can_be_shared(api: Api) -> None:
    await api.tg.share_contact(ANNA, Contact("Anna Orlova", "+79991112233", ANNA))
    await api.tg.share_place(ANNA, Place(56.8, 57.9, "Дом творчества", "Садовая, 12"))
    await api.tg.upload(ANNA, Media("robot.png", "image/png", PNG, ""), as_picture=True)
    await api.tg.upload(ANNA, Media("paper.pdf", "application/pdf", b"%PDF", ""))
    await api.tg.send_sticker(ANNA)
    await api.tg.send_voice(ANNA)
    messages = [update["message"] for update in await api.fresh()]
    assert messages[0]["contact"] == {"phone_number": "+79991112233", "first_name": "Anna", "last_name": "Orlova", "user_id": ANNA}
    assert messages[1]["venue"]["title"] == "Дом творчества"
    assert messages[2]["photo"][-1]["width"] == 1280
    assert messages[3]["document"]["file_name"] == "paper.pdf"
    assert [next(name for name in ("sticker", "voice") if name in message) for message in messages[4:]] == ["sticker", "voice"]
    shown = api.tg.chat(ANNA).messages
    assert shown[2].picture is not None
    assert shown[2].picture.reference == messages[2]["photo"][-1]["file_id"]
    with pytest.raises(Impossible, match="IMAGE_PROCESS_FAILED"):
        await api.tg.upload(ANNA, Media("x.png", "image/png", b"none", ""), as_picture=True)
    assert api.log.violations == []


async def test_keys_below_the_chat(api: Api) -> None:
    await api.tg.start(ANNA)
    keyboard = {
        "keyboard": [[{"text": "Share", "request_contact": True}, {"text": "Where", "request_location": True}], ["‹ Back"]],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }
    ask = {"chat_id": ANNA, "text": "Your phone?", "reply_markup": keyboard}
    await api.call("sendMessage", **ask)
    chat = api.tg.chat(ANNA)
    assert [[key.kind for key in row] for row in chat.keyboard] == [["contact", "location"], ["text"]]
    with pytest.raises(Impossible, match="share a contact"):
        await api.tg.press(ANNA, 0, "Share")
    await api.tg.share_contact(ANNA, Contact("Anna", "+79991112233", ANNA))
    assert chat.keyboard == []
    await api.call("sendMessage", **ask)
    await api.tg.press(ANNA, 0, "back")
    assert chat.keyboard == []
    assert (await api.fresh())[-1]["message"]["text"] == "‹ Back"
    await api.call("sendMessage", **ask)
    await api.call("sendMessage", chat_id=ANNA, text="Thanks", reply_markup={"remove_keyboard": True})
    assert chat.keyboard == []
    assert api.log.violations == []


async def test_keys_under_a_message(api: Api) -> None:
    await api.tg.start(ANNA)
    rows = [
        [{"text": "‹ К списку", "callback_data": "list"}, {"text": "Показать", "callback_data": "show", "style": "primary"}],
        [{"text": "Site", "url": "https://example.org/"}, {"text": "Again", "url": f"https://t.me/{api.tg.username}?start=programme-7"}],
        [{"text": "Copy", "copy_text": {"text": "code"}}],
    ]
    number = (await api.call("sendMessage", chat_id=ANNA, text="Choose", reply_markup={"inline_keyboard": rows}))["message_id"]
    await api.fresh()
    shown = api.tg.chat(ANNA).messages[-1]
    assert shown.keys[0][1] == Key("Показать", "callback", "show", "primary")
    assert api.tg.read_back(shown) == ["Choose", "  [‹ К списку] [Показать]", "  [Site] [Again]", "  [Copy]"]
    await api.tg.press(ANNA, number, "к списку")
    await api.tg.press(ANNA, number, "Site")
    await api.tg.press(ANNA, number, "Copy")
    await api.tg.press(ANNA, number, "Again")
    press, start = await api.fresh()
    assert press["callback_query"]["data"] == "list"
    assert start["message"]["text"] == "/start programme-7"
    with pytest.raises(Impossible, match="no key “Delete”"):
        await api.tg.press(ANNA, number, "Delete")
    with pytest.raises(Impossible, match="no message"):
        await api.tg.press(ANNA, 999, "Show")


async def test_blocking_and_coming_back(api: Api) -> None:
    with pytest.raises(Impossible, match="no chat"):
        await api.tg.block(ANNA)
    await api.tg.start(ANNA)
    await api.tg.block(ANNA)
    for impossible in (api.tg.say(ANNA, "x"), api.tg.block(ANNA), api.tg.press(ANNA, 0, "x"), api.tg.share_place(ANNA, Place(1, 2))):
        with pytest.raises(Impossible):
            await impossible
    await api.tg.start(ANNA)
    with pytest.raises(Impossible):
        await api.tg.unblock(ANNA)
    assert [next(name for name in update if name != "update_id") for update in await api.fresh()] == [
        "message",
        "my_chat_member",
        "my_chat_member",
        "message",
    ]


async def test_a_hostile_client(api: Api) -> None:
    await api.tg.start(ANNA)
    number = (await api.call("sendMessage", chat_id=ANNA, text="x"))["message_id"]
    await api.fresh()
    await api.tg.send_data(ANNA, number, "forged")
    await api.tg.press_lost(ANNA, number, "old")
    mine = await api.tg.say(ANNA, "first")
    await api.tg.edit_own(ANNA, mine.id, "second")
    await api.tg.send_in_group(ANNA, "/start@bot")
    await api.tg.repeat(ANNA)
    updates = await api.fresh()
    again, forged, lost, said, edited, grouped = updates
    assert (forged["callback_query"]["data"], lost["callback_query"]["message"]["date"]) == ("forged", 0)
    assert (said["message"]["text"], edited["edited_message"]["text"]) == ("first", "second")
    assert grouped["message"]["chat"]["type"] == "supergroup"
    assert again == grouped
    with pytest.raises(Impossible):
        await api.tg.edit_own(ANNA, number, "not mine")
    await api.tg.delete(ANNA, number)
    assert (await api.refused("editMessageText", chat_id=ANNA, message_id=number, text="y"))[1] == "Bad Request: message to edit not found"
    assert api.log.violations == []


async def test_a_spinner_ends_by_itself(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await api.tg.start(ANNA)
    number = (await api.call("sendMessage", chat_id=ANNA, text="x"))["message_id"]
    await api.tg.send_data(ANNA, number, "x")
    assert api.tg.chat(ANNA).waiting == {number}
    monkeypatch.setattr(limits, "SPINNER_SECONDS", 0)
    assert api.tg.chat(ANNA).waiting == set()


async def test_a_sandbox_goes_on_where_it_stopped(api: Api, tmp_path: Path) -> None:
    kept = tmp_path / "telegram"
    assert not api.tg.load(kept)
    await api.tg.start(ANNA)
    await api.tg.upload(ANNA, Media("paper.pdf", "application/pdf", b"%PDF", ""))
    number = (await api.call("sendMessage", chat_id=ANNA, text="x"))["message_id"]
    api.tg.save(kept)
    async with telegram() as later:
        assert later.tg.load(kept)
        assert [one.text for one in later.tg.chat(ANNA).messages] == ["/start", "", "x"]
        await later.call("editMessageText", chat_id=ANNA, message_id=number, text="y")
        document = later.tg.chat(ANNA).messages[1].document
        assert document is not None
        assert (await later.call("sendDocument", chat_id=ANNA, document=document.reference))["message_id"] == number + 1


def test_pictures_are_known_by_their_first_bytes() -> None:
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010101006000600000ffc00011080064012c03012200021101031101")
    webp = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + (299).to_bytes(3, "little") + (99).to_bytes(3, "little")
    lossless = b"RIFF\0\0\0\0WEBPVP8L" + bytes(4) + b"\x2f" + (299 | 99 << 14).to_bytes(4, "little") + bytes(8)
    lossy = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + (300).to_bytes(2, "little") + (100).to_bytes(2, "little")
    gif = b"GIF89a" + (300).to_bytes(2, "little") + (100).to_bytes(2, "little")
    for data, kind in ((jpeg, "jpeg"), (webp, "webp"), (lossless, "webp"), (lossy, "webp"), (gif, "gif")):
        assert (picture_size(data), picture_type(data)) == ((300, 100), f"image/{kind}")
    for data in (b"", b"%PDF", b"RIFF", b"\xff\xd8", b"GIF89a", webp[:12] + b"ALPH" + webp[16:]):
        assert picture_size(data) == (0, 0)


def test_reading_a_message_back() -> None:
    text = "🤖 Robots — site https://a.org and b"
    message = Message(
        1,
        mine=False,
        at=MORNING,
        text=text,
        spans=[Span("bold", 3, 6), Span("url", 3, 6, "https://r.org"), Span("url", 17, 13, "https://a.org"), Span("italic", 0, 2)],
        picture=Media("a", "image/png", b"", "1"),
        document=Media("a.pdf", "application/pdf", b"", "2"),
    )
    assert read_back(message) == [
        "(picture)",
        "(document a.pdf)",
        "🤖 **[Robots](https://r.org)** — site https://a.org and b",
    ]


def test_finding_a_key() -> None:
    labels = [["Да", "Да, в субботу"], ["✓ Роботы", "‹"]]
    rows = [[Key(label, "callback", label) for label in row] for row in labels]
    assert find_key(rows, "Да").data == "Да"
    assert find_key(rows, "субботу").data == "Да, в субботу"
    assert find_key(rows, "роботы").data == "✓ Роботы"
    assert find_key(rows, "‹").data == "‹"
    with pytest.raises(Impossible, match="may mean"):
        find_key(rows, "д")
    with pytest.raises(Impossible, match="the keys are"):
        find_key(rows, "Нет")
    with pytest.raises(Impossible, match="none"):
        find_key([], "Нет")
