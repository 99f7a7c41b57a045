"""What is counted, as pure functions of what came back.

Retrieval counts articles (hit@k, MRR@10) and evidence (every evidence sentence within the first ten passages);
answers count by containment of an accepted string after SQuAD's normalisation (Rajpurkar et al. 2016); refusals as
precision and recall. Intervals are percentile bootstraps over questions, differences are paired (Efron 1979).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.eval.cases import Evidence

ROUNDS = 2_000
SEED = 20221121
Interval = tuple[float, float]
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def first_rank(ranked: Sequence[str], gold: Collection[str]) -> int:
    """Rank of the first gold article, from 1; 0 where there is none."""
    return next((rank for rank, article in enumerate(ranked, 1) if article in gold), 0)


def hit(rank: int, k: int) -> float:
    return float(0 < rank <= k)


def reciprocal(rank: int, k: int = 10) -> float:
    return 1 / rank if 0 < rank <= k else 0.0


def all_evidence(evidence: Sequence[Evidence], passages: Sequence[tuple[str, str]]) -> float:
    """1 where every evidence sentence stands in one of the passages, given as article id and text."""
    return float(
        all(any(e.article == article and e.text in text for article, text in passages) for e in evidence)
    )


def normalised(text: str) -> str:
    """Lower case, without punctuation and articles, single spaces."""
    plain = "".join(char if char.isalnum() or char.isspace() else " " for char in text.casefold())
    return " ".join(_ARTICLES.sub(" ", plain).split())


def contains(text: str, wanted: str) -> bool:
    """Whether the text says the string, word for word after normalisation."""
    needle = normalised(wanted)
    return bool(needle) and f" {needle} " in f" {normalised(text)} "


def right_answer(text: str, answers: Sequence[str], expect: Sequence[str]) -> float:
    """1 where any of `answers`, or all of `expect` (as they stand, case aside), are in the text."""
    if expect:
        return float(all(word.casefold() in text.casefold() for word in expect))
    return float(any(contains(text, answer) for answer in answers))


def pick(choices: Sequence[str], texts: Sequence[str]) -> int | None:
    """The choice that the texts speak for, the first text deciding before the next; None where none does.

    A text speaks for the choice it contains; where it contains none or several, for the one with the largest share
    of its words, each counted by how few choices have it. A tie is left to the next text.
    """
    words = [set(normalised(choice).split()) for choice in choices]
    for text in texts:
        said = [number for number, choice in enumerate(choices) if contains(text, choice)]
        if len(said) == 1:
            return said[0]
        among = said or range(len(choices))
        shares = {number: _share(words, number, set(normalised(text).split())) for number in among}
        best = max(shares.values(), default=0.0)
        leading = [number for number, share in shares.items() if share == best]
        if best > 0 and len(leading) == 1:
            return leading[0]
    return None


def _share(words: Sequence[set[str]], number: int, said: set[str]) -> float:
    """Share of one choice's words that were said, each weighed by how few choices have it."""
    held = {word: sum(word in other for other in words) for word in words[number]}
    weights = {word: 1 / count for word, count in held.items() if count < len(words)}
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in said) / total if total else 0.0


def refusals(refused: Sequence[bool], unanswerable: Sequence[bool]) -> Mapping[str, float]:
    """Precision and recall of refusing; 1.0 where there was nothing to be wrong about."""
    pairs = list(zip(refused, unanswerable, strict=True))
    both = sum(first and second for first, second in pairs)
    said, true = sum(refused), sum(unanswerable)
    return {"precision": both / said if said else 1.0, "recall": both / true if true else 1.0}


def interval(values: Sequence[float], *, rounds: int = ROUNDS) -> Interval:
    """95% percentile bootstrap of the mean."""
    return _percentiles(np.asarray(values, dtype=np.float64), rounds)


def difference(
    ours: Sequence[float], theirs: Sequence[float], *, rounds: int = ROUNDS
) -> tuple[float, Interval]:
    """Mean of the paired differences and its 95% interval; zero outside means the difference is no accident."""
    paired = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    return float(paired.mean()) if len(paired) else 0.0, _percentiles(paired, rounds)


def _percentiles(values: NDArray[np.float64], rounds: int) -> Interval:
    if not len(values):
        return (0.0, 0.0)
    dice = np.random.default_rng(SEED)
    means = values[dice.integers(0, len(values), size=(rounds, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def quantile(values: Sequence[float], share: float) -> float:
    return float(np.quantile(np.asarray(values), share)) if values else 0.0


def calibration(
    scores: Sequence[float], right: Sequence[bool], *, bins: int = 5
) -> list[tuple[float, float, int]]:
    """Mean score, share right and count, of bins that hold as many cases each."""
    order = sorted(range(len(scores)), key=lambda number: (scores[number], number))
    found = []
    for part in np.array_split(np.asarray(order, dtype=np.int64), min(bins, len(order)) or 1):
        if len(part):
            chosen = part.tolist()
            mean = sum(scores[n] for n in chosen) / len(chosen)
            found.append((mean, sum(right[n] for n in chosen) / len(chosen), len(chosen)))
    return found
