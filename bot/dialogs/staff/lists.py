"""Lists as files: one group, or all of an organisation, in the order in which coordinators need the columns."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.conversation.dialog import Missing, dialog
from bot.conversation.language import Reader
from bot.conversation.screen import Paper, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.staff.groups import theirs, title
from bot.model.application import State
from bot.model.link import to
from bot.model.text import Words, _, lines, n_
from bot.services import finding, groups, roster
from bot.services.enrolment import STATES, Refused
from bot.services.enrolment.rules import months
from bot.services.roster import ListedRow

COLUMNS: tuple[Words, ...] = (
    _("№"),
    _("Surname"),
    _("Name"),
    _("Born"),
    _("Age"),
    _("Settlement"),
    _("School"),
    _("Class"),
    _("Shift"),
    _("Certificate"),
    _("Guardian"),
    _("Telephone"),
    _("Programme"),
    _("Group"),
    _("State"),
    _("Applied on"),
    _("Number in the queue"),
    _("Benefit"),
)
"""The order of columns in which coordinators fill their own tables."""
SCHOOL_YEAR = 9
"""The month with which a school year begins."""
KINDS = ("xlsx", "csv")
ALL = 0
"""In the place of a group's number: all groups of the organisation."""


@dialog("groupfile", parent=lambda number: to("groupcard", number) if number else to("mygroups"))
async def groupfile(turn: Turn, number: int) -> Screen:
    """Which file, and of what."""
    found = await theirs(turn, number)
    body = lines(
        _("**The list as a file**"),
        title(found),
        _("Who holds a place and who waits: names, birthdays, telephones. What you take is written down."),
    )
    everywhere = ((link(_("All groups, XLSX"), "listfile", ALL, "xlsx"), link(_("All groups, CSV"), "listfile", ALL, "csv")),)
    return Screen(
        body,
        (
            (link(_("XLSX"), "listfile", number, "xlsx", meaning="primary"), link(_("CSV"), "listfile", number, "csv")),
            *(everywhere if found.decides else ()),
            (link(_("‹ To the group"), "groupcard", number), link(_("Home"), "home")),
        ),
    )


@dialog("listfile", parent=lambda **_number: to("mygroups"))
async def listfile(turn: Turn, number: int, kind: str) -> Screen:
    """The file itself."""
    if turn.opened or kind not in KINDS:
        raise Missing
    found = None if number == ALL else await theirs(turn, number)
    if found is None and not any(each.decides for each in await groups.mine(turn.tx, turn.person.id)):
        raise Missing
    try:
        rows = await roster.listed(turn.tx, turn.person.id, number or None, kind)
    except Refused:
        raise Missing from None
    back = (link(_("‹ To the group"), "groupcard", number) if number else link(_("‹ My groups"), "mygroups"), link(_("Home"), "home"))
    body = lines(
        n_("**The list: {n} child**", "**The list: {n} children**", len(rows)),
        title(found) if found else _("All groups of the organisation"),
        n_("These are the first {n}: take the rest group by group.", "These are the first {n}: take the rest group by group.", len(rows))
        if len(rows) == roster.LISTED
        else None,
    )
    name = f"spisok-{number or 'vse'}-{await finding.today(turn.tx):%Y-%m-%d}.{kind}"
    return Screen(body, (back,), document=Paper(f"roster_{kind}", await _facts(turn, rows, body), name))


async def _facts(turn: Turn, rows: list[ListedRow], body: Words) -> dict[str, object]:
    """The rows in the reader's language, frozen."""
    reader, today = Reader(turn.person.language, turn.here.limits.personal_data, lambda page: page.deep), await finding.today(turn.tx)

    def say(words: Words) -> str:
        return turn.here.languages.say(words, reader)

    states = {state: say(words) for state, words in STATES.items()}
    benefits = {"claimed": say(_("will show the paper")), "checked": say(_("paper shown"))}
    zone, waits, made = ZoneInfo(await finding.zone(turn.tx)), dict[int, int](), list[list[object]]()
    for at, row in enumerate(rows):
        waiting = row.state == State.WAITLISTED
        waits[row.group] = waits.get(row.group, 0) + waiting
        year = today.year - (today.month < SCHOOL_YEAR)
        made.append(
            [
                at + 1,
                row.surname,
                row.name,
                f"{row.born:%d.%m.%Y}",
                months(row.born, today) // 12,
                row.settlement,
                row.school,
                None if row.grade is None else row.grade + year - (row.grade_year or year),
                row.shift,
                row.certificate,
                row.guardian,
                row.phone,
                row.programme,
                row.group_name,
                states[State(row.state)],
                f"{row.created.astimezone(zone):%d.%m.%Y}",
                waits[row.group] if waiting else None,
                benefits.get(row.benefit or ""),
            ]
        )
    return {"title": say(body).partition("\n")[0], "head": [say(each) for each in COLUMNS], "rows": made}
