"""The catalogues of translations: take the sentences out of the code, start a language, say what is missing or wrong."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Annotated

import typer
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
TEMPLATE = LOCALES / "bot.pot"

KEYWORDS = {"_": None, "n_": (1, 2), "p_": ((1, "c"), 2)}
"""How a sentence is marked in the code (bot/model/text.py): plain, by number, in a context."""

PLURALS = {
    "ba": "nplurals=1; plural=0;",
    "tg": "nplurals=2; plural=(n != 1);",
    "tt": "nplurals=1; plural=0;",
    "uz": "nplurals=2; plural=(n != 1);",
}
"""Plural rules of languages for which Babel knows none."""

COMPLETE = {"ru"}
"""Languages that must translate everything; another may be on its way, what it lacks reads in English."""

_PLACE = re.compile(r"\{\w+(?::\w+)?\}")
_FILLER = re.compile(r'^"(?:POT|PO|Project|Report|Last-Translator|Language-Team|Generated).*\n', re.MULTILINE)
_ADDRESS = re.compile(r"\]\(([^()\s]+)\)")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__, no_args_is_help=True)


@app.command()
def update() -> None:
    """Write locales/bot.pot from the code, and bring every catalogue up to it; nothing is guessed."""
    template = extract()
    _write(template, TEMPLATE)
    for path in catalogues():
        catalogue = _read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        _write(catalogue, path)
    _report(template)


@app.command()
def new(language: Annotated[str, typer.Argument(help="Its code: tt, uz, en_GB.")]) -> None:
    """Start the catalogue of one more language."""
    path = LOCALES / language / "LC_MESSAGES" / "bot.po"
    if path.exists():
        raise typer.BadParameter(f"{path.relative_to(ROOT)} is there already")
    try:
        catalogue = Catalog(Locale.parse(language), header_comment=f"# Kruzhok in one more language: {language}", fuzzy=False)
    except (UnknownLocaleError, ValueError):
        raise typer.BadParameter(f"{language} is no language that CLDR knows") from None
    if plural := PLURALS.get(language.partition("_")[0]):
        catalogue.mime_headers = [("Plural-Forms", plural)]
    catalogue.update(extract(), no_fuzzy_matching=True)
    _write(catalogue, path)
    typer.echo(f"{path.relative_to(ROOT)}: {len(catalogue)} sentences to translate")


@app.command()
def check() -> None:
    """Say what catalogues lack and what is wrong in them; exit 1 where something must be mended."""
    template = extract()
    stale = not TEMPLATE.exists() or _ids(_read(TEMPLATE)) != _ids(template)
    if stale:
        typer.echo("locales/bot.pot is not what the code says: make messages", err=True)
    if _report(template) or stale:
        sys.exit(1)


def extract() -> Catalog:
    """The sentences that the code says, in the order of their files."""
    template = Catalog(header_comment="# Kruzhok: every sentence of the code. Made by `make messages`.", fuzzy=False)
    found = extract_from_dir(ROOT / "bot", keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True)
    for file, line, message, comments, context in found:
        template.add(message, locations=[(f"bot/{file}", line)], auto_comments=comments, context=context)
    return template


def catalogues() -> list[Path]:
    """The file of each language that has one."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/bot.po"))


def _report(template: Catalog) -> int:
    """Print how far each language is and what must be mended in it; return how much that is."""
    wrong = list[str]()
    for path in catalogues():
        catalogue = _read(path)
        missing = [message for message in template if message.id and not _translated(catalogue.get(message.id, message.context))]
        typer.echo(f"{catalogue.locale}: {len(template) - len(missing)} of {len(template)} sentences")
        if str(catalogue.locale) in COMPLETE:
            wrong += [f"{path.relative_to(ROOT)}: {_name(message)} has no translation" for message in missing]
        wrong += [f"{path.relative_to(ROOT)}: {fault}" for message in catalogue if message.id for fault in faults(message)]
    for line in wrong:
        typer.echo(line, err=True)
    return len(wrong)


def faults(message: Message) -> Iterator[str]:
    """What is wrong with a translation: fuzzy, other places or marks than the sentence, another address."""
    sources = _forms(message.id)
    if message.fuzzy:
        yield f"{_name(message)} is marked fuzzy"
    known = set(_PLACE.findall(" ".join(sources)))
    needed = known if len(sources) == 1 else known - {"{n}"}  # a form for one may say it in a word
    for text in filter(None, _forms(message.string)):
        places = set(_PLACE.findall(text))
        if strange := places - known:
            yield f"{_name(message)}: {text!r} has {', '.join(sorted(strange))}, which the sentence has not"
        if lost := needed - places:
            yield f"{_name(message)}: {text!r} lacks {', '.join(sorted(lost))}"
        if text.count("**") % 2 or ("**" in text) != ("**" in sources[0]):
            yield f"{_name(message)}: {text!r} has other ** marks"
        if sorted(_ADDRESS.findall(text)) != sorted(_ADDRESS.findall(sources[0])):
            yield f"{_name(message)}: {text!r} leads elsewhere"


def _translated(message: Message | None) -> bool:
    return message is not None and not message.fuzzy and all(_forms(message.string))


def _forms(text: str | Sequence[str] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)


def _name(message: Message) -> str:
    return repr(shorten(_forms(message.id)[0], 60, placeholder="…")) + (f" ({message.context})" if message.context else "")


def _ids(catalogue: Catalog) -> set[tuple[object, object]]:
    return {(message.id, message.context) for message in catalogue if message.id}


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=None if path == TEMPLATE else path.parts[-3])


def _write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue so that equal content gives equal bytes: its header tells the language and its plural forms, no dates or names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, catalogue, width=120, sort_by_file=path == TEMPLATE, ignore_obsolete=True, include_lineno=False)
    path.write_text(_FILLER.sub("", written.getvalue().decode()), encoding="utf-8")


if __name__ == "__main__":
    app()
