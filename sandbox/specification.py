"""Where the messengers' published specifications lie, by which each emulator checks every call."""

from __future__ import annotations

from pathlib import Path

SPECS = Path(__file__).parent / "specs"
"""The trimmed machine-readable specifications, each beside its licence; `specs/README.md` says where they come from."""
