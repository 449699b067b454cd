"""Pictures that a catalogue brings: checked, and kept by their digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.model.text import _
from bot.services.importing.cells import Misread
from storage.files import Files

LARGEST: Final = 5 << 20
"""Bytes: what both messengers take without thought."""
_TYPES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was found good: `digest` is its SHA-256 in hexadecimal, and its name among the files; `size` is in bytes."""

    digest: str
    name: str
    type: str
    size: int


def look(folder: Path, name: str, keep: Files | None) -> Picture:
    """Read the picture that a row names, relative to the catalogue's folder, and `keep` it. Raises `Misread` where it will not do."""
    path = (folder / name.replace("\\", "/")).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise Misread(_("the picture “{name}” lies outside the catalogue's folder").format(name=name))
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise Misread(_("there is no picture “{name}” beside the table").format(name=name)) from None
    if len(content) > LARGEST:
        raise Misread(_("the picture “{name}” is larger than 5 MB").format(name=name))
    kind = next((kind for magic, kind in _TYPES.items() if content.startswith(magic)), None)
    if kind is None:
        raise Misread(_("“{name}” is neither PNG nor JPEG").format(name=name))
    digest = keep.put(content) if keep else hashlib.sha256(content).hexdigest()
    return Picture(digest, path.name[-255:], kind, len(content))
