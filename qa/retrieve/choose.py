"""The list that is shown: the best passages, with neither one article nor copies of one text filling it.

Evidence runs over the end of a passage, so passages that follow each other in an article are one of the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from qa.models import Hit, Passage, Summary
from qa.ports import Vectors
from qa.retrieve.rank import Legs, Ranked

PER_ARTICLE = 4
"""Passages of one article; on multihop47's even half 3 finds all evidence for .50 of the questions, 4 for .56."""
RUN = 3
"""Passages that are shown as one, at most: some 540 words."""
NEAR = 0.9
"""Share of the best one's score that a neighbour needs to be shown with it: another place of the article is no evidence
that runs over. Without it, a longer list would have longer entries."""
COPY = 0.985
"""Cosine from which passages of two articles are one text."""


def choose(ranked: Sequence[Ranked], *, limit: int) -> list[Ranked]:
    """The best, at most `PER_ARTICLE` of one article and no copy; what that left out follows if there is room.

    A passage that goes on where another one ends, or ends where it begins, takes no room of its own.
    """
    taken: Counter[str] = Counter()
    kept: list[Ranked] = []
    later: list[Ranked] = []
    runs = Runs()
    rows = np.empty((limit * RUN, ranked[0].place.vector.size if ranked else 0), dtype=np.float32)
    for found in ranked:
        if len(runs) == limit:
            break
        if taken[found.place.article_id] < PER_ARTICLE and not _copied(found, kept, rows):
            taken[found.place.article_id] += 1
            rows[len(kept)] = found.place.vector
            kept.append(found)
            runs.add(found.place.article_id, found.place.ordinal, found.score)
        else:
            later.append(found)
    return [*kept, *later[: limit - len(runs)]]


class Runs:
    """Which passages, each the next best, are shown together: by the number of the run that each belongs to."""

    def __init__(self) -> None:
        self._held: list[tuple[str, float, set[int]]] = []
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._held)

    def add(self, article: str, ordinal: int, score: float) -> int:
        """The run of a passage: that of a neighbour if it has room and is not much better, or a new one."""
        self._counts[article] += 1
        room = (
            self._counts[article] <= PER_ARTICLE
        )  # what comes after those is there because the list is not full
        for number, (of, best, ordinals) in enumerate(self._held):
            beside = of == article and len(ordinals) < RUN and ordinals & {ordinal - 1, ordinal + 1}
            if room and beside and score >= NEAR * best:
                ordinals.add(ordinal)
                return number
        self._held.append((article, score, {ordinal}))
        return len(self._held) - 1


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


def followed(hits: Sequence[Hit]) -> set[tuple[str, int]]:
    """The articles, with their versions, of which passages will be joined."""
    return {(run[0].passage.article_id, run[0].passage.version) for run in _runs(hits) if len(run) > 1}


def joined(hits: Sequence[Hit], texts: Mapping[tuple[str, int], str]) -> list[Hit]:
    """Passages that follow each other as one, with the scores of the best of them, in its place.

    `texts` are the articles' own, by id and version. Where more than space stands between two passages, such as
    furniture of the page, they stay apart.
    """
    return [hit for run in _runs(hits) for hit in _joined(run, texts)]


def _runs(hits: Sequence[Hit]) -> list[list[Hit]]:
    runs, found = Runs(), list[list[Hit]]()
    for hit in hits:
        number = runs.add(hit.passage.article_id, hit.passage.ordinal, hit.score)
        if number == len(found):
            found.append([])
        found[number].append(hit)
    return found


def _joined(run: Sequence[Hit], texts: Mapping[tuple[str, int], str]) -> list[Hit]:
    text = texts.get((run[0].passage.article_id, run[0].passage.version), "")
    found: list[Hit] = []
    for hit in sorted(run, key=lambda one: one.passage.start):
        between = text[found[-1].passage.end : hit.passage.start] if found else ""
        if found and text and not between.strip():
            found[-1] = _one(found[-1], hit, text)
        else:
            found.append(hit)
    return sorted(found, key=lambda one: -one.score)


def _one(first: Hit, second: Hit, text: str) -> Hit:
    left, right = first.passage, second.passage
    best = max(first, second, key=lambda one: one.score)
    passage = replace(
        best.passage, ordinal=left.ordinal, start=left.start, end=right.end, text=text[left.start : right.end],
        sentences=(*left.sentences, *right.sentences),
    )  # fmt: skip
    return replace(best, passage=passage)
