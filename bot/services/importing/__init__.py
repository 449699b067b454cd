"""The catalogue's way in: read a file, mend its rows, answer for each of them, write what changed.

`read.py` (with `parse.py` in a child process) → `rows.py` (`mend.py` and the readers of cells; `pfdo.py` for answers of ПФДО's API) →
`apply.py` (`step.py`, `timetable.py`: steps of a few rows that compare and write) → `report.py`.
"""

from bot.services.importing.apply import Importing, Step, import_file
from bot.services.importing.read import Unreadable
from bot.services.importing.report import Line, Outcome, Report

__all__ = ["Importing", "Line", "Outcome", "Report", "Step", "Unreadable", "import_file"]
