"""A receipt with a QR code by ГОСТ Р 56042-2014: any bank's application reads it. The money goes to the organisation, never to us."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from bot.papers.page import paragraph, pdf

BEGINS = "ST00012"
"""The standard, its version 0001, and 2 for UTF-8."""
FIELDS = (
    ("Name", "payee", 160),
    ("PersonalAcc", "account", 20),
    ("BankName", "bank", 45),
    ("BIC", "bik", 9),
    ("CorrespAcc", "correspondent", 20),
    ("Sum", "kopecks", 18),
    ("Purpose", "purpose", 210),
    ("PayeeINN", "inn", 12),
    ("KPP", "kpp", 9),
    ("CBC", "budget_code", 20),
    ("OKTMO", "oktmo", 11),
)
"""The standard's name, our fact, and how long it may be; the first five are obligatory and come first, in this order."""
NONE = "0"
"""A correspondent account that a treasury does not have: the field itself is obligatory."""
_SIDE = 60 * mm
_QUIET = 4
"""Modules of white around a code (ISO/IEC 18004)."""
_SCALE = 10
"""Pixels of a module in a picture."""


def payload(facts: Mapping[str, Any]) -> str:
    """What the code says: fields between vertical bars, so none of them may bring one along."""
    said = [BEGINS]
    for name, fact, longest in FIELDS:
        value = str(facts.get(fact) or (NONE if name == "CorrespAcc" else ""))
        clean = " ".join(value.replace("|", " ").split())[:longest].strip()
        if clean:
            said.append(f"{name}={clean}")
    return "|".join(said)


def code(facts: Mapping[str, Any]) -> segno.QRCode:
    """The code itself; the standard wants at least the middle level of correction."""
    return segno.make_qr(payload(facts), error="m", encoding="utf-8", boost_error=False)


def qr_png(facts: Mapping[str, Any]) -> bytes:
    """The code as a picture: a bank's application reads it out of the gallery."""
    made = BytesIO()
    code(facts).save(made, kind="png", scale=_SCALE, border=_QUIET)
    return made.getvalue()


def _drawn(qr: segno.QRCode) -> Flowable:
    rows = tuple(qr.matrix_iter(border=_QUIET))
    module = _SIDE / len(rows)
    drawing = Drawing(_SIDE, _SIDE)
    for at, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                drawing.add(
                    Rect(
                        column * module, _SIDE - (at + 1) * module, module, module, fillColor=colors.black, strokeWidth=0, strokeColor=None
                    )
                )
    return drawing


def qr(facts: Mapping[str, Any]) -> bytes:
    """The receipt on paper: who is paid, what for, how much, and the code."""
    kopecks = int(facts["kopecks"])
    rows = [
        ("Получатель", facts["payee"]),
        ("ИНН", facts["inn"]),
        ("КПП", facts.get("kpp")),
        ("Счёт", facts["account"]),
        ("Банк", facts["bank"]),
        ("БИК", facts["bik"]),
        ("Корр. счёт", facts.get("correspondent")),
        ("КБК", facts.get("budget_code")),
        ("ОКТМО", facts.get("oktmo")),
        ("Назначение", facts["purpose"]),
        ("Сумма", f"{kopecks // 100:,}".replace(",", "\u00a0") + f",{kopecks % 100:02}\u00a0₽"),
    ]
    table = Table(
        [[paragraph(label), paragraph(str(value))] for label, value in rows if value], colWidths=[32 * mm, 70 * mm], hAlign="LEFT"
    )
    table.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.lightgrey), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    both = Table([[table, _drawn(code(facts))]], colWidths=[104 * mm, _SIDE], hAlign="LEFT")
    both.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)])
    note = "Наведите камеру приложения банка на код и проверьте сумму. Деньги идут учреждению; бот денег не принимает."
    return pdf("Квитанция", [paragraph("Квитанция на оплату обучения", "title"), both, Spacer(1, 6 * mm), paragraph(note, "small")])
