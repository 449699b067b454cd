"""Makes telegram.json here out of the schema in aiogram's source distribution: `python -m sandbox.specs.trim .butcher/schema/schema.json`.

Only the methods that the sandbox serves and the types that these reach stay, without descriptions:
`{"version", "methods": {name: {"returns": [type], "parameters": fields}}, "types": {name: fields or [subtype]}}`, where fields are
`{name: [type, required]}` and types stand as the documentation writes them ("Array of Array of InlineKeyboardButton", "Integer or String").
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

SERVED = (
    "getMe",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "sendMessage",
    "editMessageText",
    "editMessageCaption",
    "editMessageMedia",
    "editMessageReplyMarkup",
    "deleteMessage",
    "deleteMessages",
    "sendPhoto",
    "sendDocument",
    "sendMediaGroup",
    "sendLocation",
    "sendVenue",
    "sendContact",
    "sendChatAction",
    "answerCallbackQuery",
    "answerInlineQuery",
    "getFile",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "setMyName",
    "getMyName",
    "setMyDescription",
    "getMyDescription",
    "setMyShortDescription",
    "getMyShortDescription",
    "getChat",
)
SIMPLE = frozenset({"Integer", "String", "Boolean", "Float", "True", "InputFile"})


def names_in(type_name: str) -> list[str]:
    """The plain type names in "Array of A, B and C" or "A or B"."""
    return [part for part in re.split(r"Array of | or |, | and ", type_name) if part]


def returned(description: str, known: frozenset[str]) -> list[str]:
    """What a method returns, from the sentence that says so."""
    sentence = " ".join(part for part in re.split(r"(?<=\.)\s", description) if re.search(r"\breturn", part, re.IGNORECASE))
    arrays = re.findall(r"[Aa]rray of (\w+)", sentence)
    plain = [word for word in re.findall(r"\w+", sentence) if (word == "True" or word in known) and word not in arrays]
    return [f"Array of {name}" for name in dict.fromkeys(arrays)] + list(dict.fromkeys(plain))


def trim(schema: dict[str, Any]) -> dict[str, Any]:
    """The served part of a schema."""
    children = {child["name"]: child for section in schema["items"] for child in section["children"]}
    known = frozenset(name for name, child in children.items() if child["category"] == "types")
    methods: dict[str, Any] = {}
    types: dict[str, Any] = {}
    wanted: list[str] = []
    for name in SERVED:
        child = children[name]
        returns = returned(child["description"], known)
        parameters = {one["name"]: [one["type"], one["required"]] for one in child["annotations"]}
        methods[name] = {"returns": returns, "parameters": parameters}
        wanted += [part for type_name in (*returns, *(kind for kind, _ in parameters.values())) for part in names_in(type_name)]
    while wanted:
        name = wanted.pop()
        if name in types or name in SIMPLE:
            continue
        child = children[name]
        if child["annotations"]:
            types[name] = {one["name"]: [one["type"], one["required"]] for one in child["annotations"]}
            wanted += [part for kind, _ in types[name].values() for part in names_in(kind)]
        else:
            # A union lists its members in its description; a type without fields has none to list.
            members = [part for part in re.findall(r"^ *- (\w+)", child["description"], re.MULTILINE) if part in known]
            types[name] = members or {}
            wanted += members
    return {"version": schema["api"]["version"], "methods": methods, "types": dict(sorted(types.items()))}


def main() -> None:
    """Read the schema that is named on the command line, write telegram.json beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("schema", type=Path)
    trimmed = trim(json.loads(parser.parse_args().schema.read_text(encoding="utf-8")))
    lines = [f'{{"version": {json.dumps(trimmed["version"])},']
    for part in ("methods", "types"):
        rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in trimmed[part].items())
        lines.append(f'"{part}": {{\n{rows}\n}}' + ("," if part == "methods" else ""))
    Path(__file__).with_name("telegram.json").write_text("\n".join([*lines, "}", ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
