"""Papers of an application: what to bring until when, what was shown already, what is asked for; and whom a family pays.

No picture of a paper is ever taken: the staff marks that it was shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.model import requisites as sound
from bot.model.application import Action, Role, State
from bot.model.link import to
from bot.model.text import Text, Words, _
from bot.services import queue, staff, waking
from bot.services.enrolment import ApplicationView, Refused
from bot.services.enrolment import application as application_
from bot.services.enrolment.refusal import RULES
from storage import deadline, delivery, place
from storage import paper as table
from storage.database import Tx
from storage.paper import FormRow, PaperRow, RequestRow, RequisitesRow

__all__ = [
    "BRINGS",
    "DEFAULTS",
    "FormRow",
    "Item",
    "PaperRow",
    "RequestRow",
    "RequisitesRow",
    "add",
    "archive",
    "ask",
    "checklist",
    "default_codes",
    "due_of",
    "form",
    "list_of",
    "mark",
    "mark_all",
    "ready",
    "refusal",
    "remind",
    "request",
    "requested",
    "requisites",
    "set_days",
    "set_requisites",
    "settle",
    "waiting",
]

BRINGS = frozenset({State.CONFIRMED, State.ENROLLED})
"""States in which papers are brought."""
ASKS = frozenset({State.ENROLLED, State.COMPLETED, State.LEFT})
"""States in which a справка can be asked for."""
DEFAULTS: Mapping[str, Text] = {
    "order": _("Application, signed"),
    "contract": _("Contract, signed"),
    "passport": _("Passport of the parent"),
    "birth": _("Birth certificate of the child"),
    "medical": _("Medical paper"),
}
"""What is wanted where an organisation has not said: what is signed by what enrols, two originals, a medical paper by the card."""
MOST, LONGEST = 500, 12
"""Requests on one list; papers that an organisation may want for one programme."""
SOON = timedelta(days=3)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Item:
    """A paper of a checklist: `paper` is its number, or `code` one of `DEFAULTS` that nobody has touched yet; `shown`: when it was."""

    paper: int | None
    name: Words
    due: date | None
    original: bool
    shown: datetime | None
    code: str = ""


def default_codes(act: str, *, medical: bool) -> tuple[str, ...]:
    """The papers that are wanted by default."""
    return (act, "passport", "birth", *(("medical",) if medical else ()))


def due_of(view: ApplicationView, days: int | None) -> date | None:
    """Until when a paper is to be shown: so many days after the confirmation, or the application's own term."""
    if days is None:
        return view.facts.papers_by
    confirmed = next((each.at for each in reversed(view.history) if each.action is Action.CONFIRM), None)
    return None if confirmed is None else waking.local_day(confirmed, ZoneInfo(view.facts.zone)) + timedelta(days=days)


async def checklist(tx: Tx, view: ApplicationView) -> list[Item]:
    """What is wanted for an application that somebody may see."""
    rows = await tx.all(table.OF_ORGANISATION, organisation=view.facts.organisation)
    details = await tx.one(table.FORM, application=view.facts.id, person=0)
    medical = details is not None and details.medical
    shown = dict(await tx.all(table.SHOWN, application=view.facts.id))
    own = [
        Item(row.id, row.name, due_of(view, row.days), row.original, shown.get(row.id))
        for row in rows
        if row.id in shown or (not row.archived and (row.programme is None or (row.programme == view.facts.programme and medical)))
    ]
    codes = default_codes(view.facts.organisation_act, medical=medical) if not rows else ("medical",) if medical else ()
    has = {"medical"} if any(row.programme == view.facts.programme for row in rows) else set[str]()
    return own + [
        Item(None, DEFAULTS[code], view.facts.papers_by, original=True, shown=None, code=code) for code in codes if code not in has
    ]


async def form(tx: Tx, person: int, view: ApplicationView) -> FormRow | None:
    """What a form says for a guardian; `None` for everybody else: it carries their name and telephone."""
    if view.role is not Role.GUARDIAN:
        return None
    found: FormRow | None = await tx.one(table.FORM, application=view.facts.id, person=person)
    return found


# ------------------------------------------------------------ the organisation's list


async def _employed(tx: Tx, person: int, organisation: int) -> None:
    if not any(row.role == "organisation" and row.organisation == organisation for row in await staff.roles(tx, person)):
        raise Refused(_("Only the staff of its own organisation can see to this"), RULES)


async def list_of(tx: Tx, person: int, organisation: int) -> list[PaperRow]:
    """The papers that an organisation wants for all its programmes; none where it has not said. Raises `Refused`."""
    await _employed(tx, person, organisation)
    rows = await tx.all(table.OF_ORGANISATION, organisation=organisation)
    return [row for row in rows if not row.archived and row.programme is None]


