"""A club on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage import migrate
from storage.database import open_database
from tests.enrolment.club import Club


@pytest.fixture
async def club(database_url: str) -> AsyncIterator[Club]:
    """A founded club on a new database."""
    migrate(database_url)
    database = await open_database(database_url)
    club = Club(database)
    await club.found()
    yield club
    await database.close()
