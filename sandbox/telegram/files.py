"""Files on the emulated Telegram servers: uploads, their persistent identifiers, and the sizes of pictures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from mimetypes import guess_type
from typing import Any, Literal

from sandbox.chat import Media
from sandbox.pictures import picture_size, picture_type
from sandbox.telegram import limits
from sandbox.telegram.refusal import Refusal

FileKind = Literal["Photo", "Document"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    type: str
    data: bytes

    def __str__(self) -> str:
        """What the log of calls shows instead of the bytes."""
        return f"<{self.name}, {len(self.data)} bytes>"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a `file_id` names; `width` and `height` are a picture's, in pixels."""

    file_id: str
    unique_id: str
    kind: FileKind
    name: str
    type: str
    data: bytes
    path: str
    width: int = 0
    height: int = 0

    @property
    def media(self) -> Media:
        """The file as the person's client shows it."""
        return Media(self.name, self.type, self.data, self.file_id)

    def document(self) -> dict[str, Any]:
        """The Bot API's Document."""
        return {
            "file_name": self.name,
            "mime_type": self.type,
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }

    def sizes(self) -> list[dict[str, Any]]:
        """The Bot API's PhotoSize list, smallest first; each size is served as the original bytes, which the emulator does not scale."""
        longest = max(self.width, self.height)
        letters = [(letter, edge) for letter, edge in limits.PHOTO_EDGES if edge < longest]
        letter, edge = next(((letter, edge) for letter, edge in limits.PHOTO_EDGES if edge >= longest), limits.PHOTO_EDGES[-1])
        chosen = [*letters[:2], (letter, min(edge, longest))]
        return [
            {
                "file_id": f"{self.file_id}{letter}" if place < len(chosen) - 1 else self.file_id,
                "file_unique_id": f"{self.unique_id}{letter}",
                "file_size": len(self.data),
                "width": max(1, round(self.width * edge / longest)),
                "height": max(1, round(self.height * edge / longest)),
            }
            for place, (letter, edge) in enumerate(chosen)
        ]


@dataclass(slots=True)
class FileStore:
    """All files of one emulator, by `file_id` and by download path."""

    _by_id: dict[str, StoredFile] = field(default_factory=dict)
    _by_path: dict[str, StoredFile] = field(default_factory=dict)

    def put(self, upload: Upload, kind: FileKind) -> StoredFile:
        """Keep an upload. Raises `Refusal` for what Telegram would not take: an empty or too big file, a picture that is none."""
        if not upload.data:
            raise Refusal(400, "Bad Request: file must be non-empty", breach=True)
        width = height = 0
        if kind == "Photo":
            if len(upload.data) > limits.PHOTO_BYTES:
                raise Refusal(400, "Bad Request: file is too big", breach=True)
            width, height = picture_size(upload.data)
            if not width or not height:
                raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED", breach=True)
            if width + height > limits.PHOTO_SIDES or max(width, height) > limits.PHOTO_RATIO * min(width, height):
                raise Refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS", breach=True)
        elif len(upload.data) > limits.UPLOAD_BYTES:
            raise Refusal(413, "Request Entity Too Large", breach=True)
        number = len(self._by_path) + 1
        unique = hashlib.sha256(upload.data).hexdigest()[:15]
        folder, name = ("photos", f"file_{number}.jpg") if kind == "Photo" else ("documents", f"file_{number}_{_path_name(upload.name)}")
        # What a bot says of a type is as little trusted as by the real server: clients go by content and by name.
        type_ = picture_type(upload.data) if kind == "Photo" else guess_type(upload.name)[0] or upload.type
        stored = StoredFile(
            file_id=f"{'AgAC' if kind == 'Photo' else 'BQAC'}AgIAAxkBAAI{number:08d}{unique}",
            unique_id=f"AQAD{unique}",
            kind=kind,
            name=upload.name,
            type=type_,
            data=upload.data,
            path=f"{folder}/{name}",
            width=width,
            height=height,
        )
        self._by_path[stored.path] = stored
        self._by_id[stored.file_id] = stored
        if kind == "Photo":
            self._by_id.update((size["file_id"], stored) for size in stored.sizes())
        return stored

    def get(self, file_id: str, kind: FileKind | None = None) -> StoredFile:
        """The file of this `file_id`. Raises `Refusal` where there is none, or where it is of another kind than `kind`."""
        stored = self._by_id.get(file_id)
        if stored is None:
            if file_id.startswith(("http://", "https://")):
                raise Refusal(400, "Bad Request: failed to get HTTP URL content")  # the sandbox has no network
            raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if kind is not None and stored.kind != kind:
            raise Refusal(400, f"Bad Request: can't use file of type {stored.kind} as {kind}")
        return stored

    def at(self, path: str) -> StoredFile | None:
        """The file at this download path."""
        return self._by_path.get(path)


def _path_name(name: str) -> str:
    """The name as it may stand in a download path."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name)[-60:] or "file"
