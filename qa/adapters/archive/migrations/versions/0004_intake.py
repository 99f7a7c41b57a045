"""Inputs are known again by their digest, and copies are found by what their words have in common."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("digest", sa.String(64), primary_key=True),
        _article(primary_key=True),
        sa.Column("parts", sa.Integer, nullable=False),
    )
    op.create_table(
        "sketches",
        sa.Column("number", sa.Integer, primary_key=True),
        _article(nullable=False, unique=True),
        sa.Column("family", sa.Integer, nullable=False, index=True),
        sa.Column("voice", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
        _article(primary_key=True, index=True),
        sqlite_with_rowid=False,
    )


def _article(**options: Any) -> sa.Column[str]:
    return sa.Column(
        "article_id", sa.String(300), sa.ForeignKey("articles.id", ondelete="CASCADE"), **options
    )
