"""The filters of a question as conditions on the archive's articles."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select

from qa.adapters.archive.tables import articles, placements
from qa.models import Filters


def walls(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.publishers:
        found.append(articles.c.publisher_key.in_([name.casefold() for name in filters.publishers]))
    if filters.articles:
        found.append(articles.c.id.in_(filters.articles))
    if filters.published_from:
        own = articles.c.published_on >= filters.published_from
        found.append(_or_placed(own, placements.c.first >= filters.published_from))
    if filters.latest:
        own = articles.c.published_on <= filters.latest
        found.append(_or_placed(own, placements.c.until <= filters.latest + timedelta(days=1)))
    return found


def _or_placed(own: ColumnElement[bool], placed: ColumnElement[bool]) -> ColumnElement[bool]:
    """What holds of an article's own date, or of every day of the inferred one."""
    undated = select(placements.c.article_id).where(placed)
    return or_(own, articles.c.published_on.is_(None) & articles.c.id.in_(undated))
