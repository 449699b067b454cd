"""Makes vk.json here out of VK's JSON schema: `python -m sandbox.specs.trim_vk FOLDER`, the folder being a copy of VKCOM/vk-api-schema.

Descriptions are dropped, all but the methods and events that the sandbox serves and the objects that these reach, and of messages the
attachments that the sandbox never makes. What stays is
`{"version", "methods": {name: {"parameters": {name: schema}, "responses": [schema]}}, "events": {name: schema}, "objects": {name: schema},
"errors": {code: text}}`; `required` is a list of names, as in JSON Schema, and a parameter or field refers to an object by
`{"$ref": name}`.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path
from typing import Any

METHODS = (
    "docs.getMessagesUploadServer",
    "docs.save",
    "execute",
    "groups.enableOnline",
    "groups.getById",
    "groups.getLongPollServer",
    "groups.getLongPollSettings",
    "groups.setLongPollSettings",
    "messages.delete",
    "messages.edit",
    "messages.getByConversationMessageId",
    "messages.getById",
    "messages.getConversations",
    "messages.getHistory",
    "messages.isMessagesFromGroupAllowed",
    "messages.send",
    "messages.sendMessageEventAnswer",
    "messages.setActivity",
    "photos.getMessagesUploadServer",
    "photos.saveMessagesPhoto",
    "users.get",
)
EVENTS = {
    "message_new": "callback_message_new",
    "message_reply": "callback_message",
    "message_edit": "callback_message",
    "message_event": "callback_message_event",
    "message_allow": "callback_message_allow",
    "message_deny": "callback_message_deny",
}
CUT = frozenset(
    {
        "audio_audio",
        "calls_call",
        "gifts_layout",
        "market_market_item",
        "market_market_album",
        "polls_poll",
        "stories_story",
        "wall_wall_comment",
        "video_live_info",
        "groups_market_properties",
        "base_sticker_animation",
        "base_owner_cover",
    }
)
"""Objects that the sandbox never makes: they stay as "anything", so that half of VK does not come along."""
WORDS = frozenset({"description", "enumNames", "entity", "default", "required", "discriminator"})


class Trimmer:
    """Collects the objects that what is served reaches."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.objects: dict[str, Any] = {}

    @cache  # noqa: B019  # it lives as long as the command
    def _read(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self._folder / name).read_text(encoding="utf-8"))
        return content

    def method(self, name: str) -> dict[str, Any]:
        """The parameters and answers of one method."""
        section = name.partition(".")[0]
        found = next(one for one in self._read(f"{section}/methods.json")["methods"] if one["name"] == name)
        parameters = {}
        for one in found.get("parameters", ()):
            needed = {"required": True} if one.get("required") else {}
            parameters[one["name"]] = {**self.schema({key: value for key, value in one.items() if key != "name"}), **needed}
        answers = [self._resolved(one["$ref"])["properties"]["response"] for one in found["responses"].values()]
        return {"parameters": parameters, "responses": [self.schema(one) for one in answers]}

    def event(self, definition: str) -> dict[str, Any]:
        """The object of one event."""
        return self.schema({"$ref": f"../callback/objects.json#/definitions/{definition}"})

    def errors(self) -> dict[str, str]:
        """VK's error texts by their codes."""
        found = self._read("errors.json")["errors"].values()
        return {str(one["code"]): one["description"] for one in sorted(found, key=lambda one: one["code"])}

    def schema(self, node: dict[str, Any]) -> dict[str, Any]:
        """A node without words; what it refers to is collected."""
        result: dict[str, Any] = {}
        for key, value in node.items():
            if key in WORDS:
                continue
            match key:
                case "$ref":
                    result["$ref"] = self._reference(value)
                case "properties":
                    result["properties"] = {name: self.schema(one) for name, one in value.items()}
                    # VK marks the field itself; JSON Schema has a list at its owner.
                    if needed := [name for name, one in value.items() if one.get("required") is True]:
                        result["required"] = needed
                case "items":
                    result["items"] = self.schema(value)
                case "allOf" | "oneOf":
                    result[key] = [self.schema(one) for one in value]
                case _:
                    result[key] = value
        return result

    def _resolved(self, reference: str) -> dict[str, Any]:
        file, _, path = reference.partition("#/definitions/")
        found: dict[str, Any] = self._read(file.removeprefix("../"))["definitions"][path]
        return found

    def _reference(self, reference: str) -> str:
        name = reference.rpartition("/")[2]
        if name not in self.objects:
            self.objects[name] = {}
            if name not in CUT:
                self.objects[name] = self.schema(self._resolved(reference))
        return name


def trim(folder: Path) -> dict[str, Any]:
    """The served part of the schema in this folder."""
    trimmer = Trimmer(folder)
    methods = {name: trimmer.method(name) for name in METHODS}
    events = {name: trimmer.event(definition) for name, definition in EVENTS.items()}
    version = json.loads((folder / "schema.json").read_text(encoding="utf-8"))["version"]
    objects = dict(sorted(trimmer.objects.items()))
    return {"version": version, "methods": methods, "events": events, "objects": objects, "errors": trimmer.errors()}


def main() -> None:
    """Read the folder that is named on the command line, write vk.json beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    trimmed = trim(parser.parse_args().folder)
    parts = [f'"version": {json.dumps(trimmed["version"])}']
    for part in ("methods", "events", "objects", "errors"):
        rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in trimmed[part].items())
        parts.append(f'"{part}": {{\n{rows}\n}}')
    Path(__file__).with_name("vk.json").write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
