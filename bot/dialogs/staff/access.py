"""Who has access: invitations by one-time links, the list of those who have it, and its end by one press."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.conversation.choice import Choice, Many
from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Typed
from bot.conversation.screen import Button, Screen, link, share
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.staff import OF_ORGANISATION, Duty, Scope
from bot.model.text import Personal, Text, Words, _, dotted, lines, listed, n_
from bot.services import staff
from bot.services.staff import Invitation, ScopeRow, StaffRow, TaughtRow

ROLES: dict[Duty, Text] = {
    Duty.TEACHER: _("teacher"),
    Duty.ORGANISATION: _("staff of the organisation"),
    Duty.BOARD: _("admission board"),
    Duty.MUNICIPALITY: _("municipal centre"),
    Duty.REGION: _("regional centre"),
    Duty.OBSERVER: _("observer"),
}
"""A role in words."""
SEES: dict[Duty, Text] = {
    Duty.TEACHER: _("You will see who attends your groups and mark who came. About applications the organisation decides."),
    Duty.ORGANISATION: _("You will see applications with children's names and decide about them."),
    Duty.BOARD: _("You will see applications to groups with a selection and decide who passes it."),
    Duty.MUNICIPALITY: _(
        "You will see numbers by organisation, no names; a name only in a message that a family itself sends to the centre."
    ),
    Duty.REGION: _("You will see numbers by municipality, no names."),
    Duty.OBSERVER: _("You will see numbers, no names, and change nothing."),
}
"""What a role sees and does."""
ON_A_PAGE, PLACES = 4, 5
EVERYWHERE = _("the whole region")


@dialog("staff")
async def invited(turn: Turn, token: str) -> Link:
    """Accept an invitation: the link works once."""
    found = await staff.look(turn.tx, token)
    if found is None:
        raise Missing
    await turn.ask(Confirm("sure", await _offer(turn, found), yes=_("Begin to work"), holds=(found.scope,)))
    name = found.name
    if not name:
        why = _("Colleagues see who took an application, and a family who answers its question.")
        text = lines(_("**What is your name?**"), _("Name and patronymic."))
        name = await turn.ask(Typed[str]("name", text, longest=100, personal=why))
    await staff.accept(turn.tx, turn.person.id, token, name)
    return to("work")


async def _offer(turn: Turn, found: Invitation) -> Words:
    role, groups = found.scope.role, dict[int, TaughtRow]()
    if found.scope.groups and found.scope.organisation is not None:
        groups = {row.id: row for row in await staff.groups(turn.tx, found.scope.organisation)}
    taught = [group_name(groups[each]) for each in found.scope.groups[:5] if each in groups]
    return lines(
        _("**Work for: {club}?**").format(club=found.place or EVERYWHERE),
        _("Your role: {role}").format(role=ROLES[role]),
        _("Your groups: {groups}").format(groups=listed(taught)) if taught else None,
        SEES[role],
        _("All that you do is written down, and those above you can read it."),
    )


def group_name(row: TaughtRow) -> Words:
    """A group of a programme, as a methodist tells it from others."""
    return dotted(row.programme_name, row.name if row.name != row.programme_name else None, row.teacher)


WIDEST = 38
"""Characters of a label beside the sign of a chosen one: VK shows forty."""


def _label(row: TaughtRow) -> str:
    """A group on a button: the programme's name gives way to the group's."""
    name = row.name[: WIDEST // 2]
    room = WIDEST - len(name) - len(" · ")
    programme = row.programme_name if len(row.programme_name) <= room else row.programme_name[: room - 1].rstrip() + "…"
    return f"{programme} · {name}"


@dialog("invitestaff", parent=lambda: to("work"))
async def invitestaff(turn: Turn) -> Screen:
    """Make a one-time link for somebody: a role, and what it is for."""
    roles = await staff.givable(turn.tx, turn.person.id)
    if not roles:
        raise Missing
    text = lines(_("**Whom do you invite?**"), _("Everybody gets a link of their own; it works once, within seven days."))
    role = await turn.ask(
        Choice[Duty](
            "role", text, list(roles), key=lambda each: each.value, label=lambda each: _("{label:capital}").format(label=ROLES[each])
        )
    )
    scope, place = await _scope(turn, role)
    sure = lines(
        _("**Make a link?**"),
        _("For: {place}").format(place=place),
        _("Role: {role}").format(role=ROLES[role]),
        _("Whoever opens the link gets this access. Send it to one person, by a way that only they read."),
    )
    await turn.ask(Confirm("sure", sure, yes=_("Make the link"), holds=(scope,)))
    try:
        token = await staff.invite(turn.tx, scope.organisation, turn.person.id, scope)
    except LookupError:
        raise Missing from None
    body = lines(
        _("**The invitation is ready**"),
        dotted(place, ROLES[role]),
        _("It works once, within seven days. Send it to the person whom you invite."),
    )
    return Screen(body, ((share(_("Send the invitation"), to("staff", token)),), (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


async def _scope(turn: Turn, role: Duty) -> tuple[Scope, Words]:
    """What the role is for: a place, and for a teacher the groups."""
    clubs = await staff.organisations(turn.tx, turn.person.id) if role in OF_ORGANISATION or role is Duty.OBSERVER else []
    centres = await staff.municipalities(turn.tx, turn.person.id) if role in {Duty.MUNICIPALITY, Duty.OBSERVER} else []
    places: list[tuple[str, ScopeRow]] = [*(("m", row) for row in centres), *(("o", row) for row in clubs)]
    if not places:
        raise Missing
    kind, place = await turn.ask(
        Choice[tuple[str, ScopeRow]](
            "place",
            _("**For which place?**"),
            places,
            key=lambda each: f"{each[0]}{each[1].id}",
            label=lambda each: each[1].name,
        )
    )
    if kind == "m":
        return Scope(role, None, place.id), place.name
    groups: tuple[int, ...] = ()
    if role is Duty.TEACHER:
        among = await staff.groups(turn.tx, place.id)
        if not among:
            raise Missing
        text = lines(_("**Which groups?**"), _("The teacher sees who attends these, and no others."))
        groups = tuple(row.id for row in await turn.ask(Many[TaughtRow]("groups", text, among, key=lambda row: row.id, label=_label)))
    return Scope(role, place.id, place.municipality, groups), place.name


@dialog("access", parent=lambda: to("work"))
async def access(turn: Turn) -> Screen | Link:
    """For which place: somebody with one of them comes to it at once."""
    person = turn.person.id
    if not await staff.givable(turn.tx, person):
        raise Missing
    clubs, centres = await staff.organisations(turn.tx, person), await staff.municipalities(turn.tx, person)
    places = [*(("centrestaff", row) for row in centres), *(("colleagues", row) for row in clubs)]
    invite = link(_("Invite"), "invitestaff")
    return choose_place(
        turn, _("**Who has access**"), [to(name, row.id) for name, row in places], [row.name for _name, row in places], invite
    )


def choose_place(turn: Turn, title: Words, pages: list[Link], names: list[str], *more: Button) -> Screen | Link:
    """One page for each place of somebody's: a list of them, or the page itself where there is one place."""
    if not pages:
        raise Missing
    if len(pages) == 1:
        return pages[0]
    page = min(turn.number("page"), (len(pages) - 1) // PLACES)
    shown = range(page * PLACES, min(len(pages), (page + 1) * PLACES))
    pager = [turn.answer("‹", "page", str(page - 1))] if page else []
    pager += [turn.answer("›", "page", str(page + 1))] if (page + 1) * PLACES < len(pages) else []
    said = [_("{at}. {facts}").format(at=at + 1, facts=names[at]) for at in shown]
    opens = tuple(Button(str(at + 1), str(pages[at])) for at in shown)
    return Screen(lines(title, *said), (opens, (*pager, *more), (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


@dialog("colleagues", parent=lambda **_organisation: to("work"))
async def colleagues(turn: Turn, organisation: int) -> Screen:
    """Who has access to an organisation's applications; access ends with one press."""
    if not await staff.may_see(turn.tx, turn.person.id, organisation=organisation):
        raise Missing
    name = next((row.name for row in await staff.organisations(turn.tx, turn.person.id) if row.id == organisation), "")
    return await _access(turn, name, await staff.colleagues(turn.tx, organisation))


@dialog("centrestaff", parent=lambda **_municipality: to("work"))
async def centrestaff(turn: Turn, municipality: int) -> Screen:
    """Who works for a municipality itself."""
    if not await staff.may_see(turn.tx, turn.person.id, municipality=municipality):
        raise Missing
    name = next((row.name for row in await staff.municipalities(turn.tx, turn.person.id) if row.id == municipality), "")
    return await _access(turn, name, await staff.centre(turn.tx, municipality))


async def _access(turn: Turn, name: str, rows: list[StaffRow]) -> Screen:
    page = min(turn.number("page"), max(0, (len(rows) - 1) // ON_A_PAGE))
    shown = list(enumerate(rows, 1))[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    ends = [(at, row) for at, row in shown if await staff.ending(turn.tx, turn.person.id, row.id)]
    title = n_("**{club}: {n} person has access**", "**{club}: {n} people have access**", len(rows)).format(club=name)
    pager = [turn.answer("‹", "page", str(page - 1))] if page else []
    pager += [turn.answer("›", "page", str(page + 1))] if (page + 1) * ON_A_PAGE < len(rows) else []
    return Screen(
        lines(title, *(_line(turn, at, row) for at, row in shown)),
        (
            *((link(_("End access {at}").format(at=at), "endaccess", row.id),) for at, row in ends),
            (*pager, link(_("Invite"), "invitestaff")),
            (link(_("‹ To work"), "work"), link(_("Home"), "home")),
        ),
    )


def _line(turn: Turn, at: int, row: StaffRow) -> Words:
    """«2. Алла Викторовна · приёмная комиссия · с 24 августа 2026 года · доступ дала Светлана Юрьевна»."""
    role = ROLES[Duty(row.role)]
    day = row.since.astimezone(ZoneInfo(row.zone)).date() if row.zone else row.since.date()
    return _("{at}. {facts}").format(
        at=at,
        facts=dotted(
            Personal(row.name, role) if row.name else None,
            role if row.name else _("{role:capital}").format(role=role),
            _("since {day:fullday}").format(day=day),
            _("this is you") if row.person == turn.person.id else None,
            _("invited by: {name}").format(name=Personal(row.given_by_name, _("a colleague"))) if row.given_by_name else None,
        ),
    )


@dialog("endaccess", parent=lambda **_number: to("work"))
async def endaccess(turn: Turn, number: int) -> Link:
    """End somebody's access at once."""
    row = await staff.ending(turn.tx, turn.person.id, number)
    if row is None:
        raise Missing
    role = ROLES[Duty(row.role)]
    text = lines(
        _("**End this access?**"),
        dotted(Personal(row.name, role) if row.name else None, role, row.organisation_name or row.municipality_name),
        _("It ends at once, also on screens that are open now."),
    )
    await turn.ask(Confirm("sure", text, yes=_("End the access"), meaning="danger", holds=(number,)))
    await staff.revoke(turn.tx, turn.person.id, number)
    turn.note = _("The access is ended")
    return to("colleagues", row.organisation) if row.organisation else to("work")
