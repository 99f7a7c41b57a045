"""Answers are kept as they were given, so that a link opens one again; readers say what they thought of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("turns", sa.Column("answer_id", sa.String(32)))
    op.add_column("turns", sa.Column("given", sa.Text))
    op.create_index("turns_by_answer", "turns", ["answer_id"], unique=True)
    op.create_table(
        "feedback",
        sa.Column("answer_id", sa.String(32), primary_key=True),
        sa.Column("good", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
