"""Inputs that the archive has read before, by their digest."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from qa.adapters.archive.intake_tables import receipts
from qa.adapters.archive.tables import articles
from qa.models import Draft
from qa.ports import Stored


def recalled(connection: Connection, digest: str) -> list[Stored]:
    """The articles of an input; empty unless every one of them is still as that input gave it."""
    query = (
        select(receipts.c.article_id, receipts.c.parts, articles.c.version)
        .join(articles, articles.c.id == receipts.c.article_id)
        .where(receipts.c.digest == digest)
        .order_by(receipts.c.article_id)
    )
    found = connection.execute(query).all()
    whole = bool(found) and len(found) == found[0].parts
    return [Stored(row.article_id, row.version, "unchanged") for row in found] if whole else []


def keep(connection: Connection, draft: Draft, article_id: str, *, changed: bool) -> None:
    """Remember what a draft's input gave; an article that changed is no longer what earlier inputs gave."""
    stale = receipts.c.article_id == article_id
    connection.execute(
        delete(receipts).where(stale if changed else stale & (receipts.c.digest == draft.digest))
    )
    if draft.digest:
        connection.execute(
            insert(receipts).values(digest=draft.digest, article_id=article_id, parts=draft.parts)
        )
