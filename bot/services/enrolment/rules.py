"""The rules of enrolment: who may apply for whom, to which group and when; each refusal with its reason and the nearest alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.application import Role
from bot.model.text import Personal, Words, _, listed, n_, p_
from bot.services import waking
from bot.services.enrolment.refusal import RULES, Refused, moment
from bot.services.queue import selects
from storage import enrolment as table
from storage import intake, place
from storage.database import Tx
from storage.enrolment import ChildRow, GroupFacts, LiveRow
from storage.intake import PhaseRow

MOST_ALTERNATIVES = 3
SELECTION_DAYS = 45
"""Working days that a decision may take where there is a selection (domain: Госуслуги, «до 45 при вступительных испытаниях»)."""


def months(born: date, at: date) -> int:
    """Somebody's age in whole months."""
    return (at.year - born.year) * 12 + at.month - born.month - (at.day < born.day)


def age_fits(age: int, lowest: int | None, highest: int | None) -> bool:
    """Whether a child of `age` months is taken: an upper limit of «10 лет» takes one of ten years and eleven months."""
    return (lowest is None or age >= lowest) and (highest is None or age <= highest + 11)


def counted_at(starts: date | None, today: date) -> date:
    """The day at which a child's age counts: the group's first, or today once it has begun."""
    return today if starts is None else max(starts, today)


def child_words(name: str, surname: str, born: date, today: date) -> Personal:
    """«Маша Петрова, 9 лет»; «ребёнок, 9 лет» where names may not travel, or were erased."""
    age = months(born, today) // 12 * 12
    nameless = _("a child, {age:age}").format(age=age)
    return Personal(_("{name}, {age:age}").format(name=f"{name} {surname}".strip(), age=age) if name else nameless, nameless)


def terms_of(facts: GroupFacts, today: date) -> tuple[date, date]:
    """Until when an application of today is decided, and its papers are brought."""
    days = max(SELECTION_DAYS, facts.decision_days) if selects(facts) else facts.decision_days
    return waking.working_day(today, days), today + timedelta(days=facts.papers_days)


def financing(facts: GroupFacts) -> tuple[str, ...]:
    """How a place here may be paid for; none where the card does not say."""
    return tuple(name for name, has in (("free", facts.free), ("certificate", facts.certificate), ("paid", facts.paid)) if has)


async def facts_of(tx: Tx, group: int) -> GroupFacts:
    """The facts of a group. Raises `Refused` where there is none."""
    facts = await tx.one(table.FACTS, group=group)
    if facts is None:
        raise Refused(_("This group is no longer in the catalogue"), RULES)
    return facts


def check_guardian(found: Sequence[ChildRow]) -> ChildRow:
    """The child that was found, where the person may act for it. Raises `Refused` otherwise, without a word about others' children."""
    if not found or found[0].role is None or found[0].gone:
        raise Refused(_("There is no such child in your family"), RULES)
    child = found[0]
    if child.role != Role.GUARDIAN:
        raise Refused(_("Only a parent or guardian who looks after the child may do this"), RULES)
    return child


PARENT_APPLIES = p_("pupil", "Here a parent applies: send them the club's card")


async def applicant(tx: Tx, found: Sequence[ChildRow], person: int, group: int) -> ChildRow:
    """The child that was found, where the person may apply for it: a guardian, or the pupil where the local rules let pupils apply.

    From fourteen to seventeen both agree: the pupil, and a guardian of the family (domain: consent). Raises `Refused`.
    """
    if not found or found[0].role != Role.PUPIL or found[0].gone:
        return check_guardian(found)
    lets, own, guardians = await tx.one(table.PUPIL_MAY, group=group, person=person, family=found[0].family) or (False, False, False)
    if not lets:
        raise Refused(PARENT_APPLIES, RULES)
    if not own:
        raise Refused(p_("pupil", "First read the consent and agree"), RULES)
    if not guardians:
        raise Refused(p_("pupil", "A parent has to agree first: ask them to give the organisation their consent"), RULES)
    return found[0]


async def check(
    tx: Tx,
    facts: GroupFacts,
    child: ChildRow,
    live: Sequence[LiveRow],
    kinds: Sequence[str],
    *,
    category: str | None = None,
    instead_of: int | None = None,
) -> None:
    """Raise `Refused` where this child cannot apply to this group now; places are not looked at."""
    goes_on = instead_of is not None and facts.follows is not None
    goes_on = goes_on and await tx.one(intake.CONTINUES, child=child.id, follows=facts.follows) is not None
    # Who goes on is asked before the group opens to anybody else: for them it is open as soon as it is there.
    if words := (_gone(tx, facts) if goes_on else await barred(tx, facts)) or _age(tx, facts, child):
        raise Refused(words, facts.organisation_name, await alternatives(tx, facts, child, kinds))
    if same := next((one for one in live if one.group == facts.id), None):
        day = waking.local_day(same.created, ZoneInfo(facts.zone))
        words = _("There is an application to this group already, of {day:day}").format(day=day)
        raise Refused(words, _("your family"), application=same.id)
    phases = await tx.all(intake.PHASES, group=facts.id) if facts.phased else []
    if category is not None and category not in await published(tx, facts, phases):
        raise Refused(_("This group takes nobody first by that category: choose again"), facts.organisation_name)
    if phases and (words := await _phase(tx, facts, child, phases, category=category, continues=instead_of is not None)):
        raise Refused(words, facts.organisation_name, await alternatives(tx, facts, child, kinds))


