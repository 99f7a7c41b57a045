"""The list that is shown: the best passages, with neither one article nor copies of one text filling it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from qa.models import Hit, Passage, Summary
from qa.ports import Vectors
from qa.retrieve.rank import Legs, Ranked

PER_ARTICLE = 4
"""Passages of one article; on multihop47's even half 3 finds all evidence for .50 of the questions, 4 for .56."""
COPY = 0.985
"""Cosine from which passages of two articles are one text."""


def choose(ranked: Sequence[Ranked], *, limit: int) -> list[Ranked]:
    """The best, at most `PER_ARTICLE` of one article and no copy; what that left out follows if there is room."""
    taken: Counter[str] = Counter()
    kept: list[Ranked] = []
    later: list[Ranked] = []
    rows = np.empty((limit, ranked[0].place.vector.size if ranked else 0), dtype=np.float32)
    for found in ranked:
        if len(kept) == limit:
            break
        if taken[found.place.article_id] < PER_ARTICLE and not _copied(found, kept, rows):
            taken[found.place.article_id] += 1
            rows[len(kept)] = found.place.vector
            kept.append(found)
        else:
            later.append(found)
    return [*kept, *later][:limit]


def _copied(found: Ranked, kept: Sequence[Ranked], rows: Vectors) -> bool:
    """Whether a passage of another article says the same; `rows` holds the vectors of what is kept."""
    near = np.flatnonzero(rows[: len(kept)] @ found.place.vector >= COPY)
    return any(kept[row].place.article_id != found.place.article_id for row in near.tolist())


def hits(chosen: Sequence[Ranked], held: Mapping[int, tuple[Passage, Summary]], legs: Legs) -> list[Hit]:
    """With their words. A passage that went away in the meantime is left out."""
    return [
        Hit(*held[found.place.passage], found.score, found.cosine, legs.words.get(found.place.passage))
        for found in chosen
        if found.place.passage in held
    ]
