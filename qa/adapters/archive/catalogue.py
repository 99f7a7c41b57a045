"""What the archive holds, looked through: versions, passages, origins, an outlet's articles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select

from qa.adapters.archive.holdings import holdings
from qa.adapters.archive.tables import articles, passages, versions
from qa.errors import NotFound
from qa.figures import Holdings, Period
from qa.models import Origin, Passage, Version


class Catalogue:
    """See `qa.ports.Catalogue`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def versions(self, article_id: str) -> list[Version]:
        query = select(
            versions.c.version, versions.c.title, versions.c.fetched_at, func.length(versions.c.text)
        )
        query = query.where(versions.c.article_id == article_id).order_by(versions.c.version)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        if not found:
            raise NotFound(f"There is no article {article_id!r}.")
        return [
            Version(number, title, datetime.fromisoformat(at), length) for number, title, at, length in found
        ]

    def passages(self, article_id: str) -> list[Passage]:
        words = func.substr(versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start)
        its = (versions.c.article_id == passages.c.article_id) & (versions.c.version == passages.c.version)
        query = select(passages, words.label("words")).join(versions, its)
        query = query.where(passages.c.article_id == article_id).order_by(passages.c.ordinal)
        with self._engine.connect() as connection:
            if connection.scalar(select(articles.c.id).where(articles.c.id == article_id)) is None:
                raise NotFound(f"There is no article {article_id!r}.")
            found = connection.execute(query).all()
        return [
            Passage(
                row.id, row.article_id, row.version, row.ordinal, row.start, row.end, row.words,
                tuple((start, end) for start, end in row.sentences),
            )
            for row in found
        ]  # fmt: skip

    def origins(self, *, after: str | None, limit: int) -> list[Origin]:
        query = (
            select(articles.c.origin, func.count()).group_by(articles.c.origin).order_by(articles.c.origin)
        )
        if after is not None:
            query = query.where(articles.c.origin > after)
        with self._engine.connect() as connection:
            return [Origin(name, count) for name, count in connection.execute(query.limit(limit))]

    def holdings(self, *, by: Period = "month") -> Holdings:
        return holdings(self._engine, by=by)

    def of_publisher(self, publisher: str) -> list[str]:
        query = select(articles.c.id).where(articles.c.publisher_key == publisher.casefold())
        with self._engine.connect() as connection:
            return list(connection.scalars(query.order_by(articles.c.id)))
