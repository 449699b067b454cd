"""The card doctor: what keeps families from applying, group by group, with a button to mend each."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Button, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.staff.edit import LABELS
from bot.dialogs.staff.groups import decided_by, title
from bot.dialogs.staff.pick import Pick, everything, narrowed
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, listed, n_
from bot.services import doctor, groups
from bot.services.doctor import Patient
from bot.services.enrolment import Refused


@dialog("doctor", parent=lambda: to("work"))
async def doctor_(turn: Turn) -> Screen | Link:
    """The groups that nobody can apply to, then those that lack something."""
    known = [each for each in await groups.mine(turn.tx, turn.person.id) if each.decides]
    if not known:
        raise Missing
    found, bare = await doctor.doctor(turn.tx, turn.person.id), await doctor.bare(turn.tx, turn.person.id)
    refused = sum(each.refused for each in found)
    without = (
        _("Without a group, which comes with a file: {names}").format(names=listed([each.name for each in bare[:5]])) if bare else None
    )
    if not found:
        body = lines(_("**All cards are in order**"), n_("{n} group", "{n} groups", len(known)), without)
        return Screen(body, ((link(_("‹ To work"), "work"), link(_("Home"), "home")),))
    shown, typed = narrowed(turn, "card", found, lambda each: f"{each.group.facts.programme_name} {each.group.settlement_name or ''}")
    question = Pick[Patient](
        "card",
        lines(
            n_("**{n} of {all} groups: nobody can apply**", "**{n} of {all} groups: nobody can apply**", refused).format(all=len(known)),
            _("Something is missing: {n}").format(n=len(found) - refused) if len(found) > refused else None,
        ),
        shown,
        key=lambda each: each.group.facts.id,
        row=lambda each: dotted(title(each.group), each.complaints[0].words),
        typed_words=typed,
        extra=everything("card", typed, _("All groups")),
        below=without,
    )
    return to("mend", (await turn.ask(question)).group.facts.id)


_OTHER: dict[str, Words] = {"open": _("Open enrolment"), "size": _("Size"), "publish": _("Publish")}


def _mending(number: int, field: str) -> Button:
    if field == "open":
        return link(_OTHER[field], "grouplock", number, 0, meaning="primary")
    if field == "size":
        return link(_OTHER[field], "groupsize", number)
    if field == "publish":
        return link(_OTHER[field], "grouppublish", number, meaning="primary")
    return link(LABELS[field], "groupset", number, field)


@dialog("mend", parent=lambda **_number: to("doctor"))
async def mend(turn: Turn, number: int) -> Screen:
    """What is wrong with one card, and the way to mend each of it."""
    group = await decided_by(turn, number)
    found = next((each for each in await doctor.doctor(turn.tx, turn.person.id) if each.group.facts.id == number), None)
    ways = (link(_("‹ Card doctor"), "doctor"), link(_("‹ To the group"), "groupcard", number))
    if found is None:
        return Screen(lines(_("**The card is in order**"), title(group), _("Families can apply.")), (ways,))
    head = _("**Nobody can apply**") if found.refused else _("**Something is missing on the card**")
    said = [_("{at}. {what}").format(at=at, what=each.words) for at, each in enumerate(found.complaints, 1)]
    buttons = [_mending(number, field) for field in dict.fromkeys(each.field for each in found.complaints) if field]
    return Screen(lines(head, title(group), *said), (*stack(buttons[:8], 2), ways))


@dialog("grouppublish", parent=lambda number: to("mend", number))
async def grouppublish(turn: Turn, number: int) -> Link:
    """Publish a programme that is a draft still."""
    group = await decided_by(turn, number)
    text = lines(_("**Publish the card?**"), title(group), _("Families find it from then on, with all its groups."))
    await turn.ask(Confirm("sure", text, yes=_("Publish"), holds=(number,)))
    try:
        await groups.publish(turn.tx, turn.person.id, number)
    except Refused as why:
        turn.note = why.words
    return to("mend", number)
