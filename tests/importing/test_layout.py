"""The layout and its page in the documentation say the same, and no heading is ambiguous."""

from __future__ import annotations

from pathlib import Path

from bot.services.importing.layout import SHEETS, Sheet
from bot.services.importing.texts import spellings
from bot.services.importing.vocabulary import Vocabulary
from bot.services.importing.words import plain

PAGE = Path(__file__).parents[2] / "docs" / "import.md"


def table(sheet: Sheet) -> str:
    """A sheet as the page describes it."""
    lines = [
        f"### {sheet.title} (`{sheet.noun}`)",
        "",
        sheet.meaning,
        "",
        "| Столбец | Поле | Что это | Допустимые значения | Пример |",
        "| --- | --- | --- | --- | --- |",
    ]
    for column in sheet.columns:
        words = " · ".join(said[0] for said in (column.words or {}).values())
        required = " **обязателен**" if column.required else ""
        lines.append(f"| {column.title}{required} | `{column.field}` | {column.meaning} | {words} | {column.example} |")
    return "\n".join(lines)


def test_the_page_describes_every_column() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for sheet in SHEETS:
        assert table(sheet) in page, f"docs/import.md should say:\n\n{table(sheet)}"


def test_a_heading_names_one_column_of_its_sheet() -> None:
    for sheet in SHEETS:
        names = [name for column in sheet.columns for name in {plain(column.title), plain(column.field), *map(plain, column.also)}]
        assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_a_word_means_one_value() -> None:
    vocabularies: list[Vocabulary] = [column.words for sheet in SHEETS for column in sheet.columns if column.words]
    for words in vocabularies:
        said = [plain(spelling) for all_said in words.values() for spelling in dict.fromkeys(map(plain, all_said))]
        assert len(said) == len(set(said)), words
        assert set(spellings(words).values()) == set(words)
