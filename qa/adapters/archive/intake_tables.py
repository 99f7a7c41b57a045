"""The archive's tables of how articles came in: what was read before, and which articles are copies of each other."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from qa.adapters.archive.tables import metadata

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
