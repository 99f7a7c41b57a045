"""The vectors of passages, each under the model that made it: two models may be held side by side, never mixed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, literal, select

from qa.adapters.archive.tables import passages, vectors
from qa.ports import Vectors

SLICE = 2_000
"""Rows that are deleted in one transaction."""


def of(model: str) -> ColumnElement[bool]:
    """What joins passages with their vectors of one model."""
    return (vectors.c.passage_id == passages.c.id) & (vectors.c.model == model)


def missing(model: str) -> ColumnElement[bool]:
    """Passages that have no vector of a model."""
    return ~select(vectors.c.passage_id).where(of(model)).exists()


def add(connection: Connection, ids: Sequence[int], found: Vectors, model: str) -> None:
    """Keep the vectors, shape [n, dimensions], of those passages that still exist."""
    rows = [
        {"number": number, "found": np.ascontiguousarray(vector, dtype="<f4").tobytes()}
        for number, vector in zip(ids, found, strict=True)
    ]
    if rows:
        held = select(passages.c.id, literal(model), bindparam("found", type_=vectors.c.vector.type))
        standing = held.where(passages.c.id == bindparam("number"))
        connection.execute(insert(vectors).from_select(["passage_id", "model", "vector"], standing), rows)


def drop(connection: Connection, *, kept: str) -> int:
    """Delete some vectors of other models than the one that is kept. Returns how many; 0 where none is left."""
    others = select(vectors.c.passage_id).where(vectors.c.model != kept).limit(SLICE)
    ids = connection.scalars(others).all()
    gone = delete(vectors).where(vectors.c.passage_id.in_(ids), vectors.c.model != kept)
    return connection.execute(gone).rowcount if ids else 0
