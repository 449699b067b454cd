"""Papers: pure facts become bytes. Each maker is named here; what it needs is imported when the first one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast

Maker = Callable[[Mapping[str, Any]], bytes]


def _late(module: str, name: str) -> Maker:
    """A maker whose libraries are loaded with its first paper: a start must not wait for them (reportlab takes a quarter of a second)."""

    def make(facts: Mapping[str, Any]) -> bytes:
        return cast("Maker", getattr(import_module(f"bot.papers.{module}"), name))(facts)

    return make


MAKERS: Mapping[str, Maker] = {
    "text": _late("page", "text"),
    "application": _late("forms", "application"),
    "transfer": _late("forms", "transfer"),
    "leaving": _late("forms", "leaving"),
    "qr": _late("payment", "qr"),
    "qr_png": _late("payment", "qr_png"),
    "calendar": _late("lessons", "calendar"),
    "roster_csv": _late("lists", "roster_csv"),
    "roster_xlsx": _late("lists", "roster_xlsx"),
}
"""The makers by the kind of paper, as a screen names it."""
