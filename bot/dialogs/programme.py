"""A programme: its card, its groups and timetables, the map, the way to enrol, contacts and sharing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Attachment, Button, Place, Screen, link, share, web
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.model.link import to
from bot.model.text import Words, _, blank, dotted, lines, listed, n_
from bot.services import catalogue, finding, selection
from bot.services.catalogue import Card, Group

MOST_LINES = 3
"""Groups that a card tells of; the page of groups has all."""
LONGEST_TEXT = 300
"""Characters of a programme's own text on its card: a screen is read in one look (screens.md)."""
GROUPS = 4
"""Groups on one page."""


async def _card(turn: Turn, programme: int) -> Card:
    """The programme with its groups, those at the person's home first."""
    home = turn.person.settlement
    card = await catalogue.programme(turn.tx, programme, turn.here.kinds(), turn.person.id, home)
    if card is None:
        raise Missing
    return replace(card, groups=tuple(sorted(card.groups, key=lambda group: home is not None and group.facts.settlement != home)))


def _title(card: Card) -> Words:
    return _("**{name}**").format(name=card.facts.name)


def _cut(text: str, most: int = LONGEST_TEXT) -> str:
    return text if len(text) <= most else text[: text.rfind(" ", 0, most)].rstrip(" ,.;:—-") + "…"


def _who(card: Card) -> Words:
    facts = card.facts
    level, adapted = words.LEVELS.get(facts.level), _("adapted programme") if facts.adapted else None
    return listed((words.age(facts.age_min, facts.age_max), level, adapted))


def _place(card: Card) -> Words:
    way = _("{way:km} from you by road").format(way=card.kilometres) if card.kilometres else None
    known = {(group.facts.settlement, group.facts.address, group.facts.mode) for group in card.groups}
    return dotted(words.where(card.groups[0].facts) if len(known) == 1 else words.settlements(card), way)


def _when(card: Card, day: date) -> list[Words]:
    """When the groups meet. Of several, each has a line with its places, and what tells it from the others: its settlement, its age."""
    if len(card.groups) == 1:
        return _meets(card.groups[0], words.timetable(card.groups[0], day), day)
    made = [_group_line(card, group, day) for group in card.groups[:MOST_LINES]]
    if (more := len(card.groups) - MOST_LINES) > 0:
        made.append(n_("🗓 And {n} more group", "🗓 And {n} more groups", more))
    if len({group.facts.starts for group in card.groups}) == 1 and (start := words.begins(card.groups[0], day)):
        made.append(_("🗓 Lessons {start}").format(start=start))
    return made


def _meets(group: Group, when: Words | None, day: date) -> list[Words]:
    """The time of a group, and its first day: on a line of its own where the organisation's words about the time come between."""
    start = words.begins(group, day)
    if when is not None and not group.facts.timetable_note:
        return [_("🗓 {facts}").format(facts=listed((when, start)))]
    time = _("🗓 {facts}").format(facts=when) if when is not None else _("🗓 Ask when it meets")
    return [time, *([_("🗓 Lessons {start}").format(start=start)] if start else [])]


def _group_line(card: Card, group: Group, day: date) -> Words:
    facts, label = dotted(words.timetable(group, day) or _("ask when it meets"), _places(group)), _label(card, group)
    return _("🗓 {label:capital}: {facts}").format(label=label, facts=facts) if label else _("🗓 {facts}").format(facts=facts)


def _label(card: Card, group: Group) -> Words | None:
    """What tells a group from the others of its programme: «Берёзовка, 9–10 лет»."""
    spots, ages = [words.spot(each.facts) for each in card.groups], {_ages(card, each) for each in card.groups}
    parts = (
        words.spot(group.facts) if any(spot != spots[0] for spot in spots) else None,
        words.age(*_ages(card, group)) if len(ages) > 1 else None,
    )
    return listed(parts) if any(parts) else None


def _ages(card: Card, group: Group) -> tuple[int | None, int | None]:
    """A group's own ages, else its programme's, in months."""
    own = group.facts.age_min, group.facts.age_max
    return (card.facts.age_min, card.facts.age_max) if own == (None, None) else own


def _places(group: Group) -> Words:
    return dotted(words.places(group), words.gathering(group.facts.size_min, group.facts.taken))


