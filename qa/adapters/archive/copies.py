"""Families of copies: an article joins the family of every article it is near to, and a family has one origin.

Its origin is the agency that one of its articles names, else the voice of the one that came first. An article that
names its own agency keeps it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from qa.adapters.archive.intake_tables import bands, sketches
from qa.adapters.archive.tables import articles
from qa.ports import Sketch

_AGENCY = "agency:%"


def alike(connection: Connection, keys: Sequence[str], limit: int) -> list[tuple[str, tuple[int, ...]]]:
    """Articles with a band in common, those with the most first, each with its signature."""
    shared = func.count().label("shared")
    counted = (
        select(bands.c.article_id, shared)
        .where(bands.c.band.in_([_band(key) for key in keys]))
        .group_by(bands.c.article_id)
        .order_by(shared.desc(), bands.c.article_id)
        .limit(limit)
        .subquery()
    )
    query = select(sketches.c.article_id, sketches.c.signature).join(
        counted, counted.c.article_id == sketches.c.article_id
    )
    return [
        (row.article_id, tuple(np.frombuffer(row.signature, dtype="<u4").tolist()))
        for row in connection.execute(query.order_by(counted.c.shared.desc(), sketches.c.number))
    ]


def join(connection: Connection, article_id: str, sketch: Sketch, *, near: Sequence[str]) -> bool:
    """Place an article among its copies and name its origin. Returns whether it has any."""
    found = select(sketches.c.family).where(sketches.c.article_id.in_(near)).distinct()
    families = sorted(connection.scalars(found)) if near else []
    packed = np.array(sketch.signature, dtype="<u4").tobytes()
    added = connection.execute(
        insert(sketches).values(article_id=article_id, family=0, voice=sketch.voice, signature=packed)
    )
    key = added.inserted_primary_key
    assert key is not None  # noqa: S101  an insert of one row has a key
    family = families[0] if families else key[0]
    members = (sketches.c.number == key[0]) | sketches.c.family.in_(families[1:])
    connection.execute(update(sketches).where(members).values(family=family))
    keys = {_band(band) for band in sketch.bands}
    if keys:
        connection.execute(insert(bands), [{"band": key, "article_id": article_id} for key in keys])
    _name(connection, family)
    return bool(families)


def leave(connection: Connection, article_id: str) -> None:
    """Take an article out of its family; the others stay one, under a name of their own."""
    family = connection.scalar(select(sketches.c.family).where(sketches.c.article_id == article_id))
    if family is None:
        return
    connection.execute(delete(bands).where(bands.c.article_id == article_id))
    connection.execute(delete(sketches).where(sketches.c.article_id == article_id))
    _name(connection, family)


def _name(connection: Connection, family: int) -> None:
    """Give the articles of a family their origin."""
    first = connection.execute(_first(family)).first()
    if first is None:
        return
    agency = connection.execute(_first(family).where(sketches.c.voice.like(_AGENCY))).first()
    members = select(sketches.c.article_id).where(sketches.c.family == family)
    others = members.where(~sketches.c.voice.like(_AGENCY))
    wanted = _voice(agency or first)
    connection.execute(
        update(articles).where(articles.c.id.in_(others), articles.c.origin != wanted).values(origin=wanted)
    )
    own = select(sketches.c.voice).where(sketches.c.article_id == articles.c.id).scalar_subquery()
    agencies = members.where(sketches.c.voice.like(_AGENCY))
    connection.execute(
        update(articles).where(articles.c.id.in_(agencies), articles.c.origin != own).values(origin=own)
    )


def _first(family: int) -> Select[tuple[int, str, str]]:
    query = select(sketches.c.number, sketches.c.article_id, sketches.c.voice)
    return query.where(sketches.c.family == family).order_by(sketches.c.number).limit(1)


def _voice(row: Row[tuple[int, str, str]]) -> str:
    return row.voice or f"article:{row.article_id}"


def _band(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
