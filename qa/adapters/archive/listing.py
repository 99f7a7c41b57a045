"""A list of articles as a query: what it holds, its order, and where it goes on."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Select, Text, and_, cast, exists, func, or_, select

from qa.adapters.archive.tables import articles, placements, versions
from qa.adapters.archive.walls import walls
from qa.errors import InputError
from qa.models import Filters, Listing


def listed(query: Select[Any], wanted: Listing, after: str | None, dialect: Dialect) -> Select[Any]:
    """The query restricted and ordered, from after a cursor. Raises InputError for one that is none."""
    found = [*walls(Filters(wanted.publishers, wanted.published_from, wanted.published_to))]
    found += [_contains(versions.c.title, word, dialect) for word in wanted.title.split()]
    if wanted.author:
        found.append(_written_by(wanted.author, dialect))
    if wanted.language:
        found.append(articles.c.language == wanted.language.lower())
    if wanted.origin:
        found.append(articles.c.origin == wanted.origin)
    if wanted.ingested_since:
        found.append(articles.c.fetched_at >= _stored(wanted.ingested_since))
    if wanted.dated:
        found.append(_dated(wanted.dated))
    if after is not None:
        found.append(_after(wanted, after))
    return query.where(*found).order_by(*_ORDERS[wanted.order])


_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "id": (articles.c.id.asc(),),
    "newest": (articles.c.published_on.desc().nulls_last(), articles.c.id.asc()),
    "ingested": (articles.c.fetched_at.desc(), articles.c.id.asc()),
}


def _after(wanted: Listing, cursor: str) -> ColumnElement[bool]:
    beyond = articles.c.id > cursor
    if wanted.order == "id":
        return beyond
    at, mark, last = cursor.partition("~")
    beyond = articles.c.id > last
    try:
        if not mark:
            raise ValueError(cursor)
        if wanted.order == "ingested":
            came = _stored(datetime.fromisoformat(at))
            return or_(articles.c.fetched_at < came, and_(articles.c.fetched_at == came, beyond))
        day = articles.c.published_on
        if not at:
            return and_(day.is_(None), beyond)
        on = date.fromisoformat(at)
        return or_(day < on, and_(day == on, beyond), day.is_(None))
    except ValueError as error:
        raise InputError(
            "The cursor does not belong to a list in this order. Pass `next` of the page before, or none."
        ) from error


def _stored(at: datetime) -> str:
    """A time in the form in which the archive keeps it, which sorts as the times do."""
    zoned = at if at.tzinfo else at.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).isoformat(timespec="seconds")


def _dated(kind: str) -> ColumnElement[bool]:
    if kind == "own":
        return articles.c.published_on.is_not(None)
    placed = articles.c.id.in_(select(placements.c.article_id).where(placements.c.first.is_not(None)))
    return articles.c.published_on.is_(None) & (placed if kind == "inferred" else ~placed)


def _written_by(name: str, dialect: Dialect) -> ColumnElement[bool]:
    each = func.json_each if dialect.name == "sqlite" else func.json_array_elements_text
    names = each(articles.c.authors).table_valued("value")
    return exists(select(1).select_from(names).where(_contains(names.c.value, name, dialect)))


def _contains(words: ColumnElement[Any], part: str, dialect: Dialect) -> ColumnElement[bool]:
    plain = cast(words, Text)
    if dialect.name == "sqlite":
        return func.qa_fold(plain).contains(fold(part), autoescape=True)
    return func.lower(plain).contains(part.lower(), autoescape=True)


def fold(text: str) -> str:
    """Without case and accents: SQLite's own `lower` knows ASCII alone. It is `qa_fold` in its connections."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
