"""Exact vector search over the archive's own vectors, in memory.

It needs no index that could be damaged or behind, so it answers where Chroma is not worth opening (one
question from the command line) and while Chroma is being checked or rebuilt.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qa.models import ANY, Filters
from qa.ports import Scored, Vectors

Load = Callable[[Filters], tuple[NDArray[np.int64], Vectors]]
Allowed = Callable[[Filters], NDArray[np.int64]]


class ExactSearch:
    """`load` gives ids and vectors for filters; `position` tells when what was kept is out of date.

    With `allowed`, which gives the ids alone, filters are a mask on what is kept: loading 50,000 vectors for every
    question with a day takes a second each.
    """

    def __init__(self, load: Load, position: Callable[[], int], allowed: Allowed | None = None) -> None:
        self._load, self._position, self._allowed = load, position, allowed
        self._kept: tuple[int, NDArray[np.int64], Vectors] | None = None
        self._asked = False

    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        ids, matrix = self._within(filters)
        if not len(ids):
            return []
        cosines = matrix @ vector
        rows = np.arange(len(ids))
        if len(rows) > k:  # sorting all of 50,000 takes longer than comparing them
            rows = np.flatnonzero(cosines >= np.partition(cosines, -k)[-k])
        best = rows[np.argsort(-cosines[rows], kind="stable")[:k]]
        return [(int(ids[row]), float(cosines[row])) for row in best]

    def _within(self, filters: Filters) -> tuple[NDArray[np.int64], Vectors]:
        if filters == ANY:
            return self._all()
        first, self._asked = not self._asked, True
        if first or self._allowed is None:  # one question alone needs no more than it may see
            return self._load(filters)
        ids, matrix = self._all()
        rows = np.isin(ids, self._allowed(filters))
        return ids[rows], matrix[rows]

    def release(self) -> None:
        """Give the memory back, once an index has taken over."""
        self._kept = None

    def _all(self) -> tuple[NDArray[np.int64], Vectors]:
        now, kept = self._position(), self._kept  # looked at once: another thread may release it
        if kept is None or kept[0] != now:
            kept = (now, *self._load(ANY))
            self._kept = kept
        return kept[1], kept[2]
