"""The archive's tables of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from qa.adapters.archive.intake_tables import entries, feeds
from qa.errors import NotFound
from qa.models import FeedState

_TIMES = ("added_at", "checked_at", "changed_at")


class FeedTables:
    """See `qa.ports.FeedShelf`."""

    def __init__(self, engine: Engine, writing: Engine) -> None:
        self._engine, self._writing = engine, writing

    def add(self, feed: FeedState) -> bool:
        with self._writing.begin() as connection:
            if connection.scalar(select(feeds.c.url).where(feeds.c.url == feed.url)) is not None:
                return False
            connection.execute(insert(feeds).values(_row(feed)))
            return True

    def all(self) -> list[FeedState]:
        with self._engine.connect() as connection:
            return [_feed(row) for row in connection.execute(select(feeds).order_by(feeds.c.url))]

    def feed(self, url: str) -> FeedState:
        with self._engine.connect() as connection:
            row = connection.execute(select(feeds).where(feeds.c.url == url)).first()
        if row is None:
            raise _unknown(url)
        return _feed(row)

    def remove(self, url: str) -> None:
        with self._writing.begin() as connection:
            if connection.execute(delete(feeds).where(feeds.c.url == url)).rowcount == 0:
                raise _unknown(url)

    def update(self, feed: FeedState) -> None:
        with self._writing.begin() as connection:
            connection.execute(update(feeds).where(feeds.c.url == feed.url).values(_row(feed)))

    def unread(self, url: str, digests: Sequence[str]) -> set[str]:
        known: set[str] = set()
        with self._engine.connect() as connection:
            for start in range(0, len(digests), 500):
                wanted = entries.c.feed == url, entries.c.digest.in_(digests[start : start + 500])
                known.update(connection.scalars(select(entries.c.digest).where(*wanted)))
        return set(digests) - known

    def mark_read(self, url: str, digest: str) -> None:
        with self._writing.begin() as connection:
            followed = connection.scalar(select(feeds.c.url).where(feeds.c.url == url))
            held = connection.scalar(
                select(entries.c.digest).where(entries.c.feed == url, entries.c.digest == digest)
            )
            if followed is not None and held is None:
                connection.execute(insert(entries).values(feed=url, digest=digest))
                more = feeds.c.entries + 1
                connection.execute(update(feeds).where(feeds.c.url == url).values(entries=more))


def _row(feed: FeedState) -> dict[str, object]:
    values = {each.name: getattr(feed, each.name) for each in fields(feed)}
    return values | {name: values[name].isoformat() if values[name] else None for name in _TIMES}


def _feed(row: Row[Any]) -> FeedState:
    values = dict(row._mapping)
    return FeedState(
        **values | {name: datetime.fromisoformat(values[name]) if values[name] else None for name in _TIMES}
    )


def _unknown(url: str) -> NotFound:
    return NotFound(f"There is no feed {url!r}. List them with `qa feeds list`.")
