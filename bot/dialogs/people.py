"""Who has access to a family: guardians and followers, invited by one-time links."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Screen, link, share
from bot.conversation.turn import Turn
from bot.dialogs.family import ask_contact, child_words
from bot.model.application import Role
from bot.model.link import Link, to
from bot.model.text import Personal, Text, Words, _, dotted, lines, listed, n_
from bot.services import family, guardians
from bot.services.enrolment import Refused
from bot.services.family import GuardianRow

ROLES: Mapping[Role, Text] = {
    Role.GUARDIAN: _("parent or guardian"),
    Role.APART: _("parent who lives apart"),
    Role.FOLLOWER: _("follows"),
}
"""A part in a family, in words."""
WHO: Mapping[Role, Text] = {
    Role.GUARDIAN: _("Second parent"),
    Role.APART: _("Parent who lives apart"),
    Role.FOLLOWER: _("Grandmother, to follow"),
}
"""Whom a guardian invites, on a button."""
SEES: Mapping[Role, Text] = {
    Role.GUARDIAN: _("They apply, answer and withdraw, as you do, and invite others."),
    Role.APART: _("They see the applications and how they stand, not what you and the organisation write, and change nothing."),
    Role.FOLLOWER: _("They see the applications and how they stand, and change nothing."),
}
"""What somebody with that part may do."""
ON_A_PAGE = 3


@dialog("family", parent=lambda **_number: to("children"))
async def family_(turn: Turn, number: int) -> Screen:
    """Who has access to the children of a family, the person's first one where `number` is 0; it ends by one press."""
    parts = await guardians.families(turn.tx, turn.person.id)
    mine = next((row for row in parts if number in {0, row.family}), None)
    if mine is None:
        raise Missing
    rows = await guardians.members(turn.tx, turn.person.id, mine.family)
    page = min(turn.number("page"), (len(rows) - 1) // ON_A_PAGE)
    shown = list(enumerate(rows, 1))[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    pager = [turn.answer("‹", "page", str(page - 1))] if page else []
    pager += [turn.answer("›", "page", str(page + 1))] if (page + 1) * ON_A_PAGE < len(rows) else []
    theirs = [each for each in await family.children(turn.tx, turn.person.id) if each.family == mine.family]
    full = mine.role == Role.GUARDIAN
    removes = [
        link(_("Remove {at}").format(at=at), "dropguardian", mine.family, row.person)
        for at, row in shown
        if full and row.person != mine.person
    ]
    after = parts[(parts.index(mine) + 1) % len(parts)]
    others = (link(_("Other family"), "family", after.family),) if len(parts) > 1 else ()
    body = lines(
        _("**Family**"),
        _("Children: {names}").format(names=listed([child_words(each) for each in theirs])) if theirs else None,
        n_("{n} person has access:", "{n} people have access:", len(rows)),
        *(_member(at, row, mine) for at, row in shown),
    )
    return Screen(
        body,
        (
            tuple(removes),
            (
                *pager,
                *((link(_("Invite"), "invitefamily", mine.family),) if full else ()),
                link(_("Leave the family"), "leavefamily", mine.family),
            ),
            (*others, link(_("My children"), "children"), link(_("Home"), "home")),
        ),
    )


def _member(at: int, row: GuardianRow, mine: GuardianRow) -> Words:
    """«2. Анна Сергеевна · родитель или опекун · это вы»."""
    role = ROLES[Role(row.role)]
    facts = dotted(Personal(row.name, role) if row.name else None, role, _("this is you") if row.person == mine.person else None)
    return _("{at}. {facts}").format(at=at, facts=facts)


@dialog("invitefamily", parent=lambda number: to("family", number))
async def invitefamily(turn: Turn, number: int) -> Screen:
    """Make a one-time link into the family for one person."""
    mine = next((row for row in await guardians.families(turn.tx, turn.person.id) if row.family == number), None)
    if mine is None or mine.role != Role.GUARDIAN:
        raise Missing
    text = lines(
        _("**Whom do you invite?**"),
        *(_("{who}: {sees}").format(who=WHO[each], sees=SEES[each]) for each in guardians.INVITED),
    )
    role = await turn.ask(Choice[Role]("role", text, list(guardians.INVITED), key=lambda each: each.value, label=lambda each: WHO[each]))
    sure = lines(
        _("**Make a link?**"),
        _("{what:capital}").format(what=SEES[role]),
        _("Whoever opens the link gets this access. Send it to one person, by a way that only they read."),
    )
    await turn.ask(Confirm("sure", sure, yes=_("Make the link"), holds=(number, role)))
    try:
        token = await guardians.invite(turn.tx, turn.person.id, number, role)
    except Refused as refused:
        return Screen(lines(_("**Not yet**"), refused.words), ((link(_("Family"), "family", number), link(_("Home"), "home")),))
    page = to("joinfamily", token)
    body = lines(
        _("**The invitation is ready**"),
        WHO[role],
        _("It works once, within seven days. Send it to the person whom you invite."),
        _("{page}").format(page=page),
    )
    return Screen(body, ((share(_("Send the invitation"), page),), (link(_("Family"), "family", number), link(_("Home"), "home"))))


@dialog("joinfamily", parent=lambda **_token: to("home"))
async def joinfamily(turn: Turn, token: str) -> Screen | Link:
    """Join a family by a link that works once: whose children they are, what one may do, then a yes."""
    found = await guardians.look(turn.tx, token)
    if found is None:
        raise Missing
    mine = next((row for row in await guardians.families(turn.tx, turn.person.id) if row.family == found.family), None)
    if mine is not None and guardians.INVITED.index(Role(mine.role)) <= guardians.INVITED.index(found.role):
        return to("family", found.family)
    by = Personal(found.by.name, ROLES[Role.GUARDIAN]) if found.by.name else ROLES[Role.GUARDIAN]
    text = lines(
        _("**Join the family?**"),
        _("Invited by: {name}").format(name=by),
        _("Children: {names}").format(names=listed([child_words(each) for each in found.children])) if found.children else None,
        JOINS[found.role],
    )
    await turn.ask(Confirm("sure", text, yes=_("Join"), holds=(found.family, found.role), personal=""))
    name = phone = None
    if found.role != Role.FOLLOWER:
        name, phone = await ask_contact(turn)
    try:
        await guardians.join(turn.tx, turn.person.id, token, name=name, phone=phone)
    except Refused as refused:
        return Screen(lines(_("**Not yet**"), refused.words), ((link(_("Home"), "home"),),))
    turn.note = _("You are in the family now")
    return to("family", found.family)


JOINS: Mapping[Role, Text] = {
    Role.GUARDIAN: _("You will apply, answer and withdraw for these children, and see who has access."),
    Role.APART: _("You will see the applications and how they stand; what the other parent and the organisation write stays between them."),
    Role.FOLLOWER: _("You will see the applications and how they stand. You cannot change anything by mistake."),
}
"""What the one who is invited will see and do."""


@dialog("dropguardian", parent=lambda number, **_person: to("family", number))
async def dropguardian(turn: Turn, number: int, person: int) -> Screen | Link:
    """End somebody's access to the children; they are not told."""
    try:
        row = await guardians.removing(turn.tx, turn.person.id, number, person)
    except Refused as refused:
        return Screen(
            lines(_("**That is not possible**"), refused.words), ((link(_("Family"), "family", number), link(_("Home"), "home")),)
        )
    role = ROLES[Role(row.role)]
    text = lines(
        _("**End this access?**"),
        dotted(Personal(row.name, role) if row.name else None, role),
        _("It ends at once, also on screens that are open now. Nobody is told."),
    )
    await turn.ask(Confirm("sure", text, yes=_("End the access"), meaning="danger", holds=(number, person, row.role)))
    await guardians.remove(turn.tx, turn.person.id, number, person)
    turn.note = _("The access is ended")
    return to("family", number)


@dialog("leavefamily", parent=lambda number: to("family", number))
async def leavefamily(turn: Turn, number: int) -> Screen | Link:
    """Give up one's own access to the children."""
    try:
        await guardians.leaving(turn.tx, turn.person.id, number)
    except Refused as refused:
        return Screen(
            lines(_("**That is not possible**"), refused.words), ((link(_("Family"), "family", number), link(_("Home"), "home")),)
        )
    text = lines(
        _("**Leave the family?**"), _("You will not see these children's applications any more. To come back you need an invitation.")
    )
    await turn.ask(Confirm("sure", text, yes=_("Leave"), meaning="danger", holds=(number,)))
    await guardians.leave(turn.tx, turn.person.id, number)
    turn.note = _("You have left the family")
    return to("children")
