"""The figures of a run as tables for people (Markdown, readable in a terminal) and as JSON for programs."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.run import RATE, Figures, Outcome, Subjected
from bench.slices import Spread

LIBRARIES = ("aiogram", "vk-api", "aiohttp", "SQLAlchemy", "aiosqlite", "asyncpg", "uvloop", "orjson")


def machine() -> str:
    """Where it was measured, in one line."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    cores = f"{os.cpu_count()} × {model}"
    return f"{cores}, {platform.system()}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}"


def tables(outcome: Outcome) -> str:
    """Everything, as Markdown."""
    parts = [
        machine(),
        "" if outcome.pinned else "Nothing was pinned to a core: on this machine only the CPU columns mean something.",
        "".join(f"Not measured: {subject.title} (KRUZHOK_TEST_POSTGRES names no server).\n" for subject in outcome.missing),
        "A hundred presses outstanding, all the time:",
        table(
            ("", "CPU µs a press", "× echo", "presses a second", "busy", "p50 ms", "p99 ms"),
            [_row(each, each.saturated, every=True) for each in outcome.measured],
        ),
        f"{RATE:g} presses a second, and memory:",
        table(
            ("", "CPU µs a press", "× echo", "p50 ms", "p99 ms", "memory at the start, MB", "after the run, MB"),
            [[*_row(each, each.paced, every=False), _megabytes(each.before), _megabytes(each.after)] for each in outcome.measured],
        ),
        "A hundred outstanding again, with VK's limit of 20 calls a second on:",
        table(
            ("", "presses a second", "CPU µs a press"),
            [
                [each.subject.title, f"{each.saturated.rate.middle:.0f}", f"{each.saturated.cost.middle * 1e6:.0f}"]
                for each in outcome.limited
            ],
        ),
        "Starting, `python -m bot …`:",
        table(("", "s", "CPU s"), [[each.title, f"{each.seconds:.2f}", f"{each.cpu:.2f}"] for each in outcome.startup]),
        "Targets:",
        table(("", "wanted", "measured", ""), list(_targets(outcome))),
    ]
    return "\n\n".join(filter(None, parts))


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Everything, slice by slice; durations of presses as quantiles."""
    return {
        "machine": machine(),
        "pinned": outcome.pinned,
        "measured": {each.subject.name: _facts(each) for each in outcome.measured},
        "limited": {each.subject.name: _facts(each) for each in outcome.limited},
        "startup": [{"title": each.title, "seconds": each.seconds, "cpu": each.cpu} for each in outcome.startup],
        "missing": [subject.name for subject in outcome.missing],
        "targets": [dict(zip(("target", "wanted", "measured", "verdict"), row, strict=True)) for row in _targets(outcome)],
    }


def _facts(one: Subjected) -> dict[str, Any]:
    loads = {"saturated": one.saturated, "paced": one.paced}
    return {
        "memory": [one.before, one.after],
        **{
            name: {
                "ratios": figures.ratios,
                "p50": figures.duration(0.5),
                "p99": figures.duration(0.99),
                "slices": [{"presses": each.presses, "seconds": each.seconds, "cpu": each.cpu} for each in figures.taken],
            }
            for name, figures in loads.items()
            if figures.taken
        },
    }


def _row(one: Subjected, figures: Figures, *, every: bool) -> list[str]:
    ratio = _spread(figures.ratio) if one.subject.program != "echo" else f"1 [{figures.ratio.least:.2f}..{figures.ratio.most:.2f}]"
    load = [f"{figures.rate.middle:.0f}", f"{figures.busy.middle:.2f}"] if every else []
    return [one.subject.title, f"{figures.cost.middle * 1e6:.0f}", ratio, *load, _ms(figures, 0.5), _ms(figures, 0.99)]


def _spread(spread: Spread) -> str:
    return f"{spread.middle:.2f} [{spread.least:.2f}..{spread.most:.2f}] n={spread.n}"


def _ms(figures: Figures, share: float) -> str:
    return f"{figures.duration(share) * 1000:.1f}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f}"


def _targets(outcome: Outcome) -> Iterator[list[str]]:
    """What the project promises of itself, and what was found; nothing of it is asserted anywhere."""
    found = {each.subject.name: each for each in outcome.measured}
    ours, usual = found["telegram"], found["usual"]
    yield _target("CPU of a press through Telegram, SQLite, in echoes", ours.saturated.ratio.middle, 1.0)
    yield _target("… in presses of the usual way", ours.saturated.ratio.middle / usual.saturated.ratio.middle, 0.2)
    if "telegram-postgresql" in found:
        yield _target("CPU of a press on PostgreSQL, the bot's side, in echoes", found["telegram-postgresql"].saturated.ratio.middle, 1.5)
    for name, other in (("telegram", "usual"), ("telegram-postgresql", "usual-postgresql")):
        if name in found:
            limit = found[other].paced.duration(0.99) * 1000
            title = f"p99 at {RATE:g} a second, ms, {found[name].subject.title}"
            yield _target(title, found[name].paced.duration(0.99) * 1000, limit)


def _target(title: str, value: float, limit: float) -> list[str]:
    return [title, f"≤ {limit:.3g}", f"{value:.3g}", "met" if value <= limit else "MISSED"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under a head, as Markdown with its columns in line."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(cells, widths, strict=True))]
        return f"| {' | '.join(padded)} |"

    rule = f"| {' | '.join('-' * width if at == 0 else '-' * (width - 1) + ':' for at, width in enumerate(widths))} |"
    return "\n".join((line(head), rule, *map(line, rows)))
