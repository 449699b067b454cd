"""Channels: where each one's stream of events stands, who owns it, and what was uploaded to it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, null, or_, select, update

from storage.database import Query, upsert
from storage.schema import channel, media


class ChannelRow(NamedTuple):
    """A channel's place in its stream (VK's `ts`) and its owner."""

    position: str | None
    owner: str | None


LOAD = Query(select(channel.c.position, channel.c.owner).where(channel.c.name == bindparam("name")), ChannelRow)


def _add(dialect: Any) -> Any:
    return upsert(dialect, channel).values(name=bindparam("name")).on_conflict_do_nothing(index_elements=["name"])


ADD = Query(_add, tuple)
OWN = Query(
    update(channel)
    .where(
        channel.c.name == bindparam("name"),
        or_(channel.c.owner.is_(None), channel.c.owner == bindparam("owner"), channel.c.lease_until < bindparam("now")),
    )
    .values(owner=bindparam("owner"), lease_until=bindparam("until")),
    tuple,
)
"""Take or keep the channel: one process polls, shows and sends for it at a time."""
RELEASE = Query(
    update(channel)
    .where(channel.c.name == bindparam("name"), channel.c.owner == bindparam("owner"))
    .values(owner=null(), lease_until=null()),
    tuple,
)
POSITION = Query(update(channel).where(channel.c.name == bindparam("name")).values(position=bindparam("position")), tuple)


def _reference(dialect: Any) -> Any:
    row = upsert(dialect, media).values(
        channel=bindparam("channel"), digest=bindparam("digest"), reference=bindparam("reference"), at=bindparam("now")
    )
    return row.on_conflict_do_update(
        index_elements=["channel", "digest"], set_={"reference": row.excluded.reference, "at": row.excluded.at}
    )


REMEMBER = Query(_reference, tuple)
"""Remember what this channel calls an uploaded file."""
REFERENCE = Query(select(media.c.reference).where(media.c.channel == bindparam("channel"), media.c.digest == bindparam("digest")), str)
