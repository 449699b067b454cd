"""`python -m sandbox`: Kruzhok with local messengers, a demonstration district and a page of telephones."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from sandbox.demonstration import FOLDER, Wishes, demonstrate

PORT = typer.Option(help="The page's port on 127.0.0.1; where it is taken, the next free one. 0: any.", min=0, max=65_535)
BROWSER = typer.Option(help="Open the page in a browser.")
FRESH = typer.Option("--fresh", help="Begin anew: forget the database, the people added and the time.")
PLACE = typer.Option(help="Where the sandbox keeps its database, files and chats.", file_okay=False)
SEED = typer.Option(help="Grows another district around the same 25 programmes, with other troubles.")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def main(
    port: Annotated[int, PORT] = 8080,
    browser: Annotated[bool, BROWSER] = True,  # noqa: FBT002  # a flag
    fresh: Annotated[bool, FRESH] = False,  # noqa: FBT002  # a flag
    seed: Annotated[int, SEED] = 2026,
    folder: Annotated[Path, PLACE] = FOLDER,
) -> None:
    """Try Kruzhok without any token: telephones on a page, a local Telegram and VK, and the ordinary bot.

    Everything lives on 127.0.0.1 and in one folder. A second start goes on where the first one ended, with the same database,
    chats, people and time.
    """
    try:
        asyncio.run(demonstrate(Wishes(port=port, browser=browser, fresh=fresh, seed=seed, folder=folder.resolve()), typer.echo))
    except OSError as why:
        typer.echo(f"The sandbox cannot start: {why}", err=True)
        raise typer.Exit(1) from why


if __name__ == "__main__":
    app()
