"""Which article a draft is: by the id its source gave, by its address, or by its file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Connection, insert, select, update

from qa.adapters.archive.tables import aliases, articles
from qa.models import Draft
from qa.ports import Stored


def find(connection: Connection, draft: Draft) -> str | None:
    """The id of the article that this draft is, or None when it is new.

    An id given by the source decides alone: two records of different ids are two articles, even of one address.
    """
    if draft.id is not None:
        return connection.scalar(select(articles.c.id).where(articles.c.id == draft.id))
    query = select(aliases.c.key, aliases.c.article_id).where(aliases.c.key.in_(_keys(draft)))
    found = {row.key: row.article_id for row in connection.execute(query)}
    return next((found[key] for key in _keys(draft) if key in found), None)


def new(connection: Connection, draft: Draft) -> str:
    """An id for a new article: stable, readable, and not taken."""
    wanted = draft.id or _name(draft)
    taken = connection.scalar(select(articles.c.id).where(articles.c.id == wanted))
    return wanted if taken is None else f"{wanted}~{_short(draft.source or draft.text)[:6]}"


def remember(connection: Connection, draft: Draft, article_id: str) -> None:
    """Record the draft's other names, each for the first article that had it."""
    taken = set(connection.scalars(select(aliases.c.key).where(aliases.c.key.in_(_keys(draft)))))
    for key in _keys(draft):
        if key not in taken:
            connection.execute(insert(aliases).values(key=key, article_id=article_id))


def fetched(connection: Connection, urls: Sequence[str]) -> dict[str, tuple[Stored, datetime]]:
    """Those of some addresses that lead to articles, with when these were last stored."""
    keys = {f"url:{same_address(url)}": url for url in urls}
    query = select(aliases.c.key, articles.c.id, articles.c.version, articles.c.fetched_at)
    query = query.join(articles, articles.c.id == aliases.c.article_id)
    names = list(keys)
    return {
        keys[row.key]: (Stored(row.id, row.version, "unchanged"), datetime.fromisoformat(row.fetched_at))
        for start in range(0, len(names), 500)
        for row in connection.execute(query.where(aliases.c.key.in_(names[start : start + 500])))
    }


def mark_gone(connection: Connection, url: str, at: str | None) -> str | None:
    """Mark the article that an address leads to; returns its id."""
    query = select(aliases.c.article_id).where(aliases.c.key == f"url:{same_address(url)}")
    found = connection.scalar(query)
    if found is not None:
        marked = (
            articles.c.id == found,
            articles.c.gone_at.is_(None) if at else articles.c.gone_at.is_not(None),
        )
        connection.execute(update(articles).where(*marked).values(gone_at=at))
    return found


def _keys(draft: Draft) -> list[str]:
    """Its names, the most telling first. A file moved elsewhere is known by its name and its words."""
    addresses = [draft.url, *draft.aliases] if draft.url else []
    keys = list(dict.fromkeys(f"url:{same_address(address)}" for address in addresses))
    if draft.source and not draft.url and draft.id is None:
        keys += [f"file:{draft.source}", f"copy:{Path(draft.source).name}:{_short(draft.text)}"]
    return keys or [f"text:{_short(draft.text)}"]


def same_address(url: str) -> str:
    """An address without what does not change the page: scheme, `www.`, fragment, a trailing slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.lower().removeprefix("www.")
    return urlunsplit(("", host, parts.path.rstrip("/"), parts.query, "")).removeprefix("//")


def _name(draft: Draft) -> str:
    if draft.url:
        return f"u-{_short(same_address(draft.url))}"
    return Path(draft.source).name if draft.source else f"t-{_short(draft.text)}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
