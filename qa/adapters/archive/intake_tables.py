"""The archive's tables of how articles came in: what was read before, and what
is being read, which feeds are followed, and which articles are copies of each other."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from qa.adapters.archive.tables import metadata

COUNTS = ("step", "new", "changed", "unchanged", "copies", "refused", "passages")
"""Of an item, by article; see `qa.ports.Tally`."""

receipts = Table(
    "receipts",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("parts", Integer, nullable=False),
)
"""Inputs by their digest, with the articles they gave; one that lost an article is read again."""

sketches = Table(
    "sketches",
    metadata,
    Column("number", Integer, primary_key=True),
    Column(
        "article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, unique=True
    ),
    Column("family", Integer, nullable=False, index=True),
    Column("voice", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # a family is named by the number of its first: that must not come again
)
"""What copies are told by; a family is an article with its copies. Signatures are uint32, little-endian."""

bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "article_id", String(300), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    sqlite_with_rowid=False,
)
"""64 bits of each band of a signature: near texts have one in common."""

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("what", Text, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("created", Text, nullable=False),
    Column("updated", Text, nullable=False),
)

job_items = Table(
    "job_items",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("given", JSON, nullable=False),
    Column("data", LargeBinary),
    Column("done", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", Float, nullable=False),
    Column("reason", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    Index("job_items_to_do", "job_id", "done", "number"),
)
"""The data of an upload is dropped when it is done."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("job_id", String(32), nullable=False),
    Column("at", Text, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("added_at", Text),
    Column("checked_at", Text),
    Column("changed_at", Text),
    Column("failures", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("feed", Text, ForeignKey("feeds.url", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),
)
"""Entries that were read, by what their feed said of them: one that says something else is read again."""
