"""Photos and documents on the emulated VK: the three steps of an upload, and what they become (dev.vk.com/api/upload/overview)."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sandbox.chat import Media
from sandbox.pictures import picture_size
from sandbox.vk.errors import VkError, invalid

FileKind = Literal["photo", "doc"]
PHOTO_BYTES: Final = 50 * 1024 * 1024
PHOTO_SIDES: Final = 14_000
"""Width and height together, in pixels: dev.vk.com/api/upload/photo-in-message."""
PHOTO_RATIO: Final = 20
DOCUMENT_BYTES: Final = 200 * 1024 * 1024
SIZES: Final = (("s", 75), ("m", 130), ("x", 604), ("y", 807), ("z", 1080), ("w", 2560))
"""Letters of a photo's sizes and their longer edges: dev.vk.com/reference/objects/photo-sizes."""
MESSAGES_ALBUM: Final = -3
DOCUMENT_TYPES: Final = {
    **dict.fromkeys(("pdf", "doc", "docx", "xls", "xlsx", "txt"), 1),
    "zip": 2,
    "gif": 3,
    **dict.fromkeys(("png", "jpg", "jpeg"), 4),
    "mp3": 5,
}
"""VK's kinds of documents by their extensions: dev.vk.com/reference/objects/doc."""
OTHER_DOCUMENT: Final = 8
_REFERENCE = re.compile(r"(photo|doc)?(-?\d{1,18})_(\d{1,18})(?:_(\w+))?")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that messages name `photo<owner>_<id>` or `doc<owner>_<id>`; `secret` is its place under /files."""

    kind: FileKind
    owner: int
    id: int
    access_key: str
    secret: str
    media: Media
    at: datetime
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class _Slot:
    """An upload address that was given out."""

    kind: FileKind
    group: int


class FileStore:
    """All files of one emulator. `base` is the address that their URLs begin with."""

    def __init__(self) -> None:
        self.base = ""
        self._files: dict[tuple[FileKind, int, int], StoredFile] = {}
        self._by_secret: dict[str, StoredFile] = {}
        self._slots: dict[str, _Slot] = {}
        self._uploads: dict[str, tuple[_Slot, Media]] = {}

    def slot(self, kind: FileKind, group: int) -> str:
        """Step one: an address to upload to."""
        token = secrets.token_hex(16)
        self._slots[token] = _Slot(kind, group)
        return f"{self.base}/upload/{token}"

    def upload(self, token: str, name: str, type_: str, data: bytes) -> dict[str, Any] | None:
        """Step two: what the upload server answers; None for an address that nobody was given."""
        slot = self._slots.get(token)
        if slot is None:
            return None
        if slot.kind == "doc":
            if not 0 < len(data) <= DOCUMENT_BYTES:
                return {"error": "bad_file", "error_descr": "the file is empty or too big"}
            return {"file": self._hold(slot, Media(name, type_, data, ""))}
        photo = self._hold(slot, Media(name, type_, data, "")) if _fits(data) else "[]"
        return {"server": 1, "photo": photo, "hash": _hash(photo)}

    def save_photo(self, group: int, server: int, photo: str, hash_: str, at: datetime) -> StoredFile:
        """Step three for a photo. Raises `VkError` for what step two did not give."""
        if server != 1:
            raise invalid("server is invalid")
        if hash_ != _hash(photo):
            raise VkError(121)
        if photo == "[]":
            raise invalid("photos_list is invalid")
        return self.keep("photo", -group, self._release("photo", group, photo, VkError(129)), at)

    def save_document(self, group: int, file: str, title: str, at: datetime) -> StoredFile:
        """Step three for a document."""
        media = self._release("doc", group, file, VkError(105))
        return self.keep("doc", -group, Media(title or media.name, media.type, media.data, ""), at)

    def keep(self, kind: FileKind, owner: int, media: Media, at: datetime) -> StoredFile:
        """Give a file an id and an address."""
        number = 456_239_000 + len(self._files)
        width, height = picture_size(media.data) if kind == "photo" else (0, 0)
        named = Media(media.name, media.type, media.data, f"{kind}{owner}_{number}")
        stored = StoredFile(kind, owner, number, secrets.token_hex(9), secrets.token_hex(16), named, at, width, height)
        self._files[kind, owner, number] = self._by_secret[stored.secret] = stored
        return stored

    def find(self, reference: str, group: int, kind: FileKind | None = None) -> StoredFile:
        """The file of an attachment. Raises `VkError` 100 for an unknown one, or for somebody else's without its access key."""
        found = _REFERENCE.fullmatch(reference)
        if found is None or (kind or found[1]) is None:
            raise invalid(f"attachment {reference[:80]} is invalid")
        stored = self._files.get((kind or found[1], int(found[2]), int(found[3])))  # type: ignore[arg-type]
        if stored is None or (stored.owner != -group and found[4] != stored.access_key):
            raise invalid(f"attachment {reference[:80]} is not found")
        return stored

    def at(self, secret: str) -> StoredFile | None:
        """The file at this address."""
        return self._by_secret.get(secret)

    def attachment(self, stored: StoredFile) -> dict[str, Any]:
        """The file as a message's attachment."""
        return {"type": stored.kind, stored.kind: self.photo(stored) if stored.kind == "photo" else self.document(stored)}

    def photo(self, stored: StoredFile) -> dict[str, Any]:
        """VK's photo object. Each size is served as the original bytes, which the emulator does not scale."""
        longest = max(stored.width, stored.height, 1)
        last = next((place for place, (_, edge) in enumerate(SIZES) if edge >= longest), len(SIZES) - 1)
        sizes = [
            {
                "type": letter,
                "url": self._url(stored),
                "width": max(1, round(stored.width * min(edge, longest) / longest)),
                "height": max(1, round(stored.height * min(edge, longest) / longest)),
            }
            for letter, edge in SIZES[: last + 1]
        ]
        return {
            "album_id": MESSAGES_ALBUM,
            "date": int(stored.at.timestamp()),
            "id": stored.id,
            "owner_id": stored.owner,
            "access_key": stored.access_key,
            "sizes": sizes,
            "text": "",
            "has_tags": False,
        }

    def document(self, stored: StoredFile) -> dict[str, Any]:
        """VK's document object."""
        extension = stored.media.name.rpartition(".")[2].lower() if "." in stored.media.name else ""
        return {
            "id": stored.id,
            "owner_id": stored.owner,
            "title": stored.media.name,
            "size": len(stored.media.data),
            "ext": extension,
            "date": int(stored.at.timestamp()),
            "type": DOCUMENT_TYPES.get(extension, OTHER_DOCUMENT),
            "url": self._url(stored),
            "access_key": stored.access_key,
        }

    def _url(self, stored: StoredFile) -> str:
        return f"{self.base}/files/{stored.secret}"

    def _hold(self, slot: _Slot, media: Media) -> str:
        token = secrets.token_hex(24)
        self._uploads[token] = slot, media
        return token

    def _release(self, kind: FileKind, group: int, token: str, error: VkError) -> Media:
        slot, media = self._uploads.get(token, (None, None))
        if slot != _Slot(kind, group) or media is None:
            raise error
        del self._uploads[token]
        return media


def _fits(data: bytes) -> bool:
    width, height = picture_size(data)
    sides = sorted((width, height))
    return len(data) <= PHOTO_BYTES and sides[0] > 0 and sum(sides) <= PHOTO_SIDES and sides[1] <= PHOTO_RATIO * sides[0]


def _hash(photo: str) -> str:
    return f"{len(photo):04x}{photo[:12]}"
