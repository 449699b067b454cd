"""The player of transcripts: `#` prose, `@` the world, `>` who does what, `<` what is shown, `< who gets:` a delivery.

A transcript is played line by line on a stage; what is shown is written where the `<` lines stand. It passes where nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, update

from bot.conversation.delivery import deliver
from bot.model.link import parse
from bot.model.staff import Duty
from bot.services import catalogue, consent, family, staff
from storage import schema
from storage.database import Query, Tx
from tests.stage import PEOPLE, News, Stage
from tests.tables import CATALOGUES

OWN_ACCOUNT = Query(update(schema.child).where(schema.child.c.id == bindparam("child")).values(person=bindparam("person")))
BOTH_DOORS = Query(update(schema.organisation).where(schema.organisation.c.code == bindparam("code")).values(door="both"))
ZONE = ZoneInfo("Asia/Yekaterinburg")
"""The district's zone: the times of a transcript are local to it."""


NAMES = {"svetlana": "Светлана Юрьевна"}
"""Who is invited by the name that everybody knows; whoever is invited in a role says the name themselves."""


class Malformed(AssertionError):
    """A line of a transcript that is none."""


@dataclass(slots=True)
class Transcript:
    """A file of a transcript: its lines, and what its head says about where it is played."""

    lines: list[str]
    only: tuple[str, ...] = ()
    language: str = "en"
    dialogs: str = "bot"
    limits: dict[str, dict[str, object]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Transcript:
        """Read a transcript's text; its head are the `@` lines before the first `>`."""
        made = cls(text.splitlines())
        for line in made.lines:
            if line.startswith(">"):
                break
            if found := re.fullmatch(r"@ only (.+)", line):
                made.only = tuple(found[1].split(", "))
            elif found := re.fullmatch(r"@ language (\w+)", line):
                made.language = found[1]
            elif found := re.fullmatch(r"@ dialogs (\w+)", line):
                made.dialogs = found[1]
            elif found := re.fullmatch(r"@ (\S+) may not carry personal data", line):
                made.limits.setdefault(found[1], {})["personal_data"] = False
            elif found := re.fullmatch(r"@ (\S+) carries (\w+) organisations: (off|catalogue|full)", line):
                policy = made.limits.setdefault(found[1], {}).setdefault("policy", {"state": "full", "private": "full"})
                policy[found[2]] = found[3]  # type: ignore[index]
        return made


async def play(transcript: Transcript, stage: Stage) -> str:
    """Play a transcript and return it with what was really shown."""
    written, secret, code = list[str](), "", ""
    for line in transcript.lines:
        if line.startswith("<"):
            continue
        written.append(line)
        if line.startswith("@ "):
            await _world(line[2:], stage)
            written += await _gets(stage)
        elif line.startswith("> "):
            who, verb, rest = [*line[2:].split(" ", 2), ""][:3]
            await stage.act(who, verb, secret if rest == "the one-time link" else code if rest == "the one-time code" else rest)
            shown = _shown(await stage.news(who))
            secret = next((found[1] for each in shown for found in _SECRET.finditer(each)), secret)
            code = next((found[0] for each in shown for found in _CODE.finditer(each)), code)
            written += [_CODE.sub("…", _SECRET.sub(lambda found: f"{found[2]}…", each)) for each in shown]
            written += await _gets(stage)
        elif line and not line.startswith("#"):
            raise Malformed(f"neither prose nor world nor act nor screen: {line}")
    return "\n".join(written) + "\n"


_SECRET = re.compile(r"\S*?\b((\w+-)[0-9A-Za-z]{22})\b")
"""The address of a one-time link, which is another one each time: `> anna opens the one-time link` opens the last that was shown."""


_CODE = re.compile(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b")
"""A one-time code, likewise: `> anna says the one-time code`."""


def _shown(news: Iterable[News]) -> list[str]:
    ordered = sorted(news, key=lambda each: each.kind != "toast")
    return [f"< ({line})" if each.kind == "toast" else f"< {line}".rstrip() for each in ordered for line in each.lines]


async def _gets(stage: Stage) -> list[str]:
    """What people got without asking."""
    written = list[str]()
    for who in PEOPLE:
        for each in await stage.news(who):
            first, *others = each.lines
            written += [f"< {who} gets: {first}", *(f"< {line}".rstrip() for line in others)]
    return written


_HEAD = re.compile(r"only .+|language \w+|dialogs \w+|\S+ may not carry personal data|\S+ carries \w+ organisations: \w+")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


async def _world(line: str, stage: Stage) -> None:
    """Change the world: the time, the facts, the program itself."""
    world = stage.world
    if _HEAD.fullmatch(line):
        return
    if found := re.fullmatch(r"(?:\w+day, )?(\d+) (\w+) (\d{4}), (\d+):(\d\d)", line):
        month = _MONTHS.index(found[2]) + 1
        world.time.at = datetime(int(found[3]), month, int(found[1]), int(found[4]), int(found[5]), tzinfo=ZONE)
        await stage.tick()
    elif found := re.fullmatch(r"(\d+) (minute|hour|day)s? later", line):
        world.time.at += timedelta(**{f"{found[2]}s": int(found[1])})
        await stage.tick()
    elif line == "the bot restarts":
        await stage.stop()
        await stage.start()
    elif found := re.fullmatch(r"the catalogue is (\w+)", line):
        await CATALOGUES[found[1]](stage.core, world)
    else:
        await _of_people(line, stage)


async def _agree(stage: Stage, user: str, code: str, tx: Tx) -> None:
    """Let somebody have agreed to applications to an organisation."""
    person, club = await stage.person(tx, user), await catalogue.club(tx, code, schema.KINDS)
    paper = None if club is None else await consent.document(tx, person, club.id, "")
    if paper is None:
        raise Malformed(f"no organisation {code}")
    await consent.give(tx, person, "application", paper, stage.name)


async def _of_people(line: str, stage: Stage) -> None:
    """What the world does to somebody: a delivery that is planned, an invitation that is opened."""
    now = stage.world.time.now()
    if found := re.fullmatch(r"(\w+) is to get (\S+)", line):
        page, user = parse(found[2]), str(PEOPLE[found[1]])
        if page is None:
            raise Malformed(line)

        async def plan(tx: Tx) -> None:
            person = await stage.person(tx, user)
            await deliver(tx, person, page, now, f"test:{user}:{page}", "reminder")

        await stage.core.database.turn(plan, now=now)
        await stage.tick()
    elif found := re.fullmatch(r"(\w+) is a pupil of (\w+), born in (\d{4})", line):
        pupil, parent, year = found.groups()

        async def join(tx: Tx) -> None:
            child = await family.add_child(tx, await stage.person(tx, str(PEOPLE[parent])), "Лена", "Орлова", date(int(year), 5, 5))
            await tx.run(OWN_ACCOUNT, child=child, person=await stage.person(tx, str(PEOPLE[pupil])))

        await stage.core.database.turn(join, now=now)
    elif found := re.fullmatch(r"(\w+) is invited to (\S+?)(?: as (\w+)(?: of (\S+))?)?", line):
        who, code, role, group = found.groups()

        async def invite(tx: Tx) -> str:
            scope = await staff.place(tx, Duty(role or "organisation"), "" if role == "region" else code, [group] if group else [])
            if scope is None:
                raise Malformed(line)
            return await staff.invite(tx, scope.organisation, None, scope, "" if role else NAMES.get(who, ""))

        await stage.act(who, "opens", f"staff/{await stage.core.database.turn(invite, now=now)}")
    else:
        await _of_law(line, stage)


async def _of_law(line: str, stage: Stage) -> None:
    """What the world arranged beforehand: a consent that somebody gave, the doors of an organisation."""
    now = stage.world.time.now()
    if found := re.fullmatch(r"(\w+) has agreed to (\S+)", line):
        await stage.core.database.turn(partial(_agree, stage, str(PEOPLE[found[1]]), found[2]), now=now)
    elif found := re.fullmatch(r"(\S+) takes applications by both doors", line):
        club = found[1]
        await stage.core.database.turn(lambda tx: tx.run(BOTH_DOORS, code=club), now=now)
    else:
        raise Malformed(f"the world knows no such thing: {line}")
