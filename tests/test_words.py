"""Words: ages, money, days and distances as people say them; the Russian catalogue is complete and reads as an editor left it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.conversation.language import Languages, Reader
from bot.dialogs import MENU, words
from bot.model.text import Words, _, dotted, n_
from bot.model.wanted import Ages
from bot.services.catalogue import Group, GroupRow, LessonRow
from scripts import messages

LOCALES = Path(__file__).parent.parent / "locales"
LANGUAGES = Languages(LOCALES, "ru")
NBSP = "\u00a0"
TODAY = date(2026, 8, 24)


def say(said: Words, language: str = "ru") -> str:
    return LANGUAGES.say(said, Reader(language, personal=True, address=lambda link: link.deep))


def both(said: Words) -> tuple[str, str]:
    return say(said), say(said, "en")


# ------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("months", "ru", "en"),
    [
        (12, "1 год", "1 year old"),
        (24, "2 года", "2 years old"),
        (60, "5 лет", "5 years old"),
        (132, "11 лет", "11 years old"),
        (252, "21 год", "21 years old"),
        (78, "6,5 года", "6.5 years old"),
    ],
)
def test_an_age(months: int, ru: str, en: str) -> None:
    assert both(_("{age:age}").format(age=months)) == (ru, en)


@pytest.mark.parametrize(
    ("low", "high", "ru", "en"),
    [
        (84, 120, "7–10 лет", "7–10 years old"),
        (36, 48, "3–4 года", "3–4 years old"),
        (78, 108, "6,5–9 лет", "6.5–9 years old"),
        (72, 90, "6–7,5 года", "6–7.5 years old"),
        (84, 84, "7 лет", "7 years old"),
        (84, None, "от 7 лет", "from 7 years"),
        (12, None, "от 1 года", "from 1 year"),
        (None, 12, "до 1 года", "up to 1 year"),
        (None, 252, "до 21 года", "up to 21 years"),
        (None, 204, "до 17 лет", "up to 17 years"),
        (None, None, "любой возраст", "any age"),
    ],
)
def test_a_span_of_ages(low: int | None, high: int | None, ru: str, en: str) -> None:
    assert both(words.age(low, high)) == (ru, en)


def test_the_ages_of_a_search() -> None:
    assert say(words.ages(Ages(9, 9))) == "9 лет"
    assert say(words.ages(Ages(3, 4))) == "3–4 года"


def test_money_and_numbers_do_not_break_over_lines() -> None:
    assert both(_("{sum:money}").format(sum=4200)) == (f"4{NBSP}200{NBSP}₽", f"4,200{NBSP}₽")
    assert both(_("{sum:money}").format(sum=900)) == (f"900{NBSP}₽", f"900{NBSP}₽")
    assert both(_("{n:number}").format(n=1234567)) == (f"1{NBSP}234{NBSP}567", "1,234,567")


@pytest.mark.parametrize(
    ("kilometres", "ru", "en"),
    [(0.6, "600 м", "600 m"), (0.04, "0 м", "0 m"), (0.97, "1 км", "1 km"), (14.2, "14 км", "14 km"), (1200, "1 200 км", "1,200 km")],
)
def test_a_distance(kilometres: float, ru: str, en: str) -> None:
    assert both(_("{way:km}").format(way=kilometres)) == (ru.replace(" ", NBSP), en)


@pytest.mark.parametrize(
    ("first", "last", "ru", "en"),
    [
        (date(2026, 9, 5), None, "5 сентября", "5 September"),
        (date(2026, 10, 12), date(2026, 10, 14), "12–14 октября", "12–14 October"),
        (date(2026, 9, 29), date(2026, 10, 2), "29 сентября – 2 октября", "29 September – 2 October"),
        (date(2027, 1, 2), date(2027, 1, 8), "2–8 января 2027 года", "2–8 January 2027"),
        (date(2027, 5, 15), date(2027, 5, 15), "15 мая 2027 года", "15 May 2027"),
        (date(2026, 12, 28), date(2027, 1, 8), "28 декабря 2026 года – 8 января 2027 года", "28 December 2026 – 8 January 2027"),
    ],
)
def test_days(first: date, last: date | None, ru: str, en: str) -> None:
    assert both(words.days(first, last, TODAY)) == (ru, en)


def test_a_day_of_the_week_a_month_and_a_time() -> None:
    day = date(2026, 9, 3)
    assert both(_("{day:weekday}").format(day=day)) == ("четверг, 3 сентября", "Thursday, 3 September")
    assert both(_("{day:month}").format(day=day)) == ("сентябрь 2026", "September 2026")
    assert both(_("{day:fullday}").format(day=day)) == ("3 сентября 2026 года", "3 September 2026")
    assert say(_("{at:time}").format(at=time(9, 0))) == "9:00"
    assert say(words.hours(16 * 60, 17 * 60 + 30) or "") == "16:00–17:30"
    assert say(words.hours(11 * 60, None) or "") == "11:00"
    assert words.hours(None, None) is None


def test_words_that_begin_a_line_have_a_large_letter() -> None:
    assert say(_("{what:capital}").format(what=dotted(_("technology"), "9"))) == "Техника · 9"
    assert say(_("{what:capital}").format(what="«шахматы»")) == "«шахматы»"
    assert say(_("{what:capital}").format(what="")) == ""
    bold = LANGUAGES.runs(_("**{search:capital}: nothing found**").format(search="бокс"), Reader("ru", personal=True, address=str))
    assert [(run.text, run.bold) for run in bold] == [("Бокс: ничего не нашлось", True)]


# ------------------------------------------------------------ sentences by number


@pytest.mark.parametrize(
    ("number", "fits", "found", "needed"),
    [
        (1, "Подходит 1 кружок.", "Нашёлся 1 кружок", "нужен ещё 1 ребёнок"),
        (2, "Подходят 2 кружка.", "Нашлось 2 кружка", "нужны ещё 2 ребёнка"),
        (5, "Подходит 5 кружков.", "Нашлось 5 кружков", "нужно ещё 5 детей"),
        (11, "Подходит 11 кружков.", "Нашлось 11 кружков", "нужно ещё 11 детей"),
        (21, "Подходит 21 кружок.", "Нашёлся 21 кружок", "нужен ещё 21 ребёнок"),
        (112, "Подходит 112 кружков.", "Нашлось 112 кружков", "нужно ещё 112 детей"),
        (1001, "Подходит 1001 кружок.", "Нашёлся 1001 кружок", "нужен ещё 1001 ребёнок"),
    ],
)
def test_numbers_agree_with_nouns(number: int, fits: str, found: str, needed: str) -> None:
    assert say(n_("{n} club fits so far.", "{n} clubs fit so far.", number)) == fits
    assert say(n_("**{n} club found**", "**{n} clubs found**", number)) == found
    assert say(n_("{n} more child is needed", "{n} more children are needed", number)) == needed


def test_english_knows_two_forms() -> None:
    assert say(n_("{n} club fits so far.", "{n} clubs fit so far.", 1), "en") == "1 club fits so far."
    assert say(n_("{n} club fits so far.", "{n} clubs fit so far.", 21), "en") == "21 clubs fit so far."


# ------------------------------------------------------------ a group

FACTS = GroupRow(**dict.fromkeys(GroupRow._fields))._replace(  # type: ignore[arg-type]
    name="Группа 1",
    mode="onsite",
    settlement_name="Берёзовка",
    address="ул. Мира, 5",
    size=12,
    taken=9,
    kept=0,
    held=0,
    entry="queue",
    locked=False,
)
ZONE = "Asia/Yekaterinburg"
NOW = datetime(2026, 8, 24, 5, 0, tzinfo=UTC)


def weekly(
    *days: int, starts: int | None = 960, ends: int | None = 1050, weeks: str = "every", place: str | None = None
) -> list[LessonRow]:
    return [LessonRow(1, day, None, None, starts, ends, weeks, place) for day in days]


def group(*lessons: LessonRow, **facts: object) -> Group:
    return Group(FACTS._replace(**facts), lessons)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "ru"),
    [
        (group(*weekly(2, 4)), "вт и чт 16:00–17:30"),
        (group(*weekly(1, 3, 5)), "пн, ср, пт 16:00–17:30"),
        (group(*weekly(6, starts=660, ends=None), *weekly(2, 4)), "вт и чт 16:00–17:30, сб 11:00"),
        (group(*weekly(3, starts=900, ends=None), *weekly(6, starts=660, ends=None, weeks="odd")), "ср 15:00, сб 11:00 через неделю"),
        (group(*weekly(1, 3, starts=None, ends=None), timetable_note="время уточнят"), "пн и ср, время уточнят"),
        (group(*weekly(6, starts=None, ends=None, weeks="month")), "сб раз в месяц"),
        (group(*weekly(6, starts=None, ends=None, weeks="month"), timetable_note="раз в месяц лаборатория"), "раз в месяц лаборатория"),
        (group(LessonRow(1, None, date(2026, 10, 12), date(2026, 10, 14), 870, 1050, "every", None)), "12–14 октября, 14:30–17:30"),
        (group(timetable_note="индивидуальное расписание"), "индивидуальное расписание"),
    ],
)
def test_a_timetable(one: Group, ru: str) -> None:
    assert say(words.timetable(one, TODAY) or "") == ru


def test_a_timetable_that_nobody_knows() -> None:
    assert words.timetable(group(), TODAY) is None


def test_a_full_timetable_tells_where_a_lesson_is_elsewhere() -> None:
    one = group(*weekly(6, place="хозяйство «Нива»"))
    assert say(words.timetable(one, TODAY, full=True) or "") == "сб 16:00–17:30 (хозяйство «Нива»)"
    assert say(words.timetable(one, TODAY) or "") == "сб 16:00–17:30"


@pytest.mark.parametrize(
    ("facts", "ru", "short"),
    [
        ({}, "свободно 3 из 12", "свободно 3"),
        ({"kept": 3}, "мест нет", "мест нет"),
        ({"taken": 12, "waiting": 3}, "мест нет, в очереди 3", "мест нет, в очереди 3"),
        ({"size": None}, "о местах узнайте в учреждении", "о местах узнайте в учреждении"),
        ({"entry": "selection", "size": 4}, "4 места, по отбору", "4 места, по отбору"),
        ({"entry": "selection", "size": 21}, "21 место, по отбору", "21 место, по отбору"),
        ({"entry": "selection", "size": None}, "по отбору", "по отбору"),
    ],
)
def test_places(facts: dict[str, object], ru: str, short: str) -> None:
    assert say(words.places(group(**facts))) == ru
    assert say(words.places(group(**facts), short=True)) == short


@pytest.mark.parametrize(
    ("facts", "ru"),
    [
        ({}, None),
        ({"locked": True}, "запись закрыта"),
        ({"enrolment_from": datetime(2026, 9, 1, 5, 0, tzinfo=UTC)}, "запись откроется 1 сентября в 10:00"),
        ({"enrolment_from": datetime(2026, 9, 30, 19, 0, tzinfo=UTC)}, "запись откроется 1 октября"),
        ({"enrolment_from": datetime(2026, 8, 15, tzinfo=UTC)}, None),
        ({"enrolment_to": datetime(2026, 9, 14, 18, 59, 59, tzinfo=UTC)}, "заявки до 14 сентября"),
        ({"enrolment_to": datetime(2026, 8, 1, tzinfo=UTC)}, "запись закрыта"),
    ],
)
def test_enrolment(facts: dict[str, object], ru: str | None) -> None:
    said = words.enrolment(group(**facts).facts, NOW, ZONE)
    assert (None if said is None else say(said)) == ru


@pytest.mark.parametrize(
    ("facts", "spot", "where"),
    [
        ({}, "Берёзовка", "Берёзовка, ул. Мира, 5"),
        ({"mode": "visiting", "address": "школа"}, "Берёзовка", "приезжает: Берёзовка, школа"),
        ({"mode": "remote"}, "дистанционно", "дистанционно"),
        ({"settlement_name": None}, "место узнайте в учреждении", "место узнайте в учреждении"),
    ],
)
def test_where(facts: dict[str, object], spot: str, where: str) -> None:
    assert say(words.spot(group(**facts).facts)) == spot
    assert say(words.where(group(**facts).facts)) == where


def test_a_first_day_is_told_while_it_is_ahead() -> None:
    assert say(words.begins(group(*weekly(2), starts=date(2026, 9, 15)), TODAY) or "") == "с 15 сентября"
    assert say(words.begins(group(*weekly(2), starts=date(2027, 1, 11)), TODAY) or "") == "с 11 января 2027 года"
    assert words.begins(group(*weekly(2), starts=TODAY), TODAY) is None
    assert words.begins(group(*weekly(2), starts=date(2026, 9, 15), mode="visiting"), TODAY) is None
    dated = LessonRow(1, None, date(2027, 1, 2), None, None, None, "every", None)
    assert words.begins(group(dated, starts=date(2027, 1, 2)), TODAY) is None


# ------------------------------------------------------------ the catalogue

FORBIDDEN = re.compile(
    r"(?<!гос)услуг|осуществл|данн(?:ый|ая|ое|ого|ой|ом|ому)\b|охват|\(ась?\)|\(а\)|\(ла\)|[!\"]|\.\.\.|“|”", re.IGNORECASE
)
"""Officialese, forms with a gender in brackets, loud marks, and quotation marks that are not Russian (screens.md)."""
HYPHEN = re.compile(r"(?:^|\s)-(?:\s|$)")
"""A hyphen where a dash belongs."""


def translations(language: str) -> Iterator[tuple[Message, str]]:
    path = LOCALES / language / "LC_MESSAGES" / "bot.po"
    with path.open("rb") as file:
        for message in read_po(file, locale=language):
            if message.id:
                yield from ((message, form) for form in messages._forms(message.string))


def test_every_sentence_is_in_russian() -> None:
    catalogue = {(message.id, message.context): form for message, form in translations("ru")}
    missing = [message.id for message in messages.extract() if message.id and not catalogue.get((message.id, message.context))]
    assert not missing


def test_places_and_marks_of_sentences_are_kept() -> None:
    assert not [fault for message, _form in translations("ru") for fault in messages.faults(message)]


def test_russian_reads_as_an_editor_left_it() -> None:
    assert not [form for _message, form in translations("ru") if FORBIDDEN.search(form) or HYPHEN.search(form)]


def test_a_sentence_ends_as_its_source_does() -> None:
    ends = re.compile(r"[.?:…]?$")
    wrong = [
        (source, form)
        for message, form in translations("ru")
        for source in messages._forms(message.id)[:1]
        if ends.search(source.rstrip("*"))[0] != ends.search(form.rstrip("*"))[0]  # type: ignore[index]
    ]
    assert not wrong


def test_no_sentence_has_spaces_around_or_twice() -> None:
    assert not [form for _message, form in translations("ru") if form != form.strip() or "  " in form]


def test_english_has_no_loud_marks_and_its_own_quotation_marks() -> None:
    assert not [form for message in messages.extract() if message.id for form in messages._forms(message.id) if re.search(r"[!\"«»]", form)]


def test_the_words_of_the_menu_differ() -> None:
    for language in LANGUAGES.known:
        said = [say(word, language) for word, _link in MENU.words]
        assert len(set(said)) == len(said)
