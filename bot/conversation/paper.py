"""Papers: documents that are made for somebody when they are shown, from frozen facts; they are never kept on a disk of ours."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from mimetypes import guess_type
from typing import Any

from bot.conversation.screen import Attachment, Paper, Screen
from bot.model.text import _

log = logging.getLogger(__name__)

Maker = Callable[[Mapping[str, Any]], bytes]
"""Makes the bytes of a paper from its facts; the same facts give the same bytes."""
KEPT = 64
"""Papers whose bytes are kept in memory, the latest ones: long enough to be shown, and shown again."""


class Papers:
    """Makes papers in a thread, after the turn; remembers the latest, so that a page shown again costs nothing."""

    def __init__(self, makers: Mapping[str, Maker]) -> None:
        """Take the makers by the kind of paper."""
        self._makers = makers
        self._digests, self._bytes = OrderedDict[str, str](), OrderedDict[str, bytes]()

    async def made(self, screen: Screen) -> Screen:
        """The screen with its paper made. Where that fails the rest is shown, and says so; why is in the log, without the facts."""
        paper = screen.document
        if not isinstance(paper, Paper):
            return screen
        try:
            digest = await self._made(paper)
        except Exception:
            log.exception("a paper could not be made", extra={"kind": paper.kind})
            return replace(screen, document=None).noted(_("The file could not be made just now. Please try again a little later."))
        return replace(screen, document=Attachment(digest, paper.name, guess_type(paper.name)[0] or "application/octet-stream"))

    async def _made(self, paper: Paper) -> str:
        recipe = sha256(json.dumps([paper.kind, paper.facts], sort_keys=True, default=str).encode()).hexdigest()
        if (digest := self._digests.get(recipe)) in self._bytes:
            return str(digest)
        data = await asyncio.to_thread(self._makers[paper.kind], paper.facts)
        digest = sha256(data).hexdigest()
        self._digests[recipe], self._bytes[digest] = digest, data
        while len(self._bytes) > KEPT:
            self._bytes.popitem(last=False)
        while len(self._digests) > KEPT:
            self._digests.popitem(last=False)
        return digest

    def data(self, digest: str) -> bytes | None:
        """The bytes of a paper that was made lately."""
        return self._bytes.get(digest)
