"""Which question a row follows up, so that it can be matched again without its file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """One new column; in the rows that are there it stays NULL, for nobody recorded it."""
    op.add_column("rows", sa.Column("parent", sa.Text()))
