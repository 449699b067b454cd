"""The district as a workbook in the documented layout (`docs/import.md`), with the pictures it names in a folder beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from sandbox.district.core import District, Entry, point, ways
from sandbox.district.growth import SEED, grown
from sandbox.district.pictures import draw

Cell = str | float
WRITTEN = datetime(2026, 8, 21, 15, 0, tzinfo=UTC).replace(tzinfo=None)
"""When the file says it was made: the Friday before the sandbox's time begins. A workbook's properties know no zones."""
PICTURES = "pictures"

SHEETS: dict[str, dict[str, tuple[str, int]]] = {
    "Муниципалитеты": {
        "code": ("Код", 14),
        "name": ("Название", 36),
        "oktmo": ("ОКТМО", 13),
        "zone": ("Часовой пояс", 20),
        "certificate_unit": ("Сертификат в", 13),
        "certificate_nominal": ("Номинал сертификата", 12),
        "phone": ("Телефон", 19),
    },
    "Населённые пункты": {
        "code": ("Код", 18),
        "municipality": ("Муниципалитет", 14),
        "kind": ("Вид", 5),
        "name": ("Название", 20),
        "where": ("Где", 22),
        "whence": ("Откуда", 22),
        "other_names": ("Другие названия", 30),
        "oktmo": ("ОКТМО", 13),
        "latitude": ("Широта", 10),
        "longitude": ("Долгота", 10),
        "population": ("Жителей", 9),
        "children": ("Детей 5–17", 10),
        "note": ("Примечание", 60),
    },
    "Дороги": {"a": ("Откуда", 20), "b": ("Куда", 20), "kilometres": ("Километров", 11), "note": ("Примечание", 44)},
    "Организации": {
        "code": ("Код", 22),
        "navigator": ("Код в Навигаторе", 10),
        "municipality": ("Муниципалитет", 14),
        "name": ("Название", 34),
        "full_name": ("Полное название", 70),
        "kind": ("Собственность", 16),
        "type": ("Вид организации", 36),
        "department": ("Ведомство", 13),
        "act": ("Зачисляют", 11),
        "door": ("Где подают заявку", 10),
        "licence": ("Лицензия", 24),
        "inn": ("ИНН", 14),
        "settlement": ("Населённый пункт", 14),
        "address": ("Адрес", 40),
        "latitude": ("Широта", 10),
        "longitude": ("Долгота", 10),
        "phone": ("Телефон", 19),
        "email": ("Почта", 24),
        "site": ("Сайт", 32),
    },
    "Программы": {
        "code": ("Код", 26),
        "navigator": ("Код в Навигаторе", 10),
        "organisation": ("Организация", 22),
        "name": ("Название", 44),
        "announce": ("Описание", 80),
        "direction": ("Направленность", 26),
        "activities": ("Виды деятельности", 40),
        "ages": ("Возраст", 9),
        "level": ("Уровень", 16),
        "type": ("Тип программы", 22),
        "modes": ("Как проходит", 20),
        "payment": ("Оплата", 20),
        "price": ("Цена", 8),
        "price_per": ("Цена за", 9),
        "other_costs": ("Другие расходы", 34),
        "conditions": ("Условия", 60),
        "bring": ("Взять с собой", 40),
        "equipment": ("Оборудование", 40),
        "medical": ("Нужна медсправка", 10),
        "adapted": ("Адаптированная", 10),
        "languages": ("Языки занятий", 20),
        "teacher": ("Педагог", 24),
        "phone": ("Телефон", 19),
        "page": ("Страница", 44),
        "picture": ("Картинка", 40),
    },
    "Группы": {
        "code": ("Код", 30),
        "programme": ("Программа", 26),
        "name": ("Название", 24),
        "mode": ("Как проходит", 14),
        "settlement": ("Населённый пункт", 18),
        "address": ("Адрес", 34),
        "room": ("Кабинет", 26),
        "latitude": ("Широта", 10),
        "longitude": ("Долгота", 10),
        "ages": ("Возраст", 9),
        "size": ("Мест всего", 8),
        "taken": ("Занято", 8),
        "free": ("Свободно", 9),
        "kept": ("Держат для своих", 9),
        "waiting": ("В очереди", 9),
        "size_min": ("Наберут от", 9),
        "starts": ("Начало занятий", 12),
        "ends": ("Конец занятий", 12),
        "timetable_note": ("О расписании", 50),
        "preliminary": ("Расписание предварительное", 12),
        "entry": ("Приём", 10),
        "entry_note": ("О приёме", 50),
        "enrolment_from": ("Запись с", 17),
        "enrolment_to": ("Запись до", 12),
    },
    "Расписание": {
        "group": ("Группа", 30),
        "weekdays": ("Дни недели", 12),
        "day": ("Дата", 12),
        "last_day": ("По дату", 12),
        "starts": ("Начало", 9),
        "ends": ("Конец", 9),
        "weeks": ("Недели", 14),
        "place": ("Место", 50),
    },
}
"""Sheets, their columns by field, the headings and widths in characters: a part of the layout that the bot documents."""


def write_catalogue(path: Path, seed: int = SEED) -> None:
    """Write the workbook to `path` and its pictures into the folder `pictures` beside it: the same bytes for the same seed."""
    district = grown(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    draw(path.parent / PICTURES, {programme["code"]: programme["picture"] for programme in district.programmes})
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": "Кружки Лазорьевского округа (выдуманного)", "created": WRITTEN})
    heading = book.add_format({"bold": True, "bg_color": "#e8eee9", "bottom": 1, "text_wrap": True, "valign": "top"})
    for (title, columns), rows in zip(SHEETS.items(), tables(district), strict=True):
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 1)
        for at, (name, width) in enumerate(columns.values()):
            sheet.write_string(0, at, name, heading)
            sheet.set_column(at, at, width)
        for number, row in enumerate(rows, 1):
            for at, field in enumerate(columns):
                if (cell := row.get(field, "")) != "":
                    sheet.write(number, at, cell)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    book.close()


def tables(district: District) -> Iterator[list[dict[str, Cell]]]:
    """The rows of each sheet, in the order of `SHEETS`; a row has the fields it says something of."""
    here = district.municipalities[0]["code"]
    yield district.municipalities
    yield [{**settlement, "municipality": here, **_at(settlement["metres"])} for settlement in district.settlements]
    yield [{"a": a, "b": b, "kilometres": far, "note": note} for a, b, far, note in ways(district)]
    yield [{**organisation, "municipality": here, **_where(district, organisation)} for organisation in district.organisations]
    yield [{**programme, "picture": f"{PICTURES}/{programme['code']}.png", **_page(programme)} for programme in district.programmes]
    groups = [(programme, group) for programme in district.programmes for group in programme["group"]]
    yield [_group(district, programme, group) for programme, group in groups]
    yield [{**lesson, "group": group["code"]} for _programme, group in groups for lesson in group.get("lessons", ())]


def _group(district: District, programme: Entry, group: Entry) -> dict[str, Cell]:
    """A group with what it takes from its programme's place and from its organisation's term."""
    organisation = district.organisation(programme["organisation"])
    made: Entry = {**organisation.get("term", {}), **programme.get("place", {}), "programme": programme["code"], **group}
    if "settlement" not in made and made.get("mode") != "дистанционно":
        made |= {"settlement": organisation["settlement"]}
    return {**made, **_where(district, made, organisation)}


def _where(district: District, entry: Entry, organisation: Entry | None = None) -> dict[str, Cell]:
    """The coordinates of whatever is in a settlement: its own, else its organisation's there, else the middle of the settlement."""
    if "settlement" not in entry:
        return {}
    at_home = organisation is not None and organisation.get("settlement") == entry["settlement"]
    offset = entry.get("metres") or (organisation["metres"] if organisation is not None and at_home else (0, 0))
    return _at([sum(pair) for pair in zip(district.settlement(entry["settlement"])["metres"], offset, strict=True)])


def _at(metres: list[Any]) -> dict[str, Cell]:
    latitude, longitude = point(metres)
    return {"latitude": latitude, "longitude": longitude}


def _page(programme: Entry) -> dict[str, Cell]:
    """The card of a programme in the «Навигатор», where it has one."""
    number = programme.get("navigator")
    return {"page": f"https://navigator.example.org/program/{number}"} if number else {}
