"""What a community does to conversations: messages.send, edit, delete, sendMessageEventAnswer and setActivity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sandbox.chat import Card, Media, Message, Place, Span
from sandbox.vk import objects
from sandbox.vk.community import CommunityState
from sandbox.vk.dialogue import GROUP_CHATS, Dialogue, Record
from sandbox.vk.errors import TEXTS, VkError, bad_keyboard, invalid
from sandbox.vk.formatting import read_format
from sandbox.vk.keyboard import Keyboard, read_carousel, read_keyboard
from sandbox.vk.parameters import Parameters

LONGEST_TEXT: Final = 4096
"""Characters of a message. The schema says 9000; 4096 is what people meet, so nothing longer should be tried."""
LONGEST_PAYLOAD: Final = 1000
RECIPIENTS: Final = 100
ATTACHMENTS: Final = 10
EDITABLE: Final = timedelta(hours=24)
DELETABLE: Final = timedelta(hours=24)
DELETED_AT_ONCE: Final = 1000
CMIDS_AT_ONCE: Final = 100
LONGEST_ANSWER: Final = 1000
SNACKBAR: Final = 90
"""Characters of a snackbar: dev.vk.com/api/bots/development/keyboard."""


@dataclass(slots=True)
class Content:
    """What a message is to show, read and checked once for all its recipients."""

    text: str
    spans: list[Span] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    picture: Media | None = None
    document: Media | None = None
    place: Place | None = None
    geo: dict[str, Any] | None = None
    keyboard: Keyboard | None = None
    cards: list[Card] = field(default_factory=list)
    payload: str = ""


def send(state: CommunityState, params: Parameters) -> Any:
    """messages.send: a message id, or with `peer_ids` a list with each recipient's ids or error."""
    if not params.has("random_id"):
        raise invalid("random_id is a required parameter")
    random_id = params.integer("random_id")
    peers = _recipients(params)
    content = _content(state, params)
    if not params.has("peer_ids"):
        return _deliver(state, peers[0], content, random_id).id
    results: list[dict[str, Any]] = []
    for peer in peers:
        try:
            record = _deliver(state, peer, content, random_id)
        except VkError as error:
            results.append({"peer_id": peer, "error": {"code": error.code, "description": error.text}})
        else:
            results.append({"peer_id": peer, "message_id": record.id, "conversation_message_id": record.shown.id})
    return results


def edit(state: CommunityState, params: Parameters) -> int:
    """messages.edit: everything is replaced, so a keyboard or attachment that is not sent again is gone."""
    peer = params.integer("peer_id")
    record = _own(state, peer, params)
    now = state.clock.now()
    dialogue = _open(state, peer)
    if now - record.shown.at >= EDITABLE:
        raise VkError(909)
    content = _content(state, params)
    if content.keyboard is not None and content.keyboard.rows and not content.keyboard.inline:
        raise bad_keyboard("only an inline keyboard can be edited")
    _show(record, content)
    record.shown.edited, record.edited_at = True, now
    state.emit("message_edit", objects.message(record), peer)
    state.changed(dialogue.peer)
    return 1


def delete(state: CommunityState, params: Parameters) -> list[dict[str, Any]]:
    """messages.delete: each message's outcome. Without `delete_for_all` only the community stops seeing it, which nothing here shows."""
    if params.has("cmids"):
        dialogue = state.dialogues.get(params.integer("peer_id"))
        wanted = params.integers("cmids", CMIDS_AT_ONCE)
        found = [dialogue.records.get(number) if dialogue else None for number in wanted]
        names = [{"conversation_message_id": number, "peer_id": params.integer("peer_id")} for number in wanted]
    else:
        wanted = params.integers("message_ids", DELETED_AT_ONCE)
        if not wanted:
            raise invalid("message_ids is a required parameter")
        by_id = {record.id: record for one in state.dialogues.values() for record in one.records.values()}
        found, names = [by_id.get(number) for number in wanted], [{"message_id": number} for number in wanted]
    return [name | _deleted(state, record, for_all=params.flag("delete_for_all")) for name, record in zip(names, found, strict=True)]


def answer_event(state: CommunityState, params: Parameters) -> int:
    """messages.sendMessageEventAnswer: once, within a minute of the press; without `event_data` it only ends the spinner."""
    user, event_id = params.integer("user_id"), params.text("event_id")
    if params.integer("peer_id") != user:
        raise invalid("peer_id is invalid")
    toast = _event_data(params) if params.has("event_data") else ""
    state.forget_presses()
    press = state.presses.get(event_id)
    if press is None or press.user != user:
        raise VkError(100, "invalid event_id")
    state.dialogue(user).chat.toast = toast
    state.end_press(event_id)
    state.changed(user)
    return 1


def set_activity(state: CommunityState, params: Parameters) -> int:
    """messages.setActivity: "is typing…", which the emulator's clients do not show."""
    _open(state, params.integer("peer_id", params.integer("user_id", 0)))
    return 1


def _recipients(params: Parameters) -> list[int]:
    if params.has("peer_ids"):
        return params.integers("peer_ids", RECIPIENTS)
    if params.has("peer_id"):
        return [params.integer("peer_id")]
    if params.has("user_id"):
        return [params.integer("user_id")]
    if params.has("chat_id"):
        return [GROUP_CHATS + params.integer("chat_id")]
    raise invalid("you should specify peer_id, user_id, domain, chat_id or user_ids param")


