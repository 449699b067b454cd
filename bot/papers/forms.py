"""Forms that are filled in for signing: to be enrolled (or for a contract), to be moved to another group, to leave.

Their language is the law's, Russian. Names are never inflected: they stand beside what they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from bot.papers.page import paragraph, pdf

_LEFT = 70 * mm
"""Before the address: a form is addressed in its right half, as offices are used to."""
_LABEL, _VALUE = 50 * mm, 115 * mm
_SIGNATURES = ("Дата", "Подпись", "Расшифровка подписи")
_ENROL = {
    "order": (
        "Заявление о приёме на обучение",
        "Прошу зачислить ребёнка на обучение по дополнительной общеобразовательной программе:",
        "С уставом, лицензией, образовательной программой и правилами приёма ознакомлен: да / нет (нужное подчеркните).",
    ),
    "contract": (
        "Заявление на заключение договора",
        "Прошу заключить договор об обучении ребёнка по дополнительной общеобразовательной программе:",
        "С условиями договора, лицензией и образовательной программой ознакомлен: да / нет (нужное подчеркните).",
    ),
}
"""By what enrols: the title, what is asked for, and what the signer has read."""
_CONSENT = "Согласие на обработку персональных данных оформляется отдельным документом."
_FILLED = "Заполнено ботом по заявке № {number}. Проверьте, подпишите в организации и покажите документы."


def _address(facts: Mapping[str, Any]) -> list[Flowable]:
    """To whom, and from whom."""
    said = [
        f"Руководителю: {facts['organisation']}",
        facts.get("head"),
        f"от родителя (законного представителя): {facts['guardian']}",
        f"телефон: {facts['phone']}" if facts.get("phone") else None,
    ]
    right = [paragraph(each) for each in said if each]
    return [Table([["", right]], colWidths=[_LEFT, _LABEL + _VALUE - _LEFT], hAlign="LEFT"), Spacer(1, 6 * mm)]


def _rows(rows: Sequence[tuple[str, str | None]]) -> Flowable:
    """What is known, a line each; what is not known is a line to write on."""
    table = Table(
        [[paragraph(label), paragraph(value or " ")] for label, value in rows], colWidths=[_LABEL, _VALUE], hAlign="LEFT", splitByRow=1
    )
    table.setStyle([("LINEBELOW", (1, 0), (1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table


def _signed(facts: Mapping[str, Any]) -> list[Flowable]:
    """Where it is signed, and what a reader should know of it."""
    width = (_LABEL + _VALUE) / len(_SIGNATURES)
    lines = Table([["", "", ""], [paragraph(each, "small") for each in _SIGNATURES]], colWidths=[width] * 3, rowHeights=[12 * mm, None])
    lines.setStyle([("LINEBELOW", (0, 0), (-1, 0), 0.6, colors.black)])
    filled = _FILLED.format(number=facts["number"])
    return [Spacer(1, 8 * mm), lines, Spacer(1, 8 * mm), paragraph(_CONSENT, "small"), paragraph(filled, "small")]


def _form(title: str, asked: str, facts: Mapping[str, Any], rows: Sequence[tuple[str, str | None]], *more: str) -> bytes:
    """One form: the address, the title, what is asked for, what is known, the signature."""
    story = [*_address(facts), paragraph(title, "title"), paragraph(asked), _rows(rows), Spacer(1, 4 * mm)]
    return pdf(title, [*story, *(paragraph(each) for each in more), *_signed(facts)])


def application(facts: Mapping[str, Any]) -> bytes:
    """Ask to be enrolled, or for a contract where `act` is `contract`.

    `number`, `organisation` (its full name), `head`, `guardian`, `phone`, `child`, `born`, `programme`, `group`, `starts`: texts, each
    but the number, the organisation, the child and the programme may be missing.
    """
    title, asked, read = _ENROL[facts["act"]]
    rows = [
        ("Программа", facts["programme"]),
        ("Группа", facts.get("group")),
        ("Начало занятий", facts.get("starts")),
        ("Ребёнок", facts["child"]),
        ("Дата рождения", facts.get("born")),
    ]
    return _form(title, asked, facts, rows, read)


def transfer(facts: Mapping[str, Any]) -> bytes:
    """Ask to be moved: as an application, with `from_programme` and `from_group` besides."""
    rows = [
        ("Ребёнок", facts["child"]),
        ("Дата рождения", facts.get("born")),
        ("Сейчас: программа", facts["from_programme"]),
        ("группа", facts.get("from_group")),
        ("Прошу в: программа", facts["programme"]),
        ("группа", facts.get("group")),
    ]
    return _form("Заявление о переводе", "Прошу перевести ребёнка в другую группу:", facts, rows)


def leaving(facts: Mapping[str, Any]) -> bytes:
    """Ask to leave from the day `leaves` on; as an application otherwise."""
    rows = [
        ("Ребёнок", facts["child"]),
        ("Дата рождения", facts.get("born")),
        ("Программа", facts["programme"]),
        ("Группа", facts.get("group")),
        ("С какого дня", facts.get("leaves")),
    ]
    asked = "Прошу отчислить ребёнка по инициативе родителя (законного представителя):"
    return _form("Заявление об отчислении", asked, facts, rows)