async def settle(tx: Tx, person: int, organisation: int, act: str, names: Mapping[str, str], programme: int | None = None) -> None:
    """Write the default papers down, once, before the first of them is marked or changed; of a `programme` its medical paper too.

    `names` are said in one language. Raises `Refused`.
    """
    await _employed(tx, person, organisation)
    await tx.all(table.LOCK_ORGANISATION, organisation=organisation)
    rows = await tx.all(table.OF_ORGANISATION, organisation=organisation)
    if not rows:
        for code in default_codes(act, medical=False):
            await tx.one(table.ADD, organisation=organisation, programme=None, name=names[code], days=None, original=True)
        await staff.note(tx, person, "papers_settled", "organisation", organisation, organisation)
    medical = programme in await tx.all(table.MEDICAL, organisation=organisation)
    if programme is not None and medical and not any(row.programme == programme for row in rows):
        await tx.one(table.ADD, organisation=organisation, programme=programme, name=names["medical"], days=None, original=True)


async def add(tx: Tx, person: int, organisation: int, name: str, days: int | None) -> int:
    """Want one more paper; the same name again is the same paper. Raises `Refused`."""
    wanted = await list_of(tx, person, organisation)
    for row in wanted:
        if row.name.casefold() == name.casefold():
            return row.id
    if len(wanted) >= LONGEST:
        raise Refused(_("The list has twelve papers already: take one off first"), RULES)
    number = await tx.one(table.ADD, organisation=organisation, programme=None, name=name[:200], days=days, original=True)
    assert number is not None  # noqa: S101  INSERT … RETURNING
    await staff.note(tx, person, "paper_added", "paper", number, organisation, days=days)
    return number


async def archive(tx: Tx, person: int, organisation: int, paper: int) -> bool:
    """Want a paper no more; where it was shown it stays written. Raises `Refused`."""
    if not any(row.id == paper for row in await list_of(tx, person, organisation)):
        return False
    await tx.run(table.ARCHIVE, paper=paper, organisation=organisation)
    await staff.note(tx, person, "paper_archived", "paper", paper, organisation)
    return True


async def set_days(tx: Tx, person: int, organisation: int, paper: int, days: int | None) -> bool:
    """Set by how many days after the confirmation a paper is due; `None`: by the organisation's own term. Raises `Refused`."""
    row = next((each for each in await list_of(tx, person, organisation) if each.id == paper), None)
    if row is None or row.days == days:
        return False
    await tx.run(table.SET_DAYS, paper=paper, organisation=organisation, days=days)
    await staff.note(tx, person, "paper_due", "paper", paper, organisation, **{"from": row.days, "to": days})
    return True


async def _brought(tx: Tx, person: int, number: int) -> ApplicationView:
    """An application whose papers this person may mark, under its group's lock. Raises `Refused`."""
    view = await application_(tx, person, number)
    if view is None or "organisation" not in await staff.access(tx, person, view.facts.group):
        raise Refused(_("Only the staff of its own organisation can see to this"), RULES)
    await queue.lock(tx, view.facts.group)
    view = await application_(tx, person, number)
    assert view is not None  # noqa: S101  it was there, and is locked
    if view.state not in BRINGS:
        raise Refused(_("No papers are awaited for this application"), RULES)
    return view


async def mark(tx: Tx, person: int, number: int, paper: int, *, shown: bool) -> bool:
    """Write down that a paper was shown, or that it was not; false where it stood so. Raises `Refused`."""
    view = await _brought(tx, person, number)
    item = next((each for each in await checklist(tx, view) if each.paper == paper), None)
    if item is None:
        raise Refused(_("This paper is no longer on the list"), RULES)
    if (item.shown is not None) == shown:
        return False
    about = {"application": number, "paper": paper}
    await (tx.run(table.SHOW, **about, now=tx.now, person=person) if shown else tx.run(table.HIDE, **about))
    await staff.note(tx, person, "paper_shown" if shown else "paper_not_shown", "application", number, view.facts.organisation, paper=paper)
    return True


async def mark_all(tx: Tx, person: int, number: int) -> int:
    """Write down that all papers were shown; returns how many that were. Raises `Refused`."""
    view = await _brought(tx, person, number)
    missing = [each.paper for each in await checklist(tx, view) if each.paper is not None and each.shown is None]
    for paper in missing:
        await tx.run(table.SHOW, application=number, paper=paper, now=tx.now, person=person)
    if missing:
        await staff.note(tx, person, "papers_shown", "application", number, view.facts.organisation, papers=missing)
    return len(missing)


# ------------------------------------------------------------ papers that are asked for


async def ask(tx: Tx, person: int, number: int, kind: str) -> bool:
    """Ask for a справка об обучении (`study`) or об оплате (`payment`); false where it waits already. Raises `Refused`, `LookupError`."""
    view = await application_(tx, person, number)
    if view is None or view.role is not Role.GUARDIAN or kind not in {"study", "payment"}:
        raise LookupError("no such application")
    if view.state not in ASKS:
        raise Refused(_("This paper is given to those who attend"), view.facts.organisation_name)
    await queue.lock(tx, view.facts.group)
    if any(each.kind == kind and each.ready is None for each in await tx.all(table.REQUESTS, application=number)):
        return False
    await tx.one(table.ASK, application=number, kind=kind, person=person, now=tx.now)
    return True


