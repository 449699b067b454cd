"""The long soak: `python -m tests.soak`, also `make soak`. Prints figures for each messenger; exit code 1 where something did not hold."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from tests.soak.soak import Plan, soak
from tests.soak.town import COMMUNITIES, settle_town, town

CHANNELS = {"telegram": ("telegram",), "vk": tuple(COMMUNITIES), "both": ("telegram", *COMMUNITIES)}


def main() -> int:
    """Read the command line, soak, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("channels", nargs="*", choices=[*CHANNELS, []], default=["telegram", "vk"], help="what to soak, one after another")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long, each (5)")
    parser.add_argument("--people", type=int, default=12, help="how many in each channel (12)")
    parser.add_argument("--pause", type=float, default=1.5, help="mean seconds between an answer and the next act (1.5)")
    parser.add_argument("--seed", type=int, default=1, help="other people and other troubles (1)")
    wishes = parser.parse_args()
    plan = Plan(wishes.minutes * 60, wishes.people, wishes.pause, weather=8.0, seed=wishes.seed, quota=True)
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="kruzhok-soak-") as folder:
        for name in wishes.channels:
            wrong += asyncio.run(_soak(name, plan, Path(folder)))
    return 1 if wrong else 0


async def _soak(name: str, plan: Plan, folder: Path) -> int:
    # SIGTERM (`timeout`, say) ends it as Ctrl-C does: the program under test must not outlive us.
    if (main := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, main.cancel)
    settled, place = folder / "settled", folder / name
    place.mkdir()
    if not settled.exists():
        settled.mkdir()
        await settle_town(settled)
    async with town(place, settled, CHANNELS[name], seed=plan.seed, hang=20.0) as opened:
        await opened.bot.start()
        report = await soak(opened, plan)
        sys.stdout.write(f"\n{name}\n{report}\nturns: {dict(opened.bot.turns)}\n")
        sys.stdout.flush()
    return len(report.wrong)


if __name__ == "__main__":
    sys.exit(main())
