"""The Slack door: deliveries seen, threads answered in, answers on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "slack_seen",
        sa.Column("name", sa.String(300), primary_key=True),
        sa.Column("at", sa.String(40), nullable=False, index=True),
    )
    op.create_table(
        "slack_threads",
        sa.Column("team", sa.String(40), primary_key=True),
        sa.Column("channel", sa.String(40), primary_key=True),
        sa.Column("thread_ts", sa.String(40), primary_key=True),
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "slack_postings",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("thread_ts", sa.String(40), nullable=False),
        sa.Column("user_id", sa.String(40), nullable=False),
        sa.Column("asked_ts", sa.String(40), nullable=False),
        sa.Column("ts", sa.String(40)),
        sa.Column("conversation_id", sa.String(40)),
        sa.Column("answer_id", sa.String(32)),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.Column("at", sa.String(40), nullable=False, index=True),
        sa.Index("slack_postings_by_user", "team", "user_id"),
    )
