"""Codes: the slip that the staff print for a family without a messenger, and the page where a code is typed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Day, Typed
from bot.conversation.language import Reader
from bot.conversation.question import Unreadable
from bot.conversation.screen import Paper, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.family import ask_contact
from bot.model.link import Link, to
from bot.model.secret import read_code, shown_code
from bot.model.text import Words, _, lines, n_
from bot.services import codes, family, finding, roster, slip
from bot.services.enrolment import Refused

PAGES: Mapping[str, str] = {"slip": "slip", "same": "sameperson", "pupil": "pupil"}
"""The page that takes a code, by what it is for."""


def _code(raw: str) -> str:
    code = read_code(raw)
    if code is None:
        raise Unreadable(_("A code has ten letters and digits, for example ABCDE-23456."))
    return code


@dialog("entercode", parent=lambda: to("children"))
async def entercode(turn: Turn) -> Link:
    """Type a code: from a slip of an organisation, from a parent, or from one's own other messenger."""
    text = lines(_("**Which code?**"), _("It stands on the organisation's slip, or in the other messenger."))
    code = await turn.ask(Typed[str]("code", text, parse=_code, longest=40))
    page = PAGES.get(await codes.purpose(turn.tx, code) or "")
    if page is None:
        turn.note = _("This code does not work: perhaps it was used, or its time is over")
        return to("children")
    return to(page, code)


@dialog("familyslip", parent=lambda number: to("rostercase", number))
async def familyslip(turn: Turn, number: int) -> Screen:
    """Make a slip for the family of a child whom the staff entered."""
    known = await roster.member(turn.tx, turn.person.id, number)
    if known is None or not known[0].decides:
        raise Missing
    text = lines(
        _("**Make a slip for the family?**"),
        known[1].words,
        _("With its code and the child's birthday a parent opens the application in the bot. Give it into their hands."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Make the slip"), holds=(number,), personal=""))
    ways = (link(_("‹ Back"), "rostercase", number), link(_("Home"), "home"))
    try:
        code = await slip.make(turn.tx, turn.person.id, number)
    except Refused as refused:
        return Screen(lines(_("**That is not possible**"), refused.words), (ways,))
    title, told = _("To the family of a pupil"), _told(code)
    facts = {"title": _said(turn, title), "text": _said(turn, told)}
    body = lines(_("**The slip is ready**"), _("Code: {code}").format(code=shown_code(code)), _("It works once, within sixty days."))
    return Screen(body, (ways,), document=Paper("text", facts, f"{_said(turn, title)}.pdf"))


def _told(code: str) -> Words:
    """The text of the slip: nobody's name stands on it."""
    return lines(
        _("Your child is entered for a club. To see the application and get news in a messenger:"),
        _("1. Write to the bot: “Enter a code”."),
        _("2. Then the code itself: {code}").format(code=shown_code(code)),
        _("3. Give the child's birthday. After three wrong ones the code does not work any more: ask for a new slip."),
    )


def _said(turn: Turn, words: Words) -> str:
    return turn.here.languages.say(words, Reader(turn.person.language, turn.here.limits.personal_data, lambda page: page.deep))


@dialog("slip", parent=lambda **_code: to("children"))
async def slip_(turn: Turn, code: str) -> Link:
    """«This is my child»: the birthday proves it, then one's own name and telephone."""
    if not await slip.known(turn.tx, code):
        raise Missing
    today = await finding.today(turn.tx)
    first, last = today.replace(year=today.year - family.OLDEST - 1, day=1), today.replace(year=today.year - 1, day=1)
    text = lines(_("**Is this your child?**"), _("The child's birthday opens the application that the organisation entered."))
    why = _("Only so do we know that the slip came into the right hands.")
    born = await turn.ask(Day("born", text, today=today, first=first, last=last, personal=why))
    left = await slip.attempt(turn.tx, code, born)
    if left < slip.TRIES:
        return to("slipwrong", left)
    name, phone = await ask_contact(turn)
    if not await slip.join(turn.tx, turn.person.id, code, born, name, phone):
        raise Missing
    turn.note = _("The child is in your list")
    return to("children")


@dialog("slipwrong", parent=lambda **_left: to("children"))
async def slipwrong(turn: Turn, left: int) -> Screen:
    """A birthday that is not the one on the application."""
    del turn
    ways = (link(_("My children"), "children"), link(_("Home"), "home"))
    if not left:
        body = lines(_("**This code does not work any more**"), _("Three birthdays were wrong. Ask the organisation for a new slip."))
        return Screen(body, (ways,))
    tries = n_("{n} try is left.", "{n} tries are left.", min(left, slip.TRIES))
    body = lines(_("**The birthday is another one**"), tries, _("Look at the slip and enter its code again."))
    return Screen(body, ((link(_("Enter a code"), "entercode", meaning="primary"),), ways))
