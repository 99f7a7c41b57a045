"""The archive's tables of dates: where undated articles were placed, and the days that passages speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import ColumnElement, Connection, Engine, bindparam, delete, func, insert, or_, select, update

from qa.adapters.archive.tables import (
    articles,
    considered,
    facts,
    mentions,
    passages,
    placements,
    sequence,
    versions,
)
from qa.adapters.archive.walls import walls
from qa.dates import READING, Interval
from qa.models import Filters, Spoken, TimeOfDay
from qa.ports import Page, Placement, Settled, Vectors

POSITION, READ_BY = "dated", "dates read by"
"""The facts that say how far in the sequence the dates have come, and by which reading."""
SLICE = 500
"""Ids in one statement."""
T = TypeVar("T")


class DateTables:
    """See `qa.ports.DateIndex`."""

    def __init__(self, engine: Engine, writing: Engine) -> None:
        self._engine, self._writing = engine, writing

    def position(self) -> int:
        with self._engine.connect() as connection:
            told = connection.execute(
                select(facts.c.name, facts.c.value).where(facts.c.name.in_((POSITION, READ_BY)))
            )
            known = {row.name: row.value for row in told}
        return int(known.get(POSITION, 0)) if known.get(READ_BY) == READING else 0

    def touched(self, after: int) -> tuple[int, list[str]]:
        since = select(sequence.c.article_id, func.max(sequence.c.position).label("last"))
        since = since.where(sequence.c.position > after, sequence.c.kind != "place")
        with self._engine.connect() as connection:
            found = connection.execute(since.group_by(sequence.c.article_id)).all()
        return max((row.last for row in found), default=after), sorted(row.article_id for row in found)

    def dated(self, ids: Sequence[str]) -> list[str]:
        own = select(articles.c.id).where(articles.c.published_on.is_not(None))
        with self._engine.connect() as connection:
            return [
                found
                for some in _sliced(ids)
                for found in connection.scalars(own.where(articles.c.id.in_(some)))
            ]

    def pages(self, ids: Sequence[str]) -> list[Page]:
        newest = (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)
        heads = select(
            articles.c.id, articles.c.publisher_key, articles.c.published_on, versions.c.text, versions.c.furniture
        ).join(versions, newest)  # fmt: skip
        cuts = select(passages.c.article_id, passages.c.id, passages.c.start, passages.c.end)
        found = []
        with self._engine.connect() as connection:
            for some in _sliced(ids):
                held: dict[str, list[tuple[int, tuple[int, int]]]] = defaultdict(list)
                query = cuts.where(passages.c.article_id.in_(some)).order_by(passages.c.id)
                for cut in connection.execute(query):
                    held[cut.article_id].append((cut.id, (cut.start, cut.end)))
                for row in connection.execute(heads.where(articles.c.id.in_(some)).order_by(articles.c.id)):
                    found.append(_page(row, tuple(held[row.id])))
        return found

    def outlet(self, publisher: str, *, limit: int) -> list[str]:
        newest = (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)
        query = select(versions.c.text).join(articles, newest).where(articles.c.publisher_key == publisher)
        with self._engine.connect() as connection:
            return list(
                connection.scalars(query.order_by(articles.c.published_on.desc(), articles.c.id).limit(limit))
            )

    def considering(self, ids: Sequence[str]) -> set[str]:
        with self._engine.connect() as connection:
            return {
                found
                for some in _sliced(ids)
                for found in connection.scalars(
                    select(considered.c.article_id).where(considered.c.other_id.in_(some))
                )
            }

    def middles(self) -> tuple[list[str], Vectors, Vectors]:
        query = select(placements.c.article_id, placements.c.middle, placements.c.reach)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        matrix = np.frombuffer(b"".join(row.middle for row in found), dtype="<f4")
        rows = matrix.reshape(len(found), -1) if found else np.zeros((0, 1), dtype=np.float32)
        return (
            [row.article_id for row in found],
            rows,
            np.array([row.reach for row in found], dtype=np.float32),
        )

    def spoken(self, wanted: Sequence[int]) -> dict[int, list[Spoken]]:
        found: dict[int, list[Spoken]] = defaultdict(list)
        with self._engine.connect() as connection:
            for some in _sliced(wanted):
                for row in connection.execute(_SPOKEN, {"passages": some}).all():
                    passage, start, end, first, until, basis, role, why, time = row
                    at = TimeOfDay(**time) if time else None
                    found[passage].append(Spoken(start, end, first, until, basis, role, why, at))
        return dict(found)

    def speaking(
        self,
        span: Interval,
        filters: Filters,
        *,
        limit: int | None = None,
        among: Sequence[int] | None = None,
    ) -> list[int]:
        query = select(mentions.c.passage_id).distinct().limit(limit)
        if span.start is not None:
            query = query.where(mentions.c.first >= span.start)
        if span.end is not None:
            # Of its first day too: bounded on both sides, the index is read from there to there, and not the whole table.
            query = query.where(mentions.c.until <= span.end, mentions.c.first < span.end)
        if among is not None:
            query = query.where(mentions.c.passage_id.in_(among))
        conditions = walls(filters)
        if conditions:
            query = query.join(passages, passages.c.id == mentions.c.passage_id)
            query = query.join(articles, articles.c.id == passages.c.article_id).where(*conditions)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def left_out(self, filters: Filters) -> int:
        unsure: list[ColumnElement[bool]] = [placements.c.first.is_(None)]
        if filters.published_from:
            unsure.append(placements.c.first < filters.published_from)
        if filters.latest:
            unsure.append(placements.c.until > filters.latest + timedelta(days=1))
        if len(unsure) == 1:
            return 0
        # What lies outside for certain is left out for its date, not for the want of one.
        maybe = or_(*unsure)
        if filters.latest:
            maybe &= or_(placements.c.first.is_(None), placements.c.first <= filters.latest)
        if filters.published_from:
            maybe &= or_(placements.c.until.is_(None), placements.c.until > filters.published_from)
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(placements).where(maybe)) or 0

    def settle(self, found: Sequence[Settled], *, position: int | None = None) -> None:
        with self._writing.begin() as connection:
            for settled in found:
                # It may have been deleted since it was read.
                if connection.scalar(select(articles.c.id).where(articles.c.id == settled.article_id)):
                    _settle(connection, settled)
            if position is not None:
                _record(connection, position)


def restart(connection: Connection) -> None:
    """Have everything found again; until then, what was found stays."""
    _record(connection, 0)


def _page(row: Any, cuts: tuple[tuple[int, tuple[int, int]], ...]) -> Page:
    furniture = tuple((start, end) for start, end in row.furniture)
    return Page(row.id, row.publisher_key, row.text, furniture, row.published_on, cuts)


def _settle(connection: Connection, settled: Settled) -> None:
    number = settled.article_id
    before = connection.execute(
        select(placements.c.first, placements.c.until).where(placements.c.article_id == number)
    ).first()
    connection.execute(delete(considered).where(considered.c.article_id == number))
    connection.execute(delete(placements).where(placements.c.article_id == number))
    after = None
    if settled.placement is not None:
        after = (settled.placement.published.start, settled.placement.published.end)
        _place(connection, number, settled.placement)
    if (tuple(before) if before else (None, None)) != (after or (None, None)):
        # The views hold the day of publication for their filters.
        connection.execute(insert(sequence).values(article_id=number, kind="place"))
    held = set(connection.scalars(select(passages.c.id).where(passages.c.article_id == number)))
    connection.execute(delete(mentions).where(mentions.c.passage_id.in_(held)))
    rows = [_mention(passage, said) for passage, said in settled.spoken if passage in held]
    if rows:
        connection.execute(insert(mentions), rows)


def _place(connection: Connection, number: str, placement: Placement) -> None:
    published = placement.published
    connection.execute(
        insert(placements).values(
            article_id=number, first=published.start, until=published.end, why=published.why,
            rests_on=list(published.rests_on), reach=placement.reach,
            middle=np.ascontiguousarray(placement.middle, dtype="<f4").tobytes(),
        )
    )  # fmt: skip
    others = [{"article_id": number, "other_id": other} for other in placement.considered]
    if others:
        connection.execute(insert(considered), others)


def _mention(passage: int, said: Spoken) -> dict[str, object]:
    return {
        "passage_id": passage, "start": said.start, "end": said.end, "first": said.first, "until": said.until,
        "basis": said.basis, "role": said.role, "why": said.why, "time": asdict(said.time) if said.time else None,
    }  # fmt: skip


def _record(connection: Connection, position: int) -> None:
    for name, value in ((POSITION, str(position)), (READ_BY, READING)):
        changed = connection.execute(update(facts).where(facts.c.name == name).values(value=value))
        if changed.rowcount == 0:
            connection.execute(insert(facts).values(name=name, value=value))


_SPOKEN = (
    select(
        mentions.c.passage_id, mentions.c.start, mentions.c.end, mentions.c.first, mentions.c.until,
        mentions.c.basis, mentions.c.role, mentions.c.why, mentions.c.time,
    )
    .where(mentions.c.passage_id.in_(bindparam("passages", expanding=True)))
    .order_by(mentions.c.start)
)  # fmt: skip


def _sliced(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + SLICE] for start in range(0, len(items), SLICE))
