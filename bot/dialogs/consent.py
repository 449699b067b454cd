"""Consent: plain words, the full text one press away, given and taken back by the right person."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.question import Extra
from bot.conversation.screen import Paper, Screen, link, stack
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.text import Words, _, lines, n_, p_
from bot.services import consent, family, people, pupil
from bot.services.consent import Document

MOST = 4
"""Consents on the page, each with its button."""


@dialog("consent")
async def consent_(turn: Turn, organisation: int) -> Link:
    """Agree to what an application needs; opened by the application itself, which goes on afterwards."""
    paper = await consent.document(turn.tx, turn.person.id, organisation, turn.here.keeper)
    if paper is None:
        raise Missing
    text = lines(
        _("**Consent to process personal data**"),
        _(
            "An application needs the child's name, surname and birthday, your name and telephone. "
            "They go to: {operator}; on its behalf the bot's operator keeps them, in Russia."
        ).format(operator=paper.operator.name),
        _(
            "Only to consider the application, to enrol and to teach; about news and polls we shall ask apart. "
            "Two presses take it back: “My data”."
        ),
        _("Without consent you may apply at the organisation itself or on Gosuslugi."),
    )
    whole = _file(paper) if turn.raw("whole") else None
    turn.put("whole", "")  # it is sent once for each press
    full = (Extra(_("Full text"), "1", of="whole"),)
    await turn.ask(Confirm("agree", text, holds=(paper.digest,), yes=_("I agree"), extra=full, document=whole, personal=_WHY))
    await consent.give(turn.tx, turn.person.id, "application", paper, turn.here.channel)
    return to("mydata")


_WHY: Words = ""
"""It is personal, and says so in its own words: where personal data may not be carried, the conversation goes on elsewhere before it."""


def _file(paper: Document) -> Paper:
    """The words themselves: nothing personal stands in them."""
    title, _end, text = paper.text.partition("\n")
    return Paper("text", {"title": title, "text": text}, f"{title}.pdf", personal=False)


@dialog("mydata")
async def mydata(turn: Turn) -> Screen:
    """What somebody agreed to, and how to take it back."""
    standing = [row for row in await consent.of(turn.tx, turn.person.id) if row.withdrawn is None]
    known = await family.known(turn.tx, turn.person.id)
    kept = (
        _("I keep your name and telephone, the children's names and birthdays, applications, your settlement, favourites and language.")
        if known
        else _("I keep only your settlement, favourites and language.")
    )
    said = [
        _("{at}. Applications to: {operator}, since {day:fullday}").format(
            at=at + 1, operator=row.organisation_name or "", day=row.given.date()
        )
        for at, row in enumerate(standing[:MOST])
    ]
    told = [_("Consents that you have given:"), *said] if standing else [_("There are no consents now.")]
    takes = [
        link(_("Take back {at}").format(at=at + 1) if len(standing) > 1 else _("Take the consent back"), "takeback", row.id)
        for at, row in enumerate(standing[:MOST])
    ]
    young = await pupil.of(turn.tx, turn.person.id) is not None
    own = link(p_("pupil", "My account"), "pupilself") if young else link(_("My children"), "children")
    return Screen(
        lines(_("**Your data**"), kept, *told),
        (
            *stack(takes, 2),
            (own, link(_("My applications"), "applications", 0)) if known else (),
            (link(_("What do you know about me"), "aboutme"),),
            (link(_("I am in another messenger too"), "samecode"),),
            (link(_("Erase everything"), "forget"), link(_("Home"), "home")),
        ),
    )


@dialog("takeback", parent=lambda **_number: to("mydata"))
async def takeback(turn: Turn, number: int) -> Link:
    """Take a consent back, knowing what follows."""
    row = next((each for each in await consent.of(turn.tx, turn.person.id) if each.id == number and each.withdrawn is None), None)
    if row is None:
        raise Missing
    ends = len(await people.ending(turn.tx, turn.person.id, row.organisation)) if row.organisation is not None else 0
    text = lines(
        _("**Take the consent back?**"),
        _("Applications to: {operator}, since {day:fullday}").format(operator=row.organisation_name or "", day=row.given.date()),
        n_("{n} application that is going on is withdrawn with it.", "{n} applications that are going on are withdrawn with it.", ends)
        if ends
        else None,
        _("New applications to this organisation will need a new consent."),
        _("By law the organisation deletes the data within 30 days, but for what it must keep: orders of enrolment."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Take the consent back"), meaning="danger", holds=(number, ends)))
    await people.take_back(turn.tx, turn.person.id, number, channel=turn.here.channel)
    turn.note = _("The consent is taken back")
    return to("mydata")
