"""What every test with the real program needs: a database with the demonstration district, made once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.soak.town import settle_town


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that holds the demonstration district."""
    folder = tmp_path_factory.mktemp("settled")
    asyncio.run(settle_town(folder))
    return folder
