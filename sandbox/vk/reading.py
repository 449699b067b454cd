"""What a community reads back: messages.getConversations, getHistory, getById and getByConversationMessageId."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from sandbox.vk import objects
from sandbox.vk.community import CommunityState
from sandbox.vk.dialogue import GROUP_CHATS, Record
from sandbox.vk.errors import invalid
from sandbox.vk.parameters import Parameters

PAGE: Final = 20
LARGEST_PAGE: Final = 200
IDS_AT_ONCE: Final = 100

Item = TypeVar("Item")


def conversations(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """messages.getConversations: newest first, all or the unanswered ones (which are also those unread)."""
    wanted = params.text("filter") or "all"
    if wanted not in ("all", "archive", "important", "sorted_chats", "unanswered", "unread"):
        raise invalid("filter is invalid")
    found = [one for one in state.dialogues.values() if one.records]
    if wanted != "all":
        found = [one for one in found if one.unanswered and wanted in ("unanswered", "unread")]
    found.sort(key=lambda one: _number(one.newest()), reverse=True)
    items = [
        {"conversation": objects.conversation(one), "last_message": objects.message(newest)}
        for one in _page(found, params)
        if (newest := one.newest()) is not None
    ]
    result = {"count": len(found), "items": items, "unread_count": sum(one.unanswered for one in found)}
    return result | _extended(state, params, (item["conversation"]["peer"]["id"] for item in items))


def history(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """messages.getHistory: newest first, or with `rev` oldest first."""
    peer = params.integer("peer_id", params.integer("user_id", 0))
    if not peer:
        raise invalid("peer_id is a required parameter")
    dialogue = state.dialogues.get(peer)
    records = list(dialogue.records.values()) if dialogue else []
    if not params.integer("rev", 0):
        records.reverse()
    shown = _page(records, params)
    return {"count": len(records), "items": [objects.message(record) for record in shown]} | _extended(state, params, [peer])


def by_id(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """messages.getById, by message ids, or by a conversation's own numbers."""
    if params.has("cmids"):
        return _by_cmid(state, params, "cmids")
    wanted = params.integers("message_ids", IDS_AT_ONCE)
    if not wanted:
        raise invalid("message_ids is a required parameter")
    records = {record.id: record for one in state.dialogues.values() for record in one.records.values()}
    return _listed(state, params, [records[number] for number in wanted if number in records])


def by_conversation_message_id(state: CommunityState, params: Parameters) -> dict[str, Any]:
    """messages.getByConversationMessageId."""
    return _by_cmid(state, params, "conversation_message_ids")


def _by_cmid(state: CommunityState, params: Parameters, name: str) -> dict[str, Any]:
    dialogue = state.dialogues.get(params.integer("peer_id"))
    wanted = params.integers(name, IDS_AT_ONCE)
    if not wanted:
        raise invalid(f"{name} is a required parameter")
    records = dialogue.records if dialogue else {}
    return _listed(state, params, [records[number] for number in wanted if number in records])


def _listed(state: CommunityState, params: Parameters, records: list[Record]) -> dict[str, Any]:
    result = {"count": len(records), "items": [objects.message(record) for record in records]}
    return result | _extended(state, params, dict.fromkeys(record.peer for record in records))


def _extended(state: CommunityState, params: Parameters, peers: Iterable[int]) -> dict[str, Any]:
    if not params.flag("extended"):
        return {}
    people = [objects.person(state.dialogues[peer].chat) for peer in peers if peer in state.dialogues and 0 < peer < GROUP_CHATS]
    setup = state.setup
    return {"profiles": people, "groups": [objects.community(setup.group_id, setup.title or setup.screen_name, setup.screen_name)]}


def _page(found: list[Item], params: Parameters) -> list[Item]:
    offset, count = params.integer("offset", 0), params.integer("count", PAGE)
    if offset < 0 or not 0 <= count <= LARGEST_PAGE:
        raise invalid("count is out of range")
    return found[offset : offset + count]


def _number(record: Record | None) -> int:
    return record.id if record else 0
