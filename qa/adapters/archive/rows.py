"""Between the archive's rows and the newsroom's values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Row

from qa.models import Article, Draft, Passage, Published, Summary
from qa.ports import Indexed, Place

_DAY = timedelta(days=1)


def described(draft: Draft, version: int, origin: str, now: str) -> dict[str, object]:
    """An article's row without its id."""
    return {
        "version": version,
        "publisher": draft.publisher,
        "publisher_key": draft.publisher.casefold(),
        "url": draft.url,
        "authors": list(draft.authors),
        "published_on": draft.published.date,
        "published_basis": draft.published.basis,
        "published_at": draft.published.at.isoformat() if draft.published.at else None,
        "published_seen": draft.published.seen,
        "origin": origin,
        "source": draft.source,
        "fetched_at": now,
    }


def version_row(draft: Draft, article_id: str, version: int, digest: str, now: str) -> dict[str, object]:
    return {
        "article_id": article_id,
        "version": version,
        "title": draft.title,
        "text": draft.text,
        "digest": digest,
        "furniture": [list(span) for span in draft.furniture],
        "fetched_at": now,
    }


def version_digest(draft: Draft) -> str:
    """What makes a new version: the title or the text."""
    return hashlib.sha256(f"{draft.title}\0{draft.text}".encode()).hexdigest()


def same(row: Row[Any], draft: Draft) -> bool:
    """Whether a draft says nothing that the stored article does not."""
    from_draft = described(draft, row.version, row.origin, row.fetched_at) | {"source": row.source}
    return (
        all(getattr(row, name) == value for name, value in from_draft.items())
        and row.furniture == [list(span) for span in draft.furniture]
        and row.title == draft.title
        and row.digest == version_digest(draft)
    )


def published(row: Row[Any]) -> Published:
    """An article's own date, or where it was placed."""
    at = datetime.fromisoformat(row.published_at) if row.published_at else None
    if row.published_on is not None or row.first is None:
        return Published(row.published_on, row.published_basis, at, row.published_seen)
    single = row.until - row.first == _DAY
    return Published(
        row.first if single else None, "inferred", at, row.published_seen,
        start=row.first, end=row.until, why=row.why, rests_on=tuple(row.rests_on),
    )  # fmt: skip


def summary(row: Row[Any]) -> Summary:
    return Summary(
        id=row.id, version=row.version, title=row.title, publisher=row.publisher, url=row.url,
        authors=tuple(row.authors), published=published(row),
        fetched_at=datetime.fromisoformat(row.fetched_at), origin=row.origin, language=row.language,
    )  # fmt: skip


def article(head: Row[Any], version: Row[Any], versions: int) -> Article:
    return Article(
        id=head.id, version=version.version, text=version.text, title=version.title,
        publisher=head.publisher, url=head.url, authors=tuple(head.authors), published=published(head),
        fetched_at=datetime.fromisoformat(version.fetched_at), origin=head.origin,
        furniture=tuple((start, end) for start, end in version.furniture), versions=versions,
        gone_at=datetime.fromisoformat(head.gone_at) if head.gone_at else None, language=head.language,
    )  # fmt: skip


def passage(row: Row[Any]) -> Passage:
    return Passage(
        id=row.passage_id, article_id=row.id, version=row.version, ordinal=row.ordinal,
        start=row.start, end=row.end, text=row.words,
        sentences=tuple((start, end) for start, end in row.sentences),
    )  # fmt: skip


def place(row: Sequence[Any]) -> Place:
    number, article_id, ordinal, publisher, day, until, vector = row
    last = day or (until - _DAY if until else None)
    return Place(number, article_id, ordinal, publisher, last, np.frombuffer(vector, dtype="<f4"))


def indexed(row: Row[Any]) -> Indexed:
    vector = np.frombuffer(row.vector, dtype="<f4")
    first = row.published_on or row.first
    last = row.published_on or (row.until - _DAY if row.until else None)
    return Indexed(passage(row), vector, row.title, row.publisher, first, last)
