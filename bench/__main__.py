"""`python -m bench`: measure, print the tables, and keep the figures in `bench/results`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import orjson
import typer
import uvloop

from bench.opening import run as night
from bench.run import QUICK, Plan, run
from bench.table import as_json, tables

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of the figures -->\n"
"""Between these two the page has the tables of its best run."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def opening(
    quick: Annotated[bool, typer.Option(help="A thousand families in a minute, not ten thousand in ten.")] = False,
) -> None:
    """Measure the opening night: families in two messengers, four presses each, places and queues counted afterwards."""
    print(uvloop.run(night(lambda text: print(text, file=sys.stderr), quick=quick)))


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    quick: Annotated[bool, typer.Option(help="Take two minutes, not six: enough to see a big change, not a small one.")] = False,
    docs: Annotated[bool, typer.Option(help="Put the tables into docs/performance.md.")] = False,
) -> None:
    """Measure what a press costs, beside a bare aiogram echo and the usual way.

    The machine should have two cores and nothing else to do. KRUZHOK_TEST_POSTGRES names a PostgreSQL server whose user may create
    databases; without it that part is left out. Nothing is asserted: the targets are printed beside the figures.
    """
    if context.invoked_subcommand is not None:
        return
    begun = time.monotonic()
    outcome = uvloop.run(run(QUICK if quick else Plan(), lambda text: print(text, file=sys.stderr)))
    shown = tables(outcome)
    print(shown)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / time.strftime("%Y-%m-%d-%H%M%S.json")
    kept.write_bytes(orjson.dumps(as_json(outcome), option=orjson.OPT_INDENT_2))
    if docs:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n{shown}\n\n{END}{after}", encoding="utf-8")
    print(f"\n{kept}: every slice. It took {time.monotonic() - begun:.0f} s.", file=sys.stderr)


app()
