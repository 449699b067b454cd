"""The tables: first what a conversation keeps, then what the club knows.

Ids are 64-bit, given by the database and never used again: an old link must not open another's page. All times are UTC.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

from storage.types import Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _id() -> Column[int]:
    """A 64-bit id of the database's own, never reused (SQLite gives 64 bits to INTEGER PRIMARY KEY only)."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _to(name: str, target: str, *, null: bool = False, index: bool = False, on_delete: str | None = None) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{target}.id", ondelete=on_delete), nullable=null, index=index)


def _table(name: str, *columns: SchemaItem) -> Table:
    return Table(name, metadata, *columns, sqlite_autoincrement=True)


# ---------------------------------------------------------------- the conversation's own tables

person = _table(
    "person",
    _id(),
    Column("language", String(16)),
    _to("settlement", "settlement", null=True, on_delete="SET NULL"),
    Column("created", UtcDateTime, nullable=False),
)

account = _table(
    "account",
    _id(),
    _to("person", "person", index=True),
    Column("channel", String(40), nullable=False),
    Column("user", String(40), nullable=False),
    Column("reachable", Boolean, nullable=False, server_default=text("true")),
    Column("used", UtcDateTime, nullable=False),
    Column("focus", String(9)),
    Column("focused", UtcDateTime),
    Column("asked", String(40)),
    UniqueConstraint("channel", "user"),
)

session = Table(
    "session",
    metadata,
    Column("token", String(9), primary_key=True),
    _to("person", "person", index=True),
    Column("address", String(64), nullable=False),
    Column("answers", Json, nullable=False),
    Column("came_from", String(64)),
    Column("needed_by", String(9)),
    Column("asking", String(40)),
    Column("ended", String(64)),
    Column("touched", UtcDateTime, nullable=False, index=True),
)

