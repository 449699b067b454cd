"""What became of a file: an answer for each of its rows, and the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from bot.model.text import Text, Words, _, dotted, lines, n_
from bot.services.importing.layout import BY_NOUN
from bot.services.importing.rows import Note


class Outcome(Enum):
    """What became of a row. A row of the first three may have been mended besides: then it has notes."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


_SAID: Final = {
    Outcome.NEW: _("{row} “{title}”: taken, new"),
    Outcome.CHANGED: _("{row} “{title}”: taken, changed"),
    Outcome.UNCHANGED: _("{row} “{title}”: no changes"),
    Outcome.REFUSED: _("{row} “{title}”: not taken"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """The answer for one row. `row` is its address, «Программы!17»; notes say what was mended, the last one of a refused row why."""

    noun: str
    row: str
    title: str
    outcome: Outcome
    notes: tuple[Note, ...] = ()

    @property
    def mended(self) -> bool:
        """Whether something in it was read differently from how it was written."""
        return self.outcome is not Outcome.REFUSED and bool(self.notes)

    def words(self) -> Words:
        """The answer as text: what became of the row, and its notes a line each."""
        return lines(
            _SAID[self.outcome].format(row=self.row, title=self.title or "—"),
            *(_("· {cell}: {text}").format(cell=note.cell, text=note.text) for note in self.notes),
        )


@dataclass(slots=True)
class Report:
    """Answers for all rows of a file, in the order in which the sheets build on one another."""

    dry_run: bool = False
    lines: list[Line] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    """About whole sheets and columns, not rows."""

    def counts(self) -> dict[str, Counter[Outcome]]:
        """How many rows of each noun met each outcome."""
        found: dict[str, Counter[Outcome]] = {}
        for line in self.lines:
            found.setdefault(line.noun, Counter())[line.outcome] += 1
        return found

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        return sum(line.outcome is Outcome.REFUSED for line in self.lines)

    @property
    def mended(self) -> int:
        """How many rows were taken after mending."""
        return sum(line.mended for line in self.lines)

    @property
    def changes(self) -> int:
        """How many rows changed the catalogue, or would have."""
        return sum(line.outcome in {Outcome.NEW, Outcome.CHANGED} for line in self.lines)

    def summary(self) -> Words:
        """The sums, a noun a line."""
        head = _("Checked, nothing was written.") if self.dry_run else _("Imported.")
        if not self.lines:
            head = _("There are no rows to import.")
        elif not self.changes and not self.refused:
            head = _("No changes: the catalogue is already as the file says.")
        return lines(
            head,
            *(
                _("{sheet}: {counts}").format(sheet=BY_NOUN[noun].title, counts=dotted(*_counted(counts)))
                for noun, counts in self.counts().items()
            ),
            n_("{n} row was mended.", "{n} rows were mended.", self.mended) if self.mended else None,
            n_("{n} row was not taken.", "{n} rows were not taken.", self.refused) if self.refused else None,
        )

    def told(self, *, everything: bool = False) -> Iterator[Words]:
        """Remarks first, then each answer that needs reading: refusals and mends; all of them where `everything` is asked for."""
        for remark in self.remarks:
            yield _("{cell}: {text}").format(cell=remark.cell, text=remark.text)
        for line in self.lines:
            if everything or line.notes:
                yield line.words()


def _counted(counts: Counter[Outcome]) -> Iterator[Text]:
    for outcome, number in sorted(counts.items(), key=lambda each: list(Outcome).index(each[0])):
        yield {
            Outcome.NEW: n_("{n} new", "{n} new", number),
            Outcome.CHANGED: n_("{n} changed", "{n} changed", number),
            Outcome.UNCHANGED: n_("{n} without changes", "{n} without changes", number),
            Outcome.REFUSED: n_("{n} not taken", "{n} not taken", number),
        }[outcome]
