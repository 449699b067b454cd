"""The catalogue: places, organisations, programmes, groups and their timetables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text, text

from storage.schema.table import identity, metadata, reference, table
from storage.types import Json, UtcDateTime

DIRECTIONS = ("technical", "natural", "sport", "art", "tourism", "social")
"""The six directions of Order 629; the older «социально-педагогическая» is `social`."""
LEVELS = ("starting", "basic", "advanced", "mixed", "none")
KINDS = ("state", "private")
"""State and municipal bodies and their institutions, or private ones: the messenger policy of 41-FZ depends on it."""

municipality = table(
    "municipality",
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("oktmo", String(11)),
    Column("zone", String(40), nullable=False),
    Column("certificate_unit", String(8), nullable=False, server_default=text("'rouble'")),
    Column("certificate_nominal", Integer),
    Column("places_per_child", Integer, nullable=False, server_default=text("3")),
    Column("teen_applies", Boolean, nullable=False, server_default=text("false")),
    Column("phone", String(200)),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("certificate_unit IN ('rouble', 'hour')", name="certificate_unit"),
)

settlement = table(
    "settlement",
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    reference("municipality", "municipality", index=True),
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

organisation = table(
    "organisation",
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    reference("municipality", "municipality", index=True),
    Column("name", String(200), nullable=False),
    Column("full_name", String(1000)),
    Column("kind", String(8), nullable=False),
    Column("type", String(200)),
    Column("department", String(200)),
    Column("act", String(8), nullable=False, server_default=text("'order'")),
    Column("door", String(9), nullable=False, server_default=text("'here'")),
    Column("decision_days", Integer, nullable=False, server_default=text("7")),
    Column("papers_days", Integer, nullable=False, server_default=text("14")),
    Column("offer_hours", Integer, nullable=False, server_default=text("24")),
    Column("licence", String(200)),
    Column("inn", String(12)),
    Column("ogrn", String(15)),
    reference("settlement", "settlement", null=True),
    Column("address", String(500)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("phone", String(200)),
    Column("email", String(200)),
    Column("site", String(500)),
    Column("answer_days", Integer, nullable=False, server_default=text("1")),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("kind IN ('state', 'private')", name="kind"),
    CheckConstraint("act IN ('order', 'contract')", name="act"),
    CheckConstraint("door IN ('here', 'elsewhere', 'both')", name="door"),
)

programme = table(
    "programme",
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    reference("organisation", "organisation", index=True),
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

study_group = table(
    "study_group",
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    reference("programme", "programme", index=True),
    Column("name", String(200), nullable=False),
    Column("mode", String(8), nullable=False, server_default=text("'here'")),
    reference("settlement", "settlement", null=True, index=True),
    Column("address", String(500)),
    Column("room", String(200)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("age_min", Integer),
    Column("age_max", Integer),
    Column("teacher", String(200)),
    Column("size", Integer),
    Column("taken", Integer),
    Column("taken_on", Date),
    Column("kept", Integer, nullable=False, server_default=text("0")),
    Column("held", Integer, nullable=False, server_default=text("0")),
    Column("waiting", Integer),
    Column("size_min", Integer),
    Column("starts", Date),
    Column("ends", Date),
    Column("timetable_note", String(500)),
    Column("preliminary", Boolean, nullable=False, server_default=text("false")),
    Column("entry", String(9), nullable=False, server_default=text("'queue'")),
    Column("entry_note", String(500)),
    Column("guests", Integer, nullable=False, server_default=text("0")),
    Column("priority", Json),
    Column("year", Integer),
    reference("follows", "study_group", null=True),
    Column("enrolment_from", UtcDateTime),
    Column("enrolment_to", UtcDateTime),
    Column("locked", Boolean, nullable=False, server_default=text("false")),
    Column("weekdays", Integer, nullable=False, server_default=text("0")),
    Column("day_parts", Integer, nullable=False, server_default=text("0")),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("mode IN ('here', 'remote', 'visiting')", name="mode"),
    CheckConstraint("entry IN ('queue', 'selection')", name="entry"),
)
"""`taken` are enrolled elsewhere, as the organisation told on the day `taken_on`; `kept` wait for its own pupils; `held` is recounted from
`place`. `guests` are places for a first visit to each lesson. `priority` are the codes of the published categories that come first, in
their order. `year` is the calendar year in which its school year begins, and `follows` the group of the year before, whose pupils
continue here. `weekdays` has bit 1 for Monday … 64 for Sunday; `day_parts` has 1 before 14:00, 2 from 14:00, 4 from 17:00: both from
`timetable`."""

timetable = table(
    "timetable",
    identity(),
    reference("group", "study_group", index=True, on_delete="CASCADE"),
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
