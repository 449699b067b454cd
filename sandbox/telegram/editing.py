"""Methods that change or delete what the bot has sent."""

from __future__ import annotations

from typing import Any

from sandbox.telegram import limits, markup
from sandbox.telegram.cloud import Cloud, Dialogue, Record
from sandbox.telegram.formatting import Entity, spans
from sandbox.telegram.refusal import bad_request, broken
from sandbox.telegram.request import Request
from sandbox.telegram.sending import media_content, read_caption, read_media, read_text

_CONTENT = frozenset({"text", "entities", "caption", "caption_entities", "photo", "document", "reply_markup"})
"""What an edit replaces; the rest of a message stays."""


def edit_message_text(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`editMessageText`, of messages that have a text: a picture's caption is another method's."""
    if request.params.get("rich_message"):
        raise broken("the sandbox does not serve rich messages")
    text, entities = read_text(request)
    keyboard = _keyboard(request)
    dialogue, record = _target(cloud, request)
    if "text" not in record.message:
        raise bad_request("there is no text in the message to edit")
    return _change(cloud, dialogue, record, {"text": text, **({"entities": entities} if entities else {})}, keyboard, text, entities)


def edit_message_caption(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`editMessageCaption`, of pictures and documents."""
    entities = request.decoded("caption_entities", "entities")
    text, found = read_caption(request.text("caption"), request.text("parse_mode"), entities)
    keyboard = _keyboard(request)
    dialogue, record = _target(cloud, request)
    if record.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _change(cloud, dialogue, record, media_content(record.file, text, found), keyboard, text, found)


def edit_message_media(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`editMessageMedia`: another file, or a file for a text message. The other way round, into a text, is impossible."""
    if not request.params.get("media"):
        raise broken('parameter "media" is required')
    item = request.decoded("media", "input media")
    keyboard = _keyboard(request)
    dialogue, record = _target(cloud, request)
    if record.file is None and "text" not in record.message:
        raise bad_request("message can't be edited")
    file, text, entities = read_media(cloud, request, item)
    changed = _change(cloud, dialogue, record, media_content(file, text, entities), keyboard, text, entities)
    record.file = file
    record.shown.picture = file.media if file.kind == "Photo" else None
    record.shown.document = file.media if file.kind == "Document" else None
    return changed


def edit_message_reply_markup(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`editMessageReplyMarkup`: the keys under a message, whatever it carries; none takes them away."""
    keyboard = _keyboard(request)
    dialogue, record = _target(cloud, request)
    content = {name: value for name, value in record.message.items() if name in _CONTENT and name != "reply_markup"}
    return _change(cloud, dialogue, record, content, keyboard)


def delete_message(cloud: Cloud, request: Request) -> bool:
    """`deleteMessage`: either side's message of a private chat, for 48 hours."""
    number = request.integer("message_id")
    if not number:
        raise broken("message identifier is not specified")
    dialogue = cloud.reach(request, write=False)
    record = dialogue.records.get(number)
    if record is None:
        raise bad_request("message to delete not found")
    if _is_old(cloud, record):
        raise bad_request("message can't be deleted for everyone")
    cloud.remove(dialogue, number)
    return True


def delete_messages(cloud: Cloud, request: Request) -> bool:
    """`deleteMessages`: those that can be deleted; the others are skipped."""
    numbers = request.decoded("message_ids", "message_ids")
    if numbers is None or numbers == []:
        raise broken("message identifiers are not specified")
    if not isinstance(numbers, list):
        raise broken("expected an Array of message identifiers")
    if len(numbers) > limits.DELETED_AT_ONCE:
        raise broken("too many message identifiers specified")
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise broken("invalid message identifier specified")
    dialogue = cloud.reach(request, write=False)
    for number in dict.fromkeys(numbers):
        record = dialogue.records.get(number)
        if record is not None and not _is_old(cloud, record):
            cloud.remove(dialogue, number)
    return True


def _target(cloud: Cloud, request: Request) -> tuple[Dialogue, Record]:
    """The message to edit: the bot's own, and sent without a reply keyboard."""
    number = request.integer("message_id")
    if not request.text("chat_id") and not number:
        raise broken("MESSAGE_ID_INVALID" if request.text("inline_message_id") else "message identifier is not specified")
    dialogue = cloud.reach(request, write=False)
    record = dialogue.records.get(number)
    if record is None:
        raise bad_request("message to edit not found")
    if record.shown.mine or not record.editable:
        raise bad_request("message can't be edited")
    return dialogue, record


def _keyboard(request: Request) -> markup.Markup:
    keyboard = markup.read(request.decoded("reply_markup", "reply keyboard markup"))
    if keyboard.kind not in {"none", "inline"}:
        raise broken("inline keyboard expected")
    return keyboard


def _change(
    cloud: Cloud,
    dialogue: Dialogue,
    record: Record,
    content: dict[str, Any],
    keyboard: markup.Markup,
    text: str | None = None,
    entities: list[Entity] | None = None,
) -> dict[str, Any]:
    """Replace content and keys; a text of None leaves the words as they are."""
    if keyboard.json is not None:
        content = {**content, "reply_markup": keyboard.json}
    old = record.message
    if content == {name: value for name, value in old.items() if name in _CONTENT}:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content "
            "and reply markup of the message"
        )
    record.message = {**{name: value for name, value in old.items() if name not in _CONTENT}, "edit_date": cloud.date(), **content}
    shown = record.shown
    shown.keys = keyboard.keys
    if text is not None:
        shown.text, shown.spans, shown.edited = text, spans(entities or (), text), True
    cloud.changed(dialogue.chat.user)
    return record.message


def _is_old(cloud: Cloud, record: Record) -> bool:
    return cloud.date() - int(record.message["date"]) > limits.DELETE_WINDOW