def _free(card: Card) -> Words | None:
    """The places of the one group, or of all together where the lines of groups do not tell of all."""
    if len(card.groups) == 1:
        return _("🟢 {places:capital}").format(places=_places(card.groups[0]))
    known = [group for group in card.groups if group.free is not None and group.facts.entry != "selection"]
    if not known or len(card.groups) <= MOST_LINES:
        return None
    free, size = sum(group.free or 0 for group in known), sum(group.facts.size or 0 for group in known)
    return n_("🟢 {n} of {size} free in all groups", "🟢 {n} of {size} free in all groups", free).format(size=size)


def _enrolment(turn: Turn, card: Card) -> Words | None:
    """Until or from when one may enrol, where that is the same for all groups."""
    found = [words.enrolment(group.facts, turn.now, card.facts.zone) for group in card.groups]
    return _("🗓 {enrolment:capital}").format(enrolment=found[0]) if found and found[0] and all(each == found[0] for each in found) else None


@dialog("programme")
async def programme(turn: Turn, programme: int) -> Screen:
    """The card: what a parent decides by."""
    card = await _card(turn, programme)
    facts, day = card.facts, await finding.today(turn.tx)
    things = [each for each in (facts.bring, facts.equipment) if each]
    body = lines(
        _title(card),
        _cut(facts.announce) if facts.announce else None,
        blank,
        _("👤 {who:capital}").format(who=_who(card)),
        _("📍 {place:capital}").format(place=_place(card)) if card.groups else None,
        *_when(card, day),
        _enrolment(turn, card),
        *_intake(turn, card),
        _("💳 {price:capital}").format(price=words.price(facts)),
        _("💳 Besides: {costs}").format(costs=facts.other_costs) if facts.other_costs else None,
        _free(card) if card.groups else _("🟢 No groups are open now"),
        _("🎒 {things}").format(things=listed(things, "; " if any("," in each for each in things) else ", ")) if things else None,
        *_conditions(card),
    )
    return Screen(body, _rows(turn, card), picture=_picture(card))


def _intake(turn: Turn, card: Card) -> list[Words]:
    """For which year a group is, and who comes first, where the card has one group or all say the same."""
    said = [[each for each in (words.year(one.facts, turn.now), words.first_come(one.facts)) if each] for one in card.groups]
    same = bool(said) and all(each == said[0] for each in said)
    return [_("🗓 {facts:capital}").format(facts=each) for each in said[0]] if same else []


