"""Keys, what they spent, the sessions they opened, and whose a conversation is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("expires", sa.Text),
        sa.Column("revoked", sa.Text),
        sa.Column("used", sa.Text),
        sa.Column("per_minute", sa.Integer, nullable=False),
        sa.Column("tokens_per_day", sa.Integer, nullable=False),
    )
    op.create_table(
        "spending",
        sa.Column("key_id", sa.String(16), _key(), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("tokens", sa.Integer, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("key_id", sa.String(16), _key(), nullable=False),
        sa.Column("expires", sa.Text, nullable=False),
    )
    op.add_column("turns", sa.Column("owner", sa.String(16), nullable=False, server_default=""))


def _key() -> sa.ForeignKey:
    return sa.ForeignKey("keys.id", ondelete="CASCADE")
