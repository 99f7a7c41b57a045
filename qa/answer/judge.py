"""Whether the sentences that were found answer the question.

The decision is a logistic regression over things a person could check: how well the best sentence answers, how much of
the question its passage and its article speak of, whether the article is too old. bench/fit_answers.py fits it on the even
halves of the sets and prints how it does on the odd ones. Questions with a day are judged by a rule of their own, fitted on
questions asked on the day, a month and a quarter later: fitted on those of the day alone it would refuse what is older.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp, log
from typing import NamedTuple

from qa.answer import sentences, words
from qa.answer.sentences import Asked, Scored
from qa.models import Hit

FEATURES = (
    "asking", "stale", "passage score", "chance", "in passage", "in article", "best cosine", "kind", "long", "long chance",
    "long cosine",
)  # fmt: skip
LONG = 14
"""Content words from which on a question tells of more than one sentence can hold: then how near the passages lie says
more."""


class Rule(NamedTuple):
    """What each of FEATURES counts for, and from which chance on a question is answered."""

    weights: tuple[float, ...]
    bias: float
    threshold: float


DATED = Rule((1.29, -0.27, 6.29, 0.32, 1.26, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), -6.90, 0.5)
"""Where the day of asking is given, in an archive with news of every day. A passage's score then holds how old its article
is."""
UNDATED = Rule((0.0, 0.0, 0.0, 0.51, 0.66, 1.70, 4.30, 0.69, -0.34, -0.15, 3.06), -5.55, 0.5)
_ALL, _STALE = 0.9, 0.5
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
    article = [hit for hit in hits if hit.article.id == best.sentence.hit.article.id]
    cosine, odds = max(hit.cosine or 0.0 for hit in hits), log(best.chance / (1 - best.chance))
    many = 1.0 if len(asked.weights) >= LONG else 0.0
    return (
        words.coverage(asked.asking, best.sentence.stems) if asked.asking else 0.5,
        _stale(asked, best),
        best.sentence.hit.score,
        odds,
        words.coverage(asked.weights, whole(best.sentence.hit)),
        words.coverage(asked.weights, frozenset[str]().union(*map(whole, article))),
        cosine,
        best.seen[sentences.FEATURES.index("kind")],
        many,
        many * odds,
        many * cosine,
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
    return chance(features, rule) >= rule.threshold or _all_of_it(asked, scored[0])


def rule_for(asked: Asked) -> Rule:
    return UNDATED if asked.as_of is None else DATED


def _all_of_it(asked: Asked, best: Scored) -> bool:
    """A sentence that itself speaks of all that is asked, is not stale, and names one where a name or a day is asked for."""
    fits = best.seen[sentences.FEATURES.index("kind")] > 0 or asked.kind.name not in _NAMING
    all_of_it = words.coverage(asked.weights, best.sentence.stems) >= _ALL
    return fits and all_of_it and _stale(asked, best) < _STALE


def chance(features: Sequence[float], rule: Rule) -> float:
    """The chance that the question is answered, 0 to 1."""
    total = rule.bias + sum(weight * value for weight, value in zip(rule.weights, features, strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


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
