"""The time of day beside the days that passages speak of. All are read again: the grammar reads more than it did."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("mentions", sa.Column("time", sa.JSON))
    op.execute("DELETE FROM facts WHERE name = 'dated'")
