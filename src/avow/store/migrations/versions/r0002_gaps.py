"""The gaps of the register and what people decided about them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "gaps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("reopened_on", sa.Date()),
        sa.Column("last_found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
    )
    op.create_table(
        "gap_decisions",
        sa.Column("gap", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date()),
        sa.PrimaryKeyConstraint("gap", "number", name="pk_gap_decisions"),
        sa.ForeignKeyConstraint(["gap"], ["gaps.id"], name="fk_gap_decisions_gap_gaps"),
        sa.CheckConstraint(
            "status IN ('open', 'in-progress', 'risk-accepted')", name=op.f("ck_gap_decisions_status")
        ),
    )
