"""Which files were filled together, as one engagement of a customer's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """One new column; what is there was filled file by file, and stays NULL."""
    op.add_column("engagements", sa.Column("part_of", sa.Text()))
