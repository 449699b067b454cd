"""The first page, help, the language, and what is kept about a person."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.application import unfinished
from bot.model.link import Link, to
from bot.model.text import Words, _, blank, lines, n_
from bot.services import catalogue, enrolment, family, people, staff


async def nothing_here(turn: Turn) -> Words:
    """Why there is nothing to choose from: the law keeps it out of this messenger, or nothing was loaded yet."""
    if await catalogue.elsewhere(turn.tx, turn.here.kinds()):
        return _(
            "Clubs of state organisations may not be shown in this messenger. They are in our other messengers, and at the organisations."
        )
    return _("The list of clubs has not been loaded yet. Please look in again a little later.")


@dialog("home")
async def home(turn: Turn) -> Screen:
    """What this is, and where to begin."""
    known = await catalogue.settlement(turn.tx, turn.person.settlement) if turn.person.settlement is not None else None
    kinds = turn.here.kinds()
    full = await catalogue.size(turn.tx, kinds) > 0
    ours = turn.here.region if turn.person.language == turn.here.languages.default else ""  # its name has a case of that language
    title = _("**Clubs of {region}**").format(region=ours) if ours else _("**Children's clubs**")
    example = _("Your own words will do: “drawing, 8 years old, {place}, on Saturdays”.").format(place=known.name) if known else None
    body = lines(
        title,
        _("I find a club near home, help with the application and write about changes. To search, no name or phone is needed."),
        (example or _("Your own words will do: “drawing, 8 years old, on Saturdays”.")) if full else None,
        None if full else await nothing_here(turn),
    )
    place = _("Where I live: {name}").format(name=known.name) if known else _("Where I live")
    own = await catalogue.club(turn.tx, turn.here.limits.organisation, turn.here.kinds())
    rows = (
        (link(own.name, "club", own.id, 0, meaning="primary"),) if own else (),
        (link(_("Find a club"), "find", meaning="" if own else "primary"),),
        (link(_("Who comes to us"), "visits"), link(_("Favourites"), "favourites")),
        (
            link(place, "settlement"),
            *((link(_("My applications"), "applications", 0),) if await family.known(turn.tx, turn.person.id) else ()),
        ),
        (link(_("My work"), "work"),) if await staff.roles(turn.tx, turn.person.id) else (),
        (link(_("Help"), "help"), link(_("Language · Тел · Til"), "language")),
    )
    return Screen(body, rows)


@dialog("help")
async def help_(turn: Turn) -> Screen:
    """How to use the bot, and what it keeps."""
    del turn
    return Screen(
        lines(
            _("**How this works**"),
            _("Press “Find a club” and choose a place and an age, or simply write what you are looking for."),
            _("A club's card tells its price and times, where to go and whom to call."),
            _("Old messages stay useful: a button pressed a month later shows today's places."),
            blank,
            _("I keep where you live, your favourites and your language, and what you gave for applications: “My data”."),
        ),
        (
            (link(_("Find a club"), "find", meaning="primary"),),
            (link(_("My data"), "mydata"), link(_("Forget me"), "forget")),
            (link(_("Home"), "home"),),
        ),
    )


@dialog("language")
async def language(turn: Turn) -> Screen:
    """Which language to talk in."""
    codes = turn.here.languages.known
    buttons = [link(turn.here.languages.name(code).capitalize(), "speak", code) for code in codes]
    return Screen(
        lines(_("**Which language is easier for you?**"), _("Names of clubs and addresses stay as the organisations wrote them.")),
        (*stack(buttons[:8], 2), (link(_("Home"), "home"),)),
    )


@dialog("speak", parent=lambda **_code: to("language"))
async def speak(turn: Turn, code: str) -> Link:
    """Talk in this language from now on."""
    if code not in turn.here.languages.known:
        raise Missing
    if turn.opened:
        name = turn.here.languages.name(code)
        await turn.ask(Confirm("sure", lines(_("**Talk in this language?**"), _("{name:capital}").format(name=name)), holds=(code,)))
    await turn.speak(code)
    return to("home")


@dialog("forget", parent=lambda: to("help"))
async def forget(turn: Turn) -> Screen | Link:
    """Erase what is kept about a person; what is going on is withdrawn before, so that nobody waits for them in vain."""
    first = unfinished(await enrolment.applications(turn.tx, turn.person.id))
    if first is not None:
        ways = (link(_("My applications"), "applications", 0), link(_("Home"), "home"))
        return Screen(lines(_("**Not yet**"), first, _("The organisation must keep its orders of enrolment by law.")), (ways,))
    family_known = await family.known(turn.tx, turn.person.id)
    kept = await people.kept(turn.tx, turn.person.id)
    await turn.ask(
        Confirm(
            "sure",
            lines(
                _("**Erase what I know about you?**"),
                _("Where you live, your language, {favourites} and the answers in unfinished searches.").format(
                    favourites=n_("{n} favourite", "{n} favourites", kept)
                ),
                _("Your children's names, your own name and telephone, and your consents.") if family_known else None,
                _("Messages in this chat stay with you: only you can delete them."),
            ),
            yes=_("Erase"),
            meaning="danger",
        )
    )
    await people.forget(turn.tx, turn.person.id)
    await turn.settle(None)
    turn.note = _("Erased")
    return to("home")
