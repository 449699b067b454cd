"""Forms, receipts and calendars: what they say, field by field, and the same bytes each time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.papers import MAKERS
from bot.papers.payment import FIELDS, code, payload

FORM = {
    "number": 12,
    "act": "order",
    "organisation": "Муниципальное учреждение «Дом творчества имени Әхмәтғәли» " * 4,
    "head": "Иванова Ольга Петровна",
    "guardian": "Анна Сергеевна",
    "phone": "+7 900 000-00-01",
    "child": "Маша Петрова",
    "born": "05.05.2017",
    "programme": "Робототехника «Шестерёнка» ₽ " * 9,
    "group": None,
    "starts": None,
    "from_programme": "Оригами",
    "from_group": "1",
    "leaves": "1 октября 2026 года",
}
RECEIPT = {
    "payee": "Дом творчества | отделение",
    "account": "40702810938000060473",
    "bank": "ПАО Сбербанк",
    "bik": "044525225",
    "correspondent": "30101810400000000225",
    "kopecks": 420050,
    "purpose": "Обучение за сентябрь 2026, заявка № 12, Маша П.",
    "inn": "7707083893",
    "kpp": "773601001",
    "budget_code": None,
    "oktmo": "45382000",
}
LESSON: dict[str, Any] = {"weekday": 2, "day": None, "last_day": None, "starts": 960, "ends": 1050, "weeks": "every", "place": None}
TIMETABLE = {
    "name": "Робототехника «Шестерёнка», группа с очень длинным именем",
    "place": "Берёзовка, ул. Мира, 5",
    "zone": "Asia/Yekaterinburg",
    "starts": "2026-09-15",
    "ends": "2026-12-01",
    "stamp": "2026-08-24T00:00:00+00:00",
    "uid": "group-1",
}


@pytest.mark.parametrize("kind", ["application", "transfer", "leaving"])
def test_a_form_is_one_page_whatever_is_long_or_missing_and_is_made_alike_twice(kind: str) -> None:
    made = MAKERS[kind](FORM)
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", made)) == 1
    assert made == MAKERS[kind](FORM)


def test_a_contract_is_asked_for_in_other_words_than_an_order() -> None:
    order, contract = (MAKERS["application"]({**FORM, "act": act}) for act in ("order", "contract"))
    titles = [re.findall(rb"/Title \((.*?)\) /", each, re.DOTALL) for each in (order, contract)]
    assert len(titles[0]) == len(titles[1]) == 1
    assert titles[0] != titles[1]


def test_a_code_says_the_standards_fields_in_their_order() -> None:
    assert payload(RECEIPT).split("|") == [
        "ST00012",
        "Name=Дом творчества отделение",
        "PersonalAcc=40702810938000060473",
        "BankName=ПАО Сбербанк",
        "BIC=044525225",
        "CorrespAcc=30101810400000000225",
        "Sum=420050",
        "Purpose=Обучение за сентябрь 2026, заявка № 12, Маша П.",
        "PayeeINN=7707083893",
        "KPP=773601001",
        "OKTMO=45382000",
    ]


def test_what_is_too_long_is_cut_and_an_obligatory_field_stays() -> None:
    long = {name: "я" * 500 for _field, name, _most in FIELDS} | {"correspondent": None}
    said = dict(field.split("=", 1) for field in payload(long).split("|")[1:])
    assert said["CorrespAcc"] == "0"
    assert {name: len(said[name]) for name, fact, _most in FIELDS if fact != "correspondent"} == {
        name: most for name, fact, most in FIELDS if fact != "correspondent"
    }


def _squares(qr: Any) -> list[list[int]]:
    return [list(row) for row in qr.matrix]


def test_a_code_is_a_readable_square_whose_bytes_are_the_payload() -> None:
    qr = code(RECEIPT)
    assert qr.error == "M"
    assert qr.mode == "byte"
    side = len(_squares(qr))
    assert side == 17 + 4 * int(qr.version)
    assert int(qr.version) <= 25, "a telephone's camera reads no denser code from paper"
    assert _read(_squares(qr), int(qr.version), qr.mask).endswith(payload(RECEIPT).encode())
    assert MAKERS["qr_png"](RECEIPT).startswith(b"\x89PNG")
    assert MAKERS["qr"](RECEIPT) == MAKERS["qr"](RECEIPT)


MASKS = (
    lambda i, j: (i + j) % 2,
    lambda i, _j: i % 2,
    lambda _i, j: j % 3,
    lambda i, j: (i + j) % 3,
    lambda i, j: (i // 2 + j // 3) % 2,
    lambda i, j: i * j % 2 + i * j % 3,
    lambda i, j: (i * j % 2 + i * j % 3) % 2,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
)
BLOCKS = {11: ((1, 50), (4, 51)), 12: ((6, 36), (2, 37)), 13: ((8, 37), (1, 38)), 14: ((4, 40), (5, 41))}
"""Data blocks of the versions with middle correction (ISO/IEC 18004, table 9): how many, of how many bytes."""
ALIGNED = {11: (6, 30, 54), 12: (6, 32, 58), 13: (6, 34, 62), 14: (6, 26, 46, 66)}


def _read(rows: list[list[int]], version: int, mask: int) -> bytes:
    """Read the bytes of a code back as a scanner does, without correcting anything: what was drawn is what was meant."""
    side = len(rows)
    fixed = [[False] * side for _row in rows]
    corners = (
        (0, 0, 9, 9),
        (0, side - 8, 9, 8),
        (side - 8, 0, 8, 9),
        (0, side - 11, 6, 3),
        (side - 11, 0, 3, 6),
        (6, 0, 1, side),
        (0, 6, side, 1),
    )
    centres = ALIGNED[version]
    dots = [(i - 2, j - 2, 5, 5) for i in centres for j in centres if (i, j) not in {(6, 6), (6, centres[-1]), (centres[-1], 6)}]
    for top, left, high, wide in (*corners, *dots):
        for i in range(top, top + high):
            for j in range(left, left + wide):
                fixed[i][j] = True
    bits, up = list[int](), True
    for right in [*range(side - 1, 6, -2), *range(5, 0, -2)]:
        for i in reversed(range(side)) if up else range(side):
            bits += [int((rows[i][j] & 1) ^ (MASKS[mask](i, j) == 0)) for j in (right, right - 1) if not fixed[i][j]]
        up = not up
    words = [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits) - 7, 8)]
    sizes = [size for number, size in BLOCKS[version] for _one in range(number)]
    blocks: list[list[int]] = [[] for _size in sizes]
    stream = iter(words)
    for at in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if at < size:
                block.append(next(stream))
    flat = "".join(f"{word:08b}" for block in blocks for word in block)
    eci = 12 if flat.startswith("0111") else 0
    length = int(flat[eci + 4 : eci + 20], 2)
    return bytes(int(flat[at : at + 8], 2) for at in range(eci + 20, eci + 20 + 8 * length, 8))


def _events(*lessons: dict[str, Any], **more: Any) -> list[Any]:
    made = MAKERS["calendar"]({**TIMETABLE, "lessons": list(lessons), **more})
    assert all(len(line) <= 75 for line in made.split(b"\r\n")), "a line of a calendar has 75 bytes"
    return list(Calendar.from_ical(made).walk("VEVENT"))


def test_a_weekly_lesson_goes_on_until_the_group_ends() -> None:
    [event] = _events(LESSON)
    assert event["SUMMARY"] == TIMETABLE["name"]
    assert event["LOCATION"] == TIMETABLE["place"]
    assert event.decoded("DTSTART") == datetime(2026, 9, 15, 16, tzinfo=ZoneInfo("Asia/Yekaterinburg"))
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=90)
    assert event["RRULE"]["FREQ"] == ["WEEKLY"]
    assert "INTERVAL" not in event["RRULE"]
    assert event["RRULE"]["UNTIL"][0].astimezone(ZoneInfo("Asia/Yekaterinburg")).date() == date(2026, 12, 1)


def test_odd_and_even_weeks_take_turns_from_the_groups_first_one() -> None:
    odd, even = _events({**LESSON, "weeks": "odd"}, {**LESSON, "weeks": "even"})
    assert [each.decoded("DTSTART").date() for each in (odd, even)] == [date(2026, 9, 15), date(2026, 9, 22)]
    assert odd["RRULE"]["INTERVAL"] == even["RRULE"]["INTERVAL"] == [2]


def test_a_lesson_of_the_other_end_of_the_first_week_and_a_dated_one() -> None:
    monday, dated, once = _events(
        {**LESSON, "weekday": 1, "ends": None},
        {**LESSON, "weekday": None, "day": "2026-10-12", "last_day": "2026-10-14", "place": "Клуб"},
        {**LESSON, "weekday": None, "day": "2026-10-20"},
    )
    assert monday.decoded("DTSTART").date() == date(2026, 9, 21)
    assert monday.decoded("DTEND") - monday.decoded("DTSTART") == timedelta(minutes=45)
    assert (dated["RRULE"]["FREQ"], dated["LOCATION"]) == (["DAILY"], "Клуб")
    assert "RRULE" not in once


def test_without_an_end_it_is_the_school_years_and_what_has_no_day_is_left_out() -> None:
    [event] = _events(LESSON, {**LESSON, "weeks": "month"}, {**LESSON, "starts": None}, ends=None)
    assert event["RRULE"]["UNTIL"][0].astimezone(ZoneInfo("Asia/Yekaterinburg")).date() == date(2027, 5, 31)


def test_the_zone_is_short_and_lessons_keep_their_names() -> None:
    made = MAKERS["calendar"]({**TIMETABLE, "lessons": [LESSON]})
    assert made.count(b"BEGIN:STANDARD") == 1
    assert made == MAKERS["calendar"]({**TIMETABLE, "lessons": [LESSON]})
    [before], [after] = _events(LESSON), _events(LESSON, stamp="2026-09-01T00:00:00+00:00")
    assert before["UID"] == after["UID"]
