"""Twins and friends: an entry of several children in one queue, and ranked wishes of one child for several groups."""

from __future__ import annotations

from bot.conversation.choice import Choice, Rank
from bot.conversation.dialog import Again, Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Screen, link, share
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.application import act
from bot.dialogs.apply import pick_child
from bot.dialogs.family import child_words
from bot.model.application import State
from bot.model.link import Link, to
from bot.model.text import _, dotted, lines, n_
from bot.services import catalogue, consent, enrolment, family, finding, twins
from bot.services.catalogue import Group, ProgrammeRow
from bot.services.enrolment import Refused

RESTS = {"keep": _("Keep the others"), "lower": _("Leave the less wanted"), "leave": _("Leave all others")}
"""What becomes of the other wishes once one is taken."""
MOST = 5
"""Wishes in one entry, and options of one page."""


@dialog("friend", parent=lambda number: to("more", number))
async def friend(turn: Turn, number: int) -> Link:
    """Ask a friend's family into one's entry in the queue, by a link that works once."""
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None or view.state is not State.WAITLISTED:
        raise Missing
    text = lines(
        _("**Wait together with a friend?**"),
        _("You send a link to the other family; it applies to the same group and opens the link."),
        _("Then both get places at once or wait together. You stand where the later of you does: nobody is overtaken."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Make the link"), holds=(number,)))
    try:
        token = await twins.invite(turn.tx, turn.person.id, number)
    except Refused as refused:
        turn.note = refused.words
        return to("application", number)
    return to("friendlink", number, token)


@dialog("friendlink", parent=lambda number, **_token: to("application", number))
async def friendlink(turn: Turn, number: int, token: str) -> Screen:
    """The link for the friend's family."""
    if await enrolment.application(turn.tx, turn.person.id, number) is None or await twins.look(turn.tx, token) is None:
        raise Missing
    page = to("together", token)
    body = lines(
        _("**A link for the friend's family**"),
        _("It works once, for seven days. The other family first joins the queue of the same group."),
        _("{page}").format(page=page),
    )
    back = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    return Screen(body, ((share(_("Send to a friend"), page),), back))


@dialog("together")
async def together(turn: Turn, token: str) -> Screen | Link:
    """Tie one's own entry in the queue to a friend's."""
    group = await twins.look(turn.tx, token)
    if group is None:
        raise Missing
    views = await enrolment.applications(turn.tx, turn.person.id)
    mine = [view for view in views if view.facts.group == group and view.state is State.WAITLISTED]
    if not mine:
        found = await catalogue.programme_of(turn.tx, group)
        body = lines(
            _("**A friend invites you to wait together**"),
            _("First join the queue of the same group, then open this link again."),
        )
        way = (link(_("Apply"), "apply", found, meaning="primary"),) if found else ()
        return Screen(body, (way, (link(_("Home"), "home"),)))
    text = lines(
        _("**Wait together with a friend?**"),
        _("Both get places at once or keep their turn. You stand where the later of you does."),
        _("You can part at any time: then each goes by its own number."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Wait together"), holds=(mine[0].facts.id,)))
    try:
        await twins.join(turn.tx, turn.person.id, mine[0].facts.id, token)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("You wait together")
    return to("application", mine[0].facts.id)


@dialog("part", parent=lambda number: to("more", number))
async def part(turn: Turn, number: int) -> Link:
    """Wait alone again."""
    text = lines(_("**Wait alone again?**"), _("The child stands by its own number and needs one place; the others wait on."))
    await turn.ask(Confirm("sure", text, yes=_("Wait alone"), holds=(number,)))
    return await act(turn, number, twins.part(turn.tx, turn.person.id, number), _("The child waits alone"))


@dialog("wishes")
async def wishes(turn: Turn) -> Screen | Link:
    """Several groups with one entry: in the order of the wish, and what becomes of the rest once one is taken."""
    today, cards = await finding.today(turn.tx), list[tuple[ProgrammeRow, Group]]()
    for number, _name, _club in (await catalogue.favourites(turn.tx, turn.person.id, turn.here.kinds("full")))[:MOST]:
        card = await catalogue.programme(turn.tx, number, turn.here.kinds("full"), turn.person.id, turn.person.settlement)
        if card is not None and card.facts.door != "elsewhere":
            cards += [(card.facts, group) for group in card.groups]
    if len(cards) < 2:
        body = lines(
            _("**Several clubs at once**"),
            _("Put the clubs that you consider among your favourites: then you order them here, and send one application to all."),
        )
        return Screen(body, ((link(_("Find a club"), "find", meaning="primary"),), (link(_("Home"), "home"),)))
    for club in dict.fromkeys(facts.organisation for facts, _group in cards):
        await turn.need(to("consent", club), met=await consent.given(turn.tx, turn.person.id, "application", club))
    await turn.need(to("me"), met=await family.contact(turn.tx, turn.person.id) is not None)
    child = await pick_child(turn)
    fit = await _fitting(turn, child.id, cards)
    if len(fit) < 2:
        body = lines(_("**Several clubs at once**"), _("Fewer than two of your favourites take this child now."))
        return Screen(
            body, ((turn.answer(_("Another child"), "child", ""),), (link(_("Favourites"), "favourites"), link(_("Home"), "home")))
        )
    lines_ = [
        _("{at}. {name} · {places}").format(at=at, name=facts.name, places=words.places(group)) for at, (facts, group) in enumerate(fit, 1)
    ]
    chosen = await turn.ask(
        Rank[tuple[ProgrammeRow, Group]](
            "order",
            lines(_("**In which order?**"), *lines_, _("Press the most wanted first.")),
            fit,
            key=lambda one: one[1].facts.id,
            label=lambda one: str(fit.index(one) + 1),
            width=5,
            least=2,
            most=MOST,
        )
    )
    rest = await turn.ask(Choice[str]("rest", _("**And the others, once one place is yours?**"), [*RESTS], label=lambda code: RESTS[code]))
    said = [
        _("{at}. {name} · {facts}").format(
            at=at, name=facts.name, facts=dotted(words.timetable(group, today) or group.facts.name, words.price(facts))
        )
        for at, (facts, group) in enumerate(chosen, 1)
    ]
    text = lines(
        _("**Please check the wishes**"),
        child_words(child),
        *said,
        _("Where a place is free, it is kept at once; else you join the queue. Then: {rest}.").format(rest=RESTS[rest]),
        _("💳 Nothing is paid now: what it costs stands on each club's card."),
    )
    groups = [group.facts.id for _facts, group in chosen]
    await turn.ask(Confirm("sure", text, yes=_("Send the applications"), holds=(child.id, rest, *groups), personal=""))
    try:
        sent = await enrolment.apply_ranked(
            turn.tx, turn.person.id, child.id, groups, rest=rest, channel=turn.here.channel, kinds=turn.here.kinds()
        )
    except Refused as refused:
        raise Again("order", refused.words) from refused
    turn.note = n_("{n} application is sent", "{n} applications are sent", len(sent))
    return to("applications", 0)


async def _fitting(turn: Turn, child: int, cards: list[tuple[ProgrammeRow, Group]]) -> list[tuple[ProgrammeRow, Group]]:
    """The groups that take a child now."""
    found = list[tuple[ProgrammeRow, Group]]()
    for facts, group in cards:
        try:
            await enrolment.terms(turn.tx, turn.person.id, child, group.facts.id, kinds=turn.here.kinds())
        except Refused:
            continue
        found.append((facts, group))
    return found[:MOST]
