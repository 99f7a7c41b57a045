"""The first schema: articles, versions, passages, vectors, the sequence, conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.String(300), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("publisher_key", sa.Text, nullable=False, index=True),
        sa.Column("url", sa.Text),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("published_on", sa.Date, index=True),
        sa.Column("published_basis", sa.String(20), nullable=False),
        sa.Column("published_at", sa.Text),
        sa.Column("published_seen", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False, index=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("fetched_at", sa.Text, nullable=False),
    )
    op.create_table(
        "aliases",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("article_id", sa.String(300), _article(), nullable=False, index=True),
    )
    op.create_table(
        "versions",
        sa.Column("article_id", sa.String(300), _article(), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("furniture", sa.JSON, nullable=False),
        sa.Column("fetched_at", sa.Text, nullable=False),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.String(300), _article(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("sentences", sa.JSON, nullable=False),
        sa.UniqueConstraint("article_id", "version", "ordinal"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "vectors",
        sa.Column(
            "passage_id", sa.Integer, sa.ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sequence",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("standalone", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Index("turns_by_conversation", "conversation_id", "id"),
    )


def _article() -> sa.ForeignKey:
    return sa.ForeignKey("articles.id", ondelete="CASCADE")
