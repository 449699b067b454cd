"""Half a minute with random people: nothing fails, nobody is left alone, nothing grows, whatever the network does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.soak import Plan, soak
from tests.soak.town import COMMUNITIES, town

SECONDS = 20.0


@pytest.mark.parametrize("channels", [("telegram",), tuple(COMMUNITIES)], ids=["telegram", "vk"])
async def test_random_people(channels: tuple[str, ...], settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, channels) as place:
        await place.bot.start()
        report = await soak(place, Plan(SECONDS))
    assert not report.wrong, str(report)
    assert len(report.acts) > SECONDS, str(report)
