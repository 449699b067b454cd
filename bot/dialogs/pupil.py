"""A pupil's own account: a code from a parent, the pupil's yes, and the end of it by either."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.family import child_words
from bot.model.link import Link, to
from bot.model.secret import shown_code
from bot.model.text import Personal, _, lines, p_
from bot.services import family, finding, pupil
from bot.services.enrolment import Refused


@dialog("pupilcode", parent=lambda number: to("child", number))
async def pupilcode(turn: Turn, number: int) -> Screen:
    """Make a code for the child's own account."""
    found, today = await family.child(turn.tx, turn.person.id, number), await finding.today(turn.tx)
    if found is None or not found.may_change or not pupil.old_enough(found.born, today):
        raise Missing
    text = lines(
        _("**An own account for {child}?**").format(child=child_words(found)),
        _("From fourteen on your child sees its applications and asks organisations itself; you read those questions and the answers."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Make a code"), holds=(number,), personal=""))
    ways = (link(_("‹ Back"), "child", number), link(_("Home"), "home"))
    try:
        code = await pupil.issue(turn.tx, turn.person.id, number, today)
    except Refused as refused:
        return Screen(lines(_("**That is not possible**"), refused.words), (ways,))
    body = lines(
        _("**The code for your child: {code}**").format(code=shown_code(code)),
        _("On the child's own telephone: write to the bot “Enter a code”, and then this code. It works once, for a day."),
    )
    return Screen(body, (ways,))


@dialog("pupil", parent=lambda **_code: to("home"))
async def pupil_(turn: Turn, code: str) -> Link:
    """The code of a parent: become the child's own account."""
    found = await pupil.look(turn.tx, turn.person.id, code)
    if found is None:
        raise Missing
    name = Personal(f"{found.name} {found.surname}", _("the child"))
    text = lines(
        p_("pupil", "**Is it you: {name}?**").format(name=name),
        p_("pupil", "You will see your applications and can ask organisations. Your parents read the questions and the answers."),
        p_("pupil", "You may unlink the account whenever you like."),
    )
    await turn.ask(Confirm("sure", text, yes=p_("pupil", "Yes, it is me"), holds=(found.id,), personal=""))
    if not await pupil.link(turn.tx, turn.person.id, code):
        raise Missing
    turn.note = p_("pupil", "The account is yours")
    return to("pupilself")


@dialog("pupilself", parent=lambda: to("home"))
async def pupilself(turn: Turn) -> Screen:
    """What a pupil may do here."""
    number = await pupil.of(turn.tx, turn.person.id)
    if number is None:
        raise Missing
    body = lines(
        p_("pupil", "**Your account**"),
        p_(
            "pupil",
            "Here are your applications: where you stand and what comes next. "
            "You may apply where the district lets pupils and a parent agreed; a parent answers and withdraws.",
        ),
        p_("pupil", "Whatever you ask an organisation, your parents read too."),
    )
    ways = (
        (link(p_("pupil", "My applications"), "applications", 0, meaning="primary"),),
        (link(_("Find a club"), "find"), link(p_("pupil", "Unlink"), "unlinkpupil", number)),
        (link(_("Home"), "home"),),
    )
    return Screen(body, ways)


@dialog("unlinkpupil", parent=lambda **_number: to("home"))
async def unlinkpupil(turn: Turn, number: int) -> Link:
    """Part a child and its account: the pupil does, or a parent."""
    mine = await pupil.of(turn.tx, turn.person.id) == number
    found = None if mine else await family.child(turn.tx, turn.person.id, number)
    if not mine and (found is None or not found.may_change or not await pupil.linked(turn.tx, turn.person.id, number)):
        raise Missing
    text = (
        p_("pupil", "**Unlink the account?**\nYou will not see the applications any more; they stay as they are.")
        if mine
        else _("**Unlink the child's account?**\nThe child will not see the applications any more; they stay as they are.")
    )
    await turn.ask(Confirm("sure", text, yes=_("Unlink"), meaning="danger", holds=(number,)))
    await pupil.unlink(turn.tx, turn.person.id, number)
    turn.note = _("The account is unlinked")
    return to("home") if mine else to("child", number)
