"""Lengths as the messengers count them, in UTF-16 units, and texts cut to them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.language import Run


def units(text: str) -> int:
    """Length in UTF-16 units, where an emoji takes two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, longest: int) -> str:
    """A text of at most `longest` UTF-16 units; what is cut off is replaced by «…», and no character is cut in two."""
    if units(text) <= longest:
        return text
    return text.encode("utf-16-le")[: 2 * (longest - 1)].decode("utf-16-le", "ignore") + "…"


def shortened(runs: Sequence[Run], longest: int) -> list[Run]:
    """Runs of at most `longest` units together, where they are known to be longer."""
    kept, left = list[Run](), longest
    for run in runs:
        if units(run.text) >= left:
            kept.append(Run(cut(run.text + "…", left), run.bold, run.url))
            break
        kept.append(run)
        left -= units(run.text)
    return kept