event = _table(
    "event",
    _id(),
    Column("channel", String(40), nullable=False),
    Column("key", String(64), nullable=False),
    _to("account", "account", null=True),
    Column("address", String(80), nullable=False),
    Column("message", String(40)),
    Column("state", String(8), nullable=False),
    Column("stops", Integer, nullable=False, server_default=text("0")),
    Column("at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("channel", "key"),
    CheckConstraint("state IN ('trying', 'taken', 'shown', 'failed', 'aside')", name="state"),
)

channel = Table(
    "channel",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("position", String(64)),
    Column("owner", String(32)),
    Column("lease_until", UtcDateTime),
)

delivery = _table(
    "delivery",
    _id(),
    _to("person", "person"),
    _to("account", "account", null=True),
    Column("link", String(64), nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    Column("class", String(8), nullable=False),
    Column("state", String(9), nullable=False, server_default=text("'waiting'")),
    Column("reason", String(200)),
    Column("message", String(40)),
    Column("lease_until", UtcDateTime),
    Column("owner", String(32)),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("class IN ('reply', 'urgent', 'offer', 'reminder', 'bulk')", name="class"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'skipped', 'withdrawn')", name="state"),
)
Index("ix_delivery_waiting", delivery.c.due, sqlite_where=delivery.c.state == "waiting", postgresql_where=delivery.c.state == "waiting")

job = _table(
    "job",
    _id(),
    Column("kind", String(40), nullable=False),
    _to("person", "person", null=True),
    Column("facts", Json, nullable=False),
    Column("state", String(8), nullable=False, server_default=text("'waiting'")),
    Column("done", BigInteger, nullable=False, server_default=text("0")),
    Column("total", BigInteger),
    Column("outcome", Json),
    Column("lease_until", UtcDateTime),
    Column("owner", String(32)),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("created", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('waiting', 'running', 'finished', 'failed')", name="state"),
)

live = _table(
    "live",
    _id(),
    _to("account", "account", on_delete="CASCADE"),
    Column("message", String(40), nullable=False),
    Column("link", String(64), nullable=False),
    _to("job", "job", index=True, on_delete="CASCADE"),
    Column("shown", Integer, nullable=False, server_default=text("-1")),
    UniqueConstraint("account", "message"),
)

media = Table(
    "media",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("reference", String(255), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

file = Table(
    "file",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

secret = _table(
    "secret",
    _id(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("purpose", String(20), nullable=False),
    _to("person", "person", null=True),
    Column("facts", Json, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
    Column("used", UtcDateTime),
)

wording = Table(
    "wording",
    metadata,
    Column("noun", String(20), primary_key=True),
    Column("id", BigInteger, primary_key=True),
    Column("field", String(20), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("text", Text, nullable=False),
)

# ---------------------------------------------------------------- the catalogue

DIRECTIONS = ("technical", "natural", "sport", "art", "tourism", "social")
"""The six directions of Order 629; the older «социально-педагогическая» is `social`."""
LEVELS = ("starting", "basic", "advanced", "mixed", "none")
KINDS = ("state", "private")
"""State and municipal bodies and their institutions, or private ones: the messenger policy of 41-FZ depends on it."""

municipality = _table(
    "municipality",
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("oktmo", String(11)),
    Column("zone", String(40), nullable=False),
    Column("certificate_unit", String(8), nullable=False, server_default=text("'rouble'")),
    Column("certificate_nominal", Integer),
    Column("phone", String(200)),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("certificate_unit IN ('rouble', 'hour')", name="certificate_unit"),
)

settlement = _table(
    "settlement",
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    _to("municipality", "municipality", index=True),
    Column("kind", String(20)),
    Column("name", String(200), nullable=False),
    Column("where", String(200)),
    Column("whence", String(200)),
    Column("other_names", Json, nullable=False),
    Column("oktmo", String(11)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("population", Integer),
    Column("children", Integer),
    Column("note", String(500)),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
)

road = Table(
    "road",
    metadata,
    Column("a", BigInteger, ForeignKey("settlement.id", ondelete="CASCADE"), primary_key=True),
    Column("b", BigInteger, ForeignKey("settlement.id", ondelete="CASCADE"), primary_key=True),
    Column("kilometres", Float, nullable=False),
    Column("note", String(500)),
)

organisation = _table(
    "organisation",
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    _to("municipality", "municipality", index=True),
    Column("name", String(200), nullable=False),
    Column("full_name", String(1000)),
    Column("kind", String(8), nullable=False),
    Column("type", String(200)),
    Column("department", String(200)),
    Column("act", String(8), nullable=False, server_default=text("'order'")),
    Column("door", String(9), nullable=False, server_default=text("'here'")),
    Column("licence", String(200)),
    Column("inn", String(12)),
    Column("ogrn", String(15)),
    _to("settlement", "settlement", null=True),
    Column("address", String(500)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("phone", String(200)),
    Column("email", String(200)),
    Column("site", String(500)),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("kind IN ('state', 'private')", name="kind"),
    CheckConstraint("act IN ('order', 'contract')", name="act"),
    CheckConstraint("door IN ('here', 'elsewhere', 'both')", name="door"),
)

programme = _table(
    "programme",
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    _to("organisation", "organisation", index=True),
    Column("name", String(300), nullable=False),
    Column("full_name", String(1000)),
    Column("announce", Text),
    Column("direction", String(9), nullable=False),
    Column("activities", Json, nullable=False),
    Column("level", String(8), nullable=False, server_default=text("'none'")),
    Column("type", String(8), nullable=False, server_default=text("'general'")),
    Column("modes", Json, nullable=False),
    Column("age_min", Integer),
    Column("age_max", Integer),
    Column("free", Boolean, nullable=False, server_default=text("false")),
    Column("certificate", Boolean, nullable=False, server_default=text("false")),
    Column("paid", Boolean, nullable=False, server_default=text("false")),
    Column("price", Integer),
    Column("price_per", String(6)),
    Column("other_costs", String(500)),
    Column("conditions", String(1000)),
    Column("bring", String(500)),
    Column("equipment", String(500)),
    Column("medical", Boolean, nullable=False, server_default=text("false")),
    Column("adapted", Boolean, nullable=False, server_default=text("false")),
    Column("languages", Json, nullable=False),
    Column("teacher", String(200)),
    Column("phone", String(200)),
    Column("page", String(500)),
    Column("picture", String(64)),
    Column("state", String(10), nullable=False, server_default=text("'published'")),
    CheckConstraint("direction IN ('technical', 'natural', 'sport', 'art', 'tourism', 'social')", name="direction"),
    CheckConstraint("level IN ('starting', 'basic', 'advanced', 'mixed', 'none')", name="level"),
    CheckConstraint("type IN ('general', 'preprof', 'sport')", name="type"),
    CheckConstraint("price_per IN ('lesson', 'month', 'year', 'course')", name="price_per"),
    CheckConstraint("state IN ('draft', 'published', 'archived')", name="state"),
)

study_group = _table(
    "study_group",
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    _to("programme", "programme", index=True),
    Column("name", String(200), nullable=False),
    Column("mode", String(8), nullable=False, server_default=text("'here'")),
    _to("settlement", "settlement", null=True, index=True),
    Column("address", String(500)),
    Column("room", String(200)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("age_min", Integer),
    Column("age_max", Integer),
    Column("teacher", String(200)),
    Column("size", Integer),
    Column("taken", Integer),
    Column("kept", Integer, nullable=False, server_default=text("0")),
    Column("waiting", Integer),
    Column("size_min", Integer),
    Column("starts", Date),
    Column("ends", Date),
    Column("timetable_note", String(500)),
    Column("preliminary", Boolean, nullable=False, server_default=text("false")),
    Column("entry", String(9), nullable=False, server_default=text("'queue'")),
    Column("entry_note", String(500)),
    Column("enrolment_from", UtcDateTime),
    Column("enrolment_to", UtcDateTime),
    Column("locked", Boolean, nullable=False, server_default=text("false")),
    Column("weekdays", Integer, nullable=False, server_default=text("0")),
    Column("day_parts", Integer, nullable=False, server_default=text("0")),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("mode IN ('here', 'remote', 'visiting')", name="mode"),
    CheckConstraint("entry IN ('queue', 'selection')", name="entry"),
)
"""`weekdays` has bit 1 for Monday … 64 for Sunday; `day_parts` has 1 before 14:00, 2 from 14:00, 4 from 17:00: both from `timetable`."""

timetable = _table(
    "timetable",
    _id(),
    _to("group", "study_group", index=True, on_delete="CASCADE"),
    Column("weekday", Integer),
    Column("day", Date),
    Column("last_day", Date),
    Column("starts", Integer),
    Column("ends", Integer),
    Column("weeks", String(8), nullable=False, server_default=text("'every'")),
    Column("place", String(500)),
    CheckConstraint("(weekday IS NULL) <> (day IS NULL)", name="when"),
    CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    CheckConstraint("weeks IN ('every', 'odd', 'even', 'month')", name="weeks"),
)
"""A weekly lesson (`weekday` 1–7) or a dated one (`day` to `last_day`); `starts` and `ends` are minutes after local midnight."""

external_id = Table(
    "external_id",
    metadata,
    Column("system", String(20), primary_key=True),
    Column("noun", String(20), primary_key=True),
    Column("value", String(64), primary_key=True),
    Column("id", BigInteger, nullable=False),
    Index("ix_external_id_noun_id", "noun", "id"),
)

favourite = Table(
    "favourite",
    metadata,
    Column("person", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("programme", BigInteger, ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
