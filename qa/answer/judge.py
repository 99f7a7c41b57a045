"""Whether the sentences that were found answer the question.

The decision is a logistic regression over things a person could check: how much of the question the best sentence
speaks of, how well its passage fits, whether its article is too old. bench/fit_answers.py fits it on the even half of
rtqa2022, each question once as it is and once with every article hidden that holds the answer, and on that of multihop47,
and prints how it does on the odd halves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp
from typing import NamedTuple

from qa.answer import sentences, words
from qa.answer.sentences import Asked, Scored
from qa.models import Hit

FEATURES = (
    "asking", "words", "with headline", "with neighbours", "in all passages", "names in all", "best cosine", "kind", "stale",
    "length", "passage score",
)  # fmt: skip


class Rule(NamedTuple):
    """What each of FEATURES counts for, and from which chance on a question is answered."""

    weights: tuple[float, ...]
    bias: float
    threshold: float


DATED = Rule((0.74, 0.0, 0.90, 1.26, 0.0, 0.0, 0.0, 0.0, -0.44, 0.0, 7.60), -7.60, 0.5)
"""Where the day of asking is given. A passage's score then holds how old its article is, and tells more than all else; what
the other rule weighs beside it did not help (docs/evaluation.md)."""
UNDATED = Rule((0.0, 0.20, 0.0, -0.56, 0.81, 1.07, 6.74, 1.15, 0.0, 0.63, 8.08), -13.97, 0.5)
_ALL, _MOST, _STALE = 0.9, 0.55, 0.5
_NAMING = frozenset({"who", "where", "when"})
_NEW = re.compile(
    r"\b(?:this (?:week|month|year)|recent(?:ly)?|today|yesterday|new(?:est)?|latest|now|current(?:ly)?|soon|next|will|is"
    r"|are|has|have|upcoming|expected)\b",
    re.I,
)
"""A question in the present or the future asks about the time at which it is asked."""


def seen(asked: Asked, scored: Sequence[Scored]) -> tuple[float, ...]:
    """The features of a question with its sentences, in the order of FEATURES. `scored` is not empty."""
    best = scored[0]
    hits = list({one.sentence.hit.passage.id: one.sentence.hit for one in scored}.values())
    everything = frozenset[str]().union(*(whole(hit) for hit in hits))
    return (
        words.coverage(asked.asking, best.sentence.stems) if asked.asking else 0.5,
        words.coverage(asked.weights, best.sentence.stems),
        words.coverage(asked.weights, best.sentence.titled),
        words.coverage(asked.weights, best.sentence.near),
        words.coverage(asked.weights, everything),
        _names(asked, everything),
        max(hit.cosine or 0.0 for hit in hits),
        best.seen[sentences.FEATURES.index("kind")],
        _stale(asked, best),
        min(len(asked.weights), 30) / 10,
        best.sentence.hit.score,
    )


def whole(hit: Hit) -> frozenset[str]:
    """The stems of a passage and its headline, by sentences: those are known already."""
    passage = hit.passage
    texts = (passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences)
    return frozenset[str]().union(words.stems_of(hit.article.title), *map(words.stems_of, texts))


def _stale(asked: Asked, best: Scored) -> float:
    """Months, at most three, by which the article is older than the question that asks for what is new."""
    published = best.sentence.hit.article.published.date
    if asked.as_of is None or published is None or not _NEW.search(asked.question):
        return 0.0
    return min((asked.as_of - published).days / 30, 3.0)


def answers(asked: Asked, scored: Sequence[Scored]) -> bool:
    """Whether the best sentence answers: what it says is asked of the same, and enough of it. `scored` is not empty."""
    if swapped(asked, scored[0]):
        return False
    features, rule = seen(asked, scored), rule_for(asked)
    if chance(features, rule) >= rule.threshold or _all_of_it(asked, features):
        return True
    return rule is UNDATED and _says_it(asked, scored[0], features)


def rule_for(asked: Asked) -> Rule:
    return UNDATED if asked.as_of is None else DATED


def _all_of_it(asked: Asked, features: Sequence[float]) -> bool:
    """A sentence that itself speaks of all that is asked, is not stale, and names one where a name or a day is asked for."""
    shown = dict(zip(FEATURES, features, strict=True))
    fits = shown["kind"] > 0 or asked.kind.name not in _NAMING
    return fits and shown["words"] >= _ALL and shown["stale"] < _STALE


def _says_it(asked: Asked, best: Scored, features: Sequence[float]) -> bool:
    """A sentence that speaks of most of the question, of the right kind, in an article with all its names."""
    shown = dict(zip(FEATURES, features, strict=True))
    enough = shown["with headline"] >= _MOST and shown["kind"] > 0
    return enough and _names(asked, whole(best.sentence.hit)) >= _MOST


def chance(features: Sequence[float], rule: Rule) -> float:
    """The chance that the question is answered, 0 to 1."""
    total = rule.bias + sum(weight * value for weight, value in zip(rule.weights, features, strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def _names(asked: Asked, stems: frozenset[str]) -> float:
    names = [words.stem(name) for name in asked.names]
    return sum(name in stems for name in names) / len(names) if names else 1.0


# -- false premises ------------------------------------------------------------------------------------------


def swapped(asked: Asked, best: Scored) -> tuple[str, str] | None:
    """A country of the question for which the sentence tells the same of another: (`French`, `Russian`).

    `French instructors` is asked for, the sentence says `Russian instructors` and neither it nor its headline
    speaks of the French.
    """
    told = {noun: country for country, noun in _described(best.sentence.text)}
    for country, noun in _described(asked.question):
        other = told.get(noun)
        mine = words.stem(words.bare(country))
        if other and words.stem(words.bare(other)) != mine and mine not in best.sentence.titled:
            return country, other
    return None


def _described(text: str) -> list[tuple[str, str]]:
    """Countries and peoples with the stem of the noun they stand before, at most two words between."""
    found = []
    tokens = words.WORD.findall(text)
    for at, token in enumerate(tokens):
        if words.bare(token) in words.COUNTRY and token[:1].isupper():
            following = [words.bare(word) for word in tokens[at + 1 : at + 4]]
            found += [(token, words.stem(word)) for word in following if word and word not in words.EMPTY]
    return found
