"""A programme: its card, its groups and timetables, the map, the way to enrol, contacts, sharing, and favourites."""

from __future__ import annotations

from datetime import date

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Attachment, Button, Place, Screen, link, share, stack, web
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.model.link import Link, to
from bot.model.text import Words, _, blank, dotted, lines, listed, n_
from bot.services import catalogue, finding
from bot.services.catalogue import Card, Group

MOST_LINES = 3
"""Groups that a card tells of; the page of groups has all."""
LONGEST_TEXT = 300
"""Characters of a programme's own text on its card: a screen is read in one look (screens.md)."""
GROUPS = 4
"""Groups on one page."""


async def _card(turn: Turn, programme: int) -> Card:
    card = await catalogue.programme(turn.tx, programme, turn.here.kinds(), turn.person.id, turn.person.settlement)
    if card is None:
        raise Missing
    return card


def _title(card: Card) -> Words:
    return _("**{name}**").format(name=card.facts.name)


def _cut(text: str, most: int = LONGEST_TEXT) -> str:
    return text if len(text) <= most else text[: text.rfind(" ", 0, most)].rstrip(" ,.;:—-") + "…"


def _who(card: Card) -> Words:
    facts = card.facts
    return dotted(words.age(facts.age_min, facts.age_max), words.LEVELS.get(facts.level), _("adapted programme") if facts.adapted else None)


def _place(card: Card) -> Words:
    way = _("{way:km} from you by road").format(way=card.kilometres) if card.kilometres else None
    known = {(group.facts.settlement, group.facts.address, group.facts.mode) for group in card.groups}
    place = words.where(card.groups[0].facts) if len(known) == 1 else words.settlements(card)
    return dotted(place, way)


def _when(card: Card) -> list[Words]:
    """One line a group, or one line in all where there is one group."""
    shown = [group for group in card.groups if words.timetable(group)]
    alone = len(card.groups) == 1
    made: list[Words] = [
        _("🗓 {facts}").format(facts=dotted(words.timetable(group), None if alone else words.places(group))) for group in shown[:MOST_LINES]
    ]
    if len(shown) > MOST_LINES:
        made.append(n_("🗓 and {n} more group", "🗓 and {n} more groups", len(shown) - MOST_LINES))
    return made


def _free(card: Card) -> Words | None:
    """The line of places: of the one group, or of all together."""
    if len(card.groups) == 1:
        return _("🟢 {places}").format(places=words.places(card.groups[0]))
    known = [group for group in card.groups if group.free is not None and group.facts.entry != "selection"]
    if not known:
        return None
    free, size = sum(group.free or 0 for group in known), sum(group.facts.size or 0 for group in known)
    return n_("🟢 {n} of {size} free in all groups", "🟢 {n} of {size} free in all groups", free).format(size=size)


@dialog("programme")
async def programme(turn: Turn, programme: int) -> Screen:
    """The card: what a parent decides by."""
    card = await _card(turn, programme)
    facts, day = card.facts, await finding.today(turn.tx)
    first = card.groups[0].facts if card.groups else None
    start = words.begins(first, day) if first and len(card.groups) == 1 else None
    when = _when(card)
    if start and when:
        when[0] = listed([when[0], start])
    body = lines(
        _title(card),
        _cut(facts.announce) if facts.announce else None,
        blank,
        _("👤 {who}").format(who=_who(card)),
        _("📍 {place}").format(place=_place(card)) if card.groups else None,
        *when,
        _("💳 {price}").format(price=words.price(facts)),
        _("💳 besides: {costs}").format(costs=facts.other_costs) if facts.other_costs else None,
        _free(card) if card.groups else _("🟢 no groups are open now"),
        _("🎒 {things}").format(things=listed([each for each in (facts.bring, facts.equipment) if each], "; "))
        if facts.bring or facts.equipment
        else None,
        *_conditions(card),
    )
    return Screen(body, _rows(turn, card), picture=_picture(card))


def _conditions(card: Card) -> list[Words]:
    facts = card.facts
    made = list[Words]()
    if facts.conditions:
        made.append(_cut(facts.conditions, 160))
    if facts.medical:
        made.append(_("A medical certificate is needed."))
    if facts.languages and facts.languages != ["ru"]:
        made.append(
            _("Languages of the lessons: {languages}").format(
                languages=listed([_("{code:language}").format(code=code) for code in facts.languages])
            )
        )
    if facts.teacher or facts.phone:
        made.append(
            _("Teacher: {who}").format(who=dotted(facts.teacher, facts.phone))
            if facts.teacher
            else _("Telephone: {phone}").format(phone=facts.phone)
        )
    return made