def _open(state: CommunityState, peer: int) -> Dialogue:
    """The conversation that the community may write into. Raises the error of one that it may not."""
    dialogue = state.dialogues.get(peer)
    if dialogue is None:
        raise VkError(917 if peer > GROUP_CHATS else 901 if peer > 0 else 936)
    if dialogue.refusal:
        raise VkError(dialogue.refusal)
    return dialogue


def _deliver(state: CommunityState, peer: int, content: Content, random_id: int) -> Record:
    dialogue = _open(state, peer)
    now = state.clock.now()
    before = dialogue.sent_before(random_id, now)
    if before is not None:
        return before
    dialogue.last += 1
    record = Record(Message(dialogue.last, mine=False, at=now), state.next_message(), peer, state.owner, random_id=random_id)
    _show(record, content)
    dialogue.add(record)
    if content.keyboard is not None and not content.keyboard.inline:
        chat = dialogue.chat
        chat.keyboard, chat.one_time = content.keyboard.rows, content.keyboard.one_time
        dialogue.keyboard = content.keyboard.shown if content.keyboard.rows else None
    state.emit("message_reply", objects.message(record), peer)
    state.changed(peer)
    return record


def _show(record: Record, content: Content) -> None:
    shown = record.shown
    shown.text, shown.spans, shown.cards = content.text, content.spans, content.cards
    shown.picture, shown.document, shown.place = content.picture, content.document, content.place
    inline = content.keyboard if content.keyboard is not None and content.keyboard.inline else None
    shown.keys = inline.rows if inline else []
    record.keyboard = inline.shown if inline and inline.rows else None
    record.attachments, record.geo, record.payload = content.attachments, content.geo, content.payload


def _content(state: CommunityState, params: Parameters) -> Content:
    content = Content(params.text("message"), payload=params.text("payload"))
    if len(content.text) > LONGEST_TEXT:
        raise VkError(914, breach=True)
    if len(content.payload) > LONGEST_PAYLOAD:
        raise invalid("payload is too long")
    if params.has("format_data"):
        content.spans = read_format(params.json("format_data"), content.text)
    if params.has("attachment"):
        _attach(state, content, params.text("attachment"))
    if params.has("lat") or params.has("long"):
        _locate(content, params)
    if params.has("keyboard"):
        content.keyboard = read_keyboard(params.text("keyboard"))
    if params.has("template"):
        if content.keyboard is not None and content.keyboard.inline:
            raise invalid("Only template or keyboard field should be specified")
        files = state.files
        content.cards = read_carousel(params.text("template"), lambda one: files.find(one, state.setup.group_id, "photo").media)
    # A carousel, too, needs a text: vk.com/dev/bot_docs_templates.
    if not content.text.strip() and (content.cards or not (content.attachments or content.place)):
        raise invalid("message is empty or invalid")
    return content


def _attach(state: CommunityState, content: Content, references: str) -> None:
    files = [state.files.find(reference.strip(), state.setup.group_id) for reference in references.split(",")]
    if len(files) > ATTACHMENTS:
        raise invalid(f"attachment should contain at most {ATTACHMENTS} items")
    content.attachments = [state.files.attachment(one) for one in files]
    content.picture = next((one.media for one in files if one.kind == "photo"), None)
    content.document = next((one.media for one in files if one.kind == "doc"), None)


def _locate(content: Content, params: Parameters) -> None:
    latitude, longitude = params.number("lat"), params.number("long")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # degrees
        raise invalid("lat and long are out of range")
    content.place = Place(latitude, longitude)
    content.geo = {"type": "point", "coordinates": {"latitude": latitude, "longitude": longitude}}


def _own(state: CommunityState, peer: int, params: Parameters) -> Record:
    """The community's own message that the parameters name; error 15 for somebody else's and for none."""
    dialogue = state.dialogues.get(peer)
    records = dialogue.records if dialogue else {}
    if params.has("message_id"):
        wanted = params.integer("message_id")
        record = next((one for one in records.values() if one.id == wanted), None)
    else:
        name = "cmid" if params.has("cmid") else "conversation_message_id"
        record = records.get(params.integer(name))
    if record is None or not record.outgoing:
        raise VkError(15)
    return record


def _deleted(state: CommunityState, record: Record | None, *, for_all: bool) -> dict[str, Any]:
    if record is None:
        return {"response": 0}
    if for_all:
        if not record.outgoing or state.clock.now() - record.shown.at >= DELETABLE:
            return {"response": 0, "error": {"code": 924, "description": TEXTS[924]}}
        state.dialogue(record.peer).remove(record)
        state.changed(record.peer)
    return {"response": 1}


def _event_data(params: Parameters) -> str:
    """The snackbar's text, empty for what only opens something."""
    if len(params.text("event_data")) > LONGEST_ANSWER:
        raise invalid("event_data is too long")
    match params.json("event_data"):
        case {"type": "show_snackbar", "text": str(text), **rest} if not rest and 0 < len(text) <= SNACKBAR:
            return text
        case {"type": "open_link", "link": str(link), **rest} if not rest and link.startswith(("http://", "https://")):
            return ""
        case {"type": "open_app", "app_id": int(), **rest} if not rest.keys() - {"owner_id", "hash"}:
            return ""
    raise invalid("event_data is invalid")
