"""Where undated articles were placed, by which others, and the days that passages speak of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "placements",
        sa.Column(
            "article_id", sa.String(300), sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("first", sa.Date, index=True),
        sa.Column("until", sa.Date, index=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("rests_on", sa.JSON, nullable=False),
        sa.Column("middle", sa.LargeBinary, nullable=False),
        sa.Column("reach", sa.Float, nullable=False),
    )
    op.create_table(
        "considered",
        sa.Column(
            "article_id", sa.String(300), sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("other_id", sa.String(300), primary_key=True, index=True),
    )
    op.create_table(
        "mentions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "passage_id",
            sa.Integer,
            sa.ForeignKey("passages.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("first", sa.Date, index=True),
        sa.Column("until", sa.Date, index=True),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
