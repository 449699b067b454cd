"""Applying: from a club's card to a sent application, in three presses for a known child."""

from __future__ import annotations

from datetime import date

from bot.conversation.choice import Choice, Many
from bot.conversation.dialog import Again, Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.question import Extra
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.application import SIGNED
from bot.dialogs.family import child_words
from bot.model.category import SHORT
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, listed, n_
from bot.services import catalogue, consent, enrolment, family, finding, intake, pupil
from bot.services.catalogue import Card, Group
from bot.services.enrolment import Refused, Several, Terms
from bot.services.family import Child


async def _card(turn: Turn, programme: int) -> Card:
    card = await catalogue.programme(turn.tx, programme, turn.here.kinds("full"), turn.person.id, turn.person.settlement)
    if card is None:
        raise Missing
    return card


def _group(card: Card, at: int, today: date) -> Words:
    """A group as a numbered line, with what tells it from the others: its button has room for the number alone (VK: 40 characters)."""
    group = card.groups[at]
    ages = {(each.facts.age_min, each.facts.age_max) for each in card.groups}
    spots = {(each.facts.settlement, each.facts.address, each.facts.mode) for each in card.groups}
    facts = (
        words.timetable(group, today) or group.facts.name,
        words.age(group.facts.age_min, group.facts.age_max) if len(ages) > 1 else None,
        words.where(group.facts) if len(spots) > 1 else None,
        words.places(group),
    )
    return _("{at}. {facts}").format(at=at + 1, facts=dotted(*facts))


async def _children(turn: Turn) -> list[Child]:
    return [child for child in await family.children(turn.tx, turn.person.id) if child.may_change]


def _another(known: list[Child]) -> Extra:
    return Extra(_("Another child"), str(len(known)), of="adding")


