"""The work store's first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From an empty database."""
    _engagements()
    _rows()
    _writes()
    _decisions()
    _commitments()
    op.create_table(
        "layouts",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_layouts"),
    )


def _engagements() -> None:
    op.create_table(
        "engagements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("sharing", sa.Text(), nullable=False),
        sa.Column("product", sa.Text()),
        sa.Column("region", sa.Text()),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_engagements"),
    )


def _rows() -> None:
    op.create_table(
        "rows",
        sa.Column("engagement", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text()),
        sa.Column("answer_id", sa.Text()),
        sa.Column("stamp", sa.Text()),
        sa.Column("recommendation", sa.Text()),
        sa.Column("score", sa.Double()),
        sa.PrimaryKeyConstraint("engagement", "position", name="pk_rows"),
        sa.ForeignKeyConstraint(["engagement"], ["engagements.id"], name="fk_rows_engagement_engagements"),
        sa.CheckConstraint(
            "outcome IN ('answered', 'review', 'gap', 'ignored')", name=op.f("ck_rows_outcome")
        ),
    )


def _writes() -> None:
    op.create_table(
        "writes",
        sa.Column("engagement", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("value_sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("engagement", "position", "number", name="pk_writes"),
        sa.ForeignKeyConstraint(
            ["engagement", "position"],
            ["rows.engagement", "rows.position"],
            name="fk_writes_engagement_position_rows",
        ),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("engagement", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("answer_id", sa.Text()),
        sa.Column("verdict", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("engagement", "number", name="pk_decisions"),
        sa.ForeignKeyConstraint(
            ["engagement"], ["engagements.id"], name="fk_decisions_engagement_engagements"
        ),
    )


def _commitments() -> None:
    op.create_table(
        "commitments",
        sa.Column("engagement", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("engagement", "position", "number", name="pk_commitments"),
        sa.ForeignKeyConstraint(
            ["engagement", "position"],
            ["rows.engagement", "rows.position"],
            name="fk_commitments_engagement_position_rows",
        ),
    )
    op.create_index("ix_commitments_answer_id", "commitments", ["answer_id"])
