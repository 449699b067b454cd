"""Files lie in a folder by the sha256 of their bytes: the same file twice is one."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Files:
    """A folder of files, each named by its digest."""

    def __init__(self, folder: Path) -> None:
        """Use this folder; it is made when the first file comes."""
        self._folder = folder

    def path(self, digest: str) -> Path:
        """Where a file lies. Raises `ValueError` for what is no sha256: it may come from outside, and must not name another folder."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"no sha256: {digest[:80]!r}")
        return self._folder / digest

    def read(self, digest: str) -> bytes:
        """The bytes of a file. Raises `FileNotFoundError`."""
        return self.path(digest).read_bytes()

    def put(self, data: bytes) -> str:
        """Keep a file, whole or not at all; returns its digest."""
        digest = sha256(data).hexdigest()
        place = self.path(digest)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=place.parent, delete=False) as made:
                made.write(data)
                made.flush()
                os.fsync(made.fileno())
            Path(made.name).replace(place)
        return digest
