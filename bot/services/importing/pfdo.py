"""Answers of ПФДО's public API, lists and cards alike, become the same rows as tables do.

What the fields mean was observed on public sites and on published samples of `api.pfdo.ru/v2`; there is no official description. Ages are
months, texts are HTML, `enrollment` above 2 means that enrolment is closed. An answer may stand bare (`{"data": …, "result_code": …}`) or
as `{"endpoint": …, "response": …}`. Of one programme the list's entry and the card complete each other. Pictures and contact persons are
not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bot.model.text import Text, _
from bot.services.importing.layout import BY_NOUN
from bot.services.importing.read import Cell
from bot.services.importing.rows import Note, Row, Tables, fill
from bot.services.importing.words import from_html

NAME: Final = "ПФДО"
"""Where a row came from, in its address: «ПФДО, программы!1067001», by ПФДО's own number."""
DIRECTIONS: Final = {
    2: "техническая",
    3: "художественная",
    4: "естественнонаучная",
    5: "социально-гуманитарная",
    6: "туристско-краеведческая",
    7: "физкультурно-спортивная",
}
_LEVELS: Final = {1: "стартовый", 2: "базовый", 3: "продвинутый", 4: "не применимо", 5: "разноуровневая"}
_TYPES: Final = {1: "предпрофессиональная", 2: "общеразвивающая", 3: "спортивная подготовка"}
_FORMS: Final = {1: "очно", 2: "очно", 3: "заочно", 4: "очно; дистанционно", 5: "очно; дистанционно", 6: "дистанционно"}
_PAYMENTS: Final = {
    "certified": "сертификат",
    "commercial": "платно",
    "meaningful": "бесплатно",
    "general": "бесплатно",
    "preprofessional": "бесплатно",
}
"""Registries of the programme, and who pays: the significant, general and pre-professional ones are paid by the municipality."""
OPEN: Final = 2
"""`enrollment` up to this number: the button of the public site is active."""
_PRIVATE: Final = re.compile(r"(?:ИП|ООО|АНО|ОАО|АО|ЧУ|ЧОУ|НОЧУ|ЧУДО|Индивидуальный предприниматель)\b")
_SETTLEMENT: Final = re.compile(r"(?:г|с|д|п|х|пгт|рп|дп|кп|ст-ца|аул|село|деревня|поселок|посёлок|город|хутор)\.? +(\S.*)")
_NO_SETTLEMENT: Final = re.compile(r"ул|пр-кт|пер|д \d|дом|кв|мкр", re.IGNORECASE)


@dataclass(slots=True)
class _Gathered:
    """What several answers say of the same things, by noun and number."""

    cells: dict[str, dict[str, dict[str, Cell]]] = field(
        default_factory=lambda: {noun: {} for noun in ("municipality", "organisation", "programme", "group")}
    )
    lessons: list[dict[str, Cell]] = field(default_factory=list)
    activities: dict[str, str] = field(default_factory=dict)
    locked: dict[Cell, Cell] = field(default_factory=dict)
    """Whether a programme's groups take no applications: the list says it, the card has the groups."""
    skipped: list[Text] = field(default_factory=list)

    def put(self, noun: str, number: int, cells: dict[str, Cell]) -> None:
        """Add what is known of a thing; what is said later and is not empty wins."""
        # A municipality is told by its name alone.
        known = self.cells[noun].setdefault(str(number), {} if noun == "municipality" else {"pfdo": str(number)})
        known |= {name: cell for name, cell in cells.items() if cell not in (None, "")}


def add(found: Tables, answers: Iterable[Any]) -> Tables:
    """Add the rows of ПФДО's answers to those of tables."""
    gathered = _Gathered()
    bodies = [data for answer in answers for data in [_data(answer)] if data is not None]
    # Directories come first: cards speak in their numbers.
    for data in bodies:
        for item in _dicts(data):
            if "direction_id" in item and "name" in item and "age_min" not in item:
                gathered.activities[str(item.get("id"))] = str(item["name"])
    for data in bodies:
        if isinstance(data, list):
            for item in _dicts(data):
                _item(item, gathered)
        elif isinstance(data, dict):
            _card(data, gathered)
    for what in gathered.skipped:
        found.remarks.append(Note(NAME, _("left out: {what}").format(what=what)))
    return _rows(found, gathered)


