"""A page of A4 in PDF: fonts with every letter of the region's languages, styles, and a plain text as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"


@lru_cache(maxsize=1)
def styles() -> Mapping[str, ParagraphStyle]:
    """`title`, `heading`, `text`, `small`; the fonts are registered by the way."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD)
    text = ParagraphStyle("text", fontName=PLAIN, fontSize=10, leading=14, spaceAfter=2 * mm)
    return {
        "title": ParagraphStyle("title", text, fontName=BOLD, fontSize=13, leading=18, alignment=TA_CENTER, spaceAfter=6 * mm),
        "heading": ParagraphStyle("heading", text, fontName=BOLD),
        "text": text,
        "small": ParagraphStyle("small", text, fontSize=8, leading=11),
    }


def paragraph(words: str, style: str = "text") -> Flowable:
    """Plain words as a paragraph; marks in them are only letters."""
    return Paragraph(escape(words).replace("\n", "<br/>"), styles()[style])


def pdf(title: str, story: Sequence[Flowable]) -> bytes:
    """A document of some flowing parts; the same parts give the same bytes."""
    styles()
    made = BytesIO()
    margins = {"leftMargin": 25 * mm, "rightMargin": 20 * mm, "topMargin": 20 * mm, "bottomMargin": 20 * mm}
    SimpleDocTemplate(made, pagesize=A4, title=title, author="", invariant=1, **margins).build(list(story))
    return made.getvalue()


def text(facts: Mapping[str, Any]) -> bytes:
    """A plain text: `title`, and `text`, whose empty lines part paragraphs."""
    parts = [paragraph(facts["title"], "title"), *(paragraph(part.strip()) for part in facts["text"].split("\n\n") if part.strip())]
    return pdf(facts["title"], parts)
