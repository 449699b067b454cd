"""Methods that send: texts, pictures, documents, albums, places, contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.chat import Contact, Message, Place
from sandbox.telegram import limits, markup
from sandbox.telegram.cloud import Cloud, Dialogue, Record, bubble
from sandbox.telegram.files import FileKind, StoredFile, Upload
from sandbox.telegram.formatting import Entity, formatted, units
from sandbox.telegram.refusal import bad_request, broken
from sandbox.telegram.request import Request

_FIELDS = {"photo": "Photo", "document": "Document"}


def send_message(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`sendMessage`."""
    text, entities = read_text(request)
    content = {"text": text, **({"entities": entities} if entities else {})}
    return _send(cloud, request, content, bubble(text, entities))


def send_photo(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`sendPhoto`."""
    return _send_file(cloud, request, "photo")


def send_document(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`sendDocument`."""
    return _send_file(cloud, request, "document")


def send_media_group(cloud: Cloud, request: Request) -> list[dict[str, Any]]:
    """`sendMediaGroup`: pictures, or documents, not both."""
    items = request.decoded("media", "media")
    if not isinstance(items, list):
        raise broken("expected an Array of InputMedia")
    least, most = limits.ALBUM
    if not items:
        raise broken("there are no messages to send")
    if not least <= len(items) <= most:
        raise broken("too many messages to send as an album" if items[most:] else "an album must include 2-10 items")
    found = [read_media(cloud, request, item) for item in items]
    if len({file.kind for file, _, _ in found}) > 1:
        raise broken("Can't use the media of the specified type in the album")
    dialogue = cloud.reach(request)
    reply = _reply(request, dialogue)
    if cloud.pace is not None:
        cloud.pace.take(dialogue.chat.user, len(found))
    group = cloud.new_query()
    return [
        cloud.write(
            dialogue,
            {**media_content(file, text, entities), "media_group_id": group, **reply},
            bubble(text, entities, file),
            file=file,
        ).message
        for file, text, entities in found
    ]


def send_location(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`sendLocation`; a live location is sent as a still one."""
    location = _location(request)
    shown = bubble(place=Place(location["latitude"], location["longitude"]))
    return _send(cloud, request, {"location": location}, shown)


def send_venue(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`sendVenue`."""
    location = _location(request)
    title, address = _required(request, "title"), _required(request, "address")
    shown = bubble(place=Place(location["latitude"], location["longitude"], title, address))
    content = {"location": location, "venue": {"location": location, "title": title, "address": address}}
    return _send(cloud, request, content, shown)


def send_contact(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`sendContact`."""
    contact = {"phone_number": _required(request, "phone_number"), "first_name": _required(request, "first_name")}
    last = request.text("last_name")
    if last:
        contact["last_name"] = last
    name = f"{contact['first_name']} {last}".strip()
    shown = bubble(contact=Contact(name, contact["phone_number"]))
    return _send(cloud, request, {"contact": contact}, shown)


def read_text(request: Request) -> tuple[str, list[Entity]]:
    """The text of a message with its entities. Raises `Refusal` where it is empty or too long.

    Telegram says "characters" without saying which; the emulator counts UTF-16 units, the stricter way.
    """
    source = request.text("text")
    if not source:
        raise broken("message text is empty")
    text, entities = formatted(source, request.text("parse_mode"), request.decoded("entities", "entities"))
    if not text:
        raise broken("message text is empty")
    if units(text) > limits.TEXT:
        raise broken("message is too long")
    return text, entities


def read_caption(source: Any, parse_mode: Any, entities: Any) -> tuple[str, list[Entity]]:
    """A caption with its entities. Raises `Refusal` where it is too long."""
    if not isinstance(source, str | None) or not isinstance(parse_mode, str | None):
        raise broken("can't parse InputMedia: field must be of type String")
    text, found = formatted(source or "", parse_mode or "", entities)
    if units(text) > limits.CAPTION:
        raise broken("message caption is too long")
    return text, found


def read_media(cloud: Cloud, request: Request, item: Any) -> tuple[StoredFile, str, list[Entity]]:
    """An InputMedia: its file, caption and entities. The sandbox serves photos and documents."""
    if not isinstance(item, Mapping):
        raise broken("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise broken(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    text, entities = read_caption(item.get("caption"), item.get("parse_mode"), item.get("caption_entities"))
    source = item.get("media")
    if not isinstance(source, str) or not source:
        raise broken("can't parse InputMedia: media not found")
    return read_file(cloud, request, source, "Photo" if kind == "photo" else "Document", "media not found"), text, entities


def read_file(cloud: Cloud, request: Request, source: Any, kind: FileKind, missing: str) -> StoredFile:
    """The file that a parameter names: an upload, "attach://<field>", or a `file_id`."""
    upload = source if isinstance(source, Upload) else None
    if isinstance(source, str) and source.startswith("attach://"):
        upload = request.upload(source.removeprefix("attach://"))
        if upload is None:
            raise broken(missing)
    if upload is not None:
        return cloud.files.put(upload, kind)
    if not isinstance(source, str) or not source:
        raise broken(missing)
    return cloud.files.get(source, kind)


def media_content(file: StoredFile, text: str, entities: list[Entity]) -> dict[str, Any]:
    """The fields of a message that carries a file."""
    return {
        **({"photo": file.sizes()} if file.kind == "Photo" else {"document": file.document()}),
        **({"caption": text} if text else {}),
        **({"caption_entities": entities} if entities else {}),
    }


def apply_keyboard(dialogue: Dialogue, keyboard: markup.Markup) -> None:
    """Show or take away the keyboard below the chat, as the client does when a message brings it."""
    chat = dialogue.chat
    if keyboard.kind == "reply":
        chat.keyboard, chat.one_time = keyboard.keys, keyboard.one_time
    elif keyboard.kind in {"remove", "force"}:
        chat.keyboard, chat.one_time = [], False


def _send_file(cloud: Cloud, request: Request, name: str) -> dict[str, Any]:
    entities = request.decoded("caption_entities", "entities")
    text, found = read_caption(request.text("caption"), request.text("parse_mode"), entities)
    kind: FileKind = "Photo" if name == "photo" else "Document"
    file = read_file(cloud, request, request.params.get(name), kind, f"there is no {name} in the request")
    return _send(cloud, request, media_content(file, text, found), bubble(text, found, file), file)


def _send(cloud: Cloud, request: Request, content: dict[str, Any], shown: Message, file: StoredFile | None = None) -> dict[str, Any]:
    keyboard = markup.read(request.decoded("reply_markup", "reply keyboard markup"))
    dialogue = cloud.reach(request)
    content.update(_reply(request, dialogue))
    if cloud.pace is not None:
        cloud.pace.take(dialogue.chat.user)
    if keyboard.kind == "inline":
        shown.keys = keyboard.keys
        content["reply_markup"] = keyboard.json
    apply_keyboard(dialogue, keyboard)
    record: Record = cloud.write(dialogue, content, shown, file=file, editable=keyboard.kind in {"none", "inline"})
    return record.message


def _reply(request: Request, dialogue: Dialogue) -> dict[str, Any]:
    """`reply_to_message`, where the request replies to one."""
    found = request.decoded("reply_parameters", "reply parameters")
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise broken("object expected as reply parameters")
    number = found.get("message_id")
    record = dialogue.records.get(number) if isinstance(number, int) else None
    if record is not None:
        return {"reply_to_message": {name: value for name, value in record.message.items() if name != "reply_to_message"}}
    if found.get("allow_sending_without_reply") is True:
        return {}
    raise bad_request("message to be replied not found")


def _location(request: Request) -> dict[str, float]:
    latitude, longitude = request.number("latitude"), request.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # degrees
        raise broken("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


def _required(request: Request, name: str) -> str:
    value = request.text(name).strip()
    if not value:
        raise broken(f'parameter "{name}" is required')
    return value