async def pick_child(turn: Turn) -> Child:
    """Whose application it is: an only child is not asked about, nor one that was just entered, in a tab of its own."""
    known = await _children(turn)
    if not known or turn.raw("adding") == str(len(known)):
        await turn.need(to("newchild", len(known)), met=False)
    if len(known) == 1 or turn.raw("adding") == str(len(known) - 1):
        return max(known, key=lambda child: child.id)
    today = await finding.today(turn.tx)
    return await turn.ask(
        Choice[Child](
            "child",
            _("**Who will attend?**"),
            known,
            key=lambda child: child.id,
            label=lambda child: _("{child}, {age:age}").format(child=child_words(child), age=child.age(today) // 12 * 12),
            extra=(_another(known),),
            personal=_("Only the organisation that you apply to sees it."),
        )
    )


@dialog("apply", parent=lambda programme: to("programme", programme))
async def apply(turn: Turn, programme: int) -> Screen | Link:
    """From the card to a sent application: for a known child three presses."""
    card, today = await _card(turn, programme), await finding.today(turn.tx)
    if not card.groups:
        raise Missing
    group = await turn.ask(
        Choice[Group](
            "group",
            lines(
                _("**{name}: which group suits you?**").format(name=card.facts.name),
                *(_group(card, at, today) for at in range(len(card.groups))),
            ),
            card.groups,
            key=lambda group: group.facts.id,
            label=lambda group: str(card.groups.index(group) + 1),
            width=5,
        )
    )
    young = await family.oneself(turn.tx, turn.person.id)
    if young is not None:
        try:
            await pupil.check_rules(turn.tx, turn.person.id, group.facts.id)
        except Refused as refused:
            return await _refused(turn, card, young, refused)
    agreed = await consent.given(turn.tx, turn.person.id, "application", card.facts.organisation)
    await turn.need(to("consent", card.facts.organisation), met=agreed)
    if young is None:
        await turn.need(to("me"), met=await family.contact(turn.tx, turn.person.id) is not None)
    child = young or await pick_child(turn)
    right = await _right(turn, group)
    if young is None and turn.raw("several") == "1":
        return await _together(turn, card, group, child, right)
    try:
        terms = await enrolment.terms(turn.tx, turn.person.id, child.id, group.facts.id, kinds=turn.here.kinds(), category=right)
    except Refused as refused:
        return await _refused(turn, card, child, refused)
    financing = await _financing(turn, terms)
    known = await _children(turn)
    more = (Extra(_("Several children"), "1", of="several"),) if len(known) > 1 else ()
    await turn.ask(
        Confirm(
            "sure",
            _terms(card, terms, financing, today, right=right),
            holds=(child.id, group.facts.id, card.facts.price, financing, terms.act, card.facts.medical, *([right] if right else [])),
            yes=_("Join the queue") if terms.waits else _("Send the application"),
            extra=() if young is not None else (_another(known), *more),
            personal="",  # the terms name the child: they are shown where a name may be
        )
    )
    try:
        number = await enrolment.apply(
            turn.tx, turn.person.id, child.id, group.facts.id, financing=financing, channel=turn.here.channel, category=right
        )
    except Refused as refused:
        raise Again("group", refused.words) from refused
    turn.note = _("The application is sent")
    return to("application", number)


async def _financing(turn: Turn, terms: Terms) -> str | None:
    if not terms.financing:
        return None
    return await turn.ask(Choice[str]("pay", _("**How will it be paid?**"), terms.financing, label=lambda kind: _PAY[kind]))


async def _right(turn: Turn, group: Group) -> str | None:
    """The published category by which a family comes first, where the group has any; no paper and no detail is stored."""
    facts = group.facts
    if not (facts.priority or facts.quotas or facts.phased):
        return None
    categories = await intake.published(turn.tx, facts.id)
    if not categories:
        return None
    text = lines(
        _("**Is there a right to come first?**"),
        _("This group publishes who does. Only your choice is kept; you show the paper at the organisation, not here."),
    )
    return await turn.ask(
        Choice[str | None](
            "right",
            text,
            categories,
            key=lambda code: code.replace("_", ""),
            label=lambda code: SHORT.get(code, code),
            skip=_("None of these"),
        )
    )


async def _together(turn: Turn, card: Card, group: Group, child: Child, right: str | None) -> Screen | Link:
    """One entry for several children of the family: all together or none, or whoever fits."""
    known, today = [each for each in await _children(turn) if each.id != child.id], await finding.today(turn.tx)
    others = await turn.ask(
        Many[Child](
            "others",
            lines(_("**Who else is to attend?**"), _("One entry for all: their numbers in the queue follow one another.")),
            known[:5],
            key=lambda each: each.id,
            label=lambda each: _("{child}, {age:age}").format(child=child_words(each), age=each.age(today) // 12 * 12),
            most=4,
            extra=(Extra(_("Only this child"), "0", of="several"),),
            personal=_("Only the organisation that you apply to sees it."),
        )
    )
    text = lines(
        _("**And if there are not places for all?**"),
        _("Together or none: all wait until there are places for all, and keep their turn. Whoever fits: some begin, the others wait."),
    )
    how = await turn.ask(Choice[int]("together", text, (1, 0), label=lambda all_: _("Together or none") if all_ else _("Whoever fits")))
    children, facts = [child.id, *(each.id for each in others)], group.facts
    try:
        found = await enrolment.several(
            turn.tx, turn.person.id, children, facts.id, together=bool(how), kinds=turn.here.kinds(), category=right
        )
    except Refused as refused:
        turn.put("several", "")
        return await _refused(turn, card, child, refused)
    first = found.terms[0]
    financing = await _financing(turn, first)
    await turn.ask(
        Confirm(
            "bothsure",
            _terms(card, first, financing, today, right=right, several=found),
            holds=(*children, how, facts.id, card.facts.price, financing, first.act, card.facts.medical, right),
            yes=_("Send the application") if found.seats else _("Join the queue"),
            personal="",  # the terms name the children: they are shown where a name may be
        )
    )
    try:
        numbers = await enrolment.apply_together(
            turn.tx,
            turn.person.id,
            children,
            facts.id,
            together=bool(how),
            financing=financing,
            channel=turn.here.channel,
            category=right,
        )
    except Refused as refused:
        raise Again("group", refused.words) from refused
    turn.note = _("The application is sent")
    return to("application", numbers[0])


_PAY = {"free": _("Free of charge"), "certificate": _("By certificate"), "paid": _("With one's own money")}


async def _refused(turn: Turn, card: Card, child: Child, refused: Refused) -> Screen:
    """A refusal says why, who decided, and what else: the nearest groups with places, another child, the application that is there."""
    today, near = await finding.today(turn.tx), await enrolment.near(turn.tx, refused.alternatives)
    others = [
        _("{at}. **{name}** · {facts}").format(
            at=at + 1,
            name=programme.name,
            facts=dotted(words.spot(group.facts), words.timetable(group, today), words.places(group, short=True)),
        )
        for at, (programme, group) in enumerate(near)
    ]
    again = (link(_("The application"), "application", refused.application, meaning="primary"),) if refused.application else ()
    group = (turn.answer(_("Another group"), "group", ""),) if len(card.groups) > 1 else ()
    asked = (turn.answer(_("Another child"), "child", ""),) if turn.raw("child") else ()
    return Screen(
        lines(
            _("**{why}**").format(why=refused.words),
            _("{child} → {name}").format(child=child_words(child), name=card.facts.name),
            _("Decided by: {who}").format(who=refused.decided_by) if refused.application is None else None,
            *([_("Fitting groups with places:"), *others] if others else []),
        ),
        (
            tuple(link(str(at + 1), "programme", programme.id) for at, (programme, _group) in enumerate(near)),
            again,
            (*group, *asked),
            (link(_("‹ To the club"), "programme", card.facts.id), link(_("Home"), "home")),
        ),
    )


def _terms(
    card: Card, terms: Terms, financing: str | None, today: date, *, right: str | None = None, several: Several | None = None
) -> Words:
    """What will be, in plain words: who, where, when, what it costs, which papers, who decides."""
    who = listed([each.child_words for each in several.terms], "; ") if several else terms.child_words
    waits = terms.waits if several is None else not several.seats
    return lines(
        _("**Please check the application**"),
        _("{child} → {name}").format(child=who, name=card.facts.name),
        *words.meets(terms.group, today),
        _("📍 {place:capital}").format(place=words.where(terms.group.facts)),
        *terms.warnings,
        _place(terms) if several is None else _places(several),
        _("By the right to come first: {whom}. You show the paper at the organisation.").format(whom=SHORT.get(right, right))
        if right
        else None,
        words.queue_outside(terms.group) if waits else None,
        _price(card, financing),
        None if waits or terms.group.facts.entry == "selection" else _papers(card, terms),
        _("The child is enrolled by an order, we shall write at once.")
        if terms.act == "order"
        else _("The child is enrolled by a contract, we shall write at once."),
    )


def _places(several: Several) -> Words:
    """What becomes of the places of an entry for several children."""
    first, children = several.terms[0], len(several.terms)
    if first.group.facts.entry == "selection":
        return _place(first)
    if several.seats == children:
        return _("The places are kept for all of them while the organisation considers it, usually until {day:day}.").format(
            day=first.decide_by
        )
    if several.seats:
        words_ = _("{seats} of {children} have a place at once, the others wait: from number {number} in the queue.")
        return words_.format(seats=several.seats, children=children, number=several.number)
    return n_(
        "No place for {n} child now: your number in the queue will be {number}. We shall write when there are as many at once.",
        "No places for {n} children now: your number in the queue will be {number}. We shall write when there are as many at once.",
        children,
    ).format(number=several.number)


def _place(terms: Terms) -> Words:
    """What becomes of the place: kept meanwhile, waited for, or given by a board."""
    if terms.waits:
        return _(
            "There are no places now: your number in the queue will be {number}. "
            "When one is free, we shall write to you and wait for your answer."
        ).format(number=terms.number)
    if terms.group.facts.entry == "selection":
        return _("There is a selection: no place is kept before its decision. The application is answered until {day:day}.").format(
            day=terms.decide_by
        )
    return _("The place is kept for the child while the organisation considers the application, usually until {day:day}.").format(
        day=terms.decide_by
    )


def _papers(card: Card, terms: Terms) -> Words:
    papers = (
        _("🎒 Until {day:day} come to sign {paper}; bring your passport, the birth certificate and a medical certificate.")
        if card.facts.medical
        else _("🎒 Until {day:day} come to sign {paper}; bring your passport and the birth certificate. No medical certificate is needed.")
    )
    return papers.format(day=terms.papers_by, paper=SIGNED[terms.act])


def _price(card: Card, financing: str | None) -> Words:
    """What is paid, and how: by the contract, never by the application."""
    if financing == "free":
        return _("💳 The lessons are free of charge.")
    if card.facts.price is None:
        if financing == "certificate":
            return _("💳 Nothing is paid now. By the contract it is paid by certificate.")
        return _("💳 Nothing is paid now. The organisation tells the price.")
    price = words.PER[card.facts.price_per or "year"].format(price=card.facts.price)
    if financing == "certificate":
        return _("💳 Nothing is paid now. By the contract the programme costs {price}, paid by certificate.").format(price=price)
    return _("💳 Nothing is paid now. By the contract the programme costs {price}.").format(price=price)
