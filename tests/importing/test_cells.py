"""What people write in cells, and what it is taken for."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.importing import numbers, when
from bot.services.importing.ages import span
from bot.services.importing.cells import Misread, Notes
from bot.services.importing.layout import BY_NOUN, SHEETS, Column
from bot.services.importing.mend import phone_in, read
from bot.services.importing.read import Cell, Raw
from bot.services.importing.rows import tables
from bot.services.importing.words import calm, from_html, quoted, spaced


def value(noun: str, field: str, cell: Cell) -> Any:
    return read(cell, BY_NOUN[noun].column(field), [])


@pytest.mark.parametrize(
    ("cell", "months", "mended"),
    [
        ("7–10", (84, 120), False),
        ("6,5–9 лет", (78, 108), False),
        ("от 14", (168, None), False),
        ("14+", (168, None), False),
        ("до 10 лет", (None, 120), False),
        (9, (108, 108), False),
        ("60–84", (60, 84), True),
        ("60–84 мес.", (60, 84), False),
        ("5–99", (60, None), True),
        ("14–35", (168, 420), False),
        ("36", (36, 36), True),
    ],
)
def test_ages(cell: Cell, months: tuple[int | None, int | None], *, mended: bool) -> None:
    notes: Notes = []
    ages = value("programme", "ages", cell)
    assert span(ages.low, ages.high, notes) == months
    assert bool(notes) == mended


def test_a_date_that_a_spreadsheet_made_of_ages_is_ages_again() -> None:
    notes: Notes = []
    ages = read({"at": "2026-10-07"}, BY_NOUN["programme"].column("ages"), notes)
    assert span(ages.low, ages.high, notes) == (84, 120)
    assert len(notes) == 1


@pytest.mark.parametrize("cell", ["18–36", "10–7", "300–400", "семь", "7-10-12"])
def test_ages_that_are_no_ages_or_two_things_at_once(cell: str) -> None:
    def both() -> None:
        ages = value("programme", "ages", cell)
        span(ages.low, ages.high, [])

    with pytest.raises(Misread):
        both()


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("9:00", 540),
        ("9.00", 540),
        ("9-00", 540),
        ("900", 540),
        (900, 540),
        (9, 540),
        (9.3, 570),
        (0.375, 540),
        ("09:00:00", 540),
        ("9 ч 30 мин", 570),
    ],
)
def test_hours(cell: Any, minutes: int) -> None:
    assert when.clock(cell) == minutes


@pytest.mark.parametrize("cell", ["25:00", "9:75", "утром", "", 2500, -1, 1e9])
def test_no_hours(cell: Any) -> None:
    assert when.clock(cell) is None


@pytest.mark.parametrize(
    "cell", ["15.09.2026", "15.09.26", "15/09/2026", "2026-09-15", "2026-09-15 00:00:00", "15 сентября 2026 г.", 46280, "46280"]
)
def test_days(cell: Any) -> None:
    assert when.day(cell) == date(2026, 9, 15)


@pytest.mark.parametrize("cell", ["31.06.2026", "сентябрь", "2026", 7, "15.13.2026"])
def test_no_days(cell: Any) -> None:
    assert when.day(cell) is None


def test_a_moment_without_an_hour_begins_and_ends_with_its_day() -> None:
    assert value("group", "enrolment_from", "01.09.2026 10:00") == datetime(2026, 9, 1, 10)  # noqa: DTZ001 (local, as written)
    assert value("group", "enrolment_from", "1 сентября 2026") == datetime(2026, 9, 1)  # noqa: DTZ001
    assert value("group", "enrolment_to", "01.09.2026") == datetime(2026, 9, 1, 23, 59)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("cell", "lessons"),
    [
        ("вт, чт 16:00–17:30; сб 10:00–13:00", [(2, 960, 1050), (4, 960, 1050), (6, 600, 780)]),
        ("вт, чт 16.00-17.30, сб 10.00", [(2, 960, 1050), (4, 960, 1050), (6, 600, None)]),
        ("пн–ср с 15:00 до 16:00", [(1, 900, 960), (2, 900, 960), (3, 900, 960)]),
        ("пн и ср", [(1, None, None), (3, None, None)]),
        ("по субботам 11:00–12:00", [(6, 660, 720)]),
    ],
)
def test_timetables_in_a_cell(cell: str, lessons: list[tuple[int, int | None, int | None]]) -> None:
    assert [(lesson.weekday, lesson.starts, lesson.ends) for lesson in when.lessons(cell) or []] == lessons


def test_visits_and_weeks_in_a_cell() -> None:
    assert when.lessons("12–14 октября 2026 14:30–17:30") == [when.Lesson(None, date(2026, 10, 12), date(2026, 10, 14), 870, 1050)]
    assert when.lessons("сб 11:00 по чётным неделям") == [when.Lesson(6, starts=660, weeks="even")]
    assert when.lessons("раз в месяц сб 11:00") == [when.Lesson(6, starts=660, weeks="month")]


@pytest.mark.parametrize("cell", ["время уточнят", "пн 17:00–16:00", "раз в две недели сб 11:00", "пн 25:00", ""])
def test_timetables_that_only_words_can_say(cell: str) -> None:
    assert when.lessons(cell) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('РЕЗЬБА ПО ДЕРЕВУ "Стружка"', "Резьба по дереву «Стружка»"),
        ("Лего  конструирование", "Лего конструирование"),
        ('"Стружка', "«Стружка»"),
        ('ООО "Клуб "Сова""', "ООО «Клуб „Сова“»"),
        ("МБУ «Школа „Ряж“»", "МБУ «Школа „Ряж“»"),
        ("Шахматный\u00a0клуб", "Шахматный клуб"),
        ("Ёлочка и ёжик", "Ёлочка и ёжик"),
        ("IT-КУБ", "IT-КУБ"),
        ("ОСНОВЫ ПДД", "Основы ПДД"),
        ('экран 5" для робота', 'экран 5" для робота'),
        ("Мастерская &quot;Ряж&quot;", "Мастерская «Ряж»"),
    ],
)
def test_titles(written: str, kept: str) -> None:
    assert value("programme", "name", written) == kept


@pytest.mark.parametrize(
    ("field", "cell", "read_as"),
    [
        ("direction", "социально-педагогическая", "social"),
        ("direction", "Естественно-научная ", "natural"),
        ("direction", "fizkulturno_sportivnoe", "sport"),
        ("level", "базовый; продвинутый", "mixed"),
        ("payment", "платно или сертификат", ["certificate", "paid"]),
        ("modes", "очно и по видеосвязи", ["here", "remote"]),
        ("languages", "русский, татарский; uz", ["ru", "tt", "uz"]),
        ("price", "2 900 ₽ в месяц", numbers.Price(2900, "month")),
        ("price", 4200.5, numbers.Price(4201, None)),
        ("medical", "нужна", True),
        ("page", "navigator.example.org/p/1", "https://navigator.example.org/p/1"),
        ("page", "https://кружок-7.рф:8080?id=1", "https://кружок-7.рф:8080?id=1"),
        ("page", "https://xn--80ae.xn--p1ai/", "https://xn--80ae.xn--p1ai/"),
    ],
)
def test_words_and_prices(field: str, cell: Cell, read_as: object) -> None:
    assert value("programme", field, cell) == read_as


@pytest.mark.parametrize(
    ("noun", "field", "cell", "read_as"),
    [
        ("organisation", "inn", 12345673, "0012345673"),
        ("organisation", "phone", 89000001122, "+79000001122"),
        ("municipality", "zone", "МСК+2", "Asia/Yekaterinburg"),
        ("municipality", "oktmo", 7999000, "07999000"),
        ("group", "size", "12 чел.", 12),
        ("settlement", "latitude", "57,9", 57.9),
        ("timetable", "weekdays", "вторник и четверг", [2, 4]),
    ],
)
def test_numbers_of_all_kinds(noun: str, field: str, cell: Cell, read_as: object) -> None:
    assert value(noun, field, cell) == read_as


@pytest.mark.parametrize(
    ("noun", "field", "cell"),
    [
        ("organisation", "inn", "0012345674"),
        ("organisation", "site", "javascript:alert(1)"),
        ("organisation", "site", "https://;;;.example/"),
        ("organisation", "site", "https://-a.example/"),
        ("organisation", "site", "https://a..example/"),
        ("organisation", "site", "http://10.0.0.11/"),
        ("organisation", "email", "нет"),
        ("programme", "price", "от 100 до 200"),
        ("programme", "code", "два слова"),
        ("programme", "name", "и" * 301),
        ("group", "size", 12.5),
        ("group", "size", True),
        ("settlement", "latitude", 100),
        ("municipality", "zone", "Марс"),
    ],
)
def test_what_is_not_understood_is_said(noun: str, field: str, cell: Cell) -> None:
    with pytest.raises(Misread):
        value(noun, field, cell)


def test_a_telephone_leaves_the_address() -> None:
    assert phone_in("ул. Мира, 5, тел. 8 (00000) 2-15-40") == ("ул. Мира, 5", "8 (00000) 2-15-40")
    assert phone_in("Берёзовка, ул. Мира, 5, т. +7 000 123-45-67") == ("Берёзовка, ул. Мира, 5", "+7 000 123-45-67")
    assert phone_in("ул. Ленина, 8, корпус 2") is None


def test_html_becomes_plain_text() -> None:
    assert from_html("<p>Мир&nbsp;профессий</p>\n<p>&nbsp;</p><ul>\n\t<li>раз;</li><li>два</li></ul>") == "Мир профессий\n— раз;\n— два"


def test_the_examples_of_the_layout_are_read_without_a_word() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            notes: Notes = []
            if column.example:
                read(column.example, column, notes)
            assert notes == [], column.title


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    for tidy in (spaced, quoted):
        assert tidy(tidy(text)) == tidy(text)
    calm(text)


CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.text("0123456789 .,:-–+годлетмсяцв/;", max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.sampled_from(["9" * 5000, "«", "7–10", "вт 16:00", "пн–пт", "—", "15.09.2026", "\u00a0", "1e5", "12:00–11:00"]),
    st.builds(lambda at: {"at": at.isoformat()}, st.one_of(st.dates(), st.datetimes(), st.times())),
)
COLUMNS = st.sampled_from([column for sheet in SHEETS for column in sheet.columns])


@given(CELLS.filter(lambda cell: cell is not None), COLUMNS)
def test_a_cell_is_read_or_refused_with_a_sentence(cell: Cell, column: Column) -> None:
    with suppress(Misread):
        read(cell, column, [])


@given(st.sampled_from(SHEETS), st.data())
def test_every_row_of_nonsense_is_answered_for(sheet: Any, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(sheet.columns), max_size=len(sheet.columns)), max_size=3))
    raw = Raw(sheet.title, [(1, [column.title for column in sheet.columns]), *((at, row) for at, row in enumerate(rows, 2))])
    made = tables([raw])
    assert {row.number for row in made.rows[sheet.noun]} <= set(range(2, 2 + len(rows)))
    for row in made.rows[sheet.noun]:
        assert row.refused is None or row.refused.cell.startswith(sheet.title)


@pytest.mark.parametrize(
    "bit", ["-", "7-", "1 ", "; ", "т. ", "8 (342", "+7 ", '"', "«", "пн ", "9:00 ", "9", "a@", "http://", "&", "от 7 до ", "А", "АБВГДЕЖ "]
)
def test_no_cell_takes_long(bit: str) -> None:
    cell = bit * (32_000 // len(bit))
    for sheet in SHEETS:
        for column in sheet.columns:
            started = time.perf_counter()
            with suppress(Misread):
                read(cell, column, [])
            assert time.perf_counter() - started < 0.5, column.title