async def published(tx: Tx, facts: GroupFacts, phases: Sequence[PhaseRow] | None = None) -> list[str]:
    """The categories that mean something in this group: in its rule of priority, its reserved places, or a phase of its intake."""
    found = dict.fromkeys(facts.priority or ())
    if facts.quotas:
        found |= dict.fromkeys(category for category, _seats, _filled in await tx.all(place.QUOTAS, group=facts.id))
    if facts.phased:
        for each in await tx.all(intake.PHASES, group=facts.id) if phases is None else phases:
            found |= dict.fromkeys(each.categories or ())
    return [*found]


async def _phase(
    tx: Tx, facts: GroupFacts, child: ChildRow, phases: Sequence[PhaseRow], *, category: str | None, continues: bool
) -> Words | None:
    """Why this child cannot apply in the phase that is open, and when its own opens."""
    if not continues and facts.follows is not None:
        continues = await tx.one(intake.CONTINUES, child=child.id, follows=facts.follows) is not None

    def admits(each: PhaseRow) -> bool:
        own = each.who == "all" or (each.who == "continuing" and continues)
        return own or (each.who == "category" and category is not None and category in (each.categories or ()))

    mine = [each for each in phases if admits(each) and (each.closes is None or each.closes > tx.now)]
    if any(each.opens <= tx.now for each in mine):
        return None
    now_ = next((each for each in phases if each.opens <= tx.now and (each.closes is None or each.closes > tx.now)), None)
    opens = min((each.opens for each in mine), default=None)
    return _phase_words(PHASES[now_.who] if now_ is not None else None, opens, facts.zone)


PHASES = {
    "continuing": _("Now only pupils who continue are taken"),
    "category": _("Now only those with a right to come first are taken"),
    "all": _("Now everybody is taken"),
}
"""The phase that is open, in words."""


def _phase_words(now_: Words | None, opens: datetime | None, zone: str) -> Words:
    """What a refusal by a phase says: whose phase it is, and when one's own opens."""
    if opens is None:
        return now_ or _("Enrolment is closed")
    if now_ is None:
        return _("Enrolment opens on {moment}").format(moment=moment(opens, zone))
    return listed((now_, _("for you enrolment opens on {moment}").format(moment=moment(opens, zone))), "; ")


def check_limit(facts: GroupFacts, live: Sequence[LiveRow]) -> None:
    """Raise `Refused` where the child holds as many places as a child may hold at once."""
    held = [one.programme_name for one in live if one.seat is not None]
    if len(held) >= facts.places_per_child:
        words = n_("A child may hold {n} place at once: {clubs}", "A child may hold {n} places at once: {clubs}", facts.places_per_child)
        raise Refused(
            _("{rule}. Let one of them go first").format(
                rule=words.format(clubs=listed([_("“{name}”").format(name=name) for name in held]))
            ),
            facts.municipality_name,
        )


async def barred(tx: Tx, facts: GroupFacts) -> Words | None:
    """Why no family can apply to a group now, whoever its child is; `None` where it is open. `check` says the same to a family."""
    return _gone(tx, facts) or _closed(tx, facts)


def _gone(tx: Tx, facts: GroupFacts) -> Words | None:
    """Why nobody can apply here at all."""
    if facts.archived or facts.organisation_archived or facts.state != "published":
        return _("This group is no longer in the catalogue")
    if facts.door == "elsewhere":
        return _("Applications are not taken here: this organisation takes them in its Navigator or in person")
    if facts.ends is not None and facts.ends < waking.local_day(tx.now, ZoneInfo(facts.zone)):
        return _("This group has finished, on {day:day}").format(day=facts.ends)
    return None


def _closed(tx: Tx, facts: GroupFacts) -> Words | None:
    """Why nobody can apply here now."""
    if facts.locked:
        return _("Enrolment is closed")
    if facts.enrolment_from is not None and facts.enrolment_from > tx.now:
        return _("Enrolment opens on {moment}").format(moment=moment(facts.enrolment_from, facts.zone))
    if facts.enrolment_to is not None and facts.enrolment_to < tx.now:
        return _("Enrolment closed on {moment}").format(moment=moment(facts.enrolment_to, facts.zone))
    return None


def _age(tx: Tx, facts: GroupFacts, child: ChildRow) -> Words | None:
    """Why a child's age does not fit."""
    at = counted_at(facts.starts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    age = months(child.born, at)
    if age_fits(age, facts.age_min, facts.age_max):
        return None
    exact = n_("{n} year", "{n} years", age // 12)
    if age % 12:
        exact = _("{years} {months}").format(years=exact, months=n_("{n} month", "{n} months", age % 12))
    is_ = Personal(exact, n_("{n} year", "{n} years", age // 12))
    return _("The group takes {ages:age}; on {day:day} the child will be {age}").format(
        ages=(facts.age_min, facts.age_max), day=at, age=is_
    )


async def alternatives(tx: Tx, facts: GroupFacts, child: ChildRow, kinds: Sequence[str]) -> tuple[int, ...]:
    """The nearest groups with places that take this child: of the same programme first, then by road, then of the same direction."""
    today = waking.local_day(tx.now, ZoneInfo(facts.zone))
    age = months(child.born, counted_at(facts.starts, today))
    found = await tx.all(
        table.ALTERNATIVES,
        group=facts.id,
        programme=facts.programme,
        direction=facts.direction,
        home=facts.settlement or child.settlement,
        child=child.id,
        kinds=list(kinds),
        today=today,
        now=tx.now,
        age_from=age - 12 - 11,
        age_to=age + 12,
    )
    fit = [one.id for one in found if age_fits(months(child.born, counted_at(one.starts, today)), one.age_min, one.age_max)]
    return tuple(fit[:MOST_ALTERNATIVES])
