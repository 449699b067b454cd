"""What each emulator asks of a messenger's published specification, and how lists of breaches read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

SPECS = Path(__file__).parent / "specs"
"""The trimmed machine-readable specifications, each beside its licence; `specs/README.md` says where they come from."""


class Specification(Protocol):
    """A messenger's methods and types.

    Both methods return breaches in plain English, each with a path ("reply_markup.inline_keyboard[0][1].url: …"); an empty list is a
    call that the specification allows. Limits that stand only in a messenger's prose are checked where their error texts are known.
    """

    def check_request(self, method: str, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with a request: an unknown method or parameter, a missing one, a wrong type at any depth."""

    def check_response(self, method: str, result: Any) -> list[str]:
        """What is wrong with an answer of the emulator itself."""
