"""Files at VK: each is uploaded once and then attached by the name that VK gave it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from weakref import WeakValueDictionary

from vk_api import ApiError

from bot.conversation.channel import Library
from bot.handlers.recent import Recent
from bot.handlers.vk.api import Api
from bot.handlers.vk.render import File, reference

REMEMBERED = 10_000
"""Names of files that are kept in mind; the library knows the others."""

_WRONG_PARAMETER = 100
_BAD_FILE = {7, 15, 22, 100, 105, 118, 121, 122, 129}
"""No right to upload, upload error, wrong parameter, cannot be saved, wrong server, hash, photos, photo (schema 5.199, errors.json)."""

T = TypeVar("T")


class BadPicture(Exception):
    """A picture that VK does not take, or whose bytes are gone; the text says which and why."""


class Files:
    """Attaches stored files to messages."""

    def __init__(self, api: Api, channel: str, library: Library) -> None:
        self._api, self._channel, self._library = api, channel, library
        self._references = Recent[str, str](REMEMBERED)
        self._bad = Recent[str, str](REMEMBERED)
        self._uploads = WeakValueDictionary[str, asyncio.Lock]()

    async def send(self, files: Sequence[File], peer: int, call: Callable[[str], Awaitable[T]]) -> tuple[T, dict[str, str]]:
        """Call with the `attachment` of these files; those that VK does not know, or no longer, are uploaded.

        Returns the result and what was learned: the new names by the files' digests. Raises `BadPicture` for a photo that cannot be sent,
        `FileNotFoundError` for a document that is gone.
        """
        names, learned = await self._names(files, peer, {})
        try:
            return await call(",".join(names)), learned
        except ApiError as why:
            if not names or not _is_forgotten(why):
                raise
        names, learned = await self._names(files, peer, dict(zip(files, names, strict=True)))
        return await call(",".join(names)), learned

    async def _names(self, files: Sequence[File], peer: int, refused: dict[File, str]) -> tuple[list[str], dict[str, str]]:
        names, learned = list[str](), dict[str, str]()
        for file in files:
            if file.digest in self._bad:
                raise BadPicture(self._bad[file.digest])
            known = self._references.get(file.digest) or await self._library.reference(self._channel, file.digest)
            if not known or known == refused.get(file):
                known = await self._uploaded(file, peer, refused.get(file))
                if self._library.keeps(file.digest):
                    learned[file.digest] = known
            self._references[file.digest] = known
            names.append(known)
        return names, learned

    async def _uploaded(self, file: File, peer: int, refused: str | None) -> str:
        async with self._uploads.setdefault(file.digest, asyncio.Lock()):
            new = self._references.get(file.digest)  # somebody may have uploaded it while we waited
            if new and new != refused:
                return new
            try:
                stored = await self._api.upload(file.kind, file.name, await self._library.data(file.digest), peer)
            except (FileNotFoundError, ApiError) as why:
                gone = isinstance(why, FileNotFoundError)
                if file.kind != "photo" or not (gone or getattr(why, "code", 0) in _BAD_FILE):
                    raise
                self._bad[file.digest] = f"{file.name}: {'its bytes are gone' if gone else why}"
                raise BadPicture(self._bad[file.digest]) from why
            self._references[file.digest] = reference(file.kind, stored)
            return self._references[file.digest]


def _is_forgotten(why: ApiError) -> bool:
    return why.code == _WRONG_PARAMETER and any(word in str(why).lower() for word in ("attachment", "photo", "doc"))