def _picture(card: Card) -> Attachment | None:
    return Attachment(card.facts.picture, card.facts.name, "image/png") if card.facts.picture else None


def _outside(turn: Turn, card: Card) -> str | None:
    """The card's address in another system, where it is known."""
    if card.facts.page:
        return card.facts.page
    return next((page.format(id=card.external[system]) for system, page in turn.here.pages.items() if system in card.external), None)


def _rows(turn: Turn, card: Card) -> tuple[tuple[Button, ...], ...]:
    number, tab = card.facts.id, turn.link.tab
    keep = (
        link(_("Remove from favourites"), "keep", number, 0, tab=tab)
        if card.favourite
        else link(_("To favourites"), "keep", number, 1, tab=tab)
    )
    outside = _outside(turn, card)
    mapped = any(group.facts.latitude is not None for group in card.groups)
    return (
        (link(_("How to enrol"), "enrol", number, meaning="primary", tab=tab),),
        (link(_("Groups and timetable"), "groups", number, 0, tab=tab),) if card.groups else (),
        (*((link(_("On the map"), "map", number, tab=tab),) if mapped else ()), keep),
        (link(_("Contacts"), "contacts", number, tab=tab), link(_("Share"), "share", number, tab=tab)),
        (web(_("Open in Navigator"), outside),) if outside else (),
        (*turn.back(), link(_("Home"), "home")),
    )


def _to_card(turn: Turn, programme: int) -> tuple[Button, ...]:
    return (link(_("‹ To the club"), "programme", programme, tab=turn.link.tab), link(_("Home"), "home"))


