"""The archive's tables. Changed only together with a migration; `SCHEMA` names the newest one."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA = "0010"

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Of the archive itself: its id, by which a view knows whose it is, and the embedding model in use."""

articles = Table(
    "articles",
    metadata,
    Column("id", String(300), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("publisher_key", Text, nullable=False, index=True),
    Column("url", Text),
    Column("authors", JSON, nullable=False),
    Column("published_on", Date, index=True),
    Column("published_basis", String(20), nullable=False),
    Column("published_at", Text),
    Column("published_seen", Text, nullable=False),
    Column("origin", Text, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("fetched_at", Text, nullable=False),
    Column("gone_at", Text),
    Column("language", String(8), nullable=False, server_default=""),
)

aliases = Table(
    "aliases",
    metadata,
    Column("key", Text, primary_key=True),
    Column(
        "article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True
    ),
)
"""Other names of an article: the address or the file it was read from."""

versions = Table(
    "versions",
    metadata,
    Column("article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("furniture", JSON, nullable=False),
    Column("fetched_at", Text, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentences", JSON, nullable=False),
    UniqueConstraint("article_id", "version", "ordinal"),
    sqlite_autoincrement=True,  # an id is never used again: a view may still hold the old one
)
"""Only of each article's newest version. The words are `versions.text[start:end]`, so they cannot differ."""

vectors = Table(
    "vectors",
    metadata,
    Column("passage_id", Integer, ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
    Column("model", String(200), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)
"""float32, little-endian, unit length."""

sequence = Table(
    "sequence",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("article_id", String(300), nullable=False),
    Column("kind", String(10), nullable=False),
    sqlite_autoincrement=True,
)
"""Append-only: what happened, in order. Views record how far they have come."""

placements = Table(
    "placements",
    metadata,
    Column("article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("first", Date, index=True),
    Column("until", Date, index=True),
    Column("why", Text, nullable=False),
    Column("rests_on", JSON, nullable=False),
    Column("middle", LargeBinary, nullable=False),
    Column("reach", Float, nullable=False),
)
"""Of every undated article: the days between which it was published, half-open, or none where nothing tells.

`middle` is the mean of its passages' vectors and `reach` the cosine of the farthest passage that was looked at: an
article that comes nearer than that may change what is known.
"""

considered = Table(
    "considered",
    metadata,
    Column("article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", String(300), primary_key=True, index=True),
)
"""The articles by which an undated one was placed. They may be gone, and then it is placed again."""

mentions = Table(
    "mentions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("passage_id", Integer, ForeignKey("passages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("first", Date, index=True),
    Column("until", Date, index=True),
    Column("basis", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("time", JSON),
)
"""The days that passages speak of, half-open; `start` and `end` are offsets in the article's text."""

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("question", Text, nullable=False),
    Column("standalone", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("answer_id", String(32)),
    Column("given", Text),
    Column("owner", String(16), nullable=False, server_default=""),
    Index("turns_by_conversation", "conversation_id", "id"),
    Index("turns_by_answer", "answer_id", unique=True),
)
"""`given` is the whole answer as JSON, as its reader got it; turns of schema 0001 have none.
`owner` is the id of the key that asked, empty for whoever is at this machine."""

feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String(32), primary_key=True),
    Column("good", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created", Text, nullable=False),
    Column("expires", Text),
    Column("revoked", Text),
    Column("used", Text),
    Column("per_minute", Integer, nullable=False),
    Column("tokens_per_day", Integer, nullable=False),
)
"""`digest` is the SHA-256 of the secret, which has 256 random bits: nothing slower is needed for those."""

spending = Table(
    "spending",
    metadata,
    Column("key_id", String(16), ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("tokens", Integer, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("key_id", String(16), ForeignKey("keys.id", ondelete="CASCADE"), nullable=False),
    Column("expires", Text, nullable=False),
)
"""Of a browser that signed in with a key."""

replies = Table(
    "replies",
    metadata,
    Column("owner", String(16), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("reply", Text, nullable=False),
    Column("expires", String(40), nullable=False, index=True),
)
"""To writes with an idempotency key; `owner` is the id of the key that sent it."""
