"""How likely each value that was found is the right one: beside the strongest, by what stands around it.

A logistic regression; bench/fit_values.py fits its coefficients on the even halves of rtqa2022, ramdocs and our own sets,
and prints how often the value that comes first is right on the odd ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, log10

from qa.answer import candidates, event, words
from qa.answer.sentences import Asked
from qa.answer.values import Group, Told

FEATURES = ("vote", "passage", "first", "near", "clause", "days apart", "size")
WEIGHTS = (0.85, 4.59, 1.40, 1.44, 0.66, -0.32, -0.42)
BIAS = -1.98
_LEAST = 1e-4
_MONTH, _FAR, _UNKNOWN = 30, 120, 0.5
"""Days in the unit of "days apart", the most that count, and what an article without a day has."""


def firsts(groups: Sequence[Group]) -> set[Told]:
    """What each article says first of all: another value in it is of something else."""
    best: dict[str, Told] = {}
    for one in sorted((one for held in groups for one in held.told), key=lambda one: -one.weight):
        best.setdefault(one.by.sentence.hit.article.id, one)
    return set(best.values())


def seen(asked: Asked, groups: Sequence[Group]) -> list[tuple[float, ...]]:
    """Of each value the features, in the order of FEATURES: how much speaks for it, how its passage fits, whether it is what
    its article says first, how near the question's other words stand, how much of them its clause has, and how far it lies
    from the strongest value, in time and in size."""
    first = firsts(groups)
    best = max(first, key=lambda one: one.weight)
    other = _other_words(asked)
    stems = frozenset(map(words.stem, other))
    found: list[tuple[float, ...]] = []
    for held in groups:
        one = held.told[0]
        sentence = one.by.sentence
        found.append((
            log(max(one.weight, _LEAST) / max(best.weight, _LEAST)),
            sentence.hit.score - best.by.sentence.hit.score,
            0.0 if first.isdisjoint(held.told) else 1.0,
            candidates.nearness(one.value, sentence.text, stems or asked.content),
            event.share_of(other, sentence, one.value),
            _days_apart(one, best),
            _size(asked, one, best),
        ))  # fmt: skip
    return found


def ranked(asked: Asked, groups: Sequence[Group]) -> list[tuple[Group, float]]:
    """The values with their chances, the likeliest first."""
    if not groups:
        return []
    chances = [
        1 / (1 + exp(-(BIAS + sum(weight * value for weight, value in zip(WEIGHTS, row, strict=True)))))
        for row in seen(asked, groups)
    ]
    return sorted(zip(groups, chances, strict=True), key=lambda pair: -pair[1])


def _other_words(asked: Asked) -> dict[str, float]:
    """The words that tell what is asked of it: neither names nor the thing that is counted."""
    head = words.stem(asked.kind.head)
    return {
        word: weight for word, weight in asked.weights.items() if words.stem(word) not in (*asked.name_stems, head)
    }  # fmt: skip


def _days_apart(one: Told, best: Told) -> float:
    days = [told.by.sentence.hit.article.published.date for told in (one, best)]
    if days[0] is None or days[1] is None:
        return _UNKNOWN
    return min(abs((days[0] - days[1]).days), _FAR) / _MONTH


def _size(asked: Asked, one: Told, best: Told) -> float:
    """Of numbers, in orders of magnitude."""
    if asked.kind.name != "number":
        return 0.0
    left, right = (max(float(told.value.key.rstrip("%")), 0.5) for told in (one, best))
    return abs(log10(left / right))
