"""Two search legs into one list: convex fusion, then no more than a few passages of one article.

Convex combination of scores beats reciprocal rank fusion when one weight can be measured (Bruch et al. 2022,
arXiv 2210.11934); on news the dense leg's best weight was .3 (../shared/bench, rtqa2022).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa.models import Hit, Passage, Summary
from qa.ports import Scored

DENSE_WEIGHT = 0.3
CANDIDATES = 100
"""Passages taken from each leg."""
PER_ARTICLE = 3


def fuse(dense: Scored, sparse: Scored, *, weight: float = DENSE_WEIGHT) -> list[tuple[int, float]]:
    """`weight * minmax(cosine) + (1 - weight) * bm25 / max`, best first, ties by passage id.

    A passage that one leg did not find counts as that leg's lowest.
    """
    near = _minmax(dense)
    highest = max((score for _, score in sparse), default=0.0) or 1.0
    words = {number: score / highest for number, score in sparse}
    scores = {
        number: weight * near.get(number, 0.0) + (1 - weight) * words.get(number, 0.0)
        for number in near.keys() | words.keys()
    }
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _minmax(scored: Scored) -> dict[int, float]:
    if not scored:
        return {}
    low, high = min(score for _, score in scored), max(score for _, score in scored)
    spread = high - low
    return {number: (score - low) / spread if spread else 1.0 for number, score in scored}


def hits(
    fused: Sequence[tuple[int, float]],
    found: dict[int, tuple[Passage, Summary]],
    *,
    dense: Scored,
    sparse: Scored,
    limit: int,
) -> list[Hit]:
    """The best passages that still exist, at most `PER_ARTICLE` of one article."""
    cosines, words = dict(dense), dict(sparse)
    taken: Counter[str] = Counter()
    kept = []
    for number, score in fused:
        if number not in found:  # a view may be a moment behind the archive
            continue
        passage, article = found[number]
        taken[article.id] += 1
        if taken[article.id] <= PER_ARTICLE:
            kept.append(Hit(passage, article, score, cosines.get(number), words.get(number)))
        if len(kept) == limit:
            break
    return kept
