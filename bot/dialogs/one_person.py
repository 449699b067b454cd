"""«Я и в другом мессенджере»: a code from here, typed there, then a yes here."""

from __future__ import annotations

from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm
from bot.conversation.handover import messenger
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.secret import shown_code
from bot.model.text import _, lines
from bot.services import one_person
from bot.services.one_person import TwoPeople

TWO = _("These are a parent and a child: each keeps an account of their own")
BACK = (link(_("‹ To my data"), "mydata"), link(_("Home"), "home"))


@dialog("samecode", parent=lambda: to("mydata"))
async def samecode(turn: Turn) -> Screen:
    """Make a code to be typed in the other messenger."""
    text = lines(
        _("**You in another messenger too?**"),
        _("Applications, children and favourites will be the same there and here, and news comes to where you wrote last."),
        _("You get a code here, type it there, and say yes here."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Get a code")))
    code = await one_person.issue(turn.tx, turn.person.id)
    body = lines(
        _("**Your code: {code}**").format(code=shown_code(code)),
        _("Write to the bot in the other messenger: “Enter a code”, and then this code. It works once, for thirty minutes."),
        _("Tell it to nobody: whoever types it asks to see all that is yours."),
    )
    return Screen(body, (BACK,))


@dialog("sameperson", parent=lambda **_code: to("mydata"))
async def sameperson(turn: Turn, code: str) -> Link:
    """The code was typed here: say that it is one's own."""
    if not await one_person.look(turn.tx, turn.person.id, code):
        raise Missing
    text = lines(
        _("**Is the code your own?**"),
        _("Whoever gave it will see all that is yours here: children, applications, questions, your work."),
        _("If somebody else sent you the code, press “Cancel”: the organisation never asks for this."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Yes, both are mine"), meaning="danger", holds=(code,)))
    try:
        claimed = await one_person.claim(turn.tx, turn.person.id, turn.person.account, code)
    except TwoPeople:
        turn.note = TWO
        return to("mydata")
    if not claimed:
        raise Missing
    return to("samewait")


@dialog("samewait", parent=lambda: to("mydata"))
async def samewait(turn: Turn) -> Screen:
    """What is left to do."""
    del turn
    body = lines(_("**Now answer in the other messenger**"), _("A question came there: press “Yes, it is me”. Until then nothing changes."))
    return Screen(body, (BACK,))


@dialog("sameasked", parent=lambda **_number: to("mydata"))
async def sameasked(turn: Turn, number: int) -> Screen:
    """Somebody typed the code: is it the same person?"""
    channel = await one_person.asked(turn.tx, turn.person.id, number)
    if channel is None:
        raise Withdrawn if turn.delivering else Missing
    body = lines(
        _("**Is it you?**"),
        _("Your code was typed in: {messenger}. With a yes all that is yours is the same there and here.").format(
            messenger=messenger(channel)
        ),
    )
    return Screen(body, ((link(_("Yes, it is me"), "sameyes", number), link(_("No, not me"), "sameno", number)), BACK))


@dialog("sameyes", parent=lambda number: to("sameasked", number))
async def sameyes(turn: Turn, number: int) -> Link:
    """Become one person."""
    channel = await one_person.asked(turn.tx, turn.person.id, number)
    if channel is None:
        raise Missing
    text = lines(
        _("**Join the two for good?**"),
        _("What is known there moves here: children, applications, consents, questions. It cannot be parted again."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Yes, it is me"), holds=(number, channel)))
    try:
        done = await one_person.answer(turn.tx, turn.person.id, number, yes=True)
    except TwoPeople:
        turn.note = TWO
        return to("mydata")
    if not done:
        raise Missing
    turn.note = _("Both messengers are yours now")
    return to("mydata")


@dialog("sameno", parent=lambda number: to("sameasked", number))
async def sameno(turn: Turn, number: int) -> Link:
    """It was somebody else: the code works no more."""
    if await one_person.asked(turn.tx, turn.person.id, number) is None:
        raise Missing
    await turn.ask(
        Confirm("sure", _("**Refuse? The code will not work any more.**"), yes=_("No, not me"), meaning="danger", holds=(number,))
    )
    await one_person.answer(turn.tx, turn.person.id, number, yes=False)
    turn.note = _("Nothing was changed, the code does not work any more")
    return to("mydata")
