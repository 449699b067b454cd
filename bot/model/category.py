"""The categories that a group may publish: who comes first by its rule, and for whom places are reserved."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.model.text import Text, _


class Category(StrEnum):
    """A published category. The family says that it will show a paper; nothing more is stored (domain: messengers and the law)."""

    SVO = "svo"
    LARGE_FAMILY = "large_family"
    ORPHAN = "orphan"
    OWN_SCHOOL = "own_school"
    SIBLING = "sibling"


CATEGORIES: Mapping[str, Text] = {
    Category.SVO: _("children of those who serve or served in the special military operation"),
    Category.LARGE_FAMILY: _("children of large families"),
    Category.ORPHAN: _("orphans and children without parental care"),
    Category.OWN_SCHOOL: _("pupils of this school"),
    Category.SIBLING: _("brothers and sisters of those who attend"),
}
"""As the terms say it: «первыми берут: …»."""
SHORT: Mapping[str, Text] = {
    Category.SVO: _("Family of a serviceman"),
    Category.LARGE_FAMILY: _("Large family"),
    Category.ORPHAN: _("Orphan or ward"),
    Category.OWN_SCHOOL: _("Pupil of this school"),
    Category.SIBLING: _("Brother or sister attends"),
}
"""As a button says it."""
