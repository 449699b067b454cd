"""Answers of ПФДО's API become the same rows. The answers here are invented, in the shape that public sites show."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.services.importing import Outcome, pfdo, words
from bot.services.importing.rows import Tables
from storage.database import Database
from tests.importing.conftest import DISTRICT, Load, Sheets
from tests.importing.test_import import everything, said

ADDRESS = {"id": 9, "name": "Камский край, Ивняковский р-н, с Берёзовка, ул Мира, д 5", "lat": "57.9012", "lng": "57.3344"}
OK = {"result_code": "FLSCS", "result_message": "Полный успех"}
LIST = {
    "data": [
        {
            "id": 700,
            "name": 'Мастерская "Ряж"',
            "direction": {"id": 2, "name": "Техническая"},
            "address": ADDRESS,
            "keywords": ["судомоделирование"],
            "organization_name": "АНО «Верфь»",
            "age_min": 84,
            "age_max": 132,
            "module_count": 1,
            "reestrs": {"certified": True, "meaningful": False, "general": False, "preprofessional": False, "commercial": True},
            "enrollment": 3,
            "duration_string": "1 год",
        }
    ],
    **OK,
}
CARD = {
    "data": {
        "program": {
            "id": 700,
            "full_name": 'Дополнительная программа "Мастерская &quot;Ряж&quot;"',
            "short_name": 'Мастерская "Ряж"',
            "kind": 2,
            "direction_id": 2,
            "activity_ids": [63],
            "edu_form": 1,
            "annotation": "<p>Строим модели кораблей&nbsp;и спускаем их на воду.</p>\n\n<p>&nbsp;</p>\n",
            "age_group_min": 84,
            "age_group_max": 132,
            "ovz": 0,
            "need_medical_certificate": 0,
            "directory_level_id": 1,
        },
        "organization": {"id": 55, "name": "АНО «Верфь»", "phone": "8 (00000) 3-00-00", "fio_contact": "[masked]"},
        "address": ADDRESS,
        "modules": [
            {
                "name": "Первый год",
                "max_child": 12,
                "groups": [
                    {
                        "id": 801,
                        "name": "Группа А",
                        "start_date": "2026-09-15",
                        "end_date": "2027-05-31",
                        "free_places_counter": 4,
                        "period_price": "4200.00",
                        "schedule": [
                            {
                                "week_day": 2,
                                "start_time": "16:00:00",
                                "end_time": "17:30:00",
                                "office": "каб. 3",
                                "week_policy": 1,
                                "is_odd": True,
                            },
                            {
                                "week_day": 4,
                                "start_time": "16:00",
                                "end_time": "17:30",
                                "office": None,
                                "week_policy": None,
                                "is_odd": False,
                            },
                        ],
                    }
                ],
            }
        ],
    },
    **OK,
}
ACTIVITIES = {"data": [{"id": 63, "direction_id": 2, "name": "Судомоделизм", "description": None}], **OK}
EVENTS = {"data": [{"id": 1, "name": "Мастер-класс", "address": ADDRESS, "period": "6 января 2027, 10:30"}], **OK}
Book = Callable[[Sheets], Path]


async def put(load: Load, folder: Path, *answers: Any) -> Any:
    path = folder / "pfdo.json"
    path.write_text(json.dumps([{"endpoint": "GET", "response": answer} for answer in answers], ensure_ascii=False))
    return await load(path)


async def test_a_list_and_a_card_make_one_programme_with_its_groups(load: Load, book: Book, database: Database, tmp_path: Path) -> None:
    await load(book({title: DISTRICT[title] for title in ("Муниципалитеты", "Населённые пункты")}))
    report = await put(load, tmp_path, LIST, CARD, ACTIVITIES, EVENTS)
    assert {line.outcome for line in report.lines} == {Outcome.NEW}, said(report)
    assert ["the event {number}" in str(remark.text) for remark in report.remarks] == [True]
    there = await everything(database)
    (organisation,), (programme,), (group,) = there["organisation"], there["programme"], there["group"]
    assert (organisation["name"], organisation["kind"], organisation["act"]) == ("АНО «Верфь»", "private", "contract")
    assert (programme["name"], programme["direction"], programme["age_min"], programme["age_max"]) == (
        "Мастерская «Ряж»",
        "technical",
        84,
        132,
    )
    assert programme["activities"] == ["Судомоделизм"]
    assert programme["announce"] == "Строим модели кораблей и спускаем их на воду."
    assert (programme["certificate"], programme["paid"], programme["free"], programme["price"]) == (True, True, False, 4200)
    assert (group["size"], group["taken"], group["locked"], group["address"]) == (12, 8, True, "ул Мира, д 5")
    assert [(row["weekday"], row["starts"], row["weeks"], row["place"]) for row in there["timetable"]] == [
        (2, 960, "odd", "каб. 3"),
        (4, 960, "every", None),
    ]
    again = await put(load, tmp_path, LIST, CARD, ACTIVITIES)
    assert again.changes == 0, said(again)


async def test_a_place_that_nobody_knows_stops_its_group_and_not_its_programme(load: Load, book: Book, tmp_path: Path) -> None:
    await load(book({"Муниципалитеты": DISTRICT["Муниципалитеты"]}))
    report = await put(load, tmp_path, LIST, CARD)
    assert {line.noun: line.outcome for line in report.lines} == {
        "organisation": Outcome.NEW,
        "programme": Outcome.NEW,
        "group": Outcome.REFUSED,
        "timetable": Outcome.REFUSED,
    }, said(report)


async def test_answers_of_any_shape_raise_nothing(load: Load, tmp_path: Path) -> None:
    odd: list[Any] = [
        None,
        5,
        "x",
        [],
        {},
        {"data": None},
        {"data": [None, 5]},
        {"data": {"program": None}},
        {"data": {"program": {"id": []}}},
    ]
    odd += [{"data": [{"id": {}, "age_min": "x", "keywords": 7, "address": [], "reestrs": 3, "direction": 2, "modules": {"a": 1}}]}]
    odd += [
        {
            "data": {
                "id": 5,
                "annotation": 7,
                "activity_ids": "12",
                "available_groups": [{"id": 1, "schedule": "x"}],
                "kind": [],
                "edu_form": {},
            }
        }
    ]
    odd += [{"data": {"id": 6, "name": ["a"], "address": 3}}]
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(odd))
    report = await load(path)
    assert {line.outcome for line in report.lines} == {Outcome.REFUSED}


NAMES = sorted(
    {name for answer in (LIST, CARD, ACTIVITIES, EVENTS) for name in re.findall(r'"(\w+)":', json.dumps(answer))}
    | {"available_groups", "schedule"}
)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 900), st.floats(), st.text(max_size=8), st.sampled_from(["7", "<p>x</p", "2026-09-15"])
    ),
    lambda inside: st.one_of(st.lists(inside, max_size=3), st.dictionaries(st.sampled_from(NAMES), inside, max_size=8)),
    max_leaves=40,
)


@given(st.lists(JSON.map(lambda data: {"data": data}), max_size=3))
def test_no_answer_raises(answers: list[object]) -> None:
    for rows in pfdo.add(Tables(), answers).rows.values():
        assert all(row.values for row in rows)


def test_hostile_html_is_read_in_no_time() -> None:
    started = time.perf_counter()
    for bit in ("<!", "<a ", "&#", "<p", "</", "<!--", "<![", "<?"):
        words.from_html(bit * 20_000)
    assert time.perf_counter() - started < 1
