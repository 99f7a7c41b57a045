"""The vector leg: Chroma where it is ready, the archive's own vectors where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.adapters.exact import ExactSearch
from qa.errors import ViewError
from qa.models import ANY, Filters
from qa.ports import Scored, Vectors, VectorView

Among = Callable[[Filters, Sequence[int]], NDArray[np.int64]]
WIDER = (4, 16)
"""Times as many asked of the index without a filter, first the one and then the other."""


class VectorLeg:
    """Answers always: an index that is missing, behind or broken costs time, never an answer.

    Chroma takes 230 ms for a question with a day among 49,000 passages, and 2 ms without one. So filters are applied
    to more passages than are wanted, by the archive (`among`), and Chroma's own are used where too few are left.
    """

    def __init__(self, exact: ExactSearch, among: Among | None = None) -> None:
        self._exact, self._among = exact, among
        self._index: VectorView | None = None

    def use(self, index: VectorView | None) -> None:
        """Search this index from now on; None goes back to exact search."""
        self._index = index
        if index is not None:
            self._exact.release()

    @property
    def engine(self) -> str:
        return "exact" if self._index is None else "chroma"

    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        index = self._index
        if index is not None:
            try:
                return self._filtered(index, vector, k, filters)
            except ViewError:
                self.use(None)
        found = self._exact.nearest(vector, k=k, filters=filters)
        if self._index is not None:  # it took over meanwhile, and what was loaded for this search would stay
            self._exact.release()
        return found

    def _filtered(self, index: VectorView, vector: Vectors, k: int, filters: Filters) -> Scored:
        for times in WIDER if self._among and filters != ANY else ():
            near = index.nearest(vector, k=times * k, filters=ANY)
            let_in = (
                set(self._among(filters, [number for number, _ in near]).tolist()) if self._among else set()
            )
            kept = [found for found in near if found[0] in let_in][:k]
            if len(kept) >= max(1, k // 2) or len(near) < times * k:
                return kept
        return index.nearest(vector, k=k, filters=filters)
