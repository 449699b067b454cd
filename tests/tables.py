"""Catalogues that tests and transcripts are played in."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bot.services import importing
from sandbox.district import write_catalogue


@cache
def _written() -> Path:
    """The district's catalogue: its pictures are drawn once for all tests of this process."""
    folder = Path(tempfile.mkdtemp(prefix="kruzhok-district-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_catalogue(folder / "catalogue.xlsx")
    return folder / "catalogue.xlsx"


async def district(core: Any, world: Any) -> None:
    """The whole demonstration district, as `make demo` imports it."""
    path = await asyncio.to_thread(_written)
    await importing.import_file(core.database, path, now=world.time.now, files=world.folder / "files")


CATALOGUES: Mapping[str, Callable[[Any, Any], Awaitable[None]]] = {"district": district}
