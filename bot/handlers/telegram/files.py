"""Files at Telegram: each is uploaded once and then sent by the name that Telegram gave it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from aiogram.types import BufferedInputFile

from bot.conversation.channel import Library
from bot.handlers.recent import Recent
from bot.handlers.telegram.api import Api, Refused
from bot.handlers.telegram.method import Sent, ToChat
from bot.handlers.telegram.render import File

REMEMBERED = 10_000
"""Names of files that are kept in mind; the library knows the others."""
UPLOAD_SECONDS = 60
"""How long an upload may take: 10 MB over a slow line."""

_FORGOTTEN = ("wrong file", "wrong remote file", "file reference", "type of file mismatch", "can't use file of type")
_BAD_PICTURE = ("image_process_failed", "photo_invalid", "photo_ext_invalid", "photo_save_file_invalid", "too big", "too large")


class BadPicture(Exception):
    """A picture that Telegram does not take, or whose bytes are gone; the text says which and why."""


class Files:
    """Sends stored files. Uploading the same bytes again and again would be slowed down by Telegram, by size of the file."""

    def __init__(self, api: Api, channel: str, library: Library) -> None:
        self._api, self._channel, self._library = api, channel, library
        self._references = Recent[str, str](REMEMBERED)
        self._bad = Recent[str, str](REMEMBERED)
        self._uploads = WeakValueDictionary[str, asyncio.Lock]()

    async def send(self, file: File, method: Callable[[str | BufferedInputFile], ToChat]) -> tuple[Sent, dict[str, str]]:
        """Call the method with the file's name, or with its bytes where Telegram knows no name of it.

        Returns the message and what was learned: the new name by the file's digest. Raises `BadPicture` for a photo that cannot be sent,
        `FileNotFoundError` for a document that is gone.
        """
        if file.digest in self._bad:
            raise BadPicture(self._bad[file.digest])
        known = self._references.get(file.digest) or await self._library.reference(self._channel, file.digest)
        if known and (sent := await self._by_name(known, method)):
            self._references[file.digest] = known
            return sent, {}
        async with self._uploads.setdefault(file.digest, asyncio.Lock()):
            new = self._references.get(file.digest)  # somebody may have uploaded it while we waited
            if new and new != known and (sent := await self._by_name(new, method)):
                return sent, {}
            sent = await self._upload(file, method)
            self._references[file.digest] = sent.reference
            return sent, {file.digest: sent.reference} if self._library.keeps(file.digest) else {}

    async def _by_name(self, name: str, method: Callable[[str | BufferedInputFile], ToChat]) -> Sent | None:
        try:
            return await self._api(method(name))
        except Refused as why:
            if any(text in str(why) for text in _FORGOTTEN):
                return None
            raise

    async def _upload(self, file: File, method: Callable[[str | BufferedInputFile], ToChat]) -> Sent:
        try:
            data = await self._library.data(file.digest)
            return await self._api(method(BufferedInputFile(data, filename=file.name)), seconds=UPLOAD_SECONDS)
        except (FileNotFoundError, Refused) as why:
            gone = isinstance(why, FileNotFoundError)
            if file.kind != "photo" or not (gone or any(text in str(why) for text in _BAD_PICTURE)):
                raise
            self._bad[file.digest] = f"{file.name}: {'its bytes are gone' if gone else why}"
            raise BadPicture(self._bad[file.digest]) from why
