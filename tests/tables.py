"""Catalogues that tests and transcripts are played in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from bot.services import importing


async def district(core: Any, world: Any) -> None:
    """The whole demonstration district, as `make demo` imports it."""
    from sandbox.district import write_catalogue

    folder: Path = world.folder / "district"
    if not folder.exists():
        await asyncio.to_thread(write_catalogue, folder / "catalogue.xlsx")
    await importing.import_file(core.database, folder / "catalogue.xlsx", now=world.time.now, files=world.folder / "files")


CATALOGUES: Mapping[str, Callable[[Any, Any], Awaitable[None]]] = {"district": district}
