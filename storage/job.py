"""Jobs: long work in short steps, and the live pages that show how far it is."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, literal_column, or_, select, update

from storage.database import Query, upsert
from storage.schema import account, job, live, person


class JobRow(NamedTuple):
    """A job and how far it is; `total` is unknown at first."""

    id: int
    kind: str
    person: int | None
    facts: dict[str, Any]
    state: str
    done: int
    total: int | None
    outcome: dict[str, Any] | None
    tries: int


_COLUMNS = (job.c.id, job.c.kind, job.c.person, job.c.facts, job.c.state, job.c.done, job.c.total, job.c.outcome, job.c.tries)

START = Query(
    insert(job)
    .values(kind=bindparam("kind"), person=bindparam("person"), facts=bindparam("facts"), created=bindparam("now"))
    .returning(job.c.id),
    int,
)
LOAD = Query(select(*_COLUMNS).where(job.c.id == bindparam("job")), JobRow)

_NEXT = (
    select(job.c.id)
    .where(
        literal_column("state IN ('waiting', 'running')"),  # in the index's own words: a partial one answers only to them
        or_(job.c.state == "waiting", job.c.lease_until < bindparam("now")),
    )
    .order_by(job.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
CLAIM = Query(
    update(job)
    .where(job.c.id.in_(_NEXT.scalar_subquery()))
    .values(state="running", owner=bindparam("owner"), lease_until=bindparam("until"), tries=job.c.tries + 1)
    .returning(*_COLUMNS),
    JobRow,
)
SAVE = Query(
    update(job)
    .where(job.c.id == bindparam("job"), job.c.owner == bindparam("owner"))
    .values(
        state=bindparam("state", type_=job.c.state.type),
        done=bindparam("done", type_=job.c.done.type),
        total=bindparam("total", type_=job.c.total.type),
        facts=bindparam("facts", type_=job.c.facts.type),
        outcome=bindparam("outcome", type_=job.c.outcome.type),
        lease_until=bindparam("until", type_=job.c.lease_until.type),
    ),
    tuple,
)


class LivePage(NamedTuple):
    """A message that shows a page which changes while a job works."""

    id: int
    message: str
    link: str
    job: int
    done: int
    state: str
    account: int
    person: int
    channel: str
    user: str
    language: str | None


STALE = Query(
    select(
        live.c.id,
        live.c.message,
        live.c.link,
        live.c.job,
        job.c.done,
        job.c.state,
        account.c.id,
        account.c.person,
        account.c.channel,
        account.c.user,
        person.c.language,
    )
    .join(job, job.c.id == live.c.job)
    .join(account, account.c.id == live.c.account)
    .join(person, person.c.id == account.c.person)
    .where(or_(live.c.shown != job.c.done, job.c.state == "finished", job.c.state == "failed"), account.c.reachable),
    LivePage,
)
"""The live pages that show less than the job has done, or whose job has ended."""


def _watch(dialect: Any) -> Any:
    row = upsert(dialect, live).values(
        account=bindparam("account"), message=bindparam("message"), link=bindparam("link"), job=bindparam("job")
    )
    return row.on_conflict_do_update(index_elements=["account", "message"], set_={"link": row.excluded.link, "job": row.excluded.job})


WATCH = Query(_watch, tuple)
LIVE = Query(select(live.c.account, live.c.message), lambda account, message: (int(account), str(message)))
"""Every live page."""
SHOWN = Query(update(live).where(live.c.id == bindparam("live")).values(shown=bindparam("done")), tuple)
UNWATCH = Query(delete(live).where(live.c.id == bindparam("live")), tuple)
LEAVE = Query(delete(live).where(live.c.account == bindparam("account"), live.c.message == bindparam("message")), tuple)
"""Another page took this message: it is live no more."""
SWEEP = Query(delete(job).where(job.c.state.in_(("finished", "failed")), job.c.created < bindparam("before")), tuple)
"""Forget jobs that are long over, and their pages with them."""