def _data(answer: Any) -> Any:
    """The part of an answer that speaks of things."""
    if isinstance(answer, dict) and isinstance(answer.get("response"), dict):
        answer = answer["response"]
    return answer.get("data") if isinstance(answer, dict) else None


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _inside(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _item(item: dict[str, Any], gathered: _Gathered) -> None:
    """One entry of a list, told by its fields."""
    keys = item.keys()
    if "id" not in keys or ("direction_id" in keys and "age_min" not in keys):
        return
    if keys & {"age_min", "organization_name", "module_count", "reestrs"}:
        _programme(item, gathered)
    elif keys & {"site", "cant_use_certificate", "organization_labels"}:
        _organisation(item, gathered)
    elif "period" in keys or "deadline_entry" in keys:
        gathered.skipped.append(_("the event {number}").format(number=item["id"]))
    elif keys == {"id", "name"} and (number := _whole(item["id"])) is not None:
        gathered.put("municipality", number, {"name": _cell(item["name"])})


def _card(data: dict[str, Any], gathered: _Gathered) -> None:
    """A card: of a programme with its groups, of an organisation or of an event."""
    if "program" in data:
        _programme({**_inside(data, "program"), **{name: value for name, value in data.items() if name != "program"}}, gathered)
    elif "period" in data:
        gathered.skipped.append(_("the event {number}").format(number=data.get("id")))
    elif data.keys() & {"annotation", "task", "activity", "age_group_min", "age_min"}:
        _programme(data, gathered)
    elif "name" in data and "id" in data:
        _organisation(data, gathered)


def _organisation(data: dict[str, Any], gathered: _Gathered) -> None:
    number = _whole(data.get("id"))
    if number is None:
        gathered.skipped.append(_("an organisation without a number"))
        return
    name = str(data.get("name") or "")
    private = data.get("level") == "Частное" or bool(_PRIVATE.match(name))
    gathered.put(
        "organisation",
        number,
        {
            "name": name,
            "full_name": _cell(data.get("short_name")) if len(str(data.get("short_name") or "")) > len(name) else None,
            "kind": "частная" if private else "государственная",
            "phone": _cell(data.get("phone")),
            "site": _cell(data.get("site")),
            "licence": _cell(data.get("license")),
            **_place(data.get("address")),
        },
    )


def _programme(data: dict[str, Any], gathered: _Gathered) -> None:
    number = _whole(data.get("id"))
    if number is None:
        gathered.skipped.append(_("a programme without a number"))
        return
    organisation = _inside(data, "organization")
    if organisation:
        _organisation(organisation, gathered)
    direction = _whole(data.get("direction_id")) or _whole(_inside(data, "direction").get("id")) or 0
    activities = [gathered.activities.get(one, "") for one in _texts(data.get("activity_ids"))]
    registries = _inside(data, "reestrs")
    gathered.put(
        "programme",
        number,
        {
            "organisation": f"pfdo:{lead}" if (lead := _whole(organisation.get("id"))) else _cell(data.get("organization_name")),
            "name": _cell(data.get("short_name") or data.get("name") or data.get("full_name")),
            "full_name": _cell(data.get("full_name")),
            "announce": from_html(str(data.get("annotation") or data.get("task") or "")),
            "direction": DIRECTIONS.get(direction) or _cell(_inside(data, "direction").get("name")),
            "activities": "; ".join(filter(None, [*activities, *_texts(data.get("keywords"))])),
            "age_min": _months(data.get("age_min", data.get("age_group_min"))),
            "age_max": _months(data.get("age_max", data.get("age_group_max"))),
            "level": _LEVELS.get(_whole(data.get("directory_level_id")) or 0),
            "type": _TYPES.get(_whole(data.get("kind")) or 0),
            "modes": _FORMS.get(_whole(data.get("edu_form")) or 0),
            "payment": "; ".join(dict.fromkeys(way for name, way in _PAYMENTS.items() if registries.get(name))),
            "medical": _cell(data.get("need_medical_certificate")),
            "adapted": _cell(data.get("ovz")),
            "phone": _cell(data.get("phone")),
        },
    )
    shared = _place(data.get("address"))
    if (enrollment := _whole(data.get("enrollment"))) is not None:
        gathered.locked[f"pfdo:{number}"] = "нет" if enrollment <= OPEN else "да"
    for module in _dicts(data.get("modules")):
        for group in _dicts(module.get("groups")):
            _group(group, module, number, shared, gathered)
    for group in _dicts(data.get("available_groups")):
        _group(group, {}, number, shared, gathered)


def _group(data: dict[str, Any], module: dict[str, Any], programme: int, shared: dict[str, Cell], gathered: _Gathered) -> None:
    number = _whole(data.get("id"))
    if number is None:
        gathered.skipped.append(_("a group without a number"))
        return
    gathered.put(
        "group",
        number,
        {
            **shared,
            **_place(data.get("address") or module.get("address")),
            "programme": f"pfdo:{programme}",
            "name": _cell(data.get("name")),
            "starts": _cell(data.get("start_date")),
            "ends": _cell(data.get("end_date")),
            "free": _cell(data.get("free_places_counter")),
            "size": _cell(data.get("max_child") or module.get("max_child")),
            "age_min": _months(data.get("recommended_min_age")),
            "age_max": _months(data.get("recommended_max_age")),
        },
    )
    if (price := data.get("period_price")) not in (None, "", 0, "0", "0.00"):
        gathered.put("programme", programme, {"price": _cell(price), "price_per": "курс"})
    for lesson in _dicts(data.get("schedule")):
        weeks = "" if lesson.get("week_policy") in (None, 0, "0", "") else "нечётные" if lesson.get("is_odd") else "чётные"
        gathered.lessons.append(
            {
                "group": f"pfdo:{number}",
                "weekdays": _cell(lesson.get("week_day")),
                "starts": _cell(lesson.get("start_time")),
                "ends": _cell(lesson.get("end_time")),
                "weeks": weeks,
                "place": _cell(lesson.get("office")),
            }
        )


def _whole(value: Any) -> int | None:
    """A number, also one written as text (as ПФДО does here and there)."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: Any) -> list[str]:
    """The texts and numbers of a list, as texts."""
    return [str(item) for item in value if isinstance(item, (str, int))] if isinstance(value, list) else []


def _months(value: Any) -> Cell:
    return f"{number} мес" if (number := _whole(value)) else None


def _cell(value: Any) -> Cell:
    """A value of JSON as a cell: what is no text, number or truth is none."""
    return value if isinstance(value, (str, int, float, bool)) else None


def _place(address: Any) -> dict[str, Cell]:
    """Where an address is: ПФДО writes «Камский край, с Берёзовка, ул Мира, д 5», or an object with that and with degrees."""
    whole = address.get("name") if isinstance(address, dict) else address
    if not isinstance(whole, str) or not whole:
        return {}
    found: dict[str, Cell] = {"address": whole}
    parts = [part.strip() for part in whole.split(",")]
    for at, part in enumerate(parts):
        named = _SETTLEMENT.fullmatch(part)
        if named and not _NO_SETTLEMENT.match(part):
            found |= {"settlement": named[1], "address": ", ".join(parts[at + 1 :])}
            break
    if isinstance(address, dict):
        found |= {"latitude": _cell(address.get("lat")), "longitude": _cell(address.get("lng"))}
    return found


_SHEETS: Final = {"municipality": "муниципалитеты", "organisation": "организации", "programme": "программы", "group": "группы"}


def _rows(found: Tables, gathered: _Gathered) -> Tables:
    for noun, things in gathered.cells.items():
        for number, cells in things.items():
            if noun == "group" and (locked := gathered.locked.get(cells.get("programme"))) is not None:
                cells["locked"] = locked
            found.rows[noun].append(_row(noun, _SHEETS[noun], int(number), cells))
            found.columns[noun] |= set(cells)
    for at, cells in enumerate(gathered.lessons, 1):
        found.rows["timetable"].append(_row("timetable", "расписание", at, cells))
        found.columns["timetable"] |= set(cells)
    return found


def _row(noun: str, part: str, number: int, cells: dict[str, Cell]) -> Row:
    row = Row(BY_NOUN[noun], f"{NAME}, {part}", number, {})
    if noun == "programme" and not cells.get("payment"):
        cells.pop("payment", None)
        row.values |= {"free": False, "certificate": False, "paid": False}
        row.note("payment", _("who pays is not said"))
    fill(row, cells)
    return row
