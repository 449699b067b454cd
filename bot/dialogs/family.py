"""The family: the guardian's own contact, and the children. Everything here is personal: asked only where it may be, and after consent."""

from __future__ import annotations

import re

from bot.conversation.dialog import dialog
from bot.conversation.fact import Day, Typed
from bot.conversation.question import Unreadable
from bot.conversation.screen import Screen, link
from bot.conversation.shared import Phone
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, lines
from bot.services import consent, family, finding
from bot.services.family import Child

_NAME = re.compile(r"[^\W\d_]+(?:[-'’ ][^\W\d_]+)*")


def named(raw: str) -> str:
    """A name as people write it: letters, perhaps with a hyphen. Raises `Unreadable`."""
    clean = " ".join(raw.split())
    if not _NAME.fullmatch(clean) or len(clean) > 60:
        raise Unreadable(_("Please write it in letters, as in the documents."))
    return clean


def child_words(child: Child) -> Words:
    """«Маша Петрова, 9 лет»; where names may not be shown, «ребёнок»."""
    return Personal(f"{child.name} {child.surname}", _("the child"))


async def ask_contact(turn: Turn) -> tuple[str, str]:
    """The person's own name and telephone."""
    who = _("The organisation needs it to call you about the application.")
    text = lines(_("**What is your name?**"), _("Your first name and patronymic."))
    name = await turn.ask(Typed[str]("name", text, parse=named, personal=who))
    return name, await turn.ask(Phone("phone", _("**Your telephone number**"), personal=who))


async def _agreed(turn: Turn) -> bool:
    """Whether the person has agreed to anything: nothing personal is asked before, whoever made up an address of this page."""
    agreed = any(row.withdrawn is None for row in await consent.of(turn.tx, turn.person.id))
    if not agreed:
        turn.note = _("First comes a consent: it is asked for with the first application.")
    return agreed


@dialog("me")
async def me(turn: Turn) -> Link:
    """The guardian's own name and telephone, once."""
    if not await _agreed(turn):
        return to("children")
    name, phone = await ask_contact(turn)
    await family.set_contact(turn.tx, turn.person.id, name, phone)
    return to("children")


@dialog("newchild", parent=lambda **_number: to("children"))
async def newchild(turn: Turn, number: int) -> Link:
    """Enter a child: a name and a birthday. `number` is how many the family has, so that another one gets a tab of its own."""
    del number
    if not await _agreed(turn):
        return to("children")
    today = await finding.today(turn.tx)
    why = _("Only the organisation that you apply to sees it.")
    name = await turn.ask(Typed[str]("name", _("**What is the child's first name?**"), parse=named, personal=why))
    surname = await turn.ask(Typed[str]("surname", _("**And the surname?**"), parse=named, personal=why))
    first, last = today.replace(year=today.year - family.OLDEST, day=1), today.replace(year=today.year - family.YOUNGEST, day=1)
    born = await turn.ask(
        Day("born", _("**When was the child born?**\nFor example: 5 May 2017."), today=today, first=first, last=last, personal=why)
    )
    await family.add_child(turn.tx, turn.person.id, name, surname, born)
    return to("children")


@dialog("children")
async def children(turn: Turn) -> Screen:
    """The children of a family."""
    known = await family.children(turn.tx, turn.person.id)
    if not known:
        body = lines(_("**No children yet**"), _("A child is entered with the first application, from a club's card: “Apply”."))
        ways = (link(_("Enter a code"), "entercode"), link(_("Home"), "home"))
        return Screen(body, ((link(_("Find a club"), "find", meaning="primary"),), ways))
    today = await finding.today(turn.tx)
    items = [_("{child}, {age:age}").format(child=child_words(child), age=child.age(today) // 12 * 12) for child in known]
    buttons = tuple(
        (link(Personal(child.name, _("Child {at}").format(at=at + 1)), "child", child.id),) for at, child in enumerate(known[:4])
    )
    return Screen(
        lines(_("**Your children**"), *items),
        (
            *buttons,
            (link(_("Family"), "family", 0), link(_("Enter a code"), "entercode")),
            (link(_("My applications"), "applications", 0), link(_("Home"), "home")),
        ),
    )