@dialog("groups")
async def groups(turn: Turn, programme: int, page: int) -> Screen:
    """All groups of a programme: when, where, with whom, for which age, and how many places there are."""
    card = await _card(turn, programme)
    day, last = await finding.today(turn.tx), max(0, (len(card.groups) - 1) // GROUPS)
    page = min(page, last)
    shown = card.groups[page * GROUPS : (page + 1) * GROUPS]
    described = [part for group in shown for part in (blank, *_group(card, group, day))]
    title = _("**{name}: groups**").format(name=card.facts.name)
    body = lines(title, *described) if shown else lines(title, _("No groups are open now."))
    pager = [link("‹", "groups", programme, page - 1, tab=turn.link.tab)] if page > 0 else []
    pager += [link("›", "groups", programme, page + 1, tab=turn.link.tab)] if page < last else []
    return Screen(
        body,
        ((link(_("How to enrol"), "enrol", programme, meaning="primary", tab=turn.link.tab),), tuple(pager), _to_card(turn, programme)),
    )


def _group(card: Card, group: Group, day: date) -> list[Words]:
    facts = group.facts
    own_age = (facts.age_min, facts.age_max) not in {(None, None), (card.facts.age_min, card.facts.age_max)}
    made = list[Words | None]()
    made += [
        _("**{name}**").format(name=facts.name),
        _("👤 {ages}").format(ages=words.age(facts.age_min, facts.age_max)) if own_age else None,
        _("🗓 {facts}").format(facts=listed([part for part in (words.timetable(group), words.begins(facts, day)) if part]))
        if words.timetable(group)
        else _("🗓 the time is told by the organisation"),
        _("📍 {place}").format(place=listed([part for part in (words.where(facts), facts.room) if part])),
        _("🟢 {places}").format(places=words.places(group)),
        facts.entry_note,
        _("Teacher: {who}").format(who=facts.teacher) if facts.teacher and facts.teacher != card.facts.teacher else None,
        _gathering(group),
    ]
    return [part for part in made if part is not None]


def _gathering(group: Group) -> Words | None:
    """What a group still waits for."""
    least, taken = group.facts.size_min, group.facts.taken
    if least is None or taken is None or taken >= least:
        return None
    return n_("The group opens when {n} child is enrolled.", "The group opens when {n} children are enrolled.", least)


@dialog("map")
async def map_(turn: Turn, programme: int) -> Screen:
    """Where the nearest group meets."""
    card = await _card(turn, programme)
    group = next((group.facts for group in card.groups if group.facts.latitude is not None), None)
    if group is None or group.latitude is None or group.longitude is None:
        raise Missing
    address = ", ".join(part for part in (group.settlement_name, group.address) if part)
    body = lines(_("**{name}: on the map**").format(name=card.facts.name), _("📍 {place}").format(place=words.where(group)), group.room)
    return Screen(body, (_to_card(turn, programme),), place=Place(group.latitude, group.longitude, card.facts.name, address))


@dialog("enrol")
async def enrol(turn: Turn, programme: int) -> Screen:
    """How to enrol: at the institution, or in the region's own system."""
    card = await _card(turn, programme)
    club = await catalogue.organisation(turn.tx, card.facts.organisation, turn.here.kinds())
    if club is None:
        raise Missing
    outside = _outside(turn, card)
    steps = [
        _("Come to the organisation or call: they will tell about free places and papers."),
        _("Bring your passport and the child's birth certificate; a doctor's certificate as well.")
        if card.facts.medical
        else _("Bring your passport and the child's birth certificate."),
        _("The child is enrolled by an order of the organisation.")
        if card.facts.act == "order"
        else _("The child is enrolled by a contract with the organisation."),
    ]
    if card.facts.door == "elsewhere" or outside:
        steps.insert(0, _("An application may be sent in Navigator, too."))
    notes = [group.facts.entry_note for group in card.groups if group.facts.entry_note]
    address = ", ".join(part for part in (club.settlement_name, club.address) if part)
    body = lines(
        _("**How to enrol: {name}**").format(name=card.facts.name),
        *dict.fromkeys(notes),
        *steps,
        blank,
        club.name,
        _("📍 {place}").format(place=address) if address else None,
        _("Telephone: {phone}").format(phone=card.facts.phone or club.phone) if card.facts.phone or club.phone else None,
    )
    return Screen(body, ((web(_("Open in Navigator"), outside),) if outside else (), _to_card(turn, programme)))


@dialog("contacts")
async def contacts(turn: Turn, programme: int) -> Screen:
    """Whom to ask."""
    card = await _card(turn, programme)
    club = await catalogue.organisation(turn.tx, card.facts.organisation, turn.here.kinds())
    if club is None:
        raise Missing
    address = ", ".join(part for part in (club.settlement_name, club.address) if part)
    body = lines(
        _("**{name}**").format(name=club.name),
        club.full_name if club.full_name != club.name else None,
        _("📍 {place}").format(place=address) if address else None,
        _("Telephone: {phone}").format(phone=club.phone) if club.phone else None,
        _("Teacher: {who}").format(who=dotted(card.facts.teacher, card.facts.phone)) if card.facts.teacher else None,
        _("E-mail: {email}").format(email=club.email) if club.email else None,
        _("Licence: {licence}").format(licence=club.licence) if club.licence else None,
    )
    site = ((web(_("Website"), club.site),),) if club.site else ()
    return Screen(body, ((link(_("All its clubs"), "club", club.id, 0),), *site, _to_card(turn, programme)))


@dialog("share")
async def share_(turn: Turn, programme: int) -> Screen:
    """A link to send to a friend, or to print on a poster."""
    card = await _card(turn, programme)
    page = to("programme", programme)
    body = lines(
        _("**Share: {name}**").format(name=card.facts.name),
        _("This link opens the card for anybody:"),
        _("{page}").format(page=page),
    )
    return Screen(body, ((share(_("Send to a friend"), page),), _to_card(turn, programme)))


@dialog("keep", parent=lambda programme, **_kept: to("programme", programme))
async def keep(turn: Turn, programme: int, kept: int) -> Link:
    """Put a programme among the favourites, or take it out."""
    card = await _card(turn, programme)
    if turn.opened:
        await turn.ask(Confirm("sure", _("Put “{name}” among your favourites?").format(name=card.facts.name), holds=(programme,)))
    await catalogue.keep(turn.tx, turn.person.id, programme, kept=bool(kept))
    turn.note = _("Added to favourites") if kept else _("Removed from favourites")
    return to("programme", programme, tab=turn.link.tab)


@dialog("favourites")
async def favourites(turn: Turn) -> Screen:
    """The programmes that somebody put aside."""
    kept = await catalogue.favourites(turn.tx, turn.person.id, turn.here.kinds())
    shown = kept[:8]
    if not shown:
        return Screen(
            lines(_("**No favourites yet**"), _("Press “To favourites” on a club's card, and it will stand here.")),
            ((link(_("Find a club"), "find", meaning="primary"),), (link(_("Home"), "home"),)),
        )
    items = [_("{at}. **{name}** · {club}").format(at=at + 1, name=name, club=club) for at, (_id, name, club) in enumerate(shown)]
    numbers = stack([link(str(at + 1), "programme", number) for at, (number, _name, _club) in enumerate(shown)], 5)
    body = lines(n_("**{n} favourite**", "**{n} favourites**", len(kept)), *items)
    return Screen(body, (*numbers, (link(_("Home"), "home"),)))
