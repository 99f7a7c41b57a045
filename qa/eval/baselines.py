"""What a question is compared with, in the same run and on the same archive: each leg alone, and their plain sum."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qa.models import Filters, Passage
from qa.ports import Archive, Embedder, KeywordSearch, Scored, VectorSearch

DEPTH = 300
"""Passages taken from a leg: enough for ten articles."""
DENSE_WEIGHT = 0.3
"""Of the plain convex fusion: the best single weight on the even half of rtqa2022 (the set's own baseline)."""
NAMES = ("bm25", "dense", "convex")
Ranking = Sequence[Passage]


class Baselines:
    def __init__(
        self,
        archive: Archive,
        keywords: KeywordSearch,
        vectors: VectorSearch,
        embedder: Callable[[], Embedder],
    ) -> None:
        self._archive, self._keywords, self._vectors, self._embedder = archive, keywords, vectors, embedder

    def rank(self, question: str, filters: Filters) -> Mapping[str, Ranking]:
        """Passages by each baseline, best first."""
        vector = self._embedder().embed_question(question)
        legs = {
            "bm25": self._keywords.matching(question, k=DEPTH, filters=filters),
            "dense": self._vectors.nearest(vector, k=DEPTH, filters=filters),
        }
        legs["convex"] = convex(legs["dense"], legs["bm25"])
        held = self._archive.passages(sorted({number for leg in legs.values() for number, _ in leg}))
        return {name: [held[number][0] for number, _ in leg if number in held] for name, leg in legs.items()}


def convex(dense: Scored, sparse: Scored, *, weight: float = DENSE_WEIGHT) -> Scored:
    """`weight * minmax(cosine) + (1 - weight) * bm25 / max` (Bruch et al. 2022, arXiv 2210.11934)."""
    low = min((score for _, score in dense), default=0.0)
    spread = max((score for _, score in dense), default=0.0) - low
    near = {number: (score - low) / spread if spread else 1.0 for number, score in dense}
    highest = max((score for _, score in sparse), default=0.0) or 1.0
    words = {number: score / highest for number, score in sparse}
    summed = {
        n: weight * near.get(n, 0.0) + (1 - weight) * words.get(n, 0.0) for n in near.keys() | words.keys()
    }
    return sorted(summed.items(), key=lambda item: (-item[1], item[0]))
