"""The vector leg: Chroma where it is ready, the archive's own vectors where it is not."""

from __future__ import annotations

from qa.adapters.exact import ExactSearch
from qa.errors import ViewError
from qa.models import Filters
from qa.ports import Scored, Vectors, VectorView


class VectorLeg:
    """Answers always: an index that is missing, behind or broken costs time, never an answer."""

    def __init__(self, exact: ExactSearch) -> None:
        self._exact = exact
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
                return index.nearest(vector, k=k, filters=filters)
            except ViewError:
                self.use(None)
        return self._exact.nearest(vector, k=k, filters=filters)
