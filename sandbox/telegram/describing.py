"""Methods by which a bot describes itself: commands, name, descriptions, each per language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.telegram import limits
from sandbox.telegram.cloud import Cloud
from sandbox.telegram.refusal import broken
from sandbox.telegram.request import Request

_SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


def set_my_commands(cloud: Cloud, request: Request) -> bool:
    """`setMyCommands`."""
    commands = request.decoded("commands", "commands")
    if commands is None:
        commands = []
    if not isinstance(commands, list):
        raise broken("expected an Array of BotCommand")
    if len(commands) > limits.COMMANDS:
        raise broken("BOT_COMMANDS_TOO_MUCH")
    kept = [_command(one) for one in commands]
    key = (_scope(request), _language(request))
    if kept:
        cloud.page.commands[key] = kept
    else:
        cloud.page.commands.pop(key, None)
    return True


def get_my_commands(cloud: Cloud, request: Request) -> list[dict[str, str]]:
    """`getMyCommands`, of exactly this scope and language."""
    return cloud.page.commands.get((_scope(request), _language(request)), [])


def delete_my_commands(cloud: Cloud, request: Request) -> bool:
    """`deleteMyCommands`."""
    cloud.page.commands.pop((_scope(request), _language(request)), None)
    return True


def set_my_name(cloud: Cloud, request: Request) -> bool:
    """`setMyName`."""
    return _set(cloud.page.names, request, "name", limits.NAME)


def get_my_name(cloud: Cloud, request: Request) -> dict[str, str]:
    """`getMyName`."""
    return {"name": cloud.page.called(_language(request))}


def set_my_description(cloud: Cloud, request: Request) -> bool:
    """`setMyDescription`: what an empty chat shows."""
    return _set(cloud.page.descriptions, request, "description", limits.DESCRIPTION)


def get_my_description(cloud: Cloud, request: Request) -> dict[str, str]:
    """`getMyDescription`."""
    return {"description": _get(cloud.page.descriptions, request)}


def set_my_short_description(cloud: Cloud, request: Request) -> bool:
    """`setMyShortDescription`: what a shared link shows."""
    return _set(cloud.page.short_descriptions, request, "short_description", limits.SHORT_DESCRIPTION)


def get_my_short_description(cloud: Cloud, request: Request) -> dict[str, str]:
    """`getMyShortDescription`."""
    return {"short_description": _get(cloud.page.short_descriptions, request)}


def _set(texts: dict[str, str], request: Request, name: str, longest: int) -> bool:
    text = request.text(name)
    if len(text) > longest:
        raise broken(f"{name} is too long")
    language = _language(request)
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    return True


def _get(texts: dict[str, str], request: Request) -> str:
    return texts.get(_language(request)) or texts.get("", "")


def _command(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise broken("can't parse BotCommand: expected an Object")
    command, description = value.get("command"), value.get("description")
    if not isinstance(command, str) or not limits.COMMAND.fullmatch(command.removeprefix("/")):
        raise broken("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= limits.COMMAND_DESCRIPTION:
        raise broken("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": description}


def _scope(request: Request) -> str:
    """The scope as canonical JSON."""
    scope = request.decoded("scope", "BotCommandScope")
    if scope is None:
        return '{"type":"default"}'
    kind = scope.get("type") if isinstance(scope, Mapping) else None
    if not isinstance(kind, str) or kind not in _SCOPES:
        raise broken("can't parse BotCommandScope: unsupported type specified")
    return orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode()


def _language(request: Request) -> str:
    language = request.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise broken("invalid language code specified")
    return language
