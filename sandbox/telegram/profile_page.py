"""What a bot says of itself, per language: name, descriptions, commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ProfilePage:
    """The bot's page; language "" is everybody else's. `commands` are by (scope as JSON, language)."""

    name: str
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def called(self, language: str = "") -> str:
        """The bot's name in this language."""
        return self.names.get(language) or self.names.get("") or self.name