def _conditions(card: Card) -> list[Words]:
    facts = card.facts
    made = list[Words]()
    if facts.conditions:
        made.append(_("{conditions:capital}").format(conditions=_cut(facts.conditions, 160)))
    if facts.medical:
        made.append(_("A medical certificate is needed."))
    if facts.languages and facts.languages != ["ru"]:
        names = listed([_("{code:language}").format(code=code) for code in facts.languages])
        made.append(
            n_("Language of lessons: {languages}", "Languages of lessons: {languages}", len(facts.languages)).format(languages=names)
        )
    if facts.teacher or facts.phone:
        who = _("Teacher: {who}").format(who=dotted(facts.teacher, facts.phone))
        made.append(who if facts.teacher else _("Telephone: {phone}").format(phone=facts.phone))
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
        link(_("Not a favourite"), "keep", number, 0, tab=tab) if card.favourite else link(_("To favourites"), "keep", number, 1, tab=tab)
    )
    outside = _outside(turn, card)
    mapped = any(group.facts.latitude is not None for group in card.groups)
    here = bool(card.groups) and card.facts.door != "elsewhere" and card.facts.organisation_kind in turn.here.kinds("full")
    apply = (link(_("Apply"), "apply", number, meaning="primary"),) if here else ()
    visit = (link(_("First visit"), "firstvisit", number),) if here and any(group.facts.guests for group in card.groups) else ()
    # Ten buttons at most: where a first visit is offered beside everything else, a friend is sent the link from the groups' page.
    full = bool(visit) and bool(outside) and mapped and bool(turn.back())
    return (
        (*apply, link(_("How to enrol"), "enrol", number, meaning="" if here else "primary", tab=tab)),
        (link(_("Groups and timetable"), "groups", number, 0, tab=tab), *visit) if card.groups else (),
        (*((link(_("On the map"), "map", number, tab=tab),) if mapped else ()), keep),
        (link(_("Ask a question"), "ask", number), *(() if full else (link(_("Share"), "share", number, tab=tab),))),
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
    described = [part for group in shown for part in (blank, *_group(turn, card, group, day))]
    title = _("**{name}: groups**").format(name=card.facts.name)
    if last:
        of = {"first": page * GROUPS + 1, "last": page * GROUPS + len(shown), "total": len(card.groups)}
        title = _("**{name}: groups, {first}–{last} of {total}**").format(name=card.facts.name, **of)
    body = lines(title, *described) if shown else lines(title, _("No groups are open now."))
    pager = [link("‹", "groups", programme, page - 1, tab=turn.link.tab)] if page > 0 else []
    pager += [link("›", "groups", programme, page + 1, tab=turn.link.tab)] if page < last else []
    published = await selection.of_programme(turn.tx, programme)
    list_ = tuple(link(_("List by numbers"), "numberlist", each.group, 0) for each in published[:3])
    return Screen(
        body,
        (
            (link(_("How to enrol"), "enrol", programme, meaning="primary", tab=turn.link.tab),),
            list_,
            tuple(pager),
            _to_card(turn, programme),
        ),
    )


def _group(turn: Turn, card: Card, group: Group, day: date) -> list[Words]:
    facts = group.facts
    own_age = _ages(card, group) != (card.facts.age_min, card.facts.age_max)
    enrolment, needed = words.enrolment(facts, turn.now, card.facts.zone), words.gathering(facts.size_min, facts.taken)
    made = [
        _("**{name}**").format(name=facts.name),
        _("👤 {ages:capital}").format(ages=words.age(*_ages(card, group))) if own_age else None,
        *_meets(group, words.timetable(group, day, full=True), day),
        _("📍 {place:capital}").format(place=listed((words.where(facts), facts.room))),
        _("🟢 {places:capital}").format(places=words.places(group)),
        words.outside(facts) if card.facts.door == "both" else None,
        _("{enrolment:capital}").format(enrolment=enrolment) if enrolment else None,
        _("{year:capital}").format(year=year) if (year := words.year(facts, turn.now)) else None,
        _("{rule:capital}").format(rule=rule) if (rule := words.first_come(facts)) else None,
        _("{note:capital}").format(note=facts.entry_note) if facts.entry_note else None,
        _("Teacher: {who}").format(who=facts.teacher) if facts.teacher and facts.teacher != card.facts.teacher else None,
        _("{needed:capital} for the group to open.").format(needed=needed) if needed else None,
    ]
    return [part for part in made if part is not None]


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
    papers = (
        _("🎒 Bring your passport, the child's birth certificate and a medical certificate.")
        if card.facts.medical
        else _("🎒 Bring your passport and the child's birth certificate.")
    )
    steps = [
        _("Apply in Navigator, or come or call: you will be told about places and papers.")
        if card.facts.door == "elsewhere" or outside
        else _("Come or call: you will be told about places and papers."),
        papers,
        _("The child is enrolled by an order of the organisation.")
        if card.facts.act == "order"
        else _("The child is enrolled once you sign a contract."),
    ]
    notes = [group.facts.entry_note for group in card.groups if group.facts.entry_note]
    address = ", ".join(part for part in (club.settlement_name, club.address) if part)
    body = lines(
        _("**How to enrol: {name}**").format(name=card.facts.name),
        _enrolment(turn, card),
        *(_("{note:capital}").format(note=note) for note in dict.fromkeys(notes)),
        *steps,
        blank,
        club.name,
        _("📍 {place}").format(place=address) if address else None,
        _("Telephone: {phone}").format(phone=card.facts.phone or club.phone) if card.facts.phone or club.phone else None,
    )
    more = (link(_("Contacts"), "contacts", programme, tab=turn.link.tab),)
    return Screen(body, ((web(_("Open in Navigator"), outside),) if outside else (), more, _to_card(turn, programme)))


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
        _("📍 {place}").format(place=address) if address else None,
        _("Telephone: {phone}").format(phone=club.phone) if club.phone else None,
        _("Teacher: {who}").format(who=dotted(card.facts.teacher, card.facts.phone)) if card.facts.teacher else None,
        _("E-mail: {email}").format(email=club.email) if club.email else None,
        _("Licence: {licence}").format(licence=club.licence) if club.licence else None,
        club.full_name if club.full_name != club.name else None,
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
        _("Send this link to a chat or put it on a poster; it opens the card:"),
        _("{page}").format(page=page),
    )
    return Screen(body, ((share(_("Send to a friend"), page),), _to_card(turn, programme)))
