"""The archive's articles in figures."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import Connection, Engine, func, select

from qa.adapters.archive.intake_tables import sketches
from qa.adapters.archive.tables import articles, passages, placements, versions
from qa.figures import Holdings, OfLanguage, OfPeriod, Outlet, Period


def holdings(engine: Engine, *, by: Period) -> Holdings:
    """Counts of one moment, and the articles of each month or day that has any."""
    with engine.connect() as connection:
        days = _days(connection)
        held, passage_count, version_count = (
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (articles, passages, versions)
        )
        dated = sum(days.values())
        inferred = _number(connection, articles.c.published_on.is_(None), _placed())
        families = select(func.count(sketches.c.family.distinct()), func.count()).select_from(sketches)
        family_count, sketched = connection.execute(families).one()
        return Holdings(
            articles=held, passages=passage_count, versions=version_count, dated=dated, inferred=inferred,
            undated=held - dated - inferred, published_first=min(days, default=None),
            published_last=max(days, default=None), copies=sketched - family_count,
            origins=connection.scalar(select(func.count(articles.c.origin.distinct()))) or 0,
            gone=_number(connection, articles.c.gone_at.is_not(None)),
            publishers=_publishers(connection), languages=_languages(connection), periods=_periods(days, by),
        )  # fmt: skip


def _placed() -> object:
    return articles.c.id.in_(select(placements.c.article_id).where(placements.c.first.is_not(None)))


def _number(connection: Connection, *conditions: object) -> int:
    query = select(func.count()).select_from(articles).where(*conditions)  # type: ignore[arg-type]
    return connection.scalar(query) or 0


def _days(connection: Connection) -> dict[date, int]:
    on = articles.c.published_on
    query = select(on, func.count()).where(on.is_not(None)).group_by(on).order_by(on)
    return {row[0]: row[1] for row in connection.execute(query)}


def _periods(days: dict[date, int], by: Period) -> tuple[OfPeriod, ...]:
    found: Counter[date] = Counter()
    for day, count in days.items():
        found[day.replace(day=1) if by == "month" else day] += count
    return tuple(OfPeriod(start, count) for start, count in found.items())


def _publishers(connection: Connection) -> tuple[Outlet, ...]:
    count = func.count()
    query = select(func.min(articles.c.publisher), count).group_by(articles.c.publisher_key)
    query = query.order_by(count.desc(), articles.c.publisher_key)
    return tuple(Outlet(name, number) for name, number in connection.execute(query))


def _languages(connection: Connection) -> tuple[OfLanguage, ...]:
    count = func.count()
    query = select(articles.c.language, count).group_by(articles.c.language)
    found = connection.execute(query.order_by(count.desc(), articles.c.language))
    return tuple(OfLanguage(code, number) for code, number in found)