async def requested(tx: Tx, view: ApplicationView) -> list[RequestRow]:
    """What was asked for lately for an application that somebody may see, the newest first."""
    return await tx.all(table.REQUESTS, application=view.facts.id)


async def waiting(tx: Tx, person: int) -> list[RequestRow]:
    """What families asked somebody's organisations for, the oldest first."""
    return await tx.all(table.WAITING, person=person, now=tx.now, most=MOST)


async def request(tx: Tx, person: int, number: int) -> RequestRow | None:
    """A request, for the guardians of its family; `None` where it is not theirs."""
    row = await tx.one(table.REQUEST, request=number)
    return row if row is not None and person in await tx.all(place.TO_BE_TOLD, family=row.family, but=0) else None


async def ready(tx: Tx, person: int, number: int) -> bool:
    """A paper lies ready: its family's guardians are told. Twice is once. Raises `Refused`."""
    row = await tx.one(table.REQUEST, request=number)
    if row is None:
        raise Refused(_("Only the staff of its own organisation can see to this"), RULES)
    await _employed(tx, person, row.organisation)
    if row.ready is not None or not await tx.run(table.READY, request=number, now=tx.now, person=person):
        return False
    due = waking.awake(tx.now, ZoneInfo(row.zone))
    for each in await tx.all(place.TO_BE_TOLD, family=row.family, but=0):
        await tx.run(delivery.ADD, person=each, link=str(to("paperready", number)), due=due, key=f"paper:{number}:{each}", kind="reminder")
    await staff.note(tx, person, "paper_ready", "paper_request", number, row.organisation, kind=row.kind)
    return True


# ------------------------------------------------------------ whom a family pays


async def requisites(tx: Tx, organisation: int) -> RequisitesRow | None:
    """Where a family pays to, where the organisation has said."""
    return await tx.one(table.REQUISITES, organisation=organisation)


def refusal(values: Mapping[str, Any]) -> tuple[str, Words] | None:
    """The first field that cannot be right, and why; fields that are not there yet are not looked at."""
    bik = values.get("bik")
    checks: Sequence[tuple[str, Any, Words]] = (
        ("inn", sound.sound_inn, _("This INN has a mistake: 10 or 12 digits, and its check digits do not fit.")),
        ("kpp", sound.sound_kpp, _("A KPP has nine signs.")),
        ("bik", sound.sound_bik, _("A BIK has nine digits and begins with 0, 1 or 2.")),
        (
            "account",
            lambda value: bik is None or sound.sound_account(bik, value),
            _("This account has a mistake: 20 digits, and its control key does not fit this BIK."),
        ),
        (
            "correspondent",
            lambda value: bik is None or sound.sound_correspondent(bik, value),
            _("This correspondent account is not the one of the bank with this BIK."),
        ),
        ("budget_code", sound.sound_budget_code, _("A KBK has 20 signs.")),
        ("oktmo", sound.sound_oktmo, _("An OKTMO has 8 or 11 digits.")),
    )
    return next(((name, why) for name, is_sound, why in checks if values.get(name) and not is_sound(values[name])), None)


async def set_requisites(tx: Tx, person: int, organisation: int, **values: Any) -> bool:
    """Write down where families pay to; false where it stood so. Raises `Refused`; the journal has which fields, not what they say."""
    await _employed(tx, person, organisation)
    wrong = refusal(values)
    if wrong is not None:
        raise Refused(wrong[1], RULES)
    new = RequisitesRow._make(values.get(name) or None for name in RequisitesRow._fields)
    if not all((new.payee, new.inn, new.account, new.bank, new.bik)):
        raise ValueError("the payee, the INN, the account, the bank and the BIK are obligatory")
    before = await requisites(tx, organisation)
    if before == new:
        return False
    await tx.run(table.SET_REQUISITES, organisation=organisation, **new._asdict())
    changed = [name for name in new._fields if getattr(before, name, None) != getattr(new, name)]
    await staff.note(tx, person, "requisites", "organisation", organisation, organisation, fields=changed)
    return True


# ------------------------------------------------------------ reminders


async def remind(tx: Tx) -> int:
    """Remind the guardians three days before papers are due, and on the last day, in waking hours; returns how many were planned.

    Who has shown everything is not reminded: the page that is sent sees to it.
    """
    planned = 0
    for name in await tx.all(deadline.ZONES):
        zone = ZoneInfo(name)
        if waking.awake(tx.now, zone) != tx.now:
            continue
        today = waking.local_day(tx.now, zone)
        day = f"{today:%Y%m%d}"
        for row in await tx.all(table.DUE, zone=name, soon=today + SOON, today=today, day=day, most=AT_ONCE):
            key = f"papers:{row.application}:{row.person}:{day}"
            link = str(to("papersdue", row.application))
            await tx.run(delivery.ADD, person=row.person, link=link, due=tx.now, key=key, kind="reminder")
            planned += 1
    return planned
