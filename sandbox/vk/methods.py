"""The methods that the emulated VK has, by their names; those about communities, people and files are here themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.vk import objects, reading, sending
from sandbox.vk.community import EVENTS, Community, CommunityState
from sandbox.vk.dialogue import GROUP_CHATS
from sandbox.vk.errors import VkError, invalid
from sandbox.vk.parameters import Parameters
from sandbox.vk.specification import VERSION, vk

PEOPLE_AT_ONCE: Final = 1000
UPLOAD_ALBUM: Final = -64


def group_by_id(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """groups.getById: the caller's own community, by whatever name it asks."""
    setup = state.setup
    asked = params.text("group_id") or params.text("group_ids")
    if asked and asked not in (str(setup.group_id), setup.screen_name):
        raise invalid("group_id is invalid")
    return {"groups": [objects.community(setup.group_id, _title(setup), setup.screen_name)], "profiles": []}


def long_poll_server(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """groups.getLongPollServer: where a session begins, at the events from now on."""
    _own(state, params)
    if not state.enabled:
        raise invalid("longpoll for this group is not enabled")
    server = f"{state.files.base}/lp/{state.setup.group_id}"
    return {"key": state.queue.key, "server": server, "ts": str(state.queue.ts)}


def long_poll_settings(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """groups.getLongPollSettings."""
    _own(state, params)
    # The events that the emulator never has are switched off.
    events = dict.fromkeys(vk().required("groups_long_poll_events"), 0) | {name: int(on) for name, on in state.settings.items()}
    return {"is_enabled": state.enabled, "api_version": VERSION, "events": events}


def set_long_poll_settings(state: CommunityState, params: Parameters) -> int:
    """groups.setLongPollSettings: what is not named stays as it is."""
    _own(state, params)
    if params.has("api_version") and params.text("api_version") != VERSION:
        raise invalid("api_version is invalid")
    if params.has("enabled"):
        state.enabled = params.flag("enabled")
    for name in EVENTS:
        if params.has(name):
            state.settings[name] = params.flag(name)
    return 1


def enable_online(state: CommunityState, params: Parameters) -> int:
    """groups.enableOnline: the green point, which the emulator's clients do not show."""
    _own(state, params)
    return 1


def is_allowed(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """messages.isMessagesFromGroupAllowed."""
    _own(state, params)
    dialogue = state.dialogues.get(params.integer("user_id"))
    return {"is_allowed": int(dialogue is not None and not dialogue.refusal)}


def people(state: CommunityState, params: Parameters) -> list[dict[str, Any]]:
    """users.get: those whom this community's clients know; others are left out, as VK leaves out who never was."""
    raw = params.raw.get("user_ids")
    asked = raw if isinstance(raw, list) else str(raw or "").split(",")
    if len(asked) > PEOPLE_AT_ONCE:
        raise invalid(f"user_ids should contain at most {PEOPLE_AT_ONCE} items")
    numbers = [int(one) for one in map(str, asked) if one.isascii() and one.isdigit() and len(one) < len(str(2**63))]
    known = [state.dialogues[number].chat for number in numbers if number in state.dialogues and number < GROUP_CHATS]
    return [objects.person(chat) for chat in known]


def photo_server(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """photos.getMessagesUploadServer."""
    _reachable(state, params)
    url = state.files.slot("photo", state.setup.group_id)
    return {"album_id": UPLOAD_ALBUM, "upload_url": url, "user_id": 0, "group_id": state.setup.group_id}


def save_photo(state: CommunityState, params: Parameters) -> list[dict[str, Any]]:
    """photos.saveMessagesPhoto."""
    photo, now = params.text("photo"), state.clock.now()
    stored = state.files.save_photo(state.setup.group_id, params.integer("server", 0), photo, params.text("hash"), now)
    return [state.files.photo(stored)]


def document_server(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """docs.getMessagesUploadServer; only plain documents are emulated."""
    _reachable(state, params)
    if params.text("type") not in ("", "doc"):
        raise invalid("type is not emulated")
    return {"upload_url": state.files.slot("doc", state.setup.group_id)}


def save_document(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """docs.save."""
    stored = state.files.save_document(state.setup.group_id, params.text("file"), params.text("title"), state.clock.now())
    return {"type": "doc", "doc": state.files.document(stored)}


def _own(state: CommunityState, params: Parameters) -> None:
    if params.integer("group_id") != state.setup.group_id:
        raise VkError(15, "group_id is not the community of this token", breach=True)


def _reachable(state: CommunityState, params: Parameters) -> None:
    """An upload for a conversation needs its permission; `peer_id` 0 or none is for any."""
    peer = params.integer("peer_id", 0)
    if peer and (peer not in state.dialogues or state.dialogues[peer].refusal):
        raise VkError(901)


def _title(setup: Community) -> str:
    return setup.title or setup.screen_name


METHODS: Final[Mapping[str, Callable[[CommunityState, Parameters], Any]]] = {
    "docs.getMessagesUploadServer": document_server,
    "docs.save": save_document,
    "groups.enableOnline": enable_online,
    "groups.getById": group_by_id,
    "groups.getLongPollServer": long_poll_server,
    "groups.getLongPollSettings": long_poll_settings,
    "groups.setLongPollSettings": set_long_poll_settings,
    "messages.delete": sending.delete,
    "messages.edit": sending.edit,
    "messages.getByConversationMessageId": reading.by_conversation_message_id,
    "messages.getById": reading.by_id,
    "messages.getConversations": reading.conversations,
    "messages.getHistory": reading.history,
    "messages.isMessagesFromGroupAllowed": is_allowed,
    "messages.send": sending.send,
    "messages.sendMessageEventAnswer": sending.answer_event,
    "messages.setActivity": sending.set_activity,
    "photos.getMessagesUploadServer": photo_server,
    "photos.saveMessagesPhoto": save_photo,
    "users.get": people,
}
"""All but `execute`, which calls these."""
