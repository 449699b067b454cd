"""The command line: `python -m bot run`, `check`, `migrate`, `import`, `export`, `template`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.config import Settings

HELP = """Kruzhok: a Telegram and VK bot for children's clubs.

Settings come from config.toml and, over it, from the environment (KRUZHOK_TELEGRAM__TOKEN, KRUZHOK_VK__TOKEN,
KRUZHOK_DATABASE__URL, …); config.toml explains each of them.

\b
The first time, with KRUZHOK_TELEGRAM__TOKEN set:
  python -m bot check                    what is right, what to mend
  python -m bot import catalogue.xlsx    the programmes (template writes an empty table)
  python -m bot run                      until Ctrl-C or SIGTERM

To see it without any token: make demo."""

WRONG = 1
"""Exit code: the command ran, and something must be mended."""

UNUSABLE = 2
"""Exit code: the command line or the configuration is wrong; nothing was done."""

app = typer.Typer(help=HELP, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def run() -> None:
    """Serve every messenger that has a token, until Ctrl-C or SIGTERM.

    The database is made and migrated by itself. A messenger that is down, slow or refuses its token
    is tried again and again; the others do not wait for it. On SIGTERM the turns that have begun are
    finished; what was not confirmed to a messenger comes again after the next start.
    """
    settings = _settings()
    from bot.check import NO_MESSENGER

    if not settings.telegram.token and not settings.vk.channels():
        _refuse(NO_MESSENGER)
    _require(settings)
    from bot import app as program

    program.run(settings)


@app.command()
def check() -> None:
    """Say line by line what is right and what to mend; change nothing.

    Looks at the configuration and the language, asks each messenger whether its token is good, opens
    the database and compares its revision, looks at the clock and at the folder of files. Exit code 1:
    something must be mended.
    """
    settings = _settings()
    from bot import check as looking

    wrong = 0
    for finding in looking.check(settings):
        wrong += not finding.ok
        mark = typer.style("ok  ", fg="green") if finding.ok else typer.style("MEND", fg="red", bold=True)
        typer.echo(f"{mark}  {finding.subject}: {finding.text}")
    if wrong:
        raise typer.Exit(WRONG)


@app.command()
def migrate() -> None:
    """Bring the database up to this version.

    Makes the tables of an empty database, or changes those of an older version, and names each step
    that it takes. `run`, `import` and `export` do the same by themselves; this command is for doing it
    apart, for example right after a backup. There is no way back but the backup.
    """
    settings = _settings()
    _require(settings)
    import storage

    for step in storage.migrate(settings.database.url):
        typer.echo(f"revision {step}")
    typer.echo("The database is up to date.")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="XLSX, XLS, ODS or CSV in the layout of docs/import.md, answers of PFDO (JSON), or a folder of them.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and take nothing into the catalogue.")] = False,
    every_row: Annotated[bool, typer.Option("--every-row", help="List also the rows that needed no mending.")] = False,
) -> None:
    """Take programmes, groups and timetables into the catalogue.

    Every row is answered for: taken, unchanged, mended (and how) or refused (and why), with its cell.
    A bad row never stops the good ones; a file that cannot be read changes nothing (exit code 1). The
    same file twice changes nothing, so an interrupted import is simply repeated.
    """
    settings = _settings()
    _require(settings)
    import storage
    from bot.check import languages as catalogues
    from bot.clock import Clock
    from bot.conversation.language import Reader
    from bot.services import importing
    from storage.database import open_database

    storage.migrate(settings.database.url)
    reader = Reader(settings.language, personal=True, address=str)
    languages = catalogues(settings)

    async def work() -> importing.Report:
        database = await open_database(settings.database.url)
        try:
            with typer.progressbar(length=1000, label=file.name, file=sys.stderr) as bar:
                return await importing.import_file(
                    database,
                    file,
                    now=Clock(settings.clock.shift_file).now,
                    files=settings.files.path,
                    dry_run=dry_run,
                    progress=lambda done, total: bar.update(done * 1000 // max(total, 1) - bar.pos),
                )
        finally:
            await database.close()

    try:
        report = asyncio.run(work())
    except importing.Unreadable as error:
        typer.secho(languages.say(error.words, reader), err=True, fg="red")
        raise typer.Exit(WRONG) from None
    for words in report.told(everything=every_row):
        typer.echo(languages.say(words, reader))
    typer.echo(languages.say(report.summary(), reader))


@app.command()
def export(file: Annotated[Path, typer.Argument(help="The XLSX file to write; its pictures go beside it.")]) -> None:
    """Write the whole catalogue as a file that import takes.

    The same sheets and columns as in docs/import.md, with the codes by which import knows each row
    again: change a cell, import the file, and only that changes.
    """
    settings = _settings()
    _require(settings)
    import storage
    from bot.clock import Clock
    from bot.services.export import export_file
    from storage.database import open_database

    storage.migrate(settings.database.url)

    async def work() -> int:
        database = await open_database(settings.database.url)
        try:
            return await export_file(database, file, now=Clock(settings.clock.shift_file).now, files=settings.files.path)
        finally:
            await database.close()

    with _writing(file):
        rows = asyncio.run(work())
    typer.echo(f"{file}: {rows} rows")


@app.command()
def invite(
    place: Annotated[str, typer.Argument(help="The code of an organisation or municipality, as the catalogue has it.")] = "",
    role: Annotated[str, typer.Option(help="organisation, teacher, board, observer, municipality or region.")] = "organisation",
    group: Annotated[list[str] | None, typer.Option(help="The code of a teacher's group; once for each.")] = None,
    name: Annotated[str, typer.Option(help="The name of whom you invite; else they are asked.")] = "",
) -> None:
    r"""Make a one-time invitation to work for an organisation, a municipality or the region.

    Whoever follows the link within seven days, in Telegram or VK, gets the role. Send it to one person, by a way that only they read;
    every further person needs an invitation of their own.

    \b
      python -m bot invite dom-tvorchestva                                     sees applications and decides about them
      python -m bot invite dom-tvorchestva --role teacher --group 1-1          sees who attends that group
      python -m bot invite shkola-iskusstv --role board                        decides selections
      python -m bot invite lazorye --role municipality                         counts, and what families write to the centre
      python -m bot invite --role region                                       counts by municipality
      python -m bot invite lazorye --role observer                             counts only

    The region, a municipality and an organisation invite those below them in the chat as well: "My work".
    """
    from bot.model.staff import Duty

    if role not in set(Duty):
        _refuse(f"There is no role {role}; there are {', '.join(Duty)}.")
    settings = _settings()
    _require(settings)
    import storage
    from bot.clock import Clock
    from bot.services import staff
    from storage.database import Tx, open_database

    storage.migrate(settings.database.url)

    async def make(tx: Tx) -> str | None:
        scope = await staff.place(tx, Duty(role), place, group or ())
        return None if scope is None else await staff.invite(tx, scope.organisation, None, scope, name)

    async def work() -> str | None:
        database, clock = await open_database(settings.database.url), Clock(settings.clock.shift_file)
        try:
            return await database.turn(make, now=clock.now())
        finally:
            await database.close()

    token = asyncio.run(work())
    if token is None:
        wrong = (
            f"There is no place with the code {place} for the role {role}, or a group is not its own" if place else "Say for which place"
        )
        teacher = "; a teacher needs at least one --group" if role == Duty.TEACHER and not group else ""
        typer.secho(f"{wrong}{teacher}; python -m bot export shows the codes.", err=True, fg="red")
        raise typer.Exit(WRONG)
    typer.echo("The invitation works once, for seven days:")
    if settings.telegram.token:
        typer.echo(f"  Telegram: open the bot and send it  /start staff-{token}")
    for community in settings.vk.channels().values():
        typer.echo(f"  VK: https://vk.me/{community.screen_name or f'club{community.group_id}'}?ref=staff-{token}")


@app.command()
def statuses(
    file: Annotated[Path, typer.Argument(help="A list from the region's own system: XLSX, XLS, ODS, CSV.")],
    organisation: Annotated[str, typer.Option(help="The code of the organisation whose applications it lists.")],
) -> None:
    r"""Take over how applications stand in Навигатор, from a list of it; nothing else of them is changed.

    The list has a heading with the state and the application's number there, or the child's name and birthday. Every row is answered for.

    \b
      python -m bot statuses navigator.xlsx --organisation dom-tvorchestva
    """
    settings = _settings()
    _require(settings)
    import storage
    from bot.clock import Clock
    from bot.services import catalogue, navigator
    from bot.services.importing import read
    from storage.database import Tx, open_database
    from storage.schema import KINDS

    storage.migrate(settings.database.url)

    async def take(tx: Tx, tables: list[read.Raw]) -> list[tuple[str, navigator.Outcome]] | None:
        club = await catalogue.club(tx, organisation, KINDS)
        if club is None:
            return None
        return [(each.name, await navigator.statuses(tx, club.id, each.rows)) for each in tables]

    async def work() -> list[tuple[str, navigator.Outcome]] | None:
        found = await read.contents(file)
        database, clock = await open_database(settings.database.url), Clock(settings.clock.shift_file)
        try:
            return await database.turn(lambda tx: take(tx, found.tables), now=clock.now())
        finally:
            await database.close()

    try:
        made = asyncio.run(work())
    except read.Unreadable as why:
        _refuse(str(why.words.message))
    if made is None:
        _refuse(f"There is no organisation with the code {organisation}; python -m bot export shows the codes.")
    for name, outcome in made:
        typer.echo(f"{name}: taken {len(outcome.applied)}, as before {len(outcome.unchanged)}")
        for words, rows in (("not found", outcome.unknown), ("several fit", outcome.ambiguous), ("cannot be read", outcome.unreadable)):
            if rows:
                typer.echo(f"  {words}, rows: {', '.join(map(str, rows))}")
        for row, application in outcome.conflicts:
            typer.echo(f"  row {row}: application {application} stands otherwise here")


@app.command()
def template(file: Annotated[Path, typer.Argument(help="The XLSX file to write.")]) -> None:
    """Write an empty table to fill in: its sheets, every column explained, an example row.

    It needs no database and no settings. Give it to whoever keeps the list of programmes; what they
    send back goes through import, at first with --dry-run.
    """
    from bot.services.export import write_template

    with _writing(file):
        write_template(file)
    typer.echo(f"{file}: fill it in, then python -m bot import {file} --dry-run")


def _settings() -> Settings:
    """Read the settings and begin to log, or end with the one line that says what is wrong."""
    from bot import config, log

    try:
        settings = config.load()
    except config.ConfigError as error:
        _refuse(str(error))
    log.configure(settings.log, settings.secrets())
    return settings


def _require(settings: Settings) -> None:
    """End with the one line that says what to mend, where the database or the language cannot be used."""
    from bot.check import Unusable, require

    try:
        require(settings)
    except Unusable as why:
        _refuse(str(why), WRONG)


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _refuse(f"{file} cannot be written: {error.strerror or error}", WRONG)


def _refuse(sentence: str, code: int = UNUSABLE) -> NoReturn:
    typer.secho(sentence, err=True, fg="red")
    raise typer.Exit(code)


if __name__ == "__main__":
    app()
