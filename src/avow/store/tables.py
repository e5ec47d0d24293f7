"""The tables of the work store, for SQLite and PostgreSQL alike.

Every change here needs a revision in `migrations/versions`; a test holds the two together.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from avow.store.columns import AnyText, UtcTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

engagements = Table(
    "engagements",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("customer", AnyText, nullable=False),
    Column("due", Date),
    Column("sharing", Text, nullable=False),
    Column("product", AnyText),
    Column("region", AnyText),
    Column("source_name", AnyText, nullable=False),
    Column("source_sha256", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("part_of", AnyText),  # the engagement of several files it was filled with; NULL for none
)

# One for each row of the input. The answer is named by id and stamp; its words stay in the library.
rows = Table(
    "rows",
    metadata,
    Column("engagement", AnyText, ForeignKey("engagements.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sheet", AnyText, nullable=False),
    Column("cell", AnyText, nullable=False),
    Column("ref", AnyText, nullable=False),
    Column("section", AnyText, nullable=False),
    Column("question", AnyText, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reasons", Text, nullable=False),  # a JSON list of reason codes
    Column("verdict", Text),
    Column("answer_id", AnyText),
    Column("stamp", Text),
    Column("recommendation", Text),
    Column("score", Double),
    Column("parent", AnyText),  # a cell of the same sheet, empty for none; NULL in older rows
    CheckConstraint("outcome IN ('answered', 'review', 'gap', 'ignored')", name="outcome"),
)

# What went into the customer's file. The hash proves a value without being a copy of it.
writes = Table(
    "writes",
    metadata,
    Column("engagement", AnyText, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sheet", AnyText, nullable=False),
    Column("cell", AnyText, nullable=False),
    Column("value_sha256", Text, nullable=False),
    ForeignKeyConstraint(["engagement", "position"], ["rows.engagement", "rows.position"]),
)

# `text` and `note` are the person's own words, which have no other home.
decisions = Table(
    "decisions",
    metadata,
    Column("engagement", AnyText, ForeignKey("engagements.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sheet", AnyText, nullable=False),
    Column("cell", AnyText, nullable=False),
    Column("decision", AnyText, nullable=False),
    Column("decided_by", AnyText, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("stamp", AnyText, nullable=False),
    Column("answer_id", AnyText),
    Column("verdict", Text),
    Column("text", AnyText, nullable=False),
    Column("note", AnyText, nullable=False),
)

# Told to the engagement's customer, in the row's cell: both are one join away.
commitments = Table(
    "commitments",
    metadata,
    Column("engagement", AnyText, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("answer_id", AnyText, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("told_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["engagement", "position"], ["rows.engagement", "rows.position"]),
    Index(None, "answer_id"),
)

layouts = Table(
    "layouts",
    metadata,
    Column("fingerprint", AnyText, primary_key=True),
    Column("columns", AnyText, nullable=False),  # a LayoutOverride as JSON
)

# A gap of the register. `last_found` is a FoundGap as JSON, so that one that is closed can still be shown.
gaps = Table(
    "gaps",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    Column("closed_on", Date),
    Column("reopened_on", Date),
    Column("last_found", AnyText, nullable=False),
)

# What was decided about a gap, in order; the last one holds. Nothing is ever taken away.
gap_decisions = Table(
    "gap_decisions",
    metadata,
    Column("gap", AnyText, ForeignKey("gaps.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("owner", AnyText, nullable=False),
    Column("due", Date),
    Column("note", AnyText, nullable=False),
    Column("decided_by", AnyText, nullable=False),
    Column("decided_on", Date),
    CheckConstraint("status IN ('open', 'in-progress', 'risk-accepted')", name="status"),
)
